//! Pages that the generator would put at one address.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::check::{Outline, Page, Rule, SitePages};
use crate::finding::{Finding, Severity};
use crate::site::{Site, SitePath, Taxonomy, Version};

mod listed;
mod own;
mod static_files;
mod written;

use listed::Listed;
use written::Written;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct SameAddress;

/// What claims an address: a page, or an alias that leads to it.
struct Claim<'p> {
    path: &'p SitePath,
    page: &'p Outline,
    span: Range<usize>,
    /// The address as it is written.
    written: &'p str,
    is_alias: bool,
}

/// What becomes of two claims to one address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Collision {
    /// The build stops, or one page is lost.
    Lost,
    /// The page is there, and the alias is not.
    AliasLost,
}

impl Rule for SameAddress {
    fn name(&self) -> &'static str {
        "same-address"
    }

    fn summary(&self) -> &'static str {
        "Two pages, or a page and an alias, at one address"
    }

    fn explanation(&self) -> &'static str {
        "\
File names and slugs become parts of addresses, and two of them may become the same: `My Post.md` and `my-post.md`, `foo.md` and
`foo/index.md`, a slug that is the name of a folder, an alias that is the address of another page. In Hugo, an address below a file that is written,
such as `/index.xml/`, stops the build too. To Zola, `2026-01-02-foo.md` and
`foo.md` are the same as well. Zola 0.17.2 and 0.22.0 stop the build. Hugo 0.168.0 writes one page over the other, and which one is left
differs from build to build. Over the page of a taxonomy or a term, `/tags/rust/`, Zola before 0.23 writes without a word, and over any page
a file of the same path in `static/`. It stops at an alias in the place of such a file, of a feed, of the sitemap or of an index for the search.

```toml
slug = \"another-name\"
```

Rename one of the files, or give it a slug or alias of its own."
    }

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}

    fn compares(&self, page: &Outline, site: &Site) -> Vec<String> {
        let rendered = site.taxonomies.iter().filter(|taxonomy| taxonomy.rendered);
        let terms = rendered.flat_map(|taxonomy| {
            let slugs = page.terms(site, &taxonomy.name);
            slugs.map(|term| term_address(site, taxonomy, term))
        });
        page.claimed_addresses().cloned().chain(terms).collect()
    }

    fn check_site(&self, pages: &SitePages<'_>, findings: &mut Vec<Finding>) {
        let is_strict = pages.site.generator.requires_front_matter();
        let mut claims: BTreeMap<&str, Vec<Claim<'_>>> = BTreeMap::new();
        for (path, page) in &pages.pages {
            let own = page
                .address
                .iter()
                .map(|address| (address, address, &page.span, false));
            let aliases = page
                .aliases
                .iter()
                .map(|alias| (&alias.address, &alias.written, &alias.span, true));
            for (address, written, span, is_alias) in own.chain(aliases) {
                claims.entry(address).or_default().push(Claim {
                    path,
                    page,
                    span: span.clone(),
                    written,
                    is_alias,
                });
            }
        }
        let written = (!is_strict).then(|| Written::of(pages, &claims));
        let listed = Listed::of(pages);
        for (address, claims) in &claims {
            for claim in claims {
                let trouble = written
                    .as_ref()
                    .and_then(|written| written.trouble(self, claim, address));
                findings.extend(trouble);
                let other = claims
                    .iter()
                    .find_map(|other| Some((other, collide(claim, other, pages.site)?)));
                if let Some((other, collision)) = other {
                    findings.push(self.finding(claim, other, address, collision));
                }
            }
            findings.extend(claims.iter().filter_map(|claim| {
                self.over_own_file(claim, address, claims, pages.site, &listed)
            }));
            findings.extend(
                claims
                    .iter()
                    .filter_map(|claim| self.over_listed(claim, address, pages.site, &listed)),
            );
            findings.extend(
                claims
                    .iter()
                    .filter_map(|claim| self.under_static_file(claim, address, pages)),
            );
        }
    }
}

/// Where the pages of a term are listed.
fn term_address(site: &Site, taxonomy: &Taxonomy, term: &str) -> String {
    format!(
        "{}{}/",
        site.taxonomy_address(taxonomy),
        site.term_slug(term)
    )
}

/// What becomes of the first of two claims; `None` where both are met, or what is lost is the other one.
fn collide(a: &Claim<'_>, b: &Claim<'_>, site: &Site) -> Option<Collision> {
    let is_strict = site.generator.requires_front_matter();
    // Zola 0.23 writes pages and aliases in any order.
    let races = is_strict && site.version >= Version::new(0, 23, 0);
    // The others write a page over its own aliases (tested on Zola 0.17.2 and 0.22.0, Hugo 0.168.0).
    if a.path == b.path {
        return (races && a.is_alias && !b.is_alias).then_some(Collision::AliasLost);
    }
    // The site's own file takes the place of the theme's.
    let is_replaced = a.page.root != b.page.root
        && a.page.below == b.page.below
        && a.page.language == b.page.language;
    if is_replaced {
        return None;
    }
    if is_strict {
        // An alias in another spelling is written before the page is (tested on Zola 0.17.2 and 0.22.0).
        return if a.written == b.written {
            Some(Collision::Lost)
        } else {
            let is_lost = a.is_alias && !b.is_alias || races && a.is_alias != b.is_alias;
            is_lost.then_some(Collision::AliasLost)
        };
    }
    match (a.is_alias, b.is_alias) {
        (false, false) => Some(Collision::Lost),
        // Of two equal aliases, one wins in Hugo.
        (true, true) => None,
        // Either of the two may be written last (tested on Hugo 0.168.0).
        _ => Some(Collision::AliasLost),
    }
}

impl SameAddress {
    fn finding(
        &self,
        claim: &Claim<'_>,
        other: &Claim<'_>,
        address: &str,
        collision: Collision,
    ) -> Finding {
        let is_later = claim.page.is_hidden || other.page.is_hidden;
        let severity = if is_later || collision == Collision::AliasLost {
            Severity::Warning
        } else {
            Severity::Error
        };
        let address = crate::text::escape(address);
        let what = if claim.is_alias { "alias" } else { "page" };
        let whose = if other.is_alias {
            format!("an alias of {} has", other.path)
        } else {
            format!("{} has", other.path)
        };
        let when = if is_later {
            ", as soon as both are published"
        } else {
            ""
        };
        Finding::new(
            self.name(),
            severity,
            claim.path,
            format!("this {what} has the address `{address}`, which {whose}{when}"),
        )
        .at(claim.span.clone())
        .help("rename the file, or write another slug or alias")
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, world, zola};

    const PLAIN: &str = "+++\ntitle = \"A\"\n+++\n";

    #[test]
    fn names_that_become_the_same() {
        let both = |files: &[(&str, &str)]| {
            (
                zola("0.22.0").together("same-address", files).len(),
                hugo().together("same-address", files).len(),
            )
        };
        assert_eq!(
            both(&[("a/My Post.md", PLAIN), ("a/my-post.md", PLAIN)]),
            (2, 2)
        );
        assert_eq!(
            both(&[("a/foo.md", PLAIN), ("a/foo/index.md", PLAIN)]),
            (2, 2)
        );
        assert_eq!(
            both(&[("a/2026-01-02-foo.md", PLAIN), ("a/foo.md", PLAIN)]),
            (2, 0)
        );
        assert_eq!(both(&[("a/foo.md", PLAIN), ("b/foo.md", PLAIN)]), (0, 0));
        let slug = "+++\nslug = \"sub\"\n+++\n";
        assert_eq!(
            both(&[("a/x.md", slug), ("a/sub/_index.md", PLAIN)]),
            (2, 2)
        );
        let alias = "+++\naliases = [\"/about/\"]\n+++\n";
        assert_eq!(both(&[("a/x.md", alias), ("about.md", PLAIN)]), (2, 2));
        assert_eq!(both(&[("a/x.md", alias), ("a/y.md", alias)]), (2, 0));
        let spelled = "+++\naliases = [\"about\"]\n+++\n";
        let found = |files: &[(&str, &str)]| zola("0.22.0").together("same-address", files);
        assert_eq!(
            found(&[("a/x.md", spelled), ("about.md", PLAIN)]),
            ["warning a/x.md"]
        );
        assert_eq!(found(&[("a/x.md", spelled), ("a/y.md", alias)]), [""; 0]);
        assert_eq!(found(&[("a/x.md", spelled), ("a/y.md", spelled)]).len(), 2);
        // Parts of a bundle in Hugo, pages to Zola.
        assert_eq!(
            both(&[
                ("a/x/index.md", PLAIN),
                ("a/x/b.md", PLAIN),
                ("a/x/B.md", PLAIN)
            ]),
            (2, 0)
        );
    }

    #[test]
    fn aliases_of_hugo_are_read_from_the_place_of_the_page() {
        let found = |alias: &str, other: &str| {
            let page = format!("+++\naliases = [\"{alias}\"]\n+++\n");
            let files = [("a/x.md", page.as_str()), (other, PLAIN)];
            hugo().together("same-address", &files).len()
        };
        for alias in [
            "old",
            "old/",
            "./old",
            "/a/./old",
            "../a/old//",
            "old/index.html",
        ] {
            assert_eq!(found(alias, "a/old.md"), 2, "{alias}");
            assert_eq!(found(alias, "old.md"), 0, "{alias}");
        }
        assert_eq!(found("x", "a/y.md"), 0);
    }

    #[test]
    fn aliases_in_the_place_of_files_of_the_generator() {
        let page = |alias: &str| format!("+++\naliases = [\"{alias}\"]\n+++\n");
        for (alias, of_zola, of_hugo) in [
            ("/", "error", "error"),
            ("//", "warning", "error"),
            ("", "warning", ""),
            ("..", "", "error"),
            ("/index.html", "", "warning"),
            ("/sitemap.xml", "error", "error"),
            ("sitemap.xml", "error", ""),
            ("/robots.txt", "error", ""),
            ("/a/index.xml", "", ""),
            ("/tags/index.xml/x", "", "error"),
            ("/index.xml", "", "error"),
            ("/old/", "", ""),
        ] {
            let page = page(alias);
            let files = [("a/x.md", page.as_str())];
            for (world, expected) in [
                (zola("0.22.0"), of_zola),
                (zola("0.17.2"), of_zola),
                (hugo(), of_hugo),
            ] {
                let found = world.together("same-address", &files).join(" ");
                let expected = if expected.is_empty() {
                    String::new()
                } else {
                    format!("{expected} a/x.md")
                };
                assert_eq!(found, expected, "{alias}");
            }
        }
    }

    #[test]
    fn drafts_are_warned_of() {
        let draft = "+++\ndraft = true\n+++\n";
        let found =
            zola("0.22.0").together("same-address", &[("a/B.md", draft), ("a/b.md", PLAIN)]);
        assert_eq!(found, ["warning a/B.md", "warning a/b.md"]);
    }

    #[test]
    fn patterns_of_addresses() {
        let files =
            |pattern: &str| format!("baseURL = \"x\"\n[permalinks.page]\na = \"{pattern}\"\n");
        let found = |pattern: &str, files_of: &[(&str, &str)]| {
            let config = files(pattern);
            world(&[("hugo.toml", &config)], Some("0.168.0"))
                .together("same-address", files_of)
                .len()
        };
        let one = "+++\ntitle = \"One Thing!\"\ndate = 2024-01-02\n+++\n";
        let same = [("a/x.md", one), ("a/sub/y.md", one)];
        assert_eq!(found("/:slug/", &same), 2);
        assert_eq!(found("/:year/:month/:title", &same), 2);
        assert_eq!(found("/:year/:slugorfilename/", &same), 0);
        assert_eq!(found("/:sections/:slug/", &same), 0);
        assert_eq!(found("/:weekday/:slug/", &same), 0);
        assert_eq!(found("/:slug/", &[("b/x.md", one), ("b/y.md", one)]), 0);
        assert_eq!(
            found("/:slug/", &[("a/x.md", one), ("one-thing.md", PLAIN)]),
            2
        );
    }

    #[test]
    fn pages_of_taxonomies() {
        let path = "+++\npath = \"/tags/\"\nurl = \"/tags/\"\n+++\n";
        let found = |version| zola(version).together("same-address", &[("a/b.md", path)]);
        assert_eq!(found("0.22.0"), ["warning a/b.md"]);
        assert_eq!(found("0.23.0"), ["error a/b.md"]);
        assert_eq!(
            hugo().together("same-address", &[("a/b.md", path)]),
            ["warning a/b.md"]
        );
        assert_eq!(
            hugo().together("same-address", &[("tags/_index.md", PLAIN)]),
            [""; 0]
        );
    }
}
