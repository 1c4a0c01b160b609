use super::*;
use crate::model::testing::{self, bare, follow_up, read, request};

fn text_of(body: &str) -> Result<(String, Finish), &'static str> {
    testing::text_of(&OpenAiChat, body)
}

fn event(delta: &Value, finish: Option<&str>) -> String {
    let chunk = json!({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]});
    format!("data: {chunk}\n\n")
}

/// A stream of one delta a piece.
fn stream(pieces: &[String], finish: Option<&str>, done: bool) -> String {
    let mut body: String = pieces
        .iter()
        .map(|piece| event(&json!({"content": piece}), None))
        .collect();
    if finish.is_some() {
        body += &event(&json!({}), finish);
    }
    body += "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":9}}\n\n";
    if done {
        body += "data: [DONE]\n\n";
    }
    body
}

#[test]
fn the_request() {
    let body = OpenAiChat.body(&request(), Quirks::COMMON);
    let messages = json!([{"role": "system", "content": "S"}, {"role": "user", "content": "U"}]);
    assert_eq!(
        body,
        json!({"model": "m", "messages": messages, "stream": true, "temperature": 0.5,
               "stream_options": {"include_usage": true}, "max_tokens": 9})
    );
    let odd = Quirks {
        max_completion_tokens: true,
        stream_options: false,
        sampling: false,
    };
    let body = OpenAiChat.body(&request(), odd);
    assert_eq!(body["max_completion_tokens"], json!(9));
    for left_out in ["max_tokens", "stream_options", "temperature"] {
        assert!(body.get(left_out).is_none(), "{left_out}");
    }
    let body = OpenAiChat.body(&bare(), odd);
    let messages = json!([{"role": "user", "content": "U"}]);
    assert_eq!(
        body,
        json!({"model": "m", "messages": messages, "stream": true})
    );
}

#[test]
fn shapes_of_good_streams() {
    let ok = |text: &str| Ok((text.to_owned(), Finish::Stop));
    for (body, expected) in [
        (stream(&["a".into(), "b".into()], Some("stop"), true), ok("ab")),
        (event(&json!({"content": "a"}), Some("stop")), ok("a")),
        (event(&json!({"content": [{"type": "thinking", "text": "no"}, {"type": "text", "text": "a"}, "b"]}), Some("stop")), ok("ab")),
        (event(&json!({"reasoning_content": "no", "content": "a"}), Some("stop")), ok("a")),
        (event(&json!({"content": "a"}), Some("stop")) + &event(&json!({"content": "b"}), None), ok("ab")),
        (event(&json!({"content": "a"}), Some("stop")) + "data: [DONE]\n\n" + &event(&json!({"content": "x"}), None), ok("a")),
        (json!({"choices": [{"message": {"content": "a"}, "finish_reason": "stop"}]}).to_string(), ok("a")),
        (" \n\u{feff}".to_owned() + &event(&json!({"content": "a"}), Some("stop")), Ok((String::new(), Finish::Missing))),
        ("\u{feff} \n".to_owned() + &event(&json!({"content": "a"}), Some("stop")), ok("a")),
        (stream(&["a".into()], Some("stop"), true).replace("\n\n", "\n"), ok("a")),
        (format!("data: {}\n\n", json!({"choices": [{"index": 1, "delta": {"content": "no"}, "finish_reason": "length"}]})) + &event(&json!({"content": "a"}), Some("stop")), ok("a")),
        ("data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n".to_owned(), ok("a")),
        (event(&json!(null), None) + "data: {\"choices\":null}\n\n" + &event(&json!({"content": "a"}), Some("stop")), ok("a")),
    ] {
        assert_eq!(text_of(&body), expected, "{body}");
    }
}

#[test]
fn endings_that_are_no_success() {
    let half = event(&json!({"content": "a"}), None);
    let a = |finish: Finish| Ok(("a".to_owned(), finish));
    for (body, expected) in [
        (half.clone(), a(Finish::Missing)),
        (half.clone() + "data: [DONE]\n\n", a(Finish::Missing)),
        (
            half.clone() + &event(&json!({}), Some("")),
            a(Finish::Missing),
        ),
        (
            half.clone() + &event(&json!({}), Some("eos")),
            a(Finish::Other("eos".into())),
        ),
        (
            half.clone() + &event(&json!({}), Some("length")),
            a(Finish::Length),
        ),
        (
            half.clone() + &event(&json!({}), Some("content_filter")),
            a(Finish::Filter),
        ),
        (
            half.clone() + &event(&json!({"tool_calls": []}), Some("stop")),
            a(Finish::Stop),
        ),
        (
            half.clone() + &event(&json!({"tool_calls": [{"id": 1}]}), Some("stop")),
            a(Finish::ToolCalls),
        ),
        (
            half.clone() + &event(&json!({"refusal": "no"}), Some("stop")),
            Ok(("no".into(), Finish::Refused)),
        ),
        (half.clone() + "data: {\"choices\":[{\n\n", Err("bad-reply")),
        (
            half.clone() + "data: {\"choices\":[{\"delta\":{\"con",
            a(Finish::Missing),
        ),
        (half.clone() + "data: 7\n\n", Err("bad-reply")),
        (
            half.clone() + "data: {\"error\":\"boom\"}\n\n",
            Err("stream-error"),
        ),
        (
            event(&json!({"content": "X"}), None).replace('X', "\\ud83d"),
            Err("bad-reply"),
        ),
        ("<!doctype html>".to_owned(), Err("not-an-api")),
        ("{\"choices\":[".to_owned(), Err("bad-reply")),
        ("{\"choices\":[]}".to_owned(), Err("no-text")),
        ("{\"error\":{\"code\":401}}".to_owned(), Err("unauthorized")),
        (String::new(), Ok((String::new(), Finish::Missing))),
        ("hello".to_owned(), Ok((String::new(), Finish::Missing))),
    ] {
        assert_eq!(text_of(&body), expected, "{body}");
    }
}

#[test]
fn the_last_usage_counts() {
    let usage = |n: u64| {
        format!(
            "data: {}\n\n",
            json!({"choices": [], "usage": {"prompt_tokens": n, "completion_tokens": n}})
        )
    };
    let body = usage(1) + &event(&json!({"content": "a"}), Some("stop")) + &usage(2);
    let reply = read(OpenAiChat.decoder(), [body.as_bytes()]).unwrap();
    assert_eq!(
        reply.usage,
        Some(Usage {
            input: 2,
            output: 2,
            ..Usage::default()
        })
    );
}

#[test]
fn a_follow_up_is_a_second_turn() {
    let request = follow_up();
    let body = OpenAiChat.body(&request, Quirks::COMMON);
    let expected = json!([
        {"role": "system", "content": "S"},
        {"role": "user", "content": "U"},
        {"role": "assistant", "content": "so far"},
        {"role": "user", "content": "go on"},
    ]);
    assert_eq!(body["messages"], expected);
    assert_eq!(request.bytes(), 13);
}
