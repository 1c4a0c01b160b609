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
    let mut found = BTreeMap::new();
    for name in shortcodes(files, folders) {
        let texts = folders.iter().flat_map(|folder| {
            ["html", "md"].map(|extension| {
                let path = format!("{folder}/shortcodes/{name}.{extension}");
                files.read(&path).ok().flatten()
            })
        });
        let mut texts = texts.flatten();
        if texts.next().is_some_and(|text| prints_body(&text)) {
            found.insert(name, true);
        }
    }
    found
}

/// Whether a template surely reads `body`, whatever was given to it: outside of conditions and loops, and without a value
/// to fall back on (tested on 0.17.2 and 0.22.0).
fn prints_body(template: &str) -> bool {
    let mut depth = 0usize;
    for tag in tags(template) {
        let (read, word) = match tag {
            Tag::Printed(expression) => (Some(expression), ""),
            Tag::Statement(statement) => {
                let mut words = statement.split_whitespace();
                let (word, name) = (words.next().unwrap_or_default(), words.next());
                let is_asked_for = matches!(word, "if" | "elif") && mentions_body(statement);
                let is_made = matches!(word, "set" | "set_global" | "for") && name == Some("body");
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
        if depth == 0 && read.is_some_and(is_body) {
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

/// Whether an expression is `body` itself, or what filters make of it.
fn is_body(expression: &str) -> bool {
    let Some(rest) = expression.trim_start().strip_prefix("body") else {
        return false;
    };
    let rest = rest.trim_start();
    let filter = rest.strip_prefix('|').map(str::trim_start);
    rest.is_empty() || filter.is_some_and(|filter| !filter.starts_with("default"))
}

fn mentions_body(statement: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut words = statement.split(|c| !is_word(c));
    words.any(|word| word == "body")
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
            assert_eq!(prints_body(template), expected, "{template}");
        }
    }
}
