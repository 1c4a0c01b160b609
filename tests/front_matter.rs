//! Cases of editing front matter, one folder each: `before.md`, `changes.toml`, and `after.md` or `error.txt`.
//!
//! `changes.toml` names the rules (`zola` or `hugo`) and the changes in order: `remove = "a.b"`, or `set = "a.b"` with a
//! `value`. With `BLESS=1` in the environment the expectations are written instead of compared; read the diff then.

#![allow(clippy::disallowed_methods, reason = "tests prepare their own folders")]

#[path = "front_matter/properties.rs"]
mod properties;

use std::fs;
use std::path::{Path, PathBuf};

use postwright::front_matter::{Change, FrontMatter, SplitRules, Table, Value, edit, split};

#[test]
fn cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/front_matter");
    let bless = std::env::var_os("BLESS").is_some();
    let mut cases: Vec<PathBuf> = fs::read_dir(&root)
        .expect("cases")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    assert!(cases.len() >= 40, "only {} cases were found", cases.len());
    let failed: Vec<String> = cases
        .iter()
        .filter_map(|case| run(case, bless).err())
        .collect();
    assert!(
        failed.is_empty(),
        "{} cases failed\n\n{}",
        failed.len(),
        failed.join("\n\n")
    );
}

fn run(case: &Path, bless: bool) -> Result<(), String> {
    let name = case
        .file_name()
        .expect("name")
        .to_string_lossy()
        .into_owned();
    let read = |file: &str| {
        fs::read_to_string(case.join(file)).map_err(|error| format!("{name}/{file}: {error}"))
    };
    let before = read("before.md")?;
    let (rules, changes) = changes(&read("changes.toml")?);
    let (file, other, found) = match edit(&before, rules, &changes) {
        Ok(after) => {
            check_untouched(&before, &after, rules)
                .map_err(|reason| format!("{name}: {reason}"))?;
            ("after.md", "error.txt", after)
        }
        Err(error) => {
            let line = before[..error.span.start].matches('\n').count() + 1;
            let marked = &before[error.span.clone()];
            let help = error.help.as_deref().unwrap_or("-");
            let text = format!(
                "{}\nline {line}: {marked:?}\n{}\n{help}\n",
                error.kind.name(),
                error.message
            );
            ("error.txt", "after.md", text)
        }
    };
    if bless {
        let _ = fs::remove_file(case.join(other));
        fs::write(case.join(file), &found).expect("write");
        return Ok(());
    }
    if case.join(other).exists() {
        return Err(format!(
            "{name}: {other} was expected, but the result is {file}:\n{found}"
        ));
    }
    let expected = read(file)?;
    if found == expected {
        return Ok(());
    }
    Err(format!(
        "{name}/{file}\n--- expected\n{expected}\n--- found\n{found}"
    ))
}

/// The body and what precedes the block stay, and a second run of the same changes changes nothing.
fn check_untouched(before: &str, after: &str, rules: SplitRules) -> Result<(), String> {
    let old = split(before, rules).expect("split").expect("block");
    let new = split(after, rules).expect("split").expect("block");
    if before[..old.block.start] != after[..new.block.start]
        || before[old.body..] != after[new.body..]
    {
        return Err("bytes outside of the block changed".to_owned());
    }
    FrontMatter::parse(after, &new)
        .map(|_| ())
        .map_err(|error| error.message)
}

fn changes(text: &str) -> (SplitRules, Vec<Change>) {
    let document = format!("+++\n{text}\n+++\n");
    let found = split(&document, SplitRules::Hugo)
        .expect("split")
        .expect("block");
    let front = FrontMatter::parse(&document, &found).expect("changes.toml");
    let rules = match front.get(&["rules"]).and_then(Value::as_str) {
        Some("zola") => SplitRules::Zola,
        Some("hugo") => SplitRules::Hugo,
        other => panic!("rules must be zola or hugo, not {other:?}"),
    };
    let list = front
        .get(&["change"])
        .and_then(Value::as_array)
        .unwrap_or_default();
    (
        rules,
        list.iter()
            .map(|item| change(item.as_table().expect("table")))
            .collect(),
    )
}

fn change(item: &Table) -> Change {
    let path = |key: &str| {
        let path = item.get(key)?.as_str()?;
        Some(path.split('.').map(str::to_owned).collect::<Vec<_>>())
    };
    match (path("remove"), path("set")) {
        (Some(path), None) => Change::Remove { path },
        (None, Some(path)) => Change::Set {
            path,
            value: item.get("value").cloned().unwrap_or(Value::Null),
        },
        _ => panic!("a change is either remove or set"),
    }
}
