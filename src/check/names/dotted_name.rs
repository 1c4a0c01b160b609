//! Dots in the names of pages of a site with several languages.

use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct DottedName;

impl Rule for DottedName {
    fn name(&self) -> &'static str {
        "dotted-name"
    }

    fn summary(&self) -> &'static str {
        "A dot in the name of a page, where it makes the rest a language"
    }

    fn explanation(&self) -> &'static str {
        "\
In a Zola site with more than one language, what stands behind the first dot of a file's name is the code of a language, and one that
the configuration does not have stops the build: `redis.7.0.md`, `intro-to-node.js.md` (tested on 0.17.2 and 0.22.0). Hugo and sites of one
language take dots as they are. A name that ends in `.stub` is published like any other, and is told of too: a stub is told by its key
`topic`, and `draft = true` keeps it off the site.

```text
intro-to-node-js.md
```"
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let (site, name) = (page.site, page.path.file_name());
        if let Some(code) = site.generator.unknown_language(site, name) {
            let code = crate::text::escape(code);
            let message = format!(
                "Zola takes `{code}` in this file's name for a language, which the site does not have"
            );
            findings.push(
                page.finding(self, Severity::Error, message)
                    .at(page.front_start())
                    .help("write the name without dots"),
            );
        } else if name.to_lowercase().contains(".stub.")
            && page.key("topic").is_none()
            && !page.is_draft()
        {
            let message = "this page is named as a stub, and is published as it is";
            findings.push(
                page.finding(self, Severity::Warning, message)
                    .at(page.front_start())
                    .help("write `draft = true` until it is finished, or rename it"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, world, zola};

    const PLAIN: &str = "+++\ntitle = \"A\"\n+++\n";

    #[test]
    fn dots_are_languages_where_there_are_several() {
        let config = "base_url = \"x\"\n[languages.fr]\n";
        let two = world(&[("config.toml", config)], Some("0.22.0"));
        let found = |world: &crate::check::testing::World, name: &str| {
            let findings = world.named(name, PLAIN);
            findings
                .iter()
                .find(|finding| finding.rule == "dotted-name")
                .map_or("", |finding| finding.severity.as_str())
        };
        for (name, in_two, in_one, in_hugo) in [
            ("redis.7.0.md", "error", "", ""),
            ("about.fr.md", "", "", ""),
            ("about.en.md", "", "", ""),
            ("_index.fr.md", "", "", ""),
            ("a.stub.md", "error", "warning", "warning"),
        ] {
            assert_eq!(found(&two, name), in_two, "{name}");
            assert_eq!(found(&zola("0.22.0"), name), in_one, "{name}");
            assert_eq!(found(&hugo(), name), in_hugo, "{name}");
        }
    }
}
