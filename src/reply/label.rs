//! The labels of the reply contract, in the forms that models give them.

use unicode_normalization::UnicodeNormalization;

use crate::text::is_unprintable;

/// What a label names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Title,
    Description,
    Tags,
    Categories,
    Body,
}

impl Kind {
    /// The label as the contract spells it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Title => "TITLE",
            Self::Description => "META_DESCRIPTION",
            Self::Tags => "TAGS",
            Self::Categories => "CATEGORIES",
            Self::Body => "MARKDOWN_POST_CONTENT",
        }
    }
}

/// A label at the start of a line, and what stands behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Label<'t> {
    pub(super) kind: Kind,
    /// The rest of the line, without outer blanks; may be empty.
    pub(super) value: &'t str,
    /// Followed by a colon. Without one, a label has to be a heading or all bold.
    pub(super) colon: bool,
    /// Nothing else goes by this name; `CONTENT`, `BODY` and their like may be prose.
    pub(super) strong: bool,
}

const COLONS: [char; 4] = [':', '：', '﹕', '︰'];
const EMPHASIS: [char; 3] = ['*', '_', '`'];

/// Reads the label that a line starts with.
pub(super) fn read(line: &str) -> Option<Label<'_>> {
    let (text, heading) = strip_block_marks(line);
    let name = text.trim_start_matches(EMPHASIS);
    let opened = &text[..text.len() - name.len()];
    let (name, rest) = split_name(name)?;
    let (kind, strong) = kind_of(name)?;

    let unclosed = rest.trim_start_matches(EMPHASIS);
    let closed = unclosed.len() < rest.len() || name.ends_with('_');
    let rest = unclosed.trim_start();
    let Some(value) = rest.strip_prefix(COLONS) else {
        // `MARKDOWN_POST_CONTENT` is no prose, even with nothing around it.
        let unmistakable = kind == Kind::Body && name.starts_with("MARKDOWN_");
        let alone = rest.is_empty() && (heading || unmistakable || (!opened.is_empty() && closed));
        return alone.then_some(Label {
            kind,
            value: "",
            colon: false,
            strong,
        });
    };
    let value = if opened.is_empty() || closed {
        value
    } else {
        strip_closing(value, opened)
    };
    Some(Label {
        kind,
        value: value.trim(),
        colon: true,
        strong,
    })
}

/// A line such as `SLUG: x` that looks like one of our labels and is none.
pub(super) fn is_unknown(line: &str) -> bool {
    let (text, _) = strip_block_marks(line);
    let text = text.trim_start_matches(EMPHASIS);
    let Some((name, rest)) = split_name(text) else {
        return false;
    };
    let rest = rest.trim_start_matches(EMPHASIS).trim_start();
    rest.starts_with(COLONS)
        && name.len() > 1
        && name.chars().all(|c| !c.is_lowercase())
        && kind_of(name).is_none()
}

/// A label of the contract in the middle of a value, in its own spelling.
pub(super) fn within(value: &str) -> Option<Kind> {
    [
        Kind::Title,
        Kind::Description,
        Kind::Tags,
        Kind::Categories,
        Kind::Body,
    ]
    .into_iter()
    .find(|kind| {
        let name = kind.name();
        value.match_indices(name).any(|(at, _)| {
            // `SUBTITLE:` is another word.
            let word = value[..at].ends_with(|c: char| c.is_uppercase() || c == '_');
            !word && value[at + name.len()..].starts_with(COLONS)
        })
    })
}

/// What a name such as `Meta description` or `post_title` names, and whether it can name nothing else.
pub(super) fn kind_of(name: &str) -> Option<(Kind, bool)> {
    let mut normal = String::with_capacity(name.len());
    for c in name.nfkc().filter(|c| *c != '\\') {
        if is_joint(c) {
            if !normal.ends_with(' ') {
                normal.push(' ');
            }
        } else {
            normal.extend(c.to_uppercase());
        }
    }
    let mut name = normal.trim();
    loop {
        let found = match name {
            "TITLE" => (Kind::Title, true),
            "META DESCRIPTION" | "METADESCRIPTION" => (Kind::Description, true),
            "DESCRIPTION" => (Kind::Description, false),
            "TAGS" | "TAG" => (Kind::Tags, true),
            "CATEGORIES" | "CATEGORY" => (Kind::Categories, true),
            "MARKDOWN POST CONTENT"
            | "POST CONTENT"
            | "MARKDOWN CONTENT"
            | "MARKDOWN POST"
            | "MARKDOWN BODY"
            | "POST BODY"
            | "ARTICLE CONTENT"
            | "ARTICLE BODY"
            | "BLOG CONTENT" => (Kind::Body, true),
            "CONTENT" | "BODY" => (Kind::Body, false),
            _ => {
                name = ["BLOG POST ", "BLOG ", "POST ", "ARTICLE "]
                    .iter()
                    .find_map(|prefix| name.strip_prefix(prefix))?;
                continue;
            }
        };
        return Some(found);
    }
}

/// What may stand between the words of a label.
fn is_joint(c: char) -> bool {
    c.is_whitespace() || matches!(c, '_' | '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// The line without the marks of headings and list items, and whether it was a heading.
fn strip_block_marks(line: &str) -> (&str, bool) {
    let mut text = line.trim_matches(|c: char| c.is_whitespace() || is_unprintable(c));
    let mut heading = false;
    // "### 1. TITLE", "- # TITLE": more than three marks are no label any more.
    for _ in 0..3 {
        let hashes = text.len() - text.trim_start_matches('#').len();
        if (1..=6).contains(&hashes) {
            heading = true;
            text = text[hashes..].trim();
            let open = text.trim_end_matches('#');
            if open.ends_with(char::is_whitespace) {
                text = open.trim_end();
            }
        } else if let Some(item) = super::lines::list_item(text) {
            text = item;
        } else {
            break;
        }
    }
    (text, heading)
}

/// The words in front, at most 40 characters, and the rest.
fn split_name(text: &str) -> Option<(&str, &str)> {
    let mut end = text.len();
    for (count, (at, c)) in text.char_indices().enumerate() {
        let letter = c.is_ascii_alphabetic() || matches!(c, 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '＿');
        if !letter && !is_joint(c) && c != '\\' {
            end = at;
            break;
        }
        if count == 40 {
            return None;
        }
    }
    (end > 0).then(|| text.split_at(end))
}

/// Takes away the end of an emphasis that was opened before the label: `**TITLE:** x`, `**TITLE: x**`.
fn strip_closing<'t>(value: &'t str, opened: &str) -> &'t str {
    let value = value.trim();
    let closing: String = opened.chars().rev().collect();
    let glued = value.trim_start_matches(EMPHASIS);
    if glued.len() < value.len() && value.matches(closing.as_str()).count() % 2 == 1 {
        return value.strip_prefix(closing.as_str()).unwrap_or(glued);
    }
    value.strip_suffix(closing.as_str()).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_label_gives_its_value() {
        for line in [
            "TITLE: A b",
            "title: A b",
            "**TITLE:** A b",
            "**TITLE**: A b",
            "**TITLE: A b**",
            "## TITLE: A b",
            "## TITLE: A b ##",
            "- **Title:** A b",
            "1. TITLE: A b",
            "__TITLE__: A b",
            "`TITLE:` A b",
            "TITLE：A b",
            "POST_TITLE: A b",
            "Post title: A b",
            "Blog-Post-Title : A b",
            "  TITLE:\tA b  ",
            "**TITLE:**A b",
            "### **TITLE:** A b",
            "***TITLE:*** A b",
            "_TITLE:_ A b",
            "ＴＩＴＬＥ：A b",
            "POST\\_TITLE: A b",
            "**TITLE: **A b",
        ] {
            let label = read(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((label.kind, label.value), (Kind::Title, "A b"), "{line}");
        }
    }

    #[test]
    fn emphasis_of_the_value_is_left_to_the_value() {
        assert_eq!(read("TITLE: **A** b").map(|l| l.value), Some("**A** b"));
        assert_eq!(read("**TITLE:** **A** b").map(|l| l.value), Some("**A** b"));
        assert_eq!(read("TITLE: Learn C#").map(|l| l.value), Some("Learn C#"));
    }

    #[test]
    fn prose_is_no_label() {
        for line in [
            "The title: x",
            "TITLES: x",
            "Title",
            "title page",
            "TITLE x: y",
            "",
            "**",
            ":",
            "SUBTITLE: x",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
        assert!(read("## Title").is_some_and(|l| !l.colon));
        assert!(read("**Tags**").is_some_and(|l| !l.colon));
    }

    #[test]
    fn unknown_labels_are_told_from_prose() {
        assert!(is_unknown("SLUG: x") && is_unknown("**READING_TIME:** 5"));
        assert!(!is_unknown("Note: x") && !is_unknown("TITLE: x") && !is_unknown("A: x"));
    }
}
