//! What a run that was killed or interrupted had of a reply: it is gone on from.

use super::*;

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
        stopped_in_the_middle(&mut sandbox, &server, &[], signal);
        generate(&mut sandbox, &server, &[]).expect(0);
        expect_post(&sandbox);
        assert_eq!(server.seen().len(), 2, "{signal}");
        assert_eq!(links(&sandbox, "continues"), 1, "{signal}");
    }
}

/// A run of `generate` with these arguments that gets the first 1500 bytes of a reply and then waits.
pub(super) fn stopped_in_the_middle(
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
pub(super) fn that_falls_silent() -> Server {
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
