//! Which reply serves which stub.

use super::*;

#[test]
fn a_changed_stub_is_not_asked_for_again() {
    let before = stub("a.md", "Redis");
    let same_path = stub("a.md", "Redis persistence");
    let mut same_topic = stub("b.md", " Redis\r\n");
    same_topic.request.brief = "Briefly.".to_owned();
    same_topic.key = Key::of("Redis", "Briefly.", &Options::default(), "en");
    let mut other_language = same_topic.clone();
    other_language.language = "fr".to_owned();
    let kept = Kept {
        heads: vec![head(&before, 1), head(&before, 3), head(&before, 2)],
        ..Kept::default()
    };

    for changed in [same_path.clone(), same_topic] {
        let plan = plan(
            std::slice::from_ref(&changed),
            &kept,
            &Limits::default(),
            &whole,
        );
        let Action::Fail(reason) = &plan.items[0].action else {
            panic!("{plan:?}");
        };
        assert_eq!(reason.kind, "changed");
        let newest = name(&before.key, 3);
        let ways = format!(
            "to use that reply: postwright accept {path} --record {newest}; to ask anew: postwright generate --refresh {path}",
            path = changed.path
        );
        assert_eq!(reason.help, ways);
        let orphans = Orphans::new(std::slice::from_ref(&changed), &kept);
        assert_eq!(
            stub_state(&changed, &kept, &orphans, &whole),
            State::Changed
        );
        assert_eq!(
            words(&[draft(changed.clone())], &kept, &offline()).concat(),
            format!("{} skip changed", changed.path)
        );
    }
    assert_eq!(
        words(&[other_language], &kept, &Limits::default()),
        ["b.md ask"]
    );

    // The record is another stub's, or a post was made from it.
    let with_owner = [before.clone(), stub("c.md", "redis"), same_path.clone()];
    let mut owned = kept.clone();
    owned.entries = keep(&before, vec![good(&before, 1, END)]).entries;
    assert_eq!(
        words(&with_owner, &owned, &Limits::default()),
        ["a.md convert 01", "a.md ask", "c.md ask"]
    );
    let mut used = kept;
    for day in 1..=3 {
        used.used
            .insert(name(&before.key, day), SitePath::new("post.md"));
    }
    assert_eq!(words(&[same_path], &used, &Limits::default()), ["a.md ask"]);
}

#[test]
fn one_reply_never_serves_two_posts() {
    let stubs = [
        stub("b.md", "Redis"),
        stub("a.md", "Redis"),
        stub("c.md", "Valkey"),
    ];
    let kept = keep(&stubs[0], vec![good(&stubs[0], 1, END)]);
    assert_eq!(
        words(&stubs, &kept, &Limits::default()),
        ["a.md convert 01", "b.md skip covered-already", "c.md ask"]
    );
    let only_b = Limits {
        paths: vec![SitePath::new("b.md")],
        ..Limits::default()
    };
    let plan = plan(&stubs, &kept, &only_b, &whole);
    assert!(
        matches!(&plan.items[..], [Item { action: Action::Skip(reason), .. }] if reason.message.contains("the stub a.md"))
    );
    // One that would be published as it is needs a person; one that is to have a certain reply gets none.
    assert_eq!(
        words(&stubs, &kept, &offline())[1],
        "b.md fail covered-already"
    );
    let drafts = stubs.clone().map(draft);
    assert_eq!(
        words(&drafts, &kept, &offline())[1],
        "b.md skip covered-already"
    );
    let named = Limits {
        records: BTreeMap::from([(SitePath::new("b.md"), name(&stubs[0].key, 1))]),
        ..Limits::default()
    };
    assert_eq!(words(&stubs, &kept, &named)[1], "b.md fail duplicate-topic");
    let orphans = Orphans::new(&stubs, &kept);
    let state = |stub: &Stub| stub_state(stub, &kept, &orphans, &whole);
    assert_eq!(state(&stubs[0]), State::Covered);
    assert_eq!(state(&stubs[1]), State::Recorded);

    let mut with_post = kept;
    with_post
        .used
        .insert(name(&stubs[0].key, 1), SitePath::new("z.md"));
    assert_eq!(
        words(&stubs, &with_post, &Limits::default()),
        [
            "a.md skip covered-already",
            "b.md skip covered-already",
            "c.md ask"
        ]
    );
    // A post is made again from its own record.
    with_post
        .used
        .insert(name(&stubs[0].key, 1), SitePath::new("a.md"));
    assert_eq!(
        words(&stubs[1..2], &with_post, &offline()),
        ["a.md convert 01"]
    );
}

#[test]
fn a_named_record_decides() {
    let (before, now) = (stub("a.md", "Redis"), stub("a.md", "Redis persistence"));
    let mut kept = keep(&now, vec![good(&now, 9, END)]);
    kept.entries.insert(
        before.key.clone(),
        vec![
            damaged(&before, 3),
            good(&before, 2, "cut"),
            good(&before, 1, END),
        ],
    );
    let with = |day| Limits {
        paths: vec![now.path.clone()],
        records: BTreeMap::from([(now.path.clone(), name(&before.key, day))]),
        ..Limits::default()
    };
    let outcome = |day| words(std::slice::from_ref(&now), &kept, &with(day)).concat();
    assert_eq!(outcome(1), "a.md convert 01");
    assert_eq!(outcome(2), "a.md fail incomplete-reply");
    assert_eq!(outcome(3), "a.md fail damaged-record");
    assert_eq!(outcome(4), "a.md fail no-record");
}
