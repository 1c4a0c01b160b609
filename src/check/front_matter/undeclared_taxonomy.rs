//! Terms of a taxonomy that the site does not declare.

use super::{key_span, repair};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::front_matter::Value;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct UndeclaredTaxonomy;

impl Rule for UndeclaredTaxonomy {
    fn name(&self) -> &'static str {
        "undeclared-taxonomy"
    }

    fn summary(&self) -> &'static str {
        "Terms of a taxonomy that the site's configuration does not declare"
    }

    fn explanation(&self) -> &'static str {
        "\
Zola stops the build at a term of a taxonomy that its configuration does not declare for the page's language, with the
exact spelling: `tag` and `Tags` are not `tags` (tested on 0.17.2 and 0.22.0). Hugo 0.168.0 makes no pages for its terms.

```toml
# Zola's configuration
taxonomies = [{ name = \"tags\" }, { name = \"categories\" }]
```

The fix writes the name as the site declares it, where only capitals differ, and moves a `title` or `date` that stands below the header
`[taxonomies]` to the top. When a post is made, terms of an undeclared taxonomy are left out, with one warning a run."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        let Some(Value::Table(table)) = front.get(&["taxonomies"]) else {
            return;
        };
        if page.site.generator.taxonomy_path("tags").len() == 1 {
            return;
        }
        for taxonomy in table
            .keys()
            .filter(|taxonomy| !page.site.declares(taxonomy, page.language))
        {
            let mut finding = page
                .finding(
                    self,
                    Severity::Error,
                    format!("the site does not declare the taxonomy `{taxonomy}`"),
                )
                .help(page.site.generator.declare_taxonomy_help(
                    page.site,
                    taxonomy,
                    page.language,
                ));
            finding.span = key_span(page, &["taxonomies", taxonomy]);
            finding.fix =
                repair::lift(page, self, taxonomy).or_else(|| self.spelling(page, taxonomy));
            findings.push(finding);
        }
    }
}

impl UndeclaredTaxonomy {
    /// The name as the site declares it, where capitals or a plural are all that differs.
    fn spelling(&self, page: &Page<'_>, name: &str) -> Option<Fix> {
        let front = page.front()?;
        let right = page
            .site
            .taxonomy_names(page.language)
            .into_iter()
            .find(|known| {
                known.eq_ignore_ascii_case(name)
                    || known
                        .strip_suffix('s')
                        .is_some_and(|one| one.eq_ignore_ascii_case(name))
            })?;
        if front.get(&["taxonomies", &right]).is_some() {
            return None;
        }
        let Value::Table(mut terms) = front.get(&["taxonomies"])?.clone() else {
            return None;
        };
        let value = terms.shift_remove(name)?;
        terms.insert(right.clone(), value);
        let expected = repair::with(front.table(), &["taxonomies"], Value::Table(terms))?;
        let span = front.key_span(&["taxonomies", name])?;
        let written = page.text.get(span.clone())?.replacen(name, &right, 1);
        repair::bytes(page, self, vec![Edit::replace(span, written)], &expected).map(Fix::safe)
    }
}
