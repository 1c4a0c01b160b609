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

#[path = "durable/branches.rs"]
mod branches;
#[path = "durable/left_overs.rs"]
mod left_overs;
mod support;
#[path = "durable/swaps.rs"]
mod swaps;
#[path = "durable/twins.rs"]
mod twins;

use support::server::{self, Server, good, plays, topic_of};
use support::{Said, Sandbox, build, said};

fn reply(topic: &str) -> String {
    format!(
        "TITLE: All about {topic}\nMETA_DESCRIPTION: What there is to know about {topic}, in few words.\nTAGS: one, two\n\
         CATEGORIES: Tutorials\nMARKDOWN_POST_CONTENT:\nThe first paragraph on {topic}.\n\n## A heading\n\nThe last one.\n\n\
         </EndOFText>\n"
    )
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
    server::generate(sandbox, server, &[&["--format", "json"], more].concat())
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

/// A reply that was cut is paid for like any other, and kept where neither a record nor the ledger has room for it.
#[test]
fn a_cut_reply_that_cannot_be_recorded_is_kept_aside() {
    let mut sandbox = site("zola", &["salt"]);
    let aside = sandbox.path("home").display().to_string();
    sandbox.set("TMPDIR", &aside);
    let state = sandbox.path("site/.postwright");
    let text = reply("salt").replace("</EndOFText>", "");
    let says = text.clone();
    let server = Server::with(move |_, _| {
        for folder in ["replies", "ledger"] {
            let _ = fs::remove_dir_all(state.join(folder));
            fs::write(state.join(folder), "in the way").unwrap();
        }
        plays(200, &[&format!("say {says}"), "finish length", "done"])
    });
    let said = generate(&mut sandbox, &server, &[]);
    let (_, file) = said.stderr.split_once("its text is in ").unwrap();
    let file = file.lines().next().unwrap();
    assert_eq!(fs::read_to_string(file).unwrap(), text, "{}", said.stderr);
    assert_eq!(server.seen().len(), 1);
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
