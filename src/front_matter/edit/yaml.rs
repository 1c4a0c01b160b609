//! Edits YAML front matter, block and flow style.

use super::{Site, flow, wrapped};
use crate::front_matter::Format;
use crate::front_matter::error::FrontMatterError;
use crate::front_matter::tree::{self, Node, Shape, Splice};
use crate::front_matter::value::Value;
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
        Shape::Flow => flow::insert(
            site,
            node,
            site.anchor.filter(|_| depth == 0),
            key,
            &wrapped(rest, value),
        ),
        Shape::Block => {
            let indent = node.children.first().map_or(0, |child| column(site, child));
            let plain = rest.is_empty() && !matches!(value, Value::Table(_));
            let at = if depth == 0 {
                top(site, plain)
            } else {
                end(site, node)
            };
            Ok(vec![site.insert_lines(
                at,
                &lines(site, &path[depth..], value, indent),
            )])
        }
        // A key without a value becomes the table that was missing.
        Shape::Empty if !in_flow(site, path, depth) => {
            let indent = column(site, node) + step(site);
            let at = site.line_end(node.value.end);
            Ok(vec![site.insert_lines(
                at,
                &lines(site, &path[depth..], value, indent),
            )])
        }
        Shape::Empty => replace(site, &path[..depth], &wrapped(&path[depth..], value)),
        _ if matches!(
            &site.text[node.value.clone()],
            "~" | "null" | "Null" | "NULL"
        ) =>
        {
            replace(site, &path[..depth], &wrapped(&path[depth..], value))
        }
        _ => Err(by_alias(site, path)),
    }
}

fn lines(site: &Site<'_>, path: &[String], value: &Value, indent: usize) -> String {
    match wrapped(path, value) {
        Value::Table(table) => render::yaml_entries(&table, indent, step(site), "\n"),
        _ => String::new(),
    }
}

/// Where a new key at the top goes: a plain one before the mappings at the end, so that it can be seen.
fn top(site: &Site<'_>, plain: bool) -> usize {
    if let (Some(anchor), true) = (site.anchor, plain) {
        return tree::line_start(site.text, anchor.key_span.start).max(site.split.matter.start);
    }
    let children = &site.root.children;
    let Some(first) = children.first() else {
        return site.end();
    };
    if !plain {
        return end(site, site.root);
    }
    match children.iter().rfind(|child| child.shape != Shape::Block) {
        Some(last) => site.line_end(last.entry().end),
        None => tree::line_start(site.text, first.key_span.start).max(site.split.matter.start),
    }
}

fn end(site: &Site<'_>, node: &Node) -> usize {
    site.line_end(
        node.children
            .last()
            .map_or(node.value.end, |last| last.entry().end),
    )
}

fn column(site: &Site<'_>, node: &Node) -> usize {
    node.key_span.start - tree::line_start(site.text, node.key_span.start)
}

/// How far nested keys stand in, in this file.
fn step(site: &Site<'_>) -> usize {
    fn find(site: &Site<'_>, node: &Node) -> Option<usize> {
        let own = match (node.shape, node.children.first()) {
            (Shape::Block, Some(child)) if !node.key.is_empty() => {
                column(site, child).checked_sub(column(site, node))
            }
            _ => None,
        };
        own.or_else(|| node.children.iter().find_map(|child| find(site, child)))
    }
    find(site, site.root).filter(|step| *step > 0).unwrap_or(2)
}

fn in_flow(site: &Site<'_>, path: &[String], depth: usize) -> bool {
    (0..=depth).any(|at| {
        site.root
            .find(&path[..at])
            .is_some_and(|node| node.shape == Shape::Flow)
    })
}

fn by_alias(site: &Site<'_>, path: &[String]) -> FrontMatterError {
    let (node, _) = site.root.deepest(path);
    site.unsupported(
        node,
        "an anchor, an alias or a tag (&name, *name, !name) is here, and what has one cannot be changed in part",
    )
}

/// An anchor (`&name`) that goes away leaves its aliases (`*name`) without a meaning.
fn check_anchors(site: &Site<'_>, node: &Node) -> Result<(), FrontMatterError> {
    let matter = site.split.matter.clone();
    let (value, after) = (
        &site.text[node.entry()],
        &site.text[node.entry().end..matter.end],
    );
    let mut anchors = value.split('&').skip(1).map(|rest| {
        let end = rest
            .find(|at: char| at.is_whitespace() || ",[]{}".contains(at))
            .unwrap_or(rest.len());
        &rest[..end]
    });
    match anchors.find(|name| !name.is_empty() && after.contains(&format!("*{name}"))) {
        Some(name) => Err(site.unsupported(
            node,
            &format!("the value is used again further down, as *{name}"),
        )),
        None => Ok(()),
    }
}

/// The end of the last line of an entry. Comments further in than its key belong to it: left behind, they could become
/// part of a block scalar above.
fn last_line(site: &Site<'_>, node: &Node) -> usize {
    let column = column(site, node);
    let mut end = site.line_end(node.entry().end);
    let mut at = end;
    for line in site.text[end..site.split.matter.end].split_inclusive('\n') {
        at += line.len();
        let content = line.trim_start_matches(' ');
        if content.starts_with('#') && line.len() - content.len() > column {
            end = at;
        } else if !content.trim().is_empty() {
            break;
        }
    }
    end
}

pub(super) fn replace(
    site: &Site<'_>,
    path: &[String],
    value: &Value,
) -> Result<Vec<Splice>, FrontMatterError> {
    let Some(node) = site.root.find(path) else {
        return Err(by_alias(site, path));
    };
    let value =
        write::inline(Format::Yaml, value).map_err(|reason| site.unsupported(node, reason))?;
    check_anchors(site, node)?;
    if node.shape == Shape::Empty {
        return Ok(vec![after_colon(site, node.value.start, &value)]);
    }
    let between = &site.text[node.key_span.end..node.value.start];
    let colon = between.find(':').map(|at| node.key_span.end + at + 1);
    match colon {
        // The value stands on lines of its own: it moves to the line of the key, before a comment there.
        Some(colon) if between.contains('\n') && !in_flow(site, path, path.len() - 1) => Ok(vec![
            after_colon(site, colon, &value),
            Splice::delete(site.line_end(colon)..site.line_end(node.value.end)),
        ]),
        _ => Ok(vec![Splice::replace(node.value.clone(), value)]),
    }
}

/// A value put behind the colon that ends at `at`, where none was on this line.
fn after_colon(site: &Site<'_>, at: usize, value: &str) -> Splice {
    let rest = &site.text[at..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let end = if rest[blanks..].starts_with('#') {
        at
    } else {
        at + blanks
    };
    Splice::replace(at..end, format!(" {value}"))
}

pub(super) fn remove(site: &Site<'_>, path: &[String]) -> Result<Vec<Splice>, FrontMatterError> {
    let parents = &path[..path.len() - 1];
    let (Some(parent), Some(node)) = (site.root.find(parents), site.root.find(path)) else {
        return Err(by_alias(site, path));
    };
    if parent.shape == Shape::Flow {
        return flow::remove(site, parent, node);
    }
    check_anchors(site, node)?;
    let start = tree::line_start(site.text, node.key_span.start).max(site.split.matter.start);
    let mut splices = vec![Splice::delete(start..last_line(site, node))];
    if parent.children.len() == 1 && !parents.is_empty() {
        // Without any entry the parent would be empty, not an empty table.
        let colon = site.text[parent.key_span.end..parent.value.start].find(':');
        splices.extend(colon.map(|at| Splice::insert(parent.key_span.end + at + 1, " {}")));
    }
    Ok(splices)
}
