//! Names of servers, patterns and commands that lose a backslash.

use std::ops::Range;

use crate::check::prose::{blocks, is_text, runs};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// What is found outside of paths that begin with a drive.
pub(super) fn with_lost_backslashes(rule: &dyn Rule, page: &Page<'_>) -> Vec<Finding> {
    let runs = runs(page);
    let mut findings = Vec::new();
    let mut until = 0;
    for block in blocks(page) {
        for word in words(page.text, &block) {
            if word.start < until || page.in_code(word.start) {
                continue;
            }
            let text = &page.text[word.clone()];
            let lost: Vec<usize> = lost(text).collect();
            // What follows a backslash is text, where it is one of the text's own.
            let is_prose = lost
                .first()
                .is_some_and(|at| is_text(&runs, word.start + at + 1));
            if lost.is_empty() || !is_prose {
                continue;
            }
            until = word.end;
            let edits = vec![Edit::insert(word.start, "`"), Edit::insert(word.end, "`")];
            let mut finding = page
                .finding(rule, Severity::Warning, "Markdown drops a backslash here")
                .at(word.clone())
                .help("put it in backticks, or write the backslash twice");
            if !text.contains('`') && !text.contains('|') {
                finding.fix = Some(Fix::risky(edits));
            }
            findings.push(finding);
        }
    }
    findings
}

/// The words of a block, without the punctuation behind them.
fn words<'t>(text: &'t str, block: &Range<usize>) -> impl Iterator<Item = Range<usize>> + 't {
    let start = block.start;
    let mut at = start;
    text[block.clone()]
        .split_inclusive([' ', '\n', '\t', '\r'])
        .map(move |piece| {
            let from = at;
            at += piece.len();
            let word = piece
                .trim_end()
                .trim_end_matches([',', ';', ':', '!', '?', '.']);
            let end = if piece.trim_end().ends_with("\\;") {
                piece.trim_end().len()
            } else {
                word.len()
            };
            from..from + end
        })
}

/// The places of backslashes in a word that are lost, where the word surely is no escaped text.
fn lost(word: &str) -> impl Iterator<Item = usize> + '_ {
    let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let at_sign = |at: usize| {
        let next = word[at + 1..].chars().next();
        next.is_some_and(|c| c.is_ascii_punctuation() && c != '\\') && !word[..at].ends_with('\\')
    };
    let has_other = word
        .match_indices('\\')
        .any(|(at, _)| is_letter(word[at + 1..].chars().next()) && !word[..at].ends_with('\\'));
    let is_server = word.starts_with("\\\\")
        && !word[2..].starts_with('\\')
        && is_letter(word[2..].chars().next())
        && word[2..].contains('\\')
        && !word[2..].contains("\\\\");
    let is_drive = word.as_bytes().get(1) == Some(&b':') || word.contains(":\\");
    let is_formula =
        word.contains(['$', '{', '}', '^', '_']) && !word.contains('%') && !word.starts_with('^');
    let is_variable = word.starts_with('%') && word[1..].contains("%\\");
    let is_face = word.contains("¯\\_(");
    let is_command = word == "\\;";
    let counts = !is_drive
        && !word.contains("\\(")
        && ((has_other && !is_formula) || is_variable || is_command)
        || is_face;
    word.match_indices('\\').filter_map(move |(at, _)| {
        ((counts && at_sign(at)) || (is_server && at == 0)).then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_with_risk, hugo, zola};

    #[test]
    fn words_that_lose_one() {
        for world in [zola("0.22.0"), hugo()] {
            let lines = |body: &str| world.lines("lost-backslash", body);
            for (body, expected) in [
                (
                    "Open \\\\server\\share now.\n",
                    "Open `\\\\server\\share` now.\n",
                ),
                ("Match \\d+\\.\\d+ here.\n", "Match `\\d+\\.\\d+` here.\n"),
                ("In %TEMP%\\.cache it is.\n", "In `%TEMP%\\.cache` it is.\n"),
                ("Run rm {} \\; now.\n", "Run rm {} `\\;` now.\n"),
                ("¯\\_(ツ)_/¯\n", "`¯\\_(ツ)_/¯`\n"),
            ] {
                assert_eq!(lines(body), ["warning 1"], "{body}");
                assert_eq!(fixed_with_risk(&world, body), expected);
            }
            for body in [
                "\\*not\\* and \\_x\\_, 1\\. Foo, C \\# and snake\\_case\n",
                "\\\\(a_1\\\\) and a \\\\ b, \\alpha, .\\build.ps1\n",
                "`\\d\\.\\d` and C:\\Users\\me\n",
            ] {
                assert_eq!(lines(body), [""; 0], "{body}");
            }
        }
    }
}
