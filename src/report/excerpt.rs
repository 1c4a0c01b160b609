//! The lines of a source that a finding is about, made safe to print.

use std::ops::Range;

use super::LinedText;
use crate::text::{is_unprintable, joins};

/// More bytes than this are not shown.
const LONGEST: usize = 512 * 1024;

/// Whole lines of a source in which what a terminal would obey, or not show, stands as an escape, and where in them the
/// bytes that a finding is about are.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The lines.
    pub(super) text: String,
    /// The bytes of `text` that the finding is about.
    pub(super) span: Range<usize>,
    /// The line of the source that the first one is, from 1.
    pub(super) line: usize,
    /// The column of the source at which the finding begins, in characters from 1.
    pub(super) column: usize,
}

impl Excerpt {
    /// The lines that these bytes stand in; `None` where they are too long to be shown.
    pub(super) fn of(lined: &LinedText<'_>, span: &Range<usize>) -> Option<Self> {
        let source = lined.text;
        let start = source.floor_char_boundary(span.start.min(source.len()));
        let end = source.ceil_char_boundary(span.end.clamp(start, source.len()));
        let first = source[..start].rfind('\n').map_or(0, |at| at + 1);
        // A span that ends behind a line feed takes in no line behind it.
        let inside = if end > start { end - 1 } else { end };
        let last = source.as_bytes()[inside..]
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(source.len(), |at| inside + at + 1);
        if last - first > LONGEST {
            return None;
        }
        let (line, column) = lined.position(start);
        let shown = |range: Range<usize>| show(source, range);
        let (before, about) = (shown(first..start), shown(start..end));
        let span = before.len()..before.len() + about.len();
        Some(Self {
            text: before + &about + &shown(end..last),
            span,
            line,
            column,
        })
    }
}

/// These bytes of a source as they can be printed. Tabs and line ends are kept, and joiners that join.
fn show(source: &str, range: Range<usize>) -> String {
    let mut out = String::with_capacity(range.len());
    let mut before = source[..range.start].chars().next_back();
    for (at, character) in source[range.clone()].char_indices() {
        let behind = &source[range.start + at + character.len_utf8()..];
        let is_kept = match character {
            '\n' | '\t' => true,
            '\r' => behind.starts_with('\n'),
            '\u{200c}' | '\u{200d}' => joins(before, behind.chars().next()),
            _ => !is_unprintable(character),
        };
        if is_kept {
            out.push(character);
        } else {
            out.extend(character.escape_default());
        }
        before = Some(character);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str, span: Range<usize>) -> (String, String, usize, usize) {
        let excerpt = Excerpt::of(&LinedText::of(source), &span).unwrap();
        let marked = excerpt.text[excerpt.span.clone()].to_owned();
        (excerpt.text, marked, excerpt.line, excerpt.column)
    }

    #[test]
    fn only_the_lines_of_the_span_are_taken() {
        let told = |text: &str, marked: &str, line, column| {
            (text.to_owned(), marked.to_owned(), line, column)
        };
        let text = "a\nb c\r\nd\n";
        assert_eq!(of(text, 4..5), told("b c\r\n", "c", 2, 3));
        assert_eq!(of(text, 2..7), told("b c\r\n", "b c\r\n", 2, 1));
        assert_eq!(of(text, 2..8), told("b c\r\nd\n", "b c\r\nd", 2, 1));
        assert_eq!(of(text, 9..40), told("", "", 4, 1));
        assert_eq!(of("x", 1..1), told("x", "", 1, 2));
        assert_eq!(of("ä", 1..1), told("ä", "ä", 1, 1));
        assert_eq!(of("", 0..0), told("", "", 1, 1));
    }

    #[test]
    fn what_cannot_be_seen_is_escaped_and_the_span_moves_along() {
        let text = "\u{feff}a\u{85}\u{2028}[x]\u{200b}()\u{2029}\r\u{202e}\n";
        let start = text.find('[').unwrap();
        let (shown, marked, line, column) = of(text, start..start + 8);
        assert_eq!(
            shown,
            "\\u{feff}a\\u{85}\\u{2028}[x]\\u{200b}()\\u{2029}\\r\\u{202e}\n"
        );
        assert_eq!((marked.as_str(), line, column), ("[x]\\u{200b}()", 1, 5));
        assert_eq!(
            of("👩\u{200d}💻 a\u{200d}b", 0..1).0,
            "👩\u{200d}💻 a\\u{200d}b"
        );
    }

    #[test]
    fn endless_lines_are_not_shown() {
        let text = "x".repeat(LONGEST + 1);
        assert_eq!(Excerpt::of(&LinedText::of(&text), &(3..4)), None);
    }
}
