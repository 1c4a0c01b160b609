//! The pages of a site as Hugo's `ref` and `relref` find them.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Outline, SitePages};
use crate::front_matter::Value;
use crate::generator::references::Tree;
use crate::site::SitePath;

/// What a reference leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// The page of a file.
    Page(SitePath),
    /// A page that Hugo makes itself: of a folder, a taxonomy, a term.
    Made,
}

/// The pages of one language.
#[derive(Debug)]
pub(super) struct References {
    /// Those that are built today.
    pub(super) built: Tree<Target>,
    /// Those that are built with drafts and pages of another time.
    pub(super) all: Tree<Target>,
    /// Whether there may be more pages than those of files.
    pub(super) is_partial: bool,
}

impl SitePages<'_> {
    /// What references in this language can lead to.
    pub(super) fn references(&self, language: &str) -> Rc<References> {
        if let Some(known) = self.references.borrow().get(language) {
            return known.clone();
        }
        let found = Rc::new(self.find_references(language));
        self.references
            .borrow_mut()
            .insert(language.to_owned(), found.clone());
        found
    }

    fn find_references(&self, language: &str) -> References {
        let mut found = References {
            built: Tree::new(&self.site.languages),
            all: Tree::new(&self.site.languages),
            is_partial: !self.site.shortcodes_known,
        };
        let own = self
            .pages
            .iter()
            .filter(|(_, page)| page.language == language);
        let own: Vec<_> = own.filter(|(_, page)| !self.is_part(page)).collect();
        for (path, page) in &own {
            let target = Target::Page((*path).clone());
            found.all.add(&page.below, target.clone());
            if !page.is_hidden {
                found.built.add(&page.below, target);
            }
        }
        let mut made = BTreeSet::from(["_index.md".to_owned(), "404.md".to_owned()]);
        for (_, page) in &own {
            made.extend(self.made_for(page));
        }
        for taxonomy in &self.site.taxonomies {
            if taxonomy.language == language && taxonomy.rendered {
                made.insert(format!("{}/_index.md", taxonomy.name));
            }
        }
        for below in made {
            found.all.add(&below, Target::Made);
            found.built.add(&below, Target::Made);
        }
        let folders = self
            .pages
            .values()
            .filter_map(|page| page.below.rsplit_once('/'));
        let folders: BTreeSet<_> = folders.map(|(folder, _)| folder).collect();
        found.is_partial |= folders
            .into_iter()
            .any(|folder| self.has_maker_of_pages(folder))
            || self.has_maker_of_pages("");
        found
    }

    /// The pages that Hugo makes because a page is there: that of the folder at the top, and those of its terms.
    fn made_for<'p>(&'p self, page: &'p Outline) -> impl Iterator<Item = String> + 'p {
        let site = self.site;
        let folder = page.below.split_once('/').map(|(folder, _)| folder);
        // A bundle at the top is no section.
        let is_section = !page.is_bundle() || page.below.matches('/').count() > 1;
        let section = folder
            .filter(|_| is_section)
            .map(|folder| format!("{folder}/_index.md"));
        let taxonomies = site.taxonomies.iter().filter(move |taxonomy| {
            taxonomy.rendered && taxonomy.language == page.language && !page.is_hidden
        });
        let terms = taxonomies.flat_map(move |taxonomy| {
            let terms: Vec<&Value> = match page.get(site, &taxonomy.name) {
                Some(Value::Array(items)) => items.iter().collect(),
                Some(value) => vec![value],
                None => Vec::new(),
            };
            terms.into_iter().filter_map(|term| {
                let slug = match term {
                    Value::String(text) => site.term_slug(text),
                    Value::Integer(number) => number.to_string(),
                    _ => String::new(),
                };
                (!slug.is_empty()).then(|| format!("{}/{slug}/_index.md", taxonomy.name))
            })
        });
        section.into_iter().chain(terms)
    }

    /// Whether a page belongs to the folder of another page, and has none of its own.
    fn is_part(&self, page: &Outline) -> bool {
        let mut folder = page.below.as_str();
        let mut is_own = page.is_bundle();
        while let Some((parent, _)) = folder.rsplit_once('/') {
            if self.bundles.contains(parent) && !is_own {
                return true;
            }
            is_own = false;
            folder = parent;
        }
        false
    }
}

impl Outline {
    /// Whether Hugo has the page and writes no file for it, so that a reference to it is empty.
    pub(super) fn is_unwritten(&self, site: &crate::site::Site) -> bool {
        let is_never = match self.get(site, "build") {
            Some(Value::Table(table)) => table.iter().any(|(key, value)| {
                key.eq_ignore_ascii_case("render")
                    && matches!(value, Value::String(text) if text == "never")
            }),
            _ => false,
        };
        is_never || self.get(site, "headless") == Some(&Value::Boolean(true))
    }
}
