//! Code blocks that do not say what is in them.

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::Opaque;
use crate::body::fences::{is_closed, language};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MissingFenceLanguage;

impl Rule for MissingFenceLanguage {
    describe!(
        "missing-fence-language",
        "A fenced code block that does not name its language",
        "\
Zola 0.22.0 and Hugo 0.168.0 colour code by the word behind the opening fence; without one it is plain, and screen readers and search cannot tell what it is. A page
that names no language at all is left alone: its author does not want colours.

````markdown
```sh
ls
```
````

Write the language behind the fence; `text` for what has none."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD040", "fenced-code-language"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::in_templates(page);
        let fences = || {
            page.events.windows(2).filter_map(|pair| match pair {
                [
                    (Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))), range),
                    (Event::Text(code), _),
                ] if !code.trim().is_empty() => Some((info, range)),
                _ => None,
            })
        };
        if !fences().any(|(info, _)| !language(info).is_empty()) {
            return;
        }
        for (info, range) in fences() {
            let block = &page.text[range.clone()];
            let line = block.lines().next().unwrap_or_default().trim_end();
            // A fence that is never closed was meant to close something.
            let mark = if line.starts_with('~') { '~' } else { '`' };
            let is_whole = is_closed(block, mark, line.len());
            if info.trim().is_empty() && is_whole && !opaque.touches(range) {
                findings.push(
                    page.finding(
                        self,
                        Severity::Info,
                        "this code block does not name its language",
                    )
                    .at(range.start..range.start + line.len())
                    .help("write it behind the fence; `text` for what has none"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn only_beside_blocks_that_name_theirs() {
        let lines = |body: &str| zola("0.22.0").lines("missing-fence-language", body);
        assert_eq!(
            lines("```sh\na\n```\n\n```\nb\n```\n\n> ~~~\n> c\n> ~~~\n"),
            ["info 5", "info 9"]
        );
        assert_eq!(lines("```\na\n```\n\n    b\n"), [""; 0]);
        assert_eq!(
            lines("```sh\na\n```\n\n```text\nb\n```\n\n```\n```\n\n    c\n"),
            [""; 0]
        );
    }
}
