//! The pages that one page has to be looked at together with. A run that writes a few posts into a large site looks at each post among
//! these, instead of at the whole site again.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use super::{Outline, RULES, Selection, SitePages, check_site};
use crate::finding::Finding;
use crate::site::{Site, SitePath};

/// All pages of a site, and which of them have something in common.
#[derive(Debug)]
pub struct Neighbourhood<'a> {
    pages: SitePages<'a>,
    /// A number for each page.
    numbers: BTreeMap<SitePath, usize>,
    /// The pages by their numbers.
    paths: Vec<SitePath>,
    /// The traits of the pages, each with the number of the page.
    traits: BTreeSet<(u64, usize)>,
}

impl<'a> Neighbourhood<'a> {
    /// The neighbourhood of these pages, which are complete.
    pub fn new(pages: SitePages<'a>) -> Self {
        let paths: Vec<SitePath> = pages.pages.keys().cloned().collect();
        let numbers = paths.iter().cloned().zip(0..).collect();
        let traits = pages
            .pages
            .values()
            .enumerate()
            .flat_map(|(number, page)| {
                let traits = traits(page, pages.site);
                traits.into_iter().map(move |key| (key, number))
            })
            .collect();
        Self {
            pages,
            numbers,
            paths,
            traits,
        }
    }

    /// All pages.
    pub fn pages(&self) -> &SitePages<'a> {
        &self.pages
    }

    /// Puts another outline in the place of a page's; gives the one before.
    pub fn set(&mut self, path: &SitePath, outline: Rc<Outline>) -> Option<Rc<Outline>> {
        let number = *self.numbers.entry(path.clone()).or_insert_with(|| {
            self.paths.push(path.clone());
            self.paths.len() - 1
        });
        let new = traits(&outline, self.pages.site);
        let before = self.pages.set(path, outline);
        if let Some(before) = &before {
            for key in traits(before, self.pages.site) {
                self.traits.remove(&(key, number));
            }
        }
        self.traits.extend(new.into_iter().map(|key| (key, number)));
        before
    }

    /// What [`check_site`] says about one page.
    pub fn check(&self, path: &SitePath, selection: &Selection) -> Vec<Finding> {
        let Some(page) = self.pages.pages.get(path) else {
            return Vec::new();
        };
        let near: BTreeSet<&SitePath> = traits(page, self.pages.site)
            .into_iter()
            .flat_map(|key| self.traits.range((key, 0)..=(key, usize::MAX)))
            .map(|(_, number)| &self.paths[*number])
            .chain(self.pages.sections_above(page))
            .chain([path])
            .collect();
        let mut findings = check_site(&self.pages.only(near), selection);
        findings.retain(|finding| finding.path == *path);
        findings
    }
}

/// The traits of a page: its place, which a page of a theme may share, and what rules compare of it. They do not depend on
/// other pages. Two that are the same by chance only bring in a page too many.
fn traits(page: &Outline, site: &Site) -> Vec<u64> {
    let hash = |rule: usize, text: &str| {
        let mut hasher = DefaultHasher::new();
        (rule, text).hash(&mut hasher);
        hasher.finish()
    };
    let mut traits = vec![hash(RULES.len(), &page.below)];
    for (index, rule) in RULES.iter().enumerate() {
        let compared = rule.compares(page, site);
        traits.extend(compared.iter().map(|text| hash(index, text)));
    }
    traits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::testing;

    const FILES: &[(&str, &str)] = &[
        ("_index.md", "+++\nsort_by = \"weight\"\n+++\n"),
        ("posts/_index.md", "+++\nsort_by = \"weight\"\n+++\n"),
        ("posts/index.md", "+++\ntitle = \"A Title\"\n+++\n"),
        ("posts/a.md", "+++\ntitle = \"A title\"\n+++\nBODY"),
        ("posts/A.md", "+++\ntitle = \"Other\"\n+++\nBODY"),
        (
            "posts/b.md",
            "+++\ntitle = \"b\"\naliases = [\"/posts/a/\"]\n+++\n",
        ),
        (
            "posts/c/index.md",
            "+++\ntitle = \"title\"\nslug = \"b\"\n+++\nBODY",
        ),
        ("posts/c/d.md", "+++\ntitle = \"title\"\n+++\n"),
        ("my posts/e.md", "+++\ntopic = \"T\"\n+++\n"),
        ("my posts/f.md", "+++\ntopic = \"t\"\n+++\n"),
        (
            "elsewhere/index.md",
            "+++\ntitle = \"Elsewhere\"\npath = \"posts\"\n+++\n",
        ),
        (
            "hidden/_index.md",
            "+++\n[cascade.build]\nrender = \"never\"\n+++\n",
        ),
        (
            "hidden/a.md",
            "+++\nurl = \"/posts/a/\"\npath = \"posts/a\"\n+++\n",
        ),
        ("???.md", "+++\ntitle = \"?\"\n+++\n"),
    ];

    /// Whatever page is set to whatever text, each page has the findings that it has in a new look at the whole site.
    #[test]
    fn a_page_has_the_findings_that_it_has_in_the_whole_site() {
        let body: String = (0..90).map(|word| format!("word{word} ")).collect();
        let files: Vec<(&str, String)> = FILES
            .iter()
            .map(|(path, text)| (*path, text.replace("BODY", &body)))
            .collect();
        let selection = testing::only(&[
            "similar-title",
            "similar-topic",
            "similar-body",
            "missing-sort-key",
            "same-address",
            "unusable-slug",
            "index-beside-section",
            "blank-in-folder",
        ]);
        let mut seen = BTreeSet::new();
        for world in [testing::zola("0.22.0"), testing::hugo()] {
            for (set, _) in &files {
                for (_, text) in &files {
                    let mut after = files.clone();
                    for file in &mut after {
                        if file.0 == *set {
                            file.1.clone_from(text);
                        }
                    }
                    let (near, whole) =
                        world.near_and_whole(&files, (set, text), &after, &selection);
                    assert_eq!(near, whole, "{set} = {text}");
                    seen.extend(whole.iter().map(|finding| finding.rule));
                }
            }
        }
        assert_eq!(seen.len(), 8, "{seen:?}");
    }
}
