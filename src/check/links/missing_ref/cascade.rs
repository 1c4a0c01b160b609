//! Parameters that a page has from above it: Hugo's `cascade` (tested on 0.168.0).

use crate::check::{Outline, Page};
use crate::front_matter::{FrontMatter, Table, Value};

/// Whether the configuration or a section that the page lies in hands the parameter `name` (its first part, in lower case)
/// down. A `target` narrows the pages down, which is not looked at.
pub(super) fn hands_down(page: &Page<'_>, name: &str) -> bool {
    let is_own = |below: &str| {
        let folder = below.rsplit_once('/').map_or("", |(folder, _)| folder);
        let place = page.pages.and_then(|pages| pages.pages.get(page.path));
        place.is_some_and(|own| folder.is_empty() || own.below.starts_with(&format!("{folder}/")))
    };
    let mut above = page
        .pages
        .into_iter()
        .flat_map(|pages| pages.pages.values());
    page.site.settings.cascaded.contains(name)
        || page
            .front()
            .is_some_and(|front| in_cascade(front.table(), name))
        || above.any(|other| {
            other.is_section
                && other.language == page.language
                && is_own(&other.below)
                && front(other).is_some_and(|table| in_cascade(table, name))
        })
}

fn front(outline: &Outline) -> Option<&Table> {
    outline.front.as_ref().map(FrontMatter::table)
}

fn in_cascade(front: &Table, name: &str) -> bool {
    let cascades = values(front, "cascade");
    cascades.into_iter().any(|cascade| {
        let one = std::slice::from_ref(cascade);
        let mut parts = cascade.as_array().unwrap_or(one).iter();
        parts.any(|part| {
            let Value::Table(part) = part else {
                return false;
            };
            let mut params = values(part, "params").into_iter();
            !values(part, name).is_empty()
                || params.any(|params| {
                    matches!(params, Value::Table(params) if !values(params, name).is_empty())
                })
        })
    })
}

/// The values of a key, in whatever capitals.
fn values<'a>(table: &'a Table, name: &str) -> Vec<&'a Value> {
    let is_it = |key: &str| key.to_lowercase() == name;
    let values = table.iter().filter(|(key, _)| is_it(key));
    values.map(|(_, value)| value).collect()
}
