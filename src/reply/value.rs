//! Values cleaned of what models put around them.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

use super::head::SEPARATORS;
use super::lines::Fence;
use crate::text;

/// One clean line: no control, bidirectional or zero-width characters, no quotes or emphasis around the whole.
pub(super) fn line(parts: &[String]) -> String {
    let joined = parts.join(" ");
    let text = visible(&joined);
    let mut value = text.trim();
    let level = value.len() - value.trim_start_matches('#').len();
    if (1..=6).contains(&level) && value[level..].starts_with(' ') {
        value = value[level..].trim_start();
        let open = value.trim_end_matches('#');
        if open.ends_with(' ') {
            value = open.trim_end();
        }
    }
    unwrap(value).to_owned()
}

/// The text without characters that nobody sees. A joiner stays where emoji and several scripts need it.
pub(super) fn visible(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        if matches!(c, '\t' | '\n' | '\u{2028}' | '\u{2029}') {
            out.push(' ');
        } else if matches!(c, '\u{200c}' | '\u{200d}') {
            if text::joins(out.chars().next_back(), chars.peek().copied()) {
                out.push(c);
            }
        } else if !text::is_unprintable(c) {
            out.push(c);
        }
    }
    out
}

/// Takes away pairs of quotes, emphasis and backticks around the whole value, as long as there are any.
pub(super) fn unwrap(value: &str) -> &str {
    const PAIRS: [(&str, &str); 16] = [
        ("***", "***"),
        ("**", "**"),
        ("__", "__"),
        ("*", "*"),
        ("_", "_"),
        ("`", "`"),
        ("\"", "\""),
        ("'", "'"),
        ("“", "”"),
        ("„", "“"),
        ("”", "”"),
        ("‘", "’"),
        ("「", "」"),
        ("『", "』"),
        ("«", "»"),
        ("＂", "＂"),
    ];
    let mut value = value.trim();
    // More layers than this are not there to be taken for one value.
    for _ in 0..8 {
        let inner = PAIRS.iter().find_map(|(open, close)| {
            let inner = value.strip_prefix(open)?.strip_suffix(close)?;
            // `"a" and "b"` begins and ends with a quote, yet no pair holds the whole.
            let whole = !holds(inner, open) && !holds(inner, close);
            (whole && !inner.trim().is_empty()).then(|| inner.trim())
        });
        match inner {
            Some(inner) => value = inner,
            None => break,
        }
    }
    if value.chars().all(|c| "\"'`*_“”「」".contains(c)) {
        ""
    } else {
        value
    }
}

/// The mark is in the text as a quote or emphasis, not as an apostrophe or a letter's neighbour.
fn holds(text: &str, mark: &str) -> bool {
    text.match_indices(mark).any(|(at, _)| {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let inside = letter(text[..at].chars().next_back())
            && letter(text[at + mark.len()..].chars().next());
        !(inside && matches!(mark, "'" | "’" | "_"))
    })
}

/// The values of a list of terms, in whichever form it came.
pub(super) fn terms(parts: &[String]) -> Vec<String> {
    let mut terms = json_array(parts).unwrap_or_else(|| {
        bare(parts)
            .iter()
            .flat_map(|line| split_line(line))
            .collect()
    });
    if terms.len() == 1
        && terms[0]
            .split_whitespace()
            .filter(|w| w.starts_with('#'))
            .count()
            > 1
        && terms[0]
            .split_whitespace()
            .all(|word| word.len() > 1 && word.starts_with('#'))
    {
        terms = terms[0].split_whitespace().map(str::to_owned).collect();
    }
    let mut terms: Vec<String> = terms
        .iter()
        .map(|term| unwrap(&visible(term)).to_owned())
        .filter(|term| !term.is_empty())
        .collect();
    if !terms.is_empty()
        && terms
            .iter()
            .all(|term| term.len() > 1 && term.starts_with('#'))
    {
        terms = terms
            .iter()
            .map(|term| term.trim_start_matches('#').trim().to_owned())
            .collect();
    }
    let nothing = ["none", "n/a", "-", "—"];
    if terms.len() == 1
        && nothing
            .iter()
            .any(|word| terms[0].eq_ignore_ascii_case(word))
    {
        terms.clear();
    }
    terms.retain(|term| !term.is_empty());
    terms
}

/// The names of a list whose separators are left to the caller: one a line or, where the list is an array, one an item.
pub(super) fn names(parts: &[String]) -> Vec<String> {
    json_array(parts)
        .unwrap_or_else(|| bare(parts))
        .iter()
        .map(|name| visible(name))
        .collect()
}

/// `["a", "b"]`.
fn json_array(parts: &[String]) -> Option<Vec<String>> {
    let text = parts.join(" ");
    let text = text.trim().trim_matches('`').trim();
    if !text.starts_with('[') {
        return None;
    }
    serde_json::from_str(text).ok()
}

/// The lines without brackets around the whole.
fn bare(parts: &[String]) -> Vec<String> {
    let mut parts: Vec<String> = parts.iter().map(|line| unwrap(line).to_owned()).collect();
    parts.retain(|line| Fence::read(line).is_none());
    let opened = parts.first().is_some_and(|line| line.starts_with('['));
    let closed = parts.last().is_some_and(|line| line.ends_with(']'));
    if opened && closed {
        if let Some(first) = parts.first_mut() {
            first.remove(0);
        }
        if let Some(last) = parts.last_mut() {
            last.pop();
        }
    }
    parts
}

/// Splits at separators that are not within quotes or brackets; where these do not pair up, at all of them.
pub(super) fn split_line(line: &str) -> Vec<String> {
    let comma = |c: char| matches!(c, ',' | '、' | '，' | '،');
    let has_comma = line.contains(comma);
    let is_separator = |c: char| comma(c) || (!has_comma && SEPARATORS.contains(&c));
    split_outside_brackets(line, is_separator)
        .unwrap_or_else(|| line.split(is_separator).collect())
        .into_iter()
        .map(|term| term.trim().to_owned())
        .filter(|term| !term.is_empty())
        .collect()
}

fn split_outside_brackets(line: &str, is_separator: impl Fn(char) -> bool) -> Option<Vec<&str>> {
    let (mut terms, mut depth, mut quoted, mut start) = (Vec::new(), 0_u32, false, 0);
    for (at, c) in line.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' | '<' | '（' | '「' if !quoted => depth += 1,
            ')' | ']' | '>' | '）' | '」' if !quoted => depth = depth.checked_sub(1)?,
            c if depth == 0 && !quoted && is_separator(c) => {
                terms.push(&line[start..at]);
                start = at + c.len_utf8();
            }
            _ => {}
        }
    }
    terms.push(&line[start..]);
    (depth == 0 && !quoted).then_some(terms)
}

/// Takes out what is there already, whatever the case; gives the ones taken out.
pub(super) fn remove_repeated(terms: &mut Vec<String>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut repeated = Vec::new();
    terms.retain(|term| {
        let new = seen.insert(term.nfkc().flat_map(char::to_lowercase).collect::<String>());
        if !new {
            repeated.push(term.clone());
        }
        new
    });
    repeated
}

/// The text reduced to what makes a title the same title: no case, markup, quotes, blanks or closing punctuation.
pub(super) fn title_key(text: &str) -> String {
    let key: String = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| {
            !c.is_whitespace()
                && !text::is_unprintable(*c)
                && !matches!(
                    c,
                    '*' | '_'
                        | '`'
                        | '~'
                        | '\\'
                        | '"'
                        | '\''
                        | '“'
                        | '”'
                        | '„'
                        | '‘'
                        | '’'
                        | '«'
                        | '»'
                        | '「'
                        | '」'
                        | '『'
                        | '』'
                )
        })
        .collect();
    key.trim_end_matches(['.', '!', '?', ':', '。', '…', '#', ';', ','])
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> String {
        line(&[text.to_owned()])
    }

    fn many(parts: &[&str]) -> Vec<String> {
        terms(
            &parts
                .iter()
                .map(|part| (*part).to_owned())
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn only_what_holds_the_whole_value_is_taken_away() {
        for (raw, clean) in [
            ("\"A b\"", "A b"),
            ("“A b”", "A b"),
            ("「A b」", "A b"),
            ("**A b**", "A b"),
            ("`A b`", "A b"),
            ("**\"A b\"**", "A b"),
            ("'Don't panic'", "Don't panic"),
            ("# A b #", "A b"),
            ("\"\"", ""),
            ("**", ""),
            ("\"A\" and \"b\"", "\"A\" and \"b\""),
            ("**A** or **b**", "**A** or **b**"),
            ("Learn C#", "Learn C#"),
            ("From Vec<T> to &'a str", "From Vec<T> to &'a str"),
            ("`a` vs `b`", "`a` vs `b`"),
            ("\"A", "\"A"),
            ("Re\u{200b}dis\u{202e}\t7", "Redis 7"),
            ("👩\u{200d}💻 at work", "👩\u{200d}💻 at work"),
        ] {
            assert_eq!(one(raw), clean, "{raw}");
        }
    }

    #[test]
    fn terms_in_every_form() {
        let abc = ["a", "b", "c d"];
        for raw in [
            "a, b, c d",
            "a、b、c d",
            "a，b，c d",
            "a; b; c d",
            "a | b | c d",
            "[a, b, c d]",
            "[\"a\", \"b\", \"c d\"]",
            "\"a\", \"b\", \"c d\"",
            "`a`, `b`, `c d`",
            "**a**, **b**, **c d**",
            "#a, #b, #c d",
            "a,b,,c d,",
            "['a', 'b', 'c d']",
        ] {
            assert_eq!(many(&[raw]), abc, "{raw}");
        }
        assert_eq!(many(&["a", "b", "c d"]), abc);
        assert_eq!(many(&["#a #b #c"]), ["a", "b", "c"]);
        assert_eq!(many(&["C#, F#, #golang"]), ["C#", "F#", "#golang"]);
        assert_eq!(
            many(&["Vec<T>, HashMap<K, V>, a"]),
            ["Vec<T>", "HashMap<K, V>", "a"]
        );
        assert_eq!(many(&["a < b, c"]), ["a < b", "c"]);
        assert!(many(&["None"]).is_empty() && many(&[]).is_empty() && many(&["[]"]).is_empty());
    }
}
