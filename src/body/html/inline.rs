//! HTML inside a line of text.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::finding::Edit;

use super::{Counts, comment, tag};

type Located<'a> = (Event<'a>, Range<usize>);

/// How far behind an opening tag its closing one is looked for, in events.
const REACH: usize = 64;

/// The edits for all inline tags.
pub(super) fn edits(body: &str, events: &[Located<'_>], counts: &mut Counts) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut done = vec![false; events.len()];
    let mut context = Context::Paragraph;
    for (index, (event, range)) in events.iter().enumerate() {
        match event {
            Event::Start(Tag::TableCell) => context = Context::Cell,
            Event::Start(Tag::Heading { .. }) => context = Context::Heading,
            Event::End(TagEnd::TableCell | TagEnd::Heading(_)) => context = Context::Paragraph,
            Event::InlineHtml(_) if !done[index] => {
                let opens = index > 0
                    && matches!(
                        events[index - 1].0,
                        Event::Start(_) | Event::TaskListMarker(_)
                    );
                if let Some((close, both)) = pair(body, events, index) {
                    done[close] = true;
                    counts.converted += 2;
                    edits.extend(both);
                } else {
                    edits.extend(single(body, range.clone(), context, opens, counts));
                }
            }
            _ => {}
        }
    }
    edits
}

/// Where a tag stands, as far as a line break matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Context {
    Paragraph,
    Heading,
    Cell,
}

/// The edits for a tag on its own; `opens` says whether it is the first in its block.
fn single(
    body: &str,
    range: Range<usize>,
    context: Context,
    opens: bool,
    counts: &mut Counts,
) -> Vec<Edit> {
    let raw = &body[range.clone()];
    if raw.starts_with("<!--") {
        return vec![comment(body, range.start, range.end, counts)];
    }
    let name = tag::name(raw);
    if name.eq_ignore_ascii_case("br") {
        counts.converted += 1;
        return vec![line_break(body, range, context, opens)];
    }
    if tag::is_known(name) {
        counts.shown += 1;
    } else {
        counts.brackets += 1;
    }
    vec![Edit::replace(range, literal(raw))]
}

/// A tag as text: everything in it that Markdown or a generator's typography would change is escaped.
pub(crate) fn literal(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len() + 2);
    let mut characters = raw.chars().peekable();
    let mut before = None;
    while let Some(c) = characters.next() {
        let doubled = before == Some(c) || characters.peek() == Some(&c);
        let special = match c {
            '<' | '*' | '_' | '`' | '[' | ']' | '&' | '~' | '"' | '\'' => true,
            // `\|` in a table cell is the cell's own escape.
            '\\' => characters.peek() != Some(&'|'),
            '-' | '.' => doubled,
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(c);
        before = Some(c);
    }
    out
}

/// What makes a box to tick of a list item that begins with it.
const BOXES: [&str; 3] = ["[ ]", "[x]", "[X]"];

/// Whether the text would be the start of a block, or a box to tick, if nothing stood before it.
pub(crate) fn starts_block(text: &str) -> bool {
    let mark = text.trim_start_matches(['#', '+', '-', '*', '=', '~', '`', ' ']);
    let mark = &text[..text.len() - mark.len()];
    let ends = |mark: &str| text[mark.len()..].is_empty() || text[mark.len()..].starts_with('\n');
    text.starts_with('>')
        || BOXES.iter().any(|mark| text.starts_with(mark))
        || ["```", "~~~"].iter().any(|fence| text.starts_with(fence))
        || (mark.starts_with(['#', '+', '-', '*']) && mark.contains(' '))
        || (!mark.is_empty() && ends(mark))
}

/// `<br>` as Markdown: a break where there is more of the paragraph, a slash in a table cell, which has one line.
fn line_break(body: &str, range: Range<usize>, context: Context, opens: bool) -> Edit {
    let before = &body[..range.start];
    let after = &body[range.end..];
    let start = before.trim_end_matches([' ', '\t']).len();
    let rest = after.trim_start_matches([' ', '\t']);
    let end = body.len() - rest.len();
    let at_line_start = before[..start].is_empty() || before[..start].ends_with(['\n', '|', '>']);
    let next = rest.chars().next();
    match context {
        Context::Paragraph if opens => {
            Edit::replace(range.start..end, if starts_block(rest) { "\\" } else { "" })
        }
        Context::Cell if at_line_start || next == Some('|') => Edit::delete(range),
        Context::Cell => Edit::replace(start..end, " / "),
        _ if at_line_start || next == Some('<') => Edit::delete(range),
        Context::Paragraph if next == Some('\n') && !ends_paragraph(rest) => {
            Edit::replace(start..end, "\\")
        }
        Context::Paragraph if starts_with_word(rest) => Edit::replace(start..end, "\\\n"),
        _ if next.is_none_or(|c| c == '\n') => Edit::delete(start..end),
        _ => Edit::replace(start..end, " "),
    }
}

/// Whether nothing of the paragraph follows the line feed at the start of `rest`.
fn ends_paragraph(rest: &str) -> bool {
    let next = rest[1..].split('\n').next().unwrap_or_default();
    !starts_with_word(next.trim_start_matches([' ', '\t', '>']))
}

/// Whether `text` can begin a line of a paragraph without becoming a list, a quote or another block.
fn starts_with_word(text: &str) -> bool {
    let word = text.trim_start_matches("**");
    word.starts_with(char::is_alphabetic)
        || (word.len() == text.len() && word.starts_with(['`', '(']) && !word.starts_with("```"))
}

/// The edits that turn an opening tag and its closing one into Markdown, and the index of the latter.
fn pair(body: &str, events: &[Located<'_>], open: usize) -> Option<(usize, Vec<Edit>)> {
    let open_range = events[open].1.clone();
    let raw = &body[open_range.clone()];
    let name = tag::name(raw).to_ascii_lowercase();
    if raw.starts_with("</") || raw.ends_with("/>") {
        return None;
    }
    let bare = raw[1..raw.len() - 1].trim().eq_ignore_ascii_case(&name);
    let closing = |range: &Range<usize>| {
        let text = &body[range.clone()];
        text.starts_with("</") && tag::name(text).eq_ignore_ascii_case(&name)
    };
    let close =
        (open + 1..events.len().min(open + REACH)).find(|&index| match &events[index].0 {
            Event::InlineHtml(_) => closing(&events[index].1),
            _ => false,
        })?;
    let close_range = events[close].1.clone();
    let only_text = close == open + 2 && matches!(events[open + 1].0, Event::Text(_));
    let inner = &body[open_range.end..close_range.start];
    let wrap = |mark: &str| {
        vec![
            Edit::replace(open_range.clone(), mark),
            Edit::replace(close_range.clone(), mark),
        ]
    };
    let edits = match name.as_str() {
        "a" if close == open + 1 && !raw.contains("href") => {
            vec![
                Edit::delete(open_range.clone()),
                Edit::delete(close_range.clone()),
            ]
        }
        "b" | "strong" if bare && stands_alone(body, &open_range, &close_range) => wrap("**"),
        "i" | "em" if bare && stands_alone(body, &open_range, &close_range) => wrap("*"),
        "code" | "kbd" | "samp" | "tt" if bare && only_text && is_plain(inner) => wrap("`"),
        "sub" | "sup" if bare && only_text => {
            let text: Option<String> = inner.chars().map(|c| shifted(c, name == "sup")).collect();
            vec![Edit::replace(open_range.start..close_range.end, text?)]
        }
        _ => return None,
    };
    Some((close, edits))
}

/// Whether emphasis marks in place of the tags would mean the same.
fn stands_alone(body: &str, open: &Range<usize>, close: &Range<usize>) -> bool {
    let inner = &body[open.end..close.start];
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    is_word(inner.chars().next())
        && is_word(inner.chars().next_back())
        && !inner.contains(['*', '<', '\n'])
        && !is_word(body[..open.start].chars().next_back())
        && !is_word(body[close.end..].chars().next())
        && !body[..open.start].ends_with(['*', '\\'])
        && !body[close.end..].starts_with('*')
}

/// Whether the text would be the same between backticks.
fn is_plain(inner: &str) -> bool {
    !inner.is_empty() && inner.trim() == inner && !inner.contains(['`', '&', '\\', '\n', '|'])
}

/// The raised or lowered form of a character, where there is one.
fn shifted(c: char, raised: bool) -> Option<char> {
    let forms = if raised {
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ"
    } else {
        "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₙ"
    };
    let at = "0123456789+-=()n".find(c)?;
    forms.chars().nth(at)
}
