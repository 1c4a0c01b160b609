//! Addresses that a pattern of the configuration makes, such as `/:year/:slug/` (tested on Hugo 0.168.0).

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::settings::{Table, at};
use crate::generator::AddressParts;
use crate::site::Site;

/// The patterns of the pages of each section; `None` where languages have patterns of their own.
pub(super) fn patterns(table: &Table) -> Option<BTreeMap<String, String>> {
    let languages = table.get("languages").and_then(Value::as_object);
    if languages.is_some_and(|languages| {
        languages
            .values()
            .any(|language| language.get("permalinks").is_some())
    }) {
        return None;
    }
    let texts = |path: &[&str]| -> Vec<(String, String)> {
        let patterns = at(table, path).and_then(Value::as_object);
        patterns
            .into_iter()
            .flatten()
            .filter_map(|(section, pattern)| Some((section.clone(), pattern.as_str()?.to_owned())))
            .collect()
    };
    let mut all: BTreeMap<String, String> = texts(&["permalinks"]).into_iter().collect();
    all.extend(texts(&["permalinks", "page"]));
    Some(all)
}

/// The address of a page where the site has patterns; `None` where it is not known.
pub(super) fn address(site: &Site, page: &AddressParts<'_>) -> Option<String> {
    let patterns = site.settings.permalink_patterns.as_ref()?;
    let (folders, file) = page.below.rsplit_once('/').unwrap_or(("", page.below));
    let section = folders.split('/').next().unwrap_or_default().to_lowercase();
    let Some(pattern) = patterns.get(&section).filter(|_| !section.is_empty()) else {
        return Some(page.usual.to_owned());
    };
    if page.language != site.default_language || site.slugs.default_language_in_path {
        return None;
    }
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let (folders, name) = if stem == "index" {
        folders.rsplit_once('/')?
    } else {
        (folders, stem)
    };
    let mut parts = Vec::new();
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        parts.push(match part {
            ":slug" => slug(page.slug.or(page.title)?)?,
            ":title" => slug(page.title?)?,
            ":filename" | ":contentbasename" => slug(name)?,
            ":slugorfilename" | ":slugorcontentbasename" => slug(page.slug.unwrap_or(name))?,
            ":section" => slug(&section)?,
            ":sections" => {
                let sections: Option<Vec<String>> = folders.split('/').map(slug).collect();
                sections?.join("/")
            }
            ":year" => page.day?.strftime("%Y").to_string(),
            ":month" => page.day?.strftime("%m").to_string(),
            ":day" => page.day?.strftime("%d").to_string(),
            other if other.contains(':') || other.contains('.') => return None,
            other => other.to_lowercase(),
        });
    }
    Some(format!("/{}/", parts.join("/")))
}

/// A title or a name as a part of an address; `None` where it has signs of which that is not known.
fn slug(text: &str) -> Option<String> {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            c if c.is_ascii_alphanumeric() || c == '_' => out.push(c.to_ascii_lowercase()),
            ' ' | '-' => {
                if !out.is_empty() && !out.ends_with('-') {
                    out.push('-');
                }
            }
            ',' | ':' | '!' | '?' => {}
            _ => return None,
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    (!out.is_empty()).then_some(out)
}
