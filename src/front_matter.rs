//! Splits, reads and edits front matter.
//!
//! The block is found by the rules of the generator that will read it ([`split()`]), read into a [`Table`] whose keys and
//! values know their bytes ([`FrontMatter`]), and changed by replacing bytes ([`edit()`]): comments, order, quoting, line
//! ends and whatever else a person wrote stay as they are. Each edit is split and read again and must give the table
//! that was asked for; otherwise it is an error and there is no result.

mod edit;
mod error;
mod json;
mod lenient;
mod render;
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
pub use render::render;
pub use split::{MAX_BYTES, Split, SplitRules, split};
pub use value::{Table, Value};
pub use write::quote;

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
    /// Reads the block that [`split()`] found in `text`.
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

    /// The whole numbers of TOML that need more than 64 bits, which few readers take; counted in the whole text.
    pub fn wide_integers(text: &str, split: &Split) -> Vec<Range<usize>> {
        let matter = text.get(split.matter.clone()).unwrap_or_default();
        if split.format != Format::Toml {
            return Vec::new();
        }
        let base = split.matter.start;
        let (found, _) = toml::wide_integers(matter);
        found
            .into_iter()
            .map(|range| base + range.start..base + range.end)
            .collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> FrontMatter {
        let found = split(text, SplitRules::Hugo)
            .expect("no error")
            .expect("front matter");
        FrontMatter::parse(text, &found).expect("readable")
    }

    /// The text under the span of a value, and under that of its key.
    fn at<'a>(text: &'a str, path: &[&str]) -> (Option<&'a str>, Option<&'a str>) {
        let front = parse(text);
        (
            front.span(path).map(|span| &text[span]),
            front.key_span(path).map(|span| &text[span]),
        )
    }

    #[test]
    fn spans_are_those_of_the_file() {
        let toml = "\u{feff}+++\n\"a\" = 'é' # c\nt.x = 1\n[e.p]\nd = 2024-01-02\n+++\n";
        assert_eq!(at(toml, &["a"]), (Some("'é'"), Some("\"a\"")));
        assert_eq!(at(toml, &["t", "x"]), (Some("1"), Some("x")));
        assert_eq!(at(toml, &["t"]), (None, Some("t")));
        assert_eq!(at(toml, &["e", "p"]), (Some("[e.p]"), Some("p")));
        assert_eq!(at(toml, &["e", "p", "d"]), (Some("2024-01-02"), Some("d")));
        let yaml = "---\na: é long\n  text # c\nt: {x: [1, 2]}\ne:\n  'p': |\n    b\n---\n";
        assert_eq!(at(yaml, &["a"]), (Some("é long\n  text"), Some("a")));
        assert_eq!(at(yaml, &["t", "x"]), (Some("[1, 2]"), Some("x")));
        assert_eq!(at(yaml, &["e", "p"]), (Some("|\n    b"), Some("'p'")));
        let json = "{\"a\": {\"b\": [1, \"é\"]}}\n";
        assert_eq!(at(json, &["a", "b"]), (Some("[1, \"é\"]"), Some("\"b\"")));
        assert_eq!(at(json, &["a", "c"]), (None, None));
        assert_eq!(at(json, &[]), (Some("{\"a\": {\"b\": [1, \"é\"]}}"), None));
    }

    #[test]
    fn yaml_is_read_as_zola_reads_it() {
        let front = parse(
            "---\na: yes\nb: 017\nc: 1_000\nd: 2024-01-02\ne: 0x1F\nf: 1.10\n<<: {g: 1}\n---\n",
        );
        assert_eq!(front.get(&["a"]), Some(&Value::from("yes")));
        assert_eq!(front.get(&["b"]), Some(&Value::from("017")));
        assert_eq!(front.get(&["c"]), Some(&Value::from("1_000")));
        assert_eq!(front.get(&["d"]), Some(&Value::from("2024-01-02")));
        assert_eq!(front.get(&["e"]), Some(&Value::from(31)));
        assert_eq!(front.get(&["<<", "g"]), Some(&Value::from(1)));
    }

    #[test]
    fn toml_dates_stay_as_written() {
        let front = parse("+++\na = 2024-01-02 03:04:05.10+02:00\nb = 07:32:00\n+++\n");
        assert!(
            matches!(front.get(&["a"]), Some(Value::Date(date)) if date == "2024-01-02 03:04:05.10+02:00")
        );
        assert_eq!(front.get(&["b"]).and_then(Value::as_date), Some("07:32:00"));
    }

    #[test]
    fn deep_nesting_is_an_error_and_no_crash() {
        let key = format!("a{} = {{", ".a".repeat(70));
        let pages = [
            format!("+++\n{}{}\n+++\n", key.repeat(31), "}".repeat(31)),
            format!(
                "+++\na = {}{}\n+++\n",
                "[".repeat(30_000),
                "]".repeat(30_000)
            ),
            format!("---\na:\n {}x\n---\n", "- ".repeat(30_000)),
            format!("---\na: {}\n---\n", "[".repeat(60_000)),
            format!("{}1{}\n", "{\"a\":".repeat(9_000), "}".repeat(9_000)),
        ];
        for page in pages {
            let found = split(&page, SplitRules::Hugo)
                .expect("no error")
                .expect("front matter");
            assert_eq!(
                FrontMatter::parse(&page, &found)
                    .expect_err("too deep")
                    .kind,
                ErrorKind::TooDeep,
                "{}",
                &page[..30]
            );
        }
    }
}
