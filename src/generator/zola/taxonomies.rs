//! The taxonomies that a configuration declares, and how to declare another.

use serde_json::Value;

use super::super::settings::{Table, at, flag, string};
use crate::site::{Site, Taxonomy};

/// The taxonomies in a table of settings: the whole site's, or one language's.
pub(super) fn declared(table: &Table, language: &str) -> Result<Vec<Taxonomy>, &'static str> {
    const SHAPE: &str = "`taxonomies` must be a list of tables with a name, such as taxonomies = [ { name = \"tags\" } ]";
    match table.get("taxonomies") {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| {
                let options = item.as_object().ok_or(SHAPE)?;
                Ok(Taxonomy {
                    name: string(options, &["name"]).ok_or(SHAPE)?,
                    language: language.to_owned(),
                    rendered: at(options, &["render"])
                        .and_then(Value::as_bool)
                        .unwrap_or(true),
                    has_templates: true,
                    feed: ["feed", "rss"].iter().any(|key| flag(options, &[key])),
                    declaration: inline(item),
                })
            })
            .collect(),
        Some(_) => Err(SHAPE),
    }
}

/// A value as TOML on one line.
fn inline(value: &Value) -> String {
    match value {
        Value::Object(table) => {
            let items: Vec<String> = table
                .iter()
                .map(|(key, value)| {
                    format!(
                        "{} = {}",
                        toml_edit::Key::new(key).display_repr(),
                        inline(value)
                    )
                })
                .collect();
            format!("{{ {} }}", items.join(", "))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(inline).collect();
            format!("[{}]", items.join(", "))
        }
        Value::String(text) => toml_edit::Value::from(text.as_str()).to_string(),
        other => other.to_string(),
    }
}

/// See [`super::Generator::declare_taxonomy_help`].
pub(super) fn declare_taxonomy_help(site: &Site, name: &str, language: &str) -> String {
    let mut items: Vec<String> = site
        .taxonomies
        .iter()
        .filter(|taxonomy| taxonomy.language == language && taxonomy.name != name)
        .map(|taxonomy| taxonomy.declaration.clone())
        .collect();
    let replaced = if items.is_empty() {
        ""
    } else {
        ", in place of the taxonomies that are there"
    };
    items.push(inline(&serde_json::json!({ "name": name })));
    let line = format!("taxonomies = [ {} ]", items.join(", "));
    if language == site.default_language {
        format!(
            "in {}, before the first [table]{replaced}:\n{line}",
            site.config
        )
    } else {
        let code = toml_edit::Key::new(language);
        format!(
            "in {}, in the table of the language{replaced}:\n[languages.{}]\n{line}",
            site.config,
            code.display_repr()
        )
    }
}
