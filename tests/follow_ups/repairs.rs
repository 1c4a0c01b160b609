//! Malformed replies: what is wrong with them is asked for, once.

use super::*;

/// Answers the first request with a malformed reply and the second, which has to name the problem, with the repair.
fn repaired(
    first: String,
    problem: &'static str,
    labels_only: bool,
    repair: String,
) -> (Sandbox, Server, Value) {
    let mut sandbox = site();
    let server = Server::with(move |_, seen| match follow_up(seen) {
        None => good(&first),
        Some((reply, ask)) => {
            assert!(first.contains(&reply), "{reply}");
            assert!(ask.contains(problem), "{ask}");
            assert_eq!(
                ask.contains("Send the labelled lines alone"),
                labels_only,
                "{ask}"
            );
            good(&repair)
        }
    });
    let json = generate(&mut sandbox, &server, &["--format", "json"])
        .expect(0)
        .json();
    (sandbox, server, json)
}

#[test]
fn missing_labels_are_asked_for_alone() {
    let bad = whole().replace(
        "META_DESCRIPTION: Wind, water and time.",
        "META_DESCRIPTION:",
    );
    let labels = format!(
        "{}</EndOFText>\n",
        HEAD.replace("MARKDOWN_POST_CONTENT:\n", "")
    );
    let (sandbox, server, _) = repaired(bad, "description", true, labels);
    expect_post(&sandbox);
    assert!(
        sandbox
            .read(STUB)
            .contains("description = \"Wind, water and time.\"")
    );
    assert_eq!((server.seen().len(), links(&sandbox, "repairs")), (2, 1));
}

#[test]
fn categories_that_the_site_does_not_have_are_asked_for_again() {
    let bad = whole().replace("CATEGORIES: Tutorials", "CATEGORIES: Seaside Matters");
    let labels = format!(
        "{}</EndOFText>\n",
        HEAD.replace("MARKDOWN_POST_CONTENT:\n", "")
    );
    let (sandbox, _, json) = repaired(bad, "CATEGORIES", true, labels);
    expect_post(&sandbox);
    assert!(sandbox.read(STUB).contains("Tutorials"));
    assert_eq!(json["posts"][0]["requests"], 2);
}

#[test]
fn a_repair_that_fails_leaves_the_reply_as_it_was() {
    let mut sandbox = site();
    let server = Server::with(|_, seen| match follow_up(seen) {
        None => good(&whole().replace("CATEGORIES: Tutorials", "CATEGORIES: Seaside Matters")),
        Some(_) => plays(400, &["raw {\"error\":{\"message\":\"no\"}}"]),
    });
    let said = generate(&mut sandbox, &server, &[]).expect(0);
    expect_post(&sandbox);
    assert!(said.stderr.contains("unknown-category"), "{}", said.stderr);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn a_post_that_is_too_short_is_asked_for_once_more() {
    let mut sandbox = site();
    sandbox.write("site/postwright.toml", "[post]\nmin_words = 200\n");
    let short = format!("{HEAD}{}\n\n</EndOFText>\n", paragraph(1));
    let server = Server::with(move |_, seen| match follow_up(seen) {
        None => good(&short),
        Some((_, ask)) => {
            assert!(ask.contains("at least") && ask.contains("200"), "{ask}");
            good(&whole())
        }
    });
    generate(&mut sandbox, &server, &[]).expect(0);
    expect_post(&sandbox);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn errors_that_the_checks_find_in_the_text_are_named() {
    let mut sandbox = site();
    sandbox.write(
        "site/postwright.toml",
        "[check.placeholder-link]\nseverity = \"error\"\n",
    );
    let dead = whole().replace(
        "Paragraph 3 tells",
        "See [there](https://example.com/nowhere). Paragraph 3 tells",
    );
    let server = Server::with(move |_, seen| match follow_up(seen) {
        None => good(&dead),
        Some((_, ask)) => {
            assert!(ask.contains("nowhere"), "{ask}");
            good(&whole())
        }
    });
    generate(&mut sandbox, &server, &[]).expect(0);
    expect_post(&sandbox);
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn repairs_are_bounded_and_can_be_switched_off() {
    let bad = || whole().replace("TITLE: Coasts and what shapes them", "TITLE:");
    for (more, requests) in [(&[] as &[&str], 2), (&["--no-repair"], 1)] {
        let mut sandbox = site();
        let stub = sandbox.read(STUB);
        let server = Server::with(move |number, _| good(&format!("{}<!-- {number} -->", bad())));
        generate(&mut sandbox, &server, more).expect(1);
        assert_eq!(server.seen().len(), requests);
        assert_eq!(sandbox.records().len(), requests);
        assert_eq!(sandbox.read(STUB), stub);
    }
}

#[test]
fn what_a_run_saw_fail_does_not_keep_the_next_one_from_asking() {
    let mut sandbox = site();
    let broken = Server::start(vec![plays(
        500,
        &["raw {\"error\":{\"message\":\"sorry\"}}"],
    )]);
    let json = generate(&mut sandbox, &broken, &["--format", "json"])
        .expect(1)
        .json();
    assert_eq!(json["totals"]["possibly_paid"], 2, "{json:#}");
    let server = Server::with(|_, _| good(&whole()));
    let json = generate(&mut sandbox, &server, &["--format", "json"])
        .expect(0)
        .json();
    // That was told before, and is no news.
    assert_eq!(json["totals"]["possibly_paid"], 0, "{json:#}");
    expect_post(&sandbox);
    assert!(sandbox.snapshot("site/.postwright/ledger").is_empty());
}

#[test]
fn a_repair_that_was_cut_never_becomes_a_post() {
    let mut sandbox = site();
    let stub = sandbox.read(STUB);
    let bad = whole().replace(
        "META_DESCRIPTION: Wind, water and time.",
        "META_DESCRIPTION:",
    );
    let server = Server::with(move |_, seen| match follow_up(seen) {
        None => good(&bad),
        Some(_) => plays(
            200,
            &[
                "say TITLE: Coasts and what shapes them\nMETA_DESCRIPTION: Wind, wat",
                "finish length",
                "done",
            ],
        ),
    });
    generate(&mut sandbox, &server, &[]).expect(1);
    generate(&mut sandbox, &server, &["--offline"]).expect(1);
    assert_eq!(sandbox.read(STUB), stub);
}

#[test]
fn a_repair_of_the_labels_that_leaves_out_the_body_keeps_it() {
    let bad = whole().replace(
        "META_DESCRIPTION: Wind, water and time.",
        "META_DESCRIPTION:",
    );
    let labels = format!("{HEAD}(unchanged)\n\n</EndOFText>\n");
    let (sandbox, _, _) = repaired(bad, "description", true, labels);
    expect_post(&sandbox);
}

#[test]
fn a_repair_may_send_only_what_was_missing() {
    let bad = whole().replace(
        "META_DESCRIPTION: Wind, water and time.",
        "META_DESCRIPTION:",
    );
    let only = "META_DESCRIPTION: Wind, water and time.\n</EndOFText>\n".to_owned();
    let (sandbox, _, _) = repaired(bad, "description", true, only);
    expect_post(&sandbox);
    assert!(sandbox.read(STUB).contains("Tutorials"));
}

#[test]
fn the_same_bad_reply_is_not_bought_again_by_the_next_run() {
    let mut sandbox = site();
    let server =
        Server::with(|_, _| good(&whole().replace("TITLE: Coasts and what shapes them", "TITLE:")));
    for _ in 0..3 {
        generate(&mut sandbox, &server, &["--no-repair"]).expect(1);
    }
    assert_eq!(server.seen().len(), 1);
}
