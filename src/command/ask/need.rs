//! What a recorded reply lacks before a post can be made of it, and how it is asked for.
//!
//! What the parser can take costs nothing. A reply that was cut is gone on from; labels that are missing are asked for
//! alone; only what concerns the text itself is asked for whole. Each is one more request, so each is bounded: a reply is
//! gone on from twice and repaired once, over all runs.

use crate::finding::{Finding, Severity};
use crate::model::FollowUp;
use crate::prompt;
use crate::record::{Link, Record, Whole};
use crate::reply::{self, Parsed, ReplyError};

/// A cut reply is gone on from so often.
pub(super) const MOST_CONTINUED: u32 = 2;
/// Pieces of a reply whose runs were ended, each before it was whole: more than anybody has the patience for.
const MOST_PIECES: u32 = 32;
/// A malformed one is repaired so often.
pub(super) const MOST_REPAIRED: u32 = 1;
/// So many problems are named in one request.
const MOST_PROBLEMS: usize = 12;

/// What a reply lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::command) enum Need {
    /// Its end, from this byte of its text on.
    Rest(usize),
    /// Its labels: these are the problems.
    Labels(Vec<String>),
    /// Everything, once more and better: these are the problems.
    Everything(Vec<String>),
}

impl Need {
    /// What the reply of `record` lacks by itself. `repairs` tells whether repairs are wanted at all. `None` where it
    /// lacks nothing, or nothing that may be asked for.
    pub(in crate::command) fn of(
        record: &Record,
        parsed: &Result<Parsed, ReplyError>,
        categories: &[String],
        repairs: bool,
    ) -> Option<Self> {
        if record.was_declined() {
            return None;
        }
        let was_cut = record.was_cut();
        match parsed {
            // The marker was only spoken of.
            Ok(_) if was_cut && !reply::ends_with_marker(record.text()) => Self::rest(record),
            Ok(parsed) => {
                Self::categories(parsed, categories).filter(|_| may_repair(record, repairs))
            }
            Err(ReplyError::Incomplete { .. } | ReplyError::Unlabelled { .. }) => {
                Self::rest(record).or_else(|| {
                    let marker =
                        "it has no end marker `</EndOFText>` on a line of its own at its end"
                            .to_owned();
                    let whole = Self::Everything(vec![marker]);
                    (!was_cut && may_repair(record, repairs)).then_some(whole)
                })
            }
            Err(error) if may_repair(record, repairs) => Self::repair(record, error),
            Err(_) => None,
        }
    }

    fn rest(record: &Record) -> Option<Self> {
        // Prompt and reply filled the context window: there is no room for more.
        if record.outcome.finish.as_deref() == Some("window-full") {
            return None;
        }
        // It was asked for the rest and says that there is none, though the text had been cut.
        if record.whole.is_some() && reply::says_that_was_all(&record.reply) {
            return None;
        }
        let at = reply::resume_at(record.text())?;
        let Whole {
            earlier, continued, ..
        } = rounds(record);
        // A run that ended is no reason to give up what it had.
        let may_go_on = if record.was_interrupted() {
            earlier < MOST_PIECES
        } else {
            continued < MOST_CONTINUED
        };
        may_go_on.then_some(Self::Rest(at))
    }

    /// None of the categories is one of the site's.
    fn categories(parsed: &Parsed, categories: &[String]) -> Option<Self> {
        let unknown = parsed
            .notes
            .iter()
            .any(|note| note.rule == "unknown-category");
        let none = parsed.article.categories.is_empty() && !categories.is_empty();
        (unknown && none).then(|| {
            Self::Labels(vec![
                "none of its CATEGORIES is in the list of categories".to_owned(),
            ])
        })
    }

    fn repair(record: &Record, error: &ReplyError) -> Option<Self> {
        let problem = error.to_string();
        match error {
            ReplyError::MissingLabel { .. }
            | ReplyError::EmptyTitle { .. }
            | ReplyError::EmptyDescription { .. }
                if reply::has_body(record.text()) =>
            {
                Some(Self::Labels(vec![problem]))
            }
            // Too much to send back, or nothing that a look at it would help with.
            ReplyError::TooLong { .. } | ReplyError::Empty | ReplyError::UnclosedThink { .. } => {
                None
            }
            _ => Some(Self::Everything(vec![problem])),
        }
    }

    /// What the post of `record` lacks, which was not written because it is shorter than `least` words or because of
    /// `findings`. Those of a stub's own front matter no model can mend.
    pub(in crate::command) fn of_post(
        record: &Record,
        words: Option<(usize, usize)>,
        findings: &[&Finding],
        repairs: bool,
    ) -> Option<Self> {
        if record.was_declined() || !may_repair(record, repairs) {
            return None;
        }
        let short = words.map(|(words, least)| {
            format!("its body has {words} words, and the site asks for {least} at least")
        });
        let errors = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Error)
            .map(|finding| match &finding.help {
                Some(help) => format!("{} ({help})", finding.message),
                None => finding.message.clone(),
            });
        let mut problems: Vec<String> = short.into_iter().chain(errors).collect();
        problems.dedup();
        problems.truncate(MOST_PROBLEMS);
        (!problems.is_empty()).then_some(Self::Everything(problems))
    }

    /// How it is asked for, and how the answer will hang together with `record`.
    pub(super) fn follow_up(&self, record: &Record) -> (FollowUp, Link) {
        let text = record.text();
        let repairs = Link::Repairs {
            record: record.name.clone(),
        };
        let (end, ask, link) = match self {
            Self::Rest(at) => (
                *at,
                prompt::go_on(),
                Link::Continues {
                    record: record.name.clone(),
                    at: *at,
                },
            ),
            Self::Labels(problems) => (usize::MAX, prompt::repair(problems, true), repairs),
            Self::Everything(problems) => (usize::MAX, prompt::repair(problems, false), repairs),
        };
        let reply = reply::so_far(text, end);
        let earlier = rounds(record).earlier;
        let follow_up = FollowUp {
            reply,
            ask,
            replies: 1 + earlier,
            earlier_bytes: 0,
        };
        (follow_up, link)
    }

    /// Which time a cut reply is gone on from; `None` for a repair.
    pub(super) fn round(&self, record: &Record) -> Option<u32> {
        matches!(self, Self::Rest(_)).then(|| rounds(record).earlier + 1)
    }
}

/// Whether asking anew would most likely end as this reply did: it ended by itself, or at the limit of tokens, or after all
/// that may be asked.
pub(in crate::command) fn is_hopeless(record: &Record) -> bool {
    let at_limit = matches!(
        record.outcome.finish.as_deref(),
        Some("length" | "max_tokens" | "window-full")
    );
    let Whole {
        continued,
        repaired,
        ..
    } = rounds(record);
    !record.was_cut() || at_limit || continued >= MOST_CONTINUED || repaired >= MOST_REPAIRED
}

/// How often what is asked for may be followed by more: continuations and repairs that are left for a reply, the one that
/// is about to be asked for included.
pub(super) fn rounds_left(record: &Record) -> (u32, u32) {
    let Whole {
        continued,
        repaired,
        ..
    } = rounds(record);
    (
        MOST_CONTINUED.saturating_sub(continued) + u32::from(record.was_interrupted()),
        MOST_REPAIRED.saturating_sub(repaired),
    )
}

fn rounds(record: &Record) -> Whole {
    record.whole.clone().unwrap_or(Whole {
        text: String::new(),
        earlier: 0,
        continued: 0,
        repaired: 0,
        offered: Vec::new(),
    })
}

fn may_repair(record: &Record, repairs: bool) -> bool {
    repairs && rounds(record).repaired < MOST_REPAIRED
}
