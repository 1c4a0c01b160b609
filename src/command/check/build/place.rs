//! Where what a generator said belongs: to a page and a line, to another file of the site, or to its configuration.

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Component, Path};

use super::super::super::workspace::PAGE_LIMIT;
use super::output::without_base;
use crate::content::{Page, Walk};
use crate::disk;
use crate::finding::{Finding, Severity};
use crate::front_matter;
use crate::generator::build::{BuildMessage, ListedPage, NamedFile, Position, between};
use crate::report::Sources;
use crate::site::{Site, SitePath};

/// So much of the start and the end of a long message is told, in characters: what it is about, and the innermost cause.
const ENDS: (usize, usize) = (120, 180);

/// The message, or its start and its end, where it is told whole in the help.
fn in_short(text: &str) -> Cow<'_, str> {
    let (first, last) = ENDS;
    let at = |number: usize| text.char_indices().nth(number).map(|(at, _)| at);
    let length = text.chars().count();
    match (at(first), at(length.saturating_sub(last))) {
        (Some(end), Some(start)) if length > first + last => {
            Cow::Owned(format!("{} … {}", &text[..end], &text[start..]))
        }
        _ => Cow::Borrowed(text),
    }
}

/// What is needed to find a place.
pub(super) struct Places<'a> {
    pub(super) site: &'a Site,
    pub(super) walk: &'a Walk,
    /// The folders that the site's own may be called by.
    pub(super) roots: &'a [&'a Path],
    pub(super) listed: &'a [ListedPage],
    pub(super) sources: &'a mut Sources,
}

/// A file that a message is about.
enum Spot<'a> {
    Page(&'a Page),
    File(SitePath),
}

impl<'a> Places<'a> {
    /// The messages as findings.
    pub(super) fn findings(&mut self, messages: &[BuildMessage]) -> Vec<Finding> {
        messages
            .iter()
            .flat_map(|message| match &message.target {
                Some(target) => self.collision(message, target),
                None => self.about(message),
            })
            .collect()
    }

    /// One finding; where it names several pages and no line, one for each.
    fn about(&mut self, message: &BuildMessage) -> Vec<Finding> {
        let spots: Vec<(Spot<'a>, &NamedFile)> = message
            .files
            .iter()
            .filter_map(|file| Some((self.spot(&file.path)?, file)))
            .collect();
        let mut pages: Vec<&'a Page> = Vec::new();
        for (spot, _) in &spots {
            if let Spot::Page(page) = spot
                && !pages.iter().any(|other| other.path == page.path)
            {
                pages.push(page);
            }
        }
        if pages.is_empty() {
            pages.extend(self.page_in_text(&message.text));
        }
        let is_placed =
            message.position.is_some() || message.files.iter().any(|file| file.position.is_some());
        if pages.len() > 1 && !is_placed {
            return pages
                .iter()
                .map(|page| self.say(message, &page.path))
                .collect();
        }
        let (path, position) = match (pages.first(), spots.first()) {
            (Some(page), _) => {
                let is_own =
                    |spot: &Spot<'_>| matches!(spot, Spot::Page(other) if other.path == page.path);
                let mut own = spots.iter().filter(|(spot, _)| is_own(spot));
                let position = own.find_map(|(_, file)| file.position);
                (page.path.clone(), position.or(message.position))
            }
            (None, Some((Spot::File(path), file))) => (path.clone(), file.position),
            // A position without a name is one in the configuration.
            _ if message.files.is_empty() => (self.site.config.clone(), message.position),
            _ => (self.site.config.clone(), None),
        };
        let mut finding = self.say(message, &path);
        finding.span = match position {
            Some(position) => self.span(&path, position),
            None if pages.is_empty() || message.leaves_out => None,
            None => self.span_of_words(&path, &message.text),
        };
        vec![finding]
    }

    /// The page whose whole path stands in a text: a name may hold the marks that names are told by. Of two, the longer one.
    fn page_in_text(&self, text: &str) -> Option<&'a Page> {
        let is_named = |page: &&Page| {
            let mut files = self.roots.iter().map(|root| root.join(page.path.as_str()));
            files.any(|file| text.contains(&*file.to_string_lossy()))
        };
        let named = self.walk.pages.iter().filter(is_named);
        named.max_by_key(|page| page.path.as_str().len())
    }

    /// The finding with the message, about a file as a whole.
    fn say(&self, message: &BuildMessage, path: &SitePath) -> Finding {
        let title = self.site.generator.title();
        let mut text = message.text.clone();
        for root in self.roots {
            text = text.replace(&format!("{}/", root.display()), "");
        }
        if message.leaves_out {
            let why = text.strip_prefix("ignored: ").unwrap_or(&text);
            let message = format!("{title} leaves this page out of the site: {why}");
            return Finding::new("not-built", Severity::Warning, path, message);
        }
        let rule = match message.severity {
            Severity::Error => "build-error",
            Severity::Warning | Severity::Info => "build-warning",
        };
        let short = in_short(&text);
        let finding = Finding::new(rule, message.severity, path, format!("{title}: {short}"));
        if short == text {
            finding
        } else {
            finding.help(format!("in full: {text}"))
        }
    }

    /// The pages that are written to one file.
    fn collision(&mut self, message: &BuildMessage, target: &str) -> Vec<Finding> {
        let target = target.trim_end_matches("index.html");
        let written: Vec<&Page> = self
            .listed
            .iter()
            .filter(|listed| {
                let address = listed.address.as_deref();
                address.is_some_and(|address| without_base(self.site, address) == target)
            })
            .filter_map(|listed| {
                let mut pages = self.walk.pages.iter();
                pages.find(|page| page.path.as_str() == listed.path)
            })
            .collect();
        if written.is_empty() {
            return vec![self.say(message, &self.site.config)];
        }
        let names: Vec<&str> = written.iter().map(|page| page.path.as_str()).collect();
        let help = if names.len() > 1 {
            let names = names.join(", ");
            format!("written there: {names}; give each an address of its own")
        } else {
            "something else of the site is written there; give the page an address of its own"
                .to_owned()
        };
        let say = |page: &&Page| self.say(message, &page.path).help(help.clone());
        written.iter().map(say).collect()
    }

    /// The file of the site that a name stands for: absolute, from the site's root, or from a content folder.
    fn spot(&self, name: &str) -> Option<Spot<'a>> {
        let path = Path::new(name);
        let mut roots = self.roots.iter();
        let below = roots.find_map(|root| path.strip_prefix(root).ok());
        let shown = match below {
            Some(below) => SitePath::from_path(Path::new(""), below),
            None => SitePath::new(name.replace('\\', "/")),
        };
        let mut pages = self.walk.pages.iter();
        let page = pages
            .find(|page| page.path == shown || page.file == path || page.below == shown.as_str());
        if let Some(page) = page {
            return Some(Spot::Page(page));
        }
        let is_inside = below
            .unwrap_or(path)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        let file = self.site.root.join(shown.as_str());
        (is_inside && disk::is_file(&file)).then_some(Spot::File(shown))
    }

    /// The text of a file of the site, which is kept to show lines of it.
    fn text(&mut self, path: &SitePath) -> Option<&str> {
        if !self.sources.contains_key(path) {
            let page = self.walk.pages.iter().find(|page| page.path == *path);
            let file = match page {
                Some(page) => page.file.clone(),
                None => self.site.root.join(path.as_str()),
            };
            let text = disk::read_text(&file, PAGE_LIMIT).ok()?;
            self.sources.insert(path.clone(), text);
        }
        self.sources.get(path).map(String::as_str)
    }

    /// The only place in a page at which words stand that the message quotes.
    fn span_of_words(&mut self, path: &SitePath, message: &str) -> Option<Range<usize>> {
        let text = self.text(path)?;
        let quoted = ['`', '"', '\'']
            .into_iter()
            .flat_map(|mark| between(message, mark));
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        quoted
            .filter(|words| words.len() > 2 && words.len() < 200)
            .find_map(|words| {
                let mut places = text.match_indices(&words).filter(|(at, _)| {
                    let (before, after) = (&text[..*at], &text[at + words.len()..]);
                    !is_word(before.chars().next_back()) && !is_word(after.chars().next())
                });
                let (at, _) = places.next()?;
                places.next().is_none().then(|| at..at + words.len())
            })
    }

    /// The bytes from a position to the end of its line, in a file that can be read.
    fn span(&mut self, path: &SitePath, position: Position) -> Option<Range<usize>> {
        let split_rules = self.site.generator.split_rules();
        let text = self.text(path)?;
        let start = if position.in_body {
            let split = front_matter::split(text, split_rules).ok().flatten()?;
            let body = &text[split.body..];
            let blank = body.len() - body.trim_start().len();
            split.body + body[..blank].rfind('\n').map_or(0, |at| at + 1)
        } else {
            0
        };
        let mut at = start;
        let mut last = start..start;
        // A place behind the last line is one at its end.
        for line in text[start..].split_inclusive('\n').take(position.line) {
            if !line.trim().is_empty() {
                last = at..at + line.trim_end().len();
            }
            at += line.len();
        }
        let column = text[last.clone()]
            .char_indices()
            .nth(position.column.saturating_sub(1))
            .map_or(0, |(at, _)| at);
        Some(last.start + column..last.end)
    }
}
