//! Links and images: destinations that are safe and exist, or none.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use crate::finding::{Edit, Severity};
use crate::generator::Dialect;
use crate::markdown;

use super::edits::until_stable;
use super::{Note, PageLink, Surroundings};

mod anchors;
mod aside;
mod destination;

pub(crate) use anchors::{Anchors, github_slug};
pub(super) use aside::{put_in, set_aside};
pub(super) use destination::encode;
pub(crate) use destination::is_safe_scheme;
use destination::{NEEDS_ENCODING, definitions, is_internal};

/// Takes away links that are unsafe, empty or lead nowhere (their text stays), makes remote images links, and sets
/// right fragments and titles.
pub(super) fn tidy(
    body: &str,
    dialect: &Dialect,
    surroundings: Surroundings<'_>,
    notes: &mut Vec<Note>,
) -> String {
    until_stable(body, |text| {
        let mut headings = markdown::headings(text);
        if dialect.switched_off.contains("autoheadingid") {
            headings.retain(|heading| heading.id.is_some());
        }
        let anchors = Anchors::of(&headings, surroundings.heading_id);
        let mut edits = Vec::new();
        let kept = |link: &Link| link.image && !link.nested && (surroundings.has_image)(&link.dest);
        for link in find(text).into_iter().filter(|link| !kept(link)) {
            edits.extend(link.edits(text, &anchors, surroundings.page, notes));
        }
        if edits.is_empty() {
            edits = definitions(text);
        }
        edits
    })
}

/// A link or an image.
#[derive(Debug)]
struct Link {
    image: bool,
    /// Whether it stands inside another link or image.
    nested: bool,
    kind: LinkType,
    dest: String,
    title: String,
    range: Range<usize>,
    /// What stands between the brackets.
    inner: Range<usize>,
}

fn find(body: &str) -> Vec<Link> {
    let mut open: Vec<Link> = Vec::new();
    let mut found = Vec::new();
    for (event, range) in markdown::events(body) {
        for link in &mut open {
            if range != link.range {
                if link.inner.is_empty() {
                    link.inner.start = range.start;
                }
                link.inner.end = range.end.max(link.inner.end);
            }
        }
        match event {
            Event::Start(
                Tag::Link {
                    link_type,
                    dest_url,
                    title,
                    ..
                }
                | Tag::Image {
                    link_type,
                    dest_url,
                    title,
                    ..
                },
            ) if !matches!(link_type, LinkType::Autolink | LinkType::Email) => {
                let image = body[range.start..].starts_with('!');
                let inside = range.start + 1 + usize::from(image);
                open.push(Link {
                    image,
                    nested: !open.is_empty(),
                    dest: dest_url.to_string(),
                    title: title.to_string(),
                    inner: inside..inside,
                    kind: link_type,
                    range,
                });
            }
            Event::End(TagEnd::Link | TagEnd::Image)
                if open.last().is_some_and(|link| link.range == range) =>
            {
                found.extend(open.pop().map(|mut link| {
                    link.range = with_brackets(body, link.range, link.kind);
                    link
                }));
            }
            _ => {}
        }
    }
    found
}

/// The bytes of a link with the empty brackets of `[text][]`, which the parser leaves out.
pub(super) fn with_brackets(body: &str, range: Range<usize>, link_type: LinkType) -> Range<usize> {
    let is_short = link_type == LinkType::Collapsed && !body[range.clone()].ends_with("[]");
    let more = is_short && body[range.end..].starts_with("[]");
    range.start..range.end + if more { 2 } else { 0 }
}

impl Link {
    fn edits(
        &self,
        body: &str,
        anchors: &Anchors,
        page: &dyn Fn(&str) -> Option<PageLink>,
        notes: &mut Vec<Note>,
    ) -> Vec<Edit> {
        if self.image {
            return self.image_edits(body, notes);
        }
        let shown = crate::text::escape(&self.dest).into_owned();
        if self.dest.trim().is_empty() || self.dest == "#" {
            notes.push(note(
                "empty-link",
                "a link without a destination became text",
            ));
            return self.without_link(body);
        }
        if !is_safe_scheme(&self.dest) {
            notes.push(note(
                "unsafe-link",
                format!("the link to `{shown}` became text"),
            ));
            return self.without_link(body);
        }
        let mut dest = self.dest.clone();
        if is_internal(&self.dest) {
            let Some(page) = page(&self.dest) else {
                notes.push(
                    note(
                        "unknown-page",
                        format!("the link to `{shown}` became text: the site has no page of this name that the model was told of"),
                    )
                    .help("write the link by hand, if there is a page that was meant"),
                );
                return self.without_link(body);
            };
            dest = page.name;
        }
        if let Some(fragment) = self.dest.strip_prefix('#') {
            let Some(id) = anchors.resolve(fragment) else {
                notes.push(note(
                    "missing-anchor",
                    format!("the link to `{shown}` became text: the post has no such heading"),
                ));
                return self.without_link(body);
            };
            dest = format!("#{id}");
        }
        // The generator's own form of a page's address cannot stand in a definition.
        let is_in_place = self.kind == LinkType::Inline || !is_internal(&dest);
        let is_encoded = !dest.contains(NEEDS_ENCODING);
        if dest == self.dest && !self.has_bad_title() && is_encoded && is_in_place {
            return Vec::new();
        }
        let dest = if is_internal(&dest) {
            dest
        } else {
            encode(&dest)
        };
        vec![Edit::replace(
            self.inner.end..self.range.end,
            format!("]({dest}{})", self.title_after()),
        )]
    }

    fn has_bad_title(&self) -> bool {
        self.title.contains(['"', '{', '\n'])
    }

    /// The title as it stands behind the destination; empty where there is none, or none that generators read well.
    fn title_after(&self) -> String {
        if self.has_bad_title() || self.title.is_empty() {
            String::new()
        } else {
            format!(" \"{}\"", self.title.replace('\\', "\\\\"))
        }
    }

    /// A remote image becomes a link: it would tell a third party who reads the page. A local one was made up.
    fn image_edits(&self, body: &str, notes: &mut Vec<Note>) -> Vec<Edit> {
        let shown = crate::text::escape(&self.dest).into_owned();
        let lower = self.dest.to_ascii_lowercase();
        let remote = ["http://", "https://", "//"]
            .iter()
            .any(|start| lower.starts_with(start));
        if !remote || self.nested {
            notes.push(note(
                "missing-image",
                format!("the image `{shown}` does not exist; its description stays"),
            ));
            return self.without_link(body);
        }
        notes.push(
            note("remote-image", format!("the image `{shown}` became a link")).help(
                "save the image beside the post and show it from there, if its licence allows that",
            ),
        );
        if body[self.inner.clone()].trim().is_empty() {
            return vec![Edit::replace(
                self.range.clone(),
                format!("[image]({})", encode(&self.dest)),
            )];
        }
        vec![Edit::delete(self.range.start..self.range.start + 1)]
    }

    /// Only what stands between the brackets.
    fn without_link(&self, body: &str) -> Vec<Edit> {
        if body[self.inner.clone()].trim().is_empty() {
            return vec![Edit::delete(self.range.clone())];
        }
        vec![
            Edit::delete(self.range.start..self.inner.start),
            Edit::delete(self.inner.end..self.range.end),
        ]
    }
}

fn note(rule: &'static str, message: impl Into<String>) -> Note {
    Note::new(rule, Severity::Warning, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(body: &str) -> String {
        let dialect = Dialect::default();
        tidy(body, &dialect, super::super::IN_TESTS, &mut Vec::new())
    }

    #[test]
    fn unsafe_and_empty_links_become_text() {
        for (body, expected) in [
            ("[a](javascript:alert%281%29)", "a"),
            ("[a *b*](<java\tscript:x>)", "a *b*"),
            ("[a](JAVASCRIPT&colon;x)", "a"),
            ("[a](data:text/html,x) [b](ftp://x)", "a b"),
            ("[a][b]\n\n[b]: vbscript:x\n", "a\n\n\n"),
            (
                "[a]\n\n[a]: javascript:x 'y'\n[a]: javascript:z\n",
                "a\n\n\n\n",
            ),
            ("[a]() [](https://x.y) [b](#)", "a [](https://x.y) b"),
            ("[a](@/blog/x.md)", "a"),
            ("[a][] b\n\n[a]: x:y\n", "a b\n\n\n"),
            (
                "[a](https://x.y) [b](//c.d) [d](mailto:e@f.g)",
                "[a](https://x.y) [b](//c.d) [d](mailto:e@f.g)",
            ),
            (
                "[a](https://x.y/{{id}}/%7B)",
                "[a](https://x.y/%7B%7Bid%7D%7D/%7B)",
            ),
            ("[a](https://x.y 'say \"hi\"')", "[a](https://x.y)"),
            ("[a](https://x.y 'say hi')", "[a](https://x.y 'say hi')"),
        ] {
            assert_eq!(tidied(body), expected, "{body}");
        }
    }

    #[test]
    fn links_lead_to_pages_that_were_offered_or_nowhere() {
        for (body, expected) in [
            ("[a](content/about.md)", "[a](content/about.md)"),
            ("[a](/content/about.md)", "[a](content/about.md)"),
            (
                "[a *b*](/content/about.md \"c\")",
                "[a *b*](content/about.md \"c\")",
            ),
            (
                "[a][b] [b]\n\n[b]: content/about.md\n",
                "[a](content/about.md) [b](content/about.md)\n\n\n",
            ),
            (
                "[a](content/other.md) [b](/c/) [d](../e) [f](g.html#h)",
                "a b d f",
            ),
            ("[a](@/about.md) [b]({{about}})", "a b"),
            ("![a](content/about.md)", "a"),
        ] {
            assert_eq!(tidied(body), expected, "{body}");
        }
        let text = "page0link [a](content/about.md \"b\")\n";
        let (aside, pages) = set_aside(text, super::super::IN_TESTS);
        assert_eq!(aside, "page0link [a](page1000link \"b\")\n");
        assert_eq!(
            put_in(aside, &pages),
            "page0link [a]({{< relref \"/about.md\" >}} \"b\")\n"
        );
    }

    #[test]
    fn images_become_links_or_text() {
        for (body, expected) in [
            ("![a *b*](https://x.y/z.png)", "[a *b*](https://x.y/z.png)"),
            ("![](https://x.y/z.png)", "[image](https://x.y/z.png)"),
            ("![a](z.png) ![](z.png)", "a "),
            ("[![a](https://x.y/z.png)](https://x.y)", "[a](https://x.y)"),
            (
                "![a][b]\n\n[b]: https://x.y/z.png\n",
                "[a][b]\n\n[b]: https://x.y/z.png\n",
            ),
        ] {
            assert_eq!(tidied(body), expected, "{body}");
        }
    }

    #[test]
    fn fragments_are_the_generators_or_gone() {
        for (body, expected) in [
            (
                "[a](#what-s-new)\n\n## What's new\n",
                "[a](#what-s-new)\n\n## What's new\n",
            ),
            (
                "[a](#whats-new)\n\n## What's new\n",
                "[a](#what-s-new)\n\n## What's new\n",
            ),
            ("[a](#Foo)\n\n## Foo\n", "[a](#foo)\n\n## Foo\n"),
            (
                "[a](#foo-1)\n\n## Foo\n\n## Foo\n",
                "[a](#foo-1)\n\n## Foo\n\n## Foo\n",
            ),
            ("[a](#x)\n\n## Foo {#x}\n", "[a](#x)\n\n## Foo {#x}\n"),
            ("[a](#nope)\n\n## Foo\n", "a\n\n## Foo\n"),
        ] {
            assert_eq!(tidied(body), expected, "{body}");
        }
    }

    #[test]
    fn a_picture_beside_the_page_stays() {
        assert_eq!(
            tidied("![The way](picture.svg)\n"),
            "![The way](picture.svg)\n"
        );
        assert_eq!(tidied("![The way](../picture.svg)\n"), "The way\n");
    }
}
