//! Where keys and values stand: one shape of tree for the three formats, and the arithmetic of lines.

use std::ops::Range;

/// How a value is written, as far as editing depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A scalar, a list, or anything else that is replaced as a whole.
    Leaf,
    /// In braces: a TOML inline table, a YAML flow mapping, a JSON object.
    Flow,
    /// A TOML table with a header, a YAML block mapping, the top of a TOML or YAML block.
    Block,
    /// A TOML table made by dotted keys.
    Dotted,
    /// A TOML table that exists only because a header names a table within it.
    Implicit,
    /// TOML `[[tables]]`. Its children are the tables, each a [`Shape::Block`] with the key of the list.
    Many,
    /// A YAML key with nothing after it.
    Empty,
}

/// A key and its value with their bytes, counted in the whole file. The root has an empty key.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    /// For a [`Shape::Block`] table of TOML its header, for a YAML block mapping all its entries.
    pub(super) value: Range<usize>,
    pub(super) shape: Shape,
    pub(super) children: Vec<Node>,
}

impl Node {
    pub(super) fn root(value: Range<usize>, shape: Shape, children: Vec<Node>) -> Self {
        let at = value.start;
        Node {
            key: String::new(),
            key_span: at..at,
            value,
            shape,
            children,
        }
    }

    pub(super) fn child(&self, key: &str) -> Option<&Node> {
        (self.shape != Shape::Many).then_some(())?;
        self.children.iter().find(|node| node.key == key)
    }

    pub(super) fn find<K: AsRef<str>>(&self, path: &[K]) -> Option<&Node> {
        path.iter()
            .try_fold(self, |node, key| node.child(key.as_ref()))
    }

    /// The deepest node on the path, and how many keys lead to it.
    pub(super) fn deepest(&self, path: &[String]) -> (&Node, usize) {
        let mut node = self;
        for (depth, key) in path.iter().enumerate() {
            match node.child(key) {
                Some(child) => node = child,
                None => return (node, depth),
            }
        }
        (node, path.len())
    }

    /// The whole entry on its lines: from the key to the end of the value.
    pub(super) fn entry(&self) -> Range<usize> {
        self.key_span.start..self.value.end.max(self.key_span.end)
    }
}

/// Bytes to replace, and what with.
#[derive(Clone, Debug)]
pub(super) struct Splice {
    pub(super) range: Range<usize>,
    pub(super) text: String,
}

impl Splice {
    pub(super) fn insert(at: usize, text: impl Into<String>) -> Self {
        Splice {
            range: at..at,
            text: text.into(),
        }
    }

    pub(super) fn delete(range: Range<usize>) -> Self {
        Splice {
            range,
            text: String::new(),
        }
    }

    pub(super) fn replace(range: Range<usize>, text: impl Into<String>) -> Self {
        Splice {
            range,
            text: text.into(),
        }
    }
}

/// Applies splices. `None` if two of them overlap or one lies outside the text or inside a character.
pub(super) fn apply(text: &str, mut splices: Vec<Splice>) -> Option<String> {
    splices.sort_by_key(|splice| (splice.range.start, splice.range.end));
    let mut out = String::with_capacity(text.len() + 256);
    let mut at = 0;
    for splice in &splices {
        out.push_str(text.get(at..splice.range.start)?);
        out.push_str(&splice.text);
        at = splice.range.end.max(splice.range.start);
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// The byte where the line that holds `at` starts.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |newline| newline + 1)
}

/// The byte after the line feed of the line that holds `at`, or the end of the text.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    text.get(at..)
        .and_then(|after| after.find('\n'))
        .map_or(text.len(), |newline| at + newline + 1)
}
