//! How long `status` takes for a large site, as a multiple of what it takes to walk the same folders and read the same
//! files: 100,000 pages in one folder, among them 5,000 posts with their records and 100 stubs. Both are timed in turn in one
//! run, so that the ratio means the same on any machine; it is that of the fastest rounds.
//!
//! `cargo bench --bench status`; a number behind `--` is the number of pages. The site is made in the folder for temporary
//! files: where that disk is slow, `TMPDIR=/dev/shm` is faster.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a program of its own, which prints what it measured"
)]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use postwright::disk::Root;
use postwright::post;
use postwright::record::{Asked, NewRecord, Outcome, Store};
use postwright::site::SitePath;
use postwright::stub::{Options, Provenance};

/// What is promised.
const MOST: f64 = 2.0;
const ROUNDS: usize = 5;

fn main() {
    let pages = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(100_000);
    let dir = tempfile::tempdir().unwrap();
    let (posts, stubs) = (pages / 20, pages / 1000);
    println!("making {pages} pages, {posts} of them posts with records, {stubs} of them stubs");
    make(dir.path(), pages, posts, stubs);

    let (mut plain, mut status, mut memory) = (Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let (files, bytes) = read_everything(dir.path());
        plain.push(started.elapsed());
        let started = Instant::now();
        memory = memory.max(run(dir.path(), posts, stubs));
        status.push(started.elapsed());
        println!(
            "{files} files of {} MB: read in {:.2?}, `status` in {:.2?}",
            bytes / 1_000_000,
            plain.last().unwrap(),
            status.last().unwrap()
        );
    }
    let least = |times: &[Duration]| times.iter().min().unwrap().as_secs_f64();
    let ratio = least(&status) / least(&plain);
    println!(
        "`status` takes {ratio:.2} times as long as reading, and {memory} MB of memory at most"
    );
    assert!(ratio <= MOST, "more than {MOST} times");
}

/// The plain walk: every file below the folder, one after the other, whole.
fn read_everything(dir: &Path) -> (usize, usize) {
    let (mut files, mut bytes) = (0, 0);
    for entry in walkdir::WalkDir::new(dir) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            bytes += fs::read(entry.path()).unwrap().len();
            files += 1;
        }
    }
    (files, bytes)
}

/// Runs the program, sees that it lists as many pages as it should, and gives its memory at its peak in MB.
fn run(dir: &Path, posts: usize, stubs: usize) -> u64 {
    let out = tempfile::NamedTempFile::new().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_postwright"))
        .args(["status", "--root"])
        .arg(dir)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(out.reopen().unwrap())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut memory = 0;
    let status = loop {
        memory = memory.max(peak(child.id()));
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    assert!(status.success());
    let text = fs::read_to_string(out.path()).unwrap();
    let of = |state: &str| text.lines().filter(|line| line.starts_with(state)).count();
    assert_eq!((of("written"), of("stub")), (posts, stubs));
    memory
}

/// The most memory that a process has had, in MB; 0 where the system does not tell.
fn peak(id: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1000
}

fn make(dir: &Path, pages: usize, posts: usize, stubs: usize) {
    fs::write(
        dir.join("config.toml"),
        "base_url = \"https://example.org\"\ntaxonomies = [{ name = \"tags\" }]\n",
    )
    .unwrap();
    let files = postwright::disk::Folder::new(dir);
    fs::create_dir(dir.join("content")).unwrap();
    let site = postwright::generator::open(dir, &files, None, None, |_| None).unwrap();
    let store = Store::new(Root::open(dir).unwrap());
    fs::create_dir(dir.join("content/posts")).unwrap();
    for number in 0..pages {
        let path = format!("content/posts/page-{number}.md");
        let text = if number < posts {
            let reply = make_record(&store, number);
            let page = format!(
                "+++\ntitle = \"Post {number}\"\ndescription = \"About {number}\"\ndate = 2026-11-22\n\n[taxonomies]\ntags = [\"coast\"]\n+++\n{}",
                body(number)
            );
            let provenance = Provenance {
                topic: format!("Topic {number}"),
                model: "openai/some-model".to_owned(),
                generated: "2026-11-22T23:05:00Z".to_owned(),
                reply,
                stub: "0".repeat(32),
                for_generator: "zola".to_owned(),
                ..Provenance::default()
            };
            post::sign(&page, &site, provenance).unwrap().0
        } else if number < posts + stubs {
            format!("+++\ntopic = \"Question {number}\"\ndraft = true\n+++\nNotes.\n")
        } else {
            format!(
                "+++\ntitle = \"Page {number}\"\ndate = 2020-01-01\n+++\n{}",
                body(number)
            )
        };
        fs::File::create(dir.join(path))
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .unwrap();
    }
}

fn body(number: usize) -> String {
    format!("A paragraph of page {number} on wind and water. ").repeat(80)
}

/// A record as the program writes it, with the same bytes.
fn make_record(store: &Store, number: usize) -> String {
    let record = NewRecord {
        asked_for: Asked {
            path: SitePath::new(format!("content/page-{number}.md")),
            topic: format!("Topic {number}"),
            brief: String::new(),
            options: Options::default(),
            language: "en".to_owned(),
            provider: "openai".to_owned(),
            model: "some-model".to_owned(),
            asked: "2026-11-22T23:05:00Z".parse().unwrap(),
            prompt: None,
            offered: Vec::new(),
        },
        outcome: Outcome::default(),
        reply: format!(
            "TITLE: Post {number}\nMETA_DESCRIPTION: About {number}\nTAGS: coast\nCATEGORIES: Other\nMARKDOWN_POST_CONTENT:\n{}\n</EndOfText>\n",
            body(number)
        ),
    };
    store.write(&record).unwrap().to_string()
}
