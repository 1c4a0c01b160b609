//! The beginnings of all files below a folder.

use std::io;
use std::path::Path;

use super::{Error, Result, io_error, read_start};

/// Gives `visit` each regular file below `dir` and its first bytes, `limit` at most. Links below `dir` are not followed;
/// hidden files and folders count as well. Nothing is below a folder that is not there.
///
/// # Errors
/// Something below the folder cannot be listed or read, other than what vanishes meanwhile.
pub fn each_start(dir: &Path, limit: u64, visit: &mut dyn FnMut(&Path, &[u8])) -> Result<()> {
    for entry in walkdir::WalkDir::new(dir) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().unwrap_or(dir).to_owned();
                let cause = error
                    .into_io_error()
                    .unwrap_or_else(|| io::Error::other("a loop"));
                match io_error("list", &path)(cause) {
                    error if error.is_not_found() => continue,
                    error => return Err(error),
                }
            }
        };
        if !entry.file_type().is_file() {
            continue;
        }
        match read_start(entry.path(), limit) {
            Ok(bytes) => visit(entry.path(), &bytes),
            Err(error) if error.is_not_found() => {}
            // It was another kind of thing a moment ago.
            Err(Error::NotAFile { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
