//! What the Markdown parser knows of a body: its events, its headings, its code, its visible text.
//!
//! The options are those that Zola uses; Hugo's parser agrees on everything that is asked here.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};
use unicode_segmentation::UnicodeSegmentation;

mod excerpt;
mod tildes;

pub use excerpt::beginning;
pub use tildes::struck_in_goldmark;

/// A code block of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeBlock {
    /// What stands behind the opening fence; `None` for an indented block.
    pub info: Option<String>,
    /// Its text as a page shows it, with the final line feed.
    pub text: String,
    /// Its bytes in the body, fences included.
    pub range: Range<usize>,
}

/// A heading of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its text as a page shows it.
    pub text: String,
    /// The id given in braces, `{#id}`.
    pub id: Option<String>,
    /// Its bytes in the body.
    pub range: Range<usize>,
}

/// The Markdown extensions that Zola switches on and that Hugo has as well.
pub fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
}

/// A parser over `markdown`, for what its events cannot tell: the reference definitions.
pub fn parser(markdown: &str) -> Parser<'_> {
    Parser::new_ext(markdown, options())
}

/// All events with the bytes that they come from.
pub fn events(markdown: &str) -> Vec<(Event<'_>, Range<usize>)> {
    parser(markdown).into_offset_iter().collect()
}

/// The headings, in order.
pub fn headings(markdown: &str) -> Vec<Heading> {
    let mut found = Vec::new();
    let mut open: Option<Heading> = None;
    for (event, range) in events(markdown) {
        match event {
            Event::Start(Tag::Heading { level, id, .. }) => {
                open = Some(Heading {
                    level: level as u8,
                    text: String::new(),
                    id: id.map(|id| id.to_string()),
                    range,
                });
            }
            Event::End(TagEnd::Heading(_)) => found.extend(open.take()),
            Event::Text(text) | Event::Code(text) => {
                if let Some(heading) = &mut open {
                    heading.text.push_str(&text);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = &mut open {
                    heading.text.push(' ');
                }
            }
            _ => {}
        }
    }
    found
}

/// The code blocks, fenced and indented, in order.
pub fn code_blocks(markdown: &str) -> Vec<CodeBlock> {
    let mut found = Vec::new();
    let mut open: Option<CodeBlock> = None;
    for (event, range) in events(markdown) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                open = Some(CodeBlock {
                    info: match kind {
                        CodeBlockKind::Fenced(info) => Some(info.to_string()),
                        CodeBlockKind::Indented => None,
                    },
                    text: String::new(),
                    range,
                });
            }
            Event::End(TagEnd::CodeBlock) => found.extend(open.take()),
            Event::Text(text) => {
                if let Some(block) = &mut open {
                    block.text.push_str(&text);
                }
            }
            _ => {}
        }
    }
    found
}

/// The bytes of all code, in order: blocks with their fences, spans with their backticks.
pub fn code_ranges(markdown: &str) -> Vec<Range<usize>> {
    events(markdown)
        .into_iter()
        .filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_)) | Event::Code(_)))
        .map(|(_, range)| range)
        .collect()
}

/// The bytes of running text, in order: neither code nor markup nor destinations of links. A backslash may be put
/// before any punctuation character in them without changing what is read.
pub fn text_ranges(markdown: &str) -> Vec<Range<usize>> {
    let mut literal_until = 0;
    let mut found = Vec::new();
    for (event, range) in events(markdown) {
        match event {
            Event::Start(
                Tag::CodeBlock(_)
                | Tag::Link {
                    link_type: LinkType::Autolink | LinkType::Email,
                    ..
                },
            ) => literal_until = range.end,
            Event::Text(_) if range.start >= literal_until => found.push(range),
            _ => {}
        }
    }
    found
}

/// What a reader sees, without code blocks. Blocks and table cells are on lines of their own; raw HTML counts as
/// nothing.
pub fn visible_text(markdown: &str) -> String {
    text_of(markdown, true)
}

/// How many words a reader sees, code not counted. Words are those of UAX #29; in a script that is written without
/// blanks between words, two characters count as one.
pub fn word_count(markdown: &str) -> usize {
    words_of(&text_of(markdown, false))
}

/// What a body says of itself at one look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Digest {
    /// The texts of its headings, as a page shows them.
    pub headings: Vec<String>,
    /// The destinations of its links, images aside, with entities and escapes resolved.
    pub links: Vec<String>,
}

/// Looks once through a body for its headings and its links.
pub fn digest(markdown: &str) -> Digest {
    let mut digest = Digest::default();
    let mut heading: Option<String> = None;
    for event in parser(markdown) {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => digest.headings.extend(heading.take()),
            Event::Start(Tag::Link { dest_url, .. }) => digest.links.push(dest_url.into_string()),
            Event::Text(piece) | Event::Code(piece) => {
                if let Some(heading) = &mut heading {
                    heading.push_str(&piece);
                }
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some(heading) = &mut heading {
                    heading.push(' ');
                }
            }
            _ => {}
        }
    }
    digest
}

fn words_of(text: &str) -> usize {
    let mut words = 0;
    let mut characters = 0;
    for word in text.unicode_words() {
        if word.is_ascii() {
            words += usize::from(word.bytes().any(|byte| byte.is_ascii_alphanumeric()));
            continue;
        }
        let unspaced = word.chars().filter(|&c| is_unspaced(c)).count();
        characters += unspaced;
        if word.chars().any(|c| c.is_alphanumeric() && !is_unspaced(c)) {
            words += 1;
        }
    }
    words + characters.div_ceil(2)
}

fn text_of(markdown: &str, with_inline_code: bool) -> String {
    let mut text = VisibleText::new(with_inline_code);
    for (event, _) in events(markdown) {
        text.push(&event);
    }
    text.text
}

/// What a reader sees, gathered event by event.
struct VisibleText {
    text: String,
    in_code: bool,
    with_inline_code: bool,
}

impl VisibleText {
    fn new(with_inline_code: bool) -> Self {
        Self {
            text: String::new(),
            in_code: false,
            with_inline_code,
        }
    }

    fn push(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => self.in_code = true,
            Event::End(TagEnd::CodeBlock) => self.in_code = false,
            Event::Text(piece) if !self.in_code => self.text.push_str(piece),
            Event::Code(piece) if self.with_inline_code => self.text.push_str(piece),
            Event::Code(_) | Event::SoftBreak => self.text.push(' '),
            Event::HardBreak | Event::Rule => self.text.push('\n'),
            Event::End(end) if ends_line(*end) && !self.text.ends_with('\n') => {
                self.text.push('\n');
            }
            _ => {}
        }
    }
}

fn ends_line(end: TagEnd) -> bool {
    matches!(
        end,
        TagEnd::Paragraph
            | TagEnd::Heading(_)
            | TagEnd::Item
            | TagEnd::TableCell
            | TagEnd::TableRow
    )
}

/// Whether `character` belongs to a script that puts no blanks between words.
pub fn is_unspaced(character: char) -> bool {
    matches!(character,
        '\u{0e00}'..='\u{0eff}'      // Thai, Lao
        | '\u{1000}'..='\u{109f}'    // Myanmar
        | '\u{1780}'..='\u{17ff}'    // Khmer
        | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30ff}'    // Hiragana, Katakana
        | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}'    // Han
        | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}'
        | '\u{ff66}'..='\u{ff9f}'    // half-width Katakana
        | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_counted_without_code_and_markup() {
        assert_eq!(
            word_count("# One two\n\nIt's *three*-four `x y` [five](u).\n\n```\nno no\n```\n"),
            6
        );
        assert_eq!(word_count("日本語です。"), 3);
        assert_eq!(word_count("Redisは速い"), 1 + 2);
        assert_eq!(word_count("ภาษาไทย"), 4);
        assert_eq!(word_count(""), 0);
    }

    #[test]
    fn headings_have_text_level_and_id() {
        let found = headings("## A `b` c {#x}\n\nSet\n===\n");
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].level, found[0].text.as_str()), (2, "A b c"));
        assert_eq!(found[0].id.as_deref(), Some("x"));
        assert_eq!((found[1].level, found[1].text.as_str()), (1, "Set"));
    }

    #[test]
    fn code_blocks_are_what_a_page_shows() {
        let found = code_blocks("> ```rust\n> a\n>  b\n> ```\n\n    c\n");
        assert_eq!(found[0].info.as_deref(), Some("rust"));
        assert_eq!(found[0].text, "a\n b\n");
        assert_eq!(
            (found[1].info.as_deref(), found[1].text.as_str()),
            (None, "c\n")
        );
    }

    #[test]
    fn visible_text_keeps_blocks_apart() {
        assert_eq!(
            visible_text("# A\n\nb *c* `d`\ne\n\n| f | g |\n|---|---|\n| h | i |\n"),
            "A\nb c d e\nf\ng\nh\ni\n"
        );
    }
}
