//! Three front matters → changes of the edited one, key by key.

use indexmap::IndexSet;

use crate::front_matter::{self, Change, FrontMatter, FrontMatterError, Table, Value};

use super::Rules;

/// What is to be done to the edited front matter.
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub(super) changes: Vec<Change>,
    pub(super) conflicts: Vec<Conflict>,
    /// All keys as they are to be, with the person's side of conflicts.
    pub(super) expected: Table,
}

/// A key that both sides have changed.
#[derive(Debug)]
pub(super) struct Conflict {
    /// The key with its tables: `extra.cover`.
    pub(super) name: String,
    /// What would give it the value of the new page.
    pub(super) change: Change,
}

/// Where the body begins, and all keys but those of the provenance.
pub(super) fn read(text: &str, rules: &Rules<'_>) -> Result<(usize, Table), FrontMatterError> {
    let split =
        front_matter::split(text, rules.split)?.ok_or_else(|| FrontMatterError::missing(text))?;
    let front = FrontMatter::parse(text, &split)?;
    let mut table = front.table().clone();
    for (key, value) in &mut table {
        // YAML has no dates, but a date that is written without quotes is to stay without.
        if let Value::String(date) = value
            && front.span(&[key]).is_some_and(|span| text[span] == **date)
            && date.starts_with(|first: char| first.is_ascii_digit())
        {
            *value = Value::Date(std::mem::take(date));
        }
    }
    let mut options = Some(&mut table);
    for key in rules.provenance {
        options = match options.and_then(|table| table.get_mut(*key)) {
            Some(Value::Table(inner)) => Some(inner),
            _ => None,
        };
    }
    if let Some(options) = options {
        options.retain(|key, _| !rules.provenance_keys.contains(&key.as_str()));
    }
    Ok((split.body, table))
}

pub(super) fn merge(base: &Table, edited: &Table, new: &Table, rules: &Rules<'_>) -> Merged {
    let mut merger = Merger {
        rules,
        path: Vec::new(),
        merged: Merged::default(),
    };
    let expected = merger.tables(base, edited, new);
    Merged {
        expected,
        ..merger.merged
    }
}

struct Merger<'a> {
    rules: &'a Rules<'a>,
    /// The keys that lead to the tables at hand.
    path: Vec<String>,
    merged: Merged,
}

impl Merger<'_> {
    /// Merges the entries of three tables and gives what the edited one is to hold.
    fn tables(&mut self, base: &Table, edited: &Table, new: &Table) -> Table {
        let mut expected = Table::new();
        let keys: IndexSet<&String> = edited.keys().chain(new.keys()).collect();
        for key in keys {
            let values = (base.get(key), edited.get(key), new.get(key));
            self.path.push(key.clone());
            let value = match values {
                (
                    None | Some(Value::Table(_)),
                    Some(Value::Table(mine)),
                    Some(Value::Table(other)),
                ) => {
                    let none = Table::new();
                    let was = values.0.and_then(Value::as_table).unwrap_or(&none);
                    Some(Value::Table(self.tables(was, mine, other)))
                }
                (was, mine, other) if mine == was => {
                    if mine == other {
                        mine.cloned()
                    } else {
                        self.take(edited, mine, other)
                    }
                }
                (was, mine, other) if other == was || mine == other => mine.cloned(),
                (Some(_), mine @ Some(Value::String(_)), Some(_)) if self.is_wording() => {
                    mine.cloned()
                }
                (_, mine, other) => self.conflict(mine, other),
            };
            self.path.pop();
            if let Some(value) = value {
                expected.insert(key.clone(), value);
            }
        }
        expected
    }

    /// Whether the key at hand is a title or a description. No reply words one like another, so a person's own would be in
    /// conflict with each that is paid for; it wins, as that of a stub does.
    fn is_wording(&self) -> bool {
        matches!(self.path.as_slice(), [key] if key == "title" || key == "description")
    }

    /// The new value, where the person has left the old one alone.
    fn take(
        &mut self,
        edited: &Table,
        mine: Option<&Value>,
        other: Option<&Value>,
    ) -> Option<Value> {
        let is_twin = |key: &&String| {
            Some(*key) != self.path.last()
                && self.path.last().map(|name| name.to_lowercase()) == Some(key.to_lowercase())
        };
        // To some generators a key in other capitals is the same key.
        if mine.is_none() && self.rules.keys_ignore_case && edited.keys().any(|key| is_twin(&key)) {
            return self.conflict(mine, other);
        }
        let change = self.change(other);
        self.merged.changes.push(change);
        other.cloned()
    }

    fn conflict(&mut self, mine: Option<&Value>, other: Option<&Value>) -> Option<Value> {
        let change = self.change(other);
        self.merged.conflicts.push(Conflict {
            name: self.path.join("."),
            change,
        });
        mine.cloned()
    }

    fn change(&self, value: Option<&Value>) -> Change {
        let path = self.path.clone();
        match value {
            Some(value) => Change::Set {
                path,
                value: value.clone(),
            },
            None => Change::Remove { path },
        }
    }
}
