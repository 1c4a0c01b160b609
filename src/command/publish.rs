//! From a recorded reply to a post in its place. Costs nothing, and can be done again at any time.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::Date;

use super::Environment;
use super::workspace::Workspace;
use crate::check::{self, Page, Selection};
use crate::disk::{self, Expect};
use crate::finding::{Applicability, Finding, Severity};
use crate::fix;
use crate::post::{self, Post, Source};
use crate::record::Record;
use crate::reply;
use crate::report::human::plural;
use crate::report::{PostReport, PostState, Sources, Trouble, position};
use crate::stub::{Provenance, Stub};

/// The post that a new one replaces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Previous<'a> {
    /// The whole page.
    pub(super) text: &'a str,
    /// Its date, as it is written.
    pub(super) date: Option<&'a str>,
}

/// Makes posts of records, one after the other, and remembers what is to be said once a run.
pub(super) struct Publisher<'a> {
    pub(super) workspace: &'a mut Workspace,
    /// The day in UTC, for dates that are still to come.
    today: Date,
    /// Where the generator's program is asked for its version.
    cwd: PathBuf,
    selection: Selection,
    /// Taxonomies that posts had terms for and the site cannot have, with the pages' language.
    undeclared: BTreeSet<(String, String)>,
    /// The posts' texts, for showing findings in.
    pub(super) sources: Sources,
}

/// File names that show as a picture.
const IMAGES: [&str; 7] = ["svg", "png", "jpg", "jpeg", "gif", "webp", "avif"];

/// Whether a picture of this name belongs to the stub's page bundle. Other pages have no files of their own.
fn has_image(stub: &Stub, name: &str) -> bool {
    let is_bundle = stub.path.file_name().split('.').next() == Some("index");
    let is_plain = !name.contains(['/', '\\', ':', '?', '#', '%']);
    let is_picture = name
        .rsplit_once('.')
        .is_some_and(|(_, extension)| IMAGES.contains(&extension));
    is_bundle && is_plain && is_picture && disk::is_file(&stub.file.with_file_name(name))
}

impl<'a> Publisher<'a> {
    pub(super) fn new(
        workspace: &'a mut Workspace,
        environment: &Environment,
    ) -> anyhow::Result<Self> {
        let selection = Selection::new(&workspace.config, &[], &[]).map_err(anyhow::Error::msg)?;
        Ok(Self {
            workspace,
            today: environment.today(),
            cwd: environment.cwd.clone(),
            selection,
            undeclared: BTreeSet::new(),
            sources: Sources::new(),
        })
    }

    /// Makes the post and puts it where the stub (or the post before it) is.
    pub(super) fn publish(
        &mut self,
        stub: &Stub,
        record: &Record,
        previous: Option<Previous<'_>>,
    ) -> PostReport {
        let mut report = PostReport::new(&stub.path, PostState::Failed);
        report.model = Some(format!(
            "{}/{}",
            record.asked_for.provider, record.asked_for.model
        ));
        match self.make(stub, record, previous, &mut report) {
            Ok(state) => report.state = state,
            Err(trouble) => report.error = Some(trouble),
        }
        report
    }

    fn make(
        &mut self,
        stub: &Stub,
        record: &Record,
        previous: Option<Previous<'_>>,
        report: &mut PostReport,
    ) -> Result<PostState, Trouble> {
        let categories = self.workspace.config.categories(&stub.language);
        let parsed = reply::parse(&record.reply, categories).map_err(|error| {
            let message = format!("{error} (record {})", record.name);
            Trouble::new(error.kind(), message, error.help())
        })?;
        for note in &parsed.notes {
            let mut finding = Finding::new(
                note.rule,
                Severity::Warning,
                &stub.path,
                note.message.clone(),
            );
            finding.help.clone_from(&note.help);
            report.findings.push(finding);
        }
        let has_image = |name: &str| has_image(stub, name);
        let source = Source {
            has_image: &has_image,
            article: &parsed.article,
            stub: &stub.text,
            path: &stub.path,
            page_language: &stub.page_language,
            day: record
                .asked_for
                .asked
                .to_zoned(jiff::tz::TimeZone::UTC)
                .date(),
            previous_date: previous.and_then(|previous| previous.date),
        };
        let post = self.convert(&source, &stub.text)?;
        report.title = Some(post.title.clone());
        report.words = post.words;
        report.findings.extend(post.findings.iter().cloned());
        self.undeclared.extend(
            post.undeclared
                .iter()
                .map(|taxonomy| (taxonomy.clone(), stub.page_language.clone())),
        );
        self.long_enough(&post)?;
        let text = self.checked(post, stub, report)?;
        let current = previous.map_or(stub.text.as_str(), |previous| previous.text);
        self.write(stub, record, &text.0, text.1, current)
    }

    fn convert(&mut self, source: &Source<'_>, stub: &str) -> Result<Post, Trouble> {
        let trouble = |error: crate::front_matter::FrontMatterError| Trouble {
            kind: "malformed-stub".to_owned(),
            message: format!(
                "line {}: {}",
                position(stub, error.span.start).0,
                error.message
            ),
            help: error.help,
        };
        let post = post::convert(source, &self.workspace.site, &self.workspace.config.post)
            .map_err(trouble)?;
        if !post.needs_version {
            return Ok(post);
        }
        // Only now does the version matter, so only now is the program asked.
        self.workspace.settle_version(&self.cwd);
        post::convert(source, &self.workspace.site, &self.workspace.config.post).map_err(trouble)
    }

    fn long_enough(&self, post: &Post) -> Result<(), Trouble> {
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

    /// The page with every safe fix made, if the rules find no error in it; and whether its text fits one version only.
    fn checked(
        &mut self,
        post: Post,
        stub: &Stub,
        report: &mut PostReport,
    ) -> Result<(String, bool), Trouble> {
        let site = &self.workspace.site;
        let look = |text: &str| {
            let page = Page::parse(&stub.path, text, &stub.page_language, site, self.today);
            let page = page.wanting(&self.workspace.config.post);
            check::check(&page.as_generated().as_published(), &self.selection)
        };
        let (text, findings) = fix::settle(&post.text, Applicability::Safe, &look);
        let errors = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .count();
        let first = findings
            .iter()
            .find(|finding| finding.severity == Severity::Error)
            .map(|finding| finding.message.clone());
        report.findings.extend(findings);
        self.sources.insert(stub.path.clone(), text.clone());
        match first {
            None => Ok((text, post.needs_version)),
            Some(first) => Err(Trouble::new(
                "check-failed",
                format!(
                    "the post would have {}, the first: {first}",
                    plural(errors, "error")
                ),
                "change the stub's front matter, or ask again with `postwright generate --refresh`; the reply is kept",
            )),
        }
    }

    fn write(
        &mut self,
        stub: &Stub,
        record: &Record,
        text: &str,
        needs_version: bool,
        current: &str,
    ) -> Result<PostState, Trouble> {
        let site = &self.workspace.site;
        let disk_trouble = |error: crate::disk::Error| Trouble {
            kind: error.kind().to_owned(),
            message: error.to_string(),
            help: error.help().map(str::to_owned),
        };
        let store_trouble = |error: crate::record::Error| {
            Trouble::new(
                "store",
                error.to_string(),
                "make room or fix the folder .postwright, then run again; the reply is kept",
            )
        };
        let provenance = Provenance {
            topic: stub.request.topic.clone(),
            model: format!("{}/{}", record.asked_for.provider, record.asked_for.model),
            generated: record.asked_for.asked.to_string(),
            reply: record.name.to_string(),
            stub: self
                .workspace
                .store
                .keep_page(stub.text.as_bytes())
                .map_err(store_trouble)?,
            written: String::new(),
            for_generator: post::made_for(site, needs_version),
        };
        let (page, provenance) = post::sign(text, site, provenance).map_err(|error| {
            Trouble::new(
                "malformed-stub",
                error.message.clone(),
                "simplify the stub's front matter; the reply is kept",
            )
        })?;
        if page == current {
            return Ok(PostState::Unchanged);
        }
        if current != stub.text {
            // A change of a person that the hash does not see is kept all the same.
            self.workspace
                .store
                .keep_page(current.as_bytes())
                .map_err(store_trouble)?;
        }
        self.workspace
            .store
            .keep_post(&provenance.written, page.as_bytes())
            .map_err(store_trouble)?;
        self.workspace
            .root
            .write_atomic(
                &stub.file,
                page.as_bytes(),
                Expect::Bytes(current.as_bytes()),
            )
            .map_err(disk_trouble)?;
        self.sources.insert(stub.path.clone(), page);
        Ok(PostState::Written)
    }

    /// What is said once a run: taxonomies that have to be declared before posts can have their terms.
    pub(super) fn closing_findings(&self) -> Vec<Finding> {
        let site = &self.workspace.site;
        self.undeclared
            .iter()
            .map(|(taxonomy, language)| post::left_out_terms(site, taxonomy, language))
            .collect()
    }
}
