//! `records show`: a reply with what is known of it. Reads only.

use anyhow::{Context as _, anyhow, bail};

use super::find;
use crate::cli;
use crate::command::survey::survey;
use crate::command::workspace::Workspace;
use crate::command::{Context, Environment, Status};
use crate::config::Flags;
use crate::record::{Entry, RecordName};
use crate::text::escape;

pub(super) fn run(
    arguments: &cli::ShowRecords,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let workspace = Workspace::open(context, environment, Flags::default())?;
    let given = arguments.what.to_string_lossy();
    let names = match find(&given, &workspace)? {
        Some(name) => vec![name],
        None => of_page(arguments, &workspace, environment)?,
    };
    let mut status = Status::Success;
    for name in &names {
        let bytes = workspace
            .store
            .record_file(name)?
            .with_context(|| format!("there is no record {name}"))?;
        if names.len() > 1 {
            let gap = if *name == names[0] { "" } else { "\n" };
            environment.print(&format!("{gap}==> {} <==\n", name.path()));
        }
        print(name, &bytes, environment);
        match workspace.store.entry(name) {
            Some(Entry::Damaged { why, .. }) => {
                environment.note(&format!("{name} is damaged: {}", escape(&why)));
                status = Status::Attention;
            }
            Some(Entry::Newer { version, .. }) => environment.note(&format!(
                "{name} has the form {version}, which a newer Postwright wrote"
            )),
            Some(Entry::Good(_)) | None => {}
        }
    }
    Ok(status)
}

/// The records of a page, the oldest first: all that were asked for by a stub; those that a post was made from.
fn of_page(
    arguments: &cli::ShowRecords,
    workspace: &Workspace,
    environment: &Environment,
) -> anyhow::Result<Vec<RecordName>> {
    let shown = escape(&arguments.what.to_string_lossy()).into_owned();
    let selected = workspace
        .select(
            &workspace.walk(),
            std::slice::from_ref(&arguments.what),
            environment,
        )
        .map_err(|_| {
            anyhow!("{shown} is neither a record nor a page of the site; `postwright records list` shows the records that there are")
        })?;
    let [page] = selected.pages.as_slice() else {
        bail!("{shown} is a folder; give the path of one page, or the name of a record");
    };
    let survey = survey(workspace, std::slice::from_ref(page));
    let names = if let Some(stub) = survey.stubs.first() {
        let entries = workspace.store.records(&stub.key)?;
        entries
            .iter()
            .rev()
            .map(|entry| entry.name().clone())
            .collect()
    } else if let Some(post) = survey.posts.first() {
        match RecordName::parse(&post.provenance.reply) {
            Some(name) => workspace.store.chain(&name),
            None => Vec::new(),
        }
    } else {
        bail!("{shown} is neither a stub nor a post that Postwright wrote, so it has no replies")
    };
    if names.is_empty() {
        bail!("no reply is recorded for {shown}");
    }
    Ok(names)
}

/// The file's bytes for a program; what can be read of them for a person, and for the log of a CI service.
fn print(name: &RecordName, bytes: &[u8], environment: &mut Environment) {
    if !environment.stdout_is_terminal && !environment.is_ci() {
        return environment.print_bytes(bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    let mut out = format!("{}\n", name.path());
    for line in text.lines() {
        let shown: Vec<_> = line.split('\t').map(escape).collect();
        out.push_str(&shown.join("\t"));
        out.push('\n');
    }
    environment.print_lines(&out);
}
