//! What must hold of every page, however odd.

use std::fmt::Write;

use postwright::front_matter::{
    Change, ErrorKind, Format, FrontMatter, SplitRules, Table, Value, edit, render, split,
};
use proptest::prelude::*;

use super::check_untouched;

/// Text made of what the three formats are made of, so that it gets past the first look of each parser.
fn page() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "topic",
        "title",
        "extra",
        "a",
        "b",
        "tags",
        ": ",
        ":",
        " = ",
        "=",
        "\n",
        "\n",
        "\n",
        "\r\n",
        "\r",
        " ",
        "  ",
        "    ",
        "\t",
        "- ",
        "-",
        "\"",
        "'",
        "\"x\"",
        "'y'",
        "[",
        "]",
        "{",
        "}",
        ",",
        ", ",
        "[[",
        "]]",
        "[extra]",
        "#",
        " # c",
        "|",
        ">-",
        "&a ",
        "*a",
        "!t ",
        "? ",
        "<<",
        "~",
        "null",
        "true",
        "1",
        "1.5",
        "2024-01-02",
        "\\",
        "\"\"\"",
        "'''",
        "---",
        "+++",
        "...",
        "é",
        "日本",
        "\u{feff}",
        "\u{2028}",
        "\0",
        "%",
        "a.b",
        ".",
    ]);
    let around = prop::sample::select(vec![
        ("+++\n", "+++\n"),
        ("---\n", "---\n"),
        ("{", "}\n"),
        ("---\r\n", "---\r\n"),
        ("", ""),
    ]);
    (around, prop::collection::vec(piece, 0..24))
        .prop_map(|((open, close), pieces)| format!("{open}{}\n{close}Body\n", pieces.concat()))
}

/// Valid YAML, in all its styles of values.
fn yaml_page() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec![
        "x",
        "a long\n    topic # c",
        "\"q # \\\" \n   r\"",
        "'it''s'",
        "[a, {b: c}, \"]\"] # c",
        "{a: [1], 'k': \"}\"}",
        "|\n    t: 1\n    # t\n\n     u",
        ">-\n    folded",
        "\n    - a\n    - b: 1\n      c: 2\n    - - d\n      - e",
        "\n    n1: 1\n    # c\n    n2:\n     n3: x",
        "",
        "~",
        " # only a comment",
        "&anchor x",
        "!t tagged",
        "\n    # c\n    x",
        "http://a/b#c",
        "{}",
        "[]",
        "-1",
        "\n    \"k\": v\n    'l': w",
        "[a,\n    b # c\n    ]",
        "\n    - |\n      t\n    - 'x\n      y'",
    ]);
    let gap = prop::sample::select(vec![
        "",
        "",
        "",
        "\n",
        "# comment\n",
        "    # indented comment\n",
    ]);
    let entries = prop::collection::vec((gap, value), 1..6);
    (entries, 0usize..3, any::<bool>()).prop_map(|(entries, indent, crlf)| {
        let mut text = "---\n".to_owned();
        for (at, (gap, value)) in entries.iter().enumerate() {
            let blanks = " ".repeat(indent);
            let _ = writeln!(text, "{gap}{blanks}k{at}: {value}");
        }
        text.push_str("---\nBody\n");
        if crlf {
            text.replace('\n', "\r\n")
        } else {
            text
        }
    })
}

fn toml_page() -> impl Strategy<Value = String> {
    let value = prop::sample::select(vec![
        "\"x\"",
        "'y' # c",
        "\"\"\"\nmany\n[lines]\"\"\" # c",
        "[ \"a\", # c\n \"]\" ]",
        "{ a = 1, b.c = \"}\" }",
        "2024-01-02",
        "1.5",
        "[]",
        "{}",
        "[{ a = 1 }]",
    ]);
    let key = prop::sample::select(vec!["a", "b", "t.x", "t.y", "\"q k\"", "u.v.w"]);
    let header = prop::sample::select(vec![
        "",
        "",
        "[h]",
        "[h.i] # c",
        "[[l]]",
        "[j.k]",
        "# comment\n",
    ]);
    let entries = prop::collection::vec((header, key, value), 1..6);
    (entries, any::<bool>()).prop_map(|(entries, crlf)| {
        let mut text = "+++\n".to_owned();
        for (header, key, value) in &entries {
            let _ = writeln!(text, "{header}\n{key} = {value}");
        }
        text.push_str("+++\nBody\n");
        if crlf {
            text.replace('\n', "\r\n")
        } else {
            text
        }
    })
}

fn both_rules() -> impl Strategy<Value = SplitRules> {
    prop::sample::select(vec![SplitRules::Zola, SplitRules::Hugo])
}

/// What must hold of any text: no panic, spans inside the text, edits that are refused or right.
fn examine(text: &str, rules: SplitRules) -> Result<(), TestCaseError> {
    examine_with(text, rules, false)
}

/// With `ordinary`, no edit may come to an end only because its result reads otherwise than meant.
fn examine_with(text: &str, rules: SplitRules, ordinary: bool) -> Result<(), TestCaseError> {
    let found = match split(text, rules) {
        Ok(Some(found)) => found,
        Ok(None) => return Ok(()),
        Err(error) => {
            prop_assert!(text.get(error.span.clone()).is_some(), "{error:?}");
            return Ok(());
        }
    };
    prop_assert!(
        text.get(found.matter.clone()).is_some() && text.get(found.block.clone()).is_some()
    );
    prop_assert!(text.is_char_boundary(found.body));
    let front = match FrontMatter::parse(text, &found) {
        Ok(front) => front,
        Err(error) => {
            prop_assert!(text.get(error.span.clone()).is_some(), "{error:?}");
            return Ok(());
        }
    };
    for (key, value) in front.table() {
        if let Some(span) = front.span(&[key]) {
            prop_assert!(text.get(span).is_some(), "{key}: {value:?}");
        }
        let removal = Change::remove(&[key]);
        examine_edit(text, rules, ordinary, std::slice::from_ref(&removal))?;
        examine_edit(
            text,
            rules,
            ordinary,
            &[removal, Change::set(&["title"], "T")],
        )?;
        examine_edit(text, rules, ordinary, &[Change::set(&[key], "new: #")])?;
        for name in value.as_table().into_iter().flat_map(Table::keys) {
            examine_edit(text, rules, ordinary, &[Change::remove(&[key, name])])?;
            let changes = [
                Change::set(&[key, name], vec!["a"]),
                Change::set(&[key, "new"], 1),
            ];
            examine_edit(text, rules, ordinary, &changes)?;
        }
    }
    let date = Value::Date("2024-01-02".to_owned());
    let changes = [
        Change::set(&["new", "postwright", "model"], "m"),
        Change::set(&["date"], date),
    ];
    examine_edit(text, rules, ordinary, &changes)
}

fn examine_edit(
    text: &str,
    rules: SplitRules,
    ordinary: bool,
    changes: &[Change],
) -> Result<(), TestCaseError> {
    match edit(text, rules, changes) {
        Ok(after) => check_untouched(text, &after, rules).map_err(TestCaseError::fail),
        Err(error) => {
            prop_assert!(text.get(error.span.clone()).is_some(), "{error:?}");
            prop_assert!(
                !ordinary || error.kind != ErrorKind::Proof,
                "{error:?} {changes:?}\n{text}"
            );
            Ok(())
        }
    }
}

fn render_with(format: Format, text: &str) -> String {
    let mut table = Table::new();
    table.insert("title".to_owned(), Value::from(text));
    table.insert("tags".to_owned(), Value::from(vec![text, "b"]));
    let mut inner = Table::new();
    inner.insert(text.to_owned(), Value::from(text));
    table.insert("extra".to_owned(), Value::Table(inner));
    render(format, &table)
}

/// What other readers of the format make of the same block.
fn other_readers(format: Format, matter: &str) -> Vec<serde_json::Value> {
    match format {
        Format::Toml => vec![toml::from_str(matter).expect("toml")],
        Format::Yaml => vec![
            serde_yaml::from_str(matter).expect("serde_yaml"),
            serde_saphyr::from_str(matter).expect("serde-saphyr"),
        ],
        Format::Json => vec![serde_json::from_str(matter).expect("serde_json")],
    }
}

/// An engine for `gray_matter` that reads nothing: only where it splits is of interest.
struct Raw;

impl gray_matter::engine::Engine for Raw {
    fn parse(content: &str) -> gray_matter::Result<gray_matter::Pod> {
        Ok(gray_matter::Pod::String(content.to_owned()))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200), rules in both_rules()) {
        examine(&String::from_utf8_lossy(&bytes), rules)?;
    }

    #[test]
    fn pieces_of_the_formats_are_survived(page in page(), rules in both_rules()) {
        examine(&page, rules)?;
    }

    #[test]
    fn toml_is_edited_or_refused(page in toml_page(), rules in both_rules()) {
        examine_with(&page, rules, true)?;
    }

    /// Every page here is one that people could write, so it must be edited, not refused.
    #[test]
    fn yaml_is_edited(page in yaml_page(), rules in both_rules()) {
        examine_with(&page, rules, true)?;
        let found = split(&page, rules).expect("split").expect("block");
        let Ok(front) = FrontMatter::parse(&page, &found) else { return Ok(()) };
        for key in front.table().keys() {
            let after = edit(&page, rules, &[Change::remove(&[key]), Change::set(&["title"], "T")]);
            prop_assert!(after.is_ok(), "{key}: {after:?}\n{page}");
            let after = edit(&page, rules, &[Change::set(&[key], "T")]);
            prop_assert!(after.is_ok(), "{key}: {after:?}\n{page}");
        }
    }

    #[test]
    fn any_string_comes_back(text in any::<String>(), rules in both_rules()) {
        for format in [Format::Toml, Format::Yaml, Format::Json] {
            if format == Format::Json && rules == SplitRules::Zola {
                continue;
            }
            let page = format!("{}Body\n", render_with(format, &text));
            let found = split(&page, rules).expect("split").expect("block");
            prop_assert_eq!(&page[found.body..], "Body\n");
            let front = FrontMatter::parse(&page, &found).expect("parse");
            prop_assert_eq!(front.get(&["title"]).and_then(Value::as_str), Some(text.as_str()));
            prop_assert_eq!(front.get(&["extra", &text]).and_then(Value::as_str), Some(text.as_str()));
            prop_assert_eq!(front.table().keys().collect::<Vec<_>>(), ["title", "tags", "extra"]);
            for other in other_readers(format, &page[found.matter.clone()]) {
                prop_assert_eq!(other["title"].as_str(), Some(text.as_str()));
                prop_assert_eq!(other["tags"][0].as_str(), Some(text.as_str()));
                prop_assert_eq!(other["extra"][&text].as_str(), Some(text.as_str()));
                prop_assert_eq!(other.as_object().map(serde_json::Map::len), Some(3));
            }
        }
    }

    /// Replacing a value touches its own bytes alone.
    #[test]
    fn other_bytes_stay(
        text in any::<String>(),
        page in prop_oneof![yaml_page(), toml_page()],
        rules in both_rules(),
    ) {
        let Ok(Some(found)) = split(&page, rules) else { return Ok(()) };
        let Ok(front) = FrontMatter::parse(&page, &found) else { return Ok(()) };
        for (key, value) in front.table() {
            let (Some(span), Some(key_span)) = (front.span(&[key]), front.key_span(&[key])) else { continue };
            if found.format == Format::Toml && matches!(value, Value::Table(_) | Value::Array(_)) {
                continue;
            }
            let Ok(after) = edit(&page, rules, &[Change::set(&[key], text.as_str())]) else { continue };
            prop_assert!(after.starts_with(&page[..key_span.end]), "{page}\n{after}");
            let line_end = page[span.end..].find('\n').map_or(page.len(), |at| span.end + at);
            prop_assert!(after.ends_with(&page[line_end..]), "{page}\n{after}");
        }
    }

    /// On ordinary pages an independent splitter finds the same block. (It drops blank lines at both ends.)
    #[test]
    fn an_independent_splitter_agrees(
        keys in prop::collection::vec("[a-z]{1,8}", 1..5),
        body in "[a-z \n]{0,40}",
        rules in both_rules(),
    ) {
        for format in [Format::Toml, Format::Yaml] {
            let table: Table = keys.iter().map(|key| (key.clone(), Value::from("v"))).collect();
            let page = format!("{}{body}", render(format, &table));
            let found = split(&page, rules).expect("split").expect("block");
            let mut matter = gray_matter::Matter::<Raw>::new();
            matter.delimiter = format.delimiter().to_owned();
            let other = matter.parse::<gray_matter::Pod>(&page).expect("gray_matter");
            prop_assert_eq!(other.matter.trim(), page[found.matter.clone()].trim());
            prop_assert_eq!(other.content.trim(), page[found.body..].trim());
        }
    }
}
