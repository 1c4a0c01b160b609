//! What holds for every reply: a disguise changes nothing, a cut reply is never an article, no bytes make the parser panic.

#![allow(clippy::disallowed_methods, reason = "tests prepare their own folders")]

use postwright::article::Article;
use postwright::reply::{self, MOST_TAGS};
use proptest::prelude::*;
use proptest::sample::select;

fn categories() -> Vec<String> {
    [
        "Tutorials",
        "How-to Guides",
        "Website Security and SSL Certificates",
        "Content Delivery Networks (CDNs)",
        "Virtual Reality (VR) and Augmented Reality (AR)",
        "E-commerce",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Everything that a model may do to a reply without changing what it says.
#[derive(Debug, Clone)]
struct Disguise {
    /// `{}` is the label, the value stands behind.
    label: &'static str,
    case: fn(&str) -> String,
    colon: &'static str,
    /// Around title and description.
    quotes: (&'static str, &'static str),
    between_terms: &'static str,
    after_value: &'static str,
    before_body: &'static str,
    before: &'static str,
    /// Around head and body, or around the body alone.
    fence: Option<(&'static str, &'static str)>,
    fence_whole: bool,
    /// The marker stands inside of the fence.
    marker_inside: bool,
    marker: &'static str,
    after: &'static str,
    line_end: &'static str,
    repeat_title: &'static str,
}

fn upper(label: &str) -> String {
    label.to_owned()
}

fn spaced(label: &str) -> String {
    label.replace('_', " ").to_lowercase()
}

fn prefixed(label: &str) -> String {
    format!("POST_{label}")
}

fn disguise() -> impl Strategy<Value = Disguise> {
    let head = (
        select(vec![
            "{}@",
            "**{}@**",
            "**{}**@",
            "## {}@",
            "- **{}@**",
            "`{}`@",
            "\t{}@",
        ]),
        select(vec![upper as fn(&str) -> String, spaced, prefixed]),
        select(vec![":", "："]),
        select(vec![
            ("", ""),
            ("\"", "\""),
            ("“", "”"),
            ("「", "」"),
            ("**", "**"),
        ]),
        select(vec![", ", "、", "，", ",", "\n- "]),
        select(vec!["\n", "  \n", "\n\n"]),
        select(vec!["MARKDOWN_POST_CONTENT", "CONTENT", "", "---"]),
    );
    let rest = (
        select(vec![
            "",
            "\u{feff}",
            "Sure! Here it is:\n\n",
            "<think>\nTITLE: no\nMETA_DESCRIPTION: no\n```\n</EndOFText>\n</think>\n",
            "\u{feff}<think>\n\n</think>\n\nOkay.\n",
        ]),
        select(vec![
            None,
            Some(("```markdown", "```")),
            Some(("~~~md", "~~~")),
            Some(("````", "````")),
        ]),
        any::<bool>(),
        any::<bool>(),
        select(vec![
            "\n</EndOFText>",
            "\n<EndOFText>",
            "\nEndOFText",
            "\n\tEndOFText",
            "\n-EndOFText-",
            "\n`</EndOFText>`",
            "\n**</EndOFText>**",
            "\n\\</EndOFText\\>",
            "\n</endoftext>",
            "</EndOFText>",
            " EndOFText",
        ]),
        select(vec![
            "",
            "\n",
            "\n\nI hope this helps! Any other TITLE: wishes?\n",
        ]),
        select(vec!["\n", "\r\n", "\r"]),
        select(vec!["", "# {}\n\n", "# **{}.**\n", "{}\n===\n\n"]),
    );
    (head, rest).prop_map(|(head, rest)| {
        let (label, case, colon, quotes, between_terms, after_value, before_body) = head;
        let (before, fence, fence_whole, marker_inside, marker, after, line_end, repeat_title) =
            rest;
        Disguise {
            label,
            case,
            colon,
            quotes,
            between_terms,
            after_value,
            before_body,
            before,
            fence,
            fence_whole,
            marker_inside,
            marker,
            after,
            line_end,
            repeat_title,
        }
    })
}

/// The reply, and where its end marker ends.
fn wrap(article: &Article, disguise: &Disguise) -> (String, usize) {
    let label = |name: &str| {
        let name = (disguise.case)(name);
        disguise
            .label
            .replace("{}", &name)
            .replace('@', disguise.colon)
    };
    let quoted = |value: &str| format!("{}{value}{}", disguise.quotes.0, disguise.quotes.1);
    let terms = |terms: &[String]| {
        let start = if disguise.between_terms.starts_with('\n') {
            disguise.between_terms
        } else {
            " "
        };
        format!("{start}{}", terms.join(disguise.between_terms))
    };
    let mut text = disguise.before.to_owned();
    let fence = disguise.fence;
    let open = |text: &mut String, here: bool| {
        if let Some((open, _)) = fence.filter(|_| here) {
            text.push_str(open);
            text.push('\n');
        }
    };
    open(&mut text, disguise.fence_whole);
    for (name, value) in [
        ("TITLE", format!(" {}", quoted(&article.title))),
        (
            "META_DESCRIPTION",
            format!(" {}", quoted(&article.description)),
        ),
        ("TAGS", terms(&article.tags)),
        ("CATEGORIES", terms(&article.categories)),
    ] {
        text.push_str(&label(name));
        text.push_str(&value);
        text.push_str(disguise.after_value);
    }
    match disguise.before_body {
        "" => {}
        "---" => text.push_str("\n---\n"),
        name => {
            text.push_str(&label(name));
            text.push('\n');
        }
    }
    text.push('\n');
    open(&mut text, !disguise.fence_whole);
    text.push_str(&disguise.repeat_title.replace("{}", &article.title));
    text.push_str(&article.body);
    let close = fence
        .map(|(_, close)| format!("\n{close}"))
        .unwrap_or_default();
    // A marker on the last text line cannot stand behind a fence.
    let inside = disguise.marker_inside || !disguise.marker.starts_with('\n');
    if !inside {
        text.push_str(&close);
    }
    text.push_str(disguise.marker);
    let end = text.len();
    if inside {
        text.push_str(&close);
    }
    text.push_str(disguise.after);
    let before = text[..end].replace('\n', disguise.line_end);
    let all = format!("{before}{}", text[end..].replace('\n', disguise.line_end));
    (all, before.len())
}

fn article() -> impl Strategy<Value = Article> {
    let words = "[A-Z][a-z]{1,7}( [a-zA-Z0-9é日]{1,6}){1,4}";
    let block = prop_oneof![
        3 => words.prop_map(|words| format!("{words}: 1 < 2, `x` and **y**.")),
        1 => words.prop_map(|words| format!("## {words}")),
        1 => words.prop_map(|words| format!("- {words}\n- {words}\n\n  ```sh\n  </EndOFText>\n  ```")),
        1 => words.prop_map(|words| format!("```text\nTITLE: {words}\nMETA_DESCRIPTION: x\nTAGS: y\n</EndOFText>\n```")),
        1 => words.prop_map(|words| format!("~~~rust\n```\n// {words}\n~~~")),
        1 => words.prop_map(|words| format!("> {words}\n\nNOTE: {words}\n\n| a | b |\n|---|---|\n| 1 | 2 |")),
    ];
    let tags =
        proptest::sample::subsequence(vec!["Rust", "C++", "日本語", "web apps", "Vec<T>"], 1..5);
    let categories = proptest::sample::subsequence(categories(), 1..4);
    (
        words,
        words,
        tags,
        categories,
        words,
        prop::collection::vec(block, 0..6),
        words,
    )
        .prop_map(
            |(title, description, tags, categories, first, blocks, last)| Article {
                title,
                description: format!("{description}."),
                tags: tags.into_iter().map(str::to_owned).collect(),
                categories,
                body: [
                    vec![format!("{first}, first.")],
                    blocks,
                    vec![format!("{last}, last.")],
                ]
                .concat()
                .join("\n\n"),
            },
        )
}

/// Pieces of which the parser makes something.
fn soup() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "TITLE: a",
        "META_DESCRIPTION: b",
        "TAGS:",
        "CATEGORIES: Tutorials,",
        "MARKDOWN_POST_CONTENT:",
        "CONTENT:",
        "\n",
        "\n",
        "\n",
        "\n\n",
        "```",
        "```markdown",
        "~~~",
        "````",
        "</EndOFText>",
        "EndOFText",
        "-EndOFText-",
        "`",
        "**",
        "# ",
        "- ",
        "1. ",
        "---",
        "+++",
        "title: x",
        "description: y",
        "title = 'x'",
        "tags: [",
        "]",
        "[",
        "\"",
        "<think>",
        "</think>",
        "\t",
        "    ",
        "> ",
        ":",
        "：",
        "，",
        "text",
        "\\",
        "<",
        ">",
        "(",
        ")",
        "é",
        "日本",
        "\u{200d}",
        "\u{feff}",
        "\0",
        "\r",
        "===",
        "SLUG: x",
        "#",
        "&",
        "'",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Whatever the bytes, what comes out keeps the promises of an article.
fn check_promises(text: &str) {
    let list = categories();
    let Ok(parsed) = reply::parse(text, &list) else {
        return;
    };
    let article = parsed.article;
    assert!(reply::is_complete(text));
    for line in [&article.title, &article.description] {
        assert!(
            !line.trim().is_empty() && !line.contains(char::is_control),
            "{line:?}"
        );
    }
    assert!(article.tags.len() <= MOST_TAGS);
    assert!(
        article
            .tags
            .iter()
            .all(|tag| !tag.trim().is_empty() && !tag.contains(char::is_control))
    );
    assert!(article.categories.iter().all(|name| list.contains(name)));
    assert!(!article.body.is_empty() && article.body == article.body.trim_end());
    assert!(
        article
            .body
            .lines()
            .next()
            .is_some_and(|line| !line.trim().is_empty())
    );
    assert!(!article.body.contains('\r') && !article.body.contains('\0'));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_disguised_reply_gives_the_same_article(article in article(), disguise in disguise()) {
        let (reply, _) = wrap(&article, &disguise);
        let parsed = reply::parse(&reply, &categories());
        prop_assert_eq!(parsed.map(|parsed| parsed.article), Ok(article), "{}", reply);
        prop_assert!(reply::is_complete(&reply));
    }

    #[test]
    fn bytes_of_any_kind_never_panic(text in any::<String>(), soup in soup()) {
        check_promises(&text);
        check_promises(&soup);
    }

    #[test]
    fn a_damaged_reply_never_panics(
        article in article(),
        disguise in disguise(),
        at in any::<prop::sample::Index>(),
        until in any::<prop::sample::Index>(),
        put in soup(),
    ) {
        let (reply, _) = wrap(&article, &disguise);
        let chars: Vec<char> = reply.chars().collect();
        let (at, until) = (at.index(chars.len()), until.index(chars.len()));
        let (from, to) = (at.min(until), at.max(until));
        let text = |range: &[char]| range.iter().collect::<String>();
        check_promises(&format!("{}{put}{}", text(&chars[..from]), text(&chars[from..])));
        check_promises(&format!("{}{put}{}", text(&chars[..from]), text(&chars[to..])));
        check_promises(&format!("{}{}", text(&chars[..to]), text(&chars[from..])));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_reply_cut_before_the_end_of_its_marker_is_no_article(article in article(), disguise in disguise()) {
        let (reply, end) = wrap(&article, &disguise);
        for cut in (0..end).filter(|cut| reply.is_char_boundary(*cut)) {
            let part = &reply[..cut];
            prop_assert!(reply::parse(part, &categories()).is_err(), "an article came out of {part}");
            prop_assert!(!reply::is_complete(part), "taken for complete: {part}");
        }
    }
}
