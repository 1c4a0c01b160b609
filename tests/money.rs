//! What a run says of its cost, before and after, with a real server on loopback and prices that the user gave.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value;

mod support;

use support::Sandbox;
use support::server::{Server, plays};

const REPLY: &str = "TITLE: A title\nMETA_DESCRIPTION: What to know about it.\nTAGS: one, two\nCATEGORIES: Tutorials\n\
                     MARKDOWN_POST_CONTENT:\nThe first paragraph.\n\n## A heading\n\nMore of it.\n\n</EndOFText>\n";

/// A dollar per million tokens of the prompt, a tenth of that from the cache, two for the reply.
const PRICE: &str =
    "[price.\"env/a-*\"]\ninput = 1\ncached_input = 0.1\noutput = 2\nmax_output = 8000\n";

const USAGE: &str = r#"json {"choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":2000,"total_tokens":3000}}"#;

fn site(stubs: usize, configuration: &str) -> Sandbox {
    let sandbox = Sandbox::with_stubs("zola", stubs);
    sandbox.write("home/.config/postwright/config.toml", configuration);
    sandbox
}

fn server(usage: Option<&str>) -> Server {
    let say = format!("say {REPLY}");
    let steps = [Some(say.as_str()), Some("finish stop"), usage, Some("done")];
    let steps: Vec<&str> = steps.into_iter().flatten().collect();
    Server::start(vec![plays(200, &steps)])
}

fn is_about(value: &Value, amount: f64) -> bool {
    value.as_f64().is_some_and(|it| (it - amount).abs() < 1e-9)
}

const ASK: [&str; 3] = ["generate", "--model", "env/a-model"];

#[test]
fn a_run_says_what_it_cost_and_never_more_than_it_foresaw() {
    let mut sandbox = site(2, PRICE);
    let server = server(Some(USAGE));
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let json = ["--format", "json"];
    let foreseen = sandbox
        .run(&[&ASK[..], &["--dry-run"], &json].concat())
        .expect(0)
        .json();
    assert_eq!(foreseen["posts"][0]["max_output_tokens"], 8_000);
    assert_eq!(foreseen["totals"]["most_requests"], 10);
    assert!(is_about(&foreseen["totals"]["cost_usd"], 0.0));
    let said = sandbox.run(&[&ASK[..], &json].concat()).expect(0);
    assert!(
        said.stderr
            .contains("2 written, 2 requests, 6000 tokens, cost 0.0100 US dollars\n"),
        "{}",
        said.stderr
    );
    let done = said.json();
    for (before, after) in [0, 1].map(|it| (&foreseen["posts"][it], &done["posts"][it])) {
        assert!(is_about(&after["cost_usd"], 0.005), "{after}");
        assert_eq!(after["cost_estimated"], false);
        assert_eq!(after["worst_case_usd"], before["worst_case_usd"]);
        // Four requests and one in vain, each with 8000 tokens of reply.
        assert!(before["worst_case_usd"].as_f64().unwrap() > 5.0 * 0.016);
    }
    assert!(is_about(&done["totals"]["cost_usd"], 0.01));
    assert_eq!(server.seen()[0].body["max_tokens"], 8_000);
}

#[test]
fn a_cost_by_estimate_is_marked() {
    let mut sandbox = site(1, PRICE);
    let server = server(None);
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let said = sandbox
        .run(&[&ASK[..], &["--format", "json"]].concat())
        .expect(0);
    let end = said.stderr.lines().next_back().unwrap();
    assert!(end.contains("cost 0.00"), "{end}");
    assert!(end.ends_with(" US dollars (estimated)"), "{end}");
    let json = said.json();
    assert_eq!(json["posts"][0]["cost_estimated"], true);
    assert!(json["posts"][0]["cost_usd"].as_f64().unwrap() > 0.0);
}

#[test]
fn what_runs_on_this_machine_costs_nothing_by_itself() {
    let mut sandbox = site(1, "");
    let server = server(Some(USAGE));
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let capped = ["--max-cost", "0", "--format", "json"];
    let said = sandbox.run(&[&ASK[..], &capped].concat()).expect(0);
    assert!(!said.stderr.contains("cost"), "{}", said.stderr);
    let json = said.json();
    assert!(is_about(&json["totals"]["cost_usd"], 0.0));
    assert!(is_about(&json["totals"]["worst_case_usd"], 0.0));
    // Its limit is not known here, and nothing needs one.
    assert!(server.seen()[0].body.get("max_tokens").is_none());
}

#[test]
fn a_reply_with_little_room_is_asked_for_no_more_words_than_fit() {
    let configuration =
        format!("{PRICE}[model]\nname = \"env/a-model\"\nmax_output_tokens = 2000\n");
    let mut sandbox = site(1, &configuration);
    let server = server(Some(USAGE));
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let line = "- Length: no more than 960 words: a longer answer would be cut off.";
    let prompt = sandbox
        .run(&["prompt", "content/posts/stub-0.md"])
        .expect(0)
        .stdout;
    assert!(prompt.contains(line), "{prompt}");
    sandbox.run(&ASK).expect(0);
    let body = &server.seen()[0].body;
    assert!(
        body["messages"][1]["content"]
            .as_str()
            .unwrap()
            .contains(line)
    );
    assert_eq!(body["max_tokens"], 2_000);
}

/// A project could make a dear model look cheap, and a cap worth nothing.
#[test]
fn a_project_has_no_say_in_prices() {
    let mut sandbox = site(1, "");
    sandbox.set("OPENAI_API_KEY", "sk-canary");
    sandbox.write(
        "site/postwright.toml",
        "[model]\nmax_cost = 1\n[price.\"openai/gpt-5.5-pro\"]\ninput = 0\noutput = 0\n",
    );
    let said = sandbox.run(&["generate", "--yes"]).expect(2);
    assert!(
        said.stderr
            .contains("postwright.toml:3: `price` says what models cost"),
        "{}",
        said.stderr
    );
}

/// A server that uses all that it may: each byte of the prompt is a token, every reply is as long as the limit allows, and
/// what fails is billed as well. Gives what it billed, in millionths of a US dollar.
fn greedy() -> (Server, Arc<AtomicU32>) {
    let billed = Arc::new(AtomicU32::new(0));
    let bill = Arc::clone(&billed);
    let server = Server::with(move |number, seen| {
        let messages = seen.body["messages"].as_array().unwrap();
        let said = |message: &Value| message["content"].as_str().unwrap().len();
        let input = messages.iter().map(said).sum::<usize>() + 10 * messages.len();
        let input = u32::try_from(input).unwrap();
        let output = u32::try_from(seen.body["max_tokens"].as_u64().unwrap()).unwrap();
        bill.fetch_add(input + 2 * output, Ordering::SeqCst);
        let usage = format!(
            "json {{\"choices\":[],\"usage\":{{\"prompt_tokens\":{input},\"completion_tokens\":{output},\"total_tokens\":0}}}}"
        );
        let head = "TITLE: A title\nMETA_DESCRIPTION: What to know.\nTAGS: one\nCATEGORIES: Tutorials\nMARKDOWN_POST_CONTENT:\n";
        let cut = format!(
            "say {head}{}\n\n## More\n\nHalf",
            "A word or two. ".repeat(60)
        );
        let is_follow_up = messages.len() > 2;
        thread::sleep(Duration::from_millis(5));
        match number % 7 {
            // At the limit, with and without a word on what it used, and in the middle.
            1 if !is_follow_up => plays(
                200,
                &[cut, "finish length".to_owned(), usage, "done".to_owned()],
            ),
            3 => plays(200, &[cut, "finish length".to_owned(), "done".to_owned()]),
            5 => plays(200, &[cut]),
            6 => plays(500, &["raw {\"error\":{\"message\":\"sorry\"}}"]),
            2 => plays(
                200,
                &[
                    format!(
                        "say {}",
                        REPLY.replace("CATEGORIES: Tutorials", "CATEGORIES: None")
                    ),
                    "finish stop".to_owned(),
                    usage,
                    "done".to_owned(),
                ],
            ),
            _ => plays(
                200,
                &[
                    format!("say {REPLY}"),
                    "finish stop".to_owned(),
                    usage,
                    "done".to_owned(),
                ],
            ),
        }
    });
    (server, billed)
}

/// Spend over the cap is impossible, whatever the server makes of what it may use, and however many ask at once.
#[test]
fn no_run_spends_more_than_its_cap() {
    // From what is enough for no request at all to what is enough for all.
    for (cap, jobs) in [
        (0.01, "4"),
        (0.02, "8"),
        (0.05, "1"),
        (0.11, "8"),
        (0.4, "8"),
        (9.0, "8"),
    ] {
        let mut sandbox = site(20, PRICE);
        let (server, billed) = greedy();
        sandbox.set("POSTWRIGHT_URL", &server.url());
        let text = format!("{cap}");
        let more = ["--max-cost", &text, "--jobs", jobs, "--format", "json"];
        let said = sandbox.run(&[&ASK[..], &more].concat());
        let json = said.json();
        let dollars = f64::from(billed.load(Ordering::SeqCst)) / 1e6;
        assert!(dollars <= cap, "{dollars} of {cap}: {json:#}");
        assert!(
            json["totals"]["cost_usd"].as_f64().unwrap() <= cap,
            "{json:#}"
        );
        let stopped = json["posts"].as_array().unwrap().iter();
        let stopped = stopped
            .filter(|post| post["error"]["kind"] == "max-cost")
            .count();
        assert_eq!(stopped > 0, cap < 1.0, "{cap}: {json:#}");
        if cap < 1.0 {
            assert_eq!(said.status, 1);
        }
        if cap > 0.03 && cap < 1.0 {
            assert!(!server.seen().is_empty());
            assert!(
                dollars > cap / 4.0,
                "{dollars} of {cap}: too little of it is used"
            );
        }
        // And no more than was foreseen.
        let foreseen = json["totals"]["worst_case_usd"].as_f64().unwrap();
        assert!(dollars <= foreseen, "{dollars} and {foreseen}");
    }
}

/// A long beginning that an earlier run with a higher limit left is sent back with each request, and foreseen.
#[test]
fn what_an_earlier_run_left_is_foreseen() {
    for (signal_or_limit, rounds) in [("length", 3), ("killed", 4)] {
        let mut sandbox = site(1, &format!("{PRICE}[model]\nmax_output_tokens = 8000\n"));
        let head = "TITLE: A title\nMETA_DESCRIPTION: What to know.\nTAGS: one\nCATEGORIES: Tutorials\nMARKDOWN_POST_CONTENT:\n";
        let long = format!(
            "say {head}{}Half",
            "A word or two of it, and more.\n\n".repeat(800)
        );
        let is_killed = signal_or_limit == "killed";
        let first = if is_killed {
            Server::start(vec![plays(200, &[long.as_str(), "wait 60000"])])
        } else {
            // Only one request is within what the author says; what it brought is recorded.
            Server::with(move |number, _| {
                if number == 0 {
                    plays(200, &[long.as_str(), "finish length", "done"])
                } else {
                    plays(401, &["raw {}"])
                }
            })
        };
        sandbox.set("POSTWRIGHT_URL", &first.url());
        if is_killed {
            let mut run = sandbox.start(&ASK);
            let has_text = || {
                let files = sandbox.snapshot("site/.postwright/ledger");
                files.iter().any(|(path, bytes)| {
                    path.extension().is_some_and(|it| it == "partial") && bytes.len() > 20_000
                })
            };
            while !sandbox.path("site/.postwright/ledger").exists() || !has_text() {
                thread::sleep(Duration::from_millis(20));
            }
            run.kill().unwrap();
            run.wait().unwrap();
        } else {
            sandbox.run(&ASK).expect(1);
        }
        let price = PRICE.replace("8000", "200");
        sandbox.write("home/.config/postwright/config.toml", &price);
        let json = ["--format", "json"];
        let foreseen = sandbox
            .run(&[&ASK[..], &["--dry-run"], &json].concat())
            .expect(0)
            .json();
        let foreseen = foreseen["totals"]["worst_case_usd"].as_f64().unwrap();
        let billed = Arc::new(AtomicU32::new(0));
        let bill = Arc::clone(&billed);
        let server = Server::with(move |number, seen| {
            let messages = seen.body["messages"].as_array().unwrap();
            let said = |message: &Value| message["content"].as_str().unwrap().len();
            let input = messages.iter().map(said).sum::<usize>() + 10 * messages.len();
            bill.fetch_add(u32::try_from(input).unwrap() + 400, Ordering::SeqCst);
            plays(
                200,
                &[
                    format!(
                        "say Part {number} of it, and what belongs to it.\n\n## Next {number}\n\nHalf"
                    ),
                    "finish length".to_owned(),
                    "done".to_owned(),
                ],
            )
        });
        sandbox.set("POSTWRIGHT_URL", &server.url());
        let done = sandbox.run(&[&ASK[..], &json].concat()).expect(1).json();
        let dollars = f64::from(billed.load(Ordering::SeqCst)) / 1e6;
        assert!(server.seen().len() <= rounds && !server.seen().is_empty());
        assert!(dollars > 0.02, "{signal_or_limit}: {dollars}");
        assert!(
            dollars <= foreseen,
            "{signal_or_limit}: {dollars} and {foreseen}: {done:#}"
        );
    }
}

/// What is said where the cap stops a run is what would let it go on.
#[test]
fn a_cap_that_is_too_small_is_told_with_one_that_is_enough() {
    let mut sandbox = site(1, PRICE);
    let server = server(Some(USAGE));
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let capped =
        |sandbox: &Sandbox, cap: &str| sandbox.run(&[&ASK[..], &["--max-cost", cap]].concat());
    let said = capped(&sandbox, "0.001").expect(1);
    assert!(
        !said.stderr.contains("run the command again"),
        "{}",
        said.stderr
    );
    let (_, rest) = said
        .stderr
        .split_once("a cap of ")
        .expect("a cap that is enough");
    let enough = rest.split(' ').next().unwrap().to_owned();
    assert!(server.seen().is_empty());
    let most: f64 = enough.parse().unwrap();
    let less = format!("{}", most - 0.0002);
    capped(&sandbox, &less).expect(1);
    assert!(server.seen().is_empty());
    capped(&sandbox, &enough).expect(0);
    assert_eq!(server.seen().len(), 1);
}

/// A server that says zero, or that counted the prompt alone before its connection ended, has not said what is billed.
#[test]
fn a_count_of_nothing_frees_nothing_of_the_cap() {
    let zero =
        r#"json {"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}"#;
    let running = r#"json {"choices":[],"usage":{"prompt_tokens":1500,"completion_tokens":0,"total_tokens":1500}}"#;
    let say = format!("say {REPLY}");
    for steps in [
        ["finish stop", zero],
        // Here the count comes first.
        [running, "finish stop"],
    ] {
        let mut steps = steps.to_vec();
        let at = usize::from(steps[0] == running);
        steps.insert(at, &say);
        steps.push("done");
        let mut sandbox = site(4, PRICE);
        let server = Server::start(vec![plays(200, &steps)]);
        sandbox.set("POSTWRIGHT_URL", &server.url());
        // A request costs some 0.023 at most, its prompt included: there is room for two.
        let capped = ["--max-cost", "0.05", "--jobs", "1", "--format", "json"];
        let said = sandbox.run(&[&ASK[..], &capped].concat());
        assert_eq!(server.seen().len(), 2, "{}", said.stderr);
        let json = said.json();
        assert!(json["totals"]["cost_usd"].as_f64().unwrap() > 0.0, "{json}");
        assert!(said.stderr.contains("(estimated)"), "{}", said.stderr);
    }
}
