//! Runs that end early, by a signal or by a kill, and replies that break off.

use super::*;

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
fn record_only_fails_where_a_reply_is_cut() {
    let mut sandbox = Sandbox::with_stubs("zola", 1);
    let whole = reply("Topic 0");
    let cut = whole[..whole.len() / 2].to_owned();
    let server = Server::with(move |_, _| good(&cut));
    generate(&mut sandbox, &server, &["--record-only"]).expect(1);
}
