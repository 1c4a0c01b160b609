//! Records on two branches of a site.

use super::*;

fn git(sandbox: &Sandbox, folder: &str, arguments: &[&str]) {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=An author",
            "-c",
            "user.email=author@example.org",
            "-c",
            "commit.gpgsign=false",
        ])
        .args(arguments)
        .current_dir(sandbox.path(folder))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap_or_else(|error| panic!("this test needs `git`: {error}"));
    assert!(
        output.status.success(),
        "git {arguments:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Two machines record replies on branches of their own, one of them with line ends as on Windows; git merges, and the posts
/// are made of what both have paid for.
#[test]
fn records_of_two_branches_merge() {
    let mut sandbox = site("zola", &["both", "first", "second"]);
    git(&sandbox, "site", &["init", "-q", "-b", "main"]);
    git(&sandbox, "site", &["config", "core.autocrlf", "false"]);
    git(&sandbox, "site", &["add", "-A"]);
    git(&sandbox, "site", &["commit", "-qm", "Stubs"]);
    git(
        &sandbox,
        "",
        &["-c", "core.autocrlf=true", "clone", "-q", "site", "other"],
    );
    git(&sandbox, "other", &["config", "core.autocrlf", "true"]);
    let stub_there = sandbox.read("other/content/posts/both.md");
    assert!(stub_there.contains("\r\n"), "git changes line ends there");

    // The other machine's reply to the stub that both ask for is another one.
    let server = Server::with(|number, seen| {
        good(&format!("{}\nReply {number}.\n", reply(&topic_of(seen))))
    });
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let asks = ["generate", "--model", "env/m", "--record-only"];
    let here = ["content/posts/both.md", "content/posts/first.md"];
    let there = ["content/posts/both.md", "content/posts/second.md"];
    sandbox.run(&[&asks[..], &here[..]].concat()).expect(0);
    sandbox
        .run_in("other", &[&asks[..], &there[..]].concat())
        .expect(0);
    assert_eq!(server.seen().len(), 4);
    git(&sandbox, "site", &["add", "-A"]);
    git(
        &sandbox,
        "site",
        &["commit", "-qm", "Replies of one machine"],
    );
    git(&sandbox, "other", &["add", "-A"]);
    git(
        &sandbox,
        "other",
        &["commit", "-qm", "Replies of the other"],
    );
    git(
        &sandbox,
        "other",
        &["pull", "-q", "--no-rebase", "--no-edit", "origin", "main"],
    );
    git(
        &sandbox,
        "site",
        &["pull", "-q", "--no-rebase", "--no-edit", "../other", "main"],
    );

    for folder in ["site", "other"] {
        let records = sandbox.snapshot(&format!("{folder}/.postwright/replies"));
        assert_eq!(records.len(), 4, "{folder}");
        let said = sandbox
            .run_in(folder, &["generate", "--model", "env/m"])
            .expect(0);
        assert!(said.stderr.contains("3 written"), "{}", said.stderr);
        assert_eq!(
            sandbox.snapshot(&format!("{folder}/.postwright/replies")),
            records
        );
    }
    assert_eq!(
        server.seen().len(),
        4,
        "what was recorded is not asked for again"
    );
    let lines = |folder: &str| {
        sandbox
            .read(&format!("{folder}/content/posts/both.md"))
            .replace("\r\n", "\n")
    };
    let text = |page: &str| page.split_once("\n+++\n").unwrap().1.to_owned();
    assert_eq!(
        text(&lines("site")),
        text(&lines("other")),
        "both took the same of the two replies"
    );
    // Nothing of what git carries was changed by the checkout with other line ends.
    git(
        &sandbox,
        "other",
        &["diff", "--exit-code", "--", ".postwright/replies"],
    );
}
