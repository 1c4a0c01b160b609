//! `ignore` in the front matter, in the table of Postwright's options.

use std::ops::Range;

use super::{Place, Suppression, UnknownRule};
use crate::check::{Page, find};
use crate::finding::{Finding, Severity};
use crate::front_matter::{FrontMatter, Value};
use crate::site::Site;

/// The key.
const KEY: &str = "ignore";

/// The path of the key in a site's pages.
pub(super) fn path(site: &Site) -> Vec<&'static str> {
    let options = site.generator.options_path().iter().copied();
    options.chain([KEY]).collect()
}

/// The names in the front matter of a page.
pub(super) fn suppressions(page: &Page<'_>) -> Vec<Suppression> {
    let path = path(page.site);
    let Some((front, value)) = page
        .front()
        .and_then(|front| Some((front, front.get(&path)?)))
    else {
        return Vec::new();
    };
    let whole = front.span(&path).unwrap_or_else(|| page.front_start());
    let mut from = whole.start;
    names(value)
        .map(|name| {
            let span = find_word(page.text, from..whole.end, name);
            from = span.as_ref().map_or(from, |span| span.end);
            Suppression::new(name, span.unwrap_or_else(|| whole.clone()), Place::Key)
        })
        .collect()
}

/// What to say of a value that can hold no names.
pub(super) fn wrong_type(page: &Page<'_>) -> Vec<Finding> {
    let path = path(page.site);
    let value = page.front().and_then(|front| front.get(&path));
    let is_wrong = match value {
        None | Some(Value::Null | Value::String(_)) => false,
        Some(Value::Array(items)) => items.iter().any(|item| item.as_str().is_none()),
        Some(_) => true,
    };
    if !is_wrong {
        return Vec::new();
    }
    let span = page.front().and_then(|front| front.span(&path));
    let message = format!("`{}` takes names of rules", path.join("."));
    vec![
        page.finding(&UnknownRule, Severity::Warning, message)
            .at(span.unwrap_or_else(|| page.front_start()))
            .help("write a list of texts, as `[\"missing-date\"]`"),
    ]
}

/// Whether a page with this front matter silences a rule.
pub(super) fn silence(front: &FrontMatter, site: &Site, rule: &str) -> bool {
    let value = front.get(&path(site));
    value.is_some_and(|value| names(value).any(|name| find(name).is_ok_and(|it| it.name() == rule)))
}

/// The names in a value: a text, or those in a list.
fn names(value: &Value) -> impl Iterator<Item = &str> {
    let items = match value {
        Value::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    };
    items.iter().filter_map(Value::as_str)
}

/// The first place where a name stands as a word of its own.
fn find_word(text: &str, range: Range<usize>, name: &str) -> Option<Range<usize>> {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let inside = text.get(range.clone())?;
    inside
        .match_indices(name)
        .filter(|(_, name)| !name.is_empty())
        .find(|(at, _)| {
            !inside[..*at].ends_with(is_part) && !inside[at + name.len()..].starts_with(is_part)
        })
        .map(|(at, _)| range.start + at..range.start + at + name.len())
}
