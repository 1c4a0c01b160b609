//! `restore`: gives back the stub that a post was made from.

use std::path::Path;

use super::ask::{lock, sweep};
use super::edits::parts;
use super::status::{is_edited, usable};
use super::survey::{Target, Written, target};
use super::workspace::Workspace;
use super::{Context, Environment, Status};
use crate::cli;
use crate::config::Flags;
use crate::disk::Expect;
use crate::record::{Entry, RecordName};
use crate::report::human;
use crate::stub::Stub;
use crate::text::escape;

pub(super) fn run(
    arguments: &cli::Restore,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let workspace = Workspace::open(context, environment, Flags::default())?;
    let lock = lock(&workspace, environment)?;
    let Target { stub, written } = match target(&workspace, &arguments.path, environment)? {
        Ok(target) => target,
        Err(report) => {
            environment.note_all(&human::troubles(&[report]));
            return Ok(Status::Attention);
        }
    };
    let folder = stub.file.parent().map(Path::to_owned);
    sweep(&lock, folder, &workspace, environment);
    let Some(written) = written else {
        environment.note(&format!("{} is a stub already", escape(stub.path.as_str())));
        return Ok(Status::Success);
    };
    let path = escape(written.page.path.as_str()).into_owned();
    let is_edited = is_edited(&written, &workspace);
    if is_edited && !arguments.force {
        let parts = match parts(&written, &workspace).as_slice() {
            [] => String::new(),
            parts => format!(" ({})", parts.join(" and ").replace('-', " ")),
        };
        environment.note(&format!(
            "{path}: the post was edited{parts} since it was written, so it is left as it is\n  \
             help: `postwright restore --force {path}` gives the stub back, and keeps your version in .postwright/pages"
        ));
        return Ok(Status::Attention);
    }
    // The post is kept as well: `--force` must not lose what a person wrote.
    let kept = workspace.store.keep_page(written.text.as_bytes())?;
    workspace.root.write_atomic(
        &written.page.file,
        stub.text.as_bytes(),
        Expect::Bytes(written.text.as_bytes()),
    )?;
    environment.print_lines(&format!("restored  {path}\n"));
    if is_edited {
        environment.note(&format!(
            "your version is kept as .postwright/pages/{kept}.md"
        ));
    } else if !context.global.quiet {
        environment.note(&format!("the post is kept as .postwright/pages/{kept}.md"));
    }
    if !context.global.quiet {
        environment.note(&what_comes_next(&written, &stub, &workspace)?);
    }
    Ok(Status::Success)
}

/// What the next run makes of the stub: not always the post that it was.
fn what_comes_next(
    written: &Written,
    stub: &Stub,
    workspace: &Workspace,
) -> anyhow::Result<String> {
    let usable = usable(workspace);
    let entries = workspace.store.records(&stub.key)?;
    let newest = entries
        .iter()
        .filter_map(Entry::record)
        .find(|record| usable(record).is_ok())
        .map(|record| record.name.to_string());
    let own = &written.provenance.reply;
    if newest.as_ref() == Some(own) {
        return Ok("the next `postwright generate` makes it again from its reply".to_owned());
    }
    let path = escape(stub.path.as_str());
    let next = newest.map_or_else(
        || {
            "no reply to this very stub is kept, so the next `postwright generate` may ask for one"
                .to_owned()
        },
        |name| format!("the next `postwright generate` makes it of another reply, {name}"),
    );
    let is_there =
        RecordName::parse(own).is_some_and(|name| workspace.store.entry(&name).is_some());
    Ok(if is_there {
        format!(
            "{next}\n  help: to have it from its own reply again: postwright accept {path} --record {}",
            escape(own)
        )
    } else {
        next
    })
}
