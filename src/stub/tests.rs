use proptest::prelude::*;
use rstest::rstest;

use super::*;

const ZOLA: &[&str] = &["extra", "postwright"];

fn table(json: &str) -> Table {
    let serde_json::Value::Object(map) = serde_json::from_str(json).expect("JSON") else {
        panic!("not a table: {json}");
    };
    map.into_iter()
        .map(|(key, value)| (key, convert(value)))
        .collect()
}

fn convert(value: serde_json::Value) -> Value {
    use serde_json::Value as Json;
    match value {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::Boolean(value),
        Json::Number(number) => number.as_i64().map_or_else(
            || Value::Float(number.as_f64().expect("a number")),
            Value::Integer,
        ),
        Json::String(text) => Value::String(text),
        Json::Array(items) => Value::Array(items.into_iter().map(convert).collect()),
        Json::Object(map) => Value::Table(map.into_iter().map(|(k, v)| (k, convert(v))).collect()),
    }
}

fn count(body: &str) -> usize {
    body.split_whitespace().count()
}

fn kind(json: &str, body: &str) -> Kind {
    classify(&table(json), body, ZOLA, &count)
}

fn request(json: &str, body: &str) -> Request {
    match kind(json, body) {
        Kind::Stub(request) => request,
        other => panic!("no stub: {other:?}"),
    }
}

#[test]
fn a_stub_is_read_whole() {
    let json = r#"{"topic": " Does Redis\r\npersist? ", "draft": true, "extra": {"other": 1, "postwright": {
        "audience": "backend developers", "tone": "  ", "keywords": ["rdb ", "", "aof"], "words": 1500, "language": "pt-BR"}}}"#;
    assert_eq!(
        request(json, "\r\nCompare both.\r\nBriefly.\r\n\r\n"),
        Request {
            topic: "Does Redis\npersist?".into(),
            brief: "Compare both.\nBriefly.".into(),
            options: Options {
                audience: Some("backend developers".into()),
                tone: None,
                keywords: vec!["rdb".into(), "aof".into()],
                words: Some(1500),
                language: Some("pt-BR".into()),
                context: Vec::new(),
            },
            draft: Some(true),
            looks_finished: false,
        }
    );
}

#[test]
fn the_pages_that_a_post_builds_on_are_paths_of_the_site() {
    let context = |list: &str| {
        let json = format!(r#"{{"topic": "x", "extra": {{"postwright": {{"context": {list}}}}}}}"#);
        kind(&json, "")
    };
    let paths = |list: &str| match context(list) {
        Kind::Stub(request) => request.options.context,
        other => panic!("no stub: {other:?}"),
    };
    assert_eq!(
        paths(
            r#"[" content/a.md", "./content//b/./index.md", "content/a.md", "", "content/cafe\u0301.md"]"#
        ),
        ["content/a.md", "content/b/index.md", "content/café.md"]
    );
    assert_eq!(paths("[]"), [""; 0]);
    let nine: Vec<String> = (0..9).map(|number| format!("\"{number}.md\"")).collect();
    for bad in [
        r#""content/a.md""#,
        "[1]",
        r#"["/etc/passwd.md"]"#,
        r#"["content/../../a.md"]"#,
        r#"["content/a.txt"]"#,
        r#"["content/.md"]"#,
        r#"["content"]"#,
        r#"["c:\\a.md"]"#,
        r#"["https://x.y/a.md"]"#,
        &format!("[{}]", nine.join(",")),
    ] {
        let Kind::Malformed(problems) = context(bad) else {
            panic!("{bad}");
        };
        assert_eq!(problems[0].key, "extra.postwright.context", "{bad}");
    }
}

#[test]
fn a_page_without_topic_is_the_author_s() {
    assert_eq!(kind(r#"{"title": "x"}"#, ""), Kind::Page);
    assert_eq!(
        kind(
            r#"{"extra": {"topic": "x", "postwright": {"wrods": 1}}}"#,
            ""
        ),
        Kind::Page
    );
}

#[test]
fn a_long_page_with_a_title_looks_finished() {
    let long = "word ".repeat(FINISHED_WORDS + 1);
    let with_title = r#"{"topic": "x", "title": "y"}"#;
    assert!(request(with_title, &long).looks_finished);
    assert!(!request(with_title, "word").looks_finished);
    assert!(!request(r#"{"topic": "x"}"#, &long).looks_finished);
    // Some other use of the word, not a stub gone wrong.
    assert_eq!(kind(r#"{"topic": ["x"], "title": "y"}"#, &long), Kind::Page);
}

#[test]
fn a_page_with_provenance_is_a_post_even_with_a_topic() {
    let json = r#"{"topic": "x", "extra": {"postwright": {"words": 900, "topic": "x", "reply": "k/n", "written": "h"}}}"#;
    let Kind::Post(provenance) = kind(json, "") else {
        panic!("no post");
    };
    assert_eq!(provenance.reply, "k/n");
    assert_eq!(provenance.model, "");
    assert_eq!(
        provenance.to_table().keys().collect::<Vec<_>>(),
        ["topic", "reply", "written"]
    );
    assert!(matches!(
        kind(r#"{"extra": {"postwright": {"reply": 5}}}"#, ""),
        Kind::Malformed(_)
    ));
}

#[rstest]
#[case(r#"{"topic": ""}"#, "topic", "empty")]
#[case(r#"{"topic": " \n "}"#, "topic", "empty")]
#[case(r#"{"topic": null}"#, "topic", "empty")]
#[case(r#"{"topic": ["x"]}"#, "topic", "a list")]
#[case(r#"{"topic": 7}"#, "topic", "a whole number")]
#[case(r#"{"topic": "x", "draft": "true"}"#, "draft", "`true` or `false`")]
#[case(
    r#"{"topic": "x", "extra": {"postwright": 1}}"#,
    "extra.postwright",
    "not a table"
)]
#[case(
    r#"{"topic": "x", "extra": {"postwright": {"wrods": 9}}}"#,
    "extra.postwright.wrods",
    "did you mean `words`"
)]
#[case(
    r#"{"topic": "x", "extra": {"postwright": {"Keyword": []}}}"#,
    "extra.postwright.Keyword",
    "did you mean `keywords`"
)]
#[case(
    r#"{"topic": "x", "extra": {"postwright": {"model": "m"}}}"#,
    "extra.postwright.model",
    "the options are audience"
)]
#[case(
    r#"{"topic": "x", "extra": {"postwright": {"words": 0}}}"#,
    "extra.postwright.words",
    "from 1 to 20000"
)]
#[case(
    r#"{"topic": "x", "extra": {"postwright": {"words": -5}}}"#,
    "extra.postwright.words",
    "from 1 to 20000"
)]
#[case(
    r#"{"topic": "x", "extra": {"postwright": {"words": 99999999999}}}"#,
    "extra.postwright.words",
    "from 1 to 20000"
)]
#[case(
    r#"{"topic": "x", "extra": {"postwright": {"words": "900"}}}"#,
    "extra.postwright.words",
    "without quotes"
)]
#[case(
    r#"{"topic": "x", "extra": {"postwright": {"words": 1.5}}}"#,
    "extra.postwright.words",
    "a number"
)]
#[case(
    r#"{"topic": "x", "extra": {"postwright": {"keywords": "a"}}}"#,
    "extra.postwright.keywords",
    "write a list"
)]
#[case(
    r#"{"topic": "x", "extra": {"postwright": {"keywords": [1]}}}"#,
    "extra.postwright.keywords",
    "holds a whole number"
)]
#[case(
    r#"{"topic": "x", "extra": {"postwright": {"tone": true}}}"#,
    "extra.postwright.tone",
    "in quotes"
)]
#[case(
    r#"{"topic": "x", "extra": {"postwright": {"language": "English please"}}}"#,
    "extra.postwright.language",
    "no language tag"
)]
#[case(
    r#"{"topic": "x", "params": {"postwright": {"words": 9}}}"#,
    "params.postwright",
    "move them to `extra.postwright`"
)]
#[case(
    r#"{"topic": "x", "postwright": {"words": 9}}"#,
    "postwright",
    "move them to `extra.postwright`"
)]
fn what_is_wrong_is_named(#[case] json: &str, #[case] key: &str, #[case] says: &str) {
    let Kind::Malformed(problems) = kind(json, "") else {
        panic!("not malformed: {json}");
    };
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].key, key);
    let text = format!("{}; {}", problems[0].message, problems[0].help);
    assert!(text.contains(says), "{text}");
}

#[test]
fn all_that_is_wrong_is_named_at_once() {
    let json = r#"{"topic": 1, "draft": 2, "extra": {"postwright": {"words": 0, "nonsense": 1}}}"#;
    assert!(matches!(kind(json, ""), Kind::Malformed(problems) if problems.len() == 4));
}

#[test]
fn the_option_decides_the_language() {
    let stub = |json: &str| {
        let front = table(json);
        let request = request(json, "");
        let path = SitePath::new("content/a.md");
        Stub::new(
            path,
            PathBuf::from("/s/content/a.md"),
            "en",
            "de",
            request,
            front,
            String::new(),
        )
    };
    let plain = stub(r#"{"topic": "x"}"#);
    let french = stub(r#"{"topic": "x", "extra": {"postwright": {"language": "fr"}}}"#);
    assert_eq!(
        (plain.language.as_str(), french.language.as_str()),
        ("de", "fr")
    );
    assert_ne!(plain.key, french.key);
}

#[test]
fn a_page_hash_sees_a_person_and_not_an_editor() {
    let page = "+++\ntitle = \"x\"\n+++\n\nText.\n\n    code\n";
    let hash = page_hash(page);
    assert_eq!(hash.len(), 32);
    for same in [
        page.replace('\n', "\r\n"),
        page.trim_end().to_owned(),
        format!("{page}\n \n"),
        page.replace('\n', " \t\n"),
    ] {
        assert_eq!(page_hash(&same), hash, "{same:?}");
    }
    for other in [
        page.replace("Text", "text"),
        page.replace("    code", "   code"),
        page.replace("\n\n", "\n"),
        format!("\n{page}"),
    ] {
        assert_ne!(page_hash(&other), hash, "{other:?}");
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<String>().prop_map(Value::String),
        any::<i64>().prop_map(Value::Integer),
        any::<f64>().prop_map(Value::Float),
        any::<bool>().prop_map(Value::Boolean),
        Just(Value::Date("2026-11-22".into())),
        Just(Value::Null),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let key = prop_oneof![
            Just("topic".to_owned()),
            Just("extra".to_owned()),
            Just("postwright".to_owned()),
            Just("words".to_owned()),
            Just("keywords".to_owned()),
            Just("reply".to_owned()),
            "\\PC{0,6}",
        ];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((key, inner), 0..5)
                .prop_map(|entries| Value::Table(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_front_matter_is_classified(topic in any_value(), extra in any_value(), body in any::<String>()) {
        let front = Table::from_iter([("topic".to_owned(), topic.clone()), ("extra".to_owned(), extra)]);
        match classify(&front, &body, ZOLA, &count) {
            Kind::Stub(request) => {
                prop_assert!(matches!(topic, Value::String(_)));
                prop_assert!(!request.topic.is_empty());
            }
            Kind::Malformed(problems) => prop_assert!(!problems.is_empty()),
            Kind::Post(_) => {}
            Kind::Page => prop_assert!(false, "it has a topic and no title"),
        }
    }

    #[test]
    fn provenance_comes_back(topic in "\\PC{0,9}", reply in "[a-z/]{1,9}", for_generator in "\\PC{0,9}") {
        let provenance = Provenance { topic, reply, for_generator, ..Provenance::default() };
        let table = provenance.to_table();
        prop_assert!(Provenance::is_in(&table));
        prop_assert_eq!(Provenance::parse(&table, "extra.postwright"), Ok(provenance));
    }
}
