//! What people see: each file in `tests/commands/` is a site, commands that are run in it one after the other, and what
//! they say. See `tests/commands/README.md`.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;

mod support;

use support::Sandbox;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// The small site below `tests/end_to_end/` that it starts from; none for an empty folder.
    site: Option<String>,
    /// Files to add to it: path and text.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Variables for the program.
    #[serde(default)]
    variables: BTreeMap<String, String>,
    run: Vec<Run>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    arguments: Vec<String>,
    /// The folder below the site that it is run in; the site's root where empty.
    #[serde(default)]
    folder: String,
    #[serde(default)]
    input: String,
    /// Variables for this command and those after it.
    #[serde(default)]
    variables: BTreeMap<String, String>,
    status: i32,
    /// Each stands on standard output, where `…` is anything.
    #[serde(default)]
    prints: Vec<String>,
    /// Each stands on standard error.
    #[serde(default)]
    says: Vec<String>,
    /// None stands on either.
    #[serde(default)]
    silent_about: Vec<String>,
    /// Files that are as they were before the first command.
    #[serde(default)]
    unchanged: Vec<String>,
    /// Files that are there afterwards, with text that they hold.
    #[serde(default)]
    holds: BTreeMap<String, Vec<String>>,
    /// Files that are not there afterwards.
    #[serde(default)]
    absent: Vec<String>,
}

#[test]
fn commands_say_what_is_recorded() {
    let folder = support::repository().join("tests/commands");
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    let mut wrong = Vec::new();
    let mut cases = 0;
    for path in names.iter().filter(|path| {
        path.extension()
            .is_some_and(|extension| extension == "toml")
    }) {
        cases += 1;
        let text = fs::read_to_string(path).unwrap();
        let case: Case =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        wrong.extend(
            play(&case)
                .into_iter()
                .map(|what| format!("{name}: {what}")),
        );
    }
    assert!(cases > 20);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn play(case: &Case) -> Vec<String> {
    let mut sandbox = match &case.site {
        Some(site) => Sandbox::with_site(&format!("tests/end_to_end/{site}")),
        None => Sandbox::with_files(&[("site/.keep", "")]),
    };
    for (path, text) in &case.files {
        sandbox.write(&format!("site/{path}"), text);
    }
    for (name, value) in &case.variables {
        sandbox.set(name, value);
    }
    let mut wrong = Vec::new();
    for run in &case.run {
        for (name, value) in &run.variables {
            sandbox.set(name, value);
        }
        let arguments: Vec<&str> = run.arguments.iter().map(String::as_str).collect();
        let said =
            sandbox.run_with_input_in(&format!("site/{}", run.folder), &arguments, &run.input);
        let shown = format!(
            "`{}`\n  stdout: {}\n  stderr: {}",
            run.arguments.join(" "),
            said.stdout,
            said.stderr
        );
        let mut complain = |what: String| wrong.push(format!("{what} by {shown}"));
        if said.status != run.status {
            complain(format!("status {} instead of {}", said.status, run.status));
        }
        for text in run
            .prints
            .iter()
            .filter(|text| !said.stdout.contains(*text))
        {
            complain(format!("not printed: {text}"));
        }
        for text in run.says.iter().filter(|text| !said.stderr.contains(*text)) {
            complain(format!("not said: {text}"));
        }
        for text in run
            .silent_about
            .iter()
            .filter(|text| said.stderr.contains(*text) || said.stdout.contains(*text))
        {
            complain(format!("said: {text}"));
        }
        for path in run
            .unchanged
            .iter()
            .filter(|path| read(&sandbox, path).as_ref() != case.files.get(*path))
        {
            complain(format!("changed: {path}"));
        }
        for path in run
            .absent
            .iter()
            .filter(|path| read(&sandbox, path).is_some())
        {
            complain(format!("there is: {path}"));
        }
        for (path, texts) in &run.holds {
            let found = read(&sandbox, path).unwrap_or_default();
            for text in texts.iter().filter(|text| !found.contains(*text)) {
                complain(format!("{path} does not hold: {text}\n{found}\n"));
            }
        }
    }
    wrong
}

fn read(sandbox: &Sandbox, path: &str) -> Option<String> {
    let path: &Path = &sandbox.path(&format!("site/{path}"));
    fs::read_to_string(path).ok()
}

#[test]
fn help_is_as_recorded() {
    let sandbox = Sandbox::with_files(&[("site/.keep", "")]);
    let mut all = sandbox.run(&["--help"]).expect(0).stdout;
    for command in [
        "demo",
        "init",
        "new",
        "status",
        "generate",
        "prompt",
        "accept",
        "check",
        "explain",
        "restore",
        "records",
        "records list",
        "records show",
        "records verify",
        "records prune",
        "completions",
    ] {
        let arguments: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        all.push_str(&format!(
            "\n======== {command}\n{}",
            sandbox.run(&arguments).expect(0).stdout
        ));
    }
    insta::with_settings!({ snapshot_path => "commands/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("help", all);
    });
}
