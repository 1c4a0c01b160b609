//! `demo`: the example sites, written out and generated from their recorded replies. No key, no network.

use std::path::Path;

use anyhow::{Context as _, bail};
use include_dir::{Dir, DirEntry, include_dir};

use super::{Context, Environment, Status, generate};
use crate::cli;
use crate::disk::{self, Expect, Root};
use crate::text::escape;

/// The example sites, as they are in the repository.
static SITES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/site-example");

pub(super) fn run(
    arguments: &cli::Demo,
    context: &Context,
    environment: &mut Environment,
) -> anyhow::Result<Status> {
    let dir = environment.cwd.join(&arguments.dir);
    let shown = escape(&arguments.dir.to_string_lossy()).into_owned();
    if disk::exists(&dir)
        && !disk::list(&dir)
            .with_context(|| format!("{shown} is no folder to write into"))?
            .is_empty()
    {
        bail!(
            "{shown} is not empty, and the demo overwrites nothing; give the name of a new folder: postwright demo DIR"
        );
    }
    let root = Root::create(&dir)?;
    write(&SITES, &root)?;
    let mut status = Status::Success;
    for site in ["zola", "hugo"] {
        environment.print(&format!("{shown}/{site}: posts from recorded replies\n"));
        let context = Context {
            global: cli::Global {
                root: Some(dir.join(site)),
                ..context.global.clone()
            },
            ..*context
        };
        let arguments = cli::Generate {
            offline: true,
            ..cli::Generate::default()
        };
        status = status.max(generate::run(&arguments, &context, environment)?);
    }
    environment.print(&format!(
        "\nRead the posts:\n  cd {shown}/zola && zola serve     (or: cd {shown}/hugo && hugo server)\n\
         See what a post was made from:\n  postwright --root {shown}/zola status\n\
         Then, in a site of your own:\n  postwright init\n  postwright new \"How do I rotate SSH keys?\"\n  postwright generate\n"
    ));
    Ok(status)
}

fn write(dir: &Dir<'_>, root: &Root) -> anyhow::Result<()> {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(below) => {
                root.make_dir(below.path())?;
                write(below, root)?;
            }
            DirEntry::File(file) => {
                let path: &Path = file.path();
                root.write_atomic(&root.dir().join(path), file.contents(), Expect::Absent)?;
            }
        }
    }
    Ok(())
}
