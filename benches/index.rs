//! How long the index of a large site takes, against reading and parsing its pages.
//!
//! `cargo bench --bench index` writes 100,000 pages into a temporary folder, reads and parses them (front matter and Markdown),
//! and then makes the index of them, both on one core and on all. It prints the ratio, which is to stay below 2.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a program for people who work on this one"
)]

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use postwright::content::{self, Page};
use postwright::disk::Folder;
use postwright::front_matter::{self, FrontMatter};
use postwright::generator;
use postwright::index::Index;
use postwright::markdown;
use postwright::site::Site;
use postwright::topic::Shelf;

const WORDS: [&str; 24] = [
    "server", "backup", "redis", "cache", "network", "timer", "kernel", "docker", "queue", "index",
    "query", "socket", "garden", "bread", "yeast", "tomato", "budget", "travel", "camera", "lens",
    "history", "treaty", "sleep", "posture",
];

fn main() {
    let count: usize = std::env::var("PAGES")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(100_000);
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), count);
    let files = Folder::new(dir.path());
    let site = generator::open(dir.path(), &files, None, None, |_| None).unwrap();
    let walk = content::walk(&site);
    assert_eq!(walk.pages.len(), count);
    let today = jiff::civil::date(2026, 11, 30);
    let read = |page: &Page| fs::read_to_string(&page.file).ok();

    // Once without a clock, so that the files are in memory for both.
    parse_all(&site, &walk.pages, 1);
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut best = f64::MAX;
    for _ in 0..3 {
        let one = timed(|| parse_all(&site, &walk.pages, 1));
        let all = timed(|| parse_all(&site, &walk.pages, cores));
        let index = timed(|| {
            let index = Index::read(&site, &walk.pages, &read, today);
            assert_eq!(index.pages().len(), count);
        });
        let ratio = index.as_secs_f64() / all.as_secs_f64();
        best = best.min(ratio);
        println!(
            "{count} pages: read and parsed in {one:.2?} on one core, {all:.2?} on {cores}; index in {index:.2?}; ratio {ratio:.2} on the same cores, {:.2} to one",
            index.as_secs_f64() / one.as_secs_f64()
        );
    }
    println!("best ratio on the same cores: {best:.2} (to stay below 2)");
    gate(&Index::read(&site, &walk.pages, &read, today));
}

/// How long it takes to look for pages with the topic of each of many stubs.
fn gate(index: &Index) {
    for share in [4, 2, 1] {
        let pages = &index.pages()[..index.pages().len() / share];
        let mut shelf = Shelf::new("en");
        let fill = timed(|| {
            for page in pages {
                shelf.add(page.name(), &page.path);
            }
        });
        let stubs = 1_000;
        let look = timed(|| {
            for stub in 0..stubs {
                let topic = format!(
                    "How do I set up a {} with a {}",
                    WORDS[stub % 24],
                    WORDS[stub / 24 % 24]
                );
                black_box(shelf.find(&topic, |_| true));
            }
        });
        println!(
            "gate: {} titles read in {fill:.2?}; {stubs} stubs looked up in {look:.2?}",
            pages.len()
        );
    }
}

fn timed(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// Reads every page and parses its front matter and its body, on so many threads.
fn parse_all(site: &Site, pages: &[Page], threads: usize) {
    let rules = site.generator.split_rules();
    thread::scope(|scope| {
        for part in pages.chunks(pages.len().div_ceil(threads)) {
            scope.spawn(move || {
                for page in part {
                    let text = fs::read_to_string(&page.file).unwrap();
                    let split = front_matter::split(&text, rules).unwrap().unwrap();
                    black_box(FrontMatter::parse(&text, &split).unwrap());
                    black_box(markdown::events(&text[split.body..]));
                }
            });
        }
    });
}

fn write(root: &Path, count: usize) {
    fs::write(
        root.join("config.toml"),
        "base_url = \"https://x.example\"\ntaxonomies = [{ name = \"tags\" }]\n",
    )
    .unwrap();
    for page in 0..count {
        let dir = root.join(format!("content/section{}", page / 1_000));
        if page % 1_000 == 0 {
            fs::create_dir_all(&dir).unwrap();
        }
        let word = |step: usize| WORDS[(page * 7 + step * step) % 24];
        let mut text = format!(
            "+++\ntitle = \"The {} and the {} of {} number {page}\"\ndescription = \"What a {} does\"\ndate = 2026-01-01\n[taxonomies]\ntags = [\"{}\", \"{}\"]\n+++\n",
            word(1),
            word(2),
            word(3),
            word(4),
            word(5),
            word(6)
        );
        for section in 0..6 {
            writeln!(
                text,
                "\n## Why a {} needs {}\n",
                word(section),
                word(section + 9)
            )
            .unwrap();
            for sentence in 0..8 {
                write!(text, "A {} is *slower* than a `{}` when the {} waits for [another page](@/section0/page{}.md). ", word(sentence), word(section), word(sentence + section), page / 2).unwrap();
            }
            text.push_str("\n\n```sh\nsystemctl restart thing\n```\n");
        }
        fs::write(dir.join(format!("page{page}.md")), text).unwrap();
    }
}
