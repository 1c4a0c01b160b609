//! All pages of a site, as far as rules about one page have to know the others.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use super::Fingerprint;
use super::addresses::Addresses;
use super::front_matter::date::{expired, published};
use super::{Page, links, suppression};
use crate::content;
use crate::finding::Finding;
use crate::front_matter::{self, FrontMatter, Value};
use crate::generator::AddressParts;
use crate::site::{Site, SitePath};

/// What is known of a page without its body.
#[derive(Debug, Clone)]
pub struct Outline {
    /// Its path in the generator's content tree.
    pub below: String,
    /// The content root it stands in, as an index of [`Site::roots`].
    pub root: usize,
    /// Its language.
    pub language: String,
    /// Whether it is a section's own page.
    pub is_section: bool,
    /// Whether Postwright wrote it.
    pub is_generated: bool,
    /// Whether it asks for a post.
    pub is_stub: bool,
    /// Whether the generator does not build it today: a draft, or in Hugo a page of another time.
    pub is_hidden: bool,
    /// Whether a section above it decides that it has no page of its own.
    pub is_unlisted: bool,
    /// The path of its address, `/` at both ends; `None` where it has none, or where it is not known.
    pub address: Option<String>,
    /// The same as far as the page alone decides it.
    own_address: Option<String>,
    /// The addresses that lead to it, and their place in the file.
    pub aliases: Vec<(String, Range<usize>)>,
    /// What decides its address, or else the first line of the file.
    pub span: Range<usize>,
    /// The first line of its text, comments that silence rules aside; empty where it has none.
    pub opening: Range<usize>,
    /// What tells whether another page says the same; `None` for stubs, section pages and short ones.
    pub fingerprint: Option<Fingerprint>,
    /// Its front matter, where it can be read.
    pub front: Option<FrontMatter>,
}

/// Reads a page whole; `None` where that cannot be done.
pub type ReadPage<'a> = dyn Fn(&SitePath) -> Option<String> + 'a;

/// The ids in a page, as links name them.
type Ids = Rc<BTreeSet<String>>;

/// The pages of a site, in the order of their paths.
pub struct SitePages<'a> {
    /// The site.
    pub site: &'a Site,
    /// The pages.
    pub pages: BTreeMap<SitePath, Outline>,
    /// The sections' own pages, by their folder and language.
    sections: BTreeMap<(String, String), SitePath>,
    /// How many pages of each folder and language have a date, and how many there are.
    dated: BTreeMap<(String, String), (usize, usize)>,
    /// The folders and languages in which a section decides that pages have no address.
    hidden: Vec<(String, String)>,
    /// The folders of page bundles, where they own what lies below.
    bundles: BTreeSet<String>,
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
        self.pages.insert(page.path.clone(), outline);
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
            page.settle_address(&self.hidden, &self.bundles);
        }
    }

    /// Puts another outline in the place of a page's, where all pages are complete, and gives the one before. They still are
    /// afterwards; only a page that is new, or a section's own, takes a look at all of them.
    pub fn set(&mut self, path: &SitePath, mut outline: Outline) -> Option<Outline> {
        let is_plain = |page: &Outline| !page.is_section && page.below == outline.below;
        if outline.is_section || !self.pages.get(path).is_some_and(is_plain) {
            let before = self.pages.insert(path.clone(), outline);
            self.complete();
            return before;
        }
        self.addresses.take();
        outline.settle_address(&self.hidden, &self.bundles);
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
        self.pages.get(self.sections.get(&page.place())?)
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

/// What the front matter of a page says to the site's generator: Hugo takes line separators of Unicode for text, where
/// Zola stops at them (tested on Hugo 0.168.0, Zola 0.17.2 and 0.22.0).
pub(super) fn front_of(
    site: &Site,
    text: &str,
    split: &front_matter::Split,
) -> Result<FrontMatter, front_matter::FrontMatterError> {
    let parsed = FrontMatter::parse(text, split);
    let block = text.get(..split.body).unwrap_or_default();
    if parsed.is_ok()
        || site.generator.requires_front_matter()
        || !block.contains(['\u{2028}', '\u{2029}', '\u{85}'])
    {
        return parsed;
    }
    // Blanks of as many bytes, so that all keeps its place.
    let tame = text
        .replace(['\u{2028}', '\u{2029}'], "\u{2003}")
        .replace('\u{85}', "\u{a0}");
    FrontMatter::parse(&tame, split)
}

impl Outline {
    /// What is known of a page with this text, or of one that cannot be read.
    pub fn of(
        site: &Site,
        page: &content::Page,
        text: Option<&str>,
        today: jiff::civil::Date,
    ) -> Self {
        let split = text.and_then(|text| {
            front_matter::split(text, site.generator.split_rules())
                .ok()
                .flatten()
        });
        let body = split
            .as_ref()
            .zip(text)
            .map(|(split, text)| &text[split.body..]);
        let front = text
            .zip(split.as_ref())
            .and_then(|(text, split)| front_of(site, text, split).ok());
        let mut outline = Self {
            below: page.below.clone(),
            root: page.root,
            language: page.language.clone(),
            is_section: site.generator.is_section_file(page.path.file_name()),
            is_generated: false,
            is_stub: false,
            is_hidden: false,
            is_unlisted: false,
            address: None,
            own_address: None,
            aliases: Vec::new(),
            span: 0..text.map_or(0, |text| text.find('\n').unwrap_or(text.len())),
            opening: split
                .as_ref()
                .zip(text)
                .map_or(0..0, |(split, text)| opening(text, split.body)),
            fingerprint: None,
            front,
        };
        outline.is_generated = outline
            .front
            .as_ref()
            .is_some_and(|front| super::is_generated(front, site));
        outline.is_stub = !outline.is_generated && !outline.is_section && outline.asks(site);
        if !outline.is_stub && !outline.is_section {
            outline.fingerprint = body.and_then(Fingerprint::of);
        }
        outline.is_hidden = outline.flag(site, "draft") || outline.is_of_another_time(site, today);
        outline.own_address = outline.find_address(site, page);
        outline.address.clone_from(&outline.own_address);
        outline.aliases = outline.find_aliases(site);
        outline
    }

    /// The folder in which it lies, in the generator's content tree; for a page bundle, the folder of the bundle.
    pub fn home(&self) -> &str {
        let folder = |below: &str| below.rfind('/').unwrap_or(0);
        let place = &self.below[..folder(&self.below)];
        if self.is_bundle() {
            &place[..folder(place)]
        } else {
            place
        }
    }

    /// The addresses that it asks for, whatever the other pages decide, and its aliases.
    pub fn claimed_addresses(&self) -> impl Iterator<Item = &String> {
        let aliases = self.aliases.iter().map(|(address, _)| address);
        self.own_address.iter().chain(aliases)
    }

    fn place(&self) -> (String, String) {
        (self.home().to_owned(), self.language.clone())
    }

    /// Takes the address from a page below a section that decides so, or in a bundle of another page.
    fn settle_address(&mut self, hidden: &[(String, String)], bundles: &BTreeSet<String>) {
        self.address.clone_from(&self.own_address);
        let is_below = |(folder, language): &(String, String)| {
            self.language == *language && self.below.starts_with(folder)
        };
        self.is_unlisted = hidden.iter().any(is_below);
        let mut folder = self.below.as_str();
        let mut is_own = self.is_bundle();
        let mut is_part = false;
        while let Some((parent, _)) = folder.rsplit_once('/') {
            is_part |= bundles.contains(parent) && !is_own;
            is_own = false;
            folder = parent;
        }
        if self.is_unlisted || is_part {
            self.address = None;
        }
    }

    /// Whether it is a page that can be meant to have a date: no section, with front matter that can be read.
    pub fn wants_date(&self) -> bool {
        !self.is_section && self.front.is_some()
    }

    /// Whether it still asks for a post.
    pub fn is_stub(&self, site: &Site) -> bool {
        self.get(site, "topic").is_some()
    }

    /// Whether it has a date, of its own or by its name.
    pub fn has_date(&self, site: &Site, path: &SitePath) -> bool {
        // Hugo falls back on the others (tested on 0.168.0).
        let keys: &[&str] = if site.generator.requires_front_matter() {
            &["date"]
        } else {
            &[
                "date",
                "publishDate",
                "pubDate",
                "published",
                "lastmod",
                "modified",
            ]
        };
        keys.iter().any(|key| self.get(site, key).is_some())
            || site.generator.dates_by_name(path.file_name())
    }

    /// The value of a key, spelled as the generator reads it.
    pub fn get(&self, site: &Site, name: &str) -> Option<&Value> {
        let front = self.front.as_ref()?;
        let ignore_case = site.generator.keys_ignore_case();
        let mut values = front.table().iter();
        values
            .find(|(key, _)| *key == name || (ignore_case && key.eq_ignore_ascii_case(name)))
            .map(|(_, value)| value)
    }

    /// The bytes of a key's value, or of the first line.
    pub fn span_of(&self, name: &str) -> Range<usize> {
        let front = self.front.as_ref();
        front
            .and_then(|front| front.span(&[name]).or_else(|| front.key_span(&[name])))
            .unwrap_or_else(|| self.span.clone())
    }

    /// Whether a page stands in the place of another: the site's own file in that of the theme's.
    pub fn replaces(&self, other: &Self) -> bool {
        self.root != other.root && self.below == other.below && self.language == other.language
    }

    fn asks(&self, site: &Site) -> bool {
        matches!(self.get(site, "topic"), Some(Value::String(topic)) if !topic.trim().is_empty())
    }

    fn flag(&self, site: &Site, name: &str) -> bool {
        self.get(site, name) == Some(&Value::Boolean(true))
    }

    /// Whether it surely has no page of its own: a generator is told so, or it belongs to another page.
    pub(super) fn has_no_address(&self, site: &Site) -> bool {
        let is_taken = self.own_address.is_some() && self.address.is_none();
        is_taken
            || self.get(site, "render") == Some(&Value::Boolean(false))
            || self.flag(site, "headless")
    }

    pub(super) fn is_bundle(&self) -> bool {
        let name = self.below.rsplit('/').next().unwrap_or_default();
        name.split('.').next() == Some("index")
    }

    fn is_of_another_time(&self, site: &Site, today: jiff::civil::Date) -> bool {
        if !site.generator.leaves_out_future_pages() {
            return false;
        }
        let value = |name: &str| self.get(site, name);
        published(site, value).is_some_and(|(_, day)| day > today)
            || expired(site, value).is_some_and(|(_, day)| day < today)
    }

    fn find_address(&mut self, site: &Site, page: &content::Page) -> Option<String> {
        let is_unwritten = self.get(site, "render") == Some(&Value::Boolean(false))
            || self.flag(site, "headless")
            || self.get(site, "build").is_some();
        if is_unwritten {
            return None;
        }
        let key = site.generator.address_key();
        let own = self.get(site, key).and_then(Value::as_str);
        // Hugo passes over an empty one; Zola refuses it.
        if let Some(own) = own.filter(|own| !self.is_section && !own.is_empty()) {
            // How Hugo places such a page among several languages depends on more than this.
            let is_plain = site.languages.len() == 1 && !own.contains(':');
            let own = is_plain.then(|| normal(own));
            self.span = self.span_of(key);
            return own;
        }
        let slug = match self.get(site, "slug") {
            Some(Value::String(slug)) if !self.is_section && !slug.is_empty() => Some(slug.clone()),
            _ => None,
        };
        if slug.is_some() {
            self.span = self.span_of("slug");
        }
        let usual = page.url_path(site, slug.as_deref());
        if !site.settings.permalinks || self.is_section {
            return Some(usual);
        }
        let text = |name: &str| match self.get(site, name)? {
            Value::String(text) | Value::Date(text) => Some(text.as_str()),
            _ => None,
        };
        let parts = AddressParts {
            below: &self.below,
            language: &self.language,
            title: text("title"),
            slug: slug.as_deref(),
            day: text("date").and_then(|date| date.get(..10)?.parse().ok()),
            usual: &usual,
        };
        let address = site.generator.patterned_address(site, &parts)?;
        let is_own = address != usual && slug.is_none();
        if is_own
            && self
                .front
                .as_ref()
                .is_some_and(|front| front.span(&["title"]).is_some())
        {
            self.span = self.span_of("title");
        }
        Some(address)
    }

    fn find_aliases(&self, site: &Site) -> Vec<(String, Range<usize>)> {
        let Some(Value::Array(items)) = self.get(site, "aliases") else {
            return Vec::new();
        };
        let is_strict = site.generator.requires_front_matter();
        items
            .iter()
            .filter_map(Value::as_str)
            // Hugo reads one without a slash from the page's own place on, and adds languages.
            .filter(|alias| is_strict || (alias.starts_with('/') && site.languages.len() == 1))
            .map(|alias| (normal(alias), self.span_of("aliases")))
            .collect()
    }
}

/// The first line behind byte `start` that is a reader's.
fn opening(text: &str, start: usize) -> Range<usize> {
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        let shown = line.trim();
        let is_comment = shown.starts_with("<!--") && suppression::may_silence(shown);
        if !shown.is_empty() && !is_comment {
            let from = at + (line.len() - line.trim_start().len());
            return from..from + shown.len();
        }
        at += line.len();
    }
    start..start
}

/// A path with one slash at both ends; that of a file keeps its end.
fn normal(path: &str) -> String {
    let inner = path.trim().trim_matches('/');
    if inner.is_empty() {
        return "/".to_owned();
    }
    let name = inner.rsplit('/').next().unwrap_or(inner);
    let is_file = matches!(name.rsplit_once('.'), Some((_, "html" | "htm" | "xml")));
    format!("/{inner}{}", if is_file { "" } else { "/" })
}
