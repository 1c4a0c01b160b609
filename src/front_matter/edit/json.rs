//! Edits JSON front matter.

use super::{Site, flow, wrapped};
use crate::front_matter::Format;
use crate::front_matter::error::FrontMatterError;
use crate::front_matter::tree::{Shape, Splice};
use crate::front_matter::value::Value;
use crate::front_matter::write;

pub(super) fn insert(
    site: &Site<'_>,
    path: &[String],
    value: &Value,
) -> Result<Vec<Splice>, FrontMatterError> {
    let (node, depth) = site.root.deepest(path);
    let Some((key, rest)) = path[depth..].split_first() else {
        return Ok(Vec::new());
    };
    if node.shape == Shape::Flow {
        let anchor = site.anchor.filter(|_| depth == 0);
        return flow::insert(site, node, anchor, key, &wrapped(rest, value));
    }
    // An empty value becomes the table that was missing.
    replace(site, &path[..depth], &wrapped(&path[depth..], value))
}

pub(super) fn replace(
    site: &Site<'_>,
    path: &[String],
    value: &Value,
) -> Result<Vec<Splice>, FrontMatterError> {
    let node = site.root.find(path).unwrap_or(site.root);
    let value =
        write::inline(Format::Json, value).map_err(|reason| site.unsupported(node, reason))?;
    Ok(vec![Splice::replace(node.value.clone(), value)])
}

pub(super) fn remove(site: &Site<'_>, path: &[String]) -> Result<Vec<Splice>, FrontMatterError> {
    let parent = site.root.find(&path[..path.len() - 1]);
    match (parent, site.root.find(path)) {
        (Some(parent), Some(node)) => flow::remove(site, parent, node),
        _ => Ok(Vec::new()),
    }
}
