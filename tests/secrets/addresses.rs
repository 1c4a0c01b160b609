//! Where requests may go, and that they stay there.

use std::fmt::Write as _;

use serde::Deserialize;

use super::support::canary;
use super::{STUB, Trap, cases, generate, reply, site};
use crate::support::server::{Server, good, plays};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Addresses {
    address: Vec<Address>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Address {
    url: String,
    says: Option<String>,
}

#[test]
fn keys_go_nowhere_unencrypted_but_to_this_machine() {
    let trap = Trap::new();
    let server = Server::start(vec![good(&reply("A title", "Text."))]);
    let here = server.host();
    let here = here.rsplit_once(':').unwrap().1;
    let Addresses { address } = toml::from_str(&cases("addresses.toml")).unwrap();
    assert!(address.len() > 30);
    let mut asked = 0;
    let mut users = String::new();
    for Address { url, says } in &address {
        let url = url
            .replace("HERE", here)
            .replace("TRAP", &trap.port.to_string());
        let mut sandbox = site(1);
        trap.as_proxy(&mut sandbox);
        sandbox.set("POSTWRIGHT_URL", &url);
        let said = sandbox.run(&["generate", "--model", "env/m"]);
        if let Some(says) = says {
            assert_eq!(said.status, 2, "{url}: {}", said.stderr);
            assert!(said.stderr.contains(says), "{url}: {}", said.stderr);
            assert!(!said.stderr.contains("hunter2"), "{url}: {}", said.stderr);
            assert!(sandbox.records().is_empty());
            // What the environment may not say, the user's file may not either.
            let row = &users.lines().count();
            writeln!(users, "u{row} = {url:?}").unwrap();
        } else {
            assert_eq!(said.status, 0, "{url}: {}", said.stderr);
            asked += 1;
        }
        assert_eq!(server.seen().len(), asked, "{url}");
    }
    assert!(asked > 5);
    for row in users.lines() {
        let (name, url) = row.split_once(" = ").unwrap();
        let sandbox = site(1);
        sandbox.write(
            "home/.config/postwright/config.toml",
            &format!("[provider.{name}]\nprotocol = \"openai-chat\"\nurl = {url}\nkey_env = \"CANARY_KEY\"\n"),
        );
        let said = sandbox
            .run(&["generate", "--model", &format!("{name}/m")])
            .expect(2);
        assert!(said.stderr.contains("cannot be used"), "{}", said.stderr);
        assert!(!said.stderr.contains("hunter2"), "{url}: {}", said.stderr);
    }
    trap.assert_silent("an address that is refused");
}

/// IPv6 need not be there; that it is this machine has to be known all the same.
#[test]
fn the_other_loopback_is_one_too() {
    let mut sandbox = site(1);
    sandbox.set("POSTWRIGHT_URL", "http://[::1]:1/");
    let said = sandbox.run(&["generate", "--model", "env/m"]).expect(1);
    assert!(said.stderr.contains("[no-connection]"), "{}", said.stderr);
}

#[test]
fn proxies_come_from_the_environment_and_see_no_key() {
    let trap = Trap::new();
    let mut sandbox = site(1);
    trap.as_proxy(&mut sandbox);
    sandbox.set("OPENAI_API_KEY", canary::KEY);
    sandbox.write("site/postwright.toml", "[model]\nmax_attempts = 1\n");
    sandbox.run(&["generate", "--model", "openai/m"]).expect(1);
    let heard = trap.heard();
    assert!(!heard.is_empty());
    for text in heard {
        assert!(
            text.starts_with("CONNECT api.openai.com:443 HTTP/1.1\r\n"),
            "{text}"
        );
        canary::absent("what the proxy heard", &text);
    }
    // What a proxy's address holds is a secret as well.
    let proxy = format!("http://user:hunter2@127.0.0.1:{}", trap.port);
    sandbox.set("HTTPS_PROXY", &proxy);
    sandbox.set("https_proxy", &proxy);
    let said = sandbox.run(&["generate", "--model", "openai/m"]).expect(1);
    assert!(!said.stderr.contains("hunter2"), "{}", said.stderr);
    // Nor does one stand before this machine.
    let before = trap.heard().len();
    let server = Server::start(vec![good(&reply("A title", "Text."))]);
    generate(&mut sandbox, &server, &[]).expect(0);
    assert_eq!((server.seen().len(), trap.heard().len()), (1, before));
}

#[test]
fn redirects_are_followed_nowhere() {
    let trap = Trap::new();
    let port = trap.port;
    for status in [301, 302, 303, 307, 308] {
        for target in [
            format!("http://127.0.0.1:{port}/v1/chat/completions"),
            format!("http://localhost:{port}/"),
            format!("//127.0.0.1:{port}/"),
            "file:///etc/hostname".to_owned(),
            "/v1/elsewhere".to_owned(),
            format!("https://{}@example.org/", canary::KEY),
        ] {
            let mut sandbox = site(1);
            let mut play = plays(status, &["raw {}"]);
            play.headers = vec![
                format!("location: {target}"),
                "set-cookie: a=b; path=/".to_owned(),
                format!("refresh: 0; url=http://127.0.0.1:{port}/"),
            ];
            let server = Server::start(vec![play]);
            let said = generate(&mut sandbox, &server, &[]).expect(1);
            assert!(said.stderr.contains("[redirect]"), "{}", said.stderr);
            assert_eq!(server.seen().len(), 1, "{status} {target}");
            assert!(sandbox.records().is_empty());
        }
    }
    trap.assert_silent("a redirect");
}

#[test]
fn no_cookie_comes_back_and_no_compression_is_offered() {
    let mut sandbox = site(2);
    let server = Server::with(|number, _| {
        let mut play = if number == 0 {
            plays(503, &["raw {}"])
        } else {
            good(&reply("A title", "Text."))
        };
        play.headers = vec!["set-cookie: a=1; path=/".to_owned()];
        play
    });
    generate(&mut sandbox, &server, &["--jobs", "1"]).expect(0);
    assert_eq!(server.seen().len(), 3);
    for seen in server.seen() {
        let head = seen.head.to_lowercase();
        assert!(!head.contains("\r\ncookie:"), "{head}");
        assert!(!head.contains("\r\nreferer:"), "{head}");
        assert!(head.contains("\r\naccept-encoding: identity"), "{head}");
    }
}

/// A hundred bytes that are sixty thousand once unpacked, under each name that a server may give to it.
#[test]
fn nothing_is_unpacked() {
    for encoding in ["gzip", "deflate", "br", "zstd", "gzip, gzip"] {
        for status in [200, 400] {
            let mut sandbox = site(1);
            let mut play = plays(
                status,
                &[
                    "hex 1f 8b 08 00 00 00 00 00 02 03 ed c1 31 0d 00 20 0c 00 30 ee a9 40 07 6e 96 4c c2 be 05 ef d8 e0 68 5b d9 79 f6 dc 88 05 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 f0 99 07 b1 4f 06 77 6a ea 00 00",
                ],
            );
            play.headers = vec![format!("content-encoding: {encoding}")];
            let server = Server::start(vec![play]);
            let said = generate(&mut sandbox, &server, &[]).expect(1);
            let kind = if status == 200 {
                "[compressed-reply]"
            } else {
                "[bad-request]"
            };
            assert!(said.stderr.contains(kind), "{}", said.stderr);
            assert!(said.stderr.len() < 2000, "{}", said.stderr);
            assert_eq!(server.seen().len(), 1);
            assert!(sandbox.read(STUB).contains("topic = "));
        }
    }
}
