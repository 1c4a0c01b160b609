//! What it takes to have a generator build a site elsewhere, and what its log says: values, and the parsing that all
//! generators share.

use std::ffi::OsString;
use std::path::Path;

use crate::finding::Severity;

/// Where a site is built to: both folders are empty, and lie outside the site.
#[derive(Debug, Clone, Copy)]
pub struct BuildPlace<'a> {
    /// For the pages.
    pub output: &'a Path,
    /// For everything else that the generator would write into the site: caches, processed images.
    pub scratch: &'a Path,
}

/// A call of a generator's program, in the site's folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BuildCommand {
    /// The arguments.
    pub arguments: Vec<OsString>,
    /// Environment variables to set.
    pub variables: Vec<(&'static str, OsString)>,
}

/// What a generator printed while it built.
#[derive(Debug, Clone, Copy, Default)]
pub struct BuildLog<'a> {
    /// Standard output.
    pub stdout: &'a str,
    /// Standard error.
    pub stderr: &'a str,
}

/// One thing that a generator had to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildMessage {
    /// `Error` where it stops or loses something, `Warning` where it says so, `Info` for text of an unknown kind.
    pub severity: Severity,
    /// What it says, on one line.
    pub text: String,
    /// The files that it names, absolute or relative, in the order of the text.
    pub files: Vec<NamedFile>,
    /// Where in the first of them, if it is told apart from the name; in the configuration, where no file is named.
    pub position: Option<Position>,
    /// Whether it says that the files named are left out of the site.
    pub leaves_out: bool,
    /// The path in the built site that it names.
    pub target: Option<String>,
}

/// A file that a message names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// Its path, as it stands in the message.
    pub path: String,
    /// Where in it, if that stands with the name.
    pub position: Option<Position>,
}

/// A place in a file, both numbers from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, of the file or of its body.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
    /// Whether lines are counted from the first one of the body that is not blank.
    pub in_body: bool,
}

/// A page as the generator lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPage {
    /// Its file, from the site's root.
    pub path: String,
    /// The path of its address; `None` where it is to have none.
    pub address: Option<String>,
    /// When it expires, as the generator writes it; `None` for never.
    pub expires: Option<String>,
}

impl BuildMessage {
    /// A message that names nothing.
    pub fn new(severity: Severity, text: impl Into<String>) -> Self {
        Self {
            severity,
            text: text.into(),
            files: Vec::new(),
            position: None,
            leaves_out: false,
            target: None,
        }
    }
}

/// `path`, `path:line` or `path:line:column`.
pub(super) fn named_file(text: &str) -> NamedFile {
    let number = |text: &str| -> Option<usize> {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse().ok()).flatten()
    };
    let at = |line, column| {
        Some(Position {
            line,
            column,
            in_body: false,
        })
    };
    let split = |text: &str| -> Option<(String, usize)> {
        let (path, last) = text.rsplit_once(':')?;
        Some((path.to_owned(), number(last)?))
    };
    match split(text) {
        None => NamedFile {
            path: text.to_owned(),
            position: None,
        },
        Some((rest, last)) => match split(&rest) {
            Some((path, line)) => NamedFile {
                path,
                position: at(line, last),
            },
            None => NamedFile {
                path: rest,
                position: at(last, 1),
            },
        },
    }
}

/// The texts between pairs of this mark, in order; a backslash keeps a double quote from closing. What is no pair is passed over.
pub fn between(text: &str, mark: char) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(mark) {
        let mut inner = String::new();
        let mut characters = after.char_indices();
        let mut end = None;
        while let Some((at, character)) = characters.next() {
            match character {
                '\\' if mark == '"' => match characters.next() {
                    Some((_, next @ ('"' | '\\'))) => inner.push(next),
                    Some((_, next)) => inner.extend(['\\', next]),
                    None => inner.push('\\'),
                },
                _ if character == mark => {
                    end = Some(at + character.len_utf8());
                    break;
                }
                _ => inner.push(character),
            }
        }
        let Some(end) = end else { break };
        found.push(inner);
        rest = &after[end..];
    }
    found
}

/// Whether a line is a part of a picture of source text: `3 | title = "A"`, `  | ^^^`, `> 2 | x`.
pub(super) fn is_picture(line: &str) -> bool {
    let line = line.trim_start().trim_start_matches('>').trim_start();
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let behind = rest.trim_start();
    behind.starts_with('|') || (!line.is_empty() && line.bytes().all(|byte| b"^-".contains(&byte)))
}

/// Text without the sequences that color it.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' && characters.peek() == Some(&'[') {
            characters.next();
            while characters
                .next_if(|c| c.is_ascii_digit() || *c == ';')
                .is_some()
            {}
            characters.next_if(char::is_ascii_alphabetic);
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a.md", "a.md", None)]
    #[case("/x/a b.md:3:7", "/x/a b.md", Some((3, 7)))]
    #[case("C:\\a.md:3", "C:\\a.md", Some((3, 1)))]
    #[case("a:b:c", "a:b:c", None)]
    #[case("a:99999999999999999999999:1", "a:99999999999999999999999", Some((1, 1)))]
    fn names_of_files(
        #[case] text: &str,
        #[case] path: &str,
        #[case] position: Option<(usize, usize)>,
    ) {
        let named = named_file(text);
        assert_eq!(named.path, path);
        let found = named.position.map(|place| (place.line, place.column));
        assert_eq!(found, position);
    }

    #[test]
    fn quoted_texts() {
        assert_eq!(between(r#"a "b" c "d\"e\n" "f"#, '"'), ["b", r#"d"e\n"#]);
        assert_eq!(between("`a` and 'b'", '`'), ["a"]);
        assert_eq!(between("", '"'), [] as [&str; 0]);
    }

    #[test]
    fn pictures_of_source_text() {
        for line in [
            "  |",
            "4 | foo = \"x\"",
            "  | ^^^",
            ">  2 | title",
            "   ^",
            "  |    ^---",
        ] {
            assert!(is_picture(line), "{line}");
        }
        for line in ["unknown field `a|b`", "", "4", "- `/a/` from files"] {
            assert!(!is_picture(line), "{line}");
        }
    }

    #[test]
    fn colors_are_taken_away() {
        assert_eq!(plain("\u{1b}[1;31mERROR\u{1b}[0m a\u{1b}"), "ERROR a\u{1b}");
    }
}
