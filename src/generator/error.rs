//! What can be wrong with a site as a whole, told to its author.

use std::io;
use std::path::{Path, PathBuf};

use crate::text::escape;

/// Why a site cannot be read. Each message names the file, the line where there is one, the cause and the next step.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// There is no configuration of a generator.
    #[error(
        "{}: no site here: there is no zola.toml, config.toml, hugo.toml (.yaml, .json), config.yaml, config.json or config/_default in this folder{}. \
         Run postwright inside a Zola or Hugo site, or name one with --root",
        shown(dir), if *above { " or any folder above" } else { "" }
    )]
    NoSite {
        /// The folder that was looked at.
        dir: PathBuf,
        /// Whether the folders above it were looked at too.
        above: bool,
    },
    /// The configuration could be either generator's.
    #[error(
        "{}: this could be the configuration of Zola (which has `base_url`) or of Hugo (which has `baseURL`), and has neither. \
         Add the one that is right, or write `generator = \"zola\"` or `generator = \"hugo\"` into postwright.toml",
        escape(file)
    )]
    Ambiguous {
        /// The file, relative to the site's root.
        file: String,
    },
    /// There are configurations of both generators.
    #[error(
        "{}: this is a configuration of Zola, and {} is one of Hugo. \
         Write `generator = \"zola\"` or `generator = \"hugo\"` into postwright.toml to say which of them builds the site",
        escape(first), if first == second { "the same file".into() } else { escape(second) }
    )]
    TwoGenerators {
        /// Zola's file.
        first: String,
        /// Hugo's file.
        second: String,
    },
    /// `generator` names none that is known.
    #[error(
        "postwright.toml: there is no generator `{}`; write `zola` or `hugo`",
        escape(name)
    )]
    UnknownGenerator {
        /// What it says.
        name: String,
    },
    /// The named generator has no configuration here.
    #[error(
        "{}: no configuration of {generator} in this folder, though {generator} was chosen. Looked for {looked_for}",
        shown(dir)
    )]
    NoConfiguration {
        /// The site's folder.
        dir: PathBuf,
        /// The generator's name.
        generator: &'static str,
        /// The files that would do, in words.
        looked_for: &'static str,
    },
    /// The configuration is not valid.
    #[error("{}{}: {}. {help}", escape(file), at(*line), escape(cause))]
    Broken {
        /// The file, relative to the site's root.
        file: String,
        /// Its line, counted from 1, where known.
        line: Option<usize>,
        /// What is wrong.
        cause: String,
        /// What to do.
        help: &'static str,
    },
    /// The configuration cannot be read.
    #[error(
        "{}: cannot be read: {source}. {}",
        escape(file),
        unreadable_help(source)
    )]
    Unreadable {
        /// The file, relative to the site's root.
        file: String,
        /// The system's word for it.
        source: io::Error,
    },
}

impl SiteError {
    /// The same error for a folder that nobody has named: its files are shown with their whole path.
    #[must_use]
    pub(super) fn below(mut self, dir: &Path) -> Self {
        if let Self::Unreadable { file, .. } | Self::Broken { file, .. } = &mut self {
            *file = dir.join(&*file).to_string_lossy().into_owned();
        }
        self
    }
}

fn shown(dir: &Path) -> String {
    escape(&dir.to_string_lossy()).into_owned()
}

fn at(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| format!(":{line}"))
}

fn unreadable_help(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::InvalidData => "Save it as UTF-8",
        io::ErrorKind::PermissionDenied => "Give yourself the right to read it",
        _ => "Check that it is an ordinary file",
    }
}
