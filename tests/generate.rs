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
fn a_cut_reply_is_no_post_and_is_asked_for_anew_where_that_is_wanted() {
    let mut sandbox = Sandbox::with_stubs("zola", 1);
    let stub = sandbox.read("site/content/posts/stub-0.md");
    let whole = reply("Topic 0");
    let cut = whole[..whole.len() / 2].to_owned();
    let server = Server::with(move |_, _| good(&cut));
    generate(&mut sandbox, &server, &[]).expect(1);
    assert_eq!(sandbox.read("site/content/posts/stub-0.md"), stub);
    let status = sandbox
        .run(&["status", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(status["pages"][0]["state"], "partial");
    // It was asked to mend its reply already, so a further request is the author's to decide.
    let asked = server.seen().len();
    let said = generate(&mut sandbox, &server, &[]).expect(1);
    assert!(said.stderr.contains("[given-up]"), "{}", said.stderr);
    assert_eq!((asked, server.seen().len()), (2, 2));
    let again = ["--refresh", "content/posts/stub-0.md"];
    generate(&mut sandbox, &writer(), &again).expect(0);
    assert!(
        sandbox
            .read("site/content/posts/stub-0.md")
            .contains("title = \"Topic 0\"")
    );
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

#[cfg(unix)]
#[rstest]
#[case::interrupt("-INT", 130)]
#[case::terminate("-TERM", 143)]
fn a_signal_ends_in_order(#[case] signal: &str, #[case] status: i32) {
    let mut sandbox = Sandbox::with_stubs("zola", 4);
    let server = Server::with(|number, seen| {
        thread::sleep(Duration::from_millis(if number == 0 { 0 } else { 2500 }));
        good(&reply(&topic_of(seen)))
    });
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let run = sandbox.start(&["generate", "--model", "env/m", "--jobs", "2"]);
    while sandbox.records().is_empty() {
        thread::sleep(Duration::from_millis(20));
    }
    Command::new("kill")
        .args([signal, &run.id().to_string()])
        .status()
        .unwrap();
    let said = support::said(run.wait_with_output().unwrap()).expect(status);
    assert!(said.stderr.contains("1 written"), "{}", said.stderr);
    // What was recorded is not asked for again.
    let second = writer();
    generate(&mut sandbox, &second, &[]).expect(0);
    assert_eq!(second.seen().len(), 3);
}

#[cfg(unix)]
#[test]
fn a_killed_run_loses_no_reply_and_says_what_may_have_been_paid() {
    let mut sandbox = Sandbox::with_stubs("zola", 4);
    let server = Server::with(|number, seen| {
        thread::sleep(Duration::from_millis(if number < 2 { 0 } else { 60_000 }));
        good(&reply(&topic_of(seen)))
    });
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let mut run = sandbox.start(&["generate", "--model", "env/m", "--jobs", "3"]);
    while sandbox.records().len() < 2 || server.seen().len() < 3 {
        thread::sleep(Duration::from_millis(20));
    }
    run.kill().unwrap();
    run.wait().unwrap();
    let asked: Vec<String> = server.seen().iter().take(2).map(topic_of).collect();
    let second = writer();
    let json = generate(&mut sandbox, &second, &["--format", "json"])
        .expect(0)
        .json();
    assert!(
        second
            .seen()
            .iter()
            .all(|seen| !asked.contains(&topic_of(seen)))
    );
    assert!(
        json["totals"]["possibly_paid"].as_u64().unwrap() >= 1,
        "{json}"
    );
    assert_eq!(sandbox.records().len(), 4);
}

/// The texts of replies that are no record yet.
fn partials(sandbox: &Sandbox) -> Vec<String> {
    let files = sandbox.snapshot("site/.postwright/ledger").into_iter();
    files
        .filter(|(path, _)| path.extension().is_some_and(|it| it == "partial"))
        .map(|(_, bytes)| String::from_utf8(bytes).unwrap())
        // A place is made for the text before it is asked for.
        .filter(|text| !text.is_empty())
        .collect()
}

#[cfg(unix)]
#[test]
fn a_killed_run_keeps_the_text_that_had_come() {
    let mut sandbox = Sandbox::with_stubs("zola", 1);
    let server = Server::start(vec![plays(
        200,
        &["say Half a ", "say reply", "wait 60000"],
    )]);
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let mut run = sandbox.start(&["generate", "--model", "env/m"]);
    let started = Instant::now();
    while !sandbox.path("site/.postwright/ledger").exists() || partials(&sandbox).is_empty() {
        assert!(started.elapsed() < Duration::from_secs(20), "no text came");
        thread::sleep(Duration::from_millis(50));
    }
    // `kill -9`, in mid-stream.
    run.kill().unwrap();
    run.wait().unwrap();
    assert_eq!(partials(&sandbox), ["Half a reply"]);
}

#[test]
fn a_reply_that_breaks_off_is_kept_once() {
    let mut sandbox = Sandbox::with_stubs("zola", 1);
    let long = "word ".repeat(2000);
    let steps = [format!("say {long}"), "say and more".to_owned()];
    let server = Server::start(vec![plays(200, &steps)]);
    generate(&mut sandbox, &server, &[]).expect(1);
    let text = format!("{long}and more");
    assert_eq!(partials(&sandbox), [text.clone(), text]);
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
fn where_no_record_can_be_written_nothing_is_asked() {
    let mut sandbox = Sandbox::with_stubs("zola", 1);
    // A file stands where the folder of replies has to be.
    sandbox.write("site/.postwright/replies", "in the way");
    let server = writer();
    let said = generate(&mut sandbox, &server, &[]).expect(2);
    assert!(said.stderr.contains("nothing was asked"), "{}", said.stderr);
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn a_reply_whose_record_cannot_be_written_is_kept_all_the_same() {
    let mut sandbox = Sandbox::with_stubs("zola", 1);
    let replies = sandbox.path("site/.postwright/replies");
    // While it is written, a file comes to stand where the folder of replies was.
    let server = Server::with(move |_, seen| {
        fs::remove_dir(&replies).unwrap();
        fs::write(&replies, "in the way").unwrap();
        good(&reply(&topic_of(seen)))
    });
    let said = generate(&mut sandbox, &server, &[]).expect(1);
    assert!(said.stderr.contains(".partial"), "{}", said.stderr);
    let kept = sandbox
        .snapshot("site/.postwright/ledger")
        .into_iter()
        .any(|(_, bytes)| String::from_utf8_lossy(&bytes).contains("</EndOFText>"));
    assert!(kept, "the reply is in the ledger");
}

#[test]
fn a_stub_whose_bytes_cannot_be_kept_is_not_replaced() {
    let sandbox = Sandbox::with_stubs("zola", 1);
    let stub = sandbox.read("site/content/posts/stub-0.md");
    sandbox
        .run_with_input(&["accept", "content/posts/stub-0.md"], &reply("Topic 0"))
        .expect(0);
    sandbox
        .run(&["restore", "content/posts/stub-0.md"])
        .expect(0);
    // What is kept of the stub is spoiled: it is written anew before the stub goes.
    for (path, bytes) in sandbox.snapshot("site/.postwright/pages") {
        if bytes == stub.as_bytes() {
            fs::write(path, "garbage").unwrap();
        }
    }
    sandbox.run(&["generate", "--offline"]).expect(0);
    sandbox
        .run(&["restore", "content/posts/stub-0.md"])
        .expect(0);
    assert_eq!(sandbox.read("site/content/posts/stub-0.md"), stub);
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
fn a_filtered_reply_never_becomes_a_post_and_is_not_bought_again() {
    let mut sandbox = Sandbox::with_stubs("zola", 1);
    let stub = sandbox.read("site/content/posts/stub-0.md");
    let text = reply("Topic 0");
    let server = Server::with(move |_, _| {
        plays(
            200,
            &[
                format!("say {text}"),
                "finish content_filter".to_owned(),
                "done".to_owned(),
            ],
        )
    });
    generate(&mut sandbox, &server, &[]).expect(1);
    sandbox.run(&["generate", "--offline"]).expect(1);
    let said = generate(&mut sandbox, &server, &[]).expect(1);
    assert!(
        said.stderr.contains("--refresh") || said.stderr.contains("ask again"),
        "{}",
        said.stderr
    );
    assert_eq!(server.seen().len(), 1);
    // Nor where a person names it.
    let name = sandbox.records()[0].0.trim_end_matches(".md").to_owned();
    let said = sandbox
        .run(&["accept", "content/posts/stub-0.md", "--record", &name])
        .expect(2);
    assert!(
        said.stderr.contains("ended it with `filtered`"),
        "{}",
        said.stderr
    );
    assert_eq!(sandbox.read("site/content/posts/stub-0.md"), stub);
}

#[test]
fn a_reply_that_goes_on_behind_its_marker_and_is_cut_is_no_post_where_it_is_named() {
    let mut sandbox = Sandbox::with_stubs("zola", 1);
    let stub = sandbox.read("site/content/posts/stub-0.md");
    let text = reply("Topic 0") + "\nAnd half a sen";
    let server = Server::with(move |_, _| {
        plays(
            200,
            &[
                format!("say {text}"),
                "finish length".to_owned(),
                "done".to_owned(),
            ],
        )
    });
    generate(&mut sandbox, &server, &["--record-only"]).expect(1);
    for (name, _) in sandbox.records() {
        let said = sandbox
            .run(&[
                "accept",
                "content/posts/stub-0.md",
                "--record",
                name.trim_end_matches(".md"),
            ])
            .expect(2);
        assert!(said.stderr.contains("cut off"), "{}", said.stderr);
    }
    assert_eq!(sandbox.read("site/content/posts/stub-0.md"), stub);
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
fn record_only_fails_where_a_reply_is_cut() {
    let mut sandbox = Sandbox::with_stubs("zola", 1);
    let whole = reply("Topic 0");
    let cut = whole[..whole.len() / 2].to_owned();
    let server = Server::with(move |_, _| good(&cut));
    generate(&mut sandbox, &server, &["--record-only"]).expect(1);
}

#[cfg(unix)]
#[test]
fn a_template_is_never_read_through_a_link() {
    let sandbox = Sandbox::with_stubs("zola", 1);
    sandbox.write("home/secret", "a private file");
    std::os::unix::fs::symlink(sandbox.path("home/secret"), sandbox.path("site/user.md")).unwrap();
    sandbox.write("site/postwright.toml", "[prompt]\nuser = \"user.md\"\n");
    let said = sandbox
        .run(&["prompt", "content/posts/stub-0.md"])
        .expect(2);
    assert!(
        !said.stdout.contains("private") && !said.stderr.contains("private"),
        "{}",
        said.stdout
    );
    sandbox.write(
        "site/postwright.toml",
        "[prompt]\nuser = \"../home/secret\"\n",
    );
    let said = sandbox
        .run(&["prompt", "content/posts/stub-0.md"])
        .expect(2);
    assert!(!said.stdout.contains("private"), "{}", said.stdout);
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
