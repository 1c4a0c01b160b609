//! Replies in every shape that models are known to send, and the articles that come out of them.
//!
//! A case is `tests/replies/<name>.txt`, the reply byte for byte, and `<name>.toml`, what is expected of it. A case more needs no
//! line of Rust.

#![allow(clippy::disallowed_methods, reason = "tests prepare their own folders")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use postwright::reply::{self, LONGEST_REPLY};
use serde::Deserialize;

/// What is expected of a reply: an error, or all the rest.
#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Expected {
    Error(ExpectedError),
    Article(ExpectedArticle),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedError {
    error: String,
    line: Option<usize>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedArticle {
    title: String,
    description: String,
    tags: Vec<String>,
    categories: Vec<String>,
    body_first_line: String,
    body_last_line: String,
    notes: Vec<String>,
}

/// The list of categories of the site in all cases.
fn categories() -> Vec<String> {
    [
        "Tutorials",
        "How-to Guides",
        "Data Science",
        "E-commerce and Online Business",
        "Website Security and SSL Certificates",
        "Content Delivery Networks (CDNs)",
        "Virtual Private Servers (VPS)",
        "Food, Drink and Travel",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// What is wrong with a case, if anything is.
fn run(text: &str, expected: &Expected) -> Option<String> {
    let result = reply::parse(text, &categories());
    match (expected, result) {
        (Expected::Error(expected), Err(error)) => {
            let same = expected.error == error.kind()
                && (expected.line.is_none() || expected.line == error.line());
            let complete = reply::is_complete(text);
            let agrees = complete != matches!(error.kind(), "incomplete-reply" | "unclosed-think");
            (!same || !agrees || error.help().is_empty())
                .then(|| format!("got {error:?}, complete: {complete}"))
        }
        (Expected::Article(expected), Ok(parsed)) => {
            let article = parsed.article;
            let found = ExpectedArticle {
                title: article.title,
                description: article.description,
                tags: article.tags,
                categories: article.categories,
                body_first_line: article.body.lines().next().unwrap_or("").to_owned(),
                body_last_line: article.body.lines().last().unwrap_or("").to_owned(),
                notes: parsed
                    .notes
                    .iter()
                    .map(|note| note.rule.to_owned())
                    .collect(),
            };
            if !reply::is_complete(text) {
                return Some("an article came out of an incomplete reply".to_owned());
            }
            (found != *expected).then(|| format!("got {found:#?}\nin place of {expected:#?}"))
        }
        (_, result) => Some(format!("got {result:#?}")),
    }
}

#[test]
fn replies_become_the_articles_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replies");
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with(".gitattributes") {
            continue;
        }
        assert!(
            path.extension().is_some_and(|e| e == "txt" || e == "toml"),
            "{} is no part of a case",
            path.display()
        );
        names.insert(path.file_stem().unwrap().to_str().unwrap().to_owned());
    }
    assert!(names.len() >= 40, "only {} cases were found", names.len());

    let mut report = String::new();
    for name in &names {
        let read = |extension: &str| {
            std::fs::read_to_string(folder.join(format!("{name}.{extension}")))
                .unwrap_or_else(|error| panic!("{name}.{extension}: {error}"))
        };
        let expected = toml::from_str(&read("toml")).unwrap_or_else(|e| panic!("{name}: {e}"));
        if let Some(trouble) = run(&read("txt"), &expected) {
            writeln!(report, "{name}: {trouble}\n").unwrap();
        }
    }
    assert!(report.is_empty(), "{report}");
}

#[test]
fn a_runaway_reply_is_refused() {
    let reply = "a".repeat(LONGEST_REPLY + 1);
    let error = reply::parse(&reply, &[]).unwrap_err();
    assert_eq!(error.kind(), "reply-too-long");
    assert!(!reply::is_complete(&reply));
}

/// Each `tests/seams/<name>.md` says what it shows, and holds what there was of a reply, what came when the model was asked
/// to go on from it, and what both together are.
#[test]
fn seams_are_joined_as_their_cases_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seams");
    let mut wrong = String::new();
    let mut cases = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let part = |from: &str, to: &str| {
            let (_, rest) = text.split_once(from).unwrap();
            rest.split_once(to)
                .map_or(rest, |(part, _)| part)
                .to_owned()
        };
        let before = part("=== before\n", "=== after\n");
        let after = part("=== after\n", "=== joined\n");
        let joined = part("=== joined\n", "=== end\n");
        let is = reply::join(&before, before.len(), &after);
        if is != joined {
            let _ = writeln!(wrong, "{name}:\n{is}\nand not:\n{joined}");
        }
        cases += 1;
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(cases >= 12, "only {cases} cases");
}
