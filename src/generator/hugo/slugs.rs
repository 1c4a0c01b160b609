//! Addresses as Hugo makes them (tested on 0.168.0).

use super::super::Generator;
use super::super::references::language_in;
use super::super::unicode::{is_digit, is_letter, is_mark, without_accents};
use crate::site::{Site, SlugRules, Slugify};

/// The `id` of a heading.
pub(super) fn heading_id(rules: &SlugRules, text: &str) -> String {
    // Tags of HTML in a heading may leave blanks at its ends.
    let text = text.trim();
    let id = match rules.headings {
        Slugify::On => github(text, false),
        Slugify::Safe => github(&without_accents(text), true),
        Slugify::Off => blackfriday(text),
    };
    if id.is_empty() {
        return "heading".to_owned();
    }
    id
}

fn github(text: &str, ascii_only: bool) -> String {
    let mut id = String::with_capacity(text.len());
    for c in text.chars() {
        if c == '-' || c == ' ' || c == '\t' {
            id.push('-');
        } else if (c == '_' || is_letter(c) || is_digit(c)) && (c.is_ascii() || !ascii_only) {
            id.push(lower(c));
        }
    }
    id
}

fn blackfriday(text: &str) -> String {
    let mut id = String::with_capacity(text.len());
    for c in text.chars() {
        if is_letter(c) || is_digit(c) {
            id.push(lower(c));
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    id.truncate(id.trim_end_matches('-').len());
    id
}

/// One letter for one, as Go does it.
fn lower(c: char) -> char {
    let mut lower = c.to_lowercase();
    lower.next().unwrap_or(c)
}

/// A file name, a folder or a term as a part of an address: each blank becomes a hyphen, the rest is [`sanitized`].
pub(super) fn path(rules: &SlugRules, text: &str) -> String {
    sanitized(rules, &text.replace(' ', "-"))
}

/// The front matter's `slug` as a part of an address: letters, digits, marks and some signs stay, white space between
/// them becomes one hyphen, all else goes.
fn sanitized(rules: &SlugRules, text: &str) -> String {
    let plain = rules.remove_accents.then(|| without_accents(text));
    let text = plain.as_deref().unwrap_or(text);
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for (at, c) in text.char_indices() {
        if is_kept(c) || (c == '%' && is_escape(&text[at..])) {
            if blank && c != '-' && !out.ends_with('-') {
                out.push('-');
            }
            blank = false;
            out.push(if rules.keep_case { c } else { lower(c) });
        } else if !out.is_empty() && c.is_whitespace() {
            blank = true;
        }
    }
    out
}

fn is_kept(c: char) -> bool {
    is_letter(c) || is_digit(c) || is_mark(c) || r"./\_#+~-@".contains(c)
}

fn is_escape(text: &str) -> bool {
    let bytes = text.as_bytes();
    let hex = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_hexdigit);
    hex(1) && hex(2)
}

/// The path of a page's address.
pub(super) fn output_path(
    hugo: &dyn Generator,
    site: &Site,
    below: &str,
    language: &str,
    slug: Option<&str>,
) -> String {
    let (folders, file) = below.rsplit_once('/').unwrap_or(("", below));
    let (stem, _) = hugo.split_name(file, &site.default_language, &site.languages);
    let mut parts: Vec<&str> = Vec::new();
    if language != site.default_language || site.slugs.default_language_in_path {
        parts.push(language);
    }
    let mut folders: Vec<&str> = folders.split('/').filter(|part| !part.is_empty()).collect();
    let name = if hugo.is_section_file(file) {
        None
    } else if stem == "index" {
        folders.pop()
    } else {
        Some(stem)
    };
    parts.extend(&folders);
    let last = name.map(|name| match slug {
        Some(slug) => sanitized(&site.slugs, slug),
        None => path(&site.slugs, name),
    });
    let parts: Vec<String> = parts
        .iter()
        .map(|part| path(&site.slugs, part))
        .chain(last)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.is_empty() {
        return "/".to_owned();
    }
    format!("/{}/", parts.join("/"))
}

/// The file name without extension and language. Only configured languages count.
pub(super) fn split_name<'a>(name: &'a str, languages: &[String]) -> (&'a str, Option<String>) {
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    match language_in(stem, languages) {
        Some((before, code)) => (before, Some(code.to_lowercase())),
        None => (stem, None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(" Lead ", "lead")]
    #[case("What's new?", "whats-new")]
    #[case("C & Go", "c--go")]
    #[case("日本 語", "日本-語")]
    #[case("snake_case É", "snake_case-é")]
    #[case("x² ½ Ⅷ ①", "x---")]
    #[case("हिन्दी लिपि", "हनद-लप")]
    #[case("İstanbul", "istanbul")]
    #[case("!!!", "heading")]
    fn heading_ids(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(heading_id(&SlugRules::default(), text), expected);
    }

    #[rstest]
    #[case(Slugify::Safe, "Café 日本 x", "cafe--x")]
    #[case(Slugify::Off, "C & Go: what's new?", "c-go-what-s-new")]
    fn other_kinds_of_heading_ids(
        #[case] headings: Slugify,
        #[case] text: &str,
        #[case] expected: &str,
    ) {
        let rules = SlugRules {
            headings,
            ..SlugRules::default()
        };
        assert_eq!(heading_id(&rules, text), expected);
    }

    #[rstest]
    #[case("Redis 7.0", "redis-7.0")]
    #[case("a  b - c", "a--b---c")]
    #[case(" a\u{a0}\t b", "-a-b")]
    #[case("x² ①", "x-")]
    #[case(".NET", ".net")]
    #[case("C++", "c++")]
    #[case("Café", "café")]
    #[case("🚀", "")]
    #[case("100%25 %zz", "100%25-zz")]
    fn paths(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(path(&SlugRules::default(), text), expected);
    }

    #[test]
    fn a_slug_of_the_author_has_single_hyphens() {
        let slug = sanitized(&SlugRules::default(), "My  Slug\u{a0}é.x");
        assert_eq!(slug, "my-slug-é.x");
    }

    #[test]
    fn accents_and_case_follow_the_settings() {
        let rules = SlugRules {
            keep_case: true,
            remove_accents: true,
            ..SlugRules::default()
        };
        assert_eq!(path(&rules, "Café Ole"), "Cafe-Ole");
    }

    #[rstest]
    #[case("a.fr.md", "a", Some("fr"))]
    #[case("a.FR.markdown", "a", Some("fr"))]
    #[case("a.7.0.md", "a.7.0", None)]
    #[case("a.b.en.md", "a.b", Some("en"))]
    #[case("a.fr.b.md", "a", Some("fr"))]
    #[case("fr.b.md", "fr.b", Some("fr"))]
    fn languages_in_names(#[case] name: &str, #[case] stem: &str, #[case] language: Option<&str>) {
        let languages = ["en".to_owned(), "fr".to_owned()];
        assert_eq!(
            split_name(name, &languages),
            (stem, language.map(str::to_owned))
        );
    }

    proptest! {
        #[test]
        fn slugs_never_panic(text in "\\PC*") {
            for headings in [Slugify::On, Slugify::Safe, Slugify::Off] {
                let rules = SlugRules { headings, remove_accents: true, ..SlugRules::default() };
                prop_assert!(!heading_id(&rules, &text).is_empty());
                path(&rules, &text);
            }
            let languages = ["en".to_owned()];
            split_name(&text, &languages);
            prop_assert!(!path(&SlugRules::default(), &text).contains(' '));
        }
    }
}
