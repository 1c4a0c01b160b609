//! Replies that were paid for and that no post was made of: they are used before another one is asked for.

use std::collections::BTreeMap;

use crate::cli;
use crate::command::Environment;
use crate::command::edits;
use crate::command::publish::{Pages, Publisher};
use crate::command::status::usable;
use crate::command::survey::{Survey, Written, stub_of};
use crate::command::workspace::{Selected, Workspace};
use crate::plan::Limits;
use crate::record::{Entry, Kept, Record};
use crate::report::PostReport;
use crate::site::SitePath;
use crate::stub::Stub;
use crate::text::escape;

/// Names the replies that wait for the stubs and posts that are made again. Online only those that a post comes of are
/// taken, and of the others another one is asked for: else a reply that the checks refuse would stand in the way of all
/// later ones. Gives what is to be said of it.
pub(super) fn take(
    arguments: &cli::Generate,
    limits: &mut Limits,
    survey: &Survey,
    posts: &BTreeMap<SitePath, Written>,
    kept: &Kept,
    selected: &Selected,
    (workspace, pages, environment): (&mut Workspace, &mut Pages<'_>, &Environment),
) -> anyhow::Result<Vec<String>> {
    let mut found: Vec<(&Stub, &Record)> = Vec::new();
    for stub in survey.stubs.iter().filter(|it| selected.has(&it.path)) {
        let record = match posts.get(&stub.path) {
            // All posts: each from its own reply. Where the page itself is named, one that came since is meant.
            Some(_) if limits.offline && !limits.paths.contains(&stub.path) => None,
            Some(post) => {
                let entries = kept.of(&stub.key);
                // Who only collects replies wants one more.
                edits::waiting(post, stub, &survey.posts, entries, workspace)?.filter(|record| {
                    limits.offline || !arguments.record_only || record.was_interrupted()
                })
            }
            None if limits.offline => None,
            None => of_killed_run(stub, kept, workspace),
        };
        found.extend(record.map(|record| (stub, record)));
    }
    if limits.offline {
        let named = found.into_iter();
        limits
            .records
            .extend(named.map(|(stub, record)| (stub.path.clone(), record.name.clone())));
        return Ok(Vec::new());
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut lines = Vec::new();
    let mut publisher = Publisher::new(workspace, pages, environment)?;
    for (stub, record) in found {
        let path = escape(stub.path.as_str());
        let name = &record.name;
        let post = posts.get(&stub.path);
        match publisher.refusal(stub, record, post.map(Written::as_previous)) {
            None => {
                limits.records.insert(stub.path.clone(), name.clone());
                lines.push(format!(
                    "{path}: the reply {name} was paid for and not used yet: the post is made of it, and nothing is asked; \
                     run again to ask anew"
                ));
            }
            Some(trouble) => lines.push(format!(
                "{path}: the reply {name} was paid for and waits, but no post comes of it as things are, so one more is asked \
                 for: {}\n  help: to use the one that waits, free: {}",
                trouble.message,
                free(&stub.path, post.is_some())
            )),
        }
    }
    Ok(lines)
}

/// The reply to a stub that a run which was killed had bought, whole.
fn of_killed_run<'k>(stub: &Stub, kept: &'k Kept, workspace: &Workspace) -> Option<&'k Record> {
    let newest = kept.of(&stub.key).first().and_then(Entry::record)?;
    let is_unused = !kept.used.contains_key(&newest.name);
    let takes = newest.was_interrupted() && is_unused && usable(workspace)(newest).is_ok();
    takes.then_some(newest)
}

/// The command that makes a post of what is recorded already.
fn free(path: &SitePath, is_post: bool) -> String {
    let refresh = if is_post { "--refresh " } else { "" };
    format!(
        "postwright generate {refresh}--offline {}",
        escape(path.as_str())
    )
}

/// Says of posts that are named and left as they are which replies wait for them.
pub(super) fn told(
    survey: &Survey,
    limits: &Limits,
    workspace: &Workspace,
) -> anyhow::Result<Vec<String>> {
    let mut lines = Vec::new();
    let named = |post: &&Written| limits.paths.contains(&post.page.path);
    for post in survey.posts.iter().filter(named) {
        let Ok(stub) = stub_of(post, workspace) else {
            continue;
        };
        let entries = workspace.store.records(&stub.key)?;
        if let Some(record) = edits::waiting(post, &stub, &survey.posts, &entries, workspace)? {
            lines.push(format!(
                "{}: the reply {} was paid for and waits; to use it, free: {}",
                escape(stub.path.as_str()),
                record.name,
                free(&stub.path, true)
            ));
        }
    }
    Ok(lines)
}

/// Where a refresh could not write its post, running it again is not the way to use the reply that it has bought.
pub(super) fn name_free_way(mut report: PostReport, is_post: bool) -> PostReport {
    let free = free(&report.path, is_post);
    if let Some(error) = &mut report.error
        && matches!(
            error.kind.as_str(),
            "page-changed" | "io" | "store" | "exists" | "outside-site"
        )
    {
        error.help = Some(format!(
            "{}the reply is kept; to make the post of it, free: {free}",
            match &error.help {
                Some(help) if error.kind != "page-changed" => format!("{help}; "),
                _ => String::new(),
            }
        ));
    }
    report
}
