//! Keys that mean something else to the generator than they seem to.

use super::key_span;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::front_matter::Value;
use crate::site::Version;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MisreadKey;

impl Rule for MisreadKey {
    fn name(&self) -> &'static str {
        "misread-key"
    }

    fn summary(&self) -> &'static str {
        "A front matter key that the generator takes for something else, or ignores"
    }

    fn explanation(&self) -> &'static str {
        "\
Some keys are a generator's own. Hugo 0.168.0 stops at `build`, `sites`, `cascade` and `markup` with values that it does not expect, at
the old `_build`, at a `published` that is no date and at a `url` with a protocol; `headless = true` keeps the page from being written. Each
generator has its own word for the day of the last change, and silently passes over the other's: `updated` is Zola's, `lastmod` Hugo's.
Zola publishes a page with `published = false` (tested on 0.17.2 and 0.22.0).

```toml
build = \"Release\"       # Hugo stops

[params]
build = \"Release\"       # fine
```

Put keys of your own into `[extra]` (Zola) or `[params]` (Hugo)."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        dates_in_lists(self, page, findings);
        for (key, value) in front.table() {
            let Some(trouble) = page.site.generator.misread_key(key, value) else {
                continue;
            };
            let mut finding = page.finding(self, trouble.severity, trouble.message).help(
                "write the generator's own key, or put yours into the table for other values",
            );
            finding.span = key_span(page, &[key]);
            findings.push(finding);
        }
    }
}

/// Zola before 0.23 hands dates in lists on as tables of its parser's own (tested on 0.17.2 and 0.22.0).
fn dates_in_lists(rule: &dyn Rule, page: &Page<'_>, findings: &mut Vec<Finding>) {
    let site = page.site;
    let is_affected =
        site.generator.requires_front_matter() && site.version < Version::new(0, 23, 0);
    let extra = page.front().and_then(|front| front.get(&["extra"]));
    let Some(Value::Table(extra)) = extra.filter(|_| is_affected) else {
        return;
    };
    for (key, value) in extra {
        if !matches!(value, Value::Array(items) if items.iter().any(|item| matches!(item, Value::Date(_))))
        {
            continue;
        }
        let mut finding = page
            .finding(
                rule,
                Severity::Warning,
                "templates do not get the dates in this list as dates",
            )
            .help("write the dates in quotes");
        finding.span = key_span(page, &["extra", key]);
        findings.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{World, hugo, zola};

    #[test]
    fn keys_that_are_the_generators_own() {
        let found = |world: &World, line: &str| {
            let page = format!("+++\ntitle = \"A\"\n{line}\n+++\n");
            let findings = world.page("misread-key", &page);
            findings
                .first()
                .map_or("", |finding| finding.severity.as_str())
        };
        for (line, in_zola, in_hugo) in [
            ("build = \"x\"", "", "error"),
            ("build = { render = \"never\" }", "", ""),
            ("_build = { render = \"never\" }", "", "error"),
            ("markup = \"mmark\"", "", "error"),
            ("markup = \"md\"", "", ""),
            ("url = \"https://x.y/z\"", "", "error"),
            ("url = \"/z/\"", "", ""),
            ("headless = true", "", "warning"),
            ("updated = 2026-01-02", "", "warning"),
            ("lastmod = 2026-01-02", "warning", ""),
            ("published = false", "warning", ""),
        ] {
            assert_eq!(found(&zola("0.22.0"), line), in_zola, "{line}");
            assert_eq!(found(&hugo(), line), in_hugo, "{line}");
        }
    }
}
