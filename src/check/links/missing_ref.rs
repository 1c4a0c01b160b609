//! Hugo's links to pages, `ref` and `relref`, and its `param`.

use std::rc::Rc;

use crate::check::references::{References, Target};
use crate::check::{Outline, Page, Rule, SitePages};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::generator::TemplateKind;
use crate::generator::references::{Address, AddressFault, Arguments, Unresolved, arguments};
use crate::text::{escape, nearest};

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
Hugo 0.168.0 stops the build at `ref` and `relref` to a page that the site does not have or does not build, a draft for example, to one of
several pages of that name, and to a language or an output format that is not there, unless `refLinksErrorLevel` is `\"warning\"`; and at
`param` with a name that neither the page nor the site has. A path that begins with a dot is looked for from the page's folder on and nowhere
else. To an address of another site, and to a page that is never written, it makes an empty link.

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
            let call = &page.text[template.range.clone()];
            let lower = name.to_lowercase();
            let is_ref = matches!(lower.as_str(), "ref" | "relref");
            // A template of the site's own may read its arguments in another way.
            if !(is_ref || lower == "param") || page.site.shortcodes.contains(&lower) {
                continue;
            }
            let Some(given) = arguments(call, name) else {
                continue;
            };
            let trouble = if is_ref {
                reference(page, &given)
            } else {
                let unset = given.path().and_then(|name| unset(page, name));
                unset.filter(|_| page.site.shortcodes_known)
            };
            let Some((severity, message)) = trouble else {
                continue;
            };
            let near = given
                .path()
                .filter(|_| is_ref)
                .and_then(|path| near(page, path));
            let mut finding = page
                .finding(self, severity, message)
                .at(template.range.clone())
                .help(near.map_or_else(
                    || "write one that is there, or take the call out".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                ));
            finding.fix = near.and_then(|near| {
                let path = given.path()?.split('#').next().unwrap_or_default();
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
    nearest(path, below).filter(|near| *near != path)
}

/// A parameter that neither the page nor the site has.
fn unset(page: &Page<'_>, name: &str) -> Option<(Severity, String)> {
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
        let message = format!(
            "neither the page nor the site has a parameter `{}`",
            escape(name)
        );
        (Severity::Error, message)
    })
}

/// What is the matter with a call of `ref` or `relref`.
fn reference(page: &Page<'_>, given: &Arguments) -> Option<(Severity, String)> {
    if given.positional.len() > 2 {
        let message = "it takes a path and perhaps an output format, and no more";
        return Some((Severity::Error, message.to_owned()));
    }
    let Some(written) = given.path().filter(|path| !path.is_empty()) else {
        // Without any argument it is told elsewhere.
        let has_any = !(given.positional.is_empty() && given.named.is_empty());
        let message = "it names no page, so the link is empty";
        return has_any.then(|| (Severity::Warning, message.to_owned()));
    };
    let shown = escape(written);
    let address = match Address::parse(written) {
        Ok(address) => address,
        Err(fault) => return Some((Severity::Error, refused(fault, &shown))),
    };
    let not_found = if page.site.dead_links_stop {
        Severity::Error
    } else {
        Severity::Warning
    };
    let language = given.get("lang").filter(|language| !language.is_empty());
    let languages = &page.site.languages;
    if let Some(other) = language.filter(|other| !languages.iter().any(|known| known == other)) {
        let message = format!("the site has no language `{}`", escape(other));
        return Some((not_found, message));
    }
    let pages = page.pages?;
    if address.path.is_empty() {
        return if address.fragment.is_empty() || address.has_scheme {
            let message = format!(
                "a call like this leads to pages of the site only, and of `{shown}` it makes an empty link"
            );
            Some((Severity::Warning, message))
        } else {
            dead_anchor(
                &super::missing_anchor::ids(page)?,
                &address.fragment,
                "the page",
            )
        };
    }
    let language = language.unwrap_or(page.language);
    let target = match find(page, pages, language, &address.path) {
        Ok(Target::Page(target)) => target,
        Ok(Target::Made) => return None,
        Err(why) => return why.map(|message| (not_found, message)),
    };
    let other = pages.pages.get(&target)?;
    if let Some(format) = given.output_format()
        && lacks_format(page, pages, other, format)
    {
        let message = format!(
            "`{}` has no output format `{}`",
            escape(target.as_str()),
            escape(format)
        );
        return Some((not_found, message));
    }
    if other.is_unwritten(page.site) {
        let message = format!(
            "`{}` has no page of its own, so the link is empty",
            escape(target.as_str())
        );
        return Some((Severity::Warning, message));
    }
    if address.fragment.is_empty() {
        return None;
    }
    let ids = if target == *page.path {
        Rc::new(super::missing_anchor::ids(page)?)
    } else {
        pages.ids_of(&target, page.today)?
    };
    dead_anchor(
        &ids,
        &address.fragment,
        &format!("`{}`", escape(target.as_str())),
    )
}

fn refused(fault: AddressFault, shown: &str) -> String {
    match fault {
        AddressFault::Percent => {
            format!(
                "a `%` without two hexadecimal digits in `{shown}` stops the build: it is written `%25`"
            )
        }
        AddressFault::Colon => {
            format!(
                "a colon before the first slash of `{shown}` stops the build: it is written `%3A`"
            )
        }
        AddressFault::Host => format!("the host in `{shown}` cannot be one, which stops the build"),
        AddressFault::Control => format!("a control character in `{shown}` stops the build"),
    }
}

/// The page that a path leads to; what to say where there is none, if that is sure.
fn find(
    page: &Page<'_>,
    pages: &SitePages<'_>,
    language: &str,
    path: &str,
) -> Result<Target, Option<String>> {
    let known: Rc<References> = pages.references(language);
    let below = pages.pages.get(page.path).map(|own| own.below.as_str());
    let from = known.built.from(below.ok_or(None)?);
    let built = known.built.resolve(&from, path);
    let all = known.all.resolve(&from, path);
    // Where a draft is built, other drafts are.
    let found = if page.is_draft() {
        built.or(all)
    } else {
        built
    };
    let shown = escape(path);
    match found {
        Ok(target) => Ok(target.clone()),
        Err(Unresolved::Ambiguous) => Err(Some(format!("more than one page is named `{shown}`"))),
        Err(_) if known.is_partial => Err(None),
        Err(Unresolved::Missing) => Err(Some(if all.is_ok() {
            format!("`{shown}` is a draft or of another time, so there is no page to link to")
        } else {
            format!("there is no page `{shown}`")
        })),
    }
}

/// Whether a page surely is not written in this output format.
fn lacks_format(page: &Page<'_>, pages: &SitePages<'_>, other: &Outline, format: &str) -> bool {
    let is = |known: &str| known.eq_ignore_ascii_case(format);
    let is_handed_down = pages
        .pages
        .values()
        .any(|page| page.get(pages.site, "cascade").is_some());
    match other.get(page.site, "outputs") {
        Some(crate::front_matter::Value::Array(own)) if !own.is_empty() => {
            !own.iter().filter_map(|own| own.as_str()).any(is)
        }
        Some(_) => false,
        None if is_handed_down => false,
        None => {
            let kind = match (other.is_section, other.below.contains('/')) {
                (true, false) => "home",
                (true, true) => "section",
                _ => "page",
            };
            let outputs = page.site.settings.outputs.get(kind);
            outputs.is_some_and(|outputs| !outputs.iter().any(|known| is(known)))
        }
    }
}

/// A heading that a page does not have.
fn dead_anchor(
    ids: &std::collections::BTreeSet<String>,
    id: &str,
    of: &str,
) -> Option<(Severity, String)> {
    (!ids.contains(id)).then(|| {
        let message = format!("{of} has no heading or id `{}`", escape(id));
        (Severity::Warning, message)
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
            "{{< ref \"about.md#team\" >}}",
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
        assert_eq!(found("{{< ref \"https://example.org\" >}}"), ["warning 1"]);
        assert_eq!(found("{{< ref \"100%\" >}}"), ["error 1"]);
        assert_eq!(found("{{< ref a b c >}}"), ["error 1"]);
        assert_eq!(found("{{< ref about rss >}}"), ["error 1"]);
        assert_eq!(found("{{< ref /posts rss >}}"), [""; 0]);
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
