use std::path::PathBuf;

use rstest::rstest;

use super::*;
use crate::record::{Asked, Head, Outcome, Record};
use crate::stub::{Key, Options, Provenance, Request, Table};

mod replies;

const END: &str = "</EndOFText>";

fn whole(record: &Record) -> Result<(), String> {
    if record.reply.ends_with(END) {
        Ok(())
    } else {
        Err("it has no end marker".to_owned())
    }
}

fn stub(path: &str, topic: &str) -> Stub {
    let request = Request {
        topic: topic.to_owned(),
        ..Request::default()
    };
    Stub::new(
        SitePath::new(path),
        PathBuf::from(path),
        "en",
        "en",
        request,
        Table::default(),
        String::new(),
    )
}

fn draft(mut stub: Stub) -> Stub {
    stub.request.draft = Some(true);
    stub
}

/// A name of the `day`th of a month.
fn name(key: &Key, day: u32) -> RecordName {
    RecordName::parse(&format!("{key}/202611{day:02}T000000Z-0a1b2c3d")).expect("a name")
}

fn good(stub: &Stub, day: u32, reply: &str) -> Entry {
    Entry::Good(Box::new(Record {
        whole: None,
        name: name(&stub.key, day),
        asked_for: Asked {
            path: stub.path.clone(),
            topic: stub.request.topic.clone(),
            brief: String::new(),
            options: Options::default(),
            language: stub.language.clone(),
            provider: "p".to_owned(),
            model: "m".to_owned(),
            asked: jiff::Timestamp::UNIX_EPOCH,
            prompt: None,
            offered: Vec::new(),
        },
        outcome: Outcome::default(),
        reply: reply.to_owned(),
    }))
}

fn damaged(stub: &Stub, day: u32) -> Entry {
    Entry::Damaged {
        name: name(&stub.key, day),
        why: "it was cut".to_owned(),
    }
}

fn newer(stub: &Stub, day: u32) -> Entry {
    Entry::Newer {
        name: name(&stub.key, day),
        version: 2,
    }
}

fn head(stub: &Stub, day: u32) -> Head {
    Head {
        name: name(&stub.key, day),
        path: stub.path.clone(),
        topic: stub.request.topic.clone(),
        language: stub.language.clone(),
    }
}

fn keep(stub: &Stub, entries: Vec<Entry>) -> Kept {
    Kept {
        entries: BTreeMap::from([(stub.key.clone(), entries)]),
        ..Kept::default()
    }
}

/// One word for an action, with the kind of its reason.
fn word(action: &Action) -> String {
    match action {
        Action::Ask => "ask".to_owned(),
        Action::Convert(name) => format!("convert {}", &name.file()[6..8]),
        Action::Skip(reason) => format!("skip {}", reason.kind),
        Action::Fail(reason) => format!("fail {}", reason.kind),
    }
}

fn words(stubs: &[Stub], kept: &Kept, limits: &Limits) -> Vec<String> {
    let plan = plan(stubs, kept, limits, &whole);
    let item = |item: &Item| format!("{} {}", stubs[item.stub].path, word(&item.action));
    plan.items.iter().map(item).collect()
}

fn offline() -> Limits {
    Limits {
        offline: true,
        ..Limits::default()
    }
}

/// What becomes of a stub with these records (newest first): online, offline, and offline as a draft; and its state.
/// `w` is a whole reply, `c` a cut one, `d` a damaged record and `n` one of a newer form.
#[rstest]
#[case("", "ask", "fail no-record", "skip no-record", State::Stub)]
#[case("w", "convert 09", "convert 09", "convert 09", State::Recorded)]
#[case("ww", "convert 09", "convert 09", "convert 09", State::Recorded)]
#[case("cw", "convert 08", "convert 08", "convert 08", State::Recorded)]
#[case("dcw", "convert 07", "convert 07", "convert 07", State::Recorded)]
#[case("nw", "convert 08", "convert 08", "convert 08", State::Recorded)]
#[case(
    "c",
    "ask",
    "fail incomplete-reply",
    "skip incomplete-reply",
    State::Partial
)]
#[case(
    "cd",
    "ask",
    "fail incomplete-reply",
    "skip incomplete-reply",
    State::Partial
)]
#[case(
    "d",
    "fail damaged-record",
    "fail damaged-record",
    "fail damaged-record",
    State::Damaged
)]
#[case(
    "dc",
    "fail damaged-record",
    "fail damaged-record",
    "fail damaged-record",
    State::Damaged
)]
#[case(
    "n",
    "fail newer-record",
    "fail newer-record",
    "fail newer-record",
    State::Damaged
)]
fn records_decide(
    #[case] records: &str,
    #[case] online: &str,
    #[case] off: &str,
    #[case] off_draft: &str,
    #[case] state: State,
) {
    let stub = stub("a.md", "Redis");
    let entries = records
        .chars()
        .zip((1..10).rev())
        .map(|(kind, day)| match kind {
            'w' => good(&stub, day, END),
            'c' => good(&stub, day, "cut"),
            'd' => damaged(&stub, day),
            _ => newer(&stub, day),
        });
    let kept = keep(&stub, entries.collect());
    let outcome = |stub: Stub, limits: &Limits| words(&[stub], &kept, limits).concat();
    assert_eq!(
        outcome(stub.clone(), &Limits::default()),
        format!("a.md {online}")
    );
    assert_eq!(outcome(stub.clone(), &offline()), format!("a.md {off}"));
    assert_eq!(
        outcome(draft(stub.clone()), &offline()),
        format!("a.md {off_draft}")
    );
    let orphans = Orphans::new(std::slice::from_ref(&stub), &kept);
    assert_eq!(stub_state(&stub, &kept, &orphans, &whole), state);

    let refresh = Limits {
        refresh: true,
        ..Limits::default()
    };
    assert_eq!(outcome(stub.clone(), &refresh), "a.md ask");
    let refresh_offline = Limits {
        refresh: true,
        ..offline()
    };
    assert_eq!(outcome(stub, &refresh_offline), format!("a.md {off}"));
}

#[test]
fn damage_is_told_even_where_another_record_makes_up_for_it() {
    let stub = stub("a.md", "Redis");
    let kept = keep(&stub, vec![damaged(&stub, 2), good(&stub, 1, END)]);
    let plan = plan(&[stub], &kept, &Limits::default(), &whole);
    assert_eq!(plan.items[0].notes[0].kind, "damaged-record");
    assert_ne!(plan.items[0].action, Action::Ask);
}

#[test]
fn what_looks_finished_is_left_unless_its_path_is_named() {
    let mut finished = stub("content/a.md", "Redis");
    finished.request.looks_finished = true;
    let stubs = [finished, stub("content/b.md", "Redis")];
    let given = |path: &str| Limits {
        paths: vec![SitePath::new(path)],
        ..Limits::default()
    };
    for limits in [
        Limits::default(),
        given("content"),
        given("content/"),
        given("."),
    ] {
        assert_eq!(
            words(&stubs, &Kept::default(), &limits),
            ["content/a.md skip looks-finished", "content/b.md ask"]
        );
    }
    assert_eq!(
        words(&stubs, &Kept::default(), &given("content/a.md")),
        ["content/a.md ask"]
    );
    assert_eq!(
        words(&stubs, &Kept::default(), &given("cont")),
        Vec::<String>::new()
    );
}

#[test]
fn a_limit_of_posts_counts_posts_alone() {
    let stubs = [
        stub("a.md", "A"),
        stub("b.md", "A"),
        stub("c.md", "C"),
        stub("d.md", "D"),
    ];
    let kept = keep(&stubs[2], vec![good(&stubs[2], 1, END)]);
    let limits = Limits {
        max_posts: Some(2),
        ..Limits::default()
    };
    assert_eq!(
        words(&stubs, &kept, &limits),
        [
            "a.md ask",
            "b.md skip covered-already",
            "c.md convert 01",
            "d.md skip max-posts"
        ]
    );
}

#[test]
fn the_state_of_a_post_puts_the_person_first() {
    let stub = stub("a.md", "Redis");
    let provenance = Provenance {
        written: "hash".to_owned(),
        ..Provenance::default()
    };
    let state = |now: &str, entry: Option<Entry>| post_state(&provenance, now, entry.as_ref());
    assert_eq!(state("hash", Some(good(&stub, 1, END))), State::Written);
    assert_eq!(state("hash", Some(damaged(&stub, 1))), State::Damaged);
    assert_eq!(state("hash", None), State::RecordMissing);
    assert_eq!(state("other", None), State::Edited);
    assert_eq!(state("other", Some(good(&stub, 1, END))), State::Edited);
    assert_eq!(State::RecordMissing.as_str(), "record-missing");
}
