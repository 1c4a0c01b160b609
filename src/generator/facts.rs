//! What a generator says of a site's folder and its configuration.

use std::collections::BTreeMap;

use std::path::Path;

use globset::GlobSet;
use regex::RegexSet;

use crate::site::{ContentRoot, Settings, SlugRules, Taxonomy};

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

/// What a site's configuration says that bears on pages. See [`Site`](crate::site::Site) for what each field means.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are those of Site, documented there"
)]
pub struct Facts {
    pub config: String,
    pub title: Option<String>,
    pub roots: Vec<ContentRoot>,
    pub default_language: String,
    pub languages: Vec<String>,
    pub taxonomies: Vec<Taxonomy>,
    pub shortcodes: Vec<String>,
    pub shortcode_bodies: BTreeMap<String, bool>,
    pub ignored: Vec<String>,
    pub shortcodes_known: bool,
    pub raw_html: bool,
    pub dead_links_stop: bool,
    pub slugs: SlugRules,
    pub settings: Settings,
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
