//! The part of YAML that is written in brackets and braces.

use std::ops::Range;

use super::{Odd, Scan, Scanner, Walked};
use crate::front_matter::tree::Shape;

impl Scanner<'_> {
    pub(super) fn flow_mapping(&mut self) -> Scan<Walked> {
        self.deeper()?;
        let start = self.at;
        self.at += 1;
        let mut children = Vec::new();
        loop {
            self.skip_flow_blanks();
            match self.peek() {
                None => return Err(Odd),
                Some(b'}') => break,
                Some(b',') => self.at += 1,
                Some(b'?') if self.blank_at(self.at + 1) => return Err(Odd),
                Some(_) => {
                    let key_span = self.flow_scalar()?;
                    self.skip_flow_blanks();
                    if self.peek() != Some(b':') {
                        return Err(Odd);
                    }
                    self.at += 1;
                    let walked = self.flow_value()?;
                    children.push(self.node(key_span, walked)?);
                }
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(Walked {
            span: start..self.at,
            shape: Shape::Flow,
            children,
        })
    }

    pub(super) fn flow_list(&mut self) -> Scan<()> {
        self.deeper()?;
        self.at += 1;
        loop {
            self.skip_flow_blanks();
            match self.peek() {
                None => return Err(Odd),
                Some(b']') => break,
                // `[a: b]` is a mapping of one pair; only its extent matters.
                Some(b',' | b':') => self.at += 1,
                Some(b'?') if self.blank_at(self.at + 1) => return Err(Odd),
                Some(_) => {
                    self.flow_value()?;
                }
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(())
    }

    pub(super) fn flow_value(&mut self) -> Scan<Walked> {
        let after = self.at;
        self.skip_flow_blanks();
        let start = self.at;
        while let Some(b'&' | b'!') = self.peek() {
            self.token();
            self.skip_flow_blanks();
        }
        let properties = self.at > start;
        let walked = match self.peek() {
            Some(b'{') => self.flow_mapping()?,
            Some(b'[') => {
                let from = self.at;
                self.flow_list()?;
                Walked::leaf(from..self.at)
            }
            Some(b',' | b'}' | b']') if !properties => {
                self.at = after;
                return Ok(Walked {
                    span: after..after,
                    shape: Shape::Empty,
                    children: Vec::new(),
                });
            }
            Some(b',' | b'}' | b']') => Walked::leaf(start..self.trim_end(start, self.at)),
            _ => Walked::leaf(self.flow_scalar()?),
        };
        if properties {
            Ok(Walked::leaf(start..walked.span.end))
        } else {
            Ok(walked)
        }
    }

    pub(super) fn flow_scalar(&mut self) -> Scan<Range<usize>> {
        let start = self.at;
        if let Some(quote @ (b'"' | b'\'')) = self.peek() {
            self.quoted(quote)?;
            return Ok(start..self.at);
        }
        while let Some(byte) = self.peek() {
            let ends = match byte {
                b',' | b'[' | b']' | b'{' | b'}' => true,
                b':' => {
                    self.blank_at(self.at + 1)
                        || matches!(
                            self.bytes.get(self.at + 1),
                            Some(b',' | b'[' | b']' | b'{' | b'}')
                        )
                }
                b'#' => self.at > start && self.blank_at(self.at - 1),
                _ => false,
            };
            if ends {
                break;
            }
            self.at += 1;
        }
        let end = self.trim_end(start, self.at);
        if end == start {
            Err(Odd)
        } else {
            Ok(start..end)
        }
    }

    pub(super) fn skip_flow_blanks(&mut self) {
        loop {
            while self
                .peek()
                .is_some_and(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
            {
                self.at += 1;
            }
            if self.peek() != Some(b'#') {
                return;
            }
            self.skip_to_line_end();
        }
    }
}
