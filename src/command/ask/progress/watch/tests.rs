//! A run, told event by event.

use super::*;

const ROOM: Room = Room {
    run: 56,
    columns: 72,
    lines: 4,
};

const PATHS: [&str; 6] = [
    "content/posts/short.md",
    "content/posts/2026/a-rather-long-name-of-a-post-about-caching/index.md",
    "content/注释/缓存.md",
    "content/evil\u{1b}[2J\u{202e}name.md",
    "content/posts/fifth.md",
    "content/posts/sixth.md",
];

fn at(milliseconds: i64) -> Timestamp {
    // 14:05:00 UTC.
    Timestamp::from_millisecond(1_795_442_700_000 + milliseconds).unwrap()
}

fn words(words: usize, bytes: usize) -> Event {
    Event::Words { words, bytes }
}

fn waiting(seconds: u64, reason: &str) -> Event {
    Event::Waiting {
        delay: Duration::from_secs(seconds),
        reason: reason.to_owned(),
    }
}

fn spent(usd: Option<f64>) -> Event {
    Event::Spent { usd }
}

/// The whole story: at which millisecond, to which job, what happens.
fn story() -> Vec<(i64, usize, Event)> {
    use Event::{Continuing, Failed, Finished, Repairing, Started};
    let long = "the server said: \"slow down\u{7}, there is a great deal to do today\" and more";
    vec![
        (0, 0, Started { attempt: 1 }),
        (1, 1, Started { attempt: 1 }),
        (
            2,
            2,
            waiting(34, "the limit of requests or tokens a minute"),
        ),
        (800, 0, words(1, 6)),
        (1800, 0, words(40, 400)),
        (2800, 0, words(120, 1200)),
        (3000, 1, waiting(7200, long)),
        (3500, 0, spent(Some(0.0123))),
        (3600, 0, Finished),
        (4000, 3, Started { attempt: 1 }),
        (34_002, 2, Started { attempt: 1 }),
        (34_500, 3, words(900, 6000)),
        (36_000, 3, Continuing { round: 1 }),
        (36_001, 3, Started { attempt: 2 }),
        (37_000, 3, words(10, 60)),
        (39_000, 3, words(100, 600)),
        (40_000, 2, words(0, 300)),
        (42_000, 2, Repairing),
        (42_001, 2, Started { attempt: 2 }),
        (43_000, 4, Started { attempt: 1 }),
        (43_000, 5, Started { attempt: 2 }),
        (44_000, 2, spent(None)),
        (44_000, 2, Failed { kind: "overloaded" }),
        (45_000, 3, spent(Some(1.5))),
        (45_000, 3, Finished),
        (46_000, 5, words(3, 12)),
    ]
}

#[test]
fn a_run_as_bars() {
    let mut watch = Watch::new(PATHS);
    let mut seen = String::new();
    for (when, job, event) in story() {
        watch.event(job, &event, at(when));
        let frame = watch.frame(ROOM, at(when));
        seen.push_str(&format!(
            "{when} ms, {job}: {event:?}\n[{}/{}] {}\n",
            frame.done, frame.total, frame.run
        ));
        for line in &frame.jobs {
            assert!(width(line) <= ROOM.columns, "{line}");
            seen.push_str(&format!("  {line}\n"));
        }
        seen.push('\n');
    }
    insta::assert_snapshot!(seen);
}

#[test]
fn a_run_as_lines() {
    let mut watch = Watch::new(PATHS);
    let mut seen = String::new();
    for (when, job, event) in story() {
        watch.event(job, &event, at(when));
        if let Some(line) = watch.line(job, &event, at(when)) {
            seen.push_str(&line);
            seen.push('\n');
        }
    }
    insta::assert_snapshot!(seen);
}

#[test]
fn a_small_terminal_shows_what_it_has_room_for() {
    let mut watch = Watch::new(PATHS);
    for (when, job, event) in story() {
        watch.event(job, &event, at(when));
        for (columns, lines) in [(0, 0), (1, 1), (17, 2), (30, 3), (200, 100)] {
            let room = Room {
                run: columns,
                columns,
                lines,
            };
            let frame = watch.frame(room, at(when));
            assert!(frame.jobs.len() <= lines, "{frame:?}");
            assert!(width(&frame.run) <= columns, "{frame:?}");
            assert!(
                frame.jobs.iter().all(|line| width(line) <= columns),
                "{frame:?}"
            );
        }
    }
    let two = Room { lines: 2, ..ROOM };
    watch.event(2, &Event::Started { attempt: 3 }, at(50_000));
    assert_eq!(watch.frame(two, at(50_000)).jobs[1], "and 3 more");
}

#[test]
fn time_alone_changes_what_is_shown() {
    let mut watch = Watch::new(["a.md"]);
    let shown = |watch: &Watch, when| watch.frame(ROOM, at(when)).jobs.concat();
    watch.event(0, &waiting(100, "too many requests"), at(0));
    assert_eq!(
        shown(&watch, 0),
        "a.md  waiting until 14:06:40 UTC: too many requests"
    );
    assert_eq!(
        shown(&watch, 70_500),
        "a.md  waiting 30 s: too many requests"
    );
    assert_eq!(shown(&watch, 100_000), "a.md  waiting: too many requests");
    // A clock that is set back, or a wait that no clock can tell the end of, does no harm.
    assert!(shown(&watch, -9_000_000).contains("until 14:06:40 UTC"));
    watch.event(0, &waiting(u64::MAX, "nothing"), at(0));
    assert!(shown(&watch, 0).contains("waiting until 22:00:00 UTC"));
    watch.event(0, &Event::Started { attempt: 2 }, at(1000));
    watch.event(0, &words(10, 400), at(1000));
    assert_eq!(shown(&watch, 500), "a.md  10 words");
    assert_eq!(shown(&watch, 3000), "a.md  10 words, ~50 tokens/s");
}

#[test]
fn events_of_no_job_are_ignored() {
    let mut watch = Watch::new(["a.md"]);
    watch.event(7, &Event::Finished, at(0));
    assert_eq!(watch.line(7, &Event::Finished, at(0)), None);
    assert_eq!(watch.frame(ROOM, at(0)).run, "0 of 1 post");
}
