//! The end marker, in the forms that models give it.

use super::label;
use crate::text::is_unprintable;

/// Where a line stops being the article's, and where the marker ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    /// Bytes of the line that are still text; 0 where the marker has the line for itself.
    pub(super) start: usize,
    /// The byte of the line after the marker.
    pub(super) end: usize,
}

/// Finds the end marker in a line.
///
/// Every form has to be whole: `</EndOFText`, `-EndOFText` and `` `EndOFText `` may be the beginning of a marker that was cut.
pub(super) fn find(line: &str) -> Option<Cut> {
    // The word has no character outside ASCII, so bytes can be compared and nothing is allocated.
    if !holds_word(line) {
        return None;
    }
    let invisible = |c: char| c.is_whitespace() || is_unprintable(c);
    if is_marker(line.trim_matches(invisible)) {
        return Some(Cut {
            start: 0,
            end: line.len(),
        });
    }
    find_tag(line).or_else(|| find_last_word(line))
}

/// A line that is a marker and nothing else.
fn is_marker(text: &str) -> bool {
    let text = text.trim_start_matches('#').trim();
    let mut core: String = text.chars().filter(|c| *c != '\\').collect();
    // Ten layers are more than any model wraps around one word.
    for _ in 0..10 {
        if is_tag(&core) || core.eq_ignore_ascii_case("EndOFText") {
            return true;
        }
        let Some(inner) = peel(&core) else {
            return false;
        };
        core = inner;
    }
    false
}

/// The text without the first and last character, where these belong together.
fn peel(text: &str) -> Option<String> {
    const PAIRS: [(&str, &str); 14] = [
        ("`", "`"),
        ("*", "*"),
        ("_", "_"),
        ("\"", "\""),
        ("'", "'"),
        ("“", "”"),
        ("-", "-"),
        ("–", "–"),
        ("—", "—"),
        ("=", "="),
        ("~", "~"),
        ("[", "]"),
        ("(", ")"),
        ("<!--", "-->"),
    ];
    PAIRS.iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(open)?.strip_suffix(close)?;
        Some(inner.trim().to_owned())
    })
}

/// `</EndOFText>`, `<EndOFText>`, `<EndOFText/>`, also with blanks or underscores inside, or as entities.
fn is_tag(text: &str) -> bool {
    let inner = text
        .strip_prefix('<')
        .and_then(|rest| rest.strip_suffix('>'))
        .or_else(|| {
            text.strip_prefix("&lt;")
                .and_then(|rest| rest.strip_suffix("&gt;"))
        });
    inner.is_some_and(|inner| {
        let inner = inner.trim();
        let inner = inner
            .strip_prefix('/')
            .or_else(|| inner.strip_suffix('/'))
            .unwrap_or(inner);
        let word: String = inner
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '_')
            .collect();
        word.eq_ignore_ascii_case("EndOFText")
    })
}

/// A marker in the form of a tag at the start of a line, whatever follows; at its end, whatever precedes; or between two
/// replies that run into each other.
fn find_tag(line: &str) -> Option<Cut> {
    // Longer than any spelling of the marker: keeps the search linear.
    const LONGEST_TAG: usize = 40;
    let line = line.trim_end();
    let (mut from, mut ticks) = (0, 0);
    for (open, _) in line.match_indices('<') {
        ticks += line[from..open].matches('`').count();
        from = open;
        let length = line.as_bytes()[open..]
            .iter()
            .take(LONGEST_TAG)
            .position(|byte| *byte == b'>');
        let Some(close) = length.map(|length| open + length + 1) else {
            continue;
        };
        let tag: String = line[open..close].chars().filter(|c| *c != '\\').collect();
        if !is_tag(&tag) || ticks % 2 == 1 {
            continue;
        }
        let before = &line[..open];
        let before = before.strip_suffix('\\').unwrap_or(before);
        let first = before.trim_start().is_empty();
        let after = &line[close..];
        let doubled = || label::read(after).is_some_and(|l| l.kind == label::Kind::Title);
        if first || (after.is_empty() && ends_text(before)) || doubled() {
            let start = if first { 0 } else { before.len() };
            return Some(Cut { start, end: close });
        }
    }
    None
}

/// Text that a marker may be glued to: something else than marks, and no emphasis left open, since `**</EndOFText>` may be the
/// beginning of `**</EndOFText>**`.
fn ends_text(before: &str) -> bool {
    const MARKS: &str = "<!`*_\"'“”-–—=~[]()#>";
    before
        .chars()
        .any(|c| !c.is_whitespace() && !MARKS.contains(c))
        && before.matches("**").count().is_multiple_of(2)
        && before.matches('`').count().is_multiple_of(2)
}

/// A bare marker as the last word of a text line. Only in the spelling of the contract: `endoftext` might be prose.
fn find_last_word(line: &str) -> Option<Cut> {
    let text = line.trim_end();
    let word_at = text
        .rfind(char::is_whitespace)
        .map(|at| at + text[at..].chars().next().map_or(1, char::len_utf8))?;
    let word = &text[word_at..];
    let core = word
        .strip_prefix('-')
        .and_then(|word| word.strip_suffix('-'))
        .unwrap_or(word);
    let before = &text[..word_at];
    // `- EndOFText` may be the beginning of `- EndOFText -`.
    let marker = matches!(core, "EndOFText" | "EndOfText") && ends_text(before);
    marker.then_some(Cut {
        start: word_at,
        end: text.len(),
    })
}

fn holds_word(line: &str) -> bool {
    line.as_bytes()
        .windows(4)
        .any(|window| window.eq_ignore_ascii_case(b"text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_found_and_no_beginning_of_it() {
        for marker in [
            "</EndOFText>",
            "<EndOFText>",
            "</EndOfText>",
            "</endoftext>",
            "EndOFText",
            "-EndOFText-",
            "ENDOFTEXT",
            "`</EndOFText>`",
            "**</EndOFText>**",
            "**EndOFText**",
            "`EndOFText`",
            "\\</EndOFText\\>",
            "\\</EndOFText>",
            "\tEndOFText",
            "    </EndOFText>",
            "--EndOFText--",
            "**`</EndOFText>`**",
            "## </EndOFText>",
            "&lt;/EndOFText&gt;",
            "</END_OF_TEXT>",
            "< /EndOFText >",
            "<EndOFText/>",
            "\"</EndOFText>\"",
            "<!-- </EndOFText> -->",
        ] {
            let cut = find(marker).unwrap_or_else(|| panic!("{marker}"));
            assert_eq!(cut.start, 0, "{marker}");
            for end in (0..marker.len()).filter(|end| marker.is_char_boundary(*end)) {
                assert_eq!(
                    find(&marker[..end]),
                    None,
                    "{marker} cut to {}",
                    &marker[..end]
                );
            }
        }
    }

    #[test]
    fn a_marker_glued_to_text_leaves_the_text() {
        for (line, text) in [
            ("done.</EndOFText>", "done."),
            ("done. </EndOFText>  ", "done. "),
            ("done. EndOFText", "done. "),
            ("done.\tEndOFText", "done.\t"),
            ("done. -EndOFText-", "done. "),
            ("done.\\</EndOFText\\>", "done."),
            ("`x` </EndOFText>", "`x` "),
            ("終わり。</EndOFText>", "終わり。"),
            ("a</EndOFText>TITLE: b", "a"),
        ] {
            assert_eq!(
                find(line).map(|cut| &line[..cut.start]),
                Some(text),
                "{line}"
            );
        }
        assert_eq!(
            find("</EndOFText> I hope this helps").map(|cut| cut.start),
            Some(0)
        );
    }

    #[test]
    fn prose_is_no_marker() {
        for line in [
            "the end of text",
            "doneEndOFText",
            "it ends with `</EndOFText>`",
            "`</EndOFText",
            "a </EndOFText> b",
            "End of text",
            "<EndOFTextile>",
            "the endoftext",
            "say `EndOFText`",
            "`say </EndOFText>",
        ] {
            assert_eq!(find(line), None, "{line}");
        }
    }
}
