//! Terms in the wrong place, or of a taxonomy that the site has no templates for.

use super::{key_span, repair};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Fix, Severity};
use crate::front_matter::{Change, Value};

/// The taxonomies that both generators' users expect.
const COMMON: [&str; 2] = ["tags", "categories"];

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MisplacedTerms;

impl Rule for MisplacedTerms {
    fn name(&self) -> &'static str {
        "misplaced-terms"
    }

    fn summary(&self) -> &'static str {
        "Tags or categories where the generator does not look for them"
    }

    fn explanation(&self) -> &'static str {
        "\
Zola reads terms from the table `[taxonomies]` and drops `tags` at the top level without a word. Hugo reads them at the top
level and drops the table, just as silently (tested on Zola 0.17.2, 0.22.0 and Hugo 0.168.0). A page moved from one to the
other loses all its terms.

```toml
tags = [\"rust\"]         # Hugo

[taxonomies]            # Zola
tags = [\"rust\"]
```

The fix moves them to where the site's generator looks, as a list, if the site declares the taxonomy."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        self.foreign_table(page, findings);
        for taxonomy in COMMON {
            let right = page.site.generator.taxonomy_path(taxonomy);
            let wrong: &[&str] = if right.len() == 1 {
                &["taxonomies", taxonomy]
            } else {
                &[taxonomy]
            };
            let right: Vec<&str> = right.iter().map(String::as_str).collect();
            if front.get(wrong).is_none() || front.get(&right).is_some() {
                continue;
            }
            let name = page.site.generator.title();
            let mut finding = page
                .finding(
                    self,
                    Severity::Warning,
                    format!(
                        "{name} does not look for `{taxonomy}` here, so these terms are dropped"
                    ),
                )
                .help(if right.len() == 1 {
                    let line = repair::entry(page, taxonomy, "[…]");
                    format!("move the line to the top level: `{line}`")
                } else {
                    let line = repair::entry(page, taxonomy, "[…]");
                    let table = repair::table_name(page, "taxonomies");
                    format!("move the line into the table `{table}`: `{line}`")
                });
            finding.span = key_span(page, wrong);
            finding.fix = moved(self, page, taxonomy, wrong, &right);
            findings.push(finding);
        }
    }
}

impl MisplacedTerms {
    /// Zola's table in a page of Hugo's, with taxonomies of the site's own in it.
    fn foreign_table(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let site = page.site;
        if site.generator.taxonomy_path("tags").len() != 1 {
            return;
        }
        let table = match page.front().and_then(|front| front.get(&["taxonomies"])) {
            Some(Value::Table(table)) => table,
            Some(Value::Array(terms))
                if !terms.is_empty() && !site.declares("taxonomies", page.language) =>
            {
                let message = "Hugo does not look for terms here, so these are dropped";
                let mut finding = page
                    .finding(self, Severity::Warning, message)
                    .help("name the taxonomy: `tags = […]`");
                finding.span = key_span(page, &["taxonomies"]);
                findings.push(finding);
                return;
            }
            _ => return,
        };
        for taxonomy in table.keys().filter(|name| !COMMON.contains(&name.as_str())) {
            let is_read = page.key(taxonomy).is_some() && site.declares(taxonomy, page.language);
            if is_read {
                continue;
            }
            let shown = crate::text::escape(taxonomy);
            let message =
                format!("Hugo does not look for `{shown}` here, so these terms are dropped");
            let mut finding = page.finding(self, Severity::Warning, message).help(
                "declare the taxonomy in the configuration, and write its terms at the top level",
            );
            finding.span = key_span(page, &["taxonomies", taxonomy]);
            finding.fix = if site.declares(taxonomy, page.language) {
                moved(self, page, taxonomy, &["taxonomies", taxonomy], &[taxonomy])
            } else {
                repair::lift(page, self, taxonomy)
            };
            findings.push(finding);
        }
    }
}

/// Terms at another place, as a list.
fn moved(
    rule: &dyn Rule,
    page: &Page<'_>,
    taxonomy: &str,
    from: &[&str],
    to: &[&str],
) -> Option<Fix> {
    let front = page.front()?;
    let value = front.get(from)?;
    let (terms, is_safe) = match value {
        Value::Array(_) => (value.clone(), true),
        _ => as_list(page, taxonomy, from)?,
    };
    let is_known = COMMON.contains(&taxonomy) || page.site.declares(taxonomy, page.language);
    if front.get(to).is_some() || !is_known {
        return None;
    }
    let changes = [repair::taken(page, from), Change::set(to, terms)];
    repair::change(page, rule, &changes, is_safe)
}

/// What is no list as one: a text at its commas, as people write tags.
pub(super) fn as_list(page: &Page<'_>, taxonomy: &str, path: &[&str]) -> Option<(Value, bool)> {
    let front = page.front()?;
    let text = match front.get(path)? {
        Value::String(text) => text.as_str(),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) => {
            page.text.get(front.span(path)?)?
        }
        _ => return None,
    };
    let terms: Vec<Value> = text
        .split(',')
        .map(str::trim)
        .filter(|term| !term.is_empty())
        .map(Value::from)
        .collect();
    // Names of people and places have commas in them.
    let is_safe = terms.len() == 1 || COMMON.contains(&taxonomy);
    (!terms.is_empty()).then_some((Value::Array(terms), is_safe))
}

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct TermsWithoutTemplates;

impl Rule for TermsWithoutTemplates {
    fn name(&self) -> &'static str {
        "terms-without-templates"
    }

    fn summary(&self) -> &'static str {
        "Terms in a site that has no templates for their pages"
    }

    fn explanation(&self) -> &'static str {
        "\
As soon as one page has a term of a taxonomy, Zola makes a list of its terms and a page for each, and stops the build where their templates are
missing: \"Tried to render `taxonomy_list.html` but the template wasn't found\" (tested on 0.17.2 and 0.22.0). Hugo 0.168.0 only
warns, and writes no such pages.

```toml
taxonomies = [{ name = \"tags\", render = false }]   # terms without pages
```

Write `templates/taxonomy_list.html` and `templates/taxonomy_single.html` (or `templates/tags/list.html` and `single.html`), use a
theme that has them, or let the terms have no pages."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        if !page.site.generator.requires_front_matter() {
            return;
        }
        let Some(Value::Table(table)) = front.get(&["taxonomies"]) else {
            return;
        };
        let has_terms = |value: &Value| matches!(value, Value::Array(terms) if !terms.is_empty());
        let used = |name: &String| {
            page.site.taxonomies.iter().any(|taxonomy| {
                taxonomy.rendered
                    && !taxonomy.has_templates
                    && taxonomy.name == *name
                    && taxonomy.language == page.language
            })
        };
        for name in table
            .iter()
            .filter(|(name, value)| has_terms(value) && used(name))
            .map(|(name, _)| name)
        {
            let mut finding = page
                .finding(self, Severity::Error, format!("the site has no templates for the pages of `{name}`, so Zola stops"))
                .help("write templates/taxonomy_list.html and templates/taxonomy_single.html, or say `render = false` where the taxonomy is declared");
            finding.span = key_span(page, &["taxonomies", name]);
            findings.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, repaired, world};

    #[test]
    fn terms_go_where_the_generator_looks() {
        let config = "base_url = \"x\"\ntaxonomies = [{ name = \"tags\", render = false }]\n";
        let zola = world(&[("config.toml", config)], Some("0.22.0"));
        let page =
            |lines: &str| format!("+++\ntitle = \"A\"\ndate = 2026-01-02\n{lines}+++\n\nB.\n");
        for (lines, expected) in [
            (
                "tags = [\"a\", \"b\"]\n",
                "\n[taxonomies]\ntags = [\"a\", \"b\"]\n",
            ),
            (
                "tags = \"a, b\"\n",
                "\n[taxonomies]\ntags = [\"a\", \"b\"]\n",
            ),
            // The comment would be lost.
            ("tags = [\"a\"] # c\n", "tags = [\"a\"] # c\n"),
            // The site does not declare it.
            ("categories = [\"a\"]\n", "categories = [\"a\"]\n"),
            (
                "[taxonomies]\nTags = [\"a\"]\n",
                "[taxonomies]\ntags = [\"a\"]\n",
            ),
            (
                "[taxonomies]\ntags = [1.10, true, \"a\"]\n",
                "[taxonomies]\ntags = [\"1.10\", \"true\", \"a\"]\n",
            ),
            (
                "[taxonomies]\ntags = [\"a\", \"\"]\n",
                "[taxonomies]\ntags = [\"a\"]\n",
            ),
            (
                "[taxonomies]\ntags = [\"a\"]\nweight = 3\n",
                "weight = 3\n[taxonomies]\ntags = [\"a\"]\n",
            ),
        ] {
            let fixed = repaired(&zola, &page(lines));
            assert_eq!(
                fixed.replace("\n\n[", "\n["),
                page(expected).replace("\n\n[", "\n[")
            );
        }
        let page = |lines: &str| format!("---\ntitle: A\ndate: 2026-01-02\n{lines}---\n\nB.\n");
        for (lines, expected) in [
            ("taxonomies:\n  tags: [a]\n", "tags: [\"a\"]\n"),
            (
                "tags:\n  - C: the language\n  - 1.10\n  - b\n",
                "tags:\n  - \"C: the language\"\n  - \"1.10\"\n  - b\n",
            ),
            ("tags: a, b\n", "tags: [\"a\", \"b\"]\n"),
        ] {
            assert_eq!(repaired(&hugo(), &page(lines)), page(expected));
        }
    }
}
