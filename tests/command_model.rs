//! A program as a model: real processes that are slow, die, print rubbish, never end or leave others behind; what becomes
//! of their replies, and that nothing of them outlives the run.

#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use postwright::generate::{
    Answer, Context, Event, Finished, Job, Judgement, Ledger, Outcome, Progress, Salvage, Settings,
    run,
};
use postwright::model::{
    Choice, Endpoint, FollowUp, Limits, ModelError, ModelFacts, Payment, Program, Request,
};
use tokio_util::sync::CancellationToken;

#[path = "command_model/posts.rs"]
mod posts;
mod support;

use support::Sandbox;

const MARKER: &str = "</EndOFText>";

#[derive(Default)]
struct Notes {
    pieces: Mutex<Vec<String>>,
    answers: Mutex<Vec<Answer>>,
    failures: Mutex<Vec<ModelError>>,
    words: Mutex<Vec<usize>>,
}

impl Ledger for Notes {
    fn intent(&self, _: usize, _: u32, _: Timestamp) -> Result<(), String> {
        Ok(())
    }

    fn partial(&self, _: usize, _: u32, piece: &str) {
        self.pieces.lock().unwrap().push(piece.to_owned());
    }

    fn answered(&self, _: usize, answer: &Answer) -> Result<Judgement, String> {
        self.answers.lock().unwrap().push(answer.clone());
        Ok(tokio::sync::oneshot::channel().1)
    }

    fn failed(&self, _: usize, _: u32, _: Timestamp, error: &ModelError) -> Salvage {
        self.failures.lock().unwrap().push(error.clone());
        Salvage::default()
    }
}

impl Progress for Notes {
    fn event(&self, _: usize, event: Event) {
        if let Event::Words { words, .. } = event {
            self.words.lock().unwrap().push(words);
        }
    }
}

/// What became of one request.
struct Told {
    finished: Finished,
    notes: Notes,
    took: Duration,
}

impl Told {
    #[track_caller]
    fn text(&self) -> String {
        let answers = self.notes.answers.lock().unwrap();
        let answer = answers.first().unwrap_or_else(|| {
            panic!("{:?}", self.notes.failures.lock().unwrap());
        });
        let came = self.notes.pieces.lock().unwrap().concat();
        assert_eq!(came, answer.reply.text, "as it came");
        format!("{}: {}", answer.reply.finish.as_str(), answer.reply.text)
    }

    #[track_caller]
    fn error(&self) -> ModelError {
        let failures = self.notes.failures.lock().unwrap();
        let error = failures.first().expect("a failure").clone();
        assert_eq!(
            self.notes.pieces.lock().unwrap().concat(),
            error.partial.clone().unwrap_or_default(),
            "as it came"
        );
        error
    }
}

fn settings() -> Settings {
    Settings {
        jobs: 1,
        max_attempts: 1,
        backoff: Duration::from_millis(1),
        limits: Limits {
            connect: Duration::from_secs(5),
            first_event: Duration::from_secs(3),
            idle: Duration::from_millis(1500),
            total: Duration::from_secs(20),
        },
        ..Settings::default()
    }
}

fn request() -> Request {
    Request {
        system: "Be brief.".to_owned(),
        user: "Write about time.".to_owned(),
        model: "a-model".to_owned(),
        temperature: None,
        max_output_tokens: None,
        follow_up: None,
    }
}

fn ask_with(
    command: &[&str],
    request: Request,
    settings: &Settings,
    interrupt: &CancellationToken,
) -> Told {
    let command: Vec<String> = command.iter().map(|it| (*it).to_owned()).collect();
    let program = Program::new("mine", &command, None)
        .unwrap()
        .with_variables(std::env::vars_os().collect());
    let choice = Choice {
        endpoint: Endpoint::Program(program),
        model: request.model.clone(),
    };
    let notes = Notes::default();
    let started = Instant::now();
    let jobs = (0..2).map(|index| Job {
        index,
        request: request.clone(),
        possibly_paid: 0,
    });
    let finished = run(
        jobs.take(settings.jobs).collect(),
        &Context {
            choice: &choice,
            facts: ModelFacts::default(),
            cap: None,
            settings,
            ledger: &notes,
            progress: &notes,
            complete: &|text| text.trim_end().ends_with(MARKER),
            now: &Timestamp::now,
            interrupt,
        },
    );
    Told {
        finished,
        notes,
        took: started.elapsed(),
    }
}

fn ask(script: &str) -> Told {
    let never = CancellationToken::new();
    ask_with(&["sh", "-c", script], request(), &settings(), &never)
}

fn is_running(pid: &str) -> bool {
    // A zombie is over, and only waits for whoever adopted it.
    let state = std::fs::read_to_string(format!("/proc/{pid}/stat"));
    match state {
        Ok(text) => !text.contains(") Z "),
        Err(_) if Path::new("/proc/self/stat").exists() => false,
        Err(_) => Command::new("kill")
            .args(["-0", pid])
            .status()
            .is_ok_and(|status| status.success()),
    }
}

/// Fails the test if any of the processes, whose numbers are in the file, still runs.
#[track_caller]
fn all_over(file: &Path, count: usize) {
    let text = std::fs::read_to_string(file).unwrap();
    let pids: Vec<&str> = text.split_whitespace().collect();
    assert_eq!(pids.len(), count, "{text}");
    let end = Instant::now() + Duration::from_secs(5);
    while pids.iter().any(|pid| is_running(pid)) {
        assert!(Instant::now() < end, "one of {pids:?} still runs");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn the_prompt_goes_in_and_the_reply_comes_out() {
    let never = CancellationToken::new();
    let told = ask_with(&["cat"], request(), &settings(), &never);
    assert_eq!(told.text(), "stop: Be brief.\n\nWrite about time.\n");
    let told = ask_with(
        &["echo", "--name={model}", "$HOME"],
        request(),
        &settings(),
        &never,
    );
    assert_eq!(told.text(), "stop: --name=a-model $HOME\n");
    let follow_up = FollowUp {
        reply: "TITLE: Time".to_owned(),
        ask: "Go on.".to_owned(),
        replies: 1,
        earlier_bytes: 0,
    };
    let request = Request {
        follow_up: Some(follow_up),
        ..request()
    };
    let text = ask_with(&["cat"], request, &settings(), &never).text();
    let fence = "=".repeat(16);
    assert!(
        text.contains(&format!("\n{fence}\nTITLE: Time\n{fence}\n")),
        "{text}"
    );
    assert!(text.ends_with("\n\nGo on.\n"), "{text}");
}

#[test]
fn a_slow_reply_is_heard_as_it_comes() {
    let told = ask("for i in 1 2 3 4 5; do printf 'word %s\\n' $i; sleep 0.4; done");
    assert!(told.text().ends_with("word 5\n"));
    // Longer than the wait between two pieces, which every piece begins anew.
    assert!(told.took > Duration::from_millis(1600), "{:?}", told.took);
    let words = told.notes.words.lock().unwrap();
    assert!(words.len() >= 5, "{words:?}");
}

#[test]
fn characters_may_be_cut_anywhere() {
    let told = ask("printf 'a\\303'; sleep 0.2; printf '\\251b'");
    assert_eq!(told.text(), "stop: aéb");
}

#[test]
fn one_that_dies_midway_makes_no_reply() {
    for (script, message) in [
        (
            "echo 'half a reply'; echo warming up >&2; echo 'out of \\033[31mmemory' >&2; exit 3",
            "`sh` ended with status 3: out of \\u{1b}[31mmemory",
        ),
        ("echo 'half a reply'; kill -9 $$", "signal: 9"),
    ] {
        let error = ask(&script.replace("\\033", "\u{1b}")).error();
        assert_eq!(
            (error.kind, error.payment),
            ("command-failed", Payment::Maybe)
        );
        assert_eq!(error.partial.as_deref(), Some("half a reply\n"));
        assert!(error.message.contains(message), "{}", error.message);
        assert!(error.retry && !error.stops_run);
    }
}

#[test]
fn an_end_marker_outweighs_what_happened_after_it() {
    for end in ["exit 1", "kill -9 $$", "printf '\\377'", "sleep 60"] {
        let told = ask(&format!("printf 'a reply {MARKER}'; {end}"));
        assert_eq!(told.text(), format!("missing: a reply {MARKER}"), "{end}");
    }
}

#[test]
fn one_that_only_complains_makes_no_reply() {
    let told = ask("echo 'no key is set' >&2; echo >&2");
    let error = told.error();
    assert_eq!((error.kind, error.payment), ("empty-reply", Payment::Maybe));
    assert_eq!(error.message, "`sh` printed no reply: no key is set");
    // Even where it complains a lot, and nobody would read the end of it.
    let error = ask("yes complaint | head -c 3000000 >&2; exit 1").error();
    assert!(error.message.ends_with(": complaint"), "{}", error.message);
}

#[test]
fn one_that_never_ends_is_ended() {
    let dir = tempfile::tempdir().unwrap();
    let pids = dir.path().join("pids");
    let endless = ask(&format!("echo $$ > {}; exec yes", pids.display()));
    assert_eq!(endless.error().kind, "endless-reply");
    all_over(&pids, 1);
    for (script, kind) in [
        ("exec sleep 60", "no-answer"),
        ("echo a; exec sleep 60", "stalled"),
        ("trap '' TERM; echo a; while :; do sleep 1; done", "stalled"),
        // Words on standard error are no sign of a reply.
        (
            "while :; do echo thinking >&2; sleep 0.1; done",
            "no-answer",
        ),
    ] {
        let told = ask(&format!("echo $$ > {}; {script}", pids.display()));
        let error = told.error();
        assert_eq!((error.kind, error.payment), (kind, Payment::Maybe));
        assert!(
            told.took < Duration::from_secs(8),
            "{script}: {:?}",
            told.took
        );
        all_over(&pids, 1);
    }
    let settings = Settings {
        limits: Limits {
            total: Duration::from_secs(1),
            ..settings().limits
        },
        ..settings()
    };
    let never = CancellationToken::new();
    let script = ["sh", "-c", "while :; do echo a; sleep 0.2; done"];
    let told = ask_with(&script, request(), &settings, &never);
    assert_eq!(told.error().kind, "too-slow");
}

#[test]
fn what_it_started_is_not_waited_for_and_not_left_behind() {
    let dir = tempfile::tempdir().unwrap();
    let pids = dir.path().join("pids");
    let start = |text: &str| {
        format!(
            "sleep 60 & echo $! > {}; printf '{text}'; exit 0",
            pids.display()
        )
    };
    let told = ask(&start("half a reply"));
    let error = told.error();
    assert_eq!((error.kind, error.payment), ("cut-reply", Payment::Maybe));
    assert!(error.message.contains("holds its output open"), "{error}");
    assert!(told.took < Duration::from_secs(6), "{:?}", told.took);
    all_over(&pids, 1);
    let told = ask(&start(&format!("a reply {MARKER}")));
    assert_eq!(told.text(), format!("missing: a reply {MARKER}"));
    all_over(&pids, 1);
    // Where it is still writing, that is waited for.
    let told = ask("(sleep 1; echo the rest) & echo begin; exit 0");
    assert_eq!(told.text(), "stop: begin\nthe rest\n");
}

#[test]
fn an_interruption_ends_it_and_all_that_it_started() {
    let dir = tempfile::tempdir().unwrap();
    let pids = dir.path().join("pids");
    let script = format!(
        "trap '' TERM; sleep 60 & echo $$ $! > {}; echo begin; wait; wait; sleep 60",
        pids.display()
    );
    let interrupt = CancellationToken::new();
    let told = thread::scope(|scope| {
        scope.spawn(|| {
            while !std::fs::read_to_string(&pids).is_ok_and(|it| it.ends_with('\n')) {
                thread::sleep(Duration::from_millis(10));
            }
            thread::sleep(Duration::from_millis(200));
            interrupt.cancel();
        });
        ask_with(&["sh", "-c", &script], request(), &settings(), &interrupt)
    });
    let error = told.error();
    assert_eq!((error.kind, error.payment), ("interrupted", Payment::Maybe));
    assert_eq!(error.partial.as_deref(), Some("begin\n"));
    assert!(told.took < Duration::from_secs(3), "{:?}", told.took);
    all_over(&pids, 2);
}

#[test]
fn bytes_that_are_no_text_are_kept() {
    for (script, text, bytes) in [
        ("printf 'caf\\351 noir'", Some("caf"), &b"\xe9 noir"[..]),
        ("printf '\\377\\376'", None, b"\xff\xfe"),
        ("printf 'half \\303'", Some("half "), b"\xc3"),
    ] {
        let error = ask(script).error();
        assert_eq!((error.kind, error.payment), ("bad-reply", Payment::Maybe));
        assert_eq!(error.partial.as_deref(), text);
        assert_eq!(error.raw.as_deref().map(Vec::as_slice), Some(bytes));
    }
}

#[test]
fn one_that_does_not_listen_may_still_answer() {
    let request = Request {
        user: "a long brief ".repeat(100_000),
        ..request()
    };
    let never = CancellationToken::new();
    for script in [
        "echo a reply",
        "exec <&-; echo a reply",
        "head -c 10 >/dev/null; echo a reply",
    ] {
        let told = ask_with(&["sh", "-c", script], request.clone(), &settings(), &never);
        assert_eq!(told.text(), "stop: a reply\n", "{script}");
    }
    // One that answers while it listens.
    let told = ask_with(&["tr", "a-z", "A-Z"], request, &settings(), &never);
    assert!(told.error().kind == "endless-reply");
}

#[test]
fn one_that_is_not_there_stops_the_run_and_costs_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().display().to_string();
    let two = Settings {
        jobs: 2,
        max_attempts: 5,
        ..settings()
    };
    let never = CancellationToken::new();
    for (program, kind) in [
        ("postwright-test-no-such-program", "command-not-found"),
        ("/no/such/program", "command-not-found"),
        (folder.as_str(), "command-not-started"),
    ] {
        let told = ask_with(&[program], request(), &two, &never);
        let error = told.error();
        assert_eq!((error.kind, error.payment), (kind, Payment::Free));
        assert!(error.help.is_some() && error.stops_run);
        assert!(told.finished.stopped.is_some());
        for outcome in &told.finished.outcomes {
            match outcome {
                Outcome::Failed {
                    possibly_paid,
                    requests,
                    ..
                } => {
                    assert_eq!((*possibly_paid, *requests), (0, 1));
                }
                Outcome::NotStarted { .. } => {}
                Outcome::Answered { .. } => panic!("an answer"),
            }
        }
    }
}
