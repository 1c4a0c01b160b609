//! A second front matter at the start of a body.

use std::ops::Range;

use crate::finding::Severity;

use super::Note;

/// The body without front matter of its own: the page has its own already, and a reader would see this one.
pub(super) fn remove(body: &str, notes: &mut Vec<Note>) -> String {
    let Some(block) = find(body) else {
        return body.to_owned();
    };
    notes.push(
        Note::new(
            "second-front-matter",
            Severity::Warning,
            "the body began with front matter of its own, which was left out",
        )
        .help("the recorded reply still has it; nothing in it was used"),
    );
    body[block.end..].trim_start_matches('\n').to_owned()
}

/// The bytes of a block at the start of a body that is front matter by its looks: lines between two delimiters, the
/// first of them with a key that pages have.
pub(crate) fn find(body: &str) -> Option<Range<usize>> {
    let start = body.len() - body.trim_start_matches(['\n', '\r']).len();
    let mut lines = body[start..].split_inclusive('\n');
    let delimiter = lines.next()?;
    let mark = delimiter.trim_end();
    if !matches!(mark, "---" | "+++") {
        return None;
    }
    let separator = if mark == "---" { ':' } else { '=' };
    let mut end = start + delimiter.len();
    let mut keys = 0;
    for line in lines {
        end += line.len();
        let text = line.trim_end();
        if text == mark {
            return (keys > 0).then_some(start..end);
        }
        if key(text, separator).is_some_and(is_known) {
            keys += 1;
        } else if keys == 0 && !text.starts_with('#') || is_prose(text, separator) {
            return None;
        }
    }
    None
}

fn key(line: &str, separator: char) -> Option<&str> {
    let (key, _) = line.split_once(separator)?;
    let key = key.trim_end().trim_matches('"');
    let is_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    (!key.is_empty() && key.chars().all(is_key)).then_some(key)
}

/// Whether a line is neither a key, nor a part of a list or table, nor indented, nor blank.
fn is_prose(line: &str, separator: char) -> bool {
    !line.is_empty()
        && !line.starts_with([' ', '\t', '-', '[', ']', '{', '}', '"', '#'])
        && key(line, separator).is_none()
}

/// Keys that pages have, whatever the generator.
fn is_known(key: &str) -> bool {
    const KEYS: [&str; 26] = [
        "title",
        "description",
        "date",
        "draft",
        "tags",
        "categories",
        "slug",
        "path",
        "url",
        "aliases",
        "layout",
        "template",
        "author",
        "authors",
        "weight",
        "keywords",
        "summary",
        "type",
        "updated",
        "lastmod",
        "image",
        "cover",
        "taxonomies",
        "permalink",
        "published",
        "topic",
    ];
    KEYS.contains(&key.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_told_from_rules() {
        for (body, found) in [
            ("---\ntitle: A\nx: y\n---\nText", true),
            ("\n\n+++\ntitle = \"A\"\n[extra]\nx = 1\n+++\nText", true),
            ("---\ntags:\n  - a\n- b\n---\n", true),
            ("---\n\nNote: text\n\n---\n", false),
            ("---\ntitle: A\n\nText without an end.\n", false),
            ("---\nNote: text.\n---\n", false),
            ("---\n---\n", false),
            ("Text\n---\ntitle: A\n---\n", false),
        ] {
            assert_eq!(find(body).is_some(), found, "{body}");
        }
    }
}
