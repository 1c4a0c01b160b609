//! Replies that begin with front matter in place of labels.

use gray_matter::engine::Engine;
use gray_matter::{Matter, Pod};
use serde_yaml::Value as Yaml;

use super::head::{Head, Value};
use super::label::{self, Kind};
use super::lines::{Lines, is_blank};

/// Longer blocks are no front matter that a model would write.
const LONGEST: usize = 16 * 1024;

/// Hands the raw block out: what is in it, this module reads itself.
struct Raw;

impl Engine for Raw {
    fn parse(content: &str) -> gray_matter::Result<Pod> {
        Ok(Pod::String(content.to_owned()))
    }
}

/// Reads the front matter that opens at line `first`, if there is any and it has a title and a description.
pub(super) fn read(lines: &Lines<'_>, first: usize) -> Option<Head> {
    let delimiter = lines.get(first).trim_end();
    if !matches!(delimiter, "---" | "+++") {
        return None;
    }
    let limit = lines.start(first) + LONGEST;
    let last = (first + 1..lines.len())
        .take_while(|&i| lines.start(i) < limit)
        .find(|&i| lines.get(i).trim_end() == delimiter)?;
    // Labels between two rules are labels: YAML would take `#` for a comment and stumble over a second colon.
    if (first + 1..last).any(|i| lines.get(i).starts_with("TITLE")) {
        return None;
    }
    let mut matter = Matter::<Raw>::new();
    delimiter.clone_into(&mut matter.delimiter);
    let block = matter
        .parse::<String>(&lines.text[lines.start(first)..lines.start(last + 1)])
        .ok()?
        .data?;
    let table = if delimiter == "---" {
        serde_yaml::from_str::<Yaml>(&block).ok()?
    } else {
        serde_yaml::to_value(toml::from_str::<toml::Table>(&block).ok()?).ok()?
    };

    let mut head = Head::default();
    fill(&mut head, &table, lines, first..last);
    if let Some(taxonomies) = table.get("taxonomies") {
        fill(&mut head, taxonomies, lines, first..last);
    }
    head.body = lines.start(last + 1);
    if let Some(next) = lines.solid(last + 1)
        && let Some(found) = label::read(lines.get(next))
        && found.kind == Kind::Body
        && found.strong
        && is_blank(found.value)
    {
        head.body_label = true;
        head.body = lines.start(next + 1);
    }
    head.is_whole().then_some(head)
}

fn fill(head: &mut Head, table: &Yaml, lines: &Lines<'_>, block: std::ops::Range<usize>) {
    let Some(table) = table.as_mapping() else {
        return;
    };
    for (key, value) in table {
        let Some((name, (kind, _))) = key
            .as_str()
            .and_then(|key| Some((key, label::kind_of(key)?)))
        else {
            continue;
        };
        let text = match value {
            Yaml::Sequence(items) => items.iter().filter_map(scalar).collect(),
            value => scalar(value).into_iter().collect(),
        };
        let line = block
            .clone()
            .find(|&i| lines.get(i).trim_start().starts_with(name))
            .unwrap_or(block.start);
        if let Some(slot) = head.slot(kind) {
            slot.get_or_insert(Value { line, text });
        }
    }
}

fn scalar(value: &Yaml) -> Option<String> {
    match value {
        Yaml::String(text) => Some(text.clone()),
        Yaml::Number(number) => Some(number.to_string()),
        Yaml::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
