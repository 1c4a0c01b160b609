use proptest::prelude::*;

use super::super::parse;
use super::*;

const LONG: &str = "TITLE: Wind and water\nMETA_DESCRIPTION: What the coast does.\nTAGS: sea\nCATEGORIES: Other\n\
    MARKDOWN_POST_CONTENT:\nThe first paragraph says, in some two hundred characters or so, what wind does to the water \
    of a bay in which no river ends, and why gulls do not care about any of it, not even in winter.\n\n\
    ## A heading\n\nA second paragraph that is long enough to be worth going on from, with 日本語 in it.\n\n\
    ```sh\necho one\n\necho two\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n\n  inside\n- two\n\nThe end of it.\n\n</EndOFText>\n";

fn article(reply: &str) -> crate::article::Article {
    parse(reply, &["Other".to_owned()]).unwrap().article
}

#[test]
fn a_cut_reply_and_its_rest_are_the_reply() {
    let whole = article(LONG);
    let mut seams = std::collections::BTreeSet::new();
    for cut in (0..LONG.len()).filter(|cut| LONG.is_char_boundary(*cut)) {
        let Some(at) = resume_at(&LONG[..cut]) else {
            continue;
        };
        seams.insert(at);
        assert!(at <= cut && LONG[..at].ends_with("\n\n"), "{cut}");
        assert_eq!(
            article(&join(&LONG[..cut], at, &LONG[at..])),
            whole,
            "{cut}"
        );
    }
    assert!(seams.len() >= 5, "{seams:?}");
    assert!(seams.iter().all(|at| !LONG[*at..].starts_with("echo two")));
}

#[test]
fn what_models_put_around_a_continuation_goes() {
    let whole = article(LONG);
    let cut = LONG.find("- one").unwrap();
    let at = resume_at(&LONG[..cut + 3]).unwrap();
    assert_eq!(at, cut);
    let rest = &LONG[at..];
    let table = "| a | b |\n|---|---|\n| 1 | 2 |\n\n";
    let inner = rest.trim_end().trim_end_matches("</EndOFText>").trim_end();
    for after in [
        format!("\n\n{rest}"),
        format!("<think>Where was I?</think>\n{rest}"),
        format!("MARKDOWN_POST_CONTENT:\n{rest}"),
        format!("{table}{rest}"),
        format!("```markdown\n{inner}\n```\n</EndOFText>"),
        rest.replace('\n', "\r\n"),
        format!("Continuing from where I left off:\n\n{rest}"),
        format!("Sure, here is the rest of the post:\n\n{rest}"),
        LONG.to_owned(),
    ] {
        assert_eq!(article(&join(LONG, at, &after)), whole, "{after}");
    }
    // The body from its beginning, in words that are not quite the same.
    let body = LONG.find("The first paragraph").unwrap();
    let again =
        format!("MARKDOWN_POST_CONTENT:\n{}", &LONG[body..]).replace("to be worth", "to have");
    let joined = article(&join(LONG, at, &again));
    assert_eq!(joined, article(&LONG.replace("to be worth", "to have")));
    let unclosed = join(LONG, at, "<think>Where was I?");
    assert_eq!(unclosed, LONG[..at]);
}

#[test]
fn a_continuation_may_say_that_nothing_is_missing() {
    for after in [
        "</EndOFText>",
        "\n\n`</EndOFText>`\n",
        "<think>x</think>\n\n-EndOFText-\n",
    ] {
        assert!(says_that_was_all(after), "{after}");
    }
    for after in ["", "More.\n\n</EndOFText>", "Done.</EndOFText>", "<think>"] {
        assert!(!says_that_was_all(after), "{after}");
    }
    for (text, ends) in [
        ("The end.\n", true),
        ("```", true),
        ("| 1 |", true),
        ("the en", false),
        ("one,", false),
        ("", false),
    ] {
        assert_eq!(ends_like_a_text(text), ends, "{text}");
    }
    let open = LONG.replace("\n\n</EndOFText>\n", "");
    assert_eq!(
        article(&join(&open, usize::MAX, "</EndOFText>")),
        article(LONG)
    );
}

#[test]
fn little_or_no_head_is_not_gone_on_from() {
    for reply in [
        "",
        "TITLE: x\n",
        "TITLE: x\nMETA_DESCRIPTION: y\nMARKDOWN_POST_CONTENT:\nShort.\n\nMore",
        &"word ".repeat(200),
        &LONG[..LONG.find("## A").unwrap() - 3],
    ] {
        assert_eq!(resume_at(reply), None, "{reply:?}");
    }
    let thoughts = format!("<think>hm</think>\n{}", &LONG[..LONG.len() - 20]);
    let at = resume_at(&thoughts).unwrap();
    assert!(so_far(&thoughts, at).starts_with("TITLE: Wind"));
}

#[test]
fn a_repair_of_the_labels_keeps_the_body() {
    let bad = LONG.replace(
        "META_DESCRIPTION: What the coast does.",
        "META_DESCRIPTION:",
    );
    assert!(parse(&bad, &[]).is_err() && has_body(&bad));
    let labels = "TITLE: Wind and water\nMETA_DESCRIPTION: What the coast does.\nTAGS: sea\nCATEGORIES: Other\n";
    for repair in [
        labels.to_owned(),
        format!("{labels}MARKDOWN_POST_CONTENT:\n</EndOFText>\n"),
        format!("<think>x</think>\n{labels}</EndOFText>"),
        format!("{labels}MARKDOWN_POST_CONTENT:\n(unchanged)\n\n</EndOFText>\n"),
        format!("{labels}MARKDOWN_POST_CONTENT: the same\n</EndOFText>\n"),
        "META_DESCRIPTION: What the coast does.\n</EndOFText>\n".to_owned(),
        format!("```\n{labels}```\n</EndOFText>\n"),
        format!("{labels}</EndOFText>\n\nI have added a description."),
        LONG.to_owned(),
    ] {
        assert_eq!(article(&mend(&bad, &repair)), article(LONG), "{repair}");
    }
    assert!(parse(&mend(&bad, "I cannot."), &[]).is_err());
    // A whole reply without its marker is not to be put before the body that there was.
    let unmarked = LONG.replace("</EndOFText>\n", "");
    assert_eq!(mend(&bad, &unmarked), unmarked);
    assert_eq!(mend_in_part(&bad, "TITLE: Wind\nMETA_DESCRIPTION: Wh"), bad);
    assert_eq!(mend_in_part(&bad, &unmarked), unmarked);
    assert!(!has_body("TITLE: a"));
}

proptest! {
    #[test]
    fn nothing_panics(before in "\\PC{0,80}|[\n`#TITLE: MARKDOWN_POST_CONTENT:</EndOFText>a]{0,400}", after in "[\n`#TITLE: META_DESCRIPTION:</EndOFText>a]{0,200}", at in 0_usize..500) {
        let _ = join(&before, at, &after);
        let _ = mend(&before, &after);
        if let Some(at) = resume_at(&before) {
            prop_assert!(join(&before, at, &after).len() <= before.len() + after.len());
            let _ = so_far(&before, at);
        }
    }
}
