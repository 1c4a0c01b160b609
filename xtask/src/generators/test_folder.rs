//! A folder for one test.

use std::fs;
use std::ops::Deref;
use std::path::{Path, PathBuf};

/// A new, empty folder, removed at the end of the test.
pub(super) struct TestFolder(PathBuf);

impl TestFolder {
    /// `name` is this test's own.
    pub(super) fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("postwright-xtask-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Deref for TestFolder {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
