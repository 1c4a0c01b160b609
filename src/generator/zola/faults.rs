//! What Zola refuses in its configuration (tested on 0.17.2 and 0.22.0, by configurations with a key too many in each
//! table; the keys of 0.23 are those of its source).

use std::ops::Range;

use toml_edit::{Document, TableLike};

use super::super::Files;
use crate::site::{ConfigFault, Version};
use crate::text::nearest;

mod feeds;
mod languages;
mod themes;
mod values;

/// The first version that refuses keys it does not know.
const STRICT_SINCE: Version = Version::new(0, 19, 0);
/// The first version with `[markdown.highlighting]` in place of the keys in `[markdown]`.
const HIGHLIGHTING_SINCE: Version = Version::new(0, 22, 0);
const NEXT: Version = Version::new(0, 23, 0);

const TOP: &[&str] = &[
    "author",
    "base_url",
    "build_search_index",
    "compile_sass",
    "default_language",
    "description",
    "exclude_paginated_pages_in_sitemap",
    "extra",
    "feed_filenames",
    "feed_limit",
    "generate_feeds",
    "generate_robots_txt",
    "generate_sitemap",
    "hard_link_static",
    "ignored_content",
    "ignored_static",
    "languages",
    "link_checker",
    "markdown",
    "minify_html",
    "mode",
    "output_dir",
    "preserve_dotfiles_in_output",
    "search",
    "slugify",
    "taxonomies",
    "taxonomy_root",
    "theme",
    "title",
    "translations",
];

const MARKDOWN: &[&str] = &[
    "bottom_footnotes",
    "definition_list",
    "external_links_class",
    "external_links_external",
    "external_links_no_follow",
    "external_links_no_referrer",
    "external_links_target_blank",
    "github_alerts",
    "highlighting",
    "insert_anchor_links",
    "lazy_async_image",
    "render_emoji",
    "smart_punctuation",
];

/// The keys of `[markdown]` that [`HIGHLIGHTING_SINCE`] took away.
const OLD_HIGHLIGHTING: &[&str] = &[
    "extra_syntaxes_and_themes",
    "highlight_code",
    "highlight_theme",
    "highlight_themes_css",
];

const LANGUAGE: &[&str] = &[
    "build_search_index",
    "description",
    "feed_filenames",
    "generate_feeds",
    "search",
    "taxonomies",
    "title",
    "translations",
];

const HIGHLIGHTING: &[&str] = &[
    "data_attr_position",
    "dark_theme",
    "error_on_missing_language",
    "extra_grammars",
    "extra_themes",
    "light_theme",
    "style",
    "theme",
];

/// What stops a version that does not look for a configuration of this name.
pub(super) fn unread(file: &str, version: Version) -> ConfigFault {
    ConfigFault {
        span: None,
        message: format!("Zola {version} does not read {file}, only config.toml"),
        help: format!(
            "rename {file} to config.toml, or use Zola 0.22.1 or later; if the site is built with another version than \
             this, say so with `generator_version` in postwright.toml"
        ),
        is_sure: false,
    }
}

/// What stops Zola in the text of a configuration that is valid TOML.
pub(super) fn find(text: &str, version: Version, files: &dyn Files) -> Vec<ConfigFault> {
    let mut faults = Vec::new();
    let Ok(document) = Document::parse(text) else {
        return faults;
    };
    let top = document.as_table();
    if top
        .get("base_url")
        .and_then(|url| url.as_str())
        .is_none_or(str::is_empty)
    {
        let wrong = ["baseURL", "baseurl", "baseUrl", "base-url", "url"]
            .iter()
            .find_map(|key| span(top, key));
        faults.push(ConfigFault {
            span: wrong,
            message: "Zola stops without the address of the site, `base_url`".to_owned(),
            help: "write `base_url = \"https://example.org\"`, before the first [table]".to_owned(),
            is_sure: true,
        });
    }
    faults.extend(values::wrong(top, version));
    faults.extend(feeds::without_template(top, version, files));
    let markdown = top.get("markdown").and_then(|item| item.as_table_like());
    if let Some(markdown) = markdown {
        faults.extend(themes::missing(markdown, version, files));
    }
    if version < STRICT_SINCE {
        return faults;
    }
    let is_next = version >= NEXT;
    let mut unknown = |table: &dyn TableLike, name: &str, known: &[&str]| {
        for (key, _) in table.iter().filter(|(key, _)| !known.contains(key)) {
            faults.push(unknown_key(table, name, key, known));
        }
    };
    let next = ["skip_content_templating"];
    let top_keys: Vec<&str> = TOP
        .iter()
        .chain(next.iter().filter(|_| is_next))
        .copied()
        .collect();
    unknown(top, "", &top_keys);
    if let Some(markdown) = markdown {
        let old = OLD_HIGHLIGHTING
            .iter()
            .filter(|_| version < HIGHLIGHTING_SINCE);
        let keys: Vec<&str> = MARKDOWN.iter().chain(old).copied().collect();
        unknown(markdown, "markdown", &keys);
    }
    let languages = top.get("languages").and_then(|item| item.as_table_like());
    for (code, item) in languages.iter().flat_map(|languages| languages.iter()) {
        if let Some(language) = item.as_table_like() {
            unknown(language, &format!("languages.{code}"), LANGUAGE);
        }
    }
    let highlighting = markdown
        .and_then(|markdown| markdown.get("highlighting"))
        .and_then(|item| item.as_table_like())
        .filter(|_| version >= HIGHLIGHTING_SINCE);
    if let Some(table) = highlighting {
        if is_next {
            unknown(table, "markdown.highlighting", HIGHLIGHTING);
        }
        let has = |key: &str| table.contains_key(key);
        if !(has("theme") || has("light_theme") && has("dark_theme")) {
            faults.push(ConfigFault {
                span: markdown.and_then(|markdown| span(markdown, "highlighting")),
                message: "Zola stops at highlighting without a theme".to_owned(),
                help: "add `theme = \"github-dark\"`, or `light_theme` and `dark_theme`".to_owned(),
                is_sure: true,
            });
        }
    }
    faults
}

fn unknown_key(table: &dyn TableLike, name: &str, key: &str, known: &[&str]) -> ConfigFault {
    let place = if name.is_empty() {
        "at the top level".to_owned()
    } else {
        format!("in [{name}]")
    };
    let help = match key {
        key if OLD_HIGHLIGHTING.contains(&key) => {
            "since Zola 0.22, `[markdown.highlighting]` with `theme = \"…\"` takes its place"
                .to_owned()
        }
        "generate_feed" => "since Zola 0.19 it is `generate_feeds`".to_owned(),
        "feed_filename" => "since Zola 0.19 it is `feed_filenames`, a list".to_owned(),
        _ => nearest(key, known.iter().copied()).map_or_else(
            || "put keys of your own into the table [extra]".to_owned(),
            |near| format!("did you mean `{near}`? Keys of your own belong into the table [extra]"),
        ),
    };
    ConfigFault {
        span: span(table, key),
        message: format!(
            "Zola knows no key `{}` {place}, and stops",
            crate::text::escape(key)
        ),
        help,
        is_sure: false,
    }
}

fn span(table: &dyn TableLike, key: &str) -> Option<Range<usize>> {
    table.get_key_value(key).and_then(|(key, _)| key.span())
}

#[cfg(test)]
mod tests {
    use super::super::super::memory;
    use super::*;

    fn faults(text: &str, version: Version) -> Vec<String> {
        let found = find(text, version, &memory(&[]));
        found
            .iter()
            .map(|fault| text[fault.span.clone().unwrap_or(0..0)].to_owned())
            .collect()
    }

    #[test]
    fn keys_that_a_version_knows() {
        let (old, before, now, next) = (
            Version::new(0, 17, 2),
            Version::new(0, 21, 0),
            Version::new(0, 22, 0),
            Version::new(0, 23, 0),
        );
        let text = "base_url = \"x\"\ntheme = \"t\"\nfoo = 1\nskip_content_templating = []\n[markdown]\nhighlight_code = true\n[languages.fr]\nbar = 1\n[slugify]\nx = 1\n[extra]\ny = 1\n";
        assert_eq!(faults(text, old), [""; 0]);
        assert_eq!(
            faults(text, before),
            ["foo", "skip_content_templating", "bar"]
        );
        assert_eq!(
            faults(text, now),
            ["foo", "skip_content_templating", "highlight_code", "bar"]
        );
        assert_eq!(faults(text, next), ["foo", "highlight_code", "bar"]);
    }

    #[test]
    fn values_that_are_none() {
        let (old, now) = (Version::new(0, 17, 2), Version::new(0, 22, 0));
        let text = "base_url = \"x\"\ntitle = 1\nignored_content = \"*.x\"\n[slugify]\npaths = \"no\"\nanchors = \"off\"\n[link_checker]\ninternal_level = \"warning\"\n[markdown]\ninsert_anchor_links = \"above\"\n[search]\nindex_format = \"fuse_json\"\n";
        assert_eq!(
            faults(text, old),
            [
                "paths",
                "internal_level",
                "index_format",
                "title",
                "ignored_content"
            ]
        );
        assert_eq!(
            faults(text, now),
            [
                "paths",
                "internal_level",
                "insert_anchor_links",
                "title",
                "ignored_content"
            ]
        );
        let text = "base_url = \"x\"\n[[taxonomies]]\nname = \"tags\"\n";
        assert_eq!(faults(text, now), [""; 0]);
    }

    #[test]
    fn what_zola_cannot_do_without() {
        let version = Version::new(0, 22, 0);
        assert_eq!(
            faults("baseURL = \"x\"", Version::new(0, 17, 2)),
            ["baseURL"]
        );
        assert_eq!(faults("title = \"x\"", version), [""]);
        let text = "base_url = \"x\"\n[markdown.highlighting]\nerror_on_missing_language = true\n";
        assert_eq!(faults(text, version), ["highlighting"]);
    }
}
