//! Every protocol through the whole program, on a site: a good reply, one at the limit of tokens, one that breaks off, an
//! error inside the reply, a refusal. How a server of a protocol says these things is data, in `tests/model/speech/`.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::fs;
use std::path::Path;
use std::thread;

use postwright::model::PROTOCOLS;
use serde::Deserialize;
use serde_json::Value;
use xtask::generators;

mod support;

use support::server::{Play, Seen, Server, plays};
use support::{Said, Sandbox, build};

const STUB: &str = "site/content/posts/stub.md";
const HEAD: &str = "TITLE: Coasts — 海岸\nMETA_DESCRIPTION: Wind, water and time.\nTAGS: sea\nCATEGORIES: Tutorials\n\
                    MARKDOWN_POST_CONTENT:\n";

/// How a server of a protocol says things.
#[derive(Deserialize, Clone)]
#[serde(deny_unknown_fields)]
struct Speech {
    path: String,
    said: String,
    ask: String,
    start: Vec<String>,
    say: Vec<String>,
    stop: Vec<String>,
    length: Vec<String>,
    error: Vec<String>,
    error_kind: String,
    refusal: Option<Vec<String>>,
    refusal_kind: Option<String>,
}

impl Speech {
    /// The events that say a text in two pieces, and then how it ends.
    fn play(&self, text: &str, end: &[String]) -> Play {
        let (mut middle, mut steps) = (text.len() / 2, self.start.clone());
        while !text.is_char_boundary(middle) {
            middle += 1;
        }
        for piece in [&text[..middle], &text[middle..]] {
            let literal = serde_json::to_string(piece).unwrap();
            steps.extend(self.say.iter().map(|step| step.replace("TEXT", &literal)));
        }
        steps.extend_from_slice(end);
        plays(200, &steps)
    }

    /// The model's own words in a request, where it is asked for more.
    fn shown(&self, seen: &Seen) -> Option<String> {
        let line = format!("POST {} ", self.path);
        assert!(seen.head.starts_with(&line), "{}", seen.head);
        let said = seen.body.pointer(&self.said)?.as_str()?.to_owned();
        let ask = seen.body.pointer(&self.ask).and_then(Value::as_str);
        assert!(ask.is_some_and(|it| it.contains("EndOFText")), "{ask:?}");
        Some(said)
    }
}

fn body() -> String {
    let part = |number: usize| {
        let text = "Both take their time over a coast, 日本語 or not. ".repeat(6);
        format!("## Part {number}\n\nParagraph {number} tells of wind and water. {text}")
            .trim_end()
            .to_owned()
    };
    (1..=6).map(part).collect::<Vec<_>>().join("\n\n")
}

fn whole() -> String {
    format!("{HEAD}{}\n\n</EndOFText>\n", body())
}

/// The first bytes of the reply, up to a whole character.
fn beginning() -> String {
    let whole = whole();
    let end = (0..=1500).rev().find(|at| whole.is_char_boundary(*at));
    whole[..end.unwrap()].to_owned()
}

fn site(protocol: &str, server: &Server) -> Sandbox {
    let mut sandbox = Sandbox::with_site("tests/end_to_end/zola");
    sandbox.write(STUB, "+++\ntopic = \"Coasts\"\ndraft = false\n+++\n");
    sandbox.set("POSTWRIGHT_URL", &server.url());
    sandbox.set("POSTWRIGHT_PROTOCOL", protocol);
    sandbox
}

fn generate(sandbox: &Sandbox) -> Said {
    sandbox.run(&["generate", "--model", "env/m", "--format", "json"])
}

fn expect_post(sandbox: &Sandbox) {
    let post = sandbox.read(STUB);
    assert!(post.contains("title = \"Coasts — 海岸\""), "{post}");
    assert!(post.trim_end().ends_with(&body()), "{post}");
    let public = build(&generators::all().unwrap().zola, &sandbox.path("site"));
    let page = fs::read_to_string(public.join("posts/stub/index.html")).unwrap();
    assert_eq!(page.matches("tells of wind").count(), 6);
}

/// For each protocol, at the same time: they wait more than they work.
fn each(scene: impl Fn(&'static str, Speech) + Sync) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/model/speech");
    thread::scope(|scope| {
        for protocol in PROTOCOLS {
            let name = protocol.name();
            let text = fs::read_to_string(folder.join(format!("{name}.toml"))).unwrap();
            let speech: Speech = toml::from_str(&text).unwrap();
            let scene = &scene;
            scope.spawn(move || scene(name, speech));
        }
    });
}

#[test]
fn a_good_reply_is_a_post() {
    each(|name, speech| {
        let server = {
            let speech = speech.clone();
            Server::with(move |_, seen| {
                assert!(speech.shown(seen).is_none());
                speech.play(&whole(), &speech.stop)
            })
        };
        let sandbox = site(name, &server);
        let json = generate(&sandbox).expect(0).json();
        expect_post(&sandbox);
        let post = &json["posts"][0];
        let told = ["requests", "input_tokens", "output_tokens", "possibly_paid"];
        let told = told.map(|it| post[it].as_u64().unwrap());
        assert_eq!(told, [1, 25, 9, 0], "{name}");
        assert_eq!((server.seen().len(), sandbox.records().len()), (1, 1));
    });
}

#[test]
fn a_reply_that_is_cut_is_gone_on_from() {
    each(|name, speech| {
        for by_limit in [true, false] {
            let server = {
                let speech = speech.clone();
                Server::with(move |_, seen| match speech.shown(seen) {
                    None if by_limit => speech.play(&beginning(), &speech.length),
                    None => speech.play(&beginning(), &[]),
                    Some(said) => {
                        assert!(whole().starts_with(&said), "{said}");
                        speech.play(&whole()[said.len()..], &speech.stop)
                    }
                })
            };
            let sandbox = site(name, &server);
            let json = generate(&sandbox).expect(0).json();
            expect_post(&sandbox);
            assert_eq!(json["totals"]["possibly_paid"], 0, "{name}");
            assert_eq!(
                (server.seen().len(), sandbox.records().len()),
                (2, 2),
                "{name}"
            );
        }
    });
}

#[test]
fn an_error_inside_a_reply_makes_no_post_of_it() {
    each(|name, speech| {
        let server = {
            let speech = speech.clone();
            Server::with(move |_, _| speech.play("TITLE: Coasts\n", &speech.error))
        };
        let sandbox = site(name, &server);
        let stub = sandbox.read(STUB);
        let json = generate(&sandbox).expect(1).json();
        let post = &json["posts"][0];
        assert_eq!(post["error"]["kind"], *speech.error_kind, "{name}");
        // Perhaps paid for, so no more than twice.
        assert_eq!(
            (server.seen().len(), post["possibly_paid"].as_u64()),
            (2, Some(2)),
            "{name}"
        );
        assert_eq!((sandbox.read(STUB), sandbox.records().len()), (stub, 0));
    });
}

#[test]
fn a_refusal_makes_no_post_and_is_not_bought_again() {
    each(|name, speech| {
        let Some(refusal) = speech.refusal.clone() else {
            // Ollama knows of none.
            assert_eq!(name, "ollama");
            return;
        };
        let server = {
            let mut steps = speech.start.clone();
            steps.extend(refusal);
            Server::with(move |_, _| plays(200, &steps))
        };
        let sandbox = site(name, &server);
        let stub = sandbox.read(STUB);
        let json = generate(&sandbox).expect(1).json();
        let post = &json["posts"][0];
        assert_eq!(
            post["error"]["kind"].as_str(),
            speech.refusal_kind.as_deref(),
            "{name}"
        );
        assert_eq!(post["possibly_paid"], 0, "{name}");
        let said = generate(&sandbox).expect(1);
        assert!(said.stdout.contains("--refresh"), "{name}: {}", said.stdout);
        assert_eq!(
            (server.seen().len(), sandbox.records().len()),
            (1, 1),
            "{name}"
        );
        assert_eq!(sandbox.read(STUB), stub);
    });
}
