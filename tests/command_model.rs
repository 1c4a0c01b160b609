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

/// A reply as a model would write it.
const REPLY: &str = "TITLE: What Time Is\nMETA_DESCRIPTION: What to know about it.\nTAGS: one, two\n\
                     CATEGORIES: Tutorials\nMARKDOWN_POST_CONTENT:\nThe first paragraph.\n\n## A heading\n\nMore.\n";

fn site(stubs: usize) -> Sandbox {
    let sandbox = Sandbox::with_site("tests/end_to_end/zola");
    for number in 0..stubs {
        sandbox.write(
            &format!("site/content/posts/stub-{number}.md"),
            &format!("+++\ntopic = \"Topic {number}\"\ndraft = false\n+++\nNotes.\n"),
        );
    }
    sandbox.write("reply.txt", &format!("{REPLY}\n{MARKER}\n"));
    sandbox
}

/// Lets a script be the model, which finds its files next to the site.
fn with_script(sandbox: &mut Sandbox, script: &str) {
    let folder = sandbox.path("");
    sandbox.write(
        "model.sh",
        &format!("cd '{}'\n{script}\n", folder.display()),
    );
    let line = format!("sh '{}'", sandbox.path("model.sh").display());
    sandbox.set("POSTWRIGHT_COMMAND", &line);
}

#[test]
fn a_command_writes_posts() {
    let mut sandbox = site(3);
    with_script(&mut sandbox, "cat > prompt-$$.txt; cat reply.txt");
    let said = sandbox.run(&["generate"]).expect(0);
    assert!(
        said.stderr.contains("asking env/sh for 3 posts"),
        "{}",
        said.stderr
    );
    let records = sandbox.records();
    assert_eq!(records.len(), 3);
    for (_, record) in &records {
        for line in [
            "provider = \"env\"",
            "model = \"sh\"",
            "finish = \"stop\"",
            "estimated = true",
        ] {
            assert!(record.contains(line), "{line}\n{record}");
        }
    }
    let post = sandbox.read("site/content/posts/stub-0.md");
    assert!(post.contains("title = \"What Time Is\""), "{post}");
    let prompts = std::fs::read_dir(sandbox.path("")).unwrap();
    let prompts: Vec<String> = prompts
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("prompt-"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    assert_eq!(prompts.len(), 3);
    assert!(
        prompts
            .iter()
            .all(|it| it.contains("Topic ") && it.contains("Notes."))
    );
}

#[test]
fn what_was_cut_becomes_no_post_and_is_kept() {
    for (script, kind) in [
        ("head -c 150 reply.txt; exit 1", "command-failed"),
        ("head -c 150 reply.txt; kill -9 $$", "command-failed"),
        ("head -c 150 reply.txt; printf '\\377'", "bad-reply"),
        ("head -c 150 reply.txt; sleep 60 & exit 0", "cut-reply"),
    ] {
        let mut sandbox = site(1);
        with_script(&mut sandbox, &format!("echo >> asked; {script}"));
        let before = sandbox.read("site/content/posts/stub-0.md");
        let said = sandbox.run(&["generate", "--format", "json"]).expect(1);
        let post = said.json()["posts"][0].clone();
        assert_eq!(post["error"]["kind"], kind, "{post}");
        assert_eq!(post["possibly_paid"], 2, "{post}");
        assert_eq!(sandbox.read("site/content/posts/stub-0.md"), before);
        assert_eq!(
            sandbox.read("asked").len(),
            2,
            "no more than two may be paid"
        );
        assert!(sandbox.records().is_empty());
        let kept: Vec<_> = sandbox
            .snapshot("site/.postwright/ledger")
            .into_iter()
            .filter(|(path, _)| path.extension().is_some_and(|it| it == "partial"))
            .collect();
        assert_eq!(kept.len(), 2, "{kept:?}");
        for (_, bytes) in kept {
            assert!(bytes.starts_with(&REPLY.as_bytes()[..150]), "{bytes:?}");
            assert_eq!(bytes.ends_with(b"\xff"), kind == "bad-reply");
        }
    }
}

#[test]
fn a_status_of_zero_alone_makes_no_post() {
    // Cut and yet content with itself; and one that only says what it was told.
    for (script, kind) in [
        ("head -c 150 reply.txt", "incomplete-reply"),
        ("exec cat", "incomplete-reply"),
    ] {
        let mut sandbox = site(1);
        with_script(&mut sandbox, script);
        let before = sandbox.read("site/content/posts/stub-0.md");
        let said = sandbox.run(&["generate", "--format", "json"]).expect(1);
        let found = said.json()["posts"][0]["error"]["kind"].clone();
        assert_eq!(found, kind, "{script}");
        assert_eq!(sandbox.read("site/content/posts/stub-0.md"), before);
        assert!(!sandbox.records().is_empty(), "what came is kept");
    }
}

#[test]
fn one_that_was_cut_is_asked_to_go_on() {
    let mut sandbox = site(1);
    let more = "A further paragraph on time and its measure.\n\n".repeat(20);
    sandbox.write("begin.txt", &format!("{REPLY}\n{more}"));
    sandbox.write("rest.txt", &format!("The last paragraph.\n\n{MARKER}\n"));
    with_script(
        &mut sandbox,
        "cat > prompt.txt; if grep -q '^======' prompt.txt; then cat rest.txt; else cat begin.txt; exit 1; fi",
    );
    sandbox.run(&["generate"]).expect(0);
    let prompt = sandbox.read("prompt.txt");
    assert!(prompt.contains("TITLE: What Time Is"), "{prompt}");
    let post = sandbox.read("site/content/posts/stub-0.md");
    assert!(
        post.contains("further paragraph") && post.contains("The last paragraph."),
        "{post}"
    );
    assert_eq!(sandbox.records().len(), 2);
}

#[test]
fn it_sees_no_key_but_its_own() {
    let mut sandbox = site(1);
    sandbox.write(
        "home/.config/postwright/config.toml",
        &format!(
            "[provider.mine]\nprotocol = \"command\"\ncommand = [\"sh\", \"{}\", \"{{model}}\"]\nkey_env = \"MY_KEY\"\n\
             [provider.other]\nprotocol = \"openai-chat\"\nurl = \"https://a.example/v1\"\nkey_env = \"OTHER_KEY\"\n",
            sandbox.path("model.sh").display()
        ),
    );
    with_script(
        &mut sandbox,
        "echo \"$1\" > name; env > seen; cat reply.txt; echo \"$MY_KEY\" >&2; exit 1",
    );
    for name in ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OTHER_KEY", "MY_KEY"] {
        sandbox.set(name, &format!("secret-of-{name}"));
    }
    sandbox.set("EDITOR", "vi");
    let said = sandbox
        .run(&[
            "generate",
            "--model",
            "mine/llama3.2:3b",
            "--format",
            "json",
        ])
        .expect(0);
    assert_eq!(sandbox.read("name"), "llama3.2:3b\n");
    let seen = sandbox.read("seen");
    assert!(seen.contains("MY_KEY=secret-of-MY_KEY"), "{seen}");
    assert!(
        seen.contains("EDITOR=vi") && seen.contains("HOME="),
        "{seen}"
    );
    for hidden in ["OPENAI_API_KEY", "OTHER_KEY"] {
        assert!(!seen.contains(hidden), "{seen}");
    }
    assert!(!format!("{}{}", said.stdout, said.stderr).contains("secret-of"));
    // Where it fails for good, its last words are told without the key.
    with_script(&mut sandbox, "echo \"bad key $MY_KEY\" >&2; exit 1");
    sandbox.write(
        "site/content/posts/b.md",
        "+++\ntopic = \"B\"\ndraft = false\n+++\n",
    );
    let said = sandbox.run(&["generate", "--model", "mine/a"]).expect(1);
    assert!(said.stderr.contains("bad key [key]"), "{}", said.stderr);
    assert!(!said.stderr.contains("secret-of"), "{}", said.stderr);
    for (path, bytes) in sandbox.snapshot("site") {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("secret-of"), "{}", path.display());
    }
}

#[test]
fn whom_it_asks_is_not_known_so_it_counts_as_somebody_else() {
    let mut sandbox = site(21);
    with_script(&mut sandbox, "echo >> asked; cat reply.txt");
    let said = sandbox.run(&["generate"]).expect(2);
    assert!(said.stderr.contains("--yes"), "{}", said.stderr);
    let said = sandbox
        .run(&["generate", "--max-cost", "1", "--max-posts", "1"])
        .expect(2);
    assert!(said.stderr.contains("not known"), "{}", said.stderr);
    assert!(!sandbox.path("asked").exists());
}

#[test]
fn a_signal_to_the_run_ends_the_command_too() {
    let mut sandbox = site(1);
    with_script(
        &mut sandbox,
        "trap '' INT TERM; sleep 60 & echo $$ $! > pids; head -c 150 reply.txt; wait; sleep 60",
    );
    let run = sandbox.start(&["generate"]);
    while !sandbox.path("pids").exists() || sandbox.read("pids").is_empty() {
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_millis(200));
    let sent = Command::new("kill")
        .args(["-INT", &run.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    support::said(run.wait_with_output().unwrap()).expect(130);
    all_over(&sandbox.path("pids"), 2);
    let kept = sandbox.snapshot("site/.postwright/ledger");
    let is_kept = |(_, bytes): &(_, Vec<u8>)| bytes.as_slice() == &REPLY.as_bytes()[..150];
    assert!(kept.iter().any(is_kept), "what came is kept");
}
