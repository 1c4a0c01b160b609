//! The files and positions that a line of Zola's log names.

use super::super::super::build::{NamedFile, Position, between, named_file};

/// The files that a line names: in quotes of any kind, or behind a word to the end of the name.
pub(super) fn files(line: &str) -> Vec<NamedFile> {
    let quoted = ['`', '\'', '"']
        .into_iter()
        .flat_map(|mark| between(line, mark));
    let mut found: Vec<NamedFile> = quoted
        .filter(|text| is_file_name(text))
        .map(|text| named_file(&text))
        .collect();
    if found.is_empty() {
        // Behind what is quoted, which may hold the same words.
        let tail = &line[line.rfind(['`', '"']).map_or(0, |at| at + 1)..];
        found = ["content of ", " in ", "of section ", "of page "]
            .iter()
            .filter_map(|word| {
                let (_, rest) = tail.split_once(word)?;
                let end = rest.rfind(".md")? + ".md".len();
                Some(named_file(&rest[..end]))
            })
            .collect();
    }
    found
}

/// A link is not one: `@/a.md`.
fn is_file_name(text: &str) -> bool {
    let extension = text.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_known = ["md", "toml", "yaml", "yml", "json"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known));
    is_known && !text.starts_with("@/") && !text.contains("://") && text != "config.toml"
}

/// `at line 4, column 1`, `{ line: 4, column: 1 }` (of the file), ` --> 4:1` (of the body).
pub(super) fn position(line: &str) -> Option<Position> {
    let numbers = |text: &str, between: &str| {
        let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
        let end = digits(text);
        let rest = text[end..].strip_prefix(between)?;
        Some((
            text[..end].parse().ok()?,
            rest[..digits(rest)].parse().ok()?,
        ))
    };
    for (mark, between, in_body) in [
        ("at line ", ", column ", false),
        ("line: ", ", column: ", false),
        ("--> ", ":", true),
    ] {
        let found = line
            .split_once(mark)
            .and_then(|(_, rest)| numbers(rest, between));
        if let Some((line, column)) = found {
            return Some(Position {
                line,
                column,
                in_body,
            });
        }
    }
    None
}

/// The text without the position, which is told in a better way.
pub(super) fn without_position(text: &str) -> String {
    if position(text).is_none() {
        return text.to_owned();
    }
    let digits = |c: char| c.is_ascii_digit();
    if let Some((before, rest)) = text.split_once(" at line ") {
        let rest = rest
            .trim_start_matches(digits)
            .trim_start_matches(", column ");
        return format!("{before}{}", rest.trim_start_matches(digits));
    }
    match text.strip_prefix("--> ") {
        Some(_) => String::new(),
        None => text.to_owned(),
    }
}
