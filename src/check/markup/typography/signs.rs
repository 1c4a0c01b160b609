//! Signs of code in running text that typography changes: arrows, decrements, three dots of a path, straight quotes.

use std::ops::Range;

use super::Typography;
use crate::check::Page;
use crate::finding::{Edit, Finding, Fix, Severity};

/// What is changed in a run of text.
pub(super) fn of_code(page: &Page<'_>, run: &Range<usize>) -> Vec<Finding> {
    let text = &page.text[run.clone()];
    let mut places: Vec<(Range<usize>, &str)> = Vec::new();
    for (at, _) in text.match_indices("--") {
        let (before, after) = (&text[..at], &text[at + 2..]);
        let is_escaped = page.text[..run.start + at].ends_with('\\');
        if is_escaped || before.ends_with('-') || after.starts_with('-') {
            continue;
        }
        let is_arrow = after.starts_with('>')
            || before.ends_with('<') && !after.starts_with(char::is_alphabetic);
        // `i--`: a name of one letter and nothing else.
        let mut letters = before.chars().rev();
        let is_name = letters.next().is_some_and(|c| c.is_ascii_lowercase())
            && letters
                .next()
                .is_none_or(|c| c.is_whitespace() || "([{".contains(c));
        let is_decrement =
            is_name && (after.is_empty() || after.starts_with([' ', ')', ';', ',', '.', ']']));
        if is_arrow || is_decrement {
            places.push((word(text, at), "the two hyphens become a dash"));
        }
    }
    for (at, _) in text.match_indices("...") {
        let (before, after) = (&text[..at], &text[at + 3..]);
        let is_letter = after.starts_with(|c: char| c.is_ascii_alphabetic());
        let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        let is_path = before.ends_with("./") || (before.ends_with(['[', '{']) && is_letter);
        let is_range = is_digit(before.chars().next_back()) && is_digit(after.chars().next());
        let is_address = text[word(text, at)].contains("://");
        if (is_path || is_range) && !is_address {
            places.push((word(text, at), "the three dots become one sign"));
        }
    }
    for (at, _) in text.match_indices("=\"") {
        let is_name = text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let value = text[at + 2..].split('"').next().unwrap_or_default();
        let is_closed = text[at + 2 + value.len()..].starts_with('"');
        let line = text[..at].rsplit('\n').next().unwrap_or_default();
        let is_call = line.rfind("{{") > line.rfind("}}");
        if is_name && !is_call && is_closed && !value.contains(['\n', '\\']) {
            let start = word(text, at).start;
            // An option is told of with its value.
            if text[start..].starts_with("--") {
                continue;
            }
            places.push((start..at + 3 + value.len(), "these quotes become curly"));
        }
    }
    for (at, open) in text.match_indices(['{', '[']) {
        if !text[at + 1..].starts_with('"') {
            continue;
        }
        let close = if open.starts_with('{') { '}' } else { ']' };
        let inside = text[at + 1..]
            .split([close, '\n'])
            .next()
            .unwrap_or_default();
        let end = at + 1 + inside.len();
        let is_closed =
            text[end..].starts_with(close) && !text[end + 1..].starts_with(['(', '[', '}']);
        let is_call = text[..at].ends_with('{');
        if is_closed
            && !is_call
            && inside.matches('"').count().is_multiple_of(2)
            && inside.ends_with(|c: char| c == '"' || c.is_ascii_digit())
        {
            places.push((at..end + 1, "these quotes become curly"));
        }
    }
    let mut findings = Vec::new();
    let mut until = 0;
    places.sort_by_key(|(at, _)| at.start);
    for (at, message) in places {
        if at.start < until {
            continue;
        }
        until = at.end;
        let at = run.start + at.start..run.start + at.end;
        let edits = vec![Edit::insert(at.start, "`"), Edit::insert(at.end, "`")];
        findings.push(
            page.finding(&Typography, Severity::Warning, message)
                .at(at)
                .help("put it in backticks")
                .fix(Fix::risky(edits)),
        );
    }
    findings
}

/// The word around byte `at`.
fn word(text: &str, at: usize) -> Range<usize> {
    let is_end = |c: char| c.is_whitespace() || "()`".contains(c);
    let before = text[..at].char_indices().rev().find(|(_, c)| is_end(*c));
    let start = before.map_or(0, |(end, c)| end + c.len_utf8());
    let end = text[at..].find(is_end).map_or(text.len(), |end| at + end);
    let word = text[start..end].trim_end_matches([',', ';', ':', '!', '?']);
    start..start + word.len()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_with_risk, hugo, zola};

    #[test]
    fn blanks_of_several_bytes_end_words() {
        for blank in ['\u{a0}', '\u{3000}', '\u{2009}', '\u{85}'] {
            let body = format!("é{blank}--> done, é{blank}i-- and{blank}./...{blank}é\n");
            assert!(!hugo().lines("typography", &body).is_empty(), "{body}");
        }
    }

    #[test]
    fn code_in_running_text() {
        for (body, expected) in [
            ("a --> b\n", "a `-->` b\n"),
            ("c <-- d\n", "c `<--` d\n"),
            ("Then i-- runs.\n", "Then `i--` runs.\n"),
            ("Run go test ./... now.\n", "Run go test `./...` now.\n"),
            ("The range 0...10 here.\n", "The range `0...10` here.\n"),
            ("Send {\"a\": \"b\"} now.\n", "Send `{\"a\": \"b\"}` now.\n"),
            ("Set name=\"a b\" now.\n", "Set `name=\"a b\"` now.\n"),
        ] {
            assert_eq!(hugo().lines("typography", body), ["warning 1"], "{body}");
            assert_eq!(zola("0.22.0").lines("typography", body), [""; 0]);
            assert_eq!(fixed_with_risk(&hugo(), body), expected);
        }
        for body in [
            "One -- two --- three, 1990--1995, so-- \"yes\" ... (...and so on)...\n",
            "`i--` \\--> x <!-- y --> z\n",
        ] {
            assert_eq!(hugo().lines("typography", body), [""; 0], "{body}");
        }
    }
}
