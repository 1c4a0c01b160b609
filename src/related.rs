//! Which pages of a site a post may want to link to: those that have words in common with what is asked for, the rarer
//! the better.
//!
//! The pages are put into an index by word once a run, so that a stub costs what the pages with its words cost, and not
//! what the site costs.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::index::{Entry, Index};
use crate::markdown::is_unspaced;
use crate::site::{Site, SitePath};
use crate::stub::Stub;
use crate::topic::Reader;

/// A prompt names no more pages than these: enough for the two or three links that a post needs, and few enough that
/// none is far-fetched.
pub const MOST: usize = 8;

/// A page that reaches less of the best one's score than this has little to do with the topic.
const LEAST_SHARE: f64 = 0.05;

/// How much a word in each part of a page counts.
const TITLE: f64 = 3.0;
const TERM: f64 = 2.0;
const DESCRIPTION: f64 = 1.5;
const HEADING: f64 = 1.0;
/// A word that stands in all of them counts no more than this.
const MOST_WEIGHT: f64 = 5.0;

/// How much a word of the author's notes counts, where one of the topic counts 1.
const BRIEF: f64 = 0.25;

/// So many characters of a text are looked at. It is the beginning of notes that says what they are about.
const LOOKED_AT: usize = 2_000;

/// Pages of a site by their words.
#[derive(Debug)]
pub struct Related<'a> {
    /// Pages that may be linked to, by language: that of their place, and that of their text.
    shelves: HashMap<(&'a str, &'a str), Shelf<'a>>,
}

/// The pages of one language.
#[derive(Debug)]
struct Shelf<'a> {
    reader: Reader,
    pages: Vec<&'a Entry>,
    /// The pages that a word stands in, and how much it counts there.
    by_word: HashMap<u64, Vec<(usize, f64)>>,
}

impl<'a> Related<'a> {
    /// Sorts the pages of a site that are published, have an address and a form in which they can be linked to.
    pub fn new(index: &'a Index, site: &Site) -> Self {
        let mut shelves: HashMap<_, Shelf<'a>> = HashMap::new();
        let can_be_linked = |page: &&Entry| is_linkable(page, site);
        for page in index.pages().iter().filter(can_be_linked) {
            let shelf = shelves
                .entry((page.language.as_str(), page.written_in.as_str()))
                .or_insert_with(|| Shelf::new(&page.written_in));
            shelf.add(page);
        }
        Self { shelves }
    }

    /// The pages that a post may link to, the nearest first, at most [`MOST`]. Those that it builds on come before all
    /// others, in the author's order.
    pub fn of(&self, stub: &Stub, tags: &[String]) -> Vec<&'a Entry> {
        let language = (stub.page_language.as_str(), stub.language.as_str());
        let Some(shelf) = self.shelves.get(&language) else {
            return Vec::new();
        };
        let built_on = stub.request.options.context.iter().filter_map(|path| {
            let path = SitePath::new(path.clone());
            shelf.pages.iter().find(|page| page.path == path)
        });
        let mut found: Vec<&Entry> = built_on.copied().collect();
        for page in shelf.nearest(&query(stub, tags, &shelf.reader)) {
            if page.path != stub.path && !found.iter().any(|other| other.path == page.path) {
                found.push(page);
            }
        }
        found.truncate(MOST);
        found
    }
}

/// Whether a page is there to be read, published, and of a path that a link can hold.
fn is_linkable(page: &Entry, site: &Site) -> bool {
    page.is_article()
        && !page.is_hidden
        && page.title.is_some()
        && page.has_page
        && site.generator.page_link(&page.below).is_some()
}

impl<'a> Shelf<'a> {
    fn new(language: &str) -> Self {
        Self {
            reader: Reader::new(language),
            pages: Vec::new(),
            by_word: HashMap::new(),
        }
    }

    fn add(&mut self, page: &'a Entry) {
        let number = self.pages.len();
        self.pages.push(page);
        let mut weights: BTreeMap<u64, f64> = BTreeMap::new();
        let mut add = |text: &str, weight: f64| {
            for word in words(text, &self.reader) {
                *weights.entry(word).or_default() += weight;
            }
        };
        add(page.title.as_deref().unwrap_or_default(), TITLE);
        add(page.topic.as_deref().unwrap_or_default(), TITLE / 2.0);
        add(page.description.as_deref().unwrap_or_default(), DESCRIPTION);
        for (_, terms) in page.terms.iter().filter(|(name, _)| name == "tags") {
            add(&terms.join("\n"), TERM);
        }
        add(&page.headings.join("\n"), HEADING);
        for (word, weight) in weights {
            let pages = self.by_word.entry(word).or_default();
            pages.push((number, weight.min(MOST_WEIGHT)));
        }
    }

    /// The pages that have words in common with the query, the nearest first; ties by path.
    fn nearest(&self, query: &BTreeMap<u64, f64>) -> Vec<&'a Entry> {
        let mut scores: HashMap<usize, f64> = HashMap::new();
        for (word, weight) in query {
            let Some(pages) = self.by_word.get(word) else {
                continue;
            };
            let weight = weight * self.rarity(pages.len());
            for (page, in_page) in pages {
                *scores.entry(*page).or_default() += weight * in_page;
            }
        }
        let mut scores: Vec<(usize, f64)> = scores.into_iter().collect();
        // Pages have their numbers in the order of their paths.
        scores.sort_by(|(a, score), (b, other)| other.total_cmp(score).then(a.cmp(b)));
        let best = scores.first().map_or(0.0, |(_, score)| *score);
        scores
            .into_iter()
            .take_while(|(_, score)| *score >= best * LEAST_SHARE)
            .take(MOST + 1)
            .map(|(page, _)| self.pages[page])
            .collect()
    }

    /// The inverse document frequency of a word in `count` of the pages, as in BM25: never negative.
    fn rarity(&self, count: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "numbers of pages are small")]
        let (all, count) = (self.pages.len() as f64, count as f64);
        (1.0 + (all - count + 0.5) / (count + 0.5)).ln()
    }
}

/// What a stub asks for, word by word.
fn query(stub: &Stub, tags: &[String], reader: &Reader) -> BTreeMap<u64, f64> {
    let mut query = BTreeMap::new();
    let mut add = |text: &str, weight: f64| {
        for word in words(text, reader) {
            let known = query.entry(word).or_insert(weight);
            *known = weight.max(*known);
        }
    };
    add(&stub.request.topic, 1.0);
    for text in stub.request.options.keywords.iter().chain(tags) {
        add(text, 0.7);
    }
    add(&stub.request.brief, BRIEF);
    query
}

/// The words of a text that count, as numbers, each once; of a script without blanks between words, every two characters that
/// follow each other.
fn words(text: &str, reader: &Reader) -> BTreeSet<u64> {
    let text: String = text.chars().take(LOOKED_AT).collect();
    let spaced = text.replace(is_unspaced, " ");
    let topic = reader.read(&spaced);
    let mut found: BTreeSet<u64> = topic.numbers_of_words().collect();
    let mut before = None;
    for character in text.chars() {
        let unspaced = Some(character).filter(|c| is_unspaced(*c));
        if let (Some(before), Some(character)) = (before, unspaced) {
            found.insert(u64::from(u32::from(before)) << 32 | u64::from(u32::from(character)));
        }
        before = unspaced;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_have_words_in_common() {
        let common = |language: &str, one: &str, other: &str| {
            let reader = Reader::new(language);
            let other = words(other, &reader);
            words(one, &reader).intersection(&other).count()
        };
        assert!(common("en", "How do I back up an index?", "Backups") > 0);
        assert_eq!(common("en", "How do I do it?", "How to bake a loaf"), 0);
        assert!(common("de", "Wie sichere ich Redis?", "Redis und seine Sicherung") > 0);
        assert_eq!(common("ja", "Gitの競合を解決", "競合とは"), 1);
    }
}
