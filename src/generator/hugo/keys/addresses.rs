//! `url` and `aliases` with values that Hugo refuses or takes in another way than they seem meant (tested on 0.168.0).

use super::trouble;
use crate::finding::Severity;
use crate::front_matter::Value;
use crate::generator::KeyTrouble;

/// The names behind a colon that stand for something of the page (`resources/page/permalinks.go`).
const TOKENS: [&str; 18] = [
    "year",
    "month",
    "monthname",
    "day",
    "weekday",
    "weekdayname",
    "yearday",
    "section",
    "sections",
    "title",
    "slug",
    "slugorfilename",
    "filename",
    "contentbasename",
    "slugorcontentbasename",
    "contentbasenameorslug",
    "sectionslug",
    "sectionslugs",
];

/// Ends of files that are pages, or that a site has on purpose.
const FILES: [&str; 12] = [
    "html", "htm", "xml", "txt", "json", "md", "js", "css", "csv", "ics", "rss", "atom",
];

/// What is the matter with a `url`.
pub(super) fn misread_url(value: &Value) -> Option<KeyTrouble> {
    let url = value.as_str()?;
    let refused = |reason: &'static str| Some(trouble(Severity::Error, reason));
    if is_absolute(url) {
        return refused(
            "`url` is a path in the site, and an address with a protocol stops the build",
        );
    }
    if has_unknown_token(url) {
        return refused(
            "a colon in `url` begins a word of Hugo's, such as `:slug`, and any other stops the build",
        );
    }
    if has_lone_percent(url) {
        return refused("a `%` without two hexadecimal digits in `url` stops the build");
    }
    if !url.is_empty() && url.trim().is_empty() {
        let reason = "nothing but blanks is left of this `url`";
        return Some(trouble(Severity::Warning, reason));
    }
    if url == "." {
        return refused("`url` is a path in the site, and `.` stops the build");
    }
    let end = url.rsplit('/').next().unwrap_or_default();
    let end = end.rsplit_once('.').map(|(_, end)| end.to_lowercase());
    let is_file = url.contains('.') && !url.contains("..") && !url.ends_with('/');
    let is_known = end.is_some_and(|end| {
        FILES.contains(&end.as_str())
            || end.len() > 1 && end.bytes().all(|it| it.is_ascii_alphabetic())
    });
    (is_file && !is_known).then(|| {
        trouble(
            Severity::Warning,
            "with a dot and no slash at its end, `url` is the name of a file, and this one has no end such as `.html`; write a `/` at its end",
        )
    })
}

/// The aliases at which Hugo stops (`hugolib/alias.go`).
pub(super) fn misread_alias(value: &Value) -> Option<KeyTrouble> {
    let one = std::slice::from_ref(value);
    let items = value.as_array().unwrap_or(one);
    items
        .iter()
        .filter_map(Value::as_str)
        .find_map(|alias| match alias {
            "/" => Some("an alias cannot be the site's own start page, and stops the build"),
            alias if alias.starts_with("http://") || alias.starts_with("https://") => Some(
                "an alias is a path in the site, and an address with a protocol stops the build",
            ),
            _ => None,
        })
        .map(|message| trouble(Severity::Error, message))
}

fn is_absolute(url: &str) -> bool {
    let url = url.trim_start().to_ascii_lowercase();
    ["http:", "https:", "mailto:"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
}

/// Whether a colon begins a word that stands for nothing. Numbers may be the layout of a date.
pub(in crate::generator::hugo) fn has_unknown_token(url: &str) -> bool {
    url.match_indices(':').any(|(at, _)| {
        let is_escaped = url[..at].ends_with('\\');
        let rest = &url[at + 1..];
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        let word = &rest[..end];
        let is_layout = word.bytes().any(|byte| byte.is_ascii_digit());
        !is_escaped && !word.is_empty() && !is_layout && !TOKENS.contains(&word)
    })
}

fn has_lone_percent(url: &str) -> bool {
    let bytes = url.as_bytes();
    let is_hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    url.match_indices('%')
        .any(|(at, _)| !(is_hex(at + 1) && is_hex(at + 2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_judged_as_by_hugo() {
        let found = |url: &str| misread_url(&Value::from(url)).map(|it| it.severity);
        for good in [
            "/x/",
            "x",
            "/x y/",
            "/:year/:slug/",
            "x.html",
            "/v1.0/",
            "/feed.json",
            "",
            "../x",
            "/a%20b/",
        ] {
            assert_eq!(found(good), None, "{good}");
        }
        for garbled in ["./x", "/v1.0", "/v1.0/x", " "] {
            assert_eq!(found(garbled), Some(Severity::Warning), "{garbled}");
        }
        for refused in ["https://x.org/", "/:nope/", ":x", "/a%zz", "."] {
            assert_eq!(found(refused), Some(Severity::Error), "{refused}");
        }
    }
}
