//! Tera in a body, for Zola from 0.23 on.

use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::generator::TemplateKind;
use crate::site::VersionSource;

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
`{#` and `#}` is gone from the page. Up to 0.22 all of these are text.

Put the body between `{% raw %}` and `{% endraw %}`, each on a line of its own, or list the page in the configuration:

```toml
skip_content_templating = [\"posts/**\"]
```

Where nothing tells which version of Zola builds the site, this is only said for information: `generator_version` in postwright.toml says it."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if !page.site.generator.has_templates(page.site.version) {
            return;
        }
        let known = page.site.version_source != VersionSource::Newest;
        for template in &page.templates {
            let in_code = page.in_code(template.range.start);
            let (severity, message) = match &template.kind {
                TemplateKind::Code { meant: true } if !in_code => continue,
                TemplateKind::Code { meant: true } => (
                    Severity::Warning,
                    "Zola renders this template, although it stands in code".to_owned(),
                ),
                TemplateKind::Code { meant: false } => (
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
                TemplateKind::Call { .. } => continue,
            };
            let (severity, message, help) = if known {
                (
                    severity,
                    message,
                    "put the body between lines of `{% raw %}` and `{% endraw %}`",
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
            findings.push(
                page.finding(self, severity, message)
                    .at(template.range.clone())
                    .help(help),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, unknown_zola, zola};

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
        assert_eq!(hugo().lines("template-in-body", body), [""; 0]);
    }
}
