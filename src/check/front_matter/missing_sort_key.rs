//! Keys by which a section sorts its pages.

use crate::check::{Page, Rule, SitePages};
use crate::finding::{Finding, Severity};
use crate::front_matter::Value;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MissingSortKey;

impl Rule for MissingSortKey {
    describe!(
        "missing-sort-key",
        "A page without the key by which its section sorts, which is not rendered",
        "\
Where `_index.md` says `sort_by = \"weight\"`, `\"title\"` or `\"update_date\"`, Zola does not render pages without that key; the build succeeds and prints one line about ignored pages (tested on
0.17.2 and 0.22.0).

```toml
weight = 10
```

Pages without a date in sections sorted by date are what `missing-date` tells of."
    );

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}

    fn check_site(&self, pages: &SitePages<'_>, findings: &mut Vec<Finding>) {
        let site = pages.site;
        if !site.generator.requires_front_matter() {
            return;
        }
        for (path, page) in &pages.pages {
            let section = pages.section_of(page);
            let Some(Value::String(order)) = section.and_then(|it| it.get(site, "sort_by")) else {
                continue;
            };
            let keys: &[&str] = match order.as_str() {
                "weight" => &["weight"],
                "title" | "title_bytes" => &["title"],
                "update_date" => &["updated", "date"],
                _ => continue,
            };
            let has_key = keys.iter().any(|key| page.get(site, key).is_some());
            let is_stub = page.get(site, "topic").is_some();
            if page.is_section || has_key || page.front.is_none() || is_stub {
                continue;
            }
            let message = format!(
                "the section sorts its pages by `{order}`, and this page has no `{}`, so Zola leaves it out",
                keys[0]
            );
            findings.push(
                Finding::new(self.name(), Severity::Warning, path, message)
                    .at(page.span.clone())
                    .help(format!(
                        "write a `{}` at the top of the front matter",
                        keys[0]
                    )),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn pages_have_what_sorts_them() {
        let files = [
            ("a/_index.md", "+++\nsort_by = \"weight\"\n+++\n"),
            ("a/b.md", "+++\ntitle = \"B\"\n+++\n"),
            ("a/c.md", "+++\nweight = 1\n+++\n"),
            ("a/d/index.md", "+++\ntitle = \"D\"\n+++\n"),
            ("a/d/e/f.md", "+++\ntitle = \"F\"\n+++\n"),
        ];
        let found = zola("0.22.0").together("missing-sort-key", &files);
        assert_eq!(found, ["warning a/b.md", "warning a/d/index.md"]);
        assert_eq!(hugo().together("missing-sort-key", &files), [""; 0]);
    }
}
