//! Folders and the files in them by their paths, where the system has no better.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::Access;
use crate::disk::EntryKind;

/// A folder.
#[derive(Debug)]
pub(in crate::disk) struct Dir(PathBuf);

impl Dir {
    /// Opens `below` in `root`. Links are followed on the way to `root` and never below it.
    pub(in crate::disk) fn open(root: &Path, below: &Path) -> io::Result<Self> {
        let mut dir = Self(root.to_owned());
        for part in below.components() {
            dir = dir.folder(part.as_os_str())?;
        }
        Ok(dir)
    }

    /// Opens a folder in this one.
    pub(in crate::disk) fn folder(&self, name: &OsStr) -> io::Result<Self> {
        match self.kind(name)? {
            EntryKind::Folder => Ok(Self(self.0.join(name))),
            _ => Err(io::ErrorKind::NotADirectory.into()),
        }
    }

    /// Opens a file. That it is a regular one is for the caller to see.
    pub(in crate::disk) fn file(&self, name: &OsStr, access: Access) -> io::Result<File> {
        let path = self.0.join(name);
        if access != Access::New && self.kind(name).is_ok_and(|kind| kind == EntryKind::Link) {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mut options = OpenOptions::new();
        options.read(true);
        match access {
            Access::Read => &mut options,
            Access::Append => options.append(true).create(true),
            Access::Update => options.write(true).create(true).truncate(false),
            Access::New => options.write(true).create_new(true),
        };
        options.open(path)
    }

    /// What has this name.
    pub(in crate::disk) fn kind(&self, name: &OsStr) -> io::Result<EntryKind> {
        let found = fs::symlink_metadata(self.0.join(name))?;
        Ok(match found.file_type() {
            kind if kind.is_file() => EntryKind::File,
            kind if kind.is_dir() => EntryKind::Folder,
            kind if kind.is_symlink() => EntryKind::Link,
            _ => EntryKind::Other,
        })
    }

    /// Whether this name is that of this very file: never known here.
    pub(in crate::disk) fn names(&self, _name: &OsStr, _file: &File) -> bool {
        false
    }

    /// Moves a file here from `name` in `from`, in place of whatever has the new name.
    pub(in crate::disk) fn take(&self, from: &Self, name: &OsStr, to: &OsStr) -> io::Result<()> {
        fs::rename(from.0.join(name), self.0.join(to))
    }

    /// Moves a file here from `name` in `from`, if nothing has the new name.
    pub(in crate::disk) fn take_new(
        &self,
        from: &Self,
        name: &OsStr,
        to: &OsStr,
    ) -> io::Result<()> {
        fs::hard_link(from.0.join(name), self.0.join(to))?;
        from.remove(name)
    }

    /// Exchanges what has these two names, at once: not here.
    pub(in crate::disk) fn exchange(&self, _one: &OsStr, _other: &OsStr) -> io::Result<Option<()>> {
        Ok(None)
    }

    /// Removes a file.
    pub(in crate::disk) fn remove(&self, name: &OsStr) -> io::Result<()> {
        fs::remove_file(self.0.join(name))
    }

    /// Makes a folder.
    pub(in crate::disk) fn make(&self, name: &OsStr) -> io::Result<()> {
        fs::create_dir(self.0.join(name))
    }

    /// Folders cannot be synced here.
    pub(in crate::disk) fn sync(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Room cannot be set aside here.
pub(in crate::disk) fn reserve(_file: &File, _bytes: u64) -> io::Result<bool> {
    Ok(false)
}

/// Whether what was written to a file may be lost although the disk still works.
pub(in crate::disk) fn may_be_lost(_error: &io::Error) -> bool {
    false
}

/// Gives a new file the mode of the one that it replaces.
pub(in crate::disk) fn keep_mode(old: &File, new: &File) -> io::Result<()> {
    new.set_permissions(old.metadata()?.permissions())
}

/// The name of this machine.
pub(in crate::disk) fn host() -> Option<String> {
    std::env::var("COMPUTERNAME").ok()
}
