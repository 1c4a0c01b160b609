//! Reply text to article.
//!
//! A model is asked for labelled plain text and sends something like it. This is the grammar of what is taken; whatever does not
//! fit is an error or a note, never a guess. Capitals are literal and match in any case.
//!
//! ```text
//! reply       = [BOM] { thoughts | chatter } [fence-open] head body [fence-close] marker [fence-close] { chatter }
//! thoughts    = "<think>" … "</think>"            also thinking, thought, reasoning; without the opening tag where TITLE follows
//! chatter     = lines that are no label           before the first label, and anything after the marker
//!
//! head        = labels | front-matter
//! labels      = { label value | rule | stray }    in any order, each label once, TITLE and META_DESCRIPTION among them
//!               [ body-label ]
//! stray       = unknown label | line that ends with ":"     at most four, only where a label follows; a note says so
//! front-matter= "---" YAML "---" | "+++" TOML "+++"         with title and description; tags, categories, [taxonomies]
//!
//! label       = { "#"… | bullet | number } [emphasis] name [emphasis] colon [emphasis]
//!             | a heading or bold line that holds the name alone
//! colon       = ":" | "："
//! emphasis    = a run of "*", "_", "`"            closed before the colon, after it, or at the end of the line
//! name        = [prefix] words                    joined by "_", blank or any hyphen; "\_" and full-width letters too
//! prefix      = POST | BLOG | BLOG POST | ARTICLE
//! words       = TITLE | META DESCRIPTION | DESCRIPTION | TAGS | CATEGORIES
//! body-label  = MARKDOWN POST CONTENT | POST CONTENT | MARKDOWN CONTENT | … , first body line may follow on the same line
//!             | CONTENT | BODY                    once title and description have been seen
//!
//! value       = rest of the line, or the line below it
//!               title, description: soft-wrapped lines, where another label follows the paragraph
//!               tags, categories: separators "," "、" "，" "،", without these ";" or "|"; a JSON array; list items below;
//!               "#" before every tag. Quotes, emphasis, backticks around the whole value are taken off
//!
//! body        = rest, without outer blank lines; with no body label, without a first thematic break
//!             | fence-open body fence-close       exactly one fence of Markdown around the whole body
//!               then: labels not seen yet (description, tags, categories) on its last lines are taken from it,
//!               and a first H1 that repeats the title goes
//!
//! marker      = on a line of its own, however far indented: tag | word, within pairs of ` * _ " ' - – — = ~ [] ()
//!             | tag that ends or begins a text line
//!             | word that ends a text line, after a blank
//! tag         = "</EndOFText>" | "<EndOFText>" | "<EndOFText/>"     also with "\", as entities, with "_" between the words
//! word        = "EndOFText"
//! ```
//!
//! - Labels and markers within a fenced code block of the body are text; so are an unknown label line and a single label in the
//!   prose. A second `TITLE` with a second `META_DESCRIPTION` behind it is another reply: an error.
//! - Labels that the head lacks and that come later, two in a row or the body's, are an error too: it is not clear what is whose.
//! - A marker that the lines around it speak of is text: behind a colon or in the middle of a sentence, or with more of the body
//!   than parting words behind it.
//! - The marker has to be whole. Every beginning of a reply that stops before the end of its marker is incomplete.
//! - A fence around the body is told from a code block that the body begins with by what is inside: info strings open, bare
//!   fences close. Where bare fences leave two sound readings, `markdown` and `md` mean a wrapper.
//! - CRLF and CR count as LF. Control characters are an error; invisible and bidirectional characters are dropped from the
//!   values and left in the body.
//!
//! All passes are linear in the length of the reply, which is at most [`LONGEST_REPLY`], and none recurses.

mod build;
mod categories;
mod ending;
mod error;
mod front;
mod head;
mod label;
mod lines;
mod marker;
mod mention;
mod resume;
mod start;
mod value;

pub use categories::{Categories, match_category};
pub use error::ReplyError;
pub use resume::{
    has_body, join, join_to_its_end, mend, mend_in_part, resume_at, says_that_was_all, so_far,
};

use std::borrow::Cow;
use std::ops::Range;

use crate::article::Article;
use ending::Extent;
use head::{Head, Value};
use label::Kind;
use lines::{Lines, block_at, is_blank, is_rule};
use start::Start;

/// The longest reply that is read, in bytes: 1 MiB.
pub const LONGEST_REPLY: usize = 1024 * 1024;

/// The most tags that an article keeps.
pub const MOST_TAGS: usize = 10;

/// An article, and what there is to say about how it came out of the reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The article.
    pub article: Article,
    /// Warnings, in the order of the reply's parts.
    pub notes: Vec<Note>,
}

/// A warning about a reply that is an article all the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// `no-tags`, `duplicate-tag`, `too-many-tags`, `no-categories`, `unknown-category` or `stray-text`.
    pub rule: &'static str,
    /// One sentence: what is the matter.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Note {
    fn new(rule: &'static str, message: impl Into<String>) -> Self {
        Self {
            rule,
            message: message.into(),
            help: None,
        }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Parses a reply; `categories` is the site's list. With an empty list no category is taken, and none is missed.
pub fn parse(reply: &str, categories: &[String]) -> Result<Parsed, ReplyError> {
    if reply.len() > LONGEST_REPLY {
        return Err(ReplyError::TooLong {
            bytes: reply.len(),
            limit: LONGEST_REPLY,
        });
    }
    let normal = lines::normalize(reply);
    if is_blank(&normal) {
        return Err(ReplyError::Empty);
    }
    let normal = without_thoughts(&normal)?;
    let lines = Lines::new(&normal);
    let (start, extent) = structure(&lines)?;
    let Some(mut start) = start else {
        return Err(ReplyError::MissingLabel {
            label: Kind::Title.name(),
        });
    };
    refuse_control_characters(&lines, &start, &extent)?;
    refuse_second_reply(&lines, &start.head, &extent)?;
    let body = take_trailing_labels(&lines, &extent, &mut start.head);
    refuse_late_labels(&lines, &start.head, &extent, &body)?;
    build::article(&lines, &start.head, &normal[body], &extent, categories)
}

/// The reply ends with a whole end marker in the right place, so nothing of it is missing.
pub fn is_complete(reply: &str) -> bool {
    if reply.len() > LONGEST_REPLY {
        return false;
    }
    let normal = lines::normalize(reply);
    let Ok(normal) = without_thoughts(&normal) else {
        return false;
    };
    !matches!(
        structure(&Lines::new(&normal)),
        Err(ReplyError::Incomplete { .. } | ReplyError::Unlabelled { .. })
    )
}

/// The reply is complete, and nothing comes behind its end marker: what a reply has to be whose stream broke off or ran
/// into a limit, since a marker that it only speaks of would come first.
pub fn ends_with_marker(reply: &str) -> bool {
    if reply.len() > LONGEST_REPLY {
        return false;
    }
    let normal = lines::normalize(reply);
    let Ok(normal) = without_thoughts(&normal) else {
        return false;
    };
    matches!(structure(&Lines::new(&normal)), Ok((_, extent)) if mention::is_end(&normal[extent.after..]))
}

/// The reply with empty lines in place of thoughts, so that line numbers stay what they were.
fn without_thoughts(normal: &str) -> Result<Cow<'_, str>, ReplyError> {
    let from = start::skip_thoughts(normal)?;
    if from == 0 {
        return Ok(Cow::Borrowed(normal));
    }
    let mut text = "\n".repeat(normal[..from].matches('\n').count());
    text.push_str(&normal[from..]);
    Ok(Cow::Owned(text))
}

/// Head and extent of the body. Without an end marker the reply is incomplete, whatever else is wrong with it.
fn structure<'t>(lines: &Lines<'t>) -> Result<(Option<Start<'t>>, Extent), ReplyError> {
    let line = lines.len();
    let is_labelled = (0..line).any(|at| label::read(lines.get(at)).is_some());
    let incomplete = if is_labelled {
        ReplyError::Incomplete { line }
    } else {
        ReplyError::Unlabelled { line }
    };
    match start::find(lines) {
        Ok(mut start) => {
            if let Some(start) = start.as_mut().filter(|start| !start.head.body_label) {
                skip_rule(lines, &mut start.head);
            }
            let from = start.as_ref().map_or(0, |start| start.head.body);
            let fence = start.as_ref().and_then(|start| start.fence);
            let extent = ending::find(lines, from, fence).ok_or(incomplete)?;
            Ok((start, extent))
        }
        // Without a head nobody knows where the body's code blocks begin, so any marker will do.
        Err(error) => {
            let marked = (0..lines.len()).any(|at| marker::find(lines.get(at)).is_some());
            Err(if marked { error } else { incomplete })
        }
    }
}

/// The thematic break that sets the labels off from the body is none of the body.
fn skip_rule(lines: &Lines<'_>, head: &mut Head) {
    if let Some(at) = lines.solid(lines.at(head.body))
        && lines.start(at) >= head.body
        && is_rule(lines.get(at))
    {
        head.body = lines.start(at + 1);
    }
}

fn refuse_control_characters(
    lines: &Lines<'_>,
    start: &Start<'_>,
    extent: &Extent,
) -> Result<(), ReplyError> {
    let from = lines.start(start.line);
    let to = extent.after.max(from);
    let found = lines.text[from..to]
        .char_indices()
        .find(|(_, c)| c.is_ascii_control() && !matches!(c, '\n' | '\t'));
    match found {
        Some((at, c)) => Err(ReplyError::ForbiddenCharacter {
            line: lines.at(from + at) + 1,
            code: u32::from(c),
        }),
        None => Ok(()),
    }
}

/// Two drafts in one reply, or a stream that came doubled: after the body began, a run of as many labels as make a head.
/// A title and a description alone may be an example in the prose, unless the reply itself has no more.
fn refuse_second_reply(lines: &Lines<'_>, head: &Head, extent: &Extent) -> Result<(), ReplyError> {
    if !head.is_whole() {
        return Ok(());
    }
    let in_body = head.labels().min(3);
    let second = lines.since(extent.body.start).find(|(start, line)| {
        let (at, end) = (lines.at(*start), start + line.len());
        if *start < extent.after && extent.after <= end {
            // What follows the marker on its line.
            return label::read(&lines.text[extent.after..end])
                .is_some_and(|l| l.kind == Kind::Title)
                && head::read(lines, at + 1).is_ok_and(|head| head.description.is_some());
        }
        let enough = if *start < extent.after { in_body } else { 2 };
        label::read(line).is_some_and(|l| matches!(l.kind, Kind::Title | Kind::Description))
            && block_at(&extent.blocks, *start).is_none()
            && head::read(lines, at).is_ok_and(|head| head.labels() >= enough)
    });
    match second {
        Some((start, _)) => Err(ReplyError::DuplicateLabels {
            line: lines.at(start) + 1,
            label: Kind::Title.name(),
        }),
        None => Ok(()),
    }
}

/// Labels that the head does not have, two in a row or with the body's label: the head was broken off too early, and the
/// body would show them.
fn refuse_late_labels(
    lines: &Lines<'_>,
    head: &Head,
    extent: &Extent,
    body: &Range<usize>,
) -> Result<(), ReplyError> {
    if !head.is_whole() {
        return Ok(());
    }
    let late = lines
        .since(body.start)
        .take_while(|(start, _)| *start < body.end)
        .find_map(|(start, line)| {
            let found = label::read(line)
                .filter(|found| found.strong && found.colon && !head.has(found.kind))?;
            let follows = || {
                head::read(lines, lines.at(start))
                    .is_ok_and(|head| head.labels() > 1 || head.body_label)
            };
            let is_head = match found.kind {
                // `Post body: ...` may be prose.
                Kind::Body => line.contains(Kind::Body.name()),
                _ => follows(),
            };
            (is_head && block_at(&extent.blocks, start).is_none()).then_some((start, found.kind))
        });
    match late {
        Some((start, kind)) => Err(ReplyError::LabelOutOfPlace {
            line: lines.at(start) + 1,
            label: kind.name(),
        }),
        None => Ok(()),
    }
}

/// Labels that come after the body, as its last lines. Gives what is left of the body.
fn take_trailing_labels(lines: &Lines<'_>, extent: &Extent, head: &mut Head) -> Range<usize> {
    let mut end = extent.body.end;
    loop {
        let body = lines.text[extent.body.start..end].trim_end();
        let from = extent.body.start + body.rfind('\n').map_or(0, |at| at + 1);
        let line = &lines.text[from..extent.body.start + body.len()];
        let late = |found: &label::Label<'_>| {
            found.strong
                && !matches!(found.kind, Kind::Title | Kind::Body)
                && !found.value.is_empty()
                && !head.has(found.kind)
        };
        let Some(found) = label::read(line)
            .filter(late)
            .filter(|_| block_at(&extent.blocks, from).is_none())
        else {
            return extent.body.start..end;
        };
        if let Some(slot) = head.slot(found.kind) {
            *slot = Some(Value {
                line: lines.at(from),
                text: vec![found.value.to_owned()],
            });
        }
        end = from;
    }
}
