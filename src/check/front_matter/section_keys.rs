//! Keys that a section's own page cannot have.

use super::{key_span, repair};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Fix, Severity};
use crate::front_matter::{Change, Value};
use crate::site::Version;

/// The first version that stops at a key it does not know (`deny_unknown_fields` in its source).
const STRICT_SINCE: Version = Version::new(0, 19, 0);

/// The keys of `_index.md` since then.
const KEYS: [&str; 18] = [
    "title",
    "description",
    "sort_by",
    "weight",
    "template",
    "page_template",
    "paginate_by",
    "paginate_path",
    "paginate_reversed",
    "insert_anchor_links",
    "render",
    "redirect_to",
    "in_search_index",
    "transparent",
    "draft",
    "aliases",
    "generate_feeds",
    "extra",
];

/// The keys that only pages have.
const OF_PAGES: [&str; 7] = [
    "topic",
    "date",
    "updated",
    "slug",
    "path",
    "taxonomies",
    "authors",
];

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct SectionKeys;

impl Rule for SectionKeys {
    fn name(&self) -> &'static str {
        "section-keys"
    }

    fn summary(&self) -> &'static str {
        "A key in `_index.md` that only pages have"
    }

    fn explanation(&self) -> &'static str {
        "\
`_index.md` is the page of a section and has keys of its own. Zola 0.22.0 stops the build at any other: `date`, `taxonomies`, `topic`, or a key that
somebody made up, and so do all versions from 0.19 on. Zola 0.17.2 passes over them. A post in a folder of its own is `index.md`, without the underscore.

```toml
+++
title = \"Posts\"
sort_by = \"date\"

[extra]
mood = \"calm\"            # keys of one's own stand here
+++
```

The fix moves keys that neither sections nor pages have into `[extra]`."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let site = page.site;
        let Some(front) = page.front() else { return };
        if !page.is_section() || !site.generator.requires_front_matter() {
            return;
        }
        self.out_of_search(page, findings);
        for key in front.table().keys().map(String::as_str) {
            let is_known = KEYS.contains(&key);
            let is_of_pages = OF_PAGES.contains(&key);
            // A later version may have keys that are not known here; an earlier one passes over them.
            let severity = match site.version {
                version if version < STRICT_SINCE && is_of_pages => Severity::Warning,
                version if version < STRICT_SINCE => continue,
                version if version < Version::new(0, 24, 0) || is_of_pages => Severity::Error,
                _ => Severity::Warning,
            };
            if is_known {
                continue;
            }
            let key_shown = crate::text::escape(key);
            let mut finding = page
                .finding(
                    self,
                    severity,
                    format!("the page of a section has no key `{key_shown}`"),
                )
                .help("name the file `index.md` if it is a post, or put the key into `[extra]`");
            finding.span = key_span(page, &[key]);
            if !is_of_pages {
                finding.fix = self.fix(page, key);
            }
            findings.push(finding);
        }
    }
}

impl SectionKeys {
    /// The start page kept out of an index for the search that the site has (tested on 0.17.2 and 0.22.0).
    fn out_of_search(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let is_out = page
            .front()
            .and_then(|front| front.get(&["in_search_index"]))
            .is_some_and(|value| *value == Value::Boolean(false));
        if !is_out || page.in_section || !page.site.settings.search_index {
            return;
        }
        let message = "the site has an index for its search, and Zola stops where the start page is not in it";
        let mut finding = page.finding(self, Severity::Error, message);
        finding.span = key_span(page, &["in_search_index"]);
        let help = "take the line out, or write `build_search_index = false` in the configuration";
        findings.push(finding.help(help));
    }

    fn fix(&self, page: &Page<'_>, key: &str) -> Option<Fix> {
        let front = page.front()?;
        if front.get(&["extra", key]).is_some() {
            return None;
        }
        let value = front.get(&[key])?.clone();
        let changes = [Change::remove(&[key]), Change::set(&["extra", key], value)];
        repair::change(page, self, &changes, true)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn sections_have_keys_of_their_own() {
        let page = "+++\ntitle = \"A\"\nsort_by = \"date\"\ntopic = \"B\"\nmood = 1\n[extra]\nx = 1\n+++\n";
        let found = |world: &crate::check::testing::World| -> Vec<&str> {
            let findings = world.named("_index.md", page);
            let own = findings.iter().filter(|found| found.rule == "section-keys");
            own.map(|finding| finding.severity.as_str()).collect()
        };
        assert_eq!(found(&zola("0.22.0")), ["error", "error"]);
        assert_eq!(found(&zola("0.17.2")), ["warning"]);
        assert_eq!(found(&zola("0.23.0")), ["error", "error"]);
        assert_eq!(found(&hugo()), [""; 0]);
        let findings = zola("0.22.0").named("_index.md", page);
        let moved = findings.iter().filter_map(|finding| finding.fix.as_ref());
        let moved: Vec<String> = moved
            .map(|fix| crate::finding::splice(page, &fix.edits))
            .collect();
        assert_eq!(
            moved,
            [
                "+++\ntitle = \"A\"\nsort_by = \"date\"\ntopic = \"B\"\n[extra]\nx = 1\nmood = 1\n+++\n"
            ]
        );
    }
}
