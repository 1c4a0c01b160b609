//! Text that one of the generators would read as something else than the others.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use crate::finding::Edit;
use crate::markdown;

use super::edits::{apply, is_escaped, line_end, line_prefix, line_start};
use super::links;
use crate::generator::Dialect;

mod definitions;

/// The body with the places set right that a generator would garble in silence.
pub(super) fn tidy(body: &str, dialect: &Dialect) -> String {
    let body = apply(body, structure(body, dialect));
    let body = if dialect.strikes_in_words {
        apply(&body, tildes(&body))
    } else {
        body
    };
    let body = apply(&body, characters(&body, dialect));
    let body = apply(&body, definitions::kept_as_text(&body, dialect.definitions));
    apply(&body, blank_lines(&body))
}

/// More than one blank line in a row, outside of code, becomes one.
fn blank_lines(body: &str) -> Vec<Edit> {
    let code = markdown::code_ranges(body);
    let mut edits = Vec::new();
    let mut at = 0;
    while let Some(offset) = body[at..].find("\n\n\n") {
        let start = at + offset + 2;
        at = body.len() - body[start..].trim_start_matches('\n').len();
        let next = code.partition_point(|range| range.end < start);
        if code.get(next).is_none_or(|range| range.start >= at) {
            edits.push(Edit::delete(start..at));
        }
    }
    edits
}

/// Tables and footnotes get the blank line before them that Zola 0.17 needs, and tables begin their lines; text between
/// single tildes is not struck out, which only some parsers would do.
fn structure(body: &str, dialect: &Dialect) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut first = false;
    let mut depth = 0usize;
    for (event, range) in markdown::events(body) {
        if depth == 0 && matches!(event, Event::Start(Tag::Table(_))) {
            edits.extend(indents(body, &range));
        }
        match &event {
            Event::Start(tag) if is_container(tag) => depth += 1,
            Event::End(TagEnd::Item | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition) => {
                depth = depth.saturating_sub(1);
            }
            _ => {}
        }
        let was_first = first && !matches!(event, Event::Start(Tag::Item));
        first &= matches!(
            event,
            Event::Start(Tag::Item | Tag::Paragraph | Tag::Heading { .. })
        );
        match event {
            Event::Start(Tag::Table(_) | Tag::FootnoteDefinition(_))
                if follows_text(body, range.start) =>
            {
                let start = line_start(body, range.start);
                let prefix = line_prefix(body, range.start);
                edits.push(Edit::insert(start, format!("{}\n", prefix.trim_end())));
            }
            // Hugo would take an indented line right below for another row.
            Event::End(TagEnd::Table) => {
                let prefix = line_prefix(body, range.start);
                let below = &body[range.end..line_end(body, range.end)];
                let inside = below.strip_prefix(&prefix).unwrap_or(below);
                if inside.starts_with("    ") || inside.starts_with('\t') {
                    edits.push(Edit::insert(range.end, format!("{}\n", prefix.trim_end())));
                }
            }
            Event::TaskListMarker(_) => edits.extend(after_box(body, range.end)),
            // Hugo would make a box to tick of a link with such a text.
            Event::Start(Tag::Item) => first = true,
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                ..
            }) if was_first && is_box(&body[range.start..]) => {
                let text = format!("&#{};", u32::from(body.as_bytes()[range.start + 1]));
                edits.push(if link_type == LinkType::Inline {
                    Edit::replace(range.start + 1..range.start + 2, text)
                } else {
                    // The text is the label as well.
                    let range = links::with_brackets(body, range, link_type);
                    Edit::replace(range, format!("[{text}]({})", links::encode(&dest_url)))
                });
            }
            // Where words are struck as well, `tildes` knows all of them, and the addresses that hold some.
            Event::Start(Tag::Strikethrough)
                if !dialect.strikes_in_words && !body[range.clone()].starts_with("~~") =>
            {
                edits.push(Edit::insert(range.start, "\\"));
                edits.push(Edit::insert(range.end - 1, "\\"));
            }
            _ => {}
        }
    }
    edits
}

/// Whether lines within it may begin with blanks or marks that belong to it.
fn is_container(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Item | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_)
    )
}

/// The blanks that the lines of a table begin with: Zola 0.17 makes no table of them.
fn indents(body: &str, table: &Range<usize>) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut at = line_start(body, table.start);
    while at < table.end {
        let line = &body[at..line_end(body, at)];
        let blanks = line.len() - line.trim_start_matches(' ').len();
        if blanks > 0 {
            edits.push(Edit::delete(at..at + blanks));
        }
        at += line.len() + 1;
    }
    edits
}

/// Single tildes stay text where goldmark would strike out what is between them.
fn tildes(body: &str) -> Vec<Edit> {
    let pairs = markdown::struck_in_goldmark(body, &markdown::events(body));
    let ends = pairs
        .into_iter()
        .flat_map(|pair| [pair.start, pair.end - 1]);
    ends.map(|at| Edit::insert(at, "\\")).collect()
}

/// One blank behind a box to tick, and text: Zola 0.17 would make a list or code of what may be one.
fn after_box(body: &str, end: usize) -> Vec<Edit> {
    let line = &body[end..line_end(body, end)];
    let text = line.trim_start_matches([' ', '\t']);
    let blanks = end..end + line.len() - text.len();
    let mut edits = Vec::new();
    if blanks.len() > 1 && !text.is_empty() {
        edits.push(Edit::replace(blanks.clone(), " "));
    }
    let marks = ["+ ", "- ", "* ", "+\n", "-\n", "*\n", ">", "# ", "## "];
    if marks
        .iter()
        .any(|mark| body[blanks.end..].starts_with(mark))
    {
        edits.push(Edit::insert(blanks.end, "\\"));
    }
    edits
}

/// Whether the line before the one of byte `at` holds text of the same containers.
fn follows_text(body: &str, at: usize) -> bool {
    let start = line_start(body, at);
    let prefix = line_prefix(body, at);
    if start == 0 || !body[start..at].trim_matches([' ', '\t', '>']).is_empty() {
        return false;
    }
    let before = &body[line_start(body, start - 1)..start - 1];
    let quotes = |text: &str| text.matches('>').count();
    let text = before.trim_start_matches([' ', '\t', '>']);
    !text.trim().is_empty() && quotes(&prefix) == quotes(&before[..before.len() - text.len()])
}

/// Punctuation in running text that a dialect gives a meaning to.
fn characters(body: &str, dialect: &Dialect) -> Vec<Edit> {
    let notes = footnotes(body);
    let items = item_texts(body);
    let mut edits = Vec::new();
    for range in markdown::text_ranges(body) {
        for at in range.clone().filter(|&at| body.is_char_boundary(at)) {
            let rest = &body[at..];
            let before = body[..at].chars().next_back();
            let is_special = match rest.as_bytes()[0] {
                b'[' => undefined_footnote(rest, &notes) || items.contains(&at) && is_box(rest),
                // Zola 0.17 drops a backslash at the end of a paragraph.
                b'\\' => rest.len() == 1 || rest.as_bytes()[1] == b'\n',
                // Zola 0.17 loses a bar that has a line for itself.
                b'|' => starts_line(body, at) && body[at..line_end(body, at)].trim_end() == "|",
                b'-' => {
                    dialect.smart_punctuation
                        && (before == Some('-') || rest.starts_with("--"))
                        && is_flag(body, at)
                }
                b'<' => {
                    dialect.smart_punctuation && (before == Some('<') || rest.starts_with("<<"))
                }
                b'>' => {
                    dialect.smart_punctuation
                        && at > range.start
                        && (before == Some('>') || rest.starts_with(">>"))
                }
                // A model has no say in the attributes of a page's HTML.
                b'{' => {
                    dialect.block_attributes
                        && !rest.starts_with("{{")
                        && (starts_line(body, at) || items.contains(&at))
                }
                _ => false,
            };
            if is_special && !is_escaped(body, at) {
                edits.push(Edit::insert(at, "\\"));
            }
        }
    }
    edits
}

/// The labels of all footnotes that are defined.
fn footnotes(body: &str) -> HashSet<String> {
    markdown::events(body)
        .into_iter()
        .filter_map(|(event, _)| match event {
            Event::Start(Tag::FootnoteDefinition(label)) => Some(label.to_lowercase()),
            _ => None,
        })
        .collect()
}

/// Where the text of each list item begins that begins with text.
fn item_texts(body: &str) -> HashSet<usize> {
    let mut found = HashSet::new();
    let mut opened = false;
    for (event, range) in markdown::events(body) {
        match event {
            Event::Start(Tag::Item) => opened = true,
            Event::Start(Tag::Paragraph | Tag::Heading { .. }) => {}
            Event::Text(_) if opened => {
                found.insert(range.start);
                opened = false;
            }
            _ => opened = false,
        }
    }
    found
}

/// Whether Hugo would make a box to tick of this at the start of a list item: it asks for no blank behind it.
fn is_box(rest: &str) -> bool {
    ["[ ]", "[x]", "[X]"]
        .iter()
        .any(|mark| rest.starts_with(mark))
}

/// Labels longer than this are no footnotes.
const MAX_LABEL: usize = 100;

/// Whether a reference to a footnote starts here that has no definition: Zola 0.17 would make a dead link of it.
fn undefined_footnote(rest: &str, notes: &HashSet<String>) -> bool {
    let Some(rest) = rest.strip_prefix("[^") else {
        return false;
    };
    let label = rest.char_indices().take(MAX_LABEL).find(|(_, c)| *c == ']');
    label.map(|(end, _)| &rest[..end]).is_some_and(|label| {
        !label.is_empty() && !label.contains('\n') && !notes.contains(&label.to_lowercase())
    })
}

/// Whether the hyphens at byte `at` are those of a command-line flag, and not a dash between words.
fn is_flag(body: &str, at: usize) -> bool {
    let run = |c: &char| *c == '-';
    // Three are enough to tell two from more.
    let left = body[..at].chars().rev().take(3).take_while(run).count();
    let right = body[at..].chars().take(3).take_while(run).count();
    let before = body[..at - left].chars().next_back();
    let after = body[at + right..].chars().next();
    left + right == 2
        && before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '\\' | '.' | ',' | ')'))
        && after.is_some_and(char::is_alphanumeric)
}

/// Whether nothing but blanks and quote marks stands before byte `at` in its line.
fn starts_line(body: &str, at: usize) -> bool {
    body[line_start(body, at)..at]
        .chars()
        .all(|c| matches!(c, ' ' | '\t' | '>'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::Definitions;

    fn tidied(body: &str, smart: bool) -> String {
        let dialect = Dialect {
            smart_punctuation: smart,
            definitions: if smart {
                Definitions::ColonAndBlank
            } else {
                Definitions::None
            },
            strikes_in_words: smart,
            ..Dialect::default()
        };
        tidy(body, &dialect)
    }

    #[test]
    fn what_any_generator_would_garble() {
        for (body, expected) in [
            ("a\n| b |\n|---|\n| c |\n", "a\n\n| b |\n|---|\n| c |\n"),
            ("> a\n> | b |\n> |---|\n", "> a\n>\n> | b |\n> |---|\n"),
            ("a\n\n| b |\n|---|\n", "a\n\n| b |\n|---|\n"),
            (
                "| b |\n|---|\n| c |\n    <script>\n",
                "| b |\n|---|\n| c |\n\n    <script>\n",
            ),
            ("~5 to 10~ and ~~x~~", "\\~5 to 10\\~ and ~~x~~"),
            ("- [x][] a\n- [x] b\n", "- \\[x][] a\n- [x] b\n"),
            (
                "- [x][]\n\n[x]: https://x.y\n",
                "- [&#120;](https://x.y)\n\n[x]: https://x.y\n",
            ),
            ("|\n\na | b\n", "\\|\n\na | b\n"),
            ("- [x](y)\n- [x]   + a\n", "- [&#120;](y)\n- [x] \\+ a\n"),
            ("> a \\\n\nb \\\nc\n", "> a \\\\\n\nb \\\nc\n"),
            ("a[^1] b[^2]\n\n[^2]: c\n", "a\\[^1] b[^2]\n\n[^2]: c\n"),
            (
                "use --release, a -- b\n: c << d",
                "use --release, a -- b\n: c << d",
            ),
        ] {
            assert_eq!(tidied(body, false), expected);
            assert_eq!(tidied(expected, false), expected);
        }
    }

    #[test]
    fn attributes_of_blocks_stay_text() {
        let dialect = |block_attributes| Dialect {
            block_attributes,
            ..Dialect::default()
        };
        let body = "> quote\n\n{style=\"position:fixed\"}\n\n- {.a}\n- b {.c}\n";
        let expected = "> quote\n\n\\{style=\"position:fixed\"}\n\n- \\{.a}\n- b {.c}\n";
        assert_eq!(tidy(body, &dialect(true)), expected);
        assert_eq!(tidy(expected, &dialect(true)), expected);
        assert_eq!(tidy(body, &dialect(false)), body);
    }

    #[test]
    fn what_smart_punctuation_would_garble() {
        for (body, expected) in [
            ("use --release, a -- b--c", "use \\-\\-release, a -- b--c"),
            ("a\n: b", "a\n\\: b"),
            ("a\n:\tb\n:c", "a\n\\:\tb\n:c"),
            ("a | b\n:--|--:\n1 | 2", "a | b\n:--|--:\n1 | 2"),
            (
                "> `a\n> : <b>`\n\n```\n: c\n```",
                "> `a : <b>`\n\n```\n: c\n```",
            ),
            ("cat << EOF >>x", "cat \\<\\< EOF \\>\\>x"),
            ("`--x` <<", "`--x` \\<\\<"),
        ] {
            assert_eq!(tidied(body, true), expected);
            assert_eq!(tidied(expected, true), expected);
        }
    }
}
