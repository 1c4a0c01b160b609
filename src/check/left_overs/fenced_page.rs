//! A page that is one block of code.

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::body::fences::is_closed;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct FencedPage;

impl Rule for FencedPage {
    describe!(
        "fenced-page",
        "A page that is nothing but a block of Markdown or JSON, as a model sends it",
        "\
Models send a post in a fence, ```` ```markdown ````, or as JSON, to be copied from a chat. Pasted with the fence, all of the page is code: readers of Zola
0.22.0 and Hugo 0.168.0 see `##` and `**` as they are.

````text
```markdown
## Two ways to keep data

…
```
````

Take the fence away. The fix does so for Markdown in a post that Postwright wrote; elsewhere it is one of the unsafe fixes."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if let Some(json) = bare_json(page) {
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "all of this page is JSON, as if a reply had been pasted whole",
                )
                .at(json)
                .help("keep the text of the post, and move the rest into the front matter"),
            );
            return;
        }
        let Some((Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))), range)) =
            page.events.first()
        else {
            return;
        };
        let block = page.text[range.clone()].trim();
        let info = info.to_lowercase();
        let is_markdown = ["markdown", "md"].contains(&info.as_str())
            || (info.is_empty() && looks_like_post(block));
        let is_reply = is_markdown || (info == "json" && is_reply(block));
        if block != page.body().trim() || !is_reply {
            return;
        }
        let Some(mark) = block.chars().next() else {
            return;
        };
        let length = block.len() - block.trim_start_matches(mark).len();
        if !is_closed(block, mark, length) {
            return;
        }
        let start = page.body.start + (page.body().len() - page.body().trim_start().len());
        let first = block.find('\n').map_or(block.len(), |feed| feed + 1);
        let last = block
            .rfind('\n')
            .map_or(first, |feed| (feed + 1).max(first));
        let mut finding = page
            .finding(
                self,
                Severity::Warning,
                "all of this page is one block of code, as if a reply had been pasted with its fence",
            )
            .at(start..start + first.min(block.len()))
            .help("take the fence away; of JSON, keep the text of the post");
        if is_markdown {
            let edits = vec![
                Edit::delete(start..start + first),
                Edit::delete(start + last..start + block.len()),
            ];
            // Scripts and links in the fence would come alive.
            finding.fix = Some(Fix::risky(edits));
        }
        findings.push(finding);
    }
}

/// Whether code without a language is Markdown: a heading of level two, and other marks.
fn looks_like_post(block: &str) -> bool {
    block.contains("\n## ")
        && ["**", "\n- ", "](", "\n1. "]
            .iter()
            .any(|mark| block.contains(mark))
}

/// The first line of a body that is JSON without a fence.
fn bare_json(page: &Page<'_>) -> Option<std::ops::Range<usize>> {
    let body = page.body().trim();
    let start = page.body.start + (page.body().len() - page.body().trim_start().len());
    let is_json = body.starts_with('{') && body.ends_with('}') && is_reply(body);
    let line = body.lines().next().unwrap_or_default();
    is_json.then(|| start..start + line.len())
}

/// Whether JSON is that of a reply: it has a title and a text.
fn is_reply(block: &str) -> bool {
    let has = |key: &str| block.contains(&format!("\"{key}\":"));
    has("title")
        && ["content", "body", "markdown", "post", "meta_description"]
            .iter()
            .any(|key| has(key))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_with_risk, generated, repaired, zola};

    #[test]
    fn nothing_in_the_fence_comes_alive_unasked() {
        let body = "```markdown\n## A\n\n<script>x()</script>\n\n- [a](javascript:x)\n```\n";
        let post = generated("title = \"A\"\ndate = 2026-01-02\n", "", body);
        assert_eq!(repaired(&zola("0.22.0"), &post), post);
    }

    #[test]
    fn a_reply_with_its_fence() {
        let lines = |body: &str| zola("0.22.0").lines("fenced-page", body);
        let body = "```markdown\n## A\n\n- b\n```\n";
        assert_eq!(lines(body), ["warning 1"]);
        assert_eq!(fixed_with_risk(&zola("0.22.0"), body), "## A\n\n- b\n\n");
        assert_eq!(
            lines("````json\n{\"title\": \"A\", \"body\": \"b\"}\n````\n").len(),
            1
        );
        assert_eq!(lines("```\n## A\n\n**b**\n```\n"), ["warning 1"]);
        assert_eq!(
            lines("{\n  \"title\": \"A\",\n  \"body\": \"b\"\n}\n"),
            ["warning 1"]
        );
        for body in [
            "```\n## A\n```\n",
            "```md\na\n```\n\nb\n",
            "```json\n{\"title\": 1}\n```\n",
            "```rust\nx\n```\n",
            "```md\na\n",
            "",
        ] {
            assert_eq!(lines(body), [""; 0], "{body}");
        }
    }
}
