//! What the text of a value was meant to say, where its format cannot read it.

use super::date_reading;
use super::repair::read_as;
use crate::check::Page;
use crate::front_matter::{Format, Value, quote};

/// A value, how it is written, and whether it can have been meant in no other way.
pub(super) struct Meant {
    pub(super) value: Value,
    pub(super) text: String,
    pub(super) is_safe: bool,
}

impl Meant {
    fn text(text: &str, is_safe: bool) -> Self {
        Self {
            value: text.into(),
            text: quote(text),
            is_safe,
        }
    }
}

/// A value in quotes, and the comment behind it with the blanks between them.
fn without_comment(value: &str) -> (&str, &str) {
    let quoted = value
        .chars()
        .next()
        .filter(|first| matches!(first, '"' | '\''));
    let Some(end) = quoted
        .and_then(|quote| value.rfind(quote))
        .filter(|end| *end > 0)
    else {
        return (value, "");
    };
    let (quoted, rest) = value.split_at(end + 1);
    if rest.starts_with([' ', '\t']) && rest.trim_start().starts_with('#') {
        (quoted, rest)
    } else {
        (value, "")
    }
}

impl Meant {
    /// The same with a comment behind it.
    fn followed_by(mut self, comment: &str) -> Self {
        self.text.push_str(comment);
        self
    }
}

/// A value of YAML that cannot be read behind its key.
pub(super) fn yaml(key: &str, value: &str) -> Option<Meant> {
    let (value, comment) = without_comment(value);
    read_yaml(key, value).map(|meant| meant.followed_by(comment))
}

fn read_yaml(key: &str, value: &str) -> Option<Meant> {
    let is_text = matches!(key, "title" | "description" | "summary" | "topic");
    match value.chars().next()? {
        '"' => double(value),
        '\'' => single(value, true),
        '[' | '{' if !is_text => None,
        // What is behind the ` #` may be a comment.
        _ => Some(Meant::text(value, !value.contains(" #"))),
    }
}

/// A value of YAML without a blank before it.
pub(super) fn plain_yaml(key: &str, value: &str) -> Option<Meant> {
    entry(Format::Yaml, &format!("x: {value}"))
        .map(|read| Meant {
            value: read,
            text: value.to_owned(),
            is_safe: true,
        })
        .or_else(|| yaml(key, value))
}

/// A line of TOML within YAML.
pub(super) fn from_toml(key: &str, value: &str) -> Option<Meant> {
    match entry(Format::Toml, &format!("x = {value}")) {
        Some(Value::String(text)) => Some(Meant::text(&text, true)),
        Some(read @ (Value::Integer(_) | Value::Boolean(_) | Value::Date(_))) => Some(Meant {
            value: read,
            text: value.split('#').next()?.trim().to_owned(),
            is_safe: true,
        }),
        Some(Value::Array(items)) => list(&items),
        Some(_) => None,
        None => plain_yaml(key, value),
    }
}

/// A line of YAML within TOML.
pub(super) fn from_yaml(page: &Page<'_>, key: &str, value: &str) -> Option<Meant> {
    match entry(Format::Yaml, &format!("x: {value}")) {
        Some(Value::Array(items)) => list(&items),
        Some(Value::String(text)) if value.starts_with(['"', '\'']) => {
            Some(Meant::text(&text, true))
        }
        Some(_) => match entry(Format::Toml, &format!("x = {value}")) {
            Some(read) => Some(Meant {
                value: read,
                text: value.to_owned(),
                is_safe: true,
            }),
            None => toml(page, key, value),
        },
        None => None,
    }
}

/// A value of TOML that cannot be read behind its key.
pub(super) fn toml(page: &Page<'_>, key: &str, value: &str) -> Option<Meant> {
    let (value, comment) = without_comment(value);
    // No date and no word such as `yes` has this sign in it.
    let is_bare = key == "draft" || page.site.generator.date_keys().contains(&key);
    let end = value.find('#').filter(|_| is_bare).unwrap_or(value.len());
    let end = value[..end].trim_end().len();
    let (value, more) = value.split_at(end);
    read_toml(page, key, value).map(|meant| meant.followed_by(more).followed_by(comment))
}

fn read_toml(page: &Page<'_>, key: &str, value: &str) -> Option<Meant> {
    let generator = page.site.generator;
    // A comment as other languages have it.
    if let Some((before, comment)) = value.rsplit_once(" //")
        && let Some(read) = entry(Format::Toml, &format!("x = {before}"))
    {
        return Some(Meant {
            value: read,
            text: format!("{before} #{comment}"),
            is_safe: true,
        });
    }
    let bare = value.trim_end_matches([',', ';']).trim_end();
    if bare.len() < value.len()
        && let Some(read) = entry(Format::Toml, &format!("x = {bare}"))
    {
        return Some(Meant {
            value: read,
            text: bare.to_owned(),
            is_safe: true,
        });
    }
    match value.chars().next()? {
        '"' => return double(value),
        '\'' => return single(value, false),
        '[' => return bare_list(value),
        '{' => return None,
        '“' | '”' => {
            let inside = value.strip_prefix(['“', '”'])?.strip_suffix(['“', '”'])?;
            return (!inside.contains(['"', '“', '”', '\\'])).then(|| Meant::text(inside, true));
        }
        _ => {}
    }
    if generator.date_keys().contains(&key) {
        let date = date_reading::read(value)?;
        return Some(Meant {
            value: Value::Date(date.clone()),
            text: date,
            is_safe: true,
        });
    }
    if key == "draft" {
        let flag = match value.to_lowercase().as_str() {
            "true" | "yes" | "on" => true,
            "false" | "no" | "off" => false,
            _ => return None,
        };
        return Some(Meant {
            value: flag.into(),
            text: flag.to_string(),
            is_safe: true,
        });
    }
    if page
        .site
        .taxonomy_names(page.language)
        .iter()
        .any(|name| name == key)
    {
        let terms: Vec<Value> = value.split(',').map(|term| term.trim().into()).collect();
        return list(&terms).filter(|_| !value.contains(['"', '\'', '#']));
    }
    Some(Meant::text(value, !value.contains('#')))
}

/// The value of a line that has one.
fn entry(format: Format, line: &str) -> Option<Value> {
    let front = read_as(line, format, 0..line.len())?;
    front
        .get(&["x"])
        .filter(|_| front.table().len() == 1)
        .cloned()
}

fn list(items: &[Value]) -> Option<Meant> {
    let texts: Vec<&str> = items.iter().map(Value::as_str).collect::<Option<_>>()?;
    if texts.iter().any(|text| text.trim().is_empty()) {
        return None;
    }
    let written: Vec<String> = texts.iter().map(|text| quote(text)).collect();
    Some(Meant {
        value: Value::Array(items.to_vec()),
        text: format!("[{}]", written.join(", ")),
        is_safe: true,
    })
}

/// A list of TOML with words in it that have no quotes.
fn bare_list(value: &str) -> Option<Meant> {
    let inside = value.strip_prefix('[')?.strip_suffix(']')?;
    if inside.contains(['[', '{', '#', '\\']) {
        return None;
    }
    let mut items = Vec::new();
    for item in inside
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
    {
        match entry(Format::Toml, &format!("x = {item}")) {
            Some(Value::String(text)) => items.push(Value::from(text)),
            Some(_) => return None,
            None if item.contains(['"', '\'']) => return None,
            None => items.push(item.into()),
        }
    }
    list(&items)
}

/// A text in double quotes that is none: backslashes that mean themselves, quotes within it, or one at its end missing.
fn double(value: &str) -> Option<Meant> {
    let inside = &value[1..];
    if !inside.contains('"') {
        // Backslashes could be escapes here.
        return (!inside.contains('\\')).then(|| Meant::text(inside, true));
    }
    let Some(inside) = inside.strip_suffix('"') else {
        // `"A" and more`: the quotes belong to the text.
        return (nests(value, '"') && !value.contains('\\')).then(|| Meant::text(value, true));
    };
    if !inside.contains('"') {
        // At least one backslash begins no escape. Where a pair is there, the author knows of escapes.
        let is_pair = inside.contains("\\\\");
        return (!is_pair).then(|| Meant::text(inside, !inside.contains("\\u")));
    }
    if inside.contains('\\') {
        return None;
    }
    if nests(inside, '"') {
        Some(Meant::text(inside, true))
    } else {
        nests(value, '"').then(|| Meant::text(value, true))
    }
}

/// A text in single quotes that is none: apostrophes in it.
fn single(value: &str, in_yaml: bool) -> Option<Meant> {
    let inside = &value[1..];
    if in_yaml && inside.contains("''") {
        return None;
    }
    match inside.strip_suffix('\'') {
        Some(inside) if inside.contains('\'') && nests(inside, '\'') => {
            Some(Meant::text(inside, true))
        }
        Some(_) => nests(value, '\'').then(|| Meant::text(value, true)),
        // `'tis the season`, or a quote that is missing.
        None if !inside.contains('\'') => Some(Meant::text(value, false)),
        None => nests(value, '\'').then(|| Meant::text(value, true)),
    }
}

/// Whether the quotes in a text come in pairs, each before the beginning and behind the end of something.
fn nests(text: &str, quote: char) -> bool {
    let characters: Vec<char> = text.chars().collect();
    let mut is_open = false;
    for (at, character) in characters.iter().enumerate() {
        if *character != quote {
            continue;
        }
        let before = at.checked_sub(1).map(|at| characters[at]);
        let after = characters.get(at + 1);
        let is_word = |c: &char| c.is_alphanumeric();
        if quote == '\''
            && before.as_ref().is_some_and(is_word)
            && (!is_open || after.is_some_and(is_word))
        {
            // An apostrophe.
            continue;
        }
        let fits = if is_open {
            before.is_some_and(|c| !c.is_whitespace()) && after.is_none_or(|c| !c.is_alphanumeric())
        } else {
            before.is_none_or(|c| c.is_whitespace() || "([-—–/".contains(c))
                && after.is_some_and(|c| !c.is_whitespace())
        };
        if !fits {
            return false;
        }
        is_open = !is_open;
    }
    !is_open
}

#[cfg(test)]
mod tests {
    use super::{double, nests, single};

    #[test]
    fn quotes_come_in_pairs() {
        for (text, expected) in [
            ("He said \"hi\" there", true),
            ("\"A\" and \"B\"", true),
            ("A\" and \"B", false),
            ("5\" disk", false),
            ("no quotes", true),
        ] {
            assert_eq!(nests(text, '"'), expected, "{text}");
        }
        for (text, expected) in [
            ("It's fine", true),
            ("the dogs' day", true),
            ("A' and 'B", false),
            ("say 'it's' loud", true),
        ] {
            assert_eq!(nests(text, '\''), expected, "{text}");
        }
    }

    #[test]
    fn quoted_texts_that_are_none() {
        let of = |value: &str| double(value).map(|meant| (meant.value, meant.is_safe));
        assert_eq!(of("\"C:\\new\\dir\""), Some(("C:\\new\\dir".into(), true)));
        assert_eq!(of("\"a \\\\ b \\d\""), None);
        assert_eq!(of("\"a \"b\" c\""), Some(("a \"b\" c".into(), true)));
        assert_eq!(
            of("\"a\" and \"b\""),
            Some(("\"a\" and \"b\"".into(), true))
        );
        assert_eq!(of("\"a\" b"), Some(("\"a\" b".into(), true)));
        assert_eq!(of("\"a b"), Some(("a b".into(), true)));
        assert_eq!(of("\"5\" disk\""), None);
        let of = |value: &str| single(value, true).map(|meant| (meant.value, meant.is_safe));
        assert_eq!(of("'It's fine'"), Some(("It's fine".into(), true)));
        assert_eq!(of("'tis so"), Some(("'tis so".into(), false)));
        assert_eq!(of("'It''s' x"), None);
    }
}
