//! Front matter keys that Hugo gives a meaning of its own (tested on 0.168.0).

use crate::finding::Severity;
use crate::front_matter::{Table, Value};
use crate::generator::KeyTrouble;

mod addresses;
mod tables;

pub(super) use addresses::has_unknown_token;
pub(super) use tables::is_written_flag;

/// The names of Markdown that `markup` may give.
const MARKDOWNS: [&str; 7] = [
    "goldmark",
    "markdown",
    "md",
    "mdown",
    "text",
    "txt",
    "blackfriday",
];

/// The names of other formats. `security.allowContent` forbids the first ones unless it is set, and the rest need
/// programs that Hugo does not bring along.
const OTHERS: [&str; 10] = [
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
];

/// See [`crate::generator::Generator::misread_key`]. `key` is as the author wrote it.
pub(super) fn misread(key: &str, value: &Value) -> Option<KeyTrouble> {
    // Where there is no value, there might as well be no key.
    let is_table = matches!(value, Value::Table(_) | Value::Null);
    let key = key.to_lowercase();
    let refused = |reason: &'static str| Some(trouble(Severity::Error, reason));
    match key.as_str() {
        "<<" if !tables::merges(value) => {
            refused("`<<` puts other tables into this one, and any other value stops the build")
        }
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
            // Nothing said.
            Value::String(name) if name.is_empty() => None,
            Value::String(name) if MARKDOWNS.contains(&name.to_lowercase().as_str()) => None,
            Value::String(name) if OTHERS.contains(&name.to_lowercase().as_str()) => refused(
                "`markup` asks for a format that Hugo reads only where its `security` allows it, and for most with a program of its own",
            ),
            Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) => {
                refused("`markup` names the format of the page, and Hugo has none of this name")
            }
            _ => None,
        },
        "aliases" => addresses::misread_alias(value),
        "build" if tables::has(value, "publishresources", |it| !tables::is_flag(it)) => refused(
            "`publishResources` of `build` is `true` or `false`, and any other value stops the build",
        ),
        "sitemap" => tables::misread_sitemap(value),
        "outputs" => tables::misread_outputs(value),
        "sites" if tables::has(value, "matrix", |it| !matches!(it, Value::Table(_))) => {
            refused("`matrix` of `sites` is a table, and any other value stops the build")
        }
        "cascade" if tables::misses_target(value) => refused(
            "`target` of `cascade` is a table that names pages, with a `kind` of Hugo's, and any other value stops the build",
        ),
        // Nobody writes `link` by mistake.
        "build" if is_off(value, "render", &["never", "false"]) => Some(trouble(
            Severity::Warning,
            "`build.render` keeps Hugo from writing this page",
        )),
        "url" => addresses::misread_url(value),
        "keywords" if matches!(value, Value::String(words) if words.trim().contains(' ')) => {
            Some(trouble(
                Severity::Warning,
                "Hugo splits `keywords` at its blanks; write a list",
            ))
        }
        "cascade" if hands_down_draft(value) => Some(trouble(
            Severity::Warning,
            "`draft = true` in `cascade` is for this page too, and keeps Hugo from writing it",
        )),
        "headless" if is_true(value) => Some(trouble(
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

/// Whether a table `build` leaves the page without a file.
fn is_unwritten(build: &Value) -> bool {
    is_off(build, "render", &["never", "link", "false"])
}

/// Whether a table `build` has `false` or one of these words for a key.
fn is_off(build: &Value, name: &str, words: &[&str]) -> bool {
    let Value::Table(build) = build else {
        return false;
    };
    build.iter().any(|(key, value)| {
        key.eq_ignore_ascii_case(name)
            && (*value == Value::Boolean(false)
                || value.as_str().is_some_and(|word| words.contains(&word)))
    })
}

/// Whether nothing of a page is rendered: it is not written, and no feed has its summary.
pub(super) fn is_unrendered(front: &Table, has_feed: bool) -> bool {
    front.iter().any(|(key, value)| {
        if key.eq_ignore_ascii_case("build") {
            is_unwritten(value) && (!has_feed || is_off(value, "list", &["never", "false"]))
        } else {
            key.eq_ignore_ascii_case("headless") && is_true(value)
        }
    })
}

/// Whether Hugo takes a value for `true` (`spf13/cast`): also a number, and what Go's `strconv.ParseBool` takes.
fn is_true(value: &Value) -> bool {
    match value {
        Value::Boolean(flag) => *flag,
        Value::Integer(number) => *number != 0,
        Value::String(text) => matches!(text.as_str(), "1" | "t" | "T" | "true" | "TRUE" | "True"),
        _ => false,
    }
}

/// Whether `cascade` makes drafts of the page and of what is below it, whatever they are.
fn hands_down_draft(cascade: &Value) -> bool {
    let one = std::slice::from_ref(cascade);
    let mut tables = cascade.as_array().unwrap_or(one).iter();
    tables.any(|table| {
        let Value::Table(table) = table else {
            return false;
        };
        let has = |name: &str| table.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        has("target").is_none()
            && has("_target").is_none()
            && has("draft").is_some_and(|(_, value)| is_true(value))
    })
}
