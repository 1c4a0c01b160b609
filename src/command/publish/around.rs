//! The site around the posts of a run, kept as posts are written.

use std::collections::HashMap;
use std::rc::Rc;

use jiff::civil::Date;

use super::super::workspace::{StartReader, Workspace};
use crate::check::{Neighbourhood, Outline, ReadPage, Selection, SitePages};
use crate::content::{self, Walk};
use crate::finding::Finding;
use crate::index;
use crate::post::Spellings;
use crate::site::{Site, SitePath};
use crate::stub::Stub;

/// The site as it is to rules that look at other pages: settling the version changes nothing of what they see of those.
pub(in super::super) struct Around {
    site: Site,
    read_start: StartReader,
    read_page: Box<ReadPage<'static>>,
}

impl Around {
    pub(in super::super) fn of(workspace: &Workspace) -> Self {
        Self {
            site: workspace.site.clone(),
            read_start: workspace.start_reader(),
            read_page: workspace.page_reader(),
        }
    }

    /// The pages of the site, none of which is known yet.
    pub(in super::super) fn no_pages(&self) -> SitePages<'_> {
        SitePages::new(&self.site, &*self.read_start).reading(&*self.read_page)
    }
}

/// All pages of the site, with the posts of this run.
pub(in super::super) struct Pages<'a> {
    around: &'a Around,
    files: HashMap<SitePath, content::Page>,
    near: Neighbourhood<'a>,
    today: Date,
    /// The tags of the pages, by language.
    tags: HashMap<String, Spellings>,
}

impl<'a> Pages<'a> {
    pub(in super::super) fn new(
        around: &'a Around,
        pages: SitePages<'a>,
        walk: &Walk,
        today: Date,
    ) -> Self {
        let files = walk.pages.iter();
        let mut tags: HashMap<String, Spellings> = HashMap::new();
        for page in pages.pages.values() {
            let of_language = tags.entry(page.language.clone()).or_default();
            of_language.add(tags_of(page, &around.site).iter().map(String::as_str));
        }
        Self {
            tags,
            around,
            files: files
                .map(|page| (page.path.clone(), page.clone()))
                .collect(),
            near: Neighbourhood::new(pages),
            today,
        }
    }

    pub(in super::super) fn all(&self) -> &SitePages<'a> {
        self.near.pages()
    }

    /// Puts a post where the stub or the post before it is; gives what is known of that.
    pub(super) fn set(&mut self, path: &SitePath, text: &str) -> Option<Rc<Outline>> {
        let file = self.files.get(path)?;
        let outline = Outline::of(&self.around.site, file, Some(text), self.today);
        self.near.set(path, Rc::new(outline))
    }

    /// Puts back what [`Pages::set`] gave.
    pub(super) fn set_back(&mut self, path: &SitePath, before: Option<Rc<Outline>>) {
        if let Some(before) = before {
            self.near.set(path, before);
        }
    }

    /// How the site spells a tag.
    pub(super) fn spelling(&self, tag: &str, stub: &Stub) -> String {
        let known = self.tags.get(&stub.page_language);
        known.map_or_else(|| tag.to_owned(), |known| known.of(tag, &stub.language))
    }

    /// Leaves the tags of a page out of account: what it says itself is no reason to say it again.
    pub(super) fn set_terms_aside(&mut self, path: &SitePath) {
        self.with_tags(path, |known, tags| known.remove(tags));
    }

    /// Counts the tags that a page has now.
    pub(super) fn count_terms(&mut self, path: &SitePath) {
        self.with_tags(path, |known, tags| known.add(tags));
    }

    fn with_tags(
        &mut self,
        path: &SitePath,
        change: impl FnOnce(&mut Spellings, &mut dyn Iterator<Item = &str>),
    ) {
        let Some(page) = self.near.pages().pages.get(path) else {
            return;
        };
        let tags = tags_of(page, &self.around.site);
        let known = self.tags.entry(page.language.clone()).or_default();
        change(known, &mut tags.iter().map(String::as_str));
    }

    /// What there is to say of one page among the others.
    pub(super) fn check(&self, path: &SitePath, selection: &Selection) -> Vec<Finding> {
        self.near.check(path, selection)
    }
}

fn tags_of(page: &Outline, site: &Site) -> Vec<String> {
    let terms = index::terms(site, page).into_iter();
    terms
        .filter(|(taxonomy, _)| taxonomy == "tags")
        .flat_map(|(_, terms)| terms)
        .collect()
}
