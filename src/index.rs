//! The site as one knows it who has read it: what each page is about, what it is called, and which pages it links to.
//!
//! Reading it takes every page of the site, so a command makes an [`Index`] only where it needs one: before a request (so
//! that nothing is asked for which the site says already, and so that the prompt can name related pages), for `prompt` and
//! for `links`. It is made in two steps. [`Contents::of`] looks at the body of one page and knows no other, so that many
//! threads can do it; [`Index::new`] puts it together with what [`SitePages`] knows of the pages, and finds where links lead.

use std::collections::HashMap;
use std::rc::Rc;

use jiff::civil::Date;

use crate::check::{Outline, SitePages};
use crate::content;
use crate::front_matter::{self, Value};
use crate::generator::TemplateKind;
use crate::generator::references;
use crate::markdown;
use crate::parallel;
use crate::site::{Site, SitePath};
use crate::stub::Options;

mod targets;

use targets::Targets;

/// Reads a page whole; `None` where that cannot be done.
pub type Read<'a> = dyn Fn(&content::Page) -> Option<String> + Sync + 'a;

/// What kind of page one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It asks for a post.
    Stub,
    /// Postwright wrote it.
    Post,
    /// A person wrote it.
    Page,
    /// A section's own page.
    Section,
}

/// What is known of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its path.
    pub path: SitePath,
    /// Its path in the generator's content tree.
    pub below: String,
    /// The content root it stands in, as an index of [`Site::roots`].
    pub root: usize,
    /// The language of its place in the site.
    pub language: String,
    /// The language that its text is written in.
    pub written_in: String,
    /// What kind of page it is.
    pub kind: Kind,
    /// Its title.
    pub title: Option<String>,
    /// Its description.
    pub description: Option<String>,
    /// What a stub asks for, or what a post was made from.
    pub topic: Option<String>,
    /// Whom it was written for, where its stub said so.
    pub audience: Option<String>,
    /// The texts of its headings, in order.
    pub headings: Vec<String>,
    /// Its terms, by taxonomy, as they are spelled.
    pub terms: Vec<(String, Vec<String>)>,
    /// The pages that its body links to, as indices into [`Index::pages`]: ascending, each once, itself not among them.
    pub links: Vec<usize>,
    /// Whether it is marked as a draft.
    pub is_draft: bool,
    /// Whether the generator does not build it today: a draft, or in Hugo a page of another time.
    pub is_hidden: bool,
    /// The path of its address, `/` at both ends; `None` where it has none, or where it is not known.
    pub address: Option<String>,
    /// Whether the generator makes a page of it, also where the address of that is not known.
    pub has_page: bool,
}

impl Entry {
    /// What to call it: its title, else its topic, else its path.
    pub fn name(&self) -> &str {
        let named = self.title.as_deref().or(self.topic.as_deref());
        named.unwrap_or_else(|| self.path.as_str())
    }

    /// Whether it is a page to be read, and not one that only leads to others or is still to be written.
    pub fn is_article(&self) -> bool {
        matches!(self.kind, Kind::Post | Kind::Page)
    }
}

/// What the body of a page says.
#[derive(Debug, Default)]
pub struct Contents {
    headings: Vec<String>,
    links: Vec<Link>,
}

/// Where a link says that it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Link {
    /// The destination of a Markdown link.
    Destination(String),
    /// The argument of Hugo's `ref` or `relref`.
    Reference(String),
}

impl Contents {
    /// Looks at the body of a page with this text.
    pub fn of(site: &Site, text: &str) -> Self {
        let body = body(site, text);
        let seen = site.generator.as_markdown(site.version, body);
        let digest = markdown::digest(seen.as_deref().unwrap_or(body));
        let mut links: Vec<Link> = digest.links.into_iter().map(Link::Destination).collect();
        links.extend(references(site, body).into_iter().map(Link::Reference));
        Self {
            headings: digest.headings,
            links,
        }
    }
}

impl Entry {
    /// A page with its links still to be resolved.
    fn of(
        site: &Site,
        path: &SitePath,
        outline: &Outline,
        contents: Contents,
    ) -> (Self, Vec<Link>) {
        let text = |name: &str| match outline.get(site, name) {
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => None,
        };
        let kind = match () {
            () if outline.is_section => Kind::Section,
            () if outline.is_generated => Kind::Post,
            () if outline.is_stub => Kind::Stub,
            () => Kind::Page,
        };
        let options = outline.front.as_ref().and_then(|front| {
            front
                .get(site.generator.options_path())
                .and_then(Value::as_table)
        });
        let topic = match kind {
            Kind::Stub => text("topic"),
            Kind::Post => options
                .and_then(|table| table.get("topic"))
                .and_then(Value::as_str)
                .map(str::to_owned),
            Kind::Page | Kind::Section => None,
        };
        let options = options.map(Options::of_post).unwrap_or_default();
        let entry = Entry {
            written_in: options
                .language
                .unwrap_or_else(|| site.writing_language(&outline.language).to_owned()),
            audience: options.audience,
            kind,
            title: text("title"),
            description: text("description"),
            topic,
            headings: contents.headings,
            terms: terms(site, outline),
            links: Vec::new(),
            is_draft: outline.get(site, "draft") == Some(&Value::Boolean(true)),
            is_hidden: outline.is_hidden,
            has_page: outline.has_page(site),
            address: outline.address.clone(),
            path: path.clone(),
            below: outline.below.clone(),
            root: outline.root,
            language: outline.language.clone(),
        };
        (entry, contents.links)
    }
}

/// The body of a page; nothing where its front matter does not end.
fn body<'t>(site: &Site, text: &'t str) -> &'t str {
    match front_matter::split(text, site.generator.split_rules()) {
        Ok(Some(split)) => &text[split.body..],
        Ok(None) => text,
        Err(_) => "",
    }
}

/// What the calls of `ref` and `relref` in a body name, where the generator has them.
fn references(site: &Site, body: &str) -> Vec<String> {
    if site.generator.refuses_dead_links() || !body.contains("ref") {
        return Vec::new();
    }
    let templates = site.generator.templates(site.version, body);
    templates
        .iter()
        .filter_map(|template| match &template.kind {
            TemplateKind::Call { name, .. } if is_reference(name) => {
                references::argument(&body[template.range.clone()], name)
            }
            _ => None,
        })
        .collect()
}

fn is_reference(name: &str) -> bool {
    ["ref", "relref"].contains(&name.to_lowercase().as_str())
}

/// The terms of a page, by taxonomy, as they are spelled.
pub fn terms(site: &Site, outline: &Outline) -> Vec<(String, Vec<String>)> {
    let names = site.taxonomy_names(&outline.language);
    let of = |name: &str| {
        let path = site.generator.taxonomy_path(name);
        let value = match path.as_slice() {
            [key] => outline.get(site, key)?,
            path => {
                let path: Vec<&str> = path.iter().map(String::as_str).collect();
                outline.front.as_ref()?.get(&path)?
            }
        };
        let terms: Vec<String> = match value {
            Value::String(term) => vec![term.clone()],
            Value::Array(terms) => terms
                .iter()
                .filter_map(|term| term.as_str().map(str::to_owned))
                .collect(),
            _ => return None,
        };
        (!terms.is_empty()).then_some(terms)
    };
    names
        .into_iter()
        .filter_map(|name| of(&name).map(|terms| (name, terms)))
        .collect()
}

/// All pages of a site, in the order of their paths.
#[derive(Debug, Clone, Default)]
pub struct Index {
    pages: Vec<Entry>,
    by_path: HashMap<SitePath, usize>,
}

impl Index {
    /// Reads these pages, which are all of the site's, on all cores.
    pub fn read(site: &Site, pages: &[content::Page], read: &Read<'_>, today: Date) -> Self {
        let seen = parallel::map(pages, |page| {
            let text = read(page);
            let outline = Outline::without_fingerprint(site, page, text.as_deref(), today);
            let contents = text.map(|text| Contents::of(site, &text));
            (outline, contents.unwrap_or_default())
        });
        let mut outlines = SitePages::new(site, &|_| None);
        let mut contents = HashMap::new();
        for (page, (outline, of_page)) in pages.iter().zip(seen) {
            contents.insert(page.path.clone(), of_page);
            outlines.put(page.path.clone(), outline);
        }
        outlines.complete();
        Self::new(&outlines, contents)
    }

    /// The index of all pages of a site, with what the body of each says.
    pub fn new(pages: &SitePages<'_>, mut contents: HashMap<SitePath, Contents>) -> Self {
        let site = pages.site;
        let of_page = |(path, outline): (&SitePath, &Rc<Outline>)| {
            let contents = contents.remove(path).unwrap_or_default();
            Entry::of(site, path, outline, contents)
        };
        let (pages, links): (Vec<Entry>, Vec<Vec<Link>>) = pages.pages.iter().map(of_page).unzip();
        let by_path = pages
            .iter()
            .map(|page| page.path.clone())
            .zip(0..)
            .collect();
        let mut index = Self { pages, by_path };
        let targets = Targets::of(site, &index);
        let resolved: Vec<Vec<usize>> = links
            .iter()
            .enumerate()
            .map(|(page, links)| targets.resolve(page, links))
            .collect();
        for (page, links) in index.pages.iter_mut().zip(resolved) {
            page.links = links;
        }
        index
    }

    /// All pages, in the order of their paths.
    pub fn pages(&self) -> &[Entry] {
        &self.pages
    }

    /// The page at a path.
    pub fn page(&self, path: &SitePath) -> Option<&Entry> {
        self.number(path).map(|number| &self.pages[number])
    }

    /// The place of a page in [`Index::pages`].
    pub fn number(&self, path: &SitePath) -> Option<usize> {
        self.by_path.get(path).copied()
    }

    /// The pages whose bodies link to each page, ascending.
    pub fn linked_from(&self) -> Vec<Vec<usize>> {
        let mut from = vec![Vec::new(); self.pages.len()];
        for (number, page) in self.pages.iter().enumerate() {
            for to in &page.links {
                from[*to].push(number);
            }
        }
        from
    }
}

#[cfg(test)]
mod tests;
