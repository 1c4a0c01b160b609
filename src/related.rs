//! Which pages of a site a post may want to link to: those that have words in common with what is asked for, the rarer
//! the better.
//!
//! The pages are put into an index by word once a run, so that a stub costs what the pages with its words cost, and not
//! what the site costs.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use unicode_segmentation::UnicodeSegmentation;

use crate::index::{Entry, Index};
use crate::markdown::is_unspaced;
use crate::site::{Site, SitePath};
use crate::stub::Stub;

/// A prompt names no more pages than these: enough for the two or three links that a post needs, and few enough that
/// none is far-fetched.
pub const MOST: usize = 8;

/// A page that reaches less of the best one's score than this has little to do with the topic.
const LEAST_SHARE: f64 = 0.2;

/// How much a word in each part of a page counts.
const TITLE: f64 = 3.0;
const TERM: f64 = 2.0;
const DESCRIPTION: f64 = 1.5;
const HEADING: f64 = 1.0;
/// A word that stands in all of them counts no more than this.
const MOST_WEIGHT: f64 = 5.0;

/// How much a word of the author's notes counts, where one of the topic counts 1.
const BRIEF: f64 = 0.25;

/// Words that say nothing of a topic, in the languages in which most sites are written. In others, and in large sites, it
/// is enough that words which stand in every second title count little.
const EMPTY_WORDS: &str = "a an the and or not of in on at to for from by with without as is are was be do does did can \
    could should would how what when where which who why i my me you your we our it its this that these those there if \
    then than into about vs using use \
    der die das den dem des ein eine einen einem einer und oder nicht im in am an auf aus bei mit ohne für von vom zu zum \
    zur ist sind wie was wann wo wer warum ich mein meine man wenn als es sich \
    le la les un une des du de et ou ne pas en au aux à pour par avec sans sur est sont comment que quoi quand où qui \
    pourquoi je mon ma mes il elle on ce cette ces se \
    el los las una unos unas y o no en al a para por con sin sobre es son cómo qué cuándo dónde quién yo mi su lo \
    il lo gli uno e di da con su per tra è come che cosa";

static EMPTY: LazyLock<HashSet<&str>> = LazyLock::new(|| EMPTY_WORDS.split_whitespace().collect());

/// Pages of a site by their words.
#[derive(Debug)]
pub struct Related<'a> {
    /// Pages that may be linked to, by language: that of their place, and that of their text.
    shelves: HashMap<(&'a str, &'a str), Shelf<'a>>,
}

/// The pages of one language.
#[derive(Debug, Default)]
struct Shelf<'a> {
    pages: Vec<&'a Entry>,
    /// The pages that a word stands in, and how much it counts there.
    by_word: HashMap<String, Vec<(usize, f64)>>,
}

impl<'a> Related<'a> {
    /// Sorts the pages of a site that are published, have an address and a form in which they can be linked to.
    pub fn new(index: &'a Index, site: &Site) -> Self {
        let mut shelves: HashMap<_, Shelf<'a>> = HashMap::new();
        let can_be_linked = |page: &&Entry| is_linkable(page, site);
        for page in index.pages().iter().filter(can_be_linked) {
            let shelf = shelves.entry((page.language.as_str(), page.written_in.as_str()));
            shelf.or_default().add(page);
        }
        Self { shelves }
    }

    /// The pages that are nearest to a page, itself not among them, the nearest first, at most [`MOST`].
    pub fn to(&self, page: &Entry) -> Vec<&'a Entry> {
        let language = (page.language.as_str(), page.written_in.as_str());
        let Some(shelf) = self.shelves.get(&language) else {
            return Vec::new();
        };
        let mut query = BTreeMap::new();
        let mut add = |text: &str, weight: f64| {
            for word in words(text) {
                query.entry(word).or_insert(weight);
            }
        };
        add(page.title.as_deref().unwrap_or_default(), 1.0);
        add(page.topic.as_deref().unwrap_or_default(), 1.0);
        for (_, terms) in page.terms.iter().filter(|(name, _)| name == "tags") {
            add(&terms.join("\n"), 0.7);
        }
        add(page.description.as_deref().unwrap_or_default(), 0.5);
        let mut near = shelf.nearest(&query, &page.path);
        near.truncate(MOST);
        near
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
        for page in shelf.nearest(&query(stub, tags), &stub.path) {
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
    fn add(&mut self, page: &'a Entry) {
        let number = self.pages.len();
        self.pages.push(page);
        let mut weights: BTreeMap<String, f64> = BTreeMap::new();
        let mut add = |text: &str, weight: f64| {
            for word in words(text) {
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

    /// The pages but one that have words in common with the query, the nearest first; ties by path.
    fn nearest(&self, query: &BTreeMap<String, f64>, but: &SitePath) -> Vec<&'a Entry> {
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
        let mut scores: Vec<(usize, f64)> = scores
            .into_iter()
            .filter(|(page, _)| self.pages[*page].path != *but)
            .collect();
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
fn query(stub: &Stub, tags: &[String]) -> BTreeMap<String, f64> {
    let mut query = BTreeMap::new();
    let mut add = |text: &str, weight: f64| {
        for word in words(text) {
            let known = query.entry(word).or_insert(weight);
            *known = weight.max(*known);
        }
    };
    add(&stub.request.topic, 1.0);
    for text in stub.request.options.keywords.iter().chain(tags) {
        add(text, 0.7);
    }
    for text in [
        Some(&stub.request.brief),
        stub.request.options.audience.as_ref(),
    ] {
        add(text.map_or("", String::as_str), BRIEF);
    }
    query
}

/// The words of a text that say something, in small letters and without a plural's end, each once. Of a script without
/// blanks between words, every two characters that follow each other.
fn words(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut before: Option<char> = None;
    let mut end = 0;
    for (start, word) in text.unicode_word_indices() {
        if start != end {
            before = None;
        }
        end = start + word.len();
        if !word.chars().any(is_unspaced) {
            before = None;
            let word = word.to_lowercase();
            if !EMPTY.contains(word.as_str()) {
                found.insert(stem(&word).to_owned());
            }
            continue;
        }
        for character in word.chars() {
            if let Some(before) = before.filter(|_| is_unspaced(character)) {
                found.insert([before, character].iter().collect());
            }
            before = is_unspaced(character).then_some(character);
        }
    }
    found
}

/// A word without the `s` of a plural and what stands before an apostrophe, so that `index` and `indexes`, `backup` and
/// `backups` meet. Both sides go through it, so it need not be right.
fn stem(word: &str) -> &str {
    let word = word.split(['\'', '’']).next().unwrap_or(word);
    let long = |word: &str| word.chars().count() > 3;
    if let Some(short) = word.strip_suffix("es").filter(|short| long(short)) {
        return short;
    }
    word.strip_suffix(['s', 'e'])
        .filter(|short| long(short))
        .unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_say_something() {
        let found = |text: &str| words(text).into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(
            found("How do I back up the Indexes? index's"),
            "back index up"
        );
        assert_eq!(found("DNS für kleine Server"), "dns klein server");
        assert_eq!(found("Gitの競合を解決"), "git の競 を解 合を 競合 解決");
    }
}
