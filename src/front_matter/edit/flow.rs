//! Entries in braces: TOML inline tables, YAML flow mappings, JSON objects.

use super::Site;
use crate::front_matter::Format;
use crate::front_matter::error::FrontMatterError;
use crate::front_matter::tree::{Node, Shape, Splice};
use crate::front_matter::value::Value;
use crate::front_matter::write;

/// A new entry: before `anchor`, else after the last one. Its blanks are those of its neighbours.
pub(super) fn insert(
    site: &Site<'_>,
    container: &Node,
    anchor: Option<&Node>,
    key: &str,
    value: &Value,
) -> Result<Vec<Splice>, FrontMatterError> {
    let format = site.split.format;
    let value =
        write::inline(format, value).map_err(|reason| site.unsupported(container, reason))?;
    let last = container.children.iter().max_by_key(|child| end_of(child));
    let equals = match last {
        Some(last) if format == Format::Json && is_compact(site, last) => ":",
        _ => write::equals(format),
    };
    let entry = format!("{}{equals}{value}", write::key(format, key));
    if let Some(anchor) = anchor {
        let blanks = blanks_before(site.text, anchor.key_span.start);
        let blanks = if blanks.contains('\n') || equals == ":" {
            blanks
        } else {
            " "
        };
        return Ok(vec![Splice::insert(
            anchor.key_span.start,
            format!("{entry},{blanks}"),
        )]);
    }
    let Some(last) = last else {
        return Ok(vec![insert_only(site, container, &entry)]);
    };
    let blanks = blanks_before(site.text, last.key_span.start);
    let blanks = match (blanks.contains('\n'), container.children.len()) {
        (true, _) | (false, 2..) => blanks,
        _ if equals == ":" => "",
        _ => " ",
    };
    let end = end_of(last);
    if let Some(comma) = comma_after(site.text, end, container.value.end) {
        let at = behind_comment(site.text, comma + 1);
        return Ok(vec![Splice::insert(at, format!("{blanks}{entry},"))]);
    }
    let at = behind_comment(site.text, end);
    Ok(vec![
        Splice::insert(end, ","),
        Splice::insert(at, format!("{blanks}{entry}")),
    ])
}

fn insert_only(site: &Site<'_>, container: &Node, entry: &str) -> Splice {
    let inner = container.value.start + 1..container.value.end - 1;
    let within = &site.text[inner.clone()];
    if within.contains('\n') {
        let newline = site.newline();
        return Splice::insert(inner.start, format!("{newline}  {entry}"));
    }
    let entry = if site.split.format == Format::Toml {
        format!(" {entry} ")
    } else {
        entry.to_owned()
    };
    Splice::replace(inner, entry)
}

/// Takes an entry away, with the comma that is then one too many.
pub(super) fn remove(
    site: &Site<'_>,
    container: &Node,
    node: &Node,
) -> Result<Vec<Splice>, FrontMatterError> {
    if node.shape == Shape::Dotted {
        return Err(site.unsupported(
            node,
            "dotted keys inside braces cannot be removed piece by piece",
        ));
    }
    let start = node.key_span.start;
    let end = end_of(node);
    let next = container
        .children
        .iter()
        .map(|child| child.key_span.start)
        .filter(|at| *at > start)
        .min();
    if let Some(next) = next {
        return Ok(vec![Splice::delete(start..next)]);
    }
    let blanks = blanks_before(site.text, start).len();
    let previous = container
        .children
        .iter()
        .map(end_of)
        .filter(|at| *at <= start)
        .max();
    match previous.and_then(|previous| comma_after(site.text, previous, start)) {
        Some(comma) if comma + 1 >= start - blanks => Ok(vec![Splice::delete(comma..end)]),
        Some(comma) => Ok(vec![
            Splice::delete(comma..comma + 1),
            Splice::delete(start - blanks..end),
        ]),
        None => {
            let end =
                comma_after(site.text, end, container.value.end).map_or(end, |comma| comma + 1);
            Ok(vec![Splice::delete(start - blanks..end)])
        }
    }
}

/// Where an entry really ends, whatever it is made of.
fn end_of(node: &Node) -> usize {
    let own = if node.shape == Shape::Dotted {
        node.key_span.end
    } else {
        node.entry().end
    };
    node.children
        .iter()
        .map(end_of)
        .max()
        .unwrap_or(own)
        .max(own)
}

fn is_compact(site: &Site<'_>, node: &Node) -> bool {
    let between = site
        .text
        .get(node.key_span.end..node.value.start)
        .unwrap_or_default();
    between == ":"
}

fn blanks_before(text: &str, at: usize) -> &str {
    let before = &text[..at];
    &before[before.trim_end_matches([' ', '\t', '\r', '\n']).len()..]
}

/// The next comma between `from` and `to`, if nothing but blanks and comments is before it.
fn comma_after(text: &str, from: usize, to: usize) -> Option<usize> {
    let mut at = from;
    while at < to {
        match text.as_bytes()[at] {
            b',' => return Some(at),
            b' ' | b'\t' | b'\r' | b'\n' => at += 1,
            b'#' => at += text[at..].find('\n')?,
            _ => return None,
        }
    }
    None
}

/// `at`, or the end of the line where only a comment follows on it.
fn behind_comment(text: &str, at: usize) -> usize {
    let line = text[at..]
        .split('\n')
        .next()
        .unwrap_or_default()
        .trim_end_matches('\r');
    if line.trim_start().starts_with('#') {
        at + line.len()
    } else {
        at
    }
}
