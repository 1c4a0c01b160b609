//! Files that are not in their place yet.

use std::ffi::OsStr;
use std::fs::File;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io;
use std::sync::Arc;

use super::dir::{Access, Dir};

/// Temporary files are dot-files, which Zola and Hugo ignore, and end so that a left-over is told from an author's file.
const PREFIX: &str = ".pw-";
const SUFFIX: &str = ".tmp";
const RANDOM: usize = 8;

/// A new file with a name that nobody gives by hand. It goes when this does, unless it has been given its place.
#[derive(Debug)]
pub(super) struct Temporary {
    pub(super) file: File,
    dir: Arc<Dir>,
    name: String,
    in_place: bool,
}

impl Temporary {
    pub(super) fn create(dir: &Arc<Dir>) -> io::Result<Self> {
        let mut tries = 0;
        loop {
            let name = name();
            match dir.file(OsStr::new(&name), Access::New) {
                Ok(file) => {
                    // A run that sweeps sees by it that somebody is at work here. Where there are no locks, its age must do.
                    let _ = file.try_lock();
                    return Ok(Self {
                        file,
                        dir: Arc::clone(dir),
                        name,
                        in_place: false,
                    });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && tries < 100 => {
                    tries += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn dir(&self) -> &Dir {
        &self.dir
    }

    pub(super) fn name(&self) -> &OsStr {
        OsStr::new(&self.name)
    }

    /// Lets the file stay: it has its place.
    pub(super) fn stay(mut self) {
        self.in_place = true;
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.in_place {
            // What cannot be removed is swept by a later run.
            let _ = self.dir.remove(OsStr::new(&self.name));
        }
    }
}

fn name() -> String {
    // A new hasher is seeded by the system's randomness.
    let mut bits = RandomState::new().build_hasher().finish();
    let mut name = PREFIX.to_owned();
    for _ in 0..RANDOM {
        let digit = u32::try_from(bits % 36).unwrap_or_default();
        name.extend(char::from_digit(digit, 36));
        bits /= 36;
    }
    name + SUFFIX
}

/// Whether a file's name is one that a [`Temporary`] has.
pub(super) fn is_temporary(name: &str) -> bool {
    name.strip_prefix(PREFIX)
        .and_then(|rest| rest.strip_suffix(SUFFIX))
        .is_some_and(|middle| {
            middle.len() == RANDOM && middle.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}
