//! One writing run a site.

use std::ffi::OsStr;
use std::fs::{File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;
use std::time::SystemTime;

use super::dir::{self, Access};
use super::temporary::is_temporary;
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
    /// process has open. Gives their number; what cannot be removed does no harm, since nothing reads it.
    pub fn sweep(&self, dir: &Path) -> usize {
        let names = list(dir).unwrap_or_default().into_iter();
        let left = names.filter(|(name, kind)| {
            *kind == EntryKind::File && name.to_str().is_some_and(is_temporary)
        });
        left.filter(|(name, _)| self.remove_left_over(dir, name))
            .count()
    }

    fn remove_left_over(&self, dir: &Path, name: &OsStr) -> bool {
        let Ok(place) = self.root.place(&dir.join(name)) else {
            return false;
        };
        let Ok(Ok(file)) = place.open(Access::Read) else {
            return false;
        };
        let modified = file.metadata().and_then(|m| m.modified()).ok();
        let is_older = modified
            .zip(self.taken)
            .is_some_and(|(it, taken)| it < taken);
        let is_in_use = matches!(file.try_lock(), Err(TryLockError::WouldBlock));
        is_older && !is_in_use && place.dir.remove(name).is_ok()
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing would do it too. The file stays: removing it would give two runs two different locks.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}
