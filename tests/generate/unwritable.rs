//! Sites and stores that cannot be written to, or read as they are.

use super::*;

#[test]
fn where_no_record_can_be_written_nothing_is_asked() {
    let mut sandbox = Sandbox::with_stubs("zola", 1);
    // A file stands where the folder of replies has to be.
    sandbox.write("site/.postwright/replies", "in the way");
    let server = writer();
    let said = generate(&mut sandbox, &server, &[]).expect(2);
    assert!(said.stderr.contains("nothing was asked"), "{}", said.stderr);
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn a_reply_whose_record_cannot_be_written_is_kept_all_the_same() {
    let mut sandbox = Sandbox::with_stubs("zola", 1);
    let replies = sandbox.path("site/.postwright/replies");
    // While it is written, a file comes to stand where the folder of replies was.
    let server = Server::with(move |_, seen| {
        fs::remove_dir(&replies).unwrap();
        fs::write(&replies, "in the way").unwrap();
        good(&reply(&topic_of(seen)))
    });
    let said = generate(&mut sandbox, &server, &[]).expect(1);
    assert!(said.stderr.contains(".partial"), "{}", said.stderr);
    let kept = sandbox
        .snapshot("site/.postwright/ledger")
        .into_iter()
        .any(|(_, bytes)| String::from_utf8_lossy(&bytes).contains("</EndOFText>"));
    assert!(kept, "the reply is in the ledger");
}

#[test]
fn a_stub_whose_bytes_cannot_be_kept_is_not_replaced() {
    let sandbox = Sandbox::with_stubs("zola", 1);
    let stub = sandbox.read("site/content/posts/stub-0.md");
    sandbox
        .run_with_input(&["accept", "content/posts/stub-0.md"], &reply("Topic 0"))
        .expect(0);
    sandbox
        .run(&["restore", "content/posts/stub-0.md"])
        .expect(0);
    // What is kept of the stub is spoiled: it is written anew before the stub goes.
    for (path, bytes) in sandbox.snapshot("site/.postwright/pages") {
        if bytes == stub.as_bytes() {
            fs::write(path, "garbage").unwrap();
        }
    }
    sandbox.run(&["generate", "--offline"]).expect(0);
    sandbox
        .run(&["restore", "content/posts/stub-0.md"])
        .expect(0);
    assert_eq!(sandbox.read("site/content/posts/stub-0.md"), stub);
}

#[cfg(unix)]
#[test]
fn a_template_is_never_read_through_a_link() {
    let sandbox = Sandbox::with_stubs("zola", 1);
    sandbox.write("home/secret", "a private file");
    std::os::unix::fs::symlink(sandbox.path("home/secret"), sandbox.path("site/user.md")).unwrap();
    sandbox.write("site/postwright.toml", "[prompt]\nuser = \"user.md\"\n");
    let said = sandbox
        .run(&["prompt", "content/posts/stub-0.md"])
        .expect(2);
    assert!(
        !said.stdout.contains("private") && !said.stderr.contains("private"),
        "{}",
        said.stdout
    );
    sandbox.write(
        "site/postwright.toml",
        "[prompt]\nuser = \"../home/secret\"\n",
    );
    let said = sandbox
        .run(&["prompt", "content/posts/stub-0.md"])
        .expect(2);
    assert!(!said.stdout.contains("private"), "{}", said.stdout);
}
