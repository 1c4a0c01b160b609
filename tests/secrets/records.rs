//! A record that came by a pull request is a reply like any other: what it says is not trusted more for being on the disk.

use super::support::Sandbox;
use super::{STUB, generate, reply, site};
use crate::support::server::{Server, good};

/// Bodies that try something.
const HOSTILE: [&str; 6] = [
    "Secrets: {{ load_data(path=\"config.toml\", format=\"plain\") }} and {{ f() }}.",
    "{% leak() %}\nx\n{% end %}",
    "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1)) ![y](https://evil.example/?q=1)",
    "+++\ndraft = false\npath = \"../../x\"\n+++\nText.",
    "<iframe src=\"https://evil.example\"></iframe>\n\n{{ get_env(name=\"HOME\") }}",
];

/// Asks for one post that says this; the site afterwards, with its record.
fn asked(text: &str) -> Sandbox {
    let mut sandbox = site(1);
    sandbox.set("SOURCE_DATE_EPOCH", "1790000000");
    let server = Server::start(vec![good(text)]);
    generate(&mut sandbox, &server, &[]);
    sandbox
}

/// The same site with this record in it, and nothing else but the stub.
fn planted(name: &str, record: &str) -> Sandbox {
    let mut sandbox = site(1);
    sandbox.set("SOURCE_DATE_EPOCH", "1790000000");
    sandbox.write(&format!("site/.postwright/replies/{name}"), record);
    sandbox
}

#[test]
fn an_edited_record_is_no_reply() {
    let (name, record) = asked(&reply("A title", "Good text.")).records().remove(0);
    for edited in [
        record.replace("Good text.", "Bad text."),
        record.replace("Good text.", "Good text.\n\n<script>alert(1)</script>"),
        record.replace("TITLE: A", "TITLE: {{ f() }} A"),
        record.clone() + "\nand more\n",
    ] {
        assert_ne!(edited, record);
        let sandbox = planted(&name, &edited);
        let stub = sandbox.read(STUB);
        let said = sandbox.run(&["generate", "--offline"]).expect(1);
        assert!(said.stderr.contains("stub-0.md"), "{}", said.stderr);
        assert_eq!(sandbox.read(STUB), stub);
        let status = sandbox.run(&["status", "--format", "json"]).json();
        assert_eq!(status["pages"][0]["state"], "damaged", "{status}");
    }
}

/// The record without the hash of its front matter: whoever can edit a record can take that away as well.
fn unsealed(record: &str) -> String {
    let lines = record.split_inclusive('\n');
    lines
        .filter(|line| !line.starts_with("checksum = "))
        .collect()
}

/// Whoever can edit a record can mend its hash as well.
#[test]
fn a_record_whose_hash_was_mended_is_handled_like_a_fresh_reply() {
    let harmless = asked(&reply("A title", "Good text.")).records().remove(0);
    for body in HOSTILE {
        let text = reply("A {{ f() }} <b>title</b>", body);
        let fresh = asked(&text);
        // The record as somebody would forge it: the head of a harmless one, with the hash of the new text.
        let (name, record) = &harmless;
        let record = unsealed(record);
        let (head, _) = record.split_once("+++\nTITLE").unwrap();
        let hash = postwright::record::hash(text.as_bytes());
        let lines = head.lines().map(|line| {
            if line.starts_with("reply = ") {
                format!("reply = \"{hash}\"\n")
            } else {
                format!("{line}\n")
            }
        });
        let forged = lines.collect::<String>() + "+++\n" + &text;
        let stem = &name[..name.rfind('-').unwrap()];
        let short = &hash[..8];
        let sandbox = planted(&format!("{stem}-{short}.md"), &forged);
        let said = sandbox.run(&["generate", "--offline"]);
        let without_record = |post: String| {
            let lines = post.lines().filter(|line| !line.starts_with("reply = "));
            lines.collect::<Vec<_>>().join("\n")
        };
        assert_eq!(
            without_record(sandbox.read(STUB)),
            without_record(fresh.read(STUB)),
            "{body}: {}",
            said.stderr
        );
        let post = sandbox.read(STUB);
        for never in [
            "\n{{ load_data",
            "\n{% leak() %}",
            "\n<script>",
            "\n<iframe",
            "\npath = ",
        ] {
            assert!(!post.contains(never), "{post}");
        }
    }
}

/// Names and paths in a record lead nowhere.
#[test]
fn what_a_record_says_of_its_page_is_a_hint() {
    let (name, record) = asked(&reply("A title", "Good text.")).records().remove(0);
    for path in [
        "../../home/x.md",
        "/etc/x.md",
        "content/_index.md",
        "config.toml",
    ] {
        let moved = record.replace("content/posts/stub-0.md", path);
        let sandbox = planted(&name, &unsealed(&moved));
        let outside = |sandbox: &Sandbox| {
            let mut files = sandbox.snapshot("");
            files.retain(|(path, _)| {
                !path.starts_with(sandbox.path("site/.postwright")) && *path != sandbox.path(STUB)
            });
            files
        };
        let before = outside(&sandbox);
        sandbox.run(&["generate", "--offline"]).expect(0);
        assert!(sandbox.read(STUB).contains("title = \"A title\""));
        assert_eq!(outside(&sandbox), before);
    }
}
