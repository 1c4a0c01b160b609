//! Paths in front matter that lead out of the site.

use crate::check::front_matter::key_span;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::front_matter::Value;
use crate::site::Slugify;

/// The keys that name a place in the built site.
const KEYS: [&str; 4] = ["path", "aliases", "slug", "url"];

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct PathOutsideSite;

impl Rule for PathOutsideSite {
    fn name(&self) -> &'static str {
        "path-outside-site"
    }

    fn summary(&self) -> &'static str {
        "A path or an alias that leads out of the site's folder"
    }

    fn explanation(&self) -> &'static str {
        "\
Zola writes a page with `path = \"../../x\"`, and a redirect for such an alias, to that place from its output folder on: outside the
site, over whatever is there (tested on 0.17.2 and 0.22.0). With `slugify.paths = \"off\"` a `slug` can do the same. Hugo 0.168.0 stays
inside, but `slug = \"../x\"` leaves the page's section.

```toml
path = \"../../etc/x\"       # written outside
path = \"notes/x\"           # fine
```

Write a path without drive letters and backslashes, and without `..` at its start."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        for name in KEYS {
            let Some(key) = page.key(name) else { continue };
            let worst = match front.get(&[key]) {
                Some(Value::String(text)) => severity(page, name, text),
                Some(Value::Array(items)) => {
                    let texts = items.iter().filter_map(Value::as_str);
                    texts.filter_map(|text| severity(page, name, text)).max()
                }
                _ => None,
            };
            let Some(severity) = worst else { continue };
            let message = match severity {
                Severity::Error => format!(
                    "`{key}` makes {} write outside the site's folder",
                    page.site.generator.title()
                ),
                _ => format!("`{key}` leads out of the place that the page has in the site"),
            };
            let mut finding = page
                .finding(self, severity, message)
                .help("write a path without `..`, drive letters and backslashes");
            finding.span = front.span(&[key]).or_else(|| key_span(page, &[key]));
            findings.push(finding);
        }
    }
}

/// How much a path weighs under this key; `None` where it stays in its place, or the generator makes it harmless.
fn severity(page: &Page<'_>, key: &str, path: &str) -> Option<Severity> {
    let writes_anywhere = page.site.generator.requires_front_matter();
    let is_slug = key == "slug";
    let is_read = match key {
        "path" | "aliases" => writes_anywhere,
        _ if writes_anywhere => is_slug && page.site.slugs.paths == Slugify::Off,
        _ => matches!(key, "slug" | "url"),
    };
    if !is_read || !is_outside(path, 0) {
        return None;
    }
    let folders = page.path.as_str().matches('/').count().saturating_sub(1);
    let is_inside = is_slug && !is_outside(path, folders);
    Some(if writes_anywhere && !is_inside {
        Severity::Error
    } else {
        Severity::Warning
    })
}

/// Whether a path from this depth of folders leads out, or may on some system.
fn is_outside(path: &str, depth: usize) -> bool {
    let drive = path.get(..3).is_some_and(|start| {
        start.as_bytes()[0].is_ascii_alphabetic() && matches!(&start[1..], ":/" | ":\\")
    });
    let mut depth = depth;
    let leads_out = path.split(['/', '\\']).any(|part| {
        match part.trim() {
            "" | "." => {}
            ".." if depth == 0 => return true,
            ".." => depth -= 1,
            _ => depth += 1,
        }
        false
    });
    drive || leads_out
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, world, zola};
    use crate::finding::Severity;

    #[test]
    fn what_leads_out() {
        let page = |line: &str| format!("+++\ntitle = \"A\"\n{line}\n+++\n");
        let found = |site: &crate::check::testing::World, line: &str| {
            site.page("path-outside-site", &page(line))
                .first()
                .map(|finding| finding.severity)
        };
        let zola_site = zola("0.22.0");
        for line in [
            "path = \"../../x\"",
            "aliases = [\"/a\", \"b/../../../c\"]",
            "path = 'C:\\x'",
        ] {
            assert_eq!(found(&zola_site, line), Some(Severity::Error), "{line}");
        }
        for line in [
            "path = \"a/..b/c\"",
            "path = \"a/../b\"",
            "aliases = [\"/old/\"]",
            "slug = \"../x\"",
            "[extra]\npath = \"../x\"",
        ] {
            assert_eq!(found(&zola_site, line), None, "{line}");
        }
        let off = world(
            &[(
                "config.toml",
                "base_url = \"x\"\n[slugify]\npaths = \"off\"\n",
            )],
            Some("0.22.0"),
        );
        assert_eq!(found(&off, "slug = \"../../x\""), Some(Severity::Error));
        assert_eq!(found(&off, "slug = \"../x\""), Some(Severity::Warning));
        assert_eq!(found(&hugo(), "slug = \"../x\""), Some(Severity::Warning));
        assert_eq!(found(&hugo(), "path = \"../x\""), None);
    }
}
