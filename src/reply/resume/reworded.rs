//! The last paragraph said anew, in other words, where a reply is gone on from.
//!
//! Models that are shown the end of their text at times begin by saying its last paragraph once more, reworded. The post
//! would have it twice. Of two such paragraphs one goes, and only where the other has all its words, code and links, and
//! both begin alike. Posts are full of paragraphs that differ in a word (`On Linux, …`, `On macOS, …`), and a paragraph that
//! stands twice does less harm than one that is gone.

use std::collections::BTreeSet;

use super::super::lines::{Fence, block_at, fenced_blocks, is_blank};
use super::super::marker;

/// Paragraphs with fewer words than this may well be alike and mean different things.
const LEAST_WORDS: usize = 12;
/// Of the longer of the two, the other has at least this share, in a hundred.
const COMMON: usize = 60;
/// Two openings have at least this share, in a hundred, of the longer one's words in common.
const ALIKE: usize = 20;
/// Openings with fewer words tell nothing.
const LEAST_TERMS: usize = 8;
/// As many blocks are compared on each side: a heading or two, and the paragraph.
const MOST_BLOCKS: usize = 3;
/// The first words of a paragraph say what it is about: so many of the one that goes are among [`OPENING_OF_OTHER`] of the
/// other.
const OPENING: usize = 3;
const OPENING_OF_OTHER: usize = 5;
/// Words of fewer characters have no two forms.
const LEAST_WORD: usize = 4;
/// What words of two forms differ in.
const ENDINGS: [&str; 7] = ["s", "es", "d", "ed", "ing", "n", "en"];
/// Words that may be missing without anything being lost.
const LIGHT: [&str; 15] = [
    "a", "an", "the", "and", "to", "of", "that", "this", "these", "which", "is", "are", "can",
    "few", "also",
];
/// Words that turn what a sentence says into its contrary. Both paragraphs have as many.
const NEGATIONS: [&str; 32] = [
    "not", "no", "never", "none", "cannot", "without", "unless", "t", "nor", "neither", "nicht",
    "kein", "keine", "keinen", "nie", "ohne", "ne", "pas", "jamais", "sans", "non", "não", "nunca",
    "sin", "sem", "senza", "niet", "geen", "не", "без", "нет", "bez",
];
/// The same in scripts without blanks.
const NEGATING: [char; 7] = ['不', '没', '沒', '无', '無', '非', '未'];

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
    (1..=MOST_BLOCKS.min(last.len()).min(first.len())).find_map(|count| {
        let last = &last[last.len() - count..];
        let first = &first[..count];
        let mut goes: Option<bool> = None;
        for (a, b) in last.iter().zip(first) {
            let (a_text, b_text) = (&before[a.0..a.1], &after[b.0..b.1]);
            if a_text.trim() == b_text.trim() {
                continue;
            }
            let is_earlier = which(a_text, b_text)?;
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

/// Whether two bodies begin by saying the same, as far as the words of their first paragraphs tell. Of 246
/// later paragraphs of ten posts, 231 had less than 20 of 100 words in common with the first one; of five first paragraphs
/// that were written anew, each had 21 or more.
pub(super) fn open_alike(a: &str, b: &str) -> bool {
    let opening = |text: &str| {
        let blocks = paragraphs(text, 0).into_iter().take(2);
        let mut blocks = blocks.map(|(start, end)| text[start..end].to_owned());
        Some(terms(&blocks.find(|block| is_prose(block))?))
    };
    let (Some(a), Some(b)) = (opening(a), opening(b)) else {
        return false;
    };
    let common = a
        .iter()
        .filter(|word| b.iter().any(|it| is_form_of(it, word)))
        .count();
    a.len().min(b.len()) >= LEAST_TERMS && common * 100 >= a.len().max(b.len()) * ALIKE
}

/// The words of a text that say what it is about: the longer ones; without blanks between words, all pairs of characters.
fn terms(text: &str) -> BTreeSet<String> {
    let mut terms = BTreeSet::new();
    for piece in text.split(|it: char| !it.is_alphanumeric()) {
        let characters: Vec<char> = piece.chars().collect();
        if piece.contains(is_cjk) {
            terms.extend(characters.windows(2).map(String::from_iter));
        } else if characters.len() >= LEAST_WORD {
            terms.insert(piece.to_lowercase());
        }
    }
    terms
}

/// Which of two paragraphs says nothing that the other does not say: the earlier one (`true`), as a rule, since what comes
/// next was written to go on from the later.
fn which(earlier: &str, later: &str) -> Option<bool> {
    if !is_prose(earlier) || !is_prose(later) {
        return None;
    }
    let (a, b) = (Paragraph::new(earlier), Paragraph::new(later));
    let (least, most) = (
        a.words.len().min(b.words.len()),
        a.words.len().max(b.words.len()),
    );
    if least < LEAST_WORDS || least * 100 < COMMON * most || a.negations() != b.negations() {
        return None;
    }
    // The same words in another order say another thing: who asks whom.
    if a.words != b.words && a.sorted() == b.sorted() {
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

/// What is compared of a paragraph.
struct Paragraph {
    /// Its words in small letters; without blanks between words, its characters.
    words: Vec<String>,
    /// Pieces of code and links.
    telling: BTreeSet<String>,
}

impl Paragraph {
    fn new(text: &str) -> Self {
        let mut words = Vec::new();
        let pieces = text.split(|it: char| !it.is_alphanumeric());
        for word in pieces.filter(|word| !word.is_empty()) {
            if word.chars().any(is_cjk) {
                words.extend(word.chars().map(String::from));
            } else {
                words.push(word.to_lowercase());
            }
        }
        let code = text.split('`').skip(1).step_by(2);
        let links = text
            .split("](")
            .skip(1)
            .filter_map(|rest| rest.split(')').next());
        Self {
            words,
            telling: code.chain(links).map(|it| it.trim().to_owned()).collect(),
        }
    }

    fn sorted(&self) -> Vec<&str> {
        let mut words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        words.sort_unstable();
        words
    }

    fn negations(&self) -> usize {
        let is_one = |word: &&String| {
            NEGATIONS.contains(&word.as_str()) || word.chars().any(|it| NEGATING.contains(&it))
        };
        self.words.iter().filter(is_one).count()
    }

    /// Whether nothing that could be new in `other` would be lost if this one stood for it.
    fn holds(&self, other: &Self) -> bool {
        let opening = &self.words[..OPENING_OF_OTHER.min(self.words.len())];
        let begins_alike = other
            .words
            .iter()
            .take(OPENING)
            .all(|word| opening.iter().any(|it| is_form_of(it, word)));
        // As often as there, too: each word here stands for one of the other.
        let mut left: Vec<&String> = self.words.iter().collect();
        let mut has = |word: &String| {
            let at = left.iter().position(|it| is_form_of(it, word));
            at.map(|at| left.swap_remove(at)).is_some()
        };
        begins_alike
            && other.telling.is_subset(&self.telling)
            && other
                .words
                .iter()
                .all(|word| has(word) || LIGHT.contains(&word.as_str()))
    }
}

/// Whether two words are one, but for an ending.
fn is_form_of(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let has_forms = short.chars().count() >= LEAST_WORD && short.chars().all(char::is_alphabetic);
    long.strip_prefix(short)
        .is_some_and(|ending| ending.is_empty() || has_forms && ENDINGS.contains(&ending))
}

fn is_cjk(character: char) -> bool {
    matches!(character, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}
