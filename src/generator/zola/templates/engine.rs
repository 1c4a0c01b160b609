//! What Tera says of a body, for Zola from 0.23 on, by Tera's own parser.
//!
//! Nothing is rendered: a body can come from anybody, and a loop in it could go on for ever.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use tera::{ErrorKind, Kwargs, State, Tera, Value};

/// The name that the body has among the templates. Tera would end up with the same name for no file.
const BODY: &str = "\0body";

/// The functions of Zola 0.23 (built from its source) beside those of Tera.
pub(super) const FUNCTIONS: [&str; 15] = [
    "get_hash",
    "get_image_metadata",
    "get_page",
    "get_random",
    "get_section",
    "get_taxonomy",
    "get_taxonomy_term",
    "get_taxonomy_url",
    "get_url",
    "load_data",
    "now",
    "range",
    "resize_image",
    "text_direction",
    "trans",
];

/// The filters of Zola 0.23 beside those of Tera.
const FILTERS: [&str; 15] = [
    "base64_decode",
    "base64_encode",
    "date",
    "filesizeformat",
    "format",
    "json_encode",
    "markdown",
    "num_format",
    "regex_replace",
    "shuffle",
    "slugify",
    "spaceless",
    "striptags",
    "urlencode",
    "urlencode_strict",
];

/// The tests of Zola 0.23 beside those of Tera.
const TESTS: [&str; 3] = ["after", "before", "matching"];

/// What the parser says of a body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// It goes no further than this byte, for this reason.
    Malformed { at: usize, reason: String },
    /// It is a template.
    Template {
        /// The variables that it reads, without those of its loops.
        variables: BTreeSet<String>,
        /// The filters, tests and functions that it uses and Zola does not have.
        missing: BTreeSet<String>,
    },
}

/// The longest tag, and the most branches of conditions, in a body that is given to the parser: Tera calls itself for each
/// branch and each operator, and so does Zola, which dies of some thousands.
const MOST_IN_A_TAG: usize = 8 * 1024;
const MOST_BRANCHES: usize = 1_000;

/// The room that the parser has for that, in bytes.
const STACK: usize = 512 << 20;

/// How often the parser is asked again with what it missed.
const MOST_ROUNDS: usize = 300;

/// Reads a body. Components and templates of the site are taken for granted.
pub(super) fn read(body: &str) -> Reading {
    let longest = body
        .split(['{', '}'])
        .map(str::len)
        .max()
        .unwrap_or_default();
    let branches = body.matches("elif").count();
    if longest < 1_000 && branches < 50 {
        return parse(body);
    }
    let too_long = || Reading::Malformed {
        at: 0,
        reason: "a template that is too long for its parser".to_owned(),
    };
    if longest > MOST_IN_A_TAG && has_long_tag(body) || branches > MOST_BRANCHES {
        return too_long();
    }
    std::thread::scope(|scope| {
        let parser = std::thread::Builder::new().stack_size(STACK);
        let parsed = parser.spawn_scoped(scope, || parse(body));
        parsed.ok().and_then(|parsed| parsed.join().ok())
    })
    .unwrap_or_else(too_long)
}

/// Whether something between `{{` or `{%` and its end is longer than a tag may be.
fn has_long_tag(body: &str) -> bool {
    let tags = ["{{", "{%"]
        .into_iter()
        .flat_map(|open| body.split(open).skip(1));
    tags.into_iter().any(|rest| {
        let ends = ["}}", "%}"].iter().filter_map(|end| rest.find(end));
        ends.min().unwrap_or(rest.len()) > MOST_IN_A_TAG
    })
}

fn parse(body: &str) -> Reading {
    let mut rounds = 0;
    let mut tera = ZOLA.clone();
    let mut missing = BTreeSet::new();
    let malformed = |reason: String| Reading::Malformed { at: 0, reason };
    while let Err(error) = tera.add_raw_template(BODY, body) {
        if let ErrorKind::SyntaxError(report) = error.kind() {
            return Reading::Malformed {
                at: report.span().range.start.min(body.len()),
                reason: report.message().to_owned(),
            };
        }
        let reason = error.to_string();
        let names = not_there(&reason);
        let before = missing.len();
        let supplied = names.iter().filter(|(kind, name)| {
            let name = name.clone();
            match *kind {
                "filter" => tera.register_filter(name.clone(), same),
                "test" => tera.register_test(name.clone(), |_: Value, _: Kwargs, _: &State| true),
                "function" => tera.register_function(name.clone(), nothing),
                "component" => {
                    let stub = format!("{{% component {name}() %}}{{% endcomponent %}}");
                    return tera.add_raw_template(&format!("\0{name}"), &stub).is_ok();
                }
                _ => return tera.add_raw_template(&name, "").is_ok(),
            }
            missing.insert(name)
        });
        // Each round supplies something, or is the last one.
        rounds += 1;
        if (supplied.count() == 0 && missing.len() == before) || rounds > MOST_ROUNDS {
            return malformed(reason.lines().next().unwrap_or_default().to_owned());
        }
    }
    match tera.get_template_variables(BODY) {
        Ok(variables) => Reading::Template {
            variables: variables.into_iter().map(str::to_owned).collect(),
            missing,
        },
        Err(error) => malformed(error.to_string()),
    }
}

static ZOLA: LazyLock<Tera> = LazyLock::new(|| {
    let mut tera = Tera::new();
    for name in FUNCTIONS {
        tera.register_function(name, nothing);
    }
    for name in FILTERS {
        tera.register_filter(name, same);
    }
    for name in TESTS {
        tera.register_test(name, |_: Value, _: Kwargs, _: &State| true);
    }
    tera
});

fn nothing(_: Kwargs, _: &State) -> String {
    String::new()
}

fn same(value: Value, _: Kwargs, _: &State) -> Value {
    value
}

/// What Tera misses, as kinds and names: "Unknown filter `shout`".
fn not_there(message: &str) -> Vec<(&str, String)> {
    let lines = message.lines().filter_map(|line| {
        let (_, rest) = line.split_once("Unknown ")?;
        let (kind, rest) = rest.split_once(" `")?;
        let known = ["filter", "test", "function", "component", "template"].contains(&kind);
        known.then(|| (kind, rest.split('`').next().unwrap_or_default().to_owned()))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(body: &str) -> (Vec<String>, Vec<String>) {
        match read(body) {
            Reading::Template { variables, missing } => (
                variables.into_iter().collect(),
                missing.into_iter().collect(),
            ),
            Reading::Malformed { at, reason } => panic!("{body}: {at} {reason}"),
        }
    }

    #[test]
    fn names_are_told() {
        assert_eq!(
            template("{% for p in page.x %}{{ p }}{{ loop.index }}{% endfor %} {{ y | upper }}"),
            (vec!["page".to_owned(), "y".to_owned()], vec![])
        );
        assert_eq!(
            template(
                "{{ 1 | shout }} {{ now() | date }} {{ f(a=b) }} {% if b is odd %}{% endif %}"
            ),
            (
                vec!["b".to_owned()],
                vec!["f".to_owned(), "shout".to_owned()]
            )
        );
    }

    #[test]
    fn what_the_site_has_is_taken_for_granted() {
        let body = "{{ <card title={x} /> }} {{ <ui.card a=\"b\" /> }} {% <box> %}a{% </box> %}{% include \"a.html\" %}";
        assert_eq!(template(body), (vec!["x".to_owned()], vec![]));
    }

    #[test]
    fn what_is_no_template_is_told_with_its_place() {
        for (body, place) in [
            ("a {{ .x }}", 5),
            ("a {% if %}", 8),
            ("{{ x", 3),
            ("{% if x %}a", 10),
            ("{% endif %}", 3),
            ("{% extends \"a.html\" %}", 0),
        ] {
            match read(body) {
                Reading::Malformed { at, .. } => assert_eq!(at, place, "{body}"),
                other @ Reading::Template { .. } => panic!("{body}: {other:?}"),
            }
        }
        for (start, part, end) in [
            ("{% if page %}", "{% elif page %}", "{% endif %}"),
            ("{{ 1", " + 1", " }}"),
            ("{{ page", " | upper", " }}"),
            ("{{ page", ".a", " }}"),
            ("{{ not", " not", " page }}"),
        ] {
            for count in [100, 900, 3_000, 100_000] {
                read(&format!("{start}{}{end}", part.repeat(count)));
            }
        }
        let deep = "{{ ".to_owned() + &"(".repeat(5_000);
        assert!(matches!(read(&deep), Reading::Malformed { .. }));
    }
}
