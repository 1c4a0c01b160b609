//! Cases of merging a post that a person has edited with a new version of it, one folder each: `base.md`, `edited.md`,
//! `new.md`, and `merged.md` or `conflict.txt`. The name of the folder begins with the generator.
//!
//! With `BLESS=1` in the environment the expectations are written instead of compared; read the diff then.

#![allow(clippy::disallowed_methods, reason = "tests prepare their own folders")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

#[path = "merge/properties.rs"]
mod properties;

use std::fs;
use std::path::{Path, PathBuf};

use postwright::front_matter::SplitRules;
use postwright::merge::{Conflict, Outcome, Rules, Versions, merge};
use postwright::report::human;
use postwright::site::SitePath;
use postwright::stub::Provenance;

/// The rules of a generator.
fn rules(generator: &str) -> Rules<'static> {
    let is_hugo = generator == "hugo";
    Rules {
        split: if is_hugo {
            SplitRules::Hugo
        } else {
            SplitRules::Zola
        },
        keys_ignore_case: is_hugo,
        provenance: if is_hugo {
            &["params", "postwright"]
        } else {
            &["extra", "postwright"]
        },
        provenance_keys: Provenance::KEYS,
    }
}

#[test]
fn cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/merge");
    let bless = std::env::var_os("BLESS").is_some();
    let mut cases: Vec<PathBuf> = fs::read_dir(&root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    cases.sort();
    assert!(cases.len() >= 30, "only {} cases were found", cases.len());
    let failed: Vec<String> = cases
        .iter()
        .filter_map(|case| run(case, bless).err())
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

fn run(case: &Path, bless: bool) -> Result<(), String> {
    let name = case.file_name().unwrap().to_string_lossy().into_owned();
    let read = |file: &str| {
        fs::read_to_string(case.join(file)).map_err(|error| format!("{name}/{file}: {error}"))
    };
    let (base, edited, new) = (read("base.md")?, read("edited.md")?, read("new.md")?);
    let versions = Versions {
        base: &base,
        edited: &edited,
        new: &new,
    };
    let generator = name.split('-').next().unwrap();
    let (file, other, found) = match merge(versions, &rules(generator)) {
        Outcome::Merged(text) => ("merged.md", "conflict.txt", text),
        Outcome::Conflict(conflict) => ("conflict.txt", "merged.md", shown(&conflict)),
    };
    if bless {
        let _ = fs::remove_file(case.join(other));
        fs::write(case.join(file), &found).unwrap();
        return Ok(());
    }
    let expected = read(file).map_err(|error| format!("{error}\n--- found\n{found}"))?;
    if found == expected && !case.join(other).exists() {
        return Ok(());
    }
    Err(format!(
        "{name}/{file}\n--- expected\n{expected}\n--- found\n{found}"
    ))
}

/// What a person gets to see of a conflict.
fn shown(conflict: &Conflict) -> String {
    let path = SitePath::new("page.md");
    let diff = human::diff(&path, &conflict.edited, &conflict.new);
    format!("{}\n\n{diff}", conflict.places.join("\n"))
}
