//! Rules about what a model left behind.

use std::ops::Range;

use super::Page;

pub(super) mod chat_residue;
pub(super) mod citation_marks;
pub(super) mod end_marker;
pub(super) mod reply_label;
pub(super) mod think_block;

/// The lines of the body that stand outside code, with their bytes in the file, line ends left out.
pub(super) fn prose_lines<'p>(page: &'p Page<'_>) -> impl Iterator<Item = (&'p str, Range<usize>)> {
    let mut at = page.body.start;
    page.text[page.body.clone()]
        .split_inclusive('\n')
        .filter_map(move |line| {
            let start = at;
            at += line.len();
            let line = line.trim_end_matches(['\n', '\r']);
            let first = start + (line.len() - line.trim_start().len());
            (!page.in_code(first)).then_some((line, start..start + line.len()))
        })
}
