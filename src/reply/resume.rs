//! A reply that came in several pieces: where a cut one can be gone on from, and how what comes next is joined to it.
//!
//! A cut reply is gone on from the last blank line of its body that is outside of code blocks. What stands behind it is
//! asked for again: the seam is then between two blocks, where neither half a word nor half a table can be lost, and it
//! costs a paragraph at most, or the code block that was cut.

use super::lines::{Fence, Lines, block_at, fenced_blocks, is_blank, normalize};
use super::{Kind, head, label, marker, start, structure};

/// Less body than this, in bytes, is not worth going on from: asking anew is as cheap and simpler.
const LEAST_BODY: usize = 300;
/// Lines that are not blank and might have been repeated, on each side of a seam.
const MOST_REPEATED: usize = 60;
/// One or two lines of fewer bytes than this may stand on both sides of a seam by chance: a heading, a short item.
const LEAST_REPEATED: usize = 20;
/// A line of fewer bytes than this may stand in any post twice: a fence, an item of a word.
const LEAST_TELLING: usize = 8;
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

/// The reply that the first `at` bytes of `before`, and `after`, make together. Lines that `after` repeats are left out,
/// and so is what models put around a continuation: thoughts, the body's label, a fence of Markdown. An `after` that
/// begins with a whole head is a reply of its own, and all there is; one that begins the body once more takes its place.
pub fn join(before: &str, at: usize, after: &str) -> String {
    let before = normalize(before);
    let before = before.get(..at).unwrap_or(&before);
    let after = normalize(after);
    let Ok(thoughts) = start::skip_thoughts(&after) else {
        // Thoughts without an end hold no text of the post.
        return before.to_owned();
    };
    let after = &after[thoughts..];
    if begins_anew(after) {
        return after.to_owned();
    }
    let after = unwrapped(after);
    if let Some(body) = body_that_begins_again(before, &after) {
        return format!("{}{after}", &before[..body]);
    }
    let after = without_repetition(before, &after);
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

/// Whether a reply stops where a sentence or a block may end, as far as its last character tells.
fn ends_like_a_text(reply: &str) -> bool {
    let last = reply.trim_end().chars().next_back();
    last.is_some_and(|last| {
        !last.is_alphanumeric() && !matches!(last, ',' | '-' | '、' | '，' | '\\' | '/')
    })
}

/// Where the body of `before` starts, if `after` begins that body once more: some models start over without the labels.
fn body_that_begins_again(before: &str, after: &str) -> Option<usize> {
    let from = start::skip_thoughts(before).ok()?;
    let lines = Lines::new(&before[from..]);
    let start = start::find(&lines).ok()??;
    let body = from + after_wrapper(&lines, start.head.body);
    let first = first_lines(before.get(body..)?);
    let again = first_lines(after);
    if first.first()? != again.first()? {
        return None;
    }
    let is_telling = |line: &&&str| line.len() >= LEAST_TELLING;
    let others = first.iter().skip(1).filter(is_telling);
    let common = others.filter(|line| again.contains(line)).count();
    (first[0].len() >= LEAST_REPEATED || common > 0).then_some(body)
}

/// Some lines that are not blank.
fn first_lines(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| !is_blank(line))
        .map(str::trim_end)
        .take(10)
        .collect()
}

/// Whether it has a head of its own within its first lines.
fn begins_anew(after: &str) -> bool {
    let lines = Lines::new(after);
    (0..lines.len().min(5)).any(|at| {
        label::read(lines.get(at)).is_some_and(|found| found.kind == Kind::Title && found.colon)
            && head::read(&lines, at).is_ok_and(|head| head.is_whole())
    })
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
        && label::read(line).is_some_and(|found| found.kind == Kind::Body && found.value.is_empty())
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

/// Whether a line alone speaks of going on, such as `Continuing from where I left off:`.
fn is_remark(line: &str) -> bool {
    let line = line.trim().trim_matches(['*', '_']).to_lowercase();
    let speaks = [
        "continu",
        "left off",
        "cut off",
        "picking up",
        "rest of the post",
    ];
    let ends = line.ends_with(':') || line.ends_with('.') || line.ends_with('…');
    let is_block = line.starts_with(['#', '-', '|', '>', '`']);
    ends && !is_block && line.len() < 120 && {
        let first = [
            "continu",
            "sure",
            "here",
            "picking",
            "certainly",
            "of course",
            "going on",
            "okay",
            "let me",
        ];
        first.iter().any(|word| line.starts_with(word))
            && speaks.iter().any(|word| line.contains(word))
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
mod tests {
    use proptest::prelude::*;

    use super::super::parse;
    use super::*;

    const LONG: &str = "TITLE: Wind and water\nMETA_DESCRIPTION: What the coast does.\nTAGS: sea\nCATEGORIES: Other\n\
        MARKDOWN_POST_CONTENT:\nThe first paragraph says, in some two hundred characters or so, what wind does to the water \
        of a bay in which no river ends, and why gulls do not care about any of it, not even in winter.\n\n\
        ## A heading\n\nA second paragraph that is long enough to be worth going on from, with 日本語 in it.\n\n\
        ```sh\necho one\n\necho two\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n\n  inside\n- two\n\nThe end of it.\n\n</EndOFText>\n";

    fn article(reply: &str) -> crate::article::Article {
        parse(reply, &["Other".to_owned()]).unwrap().article
    }

    #[test]
    fn a_cut_reply_and_its_rest_are_the_reply() {
        let whole = article(LONG);
        let mut seams = std::collections::BTreeSet::new();
        for cut in (0..LONG.len()).filter(|cut| LONG.is_char_boundary(*cut)) {
            let Some(at) = resume_at(&LONG[..cut]) else {
                continue;
            };
            seams.insert(at);
            assert!(at <= cut && LONG[..at].ends_with("\n\n"), "{cut}");
            assert_eq!(
                article(&join(&LONG[..cut], at, &LONG[at..])),
                whole,
                "{cut}"
            );
        }
        assert!(seams.len() >= 5, "{seams:?}");
        assert!(seams.iter().all(|at| !LONG[*at..].starts_with("echo two")));
    }

    #[test]
    fn what_models_put_around_a_continuation_goes() {
        let whole = article(LONG);
        let cut = LONG.find("- one").unwrap();
        let at = resume_at(&LONG[..cut + 3]).unwrap();
        assert_eq!(at, cut);
        let rest = &LONG[at..];
        let table = "| a | b |\n|---|---|\n| 1 | 2 |\n\n";
        let inner = rest.trim_end().trim_end_matches("</EndOFText>").trim_end();
        for after in [
            format!("\n\n{rest}"),
            format!("<think>Where was I?</think>\n{rest}"),
            format!("MARKDOWN_POST_CONTENT:\n{rest}"),
            format!("{table}{rest}"),
            format!("```markdown\n{inner}\n```\n</EndOFText>"),
            rest.replace('\n', "\r\n"),
            format!("Continuing from where I left off:\n\n{rest}"),
            format!("Sure, here is the rest of the post:\n\n{rest}"),
            LONG.to_owned(),
        ] {
            assert_eq!(article(&join(LONG, at, &after)), whole, "{after}");
        }
        // The body from its beginning, in words that are not quite the same.
        let body = LONG.find("The first paragraph").unwrap();
        let again =
            format!("MARKDOWN_POST_CONTENT:\n{}", &LONG[body..]).replace("to be worth", "to have");
        let joined = article(&join(LONG, at, &again));
        assert_eq!(joined, article(&LONG.replace("to be worth", "to have")));
        let unclosed = join(LONG, at, "<think>Where was I?");
        assert_eq!(unclosed, LONG[..at]);
    }

    #[test]
    fn a_continuation_may_say_that_nothing_is_missing() {
        for after in [
            "</EndOFText>",
            "\n\n`</EndOFText>`\n",
            "<think>x</think>\n\n-EndOFText-\n",
        ] {
            assert!(says_that_was_all(after), "{after}");
        }
        for after in ["", "More.\n\n</EndOFText>", "Done.</EndOFText>", "<think>"] {
            assert!(!says_that_was_all(after), "{after}");
        }
        for (text, ends) in [
            ("The end.\n", true),
            ("```", true),
            ("| 1 |", true),
            ("the en", false),
            ("one,", false),
            ("", false),
        ] {
            assert_eq!(ends_like_a_text(text), ends, "{text}");
        }
        let open = LONG.replace("\n\n</EndOFText>\n", "");
        assert_eq!(
            article(&join(&open, usize::MAX, "</EndOFText>")),
            article(LONG)
        );
    }

    #[test]
    fn little_or_no_head_is_not_gone_on_from() {
        for reply in [
            "",
            "TITLE: x\n",
            "TITLE: x\nMETA_DESCRIPTION: y\nMARKDOWN_POST_CONTENT:\nShort.\n\nMore",
            &"word ".repeat(200),
            &LONG[..LONG.find("## A").unwrap() - 3],
        ] {
            assert_eq!(resume_at(reply), None, "{reply:?}");
        }
        let thoughts = format!("<think>hm</think>\n{}", &LONG[..LONG.len() - 20]);
        let at = resume_at(&thoughts).unwrap();
        assert!(so_far(&thoughts, at).starts_with("TITLE: Wind"));
    }

    #[test]
    fn a_repair_of_the_labels_keeps_the_body() {
        let bad = LONG.replace(
            "META_DESCRIPTION: What the coast does.",
            "META_DESCRIPTION:",
        );
        assert!(parse(&bad, &[]).is_err() && has_body(&bad));
        let labels = "TITLE: Wind and water\nMETA_DESCRIPTION: What the coast does.\nTAGS: sea\nCATEGORIES: Other\n";
        for repair in [
            labels.to_owned(),
            format!("{labels}MARKDOWN_POST_CONTENT:\n</EndOFText>\n"),
            format!("<think>x</think>\n{labels}</EndOFText>"),
            format!("{labels}MARKDOWN_POST_CONTENT:\n(unchanged)\n\n</EndOFText>\n"),
            format!("{labels}MARKDOWN_POST_CONTENT: the same\n</EndOFText>\n"),
            "META_DESCRIPTION: What the coast does.\n</EndOFText>\n".to_owned(),
            format!("```\n{labels}```\n</EndOFText>\n"),
            format!("{labels}</EndOFText>\n\nI have added a description."),
            LONG.to_owned(),
        ] {
            assert_eq!(article(&mend(&bad, &repair)), article(LONG), "{repair}");
        }
        assert!(parse(&mend(&bad, "I cannot."), &[]).is_err());
        // A whole reply without its marker is not to be put before the body that there was.
        let unmarked = LONG.replace("</EndOFText>\n", "");
        assert_eq!(mend(&bad, &unmarked), unmarked);
        assert_eq!(mend_in_part(&bad, "TITLE: Wind\nMETA_DESCRIPTION: Wh"), bad);
        assert_eq!(mend_in_part(&bad, &unmarked), unmarked);
        assert!(!has_body("TITLE: a"));
    }

    proptest! {
        #[test]
        fn nothing_panics(before in "\\PC{0,80}|[\n`#TITLE: MARKDOWN_POST_CONTENT:</EndOFText>a]{0,400}", after in "[\n`#TITLE: META_DESCRIPTION:</EndOFText>a]{0,200}", at in 0_usize..500) {
            let _ = join(&before, at, &after);
            let _ = mend(&before, &after);
            if let Some(at) = resume_at(&before) {
                prop_assert!(join(&before, at, &after).len() <= before.len() + after.len());
                let _ = so_far(&before, at);
            }
        }
    }
}
