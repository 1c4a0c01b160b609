//! A project's configuration names a provider, a model and limits, and nothing else. Each file of `projects/` tries more;
//! its first line says what has to be said of it.

use std::fs;

use super::support::{Sandbox, canary, repository};
use super::{STUB, Trap, cases, generate, reply, site};
use crate::support::server::{Server, good};

/// A program that must not be run tells that it was.
fn alarm(sandbox: &Sandbox) {
    for program in ["zola", "hugo", "sh-of-the-project"] {
        let script = format!("#!/bin/sh\ntouch '{}'\n", sandbox.path("ran").display());
        sandbox.write(&format!("bin/{program}"), &script);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let file = sandbox.path(&format!("bin/{program}"));
            fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
        }
    }
}

/// Every hostile file: its name, its text with the trap's address in it, and what has to be said.
fn hostile(trap: &Trap) -> Vec<(String, String, String)> {
    let folder = repository().join("tests/secrets/projects");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    assert!(files.len() > 25, "{files:?}");
    files
        .into_iter()
        .map(|name| {
            let text = cases(&format!("projects/{name}")).replace("TRAP", &trap.url());
            let first = text.lines().next().unwrap().trim_start_matches('\u{feff}');
            let says = first.strip_prefix("# says: ").unwrap().to_owned();
            (name, text, says)
        })
        .collect()
}

/// Runs commands that would ask, and asserts that nothing is asked, run or written.
#[track_caller]
fn refused(name: &str, says: &str, sandbox: &Sandbox, trap: &Trap, commands: &[&[&str]]) {
    let before = sandbox.snapshot("site");
    for command in commands {
        let said = sandbox.run(command).expect(2);
        for part in [says, "the user's configuration", "[provider.NAME]"] {
            assert!(said.stderr.contains(part), "{name}: {}", said.stderr);
        }
        assert!(said.stdout.is_empty(), "{name}: {}", said.stdout);
    }
    trap.assert_silent(name);
    assert_eq!(sandbox.snapshot("site"), before, "{name}");
    assert!(!sandbox.path("ran").exists(), "{name}: a program was run");
}

fn trapped(trap: &Trap, is_ci: bool) -> Sandbox {
    let mut sandbox = site(1);
    alarm(&sandbox);
    trap.as_proxy(&mut sandbox);
    sandbox.set("OPENAI_API_KEY", canary::KEY);
    if is_ci {
        sandbox.set("CI", "1");
    }
    sandbox
}

#[test]
fn no_project_says_where_requests_go() {
    let trap = Trap::new();
    for is_ci in [false, true] {
        let sandbox = trapped(&trap, is_ci);
        for (name, text, says) in hostile(&trap) {
            sandbox.write("site/postwright.toml", &text);
            let commands: [&[&str]; 3] = [
                &["generate"],
                &["generate", "--online", "--yes", "--model", "openai/a"],
                &["check", "--build"],
            ];
            refused(&name, &says, &sandbox, &trap, &commands);
        }
    }
}

#[test]
fn no_command_begins_with_a_hostile_project() {
    let trap = Trap::new();
    let sandbox = trapped(&trap, false);
    let (name, text, says) = hostile(&trap).remove(0);
    sandbox.write("site/postwright.toml", &text);
    let stub = "content/posts/stub-0.md";
    let commands: [&[&str]; 8] = [
        &["generate", "--dry-run"],
        &["generate", "--offline"],
        &["status"],
        &["prompt", stub],
        &["accept", stub],
        &["check"],
        &["check", "--fix"],
        &["restore", stub],
    ];
    refused(&name, &says, &sandbox, &trap, &commands);
}

#[cfg(unix)]
#[test]
fn a_link_to_a_hostile_configuration_is_one() {
    let trap = Trap::new();
    let sandbox = trapped(&trap, true);
    let link = sandbox.path("site/postwright.toml");
    for (name, text, says) in hostile(&trap) {
        // Also from where the user's own would be.
        sandbox.write("home/shared/postwright/config.toml", &text);
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink("../home/shared/postwright/config.toml", &link).unwrap();
        refused(&name, &says, &sandbox, &trap, &[&["generate", "--online"]]);
    }
}

const EVIL: &str =
    "[provider.evil]\nprotocol = \"openai-chat\"\nurl = \"TRAP\"\nkey_env = \"CANARY_KEY\"\n";

#[test]
fn configurations_around_the_site_do_not_count() {
    let trap = Trap::new();
    let evil = EVIL.replace("TRAP", &trap.url());
    let mut sandbox = trapped(&trap, false);
    for place in [
        "postwright.toml",
        "config.toml",
        "site/content/postwright.toml",
        "site/content/posts/postwright.toml",
        "site/.postwright/config.toml",
        "site/.postwright/postwright.toml",
        "site/.config/postwright/config.toml",
        "site/postwright/config.toml",
    ] {
        sandbox.write(place, &evil);
    }
    // A relative folder would lead into the project.
    for folder in [".config", ".", "../site/.config"] {
        sandbox.set("XDG_CONFIG_HOME", folder);
        for from in ["site", "site/content/posts"] {
            let said = sandbox
                .run_in(from, &["generate", "--model", "evil/m"])
                .expect(2);
            assert!(
                said.stderr.contains("there is no provider `evil`"),
                "{}",
                said.stderr
            );
        }
    }
    trap.assert_silent("a configuration that is none");
}

#[test]
fn a_site_that_is_the_home_folder_has_no_users_configuration() {
    let trap = Trap::new();
    let mut sandbox = trapped(&trap, false);
    sandbox.write(
        "site/.config/postwright/config.toml",
        &EVIL.replace("TRAP", &trap.url()),
    );
    let home = sandbox.path("site").display().to_string();
    sandbox.set("HOME", &home);
    for folder in ["", &format!("{home}/.config")] {
        sandbox.set("XDG_CONFIG_HOME", folder);
        let said = sandbox.run(&["generate", "--model", "evil/m"]).expect(2);
        assert!(said.stderr.contains("lies in the site"), "{}", said.stderr);
    }
    trap.assert_silent("the site's own home");
}

#[test]
fn a_file_of_variables_is_never_read() {
    let trap = Trap::new();
    let sandbox = site(1);
    let text = format!(
        "OPENAI_API_KEY=from-the-file\nexport POSTWRIGHT_URL={}\nPOSTWRIGHT_MODEL=env/m\n",
        trap.url()
    );
    for name in [".env", ".env.local", ".envrc", "content/.env"] {
        sandbox.write(&format!("site/{name}"), &text);
    }
    sandbox.write(".env", &text);
    sandbox.write("home/.env", &text);
    let json = sandbox
        .run(&["generate", "--dry-run", "--format", "json"])
        .expect(0)
        .json();
    assert_eq!(json["posts"][0]["model"], serde_json::Value::Null);
    let said = sandbox.run(&["generate", "--model", "openai/m"]).expect(2);
    assert!(
        said.stderr.contains("OPENAI_API_KEY is not set"),
        "{}",
        said.stderr
    );
    let said = sandbox.run(&["generate", "--model", "env/m"]).expect(2);
    assert!(said.stderr.contains("no provider `env`"), "{}", said.stderr);
    trap.assert_silent("a .env file");
}

#[test]
fn a_project_may_name_what_its_user_has() {
    let sandbox = site(1);
    let server = Server::start(vec![good(&reply("A title", "Text."))]);
    let provider = format!(
        "[provider.mine]\nprotocol = \"openai-chat\"\nurl = \"{}\"\nkey_env = \"CANARY_KEY\"\n",
        server.url()
    );
    sandbox.write("home/.config/postwright/config.toml", &provider);
    sandbox.write(
        "site/postwright.toml",
        "[model]\nprovider = \"mine\"\nname = \"a/b\"\njobs = 1\nmax_attempts = 1\n",
    );
    sandbox.run(&["generate"]).expect(0);
    assert_eq!(server.seen()[0].body["model"], "a/b");
    assert!(server.seen()[0].head.contains(canary::KEY));
    assert!(sandbox.read(STUB).contains("title = \"A title\""));
}

#[test]
fn the_key_of_a_built_in_provider_goes_to_its_host_alone() {
    let mut sandbox = site(1);
    let server = Server::start(vec![good(&reply("A title", "Text."))]);
    // The user's own row of that name is another place, and has no key.
    let provider = format!(
        "[provider.openai]\nprotocol = \"openai-chat\"\nurl = \"{}\"\n",
        server.url()
    );
    sandbox.write("home/.config/postwright/config.toml", &provider);
    sandbox.set("OPENAI_API_KEY", canary::KEY);
    sandbox
        .run(&["generate", "--model", "openai/gpt-5-mini"])
        .expect(0);
    assert_eq!(server.seen().len(), 1);
    let head = server.seen()[0].head.to_lowercase();
    assert!(
        !head.contains("authorization") && !head.contains("canary"),
        "{head}"
    );
    // Nor to one that the environment names, unless it names the key as well.
    let mut sandbox = site(1);
    sandbox.set("OPENAI_API_KEY", canary::KEY);
    sandbox.set("POSTWRIGHT_KEY_ENV", "");
    generate(&mut sandbox, &server, &[]).expect(0);
    let head = server.seen()[1].head.to_lowercase();
    assert!(!head.contains("authorization"), "{head}");
}
