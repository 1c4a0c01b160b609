//! A reply that was cut is no article, even where it speaks of its own end marker before.

#![allow(clippy::disallowed_methods, reason = "tests prepare their own folders")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say so")]

use std::fmt::Write as _;
use std::path::Path;

use postwright::reply;

const HEAD: &str = "TITLE: How a Reply Ends\nMETA_DESCRIPTION: What the end marker is for.\nTAGS: replies, markers\nCATEGORIES: Tutorials\nMARKDOWN_POST_CONTENT:\nAn opening paragraph.\n\n";
const REST: &str =
    "\n\nThe post goes on here, with more to say.\n\n## The end of it\n\nA last paragraph.\n";

/// Ways to speak of the marker in a post. One that begins a paragraph behind a finished one is none of them: cut right behind
/// it, a reply looks like a whole one to the last byte.
const MENTIONS: &[&str] = &[
    "A whole reply ends with </EndOFText> and nothing else.",
    "A whole reply ends with </EndOFText>",
    "A whole reply ends with EndOFText",
    "Put the marker </EndOFText>, on a line of its own, last.",
    "Put the marker (</EndOFText>) last.",
    "Put \"</EndOFText>\" last.",
    "Put “</EndOFText>” last.",
    "Put `</EndOFText>` last.",
    "Put **</EndOFText>** last.",
    "Put *</EndOFText>* last.",
    "The marker:\n\n</EndOFText>\n\nIt is the last line.",
    "The marker:\n</EndOFText>\nIt is the last line.",
    "**The marker:**\n\n</EndOFText>\n\nIt is the last line.",
    "End the reply with\n\n</EndOFText>\n\nand stop.",
    "The last line is\n</EndOFText>\nand no other.",
    "This is the end marker.\n\n</EndOFText>\n\nIt has a line of its own.",
    "Write it like so:\n\n    </EndOFText>\n\nThat is all.",
    "Write it like so:\n\n    A last paragraph.\n    </EndOFText>\n\nThat is all.",
    "Write it like so:\n\n\t</EndOFText>\n\nThat is all.",
    "Write it like so:\n\n```text\nA last paragraph.\n</EndOFText>\n```\n\nThat is all.",
    "- Write the text\n- Write </EndOFText>\n- Stop",
    "- `</EndOFText>`\n- `</EndOfText>`\n- `EndOFText`",
    "- </EndOFText>\n- EndOFText",
    "1. Write </EndOFText>.\n2. Stop.",
    "> The reply ends with </EndOFText>\n> and nothing else.",
    "> </EndOFText>",
    "| marker | where |\n|---|---|\n| </EndOFText> | at the end |\n| `</EndOFText>` | in code |",
    "What does </EndOFText> mean?",
    "Models forget </EndOFText>; then the reply counts as cut.",
    "The marker, </EndOFText>, proves that nothing is missing.",
    "Some write EndOFText, others -EndOFText- or </EndOfText>, and all of it counts.",
    "The name is short for end of text: </EndOFText>",
    "A reply without\n</EndOFText> is not whole.",
    "A reply without\n</EndOFText>, whatever it says, is not whole.",
    "Say \"The end. </EndOFText>\" to the reader.",
    "## The marker </EndOFText> explained\n\nIt is a tag.",
    "最後に</EndOFText>と書きます。",
    "最後に「</EndOFText>」と書きます。",
    "最後は次の行です：\n\n</EndOFText>\n\nそれだけです。",
    "В конце стоит </EndOFText> и больше ничего.",
    "Am Ende steht </EndOFText> und sonst nichts.",
    "Show it as \\</EndOFText\\> in prose.",
    "Show it as &lt;/EndOFText&gt; in prose.",
    "Hide it as <!-- </EndOFText> --> in prose.",
    "The regex `^</EndOFText>$` finds </EndOFText> on a line.",
    "Use `stop = [\"</EndOFText>\"]` in the request.",
    "Term\n: </EndOFText> is the marker.",
    "Link it as [</EndOFText>](https://example.org) or so.",
];

fn categories() -> Vec<String> {
    vec!["Tutorials".to_owned()]
}

#[test]
fn no_cut_reply_that_speaks_of_its_marker_is_an_article() {
    let mut wrong = String::new();
    for mention in MENTIONS {
        let body = format!("{HEAD}{mention}{REST}");
        let whole = format!("{body}</EndOFText>\n");
        match reply::parse(&whole, &categories()) {
            Ok(parsed) if parsed.article.body.ends_with("A last paragraph.") => {}
            result => writeln!(wrong, "whole: {mention:?}: {result:?}").unwrap(),
        }
        let end = whole.trim_end().len();
        let cut = (0..end)
            .filter(|cut| whole.is_char_boundary(*cut))
            .find(|cut| {
                reply::is_complete(&whole[..*cut])
                    || reply::parse(&whole[..*cut], &categories()).is_ok()
            });
        if let Some(cut) = cut {
            let from = HEAD.len().min(cut);
            writeln!(wrong, "cut: {:?}", &whole[from..cut]).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Parting words behind a real marker change nothing.
#[test]
fn parting_words_are_no_part_of_the_post() {
    let body = format!("{HEAD}A paragraph.\n\n- one\n- two");
    let mut wrong = String::new();
    for marker in [
        "\n</EndOFText>",
        "\n\nEndOFText",
        "\n\n\tEndOFText",
        "</EndOFText>",
        "\n**</EndOFText>**",
        "\n`</EndOFText>`",
    ] {
        for words in [
            "",
            "\n",
            "\n\nI hope this helps!",
            "\n\nLet me know if you'd like:\n\n- a shorter version\n- another tone",
            "\n\n---\n\n*Word count: 1,512*",
            "\n```\n",
            "\n\n🎉 Done.",
            "\n\nビジネス向けに書き直すこともできます。",
            "\n\n**Note:** the numbers are from 2024.",
            "\n</EndOFText>\n",
        ] {
            let reply = format!("{body}{marker}{words}");
            match reply::parse(&reply, &categories()) {
                Ok(parsed) if parsed.article.body.ends_with("- two") => {}
                result => writeln!(wrong, "{marker:?} {words:?}: {result:?}").unwrap(),
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Each good reply of the cases, cut at every byte before the end of its marker.
#[test]
fn no_cut_reply_of_the_cases_is_an_article() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/replies");
    let mut wrong = String::new();
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let Ok(parsed) = reply::parse(&text, &categories()) else {
            continue;
        };
        seen += 1;
        let body = parsed.article.body;
        let cuts = (0..text.len()).filter(|cut| text.is_char_boundary(*cut));
        for part in cuts.map(|cut| &text[..cut]) {
            if let Ok(part) = reply::parse(part, &categories())
                && part.article.body != body
            {
                writeln!(wrong, "{}: {:?}", path.display(), part.article.body).unwrap();
                break;
            }
        }
    }
    assert!(seen > 100, "only {seen} cases");
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_reply_at_the_limit_ends_with_its_marker() {
    let whole = format!("{HEAD}Text.\n</EndOFText>");
    for (behind, expected) in [
        ("", true),
        ("\n", true),
        ("\n```\n", true),
        ("\n</EndOFText>", true),
        ("\n\nI hope", false),
    ] {
        assert_eq!(
            reply::ends_with_marker(&format!("{whole}{behind}")),
            expected,
            "{behind:?}"
        );
    }
    assert!(!reply::ends_with_marker(&format!("{HEAD}Text.")));
}
