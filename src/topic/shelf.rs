//! Many topics, of which those that ask for the same as another one are found without looking at all.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::{Reader, Topic, Weight, Word};

/// So many words of a topic are looked up: the rarest, since the same topic has all of them. More than one, as a word may be
/// written apart, or belong to a family.
const LOOKED_UP: usize = 2;

/// Topics of one language, each with what it belongs to.
#[derive(Debug)]
pub struct Shelf<T> {
    reader: Reader,
    topics: Vec<(Topic, T)>,
    /// The topics that have a word, by the word and by the lines of the vocabulary that it stands in.
    by_word: HashMap<u64, Vec<u32>>,
}

impl<T> Shelf<T> {
    /// An empty shelf for topics of a language.
    pub fn new(language: &str) -> Self {
        Self {
            reader: Reader::new(language),
            topics: Vec::new(),
            by_word: HashMap::new(),
        }
    }

    /// Adds the topic in a text.
    pub fn add(&mut self, text: &str, of: T) {
        let topic = self.reader.read(text);
        let number = u32::try_from(self.topics.len()).unwrap_or(u32::MAX);
        for key in strong(&topic).flat_map(keys) {
            let topics = self.by_word.entry(key).or_default();
            if topics.last() != Some(&number) {
                topics.push(number);
            }
        }
        self.topics.push((topic, of));
    }

    /// What the first topic belongs to that asks for the same as a text.
    pub fn find(&self, text: &str, counts: impl Fn(&T) -> bool) -> Option<&T> {
        let topic = self.reader.read(text);
        let with = |word: &Word| -> usize {
            keys(word)
                .map(|key| self.by_word.get(&key).map_or(0, Vec::len))
                .sum()
        };
        let mut words: Vec<(usize, &Word)> =
            strong(&topic).map(|word| (with(word), word)).collect();
        words.sort_by_key(|(topics, _)| *topics);
        let rarest = words.into_iter().take(LOOKED_UP);
        // `Lawn mower` may be one word there.
        let joined = topic.joined.iter().map(|(whole, _)| hash((whole, 0)));
        let mut near: Vec<u32> = rarest
            .flat_map(|(_, word)| keys(word))
            .chain(joined)
            .filter_map(|key| self.by_word.get(&key))
            .flatten()
            .copied()
            .collect();
        near.sort_unstable();
        near.dedup();
        near.into_iter()
            .filter_map(|number| self.topics.get(number as usize))
            .find(|(other, of)| counts(of) && self.reader.are_same(&topic, other))
            .map(|(_, of)| of)
    }
}

fn strong(topic: &Topic) -> impl Iterator<Item = &Word> {
    topic
        .words
        .iter()
        .filter(|word| word.weight == Weight::Strong)
}

/// The numbers by which a word is looked up.
fn keys(word: &Word) -> impl Iterator<Item = u64> + '_ {
    let classes = word.classes.iter().map(move |class| hash(("", *class)));
    classes.chain([hash((&word.stem, 0))])
}

fn hash(value: (&str, u16)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
