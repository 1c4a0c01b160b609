//! References that a model's own programs would have resolved.

use std::ops::Range;

use crate::check::proof::{self, Kind};
use crate::check::prose::runs;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct CitationMarks;

impl Rule for CitationMarks {
    describe!(
        "citation-marks",
        "References to sources that only the model's own program could resolve",
        "\
Models that search write marks for what they found: `【4†source】`, `:contentReference[oaicite:0]`, `turn0search1`, `[citation:3]`. Nothing resolves them in a page, so
readers of Zola 0.22.0 and Hugo 0.168.0 see them.

```text
Bees dance.【4†source】
```

Take the mark away, or write a link to the source. The fix takes it away, with a word such as `Sources:` before it where nothing else is left on
the line."
    );

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut found = Vec::new();
        for run in runs(page) {
            let text = &page.text[run.clone()];
            found.extend(
                marks(text)
                    .into_iter()
                    .map(|mark| run.start + mark.start..run.start + mark.end),
            );
        }
        for at in found {
            let line = label_of(page.text, &at);
            let kinds: &[Kind] = if line.is_some() {
                &[Kind::Text, Kind::Strong, Kind::Emphasis]
            } else {
                &[Kind::Text]
            };
            let edits = vec![Edit::delete(
                line.unwrap_or_else(|| with_blank(page.text, &at)),
            )];
            let fix = proof::fix(page, edits, |trial| {
                // Without a sign of its own it may be a word of the sentence.
                trial.changes_only(kinds) && !page.text[at.clone()].starts_with("turn")
            });
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "this mark of a model's search leads nowhere",
                )
                .at(at)
                .help("take it away, or write a link to the source")
                .fix(fix),
            );
        }
    }
}

/// The marks in a text, in order; those without anything between them are one.
fn marks(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let starts_word = !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric());
        let length = mark(&text[at..]).filter(|_| starts_word || !text[at..].starts_with("turn"));
        if let Some(length) = length {
            match found.last_mut() {
                Some(last) if last.end == at => last.end += length,
                _ => found.push(at..at + length),
            }
        }
        at += length.unwrap_or(c.len_utf8());
    }
    found
}

/// The length of the mark at the beginning of a text.
fn mark(text: &str) -> Option<usize> {
    if text.starts_with('【') {
        let length = text.find('】')?;
        return text[..length]
            .contains('†')
            .then_some(length + '】'.len_utf8());
    }
    // `cite`, `filecite`, `navlist` and others, between private characters of which the last may be missing.
    if let Some(rest) = text.strip_prefix('\u{e200}') {
        let end = text.find('\u{e201}').map(|at| at + '\u{e201}'.len_utf8());
        let name = rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_ascii_lowercase())
                .len();
        return Some(end.unwrap_or('\u{e200}'.len_utf8() + name));
    }
    if let Some(length) = bracketed(text) {
        return Some(length);
    }
    // The same without its private characters, and the marks of another program.
    if let Some((start, rest)) = ["citeturn", "fileciteturn", "turn"]
        .into_iter()
        .find_map(|start| Some((start, text.strip_prefix(start)?)))
    {
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        let is_mark = rest.starts_with(|c: char| c.is_ascii_digit())
            && ["search", "view", "news", "image", "academia", "file"]
                .iter()
                .any(|kind| rest[..end].contains(kind));
        return is_mark.then_some(start.len() + end);
    }
    if text.starts_with("[cite_start]") {
        return Some("[cite_start]".len());
    }
    if let Some(rest) = text.strip_prefix("[cite: ") {
        let end = rest.find(']')?;
        let are_numbers = end > 0
            && rest[..end]
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, ',' | ' ' | '-'));
        return are_numbers.then_some("[cite: ".len() + end + 1);
    }
    let name = [":contentReference[oaicite", "[oaicite:"]
        .into_iter()
        .find(|name| text.starts_with(name))?;
    let Some(end) = text.find(']').map(|at| at + 1) else {
        return Some(name.len());
    };
    // A directive has its number in braces.
    let braces = text[end..]
        .strip_prefix("{index=")
        .and_then(|rest| rest.find('}'))
        .filter(|length| *length < 8);
    Some(end + braces.map_or(0, |length| "{index=".len() + length + 1))
}

/// The length of a mark that is a number or a name in signs of its own: `[citation:3]`, `[^1^]`, `†source†`.
fn bracketed(text: &str) -> Option<usize> {
    for (open, close) in [("[citation:", "]"), ("[web:", "]"), ("[^", "^]")] {
        let Some(rest) = text.strip_prefix(open) else {
            continue;
        };
        let end = rest.find(close)?;
        let is_number = end > 0 && rest[..end].bytes().all(|byte| byte.is_ascii_digit());
        return is_number.then_some(open.len() + end + close.len());
    }
    // `[oai_citation:1‡example.org](https://example.org)`: the text of a link, of which the name may stay.
    if let Some(rest) = text.strip_prefix("oai_citation:") {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let sign = rest[digits..].starts_with(['‡', '†']);
        return sign.then_some("oai_citation:".len() + digits + '‡'.len_utf8());
    }
    text.starts_with("†source†").then_some("†source†".len())
}

/// A mark, with the blank before it where nothing but a sign or the end of the line follows.
fn with_blank(text: &str, mark: &Range<usize>) -> Range<usize> {
    let follows = text[mark.end..].chars().next();
    let has_blank = text[..mark.start].ends_with(' ');
    let is_end = follows.is_none_or(|c| {
        matches!(
            c,
            '.' | ',' | ';' | ':' | '!' | '?' | ')' | '\n' | '\r' | ' '
        )
    });
    let start = mark.start - usize::from(has_blank && is_end);
    start..mark.end
}

/// What stands before sources.
const LABELS: [&str; 6] = [
    "source",
    "sources",
    "reference",
    "references",
    "citation",
    "citations",
];

/// A line on which nothing but a label and marks stand.
fn label_of(text: &str, mark: &Range<usize>) -> Option<Range<usize>> {
    let start = text[..mark.start].rfind('\n').map_or(0, |at| at + 1);
    let end = text[mark.end..]
        .find('\n')
        .map_or(text.len(), |at| mark.end + at);
    let line = &text[start..end];
    let mut left = String::new();
    let mut at = 0;
    for mark in marks(line) {
        left.push_str(&line[at..mark.start]);
        at = mark.end;
    }
    left.push_str(&line[at..]);
    let left = left.trim_matches([' ', '\r', '*', '_', ',', ';', '.']);
    let label = left.strip_suffix(':')?.trim_end_matches(['*', '_']);
    LABELS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(label))
        .then_some(start..end)
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, zola};

    #[test]
    fn marks_go() {
        for (body, expected) in [
            ("A fact【4†source】 and [1].\n", "A fact and [1].\n"),
            ("A fact 【4†a】【5†b】.\n", "A fact.\n"),
            (
                "A fact :contentReference[oaicite:0]{index=0}. B\n",
                "A fact. B\n",
            ),
            ("A \u{e200}cite\u{e202}turn0search1\u{e201} b\n", "A b\n"),
            ("A.\n\nSources: 【4†a】, 【5†b】\n\nB.\n", "A.\n\n\n\nB.\n"),
            ("A.\n\n**Sources:**【4†a】\n", "A.\n\n\n"),
            ("Sources: 【4†a】 Frisch\n", "Sources: Frisch\n"),
            ("A fact citeturn0search3 b.\n", "A fact b.\n"),
            ("[cite_start]A fact [cite: 1, 2].\n", "A fact.\n"),
            ("A fact[citation:3].\n", "A fact.\n"),
            (
                "A [oai_citation:1‡x.org](https://x.org) b\n",
                "A [x.org](https://x.org) b\n",
            ),
            ("A fact[^1^] and b[^2^].\n", "A fact and b.\n"),
            ("A fileciteturn1file0 b\n", "A b\n"),
            ("A \u{e200}filecite\u{e202}turn0file1\u{e201} b\n", "A b\n"),
            (
                "[citation: x] and [^a^] and [web: 1]\n",
                "[citation: x] and [^a^] and [web: 1]\n",
            ),
            ("A fact (turn0search3) b.\n", "A fact (turn0search3) b.\n"),
            (
                "A turn2 and return0search1 b\n",
                "A turn2 and return0search1 b\n",
            ),
            ("citeturn and [cite: x]\n", "citeturn and [cite: x]\n"),
            ("`【4†source】`【注】\n", "`【4†source】`【注】\n"),
            // What would be alive then stays.
            ("{{【4†a】 known() }}\n", "{{【4†a】 known() }}\n"),
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), expected);
        }
    }
}
