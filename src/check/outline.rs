//! What is known of a page without its body: its address, its front matter, whether it is built.

use std::collections::BTreeSet;
use std::ops::Range;

use super::front_matter::date::{expired, published};
use super::page::is_generated;
use super::{Fingerprint, suppression};
use crate::content;
use crate::front_matter::{self, FrontMatter, Value};
use crate::site::{Site, SitePath};

mod address;

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
    pub(super) own_address: Option<String>,
    /// The addresses that lead to it, and their place in the file.
    pub aliases: Vec<Alias>,
    /// What decides its address, or else the first line of the file.
    pub span: Range<usize>,
    /// The first line of its text, comments that silence rules aside; empty where it has none.
    pub opening: Range<usize>,
    /// What tells whether another page says the same; `None` for stubs, section pages and short ones.
    pub fingerprint: Option<Fingerprint>,
    /// Its front matter, where it can be read.
    pub front: Option<FrontMatter>,
}

/// What the front matter of a page says to the site's generator: Hugo takes line separators of Unicode and, in YAML,
/// control characters for text, where Zola stops at them (tested on Hugo 0.168.0, Zola 0.17.2 and 0.22.0).
pub(super) fn front_of(
    site: &Site,
    text: &str,
    split: &front_matter::Split,
) -> Result<FrontMatter, front_matter::FrontMatterError> {
    let parsed = if site.generator.requires_front_matter() {
        FrontMatter::parse(text, split)
    } else {
        FrontMatter::parse_leniently(text, split)
    };
    let block = text.get(..split.body).unwrap_or_default();
    let is_odd = |c: char| {
        matches!(c, '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}')
            || c.is_control() && !matches!(c, '\n' | '\r' | '\t')
    };
    let is_yaml = split.format == front_matter::Format::Yaml;
    if parsed.is_ok()
        || site.generator.requires_front_matter()
        || !(is_yaml && block.contains(is_odd))
    {
        return parsed;
    }
    // Blanks of as many bytes, so that all keeps its place.
    let tame = text.chars().map(|c| match c.len_utf8() {
        _ if !is_odd(c) => c,
        1 => ' ',
        2 => '\u{a0}',
        _ => '\u{2003}',
    });
    FrontMatter::parse_leniently(&tame.collect::<String>(), split)
}

/// An address that leads to a page.
#[derive(Debug, Clone)]
pub struct Alias {
    /// The path of the address, `/` at both ends.
    pub address: String,
    /// The same as it is written: Zola takes two for one only where they are written alike.
    pub written: String,
    /// Its place in the file.
    pub span: Range<usize>,
}

impl Outline {
    /// What is known of a page with this text, or of one that cannot be read.
    pub fn of(
        site: &Site,
        page: &content::Page,
        text: Option<&str>,
        today: jiff::civil::Date,
    ) -> Self {
        let mut outline = Self::without_fingerprint(site, page, text, today);
        if !outline.is_stub && !outline.is_section {
            let body = text.and_then(|text| {
                let split = front_matter::split(text, site.generator.split_rules());
                split.ok().flatten().map(|split| &text[split.body..])
            });
            outline.fingerprint = body.and_then(Fingerprint::of);
        }
        outline
    }

    /// The same without what tells whether another page says the same, which takes the longest.
    pub fn without_fingerprint(
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
            .is_some_and(|front| is_generated(front, site));
        outline.is_stub = !outline.is_generated && !outline.is_section && outline.asks(site);
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
        let aliases = self.aliases.iter().map(|alias| &alias.address);
        self.own_address.iter().chain(aliases)
    }

    pub(super) fn place(&self) -> (String, String) {
        (self.home().to_owned(), self.language.clone())
    }

    /// Takes the address from a page below a section that decides so, or in a bundle of another page.
    pub(super) fn settle_address(
        &mut self,
        hidden: &[(String, String)],
        bundles: &BTreeSet<String>,
    ) {
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
        keys.iter().any(|key| self.get(site, key).is_some()) || self.is_dated_by_name(site, path)
    }

    /// Whether the name of its file, or of the folder of its bundle, is its date.
    fn is_dated_by_name(&self, site: &Site, path: &SitePath) -> bool {
        let languages = &site.languages;
        let file = path.file_name();
        let (stem, _) = site
            .generator
            .split_name(file, &site.default_language, languages);
        let stem = if self.is_bundle() {
            let folder = self.below.rsplit('/').nth(1);
            folder.unwrap_or_default()
        } else {
            stem
        };
        site.generator.dates_by_name(site.version, stem)
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

    /// Its terms of a taxonomy, where the generator looks for them.
    pub fn terms<'o>(&'o self, site: &Site, taxonomy: &str) -> impl Iterator<Item = &'o str> {
        let path = site.generator.taxonomy_path(taxonomy);
        let found = match path.as_slice() {
            [name] => self.get(site, name),
            path => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                self.front.as_ref().and_then(|front| front.get(&path))
            }
        };
        let terms = match found {
            Some(Value::Array(terms)) => terms.as_slice(),
            _ => &[],
        };
        terms.iter().filter_map(Value::as_str)
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

    /// Whether the generator makes a page of it, as far as that can be known, whatever its address is.
    pub fn has_page(&self, site: &Site) -> bool {
        let is_told = |name| self.get(site, name).is_some();
        !self.has_no_address(site) && !is_told("build") && !is_told("_build")
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
