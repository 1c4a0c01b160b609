//! Safe fixes change what they are about, and nothing else: of each page of `tests/check/` and `tests/hazards/`, and of
//! pages made of pieces, the blocks that a fix does not touch are read after it as before, nothing comes alive, and a page
//! without errors gets none.

#![allow(clippy::disallowed_methods, reason = "tests read their own folders")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::fs;
use std::ops::Range;
use std::path::Path;

use postwright::finding::splice;
use postwright::finding::{Edit, Finding, Severity};
use postwright::generator::TemplateKind;
use postwright::markdown;
use postwright::site::Site;
use proptest::prelude::*;
use pulldown_cmark::{Event, Tag, TagEnd};

#[path = "support/pages.rs"]
mod pages;

use pages::{FRONT, bodies, fixed, is_safely_fixable, look, open, sites};

/// What readers see of the outermost blocks of a page's body, with their bytes in the page.
fn blocks(site: &Site, page: &str) -> Vec<(Range<usize>, String)> {
    let rules = site.generator.split_rules();
    let Ok(Some(split)) = postwright::front_matter::split(page, rules) else {
        return Vec::new();
    };
    let body = &page[split.body..];
    let seen = site.generator.as_markdown(site.version, body);
    let mut found: Vec<(Range<usize>, String)> = Vec::new();
    for (event, range) in markdown::events(seen.as_deref().unwrap_or(body)) {
        let range = range.start + split.body..range.end + split.body;
        if found
            .last()
            .is_none_or(|(block, _)| block.end <= range.start)
        {
            found.push((range, String::new()));
        }
        let Some((_, text)) = found.last_mut() else {
            continue;
        };
        match event {
            Event::Text(piece) | Event::Code(piece) | Event::Html(piece) => text.push_str(&piece),
            Event::SoftBreak | Event::HardBreak => text.push(' '),
            _ => {}
        }
    }
    found.retain(|(_, text)| !text.trim().is_empty());
    found
}

/// What a fix changes in blocks that lie apart from it.
fn strays(site: &Site, page: &str, edits: &[Edit]) -> Option<String> {
    let start = edits.first()?.range.start;
    let end = edits.last()?.range.end;
    let before = blocks(site, page);
    let after = blocks(site, &splice(page, edits));
    let text = |blocks: &[(Range<usize>, String)]| -> Vec<String> {
        let words = |text: &String| {
            text.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        blocks.iter().flat_map(|(_, text)| words(text)).collect()
    };
    let apart = before.partition_point(|(block, _)| block.end < start);
    let above = text(&before[..apart.saturating_sub(1)]);
    let apart = before.partition_point(|(block, _)| block.start <= end);
    let below = text(before.get(apart + 1..).unwrap_or_default());
    let all = text(&after);
    let is_same = all.starts_with(&above) && all.ends_with(&below);
    (!is_same).then(|| format!("{above:?} … {below:?}\nafter: {all:?}"))
}

/// The first safe fix that reaches beyond its place.
fn reaches_too_far(site: &Site, page: &str) -> Option<String> {
    look(site, page)
        .iter()
        .filter(|finding| is_safely_fixable(finding))
        .find_map(|finding: &Finding| {
            let edits = &finding.fix.as_ref()?.edits;
            let what = strays(site, page, edits)?;
            Some(format!("{}: {edits:?}\n{what}", finding.rule))
        })
}

/// What is alive in a page: template syntax, tags of raw HTML, and links to more than an address of the web or of the site.
fn alive(site: &Site, page: &str) -> Vec<String> {
    let body = page.strip_prefix(FRONT.trim_end()).unwrap_or(page);
    let templates = site.generator.templates(site.version, body);
    let mut alive: Vec<String> = templates
        .into_iter()
        .map(|template| body[template.range].to_owned())
        .collect();
    for mark in site.generator.raw_marks() {
        alive.extend(body.matches(mark).map(str::to_owned));
    }
    let seen = site.generator.as_markdown(site.version, body);
    let mut html = String::new();
    for (event, _) in markdown::events(seen.as_deref().unwrap_or(body)) {
        match event {
            // A comment comes line by line.
            Event::Html(piece) => html.push_str(&piece),
            Event::InlineHtml(piece) => alive.extend(tags(&piece)),
            Event::End(TagEnd::HtmlBlock) => alive.extend(tags(&std::mem::take(&mut html))),
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. })
                if !dest_url.starts_with("http") && dest_url.contains(':') =>
            {
                alive.push(dest_url.to_string());
            }
            _ => {}
        }
    }
    alive
}

/// The tags of raw HTML, without those in comments and those of code, which a fix may write.
fn tags(html: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, behind)| behind);
            continue;
        }
        let tag = rest.split(['<', '>']).next().unwrap_or_default();
        let is_tag = tag.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/');
        if is_tag && !tag.ends_with("code") && !tag.ends_with("pre") {
            tags.push(format!("<{tag}>"));
        }
    }
    tags
}

/// The pages in a folder and those below it: Markdown as it is, and what TOML holds of it.
fn texts(dir: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.display().to_string();
        if path.is_dir() {
            texts(&path, found);
        } else if path.extension().is_some_and(|end| end == "md") {
            found.push((name, fs::read_to_string(&path).unwrap()));
        } else if path.extension().is_some_and(|end| end == "toml") {
            let Ok(table) = fs::read_to_string(&path).unwrap().parse::<toml::Table>() else {
                continue;
            };
            let files = table.iter().filter(|(key, _)| key.starts_with("files"));
            for text in files
                .filter_map(|(_, files)| files.as_table())
                .flat_map(|files| files.values())
                .filter_map(toml::Value::as_str)
            {
                found.push((name.clone(), text.to_owned()));
            }
        }
    }
}

#[test]
fn safe_fixes_leave_other_blocks_alone() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut all = Vec::new();
    texts(&root.join("check"), &mut all);
    texts(&root.join("hazards"), &mut all);
    assert!(all.len() > 200, "{}", all.len());
    let mut fixes = 0;
    for dir in sites() {
        let site = open(&dir);
        for (name, text) in &all {
            fixes += look(&site, text)
                .iter()
                .filter(|finding| is_safely_fixable(finding))
                .count();
            if let Some(what) = reaches_too_far(&site, text) {
                panic!("{name}, {}: {what}", dir.display());
            }
        }
    }
    assert!(fixes > 200, "{fixes}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_comes_alive(body in bodies()) {
        for dir in sites() {
            let site = open(&dir);
            let page = format!("{FRONT}{body}");
            let after = fixed(&site, &page);
            // Behind what stops the generator nobody knows what else there is.
            let stops = |text: &str| site.generator.templates(site.version, text).iter().any(|template| {
                matches!(template.kind, TemplateKind::Malformed(_) | TemplateKind::Comment)
            });
            if stops(&body) {
                continue;
            }
            let (was, is) = (alive(&site, &page), alive(&site, &after));
            prop_assert!(is.len() <= was.len(), "{} {}: {was:?} {is:?}\n{page:?}\n{after:?}", site.generator.name(), site.version);
        }
    }

    #[test]
    fn no_error_comes_of_fixes(body in bodies()) {
        for dir in sites() {
            let site = open(&dir);
            let page = format!("{FRONT}{body}");
            let errors = |text: &str| -> Vec<String> {
                let found = look(&site, text).into_iter();
                let errors = found.filter(|finding| finding.severity == Severity::Error);
                errors.map(|finding| finding.message).collect()
            };
            let after = fixed(&site, &page);
            let (was, is) = (errors(&page), errors(&after));
            prop_assert!(!was.is_empty() || is.is_empty(), "{} {}: {was:?} {is:?}\n{page:?}\n{after:?}", site.generator.name(), site.version);
        }
    }

    #[test]
    fn safe_fixes_stay_in_their_place(body in bodies()) {
        for dir in sites() {
            let site = open(&dir);
            let page = format!("{FRONT}{body}");
            let what = reaches_too_far(&site, &page);
            prop_assert!(what.is_none(), "{} {}: {}\n{page:?}", site.generator.name(), site.version, what.unwrap_or_default());
        }
    }
}
