//! Hugo's links to pages, `ref` and `relref`, and its `param`.

use crate::check::{Page, Rule, SitePages};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::generator::TemplateKind;
use crate::generator::references::{argument, logical};
use crate::text::{nearest, percent_decoded};

mod cascade;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MissingRef;

impl Rule for MissingRef {
    fn name(&self) -> &'static str {
        "missing-ref"
    }

    fn summary(&self) -> &'static str {
        "A `ref` or `relref` to a page that is not there, or a `param` that nobody set"
    }

    fn explanation(&self) -> &'static str {
        "\
Hugo 0.168.0 stops the build at `ref` and `relref` to a page that the site does not have or does not build, a draft for example, unless
`refLinksErrorLevel` is `\"warning\"`, to a whole address, and to a language that the site does not have; and at `param` with a name that neither the page nor the site has.

```markdown
[about]({{< relref \"about.md\" >}})
```

Write the path of a page from the content folder on, or its file name if no other page has it. The unsafe fix writes the nearest one."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for template in &page.templates {
            let TemplateKind::Call { name, .. } = &template.kind else {
                continue;
            };
            let Some(argument) = argument(&page.text[template.range.clone()], name) else {
                continue;
            };
            let message = match name.to_lowercase().as_str() {
                "ref" | "relref" => {
                    outside(&argument).or_else(|| missing(page, page.pages?, &argument))
                }
                "param" if page.site.shortcodes_known => unset(page, &argument),
                _ => None,
            };
            let is_ref = matches!(name.to_lowercase().as_str(), "ref" | "relref");
            let call = &page.text[template.range.clone()];
            let message = message.or_else(|| no_language(page, call).filter(|_| is_ref));
            let dead = (is_ref && message.is_none())
                .then(|| dead_anchor(page, page.pages?, &argument))
                .flatten();
            let is_dead = dead.is_some();
            let Some(message) = message.or(dead) else {
                continue;
            };
            let severity = if is_dead {
                Severity::Warning
            } else if page.site.dead_links_stop || name.eq_ignore_ascii_case("param") {
                Severity::Error
            } else {
                Severity::Warning
            };
            let near = near(page, &argument).filter(|_| !name.eq_ignore_ascii_case("param"));
            let mut finding = page
                .finding(self, severity, message)
                .at(template.range.clone())
                .help(near.map_or_else(
                    || "write one that is there, or take the call out".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                ));
            finding.fix = near.and_then(|near| {
                let path = argument.split('#').next().unwrap_or_default();
                let call = &page.text[template.range.clone()];
                let at = template.range.start + call.find(path)?;
                Some(Fix::risky(vec![Edit::replace(at..at + path.len(), near)]))
            });
            findings.push(finding);
        }
    }
}

/// The path of the page whose path or name is nearest.
fn near<'a>(page: &'a Page<'_>, argument: &str) -> Option<&'a str> {
    let path = argument.split('#').next()?.trim_start_matches('/');
    let others = page.pages?.pages.values();
    let below = others
        .filter(|other| !other.is_hidden)
        .map(|other| other.below.as_str())
        .filter(|below| !below.contains(['"', '`', ' ', '\\']));
    nearest(path, below)
}

fn unset(page: &Page<'_>, name: &str) -> Option<String> {
    let wanted = name.to_lowercase();
    let first = wanted.split('.').next().unwrap_or_default();
    let has = |table: &crate::front_matter::Table| {
        table.keys().any(|key| key.eq_ignore_ascii_case(first))
    };
    let front = page.front()?;
    let is_set = has(front.table())
        || matches!(front.get(&["params"]), Some(crate::front_matter::Value::Table(table)) if has(table))
        || page.site.settings.params.contains(&wanted)
        || cascade::hands_down(page, first);
    (!is_set).then(|| {
        let name = crate::text::escape(name);
        format!("neither the page nor the site has a parameter `{name}`")
    })
}

/// A language of the argument `lang` that the site does not have.
fn no_language(page: &Page<'_>, call: &str) -> Option<String> {
    let value = call.split(" lang=").nth(1)?;
    let language = value
        .split(['"', '`', ' ', '>', '%'])
        .find(|it| !it.is_empty())?;
    let languages = &page.site.languages;
    let is_known = languages
        .iter()
        .any(|known| known.eq_ignore_ascii_case(language));
    (!is_known).then(|| {
        let language = crate::text::escape(language);
        format!("the site has no language `{language}`")
    })
}

/// An address of another site, whose path Hugo takes for that of a page.
fn outside(argument: &str) -> Option<String> {
    argument.contains("://").then(|| {
        "a call like this leads to pages of the site only, and this is a whole address".to_owned()
    })
}

/// A heading that the page does not have, where there is one page that is meant.
fn dead_anchor(page: &Page<'_>, pages: &SitePages<'_>, argument: &str) -> Option<String> {
    let (path, id) = argument.split_once('#').filter(|(_, id)| !id.is_empty())?;
    let wanted = logical(&percent_decoded(path));
    if path.is_empty() {
        let ids = super::missing_anchor::ids(page)?;
        return (!ids.contains(id)).then(|| {
            let id = crate::text::escape(id);
            format!("the page has no heading or id `{id}`")
        });
    }
    if wanted.is_empty() {
        return None;
    }
    let mut meant = pages.pages.iter().filter(|(_, other)| {
        let known = logical(&other.below);
        other.language == page.language
            && (known == wanted || known.ends_with(&format!("/{wanted}")))
    });
    let (target, _) = meant.next()?;
    let ids = pages
        .ids_of(target, page.today)
        .filter(|_| meant.next().is_none())?;
    (!ids.contains(id)).then(|| {
        let (target, id) = (
            crate::text::escape(target.as_str()),
            crate::text::escape(id),
        );
        format!("`{target}` has no heading or id `{id}`")
    })
}

fn missing(page: &Page<'_>, pages: &SitePages<'_>, argument: &str) -> Option<String> {
    let path = argument.split('#').next().unwrap_or_default();
    if path.is_empty() || path.contains("://") {
        return None;
    }
    let wanted = logical(&percent_decoded(path));
    let is_absolute = path.starts_with('/');
    let mut hidden = false;
    for other in pages.pages.values() {
        let (folder, _) = other.below.rsplit_once('/').unwrap_or_default();
        let known = [logical(&other.below), logical(folder)];
        let is_meant = known.iter().enumerate().any(|(index, known)| {
            let is_bundle = index == 0 || other.below.ends_with("index.md");
            is_bundle
                && (*known == wanted || (!is_absolute && known.ends_with(&format!("/{wanted}"))))
        });
        if is_meant && (!other.is_hidden || page.is_draft()) {
            return None;
        }
        hidden |= is_meant;
    }
    let shown = crate::text::escape(path);
    // A path that climbs folders, or names a section that has no file, is left to Hugo.
    let is_folder = pages.pages.values().any(|other| {
        let (folder, _) = other.below.rsplit_once('/').unwrap_or_default();
        format!("/{}/", logical(folder)).contains(&format!("/{wanted}/"))
    });
    if wanted.is_empty() || path.contains("..") || (is_folder && !hidden) {
        return None;
    }
    Some(if hidden {
        format!("`{shown}` is a draft or of another time, so there is no page to link to")
    } else {
        format!("there is no page `{shown}`")
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, world};

    #[test]
    fn pages_must_be_there() {
        let found = |body: &str| hugo().lines("missing-ref", &format!("{body}\n"));
        for good in [
            "{{< ref \"about.md\" >}}",
            "{{< relref \"/about\" >}}",
            "{{< ref \"a.md#team\" >}}",
            "{{< ref \"posts/a.md\" >}}",
            "{{< ref path=\"about\" >}}",
            "{{< ref \"/posts\" >}}",
        ] {
            assert_eq!(found(good), [""; 0], "{good}");
        }
        for bad in [
            "{{< ref \"nope.md\" >}}",
            "{{< relref \"/a.md\" >}}",
            "{{% ref \"draft.md\" %}}",
        ] {
            assert_eq!(found(bad), ["error 1"], "{bad}");
        }
        for dead in ["{{< ref \"a.md#x\" >}}", "{{< ref \"#x\" >}}"] {
            assert_eq!(found(dead), ["warning 1"], "{dead}");
        }
        assert_eq!(found("{{< ref \"#x\" >}}\n\n## X"), [""; 0]);
        assert_eq!(found("{{< ref \"https://example.org/a\" >}}"), ["error 1"]);
        assert_eq!(found("{{< ref path=\"about\" lang=\"fr\" >}}"), ["error 1"]);
    }

    #[test]
    fn parameters_must_be_set() {
        let config = "refLinksErrorLevel = \"warning\"\n[params.a]\nb = 1\n";
        let site = world(&[("hugo.toml", config)], Some("0.168.0"));
        assert_eq!(site.lines("missing-ref", "{{< param a.b >}}\n"), [""; 0]);
        assert_eq!(site.lines("missing-ref", "{{< param title >}}\n"), [""; 0]);
        assert_eq!(
            site.lines("missing-ref", "{{< param \"nope\" >}}\n"),
            ["error 1"]
        );
        assert_eq!(
            site.lines("missing-ref", "{{< ref \"nope\" >}}\n"),
            ["warning 1"]
        );
    }
}
