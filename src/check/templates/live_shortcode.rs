//! Shortcodes that would run where none was meant, or that nobody defines.

use crate::check::{Page, Rule};
use crate::finding::{Finding, Fix, Severity};
use crate::generator::{Template, TemplateKind};
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
build, as do in Hugo a closing tag too few or too many, in Zola a pair that is not closed and, from Zola 0.20 on, a lone `{% end %}` (tested on Zola 0.17.2, 0.22.0 and Hugo
0.168.0). A name that is defined runs, even where the page means to show it.

```text
`{{ always() }}`       stops Zola             `{{/* always() */}}`    shows it
`{{< callout >}}`      stops Hugo             `{{</* callout */>}}`   shows it
```

In code the fix puts the generator's own marks around an unknown call. In prose it may be a slip in the name, so there the
fix is one of the unsafe ones."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let (site, generator) = (page.site, page.site.generator);
        for template in &page.templates {
            let finding = match &template.kind {
                TemplateKind::Malformed(reason) if !generator.has_templates(site.version) => {
                    self.refused(page, template, reason)
                }
                TemplateKind::Call { name, .. } if !generator.has_shortcode(site, name) => {
                    // A theme that is not here may define it: `missing-theme` tells of that, once.
                    if !site.shortcodes_known {
                        continue;
                    }
                    self.unknown(page, template, name)
                }
                TemplateKind::Call { name, closed } => match generator.needs_closing(site, name) {
                    Some(true) if !closed => {
                        let reason = format!("the shortcode `{name}` needs a closing tag");
                        self.refused(page, template, &reason)
                    }
                    Some(false) if *closed => {
                        let reason = format!("the shortcode `{name}` takes no closing tag");
                        self.refused(page, template, &reason)
                    }
                    _ if page.in_code(template.range.start) && !is_meant(page, template, name) => {
                        self.runs_in_code(page, template, name)
                    }
                    _ => continue,
                },
                _ => continue,
            };
            findings.push(finding.at(template.range.clone()));
        }
    }
}

impl LiveShortcode {
    fn refused(&self, page: &Page<'_>, template: &Template, reason: &str) -> Finding {
        let message = format!("{} stops the build: {reason}", page.site.generator.title());
        let mut finding = page
            .finding(self, Severity::Error, message)
            .help("complete it, or escape it if it is meant as text");
        finding.fix = fix(page, template);
        finding
    }

    fn unknown(&self, page: &Page<'_>, template: &Template, name: &str) -> Finding {
        let site = page.site;
        let message =
            format!("`{name}` is called as a shortcode, and the site has none of this name");
        let shown = page.text.get(template.range.clone()).unwrap_or_default();
        let known = site.shortcodes.iter().map(String::as_str);
        let mut finding = page
            .finding(self, Severity::Error, message)
            .help(help(known, name, shown));
        finding.fix = fix(page, template);
        finding
    }

    fn runs_in_code(&self, page: &Page<'_>, template: &Template, name: &str) -> Finding {
        let message = format!("the shortcode `{name}` runs here, although it stands in code");
        let mut finding = page
            .finding(self, Severity::Warning, message)
            .help("put the generator's marks, `/*` and `*/`, inside its delimiters to show it");
        finding.fix = fix(page, template).map(|fix| Fix::risky(fix.edits));
        finding
    }
}

/// Whether a call in code can hardly be an example: one for a parameter, or one within a word, as in
/// `VERSION={{< version >}}`.
fn is_meant(page: &Page<'_>, template: &Template, name: &str) -> bool {
    let before = page.text[..template.range.start].chars().next_back();
    let after = page.text[template.range.end..].chars().next();
    let touches = |c: Option<char>| {
        c.is_some_and(|c| {
            c.is_alphanumeric() || matches!(c, '=' | '/' | '-' | '.' | ':' | '@' | '_')
        })
    };
    name.eq_ignore_ascii_case("param") || touches(before) || touches(after)
}

/// The escapes: safe in code, where the call cannot have been meant.
fn fix(page: &Page<'_>, template: &Template) -> Option<Fix> {
    if template.literal.is_empty() {
        return None;
    }
    let edits = template.literal.clone();
    Some(if page.in_code(template.range.start) {
        Fix::safe(edits)
    } else {
        Fix::risky(edits)
    })
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
