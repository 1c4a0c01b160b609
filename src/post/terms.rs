//! The terms of a post: the author's, or else the article's as the site spells them.

use std::collections::{HashMap, HashSet};

use super::{Keys, Source, strings};
use crate::finding::{Finding, Severity};
use crate::front_matter::Change;
use crate::site::{Site, SitePath};
use crate::text;

impl Keys<'_> {
    /// Adds the article's terms where the author has none.
    pub(super) fn terms(&self, source: &Source<'_>, changes: &mut Vec<Change>) -> Terms {
        let mut outcome = Terms::default();
        for (taxonomy, terms) in [
            ("tags", &source.article.tags),
            ("categories", &source.article.categories),
        ] {
            if terms.is_empty() || self.has_terms(taxonomy) {
                continue;
            }
            if !self.site.accepts(taxonomy, source.page_language) {
                outcome.undeclared.push(taxonomy.to_owned());
                continue;
            }
            let terms: Vec<String> = match taxonomy {
                "tags" => terms.iter().map(|term| (source.spelling)(term)).collect(),
                _ => terms.clone(),
            };
            let (terms, left_out) = self.distinct(terms);
            outcome
                .left_out
                .extend(left_out.into_iter().map(|(term, other)| LeftOut {
                    taxonomy,
                    term,
                    other,
                }));
            if !terms.is_empty() {
                changes.push(Change::Set {
                    path: self.site.generator.taxonomy_path(taxonomy),
                    value: strings(&terms),
                });
            }
        }
        outcome
    }

    fn has_terms(&self, taxonomy: &str) -> bool {
        let path = self.site.generator.taxonomy_path(taxonomy);
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match path.as_slice() {
            [key] => self.has(key),
            path => self.front.get(path).is_some(),
        }
    }

    /// The terms, and those among them that the generator would put on the page of another one, which is named, or on none.
    fn distinct(&self, terms: Vec<String>) -> (Vec<String>, Vec<(String, Option<String>)>) {
        let (mut distinct, mut left_out) = (Vec::new(), Vec::new());
        let mut spelled = HashSet::new();
        let mut seen: HashMap<String, String> = HashMap::new();
        for term in terms {
            if !spelled.insert(term.clone()) {
                continue;
            }
            let slug = self.site.term_slug(&term);
            if !slug.chars().any(char::is_alphanumeric) || leads_astray(&slug) {
                left_out.push((term, None));
            } else if let Some(other) = seen.get(&slug) {
                left_out.push((term, Some(other.clone())));
            } else {
                seen.insert(slug, term.clone());
                distinct.push(term);
            }
        }
        (distinct, left_out)
    }
}

/// Whether the page of a term would stand outside of the folder of its taxonomy, or where the list of all terms has a
/// file. Hugo 0.168.0 makes `public/x/index.html` of the tag `../../x` and stops at the tag `index.html`.
fn leads_astray(slug: &str) -> bool {
    slug.split('/')
        .any(|part| matches!(part, "." | "..") || part.starts_with("index."))
}

/// What became of an article's terms.
#[derive(Debug, Default)]
pub(super) struct Terms {
    /// Taxonomies that the site does not have.
    pub(super) undeclared: Vec<String>,
    /// Terms that were left out.
    pub(super) left_out: Vec<LeftOut>,
}

/// A term that a post does not get.
#[derive(Debug)]
pub(super) struct LeftOut {
    taxonomy: &'static str,
    term: String,
    /// The term whose page it would be on.
    other: Option<String>,
}

impl LeftOut {
    pub(super) fn finding(&self, path: &SitePath, site: &Site) -> Finding {
        let shown = |term: &str| text::escape(&text::shorten(term, 40)).into_owned();
        let generator = site.generator.title();
        let why = match &self.other {
            Some(other) => format!(
                "{generator} gives it the same address as `{}`",
                shown(other)
            ),
            None => format!(
                "{generator} would make no address of it, or one that belongs to another page"
            ),
        };
        let message = format!(
            "`{}` was left out of {}: {why}",
            shown(&self.term),
            self.taxonomy
        );
        let finding = Finding::new("left-out-term", Severity::Warning, path, message);
        match &self.other {
            Some(_) => {
                finding.help("to have it on a page of its own, spell one of the two in letters")
            }
            None => finding,
        }
    }
}
