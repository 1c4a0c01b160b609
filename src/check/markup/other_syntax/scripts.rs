//! Subscripts and superscripts between single signs.

use std::ops::Range;

/// Letters and digits between two marks within or at the end of a word: `H~2~O`, `x^2^`, `10^th^`.
pub(super) fn scripts(text: &str, mark: char) -> impl Iterator<Item = Range<usize>> {
    let mut until = 0;
    text.match_indices(mark).filter_map(move |(open, _)| {
        let inside = text[open + 1..].split(mark).next()?;
        let end = open + inside.len() + 2;
        let is_short = (1..7).contains(&inside.len())
            && inside
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-'));
        let before = text[..open].chars().next_back();
        let after = text.get(end..)?.chars().next();
        let is_word = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, ')' | ']'));
        // `2^3^2` and `a~b~c` are formulas and names, and a formula goes on with a sign.
        let goes_on = after.is_some_and(|c| {
            matches!(c, '^' | '~' | '/' | '=' | '_' | '{' | '\\')
                || c.is_ascii_digit()
                || (mark == '^' && c.is_alphanumeric())
                || (c.is_alphanumeric() && !inside.bytes().all(|b| b.is_ascii_digit()))
        });
        let is_script = open >= until
            && text.is_char_boundary(end)
            && is_short
            && is_word
            && !goes_on
            && !in_dollars(&text[..open]);
        is_script.then(|| {
            until = end;
            open..end
        })
    })
}

/// Whether text ends within a formula between dollars.
pub(super) fn in_dollars(before: &str) -> bool {
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.replace("$$", "$").matches('$').count() % 2 == 1
}
