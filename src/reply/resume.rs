//! A reply that came in several pieces: where a cut one can be gone on from, and how what comes next is joined to it.
//!
//! A cut reply is gone on from the last blank line of its body that is outside of code blocks. What stands behind it is
//! asked for again: the seam is then between two blocks, where neither half a word nor half a table can be lost, and it
//! costs a paragraph at most, or the code block that was cut.

use self::anew::{Answer, Headed, body_of, body_that_begins_again};
use self::remark::is_remark;
use self::reworded::Twice;
use super::lines::{Fence, Lines, block_at, fenced_blocks, is_blank, list_item, normalize};
use super::{Kind, label, marker, start, structure};

mod anew;
mod remark;
mod reworded;

/// Less body than this, in bytes, is not worth going on from: asking anew is as cheap and simpler.
const LEAST_BODY: usize = 300;
/// Lines that are not blank and might have been repeated, on each side of a seam.
const MOST_REPEATED: usize = 60;
/// One or two lines of fewer bytes than this may stand on both sides of a seam by chance: a heading, a short item.
const LEAST_REPEATED: usize = 20;
/// A text in a repair that is shorter than this part of the one before, one in so many, stands for it.
const LEAST_SHARE: usize = 4;

/// How many bytes of a cut reply, with its line ends as LF, another reply can go on from. `None` where it has no whole
/// head or too little body.
pub fn resume_at(reply: &str) -> Option<usize> {
    let normal = normalize(reply);
    let from = start::skip_thoughts(&normal).ok()?;
    let text = &normal[from..];
    let lines = Lines::new(text);
    let head = start::find(&lines).ok()??.head;
    if !head.is_whole() {
        return None;
    }
    let body = after_wrapper(&lines, head.body);
    let blocks = fenced_blocks(text, body);
    let mut at = None;
    for (start, line) in lines.since(body) {
        let is_seam = is_blank(line)
            && start >= body + LEAST_BODY
            && start + line.len() < text.len()
            && block_at(&blocks, start).is_none();
        if is_seam {
            at = Some(from + start + line.len() + 1);
        }
    }
    at
}

/// A fence of Markdown around the whole body, which its first line opens, is no code block.
fn after_wrapper(lines: &Lines<'_>, body: usize) -> usize {
    let first = lines.since(body).find(|(_, line)| !is_blank(line));
    match first.and_then(|(start, line)| Some((start + line.len() + 1, Fence::read(line)?))) {
        Some((after, fence)) if fence.is_markdown() => after.min(lines.text.len()),
        _ => body,
    }
}

/// The first `at` bytes of a reply that was cut, as [`resume_at`] gave them, without thoughts before its head: what the
/// model is shown as its own words.
pub fn so_far(reply: &str, at: usize) -> String {
    let normal = normalize(reply);
    let from = start::skip_thoughts(&normal).unwrap_or(0);
    let text = normal.get(from..at).unwrap_or_default();
    text.trim_start_matches('\n').to_owned()
}

/// The reply that the first `at` bytes of `before`, and `after`, make together. Lines that `after` repeats are left out, one
/// of two paragraphs at the seam that say the same in nearly the same words, and so is what models put around a continuation:
/// thoughts, the labels, a fence of Markdown. An `after` that is plainly the whole post once more is all there is; one that
/// begins the body once more takes its place. One that may be the whole post in other words under the same head is neither:
/// then what there was is still without its end, since no post is to hold its text twice, and none to lose some of it.
pub fn join(before: &str, at: usize, after: &str) -> String {
    let before = normalize(before);
    let before = before.get(..at).unwrap_or(&before);
    let after = normalize(after);
    let Ok(thoughts) = start::skip_thoughts(&after) else {
        // Thoughts without an end hold no text of the post.
        return before.to_owned();
    };
    let after = &after[thoughts..];
    let headed = Headed::read(after);
    match headed.as_ref().map(|it| it.answer(before)) {
        Some(Answer::WholePost) => return after.to_owned(),
        Some(Answer::Unclear) => return before.to_owned(),
        Some(Answer::Rest) | None => {}
    }
    let is_labelled = after
        .lines()
        .filter(|line| !is_blank(line))
        .take(2)
        .any(is_body_label);
    let after = unwrapped(&headed.map_or_else(|| after.to_owned(), |it| it.rest()));
    if let Some(body) = body_that_begins_again(before, &after, is_labelled) {
        return format!("{}{after}", &before[..body]);
    }
    let after = without_repetition(before, &after);
    let (before, after) = match reworded::find(before, body_of(before), after) {
        Some(Twice::Before(from)) => (&before[..from], after),
        Some(Twice::After(to)) => (before, without_blank_lines(&after[to..])),
        None => (before, after),
    };
    let seam = if before.ends_with('\n') { "" } else { "\n\n" };
    format!("{before}{seam}{after}")
}

/// The same where `after` may say that nothing was missing, by its end marker alone. Then what stands behind the first `at`
/// bytes counts, if the reply had `ended` by itself and stops where a text may. If not, it is lost, and what is left has no
/// marker, so that it is no reply yet.
pub fn join_to_its_end(before: &str, at: usize, ended: bool, after: &str) -> String {
    let normal = normalize(before);
    let has_tail = normal.get(at..).is_some_and(|tail| !is_blank(tail));
    if !has_tail || !says_that_was_all(after) {
        join(before, at, after)
    } else if ended && ends_like_a_text(before) {
        join(before, usize::MAX, after)
    } else {
        normal.get(..at).unwrap_or(&normal).to_owned()
    }
}

/// Whether a continuation says that nothing was missing.
pub fn says_that_was_all(after: &str) -> bool {
    let after = normalize(after);
    let Ok(thoughts) = start::skip_thoughts(&after) else {
        return false;
    };
    let after = unwrapped(&after[thoughts..]);
    let mut solid = after.lines().filter(|line| !is_blank(line));
    solid
        .next()
        .is_some_and(|line| marker::find(line).is_some_and(|cut| cut.start == 0))
        && solid.next().is_none()
}

/// Whether a reply stops where a sentence or a block may end, as far as its last character tells: an item may end in a word
/// where the one before it does.
fn ends_like_a_text(reply: &str) -> bool {
    let mut lines = reply.lines().rev().filter(|line| !is_blank(line));
    let mut end_of_item = || list_item(lines.next()?.trim())?.chars().next_back();
    let is_word = |last: Option<char>| last.is_some_and(char::is_alphanumeric);
    let last = reply.trim_end().chars().next_back();
    last.is_some_and(|last| {
        !last.is_alphanumeric() && !matches!(last, ',' | '-' | '、' | '，' | '\\' | '/')
    }) || is_word(end_of_item()) && is_word(end_of_item())
}

fn is_body_label(line: &str) -> bool {
    label::read(line).is_some_and(|found| found.kind == Kind::Body && found.value.is_empty())
}

/// Without blank lines, the body's label and an opening fence of Markdown before it, and that fence's end.
fn unwrapped(after: &str) -> String {
    let mut rest = without_blank_lines(after);
    if let Some((line, below)) = split_line(rest)
        && is_remark(line)
        && split_line(below).is_none_or(|(next, _)| is_blank(next))
    {
        rest = without_blank_lines(below);
    }
    if let Some((line, below)) = split_line(rest)
        && is_body_label(line)
    {
        rest = without_blank_lines(below);
    }
    let Some((fence, below)) = split_line(rest)
        .and_then(|(line, below)| Some((Fence::read(line)?, below)))
        .filter(|(fence, _)| fence.is_markdown())
    else {
        return rest.to_owned();
    };
    // Its end is the last line before the marker, or the last of all.
    let lines = Lines::new(below);
    let close = (0..lines.len())
        .rev()
        .filter(|&at| !is_blank(lines.get(at)))
        .find(|&at| marker::find(lines.get(at)).is_none());
    match close {
        Some(at) if Fence::read(lines.get(at)).is_some_and(|it| it.closes(&fence)) => {
            format!(
                "{}{}",
                &below[..lines.start(at)],
                below.get(lines.start(at + 1)..).unwrap_or_default()
            )
        }
        _ => below.to_owned(),
    }
}

fn split_line(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() {
        return None;
    }
    Some(text.split_once('\n').unwrap_or((text, "")))
}

fn without_blank_lines(mut text: &str) -> &str {
    while let Some((line, below)) = split_line(text)
        && is_blank(line)
    {
        text = below;
    }
    text
}

/// Without the lines at the beginning of `after` that are the last ones of `before`.
fn without_repetition<'t>(before: &str, after: &'t str) -> &'t str {
    let solid = |line: &&str| !is_blank(line);
    let mut last: Vec<&str> = before
        .lines()
        .rev()
        .filter(solid)
        .take(MOST_REPEATED)
        .map(str::trim_end)
        .collect();
    last.reverse();
    let mut first = Vec::new();
    let mut end = 0;
    for line in after.split_inclusive('\n') {
        end += line.len();
        if !is_blank(line) {
            first.push((line.trim_end(), end));
        }
        if first.len() == MOST_REPEATED {
            break;
        }
    }
    let repeated = (1..=last.len().min(first.len())).rev().find(|&count| {
        let ends = &last[last.len() - count..];
        ends.iter().zip(&first).all(|(a, (b, _))| a == b)
            && (count >= 3 || ends.iter().map(|line| line.len()).sum::<usize>() >= LEAST_REPEATED)
    });
    match repeated {
        Some(count) => without_blank_lines(&after[first[count - 1].1..]),
        None => after,
    }
}

/// Whether the body of a reply is whole, so that its head alone has to be asked for again.
pub fn has_body(reply: &str) -> bool {
    body(reply).is_some()
}

fn body(reply: &str) -> Option<String> {
    let normal = normalize(reply);
    let from = start::skip_thoughts(&normal).ok()?;
    let text = &normal[from..];
    let lines = Lines::new(text);
    let (start, extent) = structure(&lines).ok()?;
    start?;
    let body = &text[extent.body.clone()];
    (!is_blank(body)).then(|| body.to_owned())
}

/// The reply that a repair makes of `before`: the repair itself where it has a text of its own, else its labels over the
/// body that there was. A few words in place of the body, such as `(unchanged)`, are no text of its own.
pub fn mend(before: &str, repair: &str) -> String {
    let Some(body) = body(before) else {
        return repair.to_owned();
    };
    let normal = normalize(repair);
    let from = start::skip_thoughts(&normal).unwrap_or(0);
    let text = &normal[from..];
    let lines = Lines::new(text);
    let start = start::find(&lines).ok().flatten();
    let (first, end) = start.map_or((0, text.len()), |start| (start.line, start.head.body));
    if end < text.len() && (text.len() - end) * LEAST_SHARE >= body.len() {
        return repair.to_owned();
    }
    let mut head = labelled(&lines, first, end);
    let earlier = normalize(before);
    let from = start::skip_thoughts(&earlier).unwrap_or(0);
    let lines = Lines::new(&earlier[from..]);
    // A repair may send only what was missing.
    if let Some(start) = start::find(&lines).ok().flatten() {
        for (kind, text) in labelled(&lines, start.line, start.head.body) {
            if kind.is_some() && !head.iter().any(|(known, _)| *known == kind) {
                head.push((kind, text));
            }
        }
    }
    let head: Vec<&str> = head.iter().map(|(_, text)| text.trim_end()).collect();
    format!(
        "{}\n{}:\n{}\n\n</EndOFText>\n",
        head.join("\n").trim(),
        Kind::Body.name(),
        body.trim_matches('\n')
    )
}

/// The labels of a head from line `first` to byte `end`, each with the lines that belong to it; without the body's label
/// and end markers.
fn labelled(lines: &Lines<'_>, first: usize, end: usize) -> Vec<(Option<Kind>, String)> {
    let mut parts: Vec<(Option<Kind>, String)> = Vec::new();
    for at in (first..lines.len()).take_while(|&at| lines.start(at) < end) {
        let line = lines.get(at);
        let kind = label::read(line).map(|found| found.kind);
        if kind == Some(Kind::Body) || marker::find(line).is_some() {
            continue;
        }
        match parts.last_mut() {
            Some((_, text)) if kind.is_none() => {
                text.push('\n');
                text.push_str(line);
            }
            _ => parts.push((kind, line.to_owned())),
        }
    }
    parts
}

/// The same for a repair that was cut: the beginning of a reply that can be gone on from, else what there was. Half a
/// line of labels mends nothing.
pub fn mend_in_part(before: &str, repair: &str) -> String {
    let is_reply = resume_at(repair).is_some();
    if is_reply { repair } else { before }.to_owned()
}

#[cfg(test)]
mod tests;
