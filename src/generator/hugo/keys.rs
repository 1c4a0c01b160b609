//! Front matter keys that Hugo gives a meaning of its own (tested on 0.168.0).

use crate::finding::Severity;
use crate::front_matter::Value;
use crate::generator::KeyTrouble;

/// The names of Markdown and other formats that `markup` may give.
const MARKUPS: [&str; 17] = [
    "goldmark",
    "markdown",
    "md",
    "mdown",
    "html",
    "htm",
    "org",
    "asciidoc",
    "asciidocext",
    "adoc",
    "ad",
    "pandoc",
    "pdc",
    "rst",
    "text",
    "txt",
    "blackfriday",
];

/// See [`crate::generator::Generator::misread_key`]. `key` is as the author wrote it.
pub(super) fn misread(key: &str, value: &Value) -> Option<KeyTrouble> {
    let is_table = matches!(value, Value::Table(_));
    let key = key.to_lowercase();
    let refused = |reason: &'static str| Some(trouble(Severity::Error, reason));
    match key.as_str() {
        "build" if !is_table => {
            refused("`build` is a table of Hugo's own, and any other value stops the build")
        }
        "sites" if !is_table => {
            refused("`sites` is a table of Hugo's own, and any other value stops the build")
        }
        "_build" => refused("`_build` is gone since Hugo 0.145, and stops the build"),
        "cascade"
            if matches!(
                value,
                Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_)
            ) =>
        {
            refused("`cascade` is a table of Hugo's own, and any other value stops the build")
        }
        "markup" => match value {
            Value::String(name) if !MARKUPS.contains(&name.to_lowercase().as_str()) => {
                refused("`markup` names the format of the page, and Hugo has none of this name")
            }
            _ => None,
        },
        "url" => match value {
            Value::String(url) if is_absolute(url) => refused(
                "`url` is a path in the site, and an address with a protocol stops the build",
            ),
            _ => None,
        },
        "keywords" if matches!(value, Value::String(words) if words.trim().contains(' ')) => {
            Some(trouble(
                Severity::Warning,
                "Hugo splits `keywords` at its blanks; write a list",
            ))
        }
        "headless" if *value == Value::Boolean(true) => Some(trouble(
            Severity::Warning,
            "`headless = true` keeps Hugo from writing this page",
        )),
        "updated" => Some(trouble(
            Severity::Warning,
            "Hugo does not read `updated`; its key is `lastmod`",
        )),
        _ => None,
    }
}

fn trouble(severity: Severity, message: &'static str) -> KeyTrouble {
    KeyTrouble { severity, message }
}

fn is_absolute(url: &str) -> bool {
    let url = url.trim_start().to_ascii_lowercase();
    ["http:", "https:", "mailto:"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
}
