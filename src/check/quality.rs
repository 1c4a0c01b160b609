//! Advice on posts: lengths, headings, and pages that say the same. Every limit can be explained, and none stops a build.
//!
//! Posts that Postwright wrote are looked at in full. Pages that a person wrote are only where the site sets a limit, or
//! chooses a rule by its name. Section pages and stubs are no posts; drafts are.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::Page;
use crate::front_matter::Value;
use crate::stub::Options;

pub(super) mod description_length;
pub(super) mod description_repeats_opening;
pub(super) mod few_words;
pub(super) mod keyword_not_in_title;
pub(super) mod missing_description;
pub(super) mod no_headings;
pub(super) mod placeholder_link;
pub(super) mod similar_body;
pub(super) mod similar_title;
pub(super) mod title_length;

/// Whether the page is a post: not a section's own page, not a stub, and with front matter that can be read.
fn is_post(page: &Page<'_>) -> bool {
    let asks = || text(page, "topic").is_some() && !page.is_generated;
    page.front().is_some() && !page.is_section() && !asks()
}

/// The text of a key of the front matter, with its place; `None` where there is none.
fn text<'p>(page: &'p Page<'_>, name: &str) -> Option<(&'p str, Range<usize>)> {
    let front = page.front()?;
    let key = page.key(name)?;
    match front.get(&[key]) {
        Some(Value::String(text)) if !text.trim().is_empty() => {
            let place = front.span(&[key]).or_else(|| front.key_span(&[key]));
            Some((text.trim(), place.unwrap_or_else(|| page.front_start())))
        }
        _ => None,
    }
}

/// What the stub of a post wished for, as far as the post still says it.
fn options(page: &Page<'_>) -> Options {
    let path = page.site.generator.options_path();
    match page.front().and_then(|front| front.get(path)) {
        Some(Value::Table(table)) => Options::of_post(table),
        _ => Options::default(),
    }
}

/// How many characters a reader sees.
fn characters(text: &str) -> usize {
    text.graphemes(true).count()
}

/// The room that a text takes, in characters of usual width: those of Chinese, Japanese and Korean, and emoji, take two.
fn room(text: &str) -> usize {
    text.graphemes(true)
        .map(|character| if character.width() > 1 { 2 } else { 1 })
        .sum()
}

/// The words of a text, to compare it with another: small letters, no punctuation, compatible characters as one.
fn words(text: &str) -> Vec<String> {
    let text = text.nfkc().collect::<String>().to_lowercase();
    text.unicode_words().map(str::to_owned).collect()
}

/// The text of the first paragraph that has any, without that of its pictures.
fn opening(page: &Page<'_>) -> String {
    first(page, |tag| matches!(tag, Tag::Paragraph))
}

/// The text of the first block of a kind that has any.
fn first(page: &Page<'_>, is_kind: impl Fn(&Tag<'_>) -> bool) -> String {
    let mut text = String::new();
    let mut is_inside = false;
    let mut pictures = 0;
    for (event, _) in &page.events {
        match event {
            Event::Start(tag) if is_kind(tag) => is_inside = true,
            Event::Start(Tag::Image { .. }) => pictures += 1,
            Event::End(TagEnd::Image) => pictures -= 1,
            Event::End(TagEnd::Paragraph | TagEnd::Heading(_)) if is_inside => {
                if text.chars().any(char::is_alphanumeric) {
                    break;
                }
                is_inside = false;
            }
            Event::Text(piece) | Event::Code(piece) if is_inside && pictures == 0 => {
                text.push_str(piece);
            }
            Event::SoftBreak | Event::HardBreak if is_inside => text.push(' '),
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::testing::{generated, hugo, limits, zola};

    /// Text of any characters as TOML has it.
    fn quoted(text: &str) -> String {
        toml::Value::from(text).to_string()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn any_post_can_be_looked_at(
            title in "(?s).{0,80}",
            description in "(?s).{0,200}",
            keyword in "(?s).{0,20}",
            body in "(?s)(.|[#\\[\\]()<>`*\\n ]){0,200}",
        ) {
            let keys = format!("title = {}\ndescription = {}\n", quoted(&title), quoted(&description));
            let options = format!("keywords = [{}]\nwords = 100\n", quoted(&keyword));
            let page = generated(&keys, &options, &body);
            let limits = limits("title_length = 1\ndescription_length = 0\nmin_words = 10");
            for world in [zola("0.22.0"), hugo()] {
                // All rules look at it; of one it is sure what that one has to say.
                let found = world.quality("long-title", &page, Some(&limits));
                let is_long = characters(title.trim()) > 1;
                prop_assert_eq!(found.len(), usize::from(is_long), "{:?}", found);
                let copy = page.clone();
                let files = [("posts/a.md", page.as_str()), ("posts/b.md", copy.as_str())];
                let same = world.told("similar-title", &files, false).len();
                prop_assert_eq!(same, if words(&title).is_empty() { 0 } else { 2 });
            }
        }
    }

    #[test]
    fn wide_characters_take_two_places() {
        assert_eq!((characters("日本語"), room("日本語")), (3, 6));
        assert_eq!((characters("e\u{301}té"), room("e\u{301}té")), (3, 3));
        assert_eq!((characters("👩‍💻!"), room("👩‍💻!")), (2, 3));
        assert_eq!((characters(""), room("\u{200b}")), (0, 1));
    }

    #[test]
    fn words_are_compared_without_case_and_punctuation() {
        assert_eq!(words("“It’s Redis—fast!”"), words("it’s redis, FAST"));
        assert_eq!(words("Ｒｅｄｉｓ"), ["redis"]);
        assert_eq!(words("?!"), [""; 0]);
    }
}
