//! Rules about links and images.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag};

use super::Page;
use super::proof::{Kind, Trial};
use crate::finding::{Edit, Fix};
use crate::generator::STAND_IN;

pub(super) mod dead_target;
pub(super) mod empty_link;
mod html;
pub(super) mod internal_link;
mod line_anchors;
pub(super) mod missing_anchor;
pub(super) mod missing_ref;
pub(super) mod plain_text_link;
pub(super) mod unsafe_destination;

/// A link or an image of a page.
pub(super) struct Link<'p> {
    pub(super) image: bool,
    /// Its destination, with entities and escapes resolved.
    pub(super) dest: &'p str,
    /// What is shown when a pointer rests on it.
    pub(super) title: &'p str,
    pub(super) range: Range<usize>,
    inline: bool,
    /// Whether it stands in raw HTML, which no template of the site makes.
    pub(super) raw: bool,
}

impl Link<'_> {
    /// The link's own text instead of the link, where it is one with brackets and parentheses.
    pub(super) fn unlinked(&self, page: &Page<'_>) -> Option<Fix> {
        let raw = &page.text[self.range.clone()];
        let text = raw
            .strip_prefix('[')?
            .get(..raw.rfind("](")?.checked_sub(1)?)?;
        let edits = vec![
            Edit::delete(self.range.start..self.range.start + 1),
            Edit::delete(self.range.start + 1 + text.len()..self.range.end),
        ];
        let trial = Trial::of(page, &edits)?;
        (trial.changes_only(&[Kind::Link]) && trial.added(Kind::Link) == -1)
            .then(|| Fix::risky(edits))
    }

    /// The bytes of the destination, where it stands in the link itself as it is.
    pub(super) fn dest_range(&self, page: &Page<'_>) -> Option<Range<usize>> {
        if !self.inline || self.dest.is_empty() {
            return None;
        }
        let raw = &page.text[self.range.clone()];
        let open = raw.rfind("](")? + 2;
        let at = open + raw[open..].find(self.dest)?;
        let before = &raw[open..at];
        (before.trim_matches([' ', '\t', '\n', '<']).is_empty()).then(|| {
            let start = self.range.start + at;
            start..start + self.dest.len()
        })
    }
}

/// All links and images of a page, addresses in angle brackets included.
pub(super) fn links<'p>(page: &'p Page<'_>) -> impl Iterator<Item = Link<'p>> {
    page.events.iter().filter_map(|(event, range)| {
        let (image, kind, dest, title) = match event {
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            }) => (false, link_type, dest_url, title),
            Event::Start(Tag::Image {
                link_type,
                dest_url,
                title,
                ..
            }) => (true, link_type, dest_url, title),
            _ => return None,
        };
        // Where such a link leads only the shortcode knows; the shortest is `{{<x>}}`.
        let is_made = !page.taken_out.is_empty() && dest.contains(&STAND_IN.to_string().repeat(7));
        (!is_made).then(|| Link {
            image,
            dest,
            title,
            range: range.clone(),
            inline: *kind == LinkType::Inline,
            raw: false,
        })
    })
}

/// Whether the body calls shortcodes or is a template, so that the page may hold more than can be seen in its file.
pub(super) fn has_live_templates(page: &Page<'_>) -> bool {
    !page.templates.is_empty()
}
