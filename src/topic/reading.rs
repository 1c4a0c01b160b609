//! From words to what a topic asks for.

use super::tokens::{Token, tokens};
use super::vocabulary::{Meaning, Vocabulary};
use super::{Role, Topic, Weight, Word};
use crate::markdown::is_unspaced;

/// Beginnings of German verbs that stand at the end of a clause.
const PREFIXES: [&str; 18] = [
    "ab", "an", "auf", "aus", "bei", "ein", "fest", "her", "hin", "ein", "los", "mit", "nach",
    "um", "vor", "weg", "wieder", "zu",
];

/// A piece of a topic with its stem.
struct Piece {
    word: String,
    stem: String,
    is_number: bool,
    /// Whether a clause ends before it.
    is_first: bool,
}

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
        raw: Vec::new(),
        role: Role::Plain,
        has_how: false,
    };
    let mut at = 0;
    while at < pieces.len() {
        let piece = &pieces[at];
        if piece.is_first {
            reading.role = Role::Plain;
        }
        let (meaning, length) = match vocabulary.meaning(&pairs[at..]) {
            Some((meaning, length)) => (Some(meaning), length),
            None => (None, 1),
        };
        let counts_things = piece.is_number && length == 1 && at <= 1 && {
            let next = vocabulary.meaning(&pairs[at + 1..]);
            next.is_some_and(|(next, _)| is_light(next) && next.role.is_none())
        };
        if !counts_things {
            reading.take(
                &pairs[at..at + length],
                meaning,
                piece.is_number && length == 1,
            );
        }
        at += length;
    }
    reading.finish(&pieces)
}

/// Whether little is asked by a word.
fn is_light(meaning: &Meaning) -> bool {
    meaning.is_dropped || meaning.defines || meaning.is_weak
}

fn pieces(text: &str, vocabulary: &Vocabulary) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut is_first = true;
    for token in tokens(text) {
        let (word, is_number) = match token {
            Token::Break => {
                is_first = true;
                continue;
            }
            Token::Word(word) => (word, false),
            Token::Number(number) => (number, true),
        };
        let stem = if is_number {
            word.clone()
        } else {
            vocabulary.stem(&word)
        };
        let is_number = is_number || stem.bytes().all(|byte| byte.is_ascii_digit());
        pieces.push(Piece {
            word,
            stem,
            is_number,
            is_first,
        });
        is_first = false;
    }
    keep_from(&mut pieces);
    if vocabulary.is_german {
        rejoin(&mut pieces, vocabulary);
    }
    pieces
}

/// `Keep squirrels from digging` asks how to prevent it.
fn keep_from(pieces: &mut [Piece]) {
    let Some(keep) = pieces.iter().position(|piece| piece.stem == "keep") else {
        return;
    };
    let far = pieces.len().min(keep + 6);
    if pieces[keep..far].iter().any(|piece| piece.word == "from") {
        "prevent".clone_into(&mut pieces[keep].word);
        "prevent".clone_into(&mut pieces[keep].stem);
    }
}

/// `Wie baut man Tomaten an?` asks for `anbauen`.
fn rejoin(pieces: &mut Vec<Piece>, vocabulary: &Vocabulary) {
    let asks = pieces.first().is_some_and(|first| {
        ["wie", "wann", "warum", "womit", "wo"].contains(&first.word.as_str())
    });
    let ends = pieces
        .last()
        .is_some_and(|last| PREFIXES.contains(&last.word.as_str()));
    if !asks || !ends || pieces.len() < 3 {
        return;
    }
    let Some(prefix) = pieces.pop() else { return };
    let verb = pieces[1].word.clone();
    let root = ["est", "et", "en", "st", "t", "e"]
        .iter()
        .find_map(|ending| verb.strip_suffix(ending))
        .unwrap_or(&verb);
    let whole = format!("{}{root}en", prefix.word);
    pieces[1].stem = vocabulary.stem(&whole);
    pieces[1].word = whole;
}

struct Reading<'v> {
    vocabulary: &'v Vocabulary,
    topic: Topic,
    /// The words as they are written.
    raw: Vec<String>,
    role: Role,
    has_how: bool,
}

impl Reading<'_> {
    fn take(&mut self, words: &[(String, String)], meaning: Option<&Meaning>, is_number: bool) {
        let [(word, stem), ..] = words else { return };
        self.has_how |= word == "how";
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
        if is_number && meaning.is_none_or(|meaning| meaning.classes.is_empty()) {
            let is_year = stem.len() == 4 && ("1900".."2100").contains(&stem.as_str());
            let number = stem.trim_end_matches(".0").to_owned();
            if is_year {
                self.topic.years.push(number);
            } else {
                self.topic.numbers.push((number, word != stem));
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
        let weight = match meaning {
            Meaning { is_verb: true, .. } => Weight::Verb,
            Meaning { is_weak: true, .. } => Weight::Weak,
            _ => Weight::Strong,
        };
        let raw: String = words.iter().map(|(word, _)| word.as_str()).collect();
        self.push(joined.join(" "), raw, &meaning.classes, weight);
    }

    fn push(&mut self, stem: String, raw: String, classes: &[u16], weight: Weight) {
        // Katakana is read in one piece; its characters came one by one.
        let is_katakana = |text: &str| text.chars().all(|c| ('\u{30a0}'..='\u{30ff}').contains(&c));
        if let Some((last, last_raw)) = self.topic.words.last_mut().zip(self.raw.last_mut())
            && classes.is_empty()
            && last.classes.is_empty()
            && is_katakana(&stem)
            && is_katakana(&last.stem)
        {
            last.stem.push_str(&stem);
            last_raw.push_str(&raw);
            return;
        }
        self.topic.words.push(Word {
            stem,
            classes: classes.into(),
            weight,
            role: self.role,
        });
        self.raw.push(raw);
    }

    fn finish(mut self, pieces: &[Piece]) -> Topic {
        // `How does X work` asks what X is.
        let asks_how = self.has_how && pieces.last().is_some_and(|piece| piece.stem == "work");
        if asks_how {
            self.topic.defines = true;
            self.raw.pop_if(|raw| raw.starts_with("work"));
            self.topic.words.truncate(self.raw.len());
        }
        let joined = self.raw.windows(2).zip(0..).map(|(pair, at)| {
            let whole = pair.concat();
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
        // Where all are weak, all count.
        if self
            .topic
            .words
            .iter()
            .all(|word| word.weight != Weight::Strong)
        {
            for word in &mut self.topic.words {
                word.weight = Weight::Strong;
            }
        }
        let mut seen: Vec<String> = Vec::new();
        let is_han = |stem: &str| stem.chars().all(is_unspaced);
        self.topic.words.retain(|word| {
            let is_new = !seen.contains(&word.stem) || is_han(&word.stem);
            seen.push(word.stem.clone());
            is_new
        });
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
