use std::path::Path;

use jiff::civil::date;

use super::*;
use crate::content::Page;
use crate::generator::{self, memory};

/// The index of a site with these files.
fn index(config: (&str, &str), files: &[(&str, &str)]) -> Index {
    let root = Path::new("/s");
    let folder = memory(&[config]);
    let site = generator::open(root, &folder, None, None, |_| None).expect("a site");
    let pages: Vec<Page> = files
        .iter()
        .map(|(path, _)| {
            let name = path.rsplit('/').next().expect("a name");
            let (_, named) = site.generator.split_name(name, "en", &site.languages);
            Page {
                path: SitePath::new(*path),
                file: root.join(path),
                root: 0,
                below: path.trim_start_matches("content/").to_owned(),
                language: named.unwrap_or_else(|| "en".to_owned()),
            }
        })
        .collect();
    let read = |page: &Page| {
        let mut files = files.iter();
        let file = files.find(|(path, _)| *path == page.path.as_str());
        file.map(|(_, text)| (*text).to_owned())
    };
    Index::read(&site, &pages, &read, date(2026, 11, 30))
}

/// The pages that a page links to.
fn links(index: &Index, path: &str) -> Vec<String> {
    let page = index.page(&SitePath::new(path)).expect("a page");
    let pages = page.links.iter().map(|to| &index.pages()[*to]);
    pages.map(|page| page.below.clone()).collect()
}

const ZOLA: (&str, &str) = (
    "config.toml",
    "base_url = \"https://x.example/blog\"\ntaxonomies = [{ name = \"tags\" }]\n[languages.de]\n",
);

#[test]
fn a_page_of_zola() {
    let page = "+++\ntitle = \"One\"\ndescription = \"About one\"\ndraft = true\n[taxonomies]\ntags = [\"a\", \"b\"]\n+++\n# A `b`\n\nSome\ntext.\n\n```\n# no\n```\n";
    let stub = "+++\ntopic = \"T\"\n[extra.postwright]\nlanguage = \"fr\"\n+++\n";
    let post = "+++\ntitle = \"P\"\n[extra.postwright]\ntopic = \"T\"\nmodel = \"m\"\ngenerated = \"2026-11-30T00:00:00Z\"\nreply = \"r\"\nstub = \"s\"\nwritten = \"w\"\nfor = \"zola\"\n+++\n";
    let files = [
        ("content/_index.md", "+++\n+++\n"),
        ("content/a.md", page),
        ("content/b.de.md", stub),
        ("content/c.md", post),
    ];
    let index = index(ZOLA, &files);
    let page = |path: &str| index.page(&SitePath::new(path)).expect("a page");
    let one = page("content/a.md");
    assert_eq!(one.kind, Kind::Page);
    assert_eq!(
        (one.name(), one.description.as_deref()),
        ("One", Some("About one"))
    );
    assert_eq!(one.headings, ["A b"]);
    assert_eq!(
        one.terms,
        [("tags".to_owned(), vec!["a".to_owned(), "b".to_owned()])]
    );
    assert!(one.is_draft && one.is_hidden);
    assert_eq!(one.address.as_deref(), Some("/a/"));
    let stub = page("content/b.de.md");
    assert_eq!((stub.kind, stub.topic.as_deref()), (Kind::Stub, Some("T")));
    assert_eq!(
        (stub.language.as_str(), stub.written_in.as_str()),
        ("de", "fr")
    );
    assert_eq!(
        (
            page("content/c.md").kind,
            page("content/c.md").topic.as_deref()
        ),
        (Kind::Post, Some("T"))
    );
    assert_eq!(page("content/_index.md").kind, Kind::Section);
}

#[test]
fn links_of_zola() {
    let body = "+++\n+++\n[a](@/posts/b.md#x) [b](/blog/posts/c/) [c](../d) [d](https://x.example/) ![](@/posts/e.md)\n\n`[e](@/posts/e.md)` [f](@/posts/nope.md) [g][r] [h](@/posts/a.md)\n\n[r]: @/posts/f%20f.md\n";
    let plain = "+++\n+++\n";
    let files = [
        ("content/posts/a.md", body),
        ("content/posts/b.md", plain),
        ("content/posts/c.md", plain),
        ("content/posts/d/index.md", plain),
        ("content/posts/e.md", plain),
        ("content/posts/f f.md", plain),
    ];
    let index = index(ZOLA, &files);
    assert_eq!(
        links(&index, "content/posts/a.md"),
        [
            "posts/b.md",
            "posts/c.md",
            "posts/d/index.md",
            "posts/f f.md"
        ]
    );
    let back = index.linked_from();
    assert_eq!(
        back[index
            .number(&SitePath::new("content/posts/b.md"))
            .expect("known")],
        [0]
    );
}

#[test]
fn links_of_hugo() {
    let body = "---\n---\n[a]({{< relref \"b.md\" >}}) {{% ref \"/posts/c#x\" %}} [c](/posts/d/) [d]({{< ref \"deep\" >}})\n\n[e]({{< relref \"twin\" >}}) [f](b.md) {{</* ref \"other\" */>}}\n";
    let plain = "---\n---\n";
    let files = [
        ("content/posts/a.md", body),
        ("content/posts/b.md", plain),
        ("content/posts/c.md", plain),
        ("content/posts/d/index.md", plain),
        ("content/x/deep.md", plain),
        ("content/x/twin.md", plain),
        ("content/y/twin.md", plain),
        ("content/other.md", plain),
    ];
    let index = index(("hugo.toml", "baseURL = \"https://x.example/\"\n"), &files);
    assert_eq!(
        links(&index, "content/posts/a.md"),
        ["posts/b.md", "posts/c.md", "posts/d/index.md", "x/deep.md"]
    );
}
