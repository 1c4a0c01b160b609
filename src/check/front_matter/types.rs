//! Keys with values of a type that the generator does not take.

use super::key_span;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::front_matter::{Format, Value};

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
`true` count as strings where a string is wanted.

Hugo casts what it can, and that is not always what was meant: `draft: yes` *publishes* the page, since YAML's `yes` is a
string to it (tested on 0.168.0).

```toml
draft = true            # not \"true\", not yes
authors = [\"Joe\"]
aliases = [\"/old/\"]
```"
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        for (key, value) in front.table() {
            let Some(wanted) = wanted(page, key, value, front.format()) else {
                continue;
            };
            let mut finding = page
                .finding(
                    self,
                    wanted.severity,
                    format!("`{key}` is {}, not {}", value.kind(), wanted.name),
                )
                .help(wanted.help);
            finding.span = key_span(page, &[key]);
            findings.push(finding);
        }
    }
}

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
    match (key, value) {
        ("draft", Value::Boolean(_)) => None,
        // Hugo reads `yes` and an empty value as "not a draft".
        ("draft", _) => refused("a boolean", "draft = true"),
        (_, Value::Null) if strict => None,
        ("title" | "description" | "slug" | "template" | "path", Value::String(_)) => None,
        (
            "title" | "description" | "slug" | "template" | "path",
            Value::Integer(_) | Value::Float(_) | Value::Boolean(_),
        ) if strict && format == Format::Yaml => None,
        ("title" | "description" | "slug" | "template" | "path", _) if strict => {
            refused("a string", &format!("{key} = \"…\""))
        }
        ("description", Value::Array(_) | Value::Table(_)) => {
            refused("a string", "description = \"…\"")
        }
        ("authors" | "aliases", Value::Array(items)) if items.iter().all(is_text) => None,
        ("authors" | "aliases", _) if strict => {
            refused("a list of strings", &format!("{key} = [\"…\"]"))
        }
        ("weight", Value::Integer(number)) if *number >= 0 => None,
        ("weight", _) if strict => refused("an integer from 0", "weight = 10"),
        ("extra" | "taxonomies", Value::Table(_)) => None,
        ("extra" | "taxonomies", _) if strict => refused("a table", &format!("[{key}]")),
        ("params", Value::Table(_)) => None,
        ("params", _) if !strict => Some(Wanted {
            severity: Severity::Error,
            ..refused("a table", "[params]")?
        }),
        _ => None,
    }
}

fn is_text(value: &Value) -> bool {
    matches!(value, Value::String(_))
}
