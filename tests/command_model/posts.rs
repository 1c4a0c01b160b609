//! A program as a model for a whole site, through the program of ours.

use super::*;

/// A reply as a model would write it.
const REPLY: &str = "TITLE: What Time Is\nMETA_DESCRIPTION: What to know about it.\nTAGS: one, two\n\
                     CATEGORIES: Tutorials\nMARKDOWN_POST_CONTENT:\nThe first paragraph.\n\n## A heading\n\nMore.\n";

fn site(stubs: usize) -> Sandbox {
    let sandbox = Sandbox::with_site("tests/end_to_end/zola");
    for number in 0..stubs {
        sandbox.write(
            &format!("site/content/posts/stub-{number}.md"),
            &format!("+++\ntopic = \"Topic {number}\"\ndraft = false\n+++\nNotes.\n"),
        );
    }
    sandbox.write("reply.txt", &format!("{REPLY}\n{MARKER}\n"));
    sandbox
}

/// Lets a script be the model, which finds its files next to the site.
fn with_script(sandbox: &mut Sandbox, script: &str) {
    let folder = sandbox.path("");
    sandbox.write(
        "model.sh",
        &format!("cd '{}'\n{script}\n", folder.display()),
    );
    let line = format!("sh '{}'", sandbox.path("model.sh").display());
    sandbox.set("POSTWRIGHT_COMMAND", &line);
}

#[test]
fn a_command_writes_posts() {
    let mut sandbox = site(3);
    with_script(&mut sandbox, "cat > prompt-$$.txt; cat reply.txt");
    let said = sandbox.run(&["generate"]).expect(0);
    assert!(
        said.stderr.contains("asking env/sh for 3 posts"),
        "{}",
        said.stderr
    );
    let records = sandbox.records();
    assert_eq!(records.len(), 3);
    for (_, record) in &records {
        for line in [
            "provider = \"env\"",
            "model = \"sh\"",
            "finish = \"stop\"",
            "estimated = true",
        ] {
            assert!(record.contains(line), "{line}\n{record}");
        }
    }
    let post = sandbox.read("site/content/posts/stub-0.md");
    assert!(post.contains("title = \"What Time Is\""), "{post}");
    let prompts = std::fs::read_dir(sandbox.path("")).unwrap();
    let prompts: Vec<String> = prompts
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("prompt-"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    assert_eq!(prompts.len(), 3);
    assert!(
        prompts
            .iter()
            .all(|it| it.contains("Topic ") && it.contains("Notes."))
    );
}

#[test]
fn what_was_cut_becomes_no_post_and_is_kept() {
    for (script, kind) in [
        ("head -c 150 reply.txt; exit 1", "command-failed"),
        ("head -c 150 reply.txt; kill -9 $$", "command-failed"),
        ("head -c 150 reply.txt; printf '\\377'", "bad-reply"),
        ("head -c 150 reply.txt; sleep 60 & exit 0", "cut-reply"),
    ] {
        let mut sandbox = site(1);
        with_script(&mut sandbox, &format!("echo >> asked; {script}"));
        let before = sandbox.read("site/content/posts/stub-0.md");
        let said = sandbox.run(&["generate", "--format", "json"]).expect(1);
        let post = said.json()["posts"][0].clone();
        assert_eq!(post["error"]["kind"], kind, "{post}");
        assert_eq!(post["possibly_paid"], 2, "{post}");
        assert_eq!(sandbox.read("site/content/posts/stub-0.md"), before);
        assert_eq!(
            sandbox.read("asked").len(),
            2,
            "no more than two may be paid"
        );
        assert!(sandbox.records().is_empty());
        let kept: Vec<_> = sandbox
            .snapshot("site/.postwright/ledger")
            .into_iter()
            .filter(|(path, _)| path.extension().is_some_and(|it| it == "partial"))
            .collect();
        assert_eq!(kept.len(), 2, "{kept:?}");
        for (_, bytes) in kept {
            assert!(bytes.starts_with(&REPLY.as_bytes()[..150]), "{bytes:?}");
            assert_eq!(bytes.ends_with(b"\xff"), kind == "bad-reply");
        }
    }
}

#[test]
fn a_status_of_zero_alone_makes_no_post() {
    // Cut and yet content with itself; and one that only says what it was told.
    for (script, kind) in [
        ("head -c 150 reply.txt", "incomplete-reply"),
        ("exec cat", "incomplete-reply"),
    ] {
        let mut sandbox = site(1);
        with_script(&mut sandbox, script);
        let before = sandbox.read("site/content/posts/stub-0.md");
        let said = sandbox.run(&["generate", "--format", "json"]).expect(1);
        let found = said.json()["posts"][0]["error"]["kind"].clone();
        assert_eq!(found, kind, "{script}");
        assert_eq!(sandbox.read("site/content/posts/stub-0.md"), before);
        assert!(!sandbox.records().is_empty(), "what came is kept");
    }
}

#[test]
fn one_that_was_cut_is_asked_to_go_on() {
    let mut sandbox = site(1);
    let more = "A further paragraph on time and its measure.\n\n".repeat(20);
    sandbox.write("begin.txt", &format!("{REPLY}\n{more}"));
    sandbox.write("rest.txt", &format!("The last paragraph.\n\n{MARKER}\n"));
    with_script(
        &mut sandbox,
        "cat > prompt.txt; if grep -q '^======' prompt.txt; then cat rest.txt; else cat begin.txt; exit 1; fi",
    );
    sandbox.run(&["generate"]).expect(0);
    let prompt = sandbox.read("prompt.txt");
    assert!(prompt.contains("TITLE: What Time Is"), "{prompt}");
    let post = sandbox.read("site/content/posts/stub-0.md");
    assert!(
        post.contains("further paragraph") && post.contains("The last paragraph."),
        "{post}"
    );
    assert_eq!(sandbox.records().len(), 2);
}

#[test]
fn it_sees_no_key_but_its_own() {
    let mut sandbox = site(1);
    sandbox.write(
        "home/.config/postwright/config.toml",
        &format!(
            "[provider.mine]\nprotocol = \"command\"\ncommand = [\"sh\", \"{}\", \"{{model}}\"]\nkey_env = \"MY_KEY\"\n\
             [provider.other]\nprotocol = \"openai-chat\"\nurl = \"https://a.example/v1\"\nkey_env = \"OTHER_KEY\"\n",
            sandbox.path("model.sh").display()
        ),
    );
    with_script(
        &mut sandbox,
        "echo \"$1\" > name; env > seen; cat reply.txt; echo \"$MY_KEY\" >&2; exit 1",
    );
    for name in ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OTHER_KEY", "MY_KEY"] {
        sandbox.set(name, &format!("secret-of-{name}"));
    }
    sandbox.set("EDITOR", "vi");
    let said = sandbox
        .run(&[
            "generate",
            "--model",
            "mine/llama3.2:3b",
            "--format",
            "json",
        ])
        .expect(0);
    assert_eq!(sandbox.read("name"), "llama3.2:3b\n");
    let seen = sandbox.read("seen");
    assert!(seen.contains("MY_KEY=secret-of-MY_KEY"), "{seen}");
    assert!(
        seen.contains("EDITOR=vi") && seen.contains("HOME="),
        "{seen}"
    );
    for hidden in ["OPENAI_API_KEY", "OTHER_KEY"] {
        assert!(!seen.contains(hidden), "{seen}");
    }
    assert!(!format!("{}{}", said.stdout, said.stderr).contains("secret-of"));
    // Where it fails for good, its last words are told without the key.
    with_script(&mut sandbox, "echo \"bad key $MY_KEY\" >&2; exit 1");
    sandbox.write(
        "site/content/posts/b.md",
        "+++\ntopic = \"B\"\ndraft = false\n+++\n",
    );
    let said = sandbox.run(&["generate", "--model", "mine/a"]).expect(1);
    assert!(said.stderr.contains("bad key [key]"), "{}", said.stderr);
    assert!(!said.stderr.contains("secret-of"), "{}", said.stderr);
    for (path, bytes) in sandbox.snapshot("site") {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("secret-of"), "{}", path.display());
    }
}

#[test]
fn whom_it_asks_is_not_known_so_it_counts_as_somebody_else() {
    let mut sandbox = site(21);
    with_script(&mut sandbox, "echo >> asked; cat reply.txt");
    let said = sandbox.run(&["generate"]).expect(2);
    assert!(said.stderr.contains("--yes"), "{}", said.stderr);
    let said = sandbox
        .run(&["generate", "--max-cost", "1", "--max-posts", "1"])
        .expect(2);
    assert!(said.stderr.contains("not known"), "{}", said.stderr);
    assert!(!sandbox.path("asked").exists());
}

#[test]
fn a_signal_to_the_run_ends_the_command_too() {
    let mut sandbox = site(1);
    with_script(
        &mut sandbox,
        "trap '' INT TERM; sleep 60 & echo $$ $! > pids; head -c 150 reply.txt; wait; sleep 60",
    );
    let run = sandbox.start(&["generate"]);
    while !sandbox.path("pids").exists() || sandbox.read("pids").is_empty() {
        thread::sleep(Duration::from_millis(20));
    }
    thread::sleep(Duration::from_millis(200));
    let sent = Command::new("kill")
        .args(["-INT", &run.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    support::said(run.wait_with_output().unwrap()).expect(130);
    all_over(&sandbox.path("pids"), 2);
    let kept = sandbox.snapshot("site/.postwright/ledger");
    let is_kept = |(_, bytes): &(_, Vec<u8>)| bytes.as_slice() == &REPLY.as_bytes()[..150];
    assert!(kept.iter().any(is_kept), "what came is kept");
}
