//! Records on a real disk: what is paid for comes back byte for byte, or is reported as damaged.

#![allow(clippy::disallowed_methods, reason = "tests prepare their own folders")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use postwright::disk::Root;
use postwright::record::{Asked, Entry, Intent, Link, NewRecord, Outcome, RecordName, Store, hash};
use postwright::site::SitePath;
use postwright::stub::{Key, Options};
use proptest::prelude::*;

type Test = Result<(), Box<dyn Error>>;

fn site() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let root = Root::open(dir.path()).expect("a root");
    (dir, Store::new(root))
}

fn asked(topic: &str, when: &str) -> Asked {
    Asked {
        path: SitePath::new("content/blog/redis.md"),
        topic: topic.to_owned(),
        brief: "Compare both.\n+++\nMention \"appendfsync\".".to_owned(),
        options: Options {
            keywords: vec!["rdb".to_owned(), "aof\n+++\n".to_owned()],
            words: Some(1500),
            ..Options::default()
        },
        language: "en".to_owned(),
        provider: "openai".to_owned(),
        model: "some-model".to_owned(),
        asked: when.parse().expect("a time"),
        prompt: Some(hash(b"prompt")),
        offered: Vec::new(),
    }
}

fn new(reply: &str) -> NewRecord {
    NewRecord {
        asked_for: asked("Does Redis support persistence?", "2026-11-22T23:05:00Z"),
        outcome: Outcome {
            finish: Some("stop".to_owned()),
            tokens_in: Some(120),
            tokens_out: Some(2400),
            ..Outcome::default()
        },
        reply: reply.to_owned(),
    }
}

fn file(dir: &Path, name: &RecordName) -> PathBuf {
    dir.join(name.path().as_str())
}

/// A record without the hash of its front matter, as an older version wrote it.
fn unsealed(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines
        .filter(|line| !line.starts_with("checksum = "))
        .collect()
}

fn good_reply(entry: Option<Entry>) -> Option<String> {
    Some(entry?.record()?.reply.clone())
}

/// What a reply cost can be worked out from its record, and records without these counts still read.
#[test]
fn all_kinds_of_tokens_come_back() -> Test {
    let (dir, store) = site();
    let mut record = new("TITLE: x\n</EndOFText>\n");
    record.outcome.tokens_cached = Some(100);
    record.outcome.tokens_reasoning = Some(0);
    let name = store.write(&record)?;
    let text = fs::read_to_string(file(dir.path(), &name))?;
    assert!(
        text.contains("tokens_out = 2400\ntokens_cached = 100\ntokens_reasoning = 0\n"),
        "{text}"
    );
    let Some(Entry::Good(read)) = store.entry(&name) else {
        panic!("no record");
    };
    assert_eq!(read.outcome, record.outcome);
    let older = unsealed(&text).replace("tokens_cached = 100\ntokens_reasoning = 0\n", "");
    fs::write(file(dir.path(), &name), older)?;
    let Some(Entry::Good(read)) = store.entry(&name) else {
        panic!("no record");
    };
    assert_eq!(read.outcome, new("").outcome);
    Ok(())
}

#[test]
fn a_record_has_the_form_that_is_written_down() -> Test {
    let (dir, store) = site();
    let name = store.write(&new("TITLE: x\n</EndOFText>\n"))?;
    assert_eq!(
        name.path().as_str(),
        ".postwright/replies/8cf42ffca899bf8fe21ae599b1bf1f1d/20261122T230500Z-7b89d806.md"
    );
    assert_eq!(
        fs::read_to_string(file(dir.path(), &name))?,
        include_str!("records/record.md")
    );
    assert_eq!(
        fs::read_to_string(dir.path().join(".postwright/.gitattributes"))?,
        "* -text\n"
    );
    Ok(())
}

/// Pages that a post builds on are part of what was asked for; pages that it may link to are not.
#[test]
fn pages_that_were_named_come_back() -> Test {
    let (_dir, store) = site();
    let mut new = new("TITLE: x\n</EndOFText>\n");
    let without = new.asked_for.key();
    new.asked_for.offered = vec![SitePath::new("content/posts/other \"one\".md")];
    assert_eq!(new.asked_for.key(), without);
    new.asked_for.options.context = vec!["content/blog/one.md".to_owned()];
    assert_ne!(new.asked_for.key(), without);
    let name = store.write(&new)?;
    let Some(Entry::Good(record)) = store.entry(&name) else {
        return Err("no good record".into());
    };
    assert_eq!(record.asked_for, new.asked_for);
    assert_eq!(
        record.offered().collect::<Vec<_>>(),
        [&new.asked_for.offered[0]]
    );
    Ok(())
}

#[test]
fn the_same_bytes_make_no_second_record() -> Test {
    let (dir, store) = site();
    let first = store.write(&new("reply"))?;
    let mut again = new("reply");
    again.asked_for.asked = "2026-12-24T08:00:00.5Z".parse()?;
    again.outcome = Outcome::default();
    assert_eq!(store.write(&again)?, first);
    assert_eq!(store.records(first.key())?.len(), 1);

    again.reply = "another".to_owned();
    let second = store.write(&again)?;
    assert_eq!(second.file().split('-').next(), Some("20261224T080000Z"));
    let names: Vec<_> = store
        .records(first.key())?
        .iter()
        .map(|e| e.name().clone())
        .collect();
    assert_eq!(names, [second, first.clone()], "the newest first");

    // Damage makes room for the same reply again, and stays to be seen.
    fs::write(file(dir.path(), &first), "gone")?;
    let third = store.write(&new("reply"))?;
    assert_eq!(third.file().split('-').next(), Some("20261122T230501Z"));
    assert_eq!(fs::read_to_string(file(dir.path(), &first))?, "gone");
    Ok(())
}

#[test]
fn line_ends_changed_by_git_do_no_damage() -> Test {
    let (dir, store) = site();
    for reply in ["one\ntwo\n", "one\r\ntwo\r\n"] {
        let name = store.write(&new(reply))?;
        let path = file(dir.path(), &name);
        let lf = fs::read_to_string(&path)?.replace("\r\n", "\n");
        for text in [lf.replace('\n', "\r\n"), lf] {
            fs::write(&path, text)?;
            assert_eq!(good_reply(store.entry(&name)).as_deref(), Some(reply));
        }
        assert_eq!(store.heads()?.len(), 1);
        fs::remove_file(&path)?;
    }
    Ok(())
}

#[test]
fn a_record_of_a_newer_form_is_not_interpreted() -> Test {
    let (dir, store) = site();
    let name = store.write(&new("reply"))?;
    let path = file(dir.path(), &name);
    let text = fs::read_to_string(&path)?;
    fs::write(
        &path,
        text.replace("version = 1", "version = 2\nkey_v2 = []")
            .replace("topic = ", "subject = "),
    )?;
    assert!(matches!(
        store.entry(&name),
        Some(Entry::Newer { version: 2, .. })
    ));
    fs::write(
        &path,
        unsealed(&text).replace("version = 1", "version = 1\nlater = \"an addition\""),
    )?;
    assert_eq!(good_reply(store.entry(&name)).as_deref(), Some("reply"));
    Ok(())
}

/// Whatever byte of a record is another one, in whatever way: it shows, or means nothing.
#[test]
fn a_flipped_byte_is_found_wherever_it_is() -> Test {
    let (dir, store) = site();
    let first = store.write(&new("TITLE: x\nthe beginning of a reply that was cut"))?;
    let mut record = new("the end\n</EndOfText>\n");
    record.outcome.link = Some(Link::Continues {
        record: first,
        at: 9,
    });
    record.outcome.estimated = true;
    let name = store.write(&record)?;
    let path = file(dir.path(), &name);
    let bytes = fs::read(&path)?;
    let Some(good) = store.entry(&name) else {
        panic!("no record");
    };
    assert!(good.record().is_some());
    let mut found = 0;
    for at in 0..bytes.len() {
        for flip in [1, 4, 32, 128, bytes[at] ^ b'\n'] {
            let mut other = bytes.clone();
            other[at] ^= flip;
            if other == bytes {
                continue;
            }
            fs::write(&path, &other)?;
            match store.entry(&name) {
                Some(Entry::Damaged { .. } | Entry::Newer { .. }) => found += 1,
                // The word `checksum` itself: what it is of is as it was.
                read => assert_eq!(read.as_ref(), Some(&good), "byte {at}, flipped by {flip}"),
            }
        }
    }
    let all = bytes.len() * 4;
    assert!(found > all * 9 / 10, "{found} of {all}");
    Ok(())
}

#[test]
fn a_record_under_another_name_or_key_is_damaged() -> Test {
    let (dir, store) = site();
    let name = store.write(&new("reply"))?;
    let text = fs::read(file(dir.path(), &name))?;
    let other_key = "0".repeat(32);
    let other_hash = format!("{}/20261122T230500Z-00000000", name.key());
    for other in [format!("{other_key}/{}", name.file()), other_hash] {
        let other = RecordName::parse(&other).ok_or("a name")?;
        let path = file(dir.path(), &other);
        fs::create_dir_all(path.parent().ok_or("a folder")?)?;
        fs::write(path, &text)?;
        assert!(matches!(store.entry(&other), Some(Entry::Damaged { .. })));
    }
    Ok(())
}

#[test]
fn names_never_lead_out_of_the_folder() {
    let key = "0123456789abcdef0123456789abcdef";
    assert!(RecordName::parse(&format!("{key}/20261122T230500Z-0a1b2c3d")).is_some());
    for bad in ["", "x", "../20261122T230500Z-0a1b2c3d", "/etc/passwd"] {
        assert_eq!(RecordName::parse(bad), None, "{bad}");
    }
    for bad in [
        "",
        "../../x",
        "20261122T230500Z",
        "20261122T230500Z-../../../x",
        "20261122t230500z-0a1b2c3d",
        "20261122T230500Z-0A1B2C3D",
        "é0261122T30500Z-0a1b2c3d",
    ] {
        assert_eq!(RecordName::parse(&format!("{key}/{bad}")), None, "{bad}");
    }
}

#[test]
fn only_records_are_listed_and_reading_creates_nothing() -> Test {
    let (dir, store) = site();
    let key = Key::parse(&"a".repeat(32)).ok_or("a key")?;
    assert_eq!(store.records(&key)?, []);
    assert_eq!(store.heads()?, []);
    assert_eq!(store.leftovers()?, []);
    assert_eq!(store.page(key.as_str())?, None);
    assert!(!dir.path().join(".postwright").exists());

    let name = store.write(&new("reply"))?;
    let folder = dir.path().join(".postwright/replies");
    fs::write(folder.join("README.md"), "notes")?;
    fs::write(
        folder.join(name.key().as_str()).join(".pw-aB3dE6g8.tmp"),
        "cut",
    )?;
    fs::create_dir(
        folder
            .join(name.key().as_str())
            .join("20261122T230500Z-0a1b2c3d.md"),
    )?;
    assert_eq!(store.records(name.key())?.len(), 1);
    assert_eq!(store.keys()?, [name.key().clone()]);
    Ok(())
}

#[test]
fn the_other_records_are_gathered_only_where_one_is_missing() -> Test {
    let (_dir, store) = site();
    let name = store.write(&new("reply"))?;
    let kept = store.gather([name.key()], BTreeMap::new())?;
    assert_eq!(kept.heads, []);
    assert_eq!(
        kept.record(&name).map(|record| record.reply.as_str()),
        Some("reply")
    );
    let missing = Key::parse(&"a".repeat(32)).ok_or("a key")?;
    let kept = store.gather([&missing], BTreeMap::new())?;
    assert_eq!(kept.of(&missing), []);
    assert_eq!(kept.heads.len(), 1);
    assert_eq!(kept.heads[0].topic, "Does Redis support persistence?");
    Ok(())
}

#[test]
fn a_long_brief_is_no_obstacle_to_the_head() -> Test {
    let (_dir, store) = site();
    let mut record = new("reply");
    record.asked_for.brief = "many notes\n".repeat(10_000);
    store.write(&record)?;
    assert_eq!(store.heads()?.len(), 1);
    Ok(())
}

#[test]
fn pages_are_kept_and_damage_shows() -> Test {
    let (dir, store) = site();
    let stub = b"+++\r\ntopic = \"x\"\n+++\xff";
    let name = store.keep_page(stub)?;
    assert_eq!(store.keep_page(stub)?, name);
    assert_eq!(store.page(&name)?.as_deref(), Some(&stub[..]));
    assert_eq!(store.page("../../../etc/passwd")?, None);
    store.keep_post(&"b".repeat(32), b"post")?;
    assert_eq!(store.post(&"b".repeat(32))?.as_deref(), Some(&b"post"[..]));
    fs::write(
        dir.path().join(format!(".postwright/pages/{name}.md")),
        "other",
    )?;
    assert!(store.page(&name).is_err());
    Ok(())
}

/// A reply in three pieces, and a repair of its labels.
#[test]
fn replies_that_hang_together_are_one() -> Test {
    let (dir, store) = site();
    let paragraph = "Wind and water shape a coast, and neither asks. ".repeat(8);
    let head =
        "TITLE: Coasts\nMETA_DESCRIPTION:\nTAGS: sea\nCATEGORIES: Other\nMARKDOWN_POST_CONTENT:\n";
    let first = store.write(&new(&format!("{head}{paragraph}\n\n## Half a hea")))?;
    let linked = |reply: &str, link: Link| {
        let mut record = new(reply);
        record.outcome.link = Some(link);
        record
    };
    let at = head.len() + paragraph.len() + 2;
    let go_on = |record: &RecordName, at| Link::Continues {
        record: record.clone(),
        at,
    };
    let second = store.write(&linked("## A heading\n\nSome", go_on(&first, at)))?;
    let third = store.write(&linked("Text.\n\n</EndOFText>\n", go_on(&second, at + 14)))?;
    let labels = "TITLE: Coasts\nMETA_DESCRIPTION: How they change.\n</EndOFText>\n";
    let repair = Link::Repairs {
        record: third.clone(),
    };
    let repaired = store.write(&linked(labels, repair))?;

    let entry = store.entry(&repaired).ok_or("there")?;
    let record = entry.record().ok_or("good")?;
    assert_eq!(record.reply, labels);
    assert_eq!(
        record.text(),
        format!(
            "TITLE: Coasts\nMETA_DESCRIPTION: How they change.\nTAGS: sea\nCATEGORIES: Other\nMARKDOWN_POST_CONTENT:\n{paragraph}\n\n## A heading\n\nText.\n\n</EndOFText>\n"
        )
    );
    let whole = record.whole.as_ref().ok_or("several")?;
    assert_eq!((whole.continued, whole.repaired), (2, 1));

    // The same words after another beginning are another reply.
    let again = store.write(&linked("## A heading\n\nSome", go_on(&first, at - 1)))?;
    assert_ne!(again, second);
    // Without a piece there is no whole.
    fs::remove_file(file(dir.path(), &second))?;
    let Some(Entry::Damaged { why, .. }) = store.entry(&repaired) else {
        return Err("it lacks a piece".into());
    };
    assert!(
        why.contains(&second.to_string()) && why.contains("missing"),
        "{why}"
    );
    Ok(())
}

#[test]
fn a_cut_off_attempt_is_found_again() -> Test {
    let (_dir, store) = site();
    let key = Key::parse(&"c".repeat(32)).ok_or("a key")?;
    let intent = |attempt| Intent {
        key: key.clone(),
        attempt,
        path: SitePath::new("content/a\n\"b.md"),
        model: "openai/some-model".to_owned(),
        asked: "2026-11-22T23:05:00Z".parse().expect("a time"),
        link: (attempt == 2).then(|| Link::Continues {
            record: RecordName::parse(&format!("{}/20261122T230500Z-7b89d806", "c".repeat(32)))
                .expect("a name"),
            at: 17,
        }),
        offered: vec![SitePath::new("content/b.md")],
    };
    store.intent(&intent(1))?;
    store.partial(&key, 1, b"TITLE: x")?;
    store.partial(&key, 1, b" and y \xe2\x82")?;
    store.sync_partial(&key, 1)?;
    store.intent(&intent(2))?;
    assert!(
        store.intent(&intent(2)).is_err(),
        "an attempt is noted once"
    );
    let left = store.leftovers()?;
    assert_eq!(left.len(), 2);
    assert_eq!(left[0].intent, Some(intent(1)));
    assert_eq!(left[0].partial, b"TITLE: x and y \xe2\x82");
    assert_eq!((left[1].attempt, left[1].partial.len()), (2, 0));

    assert_eq!(store.next_attempt(&key)?, 3);
    store.forget(&key, 2)?;
    assert_eq!(store.next_attempt(&key)?, 2);
    assert_eq!(store.leftovers()?.len(), 1);
    store.clear(&key)?;
    store.clear(&key)?;
    assert_eq!(store.leftovers()?, []);
    Ok(())
}

/// A reply that no text could be read from was paid for: its record is empty, and its bytes are in the ledger.
#[test]
fn the_bytes_of_a_reply_without_text_stay() -> Test {
    for (reply, bytes, left) in [("", "\u{1}?", 1), ("", "", 0), ("Text.", "Text.", 0)] {
        let (_dir, store) = site();
        let record = new(reply);
        let key = record.asked_for.key();
        store.intent(&Intent {
            key: key.clone(),
            attempt: 1,
            path: record.asked_for.path.clone(),
            model: "openai/some-model".to_owned(),
            asked: record.asked_for.asked,
            link: None,
            offered: Vec::new(),
        })?;
        store.write(&record)?;
        store.partial(&key, 1, bytes.as_bytes())?;
        store.clear_recorded()?;
        assert_eq!(store.leftovers()?.len(), left, "{reply:?} {bytes:?}");
    }
    Ok(())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "([a-z+\"\\\\ \t\r\n\u{85}\u{2028}\u{feff}\u{0}\u{7f}]|\\+\\+\\+\n){0,40}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_reply_to_any_request_comes_back(reply in text(), topic in text(), brief in text(), tone in text(), model in text(), second in 0..253_402_207_200i64) {
        let (_dir, store) = site();
        let mut record = new(&reply);
        record.asked_for.asked = jiff::Timestamp::from_second(second).expect("in range");
        record.asked_for.topic = topic;
        record.asked_for.brief = brief;
        record.asked_for.model = model.clone();
        record.asked_for.options = Options { keywords: vec![tone.clone(), model], tone: Some(tone), ..Options::default() };
        let name = store.write(&record).expect("written");
        let entries = store.records(&record.asked_for.key()).expect("read");
        prop_assert_eq!(entries.len(), 1);
        prop_assert_eq!(entries[0].name(), &name);
        let read = entries[0].record().expect("good");
        prop_assert_eq!(&read.asked_for, &record.asked_for);
        prop_assert_eq!(&read.outcome, &record.outcome);
        prop_assert_eq!(&read.reply, &record.reply);
    }

    #[test]
    fn a_changed_byte_or_a_cut_never_passes_for_what_was_asked_and_sent(reply in "[ -~\n]{1,60}", at in any::<prop::sample::Index>(), flip in 1u8.., cut in any::<bool>()) {
        let (dir, store) = site();
        let record = new(&reply);
        let name = store.write(&record).expect("written");
        let path = file(dir.path(), &name);
        let mut bytes = fs::read(&path).expect("read");
        let start = bytes.len() - reply.len();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] ^= flip }
        fs::write(&path, &bytes).expect("written");
        match store.entry(&name).expect("there") {
            Entry::Good(read) => {
                prop_assert!(at < start && !cut, "the reply was changed");
                prop_assert_eq!(&read.reply, &reply);
                // What goes into the key; a hint such as the path may be wrong, and is only a hint.
                prop_assert_eq!(read.asked_for.key(), record.asked_for.key());
            }
            Entry::Damaged { why, .. } => prop_assert!(!why.is_empty()),
            Entry::Newer { .. } => prop_assert!(at < 20, "the version was changed"),
        }
    }

    #[test]
    fn any_file_is_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), front in "(\\+\\+\\+\r?\n)?([a-z_]{1,8} ?= ?[0-9\"a-z\\[\\]{}]{0,9}\n){0,6}(\\+\\+\\+\n)?") {
        let (dir, store) = site();
        let name = store.write(&new("reply")).expect("written");
        for bytes in [bytes, front.into_bytes()] {
            fs::write(file(dir.path(), &name), bytes).expect("written");
            prop_assert!(good_reply(store.entry(&name)).is_none());
            prop_assert!(store.heads().is_ok());
        }
    }
}
