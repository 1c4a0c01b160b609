use super::*;
use crate::model::classify::Left;
use proptest::prelude::*;

const SECOND: Duration = Duration::from_secs(1);

fn limiter(jobs: usize) -> Limiter {
    Limiter::new(Bounds {
        jobs,
        max_wait: SECOND * 120,
        ..Bounds::default()
    })
}

fn go(limiter: &mut Limiter, now: Instant) -> Ticket {
    match limiter.admit(now, 10) {
        Admission::Go(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_more_at_a_time_than_jobs() {
    let now = Instant::now();
    let mut limiter = limiter(2);
    let first = go(&mut limiter, now);
    go(&mut limiter, now);
    assert_eq!(limiter.admit(now, 10), Admission::WaitForASlot);
    limiter.finished(first, Ended::Otherwise);
    go(&mut limiter, now);
    assert_eq!(Limiter::new(Bounds::default()).window(), 1);
}

#[test]
fn being_turned_away_pauses_all_and_halves_once() {
    let now = Instant::now();
    let mut limiter = limiter(8);
    let tickets: Vec<Ticket> = (0..8).map(|_| go(&mut limiter, now)).collect();
    limiter.finished(tickets[0], Ended::TurnedAway(now + SECOND));
    limiter.finished(tickets[1], Ended::TurnedAway(now + SECOND * 3));
    limiter.finished(tickets[2], Ended::TurnedAway(now + SECOND * 2));
    assert_eq!(limiter.window(), 4);
    for ticket in &tickets[3..] {
        limiter.finished(*ticket, Ended::Well);
    }
    let until = now + SECOND * 3;
    assert_eq!(limiter.admit(now, 10), Admission::WaitUntil(until));
    // After the pause it is the same again, and down to one at a time.
    for expected in [2, 1, 1] {
        let ticket = go(&mut limiter, until);
        limiter.finished(ticket, Ended::TurnedAway(until));
        assert_eq!(limiter.window(), expected);
    }
}

#[test]
fn the_window_grows_with_good_replies_and_not_beyond_the_jobs() {
    let now = Instant::now();
    let mut limiter = limiter(4);
    let ticket = go(&mut limiter, now);
    limiter.finished(ticket, Ended::TurnedAway(now));
    assert_eq!(limiter.window(), 2);
    let mut windows = Vec::new();
    for _ in 0..8 {
        let ticket = go(&mut limiter, now);
        limiter.finished(ticket, Ended::Well);
        windows.push(limiter.window());
    }
    assert_eq!(windows, [2, 3, 3, 3, 4, 4, 4, 4]);
}

#[test]
fn the_slower_pace_counts() {
    let now = Instant::now();
    let mut limiter = Limiter::new(Bounds {
        jobs: 9,
        requests_per_minute: Some(60),
        tokens_per_minute: Some(6_000),
        max_wait: SECOND,
    });
    go(&mut limiter, now);
    let second = now + SECOND;
    assert_eq!(limiter.admit(now, 500), Admission::WaitUntil(second));
    assert!(matches!(limiter.admit(second, 500), Admission::Go(_)));
    let third = second + SECOND * 5;
    assert_eq!(limiter.admit(second, 1), Admission::WaitUntil(third));
    assert!(matches!(limiter.admit(third, u64::MAX), Admission::Go(_)));
    let Admission::WaitUntil(fourth) = limiter.admit(third, 1) else {
        panic!("no wait")
    };
    assert!(fourth <= third + Duration::from_hours(24));
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it stands where an option is wanted"
)]
fn left(remaining: u64, limit: Option<u64>, reset: Option<Duration>) -> Option<Left> {
    Some(Left {
        remaining,
        limit,
        reset,
    })
}

#[test]
fn what_a_server_says_is_left_is_kept_to() {
    let now = Instant::now();
    let hear = |requests, tokens| {
        let mut limiter = limiter(9);
        limiter.heard(now, RateHints { requests, tokens });
        limiter
    };
    // Two more, then not before the reset.
    let mut two = hear(left(2, None, Some(SECOND * 9)), None);
    go(&mut two, now);
    go(&mut two, now);
    let reset = now + SECOND * 9;
    assert_eq!(two.admit(now, 10), Admission::WaitUntil(reset));
    go(&mut two, reset);
    go(&mut two, reset);
    // Sixty a minute come back one by one.
    let mut none = hear(left(0, Some(60), Some(SECOND * 60)), None);
    for second in 1..4 {
        let ready = now + SECOND * second;
        assert_eq!(none.admit(now, 10), Admission::WaitUntil(ready));
        go(&mut none, ready);
    }
    // Tokens count alike, and a request for more than the limit waits for all of it.
    let mut tokens = hear(None, left(100, Some(1_100), Some(SECOND * 100)));
    let ready = now + SECOND * 40;
    assert_eq!(tokens.admit(now, 500), Admission::WaitUntil(ready));
    let full = now + SECOND * 100;
    assert_eq!(tokens.admit(now, 9_999), Admission::WaitUntil(full));
    // What is no help: no time, or one that is too far off to wait for it.
    go(&mut hear(left(0, None, None), None), now);
    go(&mut hear(left(0, None, Some(Duration::ZERO)), None), now);
    go(&mut hear(left(0, None, Some(SECOND * 3600)), None), now);
}

#[test]
fn later_news_replaces_what_was_said() {
    let now = Instant::now();
    let mut limiter = limiter(9);
    let zero = RateHints {
        requests: left(0, None, Some(SECOND * 60)),
        tokens: None,
    };
    limiter.heard(now, zero);
    limiter.heard(now, RateHints::default());
    assert!(matches!(limiter.admit(now, 1), Admission::WaitUntil(_)));
    let many = RateHints {
        requests: left(50, None, Some(SECOND * 60)),
        tokens: None,
    };
    limiter.heard(now, many);
    go(&mut limiter, now);
}

proptest! {
    /// Whatever happens: never more at a time than jobs, never before a pause is over, and never for ever.
    #[test]
    fn bounds_hold(
        jobs in 1_usize..9,
        steps in proptest::collection::vec((0_u8..4, 0_u64..200, 0_u64..40), 1..200),
    ) {
        let mut now = Instant::now();
        let mut limiter = limiter(jobs);
        let mut under_way: Vec<Ticket> = Vec::new();
        let mut pause = now;
        for (what, number, seconds) in steps {
            match what {
                0 => now += SECOND * u32::try_from(seconds).unwrap(),
                1 => limiter.heard(now, RateHints {
                    requests: left(number, None, Some(SECOND * u32::try_from(seconds).unwrap())),
                    tokens: left(number, Some(150), Some(SECOND)),
                }),
                2 => match limiter.admit(now, number) {
                    Admission::Go(ticket) => {
                        prop_assert!(now >= pause);
                        under_way.push(ticket);
                    }
                    Admission::WaitUntil(later) => {
                        prop_assert!(later > now && later <= now + SECOND * 120);
                    }
                    Admission::WaitForASlot => prop_assert!(!under_way.is_empty()),
                },
                _ => if let Some(ticket) = under_way.pop() {
                    let until = now + SECOND * u32::try_from(seconds).unwrap();
                    let ended = match number % 3 {
                        0 => Ended::Well,
                        1 => Ended::Otherwise,
                        _ => { pause = pause.max(until); Ended::TurnedAway(until) }
                    };
                    limiter.finished(ticket, ended);
                },
            }
            prop_assert!(under_way.len() <= jobs && (1..=jobs).contains(&limiter.window()));
        }
    }
}
