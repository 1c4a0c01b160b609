//! Pages and aliases in the place of what the generator writes itself.

use super::{Claim, SameAddress, collide};
use crate::check::{Rule, SitePages};
use crate::finding::{Finding, Severity};
use crate::site::{Site, Version};

impl SameAddress {
    /// An alias where the generator writes a file of its own: the start page, which every site has, or one of the site's.
    pub(super) fn over_own_file(
        &self,
        claim: &Claim<'_>,
        address: &str,
        claims: &[Claim<'_>],
        site: &Site,
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
            let own = site.settings.own_files.iter().map(String::as_str);
            // An alias of that name is a file itself.
            let mut own = own.chain((!claim.is_alias).then_some("404.html"));
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

    /// A page where the generator writes the list of a taxonomy.
    pub(super) fn over_taxonomy(
        &self,
        claim: &Claim<'_>,
        address: &str,
        pages: &SitePages<'_>,
    ) -> Option<Finding> {
        let site = pages.site;
        if claim.page.is_section || claim.page.is_hidden {
            return None;
        }
        let taxonomy = site.taxonomies.iter().find(|taxonomy| {
            let root = Some(site.settings.taxonomy_root.as_str()).filter(|root| !root.is_empty());
            let language = Some(taxonomy.language.as_str())
                .filter(|language| *language != site.default_language);
            let name = site.term_slug(&taxonomy.name);
            let parts: Vec<&str> = language
                .into_iter()
                .chain(root)
                .chain([name.as_str()])
                .collect();
            taxonomy.rendered && address == format!("/{}/", parts.join("/"))
        })?;
        let stops =
            site.generator.requires_front_matter() && site.version >= Version::new(0, 23, 0);
        let severity = if stops {
            Severity::Error
        } else {
            Severity::Warning
        };
        Some(
            Finding::new(
                self.name(),
                severity,
                claim.path,
                format!(
                    "this page has the address of the taxonomy `{}`, and one of the two is lost",
                    taxonomy.name
                ),
            )
            .at(claim.span.clone())
            .help("rename the file, or write another slug or path"),
        )
    }
}
