//! One writing run a site.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::time::SystemTime;

use super::write::{is_temporary, refuse_other_than_file};
use super::{EntryKind, Result, io_error, list};
use crate::text::escape;

/// The lock on a site, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    file: File,
    /// When it was taken, by the clock of the file system.
    taken: Option<SystemTime>,
}

/// Locks the file at `path`, creating it where it is missing.
pub(super) fn take(path: &Path, waiting: impl FnOnce(&str)) -> Result<Lock> {
    let doing = || io_error("lock", path);
    refuse_other_than_file(path)?;
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(doing())?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            waiting(&holder(&mut file));
            file.lock().map_err(doing())?;
        }
        Err(TryLockError::Error(error)) => return Err(doing()(error)),
    }
    // Only a courtesy to the next one who waits; the lock itself is the operating system's.
    let name = format!("process {}\n", std::process::id());
    let named = file.set_len(0).and_then(|()| {
        file.rewind()?;
        file.write_all(name.as_bytes())
    });
    named.map_err(doing())?;
    let taken = file.metadata().and_then(|m| m.modified()).ok();
    Ok(Lock { file, taken })
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    // Another process may be writing its name just now; then nobody is named.
    let _ = file.take(100).read_to_string(&mut text);
    match text.trim() {
        "" => "another run".to_owned(),
        name => escape(name).into_owned(),
    }
}

impl Lock {
    /// Removes what runs that were killed left behind in `dir`: temporary files older than this lock.
    pub fn sweep(&self, dir: &Path) -> Result<usize> {
        let mut removed = 0;
        for (name, kind) in list(dir)? {
            let path = dir.join(&name);
            let ours = kind == EntryKind::File && name.to_str().is_some_and(is_temporary);
            let Some(taken) = self.taken.filter(|_| ours) else {
                continue;
            };
            let modified = fs::symlink_metadata(&path).and_then(|m| m.modified());
            if modified.is_ok_and(|modified| modified < taken) && fs::remove_file(&path).is_ok() {
                removed += 1;
            }
        }
        Ok(removed)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing would do it too. The file stays: removing it would give two runs two different locks.
        let _ = self.file.set_len(0);
        let _ = self.file.unlock();
    }
}
