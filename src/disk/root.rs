//! The folder that writing never leaves.

use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use super::write::{self, Expect};
use super::{Error, Lock, Result, io_error, is_absent, lock};

/// The folder of records and everything else that Postwright keeps, at the site's root.
pub const HOME: &str = ".postwright";

/// Keeps git from changing line ends: a record is its bytes.
const GITATTRIBUTES: &str = "* -text\n";
/// What concerns this machine and this moment only.
const GITIGNORE: &str = "/lock\n/ledger/\n/tmp/\n.pw-*.tmp\n";
/// Written and synced as a trial before money is spent, in bytes: some replies' worth.
const PROBE: usize = 256 * 1024;

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
        write::replace(&self.admit(path)?, bytes, expect)
    }

    /// Appends to a file, which is created where it is missing. Not synced: see [`Root::sync`].
    pub fn append(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let path = self.admit(path)?;
        write::refuse_other_than_file(&path)?;
        fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(&path)
            .and_then(|mut file| file.write_all(bytes))
            .map_err(io_error("write", &path))
    }

    /// Waits until a file's bytes are on the disk.
    pub fn sync(&self, path: &Path) -> Result<()> {
        let path = self.admit(path)?;
        fs::File::open(&path)
            .and_then(|file| file.sync_all())
            .map_err(io_error("write", &path))
    }

    /// Removes a regular file; one that is not there is no error.
    pub fn remove(&self, path: &Path) -> Result<()> {
        let path = match self.admit(path) {
            Err(error) if error.is_not_found() => return Ok(()),
            admitted => admitted?,
        };
        write::refuse_other_than_file(&path)?;
        match fs::remove_file(&path) {
            Err(error) if !is_absent(&error) => Err(io_error("remove", &path)(error)),
            _ => Ok(()),
        }
    }

    /// Creates the folder `relative` and those above it, as far as they are missing. Never goes through a link.
    pub fn make_dir(&self, relative: &Path) -> Result<PathBuf> {
        let relative = relative.strip_prefix(&self.dir).unwrap_or(relative);
        let mut dir = self.dir.clone();
        for part in relative.components() {
            match part {
                Component::CurDir => continue,
                Component::Normal(name) => dir.push(name),
                _ => return Err(self.outside(relative)),
            }
            match fs::create_dir(&dir) {
                Ok(()) => write::sync_dir_of(&dir)?,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(io_error("create", &dir)(error)),
            }
            let found = fs::symlink_metadata(&dir).map_err(io_error("create", &dir))?;
            if !found.is_dir() {
                let cause = io::Error::from(io::ErrorKind::NotADirectory);
                return Err(io_error("create", &dir)(cause));
            }
        }
        Ok(dir)
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

    /// Whether files can be made in `dir` (or, where it is missing, in the nearest folder above that exists) and
    /// the disk has room for some. Meant to be asked before money is spent. Leaves nothing behind.
    pub fn check_writable(&self, dir: &Path) -> Result<()> {
        let full = self.dir.join(dir);
        let nearest = full.ancestors().find(|folder| folder.is_dir());
        let probe = nearest.unwrap_or(&self.dir).join("probe");
        let probe = self.admit(&probe)?;
        write::probe(probe.parent().unwrap_or(&self.dir), PROBE)
    }

    /// Takes the site's lock, `.postwright/lock`, which dies with this process. Where another run holds it, `waiting`
    /// is told who, and then this call waits.
    pub fn lock(&self, waiting: impl FnOnce(&str)) -> Result<Lock> {
        let home = self.make_home()?;
        lock::take(&self.admit(&home.join("lock"))?, waiting)
    }
}
