//! The shortcodes of a site and its theme.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Files;

pub(super) fn shortcodes(files: &dyn Files, folders: &[String]) -> Vec<String> {
    let of = |kind| names_of(files, folders, kind);
    of("html").union(&of("md")).cloned().collect()
}

/// Those whose templates are Markdown alone; of two for one name, Zola may take either.
pub(super) fn of_markdown(files: &dyn Files, folders: &[String]) -> BTreeSet<String> {
    let of = |kind| names_of(files, folders, kind);
    of("md").difference(&of("html")).cloned().collect()
}

/// The shortcodes with a template of one kind: `html` or `md`.
fn names_of(files: &dyn Files, folders: &[String], kind: &str) -> BTreeSet<String> {
    folders
        .iter()
        .flat_map(|folder| {
            files
                .list(&format!("{folder}/shortcodes"))
                .unwrap_or_default()
        })
        .filter(|entry| !entry.is_dir)
        .filter_map(|entry| {
            let (name, extension) = entry.name.rsplit_once('.')?;
            (extension == kind).then(|| name.to_owned())
        })
        .collect()
}

/// The shortcodes whose templates print what is between their tags, and so stop the build where they are called without
/// (tested on 0.17.2 and 0.22.0).
pub(super) fn shortcode_bodies(files: &dyn Files, folders: &[String]) -> BTreeMap<String, bool> {
    templates(files, folders)
        .filter(|(_, text)| surely_reads(text, "body"))
        .map(|(name, _)| (name, true))
        .collect()
}

/// The shortcodes whose templates print what is between their tags as it is: nothing in them could have it read as
/// Markdown.
pub(super) fn verbatim(files: &dyn Files, folders: &[String]) -> BTreeSet<String> {
    let of_markdown = names_of(files, folders, "md");
    templates(files, folders)
        .filter(|(name, text)| {
            let may_read = ["markdown", "include", "import", "::"];
            text.contains("body")
                && !may_read.iter().any(|word| text.contains(word))
                && !of_markdown.contains(name)
        })
        .map(|(name, _)| name)
        .collect()
}

/// The arguments that the templates of shortcodes print, and so stop the build where they are called without (tested on
/// 0.17.2 and 0.22.0).
pub(super) fn shortcode_arguments(
    files: &dyn Files,
    folders: &[String],
) -> BTreeMap<String, BTreeSet<String>> {
    templates(files, folders)
        .map(|(name, text)| (name, arguments(&text)))
        .filter(|(_, arguments)| !arguments.is_empty())
        .collect()
}

/// What Zola itself gives to a shortcode, and what else is no argument.
const GIVEN: [&str; 10] = [
    "body", "config", "false", "lang", "nth", "page", "section", "self", "super", "true",
];

/// The names that a template surely prints.
fn arguments(template: &str) -> BTreeSet<String> {
    tags(template)
        .into_iter()
        .filter_map(|tag| match tag {
            Tag::Printed(expression) => {
                let expression = expression.trim_start();
                let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let end = expression.find(|c| !is_word(c)).unwrap_or(expression.len());
                let name = &expression[..end];
                let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
                (is_name && !GIVEN.contains(&name)).then_some(name)
            }
            Tag::Statement(_) => None,
        })
        .filter(|name| surely_reads(template, name))
        .map(str::to_owned)
        .collect()
}

/// The arguments that are given in a call.
pub(super) fn given(call: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let mut quote = None;
    for (at, character) in call.char_indices() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(character),
            (None, '=') => {
                let before = call[..at].trim_end();
                let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
                found.insert(&before[before.trim_end_matches(is_word).len()..]);
            }
            (None, _) => {}
        }
    }
    found
}

/// The shortcodes with their templates.
fn templates<'f>(
    files: &'f dyn Files,
    folders: &'f [String],
) -> impl Iterator<Item = (String, String)> + 'f {
    shortcodes(files, folders)
        .into_iter()
        .filter_map(move |name| {
            let text = folders.iter().find_map(|folder| {
                ["html", "md"].iter().find_map(|extension| {
                    let path = format!("{folder}/shortcodes/{name}.{extension}");
                    files.read(&path).ok().flatten()
                })
            })?;
            Some((name, text))
        })
}

/// Whether a template surely reads `wanted`, whatever was given to it: outside of conditions and loops, and without a
/// value to fall back on (tested on 0.17.2 and 0.22.0).
fn surely_reads(template: &str, wanted: &str) -> bool {
    let mut depth = 0usize;
    for tag in tags(template) {
        let (read, word) = match tag {
            Tag::Printed(expression) => (Some(expression), ""),
            Tag::Statement(statement) => {
                let mut words = statement.split_whitespace();
                let (word, name) = (words.next().unwrap_or_default(), words.next());
                let is_asked_for = matches!(word, "if" | "elif") && mentions(statement, wanted);
                let is_made = matches!(word, "set" | "set_global" | "for") && name == Some(wanted);
                if is_asked_for || is_made {
                    return false;
                }
                let read = match word {
                    "set" | "set_global" => statement.split_once('='),
                    "for" => statement.split_once(" in "),
                    _ => None,
                };
                (read.map(|(_, value)| value), word)
            }
        };
        if depth == 0 && read.is_some_and(|read| is_value(read, wanted)) {
            return true;
        }
        match word {
            "if" | "for" => depth += 1,
            "endif" | "endfor" => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// Whether an expression is a value of this name itself, or what filters make of it.
fn is_value(expression: &str, name: &str) -> bool {
    let Some(rest) = expression.trim_start().strip_prefix(name) else {
        return false;
    };
    let rest = rest.trim_start();
    let filter = rest.strip_prefix('|').map(str::trim_start);
    rest.is_empty() || filter.is_some_and(|filter| !filter.starts_with("default"))
}

fn mentions(statement: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = statement.split(|c| !is_word(c));
    words.any(|word| word == name)
}

/// What stands between the delimiters of a template, without the hyphens that eat blanks.
enum Tag<'t> {
    /// `{{ … }}`.
    Printed(&'t str),
    /// `{% … %}`.
    Statement(&'t str),
}

/// The tags of a template: no comments, and nothing that is raw.
fn tags(template: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut rest = template;
    while let Some(at) = rest.find('{') {
        rest = &rest[at..];
        let end = match rest.as_bytes().get(1) {
            Some(b'{') => "}}",
            Some(b'%') => "%}",
            Some(b'#') => "#}",
            _ => {
                rest = &rest[1..];
                continue;
            }
        };
        let Some((inside, behind)) = rest[2..].split_once(end) else {
            break;
        };
        let inside = inside.strip_prefix('-').unwrap_or(inside);
        let inside = inside.strip_suffix('-').unwrap_or(inside).trim();
        rest = behind;
        match end {
            "}}" => found.push(Tag::Printed(inside)),
            "%}" if inside == "raw" => {
                rest = rest.split_once("endraw").map_or("", |(_, rest)| rest);
            }
            "%}" => found.push(Tag::Statement(inside)),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Zola 0.17.2 and 0.22.0 make of a call without a closing tag.
    #[test]
    fn templates_that_cannot_do_without_a_body() {
        for (template, expected) in [
            ("{{ body }}", true),
            ("{{- body | markdown | safe -}}", true),
            ("{{body}}", true),
            ("{% set b = body %}{{ b }}", true),
            (
                "{% for l in body | split(pat=\"x\") %}{{ l }}{% endfor %}",
                true,
            ),
            ("{{ body|default(value=\"x\") }}", false),
            ("{{ body | default(value=\"x\") }}", false),
            ("{% if not body %}x{% else %}{{ body }}{% endif %}", false),
            ("{% if body %}{{ body }}{% endif %}", false),
            ("{% if a %}{{ body }}{% endif %}", false),
            ("{# {{ body }} #}", false),
            ("{% raw %}{{ body }}{% endraw %}", false),
            ("{% set body = 1 %}{{ body }}", false),
            ("{{ bodyguard }} {{ \"body\" }}", false),
        ] {
            assert_eq!(surely_reads(template, "body"), expected, "{template}");
        }
    }

    #[test]
    fn templates_that_cannot_do_without_an_argument() {
        let files = super::super::super::memory(&[
            (
                "templates/shortcodes/a.html",
                "<i>{{ x }}{{ y | safe }}{{ nth }}</i>",
            ),
            (
                "templates/shortcodes/b.html",
                "{{ x | default(value=1) }}{% if y %}{{ y }}{% endif %}",
            ),
            (
                "templates/shortcodes/c.html",
                "{{ get_url(path=x) }}{{ config.title }}{{ x.y }}",
            ),
        ]);
        let found = shortcode_arguments(&files, &["templates".to_owned()]);
        let found: Vec<_> = found
            .iter()
            .map(|(name, wanted)| (name.as_str(), wanted.len()))
            .collect();
        assert_eq!(found, [("a", 2)]);
        let call = "{{ a(x=1, y = \"p=q\", z=`a=b`) }}";
        assert_eq!(given(call).into_iter().collect::<Vec<_>>(), ["x", "y", "z"]);
    }
}
