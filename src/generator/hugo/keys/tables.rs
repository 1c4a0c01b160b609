//! Tables of Hugo's with values in them at which it stops (tested on 0.168.0).

use super::trouble;
use crate::finding::Severity;
use crate::front_matter::Value;
use crate::generator::KeyTrouble;

/// The kinds of pages, in small letters.
const KINDS: [&str; 6] = ["page", "home", "section", "taxonomy", "term", "404"];

/// Whether a table has a key, in whatever capitals, with a value that is of this sort.
pub(super) fn has(table: &Value, key: &str, is: impl Fn(&Value) -> bool) -> bool {
    let Value::Table(table) = table else {
        return false;
    };
    table
        .iter()
        .any(|(known, value)| known.eq_ignore_ascii_case(key) && is(value))
}

/// Whether Hugo takes a value for `true` or `false` (`mapstructure`, `strconv.ParseBool`).
pub(super) fn is_flag(value: &Value) -> bool {
    match value {
        Value::Boolean(_) | Value::Integer(_) | Value::Float(_) | Value::Null => true,
        Value::String(text) => text.is_empty() || is_written_flag(text),
        _ => false,
    }
}

/// Whether a text is one of those that Go takes for `true` or `false`.
pub(in crate::generator::hugo) fn is_written_flag(text: &str) -> bool {
    [
        "1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False",
    ]
    .contains(&text)
}

/// Whether a value of `<<` can be put into a table.
pub(super) fn merges(value: &Value) -> bool {
    match value {
        Value::Table(_) | Value::Null => true,
        Value::Array(items) => items.iter().all(|item| matches!(item, Value::Table(_))),
        _ => false,
    }
}

/// What is the matter with a table `sitemap`.
pub(super) fn misread_sitemap(sitemap: &Value) -> Option<KeyTrouble> {
    let is_number = |value: &Value| match value {
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Null => true,
        Value::String(text) => text.is_empty() || text.parse::<f64>().is_ok(),
        _ => false,
    };
    let is_text = |value: &Value| !matches!(value, Value::Array(_) | Value::Table(_));
    let message = if has(sitemap, "priority", |value| !is_number(value)) {
        "`priority` of `sitemap` is a number, and any other value stops the build"
    } else if has(sitemap, "changefreq", |value| !is_text(value)) {
        "`changeFreq` of `sitemap` is a word, and any other value stops the build"
    } else if has(sitemap, "filename", |value| !is_text(value)) {
        "`filename` of `sitemap` is a name, and any other value stops the build"
    } else if has(sitemap, "disable", |value| !is_flag(value)) {
        "`disable` of `sitemap` is `true` or `false`, and any other value stops the build"
    } else if has(sitemap, "priority", |value| !is_in_range(value)) {
        let message =
            "`priority` of `sitemap` is a number from 0 to 1: search engines pass over any other";
        return Some(trouble(Severity::Warning, message));
    } else {
        return None;
    };
    Some(trouble(Severity::Error, message))
}

/// Whether a priority is one that the protocol of site maps knows (sitemaps.org). Hugo leaves a negative one out.
fn is_in_range(value: &Value) -> bool {
    match value {
        Value::Integer(number) => *number <= 1,
        Value::Float(number) => *number <= 1.0,
        Value::String(text) => text.parse::<f64>().map_or(true, |number| number <= 1.0),
        _ => true,
    }
}

/// What is the matter with a list `outputs`. Names are judged elsewhere.
pub(super) fn misread_outputs(outputs: &Value) -> Option<KeyTrouble> {
    let is_wrong = match outputs {
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Date(_) => true,
        Value::Array(items) => items.iter().any(|item| !matches!(item, Value::String(_))),
        _ => false,
    };
    is_wrong.then(|| {
        let message = "`outputs` is a list of names of Hugo's, and any other value stops the build";
        trouble(Severity::Error, message)
    })
}

/// Whether a `cascade` has a target that names no pages.
pub(super) fn misses_target(cascade: &Value) -> bool {
    let one = std::slice::from_ref(cascade);
    cascade.as_array().unwrap_or(one).iter().any(|table| {
        has(table, "target", |target| {
            let is_kind = |kind: &Value| match kind {
                Value::String(kind) => {
                    // A pattern is not looked into.
                    kind.contains(['*', '{', '?', '['])
                        || kind.is_empty()
                        || KINDS.contains(&kind.to_lowercase().as_str())
                }
                _ => true,
            };
            !matches!(target, Value::Table(_) | Value::Array(_))
                || has(target, "kind", |kind| !is_kind(kind))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_the_wrong_sort_are_seen() {
        let table =
            |key: &str, value: Value| Value::Table([(key.to_owned(), value)].into_iter().collect());
        let severity = |value: &Value| misread_sitemap(value).map(|it| it.severity);
        assert_eq!(
            severity(&table("Priority", "x".into())),
            Some(Severity::Error)
        );
        assert_eq!(severity(&table("priority", "0.5".into())), None);
        assert_eq!(
            severity(&table("priority", 5.into())),
            Some(Severity::Warning)
        );
        assert_eq!(
            severity(&table("disable", "x".into())),
            Some(Severity::Error)
        );
        assert_eq!(severity(&table("disable", true.into())), None);
        assert!(misses_target(&table(
            "target",
            table("kind", "nope".into())
        )));
        assert!(misses_target(&table("target", "x".into())));
        assert!(!misses_target(&table(
            "target",
            table("kind", "page".into())
        )));
        assert!(misread_outputs(&1.into()).is_some());
        assert!(misread_outputs(&Value::Array(vec!["rss".into()])).is_none());
        assert!(!merges(&"x".into()) && merges(&table("a", 1.into())));
    }
}
