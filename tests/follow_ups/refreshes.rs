//! Refreshes that were killed or whose reply is refused: what was paid for is used.

use super::killed::{stopped_in_the_middle, that_falls_silent};
use super::*;

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
