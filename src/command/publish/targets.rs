//! The pages that a reply may link to, as the site has them now.

use std::collections::HashMap;

use crate::body::PageLink;
use crate::check::{Outline, SitePages};
use crate::record::Record;
use crate::site::{Site, SitePath};
use crate::stub::{Stub, normalize};
use crate::text::{percent_decoded, percent_encoded};

/// The pages that a prompt offered and that can be linked to, by every name that a reply may give them.
pub(super) struct Targets(HashMap<String, PageLink>);

impl Targets {
    /// Those that are published, have an address and are in the language of the post's place. A reply's word alone links to
    /// no page, and an offer alone neither: the page must still be there.
    pub(super) fn of(stub: &Stub, record: &Record, pages: &SitePages<'_>) -> Self {
        let mut names = HashMap::new();
        for path in record.offered() {
            let known = pages.pages.get(path);
            let Some(page) = known.filter(|page| is_open(page, path, stub, pages.site)) else {
                continue;
            };
            let Some(dest) = pages.site.generator.page_link(&page.below) else {
                continue;
            };
            let link = PageLink {
                name: percent_encoded(path.as_str()),
                dest,
            };
            // Models fall back on what they know of a generator, or on the address that they guess.
            let file = format!("@/{}", page.below);
            let names_of_it = [Some(path.as_str()), Some(&file), page.address.as_deref()];
            for name in names_of_it.into_iter().flatten() {
                names.insert(tidy(name), link.clone());
            }
        }
        Self(names)
    }

    /// The page that a destination names. What it says behind `#` is not looked at: a model knows no headings of it.
    pub(super) fn find(&self, dest: &str) -> Option<PageLink> {
        let path = dest.split(['#', '?']).next().unwrap_or_default();
        self.0.get(&tidy(&percent_decoded(path))).cloned()
    }
}

/// A name without what some write around it.
fn tidy(name: &str) -> String {
    let name = normalize(name);
    let name = name.strip_prefix("./").unwrap_or(&name);
    name.trim_matches('/').to_owned()
}

fn is_open(page: &Outline, path: &SitePath, stub: &Stub, site: &Site) -> bool {
    *path != stub.path
        && page.language == stub.page_language
        && page.has_page(site)
        && !page.is_section
        && !page.is_hidden
        && !page.is_stub(site)
}
