//! `accept`: a reply from a file or standard input, as if the model had sent it. Any chat window will do as a model.

use std::io::Read;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::ask::{lock, recover, sweep};
use super::edits::ready;
use super::knowledge::Library;
use super::publish::{Around, Publisher};
use super::reading::Reading;
use super::records;
use super::run::Run;
use super::status::usable;
use super::survey::{Target, Written, target};
use super::workspace::Workspace;
use super::{Context, Environment, Status};
use crate::cli::{self, Format};
use crate::config::Flags;
use crate::disk;
use crate::record::{Asked, Entry, NewRecord, Outcome, Record, RecordName};
use crate::report::{PostReport, PostState};
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
    let reply = match &arguments.record {
        Some(_) => None,
        None => Some(read_reply(arguments, environment)?),
    };
    let lock = lock(&workspace, environment)?;
    let Target { stub, written } = match target(&workspace, &arguments.path, environment)? {
        Ok(target) => target,
        Err(report) => {
            return Ok(Run {
                posts: vec![report],
                ..Run::default()
            }
            .finish(Format::Human, false, context, environment));
        }
    };
    let folder = stub.file.parent().map(Path::to_owned);
    sweep(&lock, folder, &workspace, environment);
    let around = Around::of(&workspace);
    let mut reading = Reading::of(&around, &workspace, &workspace.walk(), environment.today());
    let record = match (&arguments.record, reply) {
        (Some(name), _) => named(name, &stub, &reading.survey.posts, &workspace)?,
        (None, Some(reply)) => {
            let is_in_a_file = arguments.reply.is_some();
            let library = &reading.library;
            record(reply, is_in_a_file, &stub, library, &workspace, environment)?
        }
        (None, None) => bail!("give a reply with --reply, on standard input, or by --record"),
    };
    super::categories::adopt(&mut workspace, &reading.pages);
    let mut run = Run::default();
    let post = written.map(|written| ready(&written, &workspace));
    match post.transpose() {
        // The reply is kept, and nothing else happens.
        Err(trouble) => {
            let report = PostReport::new(&stub.path, PostState::Failed);
            run.posts.push(report.because(PostState::Failed, trouble));
        }
        Ok(post) => {
            let mut publisher = Publisher::new(&mut workspace, &mut reading.pages, environment)?;
            let previous = post.as_ref().map(Written::as_previous);
            run.posts.push(publisher.publish(&stub, &record, previous));
            run.closing = publisher.closing_findings();
            run.sources = publisher.sources;
        }
    }
    Ok(run.finish(Format::Human, false, context, environment))
}

fn read_reply(arguments: &cli::Accept, environment: &mut Environment) -> anyhow::Result<String> {
    let text = if let Some(file) = &arguments.reply {
        disk::read_text(&environment.cwd.join(file), REPLY_LIMIT)?
    } else {
        read_input(environment)?
    };
    if text.trim().is_empty() {
        bail!("there is no reply in what was given; paste one, or name a file with --reply");
    }
    Ok(text)
}

fn read_input(environment: &mut Environment) -> anyhow::Result<String> {
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
    String::from_utf8(bytes).context("the reply is not UTF-8")
}

/// Puts the reply on disk before anything looks at it.
fn record(
    reply: String,
    is_in_a_file: bool,
    stub: &Stub,
    library: &Library,
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
            offered: library.reader(workspace).linkable(stub).1,
        },
        outcome: Outcome::default(),
        reply,
    };
    let name = workspace.store.write(&new).map_err(|error| {
        let error = anyhow::Error::from(error);
        if is_in_a_file {
            return error;
        }
        // What was pasted may be nowhere else.
        match disk::keep_aside(&format!("postwright-{}-", stub.key), new.reply.as_bytes()) {
            Ok(file) => error.context(format!(
                "the reply could not be recorded; its text is in {}",
                escape(&file.to_string_lossy())
            )),
            Err(_) => error.context("the reply could not be recorded, nor kept anywhere else"),
        }
    })?;
    // What a run that was killed had of a reply was paid for: a record, where it is worth one.
    recover(std::slice::from_ref(stub), workspace)?;
    // What was begun by asking is told by the record now.
    workspace.store.clear(&stub.key)?;
    // It may be what a killed run had for the stub as it was before.
    for leftover in workspace.store.leftovers()? {
        if leftover.partial == new.reply.as_bytes() {
            workspace.store.forget(&leftover.key, leftover.attempt)?;
        }
    }
    load(&name, workspace)
}

/// A record that is kept already. It may be of another stub, but not of one in another language, nor in use elsewhere:
/// one reply never makes two posts.
fn named(
    name: &str,
    stub: &Stub,
    posts: &[Written],
    workspace: &Workspace,
) -> anyhow::Result<Record> {
    let name = records::find(name, workspace)?.with_context(|| {
        format!(
            "there is no record `{}`; `postwright records list` shows those that there are",
            escape(name)
        )
    })?;
    let record = load(&name, workspace)?;
    if let Err(why) = usable(workspace)(&record) {
        bail!(
            "no post can be made of the reply in {}: {why}; mend a copy of it and paste that: postwright accept {}",
            name.path(),
            escape(stub.path.as_str())
        );
    }
    if record.asked_for.language != stub.language {
        bail!(
            "the record {name} is in the language `{}`, and the stub asks for `{}`",
            escape(&record.asked_for.language),
            escape(&stub.language)
        );
    }
    match posts
        .iter()
        .find(|post| post.provenance.reply == name.to_string() && post.page.path != stub.path)
    {
        Some(post) => bail!(
            "the record {name} is the post {} already, and one reply never makes two posts",
            escape(post.page.path.as_str())
        ),
        None => Ok(record),
    }
}

/// Reads a record; where it cannot be used, the message says why.
pub(super) fn load(name: &RecordName, workspace: &Workspace) -> anyhow::Result<Record> {
    match workspace.store.entry(name) {
        Some(Entry::Good(record)) => Ok(*record),
        Some(Entry::Damaged { why, .. }) => {
            bail!(
                "the record {name} is damaged: {}; bring it back from version control",
                escape(&why)
            )
        }
        Some(Entry::Newer { version, .. }) => {
            bail!("the record {name} has the newer format {version}; use a newer Postwright")
        }
        None => bail!("there is no record {name}"),
    }
}
