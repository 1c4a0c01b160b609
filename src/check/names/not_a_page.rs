//! Files among the content that look like pages and are none.

use crate::check::{Page, Rule, SitePages};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct NotAPage;

impl Rule for NotAPage {
    fn name(&self) -> &'static str {
        "not-a-page"
    }

    fn summary(&self) -> &'static str {
        "A file that looks like a page, and that the generator does not take for one"
    }

    fn explanation(&self) -> &'static str {
        "\
Zola takes only files that end in `.md`, in small letters, for pages: `post.MD`, `post.markdown` and `post.mdx` are passed over without a word, and
a `post.html` with front matter is copied with it (tested on 0.17.2 and 0.22.0). Hugo 0.168.0 passes over `.mdx`, and stops at `.html` unless
`security.allowContent` allows it.

```text
content/posts/post.md
```"
    }

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}

    fn check_site(&self, pages: &SitePages<'_>, findings: &mut Vec<Finding>) {
        let site = pages.site;
        let title = site.generator.title();
        for path in &pages.others {
            let extension = path
                .file_name()
                .rsplit('.')
                .next()
                .unwrap_or_default()
                .to_lowercase();
            let is_html = matches!(extension.as_str(), "html" | "htm");
            // Pages of HTML without front matter are files to copy.
            if is_html && (!pages.has_front_matter(path) || site.settings.html_pages) {
                continue;
            }
            let is_markdown = site.generator.is_page_file(path.file_name());
            // Notes and parts of bundles are no pages, unless they begin as pages do.
            if is_markdown && !pages.has_front_matter(path) {
                continue;
            }
            let is_part = is_markdown && !path.file_name().starts_with('.');
            let (severity, message) = if is_part {
                (
                    Severity::Warning,
                    format!(
                        "{title} takes this file for a part of the page beside whose `index.md` it lies, and makes no page of it"
                    ),
                )
            } else if !is_html {
                (
                    Severity::Warning,
                    format!("{title} passes over this file because of its name"),
                )
            } else if site.generator.requires_front_matter() {
                (
                    Severity::Warning,
                    format!("{title} copies this file as it is, front matter and all"),
                )
            } else {
                (
                    Severity::Error,
                    format!(
                        "{title} refuses pages of HTML unless `security.allowContent` allows them"
                    ),
                )
            };
            findings.push(
                Finding::new(self.name(), severity, path, message)
                    .help(if is_part {
                        "name the other file `_index.md` if the folder is a section, or move this page out of it"
                    } else if is_markdown {
                        "take the dot at the start of its name away if it is a page"
                    } else {
                        "write the page in Markdown, in a file that ends in `.md`"
                    }),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn files_that_look_like_pages() {
        let others = ["a.MD", "b.mdx", "page.html", "plain.html"];
        assert_eq!(
            zola("0.22.0").others("not-a-page", &others),
            ["warning a.MD", "warning b.mdx", "warning page.html"]
        );
        assert_eq!(
            hugo().others("not-a-page", &others[1..]),
            ["warning b.mdx", "error page.html"]
        );
        for world in [zola("0.22.0"), hugo()] {
            let others = ["page.md", "notes.md", ".hidden.md"];
            assert_eq!(world.others("not-a-page", &others), ["warning page.md"]);
        }
    }
}
