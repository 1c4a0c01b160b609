//! What is on the disk stays sound whatever happens meanwhile: other runs, an editor, a folder that is swapped for a link,
//! two branches of the same site.

#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rstest::rstest;
use xtask::generators;

#[path = "model/server.rs"]
#[allow(dead_code, reason = "shared with the tests of the model's side")]
mod server;
mod support;

use server::{Seen, Server, good};
use support::{Said, Sandbox, build, said};

fn reply(topic: &str) -> String {
    format!(
        "TITLE: All about {topic}\nMETA_DESCRIPTION: What there is to know about {topic}, in few words.\nTAGS: one, two\n\
         CATEGORIES: Tutorials\nMARKDOWN_POST_CONTENT:\nThe first paragraph on {topic}.\n\n## A heading\n\nThe last one.\n\n\
         </EndOFText>\n"
    )
}

fn topic_of(seen: &Seen) -> String {
    let user = seen.body["messages"][1]["content"].as_str().unwrap();
    user.lines().nth(3).unwrap().to_owned()
}

/// Answers with a post on the topic, once `meanwhile` has been called with it.
fn writer(meanwhile: impl Fn(&str) + Send + Sync + 'static) -> Server {
    Server::with(move |_, seen| {
        let topic = topic_of(seen);
        meanwhile(&topic);
        good(&reply(&topic))
    })
}

fn stub(topic: &str) -> String {
    format!("+++\ntopic = \"{topic}\"\ndraft = false\n+++\nNotes on {topic}.\n")
}

/// A site of the generator's with a stub of each name; its topic is the name.
fn site(generator: &str, names: &[&str]) -> Sandbox {
    let sandbox = Sandbox::with_site(&format!("tests/end_to_end/{generator}"));
    for name in names {
        let topic = name.rsplit('/').next().unwrap();
        sandbox.write(&format!("site/content/posts/{name}.md"), &stub(topic));
    }
    sandbox
}

fn generate(sandbox: &mut Sandbox, server: &Server, more: &[&str]) -> Said {
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let arguments = ["generate", "--model", "env/m", "--format", "json"];
    sandbox.run(&[&arguments, more].concat())
}

/// The state of a page in what `generate` said, and the kind of its error.
fn told(said: &Said, page: &str) -> (String, String) {
    let posts = said.json()["posts"].as_array().unwrap().clone();
    let post = posts.iter().find(|post| post["path"] == page);
    let post = post.unwrap_or_else(|| panic!("{page} is not in {}", said.stdout));
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("").to_owned();
    (text(&post["state"]), text(&post["error"]["kind"]))
}

fn temporary_files(sandbox: &Sandbox) -> Vec<PathBuf> {
    let files = sandbox.snapshot("site").into_iter().map(|(path, _)| path);
    files
        .filter(|path| path.to_string_lossy().contains(".pw-"))
        .collect()
}

#[test]
fn eight_runs_at_once_make_one_request_a_stub() {
    let names = ["a", "b", "c", "d", "e"];
    let mut sandbox = site("zola", &names);
    let server = writer(|_| thread::sleep(Duration::from_millis(60)));
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let runs: Vec<_> = (0..8)
        .map(|_| sandbox.start(&["generate", "--model", "env/m"]))
        .collect();
    // What only makes files that nobody has yet need not wait; what changes pages does.
    sandbox
        .run(&["new", "A topic of its own", "--section", "posts"])
        .expect(0);
    let fixes = sandbox.start(&["check", "--fix"]);
    let mut waited = 0;
    for run in runs {
        let run = said(run.wait_with_output().unwrap()).expect(0);
        if let Some((_, holder)) = run.stderr.split_once("waiting for process ") {
            let line = holder.lines().next().unwrap();
            assert!(
                line.contains(" on ") && line.contains(" since 20") && line.ends_with("UTC"),
                "{line}"
            );
            waited += 1;
        }
    }
    said(fixes.wait_with_output().unwrap()).expect(0);
    let mut topics: Vec<String> = server.seen().iter().map(topic_of).collect();
    topics.retain(|topic| topic != "A topic of its own");
    topics.sort();
    assert_eq!(topics, names);
    assert!(waited >= 4, "{waited} runs waited");
    for name in names {
        let post = sandbox.read(&format!("site/content/posts/{name}.md"));
        assert!(post.contains("The last one."), "{post}");
    }
    assert_eq!(temporary_files(&sandbox), [""; 0].map(PathBuf::from));
}

/// What is seen to be in the way is told before anything is paid, and the other stubs are asked for.
#[rstest]
#[case::capitals(&[("Salt", ""), ("salt", "")])]
#[case::composition(&[("caf\u{e9}", ""), ("cafe\u{301}", "")])]
#[case::drafts(&[("Salt", "draft = true"), ("salt", "draft = true")])]
#[case::slug(&[("salt", "slug = \"wind\""), ("wind", "")])]
#[case::bundle(&[("salt", ""), ("salt/index", "")])]
fn twins_are_refused_before_they_are_paid_for(
    #[case] twins: &[(&str, &str)],
    #[values("zola", "hugo")] generator: &str,
) {
    let mut sandbox = site(generator, &["other"]);
    for (number, (name, line)) in twins.iter().enumerate() {
        let line = if line.is_empty() {
            "draft = false"
        } else {
            line
        };
        let text = format!("+++\ntopic = \"Twin {number}\"\n{line}\n+++\n");
        sandbox.write(&format!("site/content/posts/{name}.md"), &text);
    }
    let server = writer(|_| ());
    let preview = generate(&mut sandbox, &server, &["--dry-run"]).expect(1);
    let run = generate(&mut sandbox, &server, &[]).expect(1);
    for said in [&preview, &run] {
        for (name, _) in twins {
            let page = format!("content/posts/{name}.md");
            assert_eq!(
                told(said, &page),
                ("failed".to_owned(), "check-failed".to_owned())
            );
        }
    }
    assert_eq!(told(&run, "content/posts/other.md").0, "written");
    let asked: Vec<String> = server.seen().iter().map(topic_of).collect();
    assert_eq!(asked, ["other"]);
}

/// A finished page may be the twin as well.
#[test]
fn a_page_at_the_address_of_a_stub_is_seen_before_it_is_paid_for() {
    let mut sandbox = site("zola", &["salt"]);
    sandbox.write(
        "site/content/posts/old.md",
        "+++\ntitle = \"Old\"\nslug = \"salt\"\ndate = 2026-01-01\n+++\nText.\n",
    );
    let server = writer(|_| ());
    let said = generate(&mut sandbox, &server, &[]).expect(1);
    assert_eq!(told(&said, "content/posts/salt.md").1, "check-failed");
    assert!(said.stdout.contains("old.md"), "{}", said.stdout);
    assert_eq!(server.seen().len(), 0);
}

/// What becomes of the page while its post is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Swap {
    Edit,
    Remove,
    Link,
    Folder,
    FolderAboveIsALink,
    FolderAboveIsElsewhere,
}

#[rstest]
fn a_page_that_is_swapped_meanwhile_is_never_written_through(
    #[values(
        Swap::Edit,
        Swap::Remove,
        Swap::Link,
        Swap::Folder,
        Swap::FolderAboveIsALink,
        Swap::FolderAboveIsElsewhere
    )]
    swap: Swap,
) {
    let mut sandbox = site("zola", &["deep/salt"]);
    let text = stub("salt");
    let outside = sandbox.path("outside");
    sandbox.write("outside/salt.md", &text);
    let folder = sandbox.path("site/content/posts/deep");
    let page = folder.join("salt.md");
    let away = sandbox.path("site/away");
    let swapped = {
        let (page, folder, outside, away) =
            (page.clone(), folder.clone(), outside.clone(), away.clone());
        move |_: &str| match swap {
            Swap::Edit => fs::write(&page, "A person's words.").unwrap(),
            Swap::Remove => fs::remove_file(&page).unwrap(),
            Swap::Link => {
                fs::remove_file(&page).unwrap();
                symlink(outside.join("salt.md"), &page).unwrap();
            }
            Swap::Folder => {
                fs::remove_file(&page).unwrap();
                fs::create_dir(&page).unwrap();
            }
            Swap::FolderAboveIsALink => {
                fs::rename(&folder, &away).unwrap();
                symlink(&outside, &folder).unwrap();
            }
            Swap::FolderAboveIsElsewhere => {
                fs::rename(&folder, &away).unwrap();
                fs::create_dir(&folder).unwrap();
            }
        }
    };
    let server = writer(swapped);
    let run = generate(&mut sandbox, &server, &[]).expect(1);
    let (state, kind) = told(&run, "content/posts/deep/salt.md");
    let expected = match swap {
        Swap::Edit | Swap::Remove | Swap::FolderAboveIsElsewhere => "page-changed",
        Swap::Link | Swap::Folder => "not-a-file",
        Swap::FolderAboveIsALink => "outside-site",
    };
    assert_eq!(
        (state.as_str(), kind.as_str()),
        ("failed", expected),
        "{}",
        run.stderr
    );
    assert_eq!(fs::read_to_string(outside.join("salt.md")).unwrap(), text);
    assert_eq!(fs::read_dir(&outside).unwrap().count(), 1);
    if swap == Swap::Edit {
        assert_eq!(fs::read_to_string(&page).unwrap(), "A person's words.");
    }
    assert_eq!(temporary_files(&sandbox), [""; 0].map(PathBuf::from));
    // The reply was paid for once: where the stub is itself again, it is the post without a request.
    assert_eq!(sandbox.records().len(), 1);
    if folder.is_symlink() {
        fs::remove_file(&folder).unwrap();
    } else {
        fs::remove_dir_all(&folder).unwrap();
    }
    sandbox.write("site/content/posts/deep/salt.md", &text);
    generate(&mut sandbox, &server, &[]).expect(0);
    assert_eq!(server.seen().len(), 1);
    assert!(fs::read_to_string(&page).unwrap().contains("The last one."));
}

#[test]
fn readers_see_the_stub_or_the_post_and_nothing_between() {
    let mut sandbox = site("zola", &["salt"]);
    let page = sandbox.path("site/content/posts/salt.md");
    let server = writer(|_| ());
    generate(&mut sandbox, &server, &[]).expect(0);
    let post = fs::read(&page).unwrap();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut seen = [0_u32; 2];
            while !stop.load(Ordering::Relaxed) {
                let now = fs::read(&page).unwrap();
                let is_post = now == post;
                assert!(is_post || now == stub("salt").into_bytes(), "half a page");
                seen[usize::from(is_post)] += 1;
            }
            seen
        });
        for _ in 0..15 {
            sandbox.run(&["restore", "content/posts/salt.md"]).expect(0);
            sandbox.run(&["generate", "--offline"]).expect(0);
        }
        stop.store(true, Ordering::Relaxed);
        let seen = reader.join().unwrap();
        assert!(seen.iter().all(|times| *times > 0), "{seen:?}");
    });
}

/// A file that a killed run has left beside a page is nothing to a generator, and goes with the next run.
#[rstest]
fn what_a_killed_run_left_is_not_built_and_is_swept(#[values("zola", "hugo")] generator: &str) {
    let programs = generators::all().unwrap();
    let program = if generator == "zola" {
        &programs.zola
    } else {
        &programs.hugo
    };
    let mut sandbox = site(generator, &["salt", "bundle/index"]);
    let left: Vec<String> = [
        "content",
        "content/posts",
        "content/posts/bundle",
        ".postwright",
        ".postwright/replies",
        ".postwright/tmp",
    ]
    .iter()
    .map(|folder| format!("site/{folder}/.pw-ab12cd34.tmp"))
    .collect();
    for file in &left {
        sandbox.write(file, "+++\ntitle = \"Left over\"\n+++\nhalf a pa");
        let file = fs::File::options()
            .write(true)
            .open(sandbox.path(file))
            .unwrap();
        file.set_modified(std::time::SystemTime::now() - Duration::from_mins(1))
            .unwrap();
    }
    // These only look alike, and are an author's.
    let own = [
        "site/content/posts/.pw-notes.tmp",
        "site/content/posts/.pw-ab12cd34.md.tmp",
    ];
    for file in own {
        sandbox.write(file, "An author's.");
    }
    let server = writer(|_| ());
    generate(&mut sandbox, &server, &["--record-only"]).expect(0);
    for file in &left {
        assert!(!sandbox.path(file).exists(), "{file}");
        sandbox.write(file, "+++\ntitle = \"Left over\"\n+++\nhalf a pa");
    }
    generate(&mut sandbox, &server, &[]).expect(0);
    for file in &left {
        sandbox.write(file, "+++\ntitle = \"Left over\"\n+++\nhalf a pa");
    }
    let public = build(program, &sandbox.path("site"));
    let mut built = Vec::new();
    files(&public, &mut built);
    for file in built {
        let name = file.display().to_string();
        assert!(!name.contains(".pw-ab12cd34"), "{name}");
        let text = String::from_utf8_lossy(&fs::read(&file).unwrap()).into_owned();
        assert!(!text.contains("Left over"), "{name}");
    }
    for file in own {
        assert_eq!(sandbox.read(file), "An author's.");
    }
}

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

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

/// What was pasted may be nowhere else, so it is kept although it cannot be recorded.
#[test]
fn a_pasted_reply_that_cannot_be_recorded_is_kept_aside() {
    let mut sandbox = site("zola", &["salt"]);
    let aside = sandbox.path("home").display().to_string();
    sandbox.set("TMPDIR", &aside);
    sandbox.write("site/.postwright/replies", "in the way");
    let page = "content/posts/salt.md";
    let said = sandbox
        .run_with_input(&["accept", page], &reply("salt"))
        .expect(2);
    let (_, file) = said.stderr.split_once("its text is in ").unwrap();
    let file = file.lines().next().unwrap();
    let file = file.split(": ").next().unwrap();
    assert_eq!(
        fs::read_to_string(file).unwrap(),
        reply("salt"),
        "{}",
        said.stderr
    );
    assert_eq!(sandbox.read(&format!("site/{page}")), stub("salt"));
}

/// A stub that is changed after its run was killed is another one to the ledger; what may have been paid is told all the same.
#[test]
fn a_request_for_a_stub_that_was_changed_since_is_told_of_once() {
    let mut sandbox = site("zola", &["salt"]);
    let server = Server::with(|number, seen| {
        if number == 0 {
            thread::sleep(Duration::from_mins(1));
        }
        good(&reply(&topic_of(seen)))
    });
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let mut killed = sandbox.start(&["generate", "--model", "env/m"]);
    while server.seen().is_empty() {
        thread::sleep(Duration::from_millis(5));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    sandbox.write("site/content/posts/salt.md", &stub("salt and wind"));
    let run = ["generate", "--model", "env/m"];
    let told = sandbox.run(&run).expect(0);
    let words = "may have been paid for: its run was killed";
    assert!(told.stderr.contains(words), "{}", told.stderr);
    let again = sandbox.run(&run).expect(0);
    assert!(!again.stderr.contains(words), "{}", again.stderr);
    assert_eq!(server.seen().len(), 2);
}

/// Whatever writes into a site clears away what a killed run has left there, and nothing that is somebody's.
#[rstest]
#[case::generate(&["generate", "--offline"])]
#[case::accept(&["accept", "content/posts/wind.md", "--reply", "reply.txt"])]
#[case::restore(&["restore", "content/posts/salt.md"])]
#[case::check(&["check", "--fix"])]
#[case::new(&["new", "Another topic", "--section", "posts"])]
fn what_writes_sweeps(#[case] arguments: &[&str]) {
    let mut sandbox = site("zola", &["salt"]);
    let server = writer(|_| ());
    generate(&mut sandbox, &server, &[]).expect(0);
    sandbox.write(
        "site/content/posts/wind.md",
        &stub("wind").replace("false", "true"),
    );
    sandbox.write("site/reply.txt", &reply("wind"));
    let put = |file: &str| {
        sandbox.write(file, "half a pa");
        let file = fs::File::options()
            .write(true)
            .open(sandbox.path(file))
            .unwrap();
        let past = std::time::SystemTime::now() - Duration::from_mins(1);
        file.set_modified(past).unwrap();
        file
    };
    let left = [
        "site/content/posts/.pw-ab12cd34.tmp",
        "site/.postwright/tmp/.pw-ab12cd34.tmp",
    ];
    for file in left {
        drop(put(file));
    }
    // Another process is about to give this one its place.
    let in_use = "site/content/posts/.pw-ab12cd35.tmp";
    let file = put(in_use);
    file.lock().unwrap();
    sandbox.run(arguments).expect(0);
    for file in left {
        assert!(!sandbox.path(file).exists(), "{file}");
    }
    assert_eq!(sandbox.read(in_use), "half a pa");
}
