//! The folder that writing never leaves.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::dir::{Access, Dir};
use super::write::{self, Expect, Place};
use super::{EntryKind, Error, Lock, Result, io_error, is_absent, lock, not_a_file};

/// The folder of records and everything else that Postwright keeps, at the site's root.
pub const HOME: &str = ".postwright";

/// Keeps git from changing line ends: a record is its bytes.
const GITATTRIBUTES: &str = "* -text\n";
/// What concerns this machine and this moment only.
const GITIGNORE: &str = "/lock\n/ledger/\n/tmp/\n.pw-*.tmp\n";

/// A site's root folder, resolved once. All that writes goes through it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    dir: PathBuf,
}

impl Root {
    /// The root `dir`, which must be an existing folder.
    pub fn open(dir: &Path) -> Result<Self> {
        let dir = fs::canonicalize(dir).map_err(io_error("open", dir))?;
        if !dir.is_dir() {
            let cause = io::Error::from(io::ErrorKind::NotADirectory);
            return Err(io_error("open", &dir)(cause));
        }
        Ok(Self { dir })
    }

    /// The root `dir`, created with the folders above it as far as they are missing.
    pub fn create(dir: &Path) -> Result<Self> {
        fs::create_dir_all(dir).map_err(io_error("create", dir))?;
        Self::open(dir)
    }

    /// The folder, absolute and free of links.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// `path` with its folder resolved, if that lies in this root. A relative path is taken from the root.
    /// The file itself need not exist; its folder must.
    pub fn admit(&self, path: &Path) -> Result<PathBuf> {
        let full = self.dir.join(path);
        let (Some(parent), Some(name)) = (full.parent(), full.file_name()) else {
            return Err(self.outside(path));
        };
        let parent = fs::canonicalize(parent).map_err(io_error("write in", parent))?;
        if !parent.starts_with(&self.dir) {
            return Err(self.outside(path));
        }
        Ok(parent.join(name))
    }

    /// `path` in its folder, held open; see [`Root::admit`]. Links that come into the way to it from now on are not followed.
    pub(super) fn place(&self, path: &Path) -> Result<Place> {
        let path = self.admit(path)?;
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(self.outside(&path));
        };
        let below = parent
            .strip_prefix(&self.dir)
            .map_err(|_| self.outside(&path))?;
        let dir = Dir::open(&self.dir, below).map_err(io_error("write in", parent))?;
        Ok(Place {
            dir: Arc::new(dir),
            name: name.to_owned(),
            path,
        })
    }

    fn outside(&self, path: &Path) -> Error {
        Error::Outside {
            path: path.to_owned(),
            root: self.dir.clone(),
        }
    }

    /// Writes a whole file at once: readers see the old file or the new one. The folder must exist
    /// ([`Root::make_dir`]). The old file's mode is kept; a new file gets what the user's umask gives.
    ///
    /// # Errors
    /// [`Error::Changed`], [`Error::Exists`], [`Error::NotAFile`] where the target is not what `expect` says, seen right
    /// before the rename; then the target is untouched.
    pub fn write_atomic(&self, path: &Path, bytes: &[u8], expect: Expect<'_>) -> Result<()> {
        write::replace(self.place(path)?, bytes, expect)
    }

    /// Appends to a file, which is created where it is missing. Not synced: see [`Root::sync`].
    ///
    /// # Errors
    /// The bytes cannot be written; then none of them is there, as far as that can be undone.
    pub fn append(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let mut file = self.open_to_append(path)?;
        let appended = file.metadata().and_then(|before| {
            file.write_all(bytes).inspect_err(|_| {
                // Whoever tries again appends all of it.
                let _ = file.set_len(before.len());
            })
        });
        appended.map_err(io_error("write", path))
    }

    pub(super) fn open_to_append(&self, path: &Path) -> Result<File> {
        let place = self.place(path)?;
        let opened = place.open(Access::Append);
        opened.map_err(io_error("write", &place.path))?
    }

    /// Waits until a file's bytes are on the disk.
    pub fn sync(&self, path: &Path) -> Result<()> {
        let place = self.place(path)?;
        let opened = place.open(Access::Read);
        opened
            .map_err(io_error("write", &place.path))??
            .sync_all()
            .map_err(io_error("write", &place.path))
    }

    /// Removes a regular file; one that is not there is no error.
    pub fn remove(&self, path: &Path) -> Result<()> {
        let place = match self.place(path) {
            Err(error) if error.is_not_found() => return Ok(()),
            place => place?,
        };
        match place.dir.kind(&place.name) {
            Ok(EntryKind::File) => {}
            Ok(other) => return Err(not_a_file(&place.path, other)),
            Err(error) if is_absent(&error) => return Ok(()),
            Err(error) => return Err(io_error("remove", &place.path)(error)),
        }
        match place.dir.remove(&place.name) {
            Err(error) if !is_absent(&error) => Err(io_error("remove", &place.path)(error)),
            _ => Ok(()),
        }
    }

    /// Creates the folder `relative` and those above it, as far as they are missing. Never goes through a link.
    pub fn make_dir(&self, relative: &Path) -> Result<PathBuf> {
        let relative = relative.strip_prefix(&self.dir).unwrap_or(relative);
        let mut path = self.dir.clone();
        let mut dir = Dir::open(&path, Path::new("")).map_err(io_error("create", &path))?;
        for part in relative.components() {
            let name = match part {
                Component::CurDir => continue,
                Component::Normal(name) => name,
                _ => return Err(self.outside(relative)),
            };
            path.push(name);
            let opened = match dir.folder(name) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => make(&dir, name),
                opened => opened,
            };
            dir = opened.map_err(io_error("create", &path))?;
        }
        Ok(path)
    }

    /// Creates `.postwright/` with its two files for git, as far as they are missing. Every write below it starts here.
    pub fn make_home(&self) -> Result<PathBuf> {
        let home = self.make_dir(Path::new(HOME))?;
        for (name, text) in [(".gitattributes", GITATTRIBUTES), (".gitignore", GITIGNORE)] {
            let file = home.join(name);
            if super::exists(&file) {
                continue;
            }
            match self.write_atomic(&file, text.as_bytes(), Expect::Absent) {
                // Another run was faster.
                Ok(()) | Err(Error::Exists { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(home)
    }

    /// Takes the site's lock, `.postwright/lock`, which dies with this process. `since` is noted in it for others to read.
    /// Where another run holds it, `waiting` is told who, and then this call waits.
    pub fn lock(&self, since: &str, waiting: impl FnOnce(&str)) -> Result<Lock> {
        let home = self.make_home()?;
        lock::take(self, &home.join("lock"), since, waiting)
    }

    /// Takes the lock of a site that has a `.postwright/` already, if nobody holds it.
    pub fn try_lock(&self, since: &str) -> Result<Option<Lock>> {
        let home = self.dir.join(HOME);
        if !super::exists(&home) {
            return Ok(None);
        }
        lock::try_take(self, &home.join("lock"), since)
    }
}

/// Makes a folder and opens it.
fn make(dir: &Dir, name: &std::ffi::OsStr) -> io::Result<Dir> {
    match dir.make(name) {
        Ok(()) => dir.sync()?,
        // Another run was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    dir.folder(name)
}
