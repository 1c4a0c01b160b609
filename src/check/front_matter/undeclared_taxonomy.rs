//! Terms of a taxonomy that the site does not declare.

use super::{key_span, repair};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::front_matter::Value;
use crate::text::nearest;

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
        if page.site.generator.taxonomy_path("tags").len() == 1 {
            self.common(page, findings);
            return;
        }
        let Some(Value::Table(table)) = front.get(&["taxonomies"]) else {
            return;
        };
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
                .help(help(page, taxonomy));
            finding.span = key_span(page, &["taxonomies", taxonomy]);
            finding.fix =
                repair::lift(page, self, taxonomy).or_else(|| self.spelling(page, taxonomy));
            findings.push(finding);
        }
    }
}

fn help(page: &Page<'_>, name: &str) -> String {
    if let Some(right) = meant(page, name) {
        return format!("write `{right}`, which the site declares");
    }
    let site = page.site;
    let declare = site
        .generator
        .declare_taxonomy_help(site, name, page.language);
    let names = site.taxonomy_names(page.language);
    match nearest(name, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`, which the site declares? If not, {declare}"),
        None => declare,
    }
}

/// The name as the site declares it, where capitals or a plural are all that differs.
fn meant(page: &Page<'_>, name: &str) -> Option<String> {
    let names = page.site.taxonomy_names(page.language);
    names.into_iter().find(|known| {
        known.eq_ignore_ascii_case(name)
            || known
                .strip_suffix('s')
                .is_some_and(|one| one.eq_ignore_ascii_case(name))
    })
}

impl UndeclaredTaxonomy {
    /// Tags and categories that are but parameters of the page to Hugo.
    fn common(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        for (name, plural) in [
            ("tags", "tags"),
            ("categories", "categories"),
            ("tag", "tags"),
            ("category", "categories"),
        ] {
            let Some(key) = page.key(name) else { continue };
            let has_terms = match front.get(&[key]) {
                Some(Value::Array(terms)) => !terms.is_empty(),
                // Themes read a single `category` in their own ways.
                Some(Value::String(term)) => !term.is_empty() && name == plural,
                _ => false,
            };
            let is_other = name != plural && page.key(plural).is_some();
            if !has_terms || is_other || page.site.declares(name, page.language) {
                continue;
            }
            let message = format!(
                "the site does not declare the taxonomy `{name}`, so Hugo makes no pages of these terms"
            );
            let help = if name != plural && page.site.declares(plural, page.language) {
                format!("write `{plural}`, which the site declares")
            } else {
                help(page, name)
            };
            let finding = page.finding(self, Severity::Warning, message).help(help);
            findings.push(Finding {
                span: key_span(page, &[key]),
                ..finding
            });
        }
    }

    /// The name as the site declares it.
    fn spelling(&self, page: &Page<'_>, name: &str) -> Option<Fix> {
        let front = page.front()?;
        let right = meant(page, name)?;
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

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, world, zola};

    #[test]
    fn tags_that_are_parameters_to_hugo() {
        let page = "+++\ntitle = \"A\"\ntag = [\"a\"]\ncategories = [\"b\"]\n+++\n";
        let found = |world: &crate::check::testing::World| {
            let findings = world.page("undeclared-taxonomy", page);
            findings
                .into_iter()
                .map(|found| found.help.unwrap_or_default())
                .collect::<Vec<_>>()
        };
        assert_eq!(found(&hugo()), ["write `tags`, which the site declares"]);
        let config = "baseURL = \"x\"\n[taxonomies]\ntag = \"tags\"\n";
        assert_eq!(
            found(&world(&[("hugo.toml", config)], Some("0.168.0"))).len(),
            2
        );
    }

    #[test]
    fn help_names_what_the_site_declares() {
        for (name, expected) in [
            ("Tags", "write `tags`, which the site declares"),
            ("tag", "write `tags`, which the site declares"),
            (
                "tgas",
                "did you mean `tags`, which the site declares? If not, in config.toml",
            ),
            ("topics", "in config.toml, before the first [table]"),
        ] {
            let text = format!("+++\ntitle = \"A\"\n[taxonomies]\n{name} = [\"a\"]\n+++\n");
            let found = zola("0.22.0").page("undeclared-taxonomy", &text);
            let help = found[0].help.clone().unwrap_or_default();
            assert!(help.starts_with(expected), "{help}");
        }
    }
}
