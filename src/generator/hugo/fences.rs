//! The words behind a code fence, as Hugo reads them (tested on 0.168.0).

use crate::generator::FenceInfo;

/// What becomes of the words: the first is the language, and braces hold attributes or stop the build.
pub(super) fn info(info: &str) -> FenceInfo {
    let info = info.trim();
    if let Some((before, rest)) = info.split_once('{') {
        let Some((attributes, _)) = rest.rsplit_once('}') else {
            return language(before);
        };
        // Braces around nothing but blanks stop the build, and empty ones do not.
        let is_blank = !attributes.is_empty() && attributes.trim().is_empty();
        if is_blank || !are_attributes(attributes) {
            return FenceInfo::Refused;
        }
        return if before.trim().is_empty() {
            FenceInfo::LanguageLost
        } else {
            language(before)
        };
    }
    language(info)
}

fn language(text: &str) -> FenceInfo {
    let word = text.split_whitespace().next().unwrap_or_default();
    if word.contains([',', ':', '=']) {
        FenceInfo::LanguageLost
    } else {
        FenceInfo::Fine
    }
}

/// Whether text in braces is a list of `key=value`, `#id` and `.class`.
fn are_attributes(text: &str) -> bool {
    let mut rest = text.trim_start_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let Some(length) = attribute(rest) else {
            return false;
        };
        rest = rest[length..].trim_start_matches([' ', '\t', ',']);
    }
    true
}

/// The length of the attribute at the start of `text`.
fn attribute(text: &str) -> Option<usize> {
    let word = |text: &str| {
        text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.')))
            .unwrap_or(text.len())
    };
    if let Some(name) = text.strip_prefix(['#', '.']) {
        return Some(word(name) + 1).filter(|length| *length > 1);
    }
    let name = word(text);
    if name == 0 || text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let value = text[name..].strip_prefix('=')?;
    let length = match value.chars().next()? {
        '"' => value[1..].find('"')? + 2,
        '[' => value.find(']')? + 1,
        _ => Some(value.find([' ', ',', '\t', '}']).unwrap_or(value.len()))
            .filter(|length| is_value(&value[..*length]))?,
    };
    Some(name + 1 + length)
}

/// Whether a value without quotes is one: a number, `true`, `false` or a name.
fn is_value(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'))
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
        for refused in ["js {1,3-5}", "{r, echo=FALSE}", "js {a b}", "js {a='x y'}"] {
            assert_eq!(info(refused), FenceInfo::Refused, "{refused}");
        }
    }
}
