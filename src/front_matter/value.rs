//! The values that front matter holds, whatever its format.

use indexmap::IndexMap;

/// Keys and values in the order of the file.
pub type Table = IndexMap<String, Value>;

/// One value of front matter.
#[derive(Clone, Debug)]
pub enum Value {
    /// Text.
    String(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction or an exponent, or a whole one that does not fit [`Value::Integer`].
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A date, a time or both, as written. Read from TOML only: in YAML and JSON dates are strings.
    Date(String),
    /// A list.
    Array(Vec<Value>),
    /// A table, mapping or object.
    Table(Table),
    /// No value; TOML has none.
    Null,
}

impl Value {
    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a date, or of a string that may be one.
    pub fn as_date(&self) -> Option<&str> {
        match self {
            Value::Date(text) | Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The value of a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Boolean(value) => Some(*value),
            _ => None,
        }
    }

    /// The value of an integer.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Value::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// The items of a list.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a table.
    pub fn as_table(&self) -> Option<&Table> {
        match self {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }

    /// What kind of value this is, for messages: `a string`, `a list`…
    pub fn kind(&self) -> &'static str {
        match self {
            Value::String(_) => "a string",
            Value::Integer(_) => "an integer",
            Value::Float(_) => "a number",
            Value::Boolean(_) => "a boolean",
            Value::Date(_) => "a date",
            Value::Array(_) => "a list",
            Value::Table(_) => "a table",
            Value::Null => "empty",
        }
    }
}

/// Equal content: tables without regard to order, dates as their text (so a date equals the same text as a string,
/// which is what YAML and JSON make of it), and not-a-number equals itself.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::String(a) | Value::Date(a), Value::String(b) | Value::Date(b)) => a == b,
            (Value::Integer(a), Value::Integer(b)) => a == b,
            (Value::Float(a), Value::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
            (Value::Boolean(a), Value::Boolean(b)) => a == b,
            (Value::Array(a), Value::Array(b)) => a == b,
            (Value::Table(a), Value::Table(b)) => a == b,
            (Value::Null, Value::Null) => true,
            _ => false,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Boolean(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Integer(value)
    }
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        Value::Array(items.into_iter().map(Into::into).collect())
    }
}

impl From<Table> for Value {
    fn from(table: Table) -> Self {
        Value::Table(table)
    }
}

/// The value at a path of keys.
pub(super) fn get<'a, K: AsRef<str>>(table: &'a Table, path: &[K]) -> Option<&'a Value> {
    let (first, rest) = path.split_first()?;
    let value = table.get(first.as_ref())?;
    if rest.is_empty() {
        Some(value)
    } else {
        get(value.as_table()?, rest)
    }
}

/// Puts a value at a path, making tables on the way.
pub(super) fn set(table: &mut Table, path: &[String], value: Value) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    if rest.is_empty() {
        table.insert(first.clone(), value);
        return;
    }
    let slot = table.entry(first.clone()).or_insert(Value::Null);
    if slot.as_table().is_none() {
        *slot = Value::Table(Table::new());
    }
    if let Value::Table(inner) = slot {
        set(inner, rest, value);
    }
}

/// Takes the value at a path away, if it is there.
pub(super) fn remove(table: &mut Table, path: &[String]) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    if rest.is_empty() {
        table.shift_remove(first);
    } else if let Some(Value::Table(inner)) = table.get_mut(first) {
        remove(inner, rest);
    }
}

/// Takes tables away that are empty along a path: removing the last key of `[a.b]` leaves nothing of `a` in some
/// notations, an empty table in others, and both are right.
pub(super) fn prune(table: &mut Table, path: &[String]) {
    let Some((first, rest)) = path.split_first() else {
        return;
    };
    let empty = match table.get_mut(first) {
        Some(Value::Table(inner)) => {
            prune(inner, rest);
            inner.is_empty()
        }
        Some(Value::Null) => true,
        _ => false,
    };
    if empty {
        table.shift_remove(first);
    }
}
