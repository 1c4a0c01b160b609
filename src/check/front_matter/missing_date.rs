//! Posts without a date.

use std::collections::BTreeMap;

use super::sections::{home, sections};
use crate::check::{Outline, Page, Rule, SitePages};
use crate::finding::{Finding, Severity};
use crate::front_matter::Value;
use crate::site::{Site, SitePath};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MissingDate;

/// The names of sections whose pages are posts, and so have dates.
const OF_POSTS: [&str; 9] = [
    "article", "articles", "blog", "blogs", "journal", "news", "post", "posts", "writing",
];

impl Rule for MissingDate {
    describe!(
        "missing-date",
        "A post below a section sorted by date, or in Hugo among posts, without a date",
        "\
In a section with `sort_by = \"date\"`, Zola does not render a page without a date; the build succeeds and prints one line about ignored pages (tested on 0.17.2 and 0.22.0).
Hugo dates such a page 1 January of the year 1, so it comes last in every list. In Hugo this is said of pages in sections that are called `posts`, `blog`, `news` and the like, and where
most of the pages beside it have a date.

```toml
date = 2026-01-31
```"
    );

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}

    fn check_site(&self, pages: &SitePages<'_>, findings: &mut Vec<Finding>) {
        let site = pages.site;
        let sections = sections(pages);
        let dated = dated(pages);
        for (path, page) in &pages.pages {
            if !wants_date(site, page, path) || has_date(site, page, path) {
                continue;
            }
            let place = (home(page), page.language.as_str());
            let message = if site.generator.requires_front_matter() {
                let order = sections.get(&place).and_then(|it| it.get(site, "sort_by"));
                if order != Some(&Value::String("date".to_owned())) {
                    continue;
                }
                "the section sorts its pages by date, and this one has none, so Zola leaves it out"
            } else {
                let (with, all) = dated.get(&place).copied().unwrap_or_default();
                let is_among_posts = place.0.split('/').any(|name| OF_POSTS.contains(&name));
                if !is_among_posts && (with == 0 || 2 * with < all) {
                    continue;
                }
                "the post has no date, so Hugo dates it to the year 1"
            };
            findings.push(
                Finding::new(self.name(), Severity::Warning, path, message)
                    .at(page.span.clone())
                    .help("write its day in UTC into the front matter, for example 2026-01-31 as `date`"),
            );
        }
    }
}

/// Whether a page is one that can lack a date: no section, no stub, and one that has an address.
fn wants_date(site: &Site, page: &Outline, path: &SitePath) -> bool {
    let is_stub = page.get(site, "topic").is_some();
    let is_unlisted = site.generator.is_section_file(path.file_name());
    !page.is_section && !is_unlisted && !is_stub && page.front.is_some() && !home(page).is_empty()
}

fn has_date(site: &Site, page: &Outline, path: &SitePath) -> bool {
    // Hugo falls back on the others (tested on 0.168.0).
    let keys: &[&str] = if site.generator.requires_front_matter() {
        &["date"]
    } else {
        &[
            "date",
            "publishDate",
            "pubDate",
            "published",
            "lastmod",
            "modified",
        ]
    };
    keys.iter().any(|key| page.get(site, key).is_some())
        || site.generator.dates_by_name(path.file_name())
}

/// How many pages of each folder and language have a date, and how many there are.
fn dated<'p>(pages: &'p SitePages<'_>) -> BTreeMap<(&'p str, &'p str), (usize, usize)> {
    let mut counts: BTreeMap<_, (usize, usize)> = BTreeMap::new();
    for (path, page) in &pages.pages {
        if wants_date(pages.site, page, path) {
            let count = counts
                .entry((home(page), page.language.as_str()))
                .or_default();
            count.0 += usize::from(has_date(pages.site, page, path));
            count.1 += 1;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    const DATED: &str = "+++\ndate = 2026-01-02\n+++\n";
    const UNDATED: &str = "+++\ntitle = \"B\"\n+++\n";

    #[test]
    fn zola_leaves_pages_out_of_sections_sorted_by_date() {
        let sorted = "+++\nsort_by = \"date\"\n+++\n";
        let found = zola("0.22.0").together(
            "missing-date",
            &[
                ("a/_index.md", sorted),
                ("a/b.md", UNDATED),
                ("a/c.md", DATED),
                ("a/2026-01-02-b.md", UNDATED),
                ("a/d/index.md", UNDATED),
                ("a/stub.md", "+++\ntopic = \"T\"\n+++\n"),
                ("a/deep/er/e.md", UNDATED),
                ("posts/_index.md", UNDATED),
                ("posts/f.md", UNDATED),
                ("g.md", UNDATED),
            ],
        );
        assert_eq!(found, ["warning a/b.md", "warning a/d/index.md"]);
    }

    #[test]
    fn hugo_dates_posts_to_the_year_one() {
        let found = hugo().together(
            "missing-date",
            &[
                ("about.md", UNDATED),
                ("docs/a.md", UNDATED),
                ("docs/b.md", UNDATED),
                ("docs/c.md", DATED),
                ("talks/a.md", UNDATED),
                ("talks/b.md", DATED),
                ("talks/c.md", "---\nlastmod: 2026-01-02\n---\n"),
                ("posts/_index.md", UNDATED),
                ("posts/a.md", UNDATED),
            ],
        );
        assert_eq!(found, ["warning posts/a.md", "warning talks/a.md"]);
    }
}
