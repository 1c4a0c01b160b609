//! Reads JSON front matter: values and where they stand.

use std::ops::Range;

use super::error::FrontMatterError;
use super::tree::{Node, Shape};
use super::value::{Table, Value};

/// Reads `matter`, which begins at byte `base` of the file.
pub(super) fn read(matter: &str, base: usize) -> Result<(Table, Option<Node>), FrontMatterError> {
    // serde_json judges; what it accepted can then be walked without doubts. It would take the last of two equal keys.
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(matter) {
        let at = base + offset_of(matter, error.line(), error.column());
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default();
        let message = format!("this is not valid JSON: {message}");
        return Err(FrontMatterError::syntax(at..at, message).help(
            "keys and text stand in double quotes, a comma between entries and none after the last",
        ));
    }
    let mut walker = Walker {
        text: matter,
        base,
        at: 0,
    };
    let (value, root) = walker.value("", 0..0)?;
    match value {
        Value::Table(table) => Ok((table, Some(root))),
        _ => Err(FrontMatterError::syntax(
            base..base + matter.len(),
            "JSON front matter must be an object",
        )),
    }
}

/// The byte of a 1-based line and a 1-based column in bytes.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Walks over JSON that is known to be valid; where it is not what it should be, it is an error all the same.
struct Walker<'a> {
    text: &'a str,
    base: usize,
    at: usize,
}

impl Walker<'_> {
    fn value(
        &mut self,
        key: &str,
        key_span: Range<usize>,
    ) -> Result<(Value, Node), FrontMatterError> {
        self.skip_blanks();
        let start = self.at;
        let mut children = Vec::new();
        let mut shape = Shape::Leaf;
        let value = match self.peek() {
            Some(b'{') => {
                shape = Shape::Flow;
                Value::Table(self.object(&mut children)?)
            }
            Some(b'[') => self.array()?,
            Some(b'"') => Value::String(self.string()?),
            _ => self.scalar()?,
        };
        let node = Node {
            key: key.to_owned(),
            key_span: self.base + key_span.start..self.base + key_span.end,
            value: self.base + start..self.base + self.at,
            shape,
            children,
        };
        Ok((value, node))
    }

    fn object(&mut self, children: &mut Vec<Node>) -> Result<Table, FrontMatterError> {
        let mut table = Table::new();
        self.at += 1;
        loop {
            self.skip_blanks();
            match self.peek() {
                Some(b'}') => break,
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            let start = self.at;
            let key = self.string()?;
            let span = start..self.at;
            self.skip_blanks();
            self.expect(b':')?;
            let (value, node) = self.value(&key, span.clone())?;
            if table.insert(key.clone(), value).is_some() {
                return Err(FrontMatterError::duplicate(
                    self.base + span.start..self.base + span.end,
                    &key,
                ));
            }
            children.push(node);
        }
        self.at += 1;
        Ok(table)
    }

    fn array(&mut self) -> Result<Value, FrontMatterError> {
        let mut items = Vec::new();
        self.at += 1;
        loop {
            self.skip_blanks();
            match self.peek() {
                Some(b']') => break,
                Some(b',') => self.at += 1,
                _ => items.push(self.value("", 0..0)?.0),
            }
        }
        self.at += 1;
        Ok(Value::Array(items))
    }

    fn string(&mut self) -> Result<String, FrontMatterError> {
        let start = self.at;
        self.expect(b'"')?;
        loop {
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => self.at += 2,
                Some(_) => self.at += 1,
                None => return Err(self.unexpected()),
            }
        }
        self.at += 1;
        let raw = self
            .text
            .get(start..self.at)
            .ok_or_else(|| self.unexpected())?;
        serde_json::from_str(raw).map_err(|_| self.unexpected())
    }

    fn scalar(&mut self) -> Result<Value, FrontMatterError> {
        let start = self.at;
        while self
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        {
            self.at += 1;
        }
        let raw = &self.text[start..self.at];
        match raw {
            "true" => Ok(Value::Boolean(true)),
            "false" => Ok(Value::Boolean(false)),
            "null" => Ok(Value::Null),
            _ => match raw.parse() {
                Ok(number) => Ok(Value::Integer(number)),
                Err(_) => raw.parse().map(Value::Float).map_err(|_| self.unexpected()),
            },
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), FrontMatterError> {
        if self.peek() != Some(byte) {
            return Err(self.unexpected());
        }
        self.at += 1;
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while self
            .peek()
            .is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
        {
            self.at += 1;
        }
    }

    fn unexpected(&self) -> FrontMatterError {
        let at = self.base + self.at.min(self.text.len());
        FrontMatterError::syntax(at..at, "this is not valid JSON")
    }
}
