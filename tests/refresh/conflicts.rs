//! Edits and new text that cannot both be had: nothing is written, nothing is lost.

use super::*;

#[rstest]
#[case::zola("zola", TOML)]
#[case::hugo("hugo", YAML)]
fn what_both_changed_is_shown_and_nothing_is_written(#[case] generator: &str, #[case] stub: &str) {
    let sandbox = site(generator, stub);
    let edited = edit(
        &sandbox,
        &[
            (
                "RDB writes a file.",
                "RDB writes \u{1b}[1m a file, and forks for it.",
            ),
            ("Both together.", "Both, mostly."),
        ],
    );
    let new = reply("RDB writes a compact file.", "AOF writes each command.");
    let said = sandbox.run_with_input(&["accept", PATH], &new).expect(1);
    assert_eq!(sandbox.read(POST), edited);
    assert_eq!(sandbox.records().len(), 2);
    for text in [
        "[merge-conflict]",
        "the text at line",
        "(yours)",
        "-RDB writes \\u{1b}[1m a file, and forks for it.",
        "+RDB writes a compact file.",
        "postwright restore --force content/posts/redis.md",
        "with the day of its reply as the date",
    ] {
        assert!(said.stderr.contains(text), "{text} in {}", said.stderr);
    }
    // What is no conflict is not shown as one.
    assert!(!said.stderr.contains("Both, mostly"), "{}", said.stderr);
    let json = sandbox
        .run(&[
            "generate",
            "--refresh",
            "--offline",
            PATH,
            "--format",
            "json",
        ])
        .expect(1)
        .json();
    assert_eq!(json["posts"][0]["state"], "failed");
    assert_eq!(json["posts"][0]["error"]["kind"], "merge-conflict");
    assert_eq!(sandbox.read(POST), edited);

    // One way on: all of the new version. The person's is kept.
    let name = said.stderr.trim_end();
    let name = name.split("--record ").last().unwrap();
    let name = name.split_whitespace().next().unwrap();
    sandbox.run(&["restore", "--force", PATH]).expect(0);
    assert_eq!(sandbox.read(POST), stub);
    sandbox.run(&["accept", PATH, "--record", name]).expect(0);
    assert_eq!(state(&sandbox), states("written", ""));
    assert!(sandbox.read(POST).contains("RDB writes a compact file."));
    let kept = sandbox.snapshot("site/.postwright/pages");
    assert!(kept.iter().any(|(_, bytes)| bytes == edited.as_bytes()));

    // Another: some of the new version by hand, and then the command that the message names.
    let command = said
        .stderr
        .lines()
        .find_map(|line| line.split_once("have it, then: postwright "))
        .unwrap()
        .1;
    sandbox.write(POST, &edited);
    edit(
        &sandbox,
        &[(
            "RDB writes \u{1b}[1m a file, and forks for it.",
            "RDB writes a compact file.",
        )],
    );
    let arguments: Vec<&str> = command.split_whitespace().collect();
    sandbox.run(&arguments).expect(0);
    let merged = sandbox.read(POST);
    assert!(merged.contains("Both, mostly.") && merged.contains("RDB writes a compact file."));
    assert_eq!(state(&sandbox), states("edited", "body"));
    let html = page(&sandbox, generator);
    assert!(html.contains("Both, mostly."), "{html}");
}

#[test]
fn a_paid_reply_in_conflict_is_kept_and_merged_later() {
    let mut sandbox = site("zola", TOML);
    let original = sandbox.read(POST);
    let edited = edit(&sandbox, &[("RDB writes a file.", "RDB writes my file.")]);
    let new = reply("RDB writes a compact file.", "AOF appends each command.");
    let server = Server::with(move |_, _| good(&new));
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let ask = ["generate", "--model", "env/m", "--refresh", PATH];
    let said = sandbox.run(&ask).expect(1);
    assert!(
        said.stderr.contains("its body was edited"),
        "{}",
        said.stderr
    );
    assert!(said.stderr.contains("[merge-conflict]"), "{}", said.stderr);
    assert_eq!(server.seen().len(), 1, "no repair is asked for");
    assert_eq!((sandbox.records().len(), sandbox.read(POST)), (2, edited));

    // That it waits is said, and before another one is paid for as well.
    let free = format!("free: postwright generate --refresh --offline {PATH}");
    let said = sandbox.run(&["generate", PATH]).expect(0);
    assert!(said.stderr.contains(&free), "{}", said.stderr);
    let said = sandbox.run(&[&ask[..], &["--dry-run"]].concat()).expect(0);
    assert!(
        said.stderr.contains("one more is asked") && said.stderr.contains(&free),
        "{}",
        said.stderr
    );
    // A copy does not take it.
    let copy = "site/content/posts/copy.md";
    sandbox.write(copy, &original);
    sandbox
        .run(&[
            "generate",
            "--refresh",
            "--offline",
            "content/posts/copy.md",
        ])
        .expect(0);
    assert!(sandbox.read(copy).contains("RDB writes a file."));

    // It waits, for the post that asked for it, and nothing takes it away meanwhile.
    let listed = sandbox.run(&["records", "list"]).expect(0);
    assert!(listed.stdout.contains("  waiting  "), "{}", listed.stdout);
    let waits = |path: &str| format!("{path}: a reply that came later waits");
    let (own, of_copy) = (waits(PATH), waits("content/posts/copy.md"));
    assert!(listed.stderr.contains(&own), "{}", listed.stderr);
    assert!(!listed.stderr.contains(&of_copy), "{}", listed.stderr);
    fs::remove_file(sandbox.path(copy)).unwrap();
    sandbox
        .run(&["records", "prune", "--all", "--yes"])
        .expect(0);
    assert_eq!(sandbox.records().len(), 2);

    // All posts: each from its own reply. This one: from the reply that waits.
    sandbox
        .run(&["generate", "--refresh", "--offline"])
        .expect(0);
    edit(&sandbox, &[("RDB writes my file.", "RDB writes a file.")]);
    edit(&sandbox, &[("Both together.", "Both, I say.")]);
    sandbox
        .run(&["generate", "--refresh", "--offline", PATH])
        .expect(0);
    let merged = sandbox.read(POST);
    for text in [
        "RDB writes a compact file.",
        "AOF appends each command.",
        "Both, I say.",
    ] {
        assert!(merged.contains(text), "{merged}");
    }
    assert_eq!(server.seen().len(), 1);
    // An older reply that was chosen stays chosen.
    let first = sandbox.records()[0].0.trim_end_matches(".md").to_owned();
    sandbox.run(&["accept", PATH, "--record", &first]).expect(0);
    assert!(sandbox.read(POST).contains("AOF writes each command."));
    sandbox
        .run(&["generate", "--refresh", "--offline", PATH])
        .expect(0);
    assert!(sandbox.read(POST).contains("AOF writes each command."));
    // Its stub would become the post of the newer one.
    let said = sandbox.run(&["restore", "--force", PATH]).expect(0);
    assert!(
        said.stderr.contains("of another reply")
            && said
                .stderr
                .contains(&format!("accept {PATH} --record {first}")),
        "{}",
        said.stderr
    );
}

#[test]
fn a_reply_whose_post_could_not_be_written_is_not_bought_again() {
    let mut sandbox = site("zola", TOML);
    let new = reply("RDB writes a compact file.", "AOF writes each command.");
    let file = sandbox.path(POST);
    let original = sandbox.read(POST);
    let edited = original.replace("How Redis Keeps Data", "Why Redis Keeps Data");
    assert_ne!(edited, original);
    let server = Server::with(move |number, _| {
        if number == 0 {
            fs::write(&file, &edited).unwrap();
        }
        good(&new)
    });
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let ask = ["generate", "--model", "env/m", "--refresh", PATH];
    let said = sandbox.run(&ask).expect(1);
    assert!(said.stderr.contains("[page-changed]"), "{}", said.stderr);
    let free = format!("free: postwright generate --refresh --offline {PATH}");
    assert!(said.stderr.contains(&free), "{}", said.stderr);

    let said = sandbox.run(&ask).expect(0);
    assert!(said.stderr.contains("not used yet"), "{}", said.stderr);
    let post = sandbox.read(POST);
    assert!(
        post.contains("compact") && post.contains("Why Redis"),
        "{post}"
    );
    assert_eq!(server.seen().len(), 1);
    // It is used now, and another one is wanted.
    sandbox.run(&ask).expect(0);
    assert_eq!(server.seen().len(), 2);
}

#[rstest]
#[case::missing(None, "base-missing")]
#[case::damaged(Some("something else"), "base-damaged")]
fn nothing_is_asked_where_edits_cannot_be_told_apart(
    #[case] kept: Option<&str>,
    #[case] kind: &str,
) {
    let mut sandbox = site("hugo", TOML);
    let edited = edit(&sandbox, &[("Both together.", "Both, mostly.")]);
    let written = edited
        .split("written = \"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let base = sandbox.path(&format!("site/.postwright/pages/{written}.md"));
    match kept {
        None => fs::remove_file(&base).unwrap(),
        Some(text) => fs::write(&base, text).unwrap(),
    }
    let server = Server::with(|_, _| good(&first()));
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let said = sandbox
        .run(&["generate", "--model", "env/m", "--refresh", PATH])
        .expect(1);
    assert!(
        said.stderr.contains(&format!("[{kind}]")),
        "{}",
        said.stderr
    );
    assert!(server.seen().is_empty());
    assert_eq!(sandbox.read(POST), edited);
    assert_eq!(state(&sandbox).0, "edited");
}

#[test]
fn an_error_in_what_a_person_wrote_loses_nothing() {
    let sandbox = site("zola", TOML);
    let edited = edit(
        &sandbox,
        &[("Both together.", "Both: {{ nothing_of_the_kind() }}.")],
    );
    let new = reply("RDB writes a compact file.", "AOF writes each command.");
    let said = sandbox.run_with_input(&["accept", PATH], &new).expect(1);
    assert!(
        said.stderr.contains("[merged-has-errors]"),
        "{}",
        said.stderr
    );
    assert!(
        said.stderr.contains("nothing_of_the_kind"),
        "{}",
        said.stderr
    );
    assert_eq!(sandbox.read(POST), edited);
    assert_eq!(sandbox.records().len(), 2);
}
