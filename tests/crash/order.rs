//! In which order the program writes, syncs and asks: a loss of power cannot be played here, and so it is the order that
//! is tested.

use std::fs;

use crate::site::{self, TOPICS, Writer, page};
use crate::support::{Sandbox, said};
use crate::trace;

/// A system call, and the lines of the trace at which it began and ended.
struct Call {
    name: String,
    text: String,
    began: usize,
    ended: usize,
}

fn calls(trace: &str) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    let mut open: Vec<(String, usize)> = Vec::new();
    for (line, text) in trace.lines().enumerate() {
        let Some((thread, text)) = text.split_once(' ') else {
            continue;
        };
        let text = text.trim_start();
        if text.starts_with("<... ") {
            let at = open.iter().position(|(of, _)| of == thread).unwrap();
            let (_, call) = open.remove(at);
            calls[call].ended = line;
            calls[call].text.push_str(text);
            continue;
        }
        let Some((name, rest)) = text.split_once('(') else {
            continue;
        };
        if rest.ends_with("<unfinished ...>") {
            open.push((thread.to_owned(), calls.len()));
        }
        calls.push(Call {
            name: name.to_owned(),
            text: rest.to_owned(),
            began: line,
            ended: line,
        });
    }
    calls
}

impl Call {
    /// The paths of the descriptors that it was given.
    fn paths(&self) -> Vec<&str> {
        let parts = self.text.split('<').skip(1);
        parts
            .filter_map(|part| Some(part.split_once('>')?.0))
            .collect()
    }

    /// The names in quotes.
    fn names(&self) -> Vec<&str> {
        self.text.split('"').skip(1).step_by(2).collect()
    }

    fn is_sync_of(&self, path: &str) -> bool {
        matches!(self.name.as_str(), "fsync" | "fdatasync")
            && self.paths().first() == Some(&path)
            && self.text.contains("= 0")
    }
}

/// Runs `generate` under `strace` and gives the site and the calls of all its threads.
fn traced() -> (Sandbox, Vec<Call>) {
    let mut sandbox = site::site(None);
    let writer = Writer::start(|| ());
    sandbox.set("POSTWRIGHT_URL", &writer.server.url());
    let log = sandbox.path("trace");
    let mut under = trace::from_the_start(&log, None);
    under.insert(1, "-f".to_owned());
    let under: Vec<&str> = under.iter().map(String::as_str).collect();
    let arguments = ["generate", "--model", "env/m", "--yes"];
    said(sandbox.under(&under, &arguments).output().unwrap()).expect(0);
    let calls = calls(&fs::read_to_string(log).unwrap());
    (sandbox, calls)
}

#[test]
fn what_is_renamed_was_synced_and_the_name_is_synced_after_it() {
    trace::require();
    let (_sandbox, calls) = traced();
    let renames = calls.iter().filter(|call| call.name == "renameat2");
    let mut count = 0;
    for rename in renames {
        let (folders, names) = (rename.paths(), rename.names());
        let ([from, to], [temporary, target]) = (
            folders[..2].try_into().unwrap(),
            names[..2].try_into().unwrap(),
        );
        let _: (&str, &str, &str) = (from, to, target);
        // It has been given the name under which it changes places with a page.
        let named = calls
            .iter()
            .find(|call| call.name == "renameat" && call.names().get(1) == Some(&temporary));
        let written = named.map_or(temporary, |call| call.names()[0]);
        let temporary = format!("{from}/{written}");
        let synced = calls
            .iter()
            .any(|call| call.is_sync_of(&temporary) && call.ended < rename.began);
        assert!(
            synced,
            "{temporary} was not synced before it became {to}/{target}"
        );
        let after = calls
            .iter()
            .any(|call| call.is_sync_of(to) && call.began > rename.ended);
        assert!(after, "{to} was not synced after {target} came into it");
        count += 1;
    }
    assert!(count >= 12, "{count} files were written");
}

/// The line at which a file in a folder had its name for good: the sync of the folder behind the rename.
fn lasting(calls: &[Call], folder: &str, is_name: &dyn Fn(&str) -> bool) -> Vec<usize> {
    let renames = calls.iter().filter(|call| {
        call.name == "renameat2"
            && call.paths().get(1).is_some_and(|to| to.ends_with(folder))
            && call.names().get(1).is_some_and(|name| is_name(name))
    });
    renames
        .map(|rename| {
            let folder = rename.paths()[1];
            let mut syncs = calls.iter().filter(|call| call.began > rename.ended);
            syncs.find(|call| call.is_sync_of(folder)).unwrap().ended
        })
        .collect()
}

#[test]
fn a_request_leaves_after_its_intent_and_a_post_comes_after_its_record() {
    trace::require();
    let (sandbox, calls) = traced();
    let intents = lasting(&calls, "/ledger", &|name| name.ends_with(".intent"));
    let connects: Vec<usize> = calls
        .iter()
        .filter(|call| call.name == "connect" && call.text.contains("127.0.0.1"))
        .map(|call| call.began)
        .collect();
    assert_eq!((intents.len(), connects.len()), (3, 3));
    for (intent, connect) in intents.iter().zip(&connects) {
        assert!(
            intent < connect,
            "a request left before its intent was on the disk"
        );
    }
    for topic in TOPICS {
        let post = sandbox.read(&format!("site/{}", page(topic)));
        let value = |key: &str| {
            let line = post
                .lines()
                .find_map(|line| line.strip_prefix(&format!("{key} = \"")));
            line.unwrap().trim_end_matches('"').to_owned()
        };
        let (key, name) = value("reply")
            .split_once('/')
            .map(|(key, name)| (key.to_owned(), format!("{name}.md")))
            .unwrap();
        let record = lasting(&calls, &format!("/replies/{key}"), &|it| it == name);
        let stub = lasting(&calls, "/pages", &|it| {
            it == format!("{}.md", value("stub"))
        });
        let post = calls.iter().find(|call| {
            call.name == "renameat2" && call.names().get(1) == Some(&format!("{topic}.md").as_str())
        });
        let post = post.unwrap().began;
        assert!(
            record[0] < post,
            "the post of {topic} came before its record was on the disk"
        );
        assert!(
            stub[0] < post,
            "the post of {topic} came before its stub was kept"
        );
    }
}

/// A disk that is full is seen before a request leaves.
#[test]
fn where_no_room_can_be_set_aside_nothing_is_asked() {
    trace::require();
    for (call, errors) in [
        ("fallocate", ["ENOSPC", "EDQUOT"]),
        ("openat", ["EROFS", "EACCES"]),
    ] {
        for error in errors {
            let mut sandbox = site::site(None);
            let writer = Writer::start(|| ());
            sandbox.set("POSTWRIGHT_URL", &writer.server.url());
            // Opening is refused from the first file on that is in the site's own folder for records.
            let home = sandbox.path("site/.postwright");
            fs::create_dir_all(&home).unwrap();
            let mut under = vec!["strace", "-f", "-qq", "-o", "/dev/null"];
            let inject = format!("inject={call}:error={error}");
            let home = home.display().to_string();
            under.extend(["-e", &inject]);
            if call == "openat" {
                under.extend(["-P", &home]);
            }
            let arguments = ["generate", "--model", "env/m", "--yes"];
            let said = said(sandbox.under(&under, &arguments).output().unwrap());
            assert!(
                said.status == 1 || said.status == 2,
                "{call} {error}: {}{}",
                said.stdout,
                said.stderr
            );
            assert_eq!(writer.seen(), [], "{call} {error}: {}", said.stderr);
            let is_told = [
                "disk is full",
                "No space",
                "Quota",
                "quota",
                "Read-only",
                "denied",
                "read-only",
            ]
            .iter()
            .any(|words| said.stderr.contains(words));
            assert!(is_told, "{call} {error}: {}", said.stderr);
        }
    }
}
