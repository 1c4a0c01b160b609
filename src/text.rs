//! Small helpers for text that came from somewhere else.

use std::borrow::Cow;

/// Foreign text (from a model, a server, a file name) made safe to print: control characters, bidirectional overrides
/// and invisible characters become visible escapes such as `\u{1b}`, so that none of them reaches a terminal or a CI log.
/// Line feeds become `\n` as well, so the result is one line.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_unprintable(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// Control, bidirectional, zero-width and tag characters: the ones that can deceive a reader of a log.
pub fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// At most `limit` characters of `text`, with `…` where something was left out.
pub fn shorten(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_shows_what_a_terminal_would_obey() {
        assert_eq!(
            escape("a\u{1b}[2J\u{202e}b\n::error::"),
            "a\\u{1b}[2J\\u{202e}b\\n::error::"
        );
        assert_eq!(escape("Grüße, 日本"), "Grüße, 日本");
    }

    #[test]
    fn shorten_counts_characters() {
        assert_eq!(shorten("日本語", 2), "日本…");
        assert_eq!(shorten("abc", 3), "abc");
    }
}
