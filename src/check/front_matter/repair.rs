//! Fixes of front matter, each proven before it is offered: the edited text is read again by the generator's rules, must
//! say what was meant and nothing else, and must be better than before.

use std::ops::Range;

use crate::check::{Page, RULES, Rule};
use crate::finding::splice;
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::front_matter::{self, Change, Format, FrontMatter, Split, Table, Value};

/// A change of keys, and nothing else. It is for the author to decide where it is not safe, or where it takes a comment
/// away with the line that it stands on.
pub(in crate::check) fn change(
    page: &Page<'_>,
    rule: &dyn Rule,
    changes: &[Change],
    is_safe: bool,
) -> Option<Fix> {
    if page.is_trial {
        return None;
    }
    // The editor proves that all other keys and the body stay as they are.
    let text = front_matter::edit(page.text, page.site.generator.split_rules(), changes).ok()?;
    let signs = |text: &str| text.matches('#').count();
    let is_safe = is_safe && signs(&text) >= signs(page.text);
    is_better(page, rule, &text).then(|| fix(vec![difference(page.text, &text)], is_safe))
}

/// Other bytes in a readable block, after which its keys have exactly the values of `expected`.
pub(super) fn bytes(
    page: &Page<'_>,
    rule: &dyn Rule,
    edits: Vec<Edit>,
    expected: &Table,
) -> Option<Vec<Edit>> {
    let is_meant = |table: &Table, body: &str| table == expected && body == page.body();
    whole(page, rule, edits, is_meant)
}

/// Other bytes anywhere, after which the page has front matter and a body that are what `is_meant`.
pub(super) fn whole(
    page: &Page<'_>,
    rule: &dyn Rule,
    edits: Vec<Edit>,
    is_meant: impl Fn(&Table, &str) -> bool,
) -> Option<Vec<Edit>> {
    if page.is_trial {
        return None;
    }
    let text = splice(page.text, &edits);
    let (table, start) = read(page, &text)?;
    let body = text.get(start..)?;
    (text != page.text && is_meant(&table, body) && is_better(page, rule, &text)).then_some(edits)
}

/// The keys of a text and where its body starts, where the generator of the page could read it.
pub(super) fn read(page: &Page<'_>, text: &str) -> Option<(Table, usize)> {
    let split = front_matter::split(text, page.site.generator.split_rules())
        .ok()
        .flatten()?;
    let front = FrontMatter::parse(text, &split).ok()?;
    Some((front.table().clone(), split.body))
}

/// What the bytes say, read as front matter of this format. The delimiters around them are not looked at.
pub(super) fn read_as(text: &str, format: Format, matter: Range<usize>) -> Option<FrontMatter> {
    if matter.len() > front_matter::MAX_BYTES {
        return None;
    }
    let split = Split {
        format,
        block: matter.clone(),
        body: matter.end,
        matter,
    };
    let front = FrontMatter::parse(text, &split).ok()?;
    (!front.table().is_empty()).then_some(front)
}

/// The line end that the text uses.
pub(super) fn line_end(text: &str) -> &'static str {
    match text.split_once('\n') {
        Some((line, _)) if line.ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// The lines of a range with their bytes, without line ends.
pub(super) fn lines(text: &str, range: Range<usize>) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut at = range.start;
    text[range].split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        let content = line.trim_end_matches(['\r', '\n']);
        (start..start + content.len(), content)
    })
}

/// Whether the rule has less to say about the text than about the page, and no rule has something worse to say that it
/// did not say before.
fn is_better(page: &Page<'_>, rule: &dyn Rule, text: &str) -> bool {
    let rules = page.site.generator.split_rules();
    let Ok(Some(split)) = front_matter::split(text, rules) else {
        return false;
    };
    let before = judge(page, &page.text[..head(page)]);
    let after = judge(page, &text[..split.body]);
    let own = |findings: &[Finding]| -> usize {
        findings
            .iter()
            .filter(|found| found.rule == rule.name())
            .count()
    };
    let worst = before
        .iter()
        .filter(|found| found.rule == rule.name())
        .map(|found| found.severity)
        .max()
        .unwrap_or(Severity::Info);
    own(&after) < own(&before)
        && after.iter().all(|new| {
            new.severity <= worst
                || before
                    .iter()
                    .any(|old| old.rule == new.rule && old.message == new.message)
        })
}

/// Where the front matter of the page ends; all of it where it has none that can be found, or one that ends too early or
/// within a line.
fn head(page: &Page<'_>) -> usize {
    match &page.split {
        Ok(Some(split)) if !split.is_cut(page.text) && split.body > split.block.end => split.body,
        _ => page.text.len(),
    }
}

/// What all rules say of a text in the place of the page.
pub(super) fn judge(page: &Page<'_>, text: &str) -> Vec<Finding> {
    let mut trial = Page::parse(page.path, text, page.language, page.site, page.today);
    trial.pages = page.pages;
    trial.wanted = page.wanted;
    trial.is_trial = true;
    let mut findings = Vec::new();
    for rule in RULES {
        rule.check(&trial, &mut findings);
    }
    findings
}

/// The one edit that makes `new` of `old`.
pub(in crate::check) fn difference(old: &str, new: &str) -> Edit {
    let mut start = old
        .bytes()
        .zip(new.bytes())
        .take_while(|(a, b)| a == b)
        .count();
    while !old.is_char_boundary(start) || !new.is_char_boundary(start) {
        start -= 1;
    }
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let mut end = old_rest
        .bytes()
        .rev()
        .zip(new_rest.bytes().rev())
        .take_while(|(a, b)| a == b)
        .count();
    while !old_rest.is_char_boundary(old_rest.len() - end)
        || !new_rest.is_char_boundary(new_rest.len() - end)
    {
        end -= 1;
    }
    Edit::replace(start..old.len() - end, &new_rest[..new_rest.len() - end])
}

/// Takes a key away, with its table where nothing else is in it.
pub(super) fn taken(page: &Page<'_>, path: &[&str]) -> Change {
    if let [table, _] = path
        && let Some(Value::Table(inside)) = page.front().and_then(|front| front.get(&[table]))
        && inside.len() == 1
    {
        return Change::remove(&[table]);
    }
    Change::remove(path)
}

/// The tables in which keys of the page itself end up when they are written below a header.
const TABLES: [&str; 3] = ["taxonomies", "extra", "params"];

/// The keys that a page has at the top, in the order in which they go there.
const OF_PAGES: [&str; 8] = [
    "title",
    "date",
    "updated",
    "lastmod",
    "description",
    "draft",
    "slug",
    "weight",
];

/// Moves a key of the page, and the others with it, out of the TOML table below whose header they stand. It is safe
/// where that is all that can be meant: a title or a date is no term, and a table that holds both of them, where the page
/// has neither, is one whose header came too early. One alone may be there for a template.
pub(super) fn lift(page: &Page<'_>, rule: &dyn Rule, key: &str) -> Option<Fix> {
    let front = page
        .front()
        .filter(|front| front.format() == Format::Toml && OF_PAGES.contains(&key))?;
    let can_move = |table: &str, key: &str| {
        let is_value = front
            .get(&[table, key])
            .is_some_and(|value| !matches!(value, Value::Array(_) | Value::Table(_)));
        is_value && page.key(key).is_none()
    };
    let table = TABLES.into_iter().find(|table| can_move(table, key))?;
    let is_whole = can_move(table, "title") && can_move(table, "date");
    let is_safe = is_whole || table == "taxonomies";
    let keys: Vec<&str> = OF_PAGES
        .into_iter()
        .filter(|other| *other == key || (is_safe && can_move(table, other)))
        .collect();
    let Some(Value::Table(inside)) = front.get(&[table]) else {
        return None;
    };
    let mut changes = Vec::new();
    for key in &keys {
        changes.push(Change::set(&[key], inside.get(*key)?.clone()));
    }
    if inside.len() == keys.len() {
        changes.push(Change::remove(&[table]));
    } else {
        changes.extend(keys.iter().map(|key| Change::remove(&[table, key])));
    }
    change(page, rule, &changes, is_safe)
}

/// A fix of proven edits: safe, or for the author to decide.
pub(in crate::check) fn fix(edits: Vec<Edit>, is_safe: bool) -> Fix {
    if is_safe {
        Fix::safe(edits)
    } else {
        Fix::risky(edits)
    }
}

/// The table with another value at a path; the keys before the last must be there.
pub(super) fn with(table: &Table, path: &[&str], value: Value) -> Option<Table> {
    let mut out = table.clone();
    let (last, parents) = path.split_last()?;
    let mut inner = &mut out;
    for key in parents {
        let Some(Value::Table(next)) = inner.get_mut(*key) else {
            return None;
        };
        inner = next;
    }
    inner.insert((*last).to_owned(), value);
    Some(out)
}

/// How an entry looks in the language of the page's front matter, for advice: `value` as TOML has it.
pub(in crate::check) fn entry(page: &Page<'_>, key: &str, value: &str) -> String {
    match page.front().map(FrontMatter::format) {
        Some(Format::Yaml) => format!("{key}: {value}"),
        Some(Format::Json)
            if value.starts_with(|c: char| c.is_ascii_digit()) && value.contains('-') =>
        {
            format!("\"{key}\": \"{value}\"")
        }
        Some(Format::Json) => format!("\"{key}\": {value}"),
        Some(Format::Toml) | None => format!("{key} = {value}"),
    }
}

/// What the page's front matter calls a table of this name.
pub(in crate::check) fn table_name(page: &Page<'_>, key: &str) -> String {
    match page.front().map(FrontMatter::format) {
        Some(Format::Yaml) => format!("{key}:"),
        Some(Format::Json) => format!("\"{key}\": {{…}}"),
        Some(Format::Toml) | None => format!("[{key}]"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_is_the_least_there_is() {
        for (old, new) in [
            ("abc", "axc"),
            ("aaa", "aa"),
            ("", "é"),
            ("é", "è"),
            ("a", "a"),
            ("日本", "日木本"),
        ] {
            let edit = difference(old, new);
            assert_eq!(splice(old, [&edit]), new);
        }
        assert_eq!(difference("abcd", "abxd"), Edit::replace(2..3, "x"));
    }
}
