//! Configuration files as values: TOML, YAML and JSON read into one kind of table, with the line of a mistake.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{Files, SiteError};

/// A table of settings.
pub(super) type Table = Map<String, Value>;

/// The settings in a file; `None` where there is no such file. The format is told by its extension.
pub(super) fn load(files: &dyn Files, file: &str) -> Result<Option<Table>, SiteError> {
    text(files, file)?
        .map(|text| parse(file, &text))
        .transpose()
}

/// The text of a file; `None` where there is no such file.
pub(super) fn text(files: &dyn Files, file: &str) -> Result<Option<String>, SiteError> {
    files.read(file).map_err(|source| SiteError::Unreadable {
        file: file.to_owned(),
        source,
    })
}

/// Parses the text of a configuration file.
pub(super) fn parse(file: &str, text: &str) -> Result<Table, SiteError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match file.rsplit('.').next() {
        Some("json") => parse_json(file, text),
        Some("yaml" | "yml") => parse_yaml(file, text),
        _ => parse_toml(file, text),
    }
}

fn parse_toml(file: &str, text: &str) -> Result<Table, SiteError> {
    let table: toml::Table = toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| {
            let before = text.get(..span.start).unwrap_or(text);
            before.matches('\n').count() + 1
        });
        broken(file, line, error.message())
    })?;
    Ok(table
        .into_iter()
        .map(|(key, value)| (key, from_toml(value)))
        .collect())
}

fn from_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::String(text),
        toml::Value::Integer(number) => Value::from(number),
        toml::Value::Float(number) => Value::from(number),
        toml::Value::Boolean(yes) => Value::Bool(yes),
        toml::Value::Datetime(date) => Value::String(date.to_string()),
        toml::Value::Array(items) => Value::Array(items.into_iter().map(from_toml).collect()),
        toml::Value::Table(table) => Value::Object(
            table
                .into_iter()
                .map(|(key, value)| (key, from_toml(value)))
                .collect(),
        ),
    }
}

fn parse_yaml(file: &str, text: &str) -> Result<Table, SiteError> {
    let value: serde_yaml::Value = serde_yaml::from_str(text).map_err(|error| {
        let line = error.location().map(|location| location.line());
        broken(file, line, &error.to_string())
    })?;
    match from_yaml(value) {
        Value::Object(table) => Ok(table),
        Value::Null => Ok(Table::new()),
        _ => Err(broken(file, None, "this is not a table of settings")),
    }
}

fn from_yaml(value: serde_yaml::Value) -> Value {
    match value {
        serde_yaml::Value::Null => Value::Null,
        serde_yaml::Value::Bool(yes) => Value::Bool(yes),
        serde_yaml::Value::Number(number) => serde_json::to_value(number).unwrap_or(Value::Null),
        serde_yaml::Value::String(text) => Value::String(text),
        serde_yaml::Value::Sequence(items) => {
            Value::Array(items.into_iter().map(from_yaml).collect())
        }
        serde_yaml::Value::Mapping(mapping) => Value::Object(
            mapping
                .into_iter()
                .filter_map(|(key, value)| Some((yaml_key(key)?, from_yaml(value))))
                .collect(),
        ),
        serde_yaml::Value::Tagged(tagged) => from_yaml(tagged.value),
    }
}

fn yaml_key(key: serde_yaml::Value) -> Option<String> {
    match key {
        serde_yaml::Value::String(text) => Some(text),
        // The language code of Norwegian, unquoted, is one of these to older readers of YAML.
        serde_yaml::Value::Bool(yes) => Some(yes.to_string()),
        serde_yaml::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn parse_json(file: &str, text: &str) -> Result<Table, SiteError> {
    match serde_json::from_str(text) {
        Ok(Value::Object(table)) => Ok(table),
        Ok(_) => Err(broken(file, None, "this is not a table of settings")),
        Err(error) => Err(broken(file, Some(error.line()), &error.to_string())),
    }
}

/// The error for a file that is not valid.
pub(super) fn broken(file: &str, line: Option<usize>, cause: &str) -> SiteError {
    let cause = without_positions(cause);
    let cause = cause.trim().trim_end_matches('.');
    SiteError::Broken {
        file: file.to_owned(),
        line,
        cause: cause.replace('\n', "; "),
        help: "Correct the file; nothing was done",
    }
}

/// The parser's words without its `at line 3 column 1`, which would stand there twice.
fn without_positions(cause: &str) -> String {
    let mut parts = cause.split(" at line ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let part = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let part = part.strip_prefix(" column ").unwrap_or(part);
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

/// The same table with all keys, at all depths, in lower case, as Hugo reads them.
pub(super) fn lower_keys(table: Table) -> Table {
    table
        .into_iter()
        .map(|(key, value)| (key.to_lowercase(), lower_value(value)))
        .collect()
}

fn lower_value(value: Value) -> Value {
    match value {
        Value::Object(table) => Value::Object(lower_keys(table)),
        Value::Array(items) => Value::Array(items.into_iter().map(lower_value).collect()),
        other => other,
    }
}

/// Puts the settings of `over` into `under`: tables are merged, all else is replaced.
pub(super) fn merge(under: &mut Table, over: Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Object(below)), Value::Object(above)) => merge(below, above),
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

/// The setting at a path of keys.
pub(super) fn at<'a>(table: &'a Table, path: &[&str]) -> Option<&'a Value> {
    let (last, tables) = path.split_last()?;
    let mut table = table;
    for key in tables {
        table = table.get(*key)?.as_object()?;
    }
    table.get(*last)
}

/// The text at a path of keys, trimmed; `None` where it is empty or no text.
pub(super) fn string(table: &Table, path: &[&str]) -> Option<String> {
    let text = at(table, path)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Whether the setting at a path of keys is `true`.
pub(super) fn flag(table: &Table, path: &[&str]) -> bool {
    at(table, path).and_then(Value::as_bool).unwrap_or(false)
}

/// The texts at a path of keys: those of a list, or a single one.
pub(super) fn strings(table: &Table, path: &[&str]) -> Vec<String> {
    match at(table, path) {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(items)) => items
            .iter()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether a configuration has one of `keys` at its top level. In a file with a mistake, the lines before the first
/// table are looked at.
pub(super) fn has_key(file: &str, text: &str, keys: &[&str], ignore_case: bool) -> bool {
    let wanted = |key: &str| {
        keys.iter()
            .any(|known| known == &key || (ignore_case && known.eq_ignore_ascii_case(key)))
    };
    match parse(file, text) {
        Ok(table) => table.keys().any(|key| wanted(key)),
        Err(_) => text
            .lines()
            .take_while(|line| !line.trim_start().starts_with('['))
            .filter_map(|line| line.split(['=', ':']).next())
            .any(|key| {
                wanted(key.trim_matches(|c: char| {
                    c.is_whitespace() || matches!(c, '"' | '\'' | '\u{feff}')
                }))
            }),
    }
}

/// The path in an address, without slashes at its ends.
pub(super) fn path_of(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    path.trim_matches('/').to_owned()
}

/// Scheme and host of an address, without a slash at the end; empty where the host stands for others, as in an example.
pub(super) fn origin_of(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return String::new();
    };
    let host = rest.split('/').next().unwrap_or_default();
    let name = host.split(':').next().unwrap_or_default();
    let is_example = name == "localhost"
        || ["example.com", "example.net", "example.org"]
            .iter()
            .any(|example| name == *example || name.ends_with(&format!(".{example}")));
    if name.is_empty() || is_example {
        return String::new();
    }
    format!("{scheme}://{host}")
}

/// The names of all files below a folder, each with the folders that lead to it.
pub(super) fn names_below(
    files: &dyn Files,
    dir: &str,
    prefix: &str,
    names: &mut BTreeSet<String>,
) {
    // A folder that holds itself must not be followed for ever.
    if prefix.matches('/').count() > 12 {
        return;
    }
    for entry in files.list(dir).unwrap_or_default() {
        let name = format!("{prefix}{}", entry.name);
        if entry.is_dir {
            let dir = format!("{dir}/{}", entry.name);
            names_below(files, &dir, &format!("{name}/"), names);
        } else {
            names.insert(name);
        }
    }
}

/// The names of the folders in these folders.
pub(super) fn folders_in(files: &dyn Files, dirs: &[String]) -> BTreeSet<String> {
    let entries = dirs
        .iter()
        .flat_map(|dir| files.list(dir).unwrap_or_default());
    let folders = entries.filter(|entry| entry.is_dir);
    folders.map(|entry| entry.name).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::super::memory;
    use super::*;

    #[rstest]
    #[case("a.toml", "a = 1\nb = \n", "a.toml:2: ")]
    #[case("a.toml", "a = 1\r\n\r\n[x\r\n", "a.toml:3: ")]
    #[case("a.yaml", "a: 1\nb: [\n\n", "a.yaml:4: ")]
    #[case("a.yaml", "- a\n", "a.yaml: this is not a table")]
    #[case("a.json", "{\n\"a\": 1,\n}", "a.json:3: trailing comma. ")]
    #[case("a.json", "[]", "a.json: this is not a table")]
    fn names_file_and_line(#[case] file: &str, #[case] text: &str, #[case] expected: &str) {
        let message = parse(file, text).expect_err("a mistake").to_string();
        assert!(message.starts_with(expected), "{message}");
        assert!(!message.contains("at line"), "{message}");
    }

    #[rstest]
    #[case("a.toml", "\u{feff}A = [\"x\"]\n[b]\nC = 2026-01-02\n")]
    #[case("a.yml", "\u{feff}A: [x]\nb:\n  C: 2026-01-02\n")]
    #[case("a.json", "\u{feff}{\"A\": [\"x\"], \"b\": {\"C\": \"2026-01-02\"}}")]
    fn formats_are_alike(#[case] file: &str, #[case] text: &str) {
        let files = memory(&[(file, text)]);
        let table = load(&files, file).expect("no mistake").expect("a file");
        let table = lower_keys(table);
        assert_eq!(strings(&table, &["a"]), ["x"]);
        assert_eq!(string(&table, &["b", "c"]).as_deref(), Some("2026-01-02"));
    }

    #[test]
    fn an_empty_yaml_file_has_no_settings() {
        assert_eq!(
            parse("a.yaml", "# nothing\n").expect("no mistake"),
            Table::new()
        );
    }

    #[test]
    fn keys_are_found_in_a_file_with_a_mistake() {
        let text = " \"baseURL\" = \"x\"\n[broken\nbase_url = 1";
        assert!(has_key("config.toml", text, &["baseurl"], true));
        assert!(!has_key("config.toml", text, &["baseurl"], false));
        assert!(!has_key("config.toml", text, &["base_url"], false));
    }

    proptest! {
        #[test]
        fn never_panics(text in "[\\PC\\n\\[\\]{}=:\"&* -]{0,60}") {
            for file in ["a.toml", "a.yaml", "a.json"] {
                if let Err(error) = parse(file, &text) {
                    prop_assert!(!error.to_string().contains('\n'));
                }
                has_key(file, &text, &["base_url"], true);
            }
        }
    }
}
