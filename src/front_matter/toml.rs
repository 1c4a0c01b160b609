//! Reads TOML front matter: values and where they stand.

use std::borrow::Cow;
use std::ops::Range;

use ::toml_edit::{Document, Item, TableLike, Value as TomlValue};

use super::error::{ErrorKind, FrontMatterError};
use super::tree::{Node, Shape, line_start};
use super::value::{Table, Value};

/// Tables in tables. Dotted keys nest without brackets, and this reader is recursive.
const MAX_DEPTH: usize = 64;

/// What is read of one value: `None` where there is nothing.
type Entry = Result<Option<(Value, Node)>, FrontMatterError>;

/// Reads `matter`, which begins at byte `base` of the file.
pub(super) fn read(matter: &str, base: usize) -> Result<(Table, Option<Node>), FrontMatterError> {
    // The parser passes over one at the start of its text, which is none of the file.
    if matter.starts_with('\u{feff}') {
        let span = base..base + '\u{feff}'.len_utf8();
        let message = "a byte order mark (U+FEFF) stands here, where a key should";
        return Err(FrontMatterError::syntax(span, message));
    }
    let tame;
    let document = if let Ok(document) = Document::parse(matter) {
        document
    } else {
        tame = wide_integers(matter).1;
        Document::parse(tame.as_ref()).map_err(|error| syntax_error(&error, matter, base))?
    };
    let reader = Reader { matter, base };
    let (table, children) = reader.table(document.as_table(), 0)?;
    let root = Node::root(base..base + matter.len(), Shape::Block, children);
    Ok((table, Some(root)))
}

/// The whole numbers that need more than 64 bits, and the text with a string of as many bytes for each, so that all keeps
/// its place.
pub(super) fn wide_integers(matter: &str) -> (Vec<Range<usize>>, Cow<'_, str>) {
    let mut found = Vec::new();
    let mut tame = Cow::Borrowed(matter);
    while let Err(error) = Document::parse(tame.as_ref()) {
        let Some(range) = error.span().filter(|range| is_wide(&tame, range)) else {
            break;
        };
        let text = format!("'{}'", "0".repeat(range.len() - 2));
        tame.to_mut().replace_range(range.clone(), &text);
        found.push(range);
    }
    (found, tame)
}

/// Whether a place holds nothing but a whole number of more digits than one may have.
fn is_wide(text: &str, range: &Range<usize>) -> bool {
    let Some(written) = text.get(range.clone()) else {
        return false;
    };
    let digits = written.trim_start_matches(['+', '-']);
    let (radix, digits) = match digits.get(..2) {
        Some("0x") => (16, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        _ => (10, digits),
    };
    let digits = digits.replace('_', "");
    let signed = format!(
        "{}{digits}",
        if written.starts_with('-') { "-" } else { "" }
    );
    // Beyond 128 bits, no reader goes.
    written.len() > 2
        && i64::from_str_radix(&signed, radix).is_err()
        && (u128::from_str_radix(&signed, radix).is_ok()
            || i128::from_str_radix(&signed, radix).is_ok())
}

fn syntax_error(error: &::toml_edit::TomlError, matter: &str, base: usize) -> FrontMatterError {
    let span = error.span().unwrap_or(0..0);
    let in_file = base + span.start..base + span.end;
    let message = error.message().trim().replace('\n', ", ");
    if message.contains("duplicate key") {
        let key = matter.get(span).unwrap_or_default();
        return FrontMatterError::duplicate(in_file, key.trim_matches(['"', '\'']));
    }
    if message.contains("recursion limit") {
        return FrontMatterError::new(
            ErrorKind::TooDeep,
            in_file,
            "the front matter nests too deeply",
        );
    }
    if let Some((_, limits)) = message.split_once(", expected ")
        && limits.contains(" between ")
        && let Some(written) = matter.get(span.clone())
    {
        let message = format!("`{written}` does not exist: the {limits}");
        return FrontMatterError::syntax(in_file, message)
            .help("write a day and a time that there are, with quotes or without");
    }
    let line = &matter[line_start(matter, span.start)..];
    let line = line.split('\n').next().unwrap_or_default();
    let help = if line.contains(':') && !line.contains('=') {
        "this looks like YAML; between lines of +++ write `key = \"value\"`, or use lines of --- instead"
    } else {
        "text stands in double quotes, with \\\" for a quote and \\\\ for a backslash in it"
    };
    FrontMatterError::syntax(in_file, format!("this is not valid TOML: {message}")).help(help)
}

struct Reader<'a> {
    matter: &'a str,
    base: usize,
}

impl Reader<'_> {
    fn table(
        &self,
        table: &dyn TableLike,
        depth: usize,
    ) -> Result<(Table, Vec<Node>), FrontMatterError> {
        let mut values = Table::new();
        let mut nodes = Vec::new();
        for (key, item) in table.iter() {
            let span = table
                .key(key)
                .and_then(::toml_edit::Key::span)
                .unwrap_or_default();
            let span = self.in_file(span);
            if depth > MAX_DEPTH {
                let message = "the front matter has too many tables in tables";
                return Err(FrontMatterError::new(ErrorKind::TooDeep, span, message));
            }
            if let Some((value, node)) = self.item(key, span, item, depth + 1)? {
                values.insert(key.to_owned(), value);
                nodes.push(node);
            }
        }
        Ok((values, nodes))
    }

    fn item(&self, key: &str, key_span: Range<usize>, item: &Item, depth: usize) -> Entry {
        let node = |value, shape, children| Node {
            key: key.to_owned(),
            key_span: key_span.clone(),
            value,
            shape,
            children,
        };
        let read = match item {
            Item::None => return Ok(None),
            Item::Value(TomlValue::InlineTable(table)) => {
                let (values, children) = self.table(table, depth)?;
                let shape = if table.is_dotted() {
                    Shape::Dotted
                } else {
                    Shape::Flow
                };
                let span = table.span().unwrap_or_default();
                (
                    Value::Table(values),
                    node(self.in_file(span), shape, children),
                )
            }
            Item::Value(value) => {
                let span = self.in_file(value.span().unwrap_or_default());
                (
                    self.value(value, depth)?,
                    node(span, Shape::Leaf, Vec::new()),
                )
            }
            Item::Table(table) => {
                let (values, children) = self.table(table, depth)?;
                let shape = match (table.is_dotted(), table.is_implicit()) {
                    (true, _) => Shape::Dotted,
                    (false, true) => Shape::Implicit,
                    (false, false) => Shape::Block,
                };
                let span = table
                    .span()
                    .filter(|_| shape == Shape::Block)
                    .unwrap_or_default();
                (
                    Value::Table(values),
                    node(self.in_file(span), shape, children),
                )
            }
            Item::ArrayOfTables(tables) => {
                let mut items = Vec::new();
                let mut children = Vec::new();
                for table in tables {
                    let (values, inner) = self.table(table, depth)?;
                    items.push(Value::Table(values));
                    let header = self.in_file(table.span().unwrap_or_default());
                    children.push(node(header, Shape::Block, inner));
                }
                let span = self.in_file(tables.span().unwrap_or_default());
                (Value::Array(items), node(span, Shape::Many, children))
            }
        };
        Ok(Some(read))
    }

    fn value(&self, value: &TomlValue, depth: usize) -> Result<Value, FrontMatterError> {
        Ok(match value {
            TomlValue::String(text) => match text.span().and_then(|span| self.matter.get(span)) {
                // What stands there is no string: see [`wide_integers`].
                Some(written) if !written.starts_with(['"', '\'']) => {
                    Value::Float(written.replace('_', "").parse().unwrap_or(f64::INFINITY))
                }
                _ => Value::String(text.value().clone()),
            },
            TomlValue::Integer(number) => Value::Integer(*number.value()),
            TomlValue::Float(number) => Value::Float(*number.value()),
            TomlValue::Boolean(flag) => Value::Boolean(*flag.value()),
            TomlValue::Datetime(date) => {
                let written = date.span().and_then(|span| self.matter.get(span));
                Value::Date(written.map_or_else(|| date.value().to_string(), str::to_owned))
            }
            TomlValue::Array(items) => Value::Array(
                items
                    .iter()
                    .map(|item| self.value(item, depth))
                    .collect::<Result<_, _>>()?,
            ),
            TomlValue::InlineTable(table) => Value::Table(self.table(table, depth)?.0),
        })
    }

    fn in_file(&self, span: Range<usize>) -> Range<usize> {
        self.base + span.start..self.base + span.end
    }
}
