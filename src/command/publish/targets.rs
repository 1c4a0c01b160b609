//! The pages that a reply may link to, as the site has them now.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::body::PageLink;
use crate::check::{Outline, SitePages};
use crate::record::Record;
use crate::site::{Site, SitePath};
use crate::stub::{Stub, normalize};
use crate::text::{percent_decoded, percent_encoded};

/// The pages that a prompt offered and that can be linked to.
pub(super) struct Targets<'p> {
    /// Them by every name that a reply may give them.
    names: HashMap<String, (&'p SitePath, PageLink)>,
    pages: &'p SitePages<'p>,
    today: Date,
}

impl<'p> Targets<'p> {
    /// Those that are published, have an address and are in the language of the post's place. A reply's word alone links to
    /// no page, and an offer alone neither: the page must still be there.
    pub(super) fn of(
        stub: &Stub,
        record: &'p Record,
        pages: &'p SitePages<'p>,
        today: Date,
    ) -> Self {
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
                names.insert(tidy(name), (path, link.clone()));
            }
        }
        Self {
            names,
            pages,
            today,
        }
    }

    /// The page that a destination names, and the place in it, where the page has that: a model may only guess its headings.
    pub(super) fn find(&self, dest: &str) -> Option<PageLink> {
        let (dest, id) = dest.split_once('#').unwrap_or((dest, ""));
        let path = dest.split('?').next().unwrap_or_default();
        let (path, page) = self.names.get(&tidy(&percent_decoded(path)))?;
        let id = percent_decoded(id);
        let ids = || self.pages.ids_of(path, self.today);
        if id.is_empty() || !ids().is_some_and(|ids| ids.contains(&*id)) {
            return Some(page.clone());
        }
        let id = percent_encoded(&id);
        Some(PageLink {
            name: format!("{}#{id}", page.name),
            dest: format!("{}#{id}", page.dest),
        })
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
