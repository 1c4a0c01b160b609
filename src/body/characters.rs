//! Line ends, and characters that a reader cannot see.

use crate::finding::Severity;
pub(crate) use crate::text::joins;

use super::Note;

/// The body with LF line ends and without control, bidirectional, zero-width and tag characters.
pub(super) fn clean(body: &str, notes: &mut Vec<Note>) -> String {
    let right_to_left = body.chars().any(is_right_to_left);
    let mut out = String::with_capacity(body.len());
    let mut removed = 0_usize;
    let mut characters = body.chars().peekable();
    let mut before = None;
    while let Some(character) = characters.next() {
        let after = characters.peek().copied();
        match character {
            '\r' if after == Some('\n') => continue,
            '\r' => out.push('\n'),
            // Line ends to some, but not to Markdown: a heading or a row of a table goes on behind them.
            '\u{2028}' | '\u{2029}' | '\u{85}' => out.push(' '),
            '\n' | '\t' => out.push(character),
            '\u{200c}' | '\u{200d}' if joins(before, after) => out.push(character),
            // Fillers of old Korean letters, variants of Chinese ones: `check` knows where they mean nothing.
            '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{e0100}'..='\u{e01ef}' => {
                out.push(character);
            }
            '\u{200e}' | '\u{200f}' if right_to_left => out.push(character),
            c if c.is_control() || is_invisible(c) => removed += 1,
            c => out.push(c),
        }
        before = Some(character);
    }
    if removed > 0 {
        notes.push(Note::new(
            "invisible-characters",
            Severity::Warning,
            format!("invisible or bidirectional characters that were removed: {removed}"),
        ));
    }
    out
}

pub(crate) fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{0590}'..='\u{08ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{180e}'
        | '\u{2028}'
        | '\u{2029}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{ffa0}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffc}'
        | '\u{e0000}'..='\u{e007f}'
        | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_go_and_are_counted() {
        let mut notes = Vec::new();
        let text = clean(
            "a\r\nb\rc\u{2028}d\u{202e}e\u{200b}f\u{feff}\u{0}",
            &mut notes,
        );
        assert_eq!(text, "a\nb\nc def");
        assert!(notes[0].message.ends_with(": 4"));
    }

    #[test]
    fn joiners_stay_where_they_mean_something() {
        let mut notes = Vec::new();
        let text = "👩\u{200d}💻 می\u{200c}خواهم";
        assert_eq!(clean(text, &mut notes), text);
        assert_eq!(clean("a\u{200d}b", &mut notes), "ab");
    }
}
