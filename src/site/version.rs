//! Versions of generators.

use std::fmt;

/// A generator's version, for example `0.22.0`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// First number.
    pub major: u32,
    /// Second number.
    pub minor: u32,
    /// Third number.
    pub patch: u32,
}

impl Version {
    /// The version `major.minor.patch`.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }

    /// The first thing in `text` that looks like a version: `zola 0.22.0`, `hugo v0.168.0+extended linux/amd64`, `0.23`.
    pub fn find(text: &str) -> Option<Self> {
        text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
            .find_map(|word| {
                let mut numbers = word.split('.').map(str::parse::<u32>);
                let major = numbers.next()?.ok()?;
                let minor = numbers.next()?.ok()?;
                let patch = match numbers.next() {
                    None => 0,
                    Some(number) => number.ok()?,
                };
                Some(Self {
                    major,
                    minor,
                    patch,
                })
            })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// How the generator's version came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionSource {
    /// `generator_version` in the project's configuration.
    Configured,
    /// The program on `PATH` said so.
    Program,
    /// Files of the site that only this version (or a later, or an earlier one) knows.
    SiteFiles,
    /// Nothing told: the newest version known to this program.
    Newest,
}
