//! Pages that the generator would put at one address.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::check::{Outline, Page, Rule, SitePages};
use crate::finding::{Finding, Severity};
use crate::site::{Site, SitePath, Version};

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
`foo/index.md`, a slug that is the name of a folder, an alias that is the address of another page. To Zola, `2026-01-02-foo.md` and
`foo.md` are the same as well. Zola 0.17.2 and 0.22.0 stop the build. Hugo 0.168.0 writes one page over the other, and which one is left
differs from build to build. Over the page of a taxonomy, `/tags/`, Zola before 0.23 writes without a word, and over any page a file of
the same path in `static/`. It stops at an alias in the place of such a file, of a feed, of the sitemap or of an index for the search.

```toml
slug = \"another-name\"
```

Rename one of the files, or give it a slug or alias of its own."
    }

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}

    fn compares(&self, page: &Outline, _site: &Site) -> Vec<String> {
        page.claimed_addresses().cloned().collect()
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
        for (address, claims) in &claims {
            for claim in claims {
                let other = claims
                    .iter()
                    .find_map(|other| Some((other, collide(claim, other, is_strict)?)));
                if let Some((other, collision)) = other {
                    findings.push(self.finding(claim, other, address, collision));
                }
            }
            findings.extend(
                claims
                    .iter()
                    .filter_map(|claim| self.over_own_file(claim, address, claims, pages.site)),
            );
            findings.extend(
                claims
                    .iter()
                    .filter_map(|claim| self.over_taxonomy(claim, address, pages)),
            );
            findings.extend(
                claims
                    .iter()
                    .filter_map(|claim| self.under_static_file(claim, address, pages)),
            );
        }
    }
}

/// What becomes of the first of two claims; `None` where both are met, or what is lost is the other one.
fn collide(a: &Claim<'_>, b: &Claim<'_>, is_strict: bool) -> Option<Collision> {
    // Both generators write a page over its own aliases (tested on Zola 0.17.2 and 0.22.0, Hugo 0.168.0).
    if a.path == b.path {
        return None;
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
            (a.is_alias && !b.is_alias).then_some(Collision::AliasLost)
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

    /// An alias where the generator writes a file of its own: the start page, which every site has, or one of the site's.
    fn over_own_file(
        &self,
        claim: &Claim<'_>,
        address: &str,
        claims: &[Claim<'_>],
        site: &Site,
    ) -> Option<Finding> {
        let is_strict = site.generator.requires_front_matter();
        // Hugo lets the one or the other win where a page is there.
        if claim.page.is_hidden || !claim.is_alias && (!is_strict || address == "/") {
            return None;
        }
        let what_it_is = if claim.is_alias { "alias" } else { "page" };
        let title = site.generator.title();
        let path = address.trim_matches('/');
        let (severity, what) = if address == "/" {
            let is_told = claims
                .iter()
                .any(|other| collide(claim, other, is_strict).is_some());
            let stops = if is_strict {
                claim.written == "/"
            } else {
                !claim.written.ends_with("index.html")
            };
            match (stops, is_told) {
                (true, false) => (
                    Severity::Error,
                    format!("the start page, and {title} stops at it"),
                ),
                (false, false) => (
                    Severity::Warning,
                    "the start page, and one of the two is lost".to_owned(),
                ),
                (true, true) if !is_strict => (
                    Severity::Error,
                    format!("the start page, and {title} stops at it"),
                ),
                _ => return None,
            }
        } else {
            let own = site.settings.own_files.iter().map(String::as_str);
            // An alias of that name is a file itself.
            let mut own = own.chain((is_strict && !claim.is_alias).then_some("404.html"));
            let file = own.find(|file| {
                let rest = path.strip_prefix(file);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })?;
            (
                Severity::Error,
                format!("{file}, which {title} writes itself, and stops at it"),
            )
        };
        let finding = Finding::new(
            self.name(),
            severity,
            claim.path,
            format!("this {what_it_is} is in the place of {what}"),
        );
        let help = if claim.is_alias {
            "take the alias out, or write another one"
        } else {
            "write another path or slug"
        };
        Some(finding.at(claim.span.clone()).help(help))
    }

    /// Zola copies the static files last: over what is there, and it stops where a folder is in the place of one (tested
    /// on 0.17.2 and 0.22.0). Hugo copies them first, and stops where a folder has to be in the place of one (tested on
    /// 0.168.0).
    fn under_static_file(
        &self,
        claim: &Claim<'_>,
        address: &str,
        pages: &SitePages<'_>,
    ) -> Option<Finding> {
        let site = pages.site;
        let is_strict = site.generator.requires_front_matter();
        if claim.page.is_hidden || !is_strict && !claim.is_alias {
            return None;
        }
        let title = site.generator.title();
        let path = address.trim_matches('/');
        let ends_in_html = claim
            .written
            .rsplit_once('.')
            .is_some_and(|(_, last)| last == "html");
        let is_file = claim.is_alias && ends_in_html;
        let folder = path.split('/').next().unwrap_or_default();
        // Most sites have few folders in there, and then no file need be looked for.
        let is_bundle = claim.path.file_name() == "index.md";
        if !claim.is_alias
            && !path.is_empty()
            && !is_bundle
            && !site.settings.static_folders.contains(folder)
        {
            return None;
        }
        let found = |name: &str| {
            let dirs = site.settings.static_dirs.iter();
            let mut files = dirs.map(|dir| format!("{dir}/{}", name.trim_start_matches('/')));
            files.find(|file| pages.has_file(file))
        };
        let what = if claim.is_alias { "alias" } else { "page" };
        let blocked = (!is_file && !path.is_empty())
            .then(|| found(path))
            .flatten();
        let (severity, message) = if let Some(file) = blocked {
            let message =
                format!("this {what} is a folder in the place of {file}, and {title} stops at it");
            (Severity::Error, message)
        } else if !is_strict {
            return None;
        } else {
            let beside = claim.path.as_str().strip_suffix("index.md");
            let beside = beside
                .filter(|folder| !claim.is_alias && folder.ends_with('/'))
                .map(|folder| format!("{folder}index.html"))
                .filter(|file| pages.has_file(file));
            if let Some(file) = beside {
                let message = format!("{file} takes the place of this page, which is lost");
                let message = crate::text::escape(&message);
                let finding = Finding::new(self.name(), Severity::Error, claim.path, message);
                return Some(
                    finding
                        .at(claim.span.clone())
                        .help("rename or remove the file"),
                );
            }
            let own = claim.written.trim_start_matches('/');
            let file = found(&if is_file {
                own.to_owned()
            } else {
                format!("{path}/index.html")
            })?;
            let severity = if claim.is_alias || claim.page.is_section {
                Severity::Warning
            } else {
                Severity::Error
            };
            (
                severity,
                format!("{file} takes the place of this {what}, which is lost"),
            )
        };
        let help = "rename the file, or write another slug or alias";
        let finding = Finding::new(
            self.name(),
            severity,
            claim.path,
            crate::text::escape(&message),
        );
        Some(finding.at(claim.span.clone()).help(help))
    }

    fn over_taxonomy(
        &self,
        claim: &Claim<'_>,
        address: &str,
        pages: &SitePages<'_>,
    ) -> Option<Finding> {
        let site = pages.site;
        if claim.page.is_section || claim.page.is_hidden {
            return None;
        }
        let taxonomy = site.taxonomies.iter().find(|taxonomy| {
            let root = Some(site.settings.taxonomy_root.as_str()).filter(|root| !root.is_empty());
            let language = Some(taxonomy.language.as_str())
                .filter(|language| *language != site.default_language);
            let name = site.term_slug(&taxonomy.name);
            let parts: Vec<&str> = language
                .into_iter()
                .chain(root)
                .chain([name.as_str()])
                .collect();
            taxonomy.rendered && address == format!("/{}/", parts.join("/"))
        })?;
        let stops =
            site.generator.requires_front_matter() && site.version >= Version::new(0, 23, 0);
        let severity = if stops {
            Severity::Error
        } else {
            Severity::Warning
        };
        Some(
            Finding::new(
                self.name(),
                severity,
                claim.path,
                format!(
                    "this page has the address of the taxonomy `{}`, and one of the two is lost",
                    taxonomy.name
                ),
            )
            .at(claim.span.clone())
            .help("rename the file, or write another slug or path"),
        )
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
