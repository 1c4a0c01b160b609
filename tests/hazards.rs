//! The promise of `check`, held against the real generators: each file below `tests/hazards/` is a page and what Zola 0.17,
//! 0.22, 0.23 and Hugo make of it. `tests/hazards/README.md` explains the format, and how a case is added.
//!
//! `SNAPSHOTS=overwrite cargo test --test hazards` records the verdicts and the fixes anew; `HAZARDS=text` takes only the
//! cases whose name contains the text.

#![allow(
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde::Deserialize;

#[path = "hazards/case.rs"]
mod case;
#[path = "hazards/generator.rs"]
mod generator;
#[path = "hazards/page.rs"]
mod page;
mod support;

use case::{Case, Verdict};
use generator::Generator;
use page::{Checked, Page, in_parallel};

/// The recorded verdicts are still those of the real generators, and the pages put right are right.
#[test]
fn verdicts_are_those_of_the_real_generators() {
    let cases = case::all();
    let wrong = in_parallel(&cases, &Generator::real(), |case, generator| {
        let (verdict, why) = Page::of(case, generator).build(case, generator);
        let recorded = case.verdict.get(&generator).copied();
        let varies = case.verdict_varies.contains(&generator);
        // What is refused at one time may be fine at another; what is not refused never is.
        let is_like = |recorded| recorded == Verdict::Refused || verdict != Verdict::Refused;
        let is_same = recorded == Some(verdict) || varies && recorded.is_some_and(is_like);
        if !is_same && overwrites() {
            record_verdict(case, generator, verdict);
        } else if !is_same {
            let recorded = recorded.map_or("nothing", Verdict::name);
            let verdict = verdict.name();
            return Some(format!("{verdict}, but recorded is {recorded}\n{why}"));
        }
        let (verdict, why) = Page::fixed(case, generator)?.build(case, generator);
        (verdict != Verdict::Fine).then(|| format!("put right, still {}\n{why}", verdict.name()))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the generator refuses is an error, what it garbles at least a warning, and what is fine no error.
#[test]
fn check_says_what_the_generators_do() {
    let unknowable = Exceptions::read("unknowable.toml");
    let cases = case::all();
    let wrong = in_parallel(&cases, &Generator::ALL, |case, generator| {
        let verdict = *case.verdict.get(&generator)?;
        let checked = Page::of(case, generator).check(&[]);
        let is_right = match verdict {
            Verdict::Refused => checked.errors > 0,
            Verdict::Garbled => checked.errors + checked.warnings > 0,
            Verdict::Fine => checked.errors == 0,
        };
        let said = checked.shown;
        match (is_right, unknowable.has(&case.id, generator)) {
            (true, true) => Some("it is listed as unknowable, and check knows it".to_owned()),
            (false, false) => Some(format!("{}, but check says: {said}", verdict.name())),
            _ => None,
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    unknowable.are_cases(&cases);
}

/// A page that is right gives neither an error nor a warning.
#[test]
fn good_pages_give_no_alarm() {
    let alarms = Exceptions::read("alarms.toml");
    let cases = case::all();
    let wrong = in_parallel(&cases, &Generator::real(), |case, generator| {
        let checked = Page::fixed(case, generator)?.check(&[]);
        match (checked.is_clean(), alarms.has(&case.id, generator)) {
            (true, true) => Some("it is listed as a false alarm, and there is none".to_owned()),
            (false, false) => Some(format!("put right, check says: {}", checked.shown)),
            _ => None,
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    alarms.are_cases(&cases);
}

/// What `check` passes after `check --fix`, the real generator builds, and it shows what was meant; a page that was fine
/// stays so. Which pages are saved in this way is recorded in `fixes.toml`.
#[test]
fn fixes_lead_to_the_page_that_was_meant() {
    let other_ways = Exceptions::read("other-ways.toml");
    let cases = case::all();
    let fixed = std::sync::Mutex::new(BTreeMap::<String, BTreeSet<&str>>::new());
    let wrong = in_parallel(&cases, &Generator::real(), |case, generator| {
        let page = Page::of(case, generator);
        let before = *case.verdict.get(&generator)?;
        let Checked { page, .. } = page.check(&["--fix"]);
        let checked = page.check(&[]);
        let is_listed = other_ways.has(&case.id, generator);
        if !checked.is_clean() && before != Verdict::Fine {
            return is_listed.then(|| "it is listed, but check does not pass it".to_owned());
        }
        let (after, why) = page.build(case, generator);
        match (after == Verdict::Fine, is_listed) {
            (true, true) => Some("it is listed as fixed in another way, and is fine".to_owned()),
            (false, false) => Some(format!(
                "check passes it after --fix, and it is {}\n{why}\n{}",
                after.name(),
                page.show(case, generator)
            )),
            (true, false) if before != Verdict::Fine => {
                let mut fixed = fixed.lock().unwrap();
                let generators = fixed.entry(case.id.clone()).or_default();
                generators.insert(generator.name());
                None
            }
            _ => None,
        }
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    other_ways.are_cases(&cases);
    compare_fixes(&cases, &fixed.into_inner().unwrap());
}

/// A list of cases with the reason why a test expects something else of them.
struct Exceptions {
    file: &'static str,
    cases: BTreeMap<String, Exception>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    generators: Vec<Generator>,
    reason: String,
}

impl Exceptions {
    fn read(file: &'static str) -> Self {
        let path = support::repository().join("tests/hazards").join(file);
        let text = fs::read_to_string(path).unwrap();
        let cases: BTreeMap<_, Exception> =
            toml::from_str(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
        for (id, exception) in &cases {
            assert!(!exception.reason.is_empty(), "{file}: {id} has no reason");
        }
        Self { file, cases }
    }

    fn has(&self, id: &str, generator: Generator) -> bool {
        let case = self.cases.get(id);
        case.is_some_and(|case| case.generators.contains(&generator))
    }

    /// Fails where the list names what is no case.
    fn are_cases(&self, cases: &[Case]) {
        let known: BTreeSet<_> = cases.iter().map(|case| case.id.as_str()).collect();
        let is_whole = std::env::var_os("HAZARDS").is_none();
        let strange = self.cases.keys().find(|id| !known.contains(id.as_str()));
        assert!(
            !is_whole || strange.is_none(),
            "{}: {strange:?} is no case",
            self.file
        );
    }
}

fn overwrites() -> bool {
    std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite")
}

/// Writes a verdict into the file of the case.
fn record_verdict(case: &Case, generator: Generator, verdict: Verdict) {
    // One file at a time: several generators may differ in one case.
    static ONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _guard = ONE.lock().unwrap();
    let mut document: toml_edit::DocumentMut =
        fs::read_to_string(&case.file).unwrap().parse().unwrap();
    let table = document
        .entry("verdict")
        .or_insert_with(|| toml_edit::Item::Table(toml_edit::Table::new()));
    table[generator.name()] = toml_edit::value(verdict.name());
    fs::write(&case.file, document.to_string()).unwrap();
}

/// Compares the pages that `check --fix` saves with those of the last time.
fn compare_fixes(cases: &[Case], fixed: &BTreeMap<String, BTreeSet<&str>>) {
    let path = support::repository().join("tests/hazards/fixes.toml");
    let old = fs::read_to_string(&path).unwrap();
    let comment: String = old
        .lines()
        .take_while(|line| line.starts_with('#'))
        .fold(String::new(), |text, line| text + line + "\n");
    let recorded: BTreeMap<String, BTreeSet<String>> = toml::from_str(&old).unwrap();
    let ran: Vec<&str> = Generator::real().into_iter().map(Generator::name).collect();
    let mut differences = Vec::new();
    let mut lines = String::new();
    let ids: BTreeSet<&String> = cases.iter().map(|case| &case.id).collect();
    for id in ids {
        let then = recorded.get(id).cloned().unwrap_or_default();
        // Of a generator that cannot be run here, the last word stands.
        let not_run = then.iter().filter(|name| !ran.contains(&name.as_str()));
        let mut now: BTreeSet<String> = not_run.cloned().collect();
        let saved = fixed.get(id).into_iter().flatten();
        now.extend(saved.map(|name| (*name).to_owned()));
        if now != then {
            differences.push(format!("{id}: {then:?} is now {now:?}"));
        }
        if !now.is_empty() {
            lines += &format!("{id} = {:?}\n", now.iter().collect::<Vec<_>>());
        }
    }
    if overwrites() {
        assert!(std::env::var_os("HAZARDS").is_none(), "only all together");
        fs::write(&path, comment + &lines).unwrap();
        return;
    }
    assert!(
        differences.is_empty(),
        "SNAPSHOTS=overwrite records which pages --fix saves:\n{}",
        differences.join("\n")
    );
}
