use super::*;
use crate::model::testing::{bare, follow_up, request, text_of};

fn lines(events: &[Value]) -> String {
    events.iter().map(|event| format!("{event}\n")).collect()
}

fn piece(text: &str) -> Value {
    json!({"message": {"role": "assistant", "content": text}, "done": false})
}

fn end(reason: Option<&str>) -> Value {
    json!({"message": {"role": "assistant", "content": ""}, "done": true, "done_reason": reason})
}

#[test]
fn the_request() {
    let body = Ollama.body(&request(), Quirks::COMMON);
    let messages = json!([{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]);
    assert_eq!(
        body,
        json!({"model": "m", "messages": messages, "stream": true, "truncate": false, "shift": false,
               "options": {"num_ctx": 8192, "num_predict": 9, "temperature": 0.5}})
    );
    let body = Ollama.body(&bare(), Quirks::COMMON);
    assert_eq!(body["messages"], json!([{"role": "user", "content": "U"}]));
    assert_eq!(body["options"], json!({"num_ctx": 8192}));
    let messages = json!([
        {"role": "system", "content": "S"},
        {"role": "user", "content": "U"},
        {"role": "assistant", "content": "so far"},
        {"role": "user", "content": "go on"},
    ]);
    assert_eq!(
        Ollama.body(&follow_up(), Quirks::COMMON)["messages"],
        messages
    );
}

#[test]
fn the_window_has_room_for_prompt_and_reply() {
    for (bytes, limit, expected) in [
        (0, None, 8192),
        (0, Some(8000), 8192),
        (0, Some(8192), 16384),
        (20_000, Some(1000), 16384),
        (20_000, None, 16384),
        (100_000, Some(20_000), 131_072),
        (0, Some(u32::MAX), 1 << 33),
    ] {
        let request = Request {
            user: "x".repeat(bytes),
            max_output_tokens: limit,
            ..request()
        };
        assert_eq!(window(&request), expected, "{bytes} {limit:?}");
    }
}

#[test]
fn shapes_of_good_streams() {
    let thought =
        json!({"message": {"role": "assistant", "content": "", "thinking": "hm"}, "done": false});
    let loaded = json!({"message": {"content": "ab"}, "done": true, "done_reason": "stop"});
    let stream = lines(&[thought, piece("a"), piece("b"), end(Some("stop"))]);
    for body in [
        stream.clone(),
        stream.replace('\n', "\r\n\r\n"),
        stream.trim_end().to_owned(),
        format!("\u{feff}\n{stream}"),
        format!("{stream}{{\"message\":{{\"content\":\"no\"}}}}\n"),
        lines(&[
            piece("a"),
            json!({"kind": "to come"}),
            piece("b"),
            end(Some("stop")),
        ]),
        // As server-sent events, and in one piece.
        stream
            .lines()
            .map(|line| format!("data: {line}\n\n"))
            .collect(),
        loaded.to_string(),
        format!("{loaded:#}\n"),
    ] {
        assert_eq!(
            text_of(&Ollama, &body),
            Ok(("ab".to_owned(), Finish::Stop)),
            "{body}"
        );
    }
}

#[test]
fn ends() {
    for (reason, expected) in [
        (Some("stop"), Finish::Stop),
        (Some("length"), Finish::Length),
        (Some("load"), Finish::Other("load".to_owned())),
        (None, Finish::Missing),
    ] {
        assert_eq!(
            text_of(&Ollama, &lines(&[piece("a"), end(reason)])),
            Ok(("a".to_owned(), expected))
        );
    }
    let call = json!({"message": {"content": "", "tool_calls": [{"function": {"name": "x"}}]}, "done": false});
    assert_eq!(
        text_of(&Ollama, &lines(&[call, end(Some("stop"))])),
        Ok((String::new(), Finish::ToolCalls))
    );
}

#[test]
fn what_is_no_reply() {
    for (body, expected) in [
        (
            lines(&[piece("a"), json!({"error": "boom"})]),
            "stream-error",
        ),
        (lines(&[json!({"error": "boom"})]), "stream-error"),
        (
            lines(&[json!({"error": {"message": "m", "code": 404}})]),
            "not-found",
        ),
        (
            format!("{{\"a\n{}", lines(&[end(Some("stop"))])),
            "bad-reply",
        ),
        (lines(&[piece("a")]) + "oops\n", "bad-reply"),
        (lines(&[piece("a")]) + "7\n", "bad-reply"),
        ("<html>".to_owned(), "not-an-api"),
    ] {
        assert_eq!(text_of(&Ollama, &body), Err(expected), "{body}");
    }
    for (body, text) in [
        (lines(&[piece("a")]), "a"),
        (lines(&[piece("a")]) + "{\"message\":{\"content\":\"b", "a"),
        ("{}".to_owned(), ""),
        (String::new(), ""),
    ] {
        assert_eq!(
            text_of(&Ollama, &body),
            Ok((text.to_owned(), Finish::Missing)),
            "{body}"
        );
    }
}
