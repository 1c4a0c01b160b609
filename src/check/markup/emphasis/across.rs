//! Marks that begin in one paragraph and end in another.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::pairs::{MARKS, places};
use super::{kind, left_over};
use crate::check::Page;
use crate::check::proof::{self, Kind};
use crate::finding::{Edit, Fix};

/// Two marks with the end of a paragraph between them.
pub(super) struct Across {
    pub(super) mark: &'static str,
    pub(super) range: Range<usize>,
    pub(super) fix: Fix,
}

/// More paragraphs are hardly marked at once.
const MOST: usize = 4;

/// All on a page.
pub(super) fn across(page: &Page<'_>, runs: &[Range<usize>]) -> Vec<Across> {
    let mut found = Vec::new();
    for siblings in siblings(page) {
        for mark in MARKS.into_iter().filter(|mark| *mark != "***") {
            let shown: Vec<Vec<usize>> = siblings
                .iter()
                .map(|paragraph| places(page, runs, paragraph, mark))
                .collect();
            for (index, places) in shown.iter().enumerate() {
                let [open] = places.as_slice() else { continue };
                let until = (index + MOST).min(siblings.len());
                let next = (index + 1..until).find(|next| !shown[*next].is_empty());
                let Some(end) = next else { continue };
                let [close] = shown[end].as_slice() else {
                    continue;
                };
                let part = &siblings[index..=end];
                if are_meant(page, part, *open, *close, mark) {
                    found.push(Across {
                        mark,
                        range: *open..close + mark.len(),
                        fix: fix(page, part, mark, *open..close + mark.len()),
                    });
                }
            }
        }
    }
    found
}

/// Paragraphs with nothing between them but blank lines.
fn siblings(page: &Page<'_>) -> Vec<Vec<Range<usize>>> {
    let mut found: Vec<Vec<Range<usize>>> = Vec::new();
    let mut follows = false;
    for (event, range) in &page.events {
        if matches!(event, Event::Start(Tag::Paragraph)) {
            match found.last_mut().filter(|_| follows) {
                Some(group) => group.push(range.clone()),
                None => found.push(vec![range.clone()]),
            }
        }
        follows = matches!(event, Event::End(TagEnd::Paragraph));
    }
    found
}

/// Whether one mark opens and the other closes: at the outer ends of the paragraphs, single stars and underscores at both.
fn are_meant(
    page: &Page<'_>,
    part: &[Range<usize>],
    open: usize,
    close: usize,
    mark: &str,
) -> bool {
    let [first, .., last] = part else {
        return false;
    };
    let (before, words) = (
        &page.text[first.start..open],
        &page.text[open + mark.len()..first.end],
    );
    let (said, behind) = (
        &page.text[last.start..close],
        &page.text[close + mark.len()..last.end],
    );
    let is_start = before.trim().is_empty();
    let is_end = behind
        .trim_matches(|c: char| c.is_whitespace() || ".,;:!?)".contains(c))
        .is_empty();
    let opens = words.starts_with(|c: char| c.is_alphanumeric() || "“\"‘(「¡¿".contains(c))
        && (is_start || before.ends_with(' '));
    let closes = said.ends_with(|c: char| !c.is_whitespace())
        && (is_end || behind.starts_with([' ', '\n', '.', ',']));
    let is_sure = if mark.len() > 1 {
        is_start || is_end
    } else {
        is_start && is_end
    };
    let is_text = part
        .iter()
        .all(|paragraph| left_over::is_no_name(&page.text[paragraph.clone()]));
    opens && closes && is_sure && is_text
}

/// The marks at both ends of each paragraph.
fn fix(page: &Page<'_>, part: &[Range<usize>], mark: &str, marked: Range<usize>) -> Fix {
    let mut edits = Vec::new();
    for (index, paragraph) in part.iter().enumerate() {
        if index > 0 {
            edits.push(Edit::insert(paragraph.start, mark));
        }
        if index + 1 < part.len() {
            let end = paragraph.start + page.text[paragraph.clone()].trim_end().len();
            edits.push(Edit::insert(end, mark));
        }
    }
    // A single star may be one of a footnote, and so may one of which only one end is at that of its paragraph.
    let ends = part.first().zip(part.last());
    let is_outer = ends.is_some_and(|(first, last)| {
        let before = page.text[first.start..marked.start].trim();
        let behind = page.text[marked.end..last.end].trim();
        let ends_sentence = page.text[..marked.end - mark.len()].ends_with(['.', '!', '?']);
        before.is_empty() && (behind.is_empty() || ends_sentence)
    });
    let is_sure = mark.len() > 1 && is_outer;
    proof::fix(page, edits, |trial| {
        is_sure
            && trial.changes_only(&[Kind::Text, kind(mark)])
            && trial.added(kind(mark)).unsigned_abs() == part.len()
            && trial.loses_only(Kind::Text, |c| mark.contains(c))
    })
}
