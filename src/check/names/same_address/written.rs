//! The files that Hugo writes for pages and aliases, where one is in the way of another: the file of one cannot be the
//! folder of another, and the build stops at it (tested on Hugo 0.168.0).

use std::collections::{BTreeMap, BTreeSet};

use super::{Claim, SameAddress};
use crate::check::{Outline, Rule, SitePages};
use crate::finding::{Finding, Severity};
use crate::site::Site;

/// What all claims write, and what Hugo writes beside them.
pub(super) struct Written {
    /// Files of claims.
    claimed: BTreeSet<String>,
    /// Feeds, the map of the site and the like.
    own: BTreeSet<String>,
}

impl Written {
    pub(super) fn of(pages: &SitePages<'_>, claims: &BTreeMap<&str, Vec<Claim<'_>>>) -> Self {
        let site = pages.site;
        let mut own: BTreeSet<String> = site.settings.own_files.iter().cloned().collect();
        let has_feed = |kind: &str| {
            let formats = site.settings.outputs.get(kind);
            formats.is_some_and(|formats| formats.iter().any(|it| it.eq_ignore_ascii_case("rss")))
        };
        let has_own_outputs = |page: &Outline| page.get(site, "outputs").is_some();
        let sections = pages.pages.values().filter(|page| page.is_section);
        if has_feed("section") {
            own.extend(
                sections
                    .filter(|page| !page.is_hidden && !has_own_outputs(page))
                    .filter_map(|page| page.address.as_deref())
                    .filter(|address| *address != "/")
                    .map(|address| format!("{}index.xml", &address[1..])),
            );
        }
        if has_feed("taxonomy") && site.languages.len() == 1 {
            let rendered = site.taxonomies.iter().filter(|taxonomy| taxonomy.rendered);
            own.extend(rendered.map(|it| format!("{}/index.xml", site.term_slug(&it.name))));
        }
        if has_feed("term") && site.languages.len() == 1 {
            let terms = pages.pages.values().filter(|page| !page.is_hidden);
            own.extend(terms.flat_map(|page| terms_of(site, page)));
        }
        let claimed = claims
            .iter()
            .filter(|(_, claims)| claims.iter().any(|claim| !claim.page.is_hidden))
            .map(|(address, _)| file(address))
            .collect();
        Self { claimed, own }
    }

    /// What is in the way of a claim.
    pub(super) fn trouble(
        &self,
        rule: &SameAddress,
        claim: &Claim<'_>,
        address: &str,
    ) -> Option<Finding> {
        let file = file(address);
        let mut folders = file.match_indices('/').map(|(at, _)| &file[..at]);
        let what = if claim.is_alias { "alias" } else { "page" };
        let in_the_way =
            folders.find(|folder| self.own.contains(*folder) || self.claimed.contains(*folder));
        let (severity, message) = if let Some(folder) = in_the_way {
            let folder = crate::text::escape(folder);
            (
                Severity::Error,
                format!(
                    "this {what} needs a folder `{folder}`, where Hugo writes a file, and stops at it"
                ),
            )
        } else if self.own.contains(&file) {
            let file = crate::text::escape(&file);
            (
                Severity::Warning,
                format!(
                    "this {what} is in the place of `{file}`, which Hugo writes itself, and one of the two is lost"
                ),
            )
        } else {
            return None;
        };
        let severity = if claim.page.is_hidden {
            Severity::Warning
        } else {
            severity
        };
        Some(
            Finding::new(rule.name(), severity, claim.path, message)
                .at(claim.span.clone())
                .help("write another slug, url or alias"),
        )
    }
}

/// The feeds of the terms of a page.
fn terms_of(site: &Site, page: &Outline) -> Vec<String> {
    let rendered = site.taxonomies.iter().filter(|taxonomy| taxonomy.rendered);
    rendered
        .flat_map(|taxonomy| {
            let name = site.term_slug(&taxonomy.name);
            let terms = page.terms(site, &taxonomy.name);
            terms.map(move |term| format!("{name}/{}/index.xml", site.term_slug(term)))
        })
        .collect()
}

/// The file that is written for an address.
fn file(address: &str) -> String {
    let inner = address.trim_start_matches('/');
    if inner.is_empty() || inner.ends_with('/') {
        format!("{inner}index.html")
    } else {
        inner.to_owned()
    }
}
