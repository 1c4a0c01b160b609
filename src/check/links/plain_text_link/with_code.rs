//! Links that are none, with code in them.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::literal;
use crate::check::Page;

/// Stands for each byte of code.
const MASK: char = '\u{1}';

/// `` [x](`const` function) ``, `` [`a` b][`c`] ``, each with what is to be said of it.
pub(super) fn with_code(page: &Page<'_>) -> Vec<(Range<usize>, &'static str)> {
    let mut found = Vec::new();
    for (start, masked) in masked_runs(page) {
        for (at, message) in literal(&masked.replace(MASK, "x")) {
            if masked[at.clone()].contains(MASK) {
                found.push((start + at.start..start + at.end, message));
            }
        }
        found.extend(masked.match_indices("](").filter_map(|(middle, _)| {
            let open = masked[..middle].rfind('[')?;
            let rest = &masked[middle + 2..];
            let address = rest.split([')', '\n']).next()?;
            let is_word = |c: char| c.is_alphabetic() || c == MASK;
            // Of code without its backticks.
            let is_index =
                masked[..open].ends_with(|c: char| is_word(c) || matches!(c, ']' | ')' | '_'));
            let is_meant = rest[address.len()..].starts_with(')')
                && address.contains(MASK)
                && address.trim().contains(' ')
                && !is_index
                && masked[open + 1..middle].contains(is_word);
            is_meant.then_some((
                start + open..start + middle + 3 + address.len(),
                "an address with code in it makes no link, so this is shown as it is",
            ))
        }));
    }
    found
}

/// The pieces of text with code in them, and no other markup, each with its first byte; code is masked.
fn masked_runs(page: &Page<'_>) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut literal_until = 0;
    for (event, range) in &page.events {
        let raw = &page.text[range.clone()];
        let text = match event {
            Event::Start(
                Tag::CodeBlock(_) | Tag::HtmlBlock | Tag::Link { .. } | Tag::Image { .. },
            ) => {
                literal_until = literal_until.max(range.end);
                continue;
            }
            _ if range.start < literal_until => continue,
            Event::Code(_) => MASK.to_string().repeat(raw.len()),
            Event::Text(_) => raw.to_owned(),
            _ => continue,
        };
        match found.last_mut() {
            Some((start, run)) if *start + run.len() == range.start => run.push_str(&text),
            _ => found.push((range.start, text)),
        }
    }
    found.retain(|(_, run)| run.contains(MASK));
    found
}
