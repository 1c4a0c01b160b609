//! The categories that a site's pages have, for a site whose configuration names none.

use std::collections::BTreeMap;

use super::parallel;
use super::workspace::{Workspace, read_page};
use crate::content::Walk;
use crate::front_matter::{self, FrontMatter, Value};
use crate::site::Site;

/// Lets posts have the categories that pages of their language have, unless the configuration says which there are.
/// It reads all pages, so it is called only where something is asked for or converted.
pub(super) fn adopt(workspace: &mut Workspace, walk: &Walk) {
    if workspace.config.names_categories {
        return;
    }
    let site = &workspace.site;
    let found = parallel::map(&walk.pages, |page| {
        read_page(page).map_or_else(|_| Vec::new(), |text| of_page(&text, site))
    });
    let mut used: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    for (page, names) in walk.pages.iter().zip(found) {
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
    let Ok(front) = FrontMatter::parse(text, &split) else {
        return Vec::new();
    };
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
