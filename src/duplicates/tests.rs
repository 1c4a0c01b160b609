use std::path::{Path, PathBuf};

use jiff::civil::date;

use super::*;
use crate::content::Page;
use crate::generator::{self, memory};
use crate::stub::{Options, Request, Table};

/// The stub of a topic at a path, in a language.
fn stub(path: &str, topic: &str, language: &str, audience: Option<&str>) -> Stub {
    let request = Request {
        topic: topic.to_owned(),
        options: Options {
            audience: audience.map(str::to_owned),
            ..Options::default()
        },
        ..Request::default()
    };
    let path = SitePath::new(format!("content/{path}"));
    Stub::new(
        path,
        PathBuf::new(),
        "en",
        language,
        request,
        Table::new(),
        String::new(),
    )
}

/// The index of a site with these pages.
fn index(pages: &[(&str, &str)]) -> Index {
    let config = "base_url = \"x\"\n[languages.de]\n";
    let site = generator::open(
        Path::new("/s"),
        &memory(&[("config.toml", config)]),
        None,
        None,
        |_| None,
    )
    .expect("a site");
    let files: Vec<Page> = pages
        .iter()
        .map(|(below, _)| Page {
            path: SitePath::new(format!("content/{below}")),
            file: PathBuf::from(below),
            root: 0,
            below: (*below).to_owned(),
            language: if below.contains(".de.") { "de" } else { "en" }.to_owned(),
        })
        .collect();
    let read = |page: &Page| {
        let (_, front) = pages.iter().find(|(below, _)| *below == page.below)?;
        Some(format!("+++\n{front}\n+++\n"))
    };
    Index::read(&site, &files, &read, date(2026, 11, 30))
}

/// The stubs that are covered, each with what covers it.
fn told(stubs: &[Stub], settled: &[&str], pages: &[(&str, &str)]) -> Vec<String> {
    let is_settled = |stub: &Stub| settled.contains(&stub.path.as_str());
    covered(stubs, &is_settled, &index(pages))
        .into_iter()
        .map(|(path, covered)| format!("{path} by {} {}", covered.by, covered.is_stub))
        .collect()
}

#[test]
fn a_page_or_the_first_stub_covers() {
    let stubs = [
        stub("c.md", "How do I set up SSH keys", "en", None),
        stub("a.md", "Redis persistence", "en", None),
        stub("b.md", "Redis persistence explained", "en", None),
        stub("d.md", "How to rotate SSH keys", "en", None),
    ];
    let pages = [
        ("ssh.md", "title = \"SSH keys: a setup guide\""),
        ("_index.md", "title = \"Redis persistence\""),
    ];
    assert_eq!(
        told(&stubs, &[], &pages),
        [
            "content/b.md by content/a.md true",
            "content/c.md by content/ssh.md false"
        ]
    );
}

#[test]
fn a_stub_whose_post_is_paid_for_goes_first() {
    let stubs = [
        stub("a.md", "Redis persistence", "en", None),
        stub("b.md", "Redis persistence explained", "en", None),
    ];
    assert_eq!(
        told(&stubs, &["content/b.md"], &[]),
        ["content/a.md by content/b.md true"]
    );
    assert_eq!(
        told(&stubs, &["content/a.md", "content/b.md"], &[]),
        [""; 0]
    );
}

#[test]
fn what_is_held_back_holds_nothing_back() {
    // The second is like the first, and the third like the second alone.
    let stubs = [
        stub("a.md", "Installing nginx", "en", None),
        stub("b.md", "Setting up nginx", "en", None),
        stub("c.md", "Configuring nginx", "en", None),
    ];
    assert_eq!(
        told(&stubs, &[], &[]),
        ["content/b.md by content/a.md true"]
    );
}

#[test]
fn other_languages_and_other_readers_are_other_posts() {
    let stubs = [
        stub("a.md", "Docker Compose", "en", Some("students")),
        stub("b.md", "Docker Compose", "de", None),
        stub("c.md", "Docker Compose", "en", Some("Operators")),
        stub("d.md", "Docker Compose explained", "en", Some("operators ")),
    ];
    assert_eq!(
        told(&stubs, &[], &[]),
        ["content/d.md by content/c.md true"]
    );
    let pages = [
        ("x.de.md", "title = \"Docker Compose\""),
        ("y.md", "title = \"Compose\"\ndraft = true"),
    ];
    assert_eq!(
        told(&stubs[1..2], &[], &pages),
        ["content/b.md by content/x.de.md false"]
    );
}
