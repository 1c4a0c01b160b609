//! Tera in a body, for Zola from 0.23 on: what stands in it that is neither raw nor a literal string.

use std::ops::Range;

use super::escape::find_endraw;
use super::has_delimiter;
use crate::generator::{Template, TemplateKind};

/// What Zola gives to a body. A template that begins with one of these was written by somebody who knows.
const GIVEN: [&str; 14] = [
    "config",
    "page",
    "section",
    "lang",
    "current_path",
    "get_url",
    "get_page",
    "get_section",
    "get_taxonomy",
    "get_hash",
    "get_image_metadata",
    "resize_image",
    "load_data",
    "trans",
];

/// All template syntax of a body that is a template, in order.
pub(super) fn find(body: &str) -> Vec<Template> {
    let found = |piece| match piece {
        Piece::Found(template) => Some(template),
        Piece::Gone(_) => None,
    };
    pieces(body).into_iter().filter_map(found).collect()
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
    // After a statement that was meant, the variables that it defines are meant as well.
    let mut meant_before = false;
    let mut at = 0;
    while let Some(start) = next(body, at) {
        let rest = &body[start..];
        let (length, kind) = match &rest[..2] {
            "{#" => (close(rest, "#}"), TemplateKind::Comment),
            "{%" if is_raw(rest) => match find_endraw(rest) {
                Some((end, after)) => {
                    let open = close(rest, "%}").unwrap_or(end);
                    pieces.push(Piece::Gone(start..start + open));
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
                let inside = length.map_or("", |length| &rest[2..length - 2]);
                let meant = meant_before || uses_given(inside);
                meant_before |= meant && opening == "{%";
                (length, TemplateKind::Code { meant })
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

/// Whether what stands between the delimiters names something that Zola gives, or calls a component.
fn uses_given(inside: &str) -> bool {
    let inside = inside.trim_start_matches('-').trim_start();
    let component = inside
        .strip_prefix('<')
        .map(|rest| rest.trim_start_matches('/'));
    if let Some(name) = component {
        let end = name
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
            .unwrap_or(name.len());
        return end > 0 && (name[end..].starts_with('(') || inside.starts_with("</"));
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    GIVEN.iter().any(|given| {
        inside.match_indices(given).any(|(at, _)| {
            let (before, after) = (&inside[..at], &inside[at + given.len()..]);
            let function = given.contains('_') || *given == "trans";
            let is_whole = !before.ends_with(|c: char| is_word(c) || matches!(c, '.' | '"' | '\''))
                && !after.starts_with(is_word);
            // A variable is never called, and a name before `=` is the callee's own.
            is_whole
                && !after.trim_start().starts_with('=')
                && (function || !after.trim_start().starts_with('('))
        })
    })
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
            "{%- raw -%}\n{% if %}\n{%- endraw -%}{{ \"{% endraw %}\" }}{% raw %}{#{% endraw %}",
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
        let code = |meant| TemplateKind::Code { meant };
        assert_eq!(
            kinds("{{ config(a='b') }} {{ f(page=1) }}"),
            [code(false), code(false)]
        );
        assert_eq!(
            kinds("{{ x }} {# c #} {% if y %}"),
            [code(false), TemplateKind::Comment, code(false)]
        );
        assert_eq!(
            kinds("{% for p in page.x %}{{ p }}"),
            [code(true), code(true)]
        );
        assert_eq!(
            kinds("{{ <button(label=1) /> }} {{< x >}}"),
            [code(true), code(false)]
        );
        for body in ["{{ x", "{% raw %} {{", "{{ \"a\" }} ## A {#id}"] {
            assert!(
                matches!(kinds(body).last(), Some(TemplateKind::Malformed(_))),
                "{body}"
            );
        }
    }
}
