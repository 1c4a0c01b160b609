//! Templates that a page asks for and the site does not have.

use super::key_span;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::front_matter::{Format, Value};
use crate::text::nearest;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MissingTemplate;

impl Rule for MissingTemplate {
    fn name(&self) -> &'static str {
        "missing-template"
    }

    fn summary(&self) -> &'static str {
        "A `template` or an output format that the site does not have"
    }

    fn explanation(&self) -> &'static str {
        "\
`template` names a file in `templates/` of the site or its theme, and Zola stops the build where there is none, and where it reads a
variable that it is not given, such as `section` for a page (tested on 0.17.2 and 0.22.0). Hugo
0.168.0 stops at a name in `outputs` that is no output format, and writes no page where `html` is not among them.

```toml
template = \"page.html\"
```

Leave the key out, and the generator takes the usual template."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        if let Some(templates) = &page.site.settings.templates {
            for key in ["template", "page_template"] {
                let name = match front.get(&[key]) {
                    Some(Value::String(name)) => name.as_str(),
                    // A number in YAML is a name to Zola.
                    Some(Value::Integer(_) | Value::Float(_) | Value::Boolean(_))
                        if front.format() == Format::Yaml =>
                    {
                        let written = front.span(&[key]).and_then(|span| page.text.get(span));
                        written.unwrap_or_default()
                    }
                    _ => continue,
                };
                let is_used = key == "template" || page.is_section();
                if !is_used || templates.contains(name) {
                    if key == "template" {
                        findings.extend(self.of_others(page, name));
                    }
                    continue;
                }
                let shown = crate::text::escape(name);
                let help = nearest(name, templates.iter().map(String::as_str)).map_or_else(
                    || format!("write `templates/{shown}`, or take the key away"),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("there is no template `{shown}`");
                let mut finding = page.finding(self, Severity::Error, message).help(help);
                finding.span = front.span(&[key]).or_else(|| key_span(page, &[key]));
                findings.push(finding);
            }
        }
        self.outputs(page, findings);
    }
}

impl MissingTemplate {
    /// A template that reads what only sections or terms give it, for a page; or what pages do, for a section.
    fn of_others(&self, page: &Page<'_>, name: &str) -> Option<Finding> {
        let reads = page.site.settings.template_reads.get().get(name)?;
        let given: &[&str] = if page.is_section() {
            &["section", "paginator"]
        } else {
            &["page"]
        };
        let missing = reads.iter().find(|read| !given.contains(read))?;
        let severity = if page.is_draft() {
            Severity::Warning
        } else {
            Severity::Error
        };
        let shown = crate::text::escape(name);
        let what = if page.is_section() { "section" } else { "page" };
        let message =
            format!("`{shown}` is no template for a {what}: it reads `{missing}`, and Zola stops");
        let mut finding = page
            .finding(self, severity, message)
            .help("name another template, or take the key away");
        finding.span = key_span(page, &["template"]);
        Some(finding)
    }

    fn outputs(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let site = page.site;
        if site.generator.requires_front_matter() || site.settings.static_dirs.is_empty() {
            return;
        }
        let Some((front, key)) = page.front().zip(page.key("outputs")) else {
            return;
        };
        let names: Vec<&str> = match front.get(&[key]) {
            Some(Value::Array(items)) => items.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(name)) => vec![name],
            _ => return,
        };
        let unknown = names
            .iter()
            .find(|name| !site.settings.output_formats.contains(&name.to_lowercase()));
        let Some(name) = unknown else {
            let is_told = names.iter().any(|name| !name.is_empty());
            let has_html = names.iter().any(|name| name.eq_ignore_ascii_case("html"));
            if is_told && !has_html && !page.is_section() {
                let message =
                    "none of these output formats is `html`, so the page itself is not written";
                let mut finding = page
                    .finding(self, Severity::Warning, message)
                    .help("add `\"html\"` to the list");
                finding.span = front.span(&[key]).or_else(|| key_span(page, &[key]));
                findings.push(finding);
            }
            return;
        };
        let message = format!(
            "the site has no output format `{}`",
            crate::text::escape(name)
        );
        let mut finding = page
            .finding(self, Severity::Error, message)
            .help("take `outputs` away, or define the format in the configuration");
        finding.span = front.span(&[key]).or_else(|| key_span(page, &[key]));
        findings.push(finding);
    }
}
