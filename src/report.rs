//! Values → text. Nothing here fetches or writes anything: every function returns a `String`.

use std::collections::HashMap;

use crate::finding::{Finding, Severity};
use crate::site::SitePath;

mod excerpt;
pub mod github;
pub mod human;
pub mod json;
pub mod links;
pub mod records;
pub mod sarif;

/// The texts of the pages that findings are about, to show lines of and to count columns in.
pub type Sources = HashMap<SitePath, String>;

/// What became of one stub or post in a run of `generate` or `accept`.
#[derive(Debug, Clone)]
pub struct PostReport {
    /// The page.
    pub path: SitePath,
    /// What became of it.
    pub state: PostState,
    /// The post's title, once there is one.
    pub title: Option<String>,
    /// The post's words, once there are some.
    pub words: usize,
    /// `provider/model`, once one is chosen.
    pub model: Option<String>,
    /// Requests made.
    pub requests: u32,
    /// Requests that it may take at most, continuations and repairs included.
    pub most_requests: u32,
    /// Tokens of the prompt, estimated before it is sent.
    pub prompt_tokens: u64,
    /// The most tokens that a reply may have; `None` where that is left to the provider.
    pub max_output_tokens: Option<u32>,
    /// Tokens that the provider counted, or an estimate.
    pub input_tokens: u64,
    /// Tokens that the provider counted, or an estimate.
    pub output_tokens: u64,
    /// US dollars, as far as they were counted; `None` where a price is not known.
    pub cost_usd: Option<f64>,
    /// Whether the cost rests on an estimate of tokens, or requests may have been paid for whose tokens nobody counted.
    pub cost_estimated: bool,
    /// The most this post may cost, in US dollars; `None` where a price is not known.
    pub worst_case_usd: Option<f64>,
    /// Requests that failed and may have been paid for all the same.
    pub possibly_paid: u32,
    /// Why there is no post.
    pub error: Option<Trouble>,
    /// Where a person's edits and a new version cannot be merged: both sides, for people to look at.
    pub conflict: Option<Box<Sides>>,
    /// What there is to say about the post.
    pub findings: Vec<Finding>,
    /// Where the body of the page begins that the findings are about, in bytes; not shown.
    pub body_start: usize,
}

impl PostReport {
    /// A report that says nothing but the state, to be completed.
    pub fn new(path: &SitePath, state: PostState) -> Self {
        Self {
            path: path.clone(),
            state,
            title: None,
            words: 0,
            model: None,
            requests: 0,
            most_requests: 0,
            prompt_tokens: 0,
            max_output_tokens: None,
            input_tokens: 0,
            output_tokens: 0,
            cost_usd: Some(0.0),
            cost_estimated: false,
            worst_case_usd: Some(0.0),
            possibly_paid: 0,
            error: None,
            conflict: None,
            findings: Vec::new(),
            body_start: 0,
        }
    }

    /// The same report with this state and the reason for it.
    #[must_use]
    pub fn because(mut self, state: PostState, trouble: Trouble) -> Self {
        self.state = state;
        self.error = Some(trouble);
        self
    }
}

/// A page that two versions cannot be merged of: alike but for the places that both have changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sides {
    /// With what the person has there.
    pub edited: String,
    /// With what the new version has there.
    pub new: String,
}

/// What became of a stub or post.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostState {
    /// A post was written.
    Written,
    /// A post would be written (`--dry-run`), or was recorded without being written (`--record-only`).
    Planned,
    /// There was nothing to do.
    Unchanged,
    /// It was left alone for a reason that needs nobody.
    Skipped,
    /// There is no post, and a person has to do something.
    Failed,
}

impl PostState {
    /// The word used in every output format.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Planned => "planned",
            Self::Unchanged => "unchanged",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// Why something did not happen, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Trouble {
    /// A stable name in kebab-case, for programs.
    pub kind: String,
    /// One sentence for people.
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
}

impl Trouble {
    /// Trouble of this kind.
    pub fn new(
        kind: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            kind: kind.into(),
            message: message.into(),
            help: Some(help.into()),
        }
    }
}

/// A page in `status`.
#[derive(Debug, Clone)]
pub struct StatusLine {
    /// The page.
    pub path: SitePath,
    /// `stub`, `recorded`, `covered`, `partial`, `damaged`, `changed`, `written`, `edited` or `record-missing`.
    pub state: &'static str,
    /// What the post is about.
    pub topic: String,
    /// The record, as key/name.
    pub reply: Option<String>,
    /// The parts of a post that a person has edited: `front-matter`, `body`. Empty where there are none, or where the post as
    /// it was written is not kept.
    pub edited: Vec<&'static str>,
}

/// How many findings of each severity there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Findings that break the page.
    pub errors: usize,
    /// Findings that spoil it.
    pub warnings: usize,
    /// Advice.
    pub infos: usize,
}

/// Counts findings by severity.
pub fn count<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Counts {
    let mut counts = Counts::default();
    for finding in findings {
        match finding.severity {
            Severity::Error => counts.errors += 1,
            Severity::Warning => counts.warnings += 1,
            Severity::Info => counts.infos += 1,
        }
    }
    counts
}

/// The sum of an amount over all posts, in US dollars; `None` where one is not known.
pub fn total(posts: &[PostReport], amount: fn(&PostReport) -> Option<f64>) -> Option<f64> {
    let sum = posts
        .iter()
        .map(amount)
        .try_fold(0.0, |total, amount| Some(total + amount?))?;
    // Adding up fractions leaves crumbs; below a millionth of a millionth there is nothing else.
    Some((sum * 1e12_f64).round() / 1e12)
}

/// Texts of pages with the beginnings of their lines, to find many places in them.
pub(crate) struct Lined<'s>(HashMap<&'s SitePath, LinedText<'s>>);

impl<'s> Lined<'s> {
    pub(crate) fn of(sources: &'s Sources) -> Self {
        let texts = sources.iter();
        Self(
            texts
                .map(|(path, text)| (path, LinedText::of(text)))
                .collect(),
        )
    }

    pub(crate) fn get(&self, path: &SitePath) -> Option<&LinedText<'s>> {
        self.0.get(path)
    }
}

/// A text with the beginnings of its lines.
pub(crate) struct LinedText<'s> {
    pub(crate) text: &'s str,
    starts: Vec<usize>,
}

impl<'s> LinedText<'s> {
    pub(crate) fn of(text: &'s str) -> Self {
        let feeds = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            text,
            starts: std::iter::once(0).chain(feeds).collect(),
        }
    }

    /// See [`position`].
    pub(crate) fn position(&self, byte: usize) -> (usize, usize) {
        let byte = self.text.floor_char_boundary(byte.min(self.text.len()));
        let line = self.starts.partition_point(|start| *start <= byte);
        let start = self.starts[line - 1];
        (line, self.text[start..byte].chars().count() + 1)
    }

    /// A line, counted from 1, without its end.
    pub(crate) fn line(&self, line: usize) -> &'s str {
        let start = self
            .starts
            .get(line - 1)
            .copied()
            .unwrap_or(self.text.len());
        self.text[start..].lines().next().unwrap_or_default()
    }
}

/// Where a byte of a text stands: line and column from 1, the column in characters. A byte past the end, or inside a
/// character, is moved back to the nearest boundary.
pub fn position(text: &str, byte: usize) -> (usize, usize) {
    let byte = text.floor_char_boundary(byte.min(text.len()));
    let before = &text[..byte];
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (line, before[start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_index_of_lines_says_the_same(text in "[aé\r\n]{0,20}", byte in 0_usize..50) {
            let lined = LinedText::of(&text);
            let (line, column) = lined.position(byte);
            prop_assert_eq!((line, column), position(&text, byte));
            prop_assert_eq!(lined.line(line), text.lines().nth(line - 1).unwrap_or_default());
        }
    }
}
