//! Lines that begin with a colon.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::finding::Edit;
use crate::generator::Definitions;
use crate::markdown;

/// Colons that would make a definition of a line stay text. The start of a line comes before code and links: within one of
/// these, the line is joined to the one above.
pub(super) fn kept_as_text(body: &str, kind: Definitions) -> Vec<Edit> {
    if kind == Definitions::None {
        return Vec::new();
    }
    let tables = markdown::events(body)
        .into_iter()
        .filter(|(event, _)| matches!(event, Event::Start(Tag::Table(_))))
        .map(|(_, range)| range);
    let code = markdown::code_blocks(body)
        .into_iter()
        .map(|block| block.range);
    let mut blocks: Vec<Range<usize>> = code.chain(tables).collect();
    blocks.sort_by_key(|range| range.start);
    let texts = markdown::text_ranges(body);
    let holds = |ranges: &[Range<usize>], at: usize| {
        let next = ranges.partition_point(|range| range.end <= at);
        ranges.get(next).is_some_and(|range| range.start <= at)
    };
    let mut edits = Vec::new();
    let mut start = 0;
    for line in body.split_inclusive('\n') {
        let rest = line.trim_start_matches([' ', '\t', '>']);
        let at = start + line.len() - rest.len();
        let is_definition = rest.strip_prefix(':').is_some_and(|text| {
            kind == Definitions::Colon || text.starts_with([' ', '\t', '\n']) || text.is_empty()
        });
        if is_definition && !holds(&blocks, at) {
            edits.push(if holds(&texts, at) || start == 0 {
                Edit::insert(at, "\\")
            } else {
                Edit::replace(start - 1..at, " ")
            });
        }
        start += line.len();
    }
    edits
}
