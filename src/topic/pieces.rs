//! A topic in pieces, with what is said in other orders or at greater length put into one form.

use super::tokens::{Token, tokens};
use super::vocabulary::{Mark, Vocabulary};

/// Beginnings of German verbs that stand at the end of a clause.
const PREFIXES: [&str; 17] = [
    "ab", "an", "auf", "aus", "bei", "ein", "fest", "her", "hin", "los", "mit", "nach", "um",
    "vor", "weg", "wieder", "zu",
];

/// So many words may stand between the parts of a verb such as `turn off`.
const BETWEEN: usize = 4;

/// A piece of a topic with its stem.
#[derive(Clone)]
pub(super) struct Piece {
    pub(super) word: String,
    pub(super) stem: String,
    pub(super) is_number: bool,
    /// Whether it is a number in letters.
    pub(super) is_in_letters: bool,
    /// Whether a clause ends before it.
    pub(super) is_first: bool,
    /// Whether it begins what a title adds: behind a colon, a dash, a bracket, the end of a sentence.
    pub(super) is_added: bool,
}

impl Piece {
    fn become_word(&mut self, word: &str, vocabulary: &Vocabulary) {
        word.clone_into(&mut self.word);
        self.stem = vocabulary.stem(word);
    }

    fn become_number(&mut self, number: &str, is_in_letters: bool) {
        number.clone_into(&mut self.word);
        number.clone_into(&mut self.stem);
        self.is_number = true;
        self.is_in_letters = is_in_letters;
    }
}

/// The pieces of a text.
pub(super) fn pieces(text: &str, vocabulary: &Vocabulary) -> Vec<Piece> {
    let mut pieces = split(text, vocabulary);
    number_parts(&mut pieces, vocabulary);
    count_one(&mut pieces, vocabulary);
    drop_questions(&mut pieces, vocabulary);
    if vocabulary.is_english {
        explain_how(&mut pieces, vocabulary);
        drop_continuing(&mut pieces);
        bring_together(&mut pieces, vocabulary);
    }
    if vocabulary.is_german {
        rejoin(&mut pieces, vocabulary);
    }
    pieces
}

fn split(text: &str, vocabulary: &Vocabulary) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut is_first, mut is_added) = (true, false);
    for token in tokens(text) {
        let (word, is_number) = match token {
            Token::Break => {
                (is_first, is_added) = (true, true);
                continue;
            }
            Token::Comma => {
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
        let is_in_letters = !is_number;
        let is_number = is_number || stem.bytes().all(|byte| byte.is_ascii_digit());
        pieces.push(Piece {
            word,
            stem,
            is_number,
            is_in_letters,
            is_first,
            is_added: is_added && !pieces.is_empty(),
        });
        (is_first, is_added) = (false, false);
    }
    pieces
}

/// Where the clause ends that a piece stands in.
fn clause_end(pieces: &[Piece], at: usize) -> usize {
    let next = pieces.iter().skip(at + 1).position(|piece| piece.is_first);
    next.map_or(pieces.len(), |next| at + 1 + next)
}

/// Reads `part one`, `Part II` and `the first part` as `part 1`: parts of a series are never the same.
fn number_parts(pieces: &mut [Piece], vocabulary: &Vocabulary) {
    for at in 0..pieces.len() {
        if !vocabulary.is_marked(Mark::Series, &pieces[at].word) {
            continue;
        }
        let end = clause_end(pieces, at);
        for beside in [Some(at + 1), at.checked_sub(1)].into_iter().flatten() {
            let Some(piece) = pieces.get_mut(beside) else {
                continue;
            };
            // `The week I learned` has no number.
            let is_letter = piece.word.len() == 1 && beside + 1 != end;
            let number = vocabulary.ordinal(&piece.word, beside > at);
            if let Some(number) = number.filter(|_| !is_letter) {
                piece.become_number(number, false);
                break;
            }
            if piece.is_number {
                piece.is_in_letters = false;
                break;
            }
        }
    }
}

/// Reads `one minute` as `1 minute`: where things are counted, `one` is a number like the others.
fn count_one(pieces: &mut [Piece], vocabulary: &Vocabulary) {
    for at in 0..pieces.len() {
        if !vocabulary.is_marked(Mark::One, &pieces[at].word) {
            continue;
        }
        let Some(next) = pieces.get(at + 1).filter(|next| !next.is_first) else {
            continue;
        };
        // In other languages it is an article as well.
        let pair = [(next.word.clone(), next.stem.clone())];
        let is_counted = vocabulary.is_marked(Mark::Unit, &next.word)
            || vocabulary.is_english
                && vocabulary
                    .meaning(&pair)
                    .is_none_or(|(meaning, _)| meaning.is_telling());
        if is_counted {
            pieces[at].become_number("1", true);
        }
    }
}

/// Takes out questions about what is named before them: `and why use one`, `what they are`, `should you use it?`.
fn drop_questions(pieces: &mut Vec<Piece>, vocabulary: &Vocabulary) {
    let is = |piece: &Piece, mark: Mark| vocabulary.is_marked(mark, &piece.word);
    let is_said = |piece: &Piece| {
        [Mark::Asking, Mark::Referring, Mark::Filler]
            .iter()
            .any(|mark| is(piece, *mark))
    };
    let mut at = 1;
    while at < pieces.len() {
        let begins =
            pieces[at].is_first || pieces[at - 1].word == "and" || is(&pieces[at], Mark::Asking);
        if !begins || pieces[..at].iter().all(is_said) {
            at += 1;
            continue;
        }
        let end = clause_end(pieces, at);
        let clause = &pieces[at..end];
        let mut length = clause.iter().take_while(|piece| is_said(piece)).count();
        if length < clause.len() {
            // `Why does it matter for APIs` restricts.
            let leads = length > 0 && vocabulary.leads(&clause[length - 1].word);
            length = if leads { length - 1 } else { 0 };
        }
        let question = &clause[..length];
        let refers = question.iter().any(|piece| is(piece, Mark::Referring));
        if refers {
            let (is_first, is_added) = (pieces[at].is_first, pieces[at].is_added);
            pieces.drain(at..at + length);
            if let Some(next) = pieces.get_mut(at) {
                next.is_first |= is_first;
                next.is_added |= is_added;
            }
        } else {
            at += 1;
        }
    }
}

/// Reads `how does X work` as `X explained`, and `how much does X cost` as `X cost`.
fn explain_how(pieces: &mut Vec<Piece>, vocabulary: &Vocabulary) {
    let mut at = 0;
    while at < pieces.len() {
        let end = clause_end(pieces, at);
        let clause = &pieces[at..end];
        let is_how = clause.len() > 2
            && clause[0].word == "how"
            && clause[clause.len() - 1].stem == "work"
            && !clause
                .iter()
                .any(|piece| ["to", "i"].contains(&piece.word.as_str()));
        if is_how {
            pieces[at].become_word("explained", vocabulary);
            pieces.remove(end - 1);
        } else if clause.len() > 3
            && clause[0].word == "how"
            && clause[1].word == "much"
            && clause[2..].iter().any(|piece| piece.stem == "cost")
            && !clause.iter().any(|piece| piece.word == "it")
        {
            pieces.remove(at + 1);
        }
        at += 1;
    }
}

/// Reads `keeps running` as `running`.
fn drop_continuing(pieces: &mut Vec<Piece>) {
    let mut at = 0;
    while at + 1 < pieces.len() {
        let next = &pieces[at + 1];
        if pieces[at].stem == "keep" && next.word.ends_with("ing") && !next.is_first {
            let is_first = pieces[at].is_first;
            let is_added = pieces[at].is_added;
            pieces.remove(at);
            pieces[at].is_first = is_first;
            pieces[at].is_added = is_added;
        }
        at += 1;
    }
}

/// Puts the second part of a verb behind the first: `turn dark mode off`, `keep squirrels from digging`.
fn bring_together(pieces: &mut Vec<Piece>, vocabulary: &Vocabulary) {
    let mut at = 0;
    while at < pieces.len() {
        let end = clause_end(pieces, at);
        let far = end.min(at + 2 + BETWEEN);
        let is_whole = pieces
            .get(at + 1)
            .is_some_and(|next| vocabulary.is_entry(&pieces[at].stem, &next.word));
        let second = (at + 2..far).find(|place| {
            let word = &pieces[*place].word;
            // `On` within a clause leads to a place.
            vocabulary.is_marked(Mark::Particle, word)
                && (word != "on" || place + 1 == end)
                && vocabulary.is_entry(&pieces[at].stem, word)
        });
        if let Some(second) = second.filter(|_| !is_whole) {
            let particle = pieces[second].clone();
            // What leads to something behind it stays.
            if !vocabulary.leads(&particle.word) {
                pieces.remove(second);
            }
            pieces.insert(at + 1, particle);
            at += 1;
        }
        at += 1;
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
    pieces[1].become_word(&whole, vocabulary);
}
