//! Bodies on the real generators: each file in `tests/body/` is the body of an article, is converted for each
//! generator, is built by it, and must come out on the page as it was written.
//!
//! What a reader should see is worked out from the source alone: its running text with raw HTML as text, its code
//! blocks, its code spans. Where a conversion is meant to change that (`<b>` becomes bold, an unsafe link loses its
//! destination), `NAME.text` beside the case has the text to be seen, and the code must still be on the page.

#![allow(clippy::disallowed_methods, reason = "tests prepare their own folders")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails should say where"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use postwright::body::{Converted, Surroundings, convert};
use postwright::generator::{Definitions, GENERATORS};
use postwright::markdown;
use postwright::site::Version;
use pulldown_cmark::{Event, Tag, TagEnd};

mod support;

use support::html::{Page, trim_blocks};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/body");
const TITLE: &str = "The title of the post";

/// A case: the body of an article, and the text to be seen where it is not that of the body.
struct Case {
    name: String,
    body: String,
    text: Option<String>,
}

fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = fs::read_dir(CASES)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| Case {
            name: path.file_stem().unwrap().to_string_lossy().into_owned(),
            body: fs::read_to_string(&path).unwrap(),
            text: fs::read_to_string(path.with_extension("text")).ok(),
        })
        .collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(!cases.is_empty());
    cases
}

fn converted(body: &str, generator: &str, version: Version) -> Converted {
    let generator = GENERATORS
        .iter()
        .find(|known| known.name() == generator)
        .unwrap();
    let heading_id = |text: &str| match generator.name() {
        "hugo" => text
            .to_lowercase()
            .replace(' ', "-")
            .replace(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'), ""),
        _ => slug::slugify(text),
    };
    let surroundings = Surroundings {
        heading_id: &heading_id,
        has_image: &|_| false,
        page: &|_| None,
    };
    let mut dialect = generator.dialect(version);
    if generator.name() == "zola" {
        // It has them where the site asks for them, which this one does not.
        dialect.definitions = Definitions::None;
    }
    convert(body, TITLE, &dialect, surroundings)
}

#[test]
fn zola_0_22_shows_what_was_written() {
    let zola = xtask::generators::all().unwrap().zola.command();
    build_and_compare("zola", Version::new(0, 22, 0), zola);
}

#[test]
fn zola_0_17_shows_what_was_written() {
    let zola = xtask::generators::all().unwrap().zola17.command();
    build_and_compare("zola", Version::new(0, 17, 2), zola);
}

#[test]
fn hugo_shows_what_was_written() {
    let hugo = xtask::generators::all().unwrap().hugo.command();
    build_and_compare("hugo", Version::new(0, 168, 0), hugo);
}

#[test]
fn converted_bodies_are_as_recorded() {
    for case in cases() {
        let mut snapshot = String::new();
        for (generator, version) in [
            ("zola", Version::new(0, 22, 0)),
            ("zola", Version::new(0, 23, 0)),
            ("hugo", Version::new(0, 168, 0)),
        ] {
            let converted = converted(&case.body, generator, version);
            let _ = write!(
                snapshot,
                "======== {generator} {version}\n{}",
                converted.body
            );
            for note in &converted.notes {
                let (severity, rule) = (note.severity.as_str(), note.rule);
                let _ = writeln!(snapshot, "-------- {severity}[{rule}]: {}", note.message);
            }
        }
        insta::with_settings!({ snapshot_path => "body/snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(case.name.clone(), snapshot);
        });
    }
}

/// One build for all cases, then a comparison of each page.
fn build_and_compare(generator: &str, version: Version, mut program: Command) {
    let site = tempfile::tempdir().unwrap();
    write_site(site.path(), generator);
    let cases = cases();
    for case in &cases {
        let page = format!(
            "+++\ntitle = \"{}\"\ndate = 2024-01-02\n+++\n{}",
            case.name,
            converted(&case.body, generator, version).body
        );
        fs::write(
            site.path()
                .join("content")
                .join(format!("{}.md", case.name)),
            page,
        )
        .unwrap();
    }
    if generator == "zola" {
        program.arg("build");
    }
    let output = program.current_dir(site.path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{generator} {version} does not build:\n{said}"
    );
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|case| {
            let html = fs::read_to_string(
                site.path()
                    .join("public")
                    .join(&case.name)
                    .join("index.html"),
            )
            .unwrap();
            compare(case, &Page::read(&html, generator), generator).err()
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "{generator} {version}:\n{}",
        wrong.join("\n")
    );
}

fn write_site(root: &Path, generator: &str) {
    let (config, folder, content) = match generator {
        "hugo" => (
            "baseURL = \"https://example.org/\"\ndisableKinds = [\"taxonomy\", \"term\", \"rss\", \"sitemap\"]\n",
            "layouts",
            "<p></p>{{ .Content }}",
        ),
        _ => (
            "base_url = \"https://example.org\"\n",
            "templates",
            "{{ page.content | safe }}",
        ),
    };
    fs::create_dir_all(root.join("content")).unwrap();
    fs::create_dir_all(root.join(folder)).unwrap();
    fs::write(
        root.join(if generator == "hugo" {
            "hugo.toml"
        } else {
            "config.toml"
        }),
        config,
    )
    .unwrap();
    let files: &[(&str, &str)] = match generator {
        "hugo" => &[
            ("single.html", content),
            ("list.html", ""),
            ("home.html", ""),
        ],
        _ => &[
            ("page.html", content),
            ("index.html", ""),
            ("section.html", ""),
        ],
    };
    for (name, text) in files {
        fs::write(root.join(folder).join(name), text).unwrap();
    }
}

/// What a reader should see of a body.
fn expected(case: &Case) -> Page {
    let mut page = Page::default();
    let mut block: Option<String> = None;
    for (event, _) in markdown::events(&case.body) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => block = Some(String::new()),
            Event::End(TagEnd::CodeBlock) => page.blocks.extend(block.take()),
            Event::Text(text) => block.as_mut().unwrap_or(&mut page.text).push_str(&text),
            Event::Html(text) | Event::InlineHtml(text) => page.text.push_str(&text),
            Event::Code(text) => {
                page.text.push_str(&text);
                page.spans.push(text.into_string());
            }
            _ => {}
        }
    }
    if let Some(text) = &case.text {
        page.text.clone_from(text);
    }
    page.text.retain(|c| !c.is_whitespace());
    page
}

fn compare(case: &Case, page: &Page, generator: &str) -> Result<(), String> {
    let mut expected = expected(case);
    if generator == "hugo" {
        trim_blocks(&mut expected.blocks);
    }
    let fail = |what: &str, expected: &dyn std::fmt::Debug, found: &dyn std::fmt::Debug| {
        Err(format!(
            "{}: {what}\n  expected {expected:?}\n  found    {found:?}",
            case.name
        ))
    };
    if !page.live.is_empty() {
        return fail("something on the page is live", &"nothing", &page.live);
    }
    if page.text != expected.text {
        return fail("text", &expected.text, &page.text);
    }
    let counted = |list: &[String]| {
        list.iter()
            .cloned()
            .fold(BTreeMap::new(), |mut counts, item| {
                *counts.entry(item).or_insert(0) += 1;
                counts
            })
    };
    let missing = |expected: &[String], found: &[String]| {
        let found: BTreeMap<String, usize> = counted(found);
        counted(expected)
            .iter()
            .any(|(item, count)| found.get(item).is_none_or(|n| n < count))
    };
    let is_exact = case.text.is_none();
    if missing(&expected.blocks, &page.blocks) || is_exact && page.blocks != expected.blocks {
        return fail("code blocks", &expected.blocks, &page.blocks);
    }
    if missing(&expected.spans, &page.spans) || is_exact && page.spans != expected.spans {
        return fail("code spans", &expected.spans, &page.spans);
    }
    Ok(())
}
