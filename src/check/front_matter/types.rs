//! Keys with values of a type that the generator does not take.

use super::terms_not_a_list::has_wrong_terms;
use super::{key_span, repair};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Fix, Severity};
use crate::front_matter::{Change, Format, Value};
use crate::site::Version;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct WrongType;

impl Rule for WrongType {
    fn name(&self) -> &'static str {
        "wrong-type"
    }

    fn summary(&self) -> &'static str {
        "A front matter key whose value has a type that the generator refuses or misreads"
    }

    fn explanation(&self) -> &'static str {
        "\
Zola reads front matter into fixed types and stops the build at any other: `title = 5` in TOML, `draft = \"true\"`,
`authors = \"Joe\"`, `aliases = \"/old/\"`, `weight = -1`, a list as description (tested on 0.17.2 and 0.22.0). YAML's bare numbers and
`true` count as strings where a string is wanted. An empty value in YAML is an empty list, and `~` is none. A section takes few words
as `sort_by` and `insert_anchor_links`.

Hugo casts what it can, and that is not always what was meant: `draft: yes` *publishes* the page, since YAML's `yes` is a
string to it (tested on 0.168.0).

```toml
draft = true            # not \"true\", not yes
authors = [\"Joe\"]
aliases = [\"/old/\"]
```

The fix writes what can be meant in one way only: numbers and `true` in quotes where text is wanted, `\"true\"` and `yes` without them in
`draft`, a string as a list of one. With `--unsafe-fixes`, a list becomes one text with commas in it, and names with commas a list."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        let refused = page.refused_keys();
        for (key, value) in front.table() {
            let reason = match &refused {
                None => None,
                Some(keys) => match keys.iter().find(|refused| refused.key == key) {
                    Some(refused) => Some(crate::text::escape(&refused.reason)),
                    None => continue,
                },
            };
            let (severity, message, help) = match (wanted(page, key, value, front.format()), reason)
            {
                (Some(wanted), _) => {
                    let message = format!("`{key}` is {}, not {}", value.kind(), wanted.name);
                    (wanted.severity, message, wanted.help)
                }
                // That has a rule of its own.
                (None, Some(_)) if key == "taxonomies" && has_wrong_terms(page) => continue,
                (None, Some(reason)) => {
                    let title = page.site.generator.title();
                    let message = format!("{title} cannot read `{key}`, and stops: {reason}");
                    let help = "write a value that it takes, or take the key out".to_owned();
                    (Severity::Error, message, help)
                }
                (None, None) => continue,
            };
            let mut finding = page.finding(self, severity, message).help(help);
            finding.span = key_span(page, &[key]);
            finding.fix = self.fix(page, key, value);
            findings.push(finding);
        }
    }
}

impl WrongType {
    fn fix(&self, page: &Page<'_>, key: &str, value: &Value) -> Option<Fix> {
        let (new, is_safe) = right(page, key, value)?;
        repair::change(page, self, &[Change::set(&[key], new)], is_safe)
    }
}

/// The value that was meant, and whether it can have been no other.
fn right(page: &Page<'_>, key: &str, value: &Value) -> Option<(Value, bool)> {
    // As it is written: the number `1.10` would lose its zero.
    let written = || {
        let span = page.front()?.span(&[key])?;
        Some(Value::from(page.text.get(span)?))
    };
    match (key, value) {
        ("draft", Value::String(word)) => {
            let flag = match word.trim().to_lowercase().as_str() {
                "true" | "yes" | "on" | "y" => true,
                "false" | "no" | "off" | "n" => false,
                _ => return None,
            };
            Some((flag.into(), true))
        }
        ("draft", Value::Integer(number @ (0 | 1))) => Some(((*number == 1).into(), true)),
        (
            "title" | "description" | "slug" | "template" | "path",
            Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Date(_),
        ) => Some((written()?, true)),
        ("title" | "description", Value::Array(items)) => {
            let words: Vec<&str> = items.iter().map(Value::as_str).collect::<Option<_>>()?;
            let is_one = words.len() == 1;
            (!words.is_empty()).then(|| (words.join(", ").into(), is_one))
        }
        ("authors", Value::String(names)) if names.contains([',', ';']) => {
            let names = names.split([',', ';']).map(str::trim);
            let names: Vec<Value> = names
                .filter(|name| !name.is_empty())
                .map(Value::from)
                .collect();
            Some((Value::Array(names), false))
        }
        ("authors" | "aliases", Value::String(one)) if !one.trim().is_empty() => {
            Some((Value::Array(vec![one.as_str().into()]), true))
        }
        ("weight", Value::String(number)) => {
            let number: i64 = number.trim().parse().ok()?;
            (number >= 0).then(|| (number.into(), true))
        }
        _ => None,
    }
}
/// The first version of Zola that knows `render` in pages; older ones pass over it.
const RENDER_SINCE: Version = Version::new(0, 19, 0);

/// What should stand there instead.
struct Wanted {
    name: &'static str,
    severity: Severity,
    help: String,
}

fn wanted(page: &Page<'_>, key: &str, value: &Value, format: Format) -> Option<Wanted> {
    let strict = page.site.generator.requires_front_matter();
    let severity = if strict {
        Severity::Error
    } else {
        Severity::Warning
    };
    let refused = |name, example: &str| {
        Some(Wanted {
            name,
            severity,
            help: format!("write `{example}`"),
        })
    };
    let entry = |key: &str, value: &str| repair::entry(page, key, value);
    match (key, value) {
        ("draft", Value::Boolean(_)) => None,
        // Hugo reads `yes` and an empty value as "not a draft".
        ("draft", _) => refused("a boolean", &entry("draft", "true")),
        ("title" | "description" | "slug" | "template" | "path", Value::String(_)) => None,
        (
            "title" | "description" | "slug" | "template" | "path",
            Value::Integer(_) | Value::Float(_) | Value::Boolean(_),
        ) if strict && format == Format::Yaml => None,
        ("title" | "description" | "slug" | "template" | "path", _) if strict => {
            refused("a string", &entry(key, "\"…\""))
        }
        ("title" | "description", Value::Array(_) | Value::Table(_)) => {
            refused("a string", &entry(key, "\"…\""))
        }
        ("in_search_index" | "render", Value::Boolean(_)) => None,
        ("in_search_index", _) if strict => refused("a boolean", &entry("in_search_index", "true")),
        ("render", _) if strict && page.site.version >= RENDER_SINCE => {
            refused("a boolean", &entry("render", "true"))
        }
        ("authors" | "aliases", Value::Array(items))
            if items.iter().all(|item| is_text(item, format)) =>
        {
            None
        }
        ("authors" | "aliases", _) if strict => {
            refused("a list of strings", &entry(key, "[\"…\"]"))
        }
        ("weight", Value::Integer(number)) if *number >= 0 => None,
        ("weight", _) if strict => refused("an integer from 0", &entry("weight", "10")),
        ("extra" | "taxonomies", Value::Table(_)) => None,
        ("extra" | "taxonomies", _) if strict => refused("a table", &repair::table_name(page, key)),
        ("params", Value::Table(_) | Value::Null) => None,
        ("params", _) if !strict => Some(Wanted {
            severity: Severity::Error,
            ..refused("a table", &repair::table_name(page, "params"))?
        }),
        _ => None,
    }
}

/// Whether Zola reads an item of a list as a text. In YAML it takes every value for one that is no list and no table
/// (tested on 0.17.2 and 0.22.0).
fn is_text(value: &Value, format: Format) -> bool {
    match value {
        Value::String(_) => true,
        Value::Array(_) | Value::Table(_) => false,
        _ => format == Format::Yaml,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, repaired, zola};

    #[test]
    fn what_can_be_meant_in_one_way_is_written_so() {
        let zola = zola("0.22.0");
        for (line, expected) in [
            ("title = 2024", "title = \"2024\""),
            ("title = 1.10 # c", "title = \"1.10\" # c"),
            ("slug = true", "slug = \"true\""),
            ("draft = \"true\"", "draft = true"),
            ("draft = \"perhaps\"", "draft = \"perhaps\""),
            ("weight = \"10\"", "weight = 10"),
            ("weight = -1", "weight = -1"),
            ("aliases = \"/old/\"", "aliases = [\"/old/\"]"),
            ("authors = \"Joe, Ann\"", "authors = \"Joe, Ann\""),
            (
                "description = [\"a\", \"b\"]",
                "description = [\"a\", \"b\"]",
            ),
        ] {
            let page = |line: &str| format!("+++\n{line}\n[extra]\nx = 1\n+++\n\nBody.\n");
            assert_eq!(repaired(&zola, &page(line)), page(expected));
        }
        let page = |line: &str| format!("---\ntitle: A\ndate: 2026-01-02\n{line}\n---\n");
        let found = |line: &str| zola.page("wrong-type", &page(line)).len();
        assert_eq!(found("authors: [Joe, 1, true]"), 0);
        assert_eq!(found("authors: [[Joe]]"), 1);
        assert_eq!(
            repaired(&hugo(), &page("draft: yes # soon")),
            page("draft: true # soon")
        );
    }
}
