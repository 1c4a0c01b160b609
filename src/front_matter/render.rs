//! Whole tables as lines of text.

use std::fmt::Write;

use super::Format;
use super::value::{Table, Value};
use super::write::{inline, key, quote_json};

/// A whole new block with its delimiters and line feeds: plain keys first, then tables. What the format cannot hold
/// (an empty value in TOML, an infinite number in JSON) is left out.
pub fn render(format: Format, table: &Table) -> String {
    let delimiter = format.delimiter();
    match format {
        Format::Toml => {
            let matter = toml_table(&[], table);
            format!(
                "{delimiter}\n{}{delimiter}\n",
                matter.trim_start_matches('\n')
            )
        }
        Format::Yaml => format!(
            "{delimiter}\n{}{delimiter}\n",
            yaml_entries(table, 0, 2, "\n")
        ),
        Format::Json => format!("{}\n", json_object(table, "")),
    }
}

type Entries<'a, T> = Vec<(&'a String, &'a T)>;

fn plain_then_tables(table: &Table) -> (Entries<'_, Value>, Entries<'_, Table>) {
    let mut plain = Vec::new();
    let mut tables = Vec::new();
    for (key, value) in table {
        match value {
            Value::Table(inner) if !inner.is_empty() => tables.push((key, inner)),
            _ => plain.push((key, value)),
        }
    }
    (plain, tables)
}

/// TOML lines of a table and of those within it, each with a blank line and a header before it. The header of `table`
/// itself is left out at the top, and where it would be the only thing.
pub(super) fn toml_table(path: &[String], table: &Table) -> String {
    let (plain, tables) = plain_then_tables(table);
    let mut out = String::new();
    if !path.is_empty() && (tables.is_empty() || !plain.is_empty()) {
        let header: Vec<_> = path.iter().map(|part| key(Format::Toml, part)).collect();
        let _ = writeln!(out, "\n[{}]", header.join("."));
    }
    for (name, value) in plain {
        if let Ok(value) = inline(Format::Toml, value) {
            let _ = writeln!(out, "{} = {value}", key(Format::Toml, name));
        }
    }
    for (name, inner) in tables {
        let mut path = path.to_vec();
        path.push(name.clone());
        out.push_str(&toml_table(&path, inner));
    }
    out
}

/// YAML lines of a table, nested ones further in by `step`.
pub(super) fn yaml_entries(table: &Table, indent: usize, step: usize, newline: &str) -> String {
    let (plain, tables) = plain_then_tables(table);
    let blanks = " ".repeat(indent);
    let mut out = String::new();
    for (name, value) in plain {
        if let Ok(value) = inline(Format::Yaml, value) {
            let _ = write!(out, "{blanks}{}: {value}{newline}", key(Format::Yaml, name));
        }
    }
    for (name, inner) in tables {
        let _ = write!(out, "{blanks}{}:{newline}", key(Format::Yaml, name));
        out.push_str(&yaml_entries(inner, indent + step, step, newline));
    }
    out
}

fn json_object(table: &Table, indent: &str) -> String {
    let (plain, tables) = plain_then_tables(table);
    let inner = format!("{indent}  ");
    let mut lines = Vec::new();
    for (name, value) in plain {
        if let Ok(value) = inline(Format::Json, value) {
            lines.push(format!("{inner}{}: {value}", quote_json(name)));
        }
    }
    for (name, table) in tables {
        lines.push(format!(
            "{inner}{}: {}",
            quote_json(name),
            json_object(table, &inner)
        ));
    }
    if lines.is_empty() {
        return "{}".to_owned();
    }
    format!("{{\n{}\n{indent}}}", lines.join(",\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_plain_keys_first() {
        let mut inner = Table::new();
        inner.insert("tags".to_owned(), Value::from(vec!["a"]));
        let mut table = Table::new();
        table.insert("taxonomies".to_owned(), Value::Table(inner));
        table.insert("draft".to_owned(), Value::from(true));
        assert_eq!(
            render(Format::Toml, &table),
            "+++\ndraft = true\n\n[taxonomies]\ntags = [\"a\"]\n+++\n"
        );
        assert_eq!(
            render(Format::Yaml, &table),
            "---\ndraft: true\ntaxonomies:\n  tags: [\"a\"]\n---\n"
        );
        assert_eq!(
            render(Format::Json, &table),
            "{\n  \"draft\": true,\n  \"taxonomies\": {\n    \"tags\": [\"a\"]\n  }\n}\n"
        );
        assert_eq!(render(Format::Toml, &Table::new()), "+++\n+++\n");
        assert_eq!(render(Format::Json, &Table::new()), "{}\n");
    }
}
