//! What a template of Zola's reads: a page gives its template no `section`, a section no `page`, and Zola stops at a
//! variable that is not there (tested on 0.17.2 and 0.22.0).

use std::collections::BTreeSet;

/// The variables that only some templates are given.
const VARIABLES: [&str; 6] = ["page", "paginator", "section", "taxonomy", "term", "terms"];

/// The variables that a template surely reads: before its first condition, outside of loops, with no other value given.
/// `text` gives the text of another template: of one that extends it, what stands in a block of its own is passed over.
pub(super) fn unasked<'t>(
    template: &str,
    text: impl Fn(&str) -> Option<&'t str>,
) -> BTreeSet<&'static str> {
    let mut above = None;
    let mut found = BTreeSet::new();
    let mut rest = template;
    let mut loops = 0usize;
    let mut blocks = 0usize;
    while let Some(at) = rest
        .find("{{")
        .into_iter()
        .chain(rest.find("{%"))
        .chain(rest.find("{#"))
        .min()
    {
        let (open, inner) = rest[at..].split_at(2);
        let close = match open {
            "{{" => "}}",
            "{%" => "%}",
            _ => "#}",
        };
        let Some((inside, after)) = inner.split_once(close) else {
            break;
        };
        rest = after;
        let inside = inside.trim_matches('-').trim();
        let (word, more) = inside
            .split_once(char::is_whitespace)
            .unwrap_or((inside, ""));
        let expression = match (open, word) {
            ("{#", _) => continue,
            ("{{", _) => inside,
            (_, "for") => {
                loops += 1;
                let list = more.split_once(" in ").map_or("", |(_, list)| list);
                if loops > 1 { "" } else { list }
            }
            (_, "endfor") => {
                loops = loops.saturating_sub(1);
                continue;
            }
            (_, "set") => {
                let (name, value) = more.split_once('=').unwrap_or((more, ""));
                if VARIABLES.contains(&name.trim()) {
                    break;
                }
                value.trim()
            }
            (_, "extends") => {
                above = Some(text(more.trim_matches(['"', '\'', '`'])).unwrap_or_default());
                continue;
            }
            (_, "block") if above.is_none_or(|above| has_block(above, more)) => {
                blocks += 1;
                continue;
            }
            (_, "endblock") => {
                blocks = blocks.saturating_sub(1);
                continue;
            }
            (_, "import" | "include") => continue,
            // What follows may be passed over.
            _ => break,
        };
        // What stands outside of the blocks of a template that extends another is not shown.
        let is_shown = above.is_none() || blocks > 0;
        let is_outside = (loops == 0 || word == "for") && is_shown;
        let end = expression.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let name = &expression[..end.unwrap_or(expression.len())];
        if is_outside && is_plain(expression) {
            found.extend(VARIABLES.iter().copied().find(|known| *known == name));
        }
    }
    found
}

/// Whether an expression is one value, with filters at most: of conditions, a part may never be asked for.
fn is_plain(expression: &str) -> bool {
    let conditions = [
        " or ", " and ", " is ", " if ", " not ", " in ", "==", "!=", "::", "?.", "default",
    ];
    !conditions.iter().any(|word| expression.contains(word))
}

/// Whether a template shows a block of this name, whatever else holds.
fn has_block(template: &str, name: &str) -> bool {
    for tag in template.split("{%").skip(1) {
        let tag = tag.split("%}").next().unwrap_or_default();
        let mut words = tag.trim_matches('-').split_whitespace();
        match words.next() {
            Some("block") if words.next() == Some(name) => return true,
            Some("if" | "for" | "macro") => return false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_that_are_surely_read() {
        for (template, expected) in [
            ("<h1>{{ section.title }}</h1>", "section"),
            (
                "{% extends \"b.html\" %}{% block c %}{{- page.title -}}{% endblock %}",
                "page",
            ),
            (
                "{% for p in section.pages %}{{ page.x }}{% endfor %}{{ term.name }}",
                "section term",
            ),
            ("{% set title = page.title %}{{ sections.x }}", "page"),
            ("{% if section %}{{ section.title }}{% endif %}", ""),
            ("{{ section.title | default(value=\"\") }}", ""),
            ("{# {{ section.title }} #}{{ \"section.title\" }}", ""),
            (
                "{% set section = get_section(path=\"a\") %}{{ section.title }}",
                "",
            ),
            ("{% macro m(page) %}{{ page.title }}{% endmacro %}", ""),
            ("{{ page", ""),
            (
                "{% set has = section is defined %}{{ section or page }}",
                "",
            ),
            ("{% import \"m.html\" as page %}{{ page::head() }}", ""),
            ("{% extends \"b.html\" %}{{ section.title }}", ""),
            (
                "{% extends \"b.html\" %}{% block late %}{{ section.title }}{% endblock %}",
                "",
            ),
            (
                "{% extends \"b.html\" %}{% block other %}{{ page.title }}{% endblock %}",
                "",
            ),
        ] {
            let above = |name: &str| {
                (name == "b.html").then_some("{%- block c -%}{% endblock %}{% if x %}{% block late %}{% endblock %}{% endif %}")
            };
            let found: Vec<&str> = unasked(template, above).into_iter().collect();
            assert_eq!(found.join(" "), expected, "{template}");
        }
    }
}
