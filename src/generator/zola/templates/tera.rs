//! Tera in a body, for Zola from 0.23 on: what stands in it that is neither raw nor a literal string.

use std::ops::Range;

use super::escape::find_endraw;
use super::has_delimiter;
use super::names::judge;
use crate::generator::{Code, Template, TemplateKind};

/// All template syntax of a body that is a template, in order.
pub(super) fn find(body: &str) -> Vec<Template> {
    let found = |piece| match piece {
        Piece::Found(template) => Some(template),
        Piece::Gone(_) => None,
    };
    let mut found: Vec<Template> = pieces(body).into_iter().filter_map(found).collect();
    if !found.is_empty() {
        judge(body, &mut found);
    }
    found
}

/// The body as Markdown will see it, byte for byte in the same place: what the template engine takes away is blank where
/// it has its lines for itself, and a word elsewhere. `None` where that is the body itself.
pub(super) fn as_markdown(body: &str) -> Option<String> {
    let mut bytes = body.as_bytes().to_vec();
    let mut changed = false;
    for piece in pieces(body) {
        let (Piece::Gone(range) | Piece::Found(Template { range, .. })) = piece;
        let before = body[..range.start].rsplit('\n').next().unwrap_or_default();
        let after = body[range.end..].split('\n').next().unwrap_or_default();
        let alone = before.trim().is_empty() && after.trim().is_empty();
        let filler = if alone { b' ' } else { b'x' };
        for byte in &mut bytes[range] {
            if *byte != b'\n' && *byte != b'\r' {
                *byte = filler;
            }
        }
        changed = true;
    }
    // Whole characters were replaced by as many bytes of ASCII.
    changed.then(|| String::from_utf8(bytes).ok()).flatten()
}

/// What the template engine does not hand on to Markdown.
enum Piece {
    /// The marks of raw text, and text given as a string.
    Gone(Range<usize>),
    /// Everything else.
    Found(Template),
}

fn pieces(body: &str) -> Vec<Piece> {
    if !has_delimiter(body) {
        return Vec::new();
    }
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(start) = next(body, at) {
        let rest = &body[start..];
        let (length, kind) = match &rest[..2] {
            "{#" => (close(rest, "#}"), TemplateKind::Comment),
            "{%" if is_raw(rest) => match find_endraw(rest) {
                Some((end, after)) => {
                    let open = close(rest, "%}").unwrap_or(end);
                    let tag = start..start + open;
                    // Around plain text the marks do nothing, and whoever shows them in code misses them.
                    pieces.push(if has_delimiter(&rest[open..end]) {
                        Piece::Gone(tag)
                    } else {
                        Piece::Found(Template {
                            range: tag,
                            kind: TemplateKind::Code(Code::Meant),
                            literal: Vec::new(),
                        })
                    });
                    pieces.push(Piece::Gone(start + end..start + after));
                    at = start + after;
                    continue;
                }
                None => (None, TemplateKind::Comment),
            },
            opening => {
                if let Some(length) = literal(rest) {
                    pieces.push(Piece::Gone(start..start + length));
                    at = start + length;
                    continue;
                }
                let length = close(rest, if opening == "{{" { "}}" } else { "%}" });
                (length, TemplateKind::Code(Code::Meant))
            }
        };
        let (kind, is_end) = match length {
            Some(_) => (kind, false),
            None => (
                TemplateKind::Malformed("template syntax that is never closed".to_owned()),
                true,
            ),
        };
        at = start + length.unwrap_or(2);
        pieces.push(Piece::Found(Template {
            range: start..at,
            kind,
            literal: Vec::new(),
        }));
        // The parser goes no further.
        if is_end {
            break;
        }
    }
    pieces
}

fn next(body: &str, from: usize) -> Option<usize> {
    let bytes = body.as_bytes();
    (from..bytes.len().saturating_sub(1))
        .find(|&at| bytes[at] == b'{' && matches!(bytes[at + 1], b'{' | b'%' | b'#'))
}

fn close(rest: &str, closing: &str) -> Option<usize> {
    rest[2..].find(closing).map(|at| at + 4)
}

fn is_raw(rest: &str) -> bool {
    let inside = rest[2..].trim_start_matches('-').trim_start();
    inside
        .strip_prefix("raw")
        .is_some_and(|after| after.trim_start().trim_start_matches('-').starts_with("%}"))
}

/// The length of `{{ "text" }}`.
fn literal(rest: &str) -> Option<usize> {
    let inside = rest
        .strip_prefix("{{")?
        .trim_start_matches('-')
        .trim_start();
    let quote = inside
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let mut escaped = false;
    let end = inside.char_indices().skip(1).find(|&(_, c)| {
        let ends = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    let after = inside[end.0 + 1..]
        .trim_start()
        .trim_start_matches('-')
        .strip_prefix("}}")?;
    Some(rest.len() - after.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(body: &str) -> Vec<TemplateKind> {
        find(body)
            .into_iter()
            .map(|template| template.kind)
            .collect()
    }

    #[test]
    fn raw_text_and_literals_are_fine() {
        for body in [
            "{% raw %}{{ x }}{% endraw %}",
            "{%- raw -%}\n{% if %}\n{%- endraw -%}{{ \"{% endraw %}\" }}{% raw %}{{ {#{% endraw %}",
            "{{ '}}' }} {{ \"a\\\"}}\" }}",
            "## Foo {#bar}",
            "plain",
        ] {
            assert_eq!(kinds(body), [], "{body}");
        }
    }

    #[test]
    fn markdown_sees_what_is_left() {
        for (body, seen) in [
            (
                "{% raw %}\n    <b>\n{% endraw %}\n",
                "         \n    <b>\n            \n",
            ),
            ("a {{ x }} `{{ 'é' }}` {{ x", "a xxxxxxx `xxxxxxxxxx` xx x"),
            ("{%raw%}a{{ b }}{%endraw%}\n", "xxxxxxxa{{ b }}xxxxxxxxxx\n"),
        ] {
            assert_eq!(as_markdown(body).as_deref(), Some(seen));
        }
        assert_eq!(as_markdown("plain"), None);
    }

    #[test]
    fn all_else_is_found() {
        let [meant, bare, unknown] =
            [Code::Meant, Code::Bare, Code::Unknown].map(TemplateKind::Code);
        let button = TemplateKind::Component("ui.button".to_owned());
        for (body, expected) in [
            (
                "{{ config(a='b') }} {{ f(page=1) }}",
                vec![&unknown, &unknown],
            ),
            ("{{ x }} {# c #}", vec![&unknown, &TemplateKind::Comment]),
            (
                "{% for p in page.assets %}{{ p }}{% endfor %}",
                vec![&meant, &meant, &meant],
            ),
            (
                "{% set a = 1 %}{{ a }} {{ 1 + 1 }} {{ b }}",
                vec![&meant, &meant, &bare, &unknown],
            ),
            (
                "{{ <ui.button label=\"1\" /> }} {{ now() }}",
                vec![&button, &meant],
            ),
            (
                "{% <ui.button> %}a{% </ui.button> %}",
                vec![&button, &button],
            ),
            ("{{ x | default(value=1) }}", vec![&bare]),
            ("{% if x is defined %}a{% endif %}", vec![&meant, &meant]),
            ("{{ page.title | shout }}", vec![&unknown]),
            (
                "{{ page.url }} {{ page.extra.url }}",
                vec![&unknown, &meant],
            ),
            (
                "{{ config.extra.title }} {{ section.pages | length }}",
                vec![&meant, &meant],
            ),
            ("{{ super() }}", vec![&unknown]),
            ("{% raw %}x{% endraw %}", vec![&meant]),
            ("{{ \"page\" ~ true }}", vec![&bare]),
        ] {
            let found = kinds(body);
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{body}");
        }
    }

    #[test]
    fn what_is_no_template_is_malformed() {
        for body in [
            "{{ x",
            "{% raw %} {{",
            "{{ \"a\" }} ## A {#id}",
            "{{< x >}}",
            "{{ <button(label=1) /> }}",
            "{% if page.title %}a",
            "{% block a %}{% endblock %}",
            "{{ .Values.x }}",
            "{{ page.title | }}",
        ] {
            assert!(
                kinds(body)
                    .iter()
                    .any(|kind| matches!(kind, TemplateKind::Malformed(_))),
                "{body}"
            );
        }
    }
}
