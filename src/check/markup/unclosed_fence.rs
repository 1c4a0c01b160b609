//! Code fences that are never closed.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::body::edits::{line_prefix, line_start};
use crate::body::fences::is_closed;
use crate::check::prose::lines;
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

Put the marks on a line of their own; write a longer fence around code that shows fences. The unsafe fix gives a
closing fence with words behind it a line of its own, closes a block above a heading, or else at the end of the page, which may not be
where it should end."
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
            if let Some(fix) = begun_in_line(page, range) {
                finding.fix = Some(fix);
            } else if let Some(edit) = end(page, range, mark, length) {
                finding.fix = Some(Fix::risky(vec![edit]));
            } else if page.text[range.end..].trim().is_empty() {
                let feed = if page.text.ends_with('\n') { "" } else { "\n" };
                let marks = String::from(mark).repeat(length);
                let line = format!("{feed}{}{marks}\n", line_prefix(page.text, start));
                finding.fix = Some(Fix::risky(vec![Edit::insert(page.text.len(), line)]));
            }
            findings.push(finding);
        }
    }
}

/// Languages in which `##` begins a comment.
const HASH_COMMENTS: [&str; 18] = [
    "",
    "sh",
    "bash",
    "zsh",
    "fish",
    "shell",
    "console",
    "python",
    "py",
    "ruby",
    "rb",
    "yaml",
    "yml",
    "toml",
    "dockerfile",
    "makefile",
    "md",
    "markdown",
];

/// The end that a block at the margin was most likely to have: marks with words behind them, or what stands above a
/// heading that follows a blank line.
fn end(page: &Page<'_>, block: &Range<usize>, mark: char, length: usize) -> Option<Edit> {
    if line_start(page.text, block.start) != block.start {
        return None;
    }
    let marks = String::from(mark).repeat(length);
    let all: Vec<_> = lines(page, block.clone()).collect();
    let info = all
        .first()?
        .0
        .trim_start_matches(mark)
        .trim()
        .to_lowercase();
    if let Some(line) = mistaken_end(&all, mark, &marks, &info) {
        return Some(Edit::replace(line, marks));
    }
    for (index, (line, at)) in all.iter().enumerate().skip(1) {
        if let Some(rest) = line.strip_prefix(&marks) {
            let words = rest.trim_start_matches(mark);
            // A single word may be the language of another block.
            let place = at.start + line.len() - words.len();
            let blank = words.len() - words.trim_start().len();
            return Some(if blank > 0 {
                Edit::replace(place..place + blank, "\n")
            } else {
                Edit::insert(at.start, format!("{marks}\n\n"))
            });
        }
        let is_heading = line.trim_start_matches('#').starts_with(' ') && line.starts_with("##");
        let follows_blank = all[index - 1].0.trim().is_empty();
        if is_heading && follows_blank && !HASH_COMMENTS.contains(&info.as_str()) {
            let code = block.start + page.text[block.start..at.start].trim_end().len();
            return Some(Edit::insert(code, format!("\n{marks}")));
        }
    }
    None
}

/// The one line of a block that was to close it, with other marks, too few of them, too far to the right, or with the
/// language once more behind them.
fn mistaken_end(
    lines: &[(&str, Range<usize>)],
    mark: char,
    marks: &str,
    info: &str,
) -> Option<Range<usize>> {
    let is_fence = |line: &str| {
        let line = line.trim_start();
        line.starts_with("```") || line.starts_with("~~~")
    };
    let mut fences = lines[1..].iter().filter(|(line, _)| is_fence(line));
    let (line, at) = fences.next()?;
    let words = line.trim().trim_start_matches(['`', '~']);
    let is_bare = words.is_empty();
    // With the same marks a language begins another block, unless no block follows.
    let is_again = !info.is_empty() && words.eq_ignore_ascii_case(info) && line.starts_with(mark);
    let has_text = lines
        .iter()
        .skip_while(|(_, other)| other.start <= at.start)
        .any(|(line, _)| !line.trim().is_empty());
    (fences.next().is_none() && (is_bare || is_again) && has_text && line.trim() != marks
        || (is_bare && line.trim() == marks && line.starts_with(' ') && has_text))
        .then(|| at.clone())
}

/// A block whose beginning stands at the end of a line of text, so that its end opens another: `Run this: ```sh`.
fn begun_in_line(page: &Page<'_>, block: &Range<usize>) -> Option<Fix> {
    let open = page.text[block.clone()].lines().next()?;
    if open.trim() != "```" {
        return None;
    }
    let above = &page.text[page.body.start..block.start];
    let start = above.trim_end().rfind("\n\n").map_or(0, |at| at + 2);
    let start = start + (above[start..].len() - above[start..].trim_start_matches('\n').len());
    let line = above[start..].lines().next()?;
    let at = line.find("```")?;
    let words = &line[at + 3..];
    let is_language = !words.is_empty() && words.chars().all(|c| c.is_alphanumeric() || c == '+');
    let text = line[..at].trim_end();
    if !is_language || text.is_empty() || above[start..].matches("```").count() != 1 {
        return None;
    }
    let from = page.body.start + start;
    Some(Fix::risky(vec![Edit::replace(
        from + text.len()..from + at,
        "\n\n",
    )]))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, fixed_with_risk, hugo, zola};

    #[test]
    fn the_likely_end_is_closed() {
        for (body, expected) in [
            ("```\nx\n``` end\n\na\n", "```\nx\n```\nend\n\na\n"),
            (
                "```rust\nx\n\n## After\n\ntext\n",
                "```rust\nx\n```\n\n## After\n\ntext\n",
            ),
            ("```sh\nx\n\n## After\n", "```sh\nx\n\n## After\n```\n"),
            ("```\nx\n\n```js\ny\n", "```\nx\n\n```\n\n```js\ny\n```\n"),
            ("~~~rust\nx\n```\n\na\n", "~~~rust\nx\n~~~\n\na\n"),
            ("````rust\nx\n```\n\na\n", "````rust\nx\n````\n\na\n"),
            ("```rust\nx\n```rust\n\na\n", "```rust\nx\n```\n\na\n"),
            ("```\nx\n    ```\n\na\n", "```\nx\n```\n\na\n"),
            (
                "Run this: ```sh\nls\n```\n\na\n",
                "Run this:\n\n```sh\nls\n```\n\na\n",
            ),
        ] {
            assert_eq!(fixed_with_risk(&zola("0.22.0"), body), expected);
            assert_eq!(fixed(&zola("0.22.0"), body), body);
        }
    }

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
