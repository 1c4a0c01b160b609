//! Copies of folders.

use std::fs;
use std::io;
use std::path::Path;

use super::{Result, io_error};

/// Copies all files below `from` to `to`, which is there already. Links are followed, but for those that lead back up;
/// `skip` is asked with the path below `from` of each file and folder. What is neither is passed over.
///
/// # Errors
/// Something cannot be read or written.
pub fn copy_tree(from: &Path, to: &Path, skip: &dyn Fn(&Path) -> bool) -> Result<()> {
    let failed = |error: walkdir::Error| {
        let path = error.path().unwrap_or(from).to_owned();
        let cause = error
            .into_io_error()
            .unwrap_or_else(|| io::Error::other("a link that leads back to its own folder"));
        io_error("copy", &path)(cause)
    };
    let below = |path: &Path| path.strip_prefix(from).unwrap_or(path).to_owned();
    let entries = walkdir::WalkDir::new(from)
        .follow_links(true)
        .min_depth(1)
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !skip(&below(entry.path())));
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            // A link to nothing, or to a folder that it stands in, is no content.
            Err(error) if error.loop_ancestor().is_some() => continue,
            Err(error) => {
                let is_gone = error
                    .io_error()
                    .is_some_and(|cause| cause.kind() == io::ErrorKind::NotFound);
                if is_gone {
                    continue;
                }
                return Err(failed(error));
            }
        };
        let target = to.join(below(entry.path()));
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).map_err(io_error("write", &target))?;
        } else if entry.file_type().is_file() {
            fs::copy(entry.path(), &target).map_err(io_error("copy", entry.path()))?;
        }
    }
    Ok(())
}

/// Whether a text file below a folder holds a word. Links are followed; `skip` is as for [`copy_tree`].
pub fn mentions(dir: &Path, word: &str, skip: &dyn Fn(&Path) -> bool) -> bool {
    const KINDS: [&str; 7] = ["html", "htm", "md", "xml", "txt", "tera", "json"];
    let below = |path: &Path| path.strip_prefix(dir).unwrap_or(path).to_owned();
    walkdir::WalkDir::new(dir)
        .follow_links(true)
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !skip(&below(entry.path())))
        .filter_map(std::result::Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .filter(|entry| {
            let extension = entry.path().extension().unwrap_or_default();
            KINDS
                .iter()
                .any(|kind| extension.eq_ignore_ascii_case(kind))
        })
        .any(|entry| {
            super::read_start(entry.path(), LARGEST_TEMPLATE).is_ok_and(|bytes| {
                bytes
                    .windows(word.len())
                    .any(|window| window == word.as_bytes())
            })
        })
}

/// A file in which a word is looked for is read up to here, in bytes.
const LARGEST_TEMPLATE: u64 = 1024 * 1024;
