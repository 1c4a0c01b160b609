//! `links` and the gate against duplicates, with the real program, and what the real generators make of the links.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::fs;

mod support;

use support::{Sandbox, build, programs};

const REPLY: &str = "TITLE: Queues in Redis\nMETA_DESCRIPTION: Queues that survive a restart.\nTAGS: redis\nCATEGORIES: Database Management\nMARKDOWN_POST_CONTENT:\nA queue in Redis is lost with a restart, unless Redis persistence is on.\n\nThat is all there is to say about `Redis persistence` here.\n</EndOFText>\n";

/// A site with a post that a person wrote, and a generated one that could link to it.
fn site(config: (&str, &str)) -> Sandbox {
    site_of(config, "+++\ntopic = \"Message queues with Redis\"\n+++\n")
}

/// The same, with this stub for the generated post.
fn site_of(config: (&str, &str), stub: &str) -> Sandbox {
    let sandbox = Sandbox::with_files(&[
        (&format!("site/{}", config.0), config.1),
        ("site/templates/page.html", "{{ page.content | safe }}"),
        (
            "site/templates/section.html",
            "{{ section.content | safe }}",
        ),
        ("site/templates/index.html", "x"),
        ("site/layouts/page.html", "{{ .Content }}"),
        ("site/layouts/home.html", "x"),
        ("site/layouts/section.html", "x"),
        ("site/content/_index.md", "+++\n+++\n"),
        ("site/content/posts/_index.md", "+++\n+++\n"),
        (
            "site/content/posts/redis.md",
            "+++\ntitle = \"Redis persistence: AOF and RDB\"\ndate = 2026-01-01\n+++\nText.\n",
        ),
        ("site/content/posts/queue.md", stub),
        ("reply.txt", REPLY),
    ]);
    sandbox
        .run(&[
            "accept",
            "content/posts/queue.md",
            "--reply",
            "../reply.txt",
        ])
        .expect(0);
    sandbox
}

const ZOLA: (&str, &str) = ("config.toml", "base_url = \"https://x.example\"\n");
const HUGO: (&str, &str) = (
    "hugo.toml",
    "baseURL = \"https://x.example/\"\ndisableKinds = [\"taxonomy\", \"term\", \"rss\", \"sitemap\"]\n",
);

#[test]
fn links_are_added_to_posts_that_nobody_has_edited_and_lead_to_their_pages() {
    let programs = programs();
    for (config, program, shown) in [
        (ZOLA, &programs.zola, "https://x.example/posts/redis/"),
        (HUGO, &programs.hugo, "/posts/redis/"),
    ] {
        let sandbox = site(config);
        let before = sandbox.snapshot("site");
        let told = sandbox.run(&["links", "--format", "json"]).expect(0).json();
        assert_eq!(told["orphans"].as_array().unwrap().len(), 2, "{told}");
        let suggested = &told["suggestions"];
        assert_eq!(suggested[0]["phrase"], "Redis persistence", "{told}");
        assert_eq!(suggested[0]["applied"], false);
        assert!(
            sandbox.snapshot("site") == before,
            "a report writes nothing"
        );

        let said = sandbox.run(&["links", "--fix"]).expect(0);
        assert!(said.stderr.contains("added 1 link"), "{}", said.stderr);
        // The page is no dead end any more.
        let ends = said.stdout.split("dead ends").nth(1).unwrap();
        assert!(
            !ends.contains("content/posts/queue.md  Q"),
            "{}",
            said.stdout
        );
        let post = sandbox.read("site/content/posts/queue.md");
        assert!(post.contains("unless [Redis persistence]("), "{post}");
        assert!(post.contains("about `Redis persistence` here"), "{post}");
        // The other page is a person's.
        let page = sandbox.read("site/content/posts/redis.md");
        assert!(page.ends_with("+++\nText.\n"), "{page}");

        let status = sandbox
            .run(&["status", "--format", "json"])
            .expect(0)
            .json();
        assert_eq!(status["pages"][0]["state"], "written");
        sandbox.run(&["check", "--strict"]).expect(0);
        let again = sandbox.run(&["links", "--fix"]).expect(0);
        assert!(!again.stderr.contains("added"), "{}", again.stderr);
        assert_eq!(sandbox.read("site/content/posts/queue.md"), post);

        let public = build(program, &sandbox.path("site"));
        let html = fs::read_to_string(public.join("posts/queue/index.html")).unwrap();
        let link = format!("<a href=\"{shown}\">Redis persistence</a>");
        assert!(
            html.replace("href=https", "href=\"https").contains(&link),
            "{html}"
        );
    }
}

/// A link that was added is no part of the reply, and no edit to be in conflict with it.
#[test]
fn a_link_that_was_added_stays_where_edits_are_merged() {
    for config in [ZOLA, HUGO] {
        let sandbox = site(config);
        sandbox.run(&["links", "--fix"]).expect(0);
        let refresh = [
            "generate",
            "--refresh",
            "--offline",
            "content/posts/queue.md",
        ];
        let edits = [
            ("Queues that survive a restart.", "Mine."),
            ("A queue in Redis is lost", "A queue in Redis goes"),
            ("That is all there is", "This is all there is"),
        ];
        for (from, to) in edits {
            let post = sandbox.read("site/content/posts/queue.md");
            assert!(post.contains("\nbase = ") && post.contains(from), "{post}");
            let edited = post.replace(from, to);
            sandbox.write("site/content/posts/queue.md", &edited);
            sandbox.run(&refresh).expect(0);
            let merged = sandbox.read("site/content/posts/queue.md");
            assert!(merged.contains("[Redis persistence]("), "{merged}");
            assert!(merged.contains(to), "{merged}");
            assert!(!merged.contains("\nbase = "), "{merged}");
            sandbox.run(&["records", "verify"]).expect(0);
            sandbox.write("site/content/posts/queue.md", &post);
        }
        // What edits are told from is in use.
        sandbox
            .run(&["records", "prune", "--all", "--yes"])
            .expect(0);
        let post = sandbox.read("site/content/posts/queue.md");
        let edited = post.replace("That is all", "This is all");
        sandbox.write("site/content/posts/queue.md", &edited);
        sandbox.run(&refresh).expect(0);
    }
}

#[test]
fn no_link_is_added_where_the_rules_would_find_an_error() {
    let sandbox = site(ZOLA);
    let post = sandbox.read("site/content/posts/queue.md");
    let config = "[check.few-words]\nseverity = \"error\"\n[post]\nmin_words = 500\n";
    sandbox.write("site/postwright.toml", config);
    let said = sandbox.run(&["links", "--fix"]).expect(1);
    assert!(
        said.stderr
            .contains("no link was added: the post would have an error"),
        "{}",
        said.stderr
    );
    assert_eq!(sandbox.read("site/content/posts/queue.md"), post);
}

#[test]
fn a_line_at_the_end_has_the_line_ends_of_the_page() {
    let sandbox = site(ZOLA);
    let path = "site/content/posts/queue.md";
    sandbox.write(
        path,
        "+++\r\ntopic = \"Redis persistence in short\"\r\n+++\r\n",
    );
    let reply = REPLY
        .replace("Queues in Redis", "Redis persistence in short")
        .replace(", unless Redis persistence is on", "");
    sandbox.write("reply.txt", &reply);
    let accept = [
        "accept",
        "content/posts/queue.md",
        "--reply",
        "../reply.txt",
    ];
    sandbox.run(&accept).expect(0);
    sandbox.run(&["links", "--fix"]).expect(0);
    let post = sandbox.read(path);
    assert!(post.contains("\r\n\r\nSee also: ["), "{post:?}");
    assert!(!post.replace("\r\n", "").contains('\n'), "{post:?}");
}

#[test]
fn a_post_that_was_only_published_is_nobodys_edit() {
    for (config, published) in [
        (ZOLA, ""),
        (ZOLA, "draft = false\n"),
        (HUGO, ""),
        (HUGO, "draft = false # at last\n"),
    ] {
        let sandbox = site_of(
            config,
            "+++\ntopic = \"Message queues with Redis\"\ndraft = true\n+++\n",
        );
        let post = sandbox.read("site/content/posts/queue.md");
        assert!(post.contains("draft = true\n"), "{post}");
        let released = post.replace("draft = true\n", published);
        sandbox.write("site/content/posts/queue.md", &released);
        let state = || {
            let told = sandbox
                .run(&["status", "--format", "json"])
                .expect(0)
                .json();
            told["pages"][0]["state"].to_string() + &told["pages"][0]["edited"].to_string()
        };
        let before = state();
        let said = sandbox.run(&["links", "--fix"]).expect(0);
        assert!(said.stderr.contains("added 1 link"), "{}", said.stderr);
        let linked = sandbox.read("site/content/posts/queue.md");
        assert!(linked.contains("unless [Redis persistence]("), "{linked}");
        assert!(!linked.contains("draft = true"), "{linked}");
        assert!(linked.contains(published), "{linked}");
        assert_eq!(state(), before);
        // A post that is made again stays published.
        sandbox
            .run(&[
                "generate",
                "--offline",
                "--refresh",
                "content/posts/queue.md",
            ])
            .expect(0);
        let again = sandbox.read("site/content/posts/queue.md");
        assert!(!again.contains("draft = true"), "{again}");
    }
}

#[test]
fn an_edited_post_is_left_to_its_editor() {
    let sandbox = site(ZOLA);
    let post = sandbox.read("site/content/posts/queue.md");
    let edited = post.replace("A queue in Redis", "A queue within Redis");
    sandbox.write("site/content/posts/queue.md", &edited);
    let said = sandbox.run(&["links", "--fix"]).expect(0);
    assert!(
        said.stdout
            .contains("the post was edited since it was written"),
        "{}",
        said.stdout
    );
    assert_eq!(sandbox.read("site/content/posts/queue.md"), edited);
}

#[test]
fn no_page_of_the_examples_is_an_orphan_and_every_link_leads_to_a_page() {
    let programs = programs();
    let sandbox = Sandbox::new();
    sandbox.run_in(".", &["demo", "made"]).expect(0);
    for (site, program) in [
        ("made/zola", &programs.zola),
        ("made/zola", &programs.zola17),
        ("made/hugo", &programs.hugo),
    ] {
        let told = sandbox
            .run_in(site, &["links", "--format", "json"])
            .expect(0)
            .json();
        assert_eq!(told["orphans"].as_array().unwrap().len(), 0, "{told}");
        assert!(told["pages"].as_u64().unwrap() >= 6, "{told}");
        let public = build(program, &sandbox.path(site));
        let (mut posts, mut internal) = (0, 0);
        for entry in walkdir::WalkDir::new(&public) {
            let entry = entry.unwrap();
            if entry.file_name() != "index.html" {
                continue;
            }
            posts += 1;
            let html = fs::read_to_string(entry.path()).unwrap();
            for piece in html.split("href=").skip(1) {
                let address = piece.trim_start_matches('"');
                let address = address.split(['"', '>', ' ']).next().unwrap();
                let path = address
                    .strip_prefix("https://tidewater.example")
                    .or_else(|| address.strip_prefix("https://plainmachines.example"))
                    .or(Some(address)
                        .filter(|address| address.starts_with('/') && !address.starts_with("//")));
                let Some(path) = path else { continue };
                let path = path.split(['#', '?']).next().unwrap().trim_matches('/');
                internal += 1;
                let target = public.join(path);
                assert!(
                    target.is_file() || target.join("index.html").is_file(),
                    "{}: {address}",
                    entry.path().display()
                );
            }
        }
        assert!(
            posts > 8 && internal > 40,
            "{posts} pages, {internal} links"
        );
    }
    let zola = sandbox.read("made/zola/content/posts/redis-persistence.md");
    assert!(zola.contains("](@/posts/fsync.md)"), "{zola}");
    let hugo = sandbox.read("made/hugo/content/en/posts/dns-lookup/index.md");
    assert!(
        hugo.contains("]({{< relref \"/posts/moving-a-server.md\" >}})"),
        "{hugo}"
    );
}

/// A site with a page on SSH keys and these stubs, each a draft.
fn with_stubs(stubs: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::with_files(&[
        ("site/config.toml", ZOLA.1),
        ("site/content/posts/_index.md", "+++\n+++\n"),
        (
            "site/content/posts/ssh.md",
            "+++\ntitle = \"SSH keys: a setup guide\"\ndate = 2026-01-01\n+++\nText.\n",
        ),
    ]);
    for (name, topic) in stubs {
        sandbox.write(
            &format!("site/content/posts/{name}.md"),
            &format!("+++\ntopic = \"{topic}\"\ndraft = true\n+++\n"),
        );
    }
    sandbox
}

/// The stubs of a run with what became of them.
fn states(said: &support::Said) -> Vec<String> {
    let told = said.json();
    let posts = told["posts"].as_array().unwrap().iter();
    posts
        .map(|post| {
            let path = post["path"]
                .as_str()
                .unwrap()
                .trim_start_matches("content/posts/");
            let kind = post["error"]["kind"].as_str().unwrap_or("-");
            format!("{path} {} {kind}", post["state"].as_str().unwrap())
        })
        .collect()
}

#[test]
fn what_the_site_says_already_is_not_asked_for() {
    let stubs = [
        ("a", "How do I set up SSH keys"),
        ("b", "How to rotate SSH keys"),
        ("c", "Rotating SSH keys"),
    ];
    let sandbox = with_stubs(&stubs);
    let dry = ["generate", "--dry-run", "--format", "json"];
    let said = sandbox.run(&dry).expect(0);
    let held = [
        "a.md skipped covered-already",
        "b.md planned -",
        "c.md skipped covered-already",
    ];
    assert_eq!(states(&said), held);
    let told = said.json();
    let error = &told["posts"][0]["error"];
    let message = error["message"].as_str().unwrap();
    assert_eq!(
        message,
        "the page content/posts/ssh.md is on the same: `SSH keys: a setup guide`"
    );
    let help = error["help"].as_str().unwrap();
    assert!(
        help.contains("--allow-duplicates content/posts/a.md"),
        "{help}"
    );
    let other = told["posts"][2]["error"]["message"].as_str().unwrap();
    assert!(
        other.starts_with("the stub content/posts/b.md asks for the same"),
        "{other}"
    );

    let all = sandbox.run(&[
        "generate",
        "--dry-run",
        "--allow-duplicates",
        "--format",
        "json",
    ]);
    assert_eq!(
        states(&all.expect(0)),
        ["a.md planned -", "b.md planned -", "c.md planned -"]
    );
    // Offline nothing is asked either, and the author hears the better reason.
    let offline = sandbox
        .run(&["generate", "--offline", "--format", "json"])
        .expect(0);
    assert_eq!(states(&offline)[0], "a.md skipped covered-already");
    assert_eq!(states(&offline)[1], "b.md skipped no-record");
}

#[test]
fn only_what_is_meant_or_paid_for_holds_a_stub_back() {
    let stubs = [("b", "How to rotate SSH keys"), ("c", "Rotating SSH keys")];
    let sandbox = with_stubs(&stubs);
    let dry = |path: &str| {
        let arguments = ["generate", "--dry-run", "--format", "json", path];
        states(&sandbox.run(&arguments).expect(0))
    };
    // The other one was not chosen, and may never be.
    assert_eq!(dry("content/posts/c.md"), ["c.md planned -"]);
    // A part of a reply is worth more than the order of the paths.
    sandbox
        .run_with_input(&["accept", "content/posts/c.md"], "TITLE: Half a reply\n")
        .expect(1);
    assert_eq!(dry("content/posts/b.md"), ["b.md skipped covered-already"]);
    assert_eq!(
        dry("content/posts"),
        ["b.md skipped covered-already", "c.md planned -"]
    );
    // Nor is it given up for a page that is there.
    sandbox.write(
        "site/content/posts/rotation.md",
        "+++\ntitle = \"Rotating SSH keys\"\ndate = 2026-01-01\n+++\nText.\n",
    );
    assert_eq!(dry("content/posts/c.md"), ["c.md planned -"]);
}

#[test]
fn what_is_paid_for_becomes_a_post_all_the_same() {
    let sandbox = with_stubs(&[("a", "How do I set up SSH keys")]);
    sandbox.write("reply.txt", REPLY);
    sandbox
        .run(&["accept", "content/posts/a.md", "--reply", "../reply.txt"])
        .expect(0);
    sandbox.run(&["restore", "content/posts/a.md"]).expect(0);
    let said = sandbox
        .run(&["-v", "generate", "--format", "json"])
        .expect(0);
    assert_eq!(states(&said), ["a.md written -"]);
    assert!(
        !said.stderr.contains("to know what the site has"),
        "{}",
        said.stderr
    );
}

#[test]
fn the_site_is_read_only_where_something_is_to_be_asked() {
    let sandbox = with_stubs(&[("a", "How to rotate SSH keys")]);
    let reads = |arguments: &[&str]| {
        let said = sandbox.run(arguments);
        said.stderr.contains("to know what the site has")
    };
    assert!(reads(&["-v", "generate", "--dry-run"]));
    for arguments in [
        ["-v", "status"].as_slice(),
        &["-v", "generate", "--offline", "--allow-duplicates"],
        &["-v", "check"],
        &["-v", "explain", "similar-topic"],
    ] {
        assert!(!reads(arguments), "{arguments:?}");
    }
}
