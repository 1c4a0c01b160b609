//! The program is killed, or one of its system calls fails, at every place where it writes, syncs, renames, removes, makes a
//! folder or opens something for writing. Then it runs once more. Pages are old or new and never torn, no record is lost,
//! no reply that was there is asked for again, and nothing is left that a generator would build.
//!
//! `strace` does it. All places take some minutes: a part of them, the same each time, is tried unless `POSTWRIGHT_CRASH=all`.

#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that fails should say where"
)]

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

#[path = "crash/late.rs"]
mod late;
#[path = "crash/order.rs"]
mod order;
#[path = "crash/site.rs"]
mod site;
mod support;
#[path = "crash/trace.rs"]
mod trace;

use site::{Found, Pages, TOPICS, Writer, look, look_at_the_end, page, reply};
use support::{Said, Sandbox, said};
use trace::{Fault, Point};

/// A command and the site that it runs on.
struct Scenario {
    arguments: Vec<String>,
    pages: Pages,
    /// The site before the command.
    before: PathBuf,
    /// Whether the thread that asks is traced, and not the main one.
    asking: bool,
    _folder: tempfile::TempDir,
}

/// What came of one run with a fault and the one after it.
struct Outcome {
    has_happened: bool,
    wrong: Vec<String>,
}

fn generate() -> Vec<String> {
    ["generate", "--model", "env/m", "--yes", "--format", "json"]
        .map(str::to_owned)
        .to_vec()
}

/// The site, with its stubs made posts by an undisturbed run.
fn finished() -> Sandbox {
    let mut sandbox = site::site(None);
    let writer = Writer::start(|| ());
    sandbox.set("POSTWRIGHT_URL", &writer.server.url());
    run(&sandbox, &generate()).expect(0);
    assert_eq!(writer.seen().len(), 3, "one reply is cut");
    sandbox
}

fn run(sandbox: &Sandbox, arguments: &[String]) -> Said {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    sandbox.run(&arguments)
}

impl Scenario {
    fn new(arguments: &[String], before: &Sandbox, after: &Sandbox, asking: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        support::copy(&before.path("site"), &folder.path().join("site"));
        Self {
            arguments: arguments.to_vec(),
            pages: Pages::of(before, after),
            before: folder.path().join("site"),
            asking,
            _folder: folder,
        }
    }

    /// A command that asks nothing.
    fn alone(arguments: &[&str], before: &Sandbox) -> Self {
        let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
        let after = site::site(Some(&before.path("site")));
        run(&after, &arguments).expect(0);
        Self::new(&arguments, before, &after, false)
    }

    /// Runs the command under the tracer. Gives the log, what was said, and whether it was killed.
    fn traced(&self, sandbox: &mut Sandbox, point: Option<&Point>) -> (PathBuf, Said, Writer) {
        let option = point.map(Point::option);
        let log = sandbox.path("trace");
        let process: Arc<Mutex<Option<u32>>> = Arc::default();
        let tracer: Arc<Mutex<Option<Child>>> = Arc::default();
        let first = {
            let (process, tracer, log, option) =
                (process.clone(), tracer.clone(), log.clone(), option.clone());
            let asking = self.asking;
            move || {
                if asking {
                    let process = wait_for(|| *process.lock().unwrap());
                    *tracer.lock().unwrap() = Some(trace::attach(process, &log, option.as_deref()));
                }
            }
        };
        let writer = Writer::start(first);
        sandbox.set("POSTWRIGHT_URL", &writer.server.url());
        let under = if self.asking {
            vec!["env".to_owned()]
        } else {
            trace::from_the_start(&log, option.as_deref())
        };
        let arguments: Vec<&str> = self.arguments.iter().map(String::as_str).collect();
        let under: Vec<&str> = under.iter().map(String::as_str).collect();
        let mut command = sandbox.under(&under, &arguments);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let child = command.spawn().unwrap();
        *process.lock().unwrap() = Some(child.id());
        let said = said(child.wait_with_output().unwrap());
        if let Some(mut tracer) = tracer.lock().unwrap().take() {
            tracer.wait().unwrap();
        }
        (log, said, writer)
    }

    /// The places of an undisturbed run.
    fn points(&self) -> Vec<Point> {
        let mut sandbox = site::site(Some(&self.before));
        let (log, said, _) = self.traced(&mut sandbox, None);
        said.expect(0);
        trace::points(&fs::read_to_string(log).unwrap())
    }

    fn at(&self, point: &Point) -> Outcome {
        let mut sandbox = site::site(Some(&self.before));
        let (log, first, writer) = self.traced(&mut sandbox, Some(point));
        let has_happened = trace::has_happened(&log);
        let (found, mut wrong) = look(&sandbox, &self.pages);
        if first.stderr.contains("panicked") {
            wrong.push(format!("it panicked: {}", first.stderr));
        }
        if first.status == 101 || (point.fault != Fault::Kill && first.status < 0) {
            wrong.push(format!("it ended with {}: {}", first.status, first.stderr));
        }
        wrong.extend(lost(&sandbox, point, &found, &writer.seen(), &first));
        sandbox.set("POSTWRIGHT_URL", &writer.again());
        let second = run(&sandbox, &self.arguments);
        let (after, before): (Vec<_>, Vec<_>) = writer.seen().into_iter().partition(|it| it.again);
        if second.status != 0 {
            wrong.push(format!(
                "the second run ended with {}:\n{}{}",
                second.status, second.stdout, second.stderr
            ));
        }
        wrong.extend(look_at_the_end(&sandbox, &self.pages, &found));
        for topic in TOPICS {
            let of = |requests: &[site::Request], goes_on| {
                let same = |it: &&site::Request| it.topic == topic && it.goes_on == goes_on;
                requests.iter().filter(same).count()
            };
            if found.has_whole(topic) && after.iter().any(|it| it.topic == topic) {
                wrong.push(format!(
                    "{topic} was asked for again, and its reply was there: {after:?}"
                ));
            }
            if of(&after, false) > 1 || of(&after, true) > 1 {
                wrong.push(format!("{topic} was asked for too often: {after:?}"));
            }
            // What was asked twice is told of.
            let again = [false, true].map(|goes_on| of(&before, goes_on).min(of(&after, goes_on)));
            if again.iter().sum::<usize>() > 0 && !is_told(&first, &second, topic) {
                wrong.push(format!(
                    "{topic} was asked for twice, and nobody was told:\n{}",
                    second.stdout
                ));
            }
        }
        Outcome {
            has_happened,
            wrong,
        }
    }
}

/// A run that was not killed has lost no reply that it got whole: it is in the store, or the author is told where.
fn lost(
    sandbox: &Sandbox,
    point: &Point,
    found: &Found,
    seen: &[site::Request],
    said: &Said,
) -> Vec<String> {
    let is_network = ["sendto", "connect", "writev"].contains(&point.call.as_str());
    if point.fault == Fault::Kill || is_network {
        return Vec::new();
    }
    let whole = |topic: &str| {
        seen.iter()
            .any(|it| it.topic == topic && (it.goes_on || topic != TOPICS[1]))
    };
    let begun = |topic: &str| seen.iter().any(|it| it.topic == topic);
    let is_kept = |topic: &str| {
        (found.has_whole(topic) || !whole(topic)) && (found.has_beginning(topic) || !begun(topic))
    };
    let is_aside = said.stderr.contains("postwright-") && !sandbox.snapshot("home").is_empty();
    TOPICS
        .into_iter()
        .filter(|topic| !is_kept(topic) && !is_aside)
        .map(|topic| {
            format!(
                "the reply to {topic} is lost: {}{}",
                said.stdout, said.stderr
            )
        })
        .collect()
}

/// Whether one of the runs says that a request for a topic may have been paid for in vain.
fn is_told(first: &Said, second: &Said, topic: &str) -> bool {
    [first, second].iter().any(|said| {
        let told: serde_json::Value = serde_json::from_str(&said.stdout).unwrap_or_default();
        let posts = told["posts"].as_array().cloned().unwrap_or_default();
        posts.iter().any(|post| {
            post["path"] == page(topic) && post["possibly_paid"].as_u64().unwrap_or(0) > 0
        })
    })
}

fn wait_for<T>(get: impl Fn() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(value) = get() {
            return value;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "nothing came");
        thread::sleep(Duration::from_millis(1));
    }
}

/// As many of the places as are to be tried, spread over all of them.
fn sample(points: Vec<Point>, most: usize) -> Vec<Point> {
    if std::env::var("POSTWRIGHT_CRASH").is_ok_and(|value| value == "all") || points.len() <= most {
        return points;
    }
    let count = points.len();
    (0..most)
        .map(|index| points[index * count / most].clone())
        .collect()
}

/// Tries the places of a scenario, two at a time: `most` at which the program is killed, and as many at which a call fails.
fn try_all(name: &str, scenario: &Scenario, most: usize) {
    trace::require();
    let (kills, errors): (Vec<Point>, Vec<Point>) = scenario
        .points()
        .into_iter()
        .partition(|point| point.fault == Fault::Kill);
    let points = [sample(kills, most), sample(errors, most)].concat();
    let next = AtomicUsize::new(0);
    let missed = AtomicUsize::new(0);
    let bad: Mutex<Vec<String>> = Mutex::default();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(point) = points.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let outcome = scenario.at(point);
                    if !outcome.has_happened {
                        missed.fetch_add(1, Ordering::SeqCst);
                    }
                    if !outcome.wrong.is_empty() {
                        let lines = outcome.wrong.join("\n  ");
                        bad.lock()
                            .unwrap()
                            .push(format!("{}:\n  {lines}", point.option()));
                    }
                }
            });
        }
    });
    let bad = bad.into_inner().unwrap();
    let missed = missed.into_inner();
    println!(
        "{name}: {} points, {missed} of them not reached, bad: {}",
        points.len(),
        bad.len()
    );
    assert!(
        bad.is_empty(),
        "{name}: {} of {}:\n{}",
        bad.len(),
        points.len(),
        bad.join("\n")
    );
    // Calls to the network and to the terminal are not the same in number each time.
    assert!(
        missed * 10 <= points.len(),
        "{missed} of {} points were not reached",
        points.len()
    );
    assert!(points.len() >= 8, "the trace shows nothing");
}

#[test]
fn generate_is_killed_where_it_publishes() {
    let scenario = Scenario::new(&generate(), &site::site(None), &finished(), false);
    try_all("generate", &scenario, 20);
}

#[test]
fn generate_is_killed_where_it_asks() {
    let scenario = Scenario::new(&generate(), &site::site(None), &finished(), true);
    try_all("asking", &scenario, 20);
}

#[test]
fn accept_is_killed() {
    let before = site::site(None);
    before.write("site/reply.txt", &reply("salt"));
    let arguments = ["accept", "content/posts/salt.md", "--reply", "reply.txt"];
    try_all("accept", &Scenario::alone(&arguments, &before), 12);
}

#[test]
fn restore_is_killed() {
    let arguments = ["restore", "content/posts/salt.md"];
    try_all("restore", &Scenario::alone(&arguments, &finished()), 6);
}

#[test]
fn check_is_killed_where_it_fixes() {
    let before = finished();
    for topic in TOPICS {
        let path = format!("site/{}", page(topic));
        let edited = before.read(&path).replace("## All about", "##All about");
        before.write(&path, &edited);
    }
    let arguments = ["check", "--fix"];
    try_all("check --fix", &Scenario::alone(&arguments, &before), 6);
}
