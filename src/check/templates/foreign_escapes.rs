//! A post whose escapes were made for another generator or version.

use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::front_matter::Value;
use crate::generator::GENERATORS;
use crate::site::{Version, VersionSource};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct ForeignEscapes;

impl Rule for ForeignEscapes {
    fn name(&self) -> &'static str {
        "foreign-escapes"
    }

    fn summary(&self) -> &'static str {
        "A post that was written for another generator, or for a version with other escapes"
    }

    fn explanation(&self) -> &'static str {
        "\
Template syntax in a body is escaped in one way for Zola up to 0.22, in another from 0.23 on, and in a third for Hugo. Each prints
the escapes of the others or stops at them (tested on Zola 0.17.2, 0.22.0 and Hugo 0.168.0). `for` in a post's provenance says what
its body was written for, with the version where the body depends on it.

```toml
[extra.postwright]
for = \"zola 0.22.0\"       # and the site is built with 0.23
```

`postwright generate --refresh --offline` converts the post again from its recorded reply, without a request."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        let site = page.site;
        for generator in GENERATORS {
            let path: Vec<&str> = generator
                .options_path()
                .iter()
                .copied()
                .chain(["for"])
                .collect();
            let Some(Value::String(written_for)) = front.get(&path) else {
                continue;
            };
            let (name, rest) = written_for.split_once(' ').unwrap_or((written_for, ""));
            let version = Version::find(rest);
            let is_known = site.version_source != VersionSource::Newest;
            let other_version = version
                .is_some_and(|version| is_known && !generator.escapes_alike(version, site.version));
            let message = if name != site.generator.name() {
                format!(
                    "this post was written for {}, and {} builds the site",
                    crate::text::escape(name),
                    site.generator.title()
                )
            } else if other_version {
                format!(
                    "this post was written for {}, and the site is built with {}",
                    crate::text::escape(written_for),
                    site.version
                )
            } else {
                continue;
            };
            let mut finding = page
                .finding(self, Severity::Warning, message)
                .help("convert it again with `postwright generate --refresh --offline` and the page's path");
            finding.span = front.span(&path).or_else(|| front.key_span(&path));
            findings.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, unknown_zola, zola};

    #[test]
    fn the_border_is_0_23() {
        let page = |written_for: &str| {
            format!("+++\ntitle = \"A\"\n[extra.postwright]\nfor = \"{written_for}\"\n+++\n")
        };
        for (version, written_for, expected) in [
            ("0.22.0", "zola 0.17.2", 0),
            ("0.23.0", "zola 0.22.0", 1),
            ("0.22.0", "zola 0.23.0", 1),
            ("0.22.0", "zola", 0),
            ("0.22.0", "hugo 0.168.0", 1),
        ] {
            let found = zola(version).page("foreign-escapes", &page(written_for));
            assert_eq!(found.len(), expected, "{version} {written_for}");
        }
        assert_eq!(
            unknown_zola()
                .page("foreign-escapes", &page("zola 0.22.0"))
                .len(),
            0
        );
        assert_eq!(
            hugo().page("foreign-escapes", &page("zola 0.22.0")).len(),
            1
        );
    }
}
