//! Random edits of a person against random new versions of a post: a merge is either clean, with all that both sides have
//! done, or a conflict.
//!
//! What is right is worked out here from sets of lines and keys, by other means than the merge's own. Nearly every line
//! and value is there once and has a number of its own, so its fate is known exactly.

use std::collections::{BTreeMap, BTreeSet};

use postwright::front_matter::{Format, FrontMatter, Table, Value, split};
use postwright::merge::{Conflict, Outcome, Rules, Versions, merge};

use super::rules;
use dice::Dice;
use page::{Dialect, Page};

#[path = "dice.rs"]
mod dice;
#[path = "notation.rs"]
mod notation;
#[path = "page.rs"]
mod page;
#[path = "strange.rs"]
mod strange;

/// Edits in all, over the dialects.
const EDITS: u64 = 10_000;
const DIALECTS: [Dialect; 5] = [
    Dialect {
        generator: "zola",
        format: Format::Toml,
    },
    Dialect {
        generator: "zola",
        format: Format::Yaml,
    },
    Dialect {
        generator: "hugo",
        format: Format::Toml,
    },
    Dialect {
        generator: "hugo",
        format: Format::Yaml,
    },
    Dialect {
        generator: "hugo",
        format: Format::Json,
    },
];

/// One edit of so many is also merged with what everybody knows the outcome of.
const KNOWN: u64 = 5;

/// What came of all edits.
#[derive(Debug, Default)]
struct Tally {
    merged: u64,
    conflicts: u64,
    human_lines: u64,
    lost: u64,
    back: u64,
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.merged += other.merged;
        self.conflicts += other.conflicts;
        self.human_lines += other.human_lines;
        self.lost += other.lost;
        self.back += other.back;
    }
}

#[test]
fn no_line_of_a_person_is_lost() {
    // Two at a time, each with every other edit.
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let halves = [0, 1].map(|first| {
            scope.spawn(move || {
                let mut tally = Tally::default();
                for seed in (first..EDITS).step_by(2) {
                    one(
                        seed,
                        DIALECTS[usize::try_from(seed / 2).unwrap() % DIALECTS.len()],
                        &mut tally,
                    );
                }
                tally
            })
        });
        for half in halves {
            tally.add(&half.join().unwrap());
        }
    });
    println!(
        "{EDITS} edits: {} merged, {} in conflict, {} human lines\nlost human lines: {}\nremoved lines that came back: {}",
        tally.merged, tally.conflicts, tally.human_lines, tally.lost, tally.back
    );
    assert_eq!((tally.lost, tally.back), (0, 0));
    // Neither merging nothing nor everything would prove anything.
    assert!(
        tally.merged > EDITS / 4 && tally.conflicts > EDITS / 20,
        "{tally:?}"
    );
}

fn one(seed: u64, dialect: Dialect, tally: &mut Tally) {
    let mut dice = Dice::new(seed);
    let written = Page::written(&mut dice);
    let base = written.text(dialect);
    let new = written.renewed(&mut dice).text(dialect);
    let edited = written.edited(&mut dice, dialect);
    let rules = rules(dialect.generator);
    let versions = Versions {
        base: &base,
        edited: &edited,
        new: &new,
    };
    let told = || {
        format!("seed {seed}, {dialect:?}\n--- base\n{base}\n--- edited\n{edited}\n--- new\n{new}")
    };

    if (seed / 10).is_multiple_of(KNOWN) {
        identities(&versions, &rules, &told);
    }
    match merge(versions, &rules) {
        Outcome::Merged(text) => {
            tally.merged += 1;
            let told = || format!("{}\n--- merged\n{text}", told());
            keys(&versions, &text, &rules, &told);
            lines(&versions, &text, &rules, tally, &told);
            order(&edited, &text, &rules, &told);
            let again = Versions {
                base: &new,
                edited: &text,
                new: &new,
            };
            assert_eq!(
                merge(again, &rules),
                Outcome::Merged(text.clone()),
                "{}",
                told()
            );
        }
        Outcome::Conflict(Conflict {
            places,
            edited: mine,
            ..
        }) => {
            tally.conflicts += 1;
            assert!(!places.is_empty() && places.iter().all(|place| !place.is_empty()));
            // What is shown as the person's side has all that is the person's.
            let [was, edited, shown] =
                [&base, &edited, &mine].map(|text| count(body(text, &rules)));
            for (line, number) in edited {
                let is_new = !was.contains_key(&line);
                assert!(
                    !is_new || shown.get(&line) >= Some(&number),
                    "`{line}` is not shown: {}",
                    told()
                );
            }
        }
    }
}

/// Merges of which everybody knows what comes of them.
fn identities(versions: &Versions<'_>, rules: &Rules<'_>, told: &dyn Fn() -> String) {
    let Versions { base, edited, new } = *versions;
    let nothing_new = Versions {
        base,
        edited,
        new: base,
    };
    assert_eq!(
        merge(nothing_new, rules),
        Outcome::Merged(edited.to_owned()),
        "nothing new: {}",
        told()
    );
    let done_already = Versions {
        base,
        edited: new,
        new,
    };
    assert_eq!(
        merge(done_already, rules),
        Outcome::Merged(new.to_owned()),
        "done already: {}",
        told()
    );
    let not_edited = Versions {
        base,
        edited: base,
        new,
    };
    let Outcome::Merged(text) = merge(not_edited, rules) else {
        panic!("not edited, and in conflict: {}", told());
    };
    assert_eq!(
        flat(&text, rules),
        flat(new, rules),
        "not edited: {}",
        told()
    );
    assert_eq!(
        body(&text, rules).trim(),
        body(new, rules).trim(),
        "not edited: {}",
        told()
    );
}

/// Each key has the value of the side that changed it.
fn keys(versions: &Versions<'_>, merged: &str, rules: &Rules<'_>, told: &dyn Fn() -> String) {
    let [base, edited, new, merged] =
        [versions.base, versions.edited, versions.new, merged].map(|text| flat(text, rules));
    let all: BTreeSet<&String> = [&base, &edited, &new, &merged]
        .iter()
        .flat_map(|flat| flat.keys())
        .collect();
    for key in all {
        let [was, mine, other, now] = [&base, &edited, &new, &merged].map(|flat| flat.get(key));
        let meant = if mine == was { other } else { mine };
        // A person's wording stands, whatever a new reply calls it.
        let is_worded = matches!(key.as_str(), "title" | "description")
            && [was, mine, other].iter().all(Option::is_some);
        assert!(
            mine == was || other == was || mine == other || is_worded,
            "`{key}` is in conflict: {}",
            told()
        );
        assert_eq!(now, meant, "`{key}`: {}", told());
    }
}

/// Each line is there if a side has added it, or neither has taken it away.
fn lines(
    versions: &Versions<'_>,
    merged: &str,
    rules: &Rules<'_>,
    tally: &mut Tally,
    told: &dyn Fn() -> String,
) {
    let [base, edited, new, now] =
        [versions.base, versions.edited, versions.new, merged].map(|text| count(body(text, rules)));
    let has =
        |counts: &BTreeMap<String, usize>, line: &String| counts.get(line).copied().unwrap_or(0);
    for line in [&base, &edited, &new]
        .iter()
        .flat_map(|counts| counts.keys())
        .collect::<BTreeSet<_>>()
    {
        let (was, mine, other, now) = (
            has(&base, line),
            has(&edited, line),
            has(&new, line),
            has(&now, line),
        );
        tally.human_lines += u64::from(mine > was);
        if was > 1 || mine > 1 || other > 1 {
            // Copies cannot be told apart; as many as the person has added have to be there at least.
            if now < mine.saturating_sub(was) {
                tally.lost += 1;
                println!("lost `{line}`: {}", told());
            }
            continue;
        }
        let meant = (mine > 0 && other > 0) || (mine > was) || (other > was);
        if mine > 0 && meant && now == 0 {
            tally.lost += 1;
            println!("lost `{line}`: {}", told());
        } else if meant && now == 0 {
            panic!("`{line}` of the new version is missing: {}", told());
        } else if !meant && mine == 0 && now > 0 {
            tally.back += 1;
            println!("`{line}` is back: {}", told());
        }
    }
    // Comments are no values: they are looked for as they are.
    let comments = |text: &str| -> BTreeSet<String> {
        let front = &text[..text.len() - body(text, rules).len()];
        front
            .split('#')
            .skip(1)
            .map(|rest| rest.split(['\r', '\n']).next().unwrap().trim().to_owned())
            .collect()
    };
    let (was, now) = (comments(versions.base), comments(merged));
    for comment in comments(versions.edited).difference(&was) {
        tally.human_lines += 1;
        if !now.contains(comment) {
            tally.lost += 1;
            println!("lost the comment `{comment}`: {}", told());
        }
    }
}

/// What the person has in the front matter stands in the person's order.
fn order(edited: &str, merged: &str, rules: &Rules<'_>, told: &dyn Fn() -> String) {
    let [mine, now] = [edited, merged].map(|text| {
        let front = &text[..text.len() - body(text, rules).len()];
        front.lines().map(str::trim_end).collect::<Vec<_>>()
    });
    let is_in = |line: &&str, lines: &[&str]| {
        !line.is_empty() && lines.iter().filter(|other| *other == line).count() == 1
    };
    let both = |lines: &[&str]| -> Vec<String> {
        let shared = lines
            .iter()
            .filter(|line| is_in(line, &mine) && is_in(line, &now));
        shared.map(|line| (*line).to_owned()).collect()
    };
    assert_eq!(both(&now), both(&mine), "the order: {}", told());
}

fn count(text: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for line in text
        .lines()
        .flat_map(|line| line.split('\r'))
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        *counts.entry(line.to_owned()).or_default() += 1;
    }
    counts
}

fn body<'a>(text: &'a str, rules: &Rules<'_>) -> &'a str {
    let found = split(text, rules.split).unwrap().unwrap();
    &text[found.body..]
}

/// All values by the names of their keys, without the provenance.
fn flat(text: &str, rules: &Rules<'_>) -> BTreeMap<String, String> {
    fn walk(table: &Table, path: &str, out: &mut BTreeMap<String, String>) {
        for (key, value) in table {
            let path = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}.{key}")
            };
            match value {
                Value::Table(inner) => walk(inner, &path, out),
                // Dates are text to some notations.
                Value::Date(text) | Value::String(text) => {
                    drop(out.insert(path, format!("{text:?}")));
                }
                value => drop(out.insert(path, format!("{value:?}"))),
            }
        }
    }
    let found = split(text, rules.split).unwrap().unwrap();
    let front = FrontMatter::parse(text, &found).unwrap();
    let mut out = BTreeMap::new();
    walk(front.table(), "", &mut out);
    let table = rules.provenance.join(".");
    out.retain(|key, _| {
        !rules
            .provenance_keys
            .iter()
            .any(|name| *key == format!("{table}.{name}"))
    });
    out
}
