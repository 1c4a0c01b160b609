//! Terms that share an address, or have none.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization as _;

use super::{key_span, lists, repair};
use crate::check::{Outline, Page, Rule, SitePages};
use crate::finding::{Finding, Fix, Severity};
use crate::front_matter::{Change, Value};
use crate::site::{Site, SitePath};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct CollidingTerms;

impl Rule for CollidingTerms {
    fn name(&self) -> &'static str {
        "colliding-terms"
    }

    fn summary(&self) -> &'static str {
        "Terms that share an address with each other or with the list of all terms"
    }

    fn explanation(&self) -> &'static str {
        "\
The address of a term is made of its letters and digits. A term that has none of them, such as `!!!`, gets the address of the list of
all terms, and its page replaces that list (tested on Zola 0.17.2, 0.22.0 and Hugo 0.168.0). Two terms that make one address are one term
to Zola, which lists the page under it once for each: `C++` and `C#`, `Web dev` and `web-dev`. Of terms of several pages, one name is shown
for all, which is told where more than capitals and signs between words differ.

```toml
tags = [\"C++\", \"C#\"]          # one term, the page is listed twice
tags = [\"cpp\", \"csharp\"]
```

Write terms with letters, and each only once. The fix takes a term away that is another one with other capitals, blanks or hyphens."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        let site = page.site;
        for taxonomy in site.taxonomy_names(page.language) {
            let path = site.generator.taxonomy_path(&taxonomy);
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            let Some(Value::Array(terms)) = front.get(&path) else {
                continue;
            };
            let mut seen: BTreeMap<String, &str> = BTreeMap::new();
            for term in terms {
                // An empty one is another rule's.
                let Value::String(term) = term else { continue };
                if term.trim().is_empty() {
                    continue;
                }
                let shown = crate::text::escape(term);
                let slug = site.term_slug(term);
                let mut fix = None;
                let message = if !slug.chars().any(char::is_alphanumeric) {
                    format!(
                        "`{shown}` has no letters for an address, so its page replaces the list of all {taxonomy}"
                    )
                } else if let Some(other) = seen
                    .insert(slug, term)
                    .filter(|_| site.generator.lists_twice())
                {
                    fix = self.once(page, &path, terms, other, term);
                    let other = crate::text::escape(other);
                    format!(
                        "`{other}` and `{shown}` have one address, so the page is listed twice there"
                    )
                } else {
                    continue;
                };
                let mut finding = page
                    .finding(self, Severity::Warning, message)
                    .help("write terms with letters or digits, and each only once");
                finding.span = front.span(&path).or_else(|| key_span(page, &path));
                finding.fix = fix;
                findings.push(finding);
            }
        }
    }

    fn compares(&self, page: &Outline, site: &Site) -> Vec<String> {
        if !site.generator.lists_twice() {
            return Vec::new();
        }
        let names = site.taxonomy_names(&page.language);
        let slugs = names.iter().flat_map(|taxonomy| {
            let terms = page.terms(site, taxonomy);
            terms.map(move |term| format!("{taxonomy}/{}", site.term_slug(term)))
        });
        slugs.collect()
    }

    fn check_site(&self, pages: &SitePages<'_>, findings: &mut Vec<Finding>) {
        let site = pages.site;
        if !site.generator.lists_twice() {
            return;
        }
        // The words of each address, and how many pages have them.
        let mut used: BTreeMap<(String, String, String), BTreeMap<String, Vec<Use<'_>>>> =
            BTreeMap::new();
        for (path, page) in pages.pages.iter().filter(|(_, page)| !page.is_hidden) {
            // Where they have no pages, terms have no addresses.
            let rendered = site.taxonomies.iter().filter(|taxonomy| taxonomy.rendered);
            let own = rendered.filter(|taxonomy| taxonomy.language == page.language);
            for taxonomy in own.map(|taxonomy| &taxonomy.name) {
                for term in page.terms(site, taxonomy) {
                    let place = (
                        page.language.clone(),
                        taxonomy.clone(),
                        site.term_slug(term),
                    );
                    let uses = used.entry(place).or_default();
                    uses.entry(word(term)).or_default().push((path, page, term));
                }
            }
        }
        for ((_, taxonomy, _), words) in used.iter().filter(|(_, words)| words.len() > 1) {
            let most = words.values().map(Vec::len).max().unwrap_or_default();
            let mut others = words.values().filter(|uses| uses.len() == most);
            let (Some(usual), next) = (others.next(), others.next()) else {
                continue;
            };
            for uses in words.values() {
                let other = if std::ptr::eq(uses, usual) {
                    // Where one word has the most pages, only the others are told of.
                    next
                } else {
                    Some(usual)
                };
                let Some((other_path, _, other)) = other.and_then(|uses| uses.first()) else {
                    continue;
                };
                let told = uses.iter().filter(|(path, _, _)| path != other_path);
                findings.extend(told.map(|(path, page, term)| {
                    let (term, other) = (crate::text::escape(term), crate::text::escape(other));
                    let message = format!(
                        "`{term}` has the address of `{other}` in {other_path}, and the two are one of the site's {taxonomy}"
                    );
                    Finding::new(self.name(), Severity::Warning, path, message)
                        .at(page.span_of("taxonomies"))
                        .help("write a term with letters of its own, such as `cpp` for `C++`")
                }));
            }
        }
    }
}

/// A page, and a term as it writes it.
type Use<'p> = (&'p SitePath, &'p Outline, &'p str);

/// What of a term a reader takes for its name: `Node.js` and `node-js` are one, `C++` and `C` are not.
fn word(term: &str) -> String {
    let kept = term
        .trim_start_matches('#')
        .nfc()
        .filter(|c| c.is_alphanumeric() || matches!(c, '+' | '#'));
    kept.flat_map(char::to_lowercase).collect()
}

impl CollidingTerms {
    /// The list without `term`, where `other` is the same word.
    fn once(
        &self,
        page: &Page<'_>,
        path: &[&str],
        terms: &[Value],
        other: &str,
        term: &str,
    ) -> Option<Fix> {
        let word = |term: &str| -> String {
            let kept = term.chars().filter(|c| !matches!(c, ' ' | '-' | '_'));
            kept.flat_map(char::to_lowercase).collect()
        };
        // A comment in the list would be lost.
        lists::items(page.text, page.front()?.span(path)?)?;
        if word(other) != word(term) {
            return None;
        }
        let mut left = terms.to_vec();
        let at = left.iter().rposition(|one| one.as_str() == Some(term))?;
        left.remove(at);
        let change = Change::set(path, Value::Array(left));
        repair::change(page, self, &[change], true)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, repaired, zola};

    #[test]
    fn the_same_word_stays_once() {
        let page = |terms: &str| {
            format!("+++\ntitle = \"A\"\ndate = 2026-01-02\n[taxonomies]\ntags = {terms}\n+++\n")
        };
        for (terms, expected) in [
            (
                "[\"web dev\", \"b\", \"Web-dev\", \"web dev\"]",
                "[\"web dev\", \"b\"]",
            ),
            ("[\"C++\", \"c\"]", "[\"C++\", \"c\"]"),
        ] {
            assert_eq!(repaired(&zola("0.22.0"), &page(terms)), page(expected));
        }
    }

    #[test]
    fn terms_of_several_pages() {
        let page = |term: &str| format!("+++\n[taxonomies]\ntags = [\"{term}\"]\n+++\n");
        let found = |terms: &[&str]| {
            let pages: Vec<(String, String)> = (0..)
                .zip(terms)
                .map(|(number, term)| (format!("{number}.md"), page(term)))
                .collect();
            let pages: Vec<(&str, &str)> = pages
                .iter()
                .map(|(name, text)| (name.as_str(), text.as_str()))
                .collect();
            zola("0.22.0").together("colliding-terms", &pages)
        };
        assert_eq!(found(&["C++", "C"]), ["warning 0.md", "warning 1.md"]);
        assert_eq!(found(&["C++", "C", "c"]), ["warning 0.md"]);
        assert_eq!(found(&["Node.js", "node-js", "NODE JS"]), [""; 0]);
        let pages = [
            ("a.md", "+++\ntags = [\"C++\"]\n+++\n"),
            ("b.md", "+++\ntags = [\"C\"]\n+++\n"),
        ];
        assert_eq!(hugo().together("colliding-terms", &pages), [""; 0]);
    }

    #[test]
    fn terms_without_an_address_of_their_own() {
        let in_zola = |terms: &str| {
            let page = format!("+++\ntitle = \"A\"\n[taxonomies]\ntags = {terms}\n+++\n");
            zola("0.22.0").page("colliding-terms", &page).len()
        };
        let in_hugo = |terms: &str| {
            hugo()
                .page(
                    "colliding-terms",
                    &format!("+++\ntitle = \"A\"\ntags = {terms}\n+++\n"),
                )
                .len()
        };
        for (terms, zola, hugo) in [
            ("[\"!!!\"]", 1, 1),
            ("[\"web dev\", \"Web-dev\"]", 1, 0),
            ("[\"C++\", \"C#\", \"C\"]", 2, 0),
            ("[\"rust\", \"日本\", \".NET\"]", 0, 0),
        ] {
            assert_eq!((in_zola(terms), in_hugo(terms)), (zola, hugo), "{terms}");
        }
    }
}
