//! The model's side against a server that misbehaves byte for byte. Each file in `tests/model/` is a case: what the
//! server does, and what has to become of the job. The words of a case are described in `tests/model/README.md`.

#![allow(clippy::disallowed_methods, reason = "tests prepare their own folders")]
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "model/runs.rs"]
mod runs;

#[path = "model/protocols.rs"]
mod protocols;

#[path = "model/load.rs"]
mod load;

#[path = "model/site.rs"]
mod site;

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use postwright::config::{self, Flags, RawConfig};
use postwright::generate::{
    Answer, Context, Event, Finished, Job, Judgement, Ledger, Outcome, Progress, Salvage, Settings,
    run,
};
use postwright::model::{Choice, Endpoint, Key, Limits, ModelError, ModelFacts, Payment, Request};
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use site::OnDisk;
use support::server::{Play, Server};

/// The key of every request; it must turn up nowhere but in the header.
const CANARY: &str = "canary-0123456789";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    about: String,
    /// One answer a request; the last one is repeated.
    answer: Vec<Play>,
    /// The longest that a request may take, where it is not 20 seconds.
    total_seconds: Option<f64>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    text: Option<String>,
    finish: Option<String>,
    tokens: Option<[u64; 2]>,
    kind: Option<String>,
    payment: Option<String>,
    partial: Option<String>,
    message: Option<String>,
    #[serde(default)]
    stops_run: bool,
    requests: u32,
    /// Where the whole program makes another number of them: it also asks for what a reply lacks.
    requests_on_site: Option<u32>,
    #[serde(default)]
    possibly_paid: u32,
    #[serde(default)]
    at_least_ms: u64,
    on_disk: OnDisk,
    /// Whether the tokens are an estimate.
    estimated: Option<bool>,
    not_in_post: Option<String>,
}

/// Writes down what it is told.
#[derive(Default)]
struct Notes {
    intents: Mutex<Vec<usize>>,
    /// The text of each request as it came.
    pieces: Mutex<BTreeMap<(usize, u32), String>>,
    answers: Mutex<Vec<(usize, Answer)>>,
    failures: Mutex<Vec<(usize, ModelError)>>,
    events: Mutex<Vec<(usize, Event)>>,
}

impl Ledger for Notes {
    fn intent(&self, job: usize, _: u32, _: Timestamp) -> Result<(), String> {
        self.intents.lock().unwrap().push(job);
        Ok(())
    }

    fn partial(&self, job: usize, attempt: u32, piece: &str) {
        let mut pieces = self.pieces.lock().unwrap();
        pieces.entry((job, attempt)).or_default().push_str(piece);
    }

    fn answered(&self, job: usize, answer: &Answer) -> Result<Judgement, String> {
        self.answers.lock().unwrap().push((job, answer.clone()));
        Ok(tokio::sync::oneshot::channel().1)
    }

    fn failed(&self, job: usize, _: u32, _: Timestamp, error: &ModelError) -> Salvage {
        self.failures.lock().unwrap().push((job, error.clone()));
        Salvage {
            is_recorded: error.payment == Payment::Paid,
            follow_up: None,
        }
    }
}

impl Progress for Notes {
    fn event(&self, job: usize, event: Event) {
        self.events.lock().unwrap().push((job, event));
    }
}

fn settings() -> Settings {
    Settings {
        jobs: 1,
        backoff: Duration::from_millis(2),
        max_wait: Duration::from_secs(5),
        limits: Limits {
            connect: Duration::from_secs(5),
            first_event: Duration::from_millis(1500),
            idle: Duration::from_millis(1200),
            total: Duration::from_secs(20),
        },
        ..Settings::default()
    }
}

fn jobs(count: usize) -> Vec<Job> {
    (0..count)
        .map(|index| Job {
            index,
            request: Request {
                system: "Be brief.".to_owned(),
                user: format!("topic number {index}."),
                model: "m".to_owned(),
                temperature: None,
                max_output_tokens: Some(100),
                follow_up: None,
            },
            possibly_paid: 0,
        })
        .collect()
}

fn choice(url: &str) -> Choice {
    choice_of("openai-chat", url)
}

fn choice_of(protocol: &str, url: &str) -> Choice {
    let key = Key::new("CANARY_KEY", CANARY).unwrap();
    Choice {
        endpoint: Endpoint::new("mine", protocol, url, Some(key)).unwrap(),
        model: "m".to_owned(),
    }
}

fn complete(text: &str) -> bool {
    postwright::reply::ends_with_marker(text)
}

/// Runs jobs against an address, without an interruption from outside.
fn drive(jobs: Vec<Job>, url: &str, settings: &Settings, notes: &Notes) -> Finished {
    drive_with(jobs, url, settings, notes, notes, &CancellationToken::new())
}

fn drive_with(
    jobs: Vec<Job>,
    url: &str,
    settings: &Settings,
    ledger: &dyn Ledger,
    progress: &dyn Progress,
    interrupt: &CancellationToken,
) -> Finished {
    drive_choice(jobs, &choice(url), settings, ledger, progress, interrupt)
}

fn drive_choice(
    jobs: Vec<Job>,
    choice: &Choice,
    settings: &Settings,
    ledger: &dyn Ledger,
    progress: &dyn Progress,
    interrupt: &CancellationToken,
) -> Finished {
    let now = Timestamp::now;
    run(
        jobs,
        &Context {
            choice,
            facts: ModelFacts::default(),
            cap: None,
            settings,
            ledger,
            progress,
            complete: &complete,
            now: &now,
            interrupt,
        },
    )
}

#[test]
fn the_time_limits_are_those_of_the_configuration() {
    let (project, user) = (RawConfig::default(), RawConfig::default());
    let model = config::resolve(project, user, Flags::default())
        .unwrap()
        .model;
    let seconds = Duration::from_secs_f64;
    let configured = Limits {
        connect: seconds(model.connect_timeout),
        first_event: seconds(model.first_event_timeout),
        idle: seconds(model.idle_timeout),
        total: seconds(model.total_timeout),
    };
    assert_eq!(configured, Limits::default());
}

/// Held by what makes the machine busy and by what needs it quick.
fn quiet() -> MutexGuard<'static, ()> {
    static QUIET: Mutex<()> = Mutex::new(());
    QUIET.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn every_fault_has_the_outcome_of_its_case() {
    let _quiet = quiet();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/model");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        .collect();
    paths.sort();
    assert!(paths.len() >= 40, "only {} cases", paths.len());
    let queue = Mutex::new(paths.into_iter());
    let failures = Mutex::new(Vec::new());
    // Most cases wait more than they work.
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                loop {
                    let Some(path) = queue.lock().unwrap().next() else {
                        return;
                    };
                    // Not within the lock, or they would be played one after the other.
                    let wrong = play(&path);
                    failures.lock().unwrap().extend(wrong);
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

/// Plays a case; a line for each thing that is not as expected.
fn play(path: &Path) -> Vec<String> {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let text = std::fs::read_to_string(path).unwrap();
    let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(!case.about.is_empty(), "{name}");
    let on_site = site::play(&case);
    let on_site = on_site.iter().map(|it| format!("{name}, on a site: {it}"));
    let server = Server::start(case.answer);
    let notes = Notes::default();
    let started = Instant::now();
    let mut settings = settings();
    if let Some(seconds) = case.total_seconds {
        settings.limits.total = Duration::from_secs_f64(seconds);
    }
    let finished = drive(jobs(1), &server.url(), &settings, &notes);
    let took = started.elapsed();
    let expect = case.expect;

    let mut got: Vec<(&str, String, String)> = Vec::new();
    // A partial text may be a megabyte.
    let head = |text: String| text.chars().take(200).collect();
    let mut same = |what, is: String, should: String| got.push((what, head(is), head(should)));
    let (requests, possibly_paid) = match &finished.outcomes[0] {
        Outcome::Answered {
            requests,
            possibly_paid,
            ..
        } => {
            let answer = &notes.answers.lock().unwrap()[0].1;
            let reply = &answer.reply;
            same("kind", "none".into(), expect.kind.unwrap_or("none".into()));
            same("text", reply.text.clone(), expect.text.unwrap_or_default());
            if let Some(finish) = expect.finish {
                same("finish", reply.finish.as_str().to_owned(), finish);
            }
            if let Some(tokens) = expect.tokens {
                let usage = reply.usage.map(|usage| [usage.input, usage.output]);
                same(
                    "tokens",
                    format!("{usage:?}"),
                    format!("{:?}", Some(tokens)),
                );
            }
            (*requests, *possibly_paid)
        }
        Outcome::Failed {
            error,
            requests,
            possibly_paid,
            ..
        } => {
            same(
                "kind",
                error.kind.into(),
                expect.kind.unwrap_or("none".into()),
            );
            let partial = error.partial.clone().unwrap_or_default();
            same("partial", partial, expect.partial.unwrap_or_default());
            same(
                "stops_run",
                error.stops_run.to_string(),
                expect.stops_run.to_string(),
            );
            let payment = format!("{:?}", error.payment).to_lowercase();
            same("payment", payment, expect.payment.unwrap_or_default());
            if let Some(message) = expect.message {
                let mine = error.message.replace(&server.host(), "HOST");
                same("message", mine, message);
            }
            (*requests, *possibly_paid)
        }
        Outcome::NotStarted { cause, .. } => {
            same("started", cause.clone(), String::new());
            (0, 0)
        }
    };
    same(
        "requests",
        requests.to_string(),
        expect.requests.to_string(),
    );
    same(
        "requests seen",
        server.seen().len().to_string(),
        expect.requests.to_string(),
    );
    same(
        "possibly_paid",
        possibly_paid.to_string(),
        expect.possibly_paid.to_string(),
    );
    let enough = took >= Duration::from_millis(expect.at_least_ms);
    same("waited", enough.to_string(), "true".into());
    same(
        "intents",
        notes.intents.lock().unwrap().len().to_string(),
        expect.requests.to_string(),
    );
    let failures = notes.failures.lock().unwrap();
    // What came of each request, as told at its end, has been told before as it came. A refusal is no text.
    let ends = failures.iter().map(|(_, error)| error);
    let ends = ends.map(|error| error.partial.clone().filter(|_| error.kind != "refused"));
    let answers = notes.answers.lock().unwrap();
    let ends = ends.chain(
        answers
            .iter()
            .map(|(_, answer)| Some(answer.reply.text.clone())),
    );
    let pieces = notes.pieces.lock().unwrap();
    for (attempt, end) in (1..).zip(ends) {
        let came = pieces.get(&(0, attempt)).map_or("", String::as_str);
        let is_same = came.trim() == end.as_deref().unwrap_or_default().trim();
        same("pieces are the text", is_same.to_string(), "true".into());
    }
    drop(answers);
    let records = notes.answers.lock().unwrap().len() + failures.len();
    same("notes", records.to_string(), expect.requests.to_string());
    let leaked = format!(
        "{:?} {:?} {failures:?}",
        finished.outcomes, finished.stopped
    );
    same(
        "key shown",
        leaked.contains(CANARY).to_string(),
        "false".into(),
    );
    got.into_iter()
        .filter(|(_, is, should)| is != should)
        .map(|(what, is, should)| format!("{name}: {what} is {is:?}, not {should:?}"))
        .chain(on_site)
        .collect()
}
