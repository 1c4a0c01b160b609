//! Byte-range edits on a body.

use crate::finding::Edit;

/// How often a stage may look again at what it changed before the next one goes on.
const ROUNDS: usize = 12;

/// `text` with the edits made. They may come in any order; one that overlaps an earlier one is left out.
pub(super) fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut out = String::with_capacity(text.len() + 16 * edits.len());
    let mut done = 0;
    for edit in edits {
        if edit.range.start < done {
            continue;
        }
        out.push_str(&text[done..edit.range.start]);
        out.push_str(&edit.text);
        done = edit.range.end;
    }
    out.push_str(&text[done..]);
    out
}

/// Lets `stage` find edits and makes them, until it finds none: an edit may change how the rest is parsed.
pub(super) fn until_stable(text: &str, mut stage: impl FnMut(&str) -> Vec<Edit>) -> String {
    let mut text = text.to_owned();
    for _ in 0..ROUNDS {
        let edits = stage(&text);
        if edits.is_empty() {
            break;
        }
        text = apply(&text, edits);
    }
    text
}

/// What a new line of the block that starts at byte `at` must begin with: the quotes and the indentation of the
/// containers around it.
pub(crate) fn line_prefix(text: &str, at: usize) -> String {
    let start = line_start(text, at);
    text[start..at]
        .chars()
        .map(|c| if matches!(c, '>' | '\t') { c } else { ' ' })
        .collect()
}

/// The first byte of the line that holds byte `at`.
pub(crate) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// The byte of the line feed that ends the line of byte `at`, or the end of the text.
pub(crate) fn line_end(text: &str, at: usize) -> usize {
    text[at..]
        .find('\n')
        .map_or(text.len(), |offset| at + offset)
}

/// Whether an odd number of backslashes stands before byte `at`, so that it is already escaped.
pub(crate) fn is_escaped(text: &str, at: usize) -> bool {
    text[..at].bytes().rev().take_while(|&b| b == b'\\').count() % 2 == 1
}

/// `content` as a code block, its lines behind `prefix` but for the first.
pub(super) fn fenced(language: &str, content: &str, prefix: &str) -> String {
    let longest = content.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let marks = "`".repeat(longest.max(2) + 1);
    let mut out = format!("{marks}{language}\n");
    for line in content.trim_end().lines() {
        out.push_str(format!("{prefix}{line}").trim_end());
        out.push('\n');
    }
    out + prefix + &marks + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_edits_are_left_out() {
        let edits = vec![
            Edit::replace(2..4, "x"),
            Edit::insert(0, "y"),
            Edit::delete(3..5),
        ];
        assert_eq!(apply("abcdef", edits), "yabxef");
    }

    #[test]
    fn a_prefix_repeats_quotes_and_indents_lists() {
        assert_eq!(line_prefix("> - a", 4), ">   ");
    }
}
