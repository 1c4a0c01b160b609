//! Posts that belong to their site: its languages, its tags, its pages. Each folder below `tests/belonging/` is a site, replies
//! to its stubs, and `case.toml`, which says what the real generators make of them.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::fs;

use rstest::rstest;
use serde::Deserialize;
use xtask::generators::{self, Program};

mod support;

use support::{Sandbox, build, repository};

/// What `case.toml` says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    post: Vec<Post>,
}

/// A stub, the reply to it and what becomes of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Post {
    /// The stub's path in the site.
    stub: String,
    /// The file with the reply.
    reply: String,
    /// The pages that its prompt offers, in this order.
    offers: Vec<String>,
    /// What else the prompt says.
    #[serde(default)]
    asks: Vec<String>,
    /// The rules of what `accept` finds, each as often as it does.
    #[serde(default)]
    finds: Vec<String>,
    /// The post's page.
    page: String,
    /// What is on it, as HTML.
    shows: Vec<String>,
    /// What is not.
    #[serde(default)]
    lacks: Vec<String>,
}

#[rstest]
#[case::zola("zola", "zola")]
#[case::zola_17("zola", "zola17")]
#[case::hugo("hugo", "hugo")]
#[case::hugo_names("hugo-names", "hugo")]
fn posts_are_of_their_site(#[case] folder: &str, #[case] program: &str) {
    let programs = generators::all().unwrap_or_else(|error| panic!("{error}"));
    let (program, name): (&Program, &str) = match program {
        "zola" => (&programs.zola, "zola"),
        "zola17" => (&programs.zola17, "zola"),
        _ => (&programs.hugo, "hugo"),
    };
    let home = repository().join("tests/belonging").join(folder);
    let case = fs::read_to_string(home.join("case.toml")).unwrap();
    let case: Case = toml::from_str(&case).unwrap();
    let sandbox = Sandbox::with_site(&format!("tests/belonging/{folder}/site"));
    sandbox.install(program, name);
    for post in &case.post {
        let prompt = sandbox.run(&["prompt", &post.stub]).expect(0).stdout;
        assert_eq!(offers(&prompt), post.offers, "{}", post.stub);
        for line in &post.asks {
            assert!(prompt.contains(line), "{line} in\n{prompt}");
        }
        let reply = fs::read_to_string(home.join(&post.reply)).unwrap();
        let said = sandbox
            .run_with_input(&["accept", &post.stub], &reply)
            .expect(0);
        assert_eq!(found(&said.stderr), post.finds, "{}", said.stderr);
    }
    sandbox.run(&["check", "--strict"]).expect(0);
    let public = build(program, &sandbox.path("site"));
    for post in &case.post {
        let html = fs::read_to_string(public.join(&post.page))
            .unwrap_or_else(|error| panic!("{}: {error}", post.page));
        for text in &post.shows {
            assert!(html.contains(text), "{text} in {}:\n{html}", post.page);
        }
        for text in &post.lacks {
            assert!(!html.contains(text), "{text} in {}:\n{html}", post.page);
        }
        for address in own_links(&html) {
            let (path, id) = address.split_once('#').unwrap_or((&address, ""));
            let file = public.join(path.trim_matches('/')).join("index.html");
            let target = fs::read_to_string(file).unwrap_or_default();
            let has_it = id.is_empty() || target.contains(&format!("id=\"{id}\""));
            assert!(
                !target.is_empty() && has_it,
                "{} leads to {address}",
                post.page
            );
        }
    }
    fs::remove_dir_all(&public).unwrap();
    // Made again, with the other posts there now, they are the same.
    let before = sandbox.snapshot("site/content");
    sandbox
        .run(&["generate", "--refresh", "--offline"])
        .expect(0);
    assert_eq!(sandbox.snapshot("site/content"), before);
}

/// The destinations that a prompt offers.
fn offers(prompt: &str) -> Vec<String> {
    let Some((_, list)) = prompt.split_once("may link to, each as") else {
        return Vec::new();
    };
    list.lines()
        .filter_map(|line| line.split_once(" | "))
        .map(|(path, _)| path.to_owned())
        .collect()
}

/// The rules in what the program said.
fn found(stderr: &str) -> Vec<String> {
    stderr
        .lines()
        .filter_map(|line| line.split_once('[')?.1.split_once("]: "))
        .map(|(rule, _)| rule.to_owned())
        .collect()
}

/// The addresses below the site's own that a page links to, relative and decoded.
fn own_links(html: &str) -> Vec<String> {
    html.split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|address| address.trim_start_matches("https://example.org"))
        .filter(|address| address.starts_with('/'))
        .map(|address| {
            let address = address.strip_prefix("/notes").unwrap_or(address);
            percent_decoded(address.trim_matches('/'))
        })
        .collect()
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}
