//! Pages and aliases in the place of static files.

use super::{Claim, SameAddress};
use crate::check::{Rule, SitePages};
use crate::finding::{Finding, Severity};

impl SameAddress {
    /// Zola copies the static files last: over what is there, and it stops where a folder is in the place of one (tested
    /// on 0.17.2 and 0.22.0). Hugo copies them while it writes pages, and stops where an alias needs a folder in the place
    /// of one (tested on 0.168.0).
    pub(super) fn under_static_file(
        &self,
        claim: &Claim<'_>,
        address: &str,
        pages: &SitePages<'_>,
    ) -> Option<Finding> {
        let site = pages.site;
        let is_strict = site.generator.requires_front_matter();
        if claim.page.is_hidden {
            return None;
        }
        let title = site.generator.title();
        let path = address.trim_matches('/');
        let ends_in_html = claim
            .written
            .rsplit_once('.')
            .is_some_and(|(_, last)| last == "html");
        let is_file = claim.is_alias && ends_in_html;
        let folder = path.split('/').next().unwrap_or_default();
        // Most sites have few folders in there, and then no file need be looked for.
        let is_bundle = claim.path.file_name() == "index.md";
        if !claim.is_alias
            && !path.is_empty()
            && !is_bundle
            && !site.settings.static_folders.contains(folder)
        {
            return None;
        }
        let found = |name: &str| {
            let dirs = site.settings.static_dirs.iter();
            let mut files = dirs.map(|dir| format!("{dir}/{}", name.trim_start_matches('/')));
            files.find(|file| pages.has_file(file))
        };
        let what = if claim.is_alias { "alias" } else { "page" };
        let blocked = (!is_file && !path.is_empty() && (is_strict || claim.is_alias))
            .then(|| found(path))
            .flatten();
        let (severity, message) = if let Some(file) = blocked {
            let message =
                format!("this {what} is a folder in the place of {file}, and {title} stops at it");
            (Severity::Error, message)
        } else if !is_strict {
            let file = found(&format!("{path}/index.html")).filter(|_| !claim.is_alias)?;
            (
                Severity::Warning,
                format!("{file} has the address of this page, and one of the two is lost"),
            )
        } else {
            let beside = claim.path.as_str().strip_suffix("index.md");
            let beside = beside
                .filter(|folder| !claim.is_alias && folder.ends_with('/'))
                .map(|folder| format!("{folder}index.html"))
                .filter(|file| pages.has_file(file));
            if let Some(file) = beside {
                let message = format!("{file} takes the place of this page, which is lost");
                let message = crate::text::escape(&message);
                let finding = Finding::new(self.name(), Severity::Error, claim.path, message);
                return Some(
                    finding
                        .at(claim.span.clone())
                        .help("rename or remove the file"),
                );
            }
            let own = claim.written.trim_start_matches('/');
            let file = found(&if is_file {
                own.to_owned()
            } else {
                format!("{path}/index.html")
            })?;
            let severity = if claim.is_alias || claim.page.is_section {
                Severity::Warning
            } else {
                Severity::Error
            };
            (
                severity,
                format!("{file} takes the place of this {what}, which is lost"),
            )
        };
        let help = "rename the file, or write another slug or alias";
        let finding = Finding::new(
            self.name(),
            severity,
            claim.path,
            crate::text::escape(&message),
        );
        Some(finding.at(claim.span.clone()).help(help))
    }
}
