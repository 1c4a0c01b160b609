//! A Hugo site that has switched Markdown off: no prompt asks for it, and what a model writes of it is shown in another way.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test that fails should say where"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

mod support;

use support::html::Page;
use support::posts::{parts, record};
use support::{Sandbox, build, programs};

const REPLY: &str = "TITLE: Tides
META_DESCRIPTION: When the water comes and goes.
TAGS: tides
CATEGORIES: Rust
MARKDOWN_POST_CONTENT:
The ~~moon~~ sun helps[^sun]; see [the heights](#own) and [what to pack](#what-to-pack).

## Heights {#own}

| Place | Height |
|-------|--------|
| Bay   | `14 m` |

## What to pack

- [ ] boots
- [x] a watch

[^sun]: By less than half as much.

    Its tide is `0.46` of the moon's.

</EndOFText>
";

#[test]
fn what_hugo_does_not_read_is_shown_in_another_way() {
    let hugo = programs().hugo;
    let sandbox = Sandbox::with_site("tests/faithful/hugo");
    sandbox.install(&hugo, "hugo");
    let config = sandbox.read("site/hugo.toml");
    let config = support::with_settings(&config, "hugo-all-off");
    sandbox.write("site/hugo.toml", &config);
    let replies = BTreeMap::from([("tides".to_owned(), REPLY.to_owned())]);
    record(&sandbox, &replies, None);

    let prompt = sandbox
        .run(&["prompt", "content/tides.md"])
        .expect(0)
        .stdout;
    assert!(prompt.contains("no tables, no strikethrough, no task lists"));

    let said = sandbox.run(&["generate", "--offline", "--format", "json"]);
    let json = said.expect(0).json();
    let findings = json["posts"][0]["findings"].as_array().unwrap();
    let rules: BTreeSet<&str> = findings
        .iter()
        .filter(|finding| finding["severity"] != "info")
        .map(|finding| finding["rule"].as_str().unwrap())
        .collect();
    assert_eq!(
        rules,
        BTreeSet::from(["missing-anchor", "switched-off"]),
        "{findings:?}"
    );

    let public = build(&hugo, &sandbox.path("site"));
    let html = fs::read_to_string(public.join("tides/index.html")).unwrap();
    let page = Page::read(parts(&html).unwrap()[4], "hugo");
    assert_eq!(page.live, [""; 0]);
    assert_eq!(
        page.blocks,
        ["| Place | Height |\n|-------|--------|\n| Bay   | `14 m` |"]
    );
    let text: String =
        "The ~~moon~~ sun helps[sun]; see the heights and what to pack. Heights What to pack \
         ☐ boots ☑ a watch [sun] By less than half as much. Its tide is 0.46 of the moon's."
            .split_whitespace()
            .collect();
    assert_eq!(page.text, text);
}
