//! Posts without a date.

use jiff::civil::Date;

use super::repair;
use crate::check::{Outline, Page, Rule};
use crate::finding::{Finding, Fix, Severity};
use crate::front_matter::{Change, Value};

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
most of the pages beside it have a date; not of one with a `layout` of its own or an entry in a menu.

```toml
date = 2026-01-31
```

The fix takes the day from a file name such as `2026-01-31-spring.md`, as Zola itself does. With `--unsafe-fixes`, a date that stands below the header of a table moves to the top."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let outline = page.pages.and_then(|pages| pages.pages.get(page.path));
        let Some((pages, outline)) = page.pages.zip(outline) else {
            return;
        };
        let site = page.site;
        if page.key("date").is_some() {
            return;
        }
        if !outline.wants_date() || outline.is_stub(site) || outline.has_date(site, page.path) {
            return;
        }
        let message = if site.generator.requires_front_matter() {
            let order = pages
                .section_of(outline)
                .and_then(|it| it.get(site, "sort_by"));
            if order != Some(&Value::String("date".to_owned())) {
                return;
            }
            "the section sorts its pages by date, and this one has none, so Zola leaves it out"
        } else {
            let (with, all) = pages.dated_beside(outline);
            // Pages at the top of the content, such as About, are no posts.
            let is_top = outline.home().is_empty();
            // Nor is one outside of the posts that has a layout of its own or a place in a menu.
            let has_place = ["layout", "menu", "menus"]
                .iter()
                .any(|name| page.key(name).is_some());
            let is_other = has_place || with == 0 || 2 * with < all;
            if is_top || !is_among_posts(outline) && is_other {
                return;
            }
            "the post has no date, so Hugo dates it to the year 1"
        };
        let entry = repair::entry(page, "date", "2026-01-31");
        let mut finding = page
            .finding(self, Severity::Warning, message)
            .at(page.front_start())
            .help(format!(
                "write `{entry}` (the day in UTC) at the top of the front matter"
            ));
        finding.fix = self.fix(page);
        findings.push(finding);
    }
}

fn is_among_posts(page: &Outline) -> bool {
    page.home().split('/').any(|name| OF_POSTS.contains(&name))
}

impl MissingDate {
    fn fix(&self, page: &Page<'_>) -> Option<Fix> {
        if let Some(fix) = repair::lift(page, self, "date") {
            return Some(fix);
        }
        let mut parts = page.path.as_str().rsplit('/');
        let name = match parts.next()? {
            name if name.starts_with("index.") => parts.next()?,
            name => name,
        };
        let date: Date = name.get(..10)?.parse().ok()?;
        name[10..].starts_with(['-', '_']).then_some(())?;
        let set = Change::set(&["date"], Value::Date(date.to_string()));
        repair::change(page, self, &[set], true)
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    const DATED: &str = "+++\ndate = 2026-01-02\n+++\n";
    const UNDATED: &str = "+++\ntitle = \"B\"\n+++\n";

    #[test]
    fn zola_leaves_pages_out_of_sections_sorted_by_date() {
        let sorted = "+++\nsort_by = \"date\"\n+++\n";
        let found = zola("0.22.0").each(
            "missing-date",
            &[
                ("a/_index.md", sorted),
                ("a/b.md", UNDATED),
                ("a/c.md", DATED),
                ("a/2026-01-02-b.md", UNDATED),
                ("a/2026-01-03.md", UNDATED),
                ("a/2026-01-04 c.md", UNDATED),
                ("a/2026-01-05-d/index.md", UNDATED),
                ("a/2026-01-06T10:00:00Z-e/index.md", UNDATED),
                ("a/2026-02-30-f.md", UNDATED),
                ("a/d/index.md", UNDATED),
                ("a/stub.md", "+++\ntopic = \"T\"\n+++\n"),
                ("a/deep/er/e.md", UNDATED),
                ("posts/_index.md", UNDATED),
                ("posts/f.md", UNDATED),
                ("g.md", UNDATED),
            ],
        );
        assert_eq!(
            found,
            [
                "warning a/b.md",
                "warning a/2026-02-30-f.md",
                "warning a/d/index.md"
            ]
        );
        let found =
            zola("0.22.0").each("missing-date", &[("_index.md", sorted), ("g.md", UNDATED)]);
        assert_eq!(found, ["warning g.md"]);
    }

    #[test]
    fn hugo_dates_posts_to_the_year_one() {
        let found = hugo().each(
            "missing-date",
            &[
                ("about.md", UNDATED),
                ("docs/a.md", UNDATED),
                ("docs/b.md", UNDATED),
                ("docs/c.md", DATED),
                ("talks/a.md", UNDATED),
                ("talks/b.md", DATED),
                ("talks/links.md", "---\nlayout: links\n---\n"),
                ("talks/c.md", "---\nlastmod: 2026-01-02\n---\n"),
                ("posts/_index.md", UNDATED),
                ("posts/a.md", UNDATED),
            ],
        );
        assert_eq!(found, ["warning talks/a.md", "warning posts/a.md"]);
    }
}
