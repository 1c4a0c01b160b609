//! Links and images without a destination.

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
        "A link or an image without a destination"
    }

    fn explanation(&self) -> &'static str {
        "\
`[text]()` stops Zola (\"There is a link that is missing a URL\", tested on 0.17.2 and 0.22.0). Hugo 0.168.0 makes a link to the page
itself of it. An image without a destination is a broken picture on both.

```markdown
[the manual]()                       refused
[the manual](https://example.org/)   fine
```

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
    }
}
