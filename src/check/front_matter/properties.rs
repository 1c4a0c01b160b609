//! What holds for the fixes of any front matter.

use proptest::prelude::*;

use crate::check::testing::{World, hugo, world, zola};
use crate::finding::Applicability;
use crate::fix;
use crate::front_matter::{FrontMatter, SplitRules, Value, split};

/// Good lines, which no fix may change.
const KEPT: [(&str, &str); 2] = [
    (
        "kept_a = \"x: y # z --- w\" # c",
        "kept_a: 'x: y # z --- w' # c",
    ),
    ("kept_b = [1, \"b\"]", "kept_b:\n  - 1\n  - \"b\""),
];

/// Lines that people and models write, of which many are wrong.
fn line() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "title",
        "date",
        "updated",
        "lastmod",
        "draft",
        "published",
        "weight",
        "slug",
        "description",
        "tags",
        "Tags",
        "categories",
        "aliases",
        "authors",
        "build",
        "taxonomies",
        "topic",
        "mood",
    ]);
    let sign = prop::sample::select(vec![" = ", ": ", ":", "=", " : "]);
    let value = prop::sample::select(vec![
        "A",
        "\"A\"",
        "'A'",
        "2024",
        "1.10",
        "true",
        "yes",
        "null",
        "\"\"",
        "",
        "Redis: why?",
        "a # b",
        "@a",
        "`a` b",
        "**a** b",
        "| a",
        "? a",
        "*a",
        "&a b",
        "%a",
        "!a b",
        "'It's'",
        "\"C:\\dir\"",
        "\"C:\\temp\"",
        "\"a \"b\" c\"",
        "\"a\" b",
        "\"a",
        "'a",
        "[a, b]",
        "[\"a\", \"\"]",
        "[1, 1.10]",
        "[a",
        "{a",
        "{ a = 1 }",
        "\"a, b\"",
        "a, b",
        "[\"a\", \"A\"]",
        "2024-01-02",
        "2024/01/02",
        "01/02/2024",
        "2024-02-30",
        "20240102",
        "January 2, 2024",
        "\"2024-1-2\"",
        "10:00:00",
        "A // b",
        "\"A\",",
        "“A”",
        "the end ---",
        "the end +++",
        "|\n  a: b: c\n  d",
        "\"\"\"\n+++\nx\"\"\"",
        "\u{0}",
        "é",
        "\n  - C: d\n  - 1.10",
        "\n  x: 1",
        "\n\tx: 1",
    ]);
    let note = prop::sample::select(vec!["", "", "", " # c", " // c", ","]);
    let whole = prop::sample::select(vec![
        "[extra]",
        "[taxonomies]",
        "[params]",
        "taxonomies:",
        "extra:",
        "# a +++",
        "# a ---",
        "// a",
        "",
        "+++",
        "---",
        "...",
        "  ---",
        "text",
        "\t",
        "- a",
        "+++ text",
    ]);
    prop_oneof![
        8 => (key, sign, value, note).prop_map(|(key, sign, value, note)| format!("{key}{sign}{value}{note}")),
        2 => whole.prop_map(str::to_owned),
    ]
}

fn body() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "\nText.\n",
        "\nNote: text.\n\na = b\n",
        "Text.\n\n---\n\nMore.\n",
        "",
    ])
}

/// A page of such lines between good ones: its text, with and without its front matter.
fn page() -> impl Strategy<Value = (String, &'static str, bool)> {
    let ends = prop::sample::select(vec!["\n", "\n", "\r\n"]);
    (
        prop::collection::vec(line(), 0..5),
        any::<bool>(),
        0..3usize,
        body(),
        ends,
    )
        .prop_map(|(lines, is_toml, place, body, end)| {
            let delimiter = if is_toml { "+++" } else { "---" };
            let kept = KEPT.map(|(toml, yaml)| if is_toml { toml } else { yaml });
            let mut all: Vec<&str> = kept.to_vec();
            let at = place.min(all.len());
            all.splice(at..at, lines.iter().map(String::as_str));
            let matter = format!("{delimiter}\n{}\n{delimiter}\n", all.join("\n"));
            (matter.replace('\n', end), body, is_toml)
        })
}

fn worlds() -> Vec<World> {
    let config = "base_url = \"x\"\ntaxonomies = [{ name = \"tags\", render = false }]\n";
    let open = world(&[("config.toml", config)], Some("0.22.0"));
    vec![open, zola("0.17.2"), zola("0.23.0"), hugo()]
}

fn read(text: &str, rules: SplitRules) -> Option<(FrontMatter, usize)> {
    let split = split(text, rules).ok()??;
    Some((FrontMatter::parse(text, &split).ok()?, split.body))
}

/// The value of a kept key, wherever it stands now.
fn kept<'a>(front: &'a FrontMatter, key: &str) -> Option<&'a Value> {
    front.get(&[key]).or_else(|| {
        ["extra", "taxonomies", "params"]
            .iter()
            .find_map(|table| front.get(&[table, key]))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fixes_keep_what_is_good_and_come_to_an_end((matter, body, _) in page(), all in any::<bool>()) {
        let at_least = if all { Applicability::Unsafe } else { Applicability::Safe };
        for world in worlds() {
            let rules = world.split_rules();
            let page = format!("{matter}{body}");
            let before = read(&page, rules);
            let look = |text: &str| world.all(text);
            let (fixed, left) = fix::settle(&page, at_least, &look);
            let fixable = left.iter().find(|finding| {
                finding.fix.as_ref().is_some_and(|fix| fix.applicability >= at_least)
            });
            prop_assert!(fixable.is_none(), "{fixable:?}\n{page:?}\n{fixed:?}");
            prop_assert!(fixed.ends_with(body.trim_start()), "{page:?}\n{fixed:?}");
            prop_assert!(all || fixed.matches("# c").count() >= page.matches("# c").count(), "{page:?}\n{fixed:?}");
            let after = read(&fixed, rules);
            if before.is_some() {
                prop_assert!(after.is_some(), "{page:?}\n{fixed:?}");
            }
            // Where a line ended the block early, the good lines behind it are text.
            let early = matches!(split(&page, rules), Ok(Some(split)) if {
                let seen = &page[split.matter.clone()];
                !seen.contains("kept_a") || !seen.contains("kept_b")
            });
            if let (Some((front, _)), true) = (&after, fixed != page && !early) {
                prop_assert_eq!(kept(front, "kept_a"), Some(&Value::from("x: y # z --- w")), "{:?}\n{:?}", page, fixed);
                let list = Value::Array(vec![1.into(), "b".into()]);
                prop_assert_eq!(kept(front, "kept_b"), Some(&list), "{:?}\n{:?}", page, fixed);
            }
        }
    }
}
