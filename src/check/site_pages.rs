//! All pages of a site, as far as rules about one page have to know the others.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::rc::Rc;

use super::addresses::Addresses;
use super::references::References;
use super::{Outline, Page, links, suppression};
use crate::content;
use crate::finding::Finding;
use crate::front_matter::Value;
use crate::site::{Site, SitePath};

/// Reads a page whole; `None` where that cannot be done.
pub type ReadPage<'a> = dyn Fn(&SitePath) -> Option<String> + 'a;

/// The ids in a page, as links name them.
type Ids = Rc<BTreeSet<String>>;

/// The pages of a site, in the order of their paths.
pub struct SitePages<'a> {
    /// The site.
    pub site: &'a Site,
    /// The pages. Parts of the site share them.
    pub pages: BTreeMap<SitePath, Rc<Outline>>,
    /// The sections' own pages, by their folder and language.
    sections: BTreeMap<(String, String), SitePath>,
    /// How many pages of each folder and language have a date, and how many there are.
    dated: BTreeMap<(String, String), (usize, usize)>,
    /// The folders and languages in which a section decides that pages have no address.
    hidden: Vec<(String, String)>,
    /// The folders of page bundles, where they own what lies below.
    pub(super) bundles: BTreeSet<String>,
    /// Files among the content that look like pages and are none to the generator.
    pub others: Vec<SitePath>,
    /// The first bytes of a file of the site; `None` where there is no file of this path.
    pub read_start: &'a dyn Fn(&str) -> Option<Vec<u8>>,
    /// The whole text of a page.
    read_page: Option<&'a ReadPage<'a>>,
    /// The ids of pages that links with a `#` lead to, once somebody asked; `None` where they cannot be known.
    ids: RefCell<BTreeMap<SitePath, Option<Ids>>>,
    /// What is served at which address, once somebody asked.
    addresses: RefCell<Option<Rc<Addresses>>>,
    /// What references lead to, by language, once somebody asked.
    pub(super) references: RefCell<BTreeMap<String, Rc<References>>>,
}

impl fmt::Debug for SitePages<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SitePages")
            .field("pages", &self.pages)
            .field("others", &self.others)
            .finish_non_exhaustive()
    }
}

impl<'a> SitePages<'a> {
    /// No pages yet.
    pub fn new(site: &'a Site, read_start: &'a dyn Fn(&str) -> Option<Vec<u8>>) -> Self {
        Self {
            site,
            pages: BTreeMap::new(),
            sections: BTreeMap::new(),
            dated: BTreeMap::new(),
            hidden: Vec::new(),
            bundles: BTreeSet::new(),
            others: Vec::new(),
            read_page: None,
            ids: RefCell::default(),
            addresses: RefCell::default(),
            references: RefCell::default(),
            read_start,
        }
    }

    /// The same pages, with a way to read one whole, for the ids in it.
    #[must_use]
    pub fn reading(mut self, read_page: &'a ReadPage<'a>) -> Self {
        self.read_page = Some(read_page);
        self
    }

    /// The ids that links to a page may name; `None` where they cannot be known.
    pub fn ids_of(&self, path: &SitePath, today: jiff::civil::Date) -> Option<Ids> {
        if let Some(known) = self.ids.borrow().get(path) {
            return known.clone();
        }
        let text = self.read_page.and_then(|read| read(path));
        let language = self.pages.get(path).map(|page| page.language.as_str());
        let ids = text.zip(language).and_then(|(text, language)| {
            let page = Page::parse(path, &text, language, self.site, today);
            links::missing_anchor::ids(&page).map(Rc::new)
        });
        self.ids.borrow_mut().insert(path.clone(), ids.clone());
        ids
    }

    /// The addresses of all pages.
    pub(super) fn addresses(&self) -> Rc<Addresses> {
        let known = self.addresses.borrow().clone();
        known.unwrap_or_else(|| {
            let found = Rc::new(Addresses::of(self));
            *self.addresses.borrow_mut() = Some(found.clone());
            found
        })
    }

    /// Adds a page with its text, or one that cannot be read.
    pub fn add(&mut self, page: &content::Page, text: Option<&str>, today: jiff::civil::Date) {
        let outline = Outline::of(self.site, page, text, today);
        self.put(page.path.clone(), outline);
    }

    /// Adds a page of which the outline is known.
    pub fn put(&mut self, path: SitePath, outline: Outline) {
        self.pages.insert(path, Rc::new(outline));
    }

    /// Whether a comment in the text of a page silences what is found in it.
    pub(super) fn is_silenced_in_text(&self, finding: &Finding) -> bool {
        let Some(page) = self.pages.get(&finding.path) else {
            return false;
        };
        let text = self.read_page.and_then(|read| read(&finding.path));
        text.filter(|text| suppression::may_silence(text))
            .is_some_and(|text| {
                // Comments are the same on any day.
                let day = jiff::civil::Date::default();
                let page = Page::parse(&finding.path, &text, &page.language, self.site, day);
                suppression::is_silenced_by_comment(&page, finding)
            })
    }

    /// Whether the site's folder holds a file of this path.
    pub fn has_file(&self, path: &str) -> bool {
        (self.read_start)(path).is_some()
    }

    /// Whether a file begins as front matter does.
    pub fn has_front_matter(&self, path: &SitePath) -> bool {
        (self.read_start)(path.as_str()).is_some_and(|start| {
            let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start);
            start.starts_with(b"+++") || start.starts_with(b"---")
        })
    }

    /// What the pages as a whole decide: pages in a bundle of Hugo's have no address of their own.
    pub fn complete(&mut self) {
        self.addresses.take();
        self.references.take();
        self.sections.clear();
        self.dated.clear();
        for (path, page) in &self.pages {
            if page.is_section {
                self.sections.insert(page.place(), path.clone());
            }
            count(&mut self.dated, self.site, path, page, true);
        }
        if self.site.generator.requires_front_matter() {
            return;
        }
        self.hidden = self.find_hidden();
        self.bundles = self
            .pages
            .values()
            .filter(|page| page.is_bundle())
            .filter_map(|page| Some(page.below.rsplit_once('/')?.0.to_owned()))
            .collect();
        for page in self.pages.values_mut() {
            Rc::make_mut(page).settle_address(&self.hidden, &self.bundles);
        }
    }

    /// Puts another outline in the place of a page's, where all pages are complete, and gives the one before. They still are
    /// afterwards; only a page that is new, or a section's own, takes a look at all of them.
    pub fn set(&mut self, path: &SitePath, mut outline: Rc<Outline>) -> Option<Rc<Outline>> {
        let is_plain = |page: &Rc<Outline>| !page.is_section && page.below == outline.below;
        if outline.is_section || !self.pages.get(path).is_some_and(is_plain) {
            let before = self.pages.insert(path.clone(), outline);
            self.complete();
            return before;
        }
        self.addresses.take();
        self.ids.borrow_mut().remove(path);
        self.references.take();
        Rc::make_mut(&mut outline).settle_address(&self.hidden, &self.bundles);
        count(&mut self.dated, self.site, path, &outline, true);
        let before = self.pages.insert(path.clone(), outline)?;
        count(&mut self.dated, self.site, path, &before, false);
        Some(before)
    }

    /// The same site with only some of the pages, each as it is among all of them.
    pub(super) fn only<'p>(&self, paths: impl IntoIterator<Item = &'p SitePath>) -> Self {
        let mut only = Self::new(self.site, self.read_start);
        for path in paths {
            if let Some(page) = self.pages.get(path) {
                if page.is_section {
                    only.sections.insert(page.place(), path.clone());
                }
                only.pages.insert(path.clone(), page.clone());
            }
        }
        only
    }

    /// The own pages of the sections in the folder of a page, and in the one that it belongs to.
    pub(super) fn sections_above(&self, page: &Outline) -> impl Iterator<Item = &SitePath> {
        let folder = page.below.rsplit_once('/').map_or("", |(folder, _)| folder);
        let folder = (folder.to_owned(), page.language.clone());
        [folder, page.place()]
            .into_iter()
            .filter_map(|place| self.sections.get(&place))
    }
}

/// Counts a page among those of its folder that have a date or have none, or no longer.
fn count(
    dated: &mut BTreeMap<(String, String), (usize, usize)>,
    site: &Site,
    path: &SitePath,
    page: &Outline,
    is_there: bool,
) {
    if !page.wants_date() || page.is_stub(site) {
        return;
    }
    let count = dated.entry(page.place()).or_default();
    let with_date = usize::from(page.has_date(site, path));
    *count = if is_there {
        (count.0 + with_date, count.1 + 1)
    } else {
        (count.0.saturating_sub(with_date), count.1.saturating_sub(1))
    };
}

impl SitePages<'_> {
    /// The own page of the section that a page belongs to.
    pub fn section_of(&self, page: &Outline) -> Option<&Outline> {
        self.pages
            .get(self.sections.get(&page.place())?)
            .map(Rc::as_ref)
    }

    /// How many pages in the folder of a page have a date, and how many there are.
    pub fn dated_beside(&self, page: &Outline) -> (usize, usize) {
        self.dated.get(&page.place()).copied().unwrap_or_default()
    }

    /// Where pages have no address, as a section above hands down a `build` or `headless` of its own.
    fn find_hidden(&self) -> Vec<(String, String)> {
        let site = self.site;
        let decides = |value: &Value| match value {
            Value::Table(table) => {
                let mut keys = table.keys();
                keys.any(|key| {
                    ["build", "_build", "headless"].contains(&key.to_lowercase().as_str())
                })
            }
            _ => false,
        };
        self.pages
            .values()
            .filter(|page| page.is_section)
            .filter(|page| match page.get(site, "cascade") {
                Some(Value::Array(items)) => items.iter().any(decides),
                Some(value) => decides(value),
                None => false,
            })
            .filter_map(|page| {
                let (folder, _) = page.below.rsplit_once('/')?;
                Some((format!("{folder}/"), page.language.clone()))
            })
            .collect()
    }
}
