//! Names whose last part is taken for a language.

use std::collections::BTreeMap;

use crate::check::{Outline, Page, Rule, SitePages};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct LoneTranslation;

impl Rule for LoneTranslation {
    describe!(
        "lone-translation",
        "A page whose name ends in a language by accident, as it seems",
        "\
In a site with French among its languages, `plan.fr.md` is the French page (tested on Zola 0.17.2, 0.22.0 and Hugo 0.168.0): it is not listed with the others, and its address begins
with `/fr/`. This is said where it is a translation of nothing and the only page of its language in its folder, which has no page of its own in that language (`_index.fr.md`).

```text
plan-fr.md
```

Write a hyphen for the dot, or the page in the site's own language beside it."
    );

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}

    fn check_site(&self, pages: &SitePages<'_>, findings: &mut Vec<Finding>) {
        let site = pages.site;
        if site.languages.len() < 2 {
            return;
        }
        let mut in_folder: BTreeMap<(&str, &str), usize> = BTreeMap::new();
        let mut of_stem: BTreeMap<String, usize> = BTreeMap::new();
        for page in pages.pages.values() {
            *in_folder.entry((page.home(), &page.language)).or_default() +=
                usize::from(!page.is_section);
            *of_stem.entry(stem(page)).or_default() += 1;
        }
        for (path, page) in &pages.pages {
            let is_named = path
                .file_name()
                .strip_suffix(".md")
                .is_some_and(|name| name.ends_with(&format!(".{}", page.language)));
            let is_lone = in_folder.get(&(page.home(), page.language.as_str())) == Some(&1)
                && of_stem.get(&stem(page)) == Some(&1);
            // Postwright knows the language that a post was asked for in.
            let is_meant =
                page.is_generated || page.is_stub(site) || pages.section_of(page).is_some();
            if is_meant
                || !is_named
                || !is_lone
                || page.is_section
                || page.language == site.default_language
            {
                continue;
            }
            let language = crate::text::escape(&page.language);
            let message = format!(
                "its name makes this the page of a language, `{language}`, and there is none that it translates"
            );
            findings.push(
                Finding::new(self.name(), Severity::Warning, path, message)
                    .at(page.span.clone())
                    .help("write a hyphen for the dot if no language is meant"),
            );
        }
    }
}

/// The path of a page without its language and extension.
fn stem(page: &Outline) -> String {
    let below = page.below.strip_suffix(".md").unwrap_or(&page.below);
    below
        .strip_suffix(&format!(".{}", page.language))
        .unwrap_or(below)
        .to_owned()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::world;

    #[test]
    fn translations_are_fine() {
        let config = "base_url = \"x\"\n[languages.fr]\n";
        let site = world(&[("config.toml", config)], Some("0.22.0"));
        let page = "+++\ntitle = \"A\"\n+++\n";
        let found = site.in_languages(
            "lone-translation",
            &[
                ("a/plan.fr.md", "fr", page),
                ("b/plan.md", "en", page),
                ("b/plan.fr.md", "fr", page),
                ("c/one.fr.md", "fr", page),
                ("c/two.fr.md", "fr", page),
                ("d/_index.fr.md", "fr", page),
                ("d/one.fr.md", "fr", page),
            ],
        );
        assert_eq!(found, ["warning a/plan.fr.md"]);
    }
}
