//! Letters, digits and marks as Go's `unicode` package sorts them, which is what Hugo asks.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// Whether Go calls it a letter (category L).
pub(super) fn is_letter(c: char) -> bool {
    // The standard library also counts letter numbers, circled letters and vowel signs among the alphabetic ones.
    c.is_alphabetic()
        && !c.is_numeric()
        && !is_mark(c)
        && !matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}')
}

/// Whether Go calls it a mark (category M).
pub(super) fn is_mark(c: char) -> bool {
    is_combining_mark(c)
}

/// Whether Go calls it a digit (category Nd): not a fraction, a superscript or a circled number.
pub(super) fn is_digit(c: char) -> bool {
    c.is_numeric()
        && !matches!(c,
            '\u{b2}' | '\u{b3}' | '\u{b9}' | '\u{bc}'..='\u{be}'
            | '\u{9f4}'..='\u{9f9}' | '\u{b72}'..='\u{b77}' | '\u{bf0}'..='\u{bf2}' | '\u{c78}'..='\u{c7e}'
            | '\u{d58}'..='\u{d5e}' | '\u{d70}'..='\u{d78}' | '\u{f2a}'..='\u{f33}'
            | '\u{1369}'..='\u{137c}' | '\u{16ee}'..='\u{16f0}' | '\u{17f0}'..='\u{17f9}' | '\u{19da}'
            | '\u{2070}'..='\u{218b}' | '\u{2460}'..='\u{2793}' | '\u{2cfd}'
            | '\u{3007}' | '\u{3021}'..='\u{303a}' | '\u{3192}'..='\u{32bf}'
            | '\u{a6e6}'..='\u{a6ef}' | '\u{a830}'..='\u{a835}'
            | '\u{10107}'..='\u{1049f}' | '\u{10800}'..='\u{10cff}' | '\u{10e60}'..='\u{1103f}'
            | '\u{1d2c0}'..='\u{1d378}' | '\u{1ec71}'..='\u{1f10c}')
}

/// The text without accents: `é` is `e`.
pub(super) fn without_accents(text: &str) -> String {
    text.nfd().filter(|c| !is_mark(*c)).nfc().collect()
}
