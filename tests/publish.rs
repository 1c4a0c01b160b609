//! Publishing goes by what `check` says: right after a run, `check` finds in the posts what the run has told.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

mod support;

use std::collections::BTreeMap;

use postwright::check::elsewhere;
use rstest::rstest;
use serde_json::Value;

use support::{Sandbox, posts};

/// Bodies in which something is found, and some in which nothing is.
const BODIES: &[&str] = &[
    "## First\n\nPlain text, nothing else.\n",
    "See [below](#nowhere) and [here](#first).\n\n## First\n\nText.\n",
    "See [the other](https://example.org/posts/body-1/) and [none](/posts/none/), or ![](missing.png).\n",
    "## A\n\n#### B\n\nClick [here](https://example.com), [TODO](https://example.com/TODO).\n\n**C**\n\nText\u{a0}with `code `.\n",
    "| a | b |\n|---|---|\n| 1 | 2 | 3 |\n\nCosts $5 and {{ x }}, {% if %}, {{< y >}}.\n",
    "* one\n- two\n\n```\ncode\n```\n\n<script>alert(1)</script>\n\n[^1] and <b>bold\n",
];

fn reply(title: &str, body: &str) -> String {
    format!(
        "TITLE: {title}\nDESCRIPTION: What {title} is about, in one sentence.\nTAGS: one, two\nCATEGORIES: Tutorials\n\
         MARKDOWN_POST_CONTENT:\n{body}\n</EndOFText>\n"
    )
}

fn site(generator: &str, replies: &BTreeMap<String, String>) -> Sandbox {
    let sandbox = Sandbox::with_site(&format!("tests/end_to_end/{generator}"));
    posts::record(&sandbox, replies, Some("stop"));
    sandbox
}

/// The findings of rules, by page, as they are written; without what was said of the reply and its conversion.
fn of_rules<'v>(findings: impl Iterator<Item = &'v Value>) -> BTreeMap<String, Vec<Value>> {
    let mut pages: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for finding in findings {
        // A note is about what the reply had, which is in the file no more.
        let is_note = finding["span"].is_null();
        if !is_note && elsewhere(finding["rule"].as_str().unwrap()).is_none() {
            let path = finding["path"].as_str().unwrap().to_owned();
            pages.entry(path).or_default().push(finding.clone());
        }
    }
    pages
}

fn only(findings: &BTreeMap<String, Vec<Value>>, path: &str) -> BTreeMap<String, Vec<Value>> {
    BTreeMap::from([(path.to_owned(), findings[path].clone())])
}

#[track_caller]
fn same(told: &BTreeMap<String, Vec<Value>>, found: &BTreeMap<String, Vec<Value>>) {
    let (told, found): (Vec<&Value>, Vec<&Value>) = (
        told.values().flatten().collect(),
        found.values().flatten().collect(),
    );
    for finding in &told {
        assert!(found.contains(finding), "only told: {finding:#}");
    }
    for finding in &found {
        assert!(told.contains(finding), "only found: {finding:#}");
    }
    assert_eq!(told, found, "another order");
}

#[rstest]
#[case("zola")]
#[case("hugo")]
fn check_finds_in_a_post_what_publishing_has_told(#[case] generator: &str) {
    let replies: BTreeMap<String, String> = BODIES
        .iter()
        .enumerate()
        .map(|(number, body)| {
            // Two have one title, and two nearly one text.
            let title = format!("The Title of Post {}", number.min(BODIES.len() - 2));
            let long: String = (0..90).map(|word| format!("word{word} ")).collect();
            let body = if number < 2 {
                format!("{body}\n{long}\n")
            } else {
                (*body).to_owned()
            };
            (format!("posts/body-{number}"), reply(&title, &body))
        })
        .collect();
    let sandbox = site(generator, &replies);
    let draft = sandbox
        .read("site/content/posts/body-3.md")
        .replace("false", "true");
    sandbox.write("site/content/posts/body-3.md", &draft);

    let run = sandbox.run(&["generate", "--offline", "--format", "json"]);
    let run = run.json();
    let posts = run["posts"].as_array().unwrap();
    let written: Vec<&Value> = posts
        .iter()
        .filter(|post| post["state"] == "written")
        .collect();
    assert_eq!(written.len(), BODIES.len(), "{run:#}");
    let told = of_rules(
        written
            .iter()
            .flat_map(|post| post["findings"].as_array().unwrap()),
    );

    // Each post as it is told of is the one among the posts before it; a second look at the first is one among all.
    let again = sandbox.run(&["generate", "--offline", "--refresh", "--format", "json"]);
    let again = again.json();
    let posts = again["posts"].as_array().unwrap();
    let unchanged = posts.iter().filter(|post| post["state"] == "unchanged");
    let again = of_rules(unchanged.flat_map(|post| post["findings"].as_array().unwrap()));

    let check = sandbox.run(&["check", "--format", "json"]).json();
    let all = check["findings"].as_array().unwrap();
    assert!(all.iter().all(|finding| !finding["span"].is_null()));
    let mut found = of_rules(all.iter());
    found.retain(|path, _| path.contains("/body-"));
    same(&again, &found);
    let last = format!("content/posts/body-{}.md", BODIES.len() - 1);
    same(&only(&told, &last), &only(&found, &last));
    let rules: Vec<&str> = found
        .values()
        .flatten()
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    for rule in ["similar-title", "similar-body"] {
        assert!(rules.contains(&rule), "{rules:?}");
    }
}

#[rstest]
#[case("zola")]
#[case("hugo")]
fn a_post_at_the_address_of_another_page_is_refused(#[case] generator: &str) {
    let name = "posts/taken".to_owned();
    let sandbox = site(
        generator,
        &BTreeMap::from([(name, reply("A Post", BODIES[0]))]),
    );
    let page = "+++\ntitle = \"Page\"\ndate = 2024-01-01\nslug = \"taken\"\n+++\nText.\n";
    sandbox.write("site/content/posts/page.md", page);
    let stub = sandbox.read("site/content/posts/taken.md");

    let run = sandbox
        .run(&["generate", "--offline", "--format", "json"])
        .expect(1)
        .json();
    let post = &run["posts"][0];
    assert_eq!(post["error"]["kind"], "check-failed", "{run:#}");
    assert!(
        post["error"]["message"]
            .as_str()
            .unwrap()
            .contains("content/posts/page.md has")
    );
    assert_eq!(sandbox.read("site/content/posts/taken.md"), stub);

    // The page goes, and the reply that was kept becomes a post.
    std::fs::remove_file(sandbox.path("site/content/posts/page.md")).unwrap();
    sandbox.run(&["generate", "--offline"]).expect(0);
}

/// A link may name a place in the page that it leads to, where there is such a place.
#[rstest]
#[case::zola("zola", "@/posts/tides.md")]
#[case::hugo("hugo", "{{< relref \"/posts/tides.md\" >}}")]
fn a_link_keeps_the_place_in_a_page_that_has_it(#[case] generator: &str, #[case] dest: &str) {
    let sandbox = Sandbox::with_site(&format!("tests/end_to_end/{generator}"));
    sandbox.write(
        "site/content/posts/tides.md",
        "+++\ntitle = \"Tides of the North Sea\"\ndate = 2024-01-01\n+++\n## Neap tides\n\nLow ones.\n",
    );
    sandbox.write(
        "site/content/posts/boat.md",
        "+++\ntopic = \"Sailing with the tides of the North Sea\"\ndraft = true\n+++\n",
    );
    let tides = "content/posts/tides.md";
    let body = format!(
        "See [neap]({tides}#neap-tides), [spring]({tides}#spring-tides) and [all]({tides}).\n"
    );
    let reply = reply("Sailing with the Tides", &body);
    let accept = ["accept", "content/posts/boat.md"];
    sandbox.run_with_input(&accept, &reply).expect(0);
    let post = sandbox.read("site/content/posts/boat.md");
    let line = format!("See [neap]({dest}#neap-tides), [spring]({dest}) and [all]({dest}).");
    assert!(post.contains(&line), "{post}");
    let programs = xtask::generators::all().unwrap();
    let program = if generator == "zola" {
        &programs.zola
    } else {
        &programs.hugo
    };
    sandbox.write(
        "site/content/posts/boat.md",
        &post.replace("draft = true", "draft = false"),
    );
    let public = support::build(program, &sandbox.path("site"));
    let html = std::fs::read_to_string(public.join("posts/boat/index.html")).unwrap();
    assert!(html.contains("/posts/tides/#neap-tides"), "{html}");
}

/// A title that is taken can only be found among the other pages.
#[rstest]
#[case("similar-title", "Text.\n")]
fn what_the_site_makes_an_error_refuses_a_draft_too(#[case] rule: &str, #[case] body: &str) {
    let name = "posts/draft".to_owned();
    let sandbox = site("zola", &BTreeMap::from([(name, reply("A Post", body))]));
    sandbox.write(
        "site/content/posts/page.md",
        "+++\ntitle = \"A post\"\ndate = 2024-01-01\n+++\n",
    );
    sandbox.write(
        "site/postwright.toml",
        &format!("[check.{rule}]\nseverity = \"error\"\n"),
    );
    let stub = sandbox
        .read("site/content/posts/draft.md")
        .replace("false", "true");
    sandbox.write("site/content/posts/draft.md", &stub);
    let run = sandbox
        .run(&["generate", "--offline", "--format", "json"])
        .expect(1)
        .json();
    assert_eq!(run["posts"][0]["error"]["kind"], "check-failed", "{run:#}");
    assert_eq!(sandbox.read("site/content/posts/draft.md"), stub);
}
