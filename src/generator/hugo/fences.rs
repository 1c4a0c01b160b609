//! The words behind a code fence, as Hugo reads them (tested on 0.168.0).

use crate::generator::FenceInfo;

/// Names of languages that Hugo gives colours, as classes of other programs' fences name them (each tried on 0.168.0).
const LANGUAGES: &str = include_str!("languages.txt");

/// What becomes of the words: the first is the language, and braces hold attributes or stop the build. Attributes count
/// without a language too: a template that renders code gets them. A class that is a language's name was meant for one.
pub(super) fn info(info: &str) -> FenceInfo {
    let Some((before, attributes)) = braces(info) else {
        return language(info.trim().split('{').next().unwrap_or_default());
    };
    // Braces around nothing but blanks stop the build, and empty ones do not.
    let is_blank = !attributes.is_empty() && attributes.trim().is_empty();
    if is_blank || !are_attributes(attributes) {
        return FenceInfo::Refused;
    }
    if before.is_empty() && language_class(attributes).is_some() {
        return FenceInfo::LanguageLost;
    }
    language(before)
}

/// See [`crate::generator::Generator::with_language`].
pub(super) fn with_language(info: &str, language: &str) -> (String, bool) {
    let whole = |attributes: &str| {
        let attributes = attributes.trim();
        match (language, attributes) {
            (_, "") => language.to_owned(),
            ("", _) => format!("{{{attributes}}}"),
            _ => format!("{language} {{{attributes}}}"),
        }
    };
    let Some((before, attributes)) = braces(info) else {
        return (language.to_owned(), true);
    };
    if before.is_empty()
        && let Some(class) = language_class(attributes)
    {
        let others = attributes.replacen(&format!(".{class}"), "", 1);
        let is_all = others.trim().is_empty();
        return (whole(&others), is_all);
    }
    let straight = attributes.replace('\'', "\"");
    let is_read = |text: &str| !text.trim().is_empty() && are_attributes(text);
    match [attributes, &straight]
        .into_iter()
        .find(|text| is_read(text))
    {
        Some(attributes) => (whole(attributes), true),
        None => (language.to_owned(), true),
    }
}

/// What stands before the first braces, and in them: up to the first that closes, in quotes or not.
fn braces(info: &str) -> Option<(&str, &str)> {
    let (before, rest) = info.trim().split_once('{')?;
    let (attributes, _) = rest.split_once('}')?;
    Some((before.trim(), attributes))
}

/// The language in attributes that begin with its name as a class: `{.python .numberLines}`.
fn language_class(attributes: &str) -> Option<&str> {
    let class = attributes.trim().strip_prefix('.')?;
    let class = class.split([' ', '\t', ',', '#']).next()?;
    let name = class.to_lowercase();
    LANGUAGES
        .lines()
        .flat_map(str::split_whitespace)
        .any(|known| known == name)
        .then_some(class)
}

fn language(text: &str) -> FenceInfo {
    let word = text.split_whitespace().next().unwrap_or_default();
    if word.contains([',', ':', '=']) {
        FenceInfo::LanguageLost
    } else {
        FenceInfo::Fine
    }
}

/// Whether text in braces is a list of `key=value`, `#id` and `.class`, with or without commas between them.
fn are_attributes(text: &str) -> bool {
    let mut rest = blanks(text);
    while !rest.is_empty() {
        let Some(length) = attribute(rest) else {
            return false;
        };
        rest = blanks(&rest[length..]);
        rest = blanks(rest.strip_prefix(',').unwrap_or(rest));
    }
    true
}

fn blanks(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

/// The length of the attribute at the start of `text`. Blanks may stand around its `=`.
fn attribute(text: &str) -> Option<usize> {
    if let Some(name) = text.strip_prefix(['#', '.']) {
        let is_name =
            |c: char| !c.is_whitespace() && (!c.is_ascii_punctuation() || "-_:.".contains(c));
        return Some(name.find(|c| !is_name(c)).unwrap_or(name.len()) + 1);
    }
    let rest = blanks(&text[name(text)?..]).strip_prefix('=')?;
    let rest = blanks(rest);
    let length = match rest.chars().next()? {
        '"' => string(rest)?,
        '[' => rest.find(']')? + 1,
        // Attributes in attributes: the first brace that closes has ended the text.
        '{' => rest.len(),
        '-' | '+' | '0'..='9' => {
            let digits = rest[1..].find(|c: char| !(c.is_ascii_digit() || ".eE-+".contains(c)));
            digits.map_or(rest.len(), |length| length + 1)
        }
        // What stands for no value stops the build too.
        _ => name(rest).filter(|length| &rest[..*length] != "null")?,
    };
    Some(text.len() - rest.len() + length)
}

/// The length of the name at the start of `text`.
fn name(text: &str) -> Option<usize> {
    let is_first = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | ':');
    let is_name = |c: char| is_first(c) || c.is_ascii_digit() || matches!(c, '.' | '-');
    text.starts_with(is_first)
        .then(|| text.find(|c| !is_name(c)).unwrap_or(text.len()))
}

/// The length of the text in quotes at the start of `text`, both quotes counted.
fn string(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if c == '"' && !escaped {
            return Some(at + 1);
        }
        escaped = c == '\\' && !escaped;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_or_an_error() {
        for fine in [
            "",
            "rust",
            "c++",
            "js {a",
            "js {}",
            "js title=\"a\"",
            "rust {linenos=true}",
            "go {linenos=inline hl_lines=[3,\"6-8\"] style=emacs}",
            "go {.a #b}",
            "{ placeholders=\"X\" }",
            "sh { callout = \"a|b\"}",
            "~~~markdown {open = true}",
            "{#id}",
            "{.wide}",
            "sh {a=\"\\\"x\", b=-1.5 c=[1,\"2-3\"]} more",
            "sh { a = \"b\" , c=d, }",
            "sh {a={b=1}}",
            "sh {a=\"b\"",
        ] {
            assert_eq!(info(fine), FenceInfo::Fine, "{fine}");
        }
        for lost in [
            "js:src/a.js",
            "rust,ignore",
            "rust,linenos",
            "{.python}",
            "title=\"a\"",
        ] {
            assert_eq!(info(lost), FenceInfo::LanguageLost, "{lost}");
        }
        for refused in [
            "js {1,3-5}",
            "{r, echo=FALSE}",
            "js {a b}",
            "js {a='x y'}",
            "js {a}",
            "js {a=}",
            "js {a=x/y}",
            "js {a=null}",
            "js {,a=1}",
            "js {a=\"x}y\"}",
            "js {a=\"b\";c=\"d\"}",
        ] {
            assert_eq!(info(refused), FenceInfo::Refused, "{refused}");
        }
    }

    #[test]
    fn what_is_read_stays() {
        for (words, expected) in [
            ("rust,ignore {linenos=true}", ("rust {linenos=true}", true)),
            ("js {title='a b'}", ("js {title=\"a b\"}", true)),
            ("js {1,3-5}", ("js", true)),
            ("title=\"a\" {#b}", ("{#b}", true)),
            ("{.python}", ("python", true)),
            ("{.python #a b=1}", ("python {#a b=1}", false)),
        ] {
            let language = crate::body::fences::language(words);
            let (text, is_safe) = with_language(words, language);
            assert_eq!((text.as_str(), is_safe), expected, "{words}");
        }
    }
}
