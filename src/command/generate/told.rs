//! What is told of stubs and posts for which nothing is asked.

use std::collections::BTreeMap;

use crate::cli;
use crate::command::survey::{Survey, Written};
use crate::command::workspace::Selected;
use crate::finding::{Finding, Severity};
use crate::plan::{Action, Item, Reason};
use crate::report::{PostReport, PostState, Trouble};
use crate::site::SitePath;
use crate::stub::Stub;

/// Pages that were named and that there is nothing to do for.
pub(super) fn others(survey: &Survey, selected: &Selected) -> Vec<PostReport> {
    let known = |path: &SitePath| {
        survey.stubs.iter().any(|stub| stub.path == *path)
            || survey.posts.iter().any(|post| post.page.path == *path)
            || survey.troubles.iter().any(|report| report.path == *path)
    };
    let named = selected
        .places
        .iter()
        .filter(|place| selected.has(place) && !known(place));
    named
        .map(|path| {
            let trouble = Trouble::new(
                "not-a-stub",
                "it is neither a stub nor a post that Postwright wrote",
                "a stub has a `topic` in its front matter, and is no section's own page",
            );
            PostReport::new(path, PostState::Skipped).because(PostState::Skipped, trouble)
        })
        .collect()
}

/// The report of an item that nothing is to be done for.
pub(super) fn settled(
    item: &Item,
    survey: &Survey,
    arguments: &cli::Generate,
) -> Option<PostReport> {
    let stub = &survey.stubs[item.stub];
    match &item.action {
        Action::Skip(reason) => Some(left(stub, PostState::Skipped, reason)),
        Action::Fail(reason) => Some(left(stub, PostState::Failed, reason)),
        Action::Convert(_) if arguments.record_only => {
            Some(PostReport::new(&stub.path, PostState::Planned))
        }
        Action::Ask | Action::Convert(_) => None,
    }
}

/// What the plan has to say besides, such as a damaged record that another one makes up for.
pub(super) fn notes(item: &Item, survey: &Survey) -> Vec<Finding> {
    let path = &survey.stubs[item.stub].path;
    item.notes
        .iter()
        .map(|reason| {
            Finding::new(reason.kind, Severity::Warning, path, reason.message.clone())
                .help(reason.help.clone())
        })
        .collect()
}

pub(in crate::command) fn left(stub: &Stub, state: PostState, reason: &Reason) -> PostReport {
    let trouble = Trouble::new(reason.kind, reason.message.clone(), reason.help.clone());
    PostReport::new(&stub.path, state).because(state, trouble)
}

/// How many of the posts that were written are drafts.
pub(super) fn drafts(
    reports: &[PostReport],
    survey: &Survey,
    posts: &BTreeMap<SitePath, Written>,
    default: bool,
) -> usize {
    let is_draft = |path: &SitePath| {
        if let Some(edited) = posts.get(path).filter(|post| post.base.is_some()) {
            return edited.draft == Some(true);
        }
        let stub = survey.stubs.iter().find(|stub| stub.path == *path);
        stub.is_some_and(|stub| stub.request.draft.unwrap_or(default))
    };
    reports
        .iter()
        .filter(|report| report.state == PostState::Written && is_draft(&report.path))
        .count()
}
