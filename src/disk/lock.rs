//! One writing run a site.

use std::ffi::OsStr;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::dir::{self, Access};
use super::temporary::{hash_of, left_over};
use super::{EntryKind, Result, Root, io_error, list};
use crate::text::escape;

/// As much as is read of who holds a lock, in bytes.
const HOLDER: u64 = 300;

/// The lock on a site, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    root: Root,
    file: File,
    /// When it was taken, by the clock of the file system.
    taken: Option<SystemTime>,
}

/// Locks the file at `path`, creating it where it is missing, and waits where another process has locked it.
pub(super) fn take(
    root: &Root,
    path: &Path,
    since: &str,
    waiting: impl FnOnce(&str),
) -> Result<Lock> {
    let mut file = open(root, path)?;
    if !is_free(&file).map_err(io_error("lock", path))? {
        waiting(&holder(&mut file));
        wait(&file).map_err(io_error("lock", path))?;
    }
    Ok(taken(root, file, since))
}

/// The same without waiting: `None` where another process has it.
pub(super) fn try_take(root: &Root, path: &Path, since: &str) -> Result<Option<Lock>> {
    let file = open(root, path)?;
    let is_free = is_free(&file).map_err(io_error("lock", path))?;
    Ok(is_free.then(|| taken(root, file, since)))
}

fn open(root: &Root, path: &Path) -> Result<File> {
    let opened = root.place(path)?.open(Access::Update);
    opened.map_err(io_error("lock", path))?
}

fn is_free(file: &File) -> io::Result<bool> {
    loop {
        return match file.try_lock() {
            Ok(()) => Ok(true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Interrupted => {
                continue;
            }
            Err(TryLockError::Error(error)) => Err(error),
        };
    }
}

fn wait(file: &File) -> io::Result<()> {
    loop {
        match file.lock() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            locked => return locked,
        }
    }
}

fn taken(root: &Root, mut file: File, since: &str) -> Lock {
    let mut name = format!("process {}", std::process::id());
    if let Some(host) = dir::host() {
        name.push_str(&format!(" on {host}"));
    }
    name.push_str(&format!(" since {since}\n"));
    // Only a courtesy to the next one who waits; the lock itself is the operating system's.
    let _ = file.set_len(0).and_then(|()| {
        file.rewind()?;
        file.write_all(name.as_bytes())
    });
    let taken = file.metadata().and_then(|m| m.modified()).ok();
    Lock {
        root: root.clone(),
        file,
        taken,
    }
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    // Another process may be writing its name just now; then nobody is named.
    let _ = file.take(HOLDER).read_to_string(&mut text);
    match text.trim() {
        "" => "another run".to_owned(),
        name => escape(name).into_owned(),
    }
}

impl Lock {
    /// Removes what runs that were killed left behind in `dir`: temporary files that are older than this lock and that no
    /// process has open. What cannot be removed does no harm, since nothing reads it.
    ///
    /// What somebody saved in the very moment in which a page was written, and the run that wrote it was killed before it
    /// could give it back, is none of them: it gets a name beside its page, and these files are given.
    pub fn sweep(&self, dir: &Path) -> Vec<PathBuf> {
        let files = list(dir).unwrap_or_default().into_iter();
        files
            .filter(|(_, kind)| *kind == EntryKind::File)
            .filter_map(|(name, _)| self.clear(dir, &name))
            .collect()
    }

    /// Removes a left-over, or brings back what is a person's: then its new path is given.
    fn clear(&self, dir: &Path, name: &OsStr) -> Option<PathBuf> {
        let left = left_over(name.to_str()?)?;
        let place = self.root.place(&dir.join(name)).ok()?;
        let mut file = place.open(Access::Read).ok()?.ok()?;
        let modified = file.metadata().and_then(|m| m.modified()).ok();
        let is_older = modified
            .zip(self.taken)
            .is_some_and(|(it, taken)| it < taken);
        let is_in_use = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
        if !is_older || is_in_use {
            return None;
        }
        let Some(kept) = left.name_to_keep() else {
            // What cannot be removed does no harm.
            let _ = place.dir.remove(name);
            return None;
        };
        if left.is_known(&hash_of(&mut file).ok()?) {
            let _ = place.dir.remove(name);
            return None;
        }
        let moved = place.dir.take_new(&place.dir, name, OsStr::new(&kept));
        moved.ok().map(|()| place.path.with_file_name(kept))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing would do it too. The file stays: removing it would give two runs two different locks.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}
