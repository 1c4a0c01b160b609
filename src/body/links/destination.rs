//! Where a link may lead, and how that is written.

use std::fmt::Write as _;

use crate::finding::Edit;
use crate::markdown;

/// Whether a destination has one of the schemes that are let through, or none. Browsers skip white space and control
/// characters in a scheme, so they are skipped here.
pub(crate) fn is_safe_scheme(dest: &str) -> bool {
    let dest: String = dest
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect();
    let end = dest.find([':', '/', '?', '#']).unwrap_or(dest.len());
    !dest[end..].starts_with(':') || SCHEMES.contains(&dest[..end].to_ascii_lowercase().as_str())
}

/// Whether a destination can only mean something on the site itself: it has no scheme, no host and is no mere fragment.
pub(super) fn is_internal(dest: &str) -> bool {
    let dest = dest.trim();
    let end = dest.find([':', '/', '?', '#']).unwrap_or(dest.len());
    !dest[end..].starts_with(':') && !dest.starts_with("//") && !dest.starts_with('#')
}

/// Characters that a destination cannot hold as they are: they end it, or a template engine would read them.
pub(super) const NEEDS_ENCODING: [char; 6] = ['{', '}', '<', '>', '"', '`'];

pub(in crate::body) fn encode(dest: &str) -> String {
    let mut out = String::with_capacity(dest.len());
    for c in dest.chars() {
        if c == ' '
            || c.is_control()
            || NEEDS_ENCODING.contains(&c)
            || matches!(c, '\\' | '(' | ')')
        {
            let _ = write!(out, "%{:02X}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// The schemes that a link may have. Everything else loses its link.
const SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];

/// Definitions that no link uses any more but that hold what no link may: they are taken away.
pub(super) fn definitions(body: &str) -> Vec<Edit> {
    markdown::parser(body)
        .reference_definitions()
        .iter()
        .filter(|(_, definition)| {
            !is_safe_scheme(&definition.dest)
                || is_internal(&definition.dest)
                || definition.dest.contains(NEEDS_ENCODING)
                || definition
                    .title
                    .as_ref()
                    .is_some_and(|title| title.contains(['"', '{']))
        })
        .map(|(_, definition)| Edit::delete(definition.span.clone()))
        .collect()
}
