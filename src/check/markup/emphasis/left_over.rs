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
