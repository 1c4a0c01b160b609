//! Programs that are run get no key, neither by their environment nor by their arguments.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::support::{Sandbox, canary};
use super::{STUB, Trap, generate, reply, site};
use crate::support::server::{Server, good};

/// A generator that writes down what it is given, in a folder that is looked through like all others.
fn spy(sandbox: &Sandbox, program: &str) {
    let seen = sandbox.path("seen");
    let script = format!(
        "#!/bin/sh\n{{ echo \"call: $0 $*\"; env; }} >> '{}'\necho '{program} 0.22.0'\n",
        seen.display()
    );
    sandbox.write(&format!("bin/{program}"), &script);
    let file = sandbox.path(&format!("bin/{program}"));
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

fn keyed() -> Sandbox {
    let mut sandbox = site(1);
    spy(&sandbox, "zola");
    for name in [
        "OPENAI_API_KEY",
        "MISTRAL_API_KEY",
        "ANTHROPIC_API_KEY",
        "GEMINI_API_KEY",
        "A_KEY_OF_MINE",
        "SAME_UNDER_ANOTHER_NAME",
    ] {
        sandbox.set(name, canary::KEY);
    }
    sandbox.set("FOR_THE_SITE", "kept");
    let trap = Trap::new();
    sandbox.write(
        "home/.config/postwright/config.toml",
        &format!("[provider.mine]\nprotocol = \"openai-chat\"\nurl = \"{}\"\nkey_env = \"A_KEY_OF_MINE\"\n", trap.url()),
    );
    sandbox
}

#[track_caller]
fn assert_clean(sandbox: &Sandbox, calls: usize) {
    let seen = sandbox.read("seen");
    assert_eq!(seen.matches("call: ").count(), calls, "{seen}");
    assert_eq!(seen.matches("FOR_THE_SITE=kept").count(), calls, "{seen}");
    assert!(!seen.contains("POSTWRIGHT_"), "{seen}");
    canary::absent("what a program was given", &seen);
}

#[test]
fn a_build_gets_no_key() {
    let sandbox = keyed();
    sandbox.run(&["check", "--build"]);
    let calls = sandbox.read("seen").matches("call: ").count();
    assert!(calls >= 2, "a version and a build, not {calls}");
    assert_clean(&sandbox, calls);
}

#[test]
fn a_generator_that_is_asked_for_its_version_gets_no_key() {
    let sandbox = keyed();
    sandbox.run(&["init"]).expect(0);
    assert_clean(&sandbox, 1);
    // A body that needs an escape depends on the version.
    let mut sandbox = keyed();
    let server = Server::start(vec![good(&reply("A title", "Write `{{ f() }}`."))]);
    generate(&mut sandbox, &server, &["--online"]).expect(0);
    assert!(sandbox.read(STUB).contains("title = "));
    assert_clean(&sandbox, 1);
}

/// Whatever is run, it is run in one place.
#[test]
fn programs_are_started_in_one_place() {
    let mut places = Vec::new();
    let mut folders = vec![super::repository().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let text = text.split("#[cfg(test)]").next().unwrap();
            let starts = ["process::Command", "Command::new(", "posix_spawn"];
            if starts.iter().any(|start| text.contains(start)) && !path.ends_with("disk/tests.rs") {
                assert!(text.contains(".env_clear()"), "{}", path.display());
                places.push(path);
            }
        }
    }
    assert!(
        places
            .iter()
            .any(|path| path.ends_with("command/process.rs"))
    );
}
