//! What lies in a bundle of pages.

use std::collections::HashSet;
use std::path::PathBuf;

use super::Page;
use crate::site::SitePath;

/// Files beside or below the `index.md` of a bundle are its material: the generator makes no page of them. They are
/// given back.
pub(super) fn leave_out_parts_of_bundles(pages: &mut Vec<Page>) -> Vec<SitePath> {
    let stem = |page: &Page| {
        page.path
            .file_name()
            .split('.')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let is_index = |page: &Page| stem(page) == "index";
    let bundles: HashSet<PathBuf> = pages
        .iter()
        .filter(|page| is_index(page))
        .filter_map(|page| Some(page.file.parent()?.to_path_buf()))
        .collect();
    let mut parts = Vec::new();
    if bundles.is_empty() {
        return parts;
    }
    pages.retain(|page| {
        // A section's own page beside it is a mistake to be told of, not a part of the bundle.
        if stem(page) == "_index" {
            return true;
        }
        // A bundle's own page stays, unless it lies within another bundle.
        let above = page
            .file
            .ancestors()
            .skip(if is_index(page) { 2 } else { 1 });
        let is_part = above.into_iter().any(|folder| bundles.contains(folder));
        if is_part {
            parts.push(page.path.clone());
        }
        !is_part
    });
    parts
}
