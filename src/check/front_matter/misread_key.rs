//! Keys that mean something else to the generator than they seem to.

use super::{key_span, lists, repair};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::front_matter::{Change, Value};
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
Zola publishes a page with `published = false`, or with `Draft = true`: its keys have small letters (tested on 0.17.2 and 0.22.0).

```toml
build = \"Release\"       # Hugo stops

[params]
build = \"Release\"       # fine
```

Put keys of your own into `[extra]` (Zola) or `[params]` (Hugo). The fix renames `updated` and `lastmod`, writes Zola's keys in small letters, makes `draft = true` of
`published = false`, and moves `build` and `sites` with values of your own into `[params]`; with `--unsafe-fixes`, `_build` becomes `build`, and
Zola's keys that decide whether a page is there, and where, get small letters."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        dates_in_lists(self, page, findings);
        doubled(self, page, findings);
        for (key, value) in front.table() {
            let Some(trouble) = page
                .site
                .generator
                .misread_key(page.site.version, key, value)
            else {
                continue;
            };
            // A section need not have a page of its own.
            let is_unwritten = matches!(key.as_str(), "render" | "headless")
                || (matches!(key.as_str(), "build" | "cascade")
                    && trouble.severity == Severity::Warning);
            // A rule of their own tells of keys that sections do not have.
            let is_strict = page.site.generator.requires_front_matter();
            let is_told = is_strict && *key != key.to_lowercase();
            if page.is_section() && (is_unwritten || is_told) {
                continue;
            }
            let mut finding = page.finding(self, trouble.severity, trouble.message).help(
                "write the generator's own key, or put yours into the table for other values",
            );
            finding.span = key_span(page, &[key]);
            finding.fix = self.fix(page, key, value);
            findings.push(finding);
        }
    }
}

impl MisreadKey {
    fn fix(&self, page: &Page<'_>, key: &str, value: &Value) -> Option<Fix> {
        let is_strict = page.site.generator.requires_front_matter();
        let name = key.to_lowercase();
        match (name.as_str(), value) {
            ("published", Value::Boolean(flag)) => {
                repair::change(page, self, &as_draft(page, key, *flag)?, true)
            }
            ("updated" | "lastmod", Value::Date(_) | Value::String(_)) => self
                .rename(page, key, page.site.generator.updated_key())
                .map(Fix::safe),
            // These decide whether the page is there, and where.
            ("aliases" | "date" | "draft" | "path" | "slug", _) if is_strict && name != key => {
                self.rename(page, key, &name).map(Fix::risky)
            }
            (small, _) if is_strict && small != key => self.rename(page, key, small).map(Fix::safe),
            // The words of old are those of today, and may keep the page from being written.
            ("_build", Value::Table(_)) => self.rename(page, key, "build").map(Fix::risky),
            // Templates find the author's keys in the same place, whether they stand here or in the table.
            ("build" | "sites" | "cascade", value)
                if !(is_strict || name == "build" && matches!(value, Value::Table(_))) =>
            {
                let changes = [
                    Change::remove(&[key]),
                    Change::set(&["params", key], value.clone()),
                ];
                let is_free = page.front()?.get(&["params", key]).is_none();
                repair::change(page, self, &changes, true).filter(|_| is_free)
            }
            _ => None,
        }
    }

    /// Another name for a key, where there is no other key of that name.
    fn rename(&self, page: &Page<'_>, key: &str, name: &str) -> Option<Vec<Edit>> {
        let front = page.front()?;
        if page.key(name).is_some() {
            return None;
        }
        let mut expected = front.table().clone();
        let value = expected.shift_remove(key)?;
        expected.insert(name.to_owned(), value);
        let span = front.key_span(&[key])?;
        // A quoted key keeps its quotes.
        let written = page.text.get(span.clone())?.replacen(key, name, 1);
        repair::bytes(page, self, vec![Edit::replace(span, written)], &expected)
    }
}

/// What makes Jekyll's `published` the `draft` of both generators; nothing where that says otherwise.
pub(super) fn as_draft(page: &Page<'_>, key: &str, is_published: bool) -> Option<Vec<Change>> {
    let draft = page.key("draft");
    let said = draft.and_then(|draft| page.front()?.get(&[draft]));
    let remove = Change::remove(&[key]);
    match said {
        None if is_published => Some(vec![remove]),
        None => Some(vec![remove, Change::set(&["draft"], true)]),
        Some(Value::Boolean(is_draft)) if *is_draft != is_published => Some(vec![remove]),
        Some(_) => None,
    }
}

/// Keys that differ in capitals alone, which are one to Hugo (tested on 0.168.0).
fn doubled(rule: &dyn Rule, page: &Page<'_>, findings: &mut Vec<Finding>) {
    let Some(front) = page
        .front()
        .filter(|_| page.site.generator.keys_ignore_case())
    else {
        return;
    };
    let keys: Vec<(&String, &Value)> = front.table().iter().collect();
    for (at, (key, value)) in keys.iter().enumerate() {
        let same = keys[..at]
            .iter()
            .find(|(other, _)| other.to_lowercase() == key.to_lowercase());
        let Some((first, _)) = same.filter(|(_, first)| first != value) else {
            continue;
        };
        let message = format!(
            "`{}` and `{}` are one key to {}, and one of the two values is lost",
            crate::text::escape(first),
            crate::text::escape(key),
            page.site.generator.title()
        );
        let mut finding = page
            .finding(rule, Severity::Error, message)
            .help("take one of the two out");
        finding.span = key_span(page, &[key]);
        findings.push(finding);
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
        finding.fix = quoted_dates(rule, page, key).map(Fix::safe);
        findings.push(finding);
    }
}

fn quoted_dates(rule: &dyn Rule, page: &Page<'_>, key: &str) -> Option<Vec<Edit>> {
    let front = page.front()?;
    let path = ["extra", key];
    let items = front.get(&path)?.as_array()?;
    let ranges = lists::items(page.text, front.span(&path)?)?;
    if ranges.len() != items.len() {
        return None;
    }
    let edits = items
        .iter()
        .zip(ranges)
        .filter(|(item, _)| matches!(item, Value::Date(_)))
        .map(|(_, range)| {
            let quoted = crate::front_matter::quote(&page.text[range.clone()]);
            Edit::replace(range, quoted)
        })
        .collect();
    // A date equals the text that it is written as.
    repair::bytes(page, rule, edits, front.table())
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{World, hugo, repaired, zola};

    #[test]
    fn whether_a_page_is_there_and_where_is_changed_only_when_asked() {
        for line in ["Draft = true", "Slug = 'b'", "Path = 'b'"] {
            let page = format!("+++\ntitle = \"A\"\ndate = 2026-01-02\n{line}\n+++\n");
            assert_eq!(repaired(&zola("0.22.0"), &page), page);
        }
    }

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
            ("build = { render = \"never\" }", "", "warning"),
            ("build = { render = \"link\" }", "", ""),
            ("build = { list = \"never\" }", "", ""),
            ("markup = \"html\"", "", "error"),
            ("aliases = [\"/\"]", "", "error"),
            ("aliases = [\"/old/\"]", "", ""),
            ("_build = { render = \"never\" }", "", "error"),
            ("markup = \"mmark\"", "", "error"),
            ("markup = \"md\"", "", ""),
            ("url = \"https://x.y/z\"", "", "error"),
            ("url = \"/z/\"", "", ""),
            ("headless = true", "", "warning"),
            ("headless = 1", "", "warning"),
            ("headless = 0", "", ""),
            ("markup = \"\"", "", ""),
            ("[cascade]\ndraft = true", "", "warning"),
            ("[cascade]\ndraft = false", "", ""),
            ("updated = 2026-01-02", "", "warning"),
            ("lastmod = 2026-01-02", "warning", ""),
            ("published = false", "warning", ""),
        ] {
            assert_eq!(found(&zola("0.22.0"), line), in_zola, "{line}");
            assert_eq!(found(&hugo(), line), in_hugo, "{line}");
        }
    }
}
