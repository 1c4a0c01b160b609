//! HTML comments that are never closed.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct UnclosedComment;

impl Rule for UnclosedComment {
    fn name(&self) -> &'static str {
        "unclosed-comment"
    }

    fn summary(&self) -> &'static str {
        "A comment that is never closed and swallows the rest of the page"
    }

    fn explanation(&self) -> &'static str {
        "\
A line that starts with `<!--` begins a comment, and without `-->` it goes on to the end of the page: Zola 0.17.2 and 0.22.0 write it
out, and the browser hides everything behind it, the site's footer included; Hugo 0.168.0 leaves it out.

```markdown
<!-- TODO: numbers        everything from here on is gone
<!-- TODO: numbers -->    fine
```

Close the comment with `-->`. The fix does so where nothing stands behind its last line. Elsewhere it is one of the unsafe fixes, which close it at the next blank line."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for (event, range) in &page.events {
            if !matches!(event, Event::Start(Tag::HtmlBlock)) {
                continue;
            }
            let block = &page.text[range.clone()];
            let is_text = ["<script", "<style", "<pre", "<textarea"]
                .iter()
                .any(|tag| {
                    block
                        .trim_start()
                        .get(..tag.len())
                        .is_some_and(|start| start.eq_ignore_ascii_case(tag))
                });
            let Some(open) = block
                .rfind("<!--")
                .filter(|open| !is_text && !block[*open..].contains("-->"))
            else {
                continue;
            };
            // A block that ends in the middle of a comment may be followed by another that ends it.
            let starts_block = block[..open].trim().is_empty();
            if !starts_block && page.text[range.end..].contains("-->") {
                continue;
            }
            let start = range.start + open;
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "this comment is never closed, so nothing behind it is shown",
                )
                .at(start..start + "<!--".len())
                .help("close it with `-->`")
                .fix(closed(page.text, start..range.end)),
            );
        }
    }
}

/// The end of a comment, at the next blank line of its block.
fn closed(text: &str, block: Range<usize>) -> Fix {
    let start = block.start;
    let mut at = start;
    for line in text[block].split_inclusive('\n') {
        if line.trim().is_empty() {
            break;
        }
        at += line.len();
    }
    let end = start + text[start..at].trim_end().len();
    let edits = vec![Edit::insert(end, " -->")];
    if text[end..].trim().is_empty() {
        Fix::safe(edits)
    } else {
        Fix::risky(edits)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, zola};

    #[test]
    fn what_is_hidden_stays_so() {
        assert_eq!(
            fixed(&zola("0.22.0"), "a\n\n<!-- b\nc\n\n"),
            "a\n\n<!-- b\nc -->\n\n"
        );
        let body = "a\n\n<!-- b\n\nc\n";
        assert_eq!(fixed(&zola("0.22.0"), body), body);
    }

    #[test]
    fn only_comments_that_stay_open() {
        let lines = |body: &str| zola("0.22.0").lines("unclosed-comment", body);
        assert_eq!(lines("a\n\n<!-- b\n\nc\n"), ["warning 3"]);
        assert_eq!(lines("<div>\n<!-- b\n</div>\n"), ["warning 2"]);
        assert_eq!(
            lines("<!-- b\n\nc -->\n\na <!-- b\n\n`<!--` <!-- x --> y\n"),
            [""; 0]
        );
    }
}
