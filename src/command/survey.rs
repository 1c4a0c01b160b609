//! Which of a site's pages are stubs, which are posts, and which mean to be one and are not.

use std::path::Path;

use anyhow::bail;

use super::edits::Base;
use super::publish::Previous;
use super::workspace::{Workspace, read_page};
use super::{Context, Environment, Status};
use crate::config::Flags;
use crate::content::{HEAD, Page, STUB_LIMIT, Walk};
use crate::disk;
use crate::front_matter::{self, FrontMatter, SplitRules, Table, Value};
use crate::markdown;
use crate::parallel;
use crate::report::{PostReport, PostState, Sources, Trouble, count, human, position};
use crate::site::Site;
use crate::stub::{self, Kind, Provenance, Stub};
use crate::text::escape;

/// A post that Postwright wrote.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) page: Page,
    pub(super) text: String,
    pub(super) provenance: Provenance,
    /// The post's date, as it is written.
    pub(super) date: Option<String>,
    /// Whether the page says that it is a draft.
    pub(super) draft: Option<bool>,
    /// Where a person has edited it, the post as it was written; looked for only where it is made again.
    pub(super) base: Option<Base>,
}

impl Written {
    /// The same as what a new post takes the place of.
    pub(super) fn as_previous(&self) -> Previous<'_> {
        let base = self.base.as_ref();
        let date = base.map_or(&self.date, |base| &base.date);
        Previous {
            text: &self.text,
            date: date.as_deref(),
            base: base.map(|base| base.text.as_str()),
        }
    }
}

/// The stubs and posts of a site.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) stubs: Vec<Stub>,
    pub(super) posts: Vec<Written>,
    /// Pages that cannot be read, or that ask for a post in a way that cannot be understood.
    pub(super) troubles: Vec<PostReport>,
}

/// The site with its stubs and posts, for a command that changes nothing.
pub(super) fn open(
    context: &Context,
    environment: &Environment,
) -> anyhow::Result<(Workspace, Walk, Survey)> {
    let workspace = Workspace::open(context, environment, Flags::default())?;
    let walk = workspace.walk();
    let survey = survey(&workspace, &walk.pages);
    Ok((workspace, walk, survey))
}

/// Tells what could not be read or understood.
pub(super) fn troubles(walk: &Walk, survey: &Survey, environment: &mut Environment) -> Status {
    environment.note_all(&human::findings(&walk.troubles, &Sources::new(), false));
    environment.note_all(&human::troubles(&survey.troubles));
    if survey.troubles.is_empty() && count(&walk.troubles).errors == 0 {
        Status::Success
    } else {
        Status::Attention
    }
}

/// Reads the pages as far as it takes, on all processors. What comes of them is in the pages' order.
pub(super) fn survey(workspace: &Workspace, pages: &[Page]) -> Survey {
    let site = &workspace.site;
    Survey::together(parallel::map(pages, |page| {
        let rules = site.generator.split_rules();
        let is_candidate = page.is_candidate(site);
        is_candidate.then(|| Survey::read(look(page, rules), page, site))?
    }))
}

/// The text of a page that may be a stub or a post of ours; `None` where it surely is neither. Most pages of most sites
/// are neither, so that has to be found out fast: from the front matter alone, and nothing is read twice.
fn look(page: &Page, rules: SplitRules) -> disk::Result<Option<String>> {
    let head = disk::read_start(&page.file, HEAD)?;
    let is_all = (head.len() as u64) < HEAD;
    if !may_be_ours(&head, rules) {
        return Ok(None);
    }
    match String::from_utf8(head) {
        Ok(text) if is_all => Ok(Some(text)),
        _ => read_page(page).map(Some),
    }
}

/// Whether a page that begins like this may be a stub or a post of ours.
fn may_be_ours(head: &[u8], rules: SplitRules) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    match front_matter::split(text, rules) {
        Ok(Some(split)) => mentions(&head[split.block]),
        Ok(None) if text.len() == head.len() => false,
        // What is not UTF-8 may be in the middle of it.
        Ok(None) | Err(_) => mentions(head),
    }
}

/// Whether some front matter may be that of a stub or of a post of ours.
fn mentions(text: &[u8]) -> bool {
    let has = |word: &[u8]| text.windows(word.len()).any(|window| window == word);
    has(b"topic") || has(b"postwright")
}

impl Survey {
    /// What a page is that was read whole already; nothing where it is one of the author's own. Where it could not be, its
    /// beginning tells whether that matters.
    pub(super) fn of(page: &Page, text: &disk::Result<String>, site: &Site) -> Option<Box<Self>> {
        let rules = site.generator.split_rules();
        if !page.is_candidate(site) {
            return None;
        }
        let looked = match text {
            Ok(text) => Ok(may_be_ours(text.as_bytes(), rules).then(|| text.clone())),
            Err(_) => look(page, rules),
        };
        Self::read(looked, page, site)
    }

    fn read(looked: disk::Result<Option<String>>, page: &Page, site: &Site) -> Option<Box<Self>> {
        let mut survey = Self::default();
        match looked {
            Ok(None) => return None,
            Ok(Some(text)) => survey.sort(page, text, site),
            // It vanished between the walk and now.
            Err(error) if error.is_not_found() => return None,
            Err(error) => survey.trouble(
                page,
                Trouble {
                    kind: error.kind().to_owned(),
                    message: error.to_string(),
                    help: error.help().map(str::to_owned),
                },
            ),
        }
        Some(Box::new(survey))
    }

    /// All of what single pages are, in their order.
    pub(super) fn together(pages: impl IntoIterator<Item = Option<Box<Self>>>) -> Self {
        let mut all = Self::default();
        for mut page in pages.into_iter().flatten() {
            all.stubs.append(&mut page.stubs);
            all.posts.append(&mut page.posts);
            all.troubles.append(&mut page.troubles);
        }
        all
    }

    fn sort(&mut self, page: &Page, text: String, site: &Site) {
        let split = match front_matter::split(&text, site.generator.split_rules()) {
            Ok(Some(split)) => split,
            Ok(None) => return,
            Err(error) => return self.broken(page, &text, &error),
        };
        let front = match FrontMatter::parse(&text, &split) {
            Ok(front) => front,
            Err(error) => return self.broken(page, &text, &error),
        };
        let options_path = site.generator.options_path();
        let kind = stub::classify(
            front.table(),
            &text[split.body..],
            options_path,
            &markdown::word_count,
        );
        match kind {
            Kind::Page => {}
            Kind::Stub(_) if text.len() as u64 > STUB_LIMIT => self.trouble(
                page,
                Trouble::new(
                    "too-large",
                    "the stub is larger than 1 MiB",
                    "shorten the notes below its front matter",
                ),
            ),
            Kind::Stub(request) => {
                let (path, file) = (page.path.clone(), page.file.clone());
                self.stubs.push(Stub::new(
                    path,
                    file,
                    &page.language,
                    site.writing_language(&page.language),
                    request,
                    front.table().clone(),
                    text,
                ));
            }
            Kind::Post(provenance) => {
                let date = date_of(front.table());
                let draft = front.get(&["draft"]).and_then(Value::as_bool);
                self.posts.push(Written {
                    page: page.clone(),
                    text,
                    provenance,
                    date,
                    draft,
                    base: None,
                });
            }
            Kind::Malformed(problems) => {
                let messages: Vec<String> = problems
                    .iter()
                    .map(|problem| {
                        let path: Vec<&str> = problem.key.split('.').collect();
                        let place = front
                            .key_span(&path)
                            .map(|span| position(&text, span.start).0);
                        place.map_or_else(
                            || problem.message.clone(),
                            |line| format!("line {line}: {}", problem.message),
                        )
                    })
                    .collect();
                let help: Vec<String> = problems.into_iter().map(|problem| problem.help).collect();
                self.trouble(
                    page,
                    Trouble::new("malformed-stub", messages.join("; "), help.join("\n")),
                );
            }
        }
    }

    /// Front matter that cannot be read is trouble here only where the page seems to ask for a post.
    fn broken(&mut self, page: &Page, text: &str, error: &front_matter::FrontMatterError) {
        let asks = text.lines().take(200).any(|line| {
            let line = line.trim_start().trim_start_matches(['"', '\'']);
            line.strip_prefix("topic").is_some_and(|rest| {
                rest.trim_start_matches(['"', '\''])
                    .trim_start()
                    .starts_with(['=', ':'])
            })
        });
        if asks {
            let (line, _) = position(text, error.span.start);
            self.trouble(
                page,
                Trouble {
                    kind: "malformed-stub".to_owned(),
                    message: format!("line {line}: {}", error.message),
                    help: error.help.clone(),
                },
            );
        }
    }

    fn trouble(&mut self, page: &Page, trouble: Trouble) {
        self.troubles.push(
            PostReport::new(&page.path, PostState::Failed).because(PostState::Failed, trouble),
        );
    }
}

/// The date in a page's front matter, as it is written.
pub(super) fn date_in(text: &str, site: &Site) -> Option<String> {
    let split = front_matter::split(text, site.generator.split_rules()).ok()??;
    date_of(FrontMatter::parse(text, &split).ok()?.table())
}

fn date_of(table: &Table) -> Option<String> {
    match table.get("date") {
        Some(Value::Date(date) | Value::String(date)) => Some(date.clone()),
        _ => None,
    }
}

/// The stub that a post was made from, from the bytes that were kept of it.
pub(super) fn stub_of(written: &Written, workspace: &Workspace) -> Result<Stub, Trouble> {
    let missing = || {
        Trouble::new(
            "stub-missing",
            "the stub that this post was made from is not kept in .postwright/pages",
            "bring the folder .postwright back from version control",
        )
    };
    let bytes = workspace
        .store
        .page(&written.provenance.stub)
        .map_err(|error| {
            Trouble::new(
                "stub-damaged",
                error.to_string(),
                "bring the file back from version control",
            )
        })?
        .ok_or_else(missing)?;
    let text = String::from_utf8(bytes).map_err(|_| missing())?;
    let mut kept = Survey::default();
    kept.sort(&written.page, text, &workspace.site);
    kept.stubs.pop().ok_or_else(missing)
}

/// The one stub or post that a path on the command line means, with the stub that it was made from.
pub(super) struct Target {
    pub(super) stub: Stub,
    /// The post, where there is one already.
    pub(super) written: Option<Written>,
}

/// Finds the one stub or post that `given` means; `Err` where it means none or several.
pub(super) fn target(
    workspace: &Workspace,
    given: &Path,
    environment: &Environment,
) -> anyhow::Result<Result<Target, PostReport>> {
    let shown = escape(&given.to_string_lossy()).into_owned();
    let pages = workspace
        .select(&workspace.walk(), &[given.to_owned()], environment)?
        .pages;
    let [page] = pages.as_slice() else {
        bail!("{shown} is a folder; give the path of one page");
    };
    let mut survey = survey(workspace, &pages);
    if let Some(report) = survey.troubles.pop() {
        return Ok(Err(report));
    }
    match (survey.stubs.pop(), survey.posts.pop()) {
        (Some(stub), _) => Ok(Ok(Target {
            stub,
            written: None,
        })),
        (None, Some(written)) => {
            Ok(match stub_of(&written, workspace) {
                Ok(stub) => Ok(Target {
                    stub,
                    written: Some(written),
                }),
                Err(trouble) => Err(PostReport::new(&page.path, PostState::Failed)
                    .because(PostState::Failed, trouble)),
            })
        }
        (None, None) => bail!(
            "{shown} is neither a stub (a page with a `topic`) nor a post that Postwright wrote"
        ),
    }
}
