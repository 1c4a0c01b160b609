//! Rules about front matter.

use std::ops::Range;

use super::Page;
use crate::front_matter::Value;

pub(super) mod broken;
pub(super) mod colliding_terms;
pub(super) mod date;
pub(super) mod misread_key;
pub(super) mod missing;
pub(super) mod stub_published;
pub(super) mod taxonomies;
pub(super) mod title;
pub(super) mod title_text;
pub(super) mod types;

/// The bytes of a key with its value, or of as much of it as is known.
pub(super) fn key_span(page: &Page<'_>, path: &[&str]) -> Option<Range<usize>> {
    let front = page.front()?;
    front.key_span(path).or_else(|| front.span(path))
}

/// The name of a value's type, for messages.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
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
