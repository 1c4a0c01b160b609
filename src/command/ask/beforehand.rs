//! What has to hold before anything is asked: one run at a time, a place for what comes, and attempts that are left.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::recover::in_vain;
use crate::command::Environment;
use crate::command::workspace::Workspace;
use crate::content::Walk;
use crate::disk::{self, Lock};
use crate::report::{PostReport, PostState, Trouble, human};
use crate::site::SitePath;
use crate::stub::Stub;
use crate::text::escape;

/// Takes the site's lock, and removes what runs that were killed have left in `.postwright/`; says who holds the lock
/// where that takes a while.
pub(in crate::command) fn lock(
    workspace: &Workspace,
    environment: &mut Environment,
) -> anyhow::Result<Lock> {
    let since = since(environment);
    let lock = workspace.root.lock(&since, |holder| {
        environment.note(&format!("waiting for {}", escape(holder)));
    })?;
    workspace.store.sweep(&lock);
    sweep(
        &lock,
        [workspace.root.dir().to_owned()],
        workspace,
        environment,
    );
    Ok(lock)
}

/// Removes what runs that were killed have left in these folders; says what of it is a person's and was brought back.
pub(in crate::command) fn sweep(
    lock: &Lock,
    folders: impl IntoIterator<Item = PathBuf>,
    workspace: &Workspace,
    environment: &mut Environment,
) {
    for file in folders.into_iter().flat_map(|folder| lock.sweep(&folder)) {
        let path = SitePath::from_path(workspace.root.dir(), &file);
        environment.note(&format!(
            "{}: somebody saved this page at the moment when a run wrote it that was killed then; what they saved is in this \
             file: take from it what the page lacks, and remove it",
            escape(path.as_str())
        ));
    }
}

/// What a lock says of when it was taken.
pub(in crate::command) fn since(environment: &Environment) -> String {
    environment
        .moment()
        .strftime("%Y-%m-%d %H:%M:%S UTC")
        .to_string()
}

/// The folders of pages in which a run that was killed has left something.
pub(in crate::command) fn littered(walk: &Walk) -> BTreeSet<PathBuf> {
    let left = walk.hidden.iter().filter(|file| disk::is_temporary(file));
    left.filter_map(|file| Some(file.parent()?.to_path_buf()))
        .collect()
}

/// Takes away the stubs whose posts could not be written, before money is spent, and reports them. Nothing at all can be
/// asked where the replies could not be kept.
pub(in crate::command) fn unwritable(
    asked: &mut Vec<&Stub>,
    workspace: &Workspace,
) -> anyhow::Result<Vec<PostReport>> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let root = &workspace.root;
    let home = root.make_home()?;
    workspace
        .store
        .prepare()
        .map_err(anyhow::Error::from)
        .and_then(|()| Ok(root.check_writable(&home)?))
        .context("nothing was asked, since what comes back could not be kept")?;
    let mut folders: BTreeMap<PathBuf, Option<Trouble>> = BTreeMap::new();
    let mut reports = Vec::new();
    asked.retain(|stub| {
        let folder = stub
            .file
            .parent()
            .map(Path::to_path_buf)
            .unwrap_or_default();
        let trouble = folders.entry(folder).or_insert_with_key(|folder| {
            let error = root.check_writable(folder).err()?;
            Some(Trouble {
                kind: error.kind().to_owned(),
                message: format!("nothing was asked, since the post could not be written: {error}"),
                help: error.help().map(str::to_owned),
            })
        });
        if let Some(trouble) = trouble {
            reports.push(
                PostReport::new(&stub.path, PostState::Failed)
                    .because(PostState::Failed, trouble.clone()),
            );
        }
        trouble.is_none()
    });
    Ok(reports)
}

/// Takes away the stubs for which as many requests as are allowed may have been paid for in vain by runs that were killed,
/// and reports them.
pub(in crate::command) fn spent(
    asked: &mut Vec<&Stub>,
    workspace: &Workspace,
) -> anyhow::Result<Vec<PostReport>> {
    let most = workspace.config.model.max_paid_attempts.max(1);
    let leftovers = in_vain(asked, &workspace.store)?;
    let mut reports = Vec::new();
    asked.retain(|stub| {
        let earlier = leftovers.get(&stub.key).copied().unwrap_or(0);
        if earlier >= most {
            let path = escape(stub.path.as_str());
            let mut report = PostReport::new(&stub.path, PostState::Failed).because(
                PostState::Failed,
                Trouble::new(
                    "may-have-been-paid",
                    format!(
                        "{} of earlier runs that ended before the reply was there may have been paid for",
                        human::plural(earlier as usize, "request")
                    ),
                    format!("to ask once more: postwright generate --refresh {path}"),
                ),
            );
            report.possibly_paid = earlier;
            reports.push(report);
        }
        earlier < most
    });
    Ok(reports)
}
