//! Finds where the keys and values of a YAML block stand.
//!
//! The block was accepted by the real parser before, so this walker need not judge, only keep its place: block and flow
//! mappings, lists, quoted, plain and block scalars over several lines, comments, anchors and tags. What it does not know
//! (explicit `? keys`, keys with anchors) ends the walk with [`Odd`]; the caller compares its keys with the parser's.

mod cursor;
mod flow;

use std::ops::Range;

use super::tree::{Node, Shape};

/// Something that this walker does not know.
#[derive(Debug)]
pub(super) struct Odd;

type Scan<T> = Result<T, Odd>;

/// Nesting that the walker follows; it is recursive.
const MAX_DEPTH: usize = 128;

/// The tree of `matter`, which begins at byte `base` of the file.
pub(super) fn scan(matter: &str, base: usize) -> Scan<Node> {
    let mut scanner = Scanner::new(matter);
    let mut root = scanner.document()?;
    shift(&mut root, base);
    Ok(root)
}

/// The second of two equal keys in one mapping, with its bytes in the file.
pub(super) fn duplicate(matter: &str, base: usize) -> Option<(Range<usize>, String)> {
    fn find(node: &Node) -> Option<&Node> {
        let mut children = node.children.iter().enumerate();
        children
            .find_map(|(at, child)| {
                node.children[..at]
                    .iter()
                    .any(|other| other.key == child.key)
                    .then_some(child)
            })
            .or_else(|| node.children.iter().find_map(find))
    }
    let root = scan(matter, base).ok()?;
    find(&root).map(|node| (node.key_span.clone(), node.key.clone()))
}

fn shift(node: &mut Node, base: usize) {
    node.key_span = node.key_span.start + base..node.key_span.end + base;
    node.value = node.value.start + base..node.value.end + base;
    for child in &mut node.children {
        shift(child, base);
    }
}

/// A value that was walked over.
struct Walked {
    span: Range<usize>,
    shape: Shape,
    children: Vec<Node>,
}

impl Walked {
    fn leaf(span: Range<usize>) -> Self {
        Walked {
            span,
            shape: Shape::Leaf,
            children: Vec::new(),
        }
    }
}

struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Scanner {
            text,
            bytes: text.as_bytes(),
            at: 0,
            depth: 0,
        }
    }

    fn document(&mut self) -> Scan<Node> {
        self.skip_empty_lines();
        let all = 0..self.text.len();
        if self.at >= self.bytes.len() {
            return Ok(Node::root(all, Shape::Block, Vec::new()));
        }
        let column = self.column();
        self.skip_blanks();
        let root = match self.peek() {
            Some(b'{') => {
                let walked = self.flow_mapping()?;
                Node::root(walked.span, Shape::Flow, walked.children)
            }
            Some(b'%' | b'&' | b'!') => return Err(Odd),
            _ => Node::root(all, Shape::Block, self.block_mapping(column)?),
        };
        self.end_of_line()?;
        self.skip_empty_lines();
        if self.at < self.bytes.len() {
            Err(Odd)
        } else {
            Ok(root)
        }
    }

    /// The entries of a mapping whose keys stand in `column`, from the first key on.
    fn block_mapping(&mut self, column: usize) -> Scan<Vec<Node>> {
        self.deeper()?;
        let mut children = Vec::new();
        loop {
            let key_span = self.key()?;
            self.skip_blanks();
            if self.peek() != Some(b':') {
                return Err(Odd);
            }
            self.at += 1;
            let walked = self.block_value(column, true)?;
            children.push(self.node(key_span, walked)?);
            self.end_of_line()?;
            let here = self.at;
            self.skip_empty_lines();
            if self.at >= self.bytes.len() || self.column() < column {
                // Comments and blank lines belong to what comes next.
                self.at = here;
                break;
            }
            if self.column() > column {
                return Err(Odd);
            }
            self.skip_blanks();
        }
        self.depth -= 1;
        Ok(children)
    }

    fn node(&self, key_span: Range<usize>, walked: Walked) -> Scan<Node> {
        let raw = &self.text[key_span.clone()];
        let key = if raw.starts_with(['"', '\'']) {
            serde_yaml::from_str(raw).map_err(|_| Odd)?
        } else {
            raw.to_owned()
        };
        Ok(Node {
            key,
            key_span,
            value: walked.span,
            shape: walked.shape,
            children: walked.children,
        })
    }

    /// A key on one line; leaves the place before its blanks and colon.
    fn key(&mut self) -> Scan<Range<usize>> {
        let start = self.at;
        match self.peek() {
            Some(quote @ (b'"' | b'\'')) => {
                self.quoted(quote)?;
                let span = start..self.at;
                if self.text[span.clone()].contains('\n') {
                    Err(Odd)
                } else {
                    Ok(span)
                }
            }
            Some(b'?' | b'-' | b':') if self.blank_at(self.at + 1) => Err(Odd),
            None
            | Some(
                b'[' | b']' | b'{' | b'}' | b',' | b'&' | b'*' | b'!' | b'|' | b'>' | b'%' | b'@'
                | b'`' | b'#',
            ) => Err(Odd),
            Some(_) => {
                while let Some(byte) = self.peek() {
                    let comment = byte == b'#' && self.blank_at(self.at.wrapping_sub(1));
                    if byte == b'\n' || comment {
                        return Err(Odd);
                    }
                    if byte == b':' && self.blank_at(self.at + 1) {
                        let end = start + self.text[start..self.at].trim_end().len();
                        return Ok(start..end);
                    }
                    self.at += 1;
                }
                Err(Odd)
            }
        }
    }

    /// The value of a key in `column`, or of an item whose dash stands there.
    fn block_value(&mut self, column: usize, of_key: bool) -> Scan<Walked> {
        self.deeper()?;
        let after = self.at;
        self.skip_blanks();
        let mut start = self.at;
        let mut properties = false;
        while let Some(b'&' | b'!') = self.peek() {
            properties = true;
            self.token();
            self.skip_blanks();
        }
        if !properties {
            start = self.at;
        }
        let walked = if self.at_line_end() {
            let here = self.at;
            self.skip_empty_lines();
            let next = self.column();
            let indented = self.at < self.bytes.len() && next > column;
            let list = self.at < self.bytes.len()
                && of_key
                && next == column
                && self.dash_at(self.at + next);
            if !indented && !list {
                self.at = here;
                let empty = if properties {
                    start..self.trim_end(start, here)
                } else {
                    after..after
                };
                let shape = if properties {
                    Shape::Leaf
                } else {
                    Shape::Empty
                };
                self.depth -= 1;
                return Ok(Walked {
                    span: empty,
                    shape,
                    children: Vec::new(),
                });
            }
            self.skip_blanks();
            let mut walked = self.block_node(next, column)?;
            if properties {
                // An anchor or tag before a block on the next lines goes with it, and cannot be edited in pieces.
                walked = Walked::leaf(start..walked.span.end);
            }
            walked
        } else if !of_key && !properties && (self.dash_at(self.at) || self.key_here()) {
            let next = self.at - self.line_start();
            self.block_node(next, column)?
        } else {
            let mut walked = self.inline(column)?;
            if properties {
                walked = Walked::leaf(start..walked.span.end);
            }
            walked
        };
        self.depth -= 1;
        Ok(walked)
    }

    /// A node that begins in column `here`, within something in column `parent`.
    fn block_node(&mut self, here: usize, parent: usize) -> Scan<Walked> {
        let start = self.at;
        if self.dash_at(self.at) {
            self.block_list(here)?;
            return Ok(Walked::leaf(start..self.trim_end(start, self.at)));
        }
        if self.key_here() {
            let children = self.block_mapping(here)?;
            let end = self.trim_end(start, self.at);
            return Ok(Walked {
                span: start..end,
                shape: Shape::Block,
                children,
            });
        }
        self.inline(parent)
    }

    fn block_list(&mut self, column: usize) -> Scan<()> {
        self.deeper()?;
        loop {
            self.at += 1;
            self.block_value(column, false)?;
            self.end_of_line()?;
            let here = self.at;
            self.skip_empty_lines();
            if self.at >= self.bytes.len()
                || self.column() != column
                || !self.dash_at(self.at + column)
            {
                let deeper = self.at < self.bytes.len() && self.column() > column;
                self.at = here;
                self.depth -= 1;
                return if deeper { Err(Odd) } else { Ok(()) };
            }
            self.skip_blanks();
        }
    }

    /// A scalar or a flow collection, within something in column `parent`.
    fn inline(&mut self, parent: usize) -> Scan<Walked> {
        let start = self.at;
        match self.peek() {
            Some(b'{') => return self.flow_mapping(),
            Some(b'[') => self.flow_list()?,
            Some(quote @ (b'"' | b'\'')) => self.quoted(quote)?,
            Some(b'|' | b'>') => return Ok(Walked::leaf(self.block_scalar(parent))),
            Some(b'*') => self.token(),
            Some(_) => return Ok(Walked::leaf(self.plain(parent))),
            None => return Err(Odd),
        }
        Ok(Walked::leaf(start..self.at))
    }

    /// The lines of `|` or `>`: all that stand further in than `parent`.
    fn block_scalar(&mut self, parent: usize) -> Range<usize> {
        let start = self.at;
        self.skip_to_line_end();
        let mut end = self.trim_end(start, self.at);
        let mut line = self.at;
        while line < self.bytes.len() {
            self.at = line + 1;
            let from = self.at;
            let column = self.column();
            self.skip_to_line_end();
            let blank = self.text[from..self.at].trim().is_empty();
            if !blank && column <= parent {
                break;
            }
            if !blank {
                end = self.trim_end(from, self.at);
            }
            line = self.at;
        }
        self.at = end;
        start..end
    }

    /// A plain scalar, which goes on over lines that stand further in than `parent`.
    fn plain(&mut self, parent: usize) -> Range<usize> {
        let start = self.at;
        let mut end = self.plain_line();
        loop {
            self.at = end;
            self.skip_blanks();
            if self.peek() == Some(b'#') || self.at >= self.bytes.len() {
                break;
            }
            self.skip_blank_lines();
            let column = self.column();
            let first = self.at + column;
            if self.at >= self.bytes.len()
                || column <= parent
                || self.bytes.get(first) == Some(&b'#')
            {
                break;
            }
            self.at = first;
            end = self.plain_line();
        }
        self.at = end;
        start..end
    }

    /// To the end of the plain text on this line, before blanks and a comment.
    fn plain_line(&mut self) -> usize {
        let from = self.at;
        while let Some(byte) = self.peek() {
            let comment = byte == b'#' && self.at > from && self.blank_at(self.at - 1);
            if byte == b'\n' || comment {
                break;
            }
            self.at += 1;
        }
        self.trim_end(from, self.at)
    }

    /// Whether what begins here is a key with its colon on this line.
    fn key_here(&mut self) -> bool {
        let here = self.at;
        let found = self.key().is_ok() && {
            self.skip_blanks();
            self.peek() == Some(b':') && self.blank_at(self.at + 1)
        };
        self.at = here;
        found
    }
}
