//! Rules on pages. Each folder in `tests/check/` is a site, `site/`, of the version in `version`, and cases: a page
//! `NAME.md`, what is found in it, `NAME.json`, and the page after all safe fixes, `NAME.fixed.md`, where that differs.
//! Where there is a file `select`, the rules named in it run, and no others.
//! `SNAPSHOTS=overwrite cargo test --test check` writes the latter two; read them before they are committed.

#![allow(clippy::disallowed_methods, reason = "tests prepare their own folders")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use postwright::body::{self, Surroundings};
use postwright::check::{self, Page, RULES, Selection, SitePages};
use postwright::config::{self, Flags, RawConfig};
use postwright::content;
use postwright::disk::Folder;
use postwright::finding::{Applicability, Finding, Severity};
use postwright::fix;
use postwright::generator;
use postwright::site::{Site, SitePath, Version};
use proptest::prelude::*;
use pulldown_cmark::Event;

/// Fixes may make room for others; `check --fix` stops after as many rounds.
const ROUNDS: usize = 10;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check")
}

/// The sites, in order.
fn sites() -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    dirs.sort();
    assert!(dirs.len() > 2);
    dirs
}

fn open(dir: &Path) -> Site {
    let version = Version::find(&fs::read_to_string(dir.join("version")).unwrap());
    let root = dir.join("site");
    generator::open(&root, &Folder::new(&root), None, version, |_| None).unwrap()
}

/// The rules that run in a site: those in its file `select`, else those that run by default.
fn selection(site: &Site) -> Selection {
    let Ok(names) = fs::read_to_string(site.root.join("../select")) else {
        return Selection::default();
    };
    let names: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
    let none = RawConfig::default;
    let config = config::resolve(none(), none(), Flags::default()).unwrap();
    Selection::new(&config, &names, &[]).unwrap()
}

/// What the selected rules find in a page of the site.
fn look(site: &Site, text: &str) -> Vec<Finding> {
    let selection = selection(site);
    let path = SitePath::new("content/posts/case.md");
    let today = jiff::civil::date(2026, 6, 1);
    let read_start = |_: &str| None;
    let mut pages = SitePages::new(site, &read_start);
    for (below, text) in [
        ("about.md", "+++\ntitle = \"About\"\n+++\n"),
        (
            "posts/draft.md",
            "+++\ntitle = \"Draft\"\ndraft = true\n+++\n",
        ),
        ("posts/_index.md", "+++\nsort_by = \"date\"\n+++\n"),
        ("posts/case.md", text),
    ] {
        let page = content::Page {
            path: SitePath::new(format!("content/{below}")),
            file: site.root.join("content").join(below),
            root: 0,
            below: below.to_owned(),
            language: "en".to_owned(),
        };
        pages.add(&page, Some(text), today);
    }
    pages.complete();
    let page = Page::parse(&path, text, "en", site, today).among(&pages);
    let mut findings = check::check(&page, &selection);
    let together = check::check_site(&pages, &selection);
    findings.extend(together.into_iter().filter(|finding| finding.path == path));
    findings.sort_by_key(|finding| finding.span.as_ref().map_or(0, |span| span.start));
    findings
}

/// The page after all safe fixes.
fn fixed(site: &Site, text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..ROUNDS {
        let done = fix::apply(&text, &look(site, &text), Applicability::Safe);
        if done.applied == 0 {
            break;
        }
        text = done.text;
    }
    text
}

/// A body as a post would have it.
fn converted(site: &Site, body: &str) -> String {
    let dialect = site.generator.dialect(site.version);
    let surroundings = Surroundings {
        heading_id: &|text| site.heading_id(text),
        has_image: &|_| false,
    };
    body::convert(body, "The title", &dialect, surroundings).body
}

fn is_safely_fixable(finding: &Finding) -> bool {
    finding
        .fix
        .as_ref()
        .is_some_and(|fix| fix.applicability == Applicability::Safe)
}

/// The findings as they are recorded: a line each.
fn record(text: &str, findings: &[Finding]) -> String {
    let lines: Vec<String> = findings
        .iter()
        .map(|finding| {
            let line = finding
                .span
                .as_ref()
                .map_or(0, |span| text[..span.start].matches('\n').count() + 1);
            let value = serde_json::json!({
                "rule": finding.rule,
                "severity": finding.severity.as_str(),
                "line": line,
                "at": finding.span.clone().map(|span| postwright::text::escape(&text[span]).into_owned()),
            });
            format!("  {value}")
        })
        .collect();
    if lines.is_empty() {
        "[]\n".to_owned()
    } else {
        format!("[\n{}\n]\n", lines.join(",\n"))
    }
}

/// Compares a file with what it should hold, or writes it where that was asked for; `None` means that there is none.
fn compare(path: &Path, actual: Option<&str>, wrong: &mut Vec<String>) {
    let expected = fs::read_to_string(path).ok();
    if expected.as_deref() == actual {
        return;
    }
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite");
    match actual {
        Some(actual) if overwrite => fs::write(path, actual).unwrap(),
        None if overwrite => fs::remove_file(path).unwrap(),
        _ => wrong.push(format!(
            "{}:\nexpected: {expected:?}\nactual:   {actual:?}",
            path.display()
        )),
    }
}

#[test]
fn cases_are_found_and_fixed_as_recorded() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for dir in sites() {
        let site = open(&dir);
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(&dir).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if !matches!(name.as_str(), "site" | "version" | "select") {
                names.insert(name.split('.').next().unwrap().to_owned());
            }
        }
        for name in names {
            let Ok(text) = fs::read_to_string(dir.join(format!("{name}.md"))) else {
                wrong.push(format!("{}: {name} has no page", dir.display()));
                continue;
            };
            let findings = look(&site, &text);
            seen.extend(findings.iter().map(|finding| finding.rule));
            compare(
                &dir.join(format!("{name}.json")),
                Some(&record(&text, &findings)),
                &mut wrong,
            );
            let after = fixed(&site, &text);
            let changed = (after != text).then_some(after.as_str());
            compare(&dir.join(format!("{name}.fixed.md")), changed, &mut wrong);
            if let Some(left) = look(&site, &after)
                .iter()
                .find(|finding| is_safely_fixable(finding))
            {
                wrong.push(format!(
                    "{}: {name}: `{}` is left after its fix",
                    dir.display(),
                    left.rule
                ));
            }
        }
    }
    for rule in RULES {
        // What these look at is not in a page of this name: the unit tests have them.
        if matches!(
            rule.name(),
            "section-keys"
                | "index-beside-section"
                | "dotted-name"
                | "not-a-page"
                | "missing-sort-key"
                | "missing-theme"
                | "similar-topic"
                | "similar-body"
        ) {
            continue;
        }
        if !seen.contains(rule.name()) {
            wrong.push(format!("no case has a finding of `{}`", rule.name()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What a page is to its readers: its body's events, with texts joined.
fn shown(page: &str) -> Vec<String> {
    let body = page.split_once("\n+++\n").map_or("", |(_, body)| body);
    let mut shown: Vec<String> = Vec::new();
    let mut was_text = false;
    for (event, _) in postwright::markdown::events(body) {
        match (&event, shown.last_mut()) {
            (Event::Text(text), Some(last)) if was_text => last.push_str(text),
            (Event::Text(text), _) => shown.push(text.to_string()),
            _ => shown.push(format!("{event:?}")),
        }
        was_text = matches!(event, Event::Text(_));
    }
    shown
}

#[test]
fn layout_of_real_pages_is_not_seen() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = 0;
    let mut left: Vec<PathBuf> = ["tests/body", "tests/check", "site-example"]
        .map(|below| root.join(below))
        .into();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(
                fs::read_dir(&path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let Ok(text) = fs::read_to_string(&path) else {
                continue;
            };
            let body = text.split_once("\n+++\n").map_or(&*text, |(_, body)| body);
            let page = format!("{FRONT}{body}");
            for dir in sites()
                .into_iter()
                .filter(|dir| dir.join("select").exists())
            {
                let site = open(&dir);
                let after = fixed(&site, &page);
                assert_eq!(shown(&page), shown(&after), "{}", path.display());
                assert_eq!(fixed(&site, &after), after, "{}", path.display());
                pages += 1;
            }
        }
    }
    assert!(pages > 50, "{pages}");
}

#[test]
fn every_rule_is_explained_and_listed_once() {
    let mut names = BTreeSet::new();
    for rule in RULES {
        assert!(
            names.insert(rule.name()),
            "`{}` is there twice",
            rule.name()
        );
        assert!(
            !rule.summary().ends_with('.'),
            "the summary of `{}` is no sentence",
            rule.name()
        );
        let page = rule.explanation();
        assert!(
            page.contains("0.22") || page.contains("0.168.0") || rule.name().starts_with("stub"),
            "`{}` names no version",
            rule.name()
        );
        assert!(page.contains("```"), "`{}` shows no example", rule.name());
    }
}

const FRONT: &str = "+++\ntitle = \"A\"\ndate = 2026-01-02\n+++\n\n";

/// Pieces of Markdown, of HTML and of template languages, and what models leave behind.
fn bodies() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "B ",
        " ",
        "\n",
        "\n\n",
        "\n\n",
        "- ",
        "> ",
        "1. ",
        "    ",
        "\t",
        "# ",
        "## ",
        "\n# Foo\n",
        "\n## Foo\n",
        "## What's new\n",
        "`",
        "``",
        "```",
        "\n```\n",
        "\n```js {1,3}\n",
        "~~~",
        "\n````{.python}\n",
        "*",
        "**",
        "_",
        "~",
        "[",
        "](",
        ")",
        "[a]()",
        "[a](#foo)",
        "[a](#whats-new)",
        "[a](#Foo)",
        "[a](@/x.md)",
        "[a](javascript:x)",
        "![",
        "[^1]",
        "\n[^1]: b\n",
        "\n[b]: ",
        "<",
        ">",
        "</",
        "/>",
        "<T>",
        "<b>",
        "</b>",
        "<div>",
        "\n<div>\n",
        "</div>",
        "<!--",
        "-->",
        "<dyn Error>",
        "<your-key>",
        "<br>",
        "<think>",
        "</think>",
        "\n<script>\n",
        "<a href=\"x\">",
        "&lt;",
        "&",
        "\\",
        "{",
        "}",
        "{a}",
        "{}",
        "{#x}",
        "\n## x {a, b}\n",
        "{{ f() }}",
        "{{ x }}",
        "{{ known() }}",
        "{% f() %}",
        "{% end %}",
        "{% raw %}",
        "{% endraw %}",
        "{{/* f() */}}",
        "{%/* f() */%}",
        "{%/* end */%}",
        "{{<",
        ">}}",
        "{{%",
        "%}}",
        "{{< x >}}",
        "{{< known >}}",
        "{{</* x */>}}",
        "/*",
        "*/",
        "{#",
        "#}",
        "{{ \"a\" }}",
        "|",
        "\n| a | b |\n|---|---|\n",
        "HAHAHUGOSHORTCODE",
        "<!--more-->",
        "\nTITLE: x\n",
        "\n</EndOFText>\n",
        "EndOFText",
        "Sure! Here is the article:\n",
        "\u{200b}",
        "\u{202e}",
        "\u{0}",
        "\u{7}",
        "é",
        "日本",
        "\r\n",
        "\u{feff}",
        "---\n",
        "\n===\n",
        "+++\n",
        "\n---\n",
        "--",
        "  \n",
        "https://a.b/c",
        "<https://a.b>",
        "\n\n\n",
        " \n",
        "\n##  x  ##\n",
        "\nx\n===\n",
        "\n-   a\n* b\n",
        "\n1. a\n3. b\n",
        "\n>  a\n",
        "\n***\n",
        "\n~~~\na\n~~~\n",
        "\na | b\n---|---\n",
        "_a_",
        "*b*",
        "__c__",
        "**d**",
        "` e `",
    ]);
    prop::collection::vec(piece, 0..25).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is published of a reply, the conversion after all safe fixes, has no error and nothing that a safe fix would
    /// have to set right; and no fix makes anything alive in it.
    #[test]
    fn converted_bodies_are_clean(body in bodies()) {
        for dir in sites() {
            let site = open(&dir);
            let body = converted(&site, &body);
            let page = fixed(&site, &format!("{FRONT}{body}"));
            for finding in look(&site, &page) {
                // How the source is laid out is the author's business.
                let is_layout = check::find(finding.rule).is_ok_and(|rule| !rule.runs_by_default());
                prop_assert!(
                    finding.severity < Severity::Error && (is_layout || !is_safely_fixable(&finding)),
                    "{} {}: {finding:?}\n{body:?}\n{page:?}", site.generator.name(), site.version
                );
            }
            let templates = |text: &str| site.generator.templates(site.version, text).len();
            prop_assert!(templates(&page) <= templates(&body), "{body:?}\n{page:?}");
        }
    }

    /// Fixes of layout leave the page as it was.
    #[test]
    fn layout_is_not_seen(body in bodies()) {
        for dir in sites().into_iter().filter(|dir| dir.join("select").exists()) {
            let site = open(&dir);
            let page = format!("{FRONT}{body}");
            let after = fixed(&site, &page);
            prop_assert_eq!(shown(&page), shown(&after), "{:?}\n{:?}", page, after);
        }
    }

    /// After all safe fixes none is left, and the page is still one.
    #[test]
    fn fixes_end(body in bodies()) {
        for dir in sites() {
            let site = open(&dir);
            let page = fixed(&site, &format!("{FRONT}{body}"));
            let left = look(&site, &page).into_iter().find(is_safely_fixable);
            prop_assert!(left.is_none(), "{} {}: {left:?}\n{page:?}", site.generator.name(), site.version);
            prop_assert!(page.starts_with(FRONT.trim_end()));
        }
    }

    /// No bytes make a rule panic, and every span is one of the text.
    #[test]
    fn any_text_is_checked(text in "(?s).{0,200}", body in bodies()) {
        for dir in sites() {
            let site = open(&dir);
            for page in [&text, &format!("+++\n{text}\n+++\n{body}"), &body] {
                for finding in look(&site, page) {
                    if let Some(span) = finding.span {
                        prop_assert!(page.get(span).is_some(), "{}", finding.rule);
                    }
                }
            }
        }
    }
}
