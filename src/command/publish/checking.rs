//! What has to hold of a post before it is written.

use super::{Publisher, Signed};
use crate::check::{self, Page};
use crate::finding::{Applicability, Finding, Severity};
use crate::fix;
use crate::front_matter;
use crate::post::{self, Post};
use crate::record::{Record, Store};
use crate::report::human::plural;
use crate::report::{PostReport, Trouble};
use crate::stub::{Provenance, Stub};

impl Publisher<'_, '_> {
    pub(super) fn long_enough(&self, post: &Post) -> Result<(), Trouble> {
        match self.workspace.config.post.min_words {
            Some(least) if post.words < least => Err(Trouble::new(
                "too-short",
                format!(
                    "the post has {}, and `[post] min_words` asks for {least}",
                    plural(post.words, "word")
                ),
                "ask again with `postwright generate --refresh`, or lower `min_words`; the reply is kept",
            )),
            _ => Ok(()),
        }
    }

    /// The page with every safe fix made and signed, if the rules find no error in it: neither in itself nor among the others.
    /// What they find is about the page as it will be written.
    pub(super) fn checked(
        &mut self,
        post: &Post,
        stub: &Stub,
        record: &Record,
        report: &mut PostReport,
    ) -> Result<Signed, Trouble> {
        if self.workspace.site.generator.depends_on_version(&post.text) {
            self.workspace.settle_version(&self.cwd);
        }
        let (text, _) = fix::settle(&post.text, Applicability::Safe, &|text| {
            self.look(stub, text)
        });
        let signed = self.sign(stub, record, &text, post.needs_version)?;
        let rules = self.workspace.site.generator.split_rules();
        report.body_start = front_matter::split(&signed.text, rules)
            .ok()
            .flatten()
            .map_or(0, |split| split.body);
        self.pages.set(&stub.path, &signed.text);
        self.judge(&signed.text, stub, report)
            .map_err(|findings| {
                Trouble::new(
                    "check-failed",
                    format!("the post would have {findings}"),
                    "change the stub's front matter, or ask again with `postwright generate --refresh`; the reply is kept",
                )
            })?;
        Ok(signed)
    }

    /// What the rules find in a page and of it among the others goes into the report. `Err` tells of the errors.
    pub(super) fn judge(
        &mut self,
        text: &str,
        stub: &Stub,
        report: &mut PostReport,
    ) -> Result<(), String> {
        let mut findings = self.look(stub, text);
        findings.extend(self.pages.check(&stub.path, &self.selection));
        findings.sort_by_key(|finding| finding.span.as_ref().map_or(0, |span| span.start));
        let errors: Vec<&Finding> = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .collect();
        let refused = errors.first().map(|first| {
            format!(
                "{}, the first: {}",
                plural(errors.len(), "error"),
                first.message
            )
        });
        report.findings.extend(findings);
        // Texts that nothing is shown in would only pile up.
        if !report.findings.is_empty() {
            self.sources.insert(stub.path.clone(), text.to_owned());
        }
        refused.map_or(Ok(()), Err)
    }

    /// What the rules find in a post of this text, once it is published.
    fn look(&self, stub: &Stub, text: &str) -> Vec<Finding> {
        let workspace = &self.workspace;
        let page = Page::parse(
            &stub.path,
            text,
            &stub.page_language,
            &workspace.site,
            self.today,
        );
        let page = page.among(self.pages.all()).wanting(&workspace.config.post);
        check::check(&page.as_generated().as_published(), &self.selection)
    }

    /// The page with its provenance.
    pub(super) fn sign(
        &self,
        stub: &Stub,
        record: &Record,
        text: &str,
        needs_version: bool,
    ) -> Result<Signed, Trouble> {
        let site = &self.workspace.site;
        let provenance = Provenance {
            topic: stub.request.topic.clone(),
            model: format!("{}/{}", record.asked_for.provider, record.asked_for.model),
            generated: record.asked_for.asked.to_string(),
            reply: record.name.to_string(),
            stub: Store::page_name(stub.text.as_bytes()),
            written: String::new(),
            base: String::new(),
            for_generator: post::made_for(site, needs_version),
        };
        let (text, provenance) = post::sign(text, site, provenance).map_err(|error| {
            Trouble::new(
                "malformed-stub",
                error.message,
                "simplify the stub's front matter; the reply is kept",
            )
        })?;
        Ok(Signed { text, provenance })
    }
}
