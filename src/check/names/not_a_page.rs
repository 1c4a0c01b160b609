//! Files among the content that look like pages and are none.

use crate::check::{Page, Rule, SitePages};
use crate::finding::{Finding, Severity};
use crate::site::SitePath;

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
a `post.html` with front matter is copied with it (tested on 0.17.2 and 0.22.0). Hugo 0.168.0 passes over `.mdx`, and stops at `.html` and `.org`
unless `security.allowContent` allows them, and at `.adoc`, `.rst` and `.pandoc`, which need a program that `security.exec.allow` allows.

```text
content/posts/post.md
```"
    }

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}

    fn check_site(&self, pages: &SitePages<'_>, findings: &mut Vec<Finding>) {
        let site = pages.site;
        let title = site.generator.title();
        let is_strict = site.generator.requires_front_matter();
        for path in &pages.others {
            let extension = path
                .file_name()
                .rsplit('.')
                .next()
                .unwrap_or_default()
                .to_lowercase();
            let is_html = matches!(extension.as_str(), "html" | "htm");
            if let Some(reason) = site.settings.refused_formats.get(extension.as_str())
                && !path.file_name().starts_with('.')
                && !(is_html && is_beside_index(pages, path))
                && (is_html || extension == "org" || !in_bundle(pages, path))
            {
                let help = "write the page in Markdown, or put the file into `static/`";
                // The template of a section need not show its text.
                let is_section = site.generator.is_section_file(path.file_name())
                    || path.file_name().starts_with("_index.");
                let severity = if is_section && !is_html && extension != "org" {
                    Severity::Warning
                } else {
                    Severity::Error
                };
                findings.push(
                    Finding::new(
                        self.name(),
                        severity,
                        path,
                        format!("{title} stops at this file: {reason}"),
                    )
                    .help(help),
                );
                continue;
            }
            // Pages of HTML without front matter are files to copy.
            let is_copied = is_html && !(is_strict && pages.has_front_matter(path));
            if is_copied || site.generator.other_formats().contains(&extension.as_str()) {
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
            } else {
                (
                    Severity::Warning,
                    format!("{title} copies this file as it is, front matter and all"),
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

/// Whether a file `index.html` lies beside an `index.md`, which is the page then (tested on Hugo 0.168.0).
fn is_beside_index(pages: &SitePages<'_>, path: &SitePath) -> bool {
    let Some((folder, name)) = path.as_str().rsplit_once('/') else {
        return false;
    };
    let index = format!("{folder}/index.md");
    name.starts_with("index.") && pages.pages.keys().any(|page| page.as_str() == index)
}

/// Whether a file lies in the folder of a page that owns all that is in it.
fn in_bundle(pages: &SitePages<'_>, path: &SitePath) -> bool {
    let folders = path
        .as_str()
        .match_indices('/')
        .map(|(at, _)| &path.as_str()[..at]);
    let own = pages.pages.iter().filter(|(_, page)| page.is_bundle());
    let owned: Vec<&str> = own
        .filter_map(|(path, _)| Some(path.as_str().rsplit_once('/')?.0))
        .collect();
    folders.into_iter().any(|folder| owned.contains(&folder))
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
            ["warning b.mdx", "error page.html", "error plain.html"]
        );
        for world in [zola("0.22.0"), hugo()] {
            let others = ["page.md", "notes.md", ".hidden.md"];
            assert_eq!(world.others("not-a-page", &others), ["warning page.md"]);
        }
    }
}
