//! A page as rules see it: parsed once, by the rules of the generator that will read it.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::front_matter::date::{expired, published};
use super::{Rule, SitePages, outline};
use crate::config;
use crate::finding::{Finding, Severity};
use crate::front_matter::{FrontMatter, FrontMatterError, Split, Value};
use crate::generator::{RefusedKey, Template};
use crate::markdown;
use crate::site::{Site, SitePath};
use crate::stub::Provenance;

/// A page as rules see it: parsed once, by the rules of the generator that will read it.
#[derive(Debug)]
pub struct Page<'a> {
    /// The page's path.
    pub path: &'a SitePath,
    /// The whole file.
    pub text: &'a str,
    /// The language of the page.
    pub language: &'a str,
    /// The site it belongs to.
    pub site: &'a Site,
    /// Whether the page lies below a section of its content folder.
    pub in_section: bool,
    /// The day of the check in UTC, for dates that are still to come.
    pub today: jiff::civil::Date,
    /// Where the front matter is: an error where the generator would refuse it, `None` where there is none.
    pub split: Result<Option<Split>, FrontMatterError>,
    /// What the front matter says.
    pub front: Option<Result<FrontMatter, FrontMatterError>>,
    /// The bytes of the body.
    pub body: Range<usize>,
    /// The body as Markdown sees it, each byte in its place: without the marks of raw text, where the generator has them.
    pub markdown: Cow<'a, str>,
    /// The body as Zola's and Postwright's Markdown parser reads it, with the bytes of the file each event stands for.
    pub events: Vec<(Event<'a>, Range<usize>)>,
    /// The bytes of all code, in order: blocks with their fences, spans with their backticks.
    pub code: Vec<Range<usize>>,
    /// The template syntax in the body, in order, with bytes of the file.
    pub templates: Vec<Template>,
    /// The bytes of the file that the generator takes out before Markdown is read, in order.
    pub taken_out: Vec<Range<usize>>,
    /// Whether Postwright wrote it: it has provenance, or is about to get it.
    pub is_generated: bool,
    /// All pages of the site, where they are known.
    pub pages: Option<&'a SitePages<'a>>,
    /// What the site wants of its posts, where it is known.
    pub wanted: Option<&'a config::Post>,
    /// Whether this is what a fix would make of a page, looked at to prove the fix: no more fixes are made for it.
    pub is_trial: bool,
    /// Whether its errors count although it is a draft: see [`Page::as_published`].
    pub counts_as_published: bool,
}

impl<'a> Page<'a> {
    /// Parses a page.
    pub fn parse(
        path: &'a SitePath,
        text: &'a str,
        language: &'a str,
        site: &'a Site,
        today: jiff::civil::Date,
    ) -> Self {
        let split = crate::front_matter::split(text, site.generator.split_rules());
        let front = match &split {
            Ok(Some(split)) => Some(outline::front_of(site, text, split)),
            _ => None,
        };
        let start = match &split {
            Ok(Some(split)) => split.body,
            Ok(None) => 0,
            Err(_) => text.len(),
        };
        let markdown = match site.generator.as_markdown(site.version, &text[start..]) {
            Some(seen) => Cow::Owned(seen),
            None => Cow::Borrowed(&text[start..]),
        };
        let events = match &markdown {
            Cow::Borrowed(body) => markdown::events(body),
            Cow::Owned(seen) => markdown::events(seen)
                .into_iter()
                .map(|(event, range)| (event.into_static(), range))
                .collect(),
        };
        let events: Vec<_> = events
            .into_iter()
            .map(|(event, range)| (event, moved(range, start)))
            .collect();
        let code = events
            .iter()
            .filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_)) | Event::Code(_)))
            .map(|(_, range)| range.clone())
            .collect();
        let mut templates = site.generator.templates(site.version, &text[start..]);
        for template in &mut templates {
            template.range = moved(template.range.clone(), start);
            for edit in &mut template.literal {
                edit.range = moved(edit.range.clone(), start);
            }
        }
        let taken_out = site
            .generator
            .taken_out(site, &text[start..])
            .into_iter()
            .map(|range| moved(range, start))
            .collect();
        let folder = site
            .roots
            .iter()
            .map(|root| SitePath::from_path(&site.root, &root.dir))
            .filter_map(|root| {
                path.as_str()
                    .strip_prefix(root.as_str())?
                    .strip_prefix('/')
                    .map(str::to_owned)
            })
            .min_by_key(String::len);
        let in_section = folder.is_some_and(|below| below.contains('/'));
        Self {
            path,
            text,
            language,
            site,
            in_section,
            today,
            split,
            front,
            body: start..text.len(),
            markdown,
            events,
            code,
            templates,
            taken_out,
            is_generated: false,
            pages: None,
            wanted: None,
            is_trial: false,
            counts_as_published: false,
        }
        .with_provenance()
    }

    /// The keys of the front matter whose values stop the generator: see [`crate::generator::Generator::refused_keys`].
    pub fn refused_keys(&self) -> Option<Vec<RefusedKey>> {
        let split = self.split.as_ref().ok()?.as_ref()?;
        let matter = self.text.get(split.matter.clone())?;
        let version = self.site.version;
        let is_section = self.is_section();
        self.site
            .generator
            .refused_keys(version, split.format, matter, is_section)
    }

    fn with_provenance(mut self) -> Self {
        let front = self.front();
        self.is_generated = front.is_some_and(|front| is_generated(front, self.site));
        self
    }

    /// The same page, as a post that Postwright wrote and has not signed yet.
    #[must_use]
    pub fn as_generated(mut self) -> Self {
        self.is_generated = true;
        self
    }

    /// The same page, with errors in its body that are errors also where it is a draft: it is about to be published, or
    /// to be built with the drafts.
    #[must_use]
    pub fn as_published(mut self) -> Self {
        self.counts_as_published = true;
        self
    }

    /// The same page, with all pages of the site to look for the targets of links in.
    #[must_use]
    pub fn among(mut self, pages: &'a SitePages<'a>) -> Self {
        self.pages = Some(pages);
        self
    }

    /// The same page, with what the site wants of its posts.
    #[must_use]
    pub fn wanting(mut self, wanted: &'a config::Post) -> Self {
        self.wanted = Some(wanted);
        self
    }

    /// Whether byte `at` of the file stands in code.
    pub fn in_code(&self, at: usize) -> bool {
        let before = self.code.partition_point(|range| range.start <= at);
        before > 0 && self.code[before - 1].contains(&at)
    }

    /// Whether the body is a template, in which `{#` begins a comment.
    pub fn is_template(&self) -> bool {
        let generator = self.site.generator;
        generator.has_templates(self.site.version) && generator.depends_on_version(self.body())
    }

    /// Whether byte `at` of the file is one that Markdown never sees, as of a shortcode in Hugo.
    pub fn is_taken_out(&self, at: usize) -> bool {
        let before = self.taken_out.partition_point(|range| range.start <= at);
        before > 0 && self.taken_out[before - 1].contains(&at)
    }

    /// The front matter, where it could be read.
    pub fn front(&self) -> Option<&FrontMatter> {
        self.front.as_ref().and_then(|front| front.as_ref().ok())
    }

    /// The author's key of this name, as it is spelled in the page: Hugo does not tell capitals from small letters.
    pub fn key(&self, name: &str) -> Option<&str> {
        let ignore_case = self.site.generator.keys_ignore_case();
        let mut keys = self.front()?.table().keys();
        keys.find(|key| *key == name || (ignore_case && key.eq_ignore_ascii_case(name)))
            .map(String::as_str)
    }

    /// The first line of the file, to point at where something is missing.
    pub fn front_start(&self) -> Range<usize> {
        0..self.text.find('\n').unwrap_or(self.text.len())
    }

    /// Whether this is a section's own page.
    pub fn is_section(&self) -> bool {
        self.site.generator.is_section_file(self.path.file_name())
    }

    /// Whether the page lies in a section, as posts do, and not at the top of the content folder.
    pub fn is_post(&self) -> bool {
        self.in_section
    }

    /// Whether the page is a draft: where it is built, other drafts are.
    pub fn is_draft(&self) -> bool {
        let key = self.key("draft");
        self.front()
            .zip(key)
            .is_some_and(|(front, key)| front.get(&[key]) == Some(&Value::Boolean(true)))
    }

    /// Why the generator does not render the body of this page, so that it does not stop at what rendering it would refuse;
    /// `None` where it does.
    pub fn unrendered(&self) -> Option<&'static str> {
        let value = |name: &str| self.front()?.get(&[self.key(name)?]);
        if self.counts_as_published {
            // All the rest is built as drafts are.
        } else if self.is_draft() {
            return Some("this page is a draft; once it is published, this is an error");
        } else if self.site.generator.leaves_out_future_pages()
            && (published(self.site, value).is_some_and(|(_, day)| day > self.today)
                || expired(self.site, value).is_some_and(|(_, day)| day < self.today))
        {
            return Some("this page is of another time; while it is published, this is an error");
        }
        self.front()
            .is_some_and(|front| self.site.generator.is_unrendered(self.site, front.table()))
            .then_some(
                "this page is not written; where another page shows its text, this is an error",
            )
    }

    /// Whether it is a part that other pages read, and not meant to be a page: a section above it keeps it from being
    /// written, or it lies in a folder such as `_includes`. Zola makes a page of anything.
    pub fn is_part(&self) -> bool {
        let outline = self.pages.and_then(|pages| pages.pages.get(self.path));
        !self.site.generator.requires_front_matter()
            && outline.is_some_and(|outline| {
                let mut folders = outline.home().split('/');
                outline.is_unlisted || folders.any(|folder| folder.starts_with('_'))
            })
    }

    /// The body's text.
    pub fn body(&self) -> &'a str {
        &self.text[self.body.clone()]
    }

    /// A finding about this page, to be completed.
    pub fn finding(
        &self,
        rule: &dyn Rule,
        severity: Severity,
        message: impl Into<String>,
    ) -> Finding {
        Finding::new(rule.name(), severity, self.path, message)
    }
}

/// Whether a page has provenance.
pub(super) fn is_generated(front: &FrontMatter, site: &Site) -> bool {
    let options = front.get(site.generator.options_path());
    matches!(options, Some(Value::Table(table)) if Provenance::is_in(table))
}

/// A range of the body as one of the file.
fn moved(range: Range<usize>, start: usize) -> Range<usize> {
    range.start + start..range.end + start
}
