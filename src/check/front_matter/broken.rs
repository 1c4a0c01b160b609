//! Front matter that the generator cannot read.

use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::front_matter::ErrorKind;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct BrokenFrontMatter;

impl Rule for BrokenFrontMatter {
    fn name(&self) -> &'static str {
        "broken-front-matter"
    }

    fn summary(&self) -> &'static str {
        "Front matter that is not closed, not TOML, YAML or JSON, or has a key twice"
    }

    fn explanation(&self) -> &'static str {
        "\
Both generators stop the whole build at a page whose front matter they cannot read (tested on Zola 0.17.2 and 0.22.0 and on
Hugo 0.168.0): a block that is never closed, a value without its quotes, a key given twice, `title: Redis: why?` in YAML.

Zola ends the block at the first line that *ends* in the delimiter, so `description: the end ---` cuts it short.

```yaml
title: Redis: why?      # refused
title: \"Redis: why?\"    # fine
```

Quote the value, close the block with `+++` or `---` alone on its line, or remove the second key."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let ((Err(error), _) | (_, Some(Err(error)))) = (&page.split, &page.front) else {
            return;
        };
        // Pages are split by the rules of Zola up to 0.22; what is behind such a delimiter is not looked at.
        let first = page
            .text
            .trim_start_matches('\u{feff}')
            .lines()
            .next()
            .unwrap_or_default();
        if error.kind == ErrorKind::Opening
            && matches!(first.trim_end(), "+++" | "---")
            && page.site.generator.opens_with_blank(page.site.version)
        {
            return;
        }
        let mut finding = page
            .finding(self, Severity::Error, error.message.clone())
            .at(error.span.clone());
        finding.help.clone_from(&error.help);
        findings.push(finding);
    }
}
