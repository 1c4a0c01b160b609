//! Which pages of a site a post may want to link to: those that have words in common with what is asked for, the rarer
//! the better.
//!
//! A page with which a topic has but a word in common that is of no weight in either (`place`, `people`) is not near, even
//! where none is nearer.
//!
//! The pages are put into an index by word once a run, so that a stub costs what the pages with its words cost, and not
//! what the site costs.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use unicode_segmentation::UnicodeSegmentation;

use crate::index::{Entry, Index};
use crate::markdown::is_unspaced;
use crate::site::{Site, SitePath};
use crate::stub::Stub;
use crate::topic::Reader;

/// A prompt names no more pages than these: enough for the two or three links that a post needs, and few enough that
/// none is far-fetched.
pub const MOST: usize = 8;

/// A page that reaches less of the best one's score than this has little to do with the topic.
const LEAST_SHARE: f64 = 0.2;

/// How much has to speak for it that a page has to do with a topic. A word that names something (`redis`, and not `best` or
/// `server`) and that both are about counts 2; one that only one of them is about, and the other mentions, 1; one that both
/// only mention, a half. Words of the author's notes alone are never enough.
const LEAST_EVIDENCE: f64 = 2.0;
const MOST_OF_NOTES: f64 = 1.0;
/// What a page is about has this weight in it, and what is asked for in the topic, as a keyword or as a tag.
const ABOUT_IN_PAGE: f64 = TERM;
const ABOUT_IN_QUERY: f64 = NAMED;

/// How much a word in each part of a page counts.
const TITLE: f64 = 3.0;
const TERM: f64 = 2.0;
const DESCRIPTION: f64 = 1.5;
const HEADING: f64 = 1.0;
/// A word that stands in all of them counts no more than this.
const MOST_WEIGHT: f64 = 5.0;

/// How much a keyword or a tag counts, where a word of the topic counts 1.
const NAMED: f64 = 0.7;
/// The same for a word of the author's notes.
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
#[derive(Debug)]
struct Shelf<'a> {
    reader: Reader,
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
            let shelf = shelf.or_insert_with(|| Shelf::new(&page.written_in));
            shelf.add(page);
        }
        Self { shelves }
    }

    /// The pages that are nearest to a page, itself not among them, the nearest first, at most [`MOST`].
    pub fn to(&self, page: &Entry) -> Vec<&'a Entry> {
        let language = (page.language.as_str(), page.written_in.as_str());
        let Some(shelf) = self.shelves.get(&language) else {
            return Vec::new();
        };
        let mut query = Query::default();
        for (text, weight) in [
            (&page.title, 1.0),
            (&page.topic, 1.0),
            (&page.description, 0.5),
        ] {
            query.add(text.as_deref().unwrap_or_default(), weight, &shelf.reader);
        }
        for (_, terms) in page.terms.iter().filter(|(name, _)| name == "tags") {
            query.add_tags(terms);
        }
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
        for page in shelf.nearest(&query(stub, tags, &shelf.reader), &stub.path) {
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
        let mut weights: BTreeMap<String, f64> = BTreeMap::new();
        let mut add = |text: &str, weight: f64| {
            for (word, _) in words(text) {
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
    fn nearest(&self, query: &Query, but: &SitePath) -> Vec<&'a Entry> {
        let mut scores: HashMap<usize, (f64, Evidence)> = HashMap::new();
        for (word, asked) in &query.words {
            let Some(pages) = self.by_word.get(word) else {
                continue;
            };
            let weight = asked.weight * self.rarity(pages.len());
            for (page, in_page) in pages {
                let (score, evidence) = scores.entry(*page).or_default();
                *score += weight * in_page;
                evidence.add(asked, *in_page);
            }
        }
        let mut scores: Vec<(usize, f64)> = scores
            .into_iter()
            .filter(|(page, (_, evidence))| evidence.is_enough() && self.pages[*page].path != *but)
            .map(|(page, (score, _))| (page, score))
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

/// What is asked for, word by word.
#[derive(Debug, Default)]
struct Query {
    words: BTreeMap<String, Asked>,
}

/// How a word is asked for.
#[derive(Debug, Default)]
struct Asked {
    weight: f64,
    /// How much it tells that a page has it: nothing, where the word names nothing.
    tells: f64,
}

impl Query {
    fn add(&mut self, text: &str, weight: f64, reader: &Reader) {
        let tells = |word: &str| !reader.is_generic(word) && reader.is_telling(word);
        self.put(text, weight, &tells);
    }

    /// A tag names something, whatever its words are elsewhere.
    fn add_tags(&mut self, tags: &[String]) {
        self.put(&tags.join("\n"), NAMED, &|_| true);
    }

    fn put(&mut self, text: &str, weight: f64, tells: &dyn Fn(&str) -> bool) {
        for (stem, word) in words(text) {
            let known = self.words.entry(stem).or_default();
            // Of words of three characters in such a script, two pairs are found.
            let most = if word.chars().all(is_unspaced) {
                0.5
            } else {
                1.0
            };
            if known.tells < most && tells(&word) {
                known.tells = most;
            }
            known.weight = weight.max(known.weight);
        }
    }
}

/// What speaks for it that a page has to do with what is asked for.
#[derive(Debug, Default)]
struct Evidence {
    /// What the topic, keywords and tags say.
    named: f64,
    /// What the rest says.
    noted: f64,
}

impl Evidence {
    fn add(&mut self, asked: &Asked, in_page: f64) {
        let about = asked.tells * if in_page >= ABOUT_IN_PAGE { 1.0 } else { 0.5 };
        if asked.weight >= ABOUT_IN_QUERY {
            self.named += 2.0 * about;
        } else {
            self.noted += about;
        }
    }

    fn is_enough(&self) -> bool {
        self.named + self.noted.min(MOST_OF_NOTES) >= LEAST_EVIDENCE
    }
}

/// What a stub asks for.
fn query(stub: &Stub, tags: &[String], reader: &Reader) -> Query {
    let mut query = Query::default();
    let options = &stub.request.options;
    query.add(&stub.request.topic, 1.0, reader);
    query.add_tags(tags);
    query.add(&options.keywords.join("\n"), NAMED, reader);
    query.add(&stub.request.brief, BRIEF, reader);
    query.add(
        options.audience.as_deref().unwrap_or_default(),
        BRIEF,
        reader,
    );
    query
}

/// The words of a text that say something, in small letters, by themselves without a plural's end. Of a script without
/// blanks between words, every two characters that follow each other.
fn words(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
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
                found.insert(stem(&word).to_owned(), word);
            }
            continue;
        }
        for character in word.chars() {
            if let Some(before) = before.filter(|_| is_unspaced(character)) {
                let pair: String = [before, character].iter().collect();
                found.insert(pair.clone(), pair);
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
mod tests;
