//! Themes and modules that are not here.

use crate::check::{Page, Rule, SitePages};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MissingTheme;

impl Rule for MissingTheme {
    describe!(
        "missing-theme",
        "A theme or module that is not in the site's folder, so its shortcodes and templates are not known",
        "\
Themes are often fetched by `git submodule`, and Hugo's modules lie in a cache outside the site (as with Zola 0.22.0 and Hugo 0.168.0). What they define cannot be read then, so nothing is said of shortcodes that the
site itself does not have, nor of what templates make of links, quotes and titles.

```sh
git submodule update --init
hugo mod vendor
```

Fetch the theme before the check, or let the generator itself have the last word: `postwright check --build`."
    );

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}

    fn check_site(&self, pages: &SitePages<'_>, findings: &mut Vec<Finding>) {
        let site = pages.site;
        if site.shortcodes_known {
            return;
        }
        findings.push(
            Finding::new(
                self.name(),
                Severity::Info,
                &site.config,
                "a theme or module of this site is not in its folder, so calls of its shortcodes are not checked",
            )
            .help("fetch it, for example with `git submodule update --init` or `hugo mod vendor`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::world;

    #[test]
    fn only_where_it_is_not_there() {
        let config = ("hugo.toml", "baseURL = \"x\"\ntheme = \"t\"\n");
        let missing = world(&[config], Some("0.168.0"));
        assert_eq!(missing.site_findings("missing-theme"), ["info hugo.toml"]);
        assert_eq!(
            missing.lines("live-shortcode", "{{< x >}} {{< y }}\n"),
            ["error 1"]
        );
        let here = world(
            &[config, ("themes/t/layouts/page.html", "")],
            Some("0.168.0"),
        );
        assert_eq!(here.site_findings("missing-theme"), [""; 0]);
        assert_eq!(here.lines("live-shortcode", "{{< nope >}}\n"), ["error 1"]);
    }
}
