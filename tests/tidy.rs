//! The rules of the house, as a test: which module may import which, that tables are complete, that guides name files
//! that exist.

#![allow(clippy::disallowed_methods, reason = "tests prepare their own folders")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use postwright::plan::State;

/// Which modules of the crate each module may name. Values know nothing, stages know values, edges know values,
/// `generate` is the one driver, `command` sees everything and nothing sees `command`.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    // values
    ("text", &[]),
    ("parallel", &[]),
    ("article", &[]),
    ("site", &["generator"]),
    ("finding", &["site"]),
    ("config", &["site", "text"]),
    // stages
    ("cli", &[]),
    ("front_matter", &[]),
    (
        "generator",
        &["site", "front_matter", "text", "markdown", "finding"],
    ),
    ("content", &["site", "generator", "finding", "text"]),
    ("stub", &["site", "front_matter", "text"]),
    // `record` for the values that describe a record, not for the store.
    ("plan", &["site", "stub", "text", "record"]),
    ("prompt", &[]),
    ("reply", &["article", "text"]),
    ("markdown", &[]),
    ("body", &["markdown", "generator", "finding", "text"]),
    (
        "post",
        &[
            "article",
            "body",
            "config",
            "finding",
            "front_matter",
            "markdown",
            "site",
            "stub",
            "text",
        ],
    ),
    ("merge", &["front_matter", "markdown", "text"]),
    // `content` for what a page is called and where it stands, not for the walk.
    (
        "check",
        &[
            "content",
            "body",
            "config",
            "finding",
            "front_matter",
            "generator",
            "markdown",
            "site",
            "text",
            "fix",
            "stub",
        ],
    ),
    // `check` for the outline of a page, `stub` for the options of one.
    (
        "index",
        &[
            "check",
            "content",
            "front_matter",
            "generator",
            "markdown",
            "parallel",
            "site",
            "stub",
            "text",
        ],
    ),
    ("topic", &["markdown"]),
    // `related` for the pages that are near each other.
    (
        "links",
        &[
            "finding",
            "generator",
            "index",
            "markdown",
            "related",
            "site",
            "topic",
        ],
    ),
    ("duplicates", &["index", "plan", "site", "stub", "topic"]),
    ("related", &["index", "markdown", "site", "stub", "topic"]),
    ("fix", &["finding"]),
    ("report", &["finding", "site", "text"]),
    // edges
    ("disk", &["site", "generator", "text"]),
    // `reply` for joining the parts of a reply that came in several.
    (
        "record",
        &["disk", "front_matter", "reply", "site", "stub", "text"],
    ),
    ("model", &["text"]),
    ("generate", &["model"]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file of the library with the top-level module it belongs to.
fn sources() -> Vec<(String, PathBuf, String)> {
    fn walk(dir: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(dir).expect("src is readable") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    let src = root().join("src");
    let mut files = Vec::new();
    walk(&src, &mut files);
    files.sort();
    files
        .into_iter()
        .map(|path| {
            let first = path
                .strip_prefix(&src)
                .expect("below src")
                .components()
                .next()
                .expect("a name");
            let module = Path::new(first.as_os_str())
                .file_stem()
                .expect("a stem")
                .to_string_lossy()
                .into_owned();
            let text = fs::read_to_string(&path).expect("UTF-8");
            (module, path, text)
        })
        .collect()
}

/// The part of a file that is not its unit tests.
fn without_tests(text: &str) -> &str {
    text.split("#[cfg(test)]").next().unwrap_or(text)
}

#[test]
fn modules_import_only_what_the_layers_allow() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_IMPORT.iter().copied().collect();
    let mut wrong = Vec::new();
    let mut used = BTreeSet::new();
    for (module, path, text) in sources() {
        // Unit tests in a file of their own are no part of the layers either.
        let is_tests = path.ends_with("tests.rs");
        if is_tests || ["main", "lib", "command"].contains(&module.as_str()) {
            continue;
        }
        let Some(may) = allowed.get(module.as_str()) else {
            wrong.push(format!(
                "{}: module `{module}` has no row in MAY_IMPORT",
                path.display()
            ));
            continue;
        };
        for (number, line) in without_tests(&text).lines().enumerate() {
            if line.trim_start().starts_with("//") {
                continue;
            }
            for rest in line.split("crate::").skip(1) {
                let names: Vec<&str> = match rest.strip_prefix('{') {
                    Some(list) => list
                        .split(['{', '}', ','])
                        .map(|name| name.trim().split("::").next().unwrap_or(""))
                        .collect(),
                    None => vec![
                        rest.split(|c: char| !(c.is_alphanumeric() || c == '_'))
                            .next()
                            .unwrap_or(""),
                    ],
                };
                for name in names.into_iter().filter(|name| !name.is_empty()) {
                    used.insert((module.clone(), name.to_owned()));
                    if name != module && !may.contains(&name) {
                        wrong.push(format!(
                            "{}:{}: `{module}` must not import `{name}`",
                            path.display(),
                            number + 1
                        ));
                    }
                }
            }
        }
    }
    for (module, may) in MAY_IMPORT {
        for name in *may {
            if !used.contains(&((*module).to_owned(), (*name).to_owned())) {
                wrong.push(format!(
                    "MAY_IMPORT lets `{module}` import `{name}`, which it does not"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_of_imports_names_modules_that_exist() {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
    for (module, _) in MAY_IMPORT {
        assert!(
            lib.contains(&format!("pub mod {module};")),
            "`{module}` is in MAY_IMPORT and not in lib.rs"
        );
    }
}

#[test]
fn async_stays_in_generate_and_model() {
    for (module, path, text) in sources() {
        if !["generate", "model"].contains(&module.as_str()) {
            assert!(
                !without_tests(&text).contains("async fn"),
                "{}: async belongs in generate and model",
                path.display()
            );
        }
    }
}

#[test]
fn guides_name_files_that_exist() {
    for guide in ["README.md", "CONTRIBUTING.md"] {
        let text = fs::read_to_string(root().join(guide)).expect(guide);
        for name in text.split('`').skip(1).step_by(2) {
            let is_path = ["src/", "tests/", "templates/", "site-example/", "xtask/"]
                .iter()
                .any(|top| name.starts_with(top));
            if is_path && !name.contains(['<', '*', ' ', '{']) {
                assert!(
                    root().join(name).exists(),
                    "{guide} names `{name}`, which does not exist"
                );
            }
        }
    }
}

/// Words that follow one of the calls that name a finding.
fn names_of_findings(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for call in [
        "Finding::new(",
        "Note::new(",
        " note(",
        "(note(",
        "Reason::new(",
    ] {
        for rest in text.split(call).skip(1) {
            if let Some(name) = rest.trim_start().strip_prefix('"') {
                names.extend(name.split('"').next().map(str::to_owned));
            }
        }
    }
    names
}

#[test]
fn every_finding_can_be_explained() {
    // Reasons why a stub is left alone are told as an error of the post, not as a finding.
    const REASONS: [&str; 7] = [
        "covered-already",
        "given-up",
        "max-posts",
        "looks-finished",
        "duplicate-topic",
        "no-record",
        "changed",
    ];
    let mut seen = BTreeSet::new();
    for (_, path, text) in sources() {
        for name in names_of_findings(without_tests(&text)) {
            let is_rule = postwright::check::find(&name).is_ok();
            assert!(
                is_rule
                    || postwright::check::elsewhere(&name).is_some()
                    || REASONS.contains(&name.as_str()),
                "{}: `{name}` is no rule, and not in the table of other findings (src/check/elsewhere.rs)",
                path.display()
            );
            seen.insert(name);
        }
    }
    for other in postwright::check::ELSEWHERE {
        // These two are chosen by the weight of the message.
        let is_chosen = other.name.starts_with("build-");
        assert!(
            is_chosen || seen.contains(other.name),
            "nothing makes the finding `{}`",
            other.name
        );
    }
}

/// A text with every run of blanks as one, so that it can be looked for whatever its lines are.
fn flowing(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn guides_tell_of_what_the_tables_hold() {
    let read = |name: &str| flowing(&fs::read_to_string(root().join(name)).expect(name));
    let (readme, changes) = (read("README.md"), read("CHANGELOG.md"));
    let names = |local: bool| {
        let rows = postwright::model::PROVIDERS.iter();
        let names = rows.filter(|row| row.is_local() == local);
        names
            .map(|row| format!("`{}`", row.name))
            .collect::<Vec<_>>()
            .join(", ")
    };
    let count = postwright::model::PROVIDERS.len();
    let providers = format!(
        "{count} providers are known by name, each with its address and the variable of its key: {}; and on your own \
         machine, without a key, {}.",
        names(false),
        names(true)
    );
    assert!(readme.contains(&providers), "README.md lacks: {providers}");
    let counted = format!("{count} providers are known by name");
    assert!(changes.contains(&counted), "CHANGELOG.md lacks: {counted}");

    let mut protocols: Vec<&str> = postwright::model::PROTOCOLS
        .iter()
        .map(|protocol| protocol.name())
        .collect();
    protocols.push("command");
    let line = format!(
        "protocol = \"{}\" # {}",
        protocols[0],
        protocols[1..].join(", ")
    );
    assert!(readme.contains(&line), "README.md lacks: {line}");

    // One row a state.
    let states = [
        State::Stub,
        State::Recorded,
        State::Covered,
        State::Partial,
        State::Damaged,
        State::Changed,
        State::Written,
        State::Edited,
        State::RecordMissing,
    ];
    for state in states {
        let row = format!("| `{}` |", state.as_str());
        assert_eq!(readme.matches(&row).count(), 1, "README.md: {row}");
    }
}

/// Options of other programs that the README names.
const FOREIGN: [&str; 2] = ["--release", "--path"];

#[test]
fn the_readme_names_options_that_exist() {
    let text = fs::read_to_string(root().join("README.md")).expect("README.md");
    let mut command = postwright::cli::Arguments::command();
    command.build();
    let below = command.get_subcommands();
    let below = below.flat_map(|command| command.get_subcommands().chain([command]));
    let known: BTreeSet<String> = below
        .chain([&command])
        .flat_map(clap::Command::get_arguments)
        .filter_map(|argument| argument.get_long().map(|long| format!("--{long}")))
        .collect();
    for word in text.split(|it: char| !(it.is_ascii_alphanumeric() || it == '-')) {
        let is_option = word.starts_with("--") && word.len() > 3 && !word.starts_with("---");
        if is_option && !FOREIGN.contains(&word) {
            assert!(known.contains(word), "README.md names {word}");
        }
    }
}
