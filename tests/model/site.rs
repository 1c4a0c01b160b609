//! The same cases against the whole program, on a site of one stub: what is on the disk afterwards.

use std::io::Read;
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;

use super::support::{Said, Sandbox};
use super::{CANARY, Case, Expect};
use crate::support::server::Server;

/// What has to be on the disk when a run has ended.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OnDisk {
    /// The post in place of its stub, the record of its reply, and nothing else.
    Post,
    /// The stub and the record of a reply that is no post.
    Record,
    /// The stub, and the text that came of each request that may have been paid for.
    Partial,
    /// The stub, and the bytes that came of them, in which there was no text.
    Bytes,
    /// The stub, the record of a reply without text, and the bytes that came.
    Silence,
    /// The stub, and a note of each request that may have been paid for.
    Intent,
    /// The stub alone.
    Nothing,
}

const STUB: &str = "+++\ntopic = \"A walk by the sea\"\n+++\nSalt and wind.\n";
const PAGE: &str = "site/content/stub.md";
/// The limits of the cases that call the model's side alone.
const CONFIG: &str = "[model]\njobs = 1\nconnect_timeout = 5.0\nfirst_event_timeout = 1.5\nidle_timeout = 1.2\n\
    total_timeout = 20.0\nmax_wait = 5.0\n";

/// No run takes longer, however it is treated.
const LONGEST: Duration = Duration::from_mins(1);

/// A site with one stub, whose model is asked for at `url`.
pub(crate) fn site(url: &str) -> Sandbox {
    let mut sandbox = Sandbox::with_files(&[
        ("site/config.toml", "base_url = \"https://example.org\"\n"),
        ("site/postwright.toml", CONFIG),
        (PAGE, STUB),
    ]);
    sandbox.set("POSTWRIGHT_URL", url);
    sandbox.set("POSTWRIGHT_KEY_ENV", "CANARY_KEY");
    sandbox.set("CANARY_KEY", CANARY);
    sandbox
}

/// Plays a case; a line for each thing that is not as expected.
pub(crate) fn play(case: &Case) -> Vec<String> {
    let expect = &case.expect;
    let server = Server::start(case.answer.clone());
    let sandbox = site(&server.url());
    if let Some(seconds) = case.total_seconds {
        let other = format!("total_timeout = {seconds:?}");
        let config = CONFIG.replace("total_timeout = 20.0", &other);
        sandbox.write("site/postwright.toml", &config);
    }
    let Some(said) = run(&sandbox) else {
        return vec!["the program did not end".to_owned()];
    };
    let mut wrong = look(&sandbox, &said, expect);
    // Which models there are is asked for with GET, and costs nothing.
    let seen = server.seen().into_iter();
    let requests = seen.filter(|it| it.head.starts_with("POST ")).count();
    if requests != requests_expected(expect) as usize {
        wrong.push(format!("{requests} requests"));
    }
    if let Some(cookie) = server.seen().iter().find(|it| it.has_header("cookie")) {
        wrong.push(format!("a cookie was sent: {}", cookie.head));
    }
    wrong
}

fn requests_expected(expect: &Expect) -> u32 {
    expect.requests_on_site.unwrap_or(expect.requests)
}

/// Runs `generate` to its end, unless that never comes.
pub(crate) fn run(sandbox: &Sandbox) -> Option<Said> {
    let mut child = sandbox.start(&["generate", "--model", "env/m", "--yes", "--format", "json"]);
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > LONGEST {
            child.kill().unwrap();
            child.wait().unwrap();
            return None;
        }
        thread::sleep(Duration::from_millis(20));
    }
    Some(said(child))
}

fn said(mut child: Child) -> Said {
    let mut said = Said {
        status: child.wait().unwrap().code().unwrap_or(-1),
        stdout: String::new(),
        stderr: String::new(),
    };
    let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    out.read_to_string(&mut said.stdout).unwrap();
    err.read_to_string(&mut said.stderr).unwrap();
    said
}

/// What is not as expected.
#[derive(Default)]
struct Wrong(Vec<String>);

impl Wrong {
    fn same(&mut self, what: &str, is: impl ToString, should: impl ToString) {
        // A text may be a megabyte.
        let head = |text: &str| text.chars().take(200).collect::<String>();
        let (is, should) = (head(&is.to_string()), head(&should.to_string()));
        if is != should {
            self.0.push(format!("{what} is {is:?}, not {should:?}"));
        }
    }
}

fn look(sandbox: &Sandbox, said: &Said, expect: &Expect) -> Vec<String> {
    let mut wrong = Wrong::default();
    let is_post = expect.on_disk == OnDisk::Post;
    wrong.same("status", said.status, i32::from(!is_post));
    look_at_disk(sandbox, expect, &mut wrong);
    let report: Value = serde_json::from_str(&said.stdout).unwrap_or_default();
    let post = &report["posts"][0];
    wrong.same(
        "requests told",
        &post["requests"],
        requests_expected(expect),
    );
    wrong.same(
        "payments told",
        &post["possibly_paid"],
        expect.possibly_paid,
    );
    if let Some(kind) = &expect.kind {
        wrong.same(
            "kind told",
            post["error"]["kind"].as_str().unwrap_or(""),
            kind,
        );
    }
    if let Some(estimated) = expect.estimated {
        wrong.same("estimated", &post["cost_estimated"], estimated);
    }
    let shown = [&said.stdout, &said.stderr];
    let command = |it: char| it.is_control() && it != '\n';
    for said in shown {
        wrong.same("a terminal is commanded", said.contains(command), false);
        let in_log = said.lines().any(|line| line.starts_with("::"));
        wrong.same("a log is commanded", in_log, false);
        wrong.same("the key is shown", said.contains(CANARY), false);
    }
    for (path, bytes) in sandbox.snapshot("site") {
        let holds = String::from_utf8_lossy(&bytes).contains(CANARY);
        wrong.same(&format!("the key in {}", path.display()), holds, false);
    }
    wrong.0
}

fn look_at_disk(sandbox: &Sandbox, expect: &Expect, wrong: &mut Wrong) {
    let word = match expect.on_disk {
        // Bytes without text are kept in the same place.
        OnDisk::Bytes => OnDisk::Partial,
        word => word,
    };
    wrong.same("what there is", on_disk(sandbox), format!("{word:?}"));
    let text = expect.text.as_ref().or(expect.partial.as_ref());
    let text = text.map_or("", String::as_str);
    for (_, record) in sandbox.records() {
        let holds = record.contains(text.trim_end());
        wrong.same("the record holds the text", holds, true);
    }
    for partial in ledger(sandbox, "partial") {
        if expect.on_disk == OnDisk::Partial {
            wrong.same("what was kept of a reply", partial, text);
        } else {
            wrong.same("no bytes were kept", partial.is_empty(), false);
        }
    }
    let left = match expect.on_disk {
        OnDisk::Post | OnDisk::Record => 0,
        OnDisk::Silence => 1,
        _ => expect.possibly_paid,
    };
    wrong.same(
        "the number of intents",
        ledger(sandbox, "intent").len(),
        left,
    );
    if let Some(words) = &expect.not_in_post {
        let holds = sandbox.read(PAGE).contains(words);
        wrong.same("words in the post", holds, false);
    }
}

/// What there is, in the word for it; anything else is told in full.
fn on_disk(sandbox: &Sandbox) -> String {
    let is_stub = sandbox.read(PAGE) == STUB;
    let records = sandbox.records().len();
    let partials = ledger(sandbox, "partial");
    let intents = ledger(sandbox, "intent").len();
    let word = match (is_stub, records, partials.len(), intents) {
        (false, 1, 0, 0) => OnDisk::Post,
        (true, 1.., 0, 0) => OnDisk::Record,
        (true, 1, 1, 1) => OnDisk::Silence,
        (true, 0, 0, 0) => OnDisk::Nothing,
        (true, 0, 0, 1..) => OnDisk::Intent,
        // Bytes without text are kept in the same place.
        (true, 0, partials, intents) if partials == intents => OnDisk::Partial,
        other => return format!("stub, records, partials, intents: {other:?}"),
    };
    format!("{word:?}")
}

/// The files of the ledger with this ending.
fn ledger(sandbox: &Sandbox, ending: &str) -> Vec<String> {
    let files = sandbox.snapshot("site/.postwright/ledger").into_iter();
    files
        .filter(|(path, _)| path.extension().is_some_and(|it| it == ending))
        .map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned())
        .collect()
}
