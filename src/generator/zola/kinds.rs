//! The kinds of value that Zola reads under each key of a page or a section, read as Zola reads them: by the same parsers
//! into the same types (`PageFrontMatter` and `SectionFrontMatter` of its source; tested on 0.17.2 and 0.22.0).
//!
//! What a value may be hangs on more than its kind: YAML's `- ~` is a text in a list of texts, `authors:` an empty list
//! and `authors: ~` an error, a tag is one in `extra` alone, and under a key that Zola does not know, all goes.

use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::super::RefusedKey;
use crate::front_matter::Format;
use crate::site::Version;

/// The first version with `render` in pages, `generate_feeds` in sections.
pub(super) const RENDER_SINCE: Version = Version::new(0, 19, 0);
/// The first version in which a section may leave `insert_anchor_links` to the configuration.
const OPTIONAL_ANCHORS_SINCE: Version = Version::new(0, 20, 0);
/// The first version that sorts by permalink.
const PERMALINKS_SINCE: Version = Version::new(0, 21, 0);

/// The first version that takes no empty value in `extra` (tested on a 0.23.0 built from its source).
const NO_EMPTY_SINCE: Version = Version::new(0, 23, 0);

const OF_PAGES: &[&str] = &[
    "title",
    "description",
    "draft",
    "render",
    "slug",
    "path",
    "taxonomies",
    "weight",
    "authors",
    "aliases",
    "template",
    "in_search_index",
    "extra",
];

const OF_SECTIONS: &[&str] = &[
    "title",
    "description",
    "sort_by",
    "weight",
    "draft",
    "template",
    "paginate_by",
    "paginate_reversed",
    "paginate_path",
    "insert_anchor_links",
    "render",
    "redirect_to",
    "in_search_index",
    "transparent",
    "page_template",
    "aliases",
    "generate_feed",
    "generate_feeds",
    "extra",
];

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum SortBy {
    Date,
    UpdateDate,
    Title,
    TitleBytes,
    Weight,
    Slug,
    Permalink,
    None,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum InsertAnchor {
    Left,
    Right,
    Heading,
    None,
}

/// The keys whose values stop Zola, but for dates, whose grammar is a matter of its own. None of a block that is no TOML
/// or YAML.
pub(super) fn refused(
    version: Version,
    format: Format,
    matter: &str,
    is_section: bool,
) -> Vec<RefusedKey> {
    let read = |only| {
        let block = Block {
            version,
            is_section,
            only,
        };
        match format {
            Format::Toml => toml::Deserializer::parse(matter)
                .and_then(|reader| reader.deserialize_map(block))
                .map_err(|error| error.message().to_owned()),
            Format::Yaml => serde_yaml::Deserializer::from_str(matter)
                .deserialize_map(block)
                .map_err(|error| error.to_string()),
            Format::Json => Ok(()),
        }
    };
    if format == Format::Yaml && version >= NO_EMPTY_SINCE && has_empty_extra(matter) {
        return vec![RefusedKey {
            key: "extra",
            reason: "a value in it is empty".to_owned(),
        }];
    }
    if read(None).is_ok() || read(Some("")).is_err() {
        return Vec::new();
    }
    let keys = if is_section { OF_SECTIONS } else { OF_PAGES };
    keys.iter()
        .filter_map(|key| {
            let reason = read(Some(*key)).err()?;
            // Before the reason stands where it is, and behind it the position in the block.
            let reason = reason.split(" at line ").next().unwrap_or_default();
            let reason = reason
                .strip_prefix(*key)
                .and_then(|rest| Some(rest.split_once(": ")?.1))
                .unwrap_or(reason);
            Some(RefusedKey {
                key,
                reason: reason.to_owned(),
            })
        })
        .collect()
}

/// Whether a key is one of a page's but for its capitals.
pub(super) fn is_capitalised(key: &str) -> bool {
    let small = key.to_lowercase();
    let is_known = |key: &str| OF_PAGES.contains(&key) || matches!(key, "date" | "updated");
    small != key && is_known(&small)
}

/// Whether `extra`, or something in it, has no value.
fn has_empty_extra(matter: &str) -> bool {
    fn is_empty(value: &serde_yaml::Value) -> bool {
        match value {
            serde_yaml::Value::Null => true,
            serde_yaml::Value::Sequence(items) => items.iter().any(is_empty),
            serde_yaml::Value::Mapping(items) => items.values().any(is_empty),
            _ => false,
        }
    }
    let matter = serde_yaml::from_str::<serde_yaml::Value>(matter);
    matter.is_ok_and(|matter| matter.get("extra").is_some_and(is_empty))
}

/// Reads a block: all of its keys as what they are, or only one of them.
struct Block<'k> {
    version: Version,
    is_section: bool,
    only: Option<&'k str>,
}

impl<'de> Visitor<'de> for Block<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("keys and values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if self.only.is_none_or(|only| only == key) {
                self.value(&key, &mut map)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    /// A block of nothing but comments.
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

impl Block<'_> {
    fn value<'de, A: MapAccess<'de>>(&self, key: &str, map: &mut A) -> Result<(), A::Error> {
        let is_newer = self.version >= RENDER_SINCE;
        match (key, self.is_section) {
            ("title" | "description" | "template", _)
            | ("slug", false)
            | ("redirect_to" | "page_template", true) => {
                map.next_value::<Option<String>>()?;
            }
            ("path", false) => {
                if map.next_value::<Option<String>>()?.as_deref() == Some("") {
                    return Err(A::Error::custom("it is empty"));
                }
            }
            ("draft" | "in_search_index", _)
            | ("transparent" | "paginate_reversed" | "render", true) => {
                map.next_value::<bool>()?;
            }
            ("render", false) if is_newer => {
                map.next_value::<bool>()?;
            }
            ("generate_feeds", true) if is_newer => {
                map.next_value::<bool>()?;
            }
            ("generate_feed", true) if !is_newer => {
                map.next_value::<bool>()?;
            }
            ("taxonomies", false) => {
                let taxonomies = map.next_value::<HashMap<String, Vec<String>>>()?;
                // YAML's empty item is such a text too.
                if taxonomies
                    .values()
                    .flatten()
                    .any(|term| term.trim().is_empty())
                {
                    return Err(A::Error::custom("one of the terms is empty"));
                }
            }
            ("weight", false) | ("paginate_by", true) => {
                map.next_value::<Option<u64>>()?;
            }
            ("weight", true) => {
                map.next_value::<u64>()?;
            }
            ("paginate_path", true) => {
                map.next_value::<String>()?;
            }
            ("authors", false) | ("aliases", _) => {
                map.next_value::<Vec<String>>()?;
            }
            ("extra", _) => {
                map.next_value::<serde_json::Map<String, serde_json::Value>>()?;
            }
            ("sort_by", true) => {
                let by = map.next_value::<SortBy>()?;
                if matches!(by, SortBy::Permalink) && self.version < PERMALINKS_SINCE {
                    return Err(A::Error::custom(
                        "this version does not sort by `permalink`",
                    ));
                }
            }
            ("insert_anchor_links", true) if self.version >= OPTIONAL_ANCHORS_SINCE => {
                map.next_value::<Option<InsertAnchor>>()?;
            }
            ("insert_anchor_links", true) => {
                map.next_value::<InsertAnchor>()?;
            }
            _ => {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn keys(format: Format, matter: &str, is_section: bool, version: Version) -> Vec<&'static str> {
        let found = refused(version, format, matter, is_section);
        found.iter().map(|refused| refused.key).collect()
    }

    /// As the two versions were seen to build or to stop.
    #[rstest]
    #[case("authors:", &[])]
    #[case("authors: ~", &["authors"])]
    #[case("authors: [a, ~, 1, true]", &[])]
    #[case("taxonomies:\n  tags:\n    - ~", &[])]
    #[case("taxonomies:\n  tags:\n    - # rust", &["taxonomies"])]
    #[case("taxonomies:\n  tags: ~", &["taxonomies"])]
    #[case("taxonomies:\n  tags: [[a]]", &["taxonomies"])]
    #[case("weight: 18446744073709551615", &[])]
    #[case("weight: 18446744073709551616", &["weight"])]
    #[case("weight: -0", &["weight"])]
    #[case("title: 18446744073709551616\nfoo: 99999999999999999999", &[])]
    #[case("extra: {a: 18446744073709551616}", &["extra"])]
    #[case("extra: {a: !x b}", &["extra"])]
    #[case("foo: {a: !x b}", &[])]
    #[case("draft:", &["draft"])]
    #[case("path: ''", &["path"])]
    #[case("title: [a\nweight: x", &[])]
    #[case("# c", &[])]
    fn values_of_yaml(#[case] matter: &str, #[case] expected: &[&str]) {
        for version in [Version::new(0, 17, 2), Version::new(0, 22, 0)] {
            assert_eq!(keys(Format::Yaml, matter, false, version), expected);
        }
    }

    #[test]
    fn nothing_is_empty_in_what_templates_are_given() {
        let now = Version::new(0, 23, 0);
        for (matter, is_refused) in [
            ("extra:", true),
            ("extra: {a: [b, ~]}", true),
            ("extra: {a: '', b: {}}", false),
            ("foo: ~", false),
        ] {
            let found = keys(Format::Yaml, matter, false, now);
            assert_eq!(!found.is_empty(), is_refused, "{matter}");
        }
        assert_eq!(
            keys(Format::Yaml, "extra: {a: ~}", false, Version::new(0, 22, 0)),
            [""; 0]
        );
    }

    #[test]
    fn values_of_sections() {
        let (old, now) = (Version::new(0, 17, 2), Version::new(0, 22, 0));
        for (matter, of_old, of_now) in [
            ("sort_by = 'date'\npaginate_by = 5", "", ""),
            ("sort_by = 'Date'", "sort_by", "sort_by"),
            ("sort_by = 'permalink'", "sort_by", ""),
            ("paginate_path = 1", "paginate_path", "paginate_path"),
            ("generate_feeds = 1", "", "generate_feeds"),
            ("generate_feed = 1", "generate_feed", ""),
            (
                "insert_anchor_links = 'x'",
                "insert_anchor_links",
                "insert_anchor_links",
            ),
        ] {
            assert_eq!(
                keys(Format::Toml, matter, true, old).join(" "),
                of_old,
                "{matter}"
            );
            assert_eq!(
                keys(Format::Toml, matter, true, now).join(" "),
                of_now,
                "{matter}"
            );
        }
        let found = refused(now, Format::Toml, "sort_by = 'x'", true);
        assert!(
            found[0].reason.starts_with("unknown variant `x`"),
            "{found:?}"
        );
        let found = refused(now, Format::Yaml, "sort_by: x", true);
        assert!(
            found[0].reason.starts_with("unknown variant `x`"),
            "{found:?}"
        );
    }
}
