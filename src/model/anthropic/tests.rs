use super::*;
use crate::model::testing::{bare, follow_up, read, request, sse, text_of};

fn with_model(model: &str) -> Request {
    Request {
        model: model.to_owned(),
        ..request()
    }
}

fn delta(index: u64, text: &str) -> Value {
    json!({"type": "content_block_delta", "index": index, "delta": {"type": "text_delta", "text": text}})
}

fn start(index: u64, kind: &str) -> Value {
    json!({"type": "content_block_start", "index": index, "content_block": {"type": kind}})
}

fn stop(index: u64) -> Value {
    json!({"type": "content_block_stop", "index": index})
}

fn end(reason: &str) -> Value {
    json!({"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 9}})
}

#[test]
fn the_request() {
    let body = Anthropic.body(&request(), Quirks::COMMON);
    assert_eq!(
        body,
        json!({"model": "m", "system": "S", "messages": [{"role": "user", "content": "U"}],
               "max_tokens": 9, "temperature": 0.5, "stream": true})
    );
    let body = Anthropic.body(&bare(), Quirks::COMMON);
    assert_eq!(
        body,
        json!({"model": "m", "messages": [{"role": "user", "content": "U"}],
               "max_tokens": DEFAULT_MAX_TOKENS, "stream": true})
    );
    let turns = json!([
        {"role": "user", "content": "U"},
        {"role": "assistant", "content": "so far"},
        {"role": "user", "content": "go on"},
    ]);
    assert_eq!(
        Anthropic.body(&follow_up(), Quirks::COMMON)["messages"],
        turns
    );
}

#[test]
fn the_older_version_is_named_only_where_it_is_needed() {
    let sent = |request: &Request, quirks: Quirks| {
        let version = Anthropic.headers(request, quirks)[0].1;
        let temperature = Anthropic.body(request, quirks).get("temperature").is_some();
        (version, temperature)
    };
    for model in [
        "claude-2.1",
        "claude-3-opus-20240229",
        "claude-3-5-sonnet-20241022",
        "claude-sonnet-4-20250514",
        "claude-haiku-4-5-20251001",
        "anthropic/claude-opus-4.6",
        "some-other-model",
    ] {
        let request = with_model(model);
        assert_eq!(
            sent(&request, Quirks::COMMON),
            ("2023-06-01", true),
            "{model}"
        );
    }
    for model in [
        "claude-opus-4-7",
        "claude-opus-4.8",
        "us.anthropic.claude-opus-4-7-20260416-v1:0",
        "claude-sonnet-5",
        "Claude-Haiku-5-5",
        "claude-mythos-preview",
        "claude-opus-10",
    ] {
        let request = with_model(model);
        assert_eq!(
            sent(&request, Quirks::COMMON),
            ("2026-10-21", false),
            "{model}"
        );
    }
    let older = Request {
        temperature: None,
        ..with_model("claude-haiku-4-5")
    };
    assert_eq!(sent(&older, Quirks::COMMON), ("2026-10-21", false));
    let refusing = Quirks {
        sampling: false,
        ..Quirks::COMMON
    };
    assert_eq!(
        sent(&with_model("claude-haiku-4-5"), refusing),
        ("2026-10-21", false)
    );
    assert_eq!(sent(&bare(), Quirks::COMMON), ("2023-06-01", false));
}

#[test]
fn only_text_is_text() {
    let thinking = json!({"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}});
    let signature = json!({"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "x"}});
    let events = [
        json!({"type": "message_start", "message": {"usage": {"input_tokens": 5, "output_tokens": 1}}}),
        start(0, "thinking"),
        thinking,
        signature,
        stop(0),
        json!({"type": "a_kind_to_come", "index": 0, "text": "no"}),
        start(1, "text"),
        delta(1, "a"),
        stop(1),
        start(2, "text"),
        delta(2, "b"),
        stop(2),
        end("end_turn"),
    ];
    let reply = read(Anthropic.decoder(), [sse(&events).as_bytes()]).unwrap();
    assert_eq!((reply.text.as_str(), reply.finish), ("ab", Finish::Stop));
    assert_eq!(reply.usage.map(|it| (it.input, it.output)), Some((5, 9)));
    let whole = json!({"content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "stop_reason": "end_turn"});
    assert_eq!(
        text_of(&Anthropic, &whole.to_string()),
        Ok(("ab".to_owned(), Finish::Stop))
    );
}

#[test]
fn ends() {
    for (reason, expected) in [
        ("end_turn", Finish::Stop),
        ("stop_sequence", Finish::Stop),
        ("max_tokens", Finish::Length),
        ("tool_use", Finish::ToolCalls),
        ("pause_turn", Finish::Paused),
        ("refusal", Finish::Refused),
        ("model_context_window_exceeded", Finish::WindowFull),
        ("tired", Finish::Other("tired".to_owned())),
        ("", Finish::Missing),
    ] {
        let expected = Ok(("a".to_owned(), expected));
        let stream = sse(&[start(0, "text"), delta(0, "a"), stop(0), end(reason)]);
        assert_eq!(text_of(&Anthropic, &stream), expected);
        let whole = json!({"content": [{"type": "text", "text": "a"}], "stop_reason": reason});
        assert_eq!(text_of(&Anthropic, &whole.to_string()), expected);
    }
    let details = json!({"type": "refusal", "category": "bio", "explanation": "Not this."});
    let mut refusal = end("refusal");
    refusal["delta"]["stop_details"] = details;
    assert_eq!(
        text_of(&Anthropic, &sse(&[refusal])),
        Ok(("Not this.".to_owned(), Finish::Refused))
    );
    let tool = sse(&[start(0, "tool_use"), stop(0), end("end_turn")]);
    assert_eq!(
        text_of(&Anthropic, &tool),
        Ok((String::new(), Finish::ToolCalls))
    );
    let stopped = sse(&[delta(0, "a"), json!({"type": "message_stop"})]);
    assert_eq!(
        text_of(&Anthropic, &stopped),
        Ok(("a".to_owned(), Finish::Missing))
    );
}

#[test]
fn repeated_pieces_are_an_error() {
    let begin = json!({"type": "message_start", "message": {}});
    let one = || vec![begin.clone(), start(0, "text"), delta(0, "a"), stop(0)];
    for (more, expected) in [
        (vec![start(0, "text")], Err("bad-reply")),
        (vec![delta(0, "a")], Err("bad-reply")),
        (vec![delta(1, "b")], Err("bad-reply")),
        (vec![begin.clone()], Err("bad-reply")),
        (vec![stop(0), end("end_turn")], Ok("a")),
        // A proxy may keep blocks to itself, and some servers announce none.
        (vec![start(4, "text"), delta(4, "b")], Ok("ab")),
    ] {
        let events = [one(), more].concat();
        let text = text_of(&Anthropic, &sse(&events)).map(|(text, _)| text);
        assert_eq!(text.as_deref(), expected.as_ref().copied(), "{events:?}");
    }
    let unannounced = sse(&[delta(0, "a"), delta(0, "b"), end("end_turn")]);
    assert_eq!(
        text_of(&Anthropic, &unannounced),
        Ok(("ab".to_owned(), Finish::Stop))
    );
}

#[test]
fn errors() {
    for (kind, expected) in [
        ("overloaded_error", "overloaded"),
        ("rate_limit_error", "rate-limited"),
        ("api_error", "server-error"),
        ("timeout_error", "server-error"),
        ("invalid_request_error", "bad-request"),
        ("authentication_error", "unauthorized"),
        ("billing_error", "no-credit"),
        ("permission_error", "forbidden"),
        ("not_found_error", "not-found"),
        ("request_too_large", "prompt-too-long"),
    ] {
        let error = json!({"type": "error", "error": {"type": kind, "message": "m"}});
        let stream = format!("event: error\n{}", sse(std::slice::from_ref(&error)));
        assert_eq!(text_of(&Anthropic, &stream), Err(expected), "{kind}");
        assert_eq!(text_of(&Anthropic, &error.to_string()), Err(expected));
    }
    assert_eq!(text_of(&Anthropic, "{}"), Err("no-text"));
    assert_eq!(text_of(&Anthropic, r#"{"content":[]}"#), Err("no-text"));
}

#[test]
fn pings_are_no_sign_of_life_unless_the_model_thinks() {
    let count = |events: &[Value]| {
        let mut decoder = Anthropic.decoder();
        decoder.push(sse(events).as_bytes()).unwrap();
        decoder.events()
    };
    let ping = || json!({"type": "ping"});
    assert_eq!(count(&[ping(), ping()]), 0);
    assert_eq!(count(&[start(0, "text"), ping(), delta(0, "a"), ping()]), 2);
    assert_eq!(count(&[start(0, "thinking"), ping(), ping()]), 3);
    assert_eq!(count(&[start(0, "thinking"), stop(0), ping()]), 2);
}
