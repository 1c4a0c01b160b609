//! Topics from a list or a table.

use anyhow::{Context as _, bail};

use super::Entry;
use crate::text::{escape, nearest, shorten};

/// The columns that a table may have.
const COLUMNS: [&str; 10] = [
    "topic", "section", "slug", "brief", "audience", "tone", "keywords", "words", "language",
    "context",
];

/// What may stand between the columns of a table.
const SEPARATORS: [u8; 3] = *b",;\t";

/// The topics in a text: a table where its first line is a header with the column `topic`, else one a line.
///
/// # Errors
/// Names the line of a table that cannot be used.
pub(super) fn read(text: &str) -> anyhow::Result<Vec<Entry>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = text.lines().next().unwrap_or_default();
    let by = |is: fn(&str, u8) -> bool| SEPARATORS.into_iter().find(|mark| is(header, *mark));
    if let Some(separator) = by(is_header) {
        return read_table(text, separator);
    }
    if by(names_columns).is_some() {
        bail!(
            "line 1: `{}` reads like the header of a table, and none of its columns is called `topic`; \
             give the column with the topics that name",
            escape(&shorten(header, 80))
        );
    }
    Ok(text.lines().filter_map(topic).map(Entry::about).collect())
}

/// Whether a line is hardly a topic: two of its columns have names that a table's columns may have, or one has and the
/// others are single words too.
fn names_columns(line: &str, separator: u8) -> bool {
    let is_known = |name: &String| COLUMNS.contains(&name.as_str());
    let is_word = |name: String| !name.is_empty() && !name.contains(char::is_whitespace);
    let known = columns(line, separator).filter(is_known).count();
    let all = columns(line, separator).count();
    known > 1 || known == 1 && all > 1 && columns(line, separator).all(is_word)
}

fn columns(line: &str, separator: u8) -> impl Iterator<Item = String> {
    line.split(char::from(separator))
        .map(|column| column.trim().trim_matches('"').to_lowercase())
}

fn is_header(line: &str, separator: u8) -> bool {
    columns(line, separator).any(|column| column == "topic")
}

/// The topic in a line of a list, without the bullet or number of its item; none in a comment or a blank line.
fn topic(line: &str) -> Option<&str> {
    let line = line.trim();
    if line.starts_with('#') {
        return None;
    }
    let topic = without_bullet(line).unwrap_or(line).trim();
    (!topic.is_empty()).then_some(topic)
}

fn without_bullet(line: &str) -> Option<&str> {
    let after_number = || {
        let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
        // A longer number is rather a year.
        let is_item = (1..=3).contains(&(line.len() - rest.len()));
        rest.strip_prefix(['.', ')']).filter(|_| is_item)
    };
    let rest = line.strip_prefix(['-', '*', '+']).or_else(after_number)?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then_some(rest)
}

/// A table whose first line names its columns.
fn read_table(text: &str, separator: u8) -> anyhow::Result<Vec<Entry>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let columns: Vec<String> = reader.headers()?.iter().map(str::to_lowercase).collect();
    for column in &columns {
        if !COLUMNS.contains(&column.as_str()) {
            let hint = nearest(column, COLUMNS).map_or_else(|| COLUMNS.join(", "), str::to_owned);
            bail!(
                "line 1: unknown column `{}`; did you mean {hint}?",
                escape(column)
            );
        }
    }
    let mut entries = Vec::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let mut entry = Entry::default();
        for (column, value) in columns
            .iter()
            .zip(record.iter())
            .filter(|(_, value)| !value.is_empty())
        {
            set(&mut entry, column, value).with_context(|| format!("line {line}"))?;
        }
        if entry.topic.is_empty() {
            bail!("line {line}: there is no topic");
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn set(entry: &mut Entry, column: &str, value: &str) -> anyhow::Result<()> {
    let text = || Some(value.to_owned());
    match column {
        "topic" => value.clone_into(&mut entry.topic),
        "section" => entry.section = text(),
        "slug" => entry.slug = text(),
        "brief" => entry.brief = text(),
        "audience" => entry.audience = text(),
        "tone" => entry.tone = text(),
        "language" => entry.language = text(),
        "keywords" => entry.keywords = items(value, &[',', ';']),
        "context" => entry.context = items(value, &[';']),
        "words" => {
            let words = value.parse().ok().filter(|words| *words > 0);
            entry.words = Some(
                words
                    .with_context(|| format!("`words` takes a number, not `{}`", escape(value)))?,
            );
        }
        _ => {}
    }
    Ok(())
}

/// The items of a list in a cell. A comma may stand in a path, and hardly in a keyword.
fn items(value: &str, separators: &[char]) -> Vec<String> {
    value
        .split(separators)
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_table_is_read_by_its_header() {
        let table = "Topic,keywords,words,context\n\"A, b\",x; y,900,content/a.md\n";
        let entries = read(table).expect("table");
        assert_eq!(entries[0].context, ["content/a.md"]);
        assert_eq!(entries[0].topic, "A, b");
        assert_eq!(entries[0].keywords, ["x", "y"]);
        assert_eq!(entries[0].words, Some(900));
        let error = |text: &str| format!("{:#}", read(text).unwrap_err());
        assert_eq!(
            error("topic,audiense\nA,b\n"),
            "line 1: unknown column `audiense`; did you mean audience?"
        );
        assert_eq!(
            error("topic,words\nA,many\n"),
            "line 2: `words` takes a number, not `many`"
        );
    }

    #[test]
    fn a_table_may_have_other_separators() {
        for text in ["topic;words\nA, b;900\n", "words\ttopic\n900\tA, b\n"] {
            let entries = read(text).expect("table");
            assert_eq!(
                (entries[0].topic.as_str(), entries[0].words),
                ("A, b", Some(900))
            );
        }
    }

    #[test]
    fn keywords_are_set_apart_by_either_mark() {
        for text in [
            "topic;keywords\nA;a, b\n",
            "topic;keywords\nA;\"a;b\"\n",
            "topic,keywords\nA,\"a,b\"\n",
            "topic\tkeywords\nA\ta; b\n",
        ] {
            assert_eq!(read(text).expect("table")[0].keywords, ["a", "b"], "{text}");
        }
    }

    #[test]
    fn a_header_without_topics_is_no_list() {
        for text in [
            "title,section\nA,b\n",
            "Titel;Section;Words\nA;b;3\n",
            "slug\tbrief\na\tb\n",
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains("is called `topic`"), "{text}: {error}");
        }
        for text in [
            "Tone, and how to find yours\n",
            "Words\n",
            "Slug, snail and worm\n",
        ] {
            assert_eq!(read(text).expect("list").len(), 1, "{text}");
        }
    }

    #[test]
    fn a_list_is_read_without_bullets_and_comments() {
        let text = "# Ideas\n- One\n * Two\n\n+ Three\n1. Four\n12) Five\n-\n2024. A year\n3.5 reasons\n-x\n";
        let entries = read(text).expect("list");
        let topics: Vec<&str> = entries.iter().map(|entry| entry.topic.as_str()).collect();
        assert_eq!(
            topics,
            [
                "One",
                "Two",
                "Three",
                "Four",
                "Five",
                "2024. A year",
                "3.5 reasons",
                "-x"
            ]
        );
    }

    proptest! {
        #[test]
        fn any_text_gives_topics_or_an_error(text in "(topic[,;\t]?)?\\PC{0,40}\n\\PC{0,40}") {
            for entry in read(&text).unwrap_or_default() {
                prop_assert!(!entry.topic.is_empty());
            }
        }
    }
}
