//! What a server said is left of one of its limits, and when more of it will be there.

use std::time::Duration;

use tokio::time::Instant;

use crate::model::classify::Left;

/// Limits of this kind fill up steadily ("leaky buckets"): what is used now comes back bit by bit until the reset, when
/// all of it may be used again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Allowance {
    left: Left,
    reset: Duration,
    heard: Instant,
    /// What was handed out since.
    used: u64,
}

impl Allowance {
    /// None where the server does not say when more will be there.
    pub(super) fn new(left: Left, now: Instant) -> Option<Self> {
        Some(Self {
            left,
            reset: left.reset.filter(|reset| !reset.is_zero())?,
            heard: now,
            used: 0,
        })
    }

    /// When `needed` more may be used.
    pub(super) fn ready(&self, needed: u64) -> Instant {
        let needed = needed.saturating_add(self.used);
        let Some(missing) = needed.checked_sub(self.left.remaining).filter(|it| *it > 0) else {
            return self.heard;
        };
        let gone = self
            .left
            .limit
            .and_then(|limit| limit.checked_sub(self.left.remaining))
            .filter(|gone| missing < *gone);
        #[expect(clippy::cast_precision_loss, reason = "a share need not be exact")]
        let share = gone.map_or(1.0, |gone| missing as f64 / gone as f64);
        self.heard + self.reset.mul_f64(share)
    }

    pub(super) fn take(&mut self, needed: u64) {
        self.used = self.used.saturating_add(needed);
    }

    /// The reset has come: what was said no longer holds.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        now >= self.heard + self.reset
    }
}
