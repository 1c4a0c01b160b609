//! Pages and aliases in the place of what the generator writes itself.

use super::listed::Listed;
use super::{Claim, SameAddress, collide};
use crate::check::Rule;
use crate::finding::{Finding, Severity};
use crate::site::Site;

impl SameAddress {
    /// An alias where the generator writes a file of its own: the start page, which every site has, or one of the site's.
    pub(super) fn over_own_file(
        &self,
        claim: &Claim<'_>,
        address: &str,
        claims: &[Claim<'_>],
        site: &Site,
        listed: &Listed,
    ) -> Option<Finding> {
        let is_strict = site.generator.requires_front_matter();
        // Hugo lets the one or the other win where a page is there.
        if claim.page.is_hidden || !claim.is_alias && (!is_strict || address == "/") {
            return None;
        }
        let what_it_is = if claim.is_alias { "alias" } else { "page" };
        let title = site.generator.title();
        let path = address.trim_matches('/');
        let (severity, what) = if address == "/" {
            let is_told = claims
                .iter()
                .any(|other| collide(claim, other, site).is_some());
            let stops = if is_strict {
                claim.written == "/"
            } else {
                !claim.written.ends_with("index.html")
            };
            match (stops, is_told) {
                (true, false) => (
                    Severity::Error,
                    format!("the start page, and {title} stops at it"),
                ),
                (false, false) => (
                    Severity::Warning,
                    "the start page, and one of the two is lost".to_owned(),
                ),
                (true, true) if !is_strict => (
                    Severity::Error,
                    format!("the start page, and {title} stops at it"),
                ),
                _ => return None,
            }
        } else if !is_strict {
            return None;
        } else {
            let own = site.settings.own_files.iter().chain(&listed.feeds);
            // An alias of that name is a file itself.
            let pages: &[&str] = if claim.is_alias {
                &[]
            } else {
                &["404.html", "index.html"]
            };
            let mut own = own.map(String::as_str).chain(pages.iter().copied());
            let file = own.find(|file| {
                let rest = path.strip_prefix(file);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })?;
            (
                Severity::Error,
                format!("{file}, which {title} writes itself, and stops at it"),
            )
        };
        let finding = Finding::new(
            self.name(),
            severity,
            claim.path,
            format!("this {what_it_is} is in the place of {what}"),
        );
        let help = if claim.is_alias {
            "take the alias out, or write another one"
        } else {
            "write another path or slug"
        };
        Some(finding.at(claim.span.clone()).help(help))
    }
}
