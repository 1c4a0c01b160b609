//! Continuations that begin the post, or its body, anew.

use super::super::lines::{Fence, Lines, is_blank};
use super::super::{Kind, head, label, marker, start};
use super::{after_wrapper, reworded};
use crate::reply::Value;

/// A line of fewer bytes than this may stand in any post twice: a fence, an item of a word.
const LEAST_TELLING: usize = 8;
/// A line of so many bytes that is the same in two texts is the same paragraph.
const LEAST_PROSE: usize = 40;

/// What a continuation with a head of its own is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The rest, over which the labels are said again.
    Rest,
    /// Plainly the whole post once more.
    WholePost,
    /// It may be the one or the other.
    Unclear,
}

/// A continuation with a whole head of its own within its first lines.
pub(super) struct Headed<'t> {
    title: String,
    description: String,
    /// A fence of Markdown that it stands in.
    opener: &'t str,
    /// What stands behind the head, the label of the body included.
    body: &'t str,
}

impl<'t> Headed<'t> {
    pub(super) fn read(after: &'t str) -> Option<Self> {
        let lines = Lines::new(after);
        (0..lines.len().min(5)).find_map(|at| {
            label::read(lines.get(at)).filter(|it| it.kind == Kind::Title && it.colon)?;
            let head = head::read(&lines, at).ok().filter(head::Head::is_whole)?;
            let fence = (0..at)
                .find(|&at| Fence::read(lines.get(at)).is_some_and(|fence| fence.is_markdown()));
            Some(Self {
                title: words_of(head.title.as_ref()),
                description: words_of(head.description.as_ref()),
                opener: fence.map_or("", |at| lines.get(at)),
                body: &after[head.body..],
            })
        })
    }

    /// What this is, by what there was. Its head alone does not say that it is the whole post once more: some models repeat
    /// their labels and then go on from where they were. Nor does it say that it is not, where the post may have begun anew
    /// in other words.
    pub(super) fn answer(&self, before: &str) -> Answer {
        let Some((head, body)) = head_of(before) else {
            return Answer::WholePost;
        };
        let body = &before[body..];
        let is_ended = self.body.lines().any(|line| marker::find(line).is_some());
        // What is much shorter would take away more than it brings.
        let is_long = is_share(self.body, body, 3) || is_ended && is_share(self.body, body, 2);
        if !is_long {
            Answer::Rest
        } else if self.title != words_of(head.title.as_ref()) || covers(self.body, body) {
            Answer::WholePost
        } else if self.description != words_of(head.description.as_ref())
            || reworded::open_alike(body, self.body)
        {
            Answer::Unclear
        } else {
            Answer::Rest
        }
    }

    /// What stands behind the head.
    pub(super) fn rest(&self) -> String {
        match self.opener {
            "" => self.body.to_owned(),
            opener => format!("{opener}\n{}", self.body),
        }
    }
}

fn words_of(value: Option<&Value>) -> String {
    let lines = value.into_iter().flat_map(|value| &value.text);
    let words: Vec<&str> = lines.flat_map(|line| line.split_whitespace()).collect();
    words.join(" ")
}

/// The head of a reply and where its body begins.
fn head_of(reply: &str) -> Option<(head::Head, usize)> {
    let from = start::skip_thoughts(reply).ok()?;
    let lines = Lines::new(&reply[from..]);
    let start = start::find(&lines).ok()??;
    let body = from + after_wrapper(&lines, start.head.body);
    reply.get(body..)?;
    Some((start.head, body))
}

/// Where the body of a reply begins; at its first byte where it has no head.
pub(super) fn body_of(reply: &str) -> usize {
    head_of(reply).map_or(0, |(_, body)| body)
}

/// Whether a text is as long as so many quarters of another.
fn is_share(text: &str, of: &str, quarters: usize) -> bool {
    text.len() * 4 >= of.len() * quarters
}

/// Whether a body goes over the ground of an earlier one: it begins as that did, or has half of its headings.
fn covers(body: &str, earlier: &str) -> bool {
    let (first, again) = (first_lines(earlier), first_lines(body));
    if first
        .iter()
        .find(|line| is_telling(line))
        .is_some_and(|line| again.contains(line))
    {
        return true;
    }
    let headings = |text| -> Vec<&str> {
        let lines = <str>::lines(text).map(str::trim_end);
        lines.filter(|line| line.starts_with("##")).collect()
    };
    let (earlier, now) = (headings(earlier), headings(body));
    let again = earlier.iter().filter(|line| now.contains(line)).count();
    again >= 2 && again * 2 >= earlier.len()
}

/// Where the body of `before` starts, if `after` begins that body once more: some models start over without the labels, some
/// with that of the body, which says as much.
pub(super) fn body_that_begins_again(
    before: &str,
    after: &str,
    is_labelled: bool,
) -> Option<usize> {
    let (_, body) = head_of(before)?;
    let first = first_lines(&before[body..]);
    let again = first_lines(after);
    if first.first()? != again.first()? {
        return None;
    }
    let telling = first.iter().filter(|line| is_telling(line));
    let common: Vec<_> = telling.filter(|line| again.contains(line)).collect();
    let has_prose = common
        .iter()
        .any(|line| line.len() >= LEAST_PROSE && !line.starts_with('#'));
    // What is much shorter would take away more than it brings.
    let is_long = is_share(after, &before[body..], 3);
    ((is_labelled || common.len() >= 2 && has_prose) && is_long).then_some(body)
}

/// Whether a line tells one post from another: tables of one kind, rules and fences are the same in many places.
fn is_telling(line: &str) -> bool {
    let is_structure = line.starts_with('|')
        || Fence::read(line).is_some()
        || !line.contains(char::is_alphanumeric);
    line.len() >= LEAST_TELLING && !is_structure
}

/// Some lines that are not blank.
fn first_lines(text: &str) -> Vec<&str> {
    text.lines()
        .filter(|line| !is_blank(line))
        .map(str::trim_end)
        .take(10)
        .collect()
}
