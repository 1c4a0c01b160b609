//! Text to words.

use unicode_normalization::UnicodeNormalization;

use crate::markdown::is_unspaced;

/// A piece of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Token {
    /// A word in small letters; of a script without blanks between words, one character.
    Word(String),
    /// A number: digits and dots.
    Number(String),
    /// What ends a clause, and what stands behind it is added to it.
    Break,
    /// What ends a clause within what is asked.
    Comma,
}

/// Words that make `Go` behind them the language.
const BEFORE_GO: [&str; 18] = [
    "in", "for", "with", "to", "from", "of", "vs", "and", "or", "using", "a", "the", "my", "your",
    "our", "large", "learn", "learning",
];

/// The words of a text, with what ends clauses between them.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let characters: Vec<char> = text.nfkc().collect();
    let mut tokens = Vec::new();
    let mut word = String::new();
    for (at, &c) in characters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| characters[at]);
        let after = characters.get(at + 1).copied();
        if is_unspaced(c) && c.is_alphanumeric() {
            end(&mut word, &mut tokens);
            tokens.push(Token::Word(c.to_string()));
        } else if c.is_alphanumeric() || c == '_' || is_mark(c) && !word.is_empty() {
            word.push(c);
        } else if matches!(c, '\'' | '’' | 'ʼ') && is_letter(before) && is_letter(after) {
            word.push('\'');
        } else if c == '.' && joins(before, after) || is_sign(c, before, after) {
            word.push(c);
        } else {
            end(&mut word, &mut tokens);
            let is_blank = |c: Option<char>| c.is_some_and(char::is_whitespace);
            match c {
                ',' | '、' | '،' => tokens.push(Token::Comma),
                ':' | '?' | '؟' | '!' | ';' | '.' | '。' | '(' | ')' | '|' | '—' | '–' => {
                    tokens.push(Token::Break);
                }
                '-' if is_blank(before) && is_blank(after) => tokens.push(Token::Break),
                _ => {}
            }
        }
    }
    end(&mut word, &mut tokens);
    tokens
}

fn is_letter(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphabetic() && !is_unspaced(c))
}

/// Whether a character only changes the one before it.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// Whether a dot stands in a number, a name (`Node.js`, `U.S`), or at the start of one (`.NET`).
fn joins(before: Option<char>, after: Option<char>) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    is_digit(before) && is_digit(after)
        || is_letter(before) && is_letter(after)
        || before.is_none_or(char::is_whitespace) && is_letter(after)
}

/// Whether a character belongs to a name such as `C++` or `C#`.
fn is_sign(c: char, before: Option<char>, after: Option<char>) -> bool {
    let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    match c {
        '+' => is_letter(before) && after == Some('+') || before == Some('+') && ends(after),
        '#' => is_letter(before) && ends(after),
        _ => false,
    }
}

/// Adds the word that ends here.
fn end(word: &mut String, tokens: &mut Vec<Token>) {
    let whole = std::mem::take(word);
    if whole.is_empty() {
        return;
    }
    let is_go = whole == "Go"
        && match tokens.last() {
            None | Some(Token::Break | Token::Comma) => true,
            Some(Token::Word(before)) => BEFORE_GO.contains(&before.as_str()),
            Some(Token::Number(_)) => false,
        };
    if is_go {
        tokens.push(Token::Word("golang".to_owned()));
        return;
    }
    let lower = whole.to_lowercase();
    let (lower, negates) = contraction(&lower);
    push(lower, tokens);
    if negates {
        tokens.push(Token::Word("not".to_owned()));
    }
}

/// A word without what an apostrophe adds, and whether that is `not`.
fn contraction(word: &str) -> (&str, bool) {
    let Some((start, rest)) = word.split_once('\'') else {
        return (word, false);
    };
    match rest {
        "t" => match start {
            "won" => ("will", true),
            "can" => ("can", true),
            _ => (start.strip_suffix('n').unwrap_or(start), true),
        },
        "s" | "re" | "ve" | "ll" | "d" | "m" => (start, false),
        _ => (word, false),
    }
}

fn push(word: &str, tokens: &mut Vec<Token>) {
    let is_number = |text: &str| {
        text.starts_with(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    let number = word.strip_prefix('v').unwrap_or(word);
    if is_number(number) {
        tokens.push(Token::Number(number.to_owned()));
        return;
    }
    // `python3` and `python 3` are the same.
    let digits = word.find(|c: char| c.is_ascii_digit());
    if let Some(at) = digits.filter(|at| *at >= 3 && is_number(&word[*at..])) {
        tokens.push(Token::Word(word[..at].to_owned()));
        tokens.push(Token::Number(word[at..].to_owned()));
        return;
    }
    // Elided words of French and Italian are words of their own.
    for part in word.split('\'').filter(|part| !part.is_empty()) {
        tokens.push(Token::Word(part.to_owned()));
    }
}
