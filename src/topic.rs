//! Whether two topics ask for the same post.
//!
//! No model and no network is asked, and the same topics give the same answer on every machine. A topic becomes a bag of
//! words: case, accents of width, punctuation and endings do not matter (Snowball's stemmers); words that say nothing of what
//! is asked are dropped (`how do I`, `a guide to`, `explained`); words that ask for the same are one (`set up`, `configure`;
//! `k8s`, `Kubernetes`). What a language has of these stands in a file below `src/topic/words`.
//!
//! What a title adds behind a colon counts for the same, but not against it where it only says the topic in other words
//! (`HTTPS explained: what happens behind the padlock`, `and why use one`). Parts of a series are never the same.
//!
//! Two topics are the same if nothing that counts is in one of them alone. A word that is not known to be weak counts: it is
//! another thing (`MySQL`, `PostgreSQL`), another aspect (`set up`, `rotate`), or a narrower question (`on Windows`). That
//! misses some that a person would take for the same, and holds nearly none back that a person would not.

mod comparing;
mod pieces;
mod reading;
mod shelf;
mod tokens;
mod vocabulary;

pub use shelf::Shelf;
use vocabulary::{Mark, Vocabulary};

/// Reads topics of one language.
#[derive(Debug)]
pub struct Reader {
    vocabulary: Vocabulary,
}

impl Reader {
    /// A reader of topics in a language, for example `en` or `pt-BR`. Of one that is not known, only names and spellings are.
    pub fn new(language: &str) -> Self {
        Self {
            vocabulary: Vocabulary::of(language),
        }
    }

    /// The topic in a text: what an author asks for, or the title of a page.
    pub fn read(&self, text: &str) -> Topic {
        reading::read(text, &self.vocabulary)
    }

    /// Whether a word names something: it is neither dropped nor weak in topics.
    pub fn is_telling(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let stem = self.vocabulary.stem(&word);
        let meaning = self.vocabulary.meaning(&[(word, stem)]);
        meaning.is_none_or(|(meaning, _)| meaning.is_telling())
    }

    /// Whether a word by itself tells no text from another: a number, the name of a month, `part`, `overview`.
    pub fn is_generic(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let of_parts = [
            Mark::Series,
            Mark::Counted,
            Mark::Listed,
            Mark::Unit,
            Mark::Generic,
        ];
        word.chars().all(|c| c.is_numeric() || c == '.')
            || self.vocabulary.ordinal(&word, true).is_some()
            || self.vocabulary.stem(&word).chars().all(char::is_numeric)
            || of_parts
                .iter()
                .any(|mark| self.vocabulary.is_marked(*mark, &word))
    }

    /// Whether two topics ask for the same.
    pub fn are_same(&self, one: &Topic, other: &Topic) -> bool {
        comparing::are_same(one, other, &self.vocabulary)
    }
}

/// What a text asks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Topic {
    /// The words that are left, in order, each once.
    words: Vec<Word>,
    /// The numbers that are no years, in order of their text, and whether they are written in letters.
    numbers: Vec<(String, bool)>,
    /// The years.
    years: Vec<String>,
    /// Words next to each other, written as one: the text, and the place of the first of them.
    joined: Vec<(String, usize)>,
    /// The groups of readers that it names.
    readers: Vec<u16>,
    /// Whether it asks what something is.
    defines: bool,
}

impl Topic {
    /// How many words that name something are in both.
    pub fn shares(&self, other: &Self) -> usize {
        let strong = |topic: &'_ Self| -> Vec<String> {
            let words = topic.words.iter();
            let strong = words.filter(|word| word.weight == Weight::Strong);
            strong.map(|word| word.stem.clone()).collect()
        };
        let others = strong(other);
        strong(self)
            .iter()
            .filter(|stem| others.contains(stem))
            .count()
    }
}

/// A word of a topic, or several that mean one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    /// The word without its ending.
    stem: String,
    /// The lines of the vocabulary that it stands in.
    classes: Box<[u16]>,
    weight: Weight,
    role: Role,
}

/// How much it matters that a word is in one topic alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// Not at all: the text says in other words what it is about.
    Aside,
    /// A little: `best`, `app`.
    Weak,
    /// A little, but not beside a question for what something is: `make`, `use`.
    Verb,
    /// It is another topic.
    Strong,
}

/// What stands before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Plain,
    To,
    From,
    For,
    With,
    Without,
    In,
}

#[cfg(test)]
mod tests;
