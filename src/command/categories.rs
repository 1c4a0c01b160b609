//! The categories that a site's pages have, for a site whose configuration names none.

use std::collections::BTreeMap;

use super::publish::Pages;
use super::workspace::Workspace;
use crate::front_matter::{self, FrontMatter, Value};
use crate::site::Site;

/// Lets posts have the categories that pages of their language have, unless the configuration says which there are.
pub(super) fn adopt(workspace: &mut Workspace, pages: &Pages<'_>) {
    if workspace.config.names_categories {
        return;
    }
    let site = &workspace.site;
    let mut used: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for page in pages.all().pages.values() {
        let names = page.front.as_ref().map(|front| of_front(front, site));
        let names = names.unwrap_or_default();
        if names.is_empty() {
            continue;
        }
        let language = site.writing_language(&page.language).to_string();
        let used = used.entry(language).or_default();
        for name in names {
            *used.entry(name).or_default() += 1;
        }
    }
    for (language, used) in used {
        workspace.config.adopt_categories(&language, used);
    }
}

/// The categories in a page's front matter.
pub(super) fn of_page(text: &str, site: &Site) -> Vec<String> {
    let Ok(Some(split)) = front_matter::split(text, site.generator.split_rules()) else {
        return Vec::new();
    };
    FrontMatter::parse(text, &split).map_or_else(|_| Vec::new(), |front| of_front(&front, site))
}

fn of_front(front: &FrontMatter, site: &Site) -> Vec<String> {
    let path = site.generator.taxonomy_path("categories");
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let Some(Value::Array(items)) = front.get(&path) else {
        return Vec::new();
    };
    items
        .iter()
        .filter_map(Value::as_str)
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}
