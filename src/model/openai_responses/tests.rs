use super::*;
use crate::model::testing::{bare, follow_up, request, sse, text_of};

fn delta(text: &str) -> Value {
    json!({"type": "response.output_text.delta", "output_index": 0, "delta": text})
}

fn message(text: &str) -> Value {
    json!([{"type": "message", "content": [{"type": "output_text", "text": text}]}])
}

fn end(status: &str, reason: Option<&str>, output: &Value) -> Value {
    json!({"type": format!("response.{status}"),
        "response": {"status": status, "incomplete_details": {"reason": reason}, "output": output}})
}

fn numbered(numbers: &[i64], events: &[Value]) -> String {
    let mut events = events.to_vec();
    for (event, number) in events.iter_mut().zip(numbers) {
        event["sequence_number"] = json!(number);
    }
    sse(&events)
}

#[test]
fn the_request() {
    let body = OpenAiResponses.body(&request(), Quirks::COMMON);
    assert_eq!(
        body,
        json!({"model": "m", "instructions": "S", "input": [{"role": "user", "content": "U"}],
               "temperature": 0.5, "max_output_tokens": 9, "stream": true, "store": false})
    );
    let body = OpenAiResponses.body(&bare(), Quirks::COMMON);
    assert_eq!(
        body,
        json!({"model": "m", "input": [{"role": "user", "content": "U"}], "stream": true, "store": false})
    );
    let turns = json!([
        {"role": "user", "content": "U"},
        {"role": "assistant", "content": "so far"},
        {"role": "user", "content": "go on"},
    ]);
    let body = OpenAiResponses.body(&follow_up(), Quirks::COMMON);
    assert_eq!(body["input"], turns);
}

#[test]
fn only_messages_are_text() {
    let added = |index: u64, item: Value| json!({"type": "response.output_item.added", "output_index": index, "item": item});
    let reasoning = json!({"type": "reasoning"});
    let comment = json!({"type": "message", "phase": "commentary", "content": [{"type": "output_text", "text": "let me see"}]});
    let answer = json!({"type": "message", "phase": "final_answer", "content": [{"type": "output_text", "text": "ab"}]});
    let piece = |index: u64, text: &str| json!({"type": "response.output_text.delta", "output_index": index, "delta": text});
    let events = [
        added(0, reasoning.clone()),
        json!({"type": "response.reasoning_text.delta", "output_index": 0, "delta": "hm"}),
        json!({"type": "response.reasoning_summary_text.delta", "output_index": 0, "delta": "hm"}),
        added(1, comment.clone()),
        piece(1, "let me see"),
        json!({"type": "response.of_a_kind_to_come", "delta": "no"}),
        added(2, answer.clone()),
        piece(2, "a"),
        piece(2, "b"),
        end("completed", None, &json!([reasoning, comment, answer])),
    ];
    let expected = Ok(("ab".to_owned(), Finish::Stop));
    assert_eq!(text_of(&OpenAiResponses, &sse(&events)), expected);
    let whole = &events[9]["response"];
    assert_eq!(text_of(&OpenAiResponses, &whole.to_string()), expected);
    let at_once = sse(&[end("completed", None, &message("ab"))]);
    assert_eq!(text_of(&OpenAiResponses, &at_once), expected);
}

#[test]
fn ends() {
    let unknown = |reason: &str| Finish::Other(reason.to_owned());
    for (status, reason, expected) in [
        ("completed", None, Finish::Stop),
        ("incomplete", Some("max_output_tokens"), Finish::Length),
        ("incomplete", Some("content_filter"), Finish::Filter),
        ("incomplete", Some("steered"), Finish::Paused),
        ("incomplete", Some("tired"), unknown("tired")),
        ("incomplete", None, unknown("incomplete")),
        ("cancelled", None, unknown("cancelled")),
        ("failed", None, unknown("failed")),
    ] {
        let expected = Ok(("a".to_owned(), expected));
        let event = end(status, reason, &message("a"));
        let whole = event["response"].to_string();
        assert_eq!(
            text_of(&OpenAiResponses, &sse(&[delta("a"), event])),
            expected
        );
        assert_eq!(text_of(&OpenAiResponses, &whole), expected);
    }
    let queued = json!({"status": "queued", "output": message("a")});
    assert_eq!(
        text_of(&OpenAiResponses, &queued.to_string()),
        Ok(("a".to_owned(), unknown("queued")))
    );
}

#[test]
fn refusals_and_tools() {
    let no = json!([{"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}]);
    let refused = end("completed", None, &no);
    let piece = |text: &str| json!({"type": "response.refusal.delta", "delta": text});
    let expected = Ok(("No.".to_owned(), Finish::Refused));
    for body in [
        sse(&[piece("N"), piece("o."), refused.clone()]),
        sse(std::slice::from_ref(&refused)),
        refused["response"].to_string(),
    ] {
        assert_eq!(text_of(&OpenAiResponses, &body), expected, "{body}");
    }
    let call = json!([{"type": "function_call", "name": "x"}]);
    assert_eq!(
        text_of(&OpenAiResponses, &sse(&[end("completed", None, &call)])),
        Ok((String::new(), Finish::ToolCalls))
    );
}

#[test]
fn repeated_and_missing_pieces() {
    let events = |text: &str| {
        [
            delta("a"),
            delta("b"),
            end("completed", None, &message(text)),
        ]
    };
    let silent = [delta("a"), delta("b"), end("completed", None, &json!([]))];
    for (numbers, events, expected) in [
        (&[0, 1, 2][..], &events("ab"), Ok("ab")),
        (&[7, 8, 9], &events("ab"), Ok("ab")),
        (&[], &events(" a b\n"), Err("bad-reply")),
        (&[], &events(" ab\n"), Ok("ab")),
        (&[], &silent, Ok("ab")),
        (&[0, 1, 2], &silent, Ok("ab")),
        // The whole text at the end proves that nothing of it is missing.
        (&[0, 2, 5], &events("ab"), Ok("ab")),
        (&[0, 2, 5], &silent, Err("bad-reply")),
        (&[0, 1, 1], &silent, Err("bad-reply")),
        (&[3, 4, 0], &silent, Err("bad-reply")),
        (&[0, 0, 0], &silent, Ok("ab")),
        (&[-1, -1, -1], &silent, Ok("ab")),
        (&[], &events("abb"), Err("bad-reply")),
    ] {
        let body = numbered(numbers, events);
        let text = text_of(&OpenAiResponses, &body).map(|(text, _)| text);
        assert_eq!(text.as_deref(), expected.as_ref().copied(), "{body}");
    }
}

#[test]
fn errors() {
    for (code, expected) in [
        ("server_error", "server-error"),
        ("rate_limit_exceeded", "rate-limited"),
        ("insufficient_quota", "no-credit"),
        ("invalid_prompt", "bad-request"),
        ("context_length_exceeded", "prompt-too-long"),
    ] {
        let error = json!({"code": code, "message": "m"});
        let failed =
            json!({"type": "response.failed", "response": {"status": "failed", "error": error}});
        for body in [
            sse(&[json!({"type": "error", "code": code, "message": "m", "param": null})]),
            sse(&[json!({"type": "error", "error": error})]),
            sse(&[delta("a"), failed.clone()]),
            failed["response"].to_string(),
            json!({"error": error}).to_string(),
        ] {
            assert_eq!(text_of(&OpenAiResponses, &body), Err(expected), "{body}");
        }
    }
    for empty in ["{}", r#"{"object":"response","output":[]}"#] {
        assert_eq!(text_of(&OpenAiResponses, empty), Err("no-text"));
    }
}

#[test]
fn keep_alives_are_no_sign_of_life_unless_the_model_reasons() {
    let count = |events: &[Value]| {
        let mut decoder = OpenAiResponses.decoder();
        decoder.push(sse(events).as_bytes()).unwrap();
        decoder.events()
    };
    let alive = || json!({"type": "keepalive"});
    let item = |kind: &str| json!({"type": format!("response.output_item.{kind}"), "item": {"type": "reasoning"}});
    assert_eq!(count(&[alive(), alive(), delta("a")]), 1);
    assert_eq!(count(&[item("added"), alive(), alive()]), 3);
    assert_eq!(count(&[item("added"), item("done"), alive()]), 2);
}
