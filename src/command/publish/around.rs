//! The site around the posts of a run: read when the first post is published, and kept as posts are written.

use std::collections::HashMap;

use jiff::civil::Date;

use super::super::workspace::{StartReader, Workspace, read_page};
use crate::check::{Neighbourhood, Outline, Selection, SitePages};
use crate::content;
use crate::finding::Finding;
use crate::site::{Site, SitePath};

/// The site as it is to rules that look at other pages: settling the version changes nothing of what they see of those.
pub(in super::super) struct Around {
    site: Site,
    read_start: StartReader,
}

impl Around {
    pub(in super::super) fn of(workspace: &Workspace) -> Self {
        Self {
            site: workspace.site.clone(),
            read_start: workspace.start_reader(),
        }
    }
}

/// All pages of the site, with the posts of this run.
pub(in super::super) struct Pages<'a> {
    around: &'a Around,
    files: HashMap<SitePath, content::Page>,
    near: Neighbourhood<'a>,
    today: Date,
}

impl<'a> Pages<'a> {
    pub(in super::super) fn read(around: &'a Around, workspace: &Workspace, today: Date) -> Self {
        let walk = workspace.walk();
        let mut pages = SitePages::new(&around.site, &*around.read_start);
        for page in &walk.pages {
            pages.add(page, read_page(page).ok().as_deref(), today);
        }
        pages.others = walk.others;
        pages.complete();
        let files = walk.pages.into_iter();
        Self {
            around,
            files: files.map(|page| (page.path.clone(), page)).collect(),
            near: Neighbourhood::new(pages),
            today,
        }
    }

    pub(super) fn all(&self) -> &SitePages<'a> {
        self.near.pages()
    }

    /// Puts a post where the stub or the post before it is; gives what is known of that.
    pub(super) fn set(&mut self, path: &SitePath, text: &str) -> Option<Outline> {
        let file = self.files.get(path)?;
        let outline = Outline::of(&self.around.site, file, Some(text), self.today);
        self.near.set(path, outline)
    }

    /// Puts back what [`Pages::set`] gave.
    pub(super) fn set_back(&mut self, path: &SitePath, before: Option<Outline>) {
        if let Some(before) = before {
            self.near.set(path, before);
        }
    }

    /// What there is to say of one page among the others.
    pub(super) fn check(&self, path: &SitePath, selection: &Selection) -> Vec<Finding> {
        self.near.check(path, selection)
    }
}
