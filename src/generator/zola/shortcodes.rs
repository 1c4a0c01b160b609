//! The shortcodes of a site and its theme.

use std::collections::BTreeMap;

use super::super::Files;

pub(super) fn shortcodes(files: &dyn Files, folders: &[String]) -> Vec<String> {
    let mut names: Vec<String> = folders
        .iter()
        .flat_map(|folder| {
            files
                .list(&format!("{folder}/shortcodes"))
                .unwrap_or_default()
        })
        .filter(|entry| !entry.is_dir)
        .filter_map(|entry| {
            let (name, extension) = entry.name.rsplit_once('.')?;
            matches!(extension, "html" | "md").then(|| name.to_owned())
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The shortcodes whose templates print what is between their tags, and so stop the build where they are called without
/// (tested on 0.17.2 and 0.22.0).
pub(super) fn shortcode_bodies(files: &dyn Files, folders: &[String]) -> BTreeMap<String, bool> {
    let mut found = BTreeMap::new();
    for name in shortcodes(files, folders) {
        let texts = folders.iter().flat_map(|folder| {
            ["html", "md"].map(|extension| {
                let path = format!("{folder}/shortcodes/{name}.{extension}");
                files.read(&path).ok().flatten()
            })
        });
        let mut texts = texts.flatten();
        if texts.next().is_some_and(|text| prints_body(&text)) {
            found.insert(name, true);
        }
    }
    found
}

/// Whether a template prints `body` whatever was given to it.
fn prints_body(template: &str) -> bool {
    let is_asked_for = ["if body", "body is", "body |default", "body | default"];
    !is_asked_for.iter().any(|guard| template.contains(guard))
        && template.split("{{").skip(1).any(|expression| {
            let word = expression.trim_start_matches(['-', ' ']);
            word.strip_prefix("body")
                .is_some_and(|rest| rest.starts_with([' ', '|', '}', '-']))
        })
}
