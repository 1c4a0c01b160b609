//! Stubs that cannot both be posts.

use super::*;

/// What is seen to be in the way is told before anything is paid, and the other stubs are asked for.
#[rstest]
#[case::capitals(&[("Salt", ""), ("salt", "")])]
#[case::composition(&[("caf\u{e9}", ""), ("cafe\u{301}", "")])]
#[case::drafts(&[("Salt", "draft = true"), ("salt", "draft = true")])]
#[case::slug(&[("salt", "slug = \"wind\""), ("wind", "")])]
#[case::bundle(&[("salt", ""), ("salt/index", "")])]
fn twins_are_refused_before_they_are_paid_for(
    #[case] twins: &[(&str, &str)],
    #[values("zola", "hugo")] generator: &str,
) {
    let mut sandbox = site(generator, &["other"]);
    for (number, (name, line)) in twins.iter().enumerate() {
        let line = if line.is_empty() {
            "draft = false"
        } else {
            line
        };
        let text = format!("+++\ntopic = \"Twin {number}\"\n{line}\n+++\n");
        sandbox.write(&format!("site/content/posts/{name}.md"), &text);
    }
    let server = writer(|_| ());
    let preview = generate(&mut sandbox, &server, &["--dry-run"]).expect(1);
    let run = generate(&mut sandbox, &server, &[]).expect(1);
    for said in [&preview, &run] {
        for (name, _) in twins {
            let page = format!("content/posts/{name}.md");
            assert_eq!(
                told(said, &page),
                ("failed".to_owned(), "check-failed".to_owned())
            );
        }
    }
    assert_eq!(told(&run, "content/posts/other.md").0, "written");
    let asked: Vec<String> = server.seen().iter().map(topic_of).collect();
    assert_eq!(asked, ["other"]);
}

/// A finished page may be the twin as well.
#[test]
fn a_page_at_the_address_of_a_stub_is_seen_before_it_is_paid_for() {
    let mut sandbox = site("zola", &["salt"]);
    sandbox.write(
        "site/content/posts/old.md",
        "+++\ntitle = \"Old\"\nslug = \"salt\"\ndate = 2026-01-01\n+++\nText.\n",
    );
    let server = writer(|_| ());
    let said = generate(&mut sandbox, &server, &[]).expect(1);
    assert_eq!(told(&said, "content/posts/salt.md").1, "check-failed");
    assert!(said.stdout.contains("old.md"), "{}", said.stdout);
    assert_eq!(server.seen().len(), 0);
}
