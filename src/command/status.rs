//! `status`: every stub and generated post with its state. Reads only.

use std::collections::BTreeMap;

use super::survey::{Survey, Written, survey};
use super::workspace::Workspace;
use super::{Context, Environment, Status};
use crate::cli::{self, Format};
use crate::config::Flags;
use crate::plan::{self, Orphans, State};
use crate::post;
use crate::record::{Kept, RecordName};
use crate::reply;
use crate::report::{StatusLine, human, json};
use crate::site::SitePath;

pub(super) fn run(
    arguments: &cli::Status,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let workspace = Workspace::open(context, environment, Flags::default())?;
    let walk = workspace.walk();
    let survey = survey(&workspace, &walk.pages);
    let kept = gather(&workspace, &survey)?;
    let orphans = Orphans::new(&survey.stubs, &kept);
    let mut lines: Vec<StatusLine> = Vec::new();
    for stub in &survey.stubs {
        let state = plan::stub_state(stub, &kept, &orphans, &whole(&workspace));
        let reply = kept
            .of(&stub.key)
            .first()
            .map(|entry| entry.name().to_string());
        lines.push(StatusLine {
            path: stub.path.clone(),
            state: state.as_str(),
            topic: stub.request.topic.clone(),
            reply,
        });
    }
    for written in &survey.posts {
        let state = post_state(written, &workspace);
        let reply = Some(written.provenance.reply.clone()).filter(|reply| !reply.is_empty());
        let topic = written.provenance.topic.clone();
        lines.push(StatusLine {
            path: written.page.path.clone(),
            state: state.as_str(),
            topic,
            reply,
        });
    }
    lines.sort_by(|a, b| a.path.cmp(&b.path));

    match arguments.format {
        Format::Json => environment.print(&json::status(&lines)),
        Format::Human => environment.print(&human::status(&lines)),
    }
    environment.note_all(&human::troubles(&survey.troubles));
    Ok(if survey.troubles.is_empty() {
        Status::Success
    } else {
        Status::Attention
    })
}

/// Everything that the store has for the stubs, and which posts use which record.
pub(super) fn gather(workspace: &Workspace, survey: &Survey) -> anyhow::Result<Kept> {
    let used: BTreeMap<RecordName, SitePath> = survey
        .posts
        .iter()
        .filter_map(|written| {
            Some((
                RecordName::parse(&written.provenance.reply)?,
                written.page.path.clone(),
            ))
        })
        .collect();
    Ok(workspace
        .store
        .gather(survey.stubs.iter().map(|stub| &stub.key), used)?)
}

/// Whether a reply can become a post: it is whole and has all that a post needs.
pub(super) fn whole(workspace: &Workspace) -> impl Fn(&str) -> bool {
    let categories = workspace.config.categories.clone();
    move |text: &str| reply::parse(text, &categories).is_ok()
}

/// Where a post stands.
pub(super) fn post_state(written: &Written, workspace: &Workspace) -> State {
    let now = post::written_hash(&written.text, &workspace.site).unwrap_or_default();
    let entry =
        RecordName::parse(&written.provenance.reply).and_then(|name| workspace.store.entry(&name));
    plan::post_state(&written.provenance, &now, entry.as_ref())
}
