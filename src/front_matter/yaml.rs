//! Reads YAML front matter as Zola reads it: `yes` and `017` are strings, dates are strings, merge keys are plain keys.

use std::fmt;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{
    Deserializer, EnumAccess, Error as _, IgnoredAny, MapAccess, SeqAccess, VariantAccess, Visitor,
};

use super::error::{ErrorKind, FrontMatterError};
use super::tree::Node;
use super::value::{Table, Value};
use super::yaml_scan;

/// Reads `matter`, which begins at byte `base` of the file.
pub(super) fn read(matter: &str, base: usize) -> Result<(Table, Option<Node>), FrontMatterError> {
    let Read(value) =
        serde_yaml::from_str(matter).map_err(|error| syntax_error(&error, matter, base))?;
    let table = match value {
        Value::Table(table) => table,
        Value::Null => Table::new(),
        other => {
            let span = first_line(matter, base);
            let message = format!(
                "the front matter must be keys and values, and this is {}",
                other.kind()
            );
            let help = if matter.contains('=') {
                "this looks like TOML; between lines of --- write `key: value`, or use lines of +++ instead"
            } else {
                "write `key: value`, a blank after the colon"
            };
            return Err(FrontMatterError::syntax(span, message).help(help));
        }
    };
    // The scanner knows less of YAML than the parser: where it saw other keys than the parser, its spans are worth nothing.
    let root = yaml_scan::scan(matter, base)
        .ok()
        .filter(|root| same_keys(&table, root));
    Ok((table, root))
}

fn first_line(matter: &str, base: usize) -> Range<usize> {
    let start = matter.len() - matter.trim_start().len();
    let end = matter[start..]
        .find(['\r', '\n'])
        .map_or(matter.len(), |at| start + at);
    base + start..base + end
}

fn syntax_error(error: &serde_yaml::Error, matter: &str, base: usize) -> FrontMatterError {
    let at = base
        + error
            .location()
            .map_or(0, |location| floor(matter, location.index()));
    let message = error.to_string();
    if message.contains("duplicate entry") {
        if let Some((span, key)) = yaml_scan::duplicate(matter, base) {
            return FrontMatterError::duplicate(span, &key);
        }
        return FrontMatterError::new(
            ErrorKind::DuplicateKey,
            at..at,
            format!("this is not valid YAML: {message}"),
        );
    }
    if message.contains("repetition limit") || message.contains("recursion limit") {
        let message = "the front matter repeats aliases, or nests, beyond all measure";
        return FrontMatterError::new(ErrorKind::TooDeep, at..at, message);
    }
    // The position is in the span, counted in the file; the one in the text is counted in the block.
    let message = message.split(" at line ").next().unwrap_or_default();
    FrontMatterError::syntax(at..at, format!("this is not valid YAML: {message}"))
        .help("put text that holds : # or quotes, or begins with a sign, into double quotes")
}

fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A value as it is read: whole numbers of any size, tags passed over.
struct Read(Value);

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Read)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value of YAML")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    /// A block without anything in it.
    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<Value, D::Error> {
        value.deserialize_any(self)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Boolean(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Integer(number))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "it does not fit, and is no date and no weight"
    )]
    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(i64::try_from(number).map_or(Value::Float(number as f64), Value::Integer))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "it does not fit, and is no date and no weight"
    )]
    fn visit_i128<E>(self, number: i128) -> Result<Value, E> {
        Ok(Value::Float(number as f64))
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "it does not fit, and is no date and no weight"
    )]
    fn visit_u128<E>(self, number: u128) -> Result<Value, E> {
        Ok(Value::Float(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Read(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut table = Table::new();
        while let Some(Read(key)) = map.next_key()? {
            let key = match key {
                Value::String(key) => key,
                Value::Null => "null".to_owned(),
                Value::Boolean(flag) => flag.to_string(),
                Value::Integer(number) => number.to_string(),
                Value::Float(number) => number.to_string(),
                Value::Array(_) | Value::Table(_) | Value::Date(_) => {
                    return Err(A::Error::custom("a key is a list or a table"));
                }
            };
            // `1` and `"1"` are two keys in YAML and one here: not readable without losing one.
            if table.contains_key(&key) {
                return Err(A::Error::custom(format_args!(
                    "duplicate entry with key {key:?}"
                )));
            }
            let Read(value) = map.next_value()?;
            table.insert(key, value);
        }
        Ok(Value::Table(table))
    }

    /// A value with a tag.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (Tag, value) = tagged.variant()?;
        let Read(value) = value.newtype_variant()?;
        Ok(value)
    }
}

/// The name of a tag, which says nothing here.
struct Tag;

impl<'de> Deserialize<'de> for Tag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_identifier(IgnoredAny).map(|_| Tag)
    }
}

fn same_keys(table: &Table, node: &Node) -> bool {
    table.len() == node.children.len()
        && node
            .children
            .iter()
            .all(|child| match table.get(&child.key) {
                Some(Value::Table(inner)) if !child.children.is_empty() => same_keys(inner, child),
                // An alias may stand for a table.
                Some(Value::Table(_)) => true,
                Some(_) => child.children.is_empty(),
                None => false,
            })
}
