//! Zola's links to pages, `@/blog/post.md`.

use super::{Link, links};
use crate::check::{Page, Rule, SitePages};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::site::SitePath;
use crate::text::{nearest, percent_decoded};

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

Write the path of a page that is there, from the content folder on. The fix completes a path that lacks `.md` or `index.md`, or begins with `content/`. The unsafe ones write
the page of the nearest name, and `relref` for Hugo."
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
                let mut finding = page
                    .finding(self, Severity::Warning, message)
                    .at(span)
                    .help("write `{{< relref \"page.md\" >}}`, or the page's address");
                finding.fix = relref(page, &link, target);
                findings.push(finding);
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
                } else if let Some((severity, id)) = dead_anchor(page, pages, file, link.dest) {
                    let message = format!("`content/{file}` has no heading or id `{id}`");
                    findings.push(page.finding(self, severity, message).at(span).help(
                        "link to a heading that is there, or give one this id: `## Heading {#id}`",
                    ));
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
            let near = nearest(file, below.clone());
            let fix = completed(page, &link, file).or_else(|| {
                let edit = Edit::replace(link.dest_range(page)?, with_fragment(near?, target));
                Some(Fix::risky(vec![edit]))
            });
            let help = near.map_or_else(
                || "write the path of a page from the content folder on, with `.md`".to_owned(),
                |near| format!("did you mean `@/{near}`?"),
            );
            let mut finding = page
                .finding(self, severity, format!("there is no page `content/{file}`"))
                .at(span)
                .help(help);
            finding.fix = fix;
            findings.push(finding);
        }
    }
}

/// What a link names behind `#` that its page does not have, and what that weighs.
fn dead_anchor<'l>(
    page: &Page<'_>,
    pages: &SitePages<'_>,
    file: &str,
    dest: &'l str,
) -> Option<(Severity, &'l str)> {
    let (_, id) = dest.split_once('#').filter(|(_, id)| !id.is_empty())?;
    let path = |file: &str| SitePath::new(format!("content/{file}"));
    let target = [path(file), path(&percent_decoded(file))];
    let target = target.iter().find(|path| pages.pages.contains_key(path))?;
    let ids = pages.ids_of(target, page.today)?;
    if ids.contains(id) || super::missing_anchor::is_top(page.site, id) {
        return None;
    }
    // Zola's check does not tell capitals from small letters; browsers do.
    let passes = ids
        .iter()
        .any(|other| other.to_lowercase() == id.to_lowercase());
    let stops = page.site.dead_links_stop && !passes;
    Some((
        if stops {
            Severity::Error
        } else {
            Severity::Warning
        },
        id,
    ))
}

/// The page that a path leads to once it is complete, where it is the only one.
fn completed(page: &Page<'_>, link: &Link<'_>, file: &str) -> Option<Fix> {
    let pages = page.pages?;
    let path = file.trim_matches('/');
    let path = path.strip_prefix("content/").unwrap_or(path);
    let endings = ["", ".md", "/index.md", "/_index.md"];
    let mut known = endings
        .iter()
        .map(|ending| format!("{path}{ending}"))
        .filter(|below| is_linkable(page, pages, below));
    let below = known.next()?;
    if known.next().is_some() {
        return None;
    }
    let text = with_fragment(&below, link.dest);
    Some(Fix::safe(vec![Edit::replace(link.dest_range(page)?, text)]))
}

/// Whether the generator builds a page of this path, and a link may hold it as it is.
pub(super) fn is_linkable(page: &Page<'_>, pages: &SitePages<'_>, below: &str) -> bool {
    let other = pages.pages.get(&SitePath::new(format!("content/{below}")));
    other.is_some_and(|other| !other.is_hidden || page.is_draft())
        && below
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte))
}

/// Zola's link to a page, with what stands behind `#` in the old one.
pub(super) fn with_fragment(below: &str, old: &str) -> String {
    let fragment = old.find('#').map_or("", |at| &old[at..]);
    format!("@/{below}{fragment}")
}

/// Hugo's call for a page that is there.
pub(super) fn relref(page: &Page<'_>, link: &Link<'_>, target: &str) -> Option<Fix> {
    let (below, fragment) = target
        .find('#')
        .map_or((target, ""), |at| target.split_at(at));
    let is_plain = fragment
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"#_-".contains(&byte));
    if link.image || !is_plain || !is_linkable(page, page.pages?, below) {
        return None;
    }
    let call = format!("{{{{< relref \"/{below}{fragment}\" >}}}}");
    Some(Fix::risky(vec![Edit::replace(
        link.dest_range(page)?,
        call,
    )]))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, zola};

    #[test]
    fn paths_are_completed() {
        for (body, expected) in [
            (
                "[a](@/about) [b](@/content/about.md#x)\n",
                "[a](@/about.md) [b](@/about.md#x)\n",
            ),
            ("[a](@/posts/)\n", "[a](@/posts/_index.md)\n"),
            (
                "[a](@/abuot.md) [b](@/posts/draft)\n",
                "[a](@/abuot.md) [b](@/posts/draft)\n",
            ),
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), expected);
        }
        let found = hugo().page("internal-link", "+++\n+++\n[a](@/about.md#x)\n");
        let fix = found[0].fix.as_ref().unwrap();
        assert_eq!(fix.edits[0].text, "{{< relref \"/about.md#x\" >}}");
    }

    #[test]
    fn pages_must_be_there() {
        let body = "[a](@/about.md) [b](@/about.md#team) [c](@/posts/_index.md)\n\n[d](@/abuot.md)\n\n[e]\n\n[e]: @/about\n";
        assert_eq!(
            zola("0.22.0").lines("internal-link", body),
            ["error 3", "error 5"]
        );
        let anchors = "[a](@/about.md#Team)\n\n[b](@/about.md#nope)\n";
        assert_eq!(
            zola("0.22.0").lines("internal-link", anchors),
            ["warning 1", "error 3"]
        );
        assert_eq!(
            hugo().lines("internal-link", "[a](@/about.md)\n"),
            ["warning 1"]
        );
    }
}
