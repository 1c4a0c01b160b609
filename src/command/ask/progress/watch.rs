//! What a run looks like at a moment: events in, lines of text out. No clock and no terminal, so that a test can tell
//! a whole run.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::columns::{fit, fit_path, width};
use crate::generate::Event;
use crate::report::human::plural;
use crate::text::{escape, shorten};

/// A stream that has only begun says little about its speed.
const MEASURED: Duration = Duration::from_secs(1);

/// Waits up to this long are told as a number of seconds, longer ones by the time of day when they end.
const SHORT_WAIT: i64 = 90;

/// Most characters of the reason for a wait.
const REASON: usize = 60;

/// The state of a run.
#[derive(Debug)]
pub(super) struct Watch {
    jobs: Vec<Job>,
    /// Jobs that have begun and not ended, in the order in which they began.
    active: Vec<usize>,
    recorded: usize,
    failed: usize,
    cost: Cost,
}

/// What was said last of the cost so far.
#[derive(Debug)]
enum Cost {
    Nothing,
    Unknown,
    Dollars(f64),
}

#[derive(Debug)]
struct Job {
    /// Fit to print.
    path: String,
    phase: Phase,
    aim: Aim,
    /// Words of the parts before a continuation.
    earlier: usize,
    words: usize,
    bytes: usize,
    /// When the first text of the request under way came.
    first_text: Option<Timestamp>,
}

#[derive(Debug)]
enum Phase {
    /// Not begun, or ended.
    Idle,
    Asking {
        attempt: u32,
    },
    Waiting {
        until: Timestamp,
        reason: String,
    },
}

/// What the requests of a job are for.
#[derive(Debug)]
enum Aim {
    Reply,
    Rest(u32),
    Better,
}

/// What to show at a moment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Frame {
    /// Jobs that have ended.
    pub(super) done: usize,
    /// All jobs.
    pub(super) total: usize,
    /// A line about the run, to stand beside its bar.
    pub(super) run: String,
    /// A line for each job under way, as far as there is room.
    pub(super) jobs: Vec<String>,
}

/// The room for a [`Frame`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Room {
    /// Columns of the line about the run.
    pub(super) run: usize,
    /// Columns of a job's line.
    pub(super) columns: usize,
    /// Most lines for jobs.
    pub(super) lines: usize,
}

impl Watch {
    /// A run of so many jobs, one for each path, of which none has begun.
    pub(super) fn new<'a>(paths: impl IntoIterator<Item = &'a str>) -> Self {
        let job = |path| Job {
            path: escape(path).into_owned(),
            phase: Phase::Idle,
            aim: Aim::Reply,
            earlier: 0,
            words: 0,
            bytes: 0,
            first_text: None,
        };
        Self {
            jobs: paths.into_iter().map(job).collect(),
            active: Vec::new(),
            recorded: 0,
            failed: 0,
            cost: Cost::Nothing,
        }
    }

    /// Takes in what happened to a job at a moment.
    pub(super) fn event(&mut self, index: usize, event: &Event, now: Timestamp) {
        if let Event::Spent { usd } = event {
            self.cost = usd.map_or(Cost::Unknown, Cost::Dollars);
            return;
        }
        let Some(job) = self.jobs.get_mut(index) else {
            return;
        };
        job.event(event, now);
        let is_over = matches!(event, Event::Finished | Event::Failed { .. });
        if is_over {
            self.active.retain(|active| *active != index);
            self.recorded += usize::from(*event == Event::Finished);
            self.failed += usize::from(*event != Event::Finished);
        } else if !self.active.contains(&index) {
            self.active.push(index);
        }
    }

    /// What to show.
    pub(super) fn frame(&self, room: Room, now: Timestamp) -> Frame {
        let active: Vec<&Job> = self.active.iter().map(|index| &self.jobs[*index]).collect();
        let shown = if active.len() > room.lines {
            &active[..room.lines.saturating_sub(1)]
        } else {
            &active[..]
        };
        let longest = shown.iter().map(|job| width(&job.path)).max().unwrap_or(0);
        let path = longest.min((room.columns * 2 / 5).max(10));
        let mut jobs: Vec<String> = shown
            .iter()
            .map(|job| {
                let state = job.state(now);
                fit(
                    &format!("{}  {state}", fit_path(&job.path, path)),
                    room.columns,
                )
            })
            .collect();
        let hidden = active.len() - shown.len();
        if hidden > 0 && room.lines > 0 {
            jobs.push(fit(&format!("and {hidden} more"), room.columns));
        }
        Frame {
            done: self.done(),
            total: self.jobs.len(),
            run: self.run(room.run, now),
            jobs,
        }
    }

    /// A line about an event, for a log; `None` where it is not worth one.
    pub(super) fn line(&self, index: usize, event: &Event, now: Timestamp) -> Option<String> {
        let Job { path, aim, .. } = self.jobs.get(index)?;
        let what = match event {
            // It was said what this one is for.
            Event::Started { .. } if !matches!(aim, Aim::Reply) => return None,
            Event::Started { attempt: 1 } => "asking".to_owned(),
            Event::Started { attempt } => format!("asking again (request {attempt})"),
            Event::Waiting { delay, reason } => {
                let reason = escape(reason);
                match end(*delay, now) {
                    Some(until) => format!("waiting {}: {reason}", clock(until)),
                    None => format!("waiting {:.1} s: {reason}", delay.as_secs_f64()),
                }
            }
            Event::Continuing { round } => {
                format!(
                    "the reply was cut; asking for the rest (part {})",
                    round + 1
                )
            }
            Event::Repairing => "the reply lacks something; asking for that".to_owned(),
            Event::Finished => match self.cost {
                Cost::Dollars(usd) if usd > 0.0 => {
                    format!("recorded ({}, {} so far)", self.count(), dollars(usd))
                }
                _ => format!("recorded ({})", self.count()),
            },
            Event::Failed { kind } => format!("no usable reply ({kind}; {})", self.count()),
            Event::Words { .. } | Event::Spent { .. } => return None,
        };
        Some(format!("{path}: {what}"))
    }

    fn done(&self) -> usize {
        self.recorded + self.failed
    }

    fn count(&self) -> String {
        format!("{} of {}", self.done(), self.jobs.len())
    }

    /// The line about the run: what matters most comes first, and what has no room is left out.
    fn run(&self, columns: usize, now: Timestamp) -> String {
        let mut text = fit(
            &format!(
                "{} {}",
                self.count(),
                if self.jobs.len() == 1 {
                    "post"
                } else {
                    "posts"
                }
            ),
            columns,
        );
        let failed = (self.failed > 0).then(|| format!("{} failed", self.failed));
        let cost = match self.cost {
            Cost::Nothing => None,
            Cost::Unknown => Some("cost not known".to_owned()),
            Cost::Dollars(usd) => Some(format!("{} so far", dollars(usd))),
        };
        let rate: Option<u64> = self
            .active
            .iter()
            .map(|index| self.jobs[*index].rate(now))
            .fold(None, |sum, rate| {
                rate.map_or(sum, |rate| Some(sum.unwrap_or(0) + rate))
            });
        let rate = rate.map(|rate| format!("~{rate} tokens/s"));
        let words: usize = self.jobs.iter().map(|job| job.earlier + job.words).sum();
        let words = (words > 0).then(|| plural(words, "word"));
        for part in [failed, cost, rate, words].into_iter().flatten() {
            let longer = format!("{text}, {part}");
            if width(&longer) > columns {
                break;
            }
            text = longer;
        }
        text
    }
}

impl Job {
    fn event(&mut self, event: &Event, now: Timestamp) {
        match event {
            Event::Started { attempt } => {
                self.begin();
                self.phase = Phase::Asking { attempt: *attempt };
            }
            Event::Words { words, bytes } => {
                (self.words, self.bytes) = (*words, *bytes);
                self.first_text.get_or_insert(now);
            }
            Event::Waiting { delay, reason } => {
                let until = SignedDuration::try_from(*delay)
                    .ok()
                    .and_then(|delay| now.checked_add(delay).ok())
                    .unwrap_or(Timestamp::MAX);
                let reason = shorten(&escape(reason), REASON).into_owned();
                self.phase = Phase::Waiting { until, reason };
            }
            Event::Continuing { round } => {
                self.earlier += self.words;
                self.begin();
                self.aim = Aim::Rest(*round);
            }
            Event::Repairing => {
                self.earlier = 0;
                self.begin();
                self.aim = Aim::Better;
            }
            Event::Finished | Event::Failed { .. } => self.phase = Phase::Idle,
            Event::Spent { .. } => {}
        }
    }

    fn begin(&mut self) {
        (self.words, self.bytes, self.first_text) = (0, 0, None);
    }

    /// Tokens a second of the request under way, from the bytes of its text.
    fn rate(&self, now: Timestamp) -> Option<u64> {
        if !matches!(self.phase, Phase::Asking { .. }) {
            return None;
        }
        let span = Duration::try_from(now.duration_since(self.first_text?)).ok()?;
        if span < MEASURED {
            return None;
        }
        let tokens = u128::try_from(self.bytes / 4).ok()?;
        u64::try_from(tokens * 1000 / span.as_millis().max(1)).ok()
    }

    fn state(&self, now: Timestamp) -> String {
        let attempt = match &self.phase {
            Phase::Idle => return String::new(),
            Phase::Waiting { until, reason } => return waiting(*until, reason, now),
            Phase::Asking { attempt } => *attempt,
        };
        let mut state = match self.aim {
            Aim::Reply if self.words > 0 => String::new(),
            Aim::Reply if attempt == 1 => "asking".to_owned(),
            Aim::Reply => format!("asking again (request {attempt})"),
            Aim::Rest(round) => format!("part {}", round + 1),
            Aim::Better => "asking for what it lacks".to_owned(),
        };
        let words = self.earlier + self.words;
        let words = (words > 0).then(|| plural(words, "word"));
        let rate = self.rate(now).map(|rate| format!("~{rate} tokens/s"));
        for part in [words, rate].into_iter().flatten() {
            if !state.is_empty() {
                state.push_str(", ");
            }
            state.push_str(&part);
        }
        state
    }
}

fn waiting(until: Timestamp, reason: &str, now: Timestamp) -> String {
    // The last second is a second too.
    let left = until.duration_since(now).as_millis().max(0) + 999;
    match i64::try_from(left / 1000).unwrap_or(i64::MAX) {
        0 => format!("waiting: {reason}"),
        seconds @ 1..=SHORT_WAIT => format!("waiting {seconds} s: {reason}"),
        _ => format!("waiting {}: {reason}", clock(until)),
    }
}

/// When a wait ends, if it is a long one.
fn end(delay: Duration, now: Timestamp) -> Option<Timestamp> {
    let delay = SignedDuration::try_from(delay).ok()?;
    (delay.as_secs() > SHORT_WAIT)
        .then(|| now.checked_add(delay).ok())
        .flatten()
}

fn clock(at: Timestamp) -> String {
    at.strftime("until %H:%M:%S UTC").to_string()
}

/// Small sums are told in parts of a cent.
fn dollars(usd: f64) -> String {
    if usd > 0.0 && usd < 0.1 {
        format!("${usd:.4}")
    } else {
        format!("${usd:.2}")
    }
}

#[cfg(test)]
mod tests;
