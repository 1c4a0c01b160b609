//! Names and slugs of which nothing is left in an address, or more than one part.

use crate::check::{Outline, Page, Rule, SitePages};
use crate::finding::{Finding, Severity};
use crate::front_matter::Value;
use crate::site::{Site, SitePath};

/// The bytes in the name of a file or a folder, on most file systems.
const MAX_NAME: usize = 255;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct UnusableSlug;

impl Rule for UnusableSlug {
    fn name(&self) -> &'static str {
        "unusable-slug"
    }

    fn summary(&self) -> &'static str {
        "A file name or slug that leaves nothing for an address, or that makes a folder of it"
    }

    fn explanation(&self) -> &'static str {
        "\
Of a name, only letters, digits and a few signs come into an address. Where none is left, the page has the address of its section: Zola 0.22.0
stops the build at `???.md`, and Hugo 0.168.0 writes the page over the section's list, for an emoji too (Zola spells emoji out). Hugo also keeps
a slash in `slug`, so that the page stands a folder deeper than it seems. Both stop where a part of an address is longer than the name of a
folder may be, 255 bytes.

```toml
slug = \"rocket-launch\"
```

Name files and slugs with small letters, digits and hyphens."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if page.is_section() {
            return;
        }
        let Some((front, key)) = page.front().zip(page.key("slug")) else {
            return;
        };
        if page.site.generator.requires_front_matter() {
            if matches!(front.get(&[key]), Some(Value::String(slug)) if slug.is_empty()) {
                let mut finding = page
                    .finding(
                        self,
                        Severity::Error,
                        "Zola stops at a `slug` that is empty",
                    )
                    .help("write a slug of letters and hyphens, or take the line out");
                finding.span = front.span(&[key]);
                findings.push(finding);
            }
            return;
        }
        if let Some(Value::String(slug)) = front.get(&[key])
            && !slug.contains("..")
        {
            let inner = slug.trim_matches('/');
            let message = if slug.starts_with('/') && inner.is_empty() {
                "nothing is left of this slug, so Hugo writes the page over its section"
            } else if inner.contains('/') {
                "Hugo keeps the slash in this slug, so the page stands in a folder of its own"
            } else {
                return;
            };
            let mut finding = page
                .finding(self, Severity::Warning, message)
                .help("write the slug with small letters, digits and hyphens");
            finding.span = front.span(&[key]);
            findings.push(finding);
        }
    }

    fn check_site(&self, pages: &SitePages<'_>, findings: &mut Vec<Finding>) {
        let site = pages.site;
        for (path, page) in &pages.pages {
            findings.extend(self.too_long(site, path, page));
            let Some(address) = page.address.as_deref().filter(|_| !page.is_section) else {
                continue;
            };
            let (folder, name) = page.below.rsplit_once('/').unwrap_or(("", &page.below));
            let folder = match name.split('.').next() {
                Some("index") => folder.rsplit_once('/').map_or("", |(parent, _)| parent),
                _ => folder,
            };
            let is_moved = page.get(site, site.generator.address_key()).is_some();
            let section = if folder.is_empty() {
                "_index.md".to_owned()
            } else {
                format!("{folder}/_index.md")
            };
            let section = site
                .generator
                .output_path(site, &section, &page.language, None);
            if is_moved || address != section || page.below == "index.md" {
                continue;
            }
            findings.push(
                Finding::new(
                    self.name(),
                    Severity::Error,
                    path,
                    format!("nothing of this page's name can stand in an address, so it takes the place of its section, `{section}`"),
                )
                .at(page.span.clone())
                .help("name the file with letters or digits, or write a `slug` of them"),
            );
        }
    }
}

impl UnusableSlug {
    /// A part of an address that needs a folder of a longer name than file systems have. Zola spells out letters that are
    /// not Latin, so the name of a file may be shorter.
    fn too_long(&self, site: &Site, path: &SitePath, page: &Outline) -> Option<Finding> {
        let own = page.address.iter().map(|address| (address, &page.span));
        let aliases = page
            .aliases
            .iter()
            .map(|alias| (&alias.address, &alias.span));
        let (part, span) = own.chain(aliases).find_map(|(address, span)| {
            let part = address.split('/').find(|part| part.len() > MAX_NAME)?;
            Some((part, span))
        })?;
        let severity = if page.is_hidden {
            Severity::Warning
        } else {
            Severity::Error
        };
        let message = format!(
            "a part of this address has {} bytes, and {} stops at more than {MAX_NAME}",
            part.len(),
            site.generator.title()
        );
        let finding = Finding::new(self.name(), severity, path, message).at(span.clone());
        Some(finding.help("write a shorter slug or alias"))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    const PLAIN: &str = "+++\ntitle = \"A\"\n+++\n";

    #[test]
    fn nothing_is_left() {
        let rule = "unusable-slug";
        assert_eq!(
            hugo().together(rule, &[("a/🚀.md", PLAIN)]),
            ["error a/🚀.md"]
        );
        assert_eq!(
            zola("0.22.0").together(rule, &[("a/🚀.md", PLAIN)]),
            [""; 0]
        );
        assert_eq!(
            zola("0.22.0").together(rule, &[("a/!!!.md", PLAIN)]),
            ["error a/!!!.md"]
        );
        for world in [zola("0.22.0"), hugo()] {
            let long = format!("+++\nslug = \"{}\"\n+++\n", "x".repeat(256));
            assert_eq!(world.together(rule, &[("a/b.md", &long)]), ["error a/b.md"]);
            let dot = "+++\nslug = \".\"\n+++\n";
            assert_eq!(world.together(rule, &[("a/b.md", dot)]), ["error a/b.md"]);
            let good = [
                ("a/index.md", PLAIN),
                ("b.md", PLAIN),
                ("c/_index.md", PLAIN),
            ];
            assert_eq!(world.together(rule, &good), [""; 0]);
        }
    }
}
