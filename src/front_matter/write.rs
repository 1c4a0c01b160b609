//! Writes keys and values, on one line each, as every reader of the format takes them alike.

use std::fmt::Write;

use super::Format;
use super::value::Value;

/// A double-quoted scalar that means `text` to readers of TOML 1.0, YAML 1.1 and YAML 1.2, and to readers of JSON
/// too where no character beyond U+FFFF had to be escaped.
///
/// Control characters, the no-break space, line and paragraph separators, zero-width and bidirectional marks and tag
/// characters become `\uXXXX` or `\UXXXXXXXX`: some reader refuses or changes each of them. The result is one line, and
/// its last character is a quote, so no line of front matter can come to end in a delimiter.
pub fn quote(text: &str) -> String {
    quote_for(text, false)
}

/// As [`quote`], with the surrogate pairs that JSON wants.
pub(super) fn quote_json(text: &str) -> String {
    quote_for(text, true)
}

fn quote_for(text: &str, surrogates: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if !needs_escape(character) => out.push(character),
            _ if surrogates || u32::from(character) < 0x1_0000 => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(out, "\\u{unit:04X}");
                }
            }
            _ => {
                let _ = write!(out, "\\U{:08X}", u32::from(character));
            }
        }
    }
    out.push('"');
    out
}

/// The joiners U+200C and U+200D stay: Persian and emoji are made of them, and every reader keeps them.
fn needs_escape(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{a0}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}' | '\u{ffff}'
            | '\u{e0000}'..='\u{e007f}')
}

/// A key as the format wants it: bare where that is safe in every reader.
pub(super) fn key(format: Format, key: &str) -> String {
    let plain = !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    let bare = match format {
        Format::Toml => plain,
        Format::Yaml => {
            plain
                && key.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
                && !is_yaml_word(key)
        }
        Format::Json => return quote_json(key),
    };
    if bare { key.to_owned() } else { quote(key) }
}

/// Words that some reader of YAML takes for a boolean or for nothing.
fn is_yaml_word(key: &str) -> bool {
    ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]
        .contains(&key.to_ascii_lowercase().as_str())
}

/// A value on one line. `Err` names what the format cannot hold.
pub(super) fn inline(format: Format, value: &Value) -> Result<String, &'static str> {
    Ok(match value {
        Value::String(text) if format == Format::Json => quote_json(text),
        Value::String(text) => quote(text),
        Value::Date(text) if format != Format::Json && is_date(text) => text.clone(),
        Value::Date(text) => quote_json(text),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Float(number) => float(format, *number)?,
        Value::Null if format == Format::Toml => return Err("TOML has no empty values"),
        Value::Null => "null".to_owned(),
        Value::Array(items) => {
            let items: Vec<_> = items
                .iter()
                .map(|item| inline(format, item))
                .collect::<Result<_, _>>()?;
            format!("[{}]", items.join(", "))
        }
        Value::Table(table) if table.is_empty() => "{}".to_owned(),
        Value::Table(table) => {
            let mut entries = Vec::with_capacity(table.len());
            for (name, value) in table {
                entries.push(format!(
                    "{}{}{}",
                    key(format, name),
                    equals(format),
                    inline(format, value)?
                ));
            }
            let entries = entries.join(", ");
            if format == Format::Toml {
                format!("{{ {entries} }}")
            } else {
                format!("{{{entries}}}")
            }
        }
    })
}

/// What stands between a key and its value.
pub(super) fn equals(format: Format) -> &'static str {
    if format == Format::Toml { " = " } else { ": " }
}

fn float(format: Format, number: f64) -> Result<String, &'static str> {
    let sign = if number.is_sign_negative() { "-" } else { "" };
    match (number.is_finite(), format) {
        (true, _) => Ok(format!("{number:?}")),
        (false, Format::Json) => Err("JSON has no infinite numbers"),
        (false, Format::Toml) if number.is_nan() => Ok("nan".to_owned()),
        (false, Format::Toml) => Ok(format!("{sign}inf")),
        (false, Format::Yaml) if number.is_nan() => Ok(".nan".to_owned()),
        (false, Format::Yaml) => Ok(format!("{sign}.inf")),
    }
}

/// Only what can be written without quotes, so that a "date" from elsewhere cannot break out.
fn is_date(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        && text.ends_with(|last: char| last.is_ascii_digit() || last == 'Z' || last == 'z')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"-:.+TtZz ".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Strings and characters that some reader of YAML or TOML takes for something else.
    fn nasty() -> Vec<String> {
        let words = [
            "",
            " ",
            "yes",
            "no",
            "on",
            "Off",
            "y",
            "~",
            "null",
            "true",
            "017",
            "0x1F",
            "1_000",
            "1:2",
            "12:30:45",
            "2024-01-02",
            "=",
            "<<",
            "---",
            "+++",
            "a ---",
            "--- a",
            "...",
            "# a",
            "a # b",
            "a: b",
            "a:",
            "- a",
            "@a",
            "`a`",
            "%a",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "?",
            "[",
            "{",
            "\"",
            "'",
            "\\",
            "C:\\temp",
            "\\u0041",
            "a\nb",
            "a\r\nb",
            "a\n",
            "\n",
            "\ta",
            "a\t",
            "👨‍👩‍👧",
            "می‌خواهم",
            "日本",
            "e\u{301}",
        ];
        let ranges = [
            0..=0xff,
            0x600..=0x61f,
            0x2000..=0x206f,
            0xd7ff..=0xe000,
            0xfdd0..=0xfdef,
            0xfeff..=0xfeff,
            0xfff0..=0x1_0001,
            0x1_fffe..=0x2_0000,
            0xe_0000..=0xe_007f,
            0x10_fffe..=0x10_ffff,
        ];
        let characters = ranges.into_iter().flatten().filter_map(char::from_u32);
        words
            .map(str::to_owned)
            .into_iter()
            .chain(characters.map(|character| format!("a{character}b")))
            .collect()
    }

    #[test]
    fn every_reader_takes_a_quoted_string_alike() {
        for text in nasty() {
            let (toml, json) = (format!("a = {}", quote(&text)), quote_json(&text));
            let yaml = format!("a: {}", quote(&text));
            assert!(!toml.contains('\n') && toml.ends_with('"'), "{toml}");
            let toml: toml::Table = toml::from_str(&toml).expect("toml");
            assert_eq!(toml["a"].as_str(), Some(text.as_str()));
            let value: serde_json::Value = serde_yaml::from_str(&yaml).expect("serde_yaml");
            assert_eq!(value["a"], text.as_str());
            let value: serde_json::Value = serde_saphyr::from_str(&yaml).expect("serde-saphyr");
            assert_eq!(value["a"], text.as_str());
            assert_eq!(serde_json::from_str::<String>(&json).expect("json"), text);
        }
    }

    #[test]
    fn keys_are_bare_only_where_that_is_safe() {
        assert_eq!(key(Format::Toml, "my-key_1"), "my-key_1");
        assert_eq!(key(Format::Toml, "a.b"), "\"a.b\"");
        assert_eq!(key(Format::Yaml, "on"), "\"on\"");
        assert_eq!(key(Format::Yaml, "1a"), "\"1a\"");
        assert_eq!(key(Format::Yaml, ""), "\"\"");
        assert_eq!(key(Format::Json, "a"), "\"a\"");
    }

    #[test]
    fn a_date_that_is_none_is_quoted() {
        let date = |text: &str| inline(Format::Toml, &Value::Date(text.to_owned()));
        assert_eq!(
            date("2024-01-02T03:04:05Z"),
            Ok("2024-01-02T03:04:05Z".to_owned())
        );
        assert_eq!(
            date("2024-01-02\ndraft = false"),
            Ok("\"2024-01-02\\ndraft = false\"".to_owned())
        );
    }
}
