//! `restore`: gives back the stub that a post was made from.

use anyhow::bail;

use super::status::post_state;
use super::survey::{stub_of, survey};
use super::workspace::Workspace;
use super::{Context, Environment, Status};
use crate::cli;
use crate::config::Flags;
use crate::disk::Expect;
use crate::plan::State;
use crate::text::escape;

pub(super) fn run(
    arguments: &cli::Restore,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let workspace = Workspace::open(context, environment, Flags::default())?;
    let walk = workspace.walk();
    let pages = workspace
        .select(&walk, std::slice::from_ref(&arguments.path), environment)?
        .pages;
    let survey = survey(&workspace, &pages);
    let [written] = survey.posts.as_slice() else {
        bail!(
            "{} is not a post that Postwright wrote; give the path of one",
            escape(&arguments.path.to_string_lossy())
        );
    };
    let path = escape(written.page.path.as_str()).into_owned();
    if post_state(written, &workspace) == State::Edited && !arguments.force {
        environment.note(&format!(
            "{path}: the post was edited since it was written, so it is left as it is\n  \
             help: keep a copy of the edits, then run `postwright restore --force {path}`"
        ));
        return Ok(Status::Attention);
    }
    let stub = match stub_of(written, &workspace) {
        Ok(stub) => stub,
        Err(trouble) => {
            environment.note(&format!(
                "{path}: {}\n  help: {}",
                trouble.message,
                trouble.help.unwrap_or_default()
            ));
            return Ok(Status::Attention);
        }
    };
    let _lock = workspace.root.lock(|_| {})?;
    // The post is kept as well: `--force` must not lose what a person wrote.
    workspace.store.keep_page(written.text.as_bytes())?;
    workspace.root.write_atomic(
        &written.page.file,
        stub.text.as_bytes(),
        Expect::Bytes(written.text.as_bytes()),
    )?;
    environment.print(&format!("restored  {path}\n"));
    Ok(Status::Success)
}
