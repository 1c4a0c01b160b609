//! Markup of other programs within a line.

use std::ops::Range;

use pulldown_cmark::{Event, TagEnd};

use super::programs::Place;
use super::scripts::in_dollars;
use crate::check::Page;
use crate::check::prose::is_text;
use crate::finding::{Edit, Fix};

/// Attributes right behind a link, an image or brackets: `![a](b.png){width=50%}`.
pub(super) fn attributes(page: &Page<'_>) -> Vec<Place> {
    let ends = page.events.iter().filter_map(|(event, range)| {
        matches!(
            event,
            Event::End(TagEnd::Link | TagEnd::Image) | Event::Code(_)
        )
        .then_some((range.end, matches!(event, Event::Code(_))))
    });
    let found = ends.filter_map(|(end, is_code)| {
        let inside = page.text[end..].strip_prefix('{')?;
        let inside = inside.split(['}', '\n']).next()?;
        let at = end..end + inside.len() + 2;
        let is_closed = page.text[..at.end.min(page.text.len())].ends_with('}');
        let words = inside.strip_prefix(':').unwrap_or(inside);
        let is_one = if is_code {
            // `` `code`{.python} `` of Pandoc; other braces behind code may be meant.
            inside.starts_with(['.', ':'])
        } else {
            words.trim_start().starts_with(['.', '#'])
                || words.split_once('=').is_some_and(|(key, _)| {
                    !key.trim().is_empty()
                        && key
                            .trim()
                            .bytes()
                            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
                })
        };
        (is_one && is_closed && !inside.contains('{')).then(|| {
            let fix = Fix::risky(vec![Edit::delete(at.clone())]);
            ("an attribute list of kramdown or Pandoc", at, Some(fix))
        })
    });
    found.collect()
}

/// Markup within a line.
pub(super) fn in_text(text: &str) -> Vec<(&'static str, Range<usize>)> {
    let mut found = Vec::new();
    let mut pair = |open: &str, close: &str, what, is_inside: fn(&str) -> bool| {
        let mut from = 0;
        while let Some(at) = text[from..].find(open).map(|at| from + at) {
            let inner = at + open.len();
            from = inner;
            let Some(length) = text[inner..].find(close) else {
                break;
            };
            let is_escaped = text[..at].ends_with(['\\', '$'])
                || (open == "{/*" && text[..at].ends_with(['{', '%']))
                || (open == "||" && text[..at].ends_with(char::is_alphanumeric))
                || (open.starts_with(['\\', '|']) && in_dollars(&text[..at]));
            if is_inside(&text[inner..inner + length]) && !is_escaped {
                found.push((what, at..inner + length + close.len()));
                from = inner + length + close.len();
            }
        }
    };
    let is_tight = |inside: &str| {
        !inside.is_empty()
            && inside.len() < 200
            && inside.starts_with(char::is_alphanumeric)
            && inside.ends_with(|c: char| c.is_alphanumeric() || ".!?".contains(c))
    };
    let is_key = |inside: &str| {
        !inside.is_empty()
            && inside
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_:,; @.".contains(&b))
    };
    pair("||", "||", "a spoiler of Discord", |inside| {
        inside.starts_with(char::is_alphabetic) && inside.len() > 3 && !inside.ends_with(' ')
    });
    pair("%%", "%%", "a comment of Obsidian", is_tight);
    pair("[@", "]", "a citation of Pandoc", |inside| {
        inside.len() > 3
            && inside.starts_with(|c: char| c.is_ascii_alphabetic())
            && inside.contains(|c: char| c.is_ascii_digit() || c == ':')
            && !inside.contains('/')
    });
    for command in [
        "textbf",
        "textit",
        "emph",
        "texttt",
        "href",
        "includegraphics",
        "cite",
        "citep",
        "citet",
        "footnote",
        "section",
        "subsection",
        "autoref",
        "cref",
        "begin{itemize",
        "begin{enumerate",
        "begin{figure",
        "begin{table",
    ] {
        let open = if command.starts_with("begin") {
            format!("\\{command}")
        } else {
            format!("\\{command}{{")
        };
        pair(&open, "}", "a command of LaTeX", |_| true);
    }
    pair("[b]", "[/b]", "markup of a forum", |_| true);
    pair("[i]", "[/i]", "markup of a forum", |_| true);
    pair("[code]", "[/code]", "markup of a forum", |_| true);
    pair("[url=", "[/url]", "markup of a forum", |_| true);
    pair("{--", "--}", "a mark of CriticMarkup", |_| true);
    pair("{>>", "<<}", "a mark of CriticMarkup", |_| true);
    pair("'''", "'''", "bold text of a wiki", is_tight);
    pair("]{.", "}", "a span of Pandoc", is_key);
    pair("{/*", "*/}", "a comment of MDX", |_| true);
    pair("``", "''", "a pair of quotation marks of LaTeX", is_tight);
    if let Some(at) = text.rfind(" ^") {
        let id = text[at + 2..].trim_end();
        let is_id = id.len() > 4 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if is_id
            && id.bytes().any(|b| b.is_ascii_digit())
            && id.bytes().any(|b| b.is_ascii_alphabetic())
        {
            found.push(("a block's name of Obsidian", at + 1..at + 2 + id.len()));
        }
    }
    // A line end of a program's text: `One.\nTwo`.
    for (at, sign) in text.match_indices("\\n") {
        let before = text[..at].chars().next_back();
        let after = &text[at + 2..];
        let ends = before.is_some_and(|c| c.is_alphanumeric() || ".!?:;,)\"".contains(c));
        let starts =
            after.starts_with("\\n") || after.starts_with("- ") || after.starts_with("## ");
        if ends && starts && !text[..at].ends_with(":\\") {
            found.push(("a line end of a program's text", at..at + sign.len()));
        }
    }
    found
}

/// `&amp;quot;`, of which readers see `&quot;`.
pub(super) fn escaped_entities(text: &str) -> Vec<Range<usize>> {
    let names = [
        "quot;", "lt;", "gt;", "nbsp;", "apos;", "#39;", "#x27;", "#34;", "mdash;", "hellip;",
    ];
    text.match_indices("&amp;")
        .filter_map(|(at, sign)| {
            let rest = &text[at + sign.len()..];
            let name = names.iter().find(|name| rest.starts_with(**name))?;
            Some(at..at + sign.len() + name.len())
        })
        .collect()
}

/// `` :ref:`name` `` and `` `text <https://…>`_ `` of reStructuredText.
pub(super) fn roles(page: &Page<'_>, runs: &[Range<usize>]) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    for (event, range) in &page.events {
        if !matches!(event, Event::Code(_)) {
            continue;
        }
        let before = &page.text[page.body.start..range.start];
        let role = before.strip_suffix(':').and_then(|rest| {
            let name = rest.rsplit(':').next()?;
            let is_name =
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
            let at = rest.len().checked_sub(name.len() + 1)?;
            let starts_word = !rest[..at].ends_with(|c: char| c.is_alphanumeric());
            (is_name && rest[at..].starts_with(':') && starts_word)
                .then_some(range.start - name.len() - 2)
        });
        if let Some(start) = role.filter(|start| is_text(runs, *start)) {
            found.push(("a role of reStructuredText", start..range.end, None));
        }
        let raw = &page.text[range.clone()];
        if raw.ends_with(">`") && raw.contains(" <http") && page.text[range.end..].starts_with('_')
        {
            found.push((
                "a link of reStructuredText",
                range.start..range.end + 1,
                None,
            ));
        }
    }
    found
}
