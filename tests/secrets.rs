//! Where requests go, which key they get, and that the key is nowhere else: hostile projects, addresses, servers and
//! replies, each against the real program.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::fs;
use std::io::Read;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

#[path = "secrets/addresses.rs"]
mod addresses;
#[path = "secrets/children.rs"]
mod children;
#[path = "secrets/echoes.rs"]
mod echoes;
#[path = "secrets/logs.rs"]
mod logs;
#[path = "secrets/projects.rs"]
mod projects;
#[path = "secrets/records.rs"]
mod records;
#[path = "secrets/spending.rs"]
mod spending;
mod support;

use support::server::generate;
use support::{Sandbox, repository};

/// A port of this machine that nobody should call. Whoever does is written down, and hung up on.
struct Trap {
    port: u16,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Trap {
    fn new() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let trap = Self {
            port: listener.local_addr().unwrap().port(),
            heard: Arc::default(),
        };
        let heard = Arc::clone(&trap.heard);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut buffer = [0; 4096];
                let _ = stream.set_read_timeout(Some(Duration::from_millis(300)));
                let count = stream.read(&mut buffer).unwrap_or(0);
                let text = String::from_utf8_lossy(&buffer[..count]).into_owned();
                heard.lock().unwrap().push(text);
            }
        });
        trap
    }

    fn url(&self) -> String {
        format!("http://127.0.0.1:{}/v1", self.port)
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// Sends whatever goes to other machines here.
    fn as_proxy(&self, sandbox: &mut Sandbox) {
        for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy"] {
            sandbox.set(name, &format!("http://127.0.0.1:{}", self.port));
        }
    }

    #[track_caller]
    fn assert_silent(&self, what: &str) {
        let heard = self.heard();
        assert!(heard.is_empty(), "{what}: {heard:?}");
    }
}

/// A small site with stubs.
fn site(stubs: usize) -> Sandbox {
    let sandbox = Sandbox::with_site("tests/end_to_end/zola");
    for number in 0..stubs {
        let stub = format!("+++\ntopic = \"Topic n{number}\"\ndraft = false\n+++\n");
        sandbox.write(&format!("site/content/posts/stub-{number}.md"), &stub);
    }
    sandbox
}

/// The first stub of such a site, or what became of it.
const STUB: &str = "site/content/posts/stub-0.md";

/// A reply as a model would write it.
fn reply(title: &str, body: &str) -> String {
    format!(
        "TITLE: {title}\nMETA_DESCRIPTION: What to know about it.\nTAGS: one, two\nCATEGORIES: Tutorials\n\
         MARKDOWN_POST_CONTENT:\n{body}\n\n</EndOFText>\n"
    )
}

/// The text of a file of cases.
fn cases(name: &str) -> String {
    fs::read_to_string(repository().join("tests/secrets").join(name)).unwrap()
}
