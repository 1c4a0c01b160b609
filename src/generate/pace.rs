//! One pace for all workers: so many requests and tokens a minute.

use std::time::Duration;

use tokio::time::Instant;

/// Hands out starting times, evenly spaced, so that neither limit is passed in any minute.
#[derive(Debug)]
pub(super) struct Pace {
    per_request: Duration,
    tokens_per_minute: Option<u32>,
    next: Option<Instant>,
}

impl Pace {
    pub(super) fn new(requests_per_minute: Option<u32>, tokens_per_minute: Option<u32>) -> Self {
        Self {
            per_request: requests_per_minute.map_or(Duration::ZERO, |limit| {
                Duration::from_mins(1) / limit.max(1)
            }),
            tokens_per_minute: tokens_per_minute.map(|limit| limit.max(1)),
            next: None,
        }
    }

    /// When a request of about `tokens` tokens may start; its turn is taken with that.
    pub(super) fn reserve(&mut self, now: Instant, tokens: u64) -> Instant {
        let start = self.next.map_or(now, |next| next.max(now));
        let for_tokens = self.tokens_per_minute.map_or(Duration::ZERO, |limit| {
            // A day bounds absurd estimates.
            let millis = (u128::from(tokens) * 60_000 / u128::from(limit)).min(86_400_000);
            Duration::from_millis(u64::try_from(millis).unwrap_or(86_400_000))
        });
        self.next = Some(start + self.per_request.max(for_tokens));
        start
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slower_limit_sets_the_pace() {
        let now = Instant::now();
        let mut pace = Pace::new(Some(60), Some(6_000));
        assert_eq!(pace.reserve(now, 10), now);
        assert_eq!(pace.reserve(now, 500), now + Duration::from_secs(1));
        assert_eq!(pace.reserve(now, 10), now + Duration::from_secs(6));
        let later = now + Duration::from_mins(1);
        assert_eq!(pace.reserve(later, u64::MAX), later);
        assert!(pace.reserve(later, 1) <= later + Duration::from_hours(24));
    }

    #[test]
    fn without_limits_nobody_waits() {
        let now = Instant::now();
        let mut pace = Pace::new(None, None);
        for _ in 0..100 {
            assert_eq!(pace.reserve(now, u64::MAX), now);
        }
    }
}
