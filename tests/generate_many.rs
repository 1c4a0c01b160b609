//! A long run against a server that fails in every way in turn: each stub becomes a post, nothing is asked for more often
//! than it failed, and the memory of the program does not grow with the number of posts.

#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that fails should say where"
)]

use std::collections::HashMap;
use std::fs;
use std::process::Child;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::Value;

mod support;

use support::server::{Play, Seen, Server, plays, topic_of};
use support::{Sandbox, said};

/// What goes wrong with one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    TooMany,
    Overloaded,
    Broken,
    BadGateway,
    Closed,
    Cut,
    Stalled,
}

const FREE: [Fault; 2] = [Fault::TooMany, Fault::Overloaded];
const PERHAPS_PAID: [Fault; 4] = [Fault::Broken, Fault::BadGateway, Fault::Closed, Fault::Cut];

/// Numbers that look like chance and are the same each time (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((bits ^ (bits >> 31)) % limit).unwrap()
    }
}

/// The faults before each stub's reply: some that are free, and at most one that may have been paid for.
fn plan(stubs: usize, seed: u64) -> Vec<Vec<Fault>> {
    let mut chance = Chance(seed);
    let one = |stub: usize| {
        let mut faults = Vec::new();
        for _ in 0..[0, 0, 0, 0, 0, 0, 1, 2][chance.below(8)] {
            faults.push(FREE[chance.below(2)]);
        }
        if stub % 60 == 7 {
            faults.push(Fault::Stalled);
        } else if chance.below(3) == 0 {
            let at = chance.below(faults.len() as u64 + 1);
            faults.insert(at, PERHAPS_PAID[chance.below(4)]);
        }
        faults
    };
    (0..stubs).map(one).collect()
}

/// Lines of text in a reply.
const LINES: usize = 300;

/// The reply to a topic, some 17 kB: words at random, so that no post is like another, under headings.
fn reply(topic: &str) -> String {
    const WORDS: [&str; 16] = [
        "salt", "wind", "gull", "wave", "rope", "mast", "tide", "sand", "reef", "hull", "cloud",
        "north", "chart", "storm", "quay", "light",
    ];
    let number: u64 = topic.rsplit(' ').next().unwrap().parse().unwrap();
    let mut chance = Chance(number);
    let lines: String = (0..LINES)
        .map(|line| {
            let heading = if line % 40 == 0 {
                format!("## Part {line} of {number}\n\n")
            } else {
                String::new()
            };
            let words: Vec<&str> = (0..8).map(|_| WORDS[chance.below(16)]).collect();
            format!("{heading}Line {line}: {}.\n\n", words.join(" "))
        })
        .collect();
    format!(
        "TITLE: {topic}\nMETA_DESCRIPTION: What a walk by the sea can teach about {topic}, in many words.\n\
         TAGS: one\nCATEGORIES: Tutorials\nMARKDOWN_POST_CONTENT:\n{lines}The end of {topic}.\n\n</EndOFText>\n"
    )
}

/// What is still to be said: all of it, or what follows the part that the request brings along.
fn rest(seen: &Seen, whole: &str) -> String {
    let messages = seen.body["messages"].as_array().unwrap();
    let said = messages.iter().find(|it| it["role"] == "assistant");
    let said = said.and_then(|it| it["content"].as_str()).unwrap_or("");
    whole.strip_prefix(said).unwrap_or(whole).to_owned()
}

fn play(fault: Option<Fault>, text: &str) -> Play {
    let (half, other) = text.split_at(text.len() / 2);
    let first = format!("say {half}");
    let busy = |status| {
        let mut play = plays(status, &["raw {}"]);
        play.headers = vec!["retry-after-ms: 15".to_owned()];
        play
    };
    match fault {
        Some(Fault::TooMany) => busy(429),
        Some(Fault::Overloaded) => busy(503),
        Some(Fault::Broken) => busy(500),
        Some(Fault::BadGateway) => plays(502, &["raw <html><title>Bad gateway</title>"]),
        Some(Fault::Closed) => plays(200, &["reset"]),
        Some(Fault::Cut) => plays(200, &[first]),
        Some(Fault::Stalled) => plays(200, &[first, "wait 5000".to_owned()]),
        None => {
            let second = format!("say {other}");
            let end = ["finish stop", "usage", "done"].map(str::to_owned);
            plays(200, &[vec![first, second], end.to_vec()].concat())
        }
    }
}

struct Run {
    requests: usize,
    faults: usize,
    perhaps_paid: usize,
    told: Value,
    /// The most memory that the program had, in kB.
    peak: u64,
    sandbox: Sandbox,
}

fn run(stubs: usize, seed: u64) -> Run {
    let sandbox = Sandbox::with_site("tests/end_to_end/zola");
    sandbox.write(
        "site/postwright.toml",
        "[model]\njobs = 16\nidle_timeout = 1.0\n",
    );
    for number in 0..stubs {
        let stub = format!("+++\ntopic = \"Topic number {number}\"\ndraft = false\n+++\n");
        sandbox.write(&format!("site/content/posts/stub-{number}.md"), &stub);
    }
    let plan = plan(stubs, seed);
    let faults = plan.iter().flatten().count();
    let perhaps_paid = plan
        .iter()
        .flatten()
        .filter(|it| !FREE.contains(it))
        .count();
    let asked: Arc<Mutex<HashMap<String, usize>>> = Arc::default();
    let server = Server::with(move |_, seen| {
        let topic = topic_of(seen);
        let number: usize = topic.rsplit(' ').next().unwrap().parse().unwrap();
        let turn = {
            let mut asked = asked.lock().unwrap();
            let turn = asked.entry(topic.clone()).or_insert(0);
            *turn += 1;
            *turn - 1
        };
        play(plan[number].get(turn).copied(), &rest(seen, &reply(&topic)))
    });
    let mut sandbox = sandbox;
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let arguments = ["generate", "--model", "env/m", "--yes", "--format", "json"];
    let files = ["out", "err"].map(|name| fs::File::create(sandbox.path(name)).unwrap());
    let [out, err] = files;
    let (peak, child) = watch(sandbox.start_into(&arguments, out, err));
    let said = said(child.wait_with_output().unwrap());
    let told = sandbox.read("out");
    assert_eq!(said.status, 0, "{}\n{told}", sandbox.read("err"));
    Run {
        requests: server.seen().len(),
        faults,
        perhaps_paid,
        told: serde_json::from_str(&told).unwrap(),
        peak,
        sandbox,
    }
}

/// Waits for the end of the program; the most memory that it had until then.
fn watch(mut child: Child) -> (u64, Child) {
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let size = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(size.unwrap_or(0));
        thread::sleep(Duration::from_millis(20));
    }
    (peak, child)
}

#[test]
fn three_hundred_stubs_become_posts_however_the_server_fails() {
    let few = run(30, 4);
    let many = run(300, 5);
    for (stubs, run) in [(30, &few), (300, &many)] {
        let Run {
            requests, faults, ..
        } = run;
        println!(
            "{stubs} stubs: {requests} requests, {faults} faults, of which {} perhaps paid; peak {} kB",
            run.perhaps_paid, run.peak
        );
        let totals = &run.told["totals"];
        assert_eq!(totals["written"], stubs, "{totals}");
        assert_eq!(totals["failed"], 0, "{totals}");
        assert!(*requests <= stubs + faults, "{requests} requests");
        assert_eq!(totals["requests"], *requests, "{totals}");
        let possibly_paid = totals["possibly_paid"].as_u64().unwrap();
        assert!(possibly_paid <= run.perhaps_paid as u64, "{totals}");
        assert_eq!(run.sandbox.snapshot("site/.postwright/ledger"), []);
        for number in 0..stubs {
            let post = run
                .sandbox
                .read(&format!("site/content/posts/stub-{number}.md"));
            let topic = format!("Topic number {number}");
            assert_eq!(post.matches("Line ").count(), LINES, "{topic}");
            assert!(post.contains(&format!("The end of {topic}.")), "{topic}");
        }
    }
    assert!(many.faults >= 180 && many.perhaps_paid >= 80, "a hard plan");
    // What a stub takes is its prompt; the texts of 270 replies alone would be 5 MB more.
    let more = many.peak.saturating_sub(few.peak);
    assert!(many.peak < 100_000 && more < 9_000, "{more} kB more");
}
