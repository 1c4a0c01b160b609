//! Posts that a person has edited, and new versions of them: the real program merges or refuses, the real Zola and Hugo
//! build what is there, and the pages are looked at.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::fs;
use std::process::Command;

use rstest::rstest;
use xtask::generators;

#[path = "refresh/conflicts.rs"]
mod conflicts;
mod support;

use support::server::{Server, good};
use support::{Sandbox, build};

const POST: &str = "site/content/posts/redis.md";
const PATH: &str = "content/posts/redis.md";

const TOML: &str = "+++\n# Asked by a reader.\ntopic = \"Redis persistence\"\ndraft = false\nweight = 3\n+++\nCompare both.\n";
const YAML: &str = "---\n# Asked by a reader.\ntopic: Redis persistence\ndraft: false\nweight: 3\n---\nCompare both.\n";
const JSON: &str = "{\n  \"topic\": \"Redis persistence\",\n  \"draft\": false,\n  \"weight\": 3\n}\nCompare both.\n";

/// A reply with this about snapshots, and this about the log.
fn reply(snapshots: &str, log: &str) -> String {
    format!(
        "TITLE: How Redis Keeps Data\nMETA_DESCRIPTION: RDB and AOF compared.\nTAGS: redis\nCATEGORIES: Tutorials\n\
         MARKDOWN_POST_CONTENT:\nRedis keeps data in memory.\n\n## Snapshots\n\n{snapshots}\n\n## The log\n\n{log}\n\n\
         ## Which one\n\nBoth together.\n\n</EndOFText>\n"
    )
}

fn first() -> String {
    reply("RDB writes a file.", "AOF writes each command.")
}

/// A site with one post.
fn site(generator: &str, stub: &str) -> Sandbox {
    let sandbox = Sandbox::with_site(&format!("tests/end_to_end/{generator}"));
    sandbox.write(POST, stub);
    sandbox
        .run_with_input(&["accept", PATH], &first())
        .expect(0);
    sandbox
}

fn edit(sandbox: &Sandbox, changes: &[(&str, &str)]) -> String {
    let mut text = sandbox.read(POST);
    for (from, to) in changes {
        assert!(text.contains(from), "{from} is not in {text}");
        text = text.replace(from, to);
    }
    sandbox.write(POST, &text);
    text
}

/// The state of the one post, and the parts that are edited.
fn state(sandbox: &Sandbox) -> (String, String) {
    let json = sandbox
        .run(&["status", "--format", "json"])
        .expect(0)
        .json();
    let page = &json["pages"][0];
    let edited = page["edited"].as_array().map(|parts| {
        let parts: Vec<&str> = parts.iter().map(|part| part.as_str().unwrap()).collect();
        parts.join(" ")
    });
    (
        page["state"].as_str().unwrap().to_owned(),
        edited.unwrap_or_default(),
    )
}

fn states(state: &str, edited: &str) -> (String, String) {
    (state.to_owned(), edited.to_owned())
}

/// The page as the generator shows it.
fn page(sandbox: &Sandbox, generator: &str) -> String {
    let programs = generators::all().unwrap_or_else(|error| panic!("{error}"));
    let program = if generator == "zola" {
        &programs.zola
    } else {
        &programs.hugo
    };
    let public = build(program, &sandbox.path("site"));
    fs::read_to_string(public.join("posts/redis/index.html")).unwrap()
}

#[rstest]
#[case::zola("zola", TOML)]
#[case::zola_yaml("zola", YAML)]
#[case::hugo("hugo", TOML)]
#[case::hugo_yaml("hugo", YAML)]
#[case::hugo_json("hugo", JSON)]
fn edits_and_a_new_reply_are_both_on_the_page(#[case] generator: &str, #[case] stub: &str) {
    let sandbox = site(generator, stub);
    assert_eq!(state(&sandbox), states("written", ""));
    edit(&sandbox, &[("How Redis Keeps Data", "What Redis Keeps")]);
    assert_eq!(state(&sandbox), states("edited", "front-matter"));
    let edited = edit(
        &sandbox,
        &[(
            "AOF writes each command.",
            "AOF writes each command.\n\nI use `everysec`.",
        )],
    );
    assert_eq!(state(&sandbox), states("edited", "front-matter body"));

    let new = reply("RDB writes a compact file.", "AOF writes each command.");
    sandbox.run_with_input(&["accept", PATH], &new).expect(0);
    let merged = sandbox.read(POST);
    assert!(merged.contains("RDB writes a compact file."), "{merged}");
    assert!(!merged.contains("RDB writes a file."), "{merged}");
    // Still an edit, of the new version.
    assert_eq!(state(&sandbox), states("edited", "front-matter body"));
    sandbox.run(&["check", "--strict"]).expect(0);
    let html = page(&sandbox, generator);
    for text in [
        "What Redis Keeps",
        "RDB and AOF compared.",
        "RDB writes a compact file.",
        "<p>I use <code>everysec</code>.</p>",
    ] {
        assert!(html.contains(text), "{text} in {html}");
    }

    let said = sandbox
        .run(&["generate", "--refresh", "--offline"])
        .expect(0);
    assert!(said.stderr.contains("1 unchanged"), "{}", said.stderr);
    assert_eq!(sandbox.read(POST), merged);
    // The next version is merged as well: with what the project says by now.
    sandbox.write("site/postwright.toml", "[post]\nauthors = [\"A. Uthor\"]\n");
    sandbox
        .run(&["generate", "--refresh", "--offline"])
        .expect(0);
    let again = sandbox.read(POST);
    assert!(
        again.contains("A. Uthor")
            && again.contains("everysec")
            && again.contains("What Redis Keeps")
    );
    page(&sandbox, generator);

    // The edited version before each merge is kept.
    let kept = sandbox.snapshot("site/.postwright/pages");
    for version in [&edited, &merged] {
        assert!(kept.iter().any(|(_, bytes)| bytes == version.as_bytes()));
    }
    let said = sandbox.run(&["restore", PATH]).expect(1);
    assert!(
        said.stderr.contains("edited (front matter and body)"),
        "{}",
        said.stderr
    );
    assert_eq!(sandbox.read(POST), again);
    let said = sandbox.run(&["restore", PATH, "--force", "-q"]).expect(0);
    assert_eq!(sandbox.read(POST), stub);
    let name = said.stderr.split("pages/").nth(1).unwrap();
    let name = name.split_whitespace().next().unwrap();
    assert_eq!(
        sandbox.read(&format!("site/.postwright/pages/{name}")),
        again
    );
}

/// Two blanks at the end of a line break it, though the post still counts as written: an editor may have trimmed it.
#[test]
fn blanks_that_a_person_has_set_stay() {
    let sandbox = site("zola", TOML);
    let reply = reply("RDB writes\na file.", "AOF writes each command.");
    sandbox.run_with_input(&["accept", PATH], &reply).expect(0);
    let blanks = edit(&sandbox, &[("RDB writes\n", "RDB writes  \n")]);
    assert_eq!(state(&sandbox), states("written", ""));
    sandbox.write("site/postwright.toml", "[post]\nauthors = [\"A. Uthor\"]\n");
    sandbox
        .run(&["generate", "--refresh", "--offline"])
        .expect(0);
    let merged = sandbox.read(POST);
    assert!(
        merged.contains("A. Uthor") && merged.contains("RDB writes  \n"),
        "{merged}"
    );
    // What stood there before is a person's.
    sandbox.run(&["records", "prune", "--yes"]).expect(0);
    let kept = sandbox.snapshot("site/.postwright/pages");
    assert!(kept.iter().any(|(_, bytes)| bytes == blanks.as_bytes()));

    // Another text in the same place is in conflict with them.
    let other = reply.replace("RDB writes\n", "RDB stores\n");
    let said = sandbox.run_with_input(&["accept", PATH], &other).expect(1);
    assert!(said.stderr.contains("[merge-conflict]"), "{}", said.stderr);
    assert_eq!(sandbox.read(POST), merged);
}

/// Someone takes all of a new version by hand: then the post is that version, wherever a merge would put its new keys.
#[rstest]
#[case::zola("zola", TOML)]
#[case::hugo("hugo", YAML)]
fn a_post_that_is_the_new_version_is_no_edit(#[case] generator: &str, #[case] stub: &str) {
    let mut sandbox = Sandbox::with_site(&format!("tests/end_to_end/{generator}"));
    sandbox.write(POST, stub);
    sandbox.set("SOURCE_DATE_EPOCH", "1780000000");
    sandbox
        .run_with_input(&["accept", PATH], &first())
        .expect(0);
    sandbox.set("SOURCE_DATE_EPOCH", "1790000000");
    edit(&sandbox, &[("RDB writes a file.", "RDB writes my file.")]);
    let new = reply("RDB writes a compact file.", "AOF writes each command.");
    sandbox.run_with_input(&["accept", PATH], &new).expect(1);
    edit(
        &sandbox,
        &[("RDB writes my file.", "RDB writes a compact file.")],
    );
    sandbox.run_with_input(&["accept", PATH], &new).expect(0);
    let post = sandbox.read(POST);
    assert!(post.contains("2026-09-21"), "{post}");
    assert_eq!(state(&sandbox), states("written", ""), "{post}");
    // An order of one's own stays.
    let lines: Vec<&str> = post.lines().collect();
    let at = lines
        .iter()
        .position(|line| line.starts_with("title"))
        .unwrap();
    let mut moved = lines.clone();
    moved.swap(at, at + 1);
    let moved = moved.join("\n") + "\n";
    sandbox.write(POST, &moved);
    sandbox.run_with_input(&["accept", PATH], &new).expect(0);
    assert_eq!(sandbox.read(POST), moved);
}

#[test]
fn a_paid_reply_is_merged_with_edits_of_the_front_matter() {
    let mut sandbox = site("zola", TOML);
    edit(
        &sandbox,
        &[
            ("How Redis Keeps Data", "What Redis Keeps"),
            ("weight = 3\n", "weight = 7 # later\n"),
        ],
    );
    let new = reply("All of this is new.", "And this.").replace("Both together.", "And that.");
    let server = Server::with(move |_, _| good(&new));
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let said = sandbox
        .run(&["generate", "--model", "env/m", "--refresh", PATH])
        .expect(0);
    assert!(!said.stderr.contains("was edited"), "{}", said.stderr);
    let merged = sandbox.read(POST);
    for text in [
        "What Redis Keeps",
        "weight = 7 # later",
        "# Asked by a reader.",
        "All of this is new.",
        "And that.",
    ] {
        assert!(merged.contains(text), "{merged}");
    }
    assert_eq!(state(&sandbox), states("edited", "front-matter"));
    page(&sandbox, "zola");
}

#[test]
fn renamed_and_copied_posts_stay_posts() {
    let sandbox = site("hugo", YAML);
    edit(&sandbox, &[("Both together.", "Both, mostly.")]);
    let other = "site/content/posts/renamed.md";
    fs::rename(sandbox.path(POST), sandbox.path(other)).unwrap();
    assert_eq!(state(&sandbox), states("edited", "body"));
    sandbox.write("site/postwright.toml", "[post]\nauthors = [\"A. Uthor\"]\n");
    sandbox
        .run(&[
            "generate",
            "--refresh",
            "--offline",
            "content/posts/renamed.md",
        ])
        .expect(0);
    let merged = sandbox.read(other);
    assert!(
        merged.contains("A. Uthor") && merged.contains("Both, mostly."),
        "{merged}"
    );

    // A copy is one more post of the same reply; each is converted again.
    sandbox.write(
        "site/content/posts/copy.md",
        &merged.replace("How Redis", "Why Redis"),
    );
    sandbox.write("site/postwright.toml", "[post]\nauthors = [\"B. Uthor\"]\n");
    sandbox
        .run(&["generate", "--refresh", "--offline"])
        .expect(0);
    for path in [other, "site/content/posts/copy.md"] {
        let post = sandbox.read(path);
        assert!(
            post.contains("B. Uthor") && post.contains("Both, mostly."),
            "{post}"
        );
    }
    assert!(
        sandbox
            .read("site/content/posts/copy.md")
            .contains("Why Redis")
    );
}

#[test]
fn what_edits_are_told_from_is_missed_and_made_again() {
    let sandbox = site("zola", TOML);
    sandbox.run(&["records", "verify"]).expect(0);
    let post = sandbox.read(POST);
    let kept = sandbox.snapshot("site/.postwright/pages");
    let (name, _) = kept
        .iter()
        .find(|(_, bytes)| *bytes == post.as_bytes())
        .unwrap();
    let name = name.file_name().unwrap().to_str().unwrap();
    let file = format!("site/.postwright/pages/{name}");
    fs::remove_file(sandbox.path(&file)).unwrap();
    let said = sandbox.run(&["records", "verify"]).expect(1);
    assert!(
        said.stdout.contains("which edits are told from"),
        "{}",
        said.stdout
    );
    let said = sandbox
        .run(&["generate", "--refresh", "--offline"])
        .expect(0);
    assert!(said.stderr.contains("1 unchanged"), "{}", said.stderr);
    assert_eq!(sandbox.read(&file), post);
    sandbox.run(&["records", "verify"]).expect(0);
}

/// A link is not followed, so what the pages behind it use is not known.
#[cfg(unix)]
#[test]
fn nothing_is_removed_where_pages_are_behind_a_link() {
    let sandbox = site("zola", TOML);
    fs::rename(sandbox.path(POST), sandbox.path("redis.md")).unwrap();
    std::os::unix::fs::symlink(sandbox.path("redis.md"), sandbox.path(POST)).unwrap();
    let said = sandbox
        .run(&["records", "prune", "--all", "--yes"])
        .expect(2);
    assert!(said.stderr.contains("symbolic link"), "{}", said.stderr);
    assert_eq!(sandbox.records().len(), 1);
}

#[test]
fn a_worktree_of_git_merges_like_the_first_one() {
    let sandbox = site("zola", TOML);
    let git = |arguments: &[&str]| {
        let status = Command::new("git")
            .args([
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@b",
                "-c",
                "init.defaultBranch=main",
            ])
            .args(arguments)
            .current_dir(sandbox.path("site"))
            .env("HOME", sandbox.path("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(status.status.success(), "git {arguments:?}: {status:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "-A"]);
    git(&["commit", "-qm", "a site"]);
    git(&["worktree", "add", "-q", "../other"]);
    edit(&sandbox, &[("Both together.", "Both, mostly.")]);
    let post = sandbox.read(POST);
    sandbox.write("other/content/posts/redis.md", &post);
    let new = reply("RDB writes a compact file.", "AOF writes each command.");
    sandbox
        .run_with_input_in("other", &["accept", PATH], &new)
        .expect(0);
    let merged = sandbox.read("other/content/posts/redis.md");
    assert!(
        merged.contains("Both, mostly.") && merged.contains("compact"),
        "{merged}"
    );
    assert_eq!(sandbox.read(POST), post);
}
