//! Raw HTML that runs, or that keeps Markdown from being read.

use pulldown_cmark::{Event, Tag};

use super::tags;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct LiveScript;

impl Rule for LiveScript {
    describe!(
        "live-script",
        "A script in the text of a page, which runs in the reader's browser",
        "\
Zola writes raw HTML into the page as it is, scripts too (tested on 0.17.2 and 0.22.0), and so does Hugo 0.168.0 with `unsafe = true`. A script in a post that a model
wrote, or in an example that lacks its backticks, runs for every reader.

```html
<script>alert(1)</script>
```

Put examples in code, and scripts that are meant into a template or a shortcode."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if !page.site.raw_html {
            return;
        }
        for tag in tags(page) {
            if tag.name.eq_ignore_ascii_case("script") && !tag.closing {
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "this script runs in the readers' browsers",
                    )
                    .at(tag.range)
                    .help("put it in code if it is an example, or into a template if it is meant"),
                );
            }
        }
    }
}

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MarkdownInHtml;

impl Rule for MarkdownInHtml {
    describe!(
        "markdown-in-html",
        "Markdown in a block of HTML, where it is not read",
        "\
A block of HTML goes on until a blank line, and Markdown in it is not read: readers see `**stars**`. With blank lines around it, it is (Zola 0.22.0, and Hugo 0.168.0 where
raw HTML is switched on).

```markdown
<div>

**bold**

</div>
```"
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if !page.site.raw_html {
            return;
        }
        for (event, range) in &page.events {
            if !matches!(event, Event::Start(Tag::HtmlBlock)) {
                continue;
            }
            let raw = &page.text[range.clone()];
            let lower = raw.trim_start().to_lowercase();
            let is_literal = [
                "<!--",
                "<pre",
                "<script",
                "<style",
                "<textarea",
                "<svg",
                "<?",
                "<!",
            ]
            .iter()
            .any(|start| lower.starts_with(start));
            if is_literal
                || lower.contains("<pre")
                || lower.contains("<script")
                || lower.contains("<code")
                || lower.contains("<style")
            {
                continue;
            }
            let Some(at) = marked(raw) else { continue };
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "Markdown is not read in a block of HTML, so readers see its signs",
                )
                .at(range.start + at.start..range.start + at.end)
                .help("put a blank line between the HTML and the Markdown"),
            );
        }
    }
}

/// The first bold text or link.
fn marked(html: &str) -> Option<std::ops::Range<usize>> {
    if let Some(open) = html.find("**")
        && let Some(length) = html[open + 2..].find("**")
        && !html[open + 2..open + 2 + length].contains(['\n', '<', '/'])
        && length > 0
    {
        return Some(open..open + length + 4);
    }
    let middle = html.find("](")?;
    let open = html[..middle].rfind('[')?;
    let close = middle + html[middle..].find(')')?;
    let is_link = !html[open..close].contains(['\n', '<', '"']);
    is_link.then_some(open..close + 1)
}
