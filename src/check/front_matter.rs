//! Rules about front matter.

use std::ops::Range;

use super::Page;

pub(super) mod broken;
pub(super) mod colliding_terms;
pub(super) mod date;
mod date_reading;
mod delimiters;
mod lines;
mod lists;
pub(super) mod expired_page;
pub(super) mod malformed_stub;
pub(super) mod misread_key;
pub(super) mod missing;
pub(super) mod missing_date;
pub(super) mod missing_sort_key;
pub(super) mod missing_template;
mod newer_toml;
#[cfg(test)]
mod properties;
mod quoting;
pub(super) mod repair;
pub(super) mod reread_value;
pub(super) mod section_keys;
pub(super) mod stub_published;
pub(super) mod taxonomies;
pub(super) mod terms_not_a_list;
pub(super) mod title;
pub(super) mod title_text;
pub(super) mod types;
pub(super) mod unusable_term;
pub(super) mod undeclared_taxonomy;
mod wrapped;

/// The bytes of a key with its value, or of as much of it as is known.
pub(super) fn key_span(page: &Page<'_>, path: &[&str]) -> Option<Range<usize>> {
    let front = page.front()?;
    front.key_span(path).or_else(|| front.span(path))
}
