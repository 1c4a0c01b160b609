//! What stands for the markup of other programs in plain Markdown.

use std::ops::Range;

use super::emoji::emoji;
use crate::check::Page;
use crate::check::proof::{self, Kind};
use crate::check::prose::lines;
use crate::finding::{Edit, Fix};
use crate::front_matter::Value;

/// A bold word for an alert: surely, at the beginning of a quote.
pub(super) fn labelled(
    page: &Page<'_>,
    line: &str,
    start: usize,
    line_start: usize,
    end: usize,
) -> Fix {
    let close = line.find(']').unwrap_or(line.len() - 1);
    let name = line.get(2..close).unwrap_or_default();
    let mut word = name.to_lowercase();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let rest = line[close + 1..].trim();
    // The text goes on in the same line, or on the next one.
    let after = start + line.len();
    let next = page.text[after..end]
        .find(|c: char| !(c.is_whitespace() || c == '>'))
        .map(|at| after + at);
    let (to, label) = match next {
        _ if !rest.is_empty() => (start + close + 1, format!("**{word}:**")),
        Some(next) => (next, format!("**{word}:** ")),
        None => (start + close + 1, format!("**{word}**")),
    };
    let label_shown = label.trim().trim_matches('*');
    let is_quote = line_start < start && page.text[line_start..start].contains('>')
        || page.text[..line_start].ends_with('>')
        || page.text[..start].ends_with("> ");
    let is_plain = rest.is_empty() || rest.starts_with(char::is_alphanumeric);
    let edits = vec![Edit::replace(start..to, label.clone())];
    proof::fix(page, edits, |trial| {
        is_quote
            && is_plain
            && trial.changes_only(&[Kind::Text, Kind::Strong])
            && trial.added(Kind::Strong) == 1
            && trial.reads(&line[..=close], label_shown)
    })
}

/// A quote with a bold word for a container that is one paragraph: its first line says what it is, its last line ends it.
pub(super) fn contained(page: &Page<'_>, paragraph: &Range<usize>, start: usize) -> Option<Fix> {
    if start != paragraph.start || crate::body::edits::line_start(page.text, start) != start {
        return None;
    }
    let all: Vec<_> = lines(page, paragraph.clone()).collect();
    let [(first, _), (_, text), .., (last, end)] = all.as_slice() else {
        return None;
    };
    let word = first.trim_start_matches(':').trim();
    let is_word = !word.is_empty() && word.chars().all(char::is_alphabetic);
    if !is_word || !last.starts_with(":::") || !last.trim_matches([':', ' ']).is_empty() {
        return None;
    }
    let (head, tail) = word.split_at(word.chars().next()?.len_utf8());
    let label = format!("> **{}{tail}:** ", head.to_uppercase());
    let mut edits = vec![Edit::replace(start..text.start, label)];
    for (_, line) in &all[2..all.len() - 1] {
        edits.push(Edit::insert(line.start, "> "));
    }
    edits.push(Edit::delete(end.start - 1..end.end));
    Some(Fix::risky(edits))
}

/// A link to the one page with the title that a wiki's link names.
fn titled(page: &Page<'_>, name: &str) -> Option<String> {
    let wanted = name.trim().to_lowercase();
    let mut known = page.pages?.pages.values().filter(|other| {
        !other.is_hidden
            && other.front.as_ref().is_some_and(|front| {
                matches!(front.get(&["title"]), Some(Value::String(title)) if title.trim().to_lowercase() == wanted)
            })
    });
    let address = known.next()?.address.as_deref()?;
    let is_only = known.next().is_none();
    let is_plain =
        !name.contains(['[', ']', '|', '\\', '#']) && !address.contains([' ', '(', ')', '<']);
    (is_only && is_plain && page.site.settings.base_path.is_empty())
        .then(|| format!("[{name}]({address})"))
}

/// What stands for markup within a line.
pub(super) fn inline_fix(page: &Page<'_>, at: &Range<usize>) -> Option<Fix> {
    let raw = &page.text[at.clone()];
    let inside = raw.get(2..raw.len().saturating_sub(2)).unwrap_or_default();
    if raw.starts_with("==") {
        let text = format!("**{inside}**");
        return Some(Fix::risky(vec![Edit::replace(at.clone(), text)]));
    }
    if raw.starts_with("++") {
        return Some(Fix::risky(vec![Edit::replace(at.clone(), inside)]));
    }
    if let Some(name) = raw
        .strip_prefix("[[")
        .and_then(|raw| raw.strip_suffix("]]"))
    {
        let link = titled(page, name)?;
        return Some(Fix::risky(vec![Edit::replace(at.clone(), link)]));
    }
    let emoji = emoji(raw.strip_prefix(':')?.strip_suffix(':')?)?;
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == ':');
    let is_apart = !is_word(page.text[..at.start].chars().next_back())
        && !is_word(page.text[at.end..].chars().next());
    Some(proof::fix(
        page,
        vec![Edit::replace(at.clone(), emoji)],
        |trial| is_apart && trial.changes_only(&[Kind::Text]) && trial.reads(raw, emoji),
    ))
}
