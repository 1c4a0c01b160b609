//! Front matter in the three notations.

use std::fmt::Write;

use super::page::Dialect;

/// A value, written so that all three formats take it as it is; or a table.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Leaf(String),
    Table(Entries),
}

pub(super) type Entries = Vec<(String, Node)>;

/// Hugo has its own names for the tables.
pub(super) fn renamed(keys: &Entries, dialect: Dialect) -> Entries {
    let name = |key: &str| match (dialect.generator, key) {
        ("hugo", "extra") => "params".to_owned(),
        (_, key) => key.to_owned(),
    };
    keys.iter()
        .map(|(key, node)| (name(key), node.clone()))
        .collect()
}

pub(super) fn toml(keys: &Entries, path: &[&str]) -> String {
    let (mut out, mut tables) = (String::new(), String::new());
    for (key, node) in keys {
        match node {
            Node::Leaf(value) => writeln!(out, "{key} = {value}").unwrap(),
            Node::Table(inner) => {
                let path = [path, &[key.as_str()]].concat();
                write!(tables, "[{}]\n{}", path.join("."), toml(inner, &path)).unwrap();
            }
        }
    }
    out + &tables
}

pub(super) fn yaml(keys: &Entries, depth: usize) -> String {
    let mut out = String::new();
    for (key, node) in keys {
        match node {
            Node::Leaf(value) => writeln!(out, "{:depth$}{key}: {value}", "").unwrap(),
            Node::Table(inner) if inner.is_empty() => {
                writeln!(out, "{:depth$}{key}: {{}}", "").unwrap();
            }
            Node::Table(inner) => {
                write!(out, "{:depth$}{key}:\n{}", "", yaml(inner, depth + 2)).unwrap();
            }
        }
    }
    out
}

pub(super) fn json(keys: &Entries, depth: usize) -> String {
    let indent = "  ".repeat(depth);
    let entries: Vec<String> = keys
        .iter()
        .map(|(key, node)| match node {
            Node::Leaf(value) => format!("{indent}\"{key}\": {value}"),
            Node::Table(inner) => format!("{indent}\"{key}\": {}", json(inner, depth + 1)),
        })
        .collect();
    if entries.is_empty() {
        return "{}".to_owned();
    }
    format!("{{\n{}\n{}}}", entries.join(",\n"), "  ".repeat(depth - 1))
}
