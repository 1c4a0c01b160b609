//! Edits TOML front matter. Plain keys at the top must stand before the first table: a key after a header is in its table.

use super::{Site, flow, wrapped};
use crate::front_matter::Format;
use crate::front_matter::error::FrontMatterError;
use crate::front_matter::tree::{self, Node, Shape, Splice};
use crate::front_matter::value::{Table, Value};
use crate::front_matter::{render, write};

pub(super) fn insert(
    site: &Site<'_>,
    path: &[String],
    value: &Value,
) -> Result<Vec<Splice>, FrontMatterError> {
    let (node, depth) = site.root.deepest(path);
    let Some((key, rest)) = path[depth..].split_first() else {
        return Ok(Vec::new());
    };
    match node.shape {
        Shape::Flow => flow::insert(site, node, None, key, &wrapped(rest, value)),
        Shape::Block if rest.is_empty() && !matches!(value, Value::Table(_)) => {
            let line = line(site, node, &path[depth..], value)?;
            let (at, indent) = if depth == 0 {
                top(site)
            } else {
                section_end(site, node)
            };
            Ok(vec![site.insert_lines(at, &format!("{indent}{line}"))])
        }
        Shape::Block | Shape::Implicit => new_table(site, path, value),
        Shape::Dotted => {
            let section = section_depth(site, path, depth);
            match (section, last_statement(node)) {
                (Some(section), Some(last)) => {
                    let line = line(site, node, &path[section..], value)?;
                    let at = site.line_end(last.entry().end);
                    let indent = site.indent(last.key_span.start);
                    Ok(vec![site.insert_lines(at, &format!("{indent}{line}"))])
                }
                _ => Err(site.unsupported(node, "dotted keys inside braces cannot be added to")),
            }
        }
        Shape::Leaf | Shape::Many | Shape::Empty => {
            Err(site.unsupported(node, "a table is needed here"))
        }
    }
}

/// `key = value` and a line feed.
fn line(
    site: &Site<'_>,
    node: &Node,
    path: &[String],
    value: &Value,
) -> Result<String, FrontMatterError> {
    let value =
        write::inline(Format::Toml, value).map_err(|reason| site.unsupported(node, reason))?;
    let keys: Vec<_> = path
        .iter()
        .map(|key| write::key(Format::Toml, key))
        .collect();
    Ok(format!("{} = {value}\n", keys.join(".")))
}

/// A table with a header of its own, at the end of the block.
fn new_table(
    site: &Site<'_>,
    path: &[String],
    value: &Value,
) -> Result<Vec<Splice>, FrontMatterError> {
    let lines = match (value, path.split_last()) {
        (Value::Table(table), _) => render::toml_table(path, table),
        (value, Some((last, parents))) => {
            let mut table = Table::new();
            table.insert(last.clone(), value.clone());
            render::toml_table(parents, &table)
        }
        (_, None) => return Err(site.unsupported(site.root, "a change needs a key")),
    };
    let at = site.end();
    let before = &site.text[site.split.matter.start..at];
    let blank_line = before.is_empty()
        || before.ends_with("\n\n")
        || before.ends_with("\n\r\n")
        || before.trim().is_empty();
    let lines = if blank_line {
        lines.trim_start_matches('\n')
    } else {
        &lines
    };
    Ok(vec![site.insert_lines(at, lines)])
}

/// Where a plain key at the top goes, and its indentation.
fn top<'a>(site: &'a Site<'_>) -> (usize, &'a str) {
    if let Some(anchor) = site.anchor {
        let at = tree::line_start(site.text, anchor.key_span.start).max(site.split.matter.start);
        return (at, site.indent(anchor.key_span.start));
    }
    match last_statement(site.root) {
        Some(_) => section_end(site, site.root),
        None if site.root.children.is_empty() => (site.end(), ""),
        None => (site.split.matter.start, ""),
    }
}

/// Behind the last entry of a table, or its header, and the indentation there.
fn section_end<'a>(site: &'a Site<'_>, table: &Node) -> (usize, &'a str) {
    match last_statement(table) {
        Some(last) => (
            site.line_end(last.entry().end),
            site.indent(last.key_span.start),
        ),
        None => (
            site.line_end(table.value.end),
            site.indent(table.value.start),
        ),
    }
}

/// The last `key = value` that belongs to a table itself, dotted keys included, but no table with a header.
fn last_statement(table: &Node) -> Option<&Node> {
    let own = table.children.iter().filter_map(|child| match child.shape {
        Shape::Leaf | Shape::Flow => Some(child),
        Shape::Dotted => last_statement(child),
        _ => None,
    });
    own.max_by_key(|node| node.entry().end)
}

/// How many keys of the path are named by the header above; `None` within braces.
fn section_depth(site: &Site<'_>, path: &[String], depth: usize) -> Option<usize> {
    let mut section = 0;
    for at in 1..=depth {
        match site.root.find(&path[..at])?.shape {
            Shape::Flow => return None,
            Shape::Block | Shape::Implicit => section = at,
            _ => {}
        }
    }
    Some(section)
}

/// `None` where a value cannot take the place: tables with headers or dotted keys.
pub(super) fn replace(
    site: &Site<'_>,
    path: &[String],
    value: &Value,
) -> Result<Option<Vec<Splice>>, FrontMatterError> {
    let Some(node) = site.root.find(path) else {
        return Ok(None);
    };
    if !matches!(node.shape, Shape::Leaf | Shape::Flow) {
        return Ok(None);
    }
    let value =
        write::inline(Format::Toml, value).map_err(|reason| site.unsupported(node, reason))?;
    Ok(Some(vec![Splice::replace(node.value.clone(), value)]))
}

pub(super) fn remove(site: &Site<'_>, path: &[String]) -> Result<Vec<Splice>, FrontMatterError> {
    let parent = site.root.find(&path[..path.len() - 1]);
    let (Some(parent), Some(node)) = (parent, site.root.find(path)) else {
        return Ok(Vec::new());
    };
    if parent.shape == Shape::Flow {
        return flow::remove(site, parent, node);
    }
    if parent.shape == Shape::Dotted && section_depth(site, path, path.len()).is_none() {
        return Err(site.unsupported(
            node,
            "dotted keys inside braces cannot be removed piece by piece",
        ));
    }
    let mut splices = Vec::new();
    remove_node(site, node, &mut splices);
    Ok(splices)
}

/// Whether an entry is lines of its own below a table's header: to remove it changes nothing for those beside it.
pub(super) fn is_lines(site: &Site<'_>, path: &[String]) -> bool {
    let Some((_, parents)) = path.split_last() else {
        return false;
    };
    let (parent, node) = (site.root.find(parents), site.root.find(path));
    parent.is_some_and(|parent| parent.shape == Shape::Block)
        && node.is_some_and(|node| node.shape == Shape::Leaf)
}

fn remove_node(site: &Site<'_>, node: &Node, splices: &mut Vec<Splice>) {
    match node.shape {
        Shape::Leaf | Shape::Flow | Shape::Empty => {
            splices.push(site.delete_lines(node.key_span.start, node.entry().end));
        }
        Shape::Block => {
            let end = last_statement(node).map_or(node.value.end, |last| last.entry().end);
            splices.push(site.delete_lines(node.value.start, end));
            let sections = node.children.iter().filter(|child| is_section(child));
            sections.for_each(|child| remove_node(site, child, splices));
        }
        Shape::Dotted | Shape::Implicit | Shape::Many => {
            node.children
                .iter()
                .for_each(|child| remove_node(site, child, splices));
        }
    }
}

fn is_section(node: &Node) -> bool {
    matches!(node.shape, Shape::Block | Shape::Implicit | Shape::Many)
}
