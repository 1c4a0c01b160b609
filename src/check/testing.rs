//! Small sites for the unit tests of rules.

use std::path::Path;

use super::{Page, RULES, Selection, SitePages, check, check_site, rule_name};
use crate::config::{self, Config, Flags, RawConfig};
use crate::content;
use crate::finding::{Applicability, Finding};
use crate::fix;
use crate::front_matter;
use crate::generator::{self, memory};
use crate::site::{Site, SitePath, Version};

mod sites;

/// Fixes may make room for others.
const ROUNDS: usize = 20;

/// A site to check pages of.
pub(super) struct World {
    site: Site,
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
    World { site }
}

impl World {
    /// By whose rules its pages are split.
    pub(super) fn split_rules(&self) -> front_matter::SplitRules {
        self.site.generator.split_rules()
    }

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

    /// What a rule finds in a whole page, be it on by default or not.
    pub(super) fn page(&self, rule: &str, text: &str) -> Vec<Finding> {
        assert!(RULES.iter().any(|known| known.name() == rule), "{rule}");
        self.found(text, &only(&[rule]))
    }

    /// What all rules find in a whole page.
    pub(super) fn all(&self, text: &str) -> Vec<Finding> {
        self.found(text, &Selection::default())
    }

    /// What these rules find in a whole page.
    pub(super) fn found(&self, text: &str, selection: &Selection) -> Vec<Finding> {
        let path = SitePath::new("content/posts/a.md");
        let today = jiff::civil::date(2026, 6, 1);
        let read_start = |_: &str| None;
        let mut pages = SitePages::new(&self.site, &read_start);
        for (below, text) in [
            ("about.md", "+++\ntitle = \"About\"\n+++\n"),
            ("posts/_index.md", "+++\ntitle = \"Posts\"\n+++\n"),
            ("posts/draft.md", "+++\ntitle = \"D\"\ndraft = true\n+++\n"),
            ("posts/a.md", text),
        ] {
            pages.add(&page(below), Some(text), today);
        }
        pages.complete();
        let read_page = |_: &SitePath| Some("+++\ntitle = \"About\"\n+++\n## Team\n".to_owned());
        let pages = pages.reading(&read_page);
        let page = Page::parse(&path, text, "en", &self.site, today).among(&pages);
        let mut findings = check(&page, selection);
        findings.extend(check_site(&pages, selection));
        findings.retain(|finding| finding.path == path);
        findings
    }

    /// Shows a page of this body.
    pub(super) fn with_page(&self, body: &str, look: impl FnOnce(&Page<'_>)) {
        let text = format!("{FRONT}{body}");
        let path = SitePath::new("content/posts/a.md");
        let today = jiff::civil::date(2026, 6, 1);
        look(&Page::parse(&path, &text, "en", &self.site, today));
    }

    /// Shows a page of this text.
    pub(super) fn with_text(&self, text: &str, look: impl FnOnce(Page<'_>)) {
        let path = SitePath::new("content/posts/a.md");
        let today = jiff::civil::date(2026, 6, 1);
        look(Page::parse(&path, text, "en", &self.site, today));
    }

    /// What all rules find in a page of this name, each page by itself.
    pub(super) fn named(&self, name: &str, text: &str) -> Vec<Finding> {
        let path = SitePath::new(format!("content/posts/{name}"));
        let today = jiff::civil::date(2026, 6, 1);
        let page = Page::parse(&path, text, "en", &self.site, today);
        check(&page, &Selection::default())
    }

    /// What a rule finds in a page of a site with these limits, as `severity: message`.
    pub(super) fn quality(
        &self,
        rule: &str,
        text: &str,
        wanted: Option<&config::Post>,
    ) -> Vec<String> {
        self.says(rule, text, wanted, &Selection::default())
    }

    /// What a rule finds in a post that is about to be signed, as `severity: message`.
    pub(super) fn unsigned(&self, rule: &str, text: &str) -> Vec<String> {
        let path = SitePath::new("content/posts/a.md");
        let today = jiff::civil::date(2026, 6, 1);
        let page = Page::parse(&path, text, "en", &self.site, today).as_generated();
        told(rule, &check(&page, &Selection::default()))
    }

    /// What a rule finds in a page where it was chosen by its name, as `severity: message`.
    pub(super) fn chosen(&self, rule: &str, text: &str) -> Vec<String> {
        self.says(rule, text, None, &choosing(rule))
    }

    fn says(
        &self,
        rule: &str,
        text: &str,
        wanted: Option<&config::Post>,
        selection: &Selection,
    ) -> Vec<String> {
        assert!(RULES.iter().any(|known| known.name() == rule), "{rule}");
        let path = SitePath::new("content/posts/a.md");
        let today = jiff::civil::date(2026, 6, 1);
        let mut page = Page::parse(&path, text, "en", &self.site, today);
        page.wanted = wanted;
        told(rule, &check(&page, selection))
    }
}

/// These rules and no others.
pub(super) fn only(rules: &[&str]) -> Selection {
    let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
    Selection::new(&defaults(), &rules, &[]).expect("rules that exist")
}

/// A body after all safe fixes of one rule.
pub(super) fn fixed_by(world: &World, rule: &str, body: &str) -> String {
    let text = format!("{FRONT}{body}");
    let look = |text: &str| world.found(text, &only(&[rule]));
    let (text, _) = fix::settle(&text, Applicability::Safe, &look);
    text[FRONT.len()..].to_owned()
}

/// The findings of a rule, as `severity: message`.
fn told(rule: &str, findings: &[Finding]) -> Vec<String> {
    findings
        .iter()
        .filter(|finding| finding.rule == rule)
        .map(|finding| format!("{}: {}", finding.severity.as_str(), finding.message))
        .collect()
}

/// The configuration without a file.
fn defaults() -> Config {
    config::resolve(RawConfig::default(), RawConfig::default(), Flags::default())
        .expect("defaults are valid")
}

/// What a site wants of its posts, from the lines of `[post]`.
pub(super) fn limits(lines: &str) -> config::Post {
    let text = format!("[post]\n{lines}\n");
    let raw =
        config::parse(&text, "postwright.toml", config::Author::Project, rule_name).expect("valid");
    let resolved = config::resolve(raw, RawConfig::default(), Flags::default());
    resolved.expect("valid").post
}

/// A choice of one rule by its name.
fn choosing(rule: &str) -> Selection {
    Selection::new(&defaults(), &[rule.to_owned()], &[]).expect("a rule")
}

/// A post that Postwright wrote, with these keys and options, in Zola and Hugo alike.
pub(super) fn generated(keys: &str, options: &str, body: &str) -> String {
    let provenance = "topic = \"T\"\nreply = \"k/n\"\nwritten = \"h\"\n";
    format!(
        "+++\n{keys}[extra.postwright]\n{options}{provenance}[params.postwright]\n{options}{provenance}+++\n{body}"
    )
}

/// A page of a site of one root; one whose name ends in `.de` is German.
fn page(below: &str) -> content::Page {
    let is_german = below.ends_with(".de.md");
    content::Page {
        path: SitePath::new(format!("content/{below}")),
        file: Path::new("/s/content").join(below),
        root: 0,
        below: below.to_owned(),
        language: if is_german { "de" } else { "en" }.to_owned(),
    }
}

/// The front matter of all bodies here.
pub(super) const FRONT: &str = "+++\ntitle = \"A\"\ndate = 2026-01-02\n+++\n";

/// A page after all safe fixes.
pub(super) fn repaired(world: &World, text: &str) -> String {
    repaired_at_least(world, text, Applicability::Safe)
}

fn repaired_at_least(world: &World, text: &str, at_least: Applicability) -> String {
    let mut text = text.to_owned();
    for _ in 0..ROUNDS {
        let done = fix::apply(&text, &world.all(&text), at_least);
        if done.applied == 0 {
            break;
        }
        text = done.text;
    }
    text
}

/// A body after all safe fixes.
pub(super) fn fixed(world: &World, body: &str) -> String {
    fixed_at_least(world, body, Applicability::Safe)
}

/// A body after all fixes.
pub(super) fn fixed_with_risk(world: &World, body: &str) -> String {
    fixed_at_least(world, body, Applicability::Unsafe)
}

fn fixed_at_least(world: &World, body: &str, at_least: Applicability) -> String {
    let text = repaired_at_least(world, &format!("{FRONT}{body}"), at_least);
    let split = front_matter::split(&text, world.site.generator.split_rules());
    let start = split.ok().flatten().map_or(0, |split| split.body);
    text[start..].to_owned()
}
