//! Sites of several pages.

use std::rc::Rc;

use super::{FRONT, World, choosing, only, page};
use crate::check::{Neighbourhood, Outline, Page, Selection, SitePages, check, check_site};
use crate::content;
use crate::finding::Finding;
use crate::site::SitePath;

impl World {
    /// What a rule finds in files that are no pages, of which those named `page` have front matter.
    pub(in crate::check) fn others(&self, rule: &str, names: &[&str]) -> Vec<String> {
        let read_start = |path: &str| {
            Some(if path.starts_with("page") {
                b"+++".to_vec()
            } else {
                Vec::new()
            })
        };
        let mut pages = SitePages::new(&self.site, &read_start);
        pages.others = names.iter().map(|name| SitePath::new(*name)).collect();
        check_site(&pages, &Selection::default())
            .iter()
            .filter(|finding| finding.rule == rule)
            .map(|finding| format!("{} {}", finding.severity.as_str(), finding.path))
            .collect()
    }

    /// What a rule finds in a site of these pages in these languages, as `severity path`.
    pub(in crate::check) fn in_languages(
        &self,
        rule: &str,
        files: &[(&str, &str, &str)],
    ) -> Vec<String> {
        let today = jiff::civil::date(2026, 6, 1);
        let read_start = |_: &str| None;
        let mut pages = SitePages::new(&self.site, &read_start);
        for (below, language, text) in files {
            let page = content::Page {
                language: (*language).to_owned(),
                ..page(below)
            };
            pages.add(&page, Some(text), today);
        }
        pages.complete();
        check_site(&pages, &Selection::default())
            .iter()
            .filter(|finding| finding.rule == rule)
            .map(|finding| {
                let below = finding.path.as_str().trim_start_matches("content/");
                format!("{} {below}", finding.severity.as_str())
            })
            .collect()
    }

    /// What a rule finds in each page of a site of these pages, as `severity path`.
    pub(in crate::check) fn each(&self, rule: &str, files: &[(&str, &str)]) -> Vec<String> {
        let today = jiff::civil::date(2026, 6, 1);
        let read_start = |_: &str| None;
        let mut pages = SitePages::new(&self.site, &read_start);
        for (below, text) in files {
            pages.add(&page(below), Some(text), today);
        }
        pages.complete();
        let mut found = Vec::new();
        for (below, text) in files {
            let path = page(below).path;
            let page = Page::parse(&path, text, "en", &self.site, today).among(&pages);
            let findings = check(&page, &Selection::default());
            let named = findings.iter().filter(|finding| finding.rule == rule);
            found.extend(named.map(|finding| format!("{} {below}", finding.severity.as_str())));
        }
        found
    }

    /// What a rule finds in `content/posts/a.md` of this body, among these pages and files: the messages with their help.
    pub(in crate::check) fn among(
        &self,
        rule: &str,
        body: &str,
        files: &[(&str, &str)],
    ) -> Vec<(String, String)> {
        let today = jiff::civil::date(2026, 6, 1);
        let read_start = |path: &str| {
            let mut files = files.iter();
            files
                .any(|(known, _)| *known == path)
                .then(|| b"x".to_vec())
        };
        let text = format!("{FRONT}{body}");
        let mut pages = SitePages::new(&self.site, &read_start);
        let others = files.iter().filter_map(|(path, text)| {
            let below = path.strip_prefix("content/")?;
            let is_page = below.rsplit('.').next() == Some("md");
            is_page.then_some((below, *text))
        });
        for (below, text) in others.chain([("posts/a.md", text.as_str())]) {
            pages.add(&page(below), Some(text), today);
        }
        pages.complete();
        let path = page("posts/a.md").path;
        let page = Page::parse(&path, &text, "en", &self.site, today).among(&pages);
        check(&page, &only(&[rule]))
            .into_iter()
            .map(|finding| (finding.message, finding.help.unwrap_or_default()))
            .collect()
    }

    /// What all rules find in a site of these pages, which can be read: the rule and the path.
    pub(in crate::check) fn silenced(&self, files: &[(&str, &str)]) -> Vec<(&'static str, String)> {
        let today = jiff::civil::date(2026, 6, 1);
        let read_start = |_: &str| None;
        let read_page = |path: &SitePath| {
            let mut files = files.iter();
            files
                .find(|(below, _)| page(below).path == *path)
                .map(|(_, text)| (*text).to_owned())
        };
        let mut pages = SitePages::new(&self.site, &read_start);
        for (below, text) in files {
            pages.add(&page(below), Some(text), today);
        }
        pages.complete();
        let pages = pages.reading(&read_page);
        let selection = Selection::default();
        let each = files.iter().flat_map(|(below, text)| {
            let path = page(below).path;
            let page = Page::parse(&path, text, "en", &self.site, today).among(&pages);
            check(&page, &selection)
        });
        let mut found: Vec<_> = each.collect();
        found.extend(check_site(&pages, &selection));
        found
            .into_iter()
            .map(|finding| (finding.rule, finding.path.to_string()))
            .collect()
    }

    /// What a rule finds in a site without pages, as `severity path`.
    pub(in crate::check) fn site_findings(&self, rule: &str) -> Vec<String> {
        let read_start = |_: &str| None;
        check_site(
            &SitePages::new(&self.site, &read_start),
            &Selection::default(),
        )
        .iter()
        .filter(|finding| finding.rule == rule)
        .map(|finding| format!("{} {}", finding.severity.as_str(), finding.path))
        .collect()
    }

    /// What a rule finds in a site of these pages, as `severity path`.
    pub(in crate::check) fn together(&self, rule: &str, files: &[(&str, &str)]) -> Vec<String> {
        self.all_together(rule, files, &Selection::default())
            .iter()
            .map(|finding| {
                let below = finding.path.as_str().trim_start_matches("content/");
                format!("{} {below}", finding.severity.as_str())
            })
            .collect()
    }

    /// The messages of a rule in a site of these pages, as `path: message`; with `chosen`, where it was chosen by its name.
    pub(in crate::check) fn told(
        &self,
        rule: &str,
        files: &[(&str, &str)],
        chosen: bool,
    ) -> Vec<String> {
        let selection = if chosen {
            choosing(rule)
        } else {
            Selection::default()
        };
        self.all_together(rule, files, &selection)
            .iter()
            .map(|finding| {
                let below = finding.path.as_str().trim_start_matches("content/");
                format!("{below}: {}", finding.message)
            })
            .collect()
    }

    /// The findings about each page of a site in which one was set to another text, each among its neighbours; and those of
    /// the site as it is `after`, all pages together.
    pub(in crate::check) fn near_and_whole(
        &self,
        files: &[(&str, String)],
        set: (&str, &str),
        after: &[(&str, String)],
        selection: &Selection,
    ) -> (Vec<Finding>, Vec<Finding>) {
        let today = jiff::civil::date(2026, 6, 1);
        let read_start = |_: &str| None;
        let all = |files: &[(&str, String)]| {
            let mut pages = SitePages::new(&self.site, &read_start);
            for (below, text) in files {
                pages.add(&page(below), Some(text), today);
            }
            pages.complete();
            pages
        };
        let mut near = Neighbourhood::new(all(files));
        let outline = Outline::of(&self.site, &page(set.0), Some(set.1), today);
        near.set(&page(set.0).path, Rc::new(outline));
        let paths: Vec<_> = near.pages().pages.keys().collect();
        let near = paths
            .into_iter()
            .flat_map(|path| near.check(path, selection))
            .collect();
        (near, check_site(&all(after), selection))
    }

    fn all_together(
        &self,
        rule: &str,
        files: &[(&str, &str)],
        selection: &Selection,
    ) -> Vec<Finding> {
        let today = jiff::civil::date(2026, 6, 1);
        let read_start = |_: &str| None;
        let mut pages = SitePages::new(&self.site, &read_start);
        for (below, text) in files {
            pages.add(&page(below), Some(text), today);
        }
        pages.complete();
        let mut findings = check_site(&pages, selection);
        findings.retain(|finding| finding.rule == rule);
        findings
    }
}
