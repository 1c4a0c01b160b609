//! Hyphens and colons that the generator makes something else of.

use crate::check::prose::{is_text, lines, paragraphs, runs};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct Typography;

impl Rule for Typography {
    describe!(
        "typography",
        "An option of a command that becomes a dash, or a line that becomes a definition",
        "\
Hugo 0.168.0 makes a dash of two hyphens, and Zola 0.22.0 does with `smart_punctuation`, so `--release` in the text is shown with a dash. Hugo also makes a definition of a
line that begins with `: `, as Zola does with `definition_list`.

```markdown
Use `--release`.
```

Put options in backticks, and a backslash before the colon. Dashes and definitions may be meant, so the fixes that do it are unsafe ones."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let settings = &page.site.settings;
        let runs = runs(page);
        if settings.typographer {
            for run in &runs {
                let text = &page.text[run.clone()];
                for (at, _) in text.match_indices("--") {
                    let before = page.text[..run.start + at].chars().next_back();
                    let rest = &text[at + 2..];
                    let starts = before.is_none_or(|c| {
                        c.is_whitespace() || matches!(c, '(' | '*' | '_' | '"' | '\'' | '[')
                    });
                    if !starts || !rest.starts_with(|c: char| c.is_ascii_lowercase()) {
                        continue;
                    }
                    let length = rest
                        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
                        .unwrap_or(rest.len());
                    let start = run.start + at;
                    findings.push(
                        page.finding(self, Severity::Warning, "the two hyphens become a dash")
                            .at(start..start + 2 + length)
                            .help("put it in backticks")
                            .fix(Fix::risky(vec![
                                Edit::insert(start, "`"),
                                Edit::insert(start + 2 + length, "`"),
                            ])),
                    );
                }
            }
        }
        if settings.definition_lists {
            let definitions: Vec<_> = paragraphs(page)
                .flat_map(|paragraph| lines(page, paragraph).skip(1))
                .filter(|(line, range)| line.starts_with(": ") && is_text(&runs, range.start))
                .collect();
            // More than one is a list that is meant.
            if let [(_, range)] = definitions.as_slice() {
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "this line becomes a definition of the line above it",
                    )
                    .at(range.clone())
                    .help("write `\\:`, if it is not meant to be one")
                    .fix(Fix::risky(vec![Edit::insert(range.start, "\\")])),
                );
            }
        }
    }
}
