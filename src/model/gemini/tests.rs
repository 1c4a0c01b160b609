use super::*;
use crate::model::testing::{bare, follow_up, read, request, sse, text_of};

fn chunk(text: &str, reason: Option<&str>) -> Value {
    json!({"candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": reason}]})
}

#[test]
fn the_request() {
    let user = json!({"role": "user", "parts": [{"text": "U"}]});
    let body = Gemini.body(&request(), Quirks::COMMON);
    assert_eq!(
        body,
        json!({"contents": [user], "systemInstruction": {"parts": [{"text": "S"}]},
               "generationConfig": {"temperature": 0.5, "maxOutputTokens": 9}})
    );
    let body = Gemini.body(&bare(), Quirks::COMMON);
    assert_eq!(body, json!({"contents": [user]}));
    let body = Gemini.body(&follow_up(), Quirks::COMMON);
    let turns = json!([
        user,
        {"role": "model", "parts": [{"text": "so far"}]},
        {"role": "user", "parts": [{"text": "go on"}]},
    ]);
    assert_eq!(body["contents"], turns);
}

#[test]
fn a_models_name_stays_one_segment_of_the_path() {
    for (model, segment) in [
        ("gemini-3-pro", "gemini-3-pro"),
        ("models/gemini-2.5-flash", "gemini-2.5-flash"),
        ("../../v1/x", "..%2F..%2Fv1%2Fx"),
        ("a?key=b#c:d e%é", "a%3Fkey%3Db%23c%3Ad%20e%25%C3%A9"),
        ("..", ".."),
    ] {
        let path = Gemini.path(&Request {
            model: model.to_owned(),
            ..request()
        });
        assert_eq!(
            path,
            format!("/models/{segment}:streamGenerateContent?alt=sse")
        );
        let url = url::Url::parse(&format!("https://a.example/v1beta{path}")).unwrap();
        assert!(url.path().starts_with("/v1beta/models/"), "{url}");
        assert_eq!(url.query(), Some("alt=sse"));
    }
}

#[test]
fn only_text_of_the_first_candidate_is_text() {
    let thought =
        json!({"candidates": [{"content": {"parts": [{"text": "hm", "thought": true}]}}]});
    let two = json!({"candidates": [
        {"index": 1, "content": {"parts": [{"text": "no"}]}, "finishReason": "MAX_TOKENS"},
        {"index": 0, "content": {"parts": [{"text": "a"}, {"thoughtSignature": "x"}, {"text": "b"}]}},
    ]});
    let usage = json!({"usageMetadata": {"promptTokenCount": 5}, "candidates": null});
    let body = sse(&[thought, two, usage, chunk("c", Some("STOP"))]);
    let reply = read(Gemini.decoder(), [body.as_bytes()]).unwrap();
    assert_eq!((reply.text.as_str(), reply.finish), ("abc", Finish::Stop));
    assert_eq!(reply.usage.map(|it| (it.input, it.output)), Some((5, 0)));
    let list = json!([chunk("a", None), chunk("b", Some("STOP"))]);
    for body in [list.to_string(), format!("{list:#}")] {
        assert_eq!(text_of(&Gemini, &body), Ok(("ab".to_owned(), Finish::Stop)));
    }
}

#[test]
fn ends() {
    for (reason, expected) in [
        ("STOP", Finish::Stop),
        ("MAX_TOKENS", Finish::Length),
        ("SAFETY", Finish::Filter),
        ("RECITATION", Finish::Filter),
        ("PROHIBITED_CONTENT", Finish::Filter),
        ("MALFORMED_FUNCTION_CALL", Finish::ToolCalls),
        ("OTHER", Finish::Other("OTHER".to_owned())),
        ("", Finish::Missing),
    ] {
        let expected = Ok(("a".to_owned(), expected));
        let event = chunk("a", Some(reason));
        assert_eq!(
            text_of(&Gemini, &sse(std::slice::from_ref(&event))),
            expected
        );
        assert_eq!(text_of(&Gemini, &event.to_string()), expected);
    }
    let blocked = json!({"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 5}});
    let expected = Ok((String::new(), Finish::Filter));
    assert_eq!(
        text_of(&Gemini, &sse(std::slice::from_ref(&blocked))),
        expected
    );
    assert_eq!(text_of(&Gemini, &blocked.to_string()), expected);
    let rated = json!({"promptFeedback": {"safetyRatings": []}});
    assert_eq!(
        text_of(&Gemini, &sse(&[rated, chunk("a", Some("STOP"))])),
        Ok(("a".to_owned(), Finish::Stop))
    );
    let call = json!({"candidates": [{"content": {"parts": [{"functionCall": {"name": "x"}}]}, "finishReason": "STOP"}]});
    assert_eq!(
        text_of(&Gemini, &sse(&[call])),
        Ok((String::new(), Finish::ToolCalls))
    );
}

#[test]
fn errors() {
    for (code, status, expected) in [
        (429, "RESOURCE_EXHAUSTED", "rate-limited"),
        (503, "UNAVAILABLE", "overloaded"),
        (500, "INTERNAL", "server-error"),
        (400, "INVALID_ARGUMENT", "bad-request"),
        (403, "PERMISSION_DENIED", "forbidden"),
    ] {
        let error = json!({"error": {"code": code, "status": status, "message": "m"}});
        for body in [
            sse(&[chunk("a", None), error.clone()]),
            error.to_string(),
            json!([error]).to_string(),
        ] {
            assert_eq!(text_of(&Gemini, &body), Err(expected), "{body}");
        }
        let nameless = json!({"error": {"status": status, "message": "m"}});
        let nameless = text_of(&Gemini, &nameless.to_string());
        assert_ne!(nameless, Err("stream-error"), "{status}");
    }
    assert_eq!(text_of(&Gemini, "{}"), Err("no-text"));
    assert_eq!(text_of(&Gemini, r#"[{"candidates":[]}]"#), Err("no-text"));
}
