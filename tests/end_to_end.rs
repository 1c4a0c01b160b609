//! The main job on the real generators: the real program makes posts, the real Zola and Hugo build them, and the pages
//! are looked at.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::fs;
use std::path::Path;

use postwright::markdown;
use postwright::{config, reply};
use pulldown_cmark::{Event, Tag, TagEnd};
use rstest::rstest;
use xtask::generators::Program;

mod support;

use support::html::{Page, trim_blocks};
use support::{Sandbox, build, programs};

/// Every post of an example site: the page's path below `public/` and the article it was made from.
fn example_articles(site: &Path) -> Vec<(String, String)> {
    let mut articles = Vec::new();
    for key in fs::read_dir(site.join(".postwright/replies")).unwrap() {
        for file in fs::read_dir(key.unwrap().path()).unwrap() {
            let record = fs::read_to_string(file.unwrap().path()).unwrap();
            let path = record
                .lines()
                .find_map(|line| line.strip_prefix("path = \""))
                .unwrap()
                .trim_end_matches('"')
                .to_owned();
            let reply = record.split_once("\n+++\n").unwrap().1;
            let article = reply::parse(reply, &config::built_in_categories())
                .unwrap()
                .article;
            articles.push((address(&path), article.body));
        }
    }
    articles
}

/// Where the page of `content/…/name.md` stands in the output.
fn address(path: &str) -> String {
    let below = path
        .trim_start_matches("content/")
        .trim_end_matches("/index.md")
        .trim_end_matches(".md");
    let (language, below) = match below.strip_suffix(".de") {
        Some(below) => ("de/", below),
        None => ("", below.strip_prefix("en/").unwrap_or(below)),
    };
    format!("{language}{below}/index.html")
}

#[test]
fn the_demo_shows_every_code_block_character_for_character() {
    let programs = programs();
    let sandbox = Sandbox::new();
    let said = sandbox.run_in(".", &["demo", "made"]).expect(0);
    assert!(said.stdout.contains("zola serve"), "{}", said.stdout);
    assert!(!said.stderr.contains("warning"), "{}", said.stderr);
    for (site, generators) in [
        ("made/zola", vec![&programs.zola, &programs.zola17]),
        ("made/hugo", vec![&programs.hugo]),
    ] {
        let states = sandbox
            .run_in(site, &["status", "--format", "json"])
            .expect(0)
            .json();
        let states = states["pages"].as_array().unwrap();
        assert!(
            states.len() >= 4 && states.iter().all(|page| page["state"] == "written"),
            "{states:?}"
        );
        let site = sandbox.path(site);
        let articles = example_articles(&site);
        for program in generators {
            let public = build(program, &site);
            for (address, body) in &articles {
                let html = fs::read_to_string(public.join(address))
                    .unwrap_or_else(|error| panic!("{address}: {error}"));
                assert_shows(&html, body, program, address);
            }
        }
    }
}

#[test]
fn the_demo_overwrites_nothing() {
    let sandbox = Sandbox::with_files(&[("made/mine.md", "mine")]);
    let said = sandbox.run_in(".", &["demo", "made"]).expect(2);
    assert!(said.stderr.contains("made is not empty"), "{}", said.stderr);
    assert_eq!(sandbox.snapshot("made").len(), 1);
}

/// The page shows the code of an article's body exactly, and nothing of it is live.
#[track_caller]
fn assert_shows(html: &str, body: &str, program: &Program, address: &str) {
    let is_hugo = program.version() == "0.168.0";
    let mut page = Page::read(html, if is_hugo { "hugo" } else { "zola" });
    let mut expected: Vec<String> = markdown::code_blocks(body)
        .into_iter()
        .map(|block| block.text)
        .collect();
    trim_blocks(&mut expected);
    trim_blocks(&mut page.blocks);
    assert_eq!(
        page.blocks,
        expected,
        "the code blocks of {address}, built by {}",
        program.version()
    );
    assert!(!html.contains("<script"), "{address} has a script");
    for heading in headings(body) {
        let text: String = heading.chars().filter(|c| !c.is_whitespace()).collect();
        assert!(
            page.text.contains(&plain(&text)),
            "{address} does not show the heading {text}"
        );
    }
}

/// The headings of a body as its author meant them: what the parser takes for HTML is text.
fn headings(body: &str) -> Vec<String> {
    let mut headings = Vec::new();
    let mut open: Option<String> = None;
    for (event, _) in markdown::events(body) {
        match (event, &mut open) {
            (Event::Start(Tag::Heading { .. }), open) => *open = Some(String::new()),
            (Event::End(TagEnd::Heading(_)), open) => headings.extend(open.take()),
            (Event::Text(text) | Event::Code(text) | Event::InlineHtml(text), Some(heading)) => {
                heading.push_str(&text);
            }
            _ => {}
        }
    }
    headings
}

/// Quotation marks as [`Page::read`] gives them.
fn plain(text: &str) -> String {
    text.replace(['‘', '’'], "'").replace(['“', '”'], "\"")
}

/// A small site of each generator, with templates that print what a page has.
fn small_site(generator: &str) -> Sandbox {
    Sandbox::with_site(&format!("tests/end_to_end/{generator}"))
}

const STUB: &str = "+++\ntopic = \"How do I print braces?\"\ndraft = false\n+++\nKeep it short.\n";

/// A reply whose body is full of what generators trip over.
fn reply() -> String {
    fs::read_to_string(support::repository().join("tests/end_to_end/reply.txt")).unwrap()
}

#[rstest]
#[case::zola("zola", STUB)]
#[case::zola_yaml(
    "zola",
    "---\ntopic: How do I print braces? # a question\nweight: 3\ndraft: false\n---\nKeep it short.\n"
)]
#[case::hugo("hugo", STUB)]
#[case::hugo_yaml(
    "hugo",
    "---\ntopic: How do I print braces? # a question\nweight: 3\ndraft: false\n---\nKeep it short.\n"
)]
#[case::hugo_json(
    "hugo",
    "{\n  \"topic\": \"How do I print braces?\",\n  \"draft\": false\n}\nKeep it short.\n"
)]
fn an_accepted_reply_becomes_a_page(#[case] generator: &str, #[case] stub: &str) {
    let programs = programs();
    let versions = if generator == "zola" {
        vec![&programs.zola, &programs.zola17]
    } else {
        vec![&programs.hugo]
    };
    for program in versions {
        let sandbox = small_site(generator);
        sandbox.install(program, generator);
        sandbox.write("site/content/posts/braces.md", stub);
        sandbox
            .run_with_input(&["accept", "content/posts/braces.md"], &reply())
            .expect(0);
        sandbox.run(&["check", "--strict"]).expect(0);
        let public = build(program, &sandbox.path("site"));
        let html = fs::read_to_string(public.join("posts/braces/index.html")).unwrap();
        let article = reply::parse(&reply(), &config::built_in_categories())
            .unwrap()
            .article;
        assert_shows(&html, &article.body, program, "posts/braces");
        let text = Page::read(&html, generator).text;
        for value in [
            &article.title,
            &article.description,
            &article.tags[0],
            &article.categories[0],
        ] {
            let value: String = plain(value).split_whitespace().collect();
            assert!(
                text.to_lowercase().contains(&value.to_lowercase()),
                "{value} in {text}"
            );
        }
        assert!(
            text.contains("Vec<T>") && text.contains("<your-key>"),
            "{text}"
        );
    }
}

#[test]
fn a_reply_cut_before_its_marker_leaves_the_stub_and_keeps_the_record() {
    for generator in ["zola", "hugo"] {
        let sandbox = small_site(generator);
        sandbox.write("site/content/posts/braces.md", STUB);
        let reply = reply();
        let cut = &reply[..reply.find("</EndOFText>").unwrap()];
        let said = sandbox
            .run_with_input(&["accept", "content/posts/braces.md"], cut)
            .expect(1);
        assert!(said.stderr.contains("incomplete-reply"), "{}", said.stderr);
        assert_eq!(sandbox.read("site/content/posts/braces.md"), STUB);
        let records = sandbox.records();
        assert_eq!(records.len(), 1);
        assert!(records[0].1.ends_with(cut));
        // The whole reply is another record, and makes the post.
        sandbox
            .run_with_input(&["accept", "content/posts/braces.md"], &reply)
            .expect(0);
        assert_eq!(sandbox.records().len(), 2);
    }
}

#[test]
fn ci_makes_the_same_bytes_on_two_machines_and_two_days() {
    for generator in ["zola", "hugo"] {
        let first = small_site(generator);
        first.write("site/content/posts/braces.md", STUB);
        let record_only = first.run_with_input(&["accept", "content/posts/braces.md"], &reply());
        record_only.expect(0);
        first.run(&["restore", "content/posts/braces.md"]).expect(0);
        assert_eq!(first.read("site/content/posts/braces.md"), STUB);

        let mut posts = Vec::new();
        for (day, zone) in [("1800000000", "UTC"), ("1900000000", "Pacific/Auckland")] {
            let mut machine = small_site(generator);
            for (path, bytes) in first.snapshot("site/.postwright/replies") {
                let below = path
                    .strip_prefix(first.path("site"))
                    .unwrap()
                    .display()
                    .to_string();
                machine.write(
                    &format!("site/{below}"),
                    std::str::from_utf8(&bytes).unwrap(),
                );
            }
            machine.write("site/content/posts/braces.md", STUB);
            machine.set("CI", "1");
            machine.set("SOURCE_DATE_EPOCH", day);
            machine.set("TZ", zone);
            machine.run(&["generate"]).expect(0);
            posts.push(machine.read("site/content/posts/braces.md"));
        }
        assert_eq!(posts[0], posts[1]);
        assert!(posts[0].contains("title"));
    }
}

#[test]
fn offline_stubs_without_a_record_fail_unless_they_are_drafts() {
    let sandbox = small_site("zola");
    sandbox.write(
        "site/content/posts/later.md",
        "+++\ntopic = \"Later\"\ndraft = true\n+++\n",
    );
    let said = sandbox.run(&["generate", "--offline"]).expect(0);
    assert!(said.stderr.contains("[no-record]"), "{}", said.stderr);
    sandbox.write(
        "site/content/posts/now.md",
        "+++\ntopic = \"Now\"\ndraft = false\n+++\n",
    );
    sandbox.run(&["generate", "--offline"]).expect(1);
    let json = sandbox
        .run(&["generate", "--offline", "--format", "json"])
        .expect(1)
        .json();
    assert_eq!(json["totals"]["skipped"], 1);
    assert_eq!(json["totals"]["failed"], 1);
}
