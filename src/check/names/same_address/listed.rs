//! The pages that list terms and what has them, and the feeds of sections and terms in Zola.

use std::collections::{BTreeMap, BTreeSet};

use super::{Claim, SameAddress, term_address};
use crate::check::{Rule, SitePages};
use crate::finding::{Finding, Severity};
use crate::front_matter::Value;
use crate::site::{Site, Version};

/// What a site has beside its pages.
pub(super) struct Listed {
    /// Taxonomies and terms, in words, by their addresses.
    pages: BTreeMap<String, String>,
    /// The feeds of sections and terms, as paths in the built site.
    pub(super) feeds: BTreeSet<String>,
}

impl Listed {
    pub(super) fn of(pages: &SitePages<'_>) -> Self {
        let site = pages.site;
        let mut listed = Self {
            pages: BTreeMap::new(),
            feeds: BTreeSet::new(),
        };
        let published = || pages.pages.values().filter(|page| !page.is_hidden);
        for taxonomy in site.taxonomies.iter().filter(|taxonomy| taxonomy.rendered) {
            let own = published().filter(|page| page.language == taxonomy.language);
            for term in own.flat_map(|page| page.terms(site, &taxonomy.name)) {
                let address = term_address(site, taxonomy, term);
                if taxonomy.feed {
                    listed.add_feeds(site, &address);
                }
                let shown = crate::text::escape(term);
                listed.pages.insert(address, format!("the term `{shown}`"));
            }
            listed.pages.insert(
                site.taxonomy_address(taxonomy),
                format!("the taxonomy `{}`", taxonomy.name),
            );
        }
        let feeds = if site.version >= Version::new(0, 19, 0) {
            "generate_feeds"
        } else {
            "generate_feed"
        };
        let sections = published().filter(|page| page.is_section);
        for section in sections.filter(|page| page.get(site, feeds) == Some(&Value::Boolean(true)))
        {
            if let Some(address) = &section.address {
                listed.add_feeds(site, address);
            }
        }
        listed
    }

    fn add_feeds(&mut self, site: &Site, address: &str) {
        let names = site.settings.feed_names.iter();
        let folder = address.trim_start_matches('/');
        self.feeds
            .extend(names.map(|name| format!("{folder}{name}")));
    }
}

impl SameAddress {
    /// A page where the generator lists terms, or the pages of one. In Hugo, a section there is the list's own page.
    pub(super) fn over_listed(
        &self,
        claim: &Claim<'_>,
        address: &str,
        site: &Site,
        listed: &Listed,
    ) -> Option<Finding> {
        let is_strict = site.generator.requires_front_matter();
        if claim.page.is_hidden || claim.page.is_section && !(is_strict || claim.is_alias) {
            return None;
        }
        let other = listed.pages.get(address)?;
        // Before 0.23, one of the two is written over the other.
        let severity = if is_strict && site.version >= Version::new(0, 23, 0) {
            Severity::Error
        } else {
            Severity::Warning
        };
        let what = if claim.is_alias { "alias" } else { "page" };
        let message = format!("this {what} has the address of {other}, and one of the two is lost");
        Some(
            Finding::new(self.name(), severity, claim.path, message)
                .at(claim.span.clone())
                .help("rename the file, or write another slug, path or alias"),
        )
    }
}
