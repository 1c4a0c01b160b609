//! The taxonomies that a configuration declares, and how to declare another.

use serde_json::Value;

use super::super::settings::{Table, at, strings};
use crate::site::{Site, Taxonomy};

/// The taxonomies of a language. A table of one's own replaces the two that Hugo has by itself.
pub(super) fn taxonomies(table: &Table, language: &str) -> Vec<Taxonomy> {
    let own = at(table, &["languages", language, "taxonomies"])
        .or_else(|| table.get("taxonomies"))
        .and_then(Value::as_object);
    let pairs: Vec<(String, String)> = match own {
        Some(own) => own
            .iter()
            .filter_map(|(singular, plural)| Some((singular.clone(), plural.as_str()?.to_owned())))
            .collect(),
        None => [("tag", "tags"), ("category", "categories")]
            .map(|(singular, plural)| (singular.to_owned(), plural.to_owned()))
            .to_vec(),
    };
    let off = strings(table, &["disablekinds"]);
    let rendered = !off
        .iter()
        .any(|kind| ["taxonomy", "term", "taxonomyterm"].contains(&kind.to_lowercase().as_str()));
    pairs
        .into_iter()
        .map(|(singular, name)| Taxonomy {
            declaration: pair(&singular, &name),
            name,
            language: language.to_owned(),
            rendered,
            has_templates: true,
            feed: false,
        })
        .collect()
}

fn pair(singular: &str, plural: &str) -> String {
    format!(
        "{} = {}",
        toml_edit::Key::new(singular).display_repr(),
        toml_edit::Value::from(plural)
    )
}

/// See [`super::Generator::declare_taxonomy_help`].
pub(super) fn declare_taxonomy_help(site: &Site, name: &str, language: &str) -> String {
    let mut lines: Vec<String> = site
        .taxonomies
        .iter()
        .filter(|taxonomy| taxonomy.language == language && taxonomy.name != name)
        .map(|taxonomy| taxonomy.declaration.clone())
        .collect();
    lines.push(pair(&singular(name), name));
    let table = if language == site.default_language {
        "taxonomies".to_owned()
    } else {
        format!(
            "languages.{}.taxonomies",
            toml_edit::Key::new(language).display_repr()
        )
    };
    let file = site.config.as_str();
    let format = match file.rsplit('.').next() {
        Some("toml") | None => "",
        Some(_) => " (here as TOML)",
    };
    format!(
        "in {file}, in place of any [{table}] that is there{format}:\n[{table}]\n{}",
        lines.join("\n")
    )
}

fn singular(plural: &str) -> String {
    if let Some(stem) = plural.strip_suffix("ies") {
        return format!("{stem}y");
    }
    plural
        .strip_suffix('s')
        .filter(|stem| !stem.is_empty())
        .unwrap_or(plural)
        .to_owned()
}
