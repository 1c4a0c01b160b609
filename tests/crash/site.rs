//! A site with two stubs, a server that writes their posts, and what must be true of the site at any time.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use postwright::disk::Root;
use postwright::record::{Entry, Store};

use crate::support::Sandbox;
use crate::support::server::{Seen, Server, plays};

/// The topics of the stubs. The reply to the second one is cut once, and gone on from.
pub(crate) const TOPICS: [&str; 2] = ["salt", "wind"];

pub(crate) fn page(topic: &str) -> String {
    format!("content/posts/{topic}.md")
}

pub(crate) fn stub(topic: &str) -> String {
    format!(
        "+++\n# A note of the author's.\ntopic = \"{topic}\"\ndraft = false\n+++\nNotes on {topic}.\n"
    )
}

/// The whole reply to a topic.
pub(crate) fn reply(topic: &str) -> String {
    let lines: String = (1..140)
        .map(|line| format!("Paragraph {line} about the {topic} that comes in from the sea.\n\n"))
        .collect();
    format!(
        "TITLE: What the {topic} by the sea is good for\nMETA_DESCRIPTION: How the {topic} shapes the shore, the boats and \
         those who live there, in many short paragraphs.\nTAGS: {topic}\nCATEGORIES: Tutorials\nMARKDOWN_POST_CONTENT:\n\
         ## All about {topic}\n\n{lines}The end of {topic}.\n\n</EndOFText>\n"
    )
}

/// What the pages of the topics may be: as they were before a command, and as it leaves them.
#[derive(Clone, Debug)]
pub(crate) struct Pages {
    pub(crate) old: BTreeMap<String, String>,
    pub(crate) new: BTreeMap<String, String>,
}

impl Pages {
    /// Both as they are in two sites.
    pub(crate) fn of(old: &Sandbox, new: &Sandbox) -> Self {
        let read = |sandbox: &Sandbox| {
            let page = |topic: &str| sandbox.read(&format!("site/{}", page(topic)));
            TOPICS.map(|topic| (topic.to_owned(), page(topic))).into()
        };
        Self {
            old: read(old),
            new: read(new),
        }
    }
}

/// A request that the server saw: for which topic, and whether it went on from text that was there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) topic: String,
    pub(crate) goes_on: bool,
    /// Whether it came from the run after the one that was disturbed.
    pub(crate) again: bool,
}

/// The server, and what it has seen.
pub(crate) struct Writer {
    pub(crate) server: Server,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Writer {
    /// `first` is called when the first request has come, before it is answered.
    pub(crate) fn start(first: impl Fn() + Send + Sync + 'static) -> Self {
        let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
        let all = Arc::clone(&seen);
        let server = Server::with(move |number, request| {
            if number == 0 {
                first();
            }
            let (request, said) = read(request);
            let whole = reply(&request.topic);
            let rest = whole.strip_prefix(&said).unwrap_or(&whole).to_owned();
            let is_cut = request.topic == TOPICS[1] && !request.goes_on;
            all.lock().unwrap().push(request);
            let (text, finish) = if is_cut {
                (&rest[..rest.len() / 2], "finish length")
            } else {
                (&rest[..], "finish stop")
            };
            // More than what is held back before it is written, and then the rest.
            let (first, second) = text.split_at(text.len().min(4500));
            let said = [first, second].map(|text| format!("say {text}"));
            let end = [finish, "usage", "done"].map(str::to_owned);
            plays(200, &[said.to_vec(), end.to_vec()].concat())
        });
        Self { server, seen }
    }

    /// The address for the run after the one that is disturbed: a request of that one may be seen late.
    pub(crate) fn again(&self) -> String {
        format!("http://{}{AGAIN}v1", self.server.host())
    }

    pub(crate) fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }
}

const AGAIN: &str = "/again/";

fn read(seen: &Seen) -> (Request, String) {
    let messages = seen.body["messages"].as_array().unwrap();
    let of = |role: &str| {
        let message = messages.iter().find(|it| it["role"] == role);
        message.and_then(|it| it["content"].as_str()).unwrap_or("")
    };
    let said = of("assistant").to_owned();
    let topic = of("user").lines().nth(3).unwrap().to_owned();
    let request = Request {
        topic,
        goes_on: !said.is_empty(),
        again: seen.head.contains(AGAIN),
    };
    (request, said)
}

/// An empty site, or a copy of one that a scenario starts with.
pub(crate) fn site(from: Option<&Path>) -> Sandbox {
    let mut sandbox = Sandbox::with_site("tests/end_to_end/zola");
    sandbox.write(
        "site/postwright.toml",
        "[model]\njobs = 1\nconnect_timeout = 5.0\nfirst_event_timeout = 5.0\n",
    );
    for topic in TOPICS {
        sandbox.write(&format!("site/{}", page(topic)), &stub(topic));
    }
    if let Some(from) = from {
        fs::remove_dir_all(sandbox.path("site")).unwrap();
        crate::support::copy(from, &sandbox.path("site"));
    }
    sandbox.set("SOURCE_DATE_EPOCH", "1780000000");
    sandbox
}

/// A post without the names and hashes of what it was made from, which differ where a reply came in other pieces.
pub(crate) fn text_of(post: &str) -> String {
    let lines = post.lines();
    let kept = lines.filter(|line| {
        !["reply = ", "written = "]
            .iter()
            .any(|key| line.starts_with(key))
    });
    kept.map(|line| format!("{line}\n")).collect()
}

/// What a site has of the replies.
#[derive(Default)]
pub(crate) struct Found {
    /// The records' files with their bytes.
    pub(crate) records: BTreeMap<PathBuf, Vec<u8>>,
    /// What is kept of each topic's reply, records first, as far as it is text.
    texts: Vec<String>,
}

impl Found {
    /// Whether the beginning of a reply of this topic is kept.
    pub(crate) fn has_beginning(&self, topic: &str) -> bool {
        let beginning = format!("## All about {topic}\n");
        self.texts.iter().any(|text| text.contains(&beginning))
    }

    /// Whether a reply of this topic is kept whole.
    pub(crate) fn has_whole(&self, topic: &str) -> bool {
        let end = format!("The end of {topic}.\n\n</EndOFText>");
        self.texts.iter().any(|text| text.contains(&end))
    }
}

/// Looks at a site as a run has left it; a line for each thing that must never be so.
pub(crate) fn look(sandbox: &Sandbox, pages: &Pages) -> (Found, Vec<String>) {
    let mut wrong = Vec::new();
    for topic in TOPICS {
        let now = fs::read_to_string(sandbox.path(&format!("site/{}", page(topic))));
        let now = now.unwrap_or_else(|error| error.to_string());
        if now != pages.old[topic] && text_of(&now) != text_of(&pages.new[topic]) {
            wrong.push(format!("{} is neither old nor new:\n{now}", page(topic)));
        }
    }
    for (path, _) in sandbox.snapshot("site/content") {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let is_known = ["_index.md", "salt.md", "wind.md"].contains(&name.as_str());
        let is_ignored = postwright::disk::is_temporary(&path);
        if !is_known && !is_ignored {
            wrong.push(format!("a file that a generator may build: {name}"));
        }
    }
    let mut found = Found::default();
    let store = Store::new(Root::open(&sandbox.path("site")).unwrap());
    for key in store.keys().unwrap_or_default() {
        for entry in store.records(&key).unwrap() {
            match &entry {
                Entry::Good(record) => {
                    let file = sandbox.path("site").join(record.name.path().as_str());
                    found.texts.push(record.text().to_owned());
                    found.records.insert(file.clone(), fs::read(file).unwrap());
                }
                other => wrong.push(format!("a record is not what was written: {other:?}")),
            }
        }
    }
    for (path, bytes) in sandbox.snapshot("site/.postwright/ledger") {
        if path.extension().is_some_and(|it| it == "partial") {
            found
                .texts
                .push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    (found, wrong)
}

/// What must be true once a run has come to its end undisturbed.
pub(crate) fn look_at_the_end(sandbox: &Sandbox, pages: &Pages, earlier: &Found) -> Vec<String> {
    let (_, mut wrong) = look(sandbox, pages);
    for (path, bytes) in &earlier.records {
        if fs::read(path).ok().as_ref() != Some(bytes) {
            wrong.push(format!("the record {} is gone", path.display()));
        }
    }
    for (path, _) in sandbox.snapshot("site") {
        let name = path.strip_prefix(sandbox.path("site")).unwrap();
        let name = name.display().to_string();
        let folders = [".postwright/ledger/", ".postwright/tmp/"];
        let is_left = name.contains(".pw-") || folders.iter().any(|it| name.starts_with(it));
        if is_left {
            wrong.push(format!("left over: {name}"));
        }
    }
    for (topic, post) in &pages.new {
        let now = sandbox.read(&format!("site/{}", page(topic)));
        if text_of(&now) != text_of(post) {
            wrong.push(format!(
                "{} is not what it should be in the end:\n{now}",
                page(topic)
            ));
        }
    }
    wrong
}
