//! Files that are not in their place yet.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io;
use std::sync::Arc;

use super::dir::{Access, Dir};

/// Temporary files are dot-files, which Zola and Hugo ignore, and end so that a left-over is told from an author's file.
const PREFIX: &str = ".pw-";
const SUFFIX: &str = ".tmp";
const RANDOM: usize = 8;
/// Hex digits of a hash that tell some bytes from others: 64 bits.
const HASH: usize = 16;
/// A name of a file has room for so many bytes of another one's beside all that; file systems take 255.
const LONGEST_NAME: usize = 200;

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

    /// Gives the file a name that tells from what it was made and for what, before it changes places with the file `page`
    /// that holds `old`. If the process dies then, whoever sweeps knows whose bytes are under the name.
    pub(super) fn before_swap(&mut self, page: &OsStr, old: &[u8], new: &[u8]) -> io::Result<()> {
        let stem = self.name.strip_suffix(SUFFIX).unwrap_or(&self.name);
        let page = page.to_string_lossy();
        let page = &page[..page.floor_char_boundary(LONGEST_NAME)];
        let name = format!("{stem}-{}-{}-{page}{SUFFIX}", hash(old), hash(new));
        self.dir
            .take(&self.dir, OsStr::new(&self.name), OsStr::new(&name))?;
        self.name = name;
        Ok(())
    }

    /// A name beside the page for what is in this file and is a person's.
    pub(super) fn name_to_keep(&self, page: &OsStr) -> OsString {
        let stem = self.name.get(..PREFIX.len() + RANDOM);
        let mut name = page.to_owned();
        name.push(stem.unwrap_or(&self.name));
        name.push(KEPT);
        name
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

/// The end of a name for what a person wrote and that cannot have its own.
const KEPT: &str = ".kept";

/// What the name of a [`Temporary`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LeftOver<'n> {
    /// It never had a place: whatever is in it, this program wrote.
    Ours,
    /// It was about to change places with a page, or had done so: then another's bytes may be in it.
    Swapped {
        /// The part of the name that no other file has.
        stem: &'n str,
        /// Hashes of what was to go, and of what was to come.
        hashes: [&'n str; 2],
        /// The name of the page.
        page: &'n str,
    },
}

impl LeftOver<'_> {
    /// Whether bytes with this hash are the program's own, or what it was to replace.
    pub(super) fn is_known(&self, hash: &str) -> bool {
        match self {
            Self::Ours => true,
            Self::Swapped { hashes, .. } => hashes.contains(&hash),
        }
    }

    /// The name beside the page for what is neither.
    pub(super) fn name_to_keep(&self) -> Option<String> {
        match self {
            Self::Ours => None,
            Self::Swapped { stem, page, .. } => Some(format!("{page}{stem}{KEPT}")),
        }
    }
}

/// What is told by a file's name that a [`Temporary`] has; `None` for all other names.
pub(super) fn left_over(name: &str) -> Option<LeftOver<'_>> {
    let middle = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    let is_plain = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric());
    let (random, rest) = middle.split_at_checked(RANDOM)?;
    if !is_plain(random) {
        return None;
    }
    if rest.is_empty() {
        return Some(LeftOver::Ours);
    }
    let mut parts = rest.strip_prefix('-')?.splitn(3, '-');
    let (old, new, page) = (parts.next()?, parts.next()?, parts.next()?);
    let is_swapped = [old, new]
        .iter()
        .all(|part| part.len() == HASH && is_plain(part));
    is_swapped.then_some(LeftOver::Swapped {
        stem: &name[..PREFIX.len() + RANDOM],
        hashes: [old, new],
        page,
    })
}

fn hash(bytes: &[u8]) -> String {
    short(blake3::hash(bytes))
}

/// The hash of a file's bytes as [`LeftOver`] has it.
pub(super) fn hash_of(file: &mut File) -> io::Result<String> {
    let mut hasher = blake3::Hasher::new();
    io::copy(file, &mut hasher)?;
    Ok(short(hasher.finalize()))
}

fn short(hash: blake3::Hash) -> String {
    let mut hex = hash.to_hex().to_string();
    hex.truncate(HASH);
    hex
}
