//! Code fences that are never closed.

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::body::edits::line_prefix;
use crate::body::fences::is_closed;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct UnclosedFence;

impl Rule for UnclosedFence {
    fn name(&self) -> &'static str {
        "unclosed-fence"
    }

    fn summary(&self) -> &'static str {
        "A code fence that is never closed, so that the rest is code"
    }

    fn explanation(&self) -> &'static str {
        "\
A code block ends at a line with at least as many of the same marks and nothing else. Without one, everything to the end of the page,
the list item or the quote is code (tested on Zola 0.17.2, 0.22.0 and Hugo 0.168.0). Words behind the closing marks, or a fence inside
a fence of the same length, are the usual causes.

````markdown
```sh
ls
``` and so on        not a closing fence
````

Put the marks on a line of their own; write a longer fence around code that shows fences. The unsafe fix closes the last block at
the end of the page, which may not be where it should end."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for (event, range) in &page.events {
            let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) = event else {
                continue;
            };
            let block = page.text[range.clone()].trim_start();
            let Some(mark) = block.chars().next() else {
                continue;
            };
            let length = block.len() - block.trim_start_matches(mark).len();
            if is_closed(block, mark, length) {
                continue;
            }
            let start = range.end.min(range.start + (range.len() - block.len()));
            let mut finding = page
                .finding(
                    self,
                    Severity::Warning,
                    "this code block is never closed, so all that follows in it is code",
                )
                .at(start..start + length)
                .help("close it with the same marks on a line of their own");
            if page.text[range.end..].trim().is_empty() {
                let feed = if page.text.ends_with('\n') { "" } else { "\n" };
                let marks = String::from(mark).repeat(length);
                let line = format!("{feed}{}{marks}\n", line_prefix(page.text, start));
                finding.fix = Some(Fix::risky(vec![Edit::insert(page.text.len(), line)]));
            }
            findings.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn blocks_that_stay_open() {
        let lines = |body: &str| zola("0.22.0").lines("unclosed-fence", body);
        assert_eq!(lines("```\na\n``` b\n\nc\n"), ["warning 1"]);
        assert_eq!(lines("a\n\n- ```sh\n  b\n\nc\n"), ["warning 3"]);
        assert_eq!(hugo().lines("unclosed-fence", "~~~"), ["warning 1"]);
        assert_eq!(
            lines(
                "```\na\n```\n\n````md\n```\nx\n````\n\n> ~~~\n> b\n> ~~~~\n\n  ```\n  c\n  ```\n\n- ```\n  d\n  ```\n"
            ),
            [""; 0]
        );
    }
}
