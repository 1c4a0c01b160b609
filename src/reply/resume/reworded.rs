//! The last paragraph said anew, in other words, where a reply is gone on from.
//!
//! Models that are shown the end of their text at times begin by saying its last paragraph once more, reworded. The post
//! would have it twice. Of two such paragraphs one goes, and only where the other has all that could be new in it: every
//! number, name, piece of code and link, and every word that the paragraph comes back to.

use std::collections::{BTreeMap, BTreeSet};

use super::super::lines::{Fence, block_at, fenced_blocks, is_blank};
use super::super::marker;

/// Paragraphs with fewer words of any weight than this may well be alike and mean different things.
const LEAST_WORDS: usize = 10;
/// Words of which at least this share, in a hundred, is common to both of two paragraphs make them one, reworded. Two
/// paragraphs of one post on one matter have some thirty in common.
const COMMON: usize = 60;
/// As many blocks are compared on each side: a heading or two, and the paragraph.
const MOST_BLOCKS: usize = 3;
/// Shorter words say little of what a text is about.
const LEAST_WORD: usize = 4;
/// Words that begin alike for so many characters are one word in two forms.
const STEM: usize = 5;

/// Which of the two is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Twice {
    /// The end of what there was, from this byte on.
    Before(usize),
    /// The beginning of what came, up to this byte.
    After(usize),
}

/// Whether `after` begins by saying the end of `before` anew, and which of the two can go. `body` is where the text of
/// `before` begins.
pub(super) fn find(before: &str, body: usize, after: &str) -> Option<Twice> {
    let last = paragraphs(before, body);
    let first = paragraphs(after, 0);
    let names = Names::new(before, after);
    (1..=MOST_BLOCKS.min(last.len()).min(first.len())).find_map(|count| {
        let last = &last[last.len() - count..];
        let first = &first[..count];
        let mut goes: Option<bool> = None;
        for (a, b) in last.iter().zip(first) {
            let (a_text, b_text) = (&before[a.0..a.1], &after[b.0..b.1]);
            if a_text.trim() == b_text.trim() {
                continue;
            }
            let is_earlier = which(a_text, b_text, &names)?;
            if goes.is_some_and(|known| known != is_earlier) {
                return None;
            }
            goes = Some(is_earlier);
        }
        let end = first[count - 1];
        if goes? {
            Some(Twice::Before(last[0].0))
        } else {
            // The end marker may stand behind the last sentence.
            let mut lines = after[end.0..end.1].lines();
            let has_marker = lines.any(|line| marker::find(line).is_some());
            (!has_marker).then_some(Twice::After(end.1))
        }
    })
}

/// Which of two paragraphs says nothing that the other does not say: the earlier one (`true`), as a rule, since what comes
/// next was written to go on from the later.
fn which(earlier: &str, later: &str, names: &Names) -> Option<bool> {
    if !is_prose(earlier) || !is_prose(later) {
        return None;
    }
    let (a, b) = (Paragraph::new(earlier, names), Paragraph::new(later, names));
    let least = a.words.min(b.words);
    if least < LEAST_WORDS || a.common(&b) * 200 < COMMON * (a.words + b.words) {
        return None;
    }
    if b.holds(&a) {
        Some(true)
    } else if a.holds(&b) {
        Some(false)
    } else {
        None
    }
}

/// Whether a block is a paragraph of running text.
fn is_prose(block: &str) -> bool {
    let first = block.trim_start_matches('\n');
    let is_marked =
        first.starts_with(['#', '-', '+', '>', '|', '<', ' ', '\t', '!', '[', '{', ':']);
    let is_item = first.starts_with("* ")
        || first.split_once(['.', ')']).is_some_and(|(number, rest)| {
            !number.is_empty()
                && number.bytes().all(|it| it.is_ascii_digit())
                && rest.starts_with(' ')
        });
    !is_marked && !is_item && Fence::read(first.lines().next().unwrap_or_default()).is_none()
}

/// Where the blocks between blank lines are, outside of code blocks; a code block is one. An end marker is none.
fn paragraphs(text: &str, from: usize) -> Vec<(usize, usize)> {
    let code = fenced_blocks(text, from);
    let mut blocks: Vec<(usize, usize)> = Vec::new();
    let mut is_open = false;
    let mut at = from;
    for line in text.get(from..).unwrap_or_default().split_inclusive('\n') {
        let in_code = block_at(&code, at).is_some();
        let is_end = marker::find(line).is_some_and(|found| found.start == 0);
        if (is_blank(line) || is_end) && !in_code {
            is_open = false;
        } else {
            match blocks.last_mut().filter(|_| is_open) {
                Some(block) => block.1 = at + line.len(),
                None => blocks.push((at, at + line.len())),
            }
            is_open = true;
        }
        at += line.len();
    }
    blocks
}

/// Words that occur in small letters somewhere, so that a capital in them is one of a sentence's beginning.
struct Names(BTreeSet<String>);

impl Names {
    fn new(before: &str, after: &str) -> Self {
        let words = words(before).chain(words(after));
        Self(
            words
                .filter(|word| !word.starts_with(char::is_uppercase))
                .map(str::to_owned)
                .collect(),
        )
    }

    fn is_name(&self, word: &str) -> bool {
        word.starts_with(char::is_uppercase) && !self.0.contains(&word.to_lowercase())
    }
}

/// What is compared of a paragraph.
struct Paragraph {
    /// How often each word of some weight occurs, by its beginning.
    stems: BTreeMap<String, usize>,
    words: usize,
    /// Numbers, names, pieces of code, links.
    telling: BTreeSet<String>,
}

impl Paragraph {
    fn new(text: &str, names: &Names) -> Self {
        let (mut stems, mut telling) = (BTreeMap::new(), BTreeSet::new());
        let mut count = 0;
        let mut add = |stem: String| {
            *stems.entry(stem).or_insert(0) += 1;
            count += 1;
        };
        for word in words(text) {
            if word.chars().any(char::is_numeric) || names.is_name(word) {
                telling.insert(word.to_lowercase());
            }
            // Without blanks between words, two characters stand for one.
            if word.chars().any(is_cjk) {
                let characters: Vec<char> = word.chars().collect();
                for pair in characters.windows(2) {
                    add(pair.iter().collect());
                }
            } else if word.chars().count() >= LEAST_WORD {
                add(word.to_lowercase().chars().take(STEM).collect());
            }
        }
        let code = text.split('`').skip(1).step_by(2);
        let links = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        telling.extend(code.chain(links).map(|it| it.trim().to_owned()));
        Self {
            stems,
            words: count,
            telling,
        }
    }

    /// How many words both have.
    fn common(&self, other: &Self) -> usize {
        let times = |(stem, count): (&String, &usize)| {
            other.stems.get(stem).copied().unwrap_or(0).min(*count)
        };
        self.stems.iter().map(times).sum()
    }

    /// Whether nothing that could be new in `other` would be lost if this one stood for it.
    fn holds(&self, other: &Self) -> bool {
        let mut matters = other.stems.iter().filter(|(_, count)| **count > 1);
        // What is much longer says more.
        other.words * 4 <= self.words * 5
            && other.telling.is_subset(&self.telling)
            && matters.all(|(stem, _)| self.stems.contains_key(stem))
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

fn is_cjk(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}
