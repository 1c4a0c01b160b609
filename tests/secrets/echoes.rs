//! Servers that say the key back, in every place where they can say something. That it is nowhere in what was printed or
//! written is what every sandbox asserts when it goes; here is what has to be there instead.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::support::canary::KEY;
use super::{STUB, generate, reply, site};
use crate::support::server::{Play, Server, plays};

/// The ways in which a text may hold the key.
fn forms() -> Vec<(&'static str, String)> {
    let percent: String = KEY
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || byte == b'-' {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    let lower = ["%22", "%2F", "%2B", "%5C", "%3D"]
        .iter()
        .fold(percent.clone(), |text, code| {
            text.replace(code, &code.to_lowercase())
        });
    vec![
        ("plain", KEY.to_owned()),
        ("twice", format!("{KEY}{KEY}")),
        ("lower", lower),
        ("percent", percent),
        ("json", json!(KEY).to_string()),
        ("bearer", format!("Bearer {KEY}")),
        ("base64", "c2stY2FuYXJ5IjdGLzNhKzliXDJjPWQ0ZTE=".to_owned()),
        (
            "basic",
            "dXNlcjpzay1jYW5hcnkiN0YvM2ErOWJcMmM9ZDRlMQ==".to_owned(),
        ),
    ]
}

/// Answers that fail a post, each with a text in it, and the kind of the failure.
fn failures(text: &str) -> Vec<(&'static str, Play)> {
    let raw = |value: &serde_json::Value| format!("raw {value}");
    let with = |mut play: Play, header: String| {
        play.headers.push(header);
        play
    };
    let error = json!({"error": {"message": format!("no: {text}."), "type": text, "code": text}});
    let choice = |finish: serde_json::Value, text: &str| json!({"choices": [{"index": 0, "message": {"content": text}, "finish_reason": finish}]});
    let refusal = json!({"choices": [{"index": 0, "delta": {"refusal": format!("I say {text}")}, "finish_reason": "stop"}]});
    let header: String = text.replace(['\r', '\n'], "");
    vec![
        ("unauthorized", plays(401, &[raw(&error)])),
        ("unauthorized", plays(401, &[format!("raw {text}")])),
        (
            "unauthorized",
            plays(401, &[format!("raw <html><title>{text}</title>")]),
        ),
        (
            "bad-request",
            plays(422, &[raw(&json!({"detail": [{"input": text}]}))]),
        ),
        ("bad-request", plays(200, &[raw(&error)])),
        (
            "redirect",
            with(
                plays(302, &["raw {}"]),
                format!("location: https://example.org/?k={header}"),
            ),
        ),
        (
            "unauthorized",
            with(
                plays(401, &["raw {}"]),
                format!("www-authenticate: {header}"),
            ),
        ),
        // What breaks off, ends for no known reason or is declined is kept on the disk.
        (
            "cut-reply",
            plays(
                200,
                &[format!("say It begins: {text} and"), "say  more".to_owned()],
            ),
        ),
        ("cut-reply", plays(200, &[raw(&choice(json!(text), text))])),
        (
            "filtered",
            plays(200, &[raw(&choice(json!("content_filter"), text))]),
        ),
        (
            "refused",
            plays(200, &[format!("json {refusal}"), "done".to_owned()]),
        ),
        // Bytes of which no text can be made are kept as well.
        ("", plays(200, &[format!("raw What is {text}?")])),
        (
            "",
            plays(200, &[format!("json {{\"what\": {}", json!(text))]),
        ),
    ]
}

#[test]
fn no_failure_tells_the_key() {
    let marked = AtomicUsize::new(0);
    // The cases wait more than they work.
    thread::scope(|scope| {
        for (form, text) in forms() {
            let marked = &marked;
            scope.spawn(move || {
                for (number, (kind, play)) in failures(&text).into_iter().enumerate() {
                    let mut sandbox = site(1);
                    sandbox.write("site/postwright.toml", "[model]\nmax_attempts = 1\n");
                    let server = Server::start(vec![play]);
                    let format = if number % 2 == 0 { "human" } else { "json" };
                    let said = generate(&mut sandbox, &server, &["--format", format]).expect(1);
                    assert!(server.seen()[0].head.contains(KEY));
                    assert!(said.stderr.contains(kind), "{form}: {}", said.stderr);
                    marked.fetch_add(
                        usize::from(said.stderr.contains("[key]")),
                        Ordering::Relaxed,
                    );
                }
            });
        }
    });
    let marked = marked.into_inner();
    assert!(marked > 30, "only {marked}");
}

#[test]
fn no_post_and_no_record_tells_the_key() {
    for (form, text) in forms() {
        let whole = reply(
            &format!("Of {text} and more"),
            &format!("It is {text}, as in `{text}`.\n\n```sh\nexport K='{text}'\n```"),
        );
        // In one piece, and a few bytes at a time, so that the key never comes whole.
        for size in [10_000, 3, 11] {
            let pieces: Vec<String> = whole
                .as_bytes()
                .chunks(size)
                .map(|piece| {
                    let delta = json!({"choices": [{"index": 0, "delta": {"content": String::from_utf8_lossy(piece)}}]});
                    format!("json {delta}")
                })
                .chain(["finish stop".to_owned(), "done".to_owned()])
                .collect();
            let mut sandbox = site(1);
            let server = Server::start(vec![plays(200, &pieces)]);
            let said = generate(&mut sandbox, &server, &["--format", "json"]);
            let post = sandbox.read(STUB);
            assert!(
                post.contains("It is "),
                "{form} {size}: {post} {}",
                said.stderr
            );
            assert!(post.contains("[key]"), "{form}: {post}");
            assert!(sandbox.records()[0].1.contains("[key]"));
            for format in ["human", "json", "sarif", "github"] {
                sandbox.run(&["check", "--format", format]);
            }
            sandbox.run(&["status"]).expect(0);
        }
    }
}

/// While a request is under way: not in the arguments of any process of this machine, and not in what is written meanwhile.
#[cfg(target_os = "linux")]
#[test]
fn the_key_is_in_no_arguments_and_in_nothing_that_is_left_by_a_kill() {
    let mut sandbox = site(1);
    let text = reply("A title", &format!("It is {KEY}. And so on."));
    let half = text.find("And").unwrap();
    let server = Server::start(vec![plays(
        200,
        &[format!("say {}", &text[..half]), "wait 60000".to_owned()],
    )]);
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let mut run = sandbox.start(&["generate", "--model", "env/m"]);
    let ledger = || {
        let files = sandbox.snapshot("site/.postwright/ledger").into_iter();
        let texts = files.map(|(_, bytes)| String::from_utf8(bytes).unwrap());
        texts.collect::<String>()
    };
    let started = Instant::now();
    while !ledger().contains("It is ") {
        assert!(started.elapsed() < Duration::from_secs(20), "no text came");
        thread::sleep(Duration::from_millis(20));
    }
    let mut processes = 0;
    for entry in std::fs::read_dir("/proc").unwrap() {
        let file = entry.unwrap().path().join("cmdline");
        let Ok(bytes) = std::fs::read(file) else {
            continue;
        };
        processes += 1;
        let line = String::from_utf8_lossy(&bytes);
        assert!(!line.contains(KEY), "{line}");
    }
    assert!(processes > 2);
    run.kill().unwrap();
    run.wait().unwrap();
    assert!(ledger().contains("It is [key]"), "{}", ledger());
}

#[test]
fn no_flag_takes_a_key() {
    let sandbox = site(0);
    for command in [
        "generate", "accept", "check", "prompt", "status", "init", "new", "demo",
    ] {
        let said = sandbox.run(&[command, "--help"]).expect(0);
        let flags = said.stdout.lines().filter(|line| line.contains("--"));
        for line in flags {
            let flag = line.trim().to_lowercase();
            assert!(!flag.contains("key=") && !flag.contains("-key"), "{line}");
        }
        // A flag that other programs have is not taken, and what is given to it is not repeated at length.
        sandbox.run(&[command, "--api-key", "x"]).expect(2);
    }
}

/// Somebody who puts the key where the name of its variable belongs.
#[test]
fn a_key_in_place_of_its_variable_is_not_shown() {
    let mut sandbox = site(1);
    sandbox.set("POSTWRIGHT_URL", "http://127.0.0.1:1/v1");
    sandbox.set("POSTWRIGHT_KEY_ENV", KEY);
    let said = sandbox.run(&["generate", "--model", "env/m"]).expect(2);
    assert!(
        said.stderr.contains("no name of a variable"),
        "{}",
        said.stderr
    );
    let mut sandbox = site(1);
    sandbox.set("POSTWRIGHT_URL", "http://127.0.0.1:1/v1");
    // Blanks around a key are nothing to complain about; a line end in it is, without showing it.
    sandbox.set("CANARY_KEY", &format!("{KEY}\n{KEY}"));
    let said = sandbox.run(&["generate", "--model", "env/m"]).expect(2);
    assert!(
        said.stderr.contains("CANARY_KEY holds characters"),
        "{}",
        said.stderr
    );
}
