//! Looking at bytes and stepping over them.

use super::{MAX_DEPTH, Odd, Scan, Scanner};

impl Scanner<'_> {
    pub(super) fn quoted(&mut self, quote: u8) -> Scan<()> {
        self.at += 1;
        while let Some(byte) = self.peek() {
            let pair = self.bytes.get(self.at + 1);
            if (byte == b'\\' && quote == b'"')
                || (byte == b'\'' && quote == b'\'' && pair == Some(&b'\''))
            {
                self.at += 2;
            } else if byte == quote {
                self.at += 1;
                return Ok(());
            } else {
                self.at += 1;
            }
        }
        Err(Odd)
    }

    /// Over a tag, an anchor or an alias.
    pub(super) fn token(&mut self) {
        while self
            .peek()
            .is_some_and(|byte| !byte.is_ascii_whitespace() && !b",[]{}".contains(&byte))
        {
            self.at += 1;
        }
    }

    pub(super) fn dash_at(&self, at: usize) -> bool {
        self.bytes.get(at) == Some(&b'-') && self.blank_at(at + 1)
    }

    /// Whether a blank, a line end or the end of the text is at `at`.
    pub(super) fn blank_at(&self, at: usize) -> bool {
        self.bytes
            .get(at)
            .is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn deeper(&mut self) -> Scan<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            Err(Odd)
        } else {
            Ok(())
        }
    }

    /// The blanks at the start of the line, where `at` is.
    pub(super) fn column(&self) -> usize {
        self.bytes[self.at.min(self.bytes.len())..]
            .iter()
            .take_while(|byte| **byte == b' ')
            .count()
    }

    pub(super) fn line_start(&self) -> usize {
        self.text[..self.at]
            .rfind('\n')
            .map_or(0, |newline| newline + 1)
    }

    pub(super) fn trim_end(&self, start: usize, end: usize) -> usize {
        start
            + self.text.get(start..end).map_or(0, |text| {
                text.trim_end_matches([' ', '\t', '\r', '\n']).len()
            })
    }

    pub(super) fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    pub(super) fn skip_to_line_end(&mut self) {
        while self.peek().is_some_and(|byte| byte != b'\n') {
            self.at += 1;
        }
    }

    pub(super) fn at_line_end(&self) -> bool {
        matches!(self.peek(), None | Some(b'\n' | b'\r' | b'#'))
    }

    /// Over blanks and a comment to the end of the line.
    pub(super) fn end_of_line(&mut self) -> Scan<()> {
        self.skip_blanks();
        if !self.at_line_end() {
            return Err(Odd);
        }
        self.skip_to_line_end();
        Ok(())
    }

    /// To the start of the next line that has text other than a comment, from within or between lines.
    pub(super) fn skip_empty_lines(&mut self) {
        self.skip_lines(true);
    }

    pub(super) fn skip_blank_lines(&mut self) {
        self.skip_lines(false);
    }

    pub(super) fn skip_lines(&mut self, comments: bool) {
        if self.at > 0 && self.bytes.get(self.at - 1) != Some(&b'\n') {
            self.skip_to_line_end();
            self.at = (self.at + 1).min(self.bytes.len());
        }
        while self.at < self.bytes.len() {
            let start = self.at;
            self.skip_blanks();
            let empty = matches!(self.peek(), None | Some(b'\n' | b'\r'))
                || (comments && self.peek() == Some(b'#'));
            if !empty {
                self.at = start;
                return;
            }
            self.skip_to_line_end();
            self.at = (self.at + 1).min(self.bytes.len());
        }
    }
}
