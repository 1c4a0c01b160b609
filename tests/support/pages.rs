//! The sites of `tests/check/`, what rules find in a page of them, and pieces to make pages of.

use std::fs;
use std::path::{Path, PathBuf};

use postwright::check::{self, Page, Selection, SitePages};
use postwright::config::{self, Flags, RawConfig};
use postwright::content;
use postwright::disk::Folder;
use postwright::finding::{Applicability, Finding};
use postwright::fix;
use postwright::generator;
use postwright::site::{Site, SitePath, Version};
use proptest::prelude::*;

pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/check")
}

/// The sites, in order.
pub(crate) fn sites() -> Vec<PathBuf> {
    let mut dirs: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    dirs.sort();
    assert!(dirs.len() > 2);
    dirs
}

pub(crate) fn open(dir: &Path) -> Site {
    let version = Version::find(&fs::read_to_string(dir.join("version")).unwrap());
    let root = dir.join("site");
    generator::open(&root, &Folder::new(&root), None, version, |_| None).unwrap()
}

/// The rules that run in a site: those in its file `select`, else those that run by default.
pub(crate) fn selection(site: &Site) -> Selection {
    let Ok(names) = fs::read_to_string(site.root.join("../select")) else {
        return Selection::default();
    };
    let names: Vec<String> = names.split_whitespace().map(str::to_owned).collect();
    let none = RawConfig::default;
    let config = config::resolve(none(), none(), Flags::default()).unwrap();
    Selection::new(&config, &names, &[]).unwrap()
}

/// What the selected rules find in a page of the site.
pub(crate) fn look(site: &Site, text: &str) -> Vec<Finding> {
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
pub(crate) fn fixed(site: &Site, text: &str) -> String {
    let (text, _) = fix::settle(text, Applicability::Safe, &|text| look(site, text));
    text
}

pub(crate) fn is_safely_fixable(finding: &Finding) -> bool {
    finding
        .fix
        .as_ref()
        .is_some_and(|fix| fix.applicability == Applicability::Safe)
}

pub(crate) const FRONT: &str = "+++\ntitle = \"A\"\ndate = 2026-01-02\n+++\n\n";

/// Pieces of Markdown, of HTML and of template languages, and what models leave behind.
pub(crate) fn bodies() -> impl Strategy<Value = String> {
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
        "\n```{ a = \"b\" }\n",
        "\n```rust,ignore {#a}\n",
        "<!--more-->",
        "<!\u{b}--more-->",
        "{{< known a='b' >}}",
        "{{< known a=\"<b c='d'>\" >}}",
        "\n| a | b |\n|---|---|\n| x | `c<d> e|f` |\n",
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
        "\u{a0}",
        "\u{3000}",
        "“",
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
