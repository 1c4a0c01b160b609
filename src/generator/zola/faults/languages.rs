//! Languages that Zola refuses: codes that are none, and what is said of the default language in two places (tested on
//! 0.17.2 and 0.22.0).

use toml_edit::{Item, TableLike};

use super::span;
use crate::site::ConfigFault;
use crate::text::escape;

/// The keys that may stand at the top level or in the table of the default language, and not in both.
const ONCE: [&str; 4] = ["title", "description", "taxonomies", "translations"];

/// What stops Zola in the languages of a configuration.
pub(super) fn wrong(top: &dyn TableLike) -> Vec<ConfigFault> {
    let default = top.get("default_language").and_then(Item::as_str);
    let languages = top.get("languages").and_then(Item::as_table_like);
    let mut faults = Vec::new();
    let no_code = |place: &dyn TableLike, key: &str, code: &str| ConfigFault {
        span: span(place, key),
        message: format!(
            "`{}` is no code of a language, and Zola stops at it",
            escape(code)
        ),
        help: "write a code such as `fr`, `pt-BR` or `zh-Hant`".to_owned(),
        is_sure: true,
    };
    if let Some(code) = default.filter(|code| !is_code(code)) {
        faults.push(no_code(top, "default_language", code));
    }
    let Some(languages) = languages else {
        return faults;
    };
    for (code, _) in languages.iter().filter(|(code, _)| !is_code(code)) {
        faults.push(no_code(languages, code, code));
    }
    let code = default.unwrap_or("en");
    if let Some(own) = languages.get(code).and_then(Item::as_table_like) {
        let twice = ONCE
            .iter()
            .filter(|key| is_said(top, key) && is_said(own, key));
        faults.extend(twice.map(|key| ConfigFault {
            span: span(own, key),
            message: format!(
                "`{key}` of the default language is given twice, and Zola stops at it"
            ),
            help: format!("write it at the top level or in [languages.{code}], not in both"),
            is_sure: true,
        }));
    }
    faults
}

/// Whether a key is there, and not an empty list or table.
fn is_said(table: &dyn TableLike, key: &str) -> bool {
    table.get(key).is_some_and(|item| {
        let is_empty = item.as_array().is_some_and(toml_edit::Array::is_empty)
            || item.as_table_like().is_some_and(TableLike::is_empty);
        !is_empty
    })
}

/// Whether this is an identifier of a language: a language, a script, a region and variants, each but the first optional
/// (<https://unicode.org/reports/tr35/#Unicode_language_identifier>).
fn is_code(code: &str) -> bool {
    let mut parts = code.split(['-', '_']).peekable();
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_language =
        |part: &&str| matches!(part.len(), 2 | 3 | 5..=8) && letters(part) || *part == "root";
    if !parts.next().is_some_and(|part| is_language(&part)) {
        return false;
    }
    parts.next_if(|part| part.len() == 4 && letters(part));
    parts.next_if(|part| {
        part.len() == 2 && letters(part)
            || part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit())
    });
    parts.all(|part| {
        let is_word = part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let begins_with_digit = part.starts_with(|c: char| c.is_ascii_digit());
        is_word && (matches!(part.len(), 5..=8) || part.len() == 4 && begins_with_digit)
    })
}

#[cfg(test)]
mod tests {
    use toml_edit::Document;

    use super::*;

    fn spans(text: &str) -> String {
        let document = Document::parse(text).expect("TOML");
        let faults = wrong(document.as_table());
        let spans = faults.iter().filter_map(|fault| fault.span.clone());
        spans.map(|span| &text[span]).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn codes_and_keys_given_twice() {
        for (text, expected) in [
            ("[languages.fr]\n[languages.pt-BR]\n[languages.zh-Hant]", ""),
            (
                "[languages.zz-zz-zz-zz]\n[languages.\"a b\"]",
                "zz-zz-zz-zz \"a b\"",
            ),
            (
                "default_language = \"english language\"",
                "default_language",
            ),
            ("title = \"a\"\n[languages.en]\ntitle = \"b\"", "title"),
            ("title = \"a\"\n[languages.fr]\ntitle = \"b\"", ""),
            ("title = \"a\"\n[languages.en]\ndescription = \"b\"", ""),
            (
                "taxonomies = []\n[languages.en]\ntaxonomies = [{ name = \"x\" }]",
                "",
            ),
        ] {
            assert_eq!(spans(text), expected, "{text}");
        }
    }
}
