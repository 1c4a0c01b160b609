//! Takes names of rules out of comments and front matter.

use std::ops::Range;

use super::{Place, Suppression, keys};
use crate::body::edits::{line_end, line_start};
use crate::check::Page;
use crate::check::front_matter::repair;
use crate::check::proof::{Kind, Trial};
use crate::finding::{Edit, Fix};
use crate::front_matter::{self, Change, Value};

/// Takes those names away that stand at one place and are `unwanted`: the comment or the key with them, where no others
/// are left.
pub(super) fn fix(
    page: &Page<'_>,
    place: &Place,
    all: &[Suppression],
    unwanted: &dyn Fn(&Suppression) -> bool,
) -> Option<Fix> {
    let left: Vec<&Suppression> = all
        .iter()
        .filter(|one| one.place == *place && !unwanted(one))
        .collect();
    match place {
        Place::Key => key(page, &left),
        Place::Comment { bytes, .. } if left.is_empty() => Some(comment(page, bytes)),
        Place::Comment { .. } => {
            let mut here = all.iter().filter(|one| one.place == *place);
            let first = here.next()?;
            let last = here.next_back().unwrap_or(first);
            let names = first.span.start..last.span.end;
            let mark = if page.text[names.clone()].contains(',') {
                ", "
            } else {
                " "
            };
            let left: Vec<&str> = left.iter().map(|one| one.name.as_str()).collect();
            Some(Fix::safe(vec![Edit::replace(names, left.join(mark))]))
        }
    }
}

/// Takes a comment away, with its lines where nothing else is on them. That is safe where all else is read as before.
pub(super) fn comment(page: &Page<'_>, bytes: &Range<usize>) -> Fix {
    let edits = vec![Edit::delete(extent(page.text, bytes))];
    let is_same = Trial::of(page, &edits)
        .is_some_and(|trial| trial.changes_only(&[Kind::Html]) && trial.added(Kind::Html) < 0);
    if is_same {
        Fix::safe(edits)
    } else {
        Fix::risky(edits)
    }
}

/// The bytes of a comment, and the blanks or lines that would be left over without it.
fn extent(text: &str, bytes: &Range<usize>) -> Range<usize> {
    let line = line_start(text, bytes.start);
    let end = line_end(text, bytes.end);
    if !text[line..bytes.start].trim().is_empty() || !text[bytes.end..end].trim().is_empty() {
        let before = text[..bytes.start].trim_end_matches([' ', '\t']);
        let is_last = text[bytes.end..end].trim().is_empty();
        let follows_blank = text[bytes.end..].starts_with([' ', '\t']);
        let is_spaced = before.len() < bytes.start && before.len() > line;
        return if is_spaced && (is_last || follows_blank) {
            before.len()..bytes.end
        } else {
            bytes.clone()
        };
    }
    let mut end = (end + 1).min(text.len());
    let above = text[..line].strip_suffix('\n');
    let is_below_blank = above.is_none_or(|above| {
        let last = above.rsplit('\n').next();
        last.is_none_or(|last| last.trim().is_empty())
    });
    let next = &text[end..line_end(text, end).max(end)];
    if is_below_blank && end < text.len() && next.trim().is_empty() {
        end = (line_end(text, end) + 1).min(text.len());
    }
    line..end
}

/// The key with the names that are left, or the page without it.
fn key(page: &Page<'_>, left: &[&Suppression]) -> Option<Fix> {
    let front = page.front()?;
    let path = keys::path(page.site);
    let change = match (front.get(&path)?, left) {
        (_, []) => {
            let mut length = path.len();
            while let Some(Value::Table(table)) = front.get(&path[..length - 1])
                && length > 1
                && table.len() == 1
            {
                length -= 1;
            }
            Change::remove(&path[..length])
        }
        (Value::Array(_), left) => {
            let names = left.iter().map(|one| Value::String(one.name.clone()));
            Change::set(&path, Value::Array(names.collect()))
        }
        _ => return None,
    };
    let text = front_matter::edit(page.text, page.site.generator.split_rules(), &[change]).ok()?;
    let signs = |text: &str| text.matches('#').count();
    let is_safe = signs(&text) == signs(page.text);
    Some(repair::fix(
        vec![repair::difference(page.text, &text)],
        is_safe,
    ))
}
