//! Posts that are made again.

use std::collections::BTreeMap;

use crate::cli;
use crate::command::publish::Previous;
use crate::command::run::Run;
use crate::command::status::post_state;
use crate::command::survey::{Survey, Written, stub_of};
use crate::command::workspace::{Selected, Workspace};
use crate::plan::{Limits, State};
use crate::record::RecordName;
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
            Ok((stub, record)) => {
                if let Some(record) = record {
                    limits.records.insert(path.clone(), record);
                }
                survey.stubs.push(stub);
                meant.insert(path.clone(), written.clone());
            }
            Err(trouble) => run.posts.push(report.because(PostState::Failed, trouble)),
        }
    }
    meant
}

/// The stub of a post, and offline the record that the post was made from.
fn refreshable(
    written: &Written,
    offline: bool,
    workspace: &Workspace,
) -> Result<(Stub, Option<RecordName>), Trouble> {
    let shown = escape(written.page.path.as_str()).into_owned();
    if post_state(written, workspace) == State::Edited {
        return Err(Trouble::new(
            "edited",
            "the post was edited since it was written, so it is left as it is",
            format!(
                "to give up the edits: postwright restore --force {shown}, then postwright generate {shown}"
            ),
        ));
    }
    let stub = stub_of(written, workspace)?;
    if !offline {
        return Ok((stub, None));
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
    Ok((stub, Some(record.ok_or_else(missing)?)))
}

pub(super) fn previous(written: &Written) -> Previous<'_> {
    Previous {
        text: &written.text,
        date: written.date.as_deref(),
    }
}
