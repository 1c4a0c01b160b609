//! Template syntax in the body of a page for Zola, made literal.
//!
//! Up to 0.22 the body may hold shortcodes (see [`grammar`]); from 0.23 on it is a Tera template as soon as `{{` or `{%`
//! stands anywhere in it, code included. What escapes the one is printed by the other, so the version decides. In running
//! text a backslash between the two characters serves both, and that is what is used there.
//! See [`escape`] for the ways in which that is done.

use std::ops::Range;

use crate::finding::Edit;
use crate::generator::{Definitions, Dialect, Escaped};
use crate::generator::{Template, TemplateKind};
use crate::site::{Site, Version};

use self::escape::{escape_old, escape_shortcodes, escape_template};
use self::grammar::Kind;

mod engine;
mod escape;
mod grammar;
mod html;
mod names;
mod tera;

/// The first version in which a body may be a Tera template and shortcodes are gone.
const TERA: Version = Version::new(0, 23, 0);
/// The first version in which shortcodes nest.
const NESTED: Version = Version::new(0, 20, 0);

/// See [`crate::generator::Generator::escapes_alike`].
pub(super) fn escapes_alike(a: Version, b: Version) -> bool {
    (a >= TERA) == (b >= TERA)
}

/// See [`crate::generator::Generator::has_templates`].
pub(super) fn is_template(version: Version) -> bool {
    version >= TERA
}

/// See [`crate::generator::Generator::depends_on_version`].
pub(super) fn depends_on_version(body: &str) -> bool {
    has_delimiter(body)
}

/// See [`crate::generator::Generator::as_markdown`].
pub(super) fn as_markdown(version: Version, body: &str) -> Option<String> {
    if is_template(version) {
        return tera::as_markdown(body);
    }
    let mut seen = body.to_owned();
    for tag in pairs(version, body).into_iter().flatten() {
        let before = body[..tag.start].rsplit('\n').next().unwrap_or_default();
        let after = body[tag.end..].split('\n').next().unwrap_or_default();
        // What stands between tags on lines of their own is read for itself, where the template has it read.
        if before.trim().is_empty() && after.trim().is_empty() {
            let blank = body[tag.clone()].replace(|c: char| c != '\n' && c != '\r', " ");
            if blank.len() == tag.len() {
                seen.replace_range(tag, &blank);
            }
        }
    }
    (seen != body).then_some(seen)
}

/// See [`crate::generator::Generator::taken_out`]: what stands between the tags of shortcodes that have no Markdown read.
pub(super) fn taken_out(site: &Site, body: &str) -> Vec<Range<usize>> {
    pairs(site.version, body)
        .into_iter()
        .filter(|[open, _]| {
            let name = grammar::name(&body[open.clone()]);
            site.settings.verbatim_shortcodes.contains(name)
        })
        .map(|[open, close]| open.end..close.start)
        .collect()
}

/// The opening and the closing tag of each shortcode with a body, but for those within another's.
fn pairs(version: Version, body: &str) -> Vec<[Range<usize>; 2]> {
    if is_template(version) || !body.contains("{%") {
        return Vec::new();
    }
    let page = grammar::read(body, version >= NESTED).unwrap_or_default();
    let calls = page.calls.into_iter();
    calls.filter_map(|tokens| tokens.try_into().ok()).collect()
}

/// What this version of Zola would run in a body, and what would stop it.
pub(super) fn find(version: Version, body: &str) -> Vec<Template> {
    if version >= TERA {
        return tera::find(body);
    }
    let page = match grammar::examine(body, version >= NESTED) {
        Ok(page) => page,
        Err(fault) => {
            return vec![Template {
                range: fault.range,
                kind: TemplateKind::Malformed(fault.message.to_owned()),
                literal: Vec::new(),
            }];
        }
    };
    let call = |range: Range<usize>, literal| {
        let token = &body[range.clone()];
        let kind = if grammar::has_wide_number(token) {
            TemplateKind::Malformed("a whole number in this call does not fit 64 bits".to_owned())
        } else {
            TemplateKind::Call {
                name: grammar::name(token).to_owned(),
                closed: token.starts_with("{%"),
            }
        };
        Template {
            range,
            kind,
            literal,
        }
    };
    let outer = page.calls.into_iter().filter_map(|tokens| {
        let literal = tokens.iter().cloned().flat_map(marks).collect();
        tokens.into_iter().next().map(|range| call(range, literal))
    });
    // Marks inside a pair that is given marks itself would be printed, so these wait for the pair.
    let inner = page.inner.into_iter().map(|range| call(range, Vec::new()));
    let mut found: Vec<Template> = outer.chain(inner).collect();
    found.sort_by_key(|template| template.range.start);
    found
}

/// See [`crate::generator::Generator::shown_tags`].
pub(super) fn shown_tags(version: Version, body: &str) -> Vec<Range<usize>> {
    if version >= NESTED || !body.contains("{%") {
        return Vec::new();
    }
    grammar::read(body, false).map_or_else(Vec::new, |page| page.shown)
}

/// See [`crate::generator::Generator::taken_escapes`].
pub(super) fn taken_escapes(version: Version, body: &str) -> Vec<Range<usize>> {
    let mut taken = Vec::new();
    let mut open: Vec<Range<usize>> = Vec::new();
    for token in grammar::tokens(body) {
        match token.kind {
            Kind::EscapedCall if open.is_empty() => taken.push(token.range),
            Kind::EscapedStart if open.is_empty() || version >= NESTED => open.push(token.range),
            Kind::EscapedEnd => {
                if let Some(start) = open.pop().filter(|_| open.is_empty()) {
                    taken.extend([start, token.range]);
                }
            }
            _ => {}
        }
    }
    taken
}

/// Zola's marks around what is between the delimiters of a token.
fn marks(token: Range<usize>) -> [Edit; 2] {
    [
        Edit::insert(token.start + 2, "/*"),
        Edit::insert(token.end - 2, "*/"),
    ]
}

/// What this version of Zola does to a body.
pub(super) fn dialect(version: Version) -> Dialect {
    let escape: fn(&str) -> Escaped = if version >= TERA {
        escape_template
    } else if version >= NESTED {
        |body| escape_shortcodes(body, true)
    } else {
        escape_old
    };
    Dialect {
        escape,
        // Where the site asks for them at all.
        definitions: Definitions::Colon,
        ..Dialect::default()
    }
}

fn has_delimiter(text: &str) -> bool {
    text.contains("{{") || text.contains("{%")
}
