//! The files that Zola writes besides pages (`Site::build` in its source; tested on 0.17.2 and 0.22.0).

use serde_json::Value;

use super::super::settings::{Table, at, flag, string, strings};
use crate::site::Version;

/// The first version with `generate_feeds`, and switches for the sitemap and robots.txt.
const SWITCHES_SINCE: Version = Version::new(0, 19, 0);
/// The first version with `[markdown.highlighting]`.
const HIGHLIGHTING_SINCE: Version = Version::new(0, 22, 0);

/// Their paths in the built site: an alias in the place of one stops the build.
pub(super) fn own_files(table: &Table, version: Version, default_language: &str) -> Vec<String> {
    let has_switches = version >= SWITCHES_SINCE;
    let mut files = Vec::new();
    for (key, file) in [
        ("generate_sitemap", "sitemap.xml"),
        ("generate_robots_txt", "robots.txt"),
    ] {
        if !has_switches || at(table, &[key]) != Some(&Value::Bool(false)) {
            files.push(file.to_owned());
        }
    }
    let languages = at(table, &["languages"]).and_then(Value::as_object);
    let others: Vec<(&String, &Table)> = languages
        .into_iter()
        .flatten()
        .filter(|(code, _)| *code != default_language)
        .filter_map(|(code, options)| Some((code, options.as_object()?)))
        .collect();
    files.extend(feeds(table, has_switches));
    for (code, options) in &others {
        let names = feeds(options, has_switches);
        files.extend(names.into_iter().map(|name| format!("{code}/{name}")));
    }
    if flag(table, &["build_search_index"]) {
        let format = string(table, &["search", "index_format"]).unwrap_or_default();
        let extension = if format.ends_with("json") {
            "json"
        } else {
            "js"
        };
        let codes = others
            .iter()
            .filter(|(_, options)| flag(options, &["build_search_index"]))
            .map(|(code, _)| code.as_str())
            .chain([default_language]);
        files.extend(codes.map(|code| format!("search_index.{code}.{extension}")));
        if !format.starts_with("fuse") {
            files.push("elasticlunr.min.js".to_owned());
        }
    }
    let highlighting = ["markdown", "highlighting", "style"];
    if version >= HIGHLIGHTING_SINCE && string(table, &highlighting).as_deref() == Some("class") {
        let is_single = at(table, &["markdown", "highlighting", "theme"]).is_some();
        let names: &[&str] = if is_single {
            &["giallo.css"]
        } else {
            &["giallo-light.css", "giallo-dark.css"]
        };
        files.extend(names.iter().map(|name| (*name).to_owned()));
    }
    files
}

/// The feeds of a language, if it has any.
fn feeds(options: &Table, has_switches: bool) -> Vec<String> {
    let (switch, key) = if has_switches {
        ("generate_feeds", "feed_filenames")
    } else {
        ("generate_feed", "feed_filename")
    };
    if flag(options, &[switch]) {
        named(options, key)
    } else {
        Vec::new()
    }
}

/// The names of feeds, wherever the site has them.
pub(super) fn feed_names(table: &Table, version: Version) -> Vec<String> {
    if version >= SWITCHES_SINCE {
        named(table, "feed_filenames")
    } else {
        named(table, "feed_filename")
    }
}

fn named(options: &Table, key: &str) -> Vec<String> {
    if options.contains_key(key) {
        strings(options, &[key])
    } else {
        vec!["atom.xml".to_owned()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_asked_for() {
        let found = |text: &str, version| {
            let table: Table = toml::from_str(text).expect("TOML");
            own_files(&table, version, "en").join(" ")
        };
        let (old, now) = (Version::new(0, 17, 2), Version::new(0, 22, 0));
        assert_eq!(found("", now), "sitemap.xml robots.txt");
        assert_eq!(found("generate_sitemap = false", now), "robots.txt");
        assert_eq!(
            found("generate_sitemap = false", old),
            "sitemap.xml robots.txt"
        );
        let text = "generate_feeds = true\ngenerate_feed = true\nfeed_filename = 'a.xml'\n[languages.fr]\ngenerate_feeds = true\nfeed_filenames = ['rss.xml']";
        assert_eq!(
            found(text, now),
            "sitemap.xml robots.txt atom.xml fr/rss.xml"
        );
        assert_eq!(found(text, old), "sitemap.xml robots.txt a.xml");
        let text = "generate_sitemap = false\ngenerate_robots_txt = false\nbuild_search_index = true\n[search]\nindex_format = 'fuse_json'\n[languages.fr]\nbuild_search_index = true\n[languages.de]";
        assert_eq!(
            found(text, now),
            "search_index.fr.json search_index.en.json"
        );
        let text = "generate_sitemap = false\ngenerate_robots_txt = false\nbuild_search_index = true\n[markdown.highlighting]\nstyle = 'class'\ntheme = 'nord'";
        assert_eq!(
            found(text, now),
            "search_index.en.js elasticlunr.min.js giallo.css"
        );
    }
}
