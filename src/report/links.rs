//! What `links` has to tell.

use serde::Serialize;

use super::human::plural;
use crate::site::SitePath;
use crate::text::{escape, shorten, tame_json};

/// A page that is told of.
#[derive(Debug, Clone, Serialize)]
pub struct LinkedPage {
    /// Its path.
    #[serde(serialize_with = "path")]
    pub path: SitePath,
    /// Its title, topic or path.
    pub title: String,
    /// How many pages link to it.
    pub linked_from: usize,
}

/// A link that would help.
#[derive(Debug, Clone, Serialize)]
pub struct SuggestedLink {
    /// The page that would link.
    #[serde(serialize_with = "path")]
    pub path: SitePath,
    /// The line, from 1.
    pub line: usize,
    /// The page that it would link to.
    #[serde(serialize_with = "path")]
    pub target: SitePath,
    /// The words that would become the link; none for a line of its own.
    pub phrase: Option<String>,
    /// The change.
    pub edit: LinkEdit,
    /// Whether it was made.
    pub applied: bool,
    /// Why `--fix` leaves it to a person.
    pub left: Option<&'static str>,
}

/// A change in bytes of a file.
#[derive(Debug, Clone, Serialize)]
pub struct LinkEdit {
    /// The first byte, from 0.
    pub start: usize,
    /// The byte behind the last.
    pub end: usize,
    /// What stands there afterwards.
    pub text: String,
}

/// How the pages of a site link to each other.
#[derive(Debug, Clone, Serialize)]
pub struct LinksReport {
    version: u32,
    /// How many pages were looked at.
    pub pages: usize,
    /// Those that no text links to.
    pub orphans: Vec<LinkedPage>,
    /// Those whose text links to no page of the site.
    pub dead_ends: Vec<LinkedPage>,
    /// Those that most pages link to.
    pub hubs: Vec<LinkedPage>,
    /// Links that would help.
    pub suggestions: Vec<SuggestedLink>,
}

fn path<S: serde::Serializer>(path: &SitePath, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(path.as_str())
}

impl LinksReport {
    /// A report on so many pages.
    pub fn new(pages: usize) -> Self {
        Self {
            version: 1,
            pages,
            orphans: Vec::new(),
            dead_ends: Vec::new(),
            hubs: Vec::new(),
            suggestions: Vec::new(),
        }
    }

    /// The report for programs.
    pub fn json(&self) -> String {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        format!("{}\n", tame_json(&text))
    }

    /// The report for people.
    pub fn human(&self) -> String {
        let mut out = String::new();
        list(
            &mut out,
            "orphans, to which no page's text links",
            &self.orphans,
            false,
        );
        list(
            &mut out,
            "dead ends, whose text links to no page",
            &self.dead_ends,
            false,
        );
        list(&mut out, "hubs, to which most pages link", &self.hubs, true);
        if !self.suggestions.is_empty() {
            let title = if self.suggestions.iter().any(|one| one.applied) {
                "links"
            } else {
                "suggested links"
            };
            begin(&mut out, title);
        }
        for one in &self.suggestions {
            let (path, target) = (escape(one.path.as_str()), escape(one.target.as_str()));
            let what = match &one.phrase {
                Some(phrase) => format!("link `{}`", escape(&shorten(phrase, 80))),
                None => "add a line".to_owned(),
            };
            let made = if one.applied { "  (added)" } else { "" };
            out.push_str(&format!(
                "  {path}:{}: {what} to {target}{made}\n",
                one.line
            ));
            out.push_str(&format!("      {}\n", escape(one.edit.text.trim())));
            if let Some(left) = one.left {
                out.push_str(&format!("      left to you: {left}\n"));
            }
        }
        out
    }

    /// The last line for people.
    pub fn summary(&self) -> String {
        let applied = self.suggestions.iter().filter(|one| one.applied).count();
        let mut text = format!(
            "{}: {}, {}",
            plural(self.pages, "published page"),
            plural(self.orphans.len(), "orphan"),
            plural(self.dead_ends.len(), "dead end"),
        );
        if applied > 0 {
            text.push_str(&format!("; added {}", plural(applied, "link")));
        }
        text
    }
}

fn begin(out: &mut String, title: &str) {
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(&format!("{title}\n"));
}

fn list(out: &mut String, title: &str, pages: &[LinkedPage], with_links: bool) {
    if pages.is_empty() {
        return;
    }
    begin(out, title);
    for page in pages {
        let (path, title) = (
            escape(page.path.as_str()),
            escape(&shorten(&page.title, 80)).into_owned(),
        );
        let links = if with_links {
            format!("  ({})", plural(page.linked_from, "page"))
        } else {
            String::new()
        };
        out.push_str(&format!("  {path}  {title}{links}\n"));
    }
}
