//! Pages that cannot stand beside one another: seen before anything is paid for them.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;

use super::around::Pages;
use crate::check::Selection;
use crate::config::Config;
use crate::finding::{Finding, Severity};
use crate::report::{PostReport, PostState, Trouble};
use crate::site::SitePath;
use crate::stub::Stub;
use crate::text::escape;

/// The rule that finds it in finished pages.
const RULE: &str = "same-address";
/// The rules whose findings stand in the way of a stub already, and how bad these have to be: a bundle in the folder of a
/// section may be a draft, but can never be published.
const RULES: [(&str, Severity); 2] = [
    (RULE, Severity::Error),
    ("index-beside-section", Severity::Warning),
];

/// Takes away the stubs whose posts could not stand beside the other pages, before money is spent, and reports them.
pub(in super::super) fn colliding(
    asked: &mut Vec<&Stub>,
    pages: &Pages<'_>,
    config: &Config,
    reports: &mut Vec<PostReport>,
) -> anyhow::Result<()> {
    let collisions = Collisions::among(pages, config)?;
    asked.retain(|stub| {
        let report = collisions.of(&stub.path);
        let is_free = report.is_none();
        reports.extend(report);
        is_free
    });
    Ok(())
}

/// What stands in the way of stubs.
struct Collisions<'p, 'a> {
    pages: &'p Pages<'a>,
    selection: Selection,
    /// The pages by their paths as some file systems take them.
    names: HashMap<String, Vec<&'p SitePath>>,
    /// The stubs by their addresses.
    stubs: HashMap<&'p str, Vec<&'p SitePath>>,
}

impl<'p, 'a> Collisions<'p, 'a> {
    fn among(pages: &'p Pages<'a>, config: &Config) -> anyhow::Result<Self> {
        let mut names: HashMap<_, Vec<_>> = HashMap::new();
        let mut stubs: HashMap<_, Vec<_>> = HashMap::new();
        for (path, page) in &pages.all().pages {
            names.entry(folded(path)).or_default().push(path);
            if let Some(address) = page.address.as_deref().filter(|_| page.is_stub) {
                stubs.entry(address).or_default().push(path);
            }
        }
        Ok(Self {
            pages,
            selection: Selection::new(config, &[], &[]).map_err(anyhow::Error::msg)?,
            names,
            stubs,
        })
    }

    /// The report of a stub that another page keeps from becoming a post; `None` where none does.
    fn of(&self, path: &SitePath) -> Option<PostReport> {
        let finding = self
            .twin(path)
            .or_else(|| self.rival(path))
            .or_else(|| self.found(path))?;
        let trouble = Trouble::new(
            "check-failed",
            format!("nothing was asked, since {}", finding.message),
            "rename one of the two files, or write a slug of its own into one",
        );
        let report = PostReport::new(path, PostState::Failed);
        let mut report = report.because(PostState::Failed, trouble);
        report.findings.push(finding);
        Some(report)
    }

    /// Another page with the same name but for capitals or the way in which letters are composed: on other systems they are
    /// one file.
    fn twin(&self, path: &SitePath) -> Option<Finding> {
        let other = other(self.names.get(&folded(path))?, path)?;
        Some(finding(
            path,
            format!(
                "its name is that of {} but for capitals or the way its letters are composed, and on many systems the two are one file",
                escape(other.as_str())
            ),
        ))
    }

    /// Another stub at the same address: as drafts they may stand, and only one of them could ever be published.
    fn rival(&self, path: &SitePath) -> Option<Finding> {
        let address = self.pages.all().pages.get(path)?.address.as_deref()?;
        let other = other(self.stubs.get(address)?, path)?;
        Some(finding(
            path,
            format!(
                "this page has the address `{}`, which the stub {} has",
                escape(address),
                escape(other.as_str())
            ),
        ))
    }

    /// What the rules say of the page as it is.
    fn found(&self, path: &SitePath) -> Option<Finding> {
        let is_in_the_way = |finding: &Finding| {
            let mut rules = RULES.iter();
            rules.any(|(rule, least)| finding.rule == *rule && finding.severity >= *least)
        };
        let findings = self.pages.check(path, &self.selection);
        findings.into_iter().find(is_in_the_way)
    }
}

fn other<'p>(paths: &[&'p SitePath], path: &SitePath) -> Option<&'p SitePath> {
    paths.iter().copied().find(|other| *other != path)
}

fn finding(path: &SitePath, message: String) -> Finding {
    Finding::new(RULE, Severity::Error, path, message)
}

/// A path as a file system without capitals, and with composed letters, would take it.
fn folded(path: &SitePath) -> String {
    path.as_str()
        .nfc()
        .flat_map(char::to_lowercase)
        .nfc()
        .collect()
}
