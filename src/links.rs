//! How the pages of a site link to each other, and which links would help.
//!
//! A link counts where it stands in the text of a page that is published: lists of sections and tags, menus and drafts lead
//! nobody anywhere. What is looked at are the published pages in sections; those at the top of the content, such as `about.md`,
//! are reached by the site's templates.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Edit;
use crate::index::{Entry, Index};
use crate::related::Related;
use crate::site::{Site, SitePath};

mod phrases;

use phrases::{Phrases, Prose};

/// So many pages are told of as hubs.
const HUBS: usize = 5;
/// A page that fewer pages link to is no hub.
const LEAST_LINKS: usize = 3;
/// Longer texts are changed by hand.
const LONGEST: usize = 1024 * 1024;

/// How the pages link to each other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// The pages that were looked at, as indices into [`Index::pages`].
    pub pages: Vec<usize>,
    /// Those that no text of another page links to.
    pub orphans: Vec<usize>,
    /// Those whose text links to no page of the site.
    pub dead_ends: Vec<usize>,
    /// Those that most pages link to, the most first, and how many do.
    pub hubs: Vec<(usize, usize)>,
}

/// A link that would help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The page that would link.
    pub from: usize,
    /// The page that it would link to.
    pub to: usize,
    /// The words that would become the link; `None` for a line of its own at the end.
    pub phrase: Option<String>,
    /// The line, from 1.
    pub line: usize,
    /// The change, in bytes of the file.
    pub edit: Edit,
}

impl Links {
    /// Looks at the links between the pages.
    pub fn of(index: &Index) -> Self {
        let pages = index.pages();
        let looked_at: Vec<usize> = (0..pages.len())
            .filter(|page| is_looked_at(&pages[*page]))
            .collect();
        let from = index.linked_from();
        let readers = |page: usize| {
            let from = from[page].iter();
            from.filter(|from| counts(&pages[**from])).count()
        };
        let mut hubs: Vec<(usize, usize)> = looked_at
            .iter()
            .map(|page| (*page, readers(*page)))
            .filter(|(_, links)| *links >= LEAST_LINKS)
            .collect();
        hubs.sort_by_key(|(page, links)| (std::cmp::Reverse(*links), *page));
        hubs.truncate(HUBS);
        let of_looked_at = |wanted: &dyn Fn(usize) -> bool| {
            let pages = looked_at.iter().copied();
            pages.filter(|page| wanted(*page)).collect()
        };
        Self {
            orphans: of_looked_at(&|page| readers(page) == 0),
            dead_ends: of_looked_at(&|page| pages[page].links.is_empty()),
            hubs,
            pages: looked_at,
        }
    }

    /// A link to each orphan and one from each dead end, where a page is near enough. `read` gives the text of a page, and where
    /// its body begins.
    pub fn suggest(
        &self,
        index: &Index,
        site: &Site,
        read: &dyn Fn(&SitePath) -> Option<(String, usize)>,
    ) -> Vec<Suggestion> {
        let mut writer = Writer {
            index,
            site,
            read,
            phrases: Phrases::of(index),
            texts: BTreeMap::new(),
            taken: BTreeSet::new(),
            suggestions: Vec::new(),
        };
        let related = Related::new(index, site);
        let near = |page: usize| -> Vec<usize> {
            let near = related.to(&index.pages()[page]);
            let numbers = near.iter().filter_map(|page| index.number(&page.path));
            numbers.collect()
        };
        for orphan in &self.orphans {
            let pairs: Vec<_> = near(*orphan)
                .into_iter()
                .map(|from| (from, *orphan))
                .collect();
            writer.suggest(&pairs);
        }
        for end in &self.dead_ends {
            if !writer.suggestions.iter().any(|known| known.from == *end) {
                let pairs: Vec<_> = near(*end).into_iter().map(|to| (*end, to)).collect();
                writer.suggest(&pairs);
            }
        }
        writer.suggestions.sort_by(|a, b| {
            let key = |one: &Suggestion| (one.from, one.edit.range.start, one.to);
            key(a).cmp(&key(b))
        });
        writer.suggestions
    }
}

/// Whether links in the text of a page lead readers somewhere.
fn counts(page: &Entry) -> bool {
    page.kind != crate::index::Kind::Stub && !page.is_hidden
}

fn is_looked_at(page: &Entry) -> bool {
    page.is_article() && !page.is_hidden && page.has_page && page.below.contains('/')
}

/// Writes links into texts, one after the other.
struct Writer<'a> {
    index: &'a Index,
    site: &'a Site,
    read: &'a dyn Fn(&SitePath) -> Option<(String, usize)>,
    phrases: Phrases<'a>,
    /// The texts that were read.
    texts: BTreeMap<usize, Option<Prose>>,
    /// The pairs of pages that are linked already.
    taken: BTreeSet<(usize, usize)>,
    suggestions: Vec<Suggestion>,
}

impl Writer<'_> {
    /// The first of these links that has words to stand on; else the first, as a line of its own.
    fn suggest(&mut self, pairs: &[(usize, usize)]) {
        let open: Vec<(usize, usize)> = pairs
            .iter()
            .copied()
            .filter(|pair| self.is_open(*pair))
            .collect();
        let found = open
            .iter()
            .find_map(|pair| self.on_words(*pair))
            .or_else(|| open.iter().find_map(|pair| self.at_end(*pair)));
        if let Some(suggestion) = found {
            self.taken.insert((suggestion.from, suggestion.to));
            self.suggestions.push(suggestion);
        }
    }

    fn is_open(&self, (from, to): (usize, usize)) -> bool {
        let pages = self.index.pages();
        let is_own = self
            .site
            .roots
            .get(pages[from].root)
            .is_some_and(|root| root.writable);
        is_own
            && from != to
            && pages[from].is_article()
            && !pages[from].links.contains(&to)
            && !self.taken.contains(&(from, to))
    }

    fn prose(&mut self, page: usize) -> Option<&Prose> {
        let (read, site) = (self.read, self.site);
        let path = &self.index.pages()[page].path;
        let prose = self.texts.entry(page).or_insert_with(|| {
            let (text, body) = read(path).filter(|(text, _)| text.len() <= LONGEST)?;
            Some(Prose::of(text, body, site))
        });
        prose.as_ref()
    }

    fn on_words(&mut self, (from, to): (usize, usize)) -> Option<Suggestion> {
        let dest = self
            .site
            .generator
            .page_link(&self.index.pages()[to].below)?;
        // The words may mean something else in a text on another subject.
        if !self.phrases.are_near(from, to, 1) {
            return None;
        }
        let phrases = self.phrases.naming(to);
        let used: Vec<_> = self
            .suggestions
            .iter()
            .filter(|known| known.from == from)
            .map(|known| known.edit.range.clone())
            .collect();
        let prose = self.prose(from)?;
        let range = phrases.iter().find_map(|phrase| {
            prose.find(phrase, &|range| {
                used.iter()
                    .all(|used| used.end <= range.start || range.end <= used.start)
            })
        })?;
        let phrase = prose.text[range.clone()].to_owned();
        let edit = Edit::replace(range.clone(), format!("[{phrase}]({dest})"));
        prose.proves(&edit).then(|| Suggestion {
            from,
            to,
            line: prose.line(range.start),
            phrase: Some(phrase),
            edit,
        })
    }

    /// A line at the end of the text, where the two pages are on one subject, in a language in which its first words are known.
    fn at_end(&mut self, (from, to): (usize, usize)) -> Option<Suggestion> {
        let target = &self.index.pages()[to];
        if !self.phrases.are_near(from, to, 2) {
            return None;
        }
        let dest = self.site.generator.page_link(&target.below)?;
        let title = plain(target.title.as_deref()?)?;
        let words = see_also(&self.index.pages()[from].written_in)?;
        let is_first = !self
            .suggestions
            .iter()
            .any(|known| known.from == from && known.phrase.is_none());
        let prose = self.prose(from)?;
        let at = prose.text.trim_end().len();
        let newline = if prose.text[..at].contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let end = prose.text[at..].find('\n').map_or(newline, |_| "");
        let line = format!("{newline}{newline}{words} [{title}]({dest}){end}");
        let edit = Edit::insert(at, line);
        (is_first && prose.proves(&edit)).then(|| Suggestion {
            from,
            to,
            phrase: None,
            line: prose.line(at) + 2,
            edit,
        })
    }
}

/// A title as the text of a link, where no Markdown and no template has to be escaped in it.
fn plain(title: &str) -> Option<String> {
    let is_plain = !title.contains([
        '[', ']', '{', '}', '<', '>', '`', '*', '_', '\\', '|', '&', '~', '\n',
    ]);
    is_plain.then(|| title.trim().to_owned())
}

/// What stands before a link at the end of a text.
fn see_also(language: &str) -> Option<&'static str> {
    let language = language.to_lowercase();
    Some(match language.split(['-', '_']).next()? {
        "en" => "See also:",
        "de" => "Siehe auch:",
        "fr" => "Voir aussi :",
        "es" => "Véase también:",
        "it" => "Vedi anche:",
        "pt" => "Veja também:",
        "nl" => "Zie ook:",
        "sv" => "Se även:",
        "da" | "nb" | "no" => "Se også:",
        "pl" => "Zobacz też:",
        "ru" => "См. также:",
        "ja" => "関連記事：",
        "zh" => "另见：",
        "ar" => "انظر أيضًا:",
        _ => return None,
    })
}

#[cfg(test)]
mod tests;
