//! The only door to the file system.
//!
//! Reading asks for a limit in bytes and takes regular files only, so that neither a device nor a huge file stops a run.
//! Writing goes through [`Root`], which admits no path outside the site, and through a temporary file beside the target,
//! so that a reader sees the old file or the new one and nothing between.

#![allow(
    clippy::disallowed_methods,
    reason = "this module is the door that everything else has to go through"
)]

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::site::SitePath;
use crate::text::escape;

mod copy;
mod dir;
mod folder;
mod lock;
mod room;
mod root;
mod scan;
mod temporary;
mod write;

pub use copy::{copy_tree, mentions};
pub use folder::Folder;
pub use lock::Lock;
pub use room::Room;
pub use root::{HOME, Root};
pub use scan::each_start;
pub use write::Expect;

/// What went wrong at the file system, about one file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused.
    #[error("cannot {doing} {}: {cause}", shown(path))]
    Io {
        /// What was tried: `read`, `write`, `list`…
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The reason given by the operating system. Part of the message already, and so no `source` of the error.
        cause: io::Error,
    },
    /// The file is larger than anything that belongs there.
    #[error("{} is larger than {limit} bytes", shown(path))]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit, in bytes.
        limit: u64,
    },
    /// A link, folder, device, socket or pipe stands where a regular file was expected.
    #[error("{} is {what}, not a regular file", shown(path))]
    NotAFile {
        /// What stands there.
        path: PathBuf,
        /// Its kind with an article: `a symbolic link`, `a folder`.
        what: &'static str,
    },
    /// The file is not UTF-8.
    #[error("{}:{line}: byte {byte} of the file is not UTF-8", shown(path))]
    NotText {
        /// The file.
        path: PathBuf,
        /// Offset of the first bad byte, from 0.
        byte: usize,
        /// Line of that byte, from 1.
        line: usize,
    },
    /// The file is no longer what was read; nothing was written.
    #[error("{} was changed by someone else in the meantime", shown(path))]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The file was changed by someone else at the last moment, and could not be put back under its name.
    #[error(
        "{} was changed by someone else in the meantime, and what they wrote is in {} now, since it could not be put back: {cause}",
        shown(path),
        shown(aside)
    )]
    SetAside {
        /// The file.
        path: PathBuf,
        /// Where what stood there last is.
        aside: PathBuf,
        /// The reason given by the operating system.
        cause: io::Error,
    },
    /// The file exists already; nothing was written.
    #[error("{} exists already", shown(path))]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The path leads out of the site; nothing was written.
    #[error("{} lies outside {}", shown(path), shown(root))]
    Outside {
        /// The path as given.
        path: PathBuf,
        /// The folder that must not be left.
        root: PathBuf,
    },
}

/// A result of this module.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The cause as a kebab-case word, for the JSON output.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Io { .. } => "io",
            Self::TooLarge { .. } => "too-large",
            Self::NotAFile { .. } => "not-a-file",
            Self::NotText { .. } => "not-utf-8",
            Self::Changed { .. } | Self::SetAside { .. } => "page-changed",
            Self::Exists { .. } => "exists",
            Self::Outside { .. } => "outside-site",
        }
    }

    /// What to do about it, where that can be said in general.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Io { cause, .. } => match cause.kind() {
                io::ErrorKind::NotFound => Some(
                    "check the path: a relative one starts in the folder that the command runs in",
                ),
                io::ErrorKind::PermissionDenied => {
                    Some("check the permissions of the file and of the folder it is in")
                }
                io::ErrorKind::ReadOnlyFilesystem => Some("the disk is mounted read-only"),
                io::ErrorKind::StorageFull => Some("the disk is full: make room and run again"),
                _ => None,
            },
            Self::TooLarge { .. } => Some("move it out of the content folder if it is no page"),
            Self::NotAFile { .. } => {
                Some("links, pipes and devices are never written: use the real file's path")
            }
            Self::NotText { .. } => Some("save the file as UTF-8"),
            Self::Changed { .. } => {
                Some("nothing was lost: run the command again, and it says what can be done")
            }
            Self::SetAside { .. } => Some("move it back to its place by hand"),
            Self::Exists { .. } => Some("nothing was overwritten: choose another name"),
            Self::Outside { .. } => Some("only files of the site are written"),
        }
    }

    /// Whether the file simply is not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::Io { cause, .. } if is_absent(cause))
    }
}

/// An [`Error::Io`] from what was tried and where, for `map_err`.
fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    move |cause| Error::Io {
        doing,
        path: path.to_owned(),
        cause,
    }
}

fn shown(path: &Path) -> String {
    escape(SitePath::from_path(Path::new(""), path).as_str()).into_owned()
}

/// "No such file" and "a file stands where a folder of the path should": both mean that it does not exist.
fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Room for this many bytes is made before reading, at most: a file may lie about its size.
const LARGEST_GUESS: u64 = 1024 * 1024;

/// The bytes of a regular file of at most `limit` bytes. Links are followed.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    // One byte more than allowed tells a file that grew, or lied about its size, from one that fits.
    let bytes = read_start(path, limit.saturating_add(1))?;
    if bytes.len() as u64 > limit {
        return Err(Error::TooLarge {
            path: path.to_owned(),
            limit,
        });
    }
    Ok(bytes)
}

/// The first bytes of a regular file, `limit` at most; a longer file is no error. Links are followed.
pub fn read_start(path: &Path, limit: u64) -> Result<Vec<u8>> {
    // Asked before opening, because opening a pipe waits for its writer.
    let before = fs::metadata(path).map_err(io_error("read", path))?;
    must_be_file(path, &before)?;
    let file = File::open(path).map_err(io_error("read", path))?;
    let opened = file.metadata().map_err(io_error("read", path))?;
    must_be_file(path, &opened)?;
    // One more, so that the end is seen without more room being made.
    let size = opened.len().min(limit).min(LARGEST_GUESS);
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    file.take(limit)
        .read_to_end(&mut bytes)
        .map_err(io_error("read", path))?;
    Ok(bytes)
}

/// The text of a regular file of at most `limit` bytes. A byte order mark is kept. Links are followed.
pub fn read_text(path: &Path, limit: u64) -> Result<String> {
    String::from_utf8(read(path, limit)?).map_err(|error| {
        let byte = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..byte];
        Error::NotText {
            path: path.to_owned(),
            byte,
            line: before.split(|&b| b == b'\n').count(),
        }
    })
}

fn must_be_file(path: &Path, metadata: &fs::Metadata) -> Result<()> {
    if metadata.is_file() {
        return Ok(());
    }
    let kind = if metadata.is_symlink() {
        EntryKind::Link
    } else if metadata.is_dir() {
        EntryKind::Folder
    } else {
        EntryKind::Other
    };
    Err(not_a_file(path, kind))
}

fn not_a_file(path: &Path, kind: EntryKind) -> Error {
    Error::NotAFile {
        path: path.to_owned(),
        what: match kind {
            EntryKind::File => "a file",
            EntryKind::Folder => "a folder",
            EntryKind::Link => "a symbolic link",
            EntryKind::Other => "a device, pipe or socket",
        },
    }
}

/// What a name in a folder stands for. Links are not followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, whatever it points to.
    Link,
    /// A device, pipe or socket.
    Other,
}

/// The names in a folder with what they stand for, sorted by their bytes.
pub fn list(dir: &Path) -> Result<Vec<(OsString, EntryKind)>> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(dir).map_err(io_error("list", dir))? {
        let entry = entry.map_err(io_error("list", dir))?;
        let kind = match entry.file_type() {
            Ok(kind) if kind.is_file() => EntryKind::File,
            Ok(kind) if kind.is_dir() => EntryKind::Folder,
            Ok(kind) if kind.is_symlink() => EntryKind::Link,
            Ok(_) => EntryKind::Other,
            // It vanished between the listing and the question.
            Err(error) if is_absent(&error) => continue,
            Err(error) => return Err(io_error("list", &entry.path())(error)),
        };
        entries.push((entry.file_name(), kind));
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(entries)
}

/// The path without links and `..`, where it exists; as it is where it does not.
pub fn resolve(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Writes bytes that have no other place to a new file of the system's temporary folder, readable by its owner alone,
/// and gives its path. Nothing removes it.
pub fn keep_aside(prefix: &str, bytes: &[u8]) -> io::Result<PathBuf> {
    use std::io::Write as _;

    let mut file = tempfile::Builder::new()
        .prefix(prefix)
        .suffix(".md")
        .tempfile()?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    let (_, path) = file.keep().map_err(|error| error.error)?;
    Ok(path)
}

/// Whether the name of a file is one that Postwright gives to a file that is not in its place yet.
pub fn is_temporary(path: &Path) -> bool {
    let name = path.file_name().and_then(OsStr::to_str);
    name.is_some_and(|name| temporary::left_over(name).is_some())
}

/// Whether a regular file has this name; a link is none.
pub fn is_file(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// Whether anything at all has this name, a dangling link included.
pub fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Whether a symbolic link has this name, wherever it leads.
pub fn is_link(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink())
}

#[cfg(test)]
mod tests;
