//! Which section a page belongs to.

use std::collections::BTreeMap;

use crate::check::{Outline, SitePages};

/// The folder in which a page lies, in the generator's content tree; for a page bundle, the folder of the bundle.
pub(super) fn home(page: &Outline) -> &str {
    let folder = |below: &'_ str| -> usize { below.rfind('/').unwrap_or(0) };
    let place = &page.below[..folder(&page.below)];
    let name = page.below[place.len()..].trim_start_matches('/');
    if name.split('.').next() == Some("index") {
        &place[..folder(place)]
    } else {
        place
    }
}

/// The sections' own pages, by their folder and language.
pub(super) fn sections<'p>(pages: &'p SitePages<'_>) -> BTreeMap<(&'p str, &'p str), &'p Outline> {
    pages
        .pages
        .values()
        .filter(|page| page.is_section)
        .map(|page| ((home(page), page.language.as_str()), page))
        .collect()
}
