//! One limiter for all workers: who may ask now, who waits, and until when. A value without a clock of its own.
//!
//! Four things hold a request back: a pause that a server asked for, what it said is left of its limits, the pace that
//! was configured, and the window of requests at a time. The window halves when the server turns requests away, once for
//! all that were under way together, and grows by one after as many good replies as it is wide.

use std::time::Duration;

use tokio::time::Instant;

use self::allowance::Allowance;
use crate::model::classify::RateHints;

mod allowance;

/// The longest time that one estimate of tokens may take of the pace.
const LONGEST_TURN: u128 = 86_400_000;

/// Whether a request may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// Now; its turn is taken, and [`Limiter::finished`] has to be told of its end.
    Go(Ticket),
    /// Not before this; ask again then.
    WaitUntil(Instant),
    /// Not before another request has ended; ask again then.
    WaitForASlot,
}

/// Which requests were under way together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ticket(u64);

/// How a request ended, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// With a reply.
    Well,
    /// The server turned it away because of all that it has to do; nobody may ask before this.
    TurnedAway(Instant),
    /// In some other way, which says nothing of the server's load.
    Otherwise,
}

/// How fast a run may be.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bounds {
    /// Requests at a time.
    pub(super) jobs: usize,
    /// Requests a minute.
    pub(super) requests_per_minute: Option<u32>,
    /// Tokens a minute.
    pub(super) tokens_per_minute: Option<u32>,
    /// What a server says of its limits delays nobody for longer than this.
    pub(super) max_wait: Duration,
}

/// See the module.
#[derive(Debug)]
pub(super) struct Limiter {
    bounds: Bounds,
    window: usize,
    under_way: usize,
    /// Good replies since the window changed.
    good: usize,
    /// Goes up when the window halves.
    round: u64,
    pause: Option<Instant>,
    /// When the pace allows the next request.
    next: Option<Instant>,
    requests: Option<Allowance>,
    tokens: Option<Allowance>,
}

impl Limiter {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            window: bounds.jobs.max(1),
            bounds,
            under_way: 0,
            good: 0,
            round: 0,
            pause: None,
            next: None,
            requests: None,
            tokens: None,
        }
    }

    /// Whether a request of about `tokens` tokens, those of its reply included, may be sent now.
    pub(super) fn admit(&mut self, now: Instant, tokens: u64) -> Admission {
        if self.under_way >= self.window {
            return Admission::WaitForASlot;
        }
        let paced = self.pause.into_iter().chain(self.next);
        let start = paced.chain(self.hinted(now, tokens)).max();
        if let Some(start) = start.filter(|start| *start > now) {
            return Admission::WaitUntil(start);
        }
        self.pause = None;
        self.next = Some(now + self.turn(tokens));
        for (allowance, used) in [(&mut self.requests, 1), (&mut self.tokens, tokens)] {
            if let Some(allowance) = allowance {
                allowance.take(used);
            }
        }
        self.under_way += 1;
        Admission::Go(Ticket(self.round))
    }

    /// A request that was let go has ended.
    pub(super) fn finished(&mut self, ticket: Ticket, ended: Ended) {
        self.under_way = self.under_way.saturating_sub(1);
        match ended {
            Ended::Well => {
                self.good += 1;
                if self.good >= self.window && self.window < self.bounds.jobs {
                    self.window += 1;
                    self.good = 0;
                }
            }
            Ended::TurnedAway(until) => {
                self.pause = Some(self.pause.map_or(until, |earlier| earlier.max(until)));
                // The others that were under way will be turned away as well; that is no news.
                if ticket.0 == self.round {
                    self.round += 1;
                    self.window = (self.window / 2).max(1);
                }
                self.good = 0;
            }
            Ended::Otherwise => {}
        }
    }

    /// The server said, at `now`, what is left of its limits.
    pub(super) fn heard(&mut self, now: Instant, hints: RateHints) {
        for (allowance, left) in [
            (&mut self.requests, hints.requests),
            (&mut self.tokens, hints.tokens),
        ] {
            if let Some(left) = left {
                *allowance = Allowance::new(left, now);
            }
        }
    }

    /// How many requests may be under way.
    #[cfg(test)]
    pub(super) fn window(&self) -> usize {
        self.window
    }

    /// When the server's limits let a request through. A wait that is too long is left for the server to ask for: it says
    /// so in words, and turning a request away costs nothing.
    fn hinted(&mut self, now: Instant, tokens: u64) -> Option<Instant> {
        let mut latest = None;
        for (allowance, needed) in [(&mut self.requests, 1), (&mut self.tokens, tokens)] {
            *allowance = allowance.filter(|it| !it.is_over(now));
            let ready = allowance.as_ref().map(|it| it.ready(needed));
            let soon = |ready: &Instant| *ready <= now + self.bounds.max_wait;
            latest = latest.max(ready.filter(soon));
        }
        latest
    }

    /// How long a request keeps the pace to itself: the slower limit counts.
    fn turn(&self, tokens: u64) -> Duration {
        let minute = Duration::from_mins(1);
        let for_request = self
            .bounds
            .requests_per_minute
            .map_or(Duration::ZERO, |limit| minute / limit.max(1));
        let for_tokens = self
            .bounds
            .tokens_per_minute
            .map_or(Duration::ZERO, |limit| {
                let millis = u128::from(tokens) * minute.as_millis() / u128::from(limit.max(1));
                Duration::from_millis(u64::try_from(millis.min(LONGEST_TURN)).unwrap_or(0))
            });
        for_request.max(for_tokens)
    }
}

#[cfg(test)]
mod tests;
