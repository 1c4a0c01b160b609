//! Addresses as Zola makes them (tested on 0.22.0).

use super::super::Generator;
use crate::site::{Site, SlugRules, Slugify};

/// A file name or a term as a part of an address.
pub(super) fn slugify(mode: Slugify, text: &str) -> String {
    match mode {
        Slugify::On => slug::slugify(text),
        Slugify::Safe => text
            .trim_end_matches([' ', '.'])
            .chars()
            .filter(|c| !r#"<>:"/\|?*"#.contains(*c))
            .collect(),
        Slugify::Off => text.to_owned(),
    }
}

/// The `id` of a heading.
pub(super) fn heading_id(rules: &SlugRules, text: &str) -> String {
    match rules.headings {
        Slugify::On => slug::slugify(text),
        Slugify::Safe | Slugify::Off => text.replace([' ', '\t', '\n', '\r', '\u{c}'], "_"),
    }
}

/// A file name without its extension as a part of an address. A date before the name is
/// taken off, unless the site keeps dates.
pub(super) fn page_slug(rules: &SlugRules, name: &str) -> String {
    let name = match after_date(name) {
        Some(rest) if !rules.keep_dates => rest,
        _ => name,
    };
    slugify(rules.paths, name)
}

/// The path of a page's address.
pub(super) fn output_path(
    zola: &dyn Generator,
    site: &Site,
    below: &str,
    language: &str,
    slug: Option<&str>,
) -> String {
    let (folders, file) = below.rsplit_once('/').unwrap_or(("", below));
    let (stem, _) = zola.split_name(file, &site.default_language, &site.languages);
    let mut parts: Vec<String> = Vec::new();
    if language != site.default_language {
        parts.push(language.to_owned());
    }
    let mut folders: Vec<&str> = folders.split('/').filter(|part| !part.is_empty()).collect();
    let is_section = zola.is_section_file(file);
    // A bundle's folder gives its name to the page, except at the top, where the page is the site's front.
    let name = if stem == "index" {
        folders.pop()
    } else {
        Some(stem)
    };
    parts.extend(folders.iter().map(|part| (*part).to_owned()));
    if !is_section {
        match (slug, name) {
            (Some(slug), _) => parts.push(slugify(site.slugs.paths, slug)),
            (None, Some(name)) => parts.push(page_slug(&site.slugs, name)),
            (None, None) => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    if parts.is_empty() {
        return "/".to_owned();
    }
    format!("/{}/", parts.join("/"))
}

/// The file name without extension and language. All after the first dot is taken for a language, and only where the
/// site has more than one.
pub(super) fn split_name<'a>(
    name: &'a str,
    default_language: &str,
    languages: &[String],
) -> (&'a str, Option<String>) {
    let stem = name.strip_suffix(".md").unwrap_or(name);
    if languages.len() < 2 {
        return (stem, None);
    }
    match stem.split_once('.') {
        // The default language's code is understood, but stays in the name.
        Some((_, code)) if code == default_language => (stem, Some(code.to_owned())),
        Some((before, code)) if languages.iter().any(|known| known == code) => {
            (before, Some(code.to_owned()))
        }
        _ => (stem, None),
    }
}

/// What stands between the first dot of a name and its extension, where a site of several languages has none of that name.
pub(super) fn unknown_language<'a>(name: &'a str, languages: &[String]) -> Option<&'a str> {
    let stem = name.strip_suffix(".md").unwrap_or(name);
    let (_, code) = stem.split_once('.')?;
    (languages.len() > 1 && !languages.iter().any(|known| known == code)).then_some(code)
}

/// What follows a date (`2024-01-02-`, `2024-01-02T10:00:00Z_`) at the start of a name.
pub(super) fn after_date(name: &str) -> Option<&str> {
    let rest = day(name)?;
    let rest = time(rest).unwrap_or(rest);
    let mut chars = rest.chars();
    let rest = match chars.next() {
        Some(c) if c.is_whitespace() => chars.as_str(),
        _ => rest,
    };
    rest.strip_prefix(['-', '_'])
        .filter(|rest| !rest.is_empty())
}

fn day(text: &str) -> Option<&str> {
    let (_, text) = number(text, 4, 0..=9999)?;
    let (_, text) = number(text.strip_prefix('-')?, 2, 1..=12)?;
    let (_, text) = number(text.strip_prefix('-')?, 2, 1..=31)?;
    Some(text)
}

fn time(text: &str) -> Option<&str> {
    let (_, text) = number(text.strip_prefix('T')?, 2, 0..=23)?;
    let (_, text) = number(text.strip_prefix(':')?, 2, 0..=59)?;
    let (_, mut text) = number(text.strip_prefix(':')?, 2, 0..=60)?;
    if let Some(fraction) = text.strip_prefix('.') {
        let rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
        if rest.len() == fraction.len() {
            return None;
        }
        text = rest;
    }
    if let Some(rest) = text.strip_prefix('Z') {
        return Some(rest);
    }
    let (_, text) = number(text.strip_prefix(['+', '-'])?, 2, 0..=23)?;
    let (_, text) = number(text.strip_prefix(':')?, 2, 0..=59)?;
    Some(text)
}

/// A number of exactly `digits` digits, and what follows it.
fn number(text: &str, digits: usize, range: std::ops::RangeInclusive<u32>) -> Option<(u32, &str)> {
    let (number, rest) = text.split_at_checked(digits)?;
    if !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = number.parse().ok()?;
    range.contains(&number).then_some((number, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("What's new?", "what-s-new")]
    #[case("C++ & Go", "c-go")]
    #[case("日本", "ri-ben")]
    #[case("🚀", "rocket")]
    #[case("!!!", "")]
    fn heading_ids(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(heading_id(&SlugRules::default(), text), expected);
    }

    #[test]
    fn headings_that_are_not_slugified_lose_their_blanks() {
        let rules = SlugRules {
            headings: Slugify::Safe,
            ..SlugRules::default()
        };
        assert_eq!(heading_id(&rules, "What's new?"), "What's_new?");
    }

    #[rstest]
    #[case("Redis 7.0", "redis-7-0")]
    #[case("café 日本", "cafe-ri-ben")]
    #[case("2024-05-06-hello", "hello")]
    #[case("2024-05-06_hello", "hello")]
    #[case("2024-05-06T10:00:00Z-hello", "hello")]
    #[case("2024-05-06T10:00:00.5+02:00 _hello", "hello")]
    #[case("2024-05-06", "2024-05-06")]
    #[case("2024-13-06-hello", "2024-13-06-hello")]
    #[case("2024-05-06hello", "2024-05-06hello")]
    fn page_slugs(#[case] name: &str, #[case] expected: &str) {
        assert_eq!(page_slug(&SlugRules::default(), name), expected);
    }

    #[test]
    fn dates_and_letters_are_kept_on_request() {
        let rules = SlugRules {
            paths: Slugify::Safe,
            keep_dates: true,
            ..SlugRules::default()
        };
        assert_eq!(
            page_slug(&rules, "2024-05-06-日本: a?. "),
            "2024-05-06-日本 a"
        );
    }

    #[rstest]
    #[case("a.fr.md", "a", Some("fr"))]
    #[case("a.en.md", "a.en", Some("en"))]
    #[case("a.b.fr.md", "a.b.fr", None)]
    #[case("a.7.0.md", "a.7.0", None)]
    #[case("_index.fr.md", "_index", Some("fr"))]
    fn languages_in_names(#[case] name: &str, #[case] stem: &str, #[case] language: Option<&str>) {
        let languages = ["en".to_owned(), "fr".to_owned()];
        assert_eq!(
            split_name(name, "en", &languages),
            (stem, language.map(str::to_owned))
        );
        let (stem, language) = split_name(name, "en", &languages[..1]);
        assert_eq!((format!("{stem}.md").as_str(), language), (name, None));
    }

    proptest! {
        #[test]
        fn slugs_never_panic(text in "\\PC*", prefix in "[0-9T:+.Z -]{0,24}") {
            let text = format!("{prefix}{text}");
            for mode in [Slugify::On, Slugify::Safe, Slugify::Off] {
                let rules = SlugRules { paths: mode, terms: mode, headings: mode, ..SlugRules::default() };
                page_slug(&rules, &text);
                heading_id(&rules, &text);
                slugify(mode, &text);
            }
            let slug = slugify(Slugify::On, &text);
            prop_assert!(slug.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-')), "{slug}");
        }
    }
}
