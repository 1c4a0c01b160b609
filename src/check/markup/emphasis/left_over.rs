//! Stars and tildes that were to mark text, and have no partner.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::check::Page;
use crate::check::prose::is_text;
use crate::text::has_blank_line;

/// Names that Python's programmers write behind two stars.
pub(super) const UNPACKED: [&str; 6] = ["kwargs", "kwds", "kw", "args", "options", "opts"];

/// Whether stars that are shown were to begin or end the bold text beside them: `**bold **text**`.
pub(super) fn is_left_over(page: &Page<'_>, block: &Range<usize>, at: usize) -> bool {
    let before = &page.text[block.start..at];
    let after = &page.text[at + 2..block.end];
    if before.ends_with(['*', '\\']) || after.starts_with('*') {
        return false;
    }
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    // A number may be a power.
    let opens = after.chars().next().is_some_and(char::is_alphabetic)
        && before
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || "([\"“".contains(c));
    let closes = (is_word(before.chars().next_back()) || before.ends_with(['.', ':', '!', '?']))
        && after
            .chars()
            .next()
            .is_none_or(|c| c.is_whitespace() || ".,;:!?)]\"”".contains(c));
    let name = after
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .next()
        .unwrap_or_default();
    let is_name = opens && (UNPACKED.contains(&name) || name.contains('_'));
    let is_near = |between: &str| {
        between.len() < 200 && !has_blank_line(between) && !between.contains(['*', '`', '|'])
    };
    let is_bold = |(event, range): &(Event<'_>, Range<usize>)| {
        matches!(event, Event::Start(Tag::Strong))
            && block.start <= range.start
            && range.end <= block.end
            && page.text[range.clone()].starts_with("**")
    };
    !is_name
        && page.events.iter().any(|found| {
            let range = &found.1;
            is_bold(found)
                && ((opens && range.start > at && is_near(&page.text[at + 2..range.start]))
                    || (closes && range.end <= at && is_near(&page.text[range.end..at])))
        })
}

/// Text between two tildes and one, on one line and tight: `~~gone~`.
pub(super) fn uneven_tildes(page: &Page<'_>, runs: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, _) in page.body().match_indices("~~") {
        let at = page.body.start + at;
        if !is_text(runs, at) || page.in_code(at) {
            continue;
        }
        let (before, after) = (&page.text[page.body.start..at], &page.text[at + 2..]);
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        if before.ends_with(['~', '\\']) || after.starts_with('~') {
            continue;
        }
        let is_apart = |c: Option<char>| !is_word(c) && c != Some('~');
        let line_after = after.split('\n').next().unwrap_or_default();
        let line_before = before.rsplit('\n').next().unwrap_or_default();
        if let Some(end) = line_after.find('~')
            && is_word(after.chars().next())
            && is_word(line_after[..end].chars().next_back())
            && is_apart(before.chars().next_back())
            && is_apart(line_after[end + 1..].chars().next())
        {
            found.push(at..at + 2 + end + 1);
        } else if let Some(start) = line_before.rfind('~')
            && is_word(before.chars().next_back())
            && is_word(line_before[start + 1..].chars().next())
            && is_apart(after.chars().next())
            && is_apart(line_before[..start].chars().next_back())
            && !line_before[..start].ends_with('\\')
        {
            found.push(at - (line_before.len() - start)..at + 2);
        }
    }
    found
}

/// Words of Python and of patterns, beside which two stars may be signs.
const OF_PROGRAMS: [&str; 9] = [
    "keyword", "argument", "unpack", "dict", "operator", "exponent", "power", "glob", "wildcard",
];

/// Whether words are not those of a text about programs.
pub(super) fn is_no_name(text: &str) -> bool {
    let lower = text.to_lowercase();
    !UNPACKED
        .iter()
        .chain(&OF_PROGRAMS)
        .any(|word| lower.contains(word))
}

/// Whether the only stars of a block begin bold text that its author forgot to end, or that ends in the next block.
pub(super) fn is_unclosed(page: &Page<'_>, block: &Range<usize>, at: usize) -> bool {
    let (before, after) = (&page.text[block.start..at], &page.text[at + 2..block.end]);
    if before.ends_with(['*', '\\', '(', ',']) || after.starts_with('*') || before.contains("**") {
        return false;
    }
    let word = after
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .next()
        .unwrap_or_default();
    let words = after.split_whitespace().count();
    let follows_blank =
        before.trim_matches(['>', '-', ' ', '\t', '|']).is_empty() || before.ends_with([' ', '\n']);
    let is_argument = after[word.len()..].starts_with([')', ',', ']', '(', '.', '=', '['])
        && words > 0
        && !after[word.len()..].starts_with(". ");
    // `Fast:** it is`, of which the beginning is missing.
    let is_end = before.ends_with([':', '.', '!', '?'])
        && before.chars().count() > 3
        && after.starts_with([' ', '\n'])
        && !before.contains(['*', '`', '(']);
    let is_start = follows_blank
        && !after.contains('*')
        && after.starts_with(char::is_alphabetic)
        && !word.contains('_')
        && !is_argument
        && words > 1;
    (is_start || is_end)
        && is_no_name(&page.text[block.clone()])
        && !page.text[block.clone()].contains(['`', '='])
}

/// Two stars on one side of emphasised text, and one on the other: `**bold*`.
pub(super) fn uneven_stars(page: &Page<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (event, range) in &page.events {
        let raw = &page.text[range.clone()];
        if !matches!(event, Event::Start(Tag::Emphasis)) || !raw.starts_with('*') {
            continue;
        }
        let (before, after) = (&page.text[..range.start], &page.text[range.end..]);
        let is_one = |text: &str, rest: &str| !text.is_empty() && !rest.ends_with(['*', '\\']);
        let opens = before
            .strip_suffix('*')
            .is_some_and(|rest| is_one("*", rest));
        let closes = after.starts_with('*') && !after.starts_with("**");
        // The stars of a list's item, or of an outer emphasis, are none of these.
        let inside = raw.trim_matches('*');
        let is_outer = page.events.iter().any(|(event, outer)| {
            matches!(event, Event::Start(Tag::Emphasis | Tag::Strong))
                && outer.start <= range.start
                && outer.end >= range.end
                && outer != range
        });
        if opens != closes
            && !is_outer
            && !raw.starts_with("**")
            && inside.chars().any(char::is_alphabetic)
            && !inside.contains('*')
        {
            let start = range.start - usize::from(opens);
            found.push(start..range.end + usize::from(closes));
        }
    }
    found
}

/// Backticks that begin code and have no partner in their block.
pub(super) fn open_backticks(page: &Page<'_>, runs: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, _) in page.body().match_indices('`') {
        let at = page.body.start + at;
        let (before, after) = (&page.text[page.body.start..at], &page.text[at..]);
        if !is_text(runs, at) || page.in_code(at) || before.ends_with(['`', '\\']) {
            continue;
        }
        // The text of a picture is not shown with its signs.
        let is_alt = page.events.iter().any(|(event, range)| {
            matches!(event, Event::Start(Tag::Image { .. })) && range.contains(&at)
        });
        if is_alt {
            continue;
        }
        // ``Use `foo and `bar` here``: the second one closes what the first one begins.
        let word = before.rsplit('`').next().unwrap_or_default();
        let is_shifted = !word.is_empty()
            && word.len() < before.len()
            && word
                .chars()
                .all(|c| c.is_alphanumeric() || "_-.()".contains(c))
            && before[..before.len() - word.len() - 1].ends_with(' ')
            && after[1..].starts_with(|c: char| c.is_whitespace() || ".,;:)".contains(c));
        if is_shifted {
            found.push(at..at + 1);
            continue;
        }
        let width = after.len() - after.trim_start_matches('`').len();
        let line = after[width..].split('\n').next().unwrap_or_default();
        let starts_word = before
            .chars()
            .next_back()
            .is_none_or(|c| c.is_whitespace() || "([{\"'“*_|>/".contains(c));
        let opens = line.starts_with(|c: char| c.is_alphanumeric() || "./-$#@<~{[".contains(c))
            && !line.starts_with("</");
        // Of code that a bar of a table cuts in two another rule speaks.
        let is_cut = line.contains('|') && line.contains('`');
        // `like this', as some write quotations.
        let is_quotation = line.contains('\'') || line.contains('’');
        if width < 3 && starts_word && opens && !is_quotation && !is_cut {
            found.push(at..at + width);
        }
    }
    found
}
