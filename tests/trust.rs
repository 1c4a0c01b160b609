//! What a model sends is not trusted: each case in `tests/trust/*.toml` is a reply that tries something. The real program
//! makes posts of them in sites whose shortcodes give secrets away, the real generators build these, and the pages are
//! searched for what must never be there.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use postwright::front_matter::{FrontMatter, SplitRules, split};
use serde::Deserialize;
use xtask::generators::{self, Program};

mod support;

use support::html::Page;
use support::intended::fold;
use support::posts::{outputs, outside, parts, record};
use support::{Sandbox, build};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    title: Option<String>,
    description: Option<String>,
    tags: Option<String>,
    /// Lines among the labels.
    #[serde(default)]
    labels: String,
    #[serde(default = "plain_body")]
    body: String,
    /// What a reader sees of the body, white space aside, among other text.
    #[serde(default)]
    shows: Vec<String>,
    /// What must not be on the page: not in the text, not in the markup.
    #[serde(default)]
    never: Vec<String>,
    /// A rule that has to have found something.
    finding: Option<String>,
    /// The kind of the error with which no post is made.
    refused: Option<String>,
}

fn plain_body() -> String {
    "Plain text.".to_owned()
}

impl Case {
    fn reply(&self) -> String {
        let or =
            |value: &Option<String>, default: &str| value.clone().unwrap_or(default.to_owned());
        format!(
            "TITLE: {}\nMETA_DESCRIPTION: {}\nTAGS: {}\n{}CATEGORIES: Rust\nMARKDOWN_POST_CONTENT:\n{}\n</EndOFText>\n",
            or(&self.title, "A title"),
            or(&self.description, "A description."),
            or(&self.tags, "one, two"),
            self.labels,
            self.body
        )
    }
}

fn cases() -> BTreeMap<String, Case> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(support::repository().join("tests/trust")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let cases: Cases =
            toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let file = path.file_stem().unwrap().to_str().unwrap();
        for case in cases.case {
            let name = format!("{file}-{}", case.name);
            assert!(
                all.insert(name.clone(), case).is_none(),
                "{name} is there twice"
            );
        }
    }
    assert!(all.len() > 60, "only {} cases", all.len());
    all
}

/// In the site's configuration, where a shortcode or a template could read it.
const SECRET: &str = "s3cret-of-the-site";
/// What a shortcode prints.
const LEAK: &str = "LEAKED-BY-A-SHORTCODE";

/// A site with further settings from `tests/settings`, where they are named.
fn site(generator: &str, settings: Option<&str>) -> Sandbox {
    let sandbox = Sandbox::with_site(&format!("tests/end_to_end/{generator}"));
    let mark = |path: &str| {
        let text =
            fs::read_to_string(support::repository().join("tests/faithful").join(path)).unwrap();
        sandbox.write(
            &format!("site/{}", &path[path.find('/').unwrap() + 1..]),
            &text,
        );
    };
    let config = if generator == "zola" {
        mark("zola/templates/page.html");
        for name in ["f", "x", "leak", "figure", "youtube", "data"] {
            sandbox.write(
                &format!("site/templates/shortcodes/{name}.html"),
                &format!("{LEAK}{{{{ load_data(path=\"config.toml\", format=\"plain\") }}}}"),
            );
        }
        "site/config.toml"
    } else {
        mark("hugo/layouts/page.html");
        for name in ["f", "x", "leak", "figure", "youtube", "data"] {
            sandbox.write(
                &format!("site/layouts/_shortcodes/{name}.html"),
                &format!("{LEAK}{{{{ readFile \"hugo.toml\" }}}}{{{{ .Inner }}}}"),
            );
        }
        "site/hugo.toml"
    };
    let text = sandbox.read(config);
    let text = settings.map_or(text.clone(), |name| support::with_settings(&text, name));
    let extra = if generator == "zola" {
        "extra"
    } else {
        "params"
    };
    sandbox.write(
        config,
        &format!("{text}\n[{extra}]\nsecret = \"{SECRET}\"\n"),
    );
    sandbox.write("site/postwright.toml", "categories = [\"Rust\"]\n");
    sandbox
}

#[test]
fn zola_0_22_runs_nothing() {
    run("zola", &generators::all().unwrap().zola, None);
}

#[test]
fn zola_0_22_runs_nothing_with_more_markdown() {
    let zola = generators::all().unwrap().zola;
    run("zola", &zola, Some("zola-all-on"));
}

#[test]
fn zola_0_17_runs_nothing() {
    run("zola", &generators::all().unwrap().zola17, None);
}

#[test]
#[ignore = "no registry has Zola 0.23: it is run where POSTWRIGHT_TEST_ZOLA23 names it"]
fn zola_0_23_runs_nothing() {
    let program = generators::all().unwrap().zola23;
    let program = program.expect("POSTWRIGHT_TEST_ZOLA23 is not set");
    run("zola", &program, None);
    run("zola", &program, Some("zola-all-on"));
}

#[test]
fn hugo_runs_nothing() {
    run("hugo", &generators::all().unwrap().hugo, None);
}

#[test]
fn hugo_runs_nothing_with_more_markdown() {
    let hugo = generators::all().unwrap().hugo;
    run("hugo", &hugo, Some("hugo-all-on"));
}

#[test]
fn hugo_runs_nothing_with_less_markdown() {
    let hugo = generators::all().unwrap().hugo;
    run("hugo", &hugo, Some("hugo-all-off"));
}

fn run(generator: &str, program: &Program, settings: Option<&str>) {
    let cases = cases();
    let sandbox = site(generator, settings);
    sandbox.install(program, generator);
    let replies = cases
        .iter()
        .map(|(name, case)| (name.clone(), case.reply()));
    record(&sandbox, &replies.collect(), None);
    let json = sandbox
        .run(&["generate", "--offline", "--format", "json"])
        .json();
    let mut wrong = String::new();
    let mut written = Vec::new();
    for post in json["posts"].as_array().unwrap() {
        let path = post["path"].as_str().unwrap();
        let name = &path["content/".len()..path.len() - 3];
        let case = &cases[name];
        if let Some(kind) = &case.refused {
            if post["error"]["kind"] != **kind {
                writeln!(wrong, "{name}: not refused: {post}").unwrap();
            }
            fs::remove_file(sandbox.path(&format!("site/{path}"))).unwrap();
            continue;
        }
        if post["state"] != "written" {
            writeln!(wrong, "{name}: {}", post["error"]).unwrap();
            fs::remove_file(sandbox.path(&format!("site/{path}"))).unwrap();
            continue;
        }
        let findings = post["findings"].as_array().unwrap();
        if let Some(rule) = &case.finding
            && !findings.iter().any(|finding| finding["rule"] == **rule)
        {
            writeln!(wrong, "{name}: no {rule} among {findings:?}").unwrap();
        }
        written.push(name.to_owned());
    }
    let before = outside(&sandbox);
    let public = build(program, &sandbox.path("site"));
    assert_eq!(
        before,
        outside(&sandbox),
        "the build wrote outside of its folder"
    );
    for name in &written {
        if let Err(message) = look(&sandbox, name, &cases[name], generator) {
            writeln!(wrong, "{name}: {message}").unwrap();
        }
    }
    for path in outputs(&public) {
        let known = written
            .iter()
            .any(|name| path == format!("{name}/index.html"))
            || ["tags/", "categories/", "posts/", "page/"]
                .iter()
                .any(|folder| path.starts_with(folder));
        if !known || path.contains("..") {
            writeln!(wrong, "a page that nobody asked for: {path}").unwrap();
        }
    }
    assert!(
        wrong.is_empty(),
        "{} {}\n{wrong}",
        program.name(),
        program.version()
    );
}

fn look(sandbox: &Sandbox, name: &str, case: &Case, generator: &str) -> Result<(), String> {
    keys_are_ours(&sandbox.read(&format!("site/content/{name}.md")), generator)?;
    let html = fs::read_to_string(sandbox.path(&format!("site/public/{name}/index.html")))
        .map_err(|error| error.to_string())?;
    let [title, description, tags, _, content] = parts(&html).ok_or("the page has no marks")?;
    for secret in [SECRET, LEAK] {
        if html.contains(secret) {
            return Err(format!("the page gives {secret} away: {html}"));
        }
    }
    let page = Page::read(content, generator);
    let head = Page::read(&format!("<p>{title}{description}{tags}</p>"), generator);
    if !page.live.is_empty() || !head.live.is_empty() {
        return Err(format!("live: {:?}{:?}", page.live, head.live));
    }
    let plain = |text: &str| {
        fold(text)
            .replace(['“', '”'], "\"")
            .replace(['‘', '’'], "'")
    };
    let seen = plain(&page.all);
    for text in &case.shows {
        if !seen.contains(&plain(text)) {
            return Err(format!("{text:?} is not to be seen in {content}"));
        }
    }
    match case.never.iter().find(|text| html.contains(*text)) {
        Some(text) => Err(format!("{text:?} is on the page: {content}")),
        None => Ok(()),
    }
}

/// The front matter has no key but those that a post is given.
fn keys_are_ours(page: &str, generator: &str) -> Result<(), String> {
    let rules = if generator == "zola" {
        SplitRules::Zola
    } else {
        SplitRules::Hugo
    };
    let split = split(page, rules)
        .map_err(|error| error.to_string())?
        .ok_or("no front matter")?;
    let front = FrontMatter::parse(page, &split).map_err(|error| error.to_string())?;
    let ours = [
        "title",
        "description",
        "date",
        "draft",
        "tags",
        "categories",
        "taxonomies",
        "extra",
        "params",
    ];
    match front
        .table()
        .keys()
        .find(|key| !ours.contains(&key.as_str()))
    {
        Some(key) => Err(format!("the front matter has the key {key}")),
        None => Ok(()),
    }
}

/// A reply that ran into a limit is no post, even where a marker that it speaks of looks like the end.
#[test]
fn a_reply_at_its_limit_is_no_post() {
    let reply = "TITLE: A\nMETA_DESCRIPTION: B.\nTAGS: c\nCATEGORIES: Rust\nMARKDOWN_POST_CONTENT:\nText.\n\n</EndOFText>\n\nMore of";
    for (finish, status) in [
        (None, 0),
        (Some("stop"), 0),
        (Some("length"), 1),
        (Some("missing"), 1),
    ] {
        let sandbox = site("zola", None);
        let replies = BTreeMap::from([("cut".to_owned(), reply.to_owned())]);
        record(&sandbox, &replies, finish);
        let said = sandbox.run(&["generate", "--offline"]).expect(status);
        let page = sandbox.read("site/content/cut.md");
        assert_eq!(
            page.contains("topic = \"cut\"\ndraft"),
            status == 1,
            "{finish:?} {page}"
        );
        assert_eq!(
            said.stderr.contains("cut off"),
            status == 1,
            "{}",
            said.stderr
        );
    }
}
