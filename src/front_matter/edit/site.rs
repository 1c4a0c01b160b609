//! What is there, and the whole lines that edits are made of.

use crate::front_matter::error::FrontMatterError;
use crate::front_matter::split::Split;
use crate::front_matter::tree::{self, Node, Splice};

/// What the writers of the formats get to see.
pub(super) struct Site<'a> {
    pub(super) text: &'a str,
    pub(super) split: &'a Split,
    pub(super) root: &'a Node,
    pub(super) anchor: Option<&'a Node>,
}

impl Site<'_> {
    /// The line end that the block uses.
    pub(super) fn newline(&self) -> &'static str {
        let block = &self.text[self.split.block.clone()];
        let line = block.find('\n').unwrap_or(0);
        if block[..line].ends_with('\r') {
            "\r\n"
        } else {
            "\n"
        }
    }

    /// Where the line of the closing delimiter begins, or the delimiter where it stands behind other text.
    pub(super) fn end(&self) -> usize {
        let line = tree::line_start(self.text, self.split.matter.end).max(self.split.matter.start);
        let blank = self.text[line..self.split.matter.end].trim().is_empty();
        if blank { line } else { self.split.matter.end }
    }

    /// The end of the line that holds `at`, not beyond the block.
    pub(super) fn line_end(&self, at: usize) -> usize {
        tree::line_end(self.text, at).min(self.split.matter.end)
    }

    /// Whole lines put at `at`, which is the start of a line unless the block ends in the middle of one.
    pub(super) fn insert_lines(&self, at: usize, lines: &str) -> Splice {
        let newline = self.newline();
        let lines = if newline == "\n" {
            lines.to_owned()
        } else {
            lines.replace("\r\n", "\n").replace('\n', newline)
        };
        let starts_line = self.text[..at].ends_with('\n');
        if starts_line {
            Splice::insert(at, lines)
        } else {
            Splice::insert(at, format!("{newline}{lines}"))
        }
    }

    /// The lines from `start` to `end`, whole.
    pub(super) fn delete_lines(&self, start: usize, end: usize) -> Splice {
        Splice::delete(
            tree::line_start(self.text, start).max(self.split.matter.start)..self.line_end(end),
        )
    }

    /// The blanks at the start of the line that holds `at`.
    pub(super) fn indent(&self, at: usize) -> &str {
        let line = &self.text[tree::line_start(self.text, at)..at];
        &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
    }

    pub(super) fn unsupported(&self, node: &Node, message: &str) -> FrontMatterError {
        let span = if node.key.is_empty() {
            self.split.block.clone()
        } else {
            node.key_span.clone()
        };
        FrontMatterError::unsupported(span, message)
    }
}
