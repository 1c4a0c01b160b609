//! `restore`: gives back the stub that a post was made from.

use super::ask::lock;
use super::status::post_state;
use super::survey::{Target, target};
use super::workspace::Workspace;
use super::{Context, Environment, Status};
use crate::cli;
use crate::config::Flags;
use crate::disk::Expect;
use crate::plan::State;
use crate::report::human;
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
    if let Some(folder) = stub.file.parent() {
        lock.sweep(folder);
    }
    let Some(written) = written else {
        environment.note(&format!("{} is a stub already", escape(stub.path.as_str())));
        return Ok(Status::Success);
    };
    let path = escape(written.page.path.as_str()).into_owned();
    if post_state(&written, &workspace) == State::Edited && !arguments.force {
        environment.note(&format!(
            "{path}: the post was edited since it was written, so it is left as it is\n  \
             help: keep a copy of the edits, then run `postwright restore --force {path}`"
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
    if !context.global.quiet {
        environment.note(&format!(
            "the post is kept as .postwright/pages/{kept}.md; the next `postwright generate` makes it again from its reply"
        ));
    }
    Ok(Status::Success)
}
