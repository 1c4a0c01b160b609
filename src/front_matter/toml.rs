//! Reads TOML front matter: values and where they stand.

use std::ops::Range;

use ::toml_edit::{Document, Item, TableLike, Value as TomlValue};

use super::error::{ErrorKind, FrontMatterError};
use super::tree::{Node, Shape};
use super::value::{Table, Value};

/// Keys in one dotted key or header, and tables in tables; the reader is recursive.
const MAX_DOTS: usize = 64;

/// Reads `matter`, which begins at byte `base` of the file.
pub(super) fn read(matter: &str, base: usize) -> Result<(Table, Option<Node>), FrontMatterError> {
    check_dots(matter, base)?;
    let document = Document::parse(matter).map_err(|error| syntax_error(&error, base))?;
    let reader = Reader { matter, base };
    let (table, children) = reader.table(document.as_table());
    let root = Node::root(base..base + matter.len(), Shape::Block, children);
    Ok((table, Some(root)))
}

fn check_dots(matter: &str, base: usize) -> Result<(), FrontMatterError> {
    let mut at = base;
    for line in matter.split_inclusive('\n') {
        // Only what can be a key: up to the equals sign.
        let key = line.split('=').next().unwrap_or_default();
        if key.bytes().filter(|byte| *byte == b'.').count() > MAX_DOTS {
            return Err(FrontMatterError::new(
                ErrorKind::TooDeep,
                at..at + key.trim_end().len(),
                "the front matter has a key of too many parts",
            ));
        }
        at += line.len();
    }
    Ok(())
}

fn syntax_error(error: &::toml_edit::TomlError, base: usize) -> FrontMatterError {
    let span = error.span().unwrap_or(0..0);
    let message = error.message().trim().replace('\n', ", ");
    let kind = if message.contains("duplicate key") {
        ErrorKind::DuplicateKey
    } else {
        ErrorKind::Syntax
    };
    FrontMatterError::new(
        kind,
        base + span.start..base + span.end,
        format!("this is not valid TOML: {message}"),
    )
}

struct Reader<'a> {
    matter: &'a str,
    base: usize,
}

impl Reader<'_> {
    fn table(&self, table: &dyn TableLike) -> (Table, Vec<Node>) {
        let mut values = Table::new();
        let mut nodes = Vec::new();
        for (key, item) in table.iter() {
            let span = table
                .key(key)
                .and_then(::toml_edit::Key::span)
                .unwrap_or_default();
            if let Some((value, node)) = self.item(key, self.in_file(span), item) {
                values.insert(key.to_owned(), value);
                nodes.push(node);
            }
        }
        (values, nodes)
    }

    fn item(&self, key: &str, key_span: Range<usize>, item: &Item) -> Option<(Value, Node)> {
        let node = |value, shape, children| Node {
            key: key.to_owned(),
            key_span: key_span.clone(),
            value,
            shape,
            children,
        };
        match item {
            Item::None => None,
            Item::Value(TomlValue::InlineTable(table)) => {
                let (values, children) = self.table(table);
                let shape = if table.is_dotted() {
                    Shape::Dotted
                } else {
                    Shape::Flow
                };
                let span = table.span().unwrap_or_default();
                Some((
                    Value::Table(values),
                    node(self.in_file(span), shape, children),
                ))
            }
            Item::Value(value) => {
                let span = self.in_file(value.span().unwrap_or_default());
                Some((self.value(value), node(span, Shape::Leaf, Vec::new())))
            }
            Item::Table(table) => {
                let (values, children) = self.table(table);
                let shape = match (table.is_dotted(), table.is_implicit()) {
                    (true, _) => Shape::Dotted,
                    (false, true) => Shape::Implicit,
                    (false, false) => Shape::Block,
                };
                let span = table
                    .span()
                    .filter(|_| shape == Shape::Block)
                    .unwrap_or_default();
                Some((
                    Value::Table(values),
                    node(self.in_file(span), shape, children),
                ))
            }
            Item::ArrayOfTables(tables) => {
                let mut items = Vec::new();
                let mut children = Vec::new();
                for table in tables {
                    let (values, inner) = self.table(table);
                    items.push(Value::Table(values));
                    let header = self.in_file(table.span().unwrap_or_default());
                    children.push(node(header, Shape::Block, inner));
                }
                let span = self.in_file(tables.span().unwrap_or_default());
                Some((Value::Array(items), node(span, Shape::Many, children)))
            }
        }
    }

    fn value(&self, value: &TomlValue) -> Value {
        match value {
            TomlValue::String(text) => Value::String(text.value().clone()),
            TomlValue::Integer(number) => Value::Integer(*number.value()),
            TomlValue::Float(number) => Value::Float(*number.value()),
            TomlValue::Boolean(flag) => Value::Boolean(*flag.value()),
            TomlValue::Datetime(date) => {
                let written = date.span().and_then(|span| self.matter.get(span));
                Value::Date(written.map_or_else(|| date.value().to_string(), str::to_owned))
            }
            TomlValue::Array(items) => {
                Value::Array(items.iter().map(|item| self.value(item)).collect())
            }
            TomlValue::InlineTable(table) => Value::Table(self.table(table).0),
        }
    }

    fn in_file(&self, span: Range<usize>) -> Range<usize> {
        self.base + span.start..self.base + span.end
    }
}
