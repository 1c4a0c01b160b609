//! Values in Zola's configuration that stop it (tested on 0.17.2 and 0.22.0, one key at a time).

use toml_edit::{Item, TableLike};

use super::{STRICT_SINCE, languages, span};
use crate::site::{ConfigFault, Version};

const SLUGS: &[&str] = &["on", "safe", "off"];
const LEVELS: &[&str] = &["error", "warn"];
const ANCHORS: &[&str] = &["left", "right", "heading", "none"];
const INDEXES: &[&str] = &[
    "elasticlunr_javascript",
    "elasticlunr_json",
    "fuse_javascript",
    "fuse_json",
];

/// The keys whose value is one of a few words: their table, the words, and whether Zola has known them all along or only
/// since it is strict.
const WORDS: &[(&str, &str, &[&str], bool)] = &[
    ("slugify", "paths", SLUGS, true),
    ("slugify", "taxonomies", SLUGS, true),
    ("slugify", "anchors", SLUGS, true),
    ("link_checker", "internal_level", LEVELS, true),
    ("link_checker", "external_level", LEVELS, true),
    ("markdown", "insert_anchor_links", ANCHORS, false),
    ("search", "index_format", INDEXES, true),
];

/// The kind of value that a key takes.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Switch,
    Count,
    Table,
    List,
    Texts,
    Globs,
}

/// Which versions read a key.
#[derive(Debug, Clone, Copy)]
enum Since {
    Always,
    /// Those that are strict about keys.
    Strict,
    /// Those before.
    Old,
}

use Kind::{Count, Globs, List, Switch, Table, Text, Texts};
use Since::{Always, Old, Strict};

/// The kinds of the keys: their table, where `languages` stands for each table in it, and `taxonomies` for each item of it.
const KINDS: &[(&str, &str, Kind, Since)] = &[
    ("", "author", Text, Always),
    ("", "default_language", Text, Always),
    ("", "description", Text, Always),
    ("", "theme", Text, Always),
    ("", "title", Text, Always),
    ("", "output_dir", Text, Always),
    ("", "taxonomy_root", Text, Strict),
    ("", "build_search_index", Switch, Always),
    ("", "compile_sass", Switch, Always),
    ("", "generate_feed", Switch, Old),
    ("", "generate_feeds", Switch, Strict),
    ("", "generate_robots_txt", Switch, Strict),
    ("", "generate_sitemap", Switch, Strict),
    ("", "hard_link_static", Switch, Always),
    ("", "minify_html", Switch, Always),
    ("", "preserve_dotfiles_in_output", Switch, Always),
    ("", "feed_filename", Text, Old),
    ("", "feed_filenames", Texts, Strict),
    ("", "feed_limit", Count, Always),
    ("", "ignored_content", Globs, Always),
    ("", "ignored_static", Globs, Strict),
    ("", "taxonomies", List, Always),
    ("", "extra", Table, Always),
    ("", "slugify", Table, Always),
    ("", "markdown", Table, Always),
    ("", "link_checker", Table, Always),
    ("", "search", Table, Always),
    ("", "translations", Table, Always),
    ("markdown", "bottom_footnotes", Switch, Strict),
    ("markdown", "definition_list", Switch, Strict),
    ("markdown", "external_links_class", Text, Strict),
    ("markdown", "external_links_external", Switch, Strict),
    ("markdown", "external_links_no_follow", Switch, Always),
    ("markdown", "external_links_no_referrer", Switch, Always),
    ("markdown", "external_links_target_blank", Switch, Always),
    ("markdown", "github_alerts", Switch, Strict),
    ("markdown", "highlight_code", Switch, Old),
    ("markdown", "lazy_async_image", Switch, Strict),
    ("markdown", "render_emoji", Switch, Always),
    ("markdown", "smart_punctuation", Switch, Always),
    ("link_checker", "skip_prefixes", Texts, Always),
    ("link_checker", "skip_anchor_prefixes", Texts, Always),
    ("search", "include_title", Switch, Always),
    ("search", "include_description", Switch, Always),
    ("search", "include_date", Switch, Strict),
    ("search", "include_path", Switch, Always),
    ("search", "include_content", Switch, Always),
    ("search", "truncate_content_length", Count, Always),
    ("slugify", "paths_keep_dates", Switch, Always),
    ("languages", "title", Text, Always),
    ("languages", "description", Text, Always),
    ("languages", "build_search_index", Switch, Always),
    ("languages", "generate_feeds", Switch, Strict),
    ("languages", "feed_filenames", Texts, Strict),
    ("languages", "taxonomies", List, Always),
    ("languages", "search", Table, Always),
    ("languages", "translations", Table, Always),
    ("taxonomies", "feed", Switch, Always),
    ("taxonomies", "render", Switch, Always),
    ("taxonomies", "paginate_by", Count, Always),
    ("taxonomies", "paginate_path", Text, Always),
];

/// The languages in which Zola makes an index for its search, and those that only later versions know (elasticlunr's
/// features, tried one by one on 0.17.2 and 0.22.0).
const INDEXED: &[&str] = &[
    "da", "de", "du", "en", "es", "fi", "fr", "it", "no", "pt", "ro", "ru", "sv", "tr",
];
const INDEXED_LATER: &[&str] = &["hu", "ko"];
/// The first version that is newer than 0.17.
const AFTER_OLD: Version = Version::new(0, 18, 0);

impl Kind {
    fn fits(self, item: &Item) -> bool {
        let texts = |item: &Item| {
            item.as_array()
                .is_some_and(|items| items.iter().all(toml_edit::Value::is_str))
        };
        match self {
            Self::Text => item.is_str(),
            Self::Switch => item.is_bool(),
            Self::Count => item.as_integer().is_some_and(|count| count >= 0),
            Self::Table => item.is_table_like(),
            Self::List => item.is_array() || item.is_array_of_tables(),
            Self::Texts => texts(item),
            Self::Globs => texts(item) && !has_broken_glob(item),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Text => "a text in quotes",
            Self::Switch => "true or false",
            Self::Count => "a number from 0 on",
            Self::Table => "a table",
            Self::List => "a list",
            Self::Texts => "a list of texts in quotes",
            Self::Globs => "a list of patterns, each in quotes and with its brackets closed",
        }
    }
}

/// Whether one of the patterns is none to the library that Zola reads them with.
fn has_broken_glob(item: &Item) -> bool {
    let patterns = item.as_array().into_iter().flatten();
    patterns
        .filter_map(toml_edit::Value::as_str)
        .any(|pattern| globset::Glob::new(pattern).is_err())
}

/// Values of the wrong kind, words that are none, and an index for a language that has none.
pub(super) fn wrong(top: &dyn TableLike, version: Version) -> Vec<ConfigFault> {
    let mut faults = Vec::new();
    for (table, key, words, always) in WORDS {
        let words = match *key {
            "index_format" if version < STRICT_SINCE => &INDEXES[..2],
            _ => words,
        };
        let Some(inner) = top.get(table).and_then(|item| item.as_table_like()) else {
            continue;
        };
        let Some(value) = inner
            .get(key)
            .filter(|_| *always || version >= STRICT_SINCE)
        else {
            continue;
        };
        if value.as_str().is_some_and(|word| words.contains(&word)) {
            continue;
        }
        faults.push(ConfigFault {
            span: span(inner, key),
            message: format!(
                "`{key}` in [{table}] is none of the words that Zola knows, and stops it"
            ),
            help: format!("write one of \"{}\"", words.join("\", \"")),
            is_sure: true,
        });
    }
    for (name, key, kind, since) in KINDS {
        let is_read = match since {
            Always => true,
            Strict => version >= STRICT_SINCE,
            Old => version < STRICT_SINCE,
        };
        for table in tables(top, name).into_iter().filter(|_| is_read) {
            if table.get(key).is_some_and(|value| !kind.fits(value)) {
                faults.push(ConfigFault {
                    span: span(table, key),
                    message: format!("Zola stops where `{key}` is not {}", kind.name()),
                    help: format!("write {}", kind.name()),
                    is_sure: true,
                });
            }
        }
    }
    faults.extend(unindexed(top, version));
    faults.extend(languages::wrong(top));
    faults
}

/// The tables of a name: see [`KINDS`].
fn tables<'t>(top: &'t dyn TableLike, name: &str) -> Vec<&'t dyn TableLike> {
    let inner = |key: &str| top.get(key).and_then(Item::as_table_like);
    let languages = || {
        let tables = inner("languages").into_iter();
        tables.flat_map(|languages| {
            let items = languages.iter();
            items.filter_map(|(_, item)| item.as_table_like())
        })
    };
    match name {
        "" => vec![top],
        "languages" => languages().collect(),
        "taxonomies" => std::iter::once(top)
            .chain(languages())
            .filter_map(|table| table.get("taxonomies"))
            .flat_map(items)
            .collect(),
        name => inner(name).into_iter().collect(),
    }
}

/// The tables in a list.
fn items(list: &Item) -> Vec<&dyn TableLike> {
    let tables = list.as_array_of_tables().into_iter().flatten();
    let inline = list.as_array().into_iter().flatten();
    tables
        .map(|table| table as &dyn TableLike)
        .chain(inline.filter_map(|value| Some(value.as_inline_table()? as &dyn TableLike)))
        .collect()
}

/// Indexes for the search in languages for which Zola has none: the default one, and those that ask for their own. Without
/// the one, there are no others.
fn unindexed(top: &dyn TableLike, version: Version) -> Vec<ConfigFault> {
    let is_on = |table: &dyn TableLike| {
        table.get("build_search_index").and_then(Item::as_bool) == Some(true)
    };
    let search = top.get("search").and_then(Item::as_table_like);
    let format = search.and_then(|search| search.get("index_format")?.as_str());
    let is_fuse = format.is_some_and(|word| word.starts_with("fuse"));
    if !is_on(top) || is_fuse {
        return Vec::new();
    }
    let has_index = |language: &str| {
        let later = INDEXED_LATER.iter();
        let known = INDEXED.iter().chain(later.filter(|_| version >= AFTER_OLD));
        known
            .into_iter()
            .any(|known| known.eq_ignore_ascii_case(language))
    };
    let default = top.get("default_language").and_then(Item::as_str);
    let languages = top.get("languages").and_then(Item::as_table_like);
    let others = languages.into_iter().flat_map(TableLike::iter);
    let others = others.filter_map(|(code, item)| {
        let table = item.as_table_like()?;
        // Older versions make the indexes of all languages as that of the default one.
        let is_own = version >= AFTER_OLD && Some(code) != default;
        (is_own && is_on(table)).then_some((code, table))
    });
    default
        .map(|code| (code, top))
        .into_iter()
        .chain(others)
        .filter(|(code, _)| !has_index(code))
        .map(|(code, table)| ConfigFault {
            span: span(table, "build_search_index"),
            message: format!(
                "Zola makes no index for a search in the language `{}`, and stops",
                crate::text::escape(code)
            ),
            help: "write `build_search_index = false`, or in Zola from 0.19 on `index_format = \"fuse_json\"` in [search]"
                .to_owned(),
            is_sure: true,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use toml_edit::Document;

    use super::*;

    fn keys(text: &str, version: Version) -> Vec<String> {
        let text = format!("base_url = \"x\"\n{text}\n");
        let document = Document::parse(text.as_str()).expect("TOML");
        wrong(document.as_table(), version)
            .iter()
            .map(|fault| text[fault.span.clone().unwrap_or(0..0)].to_owned())
            .collect()
    }

    /// As the two versions were seen to build or to stop.
    #[test]
    fn kinds_of_values() {
        let (old, now) = (Version::new(0, 17, 2), Version::new(0, 22, 0));
        for (text, stops_old, stops_now) in [
            ("minify_html = \"yes\"", true, true),
            ("generate_feeds = \"yes\"", false, true),
            ("generate_feed = \"yes\"", true, false),
            ("feed_filenames = \"atom.xml\"", false, true),
            ("feed_limit = -1", true, true),
            ("ignored_content = [\"[\"]", true, true),
            ("ignored_content = [\"[ab]*\", \"*.{a,b}\"]", false, false),
            ("ignored_static = \"x\"", false, true),
            ("extra = 1", true, true),
            ("slugify = 1", true, true),
            (
                "taxonomies = [{ name = \"tags\", feed = \"x\" }]",
                true,
                true,
            ),
            ("[[taxonomies]]\nname = \"tags\"\nfeed = true", false, false),
            ("[languages.fr]\ntitle = 1", true, true),
            ("[link_checker]\nskip_prefixes = \"x\"", true, true),
            ("[markdown]\nbottom_footnotes = 1", false, true),
            ("[search]\ninclude_title = \"x\"", true, true),
            (
                "default_language = \"ja\"\nbuild_search_index = true",
                true,
                true,
            ),
            (
                "default_language = \"fr\"\nbuild_search_index = true",
                false,
                false,
            ),
            (
                "default_language = \"ko\"\nbuild_search_index = true",
                true,
                false,
            ),
            (
                "build_search_index = true\n[languages.hu]\nbuild_search_index = true",
                false,
                false,
            ),
            (
                "build_search_index = true\n[languages.ja]\nbuild_search_index = true",
                false,
                true,
            ),
            ("[languages.ja]\nbuild_search_index = true", false, false),
            (
                "default_language = \"ja\"\nbuild_search_index = true\n[search]\nindex_format = \"fuse_json\"",
                true,
                false,
            ),
        ] {
            assert_eq!(keys(text, old).len(), usize::from(stops_old), "{text}");
            assert_eq!(keys(text, now).len(), usize::from(stops_now), "{text}");
        }
    }
}
