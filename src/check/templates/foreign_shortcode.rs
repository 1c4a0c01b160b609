//! Shortcodes of the other generator, which readers see as they are.

use std::ops::Range;

use super::other_call;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::site::Site;
use crate::text::has_blank_line;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct ForeignShortcode;

impl Rule for ForeignShortcode {
    describe!(
        "foreign-shortcode",
        "A call of the other generator's shortcodes, which readers will see",
        "\
`{{< youtube id >}}` and `{{% notice tip %}}` are Hugo's; Zola 0.17.2 and 0.22.0 print them as they are (0.23 stops). `{{ youtube(id=\"…\") }}`
and `{% quote() %}…{% end %}` are Zola's; Hugo 0.168.0 prints them.

```text
{{< youtube id >}}            Hugo
{{ youtube(id=\"…\") }}         Zola
```

Only calls that cannot be meant as text are looked for: outside of code, and with arguments, on a line of their own, with the name of a shortcode of the site, or in pairs (`{{% notice %}}…{{% /notice %}}`). Write what the
shortcode should do in Markdown, or as the site's own generator has it. To show a call, put it in code."
    );

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let site = page.site;
        if site.generator.has_templates(site.version) {
            return;
        }
        let is_zola = site.generator.requires_front_matter();
        let forms: &[(&str, &str)] = if is_zola {
            &[("{{<", ">}}"), ("{{%", "%}}")]
        } else {
            &[("{{", "}}"), ("{%", "%}")]
        };
        let body = page.body();
        let mut found = Vec::new();
        for (open, close) in forms {
            for (at, _) in body.match_indices(open) {
                let inside = &body[at + open.len()..];
                let Some(length) = inside.find(close) else {
                    continue;
                };
                let range = at..at + open.len() + length + close.len();
                let inside = &inside[..length];
                let is_call = if is_zola {
                    is_hugos(inside, || {
                        is_alone(body, &range)
                            || is_known(site, inside.trim().trim_start_matches('/'))
                    }) || is_paired(page, &range, inside, [open, close])
                } else {
                    is_zolas(inside, || {
                        is_alone(body, &range)
                            || is_known(site, inside.split('(').next().unwrap_or_default())
                    })
                };
                let start = range.start + page.body.start;
                if is_call && !page.in_code(start) && !in_comment(body, range.start) {
                    found.push((start..range.end + page.body.start, inside));
                }
            }
        }
        found.sort_by_key(|(range, _)| range.start);
        let other = if is_zola { "Hugo" } else { "Zola" };
        for (range, inside) in found {
            let message = format!(
                "this is a shortcode of {other}'s, and {} shows it as it is",
                site.generator.title()
            );
            let help = other_call::help(site, inside).unwrap_or_else(|| {
                format!(
                    "write it in Markdown or as {} has it",
                    site.generator.title()
                )
            });
            findings.push(
                page.finding(self, Severity::Warning, message)
                    .at(range)
                    .help(format!(
                        "{help}; put it in backticks if it is meant as text"
                    )),
            );
        }
    }
}

/// What stands between `{{<` and `>}}` is a call: a name with arguments, or one that stands alone.
fn is_hugos(inside: &str, is_alone: impl Fn() -> bool) -> bool {
    let mut words = inside.trim().trim_start_matches('/').split_whitespace();
    let Some(name) = words.next() else {
        return false;
    };
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.'));
    is_name
        && !has_blank_line(inside)
        && (words.next().is_some_and(|word| word != "/") || is_alone())
}

/// Whether a call without arguments has its other half: an end behind a beginning, or a beginning before an end.
fn is_paired(page: &Page<'_>, at: &Range<usize>, inside: &str, [open, close]: [&str; 2]) -> bool {
    let body = page.body();
    let name = inside.trim();
    let (name, from, beyond) = match name.strip_prefix('/') {
        Some(name) => (name.trim_start(), 0, &body[..at.start]),
        None => (name, at.end, &body[at.end..]),
    };
    let is_end = inside.trim().starts_with('/');
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.'));
    is_name
        && beyond.match_indices(open).any(|(start, _)| {
            let rest = &beyond[start + open.len()..];
            let is_code = page.in_code(page.body.start + from + start);
            !is_code
                && rest.find(close).is_some_and(|length| {
                    let other = rest[..length].trim();
                    let other = if is_end {
                        Some(other)
                    } else {
                        other.strip_prefix('/').map(str::trim_start)
                    };
                    other == Some(name)
                })
        })
}

/// What stands between `{{` and `}}` is a call: `name(key=value)`, or `name()` that stands alone.
fn is_zolas(inside: &str, is_alone: impl Fn() -> bool) -> bool {
    let Some((name, arguments)) = inside.trim().split_once('(') else {
        return false;
    };
    let Some(arguments) = arguments.strip_suffix(')') else {
        return false;
    };
    let is_ident = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let has_keys = arguments
        .split_once('=')
        .is_some_and(|(key, value)| is_ident(key.trim()) && !value.starts_with('='));
    is_ident(name.trim_end())
        && !has_blank_line(inside)
        && (has_keys || (arguments.trim().is_empty() && is_alone()))
}

/// Whether the site has a shortcode of this name, which the call was to run.
fn is_known(site: &Site, name: &str) -> bool {
    let name = name.trim();
    site.shortcodes
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether nothing else stands on the lines of this piece.
fn is_alone(body: &str, range: &Range<usize>) -> bool {
    let line = body[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = body[range.end..]
        .find('\n')
        .map_or(body.len(), |at| range.end + at);
    body[line..range.start].trim().is_empty() && body[range.end..end].trim().is_empty()
}

/// Whether a place stands in an HTML comment.
pub(super) fn in_comment(body: &str, at: usize) -> bool {
    body[..at]
        .rfind("<!--")
        .is_some_and(|start| !body[start..at].contains("-->"))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{World, hugo, zola};

    #[test]
    fn calls_that_nobody_runs() {
        let body = "{{< toc >}}\n\nThe {{< figure >}} call.\n\nSee [a]({{< ref \"b.md\" >}}).\n\n`{{< x y >}}` {{</* x y */>}} <!-- {{< x y >}} -->\n\n{{% notice tip %}}\na\n{{% /notice %}}\n\n```\n{{< x y >}}\n```\n";
        assert_eq!(
            zola("0.22.0").lines("foreign-shortcode", body),
            ["warning 1", "warning 5", "warning 9", "warning 11"]
        );
        assert_eq!(zola("0.23.0").lines("foreign-shortcode", body), [""; 0]);
        assert_eq!(hugo().lines("foreign-shortcode", body), [""; 0]);
        let body = "{{ youtube(id=\"x\") }}\n\nWrite {{ f() }} or {{ a(b == c) }} or {{ .Title }}.\n\n{% quote(by=\"me\") %}\na\n{% end %}\n\n    {{ youtube(id=\"x\") }}\n\n{{ toc() }}\n";
        assert_eq!(
            hugo().lines("foreign-shortcode", body),
            ["warning 1", "warning 5", "warning 11"]
        );
        assert_eq!(zola("0.22.0").lines("foreign-shortcode", body), [""; 0]);
    }

    #[test]
    fn calls_in_pairs() {
        let lines = |body: &str| zola("0.22.0").lines("foreign-shortcode", body);
        assert_eq!(
            lines("A {{% notice %}}x{{% /notice %}} b\n"),
            ["warning 1", "warning 1"]
        );
        assert_eq!(
            lines("A {{< box >}}x\n\n{{< / box >}} b\n"),
            ["warning 1", "warning 3"]
        );
        assert_eq!(
            lines("A {{% notice %}} and {{% tip %}} b, `{{% notice %}}x{{% /notice %}}`\n"),
            [""; 0]
        );
    }

    #[test]
    fn help_has_the_call_in_the_words_of_the_site() {
        let help = |world: &World, body: &str| {
            let text = format!("+++\ntitle = \"A\"\ndate = 2026-01-02\n+++\n{body}\n");
            let found = world.page("foreign-shortcode", &text);
            found[0].help.clone().unwrap_or_default()
        };
        for (body, expected) in [
            (
                "{{< known a=\"b\" >}}",
                "in Zola this is `{{ known(a=\"b\") }}`;",
            ),
            (
                "{{< youtube abc >}}",
                "`youtube` comes with Hugo; Zola brings no shortcodes along. ",
            ),
            (
                "[a]({{< relref \"b.md\" >}})",
                "Zola has no shortcode for links",
            ),
            ("{{< nope a >}}", "write it in Markdown"),
        ] {
            let help = help(&zola("0.22.0"), body);
            assert!(help.starts_with(expected), "{help}");
        }
        for (body, expected) in [
            (
                "{{ youtube(id=\"abc\") }}",
                "in Hugo this is `{{< youtube id=\"abc\" >}}`;",
            ),
            ("{% known(a=1) %}", "in Hugo this is `{{< known a=1 >}}`;"),
            ("{{ nope(a=1) }}", "write it in Markdown"),
        ] {
            let help = help(&hugo(), body);
            assert!(help.starts_with(expected), "{help}");
        }
    }
}
