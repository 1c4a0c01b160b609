//! From words to what a topic asks for.

use super::pieces::{Piece, pieces};
use super::vocabulary::{Mark, Meaning, Vocabulary};
use super::{Role, Topic, Weight, Word};
use crate::markdown::is_unspaced;

/// The topic in a text.
pub(super) fn read(text: &str, vocabulary: &Vocabulary) -> Topic {
    let pieces = pieces(text, vocabulary);
    let pairs: Vec<(String, String)> = pieces
        .iter()
        .map(|piece| (piece.word.clone(), piece.stem.clone()))
        .collect();
    let mut reading = Reading {
        vocabulary,
        topic: Topic::default(),
        notes: Vec::new(),
        role: Role::Plain,
        addition: Addition::None,
    };
    let mut at = 0;
    while at < pieces.len() {
        let piece = &pieces[at];
        if piece.is_first {
            reading.role = Role::Plain;
        }
        if piece.is_added {
            reading.addition = reading.addition(&pieces, at, &pairs);
        }
        let (meaning, length) = match vocabulary.meaning(&pairs[at..]) {
            Some((meaning, length)) => (Some(meaning), length),
            None => (None, 1),
        };
        let counts_things = length == 1 && counts_things(&pieces, at, &pairs, vocabulary);
        if !counts_things {
            reading.take(
                &pairs[at..at + length],
                meaning,
                (piece.is_number && length == 1).then_some(piece.is_in_letters),
            );
        }
        at += length;
    }
    reading.finish(&pieces)
}

/// Whether a number only counts what the text holds: `7 ways to`, `five reasons`.
fn counts_things(
    pieces: &[Piece],
    at: usize,
    pairs: &[(String, String)],
    vocabulary: &Vocabulary,
) -> bool {
    let begins = at <= 1 || pieces[at].is_first || pieces[at - 1].is_first;
    let Some(next) = pairs.get(at + 1).filter(|_| begins) else {
        return false;
    };
    let is_light = vocabulary
        .meaning(&pairs[at + 1..])
        .is_some_and(|(next, _)| is_light(next) && next.role.is_none());
    pieces[at].is_number && (is_light || vocabulary.is_marked(Mark::Counted, &next.0))
}

/// Whether little is asked by a word.
fn is_light(meaning: &Meaning) -> bool {
    meaning.is_dropped || meaning.defines || meaning.is_weak
}

/// What a title adds behind a colon or a question.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Addition {
    /// Nothing yet, or what is asked as well.
    None,
    /// What the text says of it, in other words: `HTTPS explained: what happens behind the padlock`.
    Aside,
    /// A question: `which database should you choose?`.
    Question,
}

/// What is known of a word beside what the topic keeps.
struct Note {
    /// The word as it is written.
    raw: String,
    is_verdict: bool,
    addition: Addition,
}

struct Reading<'v> {
    vocabulary: &'v Vocabulary,
    topic: Topic,
    /// One for each word of the topic.
    notes: Vec<Note>,
    role: Role,
    addition: Addition,
}

impl Reading<'_> {
    /// What begins with a piece. It is an aside if what something is was asked before, and no narrower thing is named at
    /// once (`Rust explained: lifetimes`), or if it lists what was named (`Redis persistence options: RDB and AOF`).
    fn addition(&self, pieces: &[Piece], at: usize, pairs: &[(String, String)]) -> Addition {
        let word = &pieces[at].word;
        if self.topic.words.is_empty() {
            return Addition::None;
        }
        let length = pieces
            .iter()
            .skip(at + 1)
            .take_while(|piece| !piece.is_first)
            .count()
            + 1;
        let before = &pieces[at - 1].word;
        if self.vocabulary.is_marked(Mark::Listed, before) && length > 1 {
            return Addition::Aside;
        }
        let meaning = self.vocabulary.meaning(&pairs[at..]);
        let opens = meaning.is_some_and(|(meaning, _)| {
            meaning.is_dropped || meaning.defines || meaning.role == Some(Role::From)
        });
        let opens = opens || self.vocabulary.is_english && word.ends_with("ing") && length > 2;
        if self.topic.defines && opens && word != "how" {
            Addition::Aside
        } else if self.vocabulary.is_marked(Mark::Asking, word) {
            Addition::Question
        } else {
            Addition::None
        }
    }

    fn take(
        &mut self,
        words: &[(String, String)],
        meaning: Option<&Meaning>,
        number: Option<bool>,
    ) {
        let [(_, stem), ..] = words else { return };
        if let Some(role) = meaning.and_then(|meaning| meaning.role) {
            // `How to` and `the way to` lead to nothing.
            let has_object = self
                .topic
                .words
                .iter()
                .any(|word| word.weight == Weight::Strong);
            if has_object || role != Role::To {
                self.role = role;
            }
            return;
        }
        if let (Some(is_in_letters), None) = (number, meaning) {
            let is_year = stem.len() == 4 && ("1900".."2100").contains(&stem.as_str());
            let number = stem.trim_end_matches(".0").to_owned();
            if is_year {
                self.topic.years.push(number);
            } else {
                self.topic.numbers.push((number, is_in_letters));
            }
            return;
        }
        let none = Meaning::default();
        let meaning = meaning.unwrap_or(&none);
        self.topic.defines |= meaning.defines;
        if meaning.is_dropped || meaning.defines {
            return;
        }
        let joined: Vec<&str> = words.iter().map(|(_, stem)| stem.as_str()).collect();
        let is_known = *meaning != none;
        // Endings and particles of Japanese.
        let is_particle = |c: char| ('\u{3040}'..='\u{309f}').contains(&c) || c == 'ー';
        if !is_known && stem.chars().all(is_particle) {
            return;
        }
        let raw: String = words.iter().map(|(word, _)| word.as_str()).collect();
        self.push(joined.join(" "), raw, meaning);
    }

    fn push(&mut self, stem: String, raw: String, meaning: &Meaning) {
        // Katakana is read in one piece; its characters came one by one.
        let is_katakana = |text: &str| text.chars().all(|c| ('\u{30a0}'..='\u{30ff}').contains(&c));
        if let Some((last, note)) = self.topic.words.last_mut().zip(self.notes.last_mut())
            && meaning.classes.is_empty()
            && last.classes.is_empty()
            && is_katakana(&stem)
            && is_katakana(&last.stem)
        {
            last.stem.push_str(&stem);
            note.raw.push_str(&raw);
            return;
        }
        let restricts = matches!(self.role, Role::For | Role::In | Role::With);
        self.topic.words.push(Word {
            stem,
            classes: meaning.classes.as_slice().into(),
            weight: match meaning {
                _ if self.addition == Addition::Aside && !restricts => Weight::Aside,
                Meaning { is_verb: true, .. } => Weight::Verb,
                Meaning { is_weak: true, .. } => Weight::Weak,
                _ => Weight::Strong,
            },
            role: self.role,
        });
        self.notes.push(Note {
            raw,
            is_verdict: meaning.is_verdict,
            addition: self.addition,
        });
    }

    /// Takes out what a comparison says of the choice: `which one should you choose?`.
    fn drop_verdict(&mut self) {
        let compares = |word: &Word| self.vocabulary.compares(&word.classes);
        if !self.topic.words.iter().any(compares) {
            return;
        }
        let words = std::mem::take(&mut self.topic.words);
        let notes = std::mem::take(&mut self.notes);
        (self.topic.words, self.notes) = words
            .into_iter()
            .zip(notes)
            .filter(|(word, note)| {
                let is_asked = note.addition == Addition::Question && word.role == Role::Plain;
                self.vocabulary.compares(&word.classes) || !(note.is_verdict || is_asked)
            })
            .unzip();
    }

    fn finish(mut self, pieces: &[Piece]) -> Topic {
        self.drop_verdict();
        let joined = self.notes.windows(2).zip(0..).map(|(pair, at)| {
            let whole: String = pair.iter().map(|note| note.raw.as_str()).collect();
            (self.vocabulary.stem(&whole), at)
        });
        self.topic.joined = joined.collect();
        if self.topic.words.is_empty() {
            // Nothing but words that say nothing: then they are all there is.
            self.topic.words = pieces
                .iter()
                .filter(|piece| !piece.is_number)
                .map(plain)
                .collect();
        }
        let words = &mut self.topic.words;
        // Where all are weak, all count.
        if words.iter().all(|word| word.weight != Weight::Strong) {
            for word in words.iter_mut() {
                if word.weight != Weight::Aside {
                    word.weight = Weight::Strong;
                }
            }
        }
        let mut seen: Vec<String> = Vec::new();
        let is_han = |stem: &str| stem.chars().all(is_unspaced);
        words.retain(|word| {
            let is_new = !seen.contains(&word.stem) || is_han(&word.stem);
            seen.push(word.stem.clone());
            is_new
        });
        self.topic.readers = pieces
            .iter()
            .filter_map(|piece| self.vocabulary.readers(&piece.word))
            .collect();
        self.topic.numbers.sort();
        self.topic.numbers.dedup();
        self.topic.years.sort();
        self.topic.years.dedup();
        self.topic
    }
}

fn plain(piece: &Piece) -> Word {
    Word {
        stem: piece.stem.clone(),
        classes: Box::default(),
        weight: Weight::Strong,
        role: Role::Plain,
    }
}
