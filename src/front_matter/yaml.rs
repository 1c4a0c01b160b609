//! Reads YAML front matter as Zola reads it: `yes` and `017` are strings, dates are strings, merge keys are plain keys.

use std::ops::Range;

use serde_yaml::Value as YamlValue;

use super::error::{ErrorKind, FrontMatterError};
use super::tree::Node;
use super::value::{Table, Value};
use super::yaml_scan;

/// Reads `matter`, which begins at byte `base` of the file.
pub(super) fn read(matter: &str, base: usize) -> Result<(Table, Option<Node>), FrontMatterError> {
    let value: YamlValue =
        serde_yaml::from_str(matter).map_err(|error| syntax_error(&error, matter, base))?;
    let value = convert(value).ok_or_else(|| {
        FrontMatterError::unsupported(
            base..base,
            "the front matter has a key that is a list or a table",
        )
    })?;
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

/// `None` for a key that is no scalar.
fn convert(value: YamlValue) -> Option<Value> {
    Some(match value {
        YamlValue::Null => Value::Null,
        YamlValue::Bool(flag) => Value::Boolean(flag),
        YamlValue::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
        },
        YamlValue::String(text) => Value::String(text),
        YamlValue::Sequence(items) => {
            Value::Array(items.into_iter().map(convert).collect::<Option<_>>()?)
        }
        YamlValue::Mapping(mapping) => {
            let mut table = Table::new();
            for (key, value) in mapping {
                let key = match key {
                    YamlValue::String(key) => key,
                    YamlValue::Null => "null".to_owned(),
                    YamlValue::Bool(flag) => flag.to_string(),
                    YamlValue::Number(number) => number.to_string(),
                    _ => return None,
                };
                // `1` and `"1"` are two keys in YAML and one here: not readable without losing one.
                if table.insert(key, convert(value)?).is_some() {
                    return None;
                }
            }
            Value::Table(table)
        }
        YamlValue::Tagged(tagged) => convert(tagged.value)?,
    })
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
