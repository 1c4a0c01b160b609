//! The pages of a site, each read once, for all that a run needs to know of them: which are stubs and posts, which
//! categories there are, what they are about, and what is served where.

use std::collections::HashMap;

use jiff::civil::Date;

use super::knowledge::Library;
use super::publish::{Around, Pages};
use super::survey::Survey;
use super::workspace::{Workspace, read_page};
use crate::check::Outline;
use crate::content::Walk;
use crate::index::{Contents, Index};
use crate::parallel;

/// What is known of all pages of a site.
pub(super) struct Reading<'a> {
    /// Which of them are stubs, which are posts.
    pub(super) survey: Survey,
    /// What they are about, for prompts.
    pub(super) library: Library,
    /// How they stand to each other, for the posts that join them.
    pub(super) pages: Pages<'a>,
}

impl<'a> Reading<'a> {
    /// Reads the pages whole, on all processors: so only where something is asked for or made.
    pub(super) fn of(around: &'a Around, workspace: &Workspace, walk: &Walk, today: Date) -> Self {
        let site = &workspace.site;
        let read = parallel::map(&walk.pages, |page| {
            let text = read_page(page);
            let survey = Survey::of(page, &text, site);
            let text = text.ok();
            let outline = Outline::of(site, page, text.as_deref(), today);
            let contents = text.map(|text| Contents::of(site, &text));
            (survey, outline, contents.unwrap_or_default())
        });
        let mut surveys = Vec::new();
        let mut pages = around.no_pages();
        let mut contents = HashMap::new();
        for (page, (survey, outline, of_page)) in walk.pages.iter().zip(read) {
            surveys.push(survey);
            pages.put(page.path.clone(), outline);
            contents.insert(page.path.clone(), of_page);
        }
        pages.others.clone_from(&walk.others);
        pages.complete();
        Self {
            survey: Survey::together(surveys),
            library: Library::new(Index::new(&pages, contents), walk),
            pages: Pages::new(around, pages, walk, today),
        }
    }
}
