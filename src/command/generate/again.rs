//! Posts that are made again: from a new reply, or from the one that they have.

use std::collections::BTreeMap;

use crate::cli;
use crate::command::ask::{Begun, Need};
use crate::command::edits::{parts, ready};
use crate::command::run::Run;
use crate::command::survey::{Survey, Written, stub_of};
use crate::command::workspace::{Selected, Workspace};
use crate::plan::{Item, Limits, Plan, Reason};
use crate::record::{Entry, Kept, Record, RecordName};
use crate::report::{PostReport, PostState, Trouble};
use crate::site::SitePath;
use crate::stub::Stub;
use crate::text::escape;

/// The posts that the command line means to refresh, by path. What each was made from joins the stubs, and its record is
/// named where nothing is to be asked. Those that cannot be refreshed, or of which nothing is wanted, are reported.
pub(super) fn posts_meant(
    arguments: &cli::Generate,
    limits: &mut Limits,
    survey: &mut Survey,
    selected: &Selected,
    workspace: &Workspace,
    run: &mut Run,
) -> BTreeMap<SitePath, Written> {
    let mut meant = BTreeMap::new();
    for written in &survey.posts {
        let path = &written.page.path;
        let named = !arguments.paths.is_empty() && selected.has(path);
        let all = arguments.paths.is_empty() && arguments.refresh && limits.offline;
        if !named && !all {
            continue;
        }
        let report = PostReport::new(path, PostState::Unchanged);
        if !arguments.refresh {
            run.posts.push(report);
            continue;
        }
        match refreshable(written, limits.offline, workspace) {
            Ok((written, stub, record)) => {
                if let Some(record) = record {
                    limits.records.insert(path.clone(), record);
                }
                limits.again.insert(path.clone());
                survey.stubs.push(stub);
                meant.insert(path.clone(), written);
            }
            Err(trouble) => run.posts.push(report.because(PostState::Failed, trouble)),
        }
    }
    meant
}

/// The post with what it is an edit of, its stub, and offline the record that it was made from.
fn refreshable(
    written: &Written,
    offline: bool,
    workspace: &Workspace,
) -> Result<(Written, Stub, Option<RecordName>), Trouble> {
    let stub = stub_of(written, workspace)?;
    let post = ready(written, workspace)?;
    if !offline {
        return Ok((post, stub, None));
    }
    let record = RecordName::parse(&written.provenance.reply)
        .filter(|name| workspace.store.entry(name).is_some());
    let missing = || {
        Trouble::new(
            "record-missing",
            format!(
                "the record {} that the post was made from is not there",
                escape(&written.provenance.reply)
            ),
            "bring the folder .postwright back from version control; the post stays as it is",
        )
    };
    Ok((post, stub, Some(record.ok_or_else(missing)?)))
}

/// What is to be said before a reply is paid for that may be of little use: another text seldom fits an edited one.
pub(super) fn foreseen(
    posts: &BTreeMap<SitePath, Written>,
    limits: &Limits,
    workspace: &Workspace,
) -> Vec<String> {
    let edited = posts
        .values()
        .filter(|post| !limits.records.contains_key(&post.page.path))
        .filter(|post| post.base.is_some() && parts(post, workspace).contains(&"body"));
    edited
        .map(|post| {
            format!(
                "{}: its body was edited; where the new reply differs there, the reply is recorded and the post stays as it is",
                escape(post.page.path.as_str())
            )
        })
        .collect()
}

/// Replies that an earlier run asked the same model for, and that broke off: they are gone on from, though the author says
/// `--refresh` once more.
pub(super) fn broken_off(
    asked: &[&Stub],
    kept: &Kept,
    workspace: &Workspace,
    lacks: &dyn Fn(&Stub, &Record, bool) -> Option<Need>,
) -> Begun {
    let model = workspace.config.model.choice.as_deref();
    let begun = |stub: &&Stub| {
        let record = kept.of(&stub.key).first().and_then(Entry::record)?;
        let by = format!("{}/{}", record.asked_for.provider, record.asked_for.model);
        let is_same = model.is_none_or(|model| by == model || !model.contains('/'));
        let broke_off = record.was_interrupted() || record.outcome.finish.as_deref() == Some("cut");
        let need = lacks(stub, record, false).filter(|_| is_same && broke_off)?;
        Some((stub.key.clone(), (record.clone(), need)))
    };
    asked.iter().filter_map(begun).collect()
}

/// How many more of the posts that are made again from their records may change. Those that stay as they are do not count,
/// so that the next run gets on to the others.
pub(super) struct Room<'a> {
    limits: &'a Limits,
    left: Option<usize>,
}

impl<'a> Room<'a> {
    /// What the plan leaves of `--max-posts`.
    pub(super) fn left_by(plan: &Plan, survey: &Survey, limits: &'a Limits) -> Self {
        let counts = |item: &&Item| {
            let path = &survey.stubs[item.stub].path;
            item.action.writes() && !is_made_again(path, limits)
        };
        let planned = plan.items.iter().filter(counts).count();
        let left = limits.max_posts.map(|max| max.saturating_sub(planned));
        Self { limits, left }
    }

    /// Why the post of a stub is not made again in this run.
    pub(super) fn refusal(&self, stub: &Stub) -> Option<Reason> {
        let is_over = self.left == Some(0) && is_made_again(&stub.path, self.limits);
        let max = self.limits.max_posts.filter(|_| is_over)?;
        Some(Reason::enough(max))
    }

    /// Counts a post that was made.
    pub(super) fn take(&mut self, report: Option<&PostReport>) {
        let counts = |report: &&PostReport| {
            report.state == PostState::Written && is_made_again(&report.path, self.limits)
        };
        if let (Some(left), Some(_)) = (&mut self.left, report.filter(counts)) {
            *left = left.saturating_sub(1);
        }
    }
}

fn is_made_again(path: &SitePath, limits: &Limits) -> bool {
    limits.offline && limits.again.contains(path)
}
