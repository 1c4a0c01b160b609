//! A page without a title.

use super::repair;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Fix, Severity};
use crate::front_matter::{Change, Value};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MissingTitle;

impl Rule for MissingTitle {
    fn name(&self) -> &'static str {
        "missing-title"
    }

    fn summary(&self) -> &'static str {
        "A page without a title"
    }

    fn explanation(&self) -> &'static str {
        "\
Lists, feeds and search results show a page by its title. Zola and Hugo build a page without one, and show nothing or
the file's name (tested on Zola 0.22.0 and Hugo 0.168.0). A title below a table such as `[extra]` belongs to that table.

```toml
[extra]
title = \"Lost\"     # this is extra.title
```

Write `title = \"…\"` above the first table. Stubs need none: the post gets one. The fix moves a title out of `[taxonomies]`, and
out of `[extra]` or `[params]` if the date stands there too, else with `--unsafe-fixes`; with them, YAML's `title: null` becomes the text \"null\"."
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["MD041", "first-line-heading", "first-line-h1"]
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        if front.table().contains_key("topic") || page.is_section() || page.is_part() {
            return;
        }
        let blank = match page.key("title").and_then(|key| front.get(&[key])) {
            None | Some(Value::Null) => true,
            Some(Value::String(title)) => title.trim().is_empty(),
            Some(_) => false,
        };
        if blank {
            let help = format!(
                "write `{}` at the top of the front matter",
                repair::entry(page, "title", "\"…\"")
            );
            let mut finding = page
                .finding(self, Severity::Warning, "the page has no title")
                .at(page.front_start())
                .help(help);
            finding.fix = repair::lift(page, self, "title").or_else(|| self.word(page));
            findings.push(finding);
        }
    }
}

impl MissingTitle {
    /// The word that YAML takes for nothing, as the text that it may have been meant to be.
    fn word(&self, page: &Page<'_>) -> Option<Fix> {
        let key = page.key("title")?;
        let front = page.front()?;
        let word = page.text.get(front.span(&[key])?)?;
        if front.get(&[key]) != Some(&Value::Null) || word.trim().is_empty() || word == "~" {
            return None;
        }
        repair::change(page, self, &[Change::set(&[key], word)], false)
    }
}
