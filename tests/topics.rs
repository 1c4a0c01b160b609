//! How well the program tells a question asked in other words from another question.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use postwright::topic::{Reader, Shelf};

/// A pair of topics, and whether they ask the same.
struct Pair {
    language: String,
    is_same: bool,
    one: String,
    other: String,
}

fn pairs(file: &str) -> Vec<Pair> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/topics")
        .join(file);
    #[expect(clippy::disallowed_methods, reason = "tests read their cases")]
    let text = fs::read_to_string(path).expect("readable");
    text.lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| {
            let parts: Vec<&str> = line.split('|').map(str::trim).collect();
            let [kind, one, other] = parts.as_slice() else {
                panic!("{file}: {line}")
            };
            let (language, kind) = kind.split_once(": ").unwrap_or(("en", kind));
            assert!(["same", "other"].contains(&kind), "{file}: {line}");
            Pair {
                language: language.to_owned(),
                is_same: kind == "same",
                one: (*one).to_owned(),
                other: (*other).to_owned(),
            }
        })
        .collect()
}

/// Precision, recall, and what was wrong.
fn measure(file: &str) -> (f64, f64, String) {
    let (mut right, mut held, mut same) = (0u32, 0u32, 0u32);
    let mut misses = String::new();
    let pairs = pairs(file);
    let mut readers: BTreeMap<&str, Reader> = BTreeMap::new();
    for pair in &pairs {
        let reader = readers
            .entry(&pair.language)
            .or_insert_with_key(|language| Reader::new(language));
        let is_held = reader.are_same(&reader.read(&pair.one), &reader.read(&pair.other));
        held += u32::from(is_held);
        same += u32::from(pair.is_same);
        right += u32::from(is_held && pair.is_same);
        if is_held != pair.is_same {
            let what = if is_held {
                "taken for the same"
            } else {
                "not seen to be the same"
            };
            let _ = writeln!(misses, "  {what}: {} | {}", pair.one, pair.other);
        }
    }
    let (precision, recall) = (
        f64::from(right) / f64::from(held.max(1)),
        f64::from(right) / f64::from(same.max(1)),
    );
    let told = format!(
        "{file}: {} pairs, {same} the same; precision {precision:.3}, recall {recall:.3}\n{misses}",
        pairs.len()
    );
    (precision, recall, told)
}

#[test]
fn pairs_that_the_rules_were_chosen_by() {
    let (precision, recall, told) = measure("tuning.txt");
    print(&told);
    assert!(precision >= 0.98 && recall >= 0.88, "{told}");
}

#[test]
fn a_shelf_finds_what_is_the_same_among_others() {
    for file in ["tuning.txt", "held-out.txt"] {
        let pairs = pairs(file);
        for pair in &pairs {
            let reader = Reader::new(&pair.language);
            let (one, other) = (reader.read(&pair.one), reader.read(&pair.other));
            if reader.are_same(&one, &other) {
                for (there, asked) in [(&pair.one, &pair.other), (&pair.other, &pair.one)] {
                    let mut shelf = Shelf::new(&pair.language);
                    shelf.add("Something else", 0);
                    shelf.add(there, 1);
                    assert_eq!(shelf.find(asked, |_| true), Some(&1), "{there} | {asked}");
                }
            }
        }
    }
}

#[test]
fn numbers_and_readers_are_never_taken_for_others() {
    let (precision, recall, told) = measure("numbers-and-readers.txt");
    assert!(precision >= 1.0 && recall >= 1.0, "{told}");
}

#[test]
fn pairs_that_the_rules_were_not_chosen_by() {
    let (precision, recall, told) = measure("held-out.txt");
    print(&told);
    assert!(precision >= 0.95 && recall >= 0.8, "{told}");
}

#[expect(clippy::print_stdout, reason = "the figures are for people")]
fn print(told: &str) {
    println!("{told}");
}
