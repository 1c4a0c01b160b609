//! The protocols other than chat completions, over real connections. Each file in `tests/model/protocols/` is a case: what
//! a server of that protocol answers, and what has to become of the job. Its words are those of the other cases, described
//! in `tests/model/README.md`; beside them stand the `protocol`, and the `path` and a `header` that the request has to have.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use postwright::generate::Outcome;
use postwright::model::PROTOCOLS;
use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use super::{CANARY, Notes, choice_of, drive_choice, jobs, settings};
use crate::support::server::{Play, Server};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    about: String,
    protocol: String,
    answer: Vec<Play>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    path: Option<String>,
    header: Option<String>,
    text: Option<String>,
    finish: Option<String>,
    /// Of the prompt, from the cache, of the reply, hidden reasoning.
    tokens: Option<[u64; 4]>,
    kind: Option<String>,
    payment: Option<String>,
    partial: Option<String>,
    requests: u32,
    #[serde(default)]
    possibly_paid: u32,
    #[serde(default)]
    at_least_ms: u64,
}

/// What became of a job, as lines that name what they tell.
type Told = BTreeMap<&'static str, String>;

#[test]
fn every_protocol_has_the_outcomes_of_its_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/model/protocols");
    let paths: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    // They wait more than they work.
    let played: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = paths
            .iter()
            .map(|path| scope.spawn(|| play(path)))
            .collect();
        let joined = threads.into_iter().map(|it| it.join().unwrap());
        joined.collect()
    });
    let mut wrong = Vec::new();
    for (protocol, lines) in played {
        *counts.entry(protocol).or_default() += 1;
        wrong.extend(lines);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let others = PROTOCOLS.iter().filter(|it| it.name() != "openai-chat");
    for protocol in others {
        let count = counts.get(protocol.name()).copied().unwrap_or(0);
        assert!(count >= 8, "{}: {count} cases", protocol.name());
    }
}

/// Plays a case; its protocol, and a line for each thing that is not as expected.
fn play(path: &Path) -> (String, Vec<String>) {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let text = std::fs::read_to_string(path).unwrap();
    let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(!case.about.is_empty() && name.starts_with(&case.protocol));
    let server = Server::start(case.answer);
    let notes = Notes::default();
    let choice = choice_of(&case.protocol, &server.url());
    let started = Instant::now();
    let finished = drive_choice(
        jobs(1),
        &choice,
        &settings(),
        &notes,
        &notes,
        &CancellationToken::new(),
    );
    let took = started.elapsed();
    let mut told = outcome(&finished.outcomes[0], &notes);
    let seen = server.seen();
    told.insert("requests seen", seen.len().to_string());
    let waited = took >= Duration::from_millis(case.expect.at_least_ms);
    told.insert("waited", waited.to_string());
    let leaked = format!(
        "{finished_outcomes:?}",
        finished_outcomes = finished.outcomes
    );
    told.insert("key shown", leaked.contains(CANARY).to_string());
    let heads: Vec<_> = seen.iter().map(|it| it.head.to_lowercase()).collect();
    if let Some(path) = &case.expect.path {
        let line = format!("post {path} http/").to_lowercase();
        let all = heads.iter().all(|head| head.starts_with(&line));
        told.insert("path", if all { path.clone() } else { heads.join("\n") });
    }
    if let Some(header) = &case.expect.header {
        let line = header.replace("KEY", CANARY).to_lowercase();
        let all = heads.iter().all(|head| head.lines().any(|it| it == line));
        told.insert(
            "header",
            if all {
                header.clone()
            } else {
                heads.join("\n")
            },
        );
    }
    let lines = compare(&told, &expected(case.expect))
        .into_iter()
        .map(|line| format!("{name}: {line}"));
    (case.protocol, lines.collect())
}

fn outcome(outcome: &Outcome, notes: &Notes) -> Told {
    let (mut told, requests, possibly_paid) = match outcome {
        Outcome::Answered {
            requests,
            possibly_paid,
            ..
        } => {
            let reply = notes.answers.lock().unwrap()[0].1.reply.clone();
            let mut told = Told::from([("text", reply.text)]);
            told.insert("finish", reply.finish.as_str().to_owned());
            let tokens = reply
                .usage
                .map(|it| [it.input, it.cached, it.output, it.reasoning]);
            told.insert("tokens", format!("{tokens:?}"));
            (told, *requests, *possibly_paid)
        }
        Outcome::Failed {
            error,
            requests,
            possibly_paid,
            ..
        } => {
            let mut told = Told::from([("kind", error.kind.to_owned())]);
            told.insert("payment", format!("{:?}", error.payment).to_lowercase());
            told.insert("partial", error.partial.clone().unwrap_or_default());
            (told, *requests, *possibly_paid)
        }
        Outcome::NotStarted { cause, .. } => (Told::from([("not started", cause.clone())]), 0, 0),
    };
    told.insert("requests", requests.to_string());
    told.insert("possibly_paid", possibly_paid.to_string());
    told
}

fn expected(expect: Expect) -> Told {
    let mut told = Told::new();
    if let Some(kind) = expect.kind {
        told.insert("kind", kind);
        told.insert("payment", expect.payment.unwrap_or_default());
        told.insert("partial", expect.partial.unwrap_or_default());
    } else {
        told.insert("text", expect.text.unwrap_or_default());
        told.insert("finish", expect.finish.unwrap_or_default());
        told.insert("tokens", format!("{:?}", expect.tokens));
    }
    told.extend(expect.path.map(|it| ("path", it)));
    told.extend(expect.header.map(|it| ("header", it)));
    told.insert("requests", expect.requests.to_string());
    told.insert("requests seen", expect.requests.to_string());
    told.insert("possibly_paid", expect.possibly_paid.to_string());
    told.insert("waited", "true".to_owned());
    told.insert("key shown", "false".to_owned());
    told
}

fn compare(is: &Told, should: &Told) -> Vec<String> {
    let mut names: Vec<_> = is.keys().chain(should.keys()).collect();
    names.sort();
    names.dedup();
    names
        .into_iter()
        .filter(|name| is.get(*name) != should.get(*name))
        .map(|name| format!("{name} is {:?}, not {:?}", is.get(name), should.get(name)))
        .collect()
}
