//! Changes front matter by replacing bytes, and proves the result.
//!
//! Changes are made one after the other, each on the text that the one before left, with spans read afresh. A block has
//! some hundred bytes, so that costs nothing, and no two replacements can meet.

mod flow;
mod json;
mod proof;
mod site;
mod toml;
mod yaml;

use super::error::FrontMatterError;
use super::split::{Split, SplitRules, split};
use super::tree::{self, Shape, Splice};
use super::value::{self, Table, Value};
use super::{Format, FrontMatter};
use site::Site;

/// One change of front matter.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Takes a key and its value away; nothing happens where there is no such key.
    Remove {
        /// The keys that lead to it.
        path: Vec<String>,
    },
    /// Gives a key a value: in place where it exists (a comment after it stays), else as a new entry. A table given to
    /// a table replaces all that it holds, entry by entry.
    Set {
        /// The keys that lead to it; tables on the way are made.
        path: Vec<String>,
        /// What it shall be.
        value: Value,
    },
}

impl Change {
    /// Removes the key at `path`.
    pub fn remove(path: &[&str]) -> Self {
        Change::Remove { path: owned(path) }
    }

    /// Sets the key at `path`.
    pub fn set(path: &[&str], value: impl Into<Value>) -> Self {
        Change::Set {
            path: owned(path),
            value: value.into(),
        }
    }

    fn path(&self) -> &[String] {
        match self {
            Change::Remove { path } | Change::Set { path, .. } => path,
        }
    }
}

fn owned(path: &[&str]) -> Vec<String> {
    path.iter().map(|&key| key.to_owned()).collect()
}

/// Applies changes to the front matter of a page and gives the whole new text.
///
/// Everything that no change is about stays byte for byte: comments, order, blank lines, quoting, line ends, a byte
/// order mark, the body. New plain keys at the top take the place of the first plain key at the top that is removed in
/// the same edit; without one they follow the keys that are there, before any table. New lists are written on one
/// line, new strings by [`super::quote`].
///
/// Errors: the page has no front matter or one that cannot be read; a table on a path is no table; the format cannot
/// hold a value; or the result, split and read again, is not exactly what was asked for ([`ErrorKind::Proof`](super::ErrorKind::Proof)).
pub fn edit(text: &str, rules: SplitRules, changes: &[Change]) -> Result<String, FrontMatterError> {
    let mut editor = Editor::new(text.to_owned(), rules)?;
    let mut expected = editor.front.table().clone();
    for change in changes {
        match change {
            Change::Remove { path } => value::remove(&mut expected, path),
            Change::Set { path, value } => value::set(&mut expected, path, value.clone()),
        }
    }
    let body = text.get(editor.split.body..).unwrap_or_default();
    editor.run(changes)?;
    editor.prove(expected, changes, body)?;
    Ok(editor.text)
}

/// A text, what its front matter is now, and where new plain keys go.
struct Editor {
    text: String,
    rules: SplitRules,
    split: Split,
    front: FrontMatter,
    /// A plain key at the top that will be removed at the end: new ones go before it.
    anchor: Option<String>,
}

impl Editor {
    fn new(text: String, rules: SplitRules) -> Result<Self, FrontMatterError> {
        let Some(split) = split(&text, rules)? else {
            return Err(
                FrontMatterError::unsupported(0..0, "the page has no front matter")
                    .help("put front matter first: a line ---, the keys, a line ---"),
            );
        };
        let front = FrontMatter::parse(&text, &split)?;
        Ok(Editor {
            text,
            rules,
            split,
            front,
            anchor: None,
        })
    }

    fn run(&mut self, changes: &[Change]) -> Result<(), FrontMatterError> {
        let (removals, sets): (Vec<_>, Vec<_>) = changes
            .iter()
            .partition(|change| matches!(change, Change::Remove { .. }));
        let conflict = removals.iter().any(|removal| {
            sets.iter().any(|set| {
                set.path().starts_with(removal.path()) || removal.path().starts_with(set.path())
            })
        });
        if conflict {
            return changes.iter().try_for_each(|change| self.change(change));
        }
        self.anchor = removals.iter().find_map(|removal| match removal.path() {
            [key]
                if self
                    .front
                    .table()
                    .get(key)
                    .is_some_and(|value| value.as_table().is_none()) =>
            {
                Some(key.clone())
            }
            _ => None,
        });
        sets.into_iter()
            .try_for_each(|change| self.change(change))?;
        if self.remove_lines(&removals)? {
            return Ok(());
        }
        removals
            .into_iter()
            .try_for_each(|change| self.change(change))
    }

    /// Removes several entries of TOML at once, where each is lines of its own; `false` where they are not. The outcome is
    /// that of one after the other, and parsed once.
    fn remove_lines(&mut self, removals: &[&Change]) -> Result<bool, FrontMatterError> {
        if self.split.format != Format::Toml {
            return Ok(false);
        }
        let is_there = |path: &[String]| value::get(self.front.table(), path).is_some();
        let paths: Vec<&[String]> = removals
            .iter()
            .map(|removal| removal.path())
            .filter(|path| is_there(path))
            .collect();
        if paths.len() < 2 {
            return Ok(false);
        }
        let site = self.site(false)?;
        if !paths.iter().all(|path| toml::is_lines(&site, path)) {
            return Ok(false);
        }
        let mut splices = Vec::new();
        for path in paths {
            splices.extend(toml::remove(&site, path)?);
        }
        splices.sort_by_key(|splice| splice.range.start);
        let is_apart = |pair: &[Splice]| pair[0].range.end <= pair[1].range.start;
        if !splices.windows(2).all(is_apart) {
            return Ok(false);
        }
        self.apply(splices)?;
        Ok(true)
    }

    fn change(&mut self, change: &Change) -> Result<(), FrontMatterError> {
        match change {
            Change::Set { path, value } => self.set(path, value),
            Change::Remove { path } => self.remove(path),
        }
    }

    fn set(&mut self, path: &[String], new: &Value) -> Result<(), FrontMatterError> {
        let Some((last, parents)) = path.split_last() else {
            return Err(FrontMatterError::unsupported(
                self.split.block.clone(),
                "a change needs a key",
            ));
        };
        let at = self.split.block.start;
        // Judges the value before anything is made of it.
        super::write::inline(self.split.format, new).map_err(|reason| {
            FrontMatterError::unsupported(at..at, format!("`{last}` cannot be written: {reason}"))
        })?;
        self.check_parents(parents)?;
        match value::get(self.front.table(), path) {
            Some(Value::Table(old)) if matches!(new, Value::Table(_)) => {
                let old = old.clone();
                self.set_entries(path, &old, new)
            }
            Some(old) if same(self.split.format, old, new) => Ok(()),
            Some(_) => self.replace(path, new),
            None => {
                let site = self.site(true)?;
                let splices = match self.split.format {
                    Format::Toml => toml::insert(&site, path, new),
                    Format::Yaml => yaml::insert(&site, path, new),
                    Format::Json => json::insert(&site, path, new),
                }?;
                self.apply(splices)
            }
        }
    }

    /// New entries first, so that the table never is empty on the way.
    fn set_entries(
        &mut self,
        path: &[String],
        old: &Table,
        new: &Value,
    ) -> Result<(), FrontMatterError> {
        let Value::Table(new) = new else {
            return Ok(());
        };
        for (key, value) in new {
            self.set(&joined(path, key), value)?;
        }
        for key in old.keys().filter(|key| !new.contains_key(*key)) {
            self.remove(&joined(path, key))?;
        }
        Ok(())
    }

    fn replace(&mut self, path: &[String], new: &Value) -> Result<(), FrontMatterError> {
        let site = self.site(true)?;
        let splices = match self.split.format {
            Format::Toml => {
                let Some(splices) = toml::replace(&site, path, new)? else {
                    self.remove(path)?;
                    return self.set(path, new);
                };
                splices
            }
            Format::Yaml => yaml::replace(&site, path, new)?,
            Format::Json => json::replace(&site, path, new)?,
        };
        self.apply(splices)
    }

    fn remove(&mut self, path: &[String]) -> Result<(), FrontMatterError> {
        if path.is_empty() || value::get(self.front.table(), path).is_none() {
            return Ok(());
        }
        let site = self.site(false)?;
        let splices = match self.split.format {
            Format::Toml => toml::remove(&site, path),
            Format::Yaml => yaml::remove(&site, path),
            Format::Json => json::remove(&site, path),
        }?;
        self.apply(splices)
    }

    /// A key on the way to a new one must be a table, or nothing yet.
    fn check_parents(&self, parents: &[String]) -> Result<(), FrontMatterError> {
        for depth in 1..=parents.len() {
            match value::get(self.front.table(), &parents[..depth]) {
                None | Some(Value::Null) => break,
                Some(Value::Table(_)) => {}
                Some(other) => {
                    let path: Vec<_> = parents[..depth].iter().map(String::as_str).collect();
                    let span = self
                        .front
                        .key_span(&path)
                        .unwrap_or_else(|| self.split.block.clone());
                    let (name, kind) = (path.join("."), other.kind());
                    let message = format!("`{name}` is {kind}, and a table is needed there");
                    return Err(FrontMatterError::unsupported(span, message)
                        .help(format!("make `{name}` a table, or remove it")));
                }
            }
        }
        Ok(())
    }

    fn site(&self, with_anchor: bool) -> Result<Site<'_>, FrontMatterError> {
        let root = self.front.root.as_ref().ok_or_else(|| {
            FrontMatterError::unsupported(
                self.split.block.start..self.split.block.start + 3,
                "the front matter is written in a way that cannot be edited without rewriting it",
            )
            .help("write it as plain `key: value` lines, without `? keys`, merge keys or keys that are no words")
        })?;
        let anchor = self
            .anchor
            .as_ref()
            .filter(|_| with_anchor)
            .and_then(|key| root.child(key))
            .filter(|node| matches!(node.shape, Shape::Leaf | Shape::Flow | Shape::Empty));
        Ok(Site {
            text: &self.text,
            split: &self.split,
            root,
            anchor,
        })
    }

    fn apply(&mut self, splices: Vec<Splice>) -> Result<(), FrontMatterError> {
        let text = tree::apply(&self.text, splices)
            .ok_or_else(|| self.failed("two replacements overlap"))?;
        let anchor = self.anchor.take();
        let next = Editor::new(text, self.rules).map_err(|error| self.failed(&error.message))?;
        *self = Editor { anchor, ..next };
        Ok(())
    }
}

fn joined(path: &[String], key: &str) -> Vec<String> {
    let mut path = path.to_vec();
    path.push(key.to_owned());
    path
}

/// Equal, and nothing would be gained by writing it again. In TOML a date and a string are two things.
fn same(format: Format, old: &Value, new: &Value) -> bool {
    old == new
        && (format != Format::Toml || std::mem::discriminant(old) == std::mem::discriminant(new))
}

/// `value` within tables of the names `path`.
fn wrapped(path: &[String], value: &Value) -> Value {
    path.iter().rev().fold(value.clone(), |inner, key| {
        let mut table = Table::new();
        table.insert(key.clone(), inner);
        Value::Table(table)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Several entries that are removed at once leave what they leave one after the other.
    #[test]
    fn removals_at_once_are_removals_one_by_one() {
        let texts = [
            "+++\ntitle = \"x\"\n[extra.postwright]\na = 1\nb = 2 # mine\n\n# above\nc = \"\"\"\nx\n\"\"\"\nown = true\n+++\nbody",
            "+++\n[extra.postwright]\na = 1\nb = 2\nc = 3\n[extra.other]\nb = 1\n+++\n",
            "+++\r\n[extra]\r\npostwright = { a = 1, b = 2, c = 3 }\r\n+++\r\n",
            "+++\n[extra]\npostwright.a = 1\npostwright.b = 2\nx = 1\n+++\n",
            "+++\nextra.postwright.a = 1\n+++\n",
            "+++\n[extra.postwright]\na = [\n  1,\n]\n[extra.postwright.b]\nx = 1\n[[extra.postwright.c]]\ny = 1\n+++\n",
            "+++\ntitle = 1\n+++",
        ];
        let removals: Vec<Change> = ["a", "b", "c"]
            .into_iter()
            .map(|key| Change::Remove {
                path: owned(&["extra", "postwright", key]),
            })
            .collect();
        for text in texts {
            for rules in [SplitRules::Zola, SplitRules::Hugo] {
                let at_once = edit(text, rules, &removals);
                let one_by_one = removals.iter().try_fold(text.to_owned(), |text, removal| {
                    edit(&text, rules, std::slice::from_ref(removal))
                });
                assert_eq!(at_once.ok(), one_by_one.ok(), "{text}");
            }
        }
    }
}
