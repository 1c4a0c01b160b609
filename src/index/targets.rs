//! Which page of the site a link leads to.

use std::collections::HashMap;

use super::{Entry, Index, Link};
use crate::generator::references::{Address, Tree};
use crate::site::{Site, SitePath};
use crate::text::{join_path, percent_decoded};

/// The names by which links know the pages of a site.
pub(super) struct Targets<'a> {
    site: &'a Site,
    index: &'a Index,
    /// By address.
    by_address: HashMap<&'a str, usize>,
    /// By language, as Hugo's `ref` finds them.
    by_name: HashMap<&'a str, Tree<usize>>,
}

impl<'a> Targets<'a> {
    pub(super) fn of(site: &'a Site, index: &'a Index) -> Self {
        let mut targets = Self {
            site,
            index,
            by_address: HashMap::new(),
            by_name: HashMap::new(),
        };
        let by_name = !site.generator.refuses_dead_links();
        for (number, page) in index.pages.iter().enumerate() {
            if let Some(address) = &page.address {
                targets.by_address.entry(address).or_insert(number);
            }
            if by_name {
                let tree = targets.by_name.entry(&page.language);
                let tree = tree.or_insert_with(|| Tree::new(&site.languages));
                tree.add(&page.below, number);
            }
        }
        targets
    }

    /// The pages that links of a page lead to, itself not among them.
    pub(super) fn resolve(&self, page: usize, links: &[Link]) -> Vec<usize> {
        let from = &self.index.pages[page];
        let mut found: Vec<usize> = links
            .iter()
            .filter_map(|link| match link {
                Link::Destination(destination) => self.destination(from, destination),
                Link::Reference(path) => self.reference(from, path),
            })
            .filter(|to| *to != page)
            .collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    fn destination(&self, from: &Entry, destination: &str) -> Option<usize> {
        let path = destination.split(['#', '?']).next()?;
        if let Some(below) = path.strip_prefix("@/") {
            return self.zola_file(below);
        }
        let has_scheme = path.split('/').next()?.contains(':') || path.starts_with("//");
        if path.is_empty() || has_scheme {
            return None;
        }
        let path = percent_decoded(path);
        let is_file = path.to_lowercase().ends_with(".md");
        // A template of the site, or Hugo's own where there are several languages, finds the page to a file.
        if is_file && self.site.settings.link_hook {
            return self.reference(from, &path);
        }
        let absolute = if path.starts_with('/') {
            path.trim_matches('/')
                .strip_prefix(&self.site.settings.base_path)?
                .to_owned()
        } else {
            join_path(from.address.as_deref()?, &path)?
        };
        let inner = absolute.trim_matches('/').trim_end_matches("index.html");
        let address = match inner.trim_matches('/') {
            "" => "/".to_owned(),
            inner => format!("/{inner}/"),
        };
        self.by_address.get(address.as_str()).copied()
    }

    /// The page of a file below Zola's `content`.
    fn zola_file(&self, below: &str) -> Option<usize> {
        if !self.site.generator.refuses_dead_links() {
            return None;
        }
        let at = |below: &str| {
            let path = SitePath::new(format!("content/{below}"));
            self.index.by_path.get(&path).copied()
        };
        at(below).or_else(|| at(&percent_decoded(below)))
    }

    /// The page that Hugo finds for the argument of `ref`.
    fn reference(&self, from: &Entry, argument: &str) -> Option<usize> {
        let tree = self.by_name.get(from.language.as_str())?;
        let path = Address::parse(argument).ok()?.path;
        if path.is_empty() {
            return None;
        }
        tree.resolve(&tree.from(&from.below), &path).ok().copied()
    }
}
