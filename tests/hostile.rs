//! A content folder that holds everything that a file system can put into the way, sites that cannot be written, files that
//! vanish. See `tests/hostile/README.md`.

#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rstest::rstest;
use serde::Deserialize;

#[path = "hostile/entries.rs"]
mod entries;
mod support;

use entries::{Entry, entries, make_with};
use support::{Said, Sandbox, said};

/// A user without rights, where the tests run as one who may read everything.
const NOBODY: u32 = 65_534;
/// A command that takes longer than this, in seconds, hangs.
const PATIENCE: &str = "300";

fn stub(topic: &str) -> String {
    let topic = serde_json::Value::from(topic);
    format!("+++\ntopic = {topic}\ndraft = true\n+++\n")
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A program that runs as a user without rights, and is ended where it hangs. It stands in the sandbox, where that user
/// can reach it.
fn powerless(sandbox: &Sandbox, before: &[&str]) -> Command {
    let program = sandbox.path("bin/postwright");
    if !program.exists() {
        let built = env!("CARGO_BIN_EXE_postwright");
        // A link where that can be: the program is large.
        fs::hard_link(built, &program)
            .or_else(|_| fs::copy(built, &program).map(drop))
            .unwrap();
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(sandbox.path(""), open).unwrap();
    }
    let mut command = sandbox.command_of("/usr/bin/timeout");
    command.arg(PATIENCE);
    if is_root() {
        let id = NOBODY.to_string();
        command.args(["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups"]);
    }
    command
        .args(before)
        .arg(program)
        .current_dir(sandbox.path("site"));
    command
}

fn run(sandbox: &Sandbox, arguments: &[&str]) -> Said {
    let mut command = powerless(sandbox, &[]);
    let said = said(command.args(arguments).output().unwrap());
    assert!(
        ![124, 137].contains(&said.status),
        "{arguments:?} hangs: {}",
        said.stderr
    );
    said
}

/// Gives everything below a folder, and the folder, to the user without rights.
fn give_away(dir: &Path) {
    if is_root() {
        for (path, _) in tree(dir) {
            std::os::unix::fs::lchown(path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
    }
}

/// Everything below a folder with what a write would change: kind and mode, size, the times, what a link leads to.
fn tree(dir: &Path) -> Vec<(PathBuf, String)> {
    let mut all = vec![(dir.to_path_buf(), facts(dir))];
    if let Ok(entries) = fs::read_dir(dir) {
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if fs::symlink_metadata(&path).unwrap().is_dir() {
                all.extend(tree(&path));
            } else {
                let facts = facts(&path);
                all.push((path, facts));
            }
        }
    }
    all
}

fn facts(path: &Path) -> String {
    let found = fs::symlink_metadata(path).unwrap();
    format!(
        "{:o} {} {}.{} {}.{} {} {:?}",
        found.mode(),
        found.len(),
        found.mtime(),
        found.mtime_nsec(),
        found.ctime(),
        found.ctime_nsec(),
        found.ino(),
        fs::read_link(path).ok()
    )
}

/// Nothing that is printed gives an order to a terminal or to the service whose log it is, or comes from outside.
#[track_caller]
fn is_tame(what: &str, text: &str) {
    for (number, line) in text.lines().enumerate() {
        let bad = line.chars().find(|c| {
            (c.is_control() && *c != '\t')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
        });
        assert_eq!(bad, None, "{what}, line {number}: {line:?}");
        assert!(
            !line.trim_start().starts_with("::") && !line.contains("##["),
            "{what}, line {number}: {line:?}"
        );
    }
    assert!(!text.contains("root:x:0"), "{what} has read /etc/passwd");
}

fn site(generator: &str) -> Sandbox {
    let config = match generator {
        "zola" => ("site/config.toml", "base_url = \"https://example.org\"\n"),
        _ => ("site/hugo.toml", "baseURL = \"https://example.org\"\n"),
    };
    Sandbox::with_files(&[config, ("site/content/posts/good.md", &stub("Good"))])
}

#[rstest]
fn a_hostile_folder_stops_nobody(#[values("zola", "hugo")] generator: &str) {
    let sandbox = site(generator);
    let content = sandbox.path("site/content");
    let entries = entries();
    for entry in &entries {
        entry.make(&content);
    }
    give_away(&sandbox.path("site"));
    for entry in &entries {
        entry.lock(&content);
    }
    let before = tree(&content);

    for (arguments, status) in [
        (&["status"][..], 1),
        (&["generate", "--dry-run"], 1),
        (&["generate", "--offline"], 1),
        (&["generate", "--offline", "--format", "json"], 1),
        (&["check"], 1),
        (&["check", "--diff"], 1),
        (&["check", "--format", "github"], 1),
        (&["check", "--format", "sarif"], 1),
        (&["prompt", "content/posts/good.md"], 0),
        (&["prompt", "content/posts/pipe.md"], 2),
        (&["prompt", "content/posts/passwd.md"], 2),
        (&["check", "content/posts/passwd.md"], 2),
        (&["check", "content/posts/good.md"], 0),
        (&["generate", "--offline", "content/posts/etc"], 2),
        (&["restore", "content/posts/zero.md"], 2),
        (&["new", "Another", "--section", "posts/etc"], 2),
        (&["records", "list"], 1),
        (&["records", "verify"], 1),
        (&["records", "prune", "--all", "--yes"], 2),
        (&["records", "show", "content/posts/pipe.md"], 2),
    ] {
        let ran = run(&sandbox, arguments);
        let shown = arguments.join(" ");
        if !shown.contains("github") {
            is_tame(&format!("`{shown}`"), &ran.stdout);
        }
        is_tame(&format!("`{shown}` (stderr)"), &ran.stderr);
        assert_eq!(
            ran.status, status,
            "`{shown}`: {}\n{}",
            ran.stdout, ran.stderr
        );
    }
    let ran = run(&sandbox, &["status", "--format", "json"]);
    is_tame("status --format json", &ran.stdout);
    stubs_are_listed(&entries, &ran.json());
    troubles_are_told(&entries, &ran.stderr);
    let ran = run(&sandbox, &["check", "--format", "json"]);
    is_tame("check --format json", &ran.stdout);
    findings_are_there(&entries, &ran.json());

    assert_eq!(
        tree(&content),
        before,
        "nothing among the content is touched"
    );
    // What is left alone when the sandbox goes would be looked through for keys.
    for entry in entries.iter().filter(|entry| entry.folder) {
        let open = fs::Permissions::from_mode(0o755);
        fs::set_permissions(content.join(entry.path()), open).unwrap();
    }
    fs::remove_dir_all(content).unwrap();
}

#[track_caller]
fn stubs_are_listed(entries: &[Entry], status: &serde_json::Value) {
    let pages = status["pages"].as_array().unwrap();
    let mut listed: Vec<&str> = pages.iter().map(|p| p["path"].as_str().unwrap()).collect();
    let mut expected: Vec<String> = entries
        .iter()
        .filter(|entry| entry.listed)
        .map(Entry::shown)
        .chain(["content/posts/good.md".to_owned()])
        .collect();
    listed.sort_unstable();
    expected.sort();
    assert_eq!(listed, expected);
}

#[track_caller]
fn troubles_are_told(entries: &[Entry], stderr: &str) {
    for entry in entries {
        let shown = postwright::text::escape(&entry.shown()).into_owned();
        let is_made = !entry.device || is_root();
        let about: Vec<&str> = stderr
            .split("\n\n")
            .filter(|told| told.contains(&shown))
            .collect();
        match &entry.told {
            Some(kind) if is_made => assert!(
                about.iter().any(|told| told.contains(&format!("[{kind}]"))),
                "{shown} is not told of as {kind}:\n{stderr}"
            ),
            _ => {
                assert!(
                    !stderr.lines().any(|line| line.trim_end().ends_with(&shown)
                        || line.contains(&format!("{shown}:"))),
                    "{shown} is told of:\n{stderr}"
                );
            }
        }
    }
}

#[track_caller]
fn findings_are_there(entries: &[Entry], check: &serde_json::Value) {
    let findings = check["findings"].as_array().unwrap();
    for entry in entries.iter().filter(|entry| !entry.device || is_root()) {
        let Some(rule) = &entry.check else { continue };
        let shown = entry.shown();
        assert!(
            findings
                .iter()
                .any(|finding| finding["path"] == *shown && finding["rule"] == **rule),
            "`check` does not find {rule} in {shown}"
        );
    }
}

/// The listing of the folder has it, and everything that asks for it hears that it is gone.
#[rstest]
#[case(&["status"])]
#[case(&["generate", "--dry-run"])]
#[case(&["check"])]
#[case(&["records", "list"])]
fn a_file_that_vanishes_is_not_missed(#[case] arguments: &[&str]) {
    let sandbox = site("zola");
    sandbox.write("site/content/posts/gone.md", &stub("Gone"));
    let gone = sandbox.path("site/content/posts/gone.md");
    let mut command = sandbox.command_of("strace");
    let ran = command
        .args(["-f", "-qq", "-o", "/dev/null", "-e", "trace=%file"])
        .args(["-e", "inject=%file:error=ENOENT", "-P"])
        .arg(&gone)
        .arg(env!("CARGO_BIN_EXE_postwright"))
        .args(arguments)
        .current_dir(sandbox.path("site"))
        .output()
        .unwrap_or_else(|error| panic!("this test needs strace: {error}"));
    let ran = said(ran).expect(0);
    assert!(
        !ran.stdout.contains("gone.md") && !ran.stderr.contains("gone.md"),
        "{}{}",
        ran.stdout,
        ran.stderr
    );
}

#[test]
fn few_file_handles_are_enough_for_many_files() {
    let sandbox = site("zola");
    let folder = sandbox.path("site/content/many");
    fs::create_dir(&folder).unwrap();
    for number in 0..3_000 {
        fs::File::create(folder.join(format!("{number}.md"))).unwrap();
    }
    let mut deep = sandbox.path("site/content");
    for _ in 0..60 {
        deep.push("deep");
    }
    fs::create_dir_all(&deep).unwrap();
    fs::write(deep.join("page.md"), stub("Deep")).unwrap();
    for arguments in [&["status"][..], &["generate", "--offline"]] {
        let few = ["sh", "-c", "ulimit -n 32; exec \"$@\"", "sh"];
        let mut command = powerless(&sandbox, &few);
        give_away(&sandbox.path("site/content/posts"));
        std::os::unix::fs::chown(sandbox.path("site"), Some(NOBODY), Some(NOBODY))
            .unwrap_or_default();
        let ran = said(command.args(arguments).output().unwrap()).expect(0);
        let all = ran.stdout + &ran.stderr;
        assert!(all.contains("deep/page.md"), "{all}");
    }
    fs::remove_dir_all(sandbox.path("site/content")).unwrap();
}

/// A site with posts, an edited post, a stub, a damaged record and something to fix.
fn finished(generator: &str) -> Sandbox {
    let sandbox = Sandbox::with_site(&format!("site-example/{generator}"));
    sandbox.run(&["generate", "--offline"]).expect(0);
    let posts = match generator {
        "zola" => "site/content/posts",
        _ => "site/content/en/posts",
    };
    let edited = format!("{posts}/redis-persistence.md");
    let text = sandbox.read(&edited) + "\nMine.   \n";
    sandbox.write(&edited, &text);
    sandbox.write(&format!("{posts}/more.md"), &stub("More"));
    sandbox.write(
        &format!("{posts}/by-hand.md"),
        "+++\ntitle = \"By hand\"\ndate = 2026-11-20\n+++\n* a\n+ b  \n",
    );
    let records = sandbox.snapshot("site/.postwright/replies");
    let (damaged, bytes) = records.last().unwrap();
    fs::write(damaged, &bytes[..bytes.len() / 2]).unwrap();
    sandbox
}

const READING: [(&[&str], i32); 15] = [
    (&["status"], 0),
    (&["status", "--format", "json"], 0),
    (&["check"], 0),
    (&["check", "--diff"], 0),
    (&["check", "--fix", "--diff"], 0),
    (&["explain"], 0),
    (&["explain", "typography"], 0),
    (&["generate", "--dry-run"], 0),
    (&["generate", "--dry-run", "--offline"], 0),
    // The one stub waits for a reply.
    (&["generate", "--offline"], 0),
    (&["records", "list"], 0),
    (&["records", "verify"], 1),
    (&["records", "prune", "--all"], 0),
    (&["completions", "bash"], 0),
    (&["--help"], 0),
];

#[rstest]
fn what_only_reads_writes_nothing(
    #[values("zola", "hugo")] generator: &str,
    #[values(true, false)] is_read_only: bool,
) {
    let sandbox = finished(generator);
    let site = sandbox.path("site");
    let page = match generator {
        "zola" => "content/posts/more.md",
        _ => "content/en/posts/more.md",
    };
    // The program has to be in its place before the folders are looked at.
    drop(powerless(&sandbox, &[]));
    give_away(&site);
    let all = tree(&site);
    if is_read_only {
        for (path, _) in &all {
            let mode = fs::symlink_metadata(path).unwrap().mode() & 0o555;
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        }
    }
    let before = (tree(&site), tree(&sandbox.path("home")));
    for (arguments, status) in READING {
        let ran = run(&sandbox, arguments);
        assert_eq!(
            ran.status, status,
            "{arguments:?}: {}{}",
            ran.stdout, ran.stderr
        );
        assert_eq!(tree(&site), before.0, "{arguments:?}");
    }
    run(&sandbox, &["prompt", page]).expect(0);
    run(&sandbox, &["records", "show", page]).expect(2);
    if is_read_only {
        // What would write says so, and nothing is half done.
        for arguments in [
            &["generate", "--offline", "--refresh"][..],
            &["records", "prune", "--yes"],
            &["init"],
            &["new", "Another"],
        ] {
            let ran = run(&sandbox, arguments).expect(2);
            assert!(
                ran.stderr.contains("ermission denied"),
                "{arguments:?}: {}",
                ran.stderr
            );
        }
    }
    assert_eq!((tree(&site), tree(&sandbox.path("home"))), before);
    for (path, _) in &all {
        let mode = fs::symlink_metadata(path).unwrap().mode() | 0o200;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
}

/// Another work tree of the same repository has the records, and makes the same posts of them.
#[test]
fn a_work_tree_of_git_is_a_site_like_any_other() {
    let sandbox = Sandbox::with_site("site-example/zola");
    let git = |folder: &str, arguments: &[&str]| {
        let mut command = sandbox.command_of("git");
        command
            .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
            .args([
                "-c",
                "init.defaultBranch=main",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(arguments)
            .current_dir(sandbox.path(folder))
            .stdout(Stdio::null());
        make_with(&mut command);
    };
    git("site", &["init", "-q"]);
    git("site", &["add", "-A"]);
    git("site", &["commit", "-q", "-m", "stubs"]);
    git("site", &["worktree", "add", "-q", "../other"]);
    for folder in ["site", "other"] {
        sandbox.run_in(folder, &["generate", "--offline"]).expect(0);
        sandbox.run_in(folder, &["records", "verify"]).expect(0);
    }
    let posts = |folder: &str| -> Vec<(PathBuf, Vec<u8>)> {
        let below = |path: &Path| {
            path.strip_prefix(sandbox.path(folder))
                .unwrap()
                .to_path_buf()
        };
        let files = sandbox.snapshot(&format!("{folder}/content"));
        files
            .into_iter()
            .map(|(path, bytes)| (below(&path), bytes))
            .collect()
    };
    assert_eq!(posts("site"), posts("other"));
    // A lock of one is none for the other, and nothing of this machine is committed.
    let output = sandbox
        .command_of("git")
        .args(["status", "--porcelain", "--untracked-files=all"])
        .current_dir(sandbox.path("other"))
        .output()
        .unwrap();
    let changed = String::from_utf8(output.stdout).unwrap();
    assert!(
        !changed.contains("lock") && !changed.contains("ledger"),
        "{changed}"
    );
}

#[test]
fn a_store_that_cannot_be_read_is_told_of_and_nothing_is_bought() {
    let sandbox = finished("zola");
    let records = sandbox.path("site/.postwright/replies");
    give_away(&sandbox.path("site"));
    fs::set_permissions(&records, fs::Permissions::from_mode(0o0)).unwrap();
    for arguments in [
        &["status"][..],
        &["generate", "--offline"],
        &["generate", "--dry-run"],
        &["records", "list"],
        &["records", "verify"],
        &["records", "prune", "--yes", "--all"],
    ] {
        let ran = run(&sandbox, arguments);
        assert!(
            [1, 2].contains(&ran.status),
            "{arguments:?}: {}",
            ran.status
        );
        let all = ran.stdout + &ran.stderr;
        assert!(
            all.contains(".postwright/replies") && all.contains("ermission denied"),
            "{arguments:?}: {all}"
        );
    }
    fs::set_permissions(&records, fs::Permissions::from_mode(0o755)).unwrap();
}
