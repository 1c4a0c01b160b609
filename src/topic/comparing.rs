//! Whether nothing that counts is in one of two topics alone.

use super::vocabulary::Vocabulary;
use super::{Role, Topic, Weight, Word};

/// What a weak word counts, where a strong one counts 1.
const WEAK: f64 = 0.3;

/// What a verb counts that may be missing.
const VERB: f64 = 0.25;

/// The least share of two topics that must be in both. One weak word beside a single strong one is too much (1 / 1.3), beside
/// two it is not (2 / 2.3); a verb never is (1 / 1.25).
const LEAST: f64 = 0.8;

/// Endings that make a word of the same family of a stem.
const ENDINGS: [&str; 15] = [
    "e", "i", "s", "y", "er", "or", "ist", "ment", "ion", "tion", "ation", "anc", "enc", "abl",
    "ibl",
];

/// A stem is this long before an ending makes no other word of it.
const ROOT: usize = 5;

/// With so many strong words in both, one more in one of them is no other topic, if no preposition leads to it.
const MANY: usize = 5;

/// Whether two topics ask for the same.
pub(super) fn are_same(one: &Topic, other: &Topic, vocabulary: &Vocabulary) -> bool {
    if are_of_other_numbers(one, other)
        || are_of_other_years(one, other)
        || are_for_others(one, other)
    {
        return false;
    }
    let matching = Matching::of(one, other, vocabulary);
    if matching.is_swapped() {
        return false;
    }
    let (left, right) = (matching.unmatched(true), matching.unmatched(false));
    let strong: Vec<&&Word> = left
        .iter()
        .chain(&right)
        .filter(|word| word.weight == Weight::Strong)
        .collect();
    let is_aside = match strong.as_slice() {
        [] => true,
        [word] => word.role == Role::Plain && matching.strong() >= MANY,
        _ => false,
    };
    if !is_aside {
        return false;
    }
    let are_apart = |one: &&Word| {
        let mut others = right.iter();
        others.any(|other| vocabulary.are_apart(&one.stem, &other.stem))
    };
    if left.iter().any(are_apart) {
        return false;
    }
    // What something is, and how to make it, are two questions.
    let asks_for_verb = |words: &[&Word]| words.iter().any(|word| word.weight == Weight::Verb);
    if one.defines && asks_for_verb(&right) || other.defines && asks_for_verb(&left) {
        return false;
    }
    let weigh = |words: &[&Word]| words.iter().map(|word| weight(word)).sum::<f64>();
    // A weak word may stand for another, but no verb may.
    if asks_for_verb(&left) && asks_for_verb(&right) {
        return false;
    }
    let (left_weight, right_weight) = (weigh(&left), weigh(&right));
    let unmatched = if asks_for_verb(&left) || asks_for_verb(&right) {
        left_weight + right_weight
    } else {
        left_weight.max(right_weight)
    };
    let matched: f64 = matching.weight();
    matched > 0.0 && matched / (matched + unmatched) >= LEAST
}

/// Whether a number is in one of them alone. One in letters may be missing, but not stand for another.
fn are_of_other_numbers(one: &Topic, other: &Topic) -> bool {
    let missing = |from: &Topic, of: &Topic| -> Vec<bool> {
        let is_in = |number: &str| from.numbers.iter().any(|(known, _)| known == number);
        let numbers = of.numbers.iter().filter(|(number, _)| !is_in(number));
        numbers.map(|(_, in_letters)| *in_letters).collect()
    };
    let (left, right) = (missing(one, other), missing(other, one));
    let is_digit = |in_letters: &bool| !in_letters;
    left.iter().chain(&right).any(is_digit) || !left.is_empty() && !right.is_empty()
}

/// Whether each names a year, and none that the other names.
fn are_of_other_years(one: &Topic, other: &Topic) -> bool {
    !one.years.is_empty()
        && !other.years.is_empty()
        && one.years.iter().all(|year| !other.years.contains(year))
}

/// Whether each names readers, and none that the other names: beginners, experts.
fn are_for_others(one: &Topic, other: &Topic) -> bool {
    !one.readers.is_empty()
        && !other.readers.is_empty()
        && !one
            .readers
            .iter()
            .any(|group| other.readers.contains(group))
}

fn weight(word: &Word) -> f64 {
    match word.weight {
        Weight::Strong => 1.0,
        Weight::Weak => WEAK,
        Weight::Verb => VERB,
        Weight::Aside => 0.0,
    }
}

/// Which words of two topics belong together.
struct Matching<'t> {
    one: &'t Topic,
    other: &'t Topic,
    /// For each word of the first topic, the words of the second that it belongs to.
    pairs: Vec<(usize, usize)>,
}

impl<'t> Matching<'t> {
    fn of(one: &'t Topic, other: &'t Topic, vocabulary: &Vocabulary) -> Self {
        let mut matching = Self {
            one,
            other,
            pairs: Vec::new(),
        };
        matching.pair(&|a, b| a.stem == b.stem);
        matching.pair(&|a, b| {
            a.classes.iter().any(|class| b.classes.contains(class))
                && !vocabulary.are_apart(&a.stem, &b.stem)
        });
        matching.pair(&|a, b| is_family(&a.stem, &b.stem) || is_family(&b.stem, &a.stem));
        matching.join();
        matching
    }

    fn has(&self, is_one: bool, at: usize) -> bool {
        self.pairs
            .iter()
            .any(|(a, b)| if is_one { *a == at } else { *b == at })
    }

    /// Pairs words that have no partner yet.
    fn pair(&mut self, belong: &dyn Fn(&Word, &Word) -> bool) {
        for (a, word) in self.one.words.iter().enumerate() {
            if self.has(true, a) {
                continue;
            }
            let partner = self
                .other
                .words
                .iter()
                .enumerate()
                .find(|(b, other)| !self.has(false, *b) && belong(word, other));
            if let Some((b, _)) = partner {
                self.pairs.push((a, b));
            }
        }
    }

    /// Pairs `rain water` with `rainwater`.
    fn join(&mut self) {
        for (whole, at) in &self.one.joined {
            self.join_one(whole, *at, true);
        }
        for (whole, at) in &self.other.joined {
            self.join_one(whole, *at, false);
        }
    }

    /// Pairs two words of one topic, written as one, with a word of the other.
    fn join_one(&mut self, whole: &str, at: usize, is_one: bool) {
        let words = if is_one {
            &self.other.words
        } else {
            &self.one.words
        };
        let partner = words
            .iter()
            .enumerate()
            .find(|(place, word)| word.stem == whole && !self.has(!is_one, *place));
        let Some((partner, _)) = partner else { return };
        for part in [at, at + 1] {
            if !self.has(is_one, part) {
                self.pairs.push(if is_one {
                    (part, partner)
                } else {
                    (partner, part)
                });
            }
        }
    }

    fn unmatched(&self, is_one: bool) -> Vec<&'t Word> {
        let topic = if is_one { self.one } else { self.other };
        let words = topic.words.iter().enumerate();
        let (matched, unmatched): (Vec<_>, Vec<_>) =
            words.partition(|(at, _)| self.has(is_one, *at));
        // `TCP or UDP: the differences` says twice that it compares.
        let is_said = |word: &Word| {
            let mut classes = matched.iter().flat_map(|(_, other)| other.classes.iter());
            classes.any(|class| word.classes.contains(class))
        };
        unmatched
            .into_iter()
            .map(|(_, word)| word)
            .filter(|word| word.weight != Weight::Aside && !is_said(word))
            .collect()
    }

    /// How many strong words of either are in both: the fewer.
    fn strong(&self) -> usize {
        let count = |topic: &Topic, is_one: bool| {
            let words = topic.words.iter().enumerate();
            words
                .filter(|(at, word)| word.weight == Weight::Strong && self.has(is_one, *at))
                .count()
        };
        count(self.one, true).min(count(self.other, false))
    }

    /// What the words that are in both count.
    fn weight(&self) -> f64 {
        let sum = |topic: &Topic, is_one: bool| -> f64 {
            let words = topic.words.iter().enumerate();
            let matched = words.filter(|(at, _)| self.has(is_one, *at));
            matched.map(|(_, word)| weight(word)).sum()
        };
        sum(self.one, true).max(sum(self.other, false))
    }

    /// Whether one asks for the way from a thing to another and the other for the way back, or for one without the thing that
    /// the other has.
    fn is_swapped(&self) -> bool {
        let roles = |(a, b): &(usize, usize)| {
            (
                self.one.words.get(*a).map(|word| word.role),
                self.other.words.get(*b).map(|word| word.role),
            )
        };
        let roles: Vec<(Option<Role>, Option<Role>)> = self.pairs.iter().map(roles).collect();
        let without = |role: Option<Role>| role == Some(Role::Without);
        if roles.iter().any(|(a, b)| without(*a) != without(*b)) {
            return true;
        }
        let ends = |one: Option<Role>, other: Option<Role>| {
            one == Some(Role::To) && other == Some(Role::From)
        };
        if roles.iter().any(|(a, b)| ends(*a, *b) || ends(*b, *a)) {
            return true;
        }
        let turns = |role: Option<Role>| matches!(role, Some(Role::To | Role::From | Role::For));
        roles.iter().any(|(a, b)| {
            a != b && (turns(*a) || turns(*b)) && roles.iter().any(|(c, d)| c == b && d == a)
        })
    }
}

/// Whether a word is made of a stem by an ending.
fn is_family(stem: &str, word: &str) -> bool {
    stem.len() >= ROOT
        && stem.bytes().all(|byte| byte.is_ascii_lowercase())
        && word
            .strip_prefix(stem)
            .is_some_and(|end| ENDINGS.contains(&end))
}
