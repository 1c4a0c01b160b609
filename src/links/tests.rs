use std::path::{Path, PathBuf};

use jiff::civil::date;

use super::*;
use crate::content::Page;
use crate::generator::{self, memory};

/// What is told of a site with these pages, and the pages after all suggestions.
fn told(config: (&str, &str), pages: &[(&str, &str)]) -> (Links, Vec<String>, Vec<String>) {
    let site =
        generator::open(Path::new("/s"), &memory(&[config]), None, None, |_| None).expect("a site");
    let text = |path: &str| {
        let page = pages
            .iter()
            .find(|(below, _)| format!("content/{below}") == path);
        page.map(|(_, text)| format!("+++\n{text}"))
    };
    let files: Vec<Page> = pages
        .iter()
        .map(|(below, _)| Page {
            path: SitePath::new(format!("content/{below}")),
            file: PathBuf::from(below),
            root: 0,
            below: (*below).to_owned(),
            language: "en".to_owned(),
        })
        .collect();
    let read = |page: &Page| text(page.path.as_str());
    let index = Index::read(&site, &files, &read, date(2026, 11, 30));
    let links = Links::of(&index);
    let whole = |path: &SitePath| {
        let text = text(path.as_str())?;
        let body = text.find("\n+++\n")? + 5;
        Some((text, body))
    };
    let name = |page: &usize| index.pages()[*page].below.clone();
    let suggestions = links.suggest(&index, &site, &whole);
    let suggestions = suggestions
        .iter()
        .map(|one| {
            format!(
                "{}:{} to {}: {}",
                name(&one.from),
                one.line,
                name(&one.to),
                one.edit.text.trim()
            )
        })
        .collect();
    let named = links
        .orphans
        .iter()
        .map(|page| format!("orphan {}", name(page)));
    let named = named.chain(
        links
            .dead_ends
            .iter()
            .map(|page| format!("dead end {}", name(page))),
    );
    let named = named.chain(
        links
            .hubs
            .iter()
            .map(|(page, links)| format!("hub {} {links}", name(page))),
    );
    let named = named.collect();
    (links, named, suggestions)
}

const ZOLA: (&str, &str) = ("config.toml", "base_url = \"https://x.example\"\n");

#[test]
fn orphans_dead_ends_and_hubs() {
    let pages = [
        ("_index.md", "+++\n[a](@/p/hub.md)\n"),
        ("about.md", "title = \"About\"\n+++\n[a](@/p/hub.md)\n"),
        ("p/a.md", "title = \"A\"\n+++\n[a](@/p/hub.md)\n"),
        ("p/b.md", "title = \"B\"\n+++\n`[a](@/p/a.md)`\n"),
        (
            "p/draft.md",
            "title = \"D\"\ndraft = true\n+++\n[a](@/p/a.md)\n",
        ),
        ("p/hub.md", "title = \"Hub\"\n+++\n[a](@/about.md)\n"),
        ("p/stub.md", "topic = \"A\"\n+++\n[a](@/p/a.md)\n"),
    ];
    let (links, named, _) = told(ZOLA, &pages);
    assert_eq!(links.pages.len(), 3);
    assert_eq!(
        named,
        [
            "orphan p/a.md",
            "orphan p/b.md",
            "dead end p/b.md",
            "hub p/hub.md 3"
        ]
    );
}

#[test]
fn words_that_name_a_page_become_the_link() {
    let body = "# Redis persistence\n\n`redis persistence` [redis persistence](https://x.example)\n\nA queue needs *Redis persistence* to be safe.\n";
    let queue = format!("title = \"Queues with Redis\"\n+++\n{body}");
    let pages = [
        ("p/queue.md", queue.as_str()),
        (
            "p/redis.md",
            "title = \"Redis persistence: AOF and RDB\"\n+++\nSee [queues](@/p/queue.md).\n",
        ),
    ];
    let (_, named, suggestions) = told(ZOLA, &pages);
    assert_eq!(named, ["orphan p/redis.md", "dead end p/queue.md"]);
    assert_eq!(
        suggestions,
        ["p/queue.md:8 to p/redis.md: [Redis persistence](@/p/redis.md)"]
    );
}

#[test]
fn without_such_words_a_line_is_added() {
    let pages = [
        (
            "p/a.md",
            "title = \"Growing tomatoes\"\ndescription = \"Pots for balconies\"\n+++\nText.\n\n```\nx\n```\n",
        ),
        (
            "p/b.md",
            "title = \"Pots for balconies\"\n+++\nNothing of the kind.\n",
        ),
    ];
    let (_, _, suggestions) = told(("hugo.toml", "baseURL = \"https://x.example\"\n"), &pages);
    assert_eq!(
        suggestions,
        [
            "p/a.md:11 to p/b.md: See also: [Pots for balconies]({{< relref \"/p/b.md\" >}})",
            "p/b.md:6 to p/a.md: See also: [Growing tomatoes]({{< relref \"/p/a.md\" >}})",
        ]
    );
}

#[test]
fn numbers_and_words_of_every_title_name_no_page() {
    let other = |title: &str| {
        format!(
            "title = \"{title}\"\n[taxonomies]\ntags = [\"network\"]\n+++\nAs part 2 of this text says, in step 1 the overview of January comes first: part 2, 2026, about part 2.\n"
        )
    };
    for title in [
        "About Firewall part 2: nftables",
        "Firewall in 2026, step 1",
        "Firewall: an overview of January",
        "Part 2",
        "Firewall: part 2, 2026",
    ] {
        let text = other("Notes on cables");
        let firewall =
            format!("title = \"{title}\"\n[taxonomies]\ntags = [\"network\"]\n+++\nText.\n");
        let pages = [("p/a.md", text.as_str()), ("p/b.md", firewall.as_str())];
        let (_, _, suggestions) = told(ZOLA, &pages);
        assert!(
            suggestions.iter().all(|one| one.contains("See also: [")),
            "{title}: {suggestions:?}"
        );
    }
}
