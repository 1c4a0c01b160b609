//! Whether a merged page is what was meant. It is read again from its bytes, and each question is asked anew.

use std::collections::HashMap;

use crate::front_matter::{Table, Value};
use crate::text::shorten;

use super::body::Draft;
use super::{Page, Rules, blocks};

/// `Err` says what is wrong, as the place of a conflict.
pub(super) fn prove(
    text: &str,
    [base, edited, new]: [&Page<'_>; 3],
    keys: &Table,
    draft: &Draft<'_, '_>,
    rules: &Rules<'_>,
) -> Result<(), String> {
    let merged =
        Page::read(text, rules).map_err(|error| format!("the front matter ({})", error.message))?;
    if without_empty(&merged.table) != without_empty(keys) {
        return Err("the front matter (it would not read as it is meant)".to_owned());
    }
    comments(base.front, edited.front, merged.front)?;
    blocks(&merged, draft)?;
    let versions = [base, edited, new].map(|page| &page.body);
    numbers(
        versions.map(|body| count(body.keys())),
        count(merged.body.keys()),
    )?;
    let lines = |page: &Page<'_>| {
        let body = page.body_text();
        let lines = blocks::lines(body).into_iter();
        let lines = lines.map(|line| body[line].trim().to_owned());
        count(lines.filter(|line| !line.is_empty()))
    };
    kept([base, edited, new].map(lines), &lines(&merged))
}

/// A table without tables that hold nothing: what is left of one whose last key went differs by notation.
fn without_empty(table: &Table) -> Table {
    let entries = table.iter().filter_map(|(key, value)| match value {
        Value::Table(inner) => {
            let inner = without_empty(inner);
            (!inner.is_empty()).then(|| (key.clone(), Value::Table(inner)))
        }
        _ => Some((key.clone(), value.clone())),
    });
    entries.collect()
}

/// The values are compared as such; a comment in the lines of a value that is replaced would go without a trace.
fn comments(base: &str, edited: &str, merged: &str) -> Result<(), String> {
    for line in edited.lines().map(str::trim) {
        let number = |text: &str, part: &str| {
            let lines = text.lines().map(str::trim_end);
            lines.filter(|line| line.ends_with(part)).count()
        };
        let Some(comment) = comment(line) else {
            continue;
        };
        let is_lost = number(merged, comment) < number(edited, comment);
        if is_lost && base.lines().all(|known| known.trim() != line) {
            return Err(format!(
                "the line `{}` of the front matter",
                shorten(line, 60)
            ));
        }
    }
    Ok(())
}

/// The part of a line that may be a comment. It may be text in quotes as well, and is kept all the same.
fn comment(line: &str) -> Option<&str> {
    let starts = |&(at, _): &(usize, &str)| at == 0 || line[..at].ends_with([' ', '\t']);
    let (at, _) = line.match_indices('#').find(starts)?;
    Some(&line[at..])
}

/// Each block is there, in its order and with its bytes, and means what it did where it comes from.
fn blocks(merged: &Page<'_>, draft: &Draft<'_, '_>) -> Result<(), String> {
    let mut found = merged.body.blocks.iter();
    for piece in draft.pieces() {
        let whole = found
            .next()
            .filter(|block| block.key == piece.key() && piece.is_written_as(block));
        let Some(block) = whole else {
            return Err(format!(
                "{} (it would run into its neighbour)",
                named(piece.key())
            ));
        };
        if !piece.meanings.contains(&block.meaning.as_str()) {
            return Err(format!(
                "{} (a definition that it refers to differs)",
                named(piece.key())
            ));
        }
    }
    match found.next() {
        None => Ok(()),
        Some(block) => Err(format!("{} (it would be read anew)", named(&block.key))),
    }
}

/// Where one side alone has changed how often a block is there, that is how often it is there now. So a block that one side
/// has moved and the other has moved, edited or removed is never there twice, nor back again.
fn numbers(
    [base, edited, new]: [HashMap<String, usize>; 3],
    merged: HashMap<String, usize>,
) -> Result<(), String> {
    let all = base.keys().chain(edited.keys()).chain(new.keys());
    for key in all.chain(merged.keys()) {
        let [was, mine, other, now] =
            [&base, &edited, &new, &merged].map(|counts| counts.get(key).copied().unwrap_or(0));
        let meant = if mine == was { other } else { mine };
        if now != meant || (mine != was && other != was && mine != other) {
            return Err(format!("{} (moved, or there more than once)", named(key)));
        }
    }
    Ok(())
}

/// No line that the person has written is missing, and none is back that the person has taken away.
fn kept(
    [base, edited, new]: [HashMap<String, usize>; 3],
    merged: &HashMap<String, usize>,
) -> Result<(), String> {
    for line in base.keys().chain(edited.keys()) {
        let [was, mine, other, now] =
            [&base, &edited, &new, merged].map(|counts| counts.get(line).copied().unwrap_or(0));
        let least = mine.saturating_sub(was.saturating_sub(other));
        let most = mine.max(other.saturating_sub(was.saturating_sub(mine)));
        if now < least || (mine < was && now > most) {
            return Err(format!("the line `{}`", shorten(line, 60)));
        }
    }
    Ok(())
}

fn count<T: Into<String>>(all: impl IntoIterator<Item = T>) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for one in all {
        *counts.entry(one.into()).or_default() += 1;
    }
    counts
}

fn named(key: &str) -> String {
    let first = key.lines().next().unwrap_or_default();
    format!("the text `{}`", shorten(first, 60))
}
