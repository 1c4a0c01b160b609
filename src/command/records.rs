//! `records`: looks after what is kept below `.postwright/`.

use std::collections::{BTreeMap, BTreeSet};

use super::status::usable;
use super::survey::{Survey, stub_of};
use super::workspace::Workspace;
use super::{Context, Environment, Status};
use crate::cli::{self, RecordsCommand};
use crate::record::{Entry, RecordName};
use crate::site::SitePath;
use crate::stub::{Key, Provenance};

mod list;
mod prune;
mod show;
mod verify;

pub(super) fn run(
    arguments: &cli::Records,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    match &arguments.command {
        RecordsCommand::List(arguments) => list::run(arguments, context, environment),
        RecordsCommand::Show(arguments) => show::run(arguments, context, environment),
        RecordsCommand::Verify(arguments) => verify::run(arguments, context, environment),
        RecordsCommand::Prune(arguments) => prune::run(arguments, context, environment),
    }
}

/// The record that a text names: `KEY/NAME`, `NAME` alone, either with the path of the records before it or `.md` behind.
/// `None` where there is none.
pub(super) fn find(text: &str, workspace: &Workspace) -> anyhow::Result<Option<RecordName>> {
    let given = text.rsplit(".postwright/replies/").next().unwrap_or(text);
    let is_there = |name: &RecordName| workspace.store.entry(name).is_some();
    if given.contains('/') {
        return Ok(RecordName::parse(given).filter(is_there));
    }
    let keys = workspace.store.keys()?;
    Ok(keys
        .iter()
        .filter_map(|key| RecordName::parse(&format!("{key}/{given}")))
        .find(is_there))
}

/// The posts that were made from each record. One that goes on from another is made from both.
fn posts_by_record(survey: &Survey, workspace: &Workspace) -> BTreeMap<RecordName, Vec<SitePath>> {
    let mut posts: BTreeMap<RecordName, Vec<SitePath>> = BTreeMap::new();
    for post in &survey.posts {
        let Some(name) = RecordName::parse(&post.provenance.reply) else {
            continue;
        };
        for piece in workspace.store.chain(&name) {
            posts.entry(piece).or_default().push(post.page.path.clone());
        }
    }
    posts
}

/// The replies that came after the one that a post was made of and that no post was made of yet, with the post: a merge was
/// in conflict, or an error found, or the run was killed.
fn waiting(
    survey: &Survey,
    workspace: &Workspace,
) -> anyhow::Result<BTreeMap<RecordName, SitePath>> {
    let usable = usable(workspace);
    let mut waiting = BTreeMap::new();
    for post in &survey.posts {
        let Provenance {
            reply, generated, ..
        } = &post.provenance;
        let Ok(own) = generated.parse::<jiff::Timestamp>() else {
            continue;
        };
        // A reply may have been accepted for a stub that it was not asked for with.
        let of_reply = RecordName::parse(reply).map(|name| name.key().clone());
        let of_stub = stub_of(post, workspace).ok().map(|stub| stub.key);
        let keys: BTreeSet<Key> = of_reply.into_iter().chain(of_stub).collect();
        for key in keys {
            for entry in workspace.store.records(&key)? {
                let Entry::Good(record) = entry else { continue };
                let name = record.name.to_string();
                // Records tell seconds.
                if record.asked_for.asked.as_second() >= own.as_second()
                    && name != *reply
                    && usable(&record).is_ok()
                    && !workspace.store.is_in_a_page(&name)?
                {
                    waiting.insert(record.name, post.page.path.clone());
                }
            }
        }
    }
    Ok(waiting)
}
