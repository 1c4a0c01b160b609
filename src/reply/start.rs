//! Where a reply really begins: after thoughts, chatter and an opening fence.

use super::error::ReplyError;
use super::front;
use super::head::{self, Head};
use super::label::{self, Kind};
use super::lines::{Fence, Lines, block_at, fenced_blocks};

/// How thoughts begin and end. The last three are those of Mistral, Kimi, and `OpenAI`'s open models, where a server does
/// not take them apart.
const THINK_TAGS: [(&str, &str); 8] = [
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("<reasoning>", "</reasoning>"),
    ("<seed:think>", "</seed:think>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
    (
        "<|channel|>analysis<|message|>",
        "<|channel|>final<|message|>",
    ),
];

/// Skips thoughts: gives the byte after them, or 0 where there are none.
pub(super) fn skip_thoughts(text: &str) -> Result<usize, ReplyError> {
    let mut from = after_orphan(text);
    let mut at = from;
    while at < text.len() {
        let end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
        let line = text[at..end].trim_start();
        if let Some((length, (open, close))) = opening(line) {
            let begin = end - line.len() + length;
            let Some(length) = find_close(&text[begin..], close) else {
                let line = text[..at].matches('\n').count() + 1;
                return Err(ReplyError::UnclosedThink { line, tag: open });
            };
            from = begin + length + close.len();
            at = from;
            continue;
        }
        if label::read(line).is_some_and(|found| found.kind != Kind::Body)
            || Fence::read(line).is_some()
        {
            break;
        }
        at = end;
    }
    Ok(from)
}

/// The tag that opens thoughts at the start of a line, attributes and all: its length, and its pair.
fn opening(line: &str) -> Option<(usize, (&'static str, &'static str))> {
    THINK_TAGS.iter().find_map(|(open, close)| {
        if starts_with(line, open) {
            return Some((open.len(), (*open, *close)));
        }
        let name = open.strip_suffix('>').filter(|it| !it.ends_with('|'))?;
        let attributes = line.get(name.len()..).filter(|_| starts_with(line, name))?;
        let end = attributes.find('>')?;
        let is_one = attributes.starts_with([' ', '\t']) && !attributes[..end].contains('<');
        is_one.then_some((name.len() + end + 1, (*open, *close)))
    })
}

fn starts_with(text: &str, tag: &str) -> bool {
    text.get(..tag.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(tag))
}

/// The first closing tag that is not shown as code.
fn find_close(text: &str, close: &str) -> Option<usize> {
    let first = close.chars().next()?;
    text.match_indices(first).map(|(at, _)| at).find(|&at| {
        starts_with(&text[at..], close)
            && !text[..at].ends_with('`')
            && !text[at + close.len()..].starts_with('`')
    })
}

/// Some servers swallow the opening tag. A closing tag outside of code blocks, with the labels right behind it, ends thoughts.
fn after_orphan(text: &str) -> usize {
    let lines = Lines::new(text);
    let closes = |line: &str| {
        THINK_TAGS.iter().any(|(_, close)| {
            line.len() >= close.len()
                && line.is_char_boundary(line.len() - close.len())
                && starts_with(&line[line.len() - close.len()..], close)
        })
    };
    let mut blocks = None;
    for at in 0..lines.len() {
        let line = lines.get(at);
        let trimmed = line.trim();
        if opening(trimmed).is_some() {
            return 0;
        }
        if !closes(trimmed) {
            continue;
        }
        let next = lines
            .solid(at + 1)
            .map(|next| lines.get(next))
            .unwrap_or_default();
        let begins = label::read(next).is_some_and(|found| found.kind == Kind::Title);
        let blocks = blocks.get_or_insert_with(|| fenced_blocks(text, 0));
        if begins && block_at(blocks, lines.start(at)).is_none() {
            return lines.start(at + 1);
        }
    }
    0
}

/// The head, and the fence that is wrapped around it.
pub(super) struct Start<'t> {
    pub(super) head: Head,
    pub(super) fence: Option<Fence<'t>>,
    /// The first line of the head, counted from 0.
    pub(super) line: usize,
}

/// Finds the head: front matter, or else the first run of labels that has a title.
pub(super) fn find<'t>(lines: &Lines<'t>) -> Result<Option<Start<'t>>, ReplyError> {
    let label_line = |wanted: fn(Kind) -> bool| {
        (0..lines.len()).find(|&at| {
            let found = label::read(lines.get(at));
            found.is_some_and(|found| found.colon && wanted(found.kind))
                || found.is_some_and(|found| !found.colon && found.kind == Kind::Title)
        })
    };
    let first = label_line(|kind| kind != Kind::Body);
    if let Some(start) = front_matter(lines, first) {
        return Ok(Some(start));
    }
    let Some(first) = first else {
        return Ok(None);
    };
    let mut line = first;
    let mut head = head::read(lines, line);
    if !head.as_ref().is_ok_and(|head| head.title.is_some()) {
        let Some(title) = label_line(|kind| kind == Kind::Title) else {
            return Ok(None);
        };
        line = title;
        head = head::read(lines, line);
    }
    Ok(Some(Start {
        head: head?,
        fence: open_fence(lines, line),
        line,
    }))
}

fn front_matter<'t>(lines: &Lines<'t>, first_label: Option<usize>) -> Option<Start<'t>> {
    /// Keys that may stand before the first one that we know.
    const KEYS_BEFORE: usize = 20;
    let mut solid = lines.solid(0)?;
    if Fence::read(lines.get(solid)).is_some() {
        solid = lines.solid(solid + 1)?;
    }
    let above = first_label.and_then(|at| {
        (at.saturating_sub(KEYS_BEFORE)..at)
            .rev()
            .find(|&i| matches!(lines.get(i).trim_end(), "---" | "+++"))
    });
    [Some(solid), above].into_iter().flatten().find_map(|line| {
        let head = front::read(lines, line)?;
        Some(Start {
            head,
            fence: open_fence(lines, line),
            line,
        })
    })
}

/// The fence that is open at this line.
fn open_fence<'t>(lines: &Lines<'t>, line: usize) -> Option<Fence<'t>> {
    (0..line)
        .filter_map(|at| Fence::read(lines.get(at)))
        .fold(None, |open, fence| match open {
            Some(opener) if fence.closes(&opener) => None,
            Some(opener) => Some(opener),
            None => Some(fence),
        })
}
