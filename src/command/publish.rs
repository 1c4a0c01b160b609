//! From a recorded reply to a post in its place. Costs nothing, and can be done again at any time.

mod around;
mod checking;
mod collision;
mod merged;
mod targets;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::Environment;
use super::workspace::Workspace;
use crate::article::Article;
use crate::check::Selection;
use crate::disk::{self, Expect};
pub(super) use around::{Around, Pages};
pub(super) use collision::colliding;
use targets::Targets;

use crate::finding::{Finding, Severity};
use crate::front_matter;
use crate::post::{self, Post, Source};
use crate::record::Record;
use crate::reply;
use crate::report::{PostReport, PostState, Sources, Trouble, position};
use crate::stub::{Provenance, Stub};

/// The post that a new one replaces.
#[derive(Debug, Clone, Copy)]
pub(super) struct Previous<'a> {
    /// The whole page.
    pub(super) text: &'a str,
    /// The date that it was written with.
    pub(super) date: Option<&'a str>,
    /// Where a person has edited it since: the page as it was written.
    pub(super) base: Option<&'a str>,
}

/// A post as it is written.
struct Signed {
    text: String,
    /// What it says of where it comes from, its own hash included.
    provenance: Provenance,
}

/// Makes posts of records, one after the other, and remembers what is to be said once a run.
pub(super) struct Publisher<'w, 'a> {
    pub(super) workspace: &'w mut Workspace,
    /// The day in UTC, for dates that are still to come.
    today: Date,
    /// Where the generator's program is asked for its version.
    cwd: PathBuf,
    selection: Selection,
    /// The pages of the site, with the posts of this run.
    pages: &'w mut Pages<'a>,
    /// Taxonomies that posts had terms for and the site cannot have, with the pages' language.
    undeclared: BTreeSet<(String, String)>,
    /// The texts of posts with findings, for showing those in.
    pub(super) sources: Sources,
    /// Whether nothing is to be written: only whether something would be is asked.
    is_trial: bool,
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

impl<'w, 'a> Publisher<'w, 'a> {
    pub(super) fn new(
        workspace: &'w mut Workspace,
        pages: &'w mut Pages<'a>,
        environment: &Environment,
    ) -> anyhow::Result<Self> {
        let selection = Selection::new(&workspace.config, &[], &[]).map_err(anyhow::Error::msg)?;
        Ok(Self {
            workspace,
            today: environment.today(),
            cwd: environment.cwd.clone(),
            selection,
            pages,
            undeclared: BTreeSet::new(),
            sources: Sources::new(),
            is_trial: false,
        })
    }

    /// Why no post comes of a record; `None` where one does. Writes nothing.
    pub(super) fn refusal(
        &mut self,
        stub: &Stub,
        record: &Record,
        previous: Option<Previous<'_>>,
    ) -> Option<Trouble> {
        self.is_trial = true;
        let report = self.publish(stub, record, previous);
        self.is_trial = false;
        report.error
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
        let parsed = reply::parse(record.text(), categories).map_err(|error| {
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
        self.pages.set_terms_aside(&stub.path);
        let made = self.make_of(&parsed.article, stub, record, previous, report);
        self.pages.count_terms(&stub.path);
        made
    }

    /// Makes the post of an article, and puts it into its place, among the other pages.
    fn make_of(
        &mut self,
        article: &Article,
        stub: &Stub,
        record: &Record,
        previous: Option<Previous<'_>>,
        report: &mut PostReport,
    ) -> Result<PostState, Trouble> {
        let targets = Targets::of(stub, record, self.pages.all(), self.today);
        let has_image = |name: &str| has_image(stub, name);
        let source = Source {
            has_image: &has_image,
            page: &|dest| targets.find(dest),
            spelling: &|tag| self.pages.spelling(tag, stub),
            article,
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
        let post = convert(self.workspace, &self.cwd, &source, &stub.text)?;
        report.title = Some(post.title.clone());
        report.words = post.words;
        report.findings.extend(post.findings.iter().cloned());
        self.undeclared.extend(
            post.undeclared
                .iter()
                .map(|taxonomy| (taxonomy.clone(), stub.page_language.clone())),
        );
        self.long_enough(&post)?;
        let before = self.pages.set(&stub.path, &post.text);
        let current = previous.map_or(stub.text.as_str(), |previous| previous.text);
        let said = report.findings.len();
        let written = self
            .checked(&post, stub, record, report)
            .and_then(|signed| {
                let Some(base) = previous.and_then(|previous| previous.base) else {
                    return self.write(stub, &signed, &signed.text, current);
                };
                // What was found is about a page that is not written as it is.
                report.findings.truncate(said);
                let both = (base, current);
                let text = self.merged(both, &signed, stub, record, report)?;
                self.write(stub, &signed, &text, current)
            });
        if written.is_err() || self.is_trial {
            self.pages.set_back(&stub.path, before);
        }
        written
    }

    /// Writes `text`, which is the signed post or its merge with a person's edits, in place of `current`.
    fn write(
        &mut self,
        stub: &Stub,
        signed: &Signed,
        text: &str,
        current: &str,
    ) -> Result<PostState, Trouble> {
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
        if self.is_trial {
            return Ok(PostState::Planned);
        }
        let store = &self.workspace.store;
        store
            .keep_page(stub.text.as_bytes())
            .map_err(store_trouble)?;
        // Also where nothing changes: what edits are told from may have been lost since.
        store
            .keep_post(&signed.provenance.written, signed.text.as_bytes())
            .map_err(store_trouble)?;
        if text == current {
            return Ok(PostState::Unchanged);
        }
        if current != stub.text {
            // A change of a person that the hash does not see is kept all the same.
            store.keep_page(current.as_bytes()).map_err(store_trouble)?;
        }
        self.workspace
            .root
            .write_atomic(
                &stub.file,
                text.as_bytes(),
                Expect::Bytes(current.as_bytes()),
            )
            .map_err(disk_trouble)?;
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

/// The post of a source.
fn convert(
    workspace: &mut Workspace,
    cwd: &Path,
    source: &Source<'_>,
    stub: &str,
) -> Result<Post, Trouble> {
    let trouble = |error: front_matter::FrontMatterError| Trouble {
        kind: "malformed-stub".to_owned(),
        message: format!(
            "line {}: {}",
            position(stub, error.span.start).0,
            error.message
        ),
        help: error.help,
    };
    let post = post::convert(source, &workspace.site, &workspace.config.post).map_err(trouble)?;
    if !post.needs_version {
        return Ok(post);
    }
    // Only now does the version matter, so only now is the program asked.
    workspace.settle_version(cwd);
    post::convert(source, &workspace.site, &workspace.config.post).map_err(trouble)
}
