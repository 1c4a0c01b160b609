//! Folders and the files in them by their descriptors.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags};
use rustix::io::{Errno, retry_on_intr};

use super::Access;
use crate::disk::EntryKind;

/// A folder held open.
#[derive(Debug)]
pub(in crate::disk) struct Dir(OwnedFd);

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::CLOEXEC);
/// A pipe or a device must not hold up whoever opens it before it is seen what it is.
const FILE: OFlags = OFlags::CLOEXEC
    .union(OFlags::NOFOLLOW)
    .union(OFlags::NONBLOCK)
    .union(OFlags::NOCTTY);

impl Dir {
    /// Opens `below` in `root`, a step at a time. Links are followed on the way to `root` and never below it.
    pub(in crate::disk) fn open(root: &Path, below: &Path) -> io::Result<Self> {
        let mut dir = retry_on_intr(|| rustix::fs::openat(CWD, root, FOLDER, Mode::empty()))?;
        for part in below.components() {
            match part {
                Component::CurDir => {}
                Component::Normal(name) => dir = folder_in(&dir, name)?,
                _ => return Err(io::ErrorKind::InvalidInput.into()),
            }
        }
        Ok(Self(dir))
    }

    /// Opens a folder in this one.
    pub(in crate::disk) fn folder(&self, name: &OsStr) -> io::Result<Self> {
        folder_in(&self.0, name).map(Self)
    }

    /// Opens a file. That it is a regular one is for the caller to see.
    pub(in crate::disk) fn file(&self, name: &OsStr, access: Access) -> io::Result<File> {
        let flags = match access {
            Access::Read => OFlags::RDONLY,
            Access::Append => OFlags::RDWR | OFlags::APPEND | OFlags::CREATE,
            Access::Update => OFlags::RDWR | OFlags::CREATE,
            Access::New => OFlags::RDWR | OFlags::CREATE | OFlags::EXCL,
        };
        // Masked by the umask, as for any program's new file.
        let mode = Mode::from_raw_mode(0o666);
        let file = retry_on_intr(|| rustix::fs::openat(&self.0, name, FILE | flags, mode))?;
        Ok(File::from(file))
    }

    /// What has this name.
    pub(in crate::disk) fn kind(&self, name: &OsStr) -> io::Result<EntryKind> {
        let flags = AtFlags::SYMLINK_NOFOLLOW;
        let found = retry_on_intr(|| rustix::fs::statat(&self.0, name, flags))?;
        Ok(match FileType::from_raw_mode(found.st_mode) {
            FileType::RegularFile => EntryKind::File,
            FileType::Directory => EntryKind::Folder,
            FileType::Symlink => EntryKind::Link,
            _ => EntryKind::Other,
        })
    }

    /// Whether this name is that of this very file.
    pub(in crate::disk) fn names(&self, name: &OsStr, file: &File) -> bool {
        let identity = |file: &File| file.metadata().map(|it| (it.dev(), it.ino()));
        let named = self.file(name, Access::Read);
        match (named.and_then(|it| identity(&it)), identity(file)) {
            (Ok(named), Ok(other)) => named == other,
            _ => false,
        }
    }

    /// Moves a file here from `name` in `from`, in place of whatever has the new name.
    pub(in crate::disk) fn take(&self, from: &Self, name: &OsStr, to: &OsStr) -> io::Result<()> {
        Ok(retry_on_intr(|| {
            rustix::fs::renameat(&from.0, name, &self.0, to)
        })?)
    }

    /// Moves a file here from `name` in `from`, if nothing has the new name.
    pub(in crate::disk) fn take_new(
        &self,
        from: &Self,
        name: &OsStr,
        to: &OsStr,
    ) -> io::Result<()> {
        #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
        {
            use rustix::fs::RenameFlags;
            let flags = RenameFlags::NOREPLACE;
            match retry_on_intr(|| rustix::fs::renameat_with(&from.0, name, &self.0, to, flags)) {
                Err(error) if is_unknown(error) => {}
                moved => return Ok(moved?),
            }
        }
        retry_on_intr(|| rustix::fs::linkat(&from.0, name, &self.0, to, AtFlags::empty()))?;
        from.remove(name)
    }

    /// Exchanges what has these two names, at once. `None` where the system cannot do that.
    pub(in crate::disk) fn exchange(&self, one: &OsStr, other: &OsStr) -> io::Result<Option<()>> {
        #[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
        {
            use rustix::fs::RenameFlags;
            let flags = RenameFlags::EXCHANGE;
            match retry_on_intr(|| rustix::fs::renameat_with(&self.0, one, &self.0, other, flags)) {
                Ok(()) => return Ok(Some(())),
                Err(error) if is_unknown(error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let _ = (one, other);
        Ok(None)
    }

    /// Removes a file.
    pub(in crate::disk) fn remove(&self, name: &OsStr) -> io::Result<()> {
        Ok(retry_on_intr(|| {
            rustix::fs::unlinkat(&self.0, name, AtFlags::empty())
        })?)
    }

    /// Makes a folder.
    pub(in crate::disk) fn make(&self, name: &OsStr) -> io::Result<()> {
        let mode = Mode::from_raw_mode(0o777);
        Ok(retry_on_intr(|| rustix::fs::mkdirat(&self.0, name, mode))?)
    }

    /// Makes what was created, renamed and removed in this folder last through a power loss.
    pub(in crate::disk) fn sync(&self) -> io::Result<()> {
        let sync = || retry_on_intr(|| rustix::fs::fsync(&self.0));
        match sync() {
            // Some file systems cannot sync a folder; they have nothing better to offer.
            Err(Errno::INVAL | Errno::NOTSUP) => Ok(()),
            Err(Errno::IO) => Ok(sync()?),
            synced => Ok(synced?),
        }
    }
}

fn folder_in(dir: &OwnedFd, name: &OsStr) -> io::Result<OwnedFd> {
    let flags = FOLDER | OFlags::NOFOLLOW;
    Ok(retry_on_intr(|| {
        rustix::fs::openat(dir, name, flags, Mode::empty())
    })?)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn is_unknown(error: Errno) -> bool {
    matches!(error, Errno::INVAL | Errno::NOSYS | Errno::NOTSUP)
}

/// Sets room aside for the first `bytes` bytes of a file, without making it longer. `false` where the system or the file
/// system cannot do that.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(in crate::disk) fn reserve(file: &File, bytes: u64) -> io::Result<bool> {
    let mode = rustix::fs::FallocateFlags::KEEP_SIZE;
    match retry_on_intr(|| rustix::fs::fallocate(file, mode, 0, bytes)) {
        Ok(()) => Ok(true),
        Err(Errno::NOSYS | Errno::NOTSUP | Errno::INVAL) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// See the other one.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(in crate::disk) fn reserve(_file: &File, _bytes: u64) -> io::Result<bool> {
    Ok(false)
}

/// Whether what was written to a file may be lost although the disk still works: then it has to be written anew, since
/// syncing the same file again would only seem to succeed.
pub(in crate::disk) fn may_be_lost(error: &io::Error) -> bool {
    Errno::from_io_error(error) == Some(Errno::IO)
}

/// Gives a new file the mode of the one that it replaces and, where that is allowed, its owner: a run as root (in a
/// container, say) must not take an author's pages away.
pub(in crate::disk) fn keep_mode(old: &File, new: &File) -> io::Result<()> {
    let (old, ours) = (old.metadata()?, new.metadata()?);
    if (ours.uid(), ours.gid()) != (old.uid(), old.gid()) {
        // Not allowed to most users, and then the file is ours as with any other editor.
        let _ = std::os::unix::fs::fchown(new, Some(old.uid()), Some(old.gid()));
    }
    new.set_permissions(old.permissions())
}

/// The name of this machine.
pub(in crate::disk) fn host() -> Option<String> {
    let name = rustix::system::uname().nodename().to_str().ok()?.to_owned();
    Some(name).filter(|name| !name.is_empty())
}
