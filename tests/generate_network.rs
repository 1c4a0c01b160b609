//! `generate` where the network, the clock or the terminal fails, and not the model.

#![cfg(unix)]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::fs::File;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

mod support;

use support::server::{Server, good};
use support::{Said, Sandbox, repository, said};

const REPLY: &str = "TITLE: A walk by the sea\nMETA_DESCRIPTION: What the sea gives.\nTAGS: sea\n\
    MARKDOWN_POST_CONTENT:\nSalt, wind and gulls.\n</EndOFText>\n";

/// A site with stubs `a`, `b` and so on.
fn site(stubs: u8) -> Sandbox {
    let sandbox = Sandbox::with_files(&[
        ("site/config.toml", "base_url = \"https://example.org\"\n"),
        (
            "site/postwright.toml",
            "[model]\njobs = 1\nconnect_timeout = 0.5\n",
        ),
    ]);
    for letter in (b'a'..).take(stubs.into()) {
        sandbox.write(&page(letter), &stub(letter));
    }
    sandbox
}

fn page(letter: u8) -> String {
    format!("site/content/{}.md", char::from(letter))
}

fn stub(letter: u8) -> String {
    let letter = char::from(letter);
    format!("+++\ntopic = \"Walk {letter} by the sea\"\n+++\nSalt and wind.\n")
}

fn generate(sandbox: &mut Sandbox, url: &str) -> Said {
    sandbox.set("POSTWRIGHT_URL", url);
    sandbox.run(&["generate", "--model", "env/m", "--yes", "--format", "json"])
}

/// The first stub failed for this reason after so many requests, the second was not asked for, and nothing is left of it.
fn failed(sandbox: &Sandbox, said: Said, kind: &str, requests: u64) -> String {
    let json = said.expect(1).json();
    let error = &json["posts"][0]["error"];
    assert_eq!(error["kind"], kind, "{json}");
    assert_eq!(json["posts"][0]["requests"], requests, "{json}");
    assert_eq!(json["posts"][1]["requests"], 0, "{json}");
    assert_eq!(json["totals"]["possibly_paid"], 0, "{json}");
    assert_eq!(sandbox.read(&page(b'a')), stub(b'a'));
    assert_eq!(sandbox.read(&page(b'b')), stub(b'b'));
    assert_eq!(sandbox.snapshot("site/.postwright/ledger"), []);
    assert_eq!(sandbox.records(), []);
    format!("{} {}", error["message"], error["help"])
}

#[test]
fn a_name_that_cannot_be_looked_up_stops_the_run() {
    let mut sandbox = site(2);
    // No name below `invalid` is ever given to anybody.
    let said = generate(&mut sandbox, "https://model.invalid/v1");
    let told = failed(&sandbox, said, "dns", 3);
    assert!(told.contains("model.invalid"), "{told}");
}

#[test]
fn a_port_that_nobody_listens_at_stops_the_run() {
    let mut sandbox = site(2);
    let said = generate(&mut sandbox, "http://127.0.0.1:9/v1");
    let told = failed(&sandbox, said, "no-connection", 3);
    assert!(
        told.contains("127.0.0.1:9") && told.contains("ollama serve"),
        "{told}"
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_host_that_takes_no_connections_in_time_stops_the_run() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // Nobody accepts: when the queue is full, the system lets further connections wait.
    let mut waiting = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
        waiting.push(stream);
        assert!(waiting.len() < 20_000, "the queue is never full");
    }
    let mut sandbox = site(2);
    let started = Instant::now();
    let said = generate(&mut sandbox, &format!("http://{address}/v1"));
    assert!(started.elapsed() >= Duration::from_millis(1500));
    failed(&sandbox, said, "connect-timeout", 3);
}

#[test]
fn a_certificate_that_nobody_vouches_for_stops_the_run_at_once() {
    let pem = repository().join("tests/model/self-signed.pem");
    let certificate = CertificateDer::from_pem_file(&pem).unwrap();
    let key = PrivateKeyDer::from_pem_file(&pem).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let connections = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&connections);
    thread::spawn(move || {
        for stream in listener.incoming() {
            seen.fetch_add(1, Ordering::SeqCst);
            let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = StreamOwned::new(connection, stream.unwrap());
            // Fails where the client does not trust it.
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n");
        }
    });
    let mut sandbox = site(2);
    let said = generate(&mut sandbox, &format!("https://localhost:{port}/v1"));
    let told = failed(&sandbox, said, "tls", 1);
    assert!(told.contains("certificate"), "{told}");
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[test]
fn what_is_recorded_needs_no_network() {
    let mut sandbox = site(2);
    let server = Server::start(vec![good(REPLY)]);
    sandbox.set("POSTWRIGHT_RECORD_ONLY", "1");
    generate(&mut sandbox, &server.url()).expect(0);
    assert_eq!(sandbox.read(&page(b'b')), stub(b'b'));
    sandbox.set("POSTWRIGHT_RECORD_ONLY", "0");
    let json = generate(&mut sandbox, "http://127.0.0.1:9/v1")
        .expect(0)
        .json();
    assert_eq!(json["totals"]["written"], 2, "{json}");
    assert_eq!(json["posts"][0]["requests"], 0, "{json}");
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn replies_are_recorded_though_nobody_reads_what_is_said() {
    for format in ["human", "json"] {
        let mut sandbox = site(3);
        let server = Server::start(vec![good(REPLY)]);
        sandbox.set("POSTWRIGHT_URL", &server.url());
        let arguments = ["generate", "--model", "env/m", "--format", format];
        let mut run = sandbox.start(&arguments);
        // As `generate | head -0` does, and as a terminal that is closed.
        drop(run.stdout.take());
        drop(run.stderr.take());
        let status = run.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{format}");
        whole(&sandbox, &server);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn replies_are_recorded_though_what_is_said_cannot_be_written() {
    for format in ["human", "json"] {
        let mut sandbox = site(3);
        let server = Server::start(vec![good(REPLY)]);
        sandbox.set("POSTWRIGHT_URL", &server.url());
        let full = || File::options().write(true).open("/dev/full").unwrap();
        let arguments = ["generate", "--model", "env/m", "--format", format];
        let run = sandbox.start_into(&arguments, full(), full());
        let run = said(run.wait_with_output().unwrap());
        assert_ne!(run.status, 101, "no panic");
        whole(&sandbox, &server);
    }
}

/// Three posts, each with its record, and nothing that was asked for twice.
fn whole(sandbox: &Sandbox, server: &Server) {
    assert_eq!(server.seen().len(), 3);
    assert_eq!(sandbox.records().len(), 3);
    assert_eq!(sandbox.snapshot("site/.postwright/ledger"), []);
    for letter in b'a'..=b'c' {
        let post = sandbox.read(&page(letter));
        assert!(post.contains("Salt, wind and gulls."), "{post}");
    }
}
