//! How long to wait before asking again.

use std::time::Duration;

/// A number from 0 to 1 that differs from job to job and try to try, and is the same for the same seed.
pub(super) fn chance(seed: u64, job: usize, attempt: u32) -> f64 {
    // SplitMix64: spreads neighbouring numbers well, and needs no state.
    let mut bits = seed
        .wrapping_add((job as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))
        .wrapping_add(u64::from(attempt).wrapping_mul(0xd1b5_4a32_d192_ed03));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    f64::from((bits >> 32) as u32) / f64::from(u32::MAX)
}

/// The wait after failed request number `attempt` (from 1): what the server asks for and up to a tenth more, never
/// earlier; else anything between a tenth and the whole of `first`·2ⁿ, at most 60 times `first`.
pub(super) fn wait(
    first: Duration,
    attempt: u32,
    retry_after: Option<Duration>,
    chance: f64,
) -> Duration {
    let chance = chance.clamp(0.0, 1.0);
    if let Some(asked) = retry_after {
        return asked + asked.min(Duration::from_mins(10)).mul_f64(0.1 * chance);
    }
    let doubled = first.saturating_mul(1_u32 << attempt.saturating_sub(1).min(16));
    let most = doubled.min(first.saturating_mul(60));
    most.mul_f64(0.1 + 0.9 * chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: Duration = Duration::from_millis(500);

    #[test]
    fn waits_double_up_to_half_a_minute() {
        assert_eq!(wait(HALF, 1, None, 1.0), HALF);
        assert_eq!(wait(HALF, 3, None, 1.0), HALF * 4);
        assert_eq!(wait(HALF, 30, None, 1.0), Duration::from_secs(30));
        assert_eq!(wait(HALF, u32::MAX, None, 0.0), Duration::from_secs(3));
        assert!(wait(Duration::MAX, 9, None, 0.0).as_secs() > 0);
    }

    #[test]
    fn a_server_that_asks_for_time_gets_it() {
        let asked = Duration::from_secs(10);
        assert_eq!(wait(HALF, 1, Some(asked), 0.0), asked);
        assert_eq!(wait(HALF, 1, Some(asked), 1.0), Duration::from_secs(11));
    }

    #[test]
    fn chances_spread() {
        let chances: Vec<f64> = (0..100).map(|job| chance(7, job, 1)).collect();
        assert!(chances.iter().all(|it| (0.0..=1.0).contains(it)));
        let mean = chances.iter().sum::<f64>() / 100.0;
        assert!((0.4..0.6).contains(&mean), "{mean}");
        assert!((chance(7, 0, 1) - chance(7, 0, 1)).abs() < f64::EPSILON);
    }
}
