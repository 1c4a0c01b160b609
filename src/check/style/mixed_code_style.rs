//! Code blocks of both kinds on one page.

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::{Opaque, lines_of};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MixedCodeStyle;

impl Rule for MixedCodeStyle {
    describe!(
        "mixed-code-style",
        "An indented code block beside fenced ones, or the other way round",
        "\
Code is fenced, or indented by four blanks. Indented code has no language, and so no colours (Zola 0.22.0, Hugo 0.168.0), and is often text that was indented too far.

````markdown
    indented

```sh
fenced
```
````

Write all blocks as the first one is written; fences are the better choice."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD046", "code-block-style"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::in_templates(page);
        let mut first = None;
        for (event, range) in &page.events {
            let Event::Start(Tag::CodeBlock(kind)) = event else {
                continue;
            };
            let is_fenced = matches!(kind, CodeBlockKind::Fenced(_));
            if opaque.touches(range) {
                continue;
            }
            let wanted = *first.get_or_insert(is_fenced);
            if is_fenced != wanted {
                let line = lines_of(page, range.clone()).next();
                let at = line.map_or(range.clone(), |(line, at)| {
                    at.start..at.start + line.trim_end().len()
                });
                let (message, help) = if is_fenced {
                    (
                        "this code is fenced, and the first of the page is indented",
                        "fence that one as well",
                    )
                } else {
                    (
                        "this code is indented, and the first of the page is fenced",
                        "put it between fences",
                    )
                };
                findings.push(
                    page.finding(self, Severity::Info, message)
                        .at(at)
                        .help(help),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn the_first_one_decides() {
        let lines = |body: &str| zola("0.22.0").lines("mixed-code-style", body);
        assert_eq!(
            lines("```\na\n```\n\n    b\n    c\n\n~~~\nd\n~~~\n"),
            ["info 5"]
        );
        assert_eq!(lines("    a\n\nb\n\n```\nc\n```\n"), ["info 5"]);
        assert_eq!(lines("- a\n\n      b\n\nc `d`\n\n    e\n"), [""; 0]);
    }
}
