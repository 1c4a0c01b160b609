//! The running text of a page: what stands there as text and not as markup.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::Page;

/// The bytes of running text, in order; pieces without markup or escapes between them are one. Code, addresses in angle
/// brackets and what shortcodes hold are left out.
pub(super) fn runs(page: &Page<'_>) -> Vec<Range<usize>> {
    let mut literal_until = 0;
    let mut runs: Vec<Range<usize>> = Vec::new();
    for (event, range) in &page.events {
        match event {
            Event::Start(
                Tag::CodeBlock(_)
                | Tag::HtmlBlock
                | Tag::Link {
                    link_type: LinkType::Autolink | LinkType::Email,
                    ..
                },
            ) => literal_until = range.end,
            Event::Text(_) if range.start >= literal_until => match runs.last_mut() {
                Some(last) if last.end == range.start => last.end = range.end,
                _ => runs.push(range.clone()),
            },
            _ => {}
        }
    }
    runs.retain(|run| {
        !page
            .templates
            .iter()
            .any(|template| template.range.start < run.end && run.start < template.range.end)
    });
    runs
}

/// The bytes of each paragraph, heading, table cell and tight list item, in order.
pub(super) fn blocks(page: &Page<'_>) -> Vec<Range<usize>> {
    let is_block = |event: &Event<'_>| {
        matches!(
            event,
            Event::Start(Tag::Paragraph | Tag::Heading { .. } | Tag::TableCell | Tag::Item)
        )
    };
    page.events
        .iter()
        .filter(|(event, _)| is_block(event))
        .map(|(_, range)| range.clone())
        .collect()
}

/// The bytes of the paragraphs.
pub(super) fn paragraphs<'p>(page: &'p Page<'_>) -> impl Iterator<Item = Range<usize>> + 'p {
    page.events
        .iter()
        .filter(|(event, _)| matches!(event, Event::Start(Tag::Paragraph)))
        .map(|(_, range)| range.clone())
}

/// Paragraphs, and items that hold text without one, each with whether it is such an item.
pub(super) fn leaves(page: &Page<'_>) -> Vec<(Range<usize>, bool)> {
    let mut found = Vec::new();
    for (index, (event, range)) in page.events.iter().enumerate() {
        let is_leaf = match event {
            Event::Start(Tag::Paragraph) => true,
            Event::Start(Tag::Item) => !matches!(
                page.events.get(index + 1),
                Some((Event::Start(Tag::Paragraph), _))
            ),
            _ => false,
        };
        if is_leaf {
            found.push((range.clone(), matches!(event, Event::Start(Tag::Item))));
        }
    }
    found
}

/// The lines of a range, each with its bytes, without line ends.
pub(super) fn lines<'p>(
    page: &'p Page<'_>,
    range: Range<usize>,
) -> impl Iterator<Item = (&'p str, Range<usize>)> + 'p {
    let mut at = range.start;
    page.text[range].split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        let line = line.trim_end_matches(['\r', '\n']);
        (line, start..start + line.len())
    })
}

/// Whether byte `at` is running text.
pub(super) fn is_text(runs: &[Range<usize>], at: usize) -> bool {
    let after = runs.partition_point(|run| run.start <= at);
    after > 0 && runs[after - 1].contains(&at)
}

/// The end of the block that starts with this event: the index of its own end.
pub(super) fn end_of(page: &Page<'_>, start: usize) -> usize {
    let mut depth = 0usize;
    for (index, (event, _)) in page.events.iter().enumerate().skip(start) {
        match event {
            Event::Start(_) => depth += 1,
            Event::End(TagEnd::HtmlBlock) if depth == 1 => return index,
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return index;
                }
            }
            _ => {}
        }
    }
    page.events.len()
}
