//! Tera in a body, for Zola from 0.23 on.

use std::ops::Range;

use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::generator::{Code, Template, TemplateKind};
use crate::site::{Version, VersionSource};

/// The last version that had shortcodes and no templates in bodies.
const WITH_SHORTCODES: Version = Version::new(0, 22, 0);

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct TemplateInBody;

impl Rule for TemplateInBody {
    fn name(&self) -> &'static str {
        "template-in-body"
    }

    fn summary(&self) -> &'static str {
        "Template syntax in a body that Zola from 0.23 on would render"
    }

    fn explanation(&self) -> &'static str {
        "\
From 0.23 on (tested on a build of Zola's source), a body in which `{{` or `{%` stands anywhere, code included, is a Tera template:
`{{ x }}`, `${{ secrets.TOKEN }}`, `{% if %}` and `{{< x >}}` stop the build, since nothing of that name is there, and text between
`{#` and `#}` is gone from the page. Up to 0.22 all of these are text. Tera's own parser reads the body here, without running it:
templates that use what Zola gives to a body are let through in running text, and those that name nothing, such as `{{ 1 + 1 }}`, are
warned of, as the page has `2`. Files that a template asks for are taken to be there; `check --build` tells.

Put the body between `{% raw %}` and `{% endraw %}`, each on a line of its own, or list the page in the configuration:

```toml
skip_content_templating = [\"posts/**\"]
```

The fix does the first where all of it stands in code; elsewhere it is one of the unsafe fixes, and there is none for a page that uses what Zola gives it.
Where nothing tells which version of Zola builds the site, and not every version refuses the page, this is only said for information: `generator_version` in postwright.toml says it."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if !page.site.generator.has_templates(page.site.version) {
            return;
        }
        let known = page.site.version_source != VersionSource::Newest;
        let refused_before = if known {
            Vec::new()
        } else {
            refused_before(page)
        };
        // One fix serves all.
        let mut raw = raw(page).filter(|_| known);
        for template in &page.templates {
            let in_code = page.in_code(template.range.start);
            let (severity, message) = match &template.kind {
                TemplateKind::Component(name) if is_missing(page, name) => (
                    Severity::Error,
                    format!(
                        "Zola renders this body as a template, and the site has no component `{}`",
                        crate::text::escape(name)
                    ),
                ),
                TemplateKind::Code(Code::Meant)
                    if lacks_file(page, &page.text[template.range.clone()]) =>
                {
                    (
                        Severity::Error,
                        "Zola renders this body as a template, and the site has no template of this name"
                            .to_owned(),
                    )
                }
                TemplateKind::Component(_) | TemplateKind::Code(Code::Meant)
                    if !in_code || is_shown_elsewhere(page, template) =>
                {
                    continue;
                }
                TemplateKind::Component(_) | TemplateKind::Code(Code::Meant) => (
                    Severity::Warning,
                    "Zola renders this template, although it stands in code".to_owned(),
                ),
                TemplateKind::Code(Code::Bare) => (
                    Severity::Warning,
                    "Zola renders this template, and shows only what comes of it".to_owned(),
                ),
                TemplateKind::Code(Code::Unknown) => (
                    Severity::Error,
                    "Zola renders this body as a template, and refuses this".to_owned(),
                ),
                TemplateKind::Comment => (
                    Severity::Warning,
                    "this is a template comment, so it is not on the page".to_owned(),
                ),
                TemplateKind::Malformed(reason) => (
                    Severity::Error,
                    format!("Zola renders this body as a template, and refuses it: {reason}"),
                ),
                TemplateKind::Call { .. } | TemplateKind::Crossed { .. } => continue,
            };
            let (severity, message, help) = if known {
                (
                    severity,
                    message,
                    "put the body between lines of `{% raw %}` and `{% endraw %}`",
                )
            } else if severity == Severity::Error
                && refused_before.iter().any(|refused| {
                    refused.start < template.range.end && template.range.start < refused.end
                })
            {
                (
                    severity,
                    "no version of Zola builds a page with this: up to 0.22 it calls a shortcode that there is not, from 0.23 on it is a template"
                        .to_owned(),
                    "write the site's version into postwright.toml, such as `generator_version = \"0.22.0\"`, to be told how to escape it",
                )
            } else {
                let message =
                    "Zola up to 0.22 shows this as text, from 0.23 on it is a template".to_owned();
                (
                    severity.min(Severity::Info),
                    message,
                    "write the site's version into postwright.toml, `generator_version = \"0.22.0\"`",
                )
            };
            let mut finding = page
                .finding(self, severity, message)
                .at(template.range.clone())
                .help(help);
            finding.fix = raw.take();
            findings.push(finding);
        }
    }
}

/// Whether the page shows the source of this template in another place, as between `{% raw %}` and `{% endraw %}`: its author
/// knows that templates run in code, and shows here what comes of it.
fn is_shown_elsewhere(page: &Page<'_>, template: &Template) -> bool {
    let source = &page.text[template.range.clone()];
    page.body().match_indices(source).any(|(at, _)| {
        let at = page.body.start + at;
        !page.templates.iter().any(|other| other.range.contains(&at))
    })
}

/// Whether neither the site nor the body defines a component. Of a theme that is not here, nothing is known.
fn is_missing(page: &Page<'_>, name: &str) -> bool {
    let is_own = || page.body().contains(&format!("component {name}"));
    page.site.shortcodes_known && !page.site.settings.components.get().contains(name) && !is_own()
}

/// Whether a tag takes in a template that the site does not have: `{% include "a.html" %}`.
fn lacks_file(page: &Page<'_>, tag: &str) -> bool {
    let inside = tag.trim_start_matches("{%").trim_start_matches(['-', ' ']);
    let name = inside.strip_prefix("include").and_then(|rest| {
        let rest = rest.trim_start();
        let quote = rest.chars().next().filter(|c| "\"'`".contains(*c))?;
        rest[1..].split(quote).next()
    });
    name.zip(page.site.settings.templates.as_ref())
        .is_some_and(|(name, known)| !known.contains(name))
}

/// What the last version with shortcodes refused, as ranges of the page's text: malformed calls, and those of shortcodes
/// that the site surely does not have.
fn refused_before(page: &Page<'_>) -> Vec<Range<usize>> {
    let (site, generator) = (page.site, page.site.generator);
    let templates = generator.templates(WITH_SHORTCODES, page.body());
    let is_refused = |kind: &TemplateKind| match kind {
        TemplateKind::Malformed(_) => true,
        TemplateKind::Call { name, .. } => {
            site.shortcodes_known && !generator.has_shortcode(site, name)
        }
        _ => false,
    };
    templates
        .into_iter()
        .filter(|template| is_refused(&template.kind))
        .map(|template| {
            template.range.start + page.body.start..template.range.end + page.body.start
        })
        .collect()
}

/// The whole body as text, where nothing in it is meant for Zola.
fn raw(page: &Page<'_>) -> Option<Fix> {
    let is_meant = page.templates.iter().any(|template| match &template.kind {
        TemplateKind::Component(name) => !is_missing(page, name),
        kind => !matches!(
            kind,
            TemplateKind::Code(Code::Bare | Code::Unknown) | TemplateKind::Malformed(_)
        ),
    });
    let body = page.body();
    if is_meant || body.contains("raw %}") {
        return None;
    }
    let site = page.site;
    let escaped = (site.generator.dialect(site.version).escape)(body);
    let is_text = escaped.refused.is_empty()
        && site
            .generator
            .templates(site.version, &escaped.text)
            .is_empty();
    let (before, after) = escaped.text.split_once(body).filter(|_| is_text)?;
    let edits = vec![
        Edit::insert(page.body.start, before),
        Edit::insert(page.body.end, after),
    ];
    let in_code = page
        .templates
        .iter()
        .all(|template| page.in_code(template.range.start));
    Some(if in_code {
        Fix::safe(edits)
    } else {
        Fix::risky(edits)
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, unknown_zola, world, zola};

    #[test]
    fn code_becomes_raw() {
        let body = "a `{{ x }}`\n\n```\n{% if %}\n```\n";
        assert_eq!(
            fixed(&zola("0.23.0"), body),
            format!("{{% raw %}}\n{body}{{% endraw %}}\n")
        );
        for body in ["a {{ x }}\n", "`{{ config.title }}` `{{ x }}`\n"] {
            assert_eq!(fixed(&zola("0.23.0"), body), body);
        }
        assert_eq!(fixed(&unknown_zola(), body), body);
    }

    #[test]
    fn components_are_looked_for_in_the_site() {
        let files = [
            ("config.toml", "base_url = 'https://e.org'"),
            (
                "templates/a.html",
                "{% component card(title = \"\") %}c{% endcomponent %}",
            ),
        ];
        let site = world(&files, Some("0.23.0"));
        let body = "{{ <card title=\"a\" /> }}\n\n{{ <box /> }}\n\n`{{ <card /> }}`\n";
        assert_eq!(
            site.lines("template-in-body", body),
            ["error 3", "warning 5"]
        );
        let shown = "{% raw %}\n`{{ <card /> }}`\n{% endraw %}\n\n`{{ <card /> }}`\n";
        assert_eq!(site.lines("template-in-body", shown), [""; 0]);
        let own = "{% component box() %}b{% endcomponent %}{{ <box /> }}\n";
        assert_eq!(site.lines("template-in-body", own), [""; 0]);
    }

    #[test]
    fn templates_that_a_body_takes_in_are_looked_for() {
        let files = [
            ("config.toml", "base_url = 'https://e.org'\ntheme = 't'"),
            ("templates/a.html", "a"),
            ("themes/t/theme.toml", ""),
            ("themes/t/templates/c.html", "c"),
        ];
        let site = world(&files, Some("0.23.0"));
        let lines = |body: &str| site.lines("template-in-body", body);
        for name in ["a.html", "c.html", "t/templates/c.html", "404.html"] {
            let body = format!("{{% include \"{name}\" %}}\n");
            assert_eq!(lines(&body), [""; 0], "{name}");
        }
        assert_eq!(lines("`{% include \"b.html\" %}`\n"), ["error 1"]);
    }

    #[test]
    fn what_is_not_raw_is_an_error_from_0_23_on() {
        let body = "`{{ x }}`\n\n{% raw %}\n{{ y }}\n{% endraw %}{{ \"{% endraw %}\" }}\n{{ config.title }}\n";
        assert_eq!(zola("0.23.0").lines("template-in-body", body), ["error 1"]);
        assert_eq!(
            zola("0.23.1").lines("template-in-body", "## A {#b}\n\n{{ c }\n"),
            ["error 1"]
        );
        assert_eq!(
            zola("0.23.1").lines("template-in-body", "## A {#b}\n"),
            [""; 0]
        );
        assert_eq!(zola("0.22.0").lines("template-in-body", body), [""; 0]);
        assert_eq!(unknown_zola().lines("template-in-body", body), ["info 1"]);
        // A call of a shortcode that there is not stops every version (tested on Zola 0.22.0).
        let call = "Text {{ youtube(id=\"x\") }} here.\n";
        assert_eq!(unknown_zola().lines("template-in-body", call), ["error 1"]);
        assert_eq!(hugo().lines("template-in-body", body), [""; 0]);
    }
}
