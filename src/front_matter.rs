//! Splits, reads and edits front matter.
//!
//! The block is found by the rules of the generator that will read it ([`split`]), read into a [`Table`] whose keys and
//! values know their bytes ([`FrontMatter`]), and changed by replacing bytes ([`edit`]): comments, order, quoting, line
//! ends and whatever else a person wrote stay as they are. Each edit is split and read again and must give the table
//! that was asked for; otherwise it is an error and there is no result.

mod edit;
mod error;
mod json;
mod split;
mod toml;
mod tree;
mod value;
mod write;
mod yaml;
mod yaml_scan;

use std::ops::Range;

pub use edit::{Change, edit};
pub use error::{ErrorKind, FrontMatterError};
pub use split::{MAX_BYTES, Split, SplitRules, split};
pub use value::{Table, Value};
pub use write::{quote, render};

use tree::{Node, Shape};

/// Brackets that may be open at once. The YAML reader needs quadratic time for nested ones.
const MAX_DEPTH: usize = 32;

/// The language of a front matter block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Between lines of `+++`.
    Toml,
    /// Between lines of `---`.
    Yaml,
    /// An object in braces; Hugo only.
    Json,
}

impl Format {
    /// The name as people write it.
    pub fn name(self) -> &'static str {
        match self {
            Format::Toml => "TOML",
            Format::Yaml => "YAML",
            Format::Json => "JSON",
        }
    }

    /// The line before and after the block; none for JSON.
    pub fn delimiter(self) -> &'static str {
        match self {
            Format::Toml => "+++",
            Format::Yaml => "---",
            Format::Json => "",
        }
    }
}

/// A front matter block that was read: its values, and the bytes where they stand.
#[derive(Clone, Debug)]
pub struct FrontMatter {
    format: Format,
    table: Table,
    /// `None` where the values could be read but not located (unusual YAML); such a block cannot be edited.
    root: Option<Node>,
}

impl FrontMatter {
    /// Reads the block that [`split`] found in `text`.
    ///
    /// Errors: not the format it claims to be, a key twice, nested too deeply, or not a table at the top.
    pub fn parse(text: &str, split: &Split) -> Result<Self, FrontMatterError> {
        let matter = text.get(split.matter.clone()).ok_or_else(|| {
            FrontMatterError::syntax(0..0, "the front matter is not inside the text")
        })?;
        check_depth(matter, split)?;
        let (table, root) = match split.format {
            Format::Toml => toml::read(matter, split.matter.start),
            Format::Yaml => yaml::read(matter, split.matter.start),
            Format::Json => json::read(matter, split.matter.start),
        }
        .map_err(|error| error.hint_at_early_close(text, split))?;
        Ok(FrontMatter {
            format: split.format,
            table,
            root,
        })
    }

    /// All values, in the order of the file (TOML: plain keys, then tables).
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// The value at a path of keys, such as `["taxonomies", "tags"]`.
    pub fn get(&self, path: &[&str]) -> Option<&Value> {
        value::get(&self.table, path)
    }

    /// The bytes of the value at a path, counted in the whole text. The value of a table with a header of its own is
    /// that header. `None` where there is no such key, or no one place where its value stands.
    pub fn span(&self, path: &[&str]) -> Option<Range<usize>> {
        let node = self.root.as_ref()?.find(path)?;
        (node.shape != Shape::Dotted && node.shape != Shape::Implicit).then(|| node.value.clone())
    }

    /// The bytes of the key at a path, as written, counted in the whole text.
    pub fn key_span(&self, path: &[&str]) -> Option<Range<usize>> {
        (!path.is_empty()).then_some(())?;
        self.root
            .as_ref()?
            .find(path)
            .map(|node| node.key_span.clone())
    }

    /// The language of the block.
    pub fn format(&self) -> Format {
        self.format
    }
}

/// Refuses brackets nested deeper than [`MAX_DEPTH`], before any parser sees them. Quotes are not looked at, so a
/// string with that many open brackets is refused too; and openers as such are limited, so that closers hidden in
/// quotes do not help.
fn check_depth(matter: &str, split: &Split) -> Result<(), FrontMatterError> {
    let (mut depth, mut openers) = (0usize, 0usize);
    for (at, byte) in matter.bytes().enumerate() {
        match byte {
            b'[' | b'{' => {
                depth += 1;
                openers += 1;
                if depth > MAX_DEPTH || openers > 64 * MAX_DEPTH {
                    let at = split.matter.start + at;
                    return Err(FrontMatterError::new(
                        ErrorKind::TooDeep,
                        at..at + 1,
                        "the front matter has too many nested brackets",
                    )
                    .help("keep the front matter simple; long data belongs into a data file"));
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}
