//! A page without front matter.

use super::wrapped;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MissingFrontMatter;

impl Rule for MissingFrontMatter {
    fn name(&self) -> &'static str {
        "missing-front-matter"
    }

    fn summary(&self) -> &'static str {
        "A page that does not begin with front matter"
    }

    fn explanation(&self) -> &'static str {
        "\
Zola stops the build (\"Couldn't find front matter\", tested on 0.17.2 and 0.22.0). Hugo 0.168.0 publishes the page without a
title and without a date; where the page begins with a list, `---` or `{` it stops as well.

Text, an HTML comment or a code fence before the first delimiter counts as no front matter.

```toml
+++
title = \"A title\"
date = 2026-01-31
+++
```

Put front matter on the first line, or move a file that is no page (a README) out of the content folder.

The fix takes away a code fence around front matter or around the whole page, moves a comment before front matter below it, takes away
a model's greeting there, and writes JSON as TOML in a Zola site. With `--unsafe-fixes`, any text before front matter is taken away."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if !matches!(page.split, Ok(None)) {
            return;
        }
        let severity = if page.site.generator.requires_front_matter() {
            Severity::Error
        } else {
            Severity::Warning
        };
        let end = page.text.find('\n').unwrap_or(page.text.len());
        let mut finding = page
            .finding(self, severity, "the page does not begin with front matter")
            .at(0..end)
            .help("begin the file with a line `+++`, then `title = \"…\"` and `date = …`, then a line `+++`");
        finding.fix = wrapped::repair(page, self);
        findings.push(finding);
    }
}
