//! Words in a text that name another page.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};
use unicode_segmentation::UnicodeSegmentation;

use crate::finding::Edit;
use crate::generator::Generator;
use crate::index::{Entry, Index};
use crate::markdown;
use crate::site::{Site, Version};
use crate::topic::{Reader, Topic};

/// The longest phrase, in words.
const LONGEST: usize = 8;

/// The words by which pages are named.
pub(super) struct Phrases<'a> {
    pages: &'a [Entry],
    /// In how many titles of a language a word stands.
    titles: HashMap<(&'a str, String), usize>,
    /// What words do, by language.
    readers: HashMap<&'a str, Reader>,
}

impl<'a> Phrases<'a> {
    pub(super) fn of(index: &'a Index) -> Self {
        let mut titles = HashMap::new();
        let mut readers = HashMap::new();
        for page in index.pages().iter().filter(|page| page.is_article()) {
            let words: BTreeSet<String> = names(page).flat_map(words).collect();
            for word in words {
                *titles.entry((page.language.as_str(), word)).or_default() += 1;
            }
            let language = page.written_in.as_str();
            readers
                .entry(language)
                .or_insert_with(|| Reader::new(language));
        }
        Self {
            pages: index.pages(),
            titles,
            readers,
        }
    }

    /// Whether two pages have a tag in common, or so many words that name something.
    pub(super) fn are_near(&self, one: usize, other: usize, words: usize) -> bool {
        let (one, other) = (&self.pages[one], &self.pages[other]);
        let tags = |page: &Entry| -> BTreeSet<String> { tags(page).collect() };
        let topic = |page: &Entry| -> Option<Topic> {
            let texts: Vec<&str> = names(page).chain(page.description.as_deref()).collect();
            let reader = self.readers.get(page.written_in.as_str())?;
            // That both are `part 2` of something makes no subject of it.
            let text: String = texts
                .join(": ")
                .split_word_bounds()
                .filter(|word| !reader.is_generic(word))
                .collect();
            Some(reader.read(&text))
        };
        let shared = topic(one)
            .zip(topic(other))
            .map_or(0, |(one, other)| one.shares(&other));
        shared >= words || !tags(one).is_disjoint(&tags(other))
    }

    /// The phrases that name a page, the longest first: runs of words of its title and topic that begin and end with one that
    /// names something, and of which one stands in no other title. Two of them must say what it is about, beside numbers and
    /// words such as `part`; one word alone must be a tag of the page.
    pub(super) fn naming(&self, page: usize) -> Vec<Vec<String>> {
        let page = &self.pages[page];
        let Some(reader) = self.readers.get(page.written_in.as_str()) else {
            return Vec::new();
        };
        let tags: BTreeSet<String> = tags(page).collect();
        let is_content = |word: &&String| reader.is_telling(word) && !reader.is_generic(word);
        let is_own = |word: &String| {
            let key = (page.language.as_str(), word.clone());
            self.titles.get(&key).is_some_and(|count| *count == 1) && is_content(&word)
        };
        let mut found: BTreeSet<Vec<String>> = BTreeSet::new();
        for name in names(page) {
            for clause in name.split([':', '?', '!', '|', '–', '—', '(', ')', ',', ';', '"']) {
                let words = words(clause);
                for start in 0..words.len() {
                    for end in start + 1..=words.len().min(start + LONGEST) {
                        let phrase = &words[start..end];
                        let ends = [phrase.first(), phrase.last()];
                        let says = ends
                            .into_iter()
                            .flatten()
                            .all(|word| reader.is_telling(word));
                        let content: BTreeSet<&String> = phrase.iter().filter(is_content).collect();
                        let names =
                            content.len() > 1 || phrase.len() == 1 && tags.contains(&phrase[0]);
                        if says && names && phrase.iter().any(is_own) {
                            found.insert(phrase.to_vec());
                        }
                    }
                }
            }
        }
        let mut found: Vec<Vec<String>> = found.into_iter().collect();
        found.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        found
    }
}

fn names(page: &Entry) -> impl Iterator<Item = &str> {
    page.title
        .as_deref()
        .into_iter()
        .chain(page.topic.as_deref())
}

fn tags(page: &Entry) -> impl Iterator<Item = String> {
    let tags = page.terms.iter().filter(|(name, _)| name == "tags");
    tags.flat_map(|(_, tags)| tags)
        .map(|tag| tag.to_lowercase())
}

fn words(text: &str) -> Vec<String> {
    text.unicode_words().map(str::to_lowercase).collect()
}

/// A page with the words of its running text.
pub(super) struct Prose {
    pub(super) text: String,
    body: usize,
    generator: &'static dyn Generator,
    version: Version,
    /// Each word in small letters, with its bytes, and whether it follows the one before at a blank or a hyphen.
    words: Vec<(String, Range<usize>, bool)>,
}

impl Prose {
    pub(super) fn of(text: String, body: usize, site: &Site) -> Self {
        let mut prose = Self {
            body,
            generator: site.generator,
            version: site.version,
            words: Vec::new(),
            text,
        };
        let markdown = prose.markdown(&prose.text[body..]);
        let templates = site.generator.templates(site.version, &prose.text[body..]);
        for range in running(&markdown) {
            let is_template = templates.iter().any(|template| {
                template.range.start < range.end && range.start < template.range.end
            });
            // What the parser has put in other words does not stand in the file.
            if is_template || markdown[range.clone()] != prose.text[body..][range.clone()] {
                continue;
            }
            let range = range.start + body..range.end + body;
            let mut end = None;
            for (at, word) in prose.text[range.clone()].unicode_word_indices() {
                let start = range.start + at;
                let follows =
                    end.is_some_and(|end: usize| matches!(&prose.text[end..start], " " | "-" | ""));
                end = Some(start + word.len());
                prose
                    .words
                    .push((word.to_lowercase(), start..start + word.len(), follows));
            }
        }
        prose
    }

    /// A body as Markdown sees it.
    fn markdown(&self, body: &str) -> String {
        let seen = self.generator.as_markdown(self.version, body);
        seen.unwrap_or_else(|| body.to_owned())
    }

    /// Where the text first has these words, one after the other.
    pub(super) fn find(
        &self,
        phrase: &[String],
        is_free: &dyn Fn(&Range<usize>) -> bool,
    ) -> Option<Range<usize>> {
        self.words.windows(phrase.len()).find_map(|window| {
            let mut pairs = window.iter().zip(phrase).enumerate();
            let is_it = pairs.all(|(at, ((word, _, follows), wanted))| {
                (at == 0 || *follows) && is_same(word, wanted)
            });
            let range = window.first()?.1.start..window.last()?.1.end;
            (is_it && is_free(&range)).then_some(range)
        })
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, byte: usize) -> usize {
        self.text[..byte].matches('\n').count() + 1
    }

    /// Whether an edit adds one link and changes nothing else: what a reader sees is what it was, with no more than a line
    /// at the end.
    pub(super) fn proves(&self, edit: &Edit) -> bool {
        let mut after = self.text.clone();
        after.replace_range(edit.range.clone(), &edit.text);
        let (before, after) = (
            self.markdown(&self.text[self.body..]),
            self.markdown(&after[self.body..]),
        );
        let links = |body: &str| markdown::digest(body).links.len();
        let seen = markdown::visible_text(&after);
        links(&after) == links(&before) + 1
            && if edit.range.is_empty() {
                seen.starts_with(markdown::visible_text(&before).trim_end())
            } else {
                seen == markdown::visible_text(&before)
            }
    }
}

/// Whether a word of a text is one of a title, be it one thing or several.
fn is_same(word: &str, wanted: &str) -> bool {
    word == wanted
        || word.strip_suffix('s') == Some(wanted)
        || wanted.strip_suffix('s') == Some(word)
}

/// The bytes of text that is no heading, no code, no link and in no table.
fn running(markdown: &str) -> Vec<Range<usize>> {
    let mut closed = 0;
    let mut found: Vec<Range<usize>> = Vec::new();
    let is_closing = |tag: &Tag<'_>| {
        matches!(
            tag,
            Tag::Heading { .. }
                | Tag::CodeBlock(_)
                | Tag::Link { .. }
                | Tag::Image { .. }
                | Tag::Table(_)
                | Tag::HtmlBlock
                | Tag::FootnoteDefinition(_)
        )
    };
    for (event, range) in markdown::events(markdown) {
        match event {
            Event::Start(tag) if is_closing(&tag) => closed += 1,
            Event::End(
                TagEnd::Heading(_)
                | TagEnd::CodeBlock
                | TagEnd::Link
                | TagEnd::Image
                | TagEnd::Table
                | TagEnd::HtmlBlock
                | TagEnd::FootnoteDefinition,
            ) => closed -= 1,
            Event::Text(text) if closed == 0 && markdown[range.clone()] == *text => {
                found.push(range);
            }
            _ => {}
        }
    }
    found
}
