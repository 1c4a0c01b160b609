//! `index.md` where a section's own page is `_index.md`.

use crate::check::{Page, Rule, SitePages};
use crate::finding::{Finding, Severity};
use crate::front_matter::Value;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct IndexBesideSection;

impl Rule for IndexBesideSection {
    fn name(&self) -> &'static str {
        "index-beside-section"
    }

    fn summary(&self) -> &'static str {
        "An `index.md` at the top of the content or beside an `_index.md`"
    }

    fn explanation(&self) -> &'static str {
        "\
`index.md` makes its folder one page with files of its own; `_index.md` makes it a section with pages. A folder cannot be both: Zola 0.17.2
and 0.22.0 stop the build, unless a `slug` or `path` of the page leads elsewhere, and to Hugo 0.168.0 all other posts of the folder vanish from the site. At the top of the content folder, which is
always a section, it is the same.

```text
content/posts/_index.md       the section
content/posts/a/index.md      a page with files of its own
```

Move the page into a folder, or rename it."
    }

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}

    fn check_site(&self, pages: &SitePages<'_>, findings: &mut Vec<Finding>) {
        for (path, page) in &pages.pages {
            let (folder, name) = page.below.rsplit_once('/').unwrap_or(("", &page.below));
            let is_strict = pages.site.generator.requires_front_matter();
            // Hugo takes `Index.md` for the same (tested on 0.168.0).
            let is_index = name.split('.').next().is_some_and(|stem| {
                stem == "index" || !is_strict && stem.eq_ignore_ascii_case("index")
            });
            if !is_index {
                continue;
            }
            // Zola knows no languages in names where the site has but one (tested on 0.17.2 and 0.22.0).
            if is_strict && pages.site.languages.len() == 1 && name != "index.md" {
                continue;
            }
            // Zola looks for a section in the place of the page's address (tested on 0.17.2, 0.22.0 and 0.23.0).
            let own = match page.get(pages.site, pages.site.generator.address_key()) {
                Some(Value::String(own)) if is_strict => Some(own.as_str()),
                _ => None,
            };
            let address = page
                .own_address
                .as_deref()
                .filter(|_| is_strict && !folder.is_empty());
            let place = own.or(address).unwrap_or(folder).trim_matches('/');
            let has_section = pages.pages.values().any(|other| {
                let (section, _) = other.below.rsplit_once('/').unwrap_or(("", &other.below));
                other.is_section && section == place && other.language == page.language
            });
            if !has_section && !place.is_empty() {
                continue;
            }
            let message = if place.is_empty() {
                "the top of the content folder is a section, and cannot be a page of its own"
            } else if place != folder {
                "the address of this page is the one of a section, which cannot be a page of its own"
            } else {
                "this folder has an `_index.md`, so it is a section and cannot be a page of its own"
            };
            // Zola does not look at drafts until they are published (tested on 0.17.2, 0.22.0 and 0.23.0).
            let severity = if is_strict && page.is_hidden {
                Severity::Warning
            } else {
                Severity::Error
            };
            findings.push(
                Finding::new(self.name(), severity, path, message)
                    .at(page.span.clone())
                    .help("give the page another name, or a folder of its own"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    const PLAIN: &str = "+++\ntitle = \"A\"\n+++\n";

    #[test]
    fn a_folder_is_one_thing() {
        let rule = "index-beside-section";
        for world in [zola("0.22.0"), hugo()] {
            let found = |names: &[&str]| {
                let files: Vec<(&str, &str)> = names.iter().map(|name| (*name, PLAIN)).collect();
                world.together(rule, &files)
            };
            assert_eq!(found(&["a/index.md", "a/_index.md"]), ["error a/index.md"]);
            assert_eq!(found(&["index.md"]), ["error index.md"]);
            assert_eq!(found(&["a/index.md", "_index.md", "b.md"]), [""; 0]);
        }
        let found = |line: &str| {
            let page = format!("+++\ntitle = \"A\"\n{line}\n+++\n");
            let files = [
                ("b/a/index.md", page.as_str()),
                ("b/a/_index.md", PLAIN),
                ("b/_index.md", PLAIN),
            ];
            zola("0.22.0").together(rule, &files)
        };
        for line in ["slug = 'other'", "path = 'x/other'", "path = 'x/a'"] {
            assert_eq!(found(line), [""; 0], "{line}");
        }
        for line in ["slug = 'A'", "path = 'b/a'", "path = 'b'", "render = false"] {
            assert_eq!(found(line), ["error b/a/index.md"], "{line}");
        }
        assert_eq!(found("draft = true"), ["warning b/a/index.md"]);
        let files = [("a/index.en.md", PLAIN), ("a/_index.md", PLAIN)];
        assert_eq!(zola("0.22.0").together(rule, &files), [""; 0]);
    }
}
