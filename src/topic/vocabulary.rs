//! What words of a language do in topics.

use std::collections::{HashMap, HashSet};
use std::fmt;

use rust_stemmers::{Algorithm, Stemmer};

use super::Role;
use super::tokens::{Token, tokens};

/// The files, by language.
const LANGUAGES: [(&str, &str, Option<Algorithm>); 10] = [
    ("en", include_str!("words/en.txt"), Some(Algorithm::English)),
    ("de", include_str!("words/de.txt"), Some(Algorithm::German)),
    ("fr", include_str!("words/fr.txt"), Some(Algorithm::French)),
    ("es", include_str!("words/es.txt"), Some(Algorithm::Spanish)),
    ("it", include_str!("words/it.txt"), Some(Algorithm::Italian)),
    (
        "pt",
        include_str!("words/pt.txt"),
        Some(Algorithm::Portuguese),
    ),
    ("nl", include_str!("words/nl.txt"), Some(Algorithm::Dutch)),
    ("ar", include_str!("words/ar.txt"), Some(Algorithm::Arabic)),
    ("ja", include_str!("words/ja.txt"), None),
    ("zh", include_str!("words/zh.txt"), None),
];

/// Languages of which only the endings are known.
const STEMMED: [(&str, Algorithm); 9] = [
    ("da", Algorithm::Danish),
    ("fi", Algorithm::Finnish),
    ("hu", Algorithm::Hungarian),
    ("nb", Algorithm::Norwegian),
    ("no", Algorithm::Norwegian),
    ("ro", Algorithm::Romanian),
    ("ru", Algorithm::Russian),
    ("sv", Algorithm::Swedish),
    ("tr", Algorithm::Turkish),
];

/// Names that are the same in all languages.
const NAMES: &str = include_str!("words/names.txt");

/// A longer word is no word.
const LONGEST: usize = 60;

/// What a word, or several together, do in a topic.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Meaning {
    /// It says nothing of what is asked.
    pub(super) is_dropped: bool,
    /// The same, and it asks what something is.
    pub(super) defines: bool,
    /// It says nothing where things are compared.
    pub(super) is_verdict: bool,
    /// It may be missing.
    pub(super) is_weak: bool,
    /// It is a verb that may be missing.
    pub(super) is_verb: bool,
    /// What it says of the words behind it.
    pub(super) role: Option<Role>,
    /// The lines of words that ask for the same.
    pub(super) classes: Vec<u16>,
}

impl Meaning {
    /// Whether it names something.
    pub(super) fn is_telling(&self) -> bool {
        !(self.is_dropped || self.defines || self.is_weak || self.is_verb || self.role.is_some())
    }
}

/// What single words do that are looked for as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Mark {
    /// It begins a question.
    Asking,
    /// It stands for what is named before it.
    Referring,
    /// It says nothing in a question about what is named before it.
    Filler,
    /// A verb may have it behind its object.
    Particle,
    /// It numbers the parts of a series.
    Series,
    /// It names what a text lists.
    Counted,
    /// It stands before a list.
    Listed,
    /// It says `one`.
    One,
    /// It is a thing that is counted.
    Unit,
    /// It tells no text from another.
    Generic,
}

/// The sections with such words.
const MARKS: [(&str, Mark); 10] = [
    ("asking", Mark::Asking),
    ("referring", Mark::Referring),
    ("filler", Mark::Filler),
    ("particles", Mark::Particle),
    ("series", Mark::Series),
    ("counted", Mark::Counted),
    ("listed", Mark::Listed),
    ("one", Mark::One),
    ("units", Mark::Unit),
    ("generic", Mark::Generic),
];

/// The words of a language.
pub(super) struct Vocabulary {
    stemmer: Option<Stemmer>,
    pub(super) is_english: bool,
    pub(super) is_german: bool,
    forms: HashMap<String, String>,
    /// By the words with blanks between them: their stems, or with `=` before them the words as they are.
    meanings: HashMap<String, Meaning>,
    /// How many words the longest entry has that begins with this one.
    longest: HashMap<String, usize>,
    apart: HashSet<(String, String)>,
    marks: HashMap<String, Vec<Mark>>,
    /// Numbers by the words that stand for them beside the name of a part.
    ordinals: HashMap<String, String>,
    /// The same, only behind it.
    cardinals: HashMap<String, String>,
    /// Groups of readers by the words for them.
    readers: HashMap<String, u16>,
    /// The lines that compare.
    comparing: Vec<u16>,
    classes: u16,
}

impl fmt::Debug for Vocabulary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vocabulary")
            .field("meanings", &self.meanings.len())
            .finish_non_exhaustive()
    }
}

impl Vocabulary {
    /// The vocabulary of a language, by the first part of its name.
    pub(super) fn of(language: &str) -> Self {
        let language = language.to_lowercase();
        let base = language.split(['-', '_']).next().unwrap_or_default();
        let known = LANGUAGES.iter().find(|(name, ..)| *name == base);
        let stemmed = STEMMED.iter().find(|(name, _)| *name == base);
        let algorithm = match known {
            Some((_, _, algorithm)) => *algorithm,
            None => stemmed.map(|(_, algorithm)| *algorithm),
        };
        let mut vocabulary = Self {
            stemmer: algorithm.map(Stemmer::create),
            is_english: base == "en",
            is_german: base == "de",
            forms: HashMap::new(),
            meanings: HashMap::new(),
            longest: HashMap::new(),
            apart: HashSet::new(),
            marks: HashMap::new(),
            ordinals: HashMap::new(),
            cardinals: HashMap::new(),
            readers: HashMap::new(),
            comparing: Vec::new(),
            classes: 0,
        };
        vocabulary.add(NAMES);
        if let Some((_, text, _)) = known {
            vocabulary.add(text);
        }
        vocabulary.complete();
        // It is in the files of all languages.
        if let Some(vs) = vocabulary.meanings.get("vs") {
            vocabulary.comparing.clone_from(&vs.classes);
        }
        vocabulary
    }

    /// Gives words that stand somewhere as they are the classes that they have by their stems.
    fn complete(&mut self) {
        let mut classes = Vec::new();
        for key in self.meanings.keys() {
            if let Some(exact) = key.strip_prefix('=')
                && let Some(meaning) = self.meanings.get(&self.stems_of(exact))
            {
                classes.push((key.clone(), meaning.classes.clone()));
            }
        }
        for (key, classes) in classes {
            if let Some(meaning) = self.meanings.get_mut(&key) {
                meaning.classes.extend(classes);
            }
        }
    }

    /// Adds what a file says. Its form is told at the top of `words/en.txt`.
    fn add(&mut self, file: &str) {
        let mut section = "";
        for line in file.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(name) = line.strip_prefix('[') {
                section = name.trim_end_matches(']');
                continue;
            }
            if section == "apart" {
                if let Some((one, other)) = line.split_once(" | ") {
                    let (one, other) = (self.stems_of(one), self.stems_of(other));
                    self.apart.insert((other.clone(), one.clone()));
                    self.apart.insert((one, other));
                }
                continue;
            }
            self.classes += u16::from(["same", "readers"].contains(&section));
            if section == "readers" {
                let group = self.classes;
                let words = line.split(", ").map(|word| (word.to_owned(), group));
                self.readers.extend(words);
                continue;
            }
            for entry in line.split(", ") {
                self.add_entry(section, entry.trim());
            }
        }
    }

    fn add_entry(&mut self, section: &str, entry: &str) {
        if let Some((form, base)) = entry.split_once(": ") {
            let forms = match section {
                "forms" => &mut self.forms,
                "ordinals" => &mut self.ordinals,
                _ => &mut self.cardinals,
            };
            forms.insert(form.to_owned(), base.to_owned());
            return;
        }
        if let Some((_, mark)) = MARKS.iter().find(|(name, _)| *name == section) {
            self.marks.entry(entry.to_owned()).or_default().push(*mark);
            return;
        }
        let (key, first) = if let Some(exact) = entry.strip_prefix('=') {
            let words = words_of(exact);
            (format!("={}", words.join(" ")), words.first().cloned())
        } else {
            let stems = self.stems_of(entry);
            let first = stems.split(' ').next().map(str::to_owned);
            (stems, first)
        };
        let Some(first) = first else { return };
        let length = key.split(' ').count();
        let longest = self.longest.entry(first).or_default();
        *longest = (*longest).max(length);
        let class = self.classes;
        let meaning = self.meanings.entry(key).or_default();
        match section {
            "drop" => meaning.is_dropped = true,
            "define" => meaning.defines = true,
            "weak" => meaning.is_weak = true,
            "verdict" => meaning.is_verdict = true,
            "verbs" => meaning.is_verb = true,
            "to" => meaning.role = Some(Role::To),
            "from" => meaning.role = Some(Role::From),
            "for" => meaning.role = Some(Role::For),
            "with" => meaning.role = Some(Role::With),
            "in" => meaning.role = Some(Role::In),
            "without" => meaning.role = Some(Role::Without),
            _ => meaning.classes.push(class),
        }
    }

    /// The stems of words, with blanks between them.
    fn stems_of(&self, words: &str) -> String {
        let stems: Vec<String> = words_of(words).iter().map(|word| self.stem(word)).collect();
        stems.join(" ")
    }

    /// A word without its ending.
    pub(super) fn stem(&self, word: &str) -> String {
        let one = |ending: &str| word.strip_suffix(ending).filter(|_| self.is_english);
        let form = [Some(word), one("s"), one("es")]
            .into_iter()
            .flatten()
            .find_map(|form| self.forms.get(form))
            .map_or(word, String::as_str);
        let Some(stemmer) = &self.stemmer else {
            return form.to_owned();
        };
        // Of words on `eed` it takes a letter that their other forms keep.
        let is_on_eed = self.is_english && form.ends_with("eed");
        if is_on_eed || form.len() > LONGEST || !form.chars().all(char::is_alphabetic) {
            return form.to_owned();
        }
        if self.is_german
            && let Some(verb) = form.strip_suffix("iert")
        {
            // `Wie installiert man` asks for `installieren`.
            return stemmer.stem(&format!("{verb}ieren")).into_owned();
        }
        if !self.is_english {
            return stemmer.stem(form).into_owned();
        }
        // Short forms such as `PDFs`, which the stemmer takes for no words.
        let is_short_form = form != "https" && !form.contains(['a', 'e', 'i', 'o', 'u', 'y']);
        if let Some(one) = form
            .strip_suffix('s')
            .filter(|one| is_short_form && one.len() > 1)
        {
            return one.to_owned();
        }
        // What English writes with `s` or with `z`, with `our` or with `or`.
        let form = ["ise", "ised", "ises", "ising", "iser", "isation"]
            .iter()
            .find_map(|ending| {
                let start = form.strip_suffix(ending).filter(|start| start.len() > 2)?;
                Some(format!("{start}iz{}", &ending[2..]))
            })
            .unwrap_or_else(|| form.to_owned());
        let stem = stemmer.stem(&form).into_owned();
        match stem.strip_suffix("our") {
            Some(start) if start.len() > 2 => format!("{start}or"),
            _ => stem,
        }
    }

    /// What the longest entry means that these words begin with, and how many of them it takes.
    pub(super) fn meaning(&self, words: &[(String, String)]) -> Option<(&Meaning, usize)> {
        let (word, stem) = words.first()?;
        let longest = |first: &str| self.longest.get(first).copied().unwrap_or(0);
        let most = longest(word).max(longest(stem)).min(words.len());
        (1..=most).rev().find_map(|length| {
            let words = &words[..length];
            let exact: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
            let stems: Vec<&str> = words.iter().map(|(_, stem)| stem.as_str()).collect();
            let exact = self.meanings.get(&format!("={}", exact.join(" ")));
            let meaning = exact.or_else(|| self.meanings.get(&stems.join(" ")))?;
            Some((meaning, length))
        })
    }

    /// Whether a word as it is written is of a kind.
    pub(super) fn is_marked(&self, mark: Mark, word: &str) -> bool {
        let marks = self.marks.get(word);
        marks.is_some_and(|marks| marks.contains(&mark))
    }

    /// The number that a word stands for before or behind the name of a part: `first`; behind it `one` and `ii` as well.
    pub(super) fn ordinal(&self, word: &str, is_behind: bool) -> Option<&str> {
        let cardinal = || self.cardinals.get(word).filter(|_| is_behind);
        self.ordinals
            .get(word)
            .or_else(cardinal)
            .map(String::as_str)
    }

    /// The group of readers that a word names.
    pub(super) fn readers(&self, word: &str) -> Option<u16> {
        self.readers.get(word).copied()
    }

    /// Whether two words, the first by its stem, are an entry together.
    pub(super) fn is_entry(&self, stem: &str, word: &str) -> bool {
        self.meanings
            .contains_key(&format!("{stem} {}", self.stem(word)))
    }

    /// Whether a word leads to the one behind it.
    pub(super) fn leads(&self, word: &str) -> bool {
        let leads = |key: &str| {
            let meaning = self.meanings.get(key);
            meaning.is_some_and(|meaning| meaning.role.is_some())
        };
        leads(&self.stem(word)) || leads(&format!("={word}"))
    }

    /// Whether a word of these lines compares things.
    pub(super) fn compares(&self, classes: &[u16]) -> bool {
        classes.iter().any(|class| self.comparing.contains(class))
    }

    /// Whether two words ask for different things although they are of one class.
    pub(super) fn are_apart(&self, one: &str, other: &str) -> bool {
        // Most words are in no such pair.
        !self.apart.is_empty() && self.apart.contains(&(one.to_owned(), other.to_owned()))
    }
}

/// The words and numbers of a text.
fn words_of(text: &str) -> Vec<String> {
    tokens(text)
        .into_iter()
        .filter_map(|token| match token {
            Token::Word(word) | Token::Number(word) => Some(word),
            Token::Break | Token::Comma => None,
        })
        .collect()
}
