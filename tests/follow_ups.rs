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

#[path = "follow_ups/killed.rs"]
mod killed;
#[path = "follow_ups/refreshes.rs"]
mod refreshes;
#[path = "follow_ups/repairs.rs"]
mod repairs;
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
