//! Headings: no second title, and nothing at their end that the parser would take for markup.

use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Tag};

use crate::finding::{Edit, Severity};
use crate::markdown;

use super::Note;
use super::edits::{apply, is_escaped};

/// Removes a first heading that repeats the title, makes every other H1 an H2 (the title is the page's H1), and keeps
/// braces and number signs at the end of a heading as text.
pub(super) fn tidy(body: &str, title: &str, notes: &mut Vec<Note>) -> String {
    let body = without_title(body, title);
    let mut edits = Vec::new();
    let code = markdown::code_ranges(&body);
    let mut ids = HashSet::new();
    let mut demoted = 0_usize;
    for (event, range) in markdown::events(&body) {
        let Event::Start(Tag::Heading {
            level,
            id,
            classes,
            attrs,
        }) = event
        else {
            continue;
        };
        let raw = &body[range.clone()];
        // One with a line below its text; the text itself may begin with number signs, as in `##x`.
        let setext = raw.trim_end().contains('\n');
        if level == HeadingLevel::H1 {
            demoted += 1;
            edits.push(demote(raw, range.start, setext));
        }
        let mut content = raw.trim_end();
        if setext {
            content = content.rsplit_once('\n').map_or(content, |(text, _)| text);
        } else if let Some(at) = literal_hash(content) {
            edits.push(Edit::insert(range.start + at, "\\"));
        } else {
            content = content.trim_end_matches('#');
        }
        let content = content.trim_end_matches([' ', '\t', '>', '\n']);
        let Some(brace) = content.strip_suffix('}').map(str::len) else {
            continue;
        };
        let plain_id = classes.is_empty()
            && attrs.is_empty()
            && id.is_some_and(|id| is_id(&id) && ids.insert(id.to_string()));
        if !plain_id && !is_escaped(content, brace) && !in_code(&code, range.start + brace) {
            edits.push(Edit::insert(range.start + brace, "\\"));
        }
    }
    if demoted > 0 {
        notes.push(Note::new(
            "heading-level",
            Severity::Info,
            format!("level-one headings that became level two, since the title is the page's level one: {demoted}"),
        ));
    }
    apply(&body, edits)
}

/// The body without a level-one or level-two heading at its start that repeats the title.
fn without_title(body: &str, title: &str) -> String {
    let same = |text: &str| {
        let letters = |s: &str| {
            s.chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect::<String>()
        };
        !letters(text).is_empty() && letters(text) == letters(title)
    };
    match markdown::headings(body).first() {
        Some(first)
            if first.level == 1
                && body[..first.range.start].trim().is_empty()
                && same(&first.text) =>
        {
            body[first.range.end..].trim_start_matches('\n').to_owned()
        }
        _ => body.to_owned(),
    }
}

fn demote(raw: &str, start: usize, setext: bool) -> Edit {
    if !setext {
        return Edit::insert(start, "#");
    }
    let raw = raw.trim_end();
    let underline = raw.len() - raw.trim_end_matches('=').len();
    Edit::replace(start + raw.len() - underline..start + raw.len(), "---")
}

/// Where the last number sign of a heading belongs to its text: `## Learn C #`, but not `## Learn C ##`.
fn literal_hash(content: &str) -> Option<usize> {
    let text = content.trim_end_matches('#');
    let closing = content.len() - text.len();
    let opening = content.len() - content.trim_start_matches('#').len();
    let last_word = text.split_whitespace().next_back().unwrap_or_default();
    let is_text = text.ends_with([' ', '\t'])
        && closing == 1
        && (opening > 1 || matches!(last_word, "C" | "F" | "J"))
        && !last_word.chars().all(|c| c == '#');
    is_text.then_some(text.len())
}

pub(crate) fn is_id(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_alphabetic())
        && id
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// Whether byte `at` belongs to one of the pieces of code, which are in order.
fn in_code(code: &[Range<usize>], at: usize) -> bool {
    let next = code.partition_point(|range| range.end <= at);
    code.get(next).is_some_and(|range| range.start <= at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(body: &str) -> String {
        tidy(body, "The Title!", &mut Vec::new())
    }

    #[test]
    fn braces_and_number_signs_stay_text() {
        for (body, expected) in [
            ("## Options {a, b}\n", "## Options {a, b\\}\n"),
            ("## interface{}\n", "## interface{\\}\n"),
            ("## Use ${x} ##\n", "## Use ${x\\} ##\n"),
            ("## A {#a}\n\n## B {#a}\n", "## A {#a}\n\n## B {#a\\}\n"),
            ("## Use `{x}`\n", "## Use `{x}`\n"),
            ("## Learn C #\n", "## Learn C \\#\n"),
            ("## Learn ##\n", "## Learn ##\n"),
            ("Use {x}\n---\n", "Use {x\\}\n---\n"),
            ("##x\ny\n===\n", "##x\ny\n---\n"),
        ] {
            assert_eq!(tidied(body), expected);
            assert_eq!(tidied(expected), expected);
        }
        assert_eq!(
            markdown::headings("## Options {a, b\\}")[0].text,
            "Options {a, b}"
        );
        assert_eq!(
            markdown::headings("## interface{\\}")[0].text,
            "interface{}"
        );
    }

    #[test]
    fn the_title_goes_and_other_first_levels_become_second() {
        assert_eq!(
            tidied("# **The** title\n\na\n\n# B\n\nC\n=\n"),
            "a\n\n## B\n\nC\n---\n"
        );
    }
}
