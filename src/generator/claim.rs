//! What a generator says of a folder, and which of its content it ignores.

use std::path::Path;

use globset::GlobSet;
use regex::RegexSet;

/// Whether a folder is a site of a generator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// It is, by this file.
    Yes(String),
    /// This file may be its configuration, but says nothing that only this generator knows.
    Perhaps(String),
    /// It is not.
    No,
}

/// Patterns of the absolute paths of what is ignored, in the generator's own kind.
#[derive(Debug)]
pub enum Patterns {
    /// Globs, of the whole path.
    Globs(GlobSet),
    /// Regular expressions, which match anywhere in the path.
    Regexes(RegexSet),
}

impl Default for Patterns {
    fn default() -> Self {
        Self::Globs(GlobSet::empty())
    }
}

impl Patterns {
    /// Whether one of them matches a path.
    pub fn match_path(&self, path: &Path) -> bool {
        match self {
            Self::Globs(set) => set.is_match(path),
            Self::Regexes(set) => set.is_match(&path.to_string_lossy()),
        }
    }
}

/// The patterns of ignored content, made ready.
#[derive(Debug, Default)]
pub struct Ignored {
    /// Those that are understood.
    pub patterns: Patterns,
    /// Whether a folder that matches is ignored with all it holds; else only files are looked at.
    pub folders: bool,
    /// Patterns that could not be understood: what they would hide is seen.
    pub strange: Vec<String>,
}
