//! Small helpers for text that came from somewhere else.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Foreign text (from a model, a server, a file name) made safe to print: control characters, bidirectional overrides
/// and invisible characters become visible escapes such as `\u{1b}`, so that none of them reaches a terminal or a CI log.
/// Line feeds become `\n` as well, so the result is one line.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unprintable) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_unprintable(character) {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

/// How CI services are spoken to by what is printed, wherever it stands in a line: the older form of GitHub Actions,
/// Azure Pipelines, `TeamCity`.
const LOG_COMMANDS: [&str; 3] = ["##[", "##vso[", "##teamcity["];

/// Lines for a log, in which no CI service finds a command: `::` begins none of them, blanks aside, and `##[` and the like
/// stand in none. Text from a model, a server or a page stands in them, and must not set what later steps read.
pub fn tame(lines: &str) -> Cow<'_, str> {
    if !lines.contains("::") && !lines.contains("##") {
        return Cow::Borrowed(lines);
    }
    let mut out = String::with_capacity(lines.len() + 16);
    for line in lines.split_inclusive('\n') {
        let text = line.trim_start();
        let (blanks, text) = line.split_at(line.len() - text.len());
        out.push_str(blanks);
        match text.strip_prefix("::") {
            Some(rest) => out.extend(["\\u{3a}:", rest]),
            None => out.push_str(text),
        }
    }
    for command in LOG_COMMANDS {
        out = out.replace(command, &format!("#\\u{{23}}{}", &command[2..]));
    }
    Cow::Owned(out)
}

/// The same for JSON, which stays what it says; characters that [`escape`] takes are written as JSON's own escapes. No
/// line of JSON begins with a string's text.
pub fn tame_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if is_unprintable(character) && character != '\n' {
            for unit in character.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(character);
        }
    }
    for command in LOG_COMMANDS {
        out = out.replace(command, &format!("#\\u0023{}", &command[2..]));
    }
    out
}

/// Control, bidirectional, zero-width and tag characters, and the separators of lines and paragraphs: the ones
/// that can deceive a reader of a log.
pub fn is_unprintable(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Whether a joiner between these two means something: in an emoji, or in a script whose letters join.
pub fn joins(before: Option<char>, after: Option<char>) -> bool {
    let meant = |c: char| {
        c == '\u{fe0f}'
            || matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
            || matches!(c, '\u{0590}'..='\u{109f}' | '\u{1780}'..='\u{18af}' | '\u{a800}'..='\u{abff}')
    };
    // Suffixes of languages that are written from right to left are joined to words of other scripts too.
    let right_to_left = |c: char| matches!(c, '\u{0590}'..='\u{08ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}');
    // Behind a sign that takes a vowel away it chooses the form of the consonant, at the end of a word as well.
    let is_virama = |c: char| {
        "\u{094d}\u{09cd}\u{0a4d}\u{0acd}\u{0b4d}\u{0bcd}\u{0c4d}\u{0ccd}\u{0d4d}\u{0dca}"
            .contains(c)
    };
    before.is_some_and(right_to_left)
        || before.is_some_and(is_virama)
        || after.is_some_and(right_to_left)
        || (before.is_some_and(meant) && after.is_some_and(meant))
}

/// Whether a line within the text, with lines above and below it, is blank.
pub fn has_blank_line(text: &str) -> bool {
    let mut lines = text.split('\n').skip(1).peekable();
    while let Some(line) = lines.next() {
        if lines.peek().is_some() && line.trim().is_empty() {
            return true;
        }
    }
    false
}

/// At most `limit` characters of `text`, with `…` where something was left out.
pub fn shorten(text: &str, limit: usize) -> Cow<'_, str> {
    match text.char_indices().nth(limit) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
    }
}

/// The name among `known` that `name` was probably meant to be: the one with the fewest edits, at most a third of its length.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Long enough to tell every name that there is; a longer one is none of them.
    let name: String = name.to_lowercase().chars().take(64).collect();
    known
        .into_iter()
        .map(|candidate| (edits(&name, &candidate.to_lowercase()), candidate))
        .filter(|(edits, candidate)| *edits <= candidate.chars().count().div_ceil(3))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance, in characters.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substitution = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substitution.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// Text with `%41` resolved; as it is where that gives no UTF-8.
pub fn percent_decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
        match (bytes[at], hex(bytes.get(at + 1)), hex(bytes.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or(b'%'));
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// A path as the destination of a link: what Markdown, HTML or a template could take for something else becomes `%28`.
/// Letters of all scripts stay.
pub fn percent_encoded(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for character in path.chars() {
        let is_plain = character.is_ascii_alphanumeric() || "/._-~+,@".contains(character);
        let is_letter =
            !character.is_ascii() && !is_unprintable(character) && !character.is_whitespace();
        if is_plain || is_letter {
            out.push(character);
        } else {
            for byte in character.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// A path seen from a folder, without slashes at its start; `None` where it leads out.
pub fn join_path(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = if path.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').collect()
    };
    parts.retain(|part| !part.is_empty());
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_stand_between_others() {
        for (text, expected) in [
            ("a\n\nb", true),
            ("a\r\n\r\nb", true),
            ("a\n \nb", true),
            ("a\nb\n", false),
            ("\na", false),
            ("", false),
        ] {
            assert_eq!(has_blank_line(text), expected, "{text:?}");
        }
    }

    #[test]
    fn escape_shows_what_a_terminal_would_obey() {
        assert_eq!(
            escape("a\u{1b}[2J\u{202e}b\n::error::"),
            "a\\u{1b}[2J\\u{202e}b\\n::error::"
        );
        assert_eq!(
            escape("\u{85}\u{9b}\u{61c}\u{180e}\u{200b}\u{2028}\u{2029}\u{2066}\u{feff}"),
            "\\u{85}\\u{9b}\\u{61c}\\u{180e}\\u{200b}\\u{2028}\\u{2029}\\u{2066}\\u{feff}"
        );
        assert_eq!(escape("Grüße, 日本"), "Grüße, 日本");
    }

    #[test]
    fn no_line_is_a_command_to_a_ci_service() {
        assert_eq!(
            tame(
                "::error::a\n \t::set-output name=b::c\nd ::e\n##[add-mask]f ##vso[task.x]\n## [g] ##\n"
            ),
            "\\u{3a}:error::a\n \t\\u{3a}:set-output name=b::c\nd ::e\n#\\u{23}[add-mask]f #\\u{23}vso[task.x]\n## [g] ##\n"
        );
        let json =
            serde_json::json!({"a": "##vso[x] #####[y] ::z \u{1b} \u{9b}1m \u{202e} \u{e0041} \\"});
        let tamed = tame_json(&json.to_string());
        assert!(
            !tamed.contains("##vso[") && !tamed.contains("##["),
            "{tamed}"
        );
        assert!(!tamed.chars().any(is_unprintable), "{tamed}");
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&tamed).unwrap(),
            json
        );
    }

    #[test]
    fn nearest_finds_slips_and_nothing_else() {
        assert_eq!(
            nearest("temprature", ["temperature", "jobs"]),
            Some("temperature")
        );
        assert_eq!(nearest("weight", ["tone", "topic"]), None);
    }

    #[test]
    fn shorten_counts_characters() {
        assert_eq!(shorten("日本語", 2), "日本…");
        assert_eq!(shorten("abc", 3), "abc");
    }
}
