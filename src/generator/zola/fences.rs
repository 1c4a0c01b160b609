//! The words behind a code fence, as Zola reads them (tested on 0.17.2 and 0.22.0; 0.23 on a build of its source).

use crate::generator::FenceInfo;
use crate::site::Version;

/// The first version that takes the first word for the language, and not the last.
const FIRST_WORD: Version = Version::new(0, 23, 0);

/// What becomes of the words: they are split at commas, each is an option or the language.
pub(super) fn info(version: Version, info: &str) -> FenceInfo {
    let words: Vec<&str> = info
        .split(',')
        .map(str::trim)
        .filter(|word| !is_option(word))
        .collect();
    let is_fine = match words.as_slice() {
        [] => true,
        [language] => is_language(language),
        [language, ..] => version >= FIRST_WORD && is_language(language),
    };
    if is_fine {
        FenceInfo::Fine
    } else {
        FenceInfo::LanguageLost
    }
}

fn is_option(word: &str) -> bool {
    let name = word.split_once('=').map_or(word, |(name, _)| name.trim());
    matches!(
        name,
        "" | "linenos" | "linenostart" | "hl_lines" | "hide_lines" | "name" | "copy"
    )
}

fn is_language(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '+' | '#' | '-' | '_' | '.' | '/'))
        && !word.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_language_and_options() {
        let (old, new) = (Version::new(0, 22, 0), Version::new(0, 23, 0));
        for fine in [
            "",
            "rust",
            "c++",
            "rust,linenos",
            "rust, hl_lines=1-3 5, name=a.rs",
            "linenos",
        ] {
            assert_eq!(info(old, fine), FenceInfo::Fine, "{fine}");
        }
        for lost in [
            "js {1,3-5}",
            "{r, echo=FALSE}",
            "{.python}",
            "js:src/a.js",
            "js title=\"a\"",
            "rust {linenos=true}",
        ] {
            assert_eq!(info(old, lost), FenceInfo::LanguageLost, "{lost}");
            assert_eq!(info(new, lost), FenceInfo::LanguageLost, "{lost}");
        }
        assert_eq!(info(old, "rust,ignore"), FenceInfo::LanguageLost);
        assert_eq!(info(new, "rust,ignore"), FenceInfo::Fine);
    }
}
