//! Zola's links to pages, `@/blog/post.md`.

use super::{links, percent_decoded};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::site::SitePath;
use crate::text::nearest;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct InternalLink;

impl Rule for InternalLink {
    fn name(&self) -> &'static str {
        "internal-link"
    }

    fn summary(&self) -> &'static str {
        "A link to a page, `@/…`, that does not exist or that the generator does not resolve"
    }

    fn explanation(&self) -> &'static str {
        "\
`@/blog/post.md` is Zola's way to link to a page by its file below `content/`. A file that is not there, or a path without `.md`,
stops the build (tested on 0.17.2 and 0.22.0), and so does
a link to a draft, unless `link_checker.internal_level` is `\"warn\"`. Hugo 0.168.0 does not know the
form and writes `@/blog/post.md` into the page as an address.

```markdown
[about](@/about.md)                     Zola
[about]({{< relref \"about.md\" >}})      Hugo
```

Write the path of a page that is there, from the content folder on."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for link in links(page) {
            let Some(target) = link.dest.strip_prefix("@/") else {
                continue;
            };
            let span = link.dest_range(page).unwrap_or_else(|| link.range.clone());
            if !page.site.generator.refuses_dead_links() {
                let message = format!(
                    "{} does not resolve links that start with `@/`",
                    page.site.generator.title()
                );
                findings.push(
                    page.finding(self, Severity::Warning, message)
                        .at(span)
                        .help("write `{{< relref \"page.md\" >}}`, or the page's address"),
                );
                continue;
            }
            let Some(pages) = page.pages else { continue };
            let file = target.split('#').next().unwrap_or_default();
            let known = |file: &str| pages.pages.get(&SitePath::new(format!("content/{file}")));
            let target_page = known(file).or_else(|| known(&percent_decoded(file)));
            if link.image {
                continue;
            }
            if let Some(target) = target_page {
                if target.is_hidden && !page.is_draft() {
                    let severity = if page.site.dead_links_stop {
                        Severity::Error
                    } else {
                        Severity::Warning
                    };
                    let message =
                        format!("`content/{file}` is a draft, so there is no page to link to");
                    findings.push(
                        page.finding(self, severity, message)
                            .at(span)
                            .help("publish the other page first, or take the link out"),
                    );
                }
                continue;
            }
            let severity = if page.site.dead_links_stop {
                Severity::Error
            } else {
                Severity::Warning
            };
            let below = pages
                .pages
                .keys()
                .filter_map(|page| page.as_str().strip_prefix("content/"));
            let help = nearest(file, below).map_or_else(
                || "write the path of a page from the content folder on, with `.md`".to_owned(),
                |near| format!("did you mean `@/{near}`?"),
            );
            findings.push(
                page.finding(self, severity, format!("there is no page `content/{file}`"))
                    .at(span)
                    .help(help),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn pages_must_be_there() {
        let body = "[a](@/about.md) [b](@/about.md#x) [c](@/posts/_index.md)\n\n[d](@/abuot.md)\n\n[e]\n\n[e]: @/about\n";
        assert_eq!(
            zola("0.22.0").lines("internal-link", body),
            ["error 3", "error 5"]
        );
        assert_eq!(
            hugo().lines("internal-link", "[a](@/about.md)\n"),
            ["warning 1"]
        );
    }
}
