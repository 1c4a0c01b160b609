use std::path::{Path, PathBuf};

use jiff::civil::date;

use super::*;
use crate::content::Page;
use crate::generator::{self, memory};
use crate::stub::{Request, Table};

#[test]
fn words_say_something() {
    let found = |text: &str| words(text).into_keys().collect::<Vec<_>>().join(" ");
    assert_eq!(
        found("How do I back up the Indexes? index's"),
        "back index up"
    );
    assert_eq!(found("DNS für kleine Server"), "dns klein server");
    assert_eq!(found("Gitの競合を解決"), "git の競 を解 合を 競合 解決");
}

/// The pages of a small site on all kinds of things: name, title, tags, description.
const MIXED: [(&str, &str, &str, &str); 12] = [
    (
        "fsync",
        "What fsync promises, and what it does not",
        "linux, storage",
        "A write that returned is in memory, not on the disk. What fsync adds, what it costs, and the two places where people forget it.",
    ),
    (
        "sourdough",
        "A first sourdough loaf",
        "baking, bread",
        "From a jar of flour and water to a loaf, with all the times.",
    ),
    (
        "shelf",
        "Hanging a shelf on a plaster wall",
        "diy, wood",
        "Which plugs hold, and how much weight a board takes.",
    ),
    (
        "tomatoes",
        "Growing tomatoes on a balcony",
        "gardening",
        "Pots, soil and water for plants with little room.",
    ),
    (
        "redis",
        "Redis persistence: RDB and AOF",
        "redis, storage",
        "Which of the two loses less when the power goes.",
    ),
    (
        "dns",
        "What happens in a DNS lookup",
        "dns, networking",
        "From the name to the address, step by step.",
    ),
    (
        "porto",
        "Four days in Porto",
        "travel",
        "Where to eat, what to see, and how to get around on foot.",
    ),
    (
        "budget",
        "A household budget in one evening",
        "money",
        "How to see where the money goes, and how to keep it.",
    ),
    (
        "bike",
        "Changing a bicycle tube",
        "diy, cycling",
        "What to carry, and the order in which it goes.",
    ),
    (
        "sleep",
        "Why we need sleep",
        "health",
        "What the brain does at night, and how many hours it takes.",
    ),
    (
        "git",
        "Undoing things in Git",
        "git",
        "Revert, reset and restore, and when each of them is right.",
    ),
    (
        "rust",
        "Ownership in Rust",
        "rust, memory",
        "Who frees the memory of a value, and when.",
    ),
];

/// What is offered of a small site to a stub with this topic and these notes.
fn offered(topic: &str, brief: &str, tags: &[&str]) -> Vec<String> {
    let config = "base_url = \"x\"\ntaxonomies = [{ name = \"tags\" }]\n";
    let folder = memory(&[("config.toml", config)]);
    let site = generator::open(Path::new("/s"), &folder, None, None, |_| None).expect("a site");
    let files: Vec<Page> = MIXED
        .iter()
        .map(|(name, ..)| Page {
            path: SitePath::new(format!("content/{name}.md")),
            file: PathBuf::new(),
            root: 0,
            below: format!("{name}.md"),
            language: "en".to_owned(),
        })
        .collect();
    let read = |page: &Page| {
        let (_, title, tags, description) = MIXED
            .iter()
            .find(|(name, ..)| page.below == format!("{name}.md"))?;
        let tags: Vec<String> = tags.split(", ").map(|tag| format!("\"{tag}\"")).collect();
        Some(format!(
            "+++\ntitle = \"{title}\"\ndescription = \"{description}\"\n[taxonomies]\ntags = [{}]\n+++\nText.\n",
            tags.join(", ")
        ))
    };
    let index = Index::read(&site, &files, &read, date(2026, 11, 30));
    let request = Request {
        topic: topic.to_owned(),
        brief: brief.to_owned(),
        ..Request::default()
    };
    let path = SitePath::new("content/new.md");
    let stub = Stub::new(
        path,
        PathBuf::new(),
        "en",
        "en",
        request,
        Table::new(),
        String::new(),
    );
    let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
    let found = Related::new(&index, &site);
    let found = found.of(&stub, &tags);
    found
        .iter()
        .map(|page| page.below.trim_end_matches(".md").to_owned())
        .collect()
}

#[test]
fn nothing_far_fetched_is_offered_in_a_small_site() {
    let mut wrong = Vec::new();
    for (topic, brief, tags, expected) in [
        (
            "How do I build a shelf that carries a hundred books?",
            "Say what it costs, what people forget, in which places a board breaks, and what a plug promises. No power tools.",
            &[][..],
            &["shelf"][..],
        ),
        (
            "A weekend in Lisbon on a small budget",
            "Where to eat. No museums.",
            &["travel"],
            &["porto", "budget"],
        ),
        (
            "Backing up a small server with restic",
            "The disk may die. Say what it costs.",
            &["backup", "storage"],
            &["fsync", "redis"],
        ),
        (
            "How to keep houseplants alive in winter",
            "Little light, little water.",
            &["gardening"],
            &["tomatoes"],
        ),
        (
            "Which data structures does Redis have?",
            "",
            &[],
            &["redis"],
        ),
        (
            "Why does Rust have lifetimes?",
            "Memory that is freed too early.",
            &["rust"],
            &["rust"],
        ),
        (
            "How do I patch a bicycle tube?",
            "On the road.",
            &[],
            &["bike"],
        ),
        (
            "The history of the zip fastener",
            "Who needed it, and when it was right.",
            &[],
            &[],
        ),
        (
            "How many hours of daylight do hens need?",
            "In winter; what it costs.",
            &["poultry"],
            &[],
        ),
    ] {
        let mut found = offered(topic, brief, tags);
        found.sort();
        let mut expected: Vec<&str> = expected.to_vec();
        expected.sort_unstable();
        if found != expected {
            wrong.push(format!("{topic} {found:?} and not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
