//! Links and images without a destination.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::links;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct EmptyLink;

impl Rule for EmptyLink {
    fn name(&self) -> &'static str {
        "empty-link"
    }

    fn summary(&self) -> &'static str {
        "A link or an image without a destination, or a link without a text"
    }

    fn explanation(&self) -> &'static str {
        "\
`[text]()` stops Zola (\"There is a link that is missing a URL\", tested on 0.17.2 and 0.22.0). Hugo 0.168.0 makes a link to the page
itself of it. An image without a destination is a broken picture on both.

```markdown
[the manual]()                       refused
[the manual](https://example.org/)   fine
```

A link without a text, `[](https://example.org/)`, is on the page, and no reader sees it.

Write the address, or only the text, as the unsafe fix does."
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["MD042", "no-empty-links"]
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for link in links(page).filter(|link| link.dest.trim().is_empty()) {
            let refused = !link.image && page.site.generator.refuses_dead_links();
            let severity = if refused {
                Severity::Error
            } else {
                Severity::Warning
            };
            let what = if link.image {
                "an image without a source"
            } else {
                "a link without a destination"
            };
            let mut finding = page
                .finding(self, severity, what)
                .at(link.range.clone())
                .help("write the address between the parentheses, or keep only the text between the brackets");
            finding.fix = link.unlinked(page);
            findings.push(finding);
        }
        for (index, (event, range)) in page.events.iter().enumerate() {
            let Event::Start(Tag::Link { dest_url, .. }) = event else {
                continue;
            };
            let ends =
                |at: usize| matches!(page.events.get(at), Some((Event::End(TagEnd::Link), _)));
            let is_blank = |at: usize| matches!(page.events.get(at), Some((Event::Text(text), _)) if text.trim().is_empty());
            let is_empty = ends(index + 1) || (is_blank(index + 1) && ends(index + 2));
            if is_empty && !dest_url.trim().is_empty() && page.text[range.clone()].starts_with('[')
            {
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "a link without a text, so readers will not see it",
                    )
                    .at(range.clone())
                    .help("write a text between the brackets"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn errors_for_zola_and_warnings_for_hugo() {
        let body = "[a]() [b](<>) [c](#)\n\n![d]()\n";
        assert_eq!(
            zola("0.22.0").lines("empty-link", body),
            ["error 1", "error 1", "warning 3"]
        );
        assert_eq!(
            hugo().lines("empty-link", body),
            ["warning 1", "warning 1", "warning 3"]
        );
        let body = "[ ](https://x.y) [![](https://x.y/z.png)](https://x.y) [`a`](/b)\n";
        assert_eq!(zola("0.22.0").lines("empty-link", body), ["warning 1"]);
    }
}
