//! `accept`: a reply from a file or standard input, as if the model had sent it. Any chat window will do as a model.

use std::io::Read;

use anyhow::{Context as _, bail};

use super::publish::{Previous, Publisher};
use super::run::Run;
use super::status::post_state;
use super::survey::{Written, stub_of, survey};
use super::workspace::Workspace;
use super::{Context, Environment, Status};
use crate::cli::{self, Format};
use crate::config::Flags;
use crate::disk;
use crate::plan::State;
use crate::record::{Asked, Entry, NewRecord, Outcome, Record, RecordName};
use crate::report::{PostReport, PostState, Trouble, human};
use crate::stub::Stub;
use crate::text::escape;

/// A reply is smaller than this, in bytes.
const REPLY_LIMIT: u64 = 4 * 1024 * 1024;

pub(super) fn run(
    arguments: &cli::Accept,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let mut workspace = Workspace::open(context, environment, Flags::default())?;
    let walk = workspace.walk();
    let pages = workspace
        .select(&walk, std::slice::from_ref(&arguments.path), environment)?
        .pages;
    let mut survey = survey(&workspace, &pages);
    if !survey.troubles.is_empty() {
        environment.note(human::troubles(&survey.troubles).trim_end());
        return Ok(Status::Attention);
    }
    let written: Option<Written> = survey.posts.pop();
    let stub: Stub = match (survey.stubs.pop(), &written) {
        (Some(stub), None) => stub,
        (None, Some(written)) => match stub_of(written, &workspace) {
            Ok(stub) => stub,
            Err(trouble) => bail!("{}", trouble.message),
        },
        _ => bail!(
            "{} is neither a stub nor a post that Postwright wrote",
            escape(&arguments.path.to_string_lossy())
        ),
    };

    let reply = match &arguments.record {
        Some(_) => None,
        None => Some(read_reply(arguments, environment)?),
    };
    let _lock = workspace.root.lock(|_| {})?;
    let record = match (&arguments.record, reply) {
        (Some(name), _) => named(name, &stub, &workspace)?,
        (None, Some(reply)) => record(reply, &stub, &workspace, environment)?,
        (None, None) => bail!("invariant: a reply or a record is given"),
    };
    if written
        .as_ref()
        .is_some_and(|written| post_state(written, &workspace) == State::Edited)
    {
        let run = Run {
            posts: vec![edited(&stub, &record)],
            ..Run::default()
        };
        return Ok(run.finish(Format::Human, false, context, environment));
    }
    let mut publisher = Publisher::new(&mut workspace, environment)?;
    let previous = written.as_ref().map(|written| Previous {
        text: &written.text,
        date: written.date.as_deref(),
    });
    let posts = vec![publisher.publish(&stub, &record, previous)];
    let run = Run {
        posts,
        closing: publisher.closing_findings(),
        sources: publisher.sources,
        ..Run::default()
    };
    Ok(run.finish(Format::Human, false, context, environment))
}

/// The post was edited: the reply is kept and nothing else happens.
fn edited(stub: &Stub, record: &Record) -> PostReport {
    let path = escape(stub.path.as_str()).into_owned();
    PostReport::new(&stub.path, PostState::Failed).because(
        PostState::Failed,
        Trouble::new(
            "edited",
            "the post was edited since it was written, so it is left as it is; the reply is recorded",
            format!("to replace the post, edits and all: postwright restore --force {path}, then postwright accept {path} --record {}", record.name),
        ),
    )
}

fn read_reply(arguments: &cli::Accept, environment: &mut Environment) -> anyhow::Result<String> {
    if let Some(file) = &arguments.reply {
        return Ok(disk::read_text(&environment.cwd.join(file), REPLY_LIMIT)?);
    }
    if environment.stdin_is_terminal {
        environment.note("Paste the reply, then press Ctrl-D:");
    }
    let mut bytes = Vec::new();
    environment
        .stdin
        .by_ref()
        .take(REPLY_LIMIT + 1)
        .read_to_end(&mut bytes)
        .context("standard input")?;
    if bytes.len() as u64 > REPLY_LIMIT {
        bail!("the reply is larger than {} MiB", REPLY_LIMIT / 1024 / 1024);
    }
    let text = String::from_utf8(bytes).context("the reply is not UTF-8")?;
    if text.trim().is_empty() {
        bail!("there is no reply on standard input; paste one, or name a file with --reply");
    }
    Ok(text)
}

/// Puts the reply on disk before anything looks at it.
fn record(
    reply: String,
    stub: &Stub,
    workspace: &Workspace,
    environment: &Environment,
) -> anyhow::Result<Record> {
    let new = NewRecord {
        asked_for: Asked {
            path: stub.path.clone(),
            topic: stub.request.topic.clone(),
            brief: stub.request.brief.clone(),
            options: stub.request.options.clone(),
            language: stub.language.clone(),
            provider: "accepted".to_owned(),
            model: "by-hand".to_owned(),
            asked: environment.timestamp(),
            prompt: None,
        },
        outcome: Outcome::default(),
        reply,
    };
    let name = workspace.store.write(&new)?;
    load(&name, workspace)
}

fn named(name: &str, stub: &Stub, workspace: &Workspace) -> anyhow::Result<Record> {
    let full = if name.contains('/') {
        name.to_owned()
    } else {
        format!("{}/{name}", stub.key)
    };
    let name =
        RecordName::parse(full.trim_start_matches(".postwright/replies/")).with_context(|| {
            format!(
                "`{}` is no name of a record; `postwright status --format json` shows them",
                escape(name)
            )
        })?;
    load(&name, workspace)
}

fn load(name: &RecordName, workspace: &Workspace) -> anyhow::Result<Record> {
    match workspace.store.entry(name) {
        Some(Entry::Good(record)) => Ok(*record),
        Some(Entry::Damaged { why, .. }) => {
            bail!("the record {name} is damaged: {why}; bring it back from version control")
        }
        Some(Entry::Newer { version, .. }) => {
            bail!("the record {name} has the newer format {version}; use a newer Postwright")
        }
        None => bail!("there is no record {name}"),
    }
}
