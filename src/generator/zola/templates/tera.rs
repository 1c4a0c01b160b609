//! Tera in a body, for Zola from 0.23 on: what stands in it that is neither raw nor a literal string.

use std::collections::BTreeSet;
use std::ops::Range;

use super::engine::{self, Reading};
use super::escape::find_endraw;
use super::has_delimiter;
use crate::generator::{Code, Template, TemplateKind};

/// The variables that a body is given: `page` in a page and `section` in a section (Zola 0.23, built from its source).
const GIVEN: [&str; 6] = [
    "config",
    "lang",
    "page",
    "section",
    "zola_version",
    "__tera_context",
];

/// The fields of what a body is given, as Zola 0.23 lists them where one is missing.
const FIELDS: [(&str, &str); 3] = [
    (
        "config",
        "author base_url build_search_index default_language description exclude_paginated_pages_in_sitemap extra \
         feed_filenames generate_feed generate_feeds generate_robots_txt generate_sitemap languages markdown mode search \
         taxonomies title",
    ),
    (
        "page",
        "ancestors assets authors backlinks colocated_path components content date day description draft extra higher lang \
         lower month path permalink reading_time relative_path slug summary taxonomies title toc translations updated \
         word_count year",
    ),
    (
        "section",
        "ancestors assets backlinks colocated_path components content description draft extra generate_feeds lang pages \
         paginate_by paginate_reversed path permalink reading_time relative_path subsections title toc translations \
         transparent word_count",
    ),
];

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

/// Says of each piece of code what becomes of it.
fn judge(body: &str, found: &mut [Template]) {
    let reading = engine::read(body);
    if let Reading::Malformed { at, reason } = &reading
        && let Some(culprit) = found
            .iter_mut()
            .rfind(|template| template.range.start <= *at)
        && matches!(culprit.kind, TemplateKind::Code(_))
    {
        culprit.kind = TemplateKind::Malformed(reason.clone());
    }
    let is_code = |template: &&Template| matches!(template.kind, TemplateKind::Code(_));
    let defined: BTreeSet<String> = found
        .iter()
        .filter(is_code)
        .flat_map(|template| defined(&body[template.range.clone()]))
        .collect();
    for template in found {
        if matches!(template.kind, TemplateKind::Code(_)) {
            template.kind = kind(&body[template.range.clone()], &reading, &defined);
        }
    }
}

/// What becomes of one piece of code: `{{ … }}` or `{% … %}`.
fn kind(code: &str, reading: &Reading, defined: &BTreeSet<String>) -> TemplateKind {
    let words = words(&code[2..code.len() - 2]);
    let is_statement = code.starts_with("{%");
    let first = words.first().map_or("", |word| word.text);
    if is_statement && first == "block" {
        return TemplateKind::Malformed("a body cannot have blocks".to_owned());
    }
    let is_there = |word: &Word<'_>| {
        word.is_variable() && (GIVEN.contains(&word.text) || defined.contains(word.text))
            || word.is_call() && engine::FUNCTIONS.contains(&word.text)
    };
    let component = inner(code)
        .strip_prefix('<')
        .map(|rest| rest.trim_start_matches('/'));
    let names_something = component.is_some() || words.iter().any(is_there);
    let Reading::Template { variables, missing } = reading else {
        let meant = names_something || is_statement && first.starts_with("end");
        let code = if meant { Code::Meant } else { Code::Unknown };
        return TemplateKind::Code(code);
    };
    // A variable that is not there is no error where the template asks for that.
    let asks = words
        .iter()
        .any(|word| ["if", "elif", "is", "default"].contains(&word.text));
    let is_unknown = |word: &Word<'_>| {
        missing.contains(word.text)
            // It is Tera's own, for templates that extend another one.
            || word.is_call() && word.text == "super"
            || !asks && word.is_missing_field()
            || word.is_variable()
                && !asks
                && variables.contains(word.text)
                && !GIVEN.contains(&word.text)
                && !defined.contains(word.text)
    };
    if words.iter().any(is_unknown) {
        return TemplateKind::Code(Code::Unknown);
    }
    if let Some(rest) = component {
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        let rest = rest.trim_start();
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        return TemplateKind::Component(rest[..end].to_owned());
    }
    TemplateKind::Code(
        if is_statement || names_something || words.iter().any(|word| loops(word, variables)) {
            Code::Meant
        } else {
            Code::Bare
        },
    )
}

/// Whether a word is a variable of a loop, which the engine does not list.
fn loops(word: &Word<'_>, variables: &BTreeSet<String>) -> bool {
    let is_value = ["true", "True", "false", "False", "none", "None", "null"].contains(&word.text);
    let is_operator = ["and", "or", "not", "in", "is", "if", "else"].contains(&word.text);
    word.is_variable() && !is_value && !is_operator && !variables.contains(word.text)
}

/// The variables that a statement defines for what follows it.
fn defined(code: &str) -> Vec<String> {
    let words = words(&code[2..code.len() - 2]);
    match words.as_slice() {
        [set, name, ..] if ["set", "set_global"].contains(&set.text) && code.starts_with("{%") => {
            vec![name.text.to_owned()]
        }
        _ => Vec::new(),
    }
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

/// What stands between the delimiters.
fn inner(code: &str) -> &str {
    let inside = &code[2..code.len() - 2];
    inside.trim_matches('-').trim()
}

/// A word of template code that is in no string.
struct Word<'c> {
    text: &'c str,
    /// The text before and after it, without blanks.
    before: &'c str,
    after: &'c str,
}

impl Word<'_> {
    fn is_call(&self) -> bool {
        self.after.starts_with('(') && !self.before.ends_with(['.', '|'])
    }

    /// Whether this is a field that nothing of this name has, as in `page.url`.
    fn is_missing_field(&self) -> bool {
        let Some(before) = self.before.strip_suffix('.') else {
            return false;
        };
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let whole = before.trim_end_matches(is_word);
        let owner = &before[whole.len()..];
        !whole.ends_with(['.', '|', '"', '\''])
            && FIELDS.iter().any(|(name, fields)| {
                *name == owner && fields.split(' ').all(|field| field != self.text)
            })
    }

    /// Whether this can be a variable: no field, filter, call or name of an argument.
    fn is_variable(&self) -> bool {
        let names_argument = self.after.starts_with('=') && !self.after.starts_with("==");
        !self.before.ends_with(['.', '|']) && !self.after.starts_with('(') && !names_argument
    }
}

fn words(inside: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    let mut quote = None;
    let mut start = None;
    let ends = inside.char_indices().chain([(inside.len(), ' ')]);
    for (at, c) in ends {
        let is_word = quote.is_none() && (c.is_alphanumeric() || c == '_');
        match (start, is_word) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                if !inside[from..].starts_with(|c: char| c.is_ascii_digit()) {
                    words.push(Word {
                        text: &inside[from..at],
                        before: inside[..from].trim_end(),
                        after: inside[at..].trim_start(),
                    });
                }
                start = None;
            }
            _ => {}
        }
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '"' | '\'' | '`') => quote = Some(c),
            _ => {}
        }
    }
    words
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
