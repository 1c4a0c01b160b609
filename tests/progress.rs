//! What `generate` shows while it goes on, and that nothing is lost where nobody can be shown anything.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

mod support;

use support::Sandbox;
use support::server::{Play, Server, good, plays};

const REPLY: &str = "TITLE: A title\nMETA_DESCRIPTION: What to know about it.\nTAGS: one\n\
     CATEGORIES: Tutorials\nMARKDOWN_POST_CONTENT:\nThe first paragraph.\n\n</EndOFText>\n";

/// A good reply that takes its time.
fn slow(milliseconds: u64) -> Play {
    let (first, second) = REPLY.split_at(REPLY.len() / 2);
    let steps = [
        format!("say {first}"),
        format!("wait {milliseconds}"),
        format!("say {second}"),
        "finish stop".to_owned(),
        "done".to_owned(),
    ];
    plays(200, &steps)
}

fn site_with_stubs(stubs: usize, server: &Server) -> Sandbox {
    let mut sandbox = Sandbox::with_stubs("zola", stubs);
    sandbox.set("POSTWRIGHT_URL", &server.url());
    sandbox
}

fn written(sandbox: &Sandbox, stubs: usize) -> usize {
    (0..stubs)
        .filter(|number| {
            let post = sandbox.read(&format!("site/content/posts/stub-{number}.md"));
            post.contains("The first paragraph.")
        })
        .count()
}

#[test]
fn a_log_gets_plain_lines() {
    let mut busy = plays(429, &["{\"error\": {\"message\": \"slow\u{1b}[2Jdown\"}}"]);
    busy.headers = vec!["retry-after: 1".to_owned()];
    let server = Server::start(vec![busy, good(REPLY)]);
    let sandbox = site_with_stubs(2, &server);
    let said = sandbox
        .run(&[
            "generate", "--model", "env/m", "--jobs", "1", "--color", "always",
        ])
        .expect(0);
    for line in [
        "content/posts/stub-0.md: asking\n",
        "content/posts/stub-0.md: waiting 1",
        "content/posts/stub-0.md: asking again (request 2)\n",
        "content/posts/stub-0.md: recorded (1 of 2)\n",
        "content/posts/stub-1.md: recorded (2 of 2)\n",
    ] {
        assert!(said.stderr.contains(line), "{line}: {}", said.stderr);
    }
    assert!(!said.stderr.contains('\u{1b}'), "{}", said.stderr);
}

#[test]
fn quiet_is_quiet_and_json_is_clean() {
    let server = Server::start(vec![good(REPLY)]);
    let sandbox = site_with_stubs(2, &server);
    let said = sandbox
        .run(&[
            "generate", "--model", "env/m", "--quiet", "--format", "json",
        ])
        .expect(0);
    assert_eq!(said.stderr, "");
    assert_eq!(said.json()["totals"]["written"], 2);
}

/// Where no result can be printed, the posts are made all the same.
#[test]
fn readers_that_go_away_cost_no_reply() {
    for format in ["human", "json"] {
        let server = Server::start(vec![slow(300)]);
        let sandbox = site_with_stubs(3, &server);
        let arguments = [
            "generate", "--model", "env/m", "--jobs", "2", "--format", format,
        ];
        let mut run = sandbox.start(&arguments);
        drop(run.stdout.take());
        drop(run.stderr.take());
        assert_eq!(run.wait().unwrap().code(), Some(0), "{format}");
        assert_eq!((sandbox.records().len(), written(&sandbox, 3)), (3, 3));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_the_output_costs_no_reply() {
    let server = Server::start(vec![good(REPLY)]);
    let sandbox = site_with_stubs(2, &server);
    let line = "> /dev/full 2> /dev/full";
    let run = sandbox.start_on_terminal(&["generate", "--model", "env/m"], line);
    assert_eq!(run.wait_with_output().unwrap().status.code(), Some(0));
    assert_eq!((sandbox.records().len(), written(&sandbox, 2)), (2, 2));
}

#[cfg(target_os = "linux")]
mod terminal {
    use std::fs;
    use std::io::Write as _;
    use std::num::NonZero;
    use std::process::Child;
    use std::thread;
    use std::time::{Duration, Instant};

    use rstest::rstest;

    use super::*;

    /// What became of a terminal.
    struct Shown {
        status: i32,
        /// All bytes that were sent to it.
        bytes: String,
        /// Every screen on the way that differs from the one before.
        screens: Vec<String>,
        /// The row and the column of the cursor at the end, and whether it cannot be seen.
        cursor: (u16, u16),
        is_cursor_hidden: bool,
    }

    impl Shown {
        fn last(&self) -> &str {
            self.screens.last().map_or("", String::as_str)
        }
    }

    fn watch(run: Child) -> Shown {
        let output = run.wait_with_output().unwrap();
        let size = |number| NonZero::new(number).unwrap();
        let mut terminal = vt100::Parser::new(size(12), size(72), 0);
        let mut screens: Vec<String> = Vec::new();
        // A drawing ends with the cursor at the beginning of a line.
        for piece in output.stdout.split_inclusive(|byte| *byte == b'\r') {
            terminal.process(piece);
            let screen = terminal.screen().contents();
            if screens.last() != Some(&screen) {
                screens.push(screen);
            }
        }
        Shown {
            status: output.status.code().unwrap(),
            bytes: String::from_utf8(output.stdout).unwrap(),
            screens,
            cursor: terminal.screen().cursor_position(),
            is_cursor_hidden: terminal.screen().hide_cursor(),
        }
    }

    fn has_bar(screen: &str) -> bool {
        screen.lines().any(|line| line.starts_with('[')) || screen.contains(" of 3 posts")
    }

    #[test]
    fn bars_come_and_go() {
        let server = Server::start(vec![slow(700)]);
        let mut sandbox = site_with_stubs(3, &server);
        sandbox.set("TERM", "xterm");
        let run = sandbox.start_on_terminal(&["generate", "--model", "env/m", "--jobs", "2"], "");
        let shown = watch(run);
        assert_eq!(shown.status, 0, "{}", shown.last());
        let is_under_way = |screen: &String| {
            screen.contains("] 0 of 3 posts")
                && screen.contains("  content/posts/stub-0.md  ")
                && screen.contains("  content/posts/stub-1.md  ")
                && !screen.contains("stub-2.md")
                && screen.contains(" words")
        };
        assert!(
            shown.screens.iter().any(is_under_way),
            "{:#?}",
            shown.screens
        );
        let is_later = |screen: &String| screen.contains("[==========>     ] 2 of 3 posts");
        assert!(shown.screens.iter().any(is_later), "{:#?}", shown.screens);
        // Nothing of it is left, and no line was lost.
        assert!(!has_bar(shown.last()), "{}", shown.last());
        let mut lines = shown.last().lines();
        assert_eq!(lines.next(), Some("asking env/m for 3 posts"));
        assert!(
            shown.last().contains("3 written, 3 requests"),
            "{}",
            shown.last()
        );
        assert!(!shown.last().contains("\n\n"), "{}", shown.last());
        assert_eq!(shown.cursor.1, 0);
        assert!(!shown.is_cursor_hidden && !shown.bytes.contains("\u{1b}[?25l"));
        assert!(shown.bytes.contains("\u{1b}[36m"), "the bar has a color");
        assert_eq!(written(&sandbox, 3), 3);
    }

    #[test]
    fn a_wait_is_counted_down() {
        let mut busy = plays(429, &["{\"error\": {\"message\": \"slow\u{1b}[2Jdown\"}}"]);
        busy.headers = vec!["retry-after: 2".to_owned()];
        let server = Server::start(vec![busy, good(REPLY)]);
        let mut sandbox = site_with_stubs(1, &server);
        sandbox.set("TERM", "xterm");
        let shown = watch(sandbox.start_on_terminal(&["generate", "--model", "env/m"], ""));
        assert_eq!(shown.status, 0, "{}", shown.last());
        for wait in ["stub-0.md  waiting 2 s: ", "stub-0.md  waiting 1 s: "] {
            let is_told = |screen: &String| screen.contains(wait);
            assert!(shown.screens.iter().any(is_told), "{:#?}", shown.screens);
        }
        // What the server says does not reach the terminal as a command.
        assert!(!shown.bytes.contains("\u{1b}[2J"));
    }

    #[rstest]
    #[case::no_color("NO_COLOR", "1", "")]
    #[case::never("TERM", "xterm", "--color never")]
    fn bars_without_color(#[case] name: &str, #[case] value: &str, #[case] more: &str) {
        let server = Server::start(vec![slow(300)]);
        let mut sandbox = site_with_stubs(3, &server);
        sandbox.set("TERM", "xterm");
        sandbox.set(name, value);
        let shown = watch(sandbox.start_on_terminal(&["generate", "--model", "env/m"], more));
        assert!(shown.screens.iter().any(|screen| has_bar(screen)));
        assert!(!has_bar(shown.last()), "{}", shown.last());
        // Sequences that color end with this letter.
        let mut sequences = shown.bytes.split('\u{1b}').skip(1);
        assert!(sequences.all(|rest| {
            let end = rest.find(|c: char| c.is_ascii_alphabetic()).unwrap();
            !rest[end..].starts_with('m')
        }));
    }

    #[rstest]
    #[case::dumb("TERM", "dumb", "", true)]
    #[case::ci("CI", "true", "--online", true)]
    #[case::quiet("TERM", "xterm", "--quiet", false)]
    fn no_bars_where_they_do_not_fit(
        #[case] name: &str,
        #[case] value: &str,
        #[case] more: &str,
        #[case] lines: bool,
    ) {
        let server = Server::start(vec![slow(300)]);
        let mut sandbox = site_with_stubs(3, &server);
        sandbox.set("TERM", "xterm");
        sandbox.set(name, value);
        let arguments = ["generate", "--model", "env/m", "--color", "never"];
        let shown = watch(sandbox.start_on_terminal(&arguments, more));
        assert_eq!(shown.status, 0, "{}", shown.bytes);
        assert!(!shown.bytes.contains('\u{1b}'), "{}", shown.bytes);
        let is_told = shown.bytes.contains("stub-0.md: asking");
        assert_eq!(is_told, lines, "{}", shown.bytes);
        assert_eq!(written(&sandbox, 3), 3);
    }

    #[test]
    fn json_is_clean_beside_bars() {
        let server = Server::start(vec![slow(300)]);
        let mut sandbox = site_with_stubs(3, &server);
        sandbox.set("TERM", "xterm");
        let arguments = ["generate", "--model", "env/m", "--format", "json"];
        let shown = watch(sandbox.start_on_terminal(&arguments, "> ../out.json"));
        assert!(shown.screens.iter().any(|screen| has_bar(screen)));
        let out: serde_json::Value = serde_json::from_str(&sandbox.read("out.json")).unwrap();
        assert_eq!(out["totals"]["written"], 3);
    }

    /// Ctrl-C as it is typed: once, and twice at once.
    #[rstest]
    #[case::once(b"\x03")]
    #[case::twice(b"\x03\x03")]
    fn an_interrupted_run_keeps_what_is_paid_and_cleans_up(#[case] typed: &[u8]) {
        let server = Server::with(|number, _| {
            if number == 0 {
                good(REPLY)
            } else {
                slow(60_000)
            }
        });
        let mut sandbox = site_with_stubs(3, &server);
        sandbox.set("TERM", "xterm");
        let mut run =
            sandbox.start_on_terminal(&["generate", "--model", "env/m", "--jobs", "2"], "");
        let started = Instant::now();
        while sandbox
            .path("site/.postwright/replies")
            .exists()
            .then(|| sandbox.records().len())
            != Some(1)
            || server.seen().len() < 3
        {
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "nothing was asked"
            );
            thread::sleep(Duration::from_millis(20));
        }
        // Until something is drawn of the two that are under way.
        thread::sleep(Duration::from_millis(400));
        let typed_at = Instant::now();
        run.stdin.as_mut().unwrap().write_all(typed).unwrap();
        let shown = watch(run);
        assert!(typed_at.elapsed() < Duration::from_secs(5));
        assert_eq!(shown.status, 130, "{}", shown.last());
        let is_under_way = |screen: &String| screen.contains("] 1 of 3 posts");
        assert!(
            shown.screens.iter().any(is_under_way),
            "{:#?}",
            shown.screens
        );
        assert!(!has_bar(shown.last()), "{}", shown.last());
        assert!(!shown.last().contains("^C"), "{}", shown.last());
        assert!(shown.last().contains("1 written"), "{}", shown.last());
        assert!(!shown.is_cursor_hidden && shown.cursor.1 == 0);
        assert_eq!(sandbox.records().len(), 1);
        assert_eq!(written(&sandbox, 3), 1);
        // The text that had come of the others is kept.
        let partials = fs::read_dir(sandbox.path("site/.postwright/ledger"))
            .unwrap()
            .filter(|entry| {
                let path = entry.as_ref().unwrap().path();
                path.extension().is_some_and(|it| it == "partial")
            })
            .count();
        assert_eq!(partials, 2);
    }
}
