//! What a prompt says of the site around a stub: the pages that it may link to, the tags that there are, and the pages that
//! it builds on. Every page is read for it, so it is made only where something is asked for.

use std::collections::BTreeMap;

use super::prompt::author_terms;
use super::workspace::Workspace;
use crate::content::Walk;
use crate::index::{Entry, Index};
use crate::prompt::{ContextPage, LinkablePage};
use crate::related::Related;
use crate::report::Trouble;
use crate::site::SitePath;
use crate::stub::Stub;
use crate::text::{is_unprintable, percent_encoded, shorten};

mod context;

/// A prompt names no more tags of the site than these.
const MOST_TAGS: usize = 60;
/// Titles and descriptions of pages are cut to so many characters.
const LONGEST_TITLE: usize = 120;
const LONGEST_DESCRIPTION: usize = 200;

/// What the pages of a site are about.
pub(super) struct Library {
    index: Index,
    files: BTreeMap<SitePath, std::path::PathBuf>,
}

/// What is known around one stub.
#[derive(Debug, Default)]
pub(super) struct Knowledge {
    /// The tags that the site has in the stub's language, the most used first.
    pub(super) tags: Vec<String>,
    /// The pages that the post may link to, as the prompt names them.
    pub(super) pages: Vec<LinkablePage>,
    /// The same as paths, for the record.
    pub(super) offered: Vec<SitePath>,
    /// The pages that the post builds on.
    pub(super) context: Vec<ContextPage>,
}

impl Library {
    pub(super) fn new(index: Index, walk: &Walk) -> Self {
        let files = walk.pages.iter();
        Self {
            index,
            files: files
                .map(|page| (page.path.clone(), page.file.clone()))
                .collect(),
        }
    }

    /// The index of its pages.
    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// For looking up what is around many stubs.
    pub(super) fn reader<'a>(&'a self, workspace: &'a Workspace) -> Reader<'a> {
        Reader {
            library: self,
            workspace,
            related: Related::new(&self.index, &workspace.site),
        }
    }
}

/// Looks up what is around a stub.
pub(super) struct Reader<'a> {
    library: &'a Library,
    workspace: &'a Workspace,
    related: Related<'a>,
}

impl Reader<'_> {
    /// What is around a stub.
    ///
    /// # Errors
    /// Where a page that it builds on cannot be used: then nothing is asked.
    pub(super) fn around(&self, stub: &Stub) -> Result<Knowledge, Trouble> {
        let context = context::read(
            stub,
            &self.library.index,
            &self.library.files,
            self.workspace,
        )?;
        let (pages, offered) = self.linkable(stub);
        Ok(Knowledge {
            tags: self.tags(stub),
            pages,
            offered,
            context,
        })
    }

    /// The pages that a post may link to, for the prompt and for the record.
    pub(super) fn linkable(&self, stub: &Stub) -> (Vec<LinkablePage>, Vec<SitePath>) {
        let tags = author_terms(stub, &self.workspace.site, "tags").unwrap_or_default();
        let pages = self.related.of(stub, &tags);
        let paths = pages.iter().map(|page| page.path.clone()).collect();
        (pages.into_iter().map(linkable).collect(), paths)
    }

    fn tags(&self, stub: &Stub) -> Vec<String> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        let of_language = |page: &&Entry| {
            page.language == stub.page_language
                && page.written_in == stub.language
                && page.path != stub.path
        };
        for page in self.library.index.pages().iter().filter(of_language) {
            for (_, terms) in page.terms.iter().filter(|(name, _)| name == "tags") {
                for term in terms {
                    *counts.entry(term).or_default() += 1;
                }
            }
        }
        let mut tags: Vec<(&str, usize)> = counts.into_iter().collect();
        tags.sort_by(|(a, count), (b, other)| other.cmp(count).then(a.cmp(b)));
        let tags = tags.into_iter().take(MOST_TAGS);
        tags.map(|(tag, _)| one_line(tag, LONGEST_TITLE)).collect()
    }
}

fn linkable(page: &Entry) -> LinkablePage {
    let text = |text: &Option<String>, longest| {
        let text = text.as_deref().unwrap_or_default();
        one_line(text, longest)
    };
    LinkablePage {
        path: percent_encoded(page.path.as_str()),
        title: text(&page.title, LONGEST_TITLE),
        description: text(&page.description, LONGEST_DESCRIPTION),
    }
}

/// Text of a page on one line, without what cannot be seen.
fn one_line(text: &str, longest: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text: String = words
        .join(" ")
        .chars()
        .filter(|character| !is_unprintable(*character))
        .collect();
    shorten(&text, longest).into_owned()
}
