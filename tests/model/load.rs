//! How a run follows what servers say of their limits, and the time it goes by.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use postwright::generate::{Context, Outcome, Settings, run};
use postwright::model::ModelFacts;
use tokio_util::sync::CancellationToken;

use super::{Notes, choice, complete, drive, jobs, settings};
use crate::support::server::{Play, Server, good, plays};

/// A good reply with these headers.
fn reply_with(headers: &[&str]) -> Play {
    let mut play = good("a\n</EndOFText>\n");
    play.headers = headers.iter().map(ToString::to_string).collect();
    play
}

/// How long after the first each request came.
fn times(answer: Play, count: usize, jobs_at_once: usize) -> Vec<Duration> {
    let times: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let seen = Arc::clone(&times);
    let server = Server::with(move |number, _| {
        seen.lock().unwrap().push(Instant::now());
        if number == 0 {
            answer.clone()
        } else {
            reply_with(&[])
        }
    });
    let settings = Settings {
        jobs: jobs_at_once,
        ..settings()
    };
    let finished = drive(jobs(count), &server.url(), &settings, &Notes::default());
    let answered = |it: &&Outcome| matches!(it, Outcome::Answered { .. });
    assert_eq!(finished.outcomes.iter().filter(answered).count(), count);
    assert_eq!(server.seen().len(), count, "nothing was turned away");
    let times = times.lock().unwrap();
    times.iter().map(|it| *it - times[0]).collect()
}

#[test]
fn a_limit_that_is_used_up_slows_down_before_anything_is_turned_away() {
    for headers in [
        [
            "x-ratelimit-remaining-requests: 0",
            "x-ratelimit-reset-requests: 1s",
        ],
        [
            "x-ratelimit-remaining-tokens: 3",
            "x-ratelimit-reset-tokens: 1000ms",
        ],
        [
            "anthropic-ratelimit-input-tokens-remaining: 0",
            "anthropic-ratelimit-input-tokens-reset: SOON",
        ],
    ] {
        // A second from now, whatever now is.
        let soon = Timestamp::now() + SignedDuration::from_millis(1200);
        let headers = headers.map(|it| it.replace("SOON", &soon.to_string()));
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let times = times(reply_with(&headers), 3, 1);
        assert!(
            times[1] >= Duration::from_millis(800),
            "{headers:?} {times:?}"
        );
        assert!(times[2] < Duration::from_secs(4), "{headers:?} {times:?}");
    }
}

#[test]
fn plenty_that_is_left_slows_nothing_down() {
    for headers in [
        [
            "x-ratelimit-remaining-requests: 59",
            "x-ratelimit-reset-requests: 4s",
        ],
        // An hour is too long to wait for; the server will say so itself.
        [
            "x-ratelimit-remaining-requests: 0",
            "x-ratelimit-reset-requests: 1h",
        ],
        ["x-ratelimit-remaining-requests: -1", "x-ratelimit-reset: x"],
    ] {
        let times = times(reply_with(&headers), 3, 1);
        assert!(times[2] < Duration::from_secs(3), "{headers:?} {times:?}");
    }
}

#[test]
fn being_turned_away_halves_the_requests_at_a_time() {
    let first = AtomicUsize::new(0);
    let under_way = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (count, peak) = (Arc::clone(&under_way), Arc::clone(&most));
    let server = Server::with(move |_, _| {
        // The first eight are under way together, and turned away together.
        if first.fetch_add(1, Ordering::SeqCst) < 8 {
            std::thread::sleep(Duration::from_millis(300));
            let mut play = plays(429, &["raw {}"]);
            play.headers = vec!["retry-after-ms: 200".to_owned()];
            return play;
        }
        peak.fetch_max(count.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(150));
        count.fetch_sub(1, Ordering::SeqCst);
        reply_with(&[])
    });
    let settings = Settings {
        jobs: 8,
        ..settings()
    };
    // As many as it takes to be at four at a time, and not yet to be back at eight.
    let finished = drive(jobs(8), &server.url(), &settings, &Notes::default());
    assert_eq!(finished.stopped, None);
    assert_eq!(server.seen().len(), 16);
    let most = most.load(Ordering::SeqCst);
    assert!((2..=5).contains(&most), "{most} at a time");
}

#[test]
fn a_clock_that_jumps_changes_no_wait() {
    let server = Server::with(|number, _| {
        let mut play = reply_with(&[]);
        if number % 2 == 0 {
            play = plays(429, &["raw {}"]);
            play.headers = vec!["retry-after-ms: 400".to_owned()];
        }
        play
    });
    // Back and forth by a year each time that it is looked at.
    let looks = AtomicUsize::new(0);
    let now = || {
        let looks = looks.fetch_add(1, Ordering::SeqCst);
        let year = SignedDuration::from_hours(24 * 365);
        if looks.is_multiple_of(2) {
            Timestamp::now() - year
        } else {
            Timestamp::now() + year
        }
    };
    let (choice, settings, notes) = (choice(&server.url()), settings(), Notes::default());
    let interrupt = CancellationToken::new();
    let started = Instant::now();
    let finished = run(
        jobs(2),
        &Context {
            choice: &choice,
            facts: ModelFacts::default(),
            cap: None,
            settings: &settings,
            ledger: &notes,
            progress: &notes,
            complete: &complete,
            now: &now,
            interrupt: &interrupt,
        },
    );
    let took = started.elapsed();
    assert!(
        took >= Duration::from_millis(800) && took < Duration::from_secs(6),
        "{took:?}"
    );
    assert_eq!(finished.stopped, None);
    assert_eq!(server.seen().len(), 4);
    assert_eq!(notes.answers.lock().unwrap().len(), 2);
}
