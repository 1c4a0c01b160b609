//! Lines right below a list that become a part of its last item.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::super::blank_line_above;
use super::marks::Found;
use crate::check::Page;
use crate::check::proof;
use crate::check::prose::{end_of, lines};

/// Whether an item of a list within the list at `index` stands in a line.
fn is_item_below(page: &Page<'_>, index: usize, line: &Range<usize>) -> bool {
    page.events[index..]
        .iter()
        .take_while(|(_, range)| range.start < line.end)
        .any(|(event, range)| {
            matches!(event, Event::Start(Tag::Item)) && line.contains(&range.start)
        })
}

/// A sentence at the margin right below the last item of a list, which makes it a part of the item.
pub(super) fn lazy(page: &Page<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (index, (event, range)) in page.events.iter().enumerate() {
        let is_outer = page.text[..range.start].ends_with('\n') || range.start == page.body.start;
        if !matches!(event, Event::Start(Tag::List(_))) || !is_outer {
            continue;
        }
        let end = end_of(page, index);
        let items: Vec<_> = page.events[index..end]
            .iter()
            .filter(|(event, _)| matches!(event, Event::Start(Tag::Item)))
            .map(|(_, range)| range.clone())
            .collect();
        let rows: Vec<_> = lines(page, range.clone()).collect();
        let is_item = |at: usize| items.iter().any(|item| item.start == at);
        let is_lazy = |(line, at): &(&str, Range<usize>)| {
            line.starts_with(|c: char| c.is_alphanumeric() || "*_[`".contains(c))
                && !is_item(at.start)
                && !page.in_code(at.start)
        };
        let Some(first) = rows.iter().position(is_lazy).filter(|at| *at > 0) else {
            continue;
        };
        let (line, at) = &rows[first];
        let (above, _) = &rows[first - 1];
        let is_last = !rows[first..].iter().any(|(_, at)| is_item(at.start));
        let is_short = above.chars().count() < 40;
        // Lines that go on with what the item says.
        let breaks = above.ends_with("  ") || above.ends_with('\\');
        let has_sub_list = rows
            .get(first + 1)
            .is_some_and(|(next, at)| next.starts_with(' ') && is_item_below(page, index, at));
        let goes_on = breaks || has_sub_list || line.starts_with("For example");
        let ends = above
            .trim_end()
            .ends_with(['.', '!', '?', ':', ';', ')', '`', '*']);
        let is_sentence = line.starts_with(|c: char| c.is_uppercase() || c == '*')
            && line.contains(' ')
            && line.len() > 8;
        if items.len() > 1
            && is_last
            && is_sentence
            && (is_short || ends)
            && !goes_on
            && !above.trim().is_empty()
        {
            let fix = proof::fix(page, vec![blank_line_above(page, at.start)], |_| false);
            found.push(Found {
                at: at.clone(),
                message: "this line becomes a part of the list item above it",
                help: "put a blank line below the list",
                fix: Some(fix),
            });
        }
    }
    found
}
