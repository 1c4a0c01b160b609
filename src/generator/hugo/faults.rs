//! What Hugo refuses in its configuration: values of another kind than it takes (tested on 0.168.0, one by one).

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::settings::{Table, at, strings};
use super::keys::has_unknown_token;
use crate::site::ConfigFault;

mod names;

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A number without a fraction, also as text.
    Whole,
    /// A number, also as text.
    Number,
    /// `true` or `false`, also as text.
    Flag,
    /// A table of settings.
    Table,
}

/// Settings by their path, in small letters.
const KINDS: [(&str, Kind); 27] = [
    ("builddrafts", Kind::Flag),
    ("buildexpired", Kind::Flag),
    ("buildfuture", Kind::Flag),
    ("canonifyurls", Kind::Flag),
    ("defaultcontentlanguageinsubdir", Kind::Flag),
    ("disablepathtolower", Kind::Flag),
    ("enableemoji", Kind::Flag),
    ("enablegitinfo", Kind::Flag),
    ("enablerobotstxt", Kind::Flag),
    ("languages", Kind::Table),
    ("markup.goldmark.extensions.typographer", Kind::Table),
    ("markup.goldmark.parser.autoheadingid", Kind::Flag),
    ("markup.goldmark.renderer.hardwraps", Kind::Flag),
    ("markup.goldmark.renderer.unsafe", Kind::Flag),
    ("markup.highlight.linenos", Kind::Flag),
    ("markup.highlight.linenostart", Kind::Whole),
    ("markup.highlight.linenumbersintable", Kind::Flag),
    ("markup.highlight.tabwidth", Kind::Whole),
    ("markup.tableofcontents.endlevel", Kind::Whole),
    ("markup.tableofcontents.startlevel", Kind::Whole),
    ("menus", Kind::Table),
    ("pagination.pagersize", Kind::Whole),
    ("params", Kind::Table),
    ("related.threshold", Kind::Whole),
    ("services.rss.limit", Kind::Whole),
    ("sitemap.priority", Kind::Number),
    ("summarylength", Kind::Whole),
];

/// What Hugo refuses. `formats` are the names of all output formats, where they are known.
pub(super) fn faults(table: &Table, formats: Option<&BTreeSet<String>>) -> Vec<ConfigFault> {
    let mut found: Vec<ConfigFault> = KINDS
        .iter()
        .filter_map(|(path, kind)| {
            let keys: Vec<&str> = path.split('.').collect();
            let value = at(table, &keys)?;
            let (is_right, wanted) = fits(value, *kind);
            (!is_right).then(|| {
                fault(
                    format!("`{path}` is {wanted} to Hugo, which stops at any other value"),
                    format!("write {wanted}"),
                )
            })
        })
        .collect();
    found.extend(super::security::fault(table));
    found.extend(unknown_words(table));
    found.extend(unknown_language(table));
    found.extend(names::faults(table, formats));
    found
}

fn fault(message: String, help: String) -> ConfigFault {
    ConfigFault {
        span: None,
        message,
        help,
        is_sure: true,
    }
}

/// Whether Hugo takes a value (`mapstructure`, weakly), and what it wants.
fn fits(value: &Value, kind: Kind) -> (bool, &'static str) {
    let text = value.as_str();
    let is_scalar = value.is_number() || value.is_boolean() || value.is_null();
    match kind {
        Kind::Whole => (
            is_scalar || text.is_some_and(|text| text.is_empty() || text.parse::<i64>().is_ok()),
            "a whole number",
        ),
        Kind::Number => (
            is_scalar || text.is_some_and(|text| text.is_empty() || text.parse::<f64>().is_ok()),
            "a number",
        ),
        Kind::Flag => (
            is_scalar
                || text.is_some_and(|text| text.is_empty() || super::keys::is_written_flag(text)),
            "`true` or `false`",
        ),
        Kind::Table => {
            let is_empty_list = value.as_array().is_some_and(Vec::is_empty);
            let is_switch = value.is_boolean();
            (
                value.is_object() || value.is_null() || is_empty_list || is_switch,
                "a table",
            )
        }
    }
}

/// Patterns of addresses with a word that stands for nothing.
fn unknown_words(table: &Table) -> Option<ConfigFault> {
    fn texts<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
        match value {
            Value::String(text) => found.push(text),
            Value::Object(table) => table.values().for_each(|value| texts(value, found)),
            _ => {}
        }
    }
    let mut patterns = Vec::new();
    texts(table.get("permalinks")?, &mut patterns);
    let wrong = patterns.into_iter().find(|it| has_unknown_token(it))?;
    Some(fault(
        format!("`permalinks` has a word behind a colon in `{wrong}` that Hugo does not know, and stops at"),
        "write one of `:year`, `:month`, `:day`, `:section`, `:sections`, `:title`, `:slug`, `:slugorcontentbasename`".to_owned(),
    ))
}

/// A default language that is none of the languages.
fn unknown_language(table: &Table) -> Option<ConfigFault> {
    let languages = table.get("languages")?.as_object()?;
    let default = strings(table, &["defaultcontentlanguage"]);
    let default = default.first()?.to_lowercase();
    (!languages.is_empty() && !languages.contains_key(&default)).then(|| {
        fault(
            format!("`defaultContentLanguage` is `{default}`, which is none of the `languages`, and Hugo stops at it"),
            format!("add `[languages.{default}]`, or name another language"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::settings::{lower_keys, parse};
    use super::*;

    #[test]
    fn values_of_another_kind_are_seen() {
        let found = |text: &str| {
            let table = lower_keys(parse("hugo.toml", text).expect("no mistake"));
            faults(&table, None).len()
        };
        for bad in [
            "summaryLength = \"x\"",
            "params = \"x\"",
            "canonifyURLs = \"x\"",
            "[markup.highlight]\nlineNos = \"nope\"",
            "[sitemap]\npriority = \"x\"",
            "[permalinks]\nposts = \"/:nope/\"",
            "defaultContentLanguage = \"fr\"\n[languages.en]\nweight = 1",
            "[security]\nallowContent = [\"^text/html$\"]",
        ] {
            assert_eq!(found(bad), 1, "{bad}");
        }
        for good in [
            "summaryLength = \"70\"",
            "[params]\na = 1",
            "canonifyURLs = \"true\"",
            "[sitemap]\npriority = 0.5",
            "[permalinks.page]\nposts = \"/:year/:sections[1:]/:slug/\"",
            "defaultContentLanguage = \"en\"\n[languages.en]\nweight = 1",
        ] {
            assert_eq!(found(good), 0, "{good}");
        }
    }
}
