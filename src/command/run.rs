//! What came of a run, and how it is told.

use super::{Context, Environment, Status};
use crate::cli::Format;
use crate::finding::{Finding, Severity};
use crate::report::{PostReport, PostState, Sources, human, json};

/// What came of a run of `generate` or `accept`.
#[derive(Debug, Default)]
pub(super) struct Run {
    pub(super) posts: Vec<PostReport>,
    /// Findings that are about the site and not about one post.
    pub(super) closing: Vec<Finding>,
    /// The texts that findings are shown in.
    pub(super) sources: Sources,
    /// Posts among those written that are drafts, and how to see them.
    pub(super) drafts: Option<(usize, &'static str)>,
    /// Whether it only shows what would be done.
    pub(super) is_preview: bool,
}

impl Run {
    /// Prints the results and says how the run ended.
    pub(super) fn finish(
        mut self,
        format: Format,
        strict: bool,
        context: &Context,
        environment: &mut Environment,
    ) -> Status {
        self.posts.sort_by(|a, b| a.path.cmp(&b.path));
        match format {
            Format::Json => environment.print(&json::generate(&self.posts, &self.sources)),
            Format::Human if self.is_preview => {
                environment.print_lines(&human::preview(&self.posts));
            }
            Format::Human => environment.print_lines(&human::posts(&self.posts)),
        }
        let findings: Vec<Finding> = self
            .posts
            .iter()
            .flat_map(|post| &post.findings)
            .chain(&self.closing)
            .filter(|finding| finding.severity > Severity::Info || context.global.verbose)
            .cloned()
            .collect();
        if !context.global.quiet
            || findings
                .iter()
                .any(|finding| finding.severity == Severity::Error)
        {
            environment.note_all(&human::findings(&findings, &self.sources, false));
        }
        environment.note_all(&human::conflicts(&self.posts));
        environment.note_all(&human::troubles(&self.posts));
        if !context.global.quiet {
            if let Some((number, hint)) = self.drafts.filter(|(number, _)| *number > 0) {
                environment.note(&format!("{}: {hint}", still_drafts(number)));
            }
            environment.note(human::run_summary(&self.posts).trim_end());
        }
        let unreadable = self
            .closing
            .iter()
            .any(|finding| finding.severity == Severity::Error);
        let failed = unreadable
            || self
                .posts
                .iter()
                .any(|post| post.state == PostState::Failed);
        let wanting = self
            .posts
            .iter()
            .any(|post| post.state == PostState::Skipped)
            || findings
                .iter()
                .any(|finding| finding.severity == Severity::Warning);
        if failed || (strict && wanting) {
            Status::Attention
        } else {
            Status::Success
        }
    }
}

fn still_drafts(number: usize) -> String {
    if number == 1 {
        "1 post is still a draft; to see it".to_owned()
    } else {
        format!("{number} posts are still drafts; to see them")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_draft_is_told_apart_from_several() {
        assert_eq!(still_drafts(1), "1 post is still a draft; to see it");
        assert_eq!(still_drafts(2), "2 posts are still drafts; to see them");
    }
}
