//! Posts that are made again.

use std::collections::BTreeMap;

use crate::cli;
use crate::command::ask::{Begun, Need};
use crate::command::edits::{ready, waiting};
use crate::command::run::Run;
use crate::command::status::usable;
use crate::command::survey::{Survey, Written, stub_of};
use crate::command::workspace::{Selected, Workspace};
use crate::plan::Limits;
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
) -> anyhow::Result<BTreeMap<SitePath, Written>> {
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
                // Where the page itself is named, a reply that came since is meant.
                let waiting = if limits.offline && limits.paths.contains(path) {
                    waiting(&written, &stub, workspace)?
                } else {
                    None
                };
                if let Some(record) = waiting.or(record) {
                    limits.records.insert(path.clone(), record);
                }
                limits.again.insert(path.clone());
                survey.stubs.push(stub);
                meant.insert(path.clone(), written);
            }
            Err(trouble) => run.posts.push(report.because(PostState::Failed, trouble)),
        }
    }
    Ok(meant)
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

/// Names the replies that a run which was killed had bought for these stubs, whole, and of which no post was made: they are
/// not bought again, though the author says `--refresh` once more.
pub(super) fn take_what_was_paid_for(
    limits: &mut Limits,
    survey: &Survey,
    kept: &Kept,
    selected: &Selected,
    workspace: &Workspace,
) {
    let usable = usable(workspace);
    for stub in survey.stubs.iter().filter(|stub| selected.has(&stub.path)) {
        let newest = kept
            .of(&stub.key)
            .first()
            .and_then(Entry::record)
            .filter(|record| record.outcome.finish.as_deref() == Some(INTERRUPTED))
            .filter(|record| !kept.used.contains_key(&record.name) && usable(record).is_ok());
        if let Some(record) = newest {
            limits
                .records
                .insert(stub.path.clone(), record.name.clone());
        }
    }
}

/// How a record says that the run ended before the reply did.
const INTERRUPTED: &str = "interrupted";

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
        let broke_off = matches!(record.outcome.finish.as_deref(), Some(INTERRUPTED | "cut"));
        let need = lacks(stub, record, false).filter(|_| is_same && broke_off)?;
        Some((stub.key.clone(), (record.clone(), need)))
    };
    asked.iter().filter_map(begun).collect()
}
