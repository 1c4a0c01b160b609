//! A folder to look into.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::generator::{Entry, Files};

use super::{Error, is_absent, read_text};

/// Configuration files and templates are smaller than this, in bytes.
const LIMIT: u64 = 4 * 1024 * 1024;

/// A read-only view of a folder, for finding out what site it holds. Links are followed, since themes often are links.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// A view of `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

impl Files for Folder {
    /// The text of a file; `None` where there is no such file.
    ///
    /// # Errors
    /// A file that is there and cannot be read, is no regular file, is not UTF-8 or is larger than 4 MiB.
    fn read(&self, relative: &str) -> io::Result<Option<String>> {
        match read_text(&self.root.join(relative), LIMIT) {
            Ok(text) => Ok(Some(text)),
            // A folder of this name is no such file.
            Err(error) if error.is_not_found() => Ok(None),
            Err(Error::NotAFile { .. }) => Ok(None),
            Err(Error::Io { cause, .. }) => Err(cause),
            Err(error) => Err(io::Error::new(
                io::ErrorKind::InvalidData,
                error.to_string(),
            )),
        }
    }

    fn keep(&self) -> Box<dyn Files + Send + Sync> {
        Box::new(self.clone())
    }

    /// The names in a folder, sorted, each with whether it is a folder itself; empty where there is no such folder.
    /// Names that are not UTF-8 are left out.
    fn list(&self, relative: &str) -> io::Result<Vec<Entry>> {
        let dir = self.root.join(relative);
        let entries = match fs::read_dir(&dir) {
            Ok(entries) => entries,
            Err(error) if is_absent(&error) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry?;
            if let Ok(name) = entry.file_name().into_string() {
                let is_dir = entry.path().is_dir();
                names.push(Entry { name, is_dir });
            }
        }
        names.sort();
        Ok(names)
    }
}
