//! Formulas whose signs Markdown takes for its own.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::check::prose::{is_text, runs};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct BrokenMath;

impl Rule for BrokenMath {
    describe!(
        "broken-math",
        "A formula that Markdown changes before a script can set it",
        "\
Scripts such as KaTeX set formulas in the finished page, but Markdown comes first: of `\\(x\\)` and `\\[x\\]` it takes the backslashes, of `\\\\` in
`$$…$$` one, and in `$a*b*c$` the stars make emphasis (Zola 0.22.0, Hugo 0.168.0). Hugo leaves formulas alone with its extension `passthrough`.

```markdown
\\\\(x\\\\) and $a \\ast b$
```

Write each backslash twice, and `\\_`, `\\*` for the other signs."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if page.site.settings.math {
            return;
        }
        let body = page.body();
        let start = page.body.start;
        let runs = runs(page);
        let mut found: Vec<(Range<usize>, &str)> = Vec::new();
        for (open, close) in [("\\(", "\\)"), ("\\[", "\\]")] {
            for (at, _) in body.match_indices(open) {
                let rest = &body[at + 2..];
                let Some(length) = rest.find(close) else {
                    continue;
                };
                let formula = &rest[..length];
                let is_escaped = body[..at].ends_with('\\');
                let is_formula = !formula.contains(['\n', '`']) && looks_like_formula(formula);
                // The backslash is markup, what follows it text.
                if is_formula
                    && !is_escaped
                    && is_text(&runs, start + at + 1)
                    && !page.in_code(start + at)
                {
                    found.push((
                        start + at..start + at + length + 4,
                        "Markdown takes the backslashes of this formula",
                    ));
                }
            }
        }
        for (at, _) in body.match_indices("$$").step_by(2) {
            let rest = &body[at + 2..];
            let Some(length) = rest.find("$$") else {
                continue;
            };
            let formula = &rest[..length];
            if formula.contains("\\\\")
                && !formula.contains("\\\\\\\\")
                && !formula.contains("\n\n")
                && !page.in_code(start + at)
            {
                found.push((
                    start + at..start + at + length + 4,
                    "Markdown takes one backslash of each two in this formula",
                ));
            }
        }
        for (event, range) in &page.events {
            if !matches!(event, Event::Start(Tag::Emphasis)) {
                continue;
            }
            let line = page.text[..range.start].rfind('\n').map_or(0, |at| at + 1);
            let before = &page.text[line..range.start];
            let after = page.text[range.end..]
                .split('\n')
                .next()
                .unwrap_or_default();
            let opens = before.matches('$').count() % 2 == 1;
            let tight = before.rsplit('$').next().is_some_and(|inner| {
                !inner.starts_with(' ') && !inner.contains('`') && inner.len() < 60
            });
            let is_money = before
                .rsplit('$')
                .next()
                .is_some_and(|inner| inner.starts_with(|c: char| c.is_ascii_digit()));
            if opens
                && tight
                && !is_money
                && after
                    .split('$')
                    .next()
                    .is_some_and(|inner| inner.len() < after.len() && inner.len() < 60)
            {
                found.push((range.clone(), "these signs of a formula make emphasis"));
            }
        }
        for (at, message) in found {
            findings.push(
                page.finding(self, Severity::Warning, message)
                    .at(at)
                    .help("write each backslash twice, and a backslash before `*` and `_`"),
            );
        }
    }
}

/// Whether text between `\(` and `\)` is a formula: escaped brackets around words are common in prose.
fn looks_like_formula(text: &str) -> bool {
    let longest = text
        .split(|c: char| !c.is_alphabetic())
        .map(str::len)
        .max()
        .unwrap_or(0);
    let is_name = text.trim().chars().count() == 1
        && text.trim().chars().all(char::is_alphabetic)
        && text.trim() != "x"
        || text.trim() == "x";
    text.contains(['\\', '^', '=', '_', '{', '+']) || is_name && longest <= 1
}
