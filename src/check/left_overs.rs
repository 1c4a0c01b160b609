//! Rules about what a model left behind.

use std::ops::Range;

use super::Page;
use crate::finding::{Edit, Fix};

pub(super) mod chat_residue;
pub(super) mod citation_marks;
pub(super) mod end_marker;
pub(super) mod fenced_page;
pub(super) mod reply_label;
pub(super) mod second_front_matter;
pub(super) mod think_block;

/// Takes a part of the body away, with the blank lines behind it: surely right in a post that a model wrote.
pub(super) fn removal(page: &Page<'_>, range: Range<usize>) -> Fix {
    let rest = &page.text[range.end..];
    let blank: usize = rest
        .split_inclusive('\n')
        .take_while(|line| line.ends_with('\n') && line.trim().is_empty())
        .map(str::len)
        .sum();
    let starts_line = page.text[..range.start].ends_with('\n');
    let end = range.end + if starts_line { blank } else { 0 };
    let edits = vec![Edit::delete(range.start..end)];
    let (before, after) = (&page.text[page.body.start..range.start], &page.text[end..]);
    let left = format!("{before}{after}");
    let site = page.site;
    let is_calm = site.generator.templates(site.version, &left).len() <= page.templates.len();
    if page.is_generated && is_calm {
        Fix::safe(edits)
    } else {
        Fix::risky(edits)
    }
}

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
