//! Model servers on this machine through the real program: what is said where one does not have the model that it was
//! asked for.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

mod support;

use support::Sandbox;
use support::server::{Server, plays};

fn site() -> Sandbox {
    let sandbox = Sandbox::with_site("tests/end_to_end/zola");
    for name in ["a", "b"] {
        sandbox.write(
            &format!("site/content/posts/{name}.md"),
            &format!("+++\ntopic = \"{name}\"\ndraft = false\n+++\n"),
        );
    }
    sandbox
}

#[test]
fn a_missing_model_is_told_with_those_that_are_there() {
    let server = Server::with(|_, seen| {
        if seen.head.starts_with("GET /v1/models ") {
            let list = r#"raw {"data":[{"id":"llama3.2:3b"},{"id":"nomic-embed-text"},{"id":"qwen3:8b"}]}"#;
            plays(200, &[list])
        } else {
            plays(
                404,
                &[r#"raw {"error":{"message":"model 'lama' not found","type":"not_found_error"}}"#],
            )
        }
    });
    let mut sandbox = site();
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let before = sandbox.snapshot("site/content");
    let said = sandbox
        .run(&["generate", "--model", "env/lama", "--jobs", "1"])
        .expect(1);
    for part in [
        "model 'lama' not found",
        "choose a model that is there:",
        "--model env/llama3.2:3b",
        "--model env/qwen3:8b",
    ] {
        assert!(said.stderr.contains(part), "{part}\n{}", said.stderr);
    }
    assert!(!said.stderr.contains("nomic"), "{}", said.stderr);
    // One request, which stops the run, and one for the list.
    assert_eq!(server.seen().len(), 2);
    assert_eq!(sandbox.snapshot("site/content"), before);
}

#[test]
fn a_server_that_does_not_tell_is_no_reason_to_hang() {
    let server = Server::with(|_, seen| {
        if seen.head.starts_with("GET ") {
            plays(200, &["wait 5000", "raw {}"])
        } else {
            plays(404, &["raw nothing here"])
        }
    });
    let mut sandbox = site();
    sandbox.set("POSTWRIGHT_URL", &server.url());
    let started = std::time::Instant::now();
    let said = sandbox.run(&["generate", "--model", "env/lama"]).expect(1);
    assert!(
        said.stderr.contains("check the model's name"),
        "{}",
        said.stderr
    );
    assert!(started.elapsed() < std::time::Duration::from_secs(4));
}

/// Ollama's own variable says where it listens, as it says to Ollama's own program.
#[test]
fn an_ollama_at_another_port_is_found_and_writes() {
    let reply = "TITLE: A title\nMETA_DESCRIPTION: What to know about it.\nTAGS: one\nCATEGORIES: Tutorials\n\
                 MARKDOWN_POST_CONTENT:\nThe first paragraph.\n\n</EndOFText>\n";
    let text = serde_json::to_string(reply).unwrap();
    let server = Server::with(move |_, seen| {
        if seen.head.starts_with("GET /api/tags ") {
            return plays(200, &[r#"raw {"models":[{"name":"llama3.2:3b"}]}"#]);
        }
        assert!(seen.head.starts_with("POST /api/chat "), "{}", seen.head);
        plays(
            200,
            &[
                format!("raw {{\"message\":{{\"content\":{text}}},\"done\":false}}\n"),
                "raw {\"message\":{\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":5,\"eval_count\":9}\n"
                    .to_owned(),
            ],
        )
    });
    let mut sandbox = site();
    sandbox.set("OLLAMA_HOST", &server.host());
    for arguments in [&["generate"] as &[&str], &["generate", "--model", "ollama"]] {
        let said = sandbox
            .run(&[arguments, &["--max-posts", "1"]].concat())
            .expect(0);
        assert!(
            said.stderr.contains("asking ollama/llama3.2:3b"),
            "{}",
            said.stderr
        );
        assert!(!said.stderr.contains("cost"), "{}", said.stderr);
    }
    assert!(
        sandbox
            .read("site/content/posts/b.md")
            .contains("The first paragraph.")
    );
    // Unencrypted, nothing goes to another machine.
    sandbox.set("OLLAMA_HOST", "http://192.0.2.1:11434");
    sandbox.write(
        "site/content/posts/c.md",
        "+++\ntopic = \"c\"\ndraft = false\n+++\n",
    );
    let said = sandbox.run(&["generate", "--model", "ollama/x"]).expect(2);
    assert!(said.stderr.contains("OLLAMA_HOST"), "{}", said.stderr);
}
