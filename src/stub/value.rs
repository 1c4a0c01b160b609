//! Values of front matter, in any of its three languages.

use indexmap::IndexMap;

/// A table of front matter in the order of the file.
pub type Table = IndexMap<String, Value>;

/// One value of front matter.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text.
    String(String),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// `true` or `false`.
    Boolean(bool),
    /// A date or time as it was written.
    Date(String),
    /// A list.
    Array(Vec<Value>),
    /// A table.
    Table(Table),
    /// Nothing: `null` of YAML and JSON.
    Null,
}
