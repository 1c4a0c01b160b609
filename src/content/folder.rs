//! The folder on disk behind a generator's eyes.

use std::io;
use std::path::PathBuf;

use crate::generator::{Entry, Files};

/// The largest configuration file that is read, in bytes.
const CONFIGURATION_LIMIT: u64 = 4 * 1024 * 1024;

/// A folder on disk, as a generator sees it.
#[derive(Debug, Clone)]
pub struct Folder(PathBuf);

impl Folder {
    /// The folder at `dir`.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self(dir.into())
    }
}

impl Files for Folder {
    fn read(&self, path: &str) -> io::Result<Option<String>> {
        let path = self.0.join(path);
        let metadata = match std::fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) if is_absent(&error) => return Ok(None),
            Err(error) => return Err(error),
        };
        // A pipe would hold the program up; a folder of this name is no file.
        if !metadata.is_file() {
            return Ok(None);
        }
        if metadata.len() > CONFIGURATION_LIMIT {
            return Err(io::Error::other("it is larger than 4 MiB"));
        }
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if is_absent(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn list(&self, dir: &str) -> io::Result<Vec<Entry>> {
        let listing = match std::fs::read_dir(self.0.join(dir)) {
            Ok(listing) => listing,
            Err(error) if is_absent(&error) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut entries = Vec::new();
        for entry in listing {
            let entry = entry?;
            // Themes are often linked into a site, so a link to a folder counts as one.
            let is_dir = std::fs::metadata(entry.path()).is_ok_and(|metadata| metadata.is_dir());
            entries.push(Entry {
                name: entry.file_name().to_string_lossy().into_owned(),
                is_dir,
            });
        }
        entries.sort();
        Ok(entries)
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::tests::site;
    use super::*;

    #[test]
    fn a_folder_lists_and_reads_what_is_there() {
        let (dir, _site) = site(&["a.md"]);
        let folder = Folder::new(dir.path());
        let names: Vec<String> = folder
            .list("")
            .expect("listed")
            .into_iter()
            .map(|e| e.name)
            .collect();
        assert_eq!(names, ["config.toml", "content"]);
        assert_eq!(folder.list("missing").expect("listed"), []);
        assert_eq!(folder.list("config.toml").expect("listed"), []);
        assert_eq!(folder.read("missing/x").expect("read"), None);
        assert_eq!(folder.read("config.toml/x").expect("read"), None);
        assert_eq!(folder.read("content").expect("read"), None);
        fs::write(dir.path().join("bad"), b"\xff").expect("written");
        assert_eq!(
            folder.read("bad").expect_err("bad").kind(),
            io::ErrorKind::InvalidData
        );
    }
}
