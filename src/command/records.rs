//! `records`: looks after what is kept below `.postwright/`.

use std::collections::BTreeMap;

use super::survey::Survey;
use super::workspace::Workspace;
use super::{Context, Environment, Status};
use crate::cli::{self, RecordsCommand};
use crate::record::RecordName;
use crate::site::SitePath;

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
