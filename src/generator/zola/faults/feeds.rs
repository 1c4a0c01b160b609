//! Feeds of a name for which there is no template (tested on 0.17.2 and 0.22.0).

use toml_edit::{Item, TableLike};

use super::super::super::Files;
use super::super::config::template_folders;
use super::{STRICT_SINCE, span};
use crate::site::{ConfigFault, Version};

/// The templates for feeds that Zola brings along.
const BUILT_IN: [&str; 2] = ["atom.xml", "rss.xml"];

/// The feeds that are asked for, and have no template.
pub(super) fn without_template(
    top: &dyn TableLike,
    version: Version,
    files: &dyn Files,
) -> Vec<ConfigFault> {
    let theme = top.get("theme").and_then(Item::as_str);
    let folders = template_folders(theme);
    // Of a theme that is not there, nothing is known.
    let is_known = |folder: &String| files.list(folder).is_ok_and(|entries| !entries.is_empty());
    if theme.is_some() && !folders.last().is_some_and(is_known) {
        return Vec::new();
    }
    let has_template = |name: &str| {
        let mut paths = folders.iter().map(|folder| format!("{folder}/{name}"));
        BUILT_IN.contains(&name) || paths.any(|path| matches!(files.read(&path), Ok(Some(_))))
    };
    let (switch, key) = if version >= STRICT_SINCE {
        ("generate_feeds", "feed_filenames")
    } else {
        ("generate_feed", "feed_filename")
    };
    let languages = top.get("languages").and_then(Item::as_table_like);
    let languages = languages.into_iter().flat_map(TableLike::iter);
    let tables = languages.filter_map(|(_, item)| item.as_table_like());
    std::iter::once(top)
        .chain(tables)
        .filter(|table| table.get(switch).and_then(Item::as_bool) == Some(true))
        .filter_map(|table| {
            let item = table.get(key)?;
            let items = item.as_array().into_iter().flatten();
            let mut names = items
                .filter_map(toml_edit::Value::as_str)
                .chain(item.as_str());
            let name = names.find(|name| !has_template(name))?;
            Some(ConfigFault {
                span: span(table, key),
                message: format!(
                    "there is no template for the feed `{}`, and Zola stops",
                    crate::text::escape(name)
                ),
                help: "name it `atom.xml` or `rss.xml`, or write a template of that name"
                    .to_owned(),
                is_sure: true,
            })
        })
        .collect()
}
