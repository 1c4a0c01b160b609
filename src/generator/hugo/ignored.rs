//! Hugo's `ignoreFiles`: regular expressions that match anywhere in a file's path.
//!
//! They are rewritten as globs, which cover what such settings are made of: literal text, `.`, `.*`, `.+`, classes,
//! alternatives and anchors. Anything else is reported as not understood, never guessed at.

use globset::{GlobBuilder, GlobSetBuilder};

use super::super::Ignored;

/// Makes the patterns ready.
pub(super) fn ready(patterns: &[String]) -> Ignored {
    let mut builder = GlobSetBuilder::new();
    let mut strange = Vec::new();
    for pattern in patterns {
        match globs(pattern) {
            Some(globs) => {
                for glob in globs {
                    builder.add(glob);
                }
            }
            None => strange.push(pattern.clone()),
        }
    }
    match builder.build() {
        Ok(set) => Ignored {
            set,
            folders: true,
            strange,
        },
        Err(_) => Ignored {
            strange: patterns.to_vec(),
            ..Ignored::default()
        },
    }
}

/// The globs that together match the same paths; `None` where the expression has something that globs do not.
fn globs(regex: &str) -> Option<Vec<globset::Glob>> {
    alternatives(regex)?
        .into_iter()
        .map(|part| {
            GlobBuilder::new(&anchored(part)?)
                .literal_separator(false)
                .backslash_escape(true)
                .empty_alternates(true)
                .build()
                .ok()
        })
        .collect()
}

fn anchored(regex: &str) -> Option<String> {
    let (start, rest) = match regex.strip_prefix('^') {
        Some(rest) => ("", rest),
        None => ("*", regex),
    };
    let (rest, end) = match rest.strip_suffix('$') {
        Some(rest) if !ends_in_escape(rest) => (rest, ""),
        _ => (rest, "*"),
    };
    Some(format!("{start}{}{end}", translate(rest)?))
}

fn ends_in_escape(text: &str) -> bool {
    (text.len() - text.trim_end_matches('\\').len()) % 2 == 1
}

fn translate(regex: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = regex;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        rest = match c {
            '.' => any(after, &mut out),
            '\\' => escaped(after, &mut out)?,
            '[' => class(after, &mut out)?,
            '(' => group(after, &mut out)?,
            '^' | '$' | '|' | ')' | '{' | '}' | '*' | '+' | '?' => return None,
            c => {
                push_literal(c, &mut out);
                after
            }
        };
        // Of repetitions, only those of `.` have a glob, and they are taken above.
        if rest.starts_with(['*', '+', '?', '{']) {
            return None;
        }
    }
    Some(out)
}

fn any<'a>(after: &'a str, out: &mut String) -> &'a str {
    if let Some(rest) = after.strip_prefix('*') {
        out.push('*');
        rest
    } else if let Some(rest) = after.strip_prefix('+') {
        out.push_str("?*");
        rest
    } else {
        out.push('?');
        after
    }
}

fn escaped<'a>(after: &'a str, out: &mut String) -> Option<&'a str> {
    let c = after.chars().next()?;
    match c {
        'd' => out.push_str("[0-9]"),
        'w' => out.push_str("[0-9A-Za-z_]"),
        c if c.is_alphanumeric() => return None,
        c => push_literal(c, out),
    }
    Some(&after[c.len_utf8()..])
}

fn class<'a>(after: &'a str, out: &mut String) -> Option<&'a str> {
    let (class, rest) = after.split_once(']')?;
    let (not, letters) = match class.strip_prefix('^') {
        Some(letters) => ("!", letters),
        None => ("", class),
    };
    if letters.is_empty() || letters.contains(['\\', '[', '!', '^']) {
        return None;
    }
    out.push('[');
    out.push_str(not);
    out.push_str(letters);
    out.push(']');
    Some(rest)
}

/// A group of alternatives; the parenthesis that opens it is taken already.
fn group<'a>(after: &'a str, out: &mut String) -> Option<&'a str> {
    let after = after.strip_prefix("?:").unwrap_or(after);
    let end = unescaped(after, ')').next()?;
    let parts: Option<Vec<String>> = alternatives(&after[..end])?
        .into_iter()
        .map(translate)
        .collect();
    out.push('{');
    out.push_str(&parts?.join(","));
    out.push('}');
    Some(&after[end + 1..])
}

/// The parts between the `|` that stand in no group. A group in a group has none: it is not understood.
fn alternatives(regex: &str) -> Option<Vec<&str>> {
    let mut groups = 0_i32;
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, c) in unescaped_chars(regex) {
        match c {
            '(' => groups += 1,
            ')' => groups -= 1,
            '|' if groups == 0 => {
                parts.push(&regex[start..at]);
                start = at + 1;
            }
            _ => {}
        }
        if !(0..=1).contains(&groups) {
            return None;
        }
    }
    parts.push(&regex[start..]);
    Some(parts)
}

fn unescaped(text: &str, wanted: char) -> impl Iterator<Item = usize> {
    unescaped_chars(text)
        .filter(move |(_, c)| *c == wanted)
        .map(|(at, _)| at)
}

fn unescaped_chars(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut escape = false;
    text.char_indices().filter(move |(_, c)| {
        let is_plain = !escape && *c != '\\';
        escape = !escape && *c == '\\';
        is_plain
    })
}

fn push_literal(c: char, out: &mut String) {
    if matches!(c, '*' | '?' | '[' | ']' | '{' | '}' | ',' | '\\' | '!') {
        out.push('\\');
    }
    out.push(c);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(r"\.stub\.md$", "/s/content/a.stub.md", true)]
    #[case(r"\.stub\.md$", "/s/content/a.stub.md.md", false)]
    #[case(r"\.stub\.md$", "/s/content/axstub.md", false)]
    #[case(r"/drafts/", "/s/content/drafts/a.md", true)]
    #[case(r"^/s/content/old/.+\.md$", "/s/content/old/a/b.md", true)]
    #[case(r"^content/", "/s/content/a.md", false)]
    #[case(r"\.(Rmd|foo)$|_files/", "/s/content/a.Rmd", true)]
    #[case(r"\.(Rmd|foo)$|_files/", "/s/content/x_files/a.md", true)]
    #[case(r"\.(Rmd|foo)$|_files/", "/s/content/a.md", false)]
    #[case(r"note-[0-9]\d[^a]\.md", "/s/note-12b.md", true)]
    #[case(r"note-[0-9]\d[^a]\.md", "/s/note-12a.md", false)]
    #[case(r"a, \{b\}!", "/s/a, {b}!.md", true)]
    fn matches_what_the_expression_matches(
        #[case] pattern: &str,
        #[case] path: &str,
        #[case] expected: bool,
    ) {
        let ignored = ready(&[pattern.to_owned()]);
        assert_eq!(ignored.strange, Vec::<String>::new());
        assert_eq!(ignored.set.is_match(path), expected);
    }

    #[rstest]
    #[case("a+b")]
    #[case(r"(?i)draft")]
    #[case(r"\bx")]
    #[case("((a)b)")]
    #[case("a{2}")]
    #[case("(unclosed")]
    #[case("[unclosed")]
    #[case("x$y")]
    fn says_what_it_does_not_understand(#[case] pattern: &str) {
        let ignored = ready(&[pattern.to_owned(), r"\.x$".to_owned()]);
        assert_eq!(ignored.strange, [pattern]);
        assert!(ignored.set.is_match("/s/a.x"));
    }

    proptest! {
        #[test]
        fn never_panics(pattern in r"[\\PC\\\\^$.|?*+()\[\]{}a]{0,20}") {
            ready(&[pattern]);
        }
    }
}
