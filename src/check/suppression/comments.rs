//! `<!-- postwright-ignore RULE -->` in the body.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::{Place, Suppression};
use crate::body::edits::{line_end, line_start};
use crate::check::Page;

/// What a comment begins with.
pub(super) const MARK: &str = "postwright-ignore";

/// A comment that names rules.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Comment {
    /// Its bytes, from `<` to `>`.
    pub(super) bytes: Range<usize>,
    /// The bytes of the names in it.
    pub(super) names: Vec<Range<usize>>,
    /// The bytes in which it is heeded: its lines and the block behind it.
    pub(super) heeded: Range<usize>,
}

/// The names in all comments of a page.
pub(super) fn suppressions(page: &Page<'_>) -> Vec<Suppression> {
    let mut found = Vec::new();
    for comment in all(page) {
        let place = Place::Comment {
            bytes: comment.bytes,
            heeded: comment.heeded,
        };
        found.extend(
            comment
                .names
                .into_iter()
                .map(|span| Suppression::new(&page.text[span.clone()], span, place.clone())),
        );
    }
    found
}

/// The comments of a page that name rules, or are meant to. One in code or in a shortcode is text.
pub(super) fn all(page: &Page<'_>) -> Vec<Comment> {
    let mut found = Vec::new();
    if !page.body().contains(MARK) {
        return found;
    }
    for (index, (event, range)) in page.events.iter().enumerate() {
        let is_block = match event {
            Event::Start(Tag::HtmlBlock) => true,
            Event::InlineHtml(_) => false,
            _ => continue,
        };
        let behind = if is_block {
            block_behind(page, index)
        } else {
            None
        };
        for (bytes, names) in read(page.text, range.clone()) {
            if page.is_taken_out(bytes.start) {
                continue;
            }
            // The blank lines behind a list are part of it to the parser, up to the next block.
            let behind = behind.map_or(0, |end| page.text[..end].trim_end().len());
            let end = line_end(page.text, bytes.end.max(behind));
            found.push(Comment {
                // Up to and with the end of the last line, where a missing one is told of.
                heeded: line_start(page.text, bytes.start)..end + 1,
                bytes,
                names,
            });
        }
    }
    found
}

/// The comments in these bytes, each with its names.
fn read(text: &str, range: Range<usize>) -> Vec<(Range<usize>, Vec<Range<usize>>)> {
    let mut found = Vec::new();
    let mut at = range.start;
    while let Some(start) = text[at..range.end].find("<!--").map(|start| at + start) {
        let inside = start + 4;
        let Some(length) = text[inside..range.end].find("-->") else {
            break;
        };
        at = inside + length + 3;
        let content = &text[inside..inside + length];
        let Some(rest) = content.trim_start().strip_prefix(MARK) else {
            continue;
        };
        if rest.is_empty() || rest.starts_with(is_between) {
            let names = inside + length - rest.len();
            found.push((start..at, words(rest, names)));
        }
    }
    found
}

/// Whether a character stands between names.
fn is_between(character: char) -> bool {
    character == ',' || character.is_whitespace()
}

/// The words of a text that starts at this byte.
fn words(text: &str, start: usize) -> Vec<Range<usize>> {
    text.split(is_between)
        .filter(|word| !word.is_empty())
        .map(|word| {
            let at = start + (word.as_ptr().addr() - text.as_ptr().addr());
            at..at + word.len()
        })
        .collect()
}

/// Where the block behind the one of HTML at this event ends, comments like it skipped; `None` where none follows among
/// its siblings.
fn block_behind(page: &Page<'_>, index: usize) -> Option<usize> {
    let block = &page.events.get(index)?.1;
    let mut rest = page.events[index..]
        .iter()
        .skip_while(|(_, range)| range.start < block.end && range.end <= block.end)
        .peekable();
    while let Some((Event::Start(Tag::HtmlBlock), range)) = rest.peek() {
        let is_alone = |text: &str| {
            let comments = read(text, 0..text.len());
            let length: usize = comments.iter().map(|(bytes, _)| bytes.len()).sum();
            let blanks = text.chars().filter(|c| c.is_whitespace()).count();
            let inside: usize = comments
                .iter()
                .map(|(bytes, _)| {
                    let comment = text[bytes.clone()].chars();
                    comment.filter(|c| c.is_whitespace()).count()
                })
                .sum();
            !comments.is_empty() && length + blanks - inside >= text.len()
        };
        if !is_alone(&page.text[range.clone()]) {
            break;
        }
        let end = range.end;
        while rest.next_if(|(_, range)| range.end <= end).is_some() {}
    }
    let (event, range) = rest.next()?;
    if matches!(event, Event::End(_)) {
        return None;
    }
    let mut end = range.end;
    if is_inline(event) {
        // The text of a tight item has no paragraph around it.
        for (event, range) in rest {
            if range.start >= end && (!is_inline(event) || matches!(event, Event::End(_))) {
                break;
            }
            if range.start < end || is_inline(event) {
                end = end.max(range.end);
            }
        }
    }
    Some(end)
}

fn is_inline(event: &Event<'_>) -> bool {
    match event {
        Event::Start(tag) => matches!(
            tag,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
        ),
        Event::End(_) | Event::Rule | Event::Html(_) => false,
        _ => true,
    }
}
