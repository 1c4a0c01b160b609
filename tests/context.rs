//! Stubs that build on other pages of their site.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use rstest::rstest;

mod support;

use support::Sandbox;

const CONFIG: &str = "base_url = \"https://example.org\"\ntaxonomies = [{ name = \"tags\" }, { name = \"categories\" }]\n";

fn stub(context: &str) -> String {
    format!(
        "+++\ntopic = \"Rules for outgoing traffic\"\ndraft = true\n[extra.postwright]\ncontext = [{context}]\n+++\n"
    )
}

fn site(context: &str) -> Sandbox {
    let long = "A paragraph of some words.\n\n".repeat(900);
    Sandbox::with_files(&[
        ("site/config.toml", CONFIG),
        (
            "site/content/one.md",
            "+++\ntitle = \"Part one\"\ndate = 2026-01-01\n+++\nIt begins.\n\n~~~~~~\n`{{/* now() */}}`\n~~~~~~\n",
        ),
        (
            "site/content/two.md",
            &format!("+++\ntitle = \"Part two\"\ndraft = true\n+++\n{long}The end.\n"),
        ),
        (
            "site/content/waits.md",
            "+++\ntopic = \"Not written\"\ndraft = true\n+++\n",
        ),
        ("site/content/three.md", &stub(context)),
        ("outside.md", "+++\ntitle = \"Secret\"\n+++\nSecret.\n"),
    ])
}

#[test]
fn what_the_pages_say_is_in_the_prompt() {
    let sandbox = site("\"content/one.md\", \"./content/two.md\"");
    let said = sandbox.run(&["prompt", "content/three.md"]).expect(0);
    let prompt = said.stdout;
    let fence = "~~~~~~~";
    let one = format!(
        "content/one.md\n\n{fence}\n# Part one\n\nIt begins.\n\n~~~~~~\n`{{{{ now() }}}}`\n~~~~~~\n{fence}\n"
    );
    assert!(prompt.contains(&one), "{prompt}");
    assert!(
        prompt.contains("content/two.md (its beginning; the rest is left out here)"),
        "{prompt}"
    );
    assert!(prompt.contains("# Part two\n\nA paragraph of some words.\n"));
    assert!(!prompt.contains("The end."));
    assert!(prompt.len() < 32_000, "{}", prompt.len());
    // A post may link to what it builds on, where that is published.
    assert!(prompt.contains("content/one.md | Part one"), "{prompt}");
    assert!(!prompt.contains("content/two.md | "), "{prompt}");
    assert!(said.stderr.contains("tokens"), "{}", said.stderr);
}

#[rstest]
#[case::missing(
    "\"content/on.md\"",
    "context-missing",
    "did you mean `content/one.md`?"
)]
#[case::outside_the_content("\"outside.md\"", "context-missing", "has no page")]
#[case::a_stub(
    "\"content/waits.md\"",
    "context-not-written",
    "postwright generate content/waits.md"
)]
fn nothing_is_asked_without_its_context(
    #[case] context: &str,
    #[case] kind: &str,
    #[case] message: &str,
) {
    let mut sandbox = site(context);
    sandbox.set("POSTWRIGHT_COMMAND", "touch asked");
    for arguments in [
        ["prompt", "content/three.md"].as_slice(),
        &["generate", "--dry-run", "content/three.md"],
        &["generate", "content/three.md"],
    ] {
        let said = sandbox.run(arguments).expect(1);
        assert!(said.stderr.contains(kind), "{}", said.stderr);
        assert!(said.stderr.contains(message), "{}", said.stderr);
    }
    assert!(!sandbox.path("site/asked").exists());
    assert_eq!(sandbox.read("site/content/three.md"), stub(context));
}

/// A repository must not send other files of its user's to a provider.
#[cfg(unix)]
#[test]
fn a_link_is_not_followed() {
    let sandbox = site("\"content/link.md\"");
    std::os::unix::fs::symlink(
        sandbox.path("outside.md"),
        sandbox.path("site/content/link.md"),
    )
    .unwrap();
    let said = sandbox.run(&["prompt", "content/three.md"]).expect(1);
    assert!(!said.stdout.contains("Secret"), "{}", said.stdout);
    assert!(said.stderr.contains("context-"), "{}", said.stderr);

    let sandbox = site("\"content/folder/outside.md\"");
    sandbox.write(
        "elsewhere/outside.md",
        "+++\ntitle = \"Secret\"\n+++\nSecret.\n",
    );
    std::os::unix::fs::symlink(
        sandbox.path("elsewhere"),
        sandbox.path("site/content/folder"),
    )
    .unwrap();
    let said = sandbox.run(&["prompt", "content/three.md"]).expect(1);
    assert!(!said.stdout.contains("Secret"), "{}", said.stdout);
}
