//! Runs of many jobs.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use postwright::generate::{
    Answer, Event, Finished, Judgement, Ledger, Outcome, Progress, Salvage, Settings, Signal,
};
use postwright::model::{Limits, ModelError, Server as Host, local};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{CANARY, Notes, drive, drive_with, jobs, quiet, settings};
use crate::support::server::{Play, Server, good, plays};

fn topic(body: &serde_json::Value) -> String {
    body["messages"][1]["content"].as_str().unwrap().to_owned()
}

#[test]
fn fifty_jobs_eight_at_a_time_each_get_their_own_reply() {
    let server = Server::with(|number, seen| {
        let mut play = good(&format!("About {} </EndOFText>", topic(&seen.body)));
        // Every seventh request is turned away once.
        if number % 7 == 3 {
            play = plays(503, &["raw busy"]);
        }
        std::thread::sleep(Duration::from_millis(20));
        play
    });
    let notes = Notes::default();
    let settings = Settings {
        jobs: 8,
        max_attempts: 20,
        ..settings()
    };
    let finished = drive(jobs(50), &server.url(), &settings, &notes);
    assert_eq!(finished.stopped, None);
    let answers = notes.answers.lock().unwrap();
    assert_eq!(answers.len(), 50);
    for (job, answer) in answers.iter() {
        let expected = format!("About topic number {job}. </EndOFText>");
        assert_eq!(answer.reply.text, expected);
        assert!(matches!(
            finished.outcomes[*job],
            Outcome::Answered {
                possibly_paid: 0,
                ..
            }
        ));
    }
    let refused = notes.failures.lock().unwrap().len();
    assert_eq!(server.seen().len(), 50 + refused);
    assert!(refused >= 7, "{refused}");
    let most = server.most_at_once();
    assert!((2..=8).contains(&most), "{most} at once");
}

#[test]
fn no_more_requests_are_made_than_were_agreed_to() {
    let server = Server::with(|number, seen| {
        if number % 2 == 0 {
            plays(503, &["raw busy"])
        } else {
            good(&format!("{} </EndOFText>", topic(&seen.body)))
        }
    });
    let settings = Settings {
        jobs: 2,
        most_requests: Some(7),
        ..settings()
    };
    let finished = drive(jobs(10), &server.url(), &settings, &Notes::default());
    assert_eq!(server.seen().len(), 7);
    assert!(finished.stopped.unwrap().contains("7 requests"), "says why");
    assert!(
        finished
            .outcomes
            .iter()
            .any(|outcome| matches!(outcome, Outcome::NotStarted { .. }))
    );
}

#[test]
fn the_request_is_what_the_protocol_wants() {
    let server = Server::start(vec![good("a </EndOFText>")]);
    drive(jobs(1), &server.url(), &settings(), &Notes::default());
    let seen = server.seen().remove(0);
    let head = seen.head.to_lowercase();
    assert!(
        head.starts_with("post /v1/chat/completions http/1.1\r\n"),
        "{head}"
    );
    for line in [
        &format!("authorization: bearer {CANARY}"),
        "accept-encoding: identity",
        "content-type: application/json",
    ] {
        assert_eq!(
            head.lines().filter(|it| it == &line).count(),
            1,
            "{line}\n{head}"
        );
    }
    assert!(!head.contains("cookie") && !head.contains("referer"));
    assert_eq!(seen.body["stream"], json!(true));
    assert_eq!(seen.body["model"], json!("m"));
    assert_eq!(seen.body["max_tokens"], json!(100));
    assert_eq!(seen.body["messages"][0]["content"], json!("Be brief."));
}

#[test]
fn a_cause_that_hits_every_job_stops_the_run() {
    let server = Server::start(vec![plays(401, &["raw {}"])]);
    let notes = Notes::default();
    let settings = Settings {
        jobs: 2,
        ..settings()
    };
    let finished = drive(jobs(20), &server.url(), &settings, &notes);
    assert!(server.seen().len() <= 2);
    assert_eq!(
        finished.stopped.as_deref(),
        Some("mine answered 401 Unauthorized")
    );
    let not_started = finished.outcomes.iter().filter(
        |outcome| matches!(outcome, Outcome::NotStarted { cause, .. } if cause.contains("401")),
    );
    assert_eq!(not_started.count(), 20 - server.seen().len());
}

#[test]
fn three_jobs_refused_for_one_reason_stop_the_run() {
    let server = Server::start(vec![plays(400, &[r#"raw {"error":"no such parameter"}"#])]);
    let finished = drive(jobs(10), &server.url(), &settings(), &Notes::default());
    assert_eq!(server.seen().len(), 3);
    assert!(finished.stopped.is_some());
}

/// The answer to job number `n` is the `n`th, and how many requests the server saw.
fn failing_run(answer: impl Fn(usize) -> Play + Send + Sync + 'static) -> (Finished, usize) {
    let server = Server::with(move |_, seen| {
        let number: String = topic(&seen.body)
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        answer(number.parse().unwrap())
    });
    let finished = drive(jobs(9), &server.url(), &settings(), &Notes::default());
    (finished, server.seen().len())
}

#[test]
fn three_jobs_in_a_row_that_fail_alike_stop_the_run() {
    for steps in [["say a", "wait 0"], ["say  ", "finish stop"]] {
        let tries = if steps[1] == "finish stop" { 1 } else { 2 };
        let (finished, requests) = failing_run(move |_| plays(200, &steps));
        assert_eq!(requests, 3 * tries);
        assert!(finished.stopped.unwrap().contains("in a row"));
        let waiting = |it: &&Outcome| matches!(it, Outcome::NotStarted { .. });
        assert_eq!(finished.outcomes.iter().filter(waiting).count(), 6);
    }
}

#[test]
fn a_reply_or_another_failure_breaks_the_row() {
    let (finished, requests) = failing_run(|number| match number % 3 {
        2 if number < 5 => good("a </EndOFText>"),
        2 => plays(500, &["raw {}"]),
        _ => plays(200, &["say a"]),
    });
    assert_eq!(finished.stopped, None);
    assert_eq!(requests, 17);
}

#[test]
fn what_is_due_to_the_topic_alone_stops_nothing() {
    for finish in ["length", "content_filter"] {
        let (finished, requests) =
            failing_run(move |_| plays(200, &["say a".to_owned(), format!("finish {finish}")]));
        assert_eq!((finished.stopped, requests), (None, 9));
    }
    let refusal = r#"json {"choices":[{"delta":{"refusal":"No."},"finish_reason":"stop"}]}"#;
    for play in [plays(200, &[refusal]), plays(413, &["raw {}"])] {
        let (finished, requests) = failing_run(move |_| play.clone());
        assert_eq!((finished.stopped, requests), (None, 9));
    }
}

#[test]
fn a_job_of_its_own_trouble_leaves_the_others_alone() {
    let server = Server::with(|_, seen| {
        if topic(&seen.body).contains("number 1.") {
            plays(413, &["raw {}"])
        } else {
            good("a </EndOFText>")
        }
    });
    let finished = drive(jobs(4), &server.url(), &settings(), &Notes::default());
    let answered = |it: &&Outcome| matches!(it, Outcome::Answered { .. });
    assert_eq!(finished.outcomes.iter().filter(answered).count(), 3);
    assert!(
        matches!(&finished.outcomes[1], Outcome::Failed { error, .. } if error.kind == "prompt-too-long")
    );
    assert_eq!(finished.stopped, None);
}

#[test]
fn nobody_listens() {
    // Port 9 of this machine: discard, which nothing serves.
    let notes = Notes::default();
    let finished = drive(jobs(5), "http://127.0.0.1:9/v1", &settings(), &notes);
    assert_eq!(notes.intents.lock().unwrap().as_slice(), [0, 0, 0]);
    let Outcome::Failed {
        error,
        requests,
        possibly_paid,
        ..
    } = &finished.outcomes[0]
    else {
        panic!("{finished:?}")
    };
    assert_eq!(
        (error.kind, *requests, *possibly_paid),
        ("no-connection", 3, 0)
    );
    assert!(error.message.contains("127.0.0.1:9"), "{}", error.message);
    assert!(error.help.as_ref().unwrap().contains("ollama serve"));
    assert!(matches!(finished.outcomes[4], Outcome::NotStarted { .. }));
}

#[test]
fn no_secure_connection_is_no_reason_to_ask_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/v1", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // Plain HTTP to a client that wants a secure connection.
            let mut stream = stream.unwrap();
            stream.write_all(b"HTTP/1.1 400 X\r\n\r\n").unwrap();
            drop(stream.read(&mut [0; 4096]));
        }
    });
    let finished = drive(jobs(2), &url, &settings(), &Notes::default());
    let Outcome::Failed {
        error, requests, ..
    } = &finished.outcomes[0]
    else {
        panic!("{finished:?}")
    };
    assert_eq!((error.kind, *requests), ("tls", 1), "{}", error.message);
    assert!(finished.stopped.is_some());
}

#[test]
fn a_pause_that_one_job_was_asked_for_holds_for_all() {
    let server = Server::with(|number, _| {
        let mut play = good("a </EndOFText>");
        if number == 0 {
            play = plays(429, &["raw {}"]);
            play.headers = vec!["retry-after: 1".to_owned()];
        }
        play
    });
    let started = Instant::now();
    let finished = drive(jobs(3), &server.url(), &settings(), &Notes::default());
    assert!(started.elapsed() >= Duration::from_secs(1));
    assert_eq!(server.seen().len(), 4, "{finished:?}");
}

#[test]
fn the_pace_is_kept() {
    let server = Server::start(vec![good("a </EndOFText>")]);
    for settings in [
        Settings {
            jobs: 8,
            requests_per_minute: Some(300),
            ..settings()
        },
        // 100 tokens of output and some 7 of the prompt each.
        Settings {
            jobs: 8,
            tokens_per_minute: Some(32_000),
            ..settings()
        },
    ] {
        let started = Instant::now();
        drive(jobs(4), &server.url(), &settings, &Notes::default());
        assert!(
            started.elapsed() >= Duration::from_millis(590),
            "{:?}",
            started.elapsed()
        );
    }
}

/// A ledger on a disk that is full, before or after the money is spent.
struct FullDisk {
    before: bool,
}

impl Ledger for FullDisk {
    fn intent(&self, _: usize, _: u32, _: jiff::Timestamp) -> Result<(), String> {
        if self.before {
            Err("disk full".to_owned())
        } else {
            Ok(())
        }
    }

    fn partial(&self, _: usize, _: u32, _: &str) {}

    fn answered(&self, _: usize, _: &Answer) -> Result<Judgement, String> {
        Err("disk full".to_owned())
    }

    fn failed(&self, _: usize, _: u32, _: jiff::Timestamp, _: &ModelError) -> Salvage {
        Salvage::default()
    }
}

#[test]
fn a_full_disk_stops_the_run() {
    for before in [true, false] {
        let server = Server::start(vec![good("whole </EndOFText>")]);
        let never = CancellationToken::new();
        let ledger = FullDisk { before };
        let finished = drive_with(
            jobs(5),
            &server.url(),
            &settings(),
            &ledger,
            &Notes::default(),
            &never,
        );
        assert_eq!(server.seen().len(), usize::from(!before));
        assert!(finished.stopped.unwrap().contains("disk full"));
        match &finished.outcomes[0] {
            Outcome::NotStarted { .. } => assert!(before),
            Outcome::Failed {
                error,
                possibly_paid: 1,
                ..
            } => {
                // The reply is not lost: whoever reports the outcome still has it.
                assert_eq!(error.partial.as_deref(), Some("whole </EndOFText>"));
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Cancels as soon as words come.
struct Impatient(CancellationToken);

impl Progress for Impatient {
    fn event(&self, _: usize, event: Event) {
        if let Event::Words { .. } = event {
            self.0.cancel();
        }
    }
}

#[test]
fn an_interruption_keeps_what_had_come() {
    let server = Server::start(vec![plays(200, &["say one two three", "wait 5000"])]);
    let notes = Notes::default();
    let token = CancellationToken::new();
    let started = Instant::now();
    let finished = drive_with(
        jobs(3),
        &server.url(),
        &settings(),
        &notes,
        &Impatient(token.clone()),
        &token,
    );
    assert!(started.elapsed() < Duration::from_secs(4));
    assert_eq!(server.seen().len(), 1);
    let failures = notes.failures.lock().unwrap();
    assert_eq!(failures[0].1.kind, "interrupted");
    assert_eq!(failures[0].1.partial.as_deref(), Some("one two three"));
    assert!(matches!(
        finished.outcomes[0],
        Outcome::Failed {
            possibly_paid: 1,
            ..
        }
    ));
    assert!(matches!(finished.outcomes[2], Outcome::NotStarted { .. }));
}

#[test]
fn text_is_handed_on_while_it_comes() {
    // More than 4 KiB goes at once, the rest within two seconds though nothing follows.
    let long = "word ".repeat(1000);
    let first = format!("say {long}");
    let server = Server::start(vec![plays(200, &[&first, "say more", "wait 8000"])]);
    let settings = Settings {
        max_attempts: 1,
        limits: Limits {
            idle: Duration::from_secs(4),
            ..settings().limits
        },
        ..settings()
    };
    let notes = Notes::default();
    let came = || notes.pieces.lock().unwrap().get(&(0, 1)).cloned();
    let started = Instant::now();
    std::thread::scope(|scope| {
        let url = server.url();
        let run = scope.spawn(|| drive(jobs(1), &{ url }, &settings, &notes));
        let mut seen = Vec::new();
        while !run.is_finished() {
            if came() != seen.last().cloned().flatten() && notes.failures.lock().unwrap().is_empty()
            {
                seen.push(came());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(seen, [Some(long.clone()), Some(format!("{long}more"))]);
    });
    assert!(started.elapsed() >= Duration::from_secs(4));
}

#[test]
fn an_interruption_takes_a_reply_that_is_there() {
    let steps = ["say one two three", "finish stop", "wait 5000"];
    let server = Server::start(vec![plays(200, &steps)]);
    let notes = Notes::default();
    let token = CancellationToken::new();
    let late = token.clone();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(800));
        late.cancel();
    });
    drive_with(jobs(1), &server.url(), &settings(), &notes, &notes, &token);
    assert_eq!(
        notes.answers.lock().unwrap()[0].1.reply.text,
        "one two three"
    );
}

/// Set in a process of its own, which the signals are sent to.
const CHILD: &str = "POSTWRIGHT_TEST_SIGNAL";

/// Sends itself a signal as soon as words come.
struct Suicidal {
    signal: String,
    sent: AtomicBool,
}

impl Progress for Suicidal {
    fn event(&self, _: usize, event: Event) {
        if matches!(event, Event::Words { .. }) && !self.sent.swap(true, Ordering::SeqCst) {
            let pid = std::process::id().to_string();
            let sent = Command::new("kill").args([&self.signal, &pid]).status();
            assert!(sent.unwrap().success());
        }
    }
}

#[cfg(unix)]
#[test]
fn signals_end_a_run_in_order() {
    let Ok(signal) = std::env::var(CHILD) else {
        for signal in ["-INT", "-TERM"] {
            let child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "runs::signals_end_a_run_in_order"])
                .env(CHILD, signal)
                .output()
                .unwrap();
            let told = String::from_utf8_lossy(&child.stdout).into_owned();
            assert!(
                child.status.success() && told.contains("1 passed"),
                "{told}"
            );
        }
        return;
    };
    let server = Server::start(vec![plays(200, &["say one two three", "wait 5000"])]);
    let expected = if signal == "-INT" {
        Signal::Interrupt
    } else {
        Signal::Terminate
    };
    let progress = Suicidal {
        signal,
        sent: AtomicBool::new(false),
    };
    let notes = Notes::default();
    let never = CancellationToken::new();
    let finished = drive_with(
        jobs(3),
        &server.url(),
        &settings(),
        &notes,
        &progress,
        &never,
    );
    assert_eq!(finished.signal, Some(expected));
    assert_eq!(server.seen().len(), 1);
    assert_eq!(
        notes.failures.lock().unwrap()[0].1.partial.as_deref(),
        Some("one two three")
    );
}

#[test]
fn local_servers_are_found_by_their_list_of_models() {
    let _quiet = quiet();
    let list = r#"raw {"data":[{"id":"nomic-embed-text"},{"id":"llama3:8b"}]}"#;
    let there = Server::start(vec![plays(200, &[list])]);
    let slow = Server::start(vec![plays(200, &["wait 3000", list])]);
    let other = Server::start(vec![plays(200, &["raw <html>"])]);
    let endpoint = |url: &str| Host::new("mine", "openai-chat", url, None).unwrap();
    let endpoints = [&there, &slow, &other].map(|server| endpoint(&server.url()));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let elsewhere = endpoint("https://192.0.2.1/v1");
    let found = runtime.block_on(local::probe(endpoints.into_iter().chain([elsewhere])));
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].models, ["llama3:8b"]);
    assert_eq!(found[0].server.url(), there.url());
    let offer = local::offer(found).unwrap().unwrap();
    assert_eq!(offer.choice.model, "llama3:8b");
    assert!(there.seen()[0].head.starts_with("GET /v1/models "));
}

#[test]
fn ollama_lists_its_models_in_its_own_way() {
    let list =
        r#"raw {"models":[{"name":"vectors","details":{"family":"bert"}},{"name":"llama3.2:3b"}]}"#;
    let server = Server::start(vec![plays(200, &[list])]);
    let url = server.url().replace("/v1", "");
    let ollama = Host::new("ollama", "ollama", &url, None).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let found = runtime.block_on(local::probe([ollama]));
    assert_eq!(found[0].models, ["llama3.2:3b"]);
    assert!(server.seen()[0].head.starts_with("GET /api/tags "));
}
