//! A folder that is held open, so that what is done in it is done in this very folder, whatever its name comes to mean
//! meanwhile, and nothing is ever reached through a symbolic link.

#[cfg(not(unix))]
#[path = "dir/elsewhere.rs"]
mod system;
#[cfg(unix)]
#[path = "dir/unix.rs"]
mod system;

pub(super) use system::{Dir, host, keep_mode, may_be_lost, reserve};

/// What to open a file for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Reading.
    Read,
    /// Reading, and writing at its end; created where it is missing.
    Append,
    /// Reading, and writing anywhere; created where it is missing.
    Update,
    /// Reading and writing a file that nobody has yet.
    New,
}
