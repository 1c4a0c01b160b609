//! A configuration that the generator refuses.

use crate::check::{Page, Rule, SitePages};
use crate::finding::{Finding, Severity};
use crate::site::VersionSource;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct RefusedConfiguration;

impl Rule for RefusedConfiguration {
    describe!(
        "refused-configuration",
        "A key in the site's configuration that stops every build, or one that is missing",
        "\
Zola stops without `base_url`, and from 0.19 on at keys that it does not know, at the top level, in `[markdown]` and in the tables of
languages (tested on 0.17.2 and 0.22.0). What it knows changed: with 0.19 `generate_feed` became `generate_feeds`, with 0.22
`highlight_code` and `highlight_theme` made way for a table of their own.

```toml
[markdown.highlighting]
theme = \"github-dark\"

[extra]
anything = \"of your own\"
```

Where nothing tells the version of Zola, an unknown key is only a warning: `generator_version` in postwright.toml says it."
    );

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}

    fn check_site(&self, pages: &SitePages<'_>, findings: &mut Vec<Finding>) {
        let site = pages.site;
        for fault in &site.settings.faults {
            let is_sure = fault.is_sure || site.version_source != VersionSource::Newest;
            let severity = if is_sure {
                Severity::Error
            } else {
                Severity::Warning
            };
            let mut finding = Finding::new(self.name(), severity, &site.config, &fault.message)
                .help(fault.help.as_str());
            finding.span.clone_from(&fault.span);
            findings.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::world;

    #[test]
    fn sure_where_the_version_is_known() {
        let files = [("config.toml", "base_url = \"x\"\nfoo = 1\n")];
        let found = |version| world(&files, version).together("refused-configuration", &[]);
        assert_eq!(found(Some("0.22.0")), ["error config.toml"]);
        assert_eq!(found(Some("0.17.2")), [""; 0]);
        assert_eq!(found(None), ["warning config.toml"]);
    }
}
