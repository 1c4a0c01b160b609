//! Markup of other programs, which is shown as it is.

use std::ops::Range;

use crate::check::prose::{is_text, lines, paragraphs, runs};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct OtherSyntax;

impl Rule for OtherSyntax {
    describe!(
        "other-syntax",
        "Markup of other programs, which readers will see as it is",
        "\
Some programs know more of Markdown than others. Readers of Zola 0.22.0 and Hugo 0.168.0 see as it is written: `::: note`, `!!! note`, `{: .class}`,
`==marked==`, `[TOC]`, `[[Wiki link]]`; `> [!NOTE]`, unless Zola's `github_alerts` or a template of the site makes a box of it; and `:rocket:`, unless
emoji are switched on.

```markdown
> **Note:** this works everywhere.
```

Write plain Markdown instead, or switch it on in the configuration where the generator has it."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let runs = runs(page);
        for paragraph in paragraphs(page) {
            for (index, (line, range)) in lines(page, paragraph).enumerate() {
                let body = line.trim_start_matches(['>', ' ', '\t']);
                let start = range.end - body.len();
                let Some((what, width)) = whole_line(page, body, index == 0) else {
                    continue;
                };
                if is_text(&runs, start) {
                    findings.push(self.finding(page, what, start..start + width));
                }
            }
        }
        for run in &runs {
            for (what, place) in within(page, &page.text[run.clone()]) {
                let at = run.start + place.start..run.start + place.end;
                findings.push(self.finding(page, what, at));
            }
        }
    }
}

/// Markup that takes a line: what it is, and how many bytes of the line show it.
fn whole_line(page: &Page<'_>, line: &str, is_first: bool) -> Option<(&'static str, usize)> {
    let line = line.trim_end();
    let word = |rest: &str| {
        rest.trim_start()
            .starts_with(|c: char| c.is_ascii_alphabetic() || c == '{')
    };
    if let Some(rest) = line.strip_prefix(":::") {
        let rest = rest.trim_start_matches(':');
        return (rest.is_empty() || word(rest))
            .then_some(("a container of Pandoc or VuePress", line.len()));
    }
    if let Some(rest) = line
        .strip_prefix("!!! ")
        .or_else(|| line.strip_prefix("??? "))
    {
        return (is_first && word(rest)).then_some(("an admonition of MkDocs", line.len()));
    }
    if line.starts_with("{: ") && line.ends_with('}') {
        return Some(("an attribute list of kramdown", line.len()));
    }
    if ["[TOC]", "[toc]", "[[TOC]]", "[[_TOC_]]", "${toc}"].contains(&line) {
        return Some(("a mark for a table of contents", line.len()));
    }
    let alert = line
        .strip_prefix("[!")
        .and_then(|rest| rest.split_once(']'));
    let (name, _) = alert?;
    let is_alert = ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known));
    (is_first && is_alert && !page.site.settings.alerts)
        .then_some(("an alert of GitHub", name.len() + 3))
}

/// Markup within a line.
fn within(page: &Page<'_>, text: &str) -> Vec<(&'static str, Range<usize>)> {
    let mut found = Vec::new();
    for (mark, what) in [("==", "marked text"), ("++", "inserted text")] {
        let mut at = 0;
        while let Some(open) = text[at..].find(mark).map(|open| at + open) {
            let inner = open + 2;
            let Some(close) = text[inner..].find(mark).map(|close| inner + close) else {
                break;
            };
            at = close + 2;
            let inside = &text[inner..close];
            let is_tight = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let is_apart =
                !is_tight(text[..open].chars().next_back()) && !is_tight(text[at..].chars().next());
            if is_apart
                && is_tight(inside.chars().next())
                && is_tight(inside.chars().next_back())
                && !inside.contains('\n')
            {
                found.push((what, open..at));
            }
        }
    }
    for (open, _) in text.match_indices("[[") {
        if let Some(length) = text[open..].find("]]") {
            let inside = &text[open + 2..open + length];
            // `[[1, 2], [3]]` is no link, and neither is a test of a shell.
            let is_name = inside.starts_with(char::is_alphanumeric)
                && !inside.contains(['[', ',', '\n', '$', '"', '=']);
            if is_name && inside.chars().any(char::is_alphabetic) && inside != "TOC" {
                let start = open - usize::from(text[..open].ends_with('!'));
                found.push(("a link of a wiki", start..open + length + 2));
            }
        }
    }
    if !page.site.settings.emoji {
        for (open, _) in text.match_indices(':') {
            let rest = &text[open + 1..];
            let Some(length) = rest.find(':') else {
                continue;
            };
            if EMOJI.contains(&&rest[..length]) {
                found.push(("an emoji by its name", open..open + length + 2));
            }
        }
    }
    found
}

/// Names of emoji that are often written.
const EMOJI: [&str; 24] = [
    "rocket",
    "tada",
    "sparkles",
    "warning",
    "bulb",
    "fire",
    "smile",
    "heart",
    "white_check_mark",
    "heavy_check_mark",
    "x",
    "bug",
    "memo",
    "star",
    "zap",
    "boom",
    "wave",
    "thinking",
    "eyes",
    "construction",
    "+1",
    "thumbsup",
    "books",
    "lock",
];

impl OtherSyntax {
    fn finding(&self, page: &Page<'_>, what: &str, at: Range<usize>) -> Finding {
        let message = format!(
            "readers will see this as it is: it is {what}, which {} does not know",
            page.site.generator.title()
        );
        page.finding(self, Severity::Warning, message)
            .at(at)
            .help("write it in plain Markdown, or put it in backticks if it should be seen")
    }
}
