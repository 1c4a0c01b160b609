//! Links to headings of the same page that it does not have.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Tag};

use super::html::html_links;
use super::{has_live_templates, links};
use crate::body::links::{Anchors, github_slug};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::generator::{Code, TemplateKind};
use crate::markdown;
use crate::site::{Site, Version};
use crate::text::percent_decoded;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MissingAnchor;

impl Rule for MissingAnchor {
    fn name(&self) -> &'static str {
        "missing-anchor"
    }

    fn summary(&self) -> &'static str {
        "A link to a heading that the page does not have"
    }

    fn explanation(&self) -> &'static str {
        "\
`[see](#setup)` needs a heading whose id is `setup`. Zola stops the build where there is none (tested on 0.17.2 and 0.22.0), unless
`link_checker.internal_level` is `\"warn\"`; Hugo 0.168.0 never looks. The two make ids differently: of `What's new` Zola makes
`what-s-new`, Hugo and GitHub `whats-new`; of `C++ & Go` Zola makes `c-go`, Hugo `c--go`. Zola's check does not tell capitals from
small letters, but browsers do, so that `#Setup` goes nowhere.

```markdown
## What's new {#whats-new}
```

An id in braces is the same everywhere. Where exactly one heading is meant by GitHub's rules, the fix gives it the id that the link asks
for; where other links use the id that it has, the fix changes the link."
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["MD051", "link-fragments"]
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        // The headings of the pages that read it are there as well.
        if page.is_part() {
            return;
        }
        let site = page.site;
        let mut known: Option<Ids> = None;
        let mut named = BTreeSet::new();
        for link in links(page).chain(html_links(page)) {
            let Some(fragment) = link.dest.strip_prefix('#').filter(|_| !link.image) else {
                continue;
            };
            if fragment.is_empty() || is_top(site, fragment) {
                continue;
            }
            let ids = known.get_or_insert_with(|| Ids::of(page));
            let decoded = percent_decoded(fragment);
            if ids.all.contains(fragment)
                || (ids.all.contains(&decoded) && !site.generator.refuses_dead_links())
            {
                continue;
            }
            let other_case = ids
                .all
                .iter()
                .find(|id| id.to_lowercase() == decoded.to_lowercase());
            let checked = site.generator.refuses_dead_links()
                && site.dead_links_stop
                && !has_live_templates(page);
            // Zola's check does not tell capitals from small letters, but does not resolve `%41` either.
            let passes = other_case.is_some_and(|id| id.to_lowercase() == fragment.to_lowercase());
            let severity = if checked && !passes && !link.raw {
                Severity::Error
            } else {
                Severity::Warning
            };
            let meant = other_case.or_else(|| ids.meant(&decoded));
            // What a shortcode of the site's own writes may have ids.
            if meant.is_none() && calls_own_shortcode(page) {
                continue;
            }
            let mut finding = page
                .finding(
                    self,
                    severity,
                    format!("the page has no heading or id `{fragment}`"),
                )
                .at(link.dest_range(page).unwrap_or_else(|| link.range.clone()))
                .help(meant.filter(|id| *id != fragment).map_or_else(
                    || {
                        "link to a heading that is there, or give one this id: `## Heading {#id}`"
                            .to_owned()
                    },
                    |id| format!("write `#{id}`"),
                ));
            let dest = link.dest_range(page);
            if let Some((id, range)) = meant.filter(|id| is_plain(id)).zip(dest) {
                let heading = ids.end_of(id).filter(|_| {
                    let is_linked = !has_no_ids(site)
                        && links(page).any(|link| link.dest.strip_prefix('#') == Some(id));
                    !is_linked && !page.is_template() && fragment.chars().all(is_id)
                });
                finding.fix = match heading {
                    // Other links to the same id need no fix then.
                    Some(end) if named.insert(end) => Some(Fix::safe(vec![Edit::insert(
                        end,
                        format!(" {{#{fragment}}}"),
                    )])),
                    Some(_) => None,
                    // Without ids of its own, a heading has none that another link could name.
                    None if has_no_ids(site) => None,
                    None => Some(Fix::safe(vec![Edit::replace(range, format!("#{id}"))])),
                };
            }
            findings.push(finding);
        }
    }
}

/// Whether headings have ids only where they are written (Hugo's `autoHeadingID = false`).
fn has_no_ids(site: &Site) -> bool {
    site.settings.switched_off.contains("autoheadingid")
}

/// Whether it is the start of any page to browsers, and to Zola from 0.19 on (`utils/src/anchors.rs`).
pub(super) fn is_top(site: &Site, fragment: &str) -> bool {
    let is_known = !site.generator.refuses_dead_links() || site.version >= Version::new(0, 19, 0);
    is_known && fragment.eq_ignore_ascii_case("top")
}

/// Whether an id in braces can have this character everywhere.
fn is_id(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

/// Whether an id can stand in a destination as it is.
fn is_plain(id: &str) -> bool {
    !id.is_empty() && !id.contains(['(', ')', '<', '>', '\\', '&', ' ', '{', '}'])
}

/// The ids of a page; `None` where a shortcode or template may write more of them.
pub(in crate::check) fn ids(page: &Page<'_>) -> Option<BTreeSet<String>> {
    // Hugo's own shortcodes for links and values write none.
    let writes_ids = |kind: &TemplateKind| !matches!(kind, TemplateKind::Call { name, .. } if matches!(name.as_str(), "ref" | "relref" | "param"));
    let may_write = page
        .templates
        .iter()
        .any(|template| writes_ids(&template.kind));
    (!may_write && page.split.is_ok()).then(|| Ids::of(page).all)
}

/// The ids of a page.
struct Ids {
    all: BTreeSet<String>,
    /// GitHub's id and the generator's, of each heading.
    headings: Vec<(String, String)>,
    /// For each heading, the byte of the file where an id in braces can be written, if it has none.
    ends: Vec<Option<usize>>,
}

impl Ids {
    fn of(page: &Page<'_>) -> Self {
        let headings = markdown::headings(&page.markdown);
        let heading_id = |text: &str| page.site.heading_id(text);
        let ids = Anchors::of(&headings, &heading_id).headings;
        let mut all: BTreeSet<String> = if page.site.settings.switched_off.contains("autoheadingid")
        {
            headings
                .iter()
                .filter_map(|heading| heading.id.clone())
                .collect()
        } else {
            ids.iter().cloned().collect()
        };
        let ends = headings
            .iter()
            .map(|heading| {
                let shown = page.markdown[heading.range.clone()].trim_end();
                let is_plain = shown.starts_with('#') && !shown.ends_with(['#', '}', '\\']);
                (heading.id.is_none() && is_plain && !shown.contains('\n'))
                    .then(|| page.body.start + heading.range.start + shown.len())
            })
            .collect();
        let headings = headings
            .iter()
            .map(|heading| github_slug(&heading.text))
            .zip(ids)
            .collect();
        // Zola gives a footnote its name for an id, unless it gathers them at the end (tested on 0.17.2 and 0.22.0).
        let is_zola = page.site.generator.refuses_dead_links();
        let gathers = page.site.settings.gathers_footnotes;
        for (event, range) in &page.events {
            match event {
                Event::Html(_) | Event::InlineHtml(_) => {
                    ids_in_html(&page.text[range.clone()], &mut all);
                }
                Event::Start(Tag::FootnoteDefinition(label)) => {
                    if gathers {
                        all.extend([format!("fn:{label}"), format!("fn-{label}")]);
                    }
                    if !gathers || !is_zola {
                        all.insert(label.to_string());
                    }
                }
                Event::FootnoteReference(label) if gathers => {
                    all.extend([
                        format!("fnref:{label}"),
                        format!("fr-{label}"),
                        format!("fr-{label}-1"),
                    ]);
                }
                _ => {}
            }
        }
        all.extend(super::line_anchors::ids(page));
        if page.site.settings.definition_ids {
            all.extend(terms(page.body()).map(heading_id));
        }
        all.extend(
            (1..=all.len())
                .map(|number| number.to_string())
                .filter(|_| has_footnotes(page) && !is_zola),
        );
        Self {
            all,
            headings,
            ends,
        }
    }

    /// Where the heading with this id can be given another one.
    fn end_of(&self, id: &str) -> Option<usize> {
        let at = self.headings.iter().position(|(_, own)| own == id)?;
        self.ends[at]
    }

    /// The id of the one heading to which GitHub would give this id.
    fn meant(&self, fragment: &str) -> Option<&String> {
        let slug = fragment.to_lowercase();
        let mut same = self
            .headings
            .iter()
            .filter(|(github, id)| *github == slug && !id.is_empty());
        let (_, id) = same.next()?;
        same.next().is_none().then_some(id)
    }
}

/// The lines above those that begin with `: `.
fn terms(body: &str) -> impl Iterator<Item = &str> {
    let is_definition = |line: &str| line.trim_start().starts_with(": ");
    body.lines()
        .zip(body.lines().skip(1))
        .filter(move |(line, next)| !is_definition(line) && is_definition(next))
        .map(|(line, _)| line.trim())
}

/// Whether the page calls a shortcode that a template of the site or its theme makes.
fn calls_own_shortcode(page: &Page<'_>) -> bool {
    page.templates.iter().any(|template| match &template.kind {
        TemplateKind::Call { name, .. } => {
            let name = name.to_lowercase();
            !page.site.shortcodes_known || page.site.shortcodes.contains(&name)
        }
        TemplateKind::Code(code) => *code == Code::Meant,
        TemplateKind::Component(_) => true,
        TemplateKind::Malformed(_) | TemplateKind::Crossed { .. } | TemplateKind::Comment => false,
    })
}

fn has_footnotes(page: &Page<'_>) -> bool {
    page.events
        .iter()
        .any(|(event, _)| matches!(event, Event::Start(Tag::FootnoteDefinition(_))))
}

/// The values of `id` and `name` in raw HTML.
fn ids_in_html(html: &str, ids: &mut BTreeSet<String>) {
    for attribute in ["id", "name"] {
        for (at, _) in html.match_indices(attribute) {
            let starts_word = html[..at].ends_with([' ', '\t', '\n', '"', '\'']);
            let value = html[at + attribute.len()..]
                .trim_start()
                .strip_prefix('=')
                .map(str::trim_start);
            let Some(value) = value.filter(|_| starts_word) else {
                continue;
            };
            let text = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split(quote).next(),
                _ => value.split([' ', '>', '\t', '\n', '/']).next(),
            };
            ids.extend(text.map(str::to_owned));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, world, zola};

    #[test]
    fn ids_are_the_generators() {
        let body = "[a](#what-s-new) [b](#whats-new)\n\n## What's new\n";
        assert_eq!(zola("0.22.0").lines("missing-anchor", body), ["error 1"]);
        assert_eq!(hugo().lines("missing-anchor", body), ["warning 1"]);
        assert_eq!(
            fixed(&zola("0.22.0"), body),
            "[a](#what-s-new) [b](#what-s-new)\n\n## What's new\n"
        );
    }

    #[test]
    fn all_kinds_of_ids_count() {
        let body = "[a](#foo-1) [b](#x) [c](#html) [d](#) [e](#top)\n\n## Foo\n\n## Foo\n\n## Bar {#x}\n\n<a id=\"html\"></a>\n";
        assert_eq!(zola("0.22.0").lines("missing-anchor", body), [""; 0]);
        assert_eq!(
            zola("0.22.0").lines("missing-anchor", "[a](#Foo)\n\n## Foo\n"),
            ["warning 1"]
        );
        assert_eq!(
            zola("0.22.0").lines("missing-anchor", "{{ known() }} [a](#nope)\n"),
            [""; 0]
        );
        assert_eq!(
            fixed(&zola("0.22.0"), "[a](#Foo) [b](#Foo)\n\n## Foo\n"),
            "[a](#Foo) [b](#Foo)\n\n## Foo {#Foo}\n"
        );
        assert_eq!(
            fixed(&zola("0.22.0"), "[a](#Foo)\n\nFoo\n---\n"),
            "[a](#foo)\n\nFoo\n---\n"
        );
    }

    #[test]
    fn footnotes_have_the_ids_that_zola_gives_them() {
        let lines = |id: &str| {
            zola("0.22.0").lines("missing-anchor", &format!("[a](#{id}) b[^n]\n\n[^n]: c\n"))
        };
        assert_eq!(lines("n"), [""; 0]);
        for id in ["fn:1", "fn-n", "1", "fr-n-1"] {
            assert_eq!(lines(id), ["error 1"], "{id}");
        }
    }

    #[test]
    fn a_site_may_only_be_warned() {
        let config = "base_url = \"x\"\n[link_checker]\ninternal_level = \"warn\"\n";
        let site = world(&[("config.toml", config)], Some("0.22.0"));
        assert_eq!(site.lines("missing-anchor", "[a](#nope)\n"), ["warning 1"]);
    }
}
