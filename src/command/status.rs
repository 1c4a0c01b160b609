//! `status`: every stub and generated post with its state. Reads only.

use std::collections::{BTreeMap, BTreeSet};

use super::ask;
use super::edits::parts;
use super::generate::{left, review};
use super::survey::{self, Survey, Written};
use super::workspace::Workspace;
use super::{Context, Environment, Status};
use crate::cli::{self, Format};
use crate::parallel;
use crate::plan::{self, Orphans, State};
use crate::post;
use crate::record::{Entry, Kept, Record, RecordName};
use crate::reply;
use crate::report::{PostState, StatusLine, human, json};
use crate::site::SitePath;
use crate::stub::{Key, Stub};

pub(super) fn run(
    arguments: &cli::Status,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let (workspace, walk, survey) = survey::open(context, environment)?;
    let mut kept = gather(&workspace, &survey, [])?;
    let recorded: BTreeSet<RecordName> = survey
        .stubs
        .iter()
        .flat_map(|stub| kept.of(&stub.key))
        .map(|entry| entry.name().clone())
        .collect();
    // What a killed run left is a reply to the next one.
    ask::foresee(&survey.stubs, &mut kept, &workspace)?;
    let orphans = Orphans::new(&survey.stubs, &kept);
    let usable = usable(&workspace);
    let mut lines: Vec<StatusLine> = Vec::new();
    let mut present: BTreeSet<State> = BTreeSet::new();
    let mut partial: Vec<&Stub> = Vec::new();
    for stub in &survey.stubs {
        let state = plan::stub_state(stub, &kept, &orphans, &usable);
        present.insert(state);
        if state == State::Partial {
            partial.push(stub);
        }
        let entries = kept.of(&stub.key);
        let used = entries
            .iter()
            .find(|entry| entry.record().is_some_and(|record| usable(record).is_ok()));
        let reply = used
            .or(entries.first())
            .filter(|entry| recorded.contains(entry.name()))
            .map(|entry: &Entry| entry.name().to_string());
        lines.push(StatusLine {
            path: stub.path.clone(),
            state: state.as_str(),
            topic: stub.request.topic.clone(),
            reply,
            edited: Vec::new(),
        });
    }
    let states = parallel::map(&survey.posts, |written| post_state(written, &workspace));
    for (written, state) in survey.posts.iter().zip(states) {
        let reply = Some(written.provenance.reply.clone()).filter(|reply| !reply.is_empty());
        let topic = written.provenance.topic.clone();
        let edited = if state == State::Edited {
            parts(written, &workspace)
        } else {
            Vec::new()
        };
        present.insert(state);
        lines.push(StatusLine {
            path: written.page.path.clone(),
            state: state.as_str(),
            topic,
            reply,
            edited,
        });
    }
    lines.sort_by(|a, b| a.path.cmp(&b.path));

    match arguments.format {
        Format::Json => environment.print(&json::status(&lines)),
        Format::Human => environment.print_lines(&human::status(&lines)),
    }
    if !context.global.quiet {
        if lines.is_empty() {
            environment.note("no stubs and no posts; `postwright new \"A topic\"` writes a stub");
        }
        if arguments.format == Format::Human {
            for state in present {
                environment.note(&format!("{}: {}", state.as_str(), state.help()));
            }
        }
    }
    if arguments.format == Format::Human && !context.global.quiet {
        // Of these a run would not ask for more by itself.
        let mut given_up = Vec::new();
        partial.retain(|stub| {
            let reason = plan::given_up(stub, kept.of(&stub.key));
            given_up.extend(
                reason
                    .iter()
                    .map(|reason| left(stub, PostState::Failed, reason)),
            );
            reason.is_none()
        });
        let lacks = |stub: &Stub, record: &Record, repairs| {
            review::lacks(record, stub, &workspace.config, repairs)
        };
        given_up.extend(ask::begun(&mut partial, &kept, true, &lacks).1);
        given_up.sort_by(|a, b| a.path.cmp(&b.path));
        environment.note_all(&human::troubles(&given_up));
    }
    Ok(survey::troubles(&walk, &survey, environment))
}

/// Everything that the store has for the stubs and the records that are named, and which posts use which record.
pub(super) fn gather<'a>(
    workspace: &Workspace,
    survey: &'a Survey,
    named: impl IntoIterator<Item = &'a RecordName>,
) -> anyhow::Result<Kept> {
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
    let keys: BTreeSet<&Key> = survey
        .stubs
        .iter()
        .map(|stub| &stub.key)
        .chain(named.into_iter().map(RecordName::key))
        .collect();
    let texts = ask::left_behind(&survey.stubs, workspace)?;
    let mut kept = workspace.store.gather(keys, used)?;
    kept.texts = texts;
    Ok(kept)
}

/// Whether a post can be made of a record: its reply is whole, has all that a post needs, and was not declined.
pub(super) fn usable(workspace: &Workspace) -> impl Fn(&Record) -> Result<(), String> + use<> {
    let config = workspace.config.clone();
    move |record: &Record| {
        if record.was_declined() {
            let finish = record.outcome.finish.as_deref().unwrap_or_default();
            return Err(format!("the model ended it with `{finish}`"));
        }
        if record.was_cut() && !reply::ends_with_marker(record.text()) {
            return Err("the reply was cut off before its end marker".to_owned());
        }
        let categories = config.categories(&record.asked_for.language);
        reply::parse(record.text(), categories)
            .map(|_| ())
            .map_err(|error| error.to_string())
    }
}

/// Whether a person has edited a post since it was written.
pub(super) fn is_edited(written: &Written, workspace: &Workspace) -> bool {
    let now = post::written_hash(&written.text, &workspace.site);
    now.unwrap_or_default() != written.provenance.written
}

/// Where a post stands.
pub(super) fn post_state(written: &Written, workspace: &Workspace) -> State {
    let now = post::written_hash(&written.text, &workspace.site).unwrap_or_default();
    let entry =
        RecordName::parse(&written.provenance.reply).and_then(|name| workspace.store.entry(&name));
    plan::post_state(&written.provenance, &now, entry.as_ref())
}
