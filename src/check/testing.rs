//! Small sites for the unit tests of rules.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Page, RULES, Selection, check};
use crate::finding::{Applicability, Finding};
use crate::fix;
use crate::front_matter;
use crate::generator::{self, memory};
use crate::site::{Site, SitePath, Version};

/// Fixes may make room for others.
const ROUNDS: usize = 10;

/// A site to check pages of.
pub(super) struct World {
    site: Site,
    pages: BTreeSet<SitePath>,
}

/// A Zola site of this version with the shortcode `known`.
pub(super) fn zola(version: &str) -> World {
    world(
        &[
            (
                "config.toml",
                "base_url = \"x\"\ntaxonomies = [{ name = \"tags\" }]\n",
            ),
            ("templates/shortcodes/known.html", ""),
        ],
        Some(version),
    )
}

/// A Zola site of which nothing tells the version.
pub(super) fn unknown_zola() -> World {
    world(&[("config.toml", "base_url = \"x\"\n")], None)
}

/// A Hugo site with the shortcode `known`.
pub(super) fn hugo() -> World {
    world(
        &[
            ("hugo.toml", "baseURL = \"x\"\n"),
            ("layouts/_shortcodes/known.html", ""),
        ],
        Some("0.168.0"),
    )
}

/// A site of these files.
pub(super) fn world(files: &[(&str, &str)], version: Option<&str>) -> World {
    let version = version.and_then(Version::find);
    let site =
        generator::open(Path::new("/s"), &memory(files), None, version, |_| None).expect("a site");
    let pages = [
        "content/about.md",
        "content/posts/_index.md",
        "content/posts/a.md",
    ];
    World {
        site,
        pages: pages.into_iter().map(SitePath::new).collect(),
    }
}

impl World {
    /// What a rule finds in a page, as `severity line`, lines counted in the body.
    pub(super) fn lines(&self, rule: &str, body: &str) -> Vec<String> {
        let text = format!("{FRONT}{body}");
        self.page(rule, &text)
            .iter()
            .map(|finding| {
                let at = finding.span.as_ref().map_or(0, |span| span.start);
                let line = text[..at].matches('\n').count() + 1;
                format!(
                    "{} {}",
                    finding.severity.as_str(),
                    line.saturating_sub(FRONT.matches('\n').count())
                )
            })
            .collect()
    }

    /// What a rule finds in a whole page.
    pub(super) fn page(&self, rule: &str, text: &str) -> Vec<Finding> {
        assert!(RULES.iter().any(|known| known.name() == rule), "{rule}");
        let mut found = self.all(text);
        found.retain(|finding| finding.rule == rule);
        found
    }

    /// What all rules find in a whole page.
    pub(super) fn all(&self, text: &str) -> Vec<Finding> {
        let path = SitePath::new("content/posts/a.md");
        let page = Page::parse(&path, text, "en", &self.site, jiff::civil::date(2026, 6, 1))
            .among(&self.pages);
        check(&page, &Selection::default())
    }
}

/// The front matter of all bodies here.
pub(super) const FRONT: &str = "+++\ntitle = \"A\"\ndate = 2026-01-02\n+++\n";

/// A body after all safe fixes.
pub(super) fn fixed(world: &World, body: &str) -> String {
    let mut text = format!("{FRONT}{body}");
    for _ in 0..ROUNDS {
        let done = fix::apply(&text, &world.all(&text), Applicability::Safe);
        if done.applied == 0 {
            break;
        }
        text = done.text;
    }
    let split = front_matter::split(&text, world.site.generator.split_rules());
    let start = split.ok().flatten().map_or(0, |split| split.body);
    text[start..].to_owned()
}
