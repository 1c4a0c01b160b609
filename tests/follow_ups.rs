//! Replies that are no post yet: cut ones are gone on from, malformed ones are mended, each with as little as will do and
//! a bounded number of requests; everything that was paid for is kept.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use xtask::generators;

mod support;

use support::server::{Play, Seen, Server, generate, good, plays};
use support::{Said, Sandbox, build};

const STUB: &str = "site/content/posts/stub.md";

fn site() -> Sandbox {
    let sandbox = Sandbox::with_site("tests/end_to_end/zola");
    sandbox.write(STUB, "+++\ntopic = \"Coasts\"\ndraft = false\n+++\n");
    sandbox
}

/// Four replies in vain are enough, and `status` says of which stub.
#[test]
fn a_stub_is_given_up_for_its_four_replies_and_status_names_it() {
    let sandbox = site();
    for number in 1..=4 {
        let status = sandbox.run(&["status"]).expect(0);
        assert!(!status.stderr.contains("[given-up]"), "{}", status.stderr);
        let cut = format!("{HEAD}Only a beginning, for the {number}. time.\n");
        sandbox
            .run_with_input(&["accept", "content/posts/stub.md"], &cut)
            .expect(1);
    }
    let status = sandbox.run(&["status"]).expect(0);
    let told = status
        .stderr
        .lines()
        .find(|line| line.contains("[given-up]"));
    let told = told.unwrap_or_else(|| panic!("{}", status.stderr));
    assert!(told.contains("content/posts/stub.md"), "{told}");
    assert!(told.contains("4 replies were paid for"), "{told}");
}

const HEAD: &str = "TITLE: Coasts and what shapes them\nMETA_DESCRIPTION: Wind, water and time.\nTAGS: sea\nCATEGORIES: Tutorials\nMARKDOWN_POST_CONTENT:\n";

fn paragraph(number: usize) -> String {
    format!(
        "Paragraph {number} tells of wind and water. {}",
        "Both take their time over a coast. ".repeat(6)
    )
}

fn body() -> String {
    let parts: Vec<String> = (1..=8)
        .map(|number| {
            format!(
                "## Part {number}\n\n{}\n\n```sh\necho {number}\n```",
                paragraph(number)
            )
        })
        .collect();
    parts.join("\n\n")
}

fn whole() -> String {
    format!("{HEAD}{}\n\n</EndOFText>\n", body())
}

/// The reply that a request shows as the model's own, and what it asks then.
fn follow_up(seen: &Seen) -> Option<(String, String)> {
    let messages = seen.body["messages"].as_array().unwrap();
    let text = |at: usize| messages[at]["content"].as_str().unwrap().to_owned();
    match messages.len() {
        2 => None,
        4 => {
            assert_eq!(messages[2]["role"], "assistant");
            Some((text(2), text(3)))
        }
        other => panic!("{other} messages"),
    }
}

/// Writes so many bytes of the whole reply at a time, and says each time that the limit was reached, as long as there is more.
fn piecewise(seen: &Seen, most: usize) -> Play {
    let whole = whole();
    let from = follow_up(seen).map_or(0, |(reply, _)| {
        assert!(whole.starts_with(&reply), "{reply}");
        reply.len()
    });
    let to = whole.len().min(from.saturating_add(most));
    let reason = if to == whole.len() { "stop" } else { "length" };
    plays(
        200,
        &[
            format!("say {}", &whole[from..to]),
            format!("finish {reason}"),
            "usage".to_owned(),
            "done".to_owned(),
        ],
    )
}

/// What the page shows has to be all of the post, once.
fn expect_post(sandbox: &Sandbox) {
    let post = sandbox.read(STUB);
    assert!(
        post.contains("title = \"Coasts and what shapes them\""),
        "{post}"
    );
    assert!(post.trim_end().ends_with(&body()), "{post}");
    let public = build(&generators::all().unwrap().zola, &sandbox.path("site"));
    let page = fs::read_to_string(public.join("posts/stub/index.html")).unwrap();
    assert_eq!(page.matches("<h2").count(), 8);
    assert_eq!(page.matches("tells of wind").count(), 8);
}

fn links(sandbox: &Sandbox, key: &str) -> usize {
    let has = |text: &str| {
        text.lines()
            .any(|line| line.starts_with(&format!("{key} = ")))
    };
    sandbox
        .records()
        .iter()
        .filter(|(_, text)| has(text))
        .count()
}

#[test]
fn a_reply_at_the_limit_of_tokens_is_gone_on_from() {
    let mut sandbox = site();
    let server = Server::with(|_, seen| piecewise(seen, 1100));
    let json = generate(&mut sandbox, &server, &["--format", "json"])
        .expect(0)
        .json();
    expect_post(&sandbox);
    assert_eq!(server.seen().len(), 3);
    assert_eq!(json["posts"][0]["requests"], 3);
    assert_eq!(
        (sandbox.records().len(), links(&sandbox, "continues")),
        (3, 2)
    );
    // All of it is made again from what is kept, for nothing.
    let post = sandbox.read(STUB);
    sandbox
        .run(&["generate", "--refresh", "--offline"])
        .expect(0);
    assert_eq!(sandbox.read(STUB), post);
    assert_eq!(server.seen().len(), 3);
}

#[test]
fn a_reply_is_gone_on_from_twice_and_then_given_up() {
    let mut sandbox = site();
    let stub = sandbox.read(STUB);
    let server = Server::with(|_, seen| piecewise(seen, 800));
    generate(&mut sandbox, &server, &[]).expect(1);
    assert_eq!(server.seen().len(), 3);
    // Another run would fare no better, and asks for nothing.
    let said = generate(&mut sandbox, &server, &[]).expect(1);
    assert!(
        said.stderr.contains("[given-up]") && said.stderr.contains("--refresh"),
        "{}",
        said.stderr
    );
    let status = sandbox.run(&["status"]).expect(0);
    assert!(
        status.stdout.contains("partial")
            && status.stderr.contains("[given-up]")
            && status.stderr.contains("--refresh"),
        "{} {}",
        status.stdout,
        status.stderr
    );
    let dry = generate(&mut sandbox, &server, &["--dry-run"]);
    assert!(
        dry.stdout.contains("given-up") || dry.stderr.contains("given-up"),
        "{} {}",
        dry.stdout,
        dry.stderr
    );
    assert_eq!((server.seen().len(), sandbox.records().len()), (3, 3));
    assert_eq!(sandbox.read(STUB), stub);
}

#[test]
fn a_stream_that_breaks_off_is_gone_on_from() {
    let mut sandbox = site();
    let server = Server::with(|_, seen| match follow_up(seen) {
        None => plays(200, &[format!("say {}", &whole()[..1500])]),
        Some((reply, _)) => good(&whole()[reply.len()..]),
    });
    let said = generate(&mut sandbox, &server, &[]).expect(0);
    expect_post(&sandbox);
    assert_eq!(server.seen().len(), 2);
    // What came is recorded and used, so nothing was paid for in vain.
    assert!(!said.stderr.contains("possibly paid"), "{}", said.stderr);
    assert_eq!(links(&sandbox, "continues"), 1);
}

#[test]
fn a_reply_without_its_end_marker_is_gone_on_from() {
    let mut sandbox = site();
    let server = Server::with(|_, seen| match follow_up(seen) {
        None => good(whole().trim_end().trim_end_matches("</EndOFText>")),
        Some((_, ask)) => {
            assert!(ask.contains("send the end marker alone"), "{ask}");
            // It says the last block again, as it may.
            good("```sh\necho 8\n```\n\n</EndOFText>\n")
        }
    });
    generate(&mut sandbox, &server, &[]).expect(0);
    expect_post(&sandbox);
    assert_eq!(server.seen().len(), 2);
}

#[cfg(unix)]
#[test]
fn what_a_killed_run_had_is_gone_on_from() {
    for signal in ["-KILL", "-INT"] {
        let mut sandbox = site();
        let server = Server::with(|_, seen| match follow_up(seen) {
            None => plays(
                200,
                &[format!("say {}", &whole()[..1500]), "wait 60000".to_owned()],
            ),
            Some((reply, _)) => good(&whole()[reply.len()..]),
        });
        sandbox.set("POSTWRIGHT_URL", &server.url());
        let mut run = sandbox.start(&["generate", "--model", "env/m"]);
        let started = Instant::now();
        let has_text = || {
            let files = sandbox.snapshot("site/.postwright/ledger");
            files.iter().any(|(path, bytes)| {
                path.extension().is_some_and(|it| it == "partial") && bytes.len() >= 1500
            })
        };
        while !sandbox.path("site/.postwright/ledger").exists() || !has_text() {
            assert!(started.elapsed() < Duration::from_secs(20), "no text came");
            thread::sleep(Duration::from_millis(50));
        }
        let pid = run.id().to_string();
        std::process::Command::new("kill")
            .args([signal, &pid])
            .status()
            .unwrap();
        run.wait().unwrap();
        generate(&mut sandbox, &server, &[]).expect(0);
        expect_post(&sandbox);
        assert_eq!(server.seen().len(), 2, "{signal}");
        assert_eq!(links(&sandbox, "continues"), 1, "{signal}");
    }
}

/// A run of `generate` with these arguments that gets the first 1500 bytes of a reply and then waits.
fn stopped_in_the_middle(
    sandbox: &mut Sandbox,
    server: &Server,
    more: &[&str],
    signal: &str,
) -> Said {
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let arguments = [&["generate", "--model", "env/m"], more].concat();
    let run = sandbox.start(&arguments);
    let started = Instant::now();
    let has_text = || {
        let files = sandbox.snapshot("site/.postwright/ledger");
        files.iter().any(|(path, bytes)| {
            path.extension().is_some_and(|it| it == "partial") && bytes.len() >= 1500
        })
    };
    while !sandbox.path("site/.postwright/ledger").exists() || !has_text() {
        assert!(started.elapsed() < Duration::from_secs(20), "no text came");
        thread::sleep(Duration::from_millis(50));
    }
    let pid = run.id().to_string();
    std::process::Command::new("kill")
        .args([signal, &pid])
        .status()
        .unwrap();
    let output = run.wait_with_output().unwrap();
    Said {
        status: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Sends 1500 bytes and falls silent, and what is missing when it is asked to go on.
fn that_falls_silent() -> Server {
    Server::with(|_, seen| match follow_up(seen) {
        None => plays(
            200,
            &[format!("say {}", &whole()[..1500]), "wait 60000".to_owned()],
        ),
        Some((reply, _)) => good(&whole()[reply.len()..]),
    })
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_says_what_is_kept() {
    let mut sandbox = site();
    let server = that_falls_silent();
    let said = stopped_in_the_middle(&mut sandbox, &server, &["--format", "json"], "-INT");
    assert_eq!(said.status, 130);
    let post = &said.json()["posts"][0];
    assert_eq!(post["error"]["kind"], "interrupted", "{post}");
    assert_eq!(
        post["error"]["help"],
        "what had come is recorded; run the same command again to go on from it"
    );
    assert_eq!(
        (&post["possibly_paid"], &post["requests"]),
        (&0.into(), &1.into())
    );
    assert!(
        sandbox
            .run(&["status"])
            .expect(0)
            .stdout
            .contains("partial")
    );
}

/// Interruptions are not the reply's fault, so they take none of the rounds: what came of each request is kept and used.
#[cfg(unix)]
#[test]
fn a_reply_may_be_interrupted_again_and_again() {
    let mut sandbox = site();
    let server = Server::with(|number, seen| {
        let from = follow_up(seen).map_or(0, |(reply, _)| reply.len());
        if number < 3 {
            let to = whole().len().min(from + 800);
            plays(
                200,
                &[
                    format!("say {}", &whole()[from..to]),
                    "wait 60000".to_owned(),
                ],
            )
        } else {
            good(&whole()[from..])
        }
    });
    sandbox.set("POSTWRIGHT_URL", &server.url());
    for number in 1..=3 {
        let mut run = sandbox.start(&["generate", "--model", "env/m"]);
        let started = Instant::now();
        let has_text = || {
            let files = sandbox.snapshot("site/.postwright/ledger");
            files.iter().any(|(path, bytes)| {
                path.extension().is_some_and(|it| it == "partial") && bytes.len() >= 700
            })
        };
        while server.seen().len() < number || !has_text() {
            assert!(
                started.elapsed() < Duration::from_secs(20),
                "no text came in run {number}"
            );
            thread::sleep(Duration::from_millis(50));
        }
        let pid = run.id().to_string();
        std::process::Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap();
        run.wait().unwrap();
        assert_eq!(sandbox.records().len(), number);
    }
    generate(&mut sandbox, &server, &[]).expect(0);
    expect_post(&sandbox);
    assert_eq!((server.seen().len(), links(&sandbox, "continues")), (4, 3));
}

/// A refresh that is said twice since it was killed is one refresh.
#[cfg(unix)]
#[test]
fn a_refresh_goes_on_from_what_a_killed_one_had() {
    for signal in ["-KILL", "-INT"] {
        let mut sandbox = site();
        let first = Server::with(|_, _| good(&whole().replace("echo", "printf")));
        sandbox.set("POSTWRIGHT_URL", &first.url());
        sandbox.run(&["generate", "--model", "env/m"]).expect(0);
        // Records are told apart by the second.
        thread::sleep(Duration::from_millis(1_100));
        let server = that_falls_silent();
        let refresh = ["--refresh", "content/posts/stub.md"];
        stopped_in_the_middle(&mut sandbox, &server, &refresh, signal);
        let arguments = [&["generate", "--model", "env/m"], &refresh[..]].concat();
        sandbox.run(&arguments).expect(0);
        expect_post(&sandbox);
        assert_eq!(server.seen().len(), 2, "{signal}");
        assert_eq!(links(&sandbox, "continues"), 1, "{signal}");
        // The next one is a new one.
        let third = Server::with(|_, _| good(&whole().replace("echo", "print")));
        sandbox.set("POSTWRIGHT_URL", &third.url());
        sandbox.run(&arguments).expect(0);
        assert!(sandbox.read(STUB).contains("print 8"));
    }
}

/// A dry run writes nothing, and tells all the same of what a killed run left.
#[cfg(unix)]
#[test]
fn a_dry_run_foresees_what_a_killed_run_left() {
    let mut sandbox = site();
    let short = Server::with(|_, seen| piecewise(seen, 800));
    generate(&mut sandbox, &short, &[]).expect(1);
    thread::sleep(Duration::from_millis(1_100));
    let server = that_falls_silent();
    let refresh = ["--refresh", "content/posts/stub.md"];
    stopped_in_the_middle(&mut sandbox, &server, &refresh, "-KILL");
    let before = sandbox.snapshot("site");
    let json = sandbox
        .run(&[
            "generate",
            "--model",
            "env/m",
            "--dry-run",
            "--format",
            "json",
        ])
        .expect(0)
        .json();
    assert_eq!(sandbox.snapshot("site"), before);
    let post = &json["posts"][0];
    assert_eq!(post["state"], "planned", "{post}");
    // What is gone on from, two continuations more, one repair, and one in vain.
    assert_eq!(post["most_requests"], 5, "{post}");
    assert_eq!(post["possibly_paid"], 0, "{post}");
    sandbox.run(&["generate", "--model", "env/m"]).expect(0);
    expect_post(&sandbox);
    assert_eq!(server.seen().len(), 2);
}

#[cfg(unix)]
#[test]
fn a_refresh_uses_the_whole_reply_of_a_killed_one() {
    let mut sandbox = site();
    let first = Server::with(|_, _| good(&whole().replace("echo", "printf")));
    sandbox.set("POSTWRIGHT_URL", &first.url());
    sandbox.run(&["generate", "--model", "env/m"]).expect(0);
    thread::sleep(Duration::from_millis(1_100));
    let server =
        Server::with(|_, _| plays(200, &[format!("say {}", whole()), "wait 60000".to_owned()]));
    let refresh = ["--refresh", "content/posts/stub.md"];
    stopped_in_the_middle(&mut sandbox, &server, &refresh, "-KILL");
    let arguments = [&["generate", "--model", "env/m"], &refresh[..]].concat();
    sandbox.run(&arguments).expect(0);
    expect_post(&sandbox);
    assert_eq!(server.seen().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_whole_reply_of_a_killed_run_is_told_where_the_stub_was_changed_since() {
    let mut sandbox = site();
    let server =
        Server::with(|_, _| plays(200, &[format!("say {}", whole()), "wait 60000".to_owned()]));
    stopped_in_the_middle(&mut sandbox, &server, &[], "-KILL");
    let stub = sandbox.read(STUB);
    sandbox.write(STUB, &(stub + "And the tides.\n"));
    // As often as it is asked for, not once.
    for _ in 0..2 {
        let said = generate(&mut sandbox, &server, &[]).expect(1);
        assert!(
            said.stderr.contains("[changed]") && said.stderr.contains("--refresh"),
            "{}",
            said.stderr
        );
    }
    assert_eq!(server.seen().len(), 1);
    let status = sandbox.run(&["status"]).expect(0);
    assert!(status.stdout.contains("changed"), "{}", status.stdout);

    let said = generate(&mut sandbox, &server, &[]).expect(1);
    let command = said.stderr.split("to use that reply: postwright ").nth(1);
    let command = command.unwrap().split(';').next().unwrap();
    let arguments: Vec<&str> = command.split_whitespace().collect();
    sandbox.run(&arguments).expect(0);
    assert!(sandbox.read(STUB).contains("Both take"));
    assert!(sandbox.snapshot("site/.postwright/ledger").is_empty());
    assert_eq!(server.seen().len(), 1);
}

/// A site with a post, and the whole reply of a refresh that was killed.
#[cfg(unix)]
fn with_a_killed_refresh() -> (Sandbox, Server) {
    let mut sandbox = site();
    let first = Server::with(|_, _| good(&whole().replace("Both take", "They take")));
    generate(&mut sandbox, &first, &[]).expect(0);
    let server = Server::with(|number, _| match number {
        0 => plays(200, &[format!("say {}", whole()), "wait 60000".to_owned()]),
        _ => good(&whole().replace("Both take", "All take")),
    });
    let refresh = ["--refresh", "content/posts/stub.md"];
    stopped_in_the_middle(&mut sandbox, &server, &refresh, "-KILL");
    (sandbox, server)
}

#[cfg(unix)]
#[test]
fn offline_a_refresh_uses_the_whole_reply_of_a_killed_one() {
    let (sandbox, server) = with_a_killed_refresh();
    let offline = [
        "generate",
        "--refresh",
        "--offline",
        "content/posts/stub.md",
    ];
    sandbox.run(&offline).expect(0);
    assert!(sandbox.read(STUB).contains("Both take"));
    assert_eq!(server.seen().len(), 1);
}

#[cfg(unix)]
#[test]
fn a_reply_that_is_refused_does_not_stand_in_the_way_of_the_next() {
    let (mut sandbox, server) = with_a_killed_refresh();
    sandbox.write("site/postwright.toml", "[post]\nmin_words = 5000\n");
    let refresh = ["--refresh", "--no-repair", "content/posts/stub.md"];
    let said = generate(&mut sandbox, &server, &refresh).expect(1);
    assert!(said.stderr.contains("one more is asked"), "{}", said.stderr);
    assert_eq!(server.seen().len(), 2);
    // The newest that waits is used, once it is no longer refused.
    sandbox.write("site/postwright.toml", "");
    generate(&mut sandbox, &server, &refresh).expect(0);
    assert!(sandbox.read(STUB).contains("All take"));
    assert_eq!(server.seen().len(), 2);
}

#[cfg(unix)]
#[test]
fn what_a_killed_run_had_is_kept_where_another_reply_is_accepted() {
    let mut sandbox = site();
    let server =
        Server::with(|_, _| plays(200, &[format!("say {}", whole()), "wait 60000".to_owned()]));
    stopped_in_the_middle(&mut sandbox, &server, &[], "-KILL");
    let other = whole().replace("Both take", "They take");
    sandbox
        .run_with_input(&["accept", "content/posts/stub.md"], &other)
        .expect(0);
    let records = sandbox.records();
    assert_eq!(records.len(), 2);
    assert!(records.iter().any(|(_, text)| text.contains("Both take")));
    assert!(sandbox.read(STUB).contains("They take"));
}

/// Some models spend all their tokens on thoughts. What is paid for once and of no use is not bought again unasked.
#[test]
fn a_paid_reply_without_text_is_recorded_and_not_asked_for_again() {
    let mut sandbox = site();
    let stub = sandbox.read(STUB);
    let silent = Server::start(vec![plays(200, &["finish stop", "usage", "done"])]);
    let json = generate(&mut sandbox, &silent, &["--format", "json"])
        .expect(1)
        .json();
    assert_eq!(json["posts"][0]["error"]["kind"], "no-text", "{json:#}");
    assert_eq!(json["totals"]["possibly_paid"], 0, "{json:#}");
    assert_eq!(json["totals"]["output_tokens"], 9, "{json:#}");
    assert_eq!(sandbox.records().len(), 1);
    for more in [&[] as &[&str], &["--dry-run"]] {
        let said = generate(&mut sandbox, &silent, more);
        let all = format!("{}{}", said.stdout, said.stderr);
        assert!(
            all.contains("given-up") && all.contains("take another model"),
            "{all}"
        );
        assert!(
            !all.contains("max_output_tokens") && !all.contains("--online"),
            "{all}"
        );
    }
    assert_eq!((silent.seen().len(), sandbox.read(STUB)), (1, stub));
    let server = Server::with(|_, _| good(&whole()));
    generate(
        &mut sandbox,
        &server,
        &["--refresh", "content/posts/stub.md"],
    )
    .expect(0);
    expect_post(&sandbox);
}

/// Each of the three replies came whole, was counted and is recorded.
#[test]
fn replies_at_the_limit_are_not_paid_for_in_vain() {
    let mut sandbox = site();
    let server = Server::with(|_, seen| piecewise(seen, 800));
    let json = generate(&mut sandbox, &server, &["--format", "json"])
        .expect(1)
        .json();
    let post = &json["posts"][0];
    assert_eq!(post["error"]["kind"], "cut-reply", "{post}");
    assert_eq!(
        (post["requests"].as_u64(), post["possibly_paid"].as_u64()),
        (Some(3), Some(0))
    );
    assert_eq!(sandbox.records().len(), 3);
}

/// What is said of a reply that is given up fits what is wrong with it.
#[test]
fn a_reply_that_is_given_up_is_told_with_its_cause() {
    let bad = || whole().replace("TITLE: Coasts and what shapes them", "TITLE:");
    let mut sandbox = site();
    let server = Server::with(move |number, _| good(&format!("{}<!-- {number} -->", bad())));
    generate(&mut sandbox, &server, &["--no-repair"]).expect(1);
    let said = generate(&mut sandbox, &server, &["--no-repair"]).expect(1);
    assert!(
        said.stderr.contains("run it without --no-repair"),
        "{}",
        said.stderr
    );
    generate(&mut sandbox, &server, &[]).expect(1);
    for more in [&[] as &[&str], &["--dry-run"]] {
        let said = generate(&mut sandbox, &server, more);
        let all = format!("{}{}", said.stdout, said.stderr);
        for part in ["given-up", "the title", "postwright accept", "--refresh"] {
            assert!(all.contains(part), "{part}: {all}");
        }
        assert!(
            !all.contains("max_output_tokens") && !all.contains("--online"),
            "{all}"
        );
    }
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_whole_reply_of_a_killed_run_is_not_asked_for_again() {
    let mut sandbox = site();
    let server =
        Server::with(|_, _| plays(200, &[format!("say {}", whole()), "wait 60000".to_owned()]));
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let mut run = sandbox.start(&["generate", "--model", "env/m"]);
    let started = Instant::now();
    let length = whole().len();
    let has_text = || {
        let files = sandbox.snapshot("site/.postwright/ledger");
        files.iter().any(|(path, bytes)| {
            path.extension().is_some_and(|it| it == "partial") && bytes.len() >= length
        })
    };
    while !sandbox.path("site/.postwright/ledger").exists() || !has_text() {
        assert!(started.elapsed() < Duration::from_secs(20), "no text came");
        thread::sleep(Duration::from_millis(50));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    generate(&mut sandbox, &server, &[]).expect(0);
    expect_post(&sandbox);
    assert_eq!(server.seen().len(), 1);
}

/// Answers the first request with a malformed reply and the second, which has to name the problem, with the repair.
fn repaired(
    first: String,
    problem: &'static str,
    labels_only: bool,
    repair: String,
) -> (Sandbox, Server, Value) {
    let mut sandbox = site();
    let server = Server::with(move |_, seen| match follow_up(seen) {
        None => good(&first),
        Some((reply, ask)) => {
            assert!(first.contains(&reply), "{reply}");
            assert!(ask.contains(problem), "{ask}");
            assert_eq!(
                ask.contains("Send the labelled lines alone"),
                labels_only,
                "{ask}"
            );
            good(&repair)
        }
    });
    let json = generate(&mut sandbox, &server, &["--format", "json"])
        .expect(0)
        .json();
    (sandbox, server, json)
}

#[test]
fn missing_labels_are_asked_for_alone() {
    let bad = whole().replace(
        "META_DESCRIPTION: Wind, water and time.",
        "META_DESCRIPTION:",
    );
    let labels = format!(
        "{}</EndOFText>\n",
        HEAD.replace("MARKDOWN_POST_CONTENT:\n", "")
    );
    let (sandbox, server, _) = repaired(bad, "description", true, labels);
    expect_post(&sandbox);
    assert!(
        sandbox
            .read(STUB)
            .contains("description = \"Wind, water and time.\"")
    );
    assert_eq!((server.seen().len(), links(&sandbox, "repairs")), (2, 1));
}

#[test]
fn categories_that_the_site_does_not_have_are_asked_for_again() {
    let bad = whole().replace("CATEGORIES: Tutorials", "CATEGORIES: Seaside Matters");
    let labels = format!(
        "{}</EndOFText>\n",
        HEAD.replace("MARKDOWN_POST_CONTENT:\n", "")
    );
    let (sandbox, _, json) = repaired(bad, "CATEGORIES", true, labels);
    expect_post(&sandbox);
    assert!(sandbox.read(STUB).contains("Tutorials"));
    assert_eq!(json["posts"][0]["requests"], 2);
}

#[test]
fn a_repair_that_fails_leaves_the_reply_as_it_was() {
    let mut sandbox = site();
    let server = Server::with(|_, seen| match follow_up(seen) {
        None => good(&whole().replace("CATEGORIES: Tutorials", "CATEGORIES: Seaside Matters")),
        Some(_) => plays(400, &["raw {\"error\":{\"message\":\"no\"}}"]),
    });
    let said = generate(&mut sandbox, &server, &[]).expect(0);
    expect_post(&sandbox);
    assert!(said.stderr.contains("unknown-category"), "{}", said.stderr);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_post_that_is_too_short_is_asked_for_once_more() {
    let mut sandbox = site();
    sandbox.write("site/postwright.toml", "[post]\nmin_words = 200\n");
    let short = format!("{HEAD}{}\n\n</EndOFText>\n", paragraph(1));
    let server = Server::with(move |_, seen| match follow_up(seen) {
        None => good(&short),
        Some((_, ask)) => {
            assert!(ask.contains("at least") && ask.contains("200"), "{ask}");
            good(&whole())
        }
    });
    generate(&mut sandbox, &server, &[]).expect(0);
    expect_post(&sandbox);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn errors_that_the_checks_find_in_the_text_are_named() {
    let mut sandbox = site();
    sandbox.write(
        "site/postwright.toml",
        "[check.placeholder-link]\nseverity = \"error\"\n",
    );
    let dead = whole().replace(
        "Paragraph 3 tells",
        "See [there](https://example.com/nowhere). Paragraph 3 tells",
    );
    let server = Server::with(move |_, seen| match follow_up(seen) {
        None => good(&dead),
        Some((_, ask)) => {
            assert!(ask.contains("nowhere"), "{ask}");
            good(&whole())
        }
    });
    generate(&mut sandbox, &server, &[]).expect(0);
    expect_post(&sandbox);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn repairs_are_bounded_and_can_be_switched_off() {
    let bad = || whole().replace("TITLE: Coasts and what shapes them", "TITLE:");
    for (more, requests) in [(&[] as &[&str], 2), (&["--no-repair"], 1)] {
        let mut sandbox = site();
        let stub = sandbox.read(STUB);
        let server = Server::with(move |number, _| good(&format!("{}<!-- {number} -->", bad())));
        generate(&mut sandbox, &server, more).expect(1);
        assert_eq!(server.seen().len(), requests);
        assert_eq!(sandbox.records().len(), requests);
        assert_eq!(sandbox.read(STUB), stub);
    }
}

#[test]
fn what_a_run_saw_fail_does_not_keep_the_next_one_from_asking() {
    let mut sandbox = site();
    let broken = Server::start(vec![plays(
        500,
        &["raw {\"error\":{\"message\":\"sorry\"}}"],
    )]);
    let json = generate(&mut sandbox, &broken, &["--format", "json"])
        .expect(1)
        .json();
    assert_eq!(json["totals"]["possibly_paid"], 2, "{json:#}");
    let server = Server::with(|_, _| good(&whole()));
    let json = generate(&mut sandbox, &server, &["--format", "json"])
        .expect(0)
        .json();
    // That was told before, and is no news.
    assert_eq!(json["totals"]["possibly_paid"], 0, "{json:#}");
    expect_post(&sandbox);
    assert!(sandbox.snapshot("site/.postwright/ledger").is_empty());
}

#[test]
fn a_repair_that_was_cut_never_becomes_a_post() {
    let mut sandbox = site();
    let stub = sandbox.read(STUB);
    let bad = whole().replace(
        "META_DESCRIPTION: Wind, water and time.",
        "META_DESCRIPTION:",
    );
    let server = Server::with(move |_, seen| match follow_up(seen) {
        None => good(&bad),
        Some(_) => plays(
            200,
            &[
                "say TITLE: Coasts and what shapes them\nMETA_DESCRIPTION: Wind, wat",
                "finish length",
                "done",
            ],
        ),
    });
    generate(&mut sandbox, &server, &[]).expect(1);
    generate(&mut sandbox, &server, &["--offline"]).expect(1);
    assert_eq!(sandbox.read(STUB), stub);
}

#[test]
fn a_repair_of_the_labels_that_leaves_out_the_body_keeps_it() {
    let bad = whole().replace(
        "META_DESCRIPTION: Wind, water and time.",
        "META_DESCRIPTION:",
    );
    let labels = format!("{HEAD}(unchanged)\n\n</EndOFText>\n");
    let (sandbox, _, _) = repaired(bad, "description", true, labels);
    expect_post(&sandbox);
}

#[test]
fn a_continuation_that_begins_the_body_again_does_not_double_it() {
    let mut sandbox = site();
    let server = Server::with(|_, seen| match follow_up(seen) {
        None => plays(
            200,
            &[
                format!("say {}", &whole()[..1500]),
                "finish length".to_owned(),
                "done".to_owned(),
            ],
        ),
        Some(_) => good(&format!(
            "MARKDOWN_POST_CONTENT:\n{}\n\n</EndOFText>\n",
            body().replace("Both take their time", "Both take time")
        )),
    });
    generate(&mut sandbox, &server, &[]).expect(0);
    assert_eq!(sandbox.read(STUB).matches("tells of wind").count(), 8);
}

/// Under its own title and in other words it is no continuation: it is kept, and what is missing is asked for once more.
#[test]
fn a_continuation_that_writes_the_post_anew_does_not_double_it() {
    let mut sandbox = site();
    let anew = whole()
        .replace("Wind, water and time.", "How a beach comes about.")
        .replace("Part", "Chapter")
        .replace("tells of wind and water", "is about the wind");
    let server = Server::with(move |number, seen| match number {
        0 => plays(
            200,
            &[
                format!("say {}", &whole()[..1500]),
                "finish length".to_owned(),
                "done".to_owned(),
            ],
        ),
        1 => good(&anew),
        _ => piecewise(seen, usize::MAX),
    });
    generate(&mut sandbox, &server, &[]).expect(0);
    expect_post(&sandbox);
    assert_eq!((server.seen().len(), sandbox.records().len()), (3, 3));
}

#[test]
fn the_end_of_a_reply_without_a_marker_stays_where_the_model_says_that_was_all() {
    let mut sandbox = site();
    let server = Server::with(|_, seen| match follow_up(seen) {
        None => good(
            whole()
                .trim_end()
                .trim_end_matches("</EndOFText>")
                .trim_end(),
        ),
        Some(_) => good("</EndOFText>\n"),
    });
    generate(&mut sandbox, &server, &[]).expect(0);
    expect_post(&sandbox);
}

#[cfg(unix)]
#[test]
fn a_reply_of_a_refresh_that_was_killed_is_not_lost() {
    let mut sandbox = site();
    let server = Server::with(|number, _| match number {
        0 => good(&whole()),
        1 => plays(
            200,
            &[
                format!("say {}", whole().replace("Both take", "They take")),
                "wait 60000".to_owned(),
            ],
        ),
        _ => good(&whole().replace("Both take", "All take")),
    });
    generate(&mut sandbox, &server, &[]).expect(0);
    let mut run = sandbox.start(&[
        "generate",
        "--model",
        "env/m",
        "--refresh",
        "content/posts/stub.md",
    ]);
    let started = Instant::now();
    let has_text = || {
        let files = sandbox.snapshot("site/.postwright/ledger");
        files.iter().any(|(path, bytes)| {
            path.extension().is_some_and(|it| it == "partial") && bytes.len() >= whole().len()
        })
    };
    while !has_text() {
        assert!(started.elapsed() < Duration::from_secs(20), "no text came");
        thread::sleep(Duration::from_millis(50));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    generate(
        &mut sandbox,
        &server,
        &["--refresh", "content/posts/stub.md"],
    )
    .expect(0);
    let kept = sandbox
        .records()
        .iter()
        .filter(|(_, text)| text.contains("They take"))
        .count();
    assert_eq!(kept, 1);
}

#[test]
fn a_cap_that_leaves_too_little_to_go_on_is_named() {
    let mut sandbox = site();
    sandbox.write(
        "home/.config/postwright/config.toml",
        "[price.\"env/a-*\"]\ninput = 1\noutput = 2\nmax_output = 8000\n",
    );
    let server = Server::with(|number, seen| match number {
        0 => plays(200, &[format!("say {}", &whole()[..1500])]),
        1 => plays(401, &["raw {\"error\":{\"message\":\"no\"}}"]),
        _ => piecewise(seen, 9000),
    });
    generate(&mut sandbox, &server, &[]).expect(1);
    let seen = server.seen().len();
    let json = generate(
        &mut sandbox,
        &server,
        &["--max-cost", "0.001", "--format", "json"],
    )
    .expect(1)
    .json();
    assert_eq!(server.seen().len(), seen);
    assert_eq!(json["posts"][0]["error"]["kind"], "max-cost", "{json}");
}

/// The limit of output tokens says nothing of a reply that came under a higher one.
#[test]
fn a_reply_that_came_under_a_higher_limit_counts_with_all_its_length() {
    let mut sandbox = site();
    let price = "[price.\"env/a-*\"]\ninput = 100\noutput = 1\nmax_output = 100000\n";
    sandbox.write("home/.config/postwright/config.toml", price);
    let server = Server::with(|number, _| match number {
        0 => {
            let long: Vec<String> = (0..1_000).map(paragraph).collect();
            plays(200, &[format!("say {HEAD}{}", long.join("\n\n"))])
        }
        1 => plays(401, &["raw {\"error\":{\"message\":\"no\"}}"]),
        _ => good("The end of it.\n\n</EndOFText>\n"),
    });
    generate(&mut sandbox, &server, &[]).expect(1);
    assert_eq!(server.seen().len(), 2);
    // Some 250 kB, or 60,000 tokens: six dollars to read once.
    sandbox.write(
        "site/postwright.toml",
        "[model]\nmax_output_tokens = 1000\n",
    );
    generate(&mut sandbox, &server, &["--max-cost", "3"]).expect(1);
    assert_eq!(server.seen().len(), 2);
    generate(&mut sandbox, &server, &["--max-cost", "30"]).expect(0);
}

#[test]
fn a_turn_that_anthropic_pauses_is_gone_on_from() {
    let mut sandbox = site();
    sandbox.set("POSTWRIGHT_PROTOCOL", "anthropic");
    let server = Server::with(|_, seen| {
        let messages = seen.body["messages"].as_array().unwrap();
        let text = |message: &Value| match &message["content"] {
            Value::String(text) => text.clone(),
            parts => parts[0]["text"].as_str().unwrap().to_owned(),
        };
        let (piece, reason) = match messages.get(1) {
            None => (whole()[..1500].to_owned(), "pause_turn"),
            Some(reply) => (whole()[text(reply).len()..].to_owned(), "end_turn"),
        };
        let piece = Value::from(piece);
        plays(
            200,
            &[
                r#"json {"type":"message_start","message":{"type":"message","role":"assistant","content":[],"stop_reason":null,"usage":{"input_tokens":5,"output_tokens":1}}}"#.to_owned(),
                r#"json {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#.to_owned(),
                format!(r#"json {{"type":"content_block_delta","index":0,"delta":{{"type":"text_delta","text":{piece}}}}}"#),
                r#"json {"type":"content_block_stop","index":0}"#.to_owned(),
                format!(r#"json {{"type":"message_delta","delta":{{"stop_reason":"{reason}"}},"usage":{{"output_tokens":9}}}}"#),
                r#"json {"type":"message_stop"}"#.to_owned(),
            ],
        )
    });
    generate(&mut sandbox, &server, &[]).expect(0);
    expect_post(&sandbox);
    assert_eq!((server.seen().len(), links(&sandbox, "continues")), (2, 1));
}

#[test]
fn a_marker_alone_does_not_make_a_cut_reply_whole() {
    let mut sandbox = site();
    let stub = sandbox.read(STUB);
    let server = Server::with(|_, seen| match follow_up(seen) {
        // In the middle of a code block.
        None => plays(
            200,
            &[
                format!("say {}", &whole()[..whole().find("echo 6").unwrap() + 3]),
                "finish length".to_owned(),
                "done".to_owned(),
            ],
        ),
        Some(_) => good("</EndOFText>\n"),
    });
    generate(&mut sandbox, &server, &[]).expect(1);
    assert_eq!(sandbox.read(STUB), stub);
    // The rest, and then the whole once more.
    assert_eq!(server.seen().len(), 3);
}

#[test]
fn a_repair_may_send_only_what_was_missing() {
    let bad = whole().replace(
        "META_DESCRIPTION: Wind, water and time.",
        "META_DESCRIPTION:",
    );
    let only = "META_DESCRIPTION: Wind, water and time.\n</EndOFText>\n".to_owned();
    let (sandbox, _, _) = repaired(bad, "description", true, only);
    expect_post(&sandbox);
    assert!(sandbox.read(STUB).contains("Tutorials"));
}

#[test]
fn the_same_bad_reply_is_not_bought_again_by_the_next_run() {
    let mut sandbox = site();
    let server =
        Server::with(|_, _| good(&whole().replace("TITLE: Coasts and what shapes them", "TITLE:")));
    for _ in 0..3 {
        generate(&mut sandbox, &server, &["--no-repair"]).expect(1);
    }
    assert_eq!(server.seen().len(), 1);
}
