//! The words behind a code fence, as Zola reads them (tested on 0.17.2 and 0.22.0; 0.23 on a build of its source).

use crate::generator::FenceInfo;
use crate::site::{Site, Version};

/// The first version that takes the first word for the language, and not the last.
const FIRST_WORD: Version = Version::new(0, 23, 0);

/// What becomes of the words: they are split at commas, each is an option or the language.
pub(super) fn info(version: Version, info: &str) -> FenceInfo {
    let words: Vec<&str> = info
        .split(',')
        .map(str::trim)
        .filter(|word| !is_option(word) || is_new_option(version, word))
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

/// The names of languages: those of Zola 0.22 and, after a line `@0.23`, those that came with 0.23.
const LANGUAGES: &str = include_str!("languages.txt");

/// The first version that can be told to stop at a language it does not know.
const STRICT_SINCE: Version = Version::new(0, 22, 0);

/// The language in these words where Zola stops the build for it: the site is strict, and nobody defines this language.
/// Small letters and capitals are the same (tested on 0.22.0).
pub(super) fn refused<'a>(site: &Site, info: &'a str) -> Option<&'a str> {
    if !site.settings.strict_languages || site.version < STRICT_SINCE {
        return None;
    }
    let mut words = info
        .split(',')
        .map(str::trim)
        .filter(|word| !is_option(word));
    let language = if site.version >= FIRST_WORD {
        words.next()
    } else {
        words.next_back()
    }?;
    let name = language.to_lowercase();
    let is_known = LANGUAGES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .take_while(|line| site.version >= FIRST_WORD || *line != "@0.23")
        .flat_map(str::split_whitespace)
        .chain(site.settings.extra_languages.iter().map(String::as_str))
        .any(|known| known == name);
    (!is_known).then_some(language)
}

/// A name under which Zola knows the language that is called this elsewhere; plain text where there is none.
pub(super) fn known_name(language: &str) -> &'static str {
    match language.to_lowercase().as_str() {
        "python3" | "py3" => "python",
        "golang" => "go",
        "node" | "nodejs" => "js",
        "cc" | "cxx" | "hpp" | "h" => "cpp",
        "pl" => "perl",
        "ml" => "ocaml",
        "ex" => "elixir",
        "mysql" | "postgres" | "postgresql" | "psql" | "plpgsql" | "sqlite" => "sql",
        "shell-session" | "terminal" => "console",
        "pwsh" => "powershell",
        "dos" => "bat",
        "patch" => "diff",
        "jinja2" | "j2" | "django" => "jinja",
        "gradle" | "jenkinsfile" => "groovy",
        "nasm" | "assembly" | "x86asm" => "asm",
        "svg" => "xml",
        "env" => "dotenv",
        "docker-compose" => "yaml",
        "conf" | "config" | "cfg" => "ini",
        _ => "text",
    }
}

/// Whether an option is one that Zola 0.17 takes for a language (tested on 0.17.2, and 0.22.0, which knows it).
fn is_new_option(version: Version, word: &str) -> bool {
    version < Version::new(0, 18, 0) && word.starts_with("name=")
}

/// The language with the options in these words.
pub(super) fn with_language(info: &str, language: &str) -> String {
    let mut words = vec![language];
    words.extend(info.split(',').map(str::trim).filter(|word| {
        !word.is_empty() && is_option(word) && !word.contains(['{', '}', '"', '\''])
    }));
    words.retain(|word| !word.is_empty());
    words.join(",")
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
        let oldest = Version::new(0, 17, 2);
        assert_eq!(info(oldest, "rust,name=a.rs"), FenceInfo::LanguageLost);
        assert_eq!(info(oldest, "rust,linenos"), FenceInfo::Fine);
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
        assert_eq!(
            with_language("rust,ignore, linenos", "rust"),
            "rust,linenos"
        );
        assert_eq!(with_language("js {1,3-5}", "js"), "js");
    }
}
