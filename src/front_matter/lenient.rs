//! YAML that Hugo's reader (`goccy/go-yaml`) takes and the usual one refuses: plain text that begins with `,` or `}`, a
//! colon in a list in brackets (tested on Hugo 0.168.0).

use std::ops::Range;

use super::{Format, FrontMatter, FrontMatterError, Split};

/// Places that are made harmless in one block, at most.
const MAX_PLACES: usize = 64;

impl FrontMatter {
    /// Reads the block as Hugo would. What the usual reader refuses there keeps its place; `_` stands for the sign in its
    /// value that it stumbled over.
    ///
    /// Errors: those of [`FrontMatter::parse`], where Hugo refuses the block too.
    pub fn parse_leniently(text: &str, split: &Split) -> Result<Self, FrontMatterError> {
        let first = match Self::parse(text, split) {
            Err(error) if split.format == Format::Yaml => error,
            read => return read,
        };
        let mut tame = text.to_owned();
        let mut at = first.span.start;
        for _ in 0..MAX_PLACES {
            let Some((place, sign)) = harmless(&tame, split, at) else {
                break;
            };
            tame.replace_range(place, sign);
            match Self::parse(&tame, split) {
                Ok(front) => return Ok(front),
                Err(error) => at = error.span.start,
            }
        }
        Err(first)
    }
}

/// What stands in the way at a byte of the text, if Hugo takes it for a part of a plain text, and what may stand there.
fn harmless(text: &str, split: &Split, at: usize) -> Option<(Range<usize>, &'static str)> {
    let before = text.get(split.matter.start..at)?;
    let line = before.rsplit('\n').next().unwrap_or_default();
    let rest = text.get(at..split.matter.end)?;
    let rest = rest.split('\n').next().unwrap_or_default();
    let sign = rest.chars().next()?;
    let before = line.trim_end();
    let is_value = before.ends_with(':') || before.ends_with('-');
    let is_harmless = match (bracket(line), sign) {
        (None, ',' | '}') => is_value || before.is_empty(),
        (None, '?') => is_value && rest == "?",
        (None, '%') => is_value && line.starts_with(' '),
        (None, '\t') => return (before.trim() == "-").then_some((at..at + 1, " ")),
        (Some('['), '}' | '-') => true,
        (Some('['), ':') => {
            let item = line.rsplit(['[', ',']).next().unwrap_or_default();
            !rest[1..].trim_start().is_empty() && !item.contains(": ")
        }
        (Some('{'), ':') => !before.ends_with(['{', ',']),
        (Some('{'), ']') => line.ends_with(char::is_alphanumeric),
        (Some('{'), '?') => is_value,
        _ => false,
    };
    is_harmless.then_some((at..at + 1, "_"))
}

/// The innermost bracket that is open at the end of a piece of a line; brackets in plain text are none.
fn bracket(line: &str) -> Option<char> {
    let mut open = Vec::new();
    let mut quote = None;
    let mut last = ':';
    for c in line.chars() {
        let begins = matches!(last, ':' | '-' | ',' | '[' | '{');
        match (quote, c) {
            (Some(mark), c) if c == mark => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') if begins => quote = Some(c),
            (None, '[' | '{') if begins => open.push(c),
            (None, ']') if open.last() == Some(&'[') => drop(open.pop()),
            (None, '}') if open.last() == Some(&'{') => drop(open.pop()),
            _ => {}
        }
        if !c.is_whitespace() {
            last = c;
        }
    }
    open.last().copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{SplitRules, split};
    use super::*;

    fn reads(block: &str) -> bool {
        let text = format!("---\n{block}\n---\n");
        let found = split(&text, SplitRules::Hugo)
            .expect("no error")
            .expect("a block");
        assert!(FrontMatter::parse(&text, &found).is_err(), "{block}");
        FrontMatter::parse_leniently(&text, &found).is_ok()
    }

    #[test]
    fn what_hugo_takes_is_read() {
        for good in [
            "title: , x",
            "title: } x",
            "title: ?",
            "a:\n  - %d\n  - , x",
            "a:\n  b: %d",
            "a: [:rocket:, Note:, x}, b]",
            "a: {b: x: y, c: z]}",
            "a:\n  - \tx",
            "a: [- x]",
            "a: [b, - x]",
        ] {
            assert!(reads(good), "{good}");
        }
        for bad in [
            "title: %d",
            "title: @x",
            "title: a: b",
            "title: [a, b",
            "a: [,b]",
            "a: [b: c: d]",
            "a: {b: c",
            "title: \"x",
            "title: *a*",
            "\ttitle: a",
        ] {
            assert!(!reads(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn never_panics(block in "[\\[\\]{}:,?%#&*!|>'\" \ta-c\né-]{0,40}") {
            let text = format!("---\n{block}\n---\n");
            if let Ok(Some(found)) = split(&text, SplitRules::Hugo) {
                let _ = FrontMatter::parse_leniently(&text, &found);
            }
        }
    }
}
