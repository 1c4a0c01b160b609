//! `generate` with a real server on loopback: what is asked, what is written, what is left alone.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rstest::rstest;
use xtask::generators;

#[path = "generate/broken_off.rs"]
mod broken_off;
#[path = "generate/unwritable.rs"]
mod unwritable;
mod support;

use support::server::{Server, generate, good, plays, topic_of};
use support::{Sandbox, build, canary};

/// A reply as a model would write it.
fn reply(title: &str) -> String {
    format!(
        "TITLE: {title}\nMETA_DESCRIPTION: What to know about it.\nTAGS: one, two\nCATEGORIES: Tutorials\n\
         MARKDOWN_POST_CONTENT:\nThe first paragraph.\n\n## A heading\n\n```sh\necho {title}\n```\n\n</EndOFText>\n"
    )
}

/// Answers each request with a post on the topic that it asks for.
fn writer() -> Server {
    Server::with(|_, seen| good(&reply(&topic_of(seen))))
}

#[test]
fn fifty_stubs_eight_at_a_time_and_then_nothing_more() {
    for generator in ["zola", "hugo"] {
        let mut sandbox = Sandbox::with_stubs(generator, 50);
        let server = Server::with(|_, seen| {
            thread::sleep(Duration::from_millis(20));
            good(&reply(&topic_of(seen)))
        });
        let said = generate(&mut sandbox, &server, &["--jobs", "8"]).expect(0);
        assert!(
            said.stderr.contains("50 written, 50 requests"),
            "{}",
            said.stderr
        );
        assert_eq!(server.seen().len(), 50);
        let at_once = server.most_at_once();
        assert!((2..=8).contains(&at_once), "{at_once}");
        assert_eq!(sandbox.records().len(), 50);
        for number in 0..50 {
            let post = sandbox.read(&format!("site/content/posts/stub-{number}.md"));
            assert!(
                post.contains(&format!("title = \"Topic {number}\"\n")),
                "{post}"
            );
            assert!(post.contains("echo Topic"), "{post}");
        }
        let before = sandbox.snapshot("site");
        generate(&mut sandbox, &server, &["--jobs", "8"]).expect(0);
        assert_eq!(server.seen().len(), 50);
        assert_eq!(sandbox.snapshot("site"), before);
        let programs = generators::all().unwrap();
        let program = if generator == "zola" {
            &programs.zola
        } else {
            &programs.hugo
        };
        let public = build(program, &sandbox.path("site"));
        assert!(public.join("posts/stub-49/index.html").exists());
    }
}

#[test]
fn two_runs_at_once_ask_once_for_each_stub() {
    let mut sandbox = Sandbox::with_stubs("zola", 6);
    let server = Server::with(|_, seen| {
        thread::sleep(Duration::from_millis(150));
        good(&reply(&topic_of(seen)))
    });
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let runs: Vec<_> = (0..4)
        .map(|_| sandbox.start(&["generate", "--model", "env/m"]))
        .collect();
    for run in runs {
        let output = run.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let topics: BTreeSet<String> = server.seen().iter().map(topic_of).collect();
    assert_eq!((server.seen().len(), topics.len()), (6, 6));
}

#[test]
fn a_stub_that_is_edited_meanwhile_is_left_alone_and_the_reply_is_kept() {
    let mut sandbox = Sandbox::with_stubs("hugo", 1);
    let file: PathBuf = sandbox.path("site/content/posts/stub-0.md");
    let edited = "+++\ntopic = \"Topic 0\"\ndraft = false\n+++\nNotes 0.\nAnd a line more.\n";
    let target = Arc::new(Mutex::new(file));
    let server = Server::with(move |_, seen| {
        fs::write(&*target.lock().unwrap(), edited).unwrap();
        good(&reply(&topic_of(seen)))
    });
    let said = generate(&mut sandbox, &server, &[]).expect(1);
    assert!(said.stderr.contains("[page-changed]"), "{}", said.stderr);
    assert_eq!(sandbox.read("site/content/posts/stub-0.md"), edited);
    assert_eq!(sandbox.records().len(), 1);
    // The reply was for another brief: nothing is asked, and both ways on are shown.
    let said = generate(&mut sandbox, &server, &[]).expect(1);
    assert!(
        said.stderr.contains("[changed]") && said.stderr.contains("--refresh"),
        "{}",
        said.stderr
    );
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn a_refresh_keeps_the_date_and_the_old_reply() {
    let mut sandbox = Sandbox::with_stubs("zola", 1);
    sandbox.set("SOURCE_DATE_EPOCH", "1790000000");
    generate(&mut sandbox, &writer(), &[]).expect(0);
    let first = sandbox.read("site/content/posts/stub-0.md");
    assert!(first.contains("date = 2026-09-21\n"), "{first}");
    sandbox.set("SOURCE_DATE_EPOCH", "1791000000");
    let server = Server::with(|_, _| good(&reply("Another title")));
    generate(
        &mut sandbox,
        &server,
        &["--refresh", "content/posts/stub-0.md"],
    )
    .expect(0);
    let second = sandbox.read("site/content/posts/stub-0.md");
    assert!(
        second.contains("date = 2026-09-21\n") && second.contains("updated = 2026-10-03\n"),
        "{second}"
    );
    assert!(second.contains("title = \"Another title\""), "{second}");
    assert_eq!(sandbox.records().len(), 2);
    // A person's edit is never overwritten: the same reply once more changes nothing.
    sandbox.write(
        "site/content/posts/stub-0.md",
        &second.replace("The first paragraph.", "My own words."),
    );
    let said = generate(
        &mut sandbox,
        &server,
        &["--refresh", "content/posts/stub-0.md"],
    )
    .expect(0);
    assert!(said.stderr.contains("1 unchanged"), "{}", said.stderr);
    assert!(
        sandbox
            .read("site/content/posts/stub-0.md")
            .contains("My own words.")
    );
    assert_eq!((server.seen().len(), sandbox.records().len()), (2, 2));
}

#[test]
fn record_only_replaces_nothing() {
    let mut sandbox = Sandbox::with_stubs("zola", 2);
    let stub = sandbox.read("site/content/posts/stub-0.md");
    let server = writer();
    generate(&mut sandbox, &server, &["--record-only"]).expect(0);
    assert_eq!(sandbox.read("site/content/posts/stub-0.md"), stub);
    assert_eq!(sandbox.records().len(), 2);
    sandbox.run(&["generate", "--offline"]).expect(0);
    assert!(
        sandbox
            .read("site/content/posts/stub-0.md")
            .contains("title = ")
    );
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn max_posts_ends_well_and_the_next_run_goes_on() {
    let mut sandbox = Sandbox::with_stubs("hugo", 5);
    let server = writer();
    generate(&mut sandbox, &server, &["--max-posts", "2"]).expect(0);
    assert_eq!(server.seen().len(), 2);
    let json = generate(&mut sandbox, &server, &["--format", "json"])
        .expect(0)
        .json();
    assert_eq!(json["totals"]["written"], 3);
    assert_eq!(json["posts"][0]["model"], "env/a-model");
    assert_eq!(json["posts"][0]["cost_usd"], 0.0);
    assert_eq!(server.seen().len(), 5);
}

#[test]
fn a_refused_key_stops_the_run_and_is_never_shown() {
    let mut sandbox = Sandbox::with_stubs("zola", 6);
    let message = format!("Incorrect API key provided: {}", canary::KEY);
    let body = serde_json::json!({"error": {"message": message, "type": "invalid_request_error"}});
    let server = Server::start(vec![plays(401, &[format!("raw {body}")])]);
    let said = generate(&mut sandbox, &server, &["--jobs", "1"]).expect(1);
    assert_eq!(server.seen().len(), 1);
    assert!(
        server.seen()[0].head.contains(canary::KEY),
        "the key was sent"
    );
    // That it is nowhere else is what every test asserts.
    assert!(
        said.stderr.contains("API key provided: [key]"),
        "{}",
        said.stderr
    );
    let left = sandbox.read("site/content/posts/stub-5.md");
    assert!(left.starts_with("+++\ntopic"), "{left}");
}

#[test]
fn many_requests_to_somebody_else_need_a_yes() {
    let mut sandbox = Sandbox::with_stubs("zola", 21);
    sandbox.set("OPENAI_API_KEY", canary::KEY);
    let said = sandbox
        .run(&["generate", "--model", "openai/some"])
        .expect(2);
    assert!(
        said.stderr.contains("21 requests to openai/some") && said.stderr.contains("--yes"),
        "{}",
        said.stderr
    );
    assert!(sandbox.records().is_empty());
}

/// A site in one of the shapes that authors have, a stub in it, and where its page is built.
#[rstest]
#[case::content_root_alone("zola", &[("content/first.md", "en")], &["first/index.html"])]
#[case::page_bundle("zola", &[("content/posts/bundle/index.md", "en")], &["posts/bundle/index.html"])]
#[case::hugo_bundle("hugo", &[("content/posts/bundle/index.md", "en")], &["posts/bundle/index.html"])]
#[case::hugo_content_dir("hugo-content-dir", &[("pages/posts/first.md", "en")], &["posts/first/index.html"])]
#[case::hugo_languages("hugo-languages", &[("content/english/first.md", "en"), ("content/deutsch/first.md", "de")], &["first/index.html", "de/first/index.html"])]
#[case::hugo_mount("hugo-mount", &[("notes/first.md", "en")], &["blog/first/index.html"])]
#[case::zola_languages("zola-languages", &[("content/first.md", "en"), ("content/first.de.md", "de")], &["first/index.html", "de/first/index.html"])]
fn sites_of_every_shape(
    #[case] site: &str,
    #[case] stubs: &[(&str, &str)],
    #[case] pages: &[&str],
) {
    let programs = generators::all().unwrap();
    let program = if site.starts_with("zola") {
        &programs.zola
    } else {
        &programs.hugo
    };
    let mut sandbox = Sandbox::with_site(&format!("tests/end_to_end/{site}"));
    for (path, _) in stubs {
        sandbox.write(
            &format!("site/{path}"),
            "+++\ntopic = \"The same question\"\ndraft = false\n+++\n",
        );
    }
    let server = writer();
    generate(&mut sandbox, &server, &[]).expect(0);
    let asked: BTreeSet<String> = server
        .seen()
        .iter()
        .map(|seen| {
            let user = seen.body["messages"][1]["content"]
                .as_str()
                .unwrap()
                .to_owned();
            user.split("- Language: ")
                .nth(1)
                .unwrap()
                .chars()
                .skip_while(|c| *c != '(')
                .skip(1)
                .take_while(|c| *c != ')')
                .collect()
        })
        .collect();
    assert_eq!(
        asked,
        stubs
            .iter()
            .map(|(_, language)| (*language).to_owned())
            .collect()
    );
    sandbox.run(&["check", "--strict"]).expect(0);
    let public = build(program, &sandbox.path("site"));
    for page in pages {
        let html =
            fs::read_to_string(public.join(page)).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert!(html.contains("The first paragraph."), "{page}: {html}");
    }
}

#[test]
fn a_post_made_online_is_the_one_that_its_record_gives() {
    let mut sandbox = Sandbox::with_stubs("hugo", 1);
    generate(&mut sandbox, &writer(), &[]).expect(0);
    let before = sandbox.snapshot("site/content");
    let said = sandbox
        .run(&["generate", "--refresh", "--offline"])
        .expect(0);
    assert!(said.stderr.contains("1 unchanged"), "{}", said.stderr);
    assert_eq!(sandbox.snapshot("site/content"), before);
}

#[test]
fn record_only_and_max_posts_hold_for_refreshes_too() {
    let mut sandbox = Sandbox::with_stubs("zola", 2);
    generate(&mut sandbox, &writer(), &[]).expect(0);
    let config = sandbox.read("site/config.toml");
    // Without taxonomies the same replies give other posts.
    sandbox.write(
        "site/config.toml",
        &config.replace("taxonomies =", "# taxonomies ="),
    );
    let before = sandbox.snapshot("site/content");
    sandbox
        .run(&["generate", "--offline", "--refresh", "--record-only"])
        .expect(0);
    sandbox
        .run(&["generate", "--offline", "--refresh", "--max-posts", "0"])
        .expect(0);
    assert_eq!(sandbox.snapshot("site/content"), before);
    let one = ["generate", "--offline", "--refresh", "--max-posts", "1"];
    // Those that stay as they are do not count: the second run gets on to the second post.
    for (written, unchanged, skipped) in [(1, 0, 1), (1, 1, 0), (0, 2, 0)] {
        let said = sandbox.run(&[&one[..], &["--format", "json"]].concat());
        let totals = &said.expect(0).json()["totals"];
        assert_eq!(
            (
                totals["written"].as_u64(),
                totals["unchanged"].as_u64(),
                totals["skipped"].as_u64()
            ),
            (Some(written), Some(unchanged), Some(skipped))
        );
    }
}

#[test]
fn one_reply_never_makes_two_posts() {
    let sandbox = Sandbox::with_stubs("zola", 2);
    sandbox
        .run_with_input(&["accept", "content/posts/stub-0.md"], &reply("Topic 0"))
        .expect(0);
    let status = sandbox
        .run(&["status", "--format", "json"])
        .expect(0)
        .json();
    let record = status["pages"][0]["reply"].as_str().unwrap().to_owned();
    let said = sandbox
        .run(&["accept", "content/posts/stub-1.md", "--record", &record])
        .expect(2);
    assert!(
        said.stderr.contains("content/posts/stub-0.md"),
        "{}",
        said.stderr
    );
    // And a folder is not a page.
    sandbox
        .run_with_input(&["accept", "content/posts"], &reply("Topic 1"))
        .expect(2);
    assert!(
        sandbox
            .read("site/content/posts/stub-1.md")
            .starts_with("+++\ntopic")
    );
}

#[test]
fn a_flag_wins_over_the_variable_that_says_the_opposite() {
    let mut sandbox = Sandbox::with_stubs("zola", 1);
    sandbox.set("POSTWRIGHT_OFFLINE", "1");
    let server = writer();
    generate(&mut sandbox, &server, &["--online"]).expect(0);
    assert_eq!(server.seen().len(), 1);
    sandbox
        .run(&["generate", "--online", "--offline"])
        .expect(2);
}

#[test]
fn paths_from_the_sites_root_work_everywhere() {
    let sandbox = Sandbox::with_stubs("zola", 1);
    for folder in ["site/content", "home"] {
        let root = sandbox.path("site").display().to_string();
        sandbox
            .run_in(
                folder,
                &["--root", &root, "check", "content/posts/stub-0.md"],
            )
            .expect(0);
    }
    sandbox
        .run_in("site/content/posts", &["check", "stub-0.md"])
        .expect(0);
}
