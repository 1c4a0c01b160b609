//! Text from a server, a model or a page is printed so that neither a terminal nor a CI service obeys it.

use super::support::Said;
use super::{STUB, generate, reply, site};
use crate::support::server::{Server, good, plays};

/// What services and terminals obey, one a line.
const ORDERS: &str = "::error file=a.md::pwned\n  ::add-mask::a\n::stop-commands::x\n##[error]pwned\n##vso[task.setvariable variable=a]b\n\
                      ##teamcity[buildStatus text='a']\n\u{1b}[2J\u{1b}]0;pwned\u{7}\u{9b}31m\u{202e}\r::error::over";

#[track_caller]
fn harmless(what: &str, said: &Said) {
    for text in [&said.stdout, &said.stderr] {
        for line in text.lines() {
            assert!(!line.trim_start().starts_with("::"), "{what}: {line}");
            for order in ["##[", "##vso[", "##teamcity["] {
                assert!(!line.contains(order), "{what}: {line}");
            }
        }
        let control = text.chars().find(|c| c.is_control() && *c != '\n');
        assert!(control.is_none(), "{what}: {control:?} in {text}");
        assert!(!text.contains('\u{202e}'), "{what}: {text}");
    }
}

#[test]
fn a_servers_words_are_no_orders() {
    let error = serde_json::json!({"error": {"message": ORDERS}});
    let html = format!("<title>{ORDERS}</title>");
    let cases = [
        plays(418, &[format!("raw {error}")]),
        plays(400, &[format!("raw {ORDERS}")]),
        plays(200, &[format!("raw {error}")]),
        plays(200, &[format!("raw {html}")]),
        plays(502, &[format!("raw {html}")]),
        plays(
            200,
            &[format!(
                "json {}",
                serde_json::json!({"choices": [{"delta": {"content": ORDERS}, "finish_reason": ORDERS}]})
            )],
        ),
        plays(
            200,
            &[
                format!(
                    "json {}",
                    serde_json::json!({"choices": [{"delta": {"refusal": ORDERS}, "finish_reason": "stop"}]})
                ),
                "done".to_owned(),
            ],
        ),
    ];
    for (number, play) in cases.into_iter().enumerate() {
        for format in ["human", "json"] {
            let mut sandbox = site(1);
            sandbox.write("site/postwright.toml", "[model]\nmax_attempts = 1\n");
            let server = Server::start(vec![play.clone()]);
            let said = generate(&mut sandbox, &server, &["--format", format]).expect(1);
            harmless(&format!("case {number}, {format}"), &said);
            if format == "json" {
                said.json();
            }
        }
    }
}

/// A reply and a page that are full of orders, in each command that quotes them.
#[test]
fn a_models_words_are_no_orders() {
    for line in ORDERS.split(['\n', '\r']) {
        let mut sandbox = site(1);
        let body = format!("{ORDERS}\n\n[x]({line})\n\n## {line}\n\n{{{{ f(\"{line}\") }}}}\n");
        let server = Server::start(vec![good(&reply(&format!("{line} a"), &body))]);
        harmless("generate", &generate(&mut sandbox, &server, &["-v"]));
        let said = sandbox.run(&["generate", "--refresh", "--offline", "--format", "json"]);
        harmless("generate", &said);
        said.json();
    }
    let mut sandbox = site(0);
    let page = format!(
        "+++\ntopic = \"::error::a\"\n+++\n{ORDERS}\n\n[x](::error::b)\n<script>\n  ::error::c\n</script>\n"
    );
    sandbox.write("site/content/posts/a.md", &page);
    let post = page
        .replace("topic", "title")
        .replace("+++\n::error", "+++\nIn order to see  \n ::error");
    sandbox.write("site/content/posts/b.md", &post);
    sandbox.set("CI", "true");
    sandbox.set("GITHUB_ACTIONS", "true");
    for command in [
        &["check"][..],
        &["check", "--diff"],
        &["check", "--diff", "--unsafe-fixes"],
        &["check", "--format", "json"],
        &["check", "--format", "sarif"],
        &["status"],
        &["status", "--format", "json"],
        &["generate", "--dry-run", "--online"],
        &["generate", "--offline", "-v"],
    ] {
        harmless(&command.join(" "), &sandbox.run(command));
    }
    // Where it speaks to the service itself, each line is an order of its own making, and none of the page's.
    let said = sandbox.run(&["check", "--format", "github"]);
    assert!(said.stdout.lines().count() > 2);
    for line in said.stdout.lines() {
        let is_own = [
            "::error file=content/",
            "::warning file=content/",
            "::notice file=content/",
        ];
        assert!(is_own.iter().any(|own| line.starts_with(own)), "{line}");
    }
    assert!(!sandbox.path(STUB).exists());
}
