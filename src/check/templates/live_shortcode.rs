//! Shortcodes that would run where none was meant, or that nobody defines.

use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::generator::TemplateKind;
use crate::text::nearest;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct LiveShortcode;

impl Rule for LiveShortcode {
    fn name(&self) -> &'static str {
        "live-shortcode"
    }

    fn summary(&self) -> &'static str {
        "A shortcode that is unknown or malformed, or that runs in a code sample"
    }

    fn explanation(&self) -> &'static str {
        "\
Zola up to 0.22 and Hugo look for shortcodes in the raw text: in prose, in headings, in comments and in code alike. Zola takes
exactly `{{ name(key=value) }}` and `{% name() %}…{% end %}` for one, so `{{ x }}` and `{% if %}` are text to it; Hugo takes
everything that starts with `{{<` or `{{%` for one. A name that the site, its theme and the generator do not define stops the
build, as do a pair that is not closed and, from Zola 0.20 on, a lone `{% end %}` (tested on Zola 0.17.2, 0.22.0 and Hugo
0.168.0). A name that is defined runs, even where the page means to show it.

```text
`{{ always() }}`       stops Zola             `{{/* always() */}}`    shows it
`{{< callout >}}`      stops Hugo             `{{</* callout */>}}`   shows it
```

In code the fix puts the generator's own marks around an unknown call. In prose it may be a slip in the name, so there the
fix is one of the unsafe ones."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let site = page.site;
        for template in &page.templates {
            let in_code = page.in_code(template.range.start);
            let shown = page.text.get(template.range.clone()).unwrap_or_default();
            let escape = || fix(&template.literal, in_code);
            match &template.kind {
                TemplateKind::Malformed(reason)
                    if !page.site.generator.has_templates(site.version) =>
                {
                    findings.push(
                        page.finding(
                            self,
                            Severity::Error,
                            format!("{} stops the build: {reason}", site.generator.title()),
                        )
                        .at(template.range.clone())
                        .help("escape it if it is meant as text, or complete it"),
                    );
                }
                TemplateKind::Call(name) if !site.generator.has_shortcode(site, name) => {
                    let severity = if site.shortcodes_known {
                        Severity::Error
                    } else {
                        Severity::Warning
                    };
                    let mut finding = page
                        .finding(self, severity, format!("`{name}` is called as a shortcode, and the site has none of this name"))
                        .at(template.range.clone())
                        .help(help(site.shortcodes.iter().map(String::as_str), name, shown));
                    finding.fix = escape();
                    findings.push(finding);
                }
                TemplateKind::Call(name) if in_code => {
                    let mut finding = page
                        .finding(self, Severity::Warning, format!("the shortcode `{name}` runs here, although it stands in code"))
                        .at(template.range.clone())
                        .help("put the generator's marks, `/*` and `*/`, inside its delimiters to show it");
                    finding.fix = escape().map(|fix| Fix::risky(fix.edits));
                    findings.push(finding);
                }
                _ => {}
            }
        }
    }
}

fn fix(literal: &[Edit], in_code: bool) -> Option<Fix> {
    match literal {
        [] => None,
        edits if in_code => Some(Fix::safe(edits.to_vec())),
        edits => Some(Fix::risky(edits.to_vec())),
    }
}

fn help<'a>(known: impl Iterator<Item = &'a str>, name: &str, shown: &str) -> String {
    if let Some(near) = nearest(name, known) {
        return format!(
            "did you mean `{near}`? To show it as text, put `/*` and `*/` inside its delimiters"
        );
    }
    let open = if shown.starts_with("{{<") || shown.starts_with("{{%") {
        3
    } else {
        2
    };
    match (
        shown.get(..open),
        shown.get(shown.len().saturating_sub(open)..),
    ) {
        (Some(start), Some(end)) if shown.len() > 2 * open && !shown.contains('\n') => {
            format!(
                "to show it as text, write `{start}/*{}*/{end}`",
                &shown[open..shown.len() - open]
            )
        }
        _ => "to show it as text, put `/*` and `*/` inside its delimiters".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, zola};

    #[test]
    fn unknown_calls_are_errors_and_known_ones_in_code_warnings() {
        let site = zola("0.22.0");
        assert_eq!(
            site.lines(
                "live-shortcode",
                "a {{ f() }}\n\n`{{ known() }}` {{ known() }}\n\n{{ x }}\n"
            ),
            ["error 1", "warning 3"]
        );
        assert_eq!(
            site.lines("live-shortcode", "`{{ known() }}` `{% end %}`\n"),
            ["error 1"]
        );
        assert_eq!(
            zola("0.17.2").lines("live-shortcode", "`{% end %}`\n"),
            [""; 0]
        );
        let site = hugo();
        assert_eq!(
            site.lines(
                "live-shortcode",
                "{{< nope >}} `{{< known >}}` {{% known %}}\n\n{{<3}}\n"
            ),
            ["error 1", "warning 1", "error 3"]
        );
        assert_eq!(
            site.lines(
                "live-shortcode",
                "{{< figure src=\"a.png\" >}} {{ .Title }}\n"
            ),
            [""; 0]
        );
    }

    #[test]
    fn code_gets_marks() {
        let body = "`{{ f() }}` {{ g() }}\n\n```\n{% a() %}\n{{ b() }}\n{% end %}\n```\n";
        assert_eq!(
            fixed(&zola("0.22.0"), body),
            "`{{/* f() */}}` {{ g() }}\n\n```\n{%/* a() */%}\n{{ b() }}\n{%/* end */%}\n```\n"
        );
        assert_eq!(
            fixed(&hugo(), "`{{< a >}}x{{< /a >}}`\n"),
            "`{{</* a */>}}x{{</* /a */>}}`\n"
        );
    }
}
