//! Formulas that the generator hands on as they are (Hugo's extension `passthrough`), HTML in them included.
//!
//! A model has no say in the HTML of a page, so its formulas are text: a reader sees their source, and a script that sets
//! formulas in the finished page finds them. The same marks are a price in dollars, and then they are text all the more.

use std::fmt::Write as _;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use crate::finding::Edit;
use crate::markdown;

use super::edits::{apply, is_escaped};

/// The body with its formulas as text. `marks` are the pairs that open and close one.
pub(super) fn as_text(body: &str, marks: &[[String; 2]]) -> String {
    edited(body, marks, |text, at, [open, close]| {
        let inside = at + open.len();
        let length = body[inside..text.range.end.max(inside)].find(close.as_str())?;
        let formula = at..inside + length + close.len();
        // Between single dollars there are prices.
        let is_formula = open.len() > 1 && !text.other.iter().any(|it| overlap(it, &formula));
        is_formula.then(|| Edit::replace(formula.clone(), shown(&body[formula])))
    })
}

/// The body with no mark left that opens a formula. Here a backslash before a bracket is one that keeps it text.
pub(super) fn neutralise(body: &str, marks: &[[String; 2]]) -> String {
    edited(body, marks, |_, at, [open, _]| {
        let mark = open.strip_prefix('\\').unwrap_or(open);
        let escaped = shown(mark);
        let first = mark.chars().next()?;
        let text = if mark.len() < open.len() || escaped == mark {
            format!("&#{};{}", u32::from(first), &mark[first.len_utf8()..])
        } else {
            escaped
        };
        Some(Edit::replace(at..at + open.len(), text))
    })
}

/// Makes the edits for all places where a formula would be opened.
fn edited(
    body: &str,
    marks: &[[String; 2]],
    edit: impl Fn(&RunningText, usize, &[String; 2]) -> Option<Edit>,
) -> String {
    if marks.is_empty() {
        return body.to_owned();
    }
    let mut marks: Vec<&[String; 2]> = marks.iter().collect();
    marks.sort_by_key(|[open, _]| std::cmp::Reverse(open.len()));
    let mut edits = Vec::new();
    for text in running_texts(body) {
        let mut at = text.range.start;
        while at < text.range.end {
            let rest = &body[at..];
            let mark = marks
                .iter()
                .find(|[open, _]| rest.starts_with(open.as_str()) && text.opens(body, at));
            let edit = mark.and_then(|mark| edit(&text, at, mark));
            at = match &edit {
                Some(edit) => edit.range.end,
                None => at + rest.chars().next().map_or(1, char::len_utf8),
            };
            edits.extend(edit);
        }
    }
    apply(body, edits)
}

/// A piece of a formula, or the mark of one, as text. Behind a backslash that is shown stands none that is not: the two
/// signs might be a mark again.
fn shown(raw: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    let mut characters = raw.chars().peekable();
    while let Some(c) = characters.next() {
        let is_plain = !c.is_ascii_punctuation() || "(){}/,;!>".contains(c);
        // `\\|` in a table cell is the cell's own escape.
        let is_bar = c == '|' && before == '\\' || c == '\\' && characters.peek() == Some(&'|');
        if is_plain || is_bar {
            out.push(c);
        } else if before == '\\' {
            let _ = write!(out, "&#{};", u32::from(c));
        } else {
            out.push('\\');
            out.push(c);
        }
        before = if before == '\\' { ' ' } else { c };
    }
    out
}

/// The text of a paragraph, a heading or a cell.
struct RunningText {
    range: Range<usize>,
    /// What of it a reader sees as text, in order.
    text: Vec<Range<usize>>,
    /// Code and links in it.
    other: Vec<Range<usize>>,
}

impl RunningText {
    /// Whether the mark at `at` would open a formula there.
    fn opens(&self, body: &str, at: usize) -> bool {
        // Where a mark begins with a backslash, this is no text itself, but what follows is.
        let seen = at + usize::from(body.as_bytes()[at] == b'\\');
        let next = self.text.partition_point(|range| range.end <= seen);
        let is_text = self.text.get(next).is_some_and(|it| it.start <= seen);
        is_text && !is_escaped(body, at)
    }
}

fn running_texts(body: &str) -> Vec<RunningText> {
    let mut found: Vec<RunningText> = Vec::new();
    let mut is_open = false;
    let mut literal_until = 0;
    for (event, range) in markdown::events(body) {
        match &event {
            Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough)
            | Event::End(
                TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Link
                | TagEnd::Image,
            )
            | Event::SoftBreak
            | Event::HardBreak
            | Event::TaskListMarker(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_) => continue,
            Event::Text(_)
            | Event::Code(_)
            | Event::Start(Tag::Link { .. } | Tag::Image { .. }) => {}
            Event::Start(Tag::CodeBlock(_)) => {
                literal_until = range.end;
                is_open = false;
                continue;
            }
            _ => {
                is_open = false;
                continue;
            }
        }
        if range.start < literal_until {
            continue;
        }
        if !is_open {
            found.push(RunningText {
                // A backslash before it may belong to a mark.
                range: range.start - usize::from(body[..range.start].ends_with('\\'))..range.end,
                text: Vec::new(),
                other: Vec::new(),
            });
            is_open = true;
        }
        let Some(open) = found.last_mut() else {
            continue;
        };
        open.range.end = open.range.end.max(range.end);
        match event {
            Event::Text(_) => open.text.push(range),
            Event::Start(Tag::Link {
                link_type: LinkType::Autolink | LinkType::Email,
                ..
            }) => {
                literal_until = range.end;
                open.other.push(range);
            }
            _ => open.other.push(range),
        }
    }
    found
}

fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(body: &str) -> String {
        let marks = [
            ["$$", "$$"],
            ["\\(", "\\)"],
            ["\\[", "\\]"],
            ["$", "$"],
            ["@@", "@@"],
        ];
        let marks = marks.map(|pair| pair.map(str::to_owned));
        neutralise(&as_text(body, &marks), &marks)
    }

    #[test]
    fn formulas_are_text() {
        for (body, expected) in [
            ("a $$x_1*y$$ b", "a \\$\\$x\\_1\\*y\\$\\$ b"),
            ("$$<b>$$", "\\$\\$\\<b>\\$\\$"),
            ("$$\na \\\\ b\n$$\n", "\\$\\$\na \\\\&#92; b\n\\$\\$\n"),
            ("\\(a_1\\) \\[b\\]", "\\\\(a\\_1\\\\) \\\\&#91;b\\\\&#93;"),
            ("*\\(a\\)*", "*\\\\(a\\\\)*"),
            ("costs $5 and `x$y` $z", "costs \\$5 and `x$y` \\$z"),
            ("$$ and `$$`", "\\$\\$ and `$$`"),
            ("[a $$b$$](c$$d$$)", "[a \\$\\$b\\$\\$](c$$d$$)"),
            ("@@x@@\n\n    $$x$$\n", "\\@\\@x\\@\\@\n\n    $$x$$\n"),
            ("$$a\n\nb$$ \\$c", "\\$\\$a\n\nb\\$\\$ \\$c"),
            ("\\[^9] \\(a", "&#91;^9] &#40;a"),
            (
                "| $a | $$b |\n|---|---|\n",
                "| \\$a | \\$\\$b |\n|---|---|\n",
            ),
            ("<https://x.y/$$a$$>", "<https://x.y/$$a$$>"),
        ] {
            assert_eq!(tidied(body), expected, "{body}");
            assert_eq!(tidied(expected), expected);
            assert_eq!(neutralise(&as_text(body, &[]), &[]), body);
        }
    }
}
