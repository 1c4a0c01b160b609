//! Pages of which a build that went well wrote nothing.

use std::path::Path;

use jiff::Timestamp;

use crate::check::SitePages;
use crate::content::{Page, Walk};
use crate::disk::{self, EntryKind};
use crate::finding::{Finding, Severity};
use crate::generator::build::{BuildMessage, ListedPage};
use crate::site::Site;
use crate::text::escape;

/// The pages that should have an address and for which there is no file, and those that only this build included.
pub(super) fn left_out(
    all: &SitePages<'_>,
    walk: &Walk,
    listed: &[ListedPage],
    output: &Path,
    messages: &[BuildMessage],
    now: Timestamp,
) -> Vec<Finding> {
    let site = all.site;
    let title = site.generator.title();
    let unwritten = |address: &str| {
        format!(
            "{title} wrote no page for the address `{}`",
            escape(address)
        )
    };
    let mut findings = Vec::new();
    for page in &walk.pages {
        let guess = all
            .pages
            .get(&page.path)
            .and_then(|page| page.address.clone());
        let own = listed.iter().find(|other| other.path == page.path.as_str());
        let message = match own {
            Some(own) => {
                findings.extend(expired(page, own, title, now));
                own.address
                    .as_ref()
                    .filter(|address| !is_written(site, page, address, output))
                    .map(|address| unwritten(address))
            }
            None if !listed.is_empty() => (guess.is_some() && site.roots[page.root].writable)
                .then(|| format!("{title} does not count this file among its pages")),
            None => guess
                .filter(|address| !is_written(site, page, address, output))
                .map(|address| unwritten(&address)),
        };
        let Some(message) = message else { continue };
        let mut finding = Finding::new("not-built", Severity::Warning, &page.path, message);
        finding.help = why(messages);
        findings.push(finding);
    }
    findings
}

/// The probable reason, where the generator has said one.
fn why(messages: &[BuildMessage]) -> Option<String> {
    let layout = messages
        .iter()
        .find(|message| message.text.starts_with("found no layout file"))?;
    Some(format!(
        "the site has no template for it: {}",
        escape(&layout.text)
    ))
}

/// A page that the site's own build leaves out, as its author wants it.
fn expired(page: &Page, listed: &ListedPage, title: &str, now: Timestamp) -> Option<Finding> {
    let expires: Timestamp = listed.expires.as_deref()?.parse().ok()?;
    let day = expires.to_zoned(jiff::tz::TimeZone::UTC).date();
    (expires < now).then(|| {
        let message = format!("the page expired on {day}, so {title} leaves it out");
        Finding::new("not-built", Severity::Info, &page.path, message)
            .help("this build included it, to see whether it can be built")
    })
}

/// An address seen from the folder of the built site, which does not hold the path in the site's own address.
pub(super) fn without_base<'a>(site: &Site, address: &'a str) -> &'a str {
    let base = &site.settings.base_path;
    address
        .strip_prefix('/')
        .and_then(|rest| rest.strip_prefix(base.as_str()))
        .filter(|rest| !base.is_empty() && (rest.is_empty() || rest.starts_with('/')))
        .unwrap_or(address)
}

/// Whether something was written for an address.
fn is_written(site: &Site, page: &Page, address: &str, output: &Path) -> bool {
    let inner = without_base(site, address).trim_matches('/');
    let is_there = |path: &str| {
        let place = output.join(path);
        let holds_page = disk::list(&place).is_ok_and(|entries| {
            entries.iter().any(|(name, kind)| {
                *kind == EntryKind::File && name.to_string_lossy().starts_with("index.")
            })
        });
        holds_page || disk::is_file(&place) || disk::is_file(&place.with_added_extension("html"))
    };
    // Where each language has a host of its own, each has a folder too.
    is_there(inner) || is_there(&format!("{}/{inner}", page.language))
}
