use super::*;
use crate::model::Key;
use reqwest::header::{HeaderName, HeaderValue};

fn endpoint() -> Server {
    let key = Key::new("MY_KEY", "canary-key-1").unwrap();
    Server::new("mine", "openai-chat", "https://a.example/v1", Some(key)).unwrap()
}

fn classified(code: u16, headers: &[(&str, &str)], body: &str) -> ModelError {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        map.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    let error = status(
        &endpoint(),
        code,
        &map,
        body.as_bytes(),
        Timestamp::UNIX_EPOCH,
    );
    polish(error, endpoint().key.as_ref())
}

/// Kind, payment, and what follows from it.
fn short(error: &ModelError) -> String {
    let flag = |on: bool, word: &str| {
        if on {
            format!(" {word}")
        } else {
            String::new()
        }
    };
    format!(
        "{} {:?}{}{}{}",
        error.kind,
        error.payment,
        flag(error.retry, "again"),
        flag(error.stops_run, "stops"),
        flag(error.pauses_all, "pauses")
    )
}

#[test]
fn statuses() {
    let quota =
        r#"{"error":{"message":"m","type":"insufficient_quota","code":"insufficient_quota"}}"#;
    let spend = r#"{"error":{"message":"m","code":"enforced_spend_limit_reached"}}"#;
    let credit = r#"{"error":{"message":"Your credit balance is too low","type":"x"}}"#;
    let window = r#"{"error":{"message":"m","code":"context_length_exceeded"}}"#;
    for (code, body, expected) in [
        (302, "", "redirect Free stops"),
        (400, "{}", "bad-request Free"),
        (400, window, "prompt-too-long Free"),
        (400, credit, "no-credit Free stops"),
        (401, "", "unauthorized Free stops"),
        (402, "", "no-credit Free stops"),
        (403, "", "forbidden Free stops"),
        (404, "", "not-found Free stops"),
        (408, "", "try-again Free again"),
        (409, "", "try-again Free again"),
        (413, "", "prompt-too-long Free"),
        (422, "", "bad-request Free"),
        (429, "", "rate-limited Free again pauses"),
        (429, quota, "no-credit Free stops"),
        (429, spend, "no-credit Free stops"),
        (500, "", "server-error Maybe again"),
        (502, "", "server-error Maybe again"),
        (503, "", "overloaded Free again pauses"),
        (504, "", "server-error Maybe again"),
        (529, "", "overloaded Free again pauses"),
        (600, "", "not-an-api Maybe stops"),
    ] {
        assert_eq!(
            short(&classified(code, &[], body)),
            expected,
            "{code} {body}"
        );
    }
}

#[test]
fn a_server_may_say_whether_to_ask_again() {
    let yes = classified(400, &[("x-should-retry", "true")], "");
    assert!(yes.retry && yes.tries == 2);
    assert!(!classified(500, &[("x-should-retry", "false")], "").retry);
    let wait = classified(429, &[("retry-after", "7")], "").retry_after;
    assert_eq!(wait, Some(Duration::from_secs(7)));
    assert_eq!(
        classified(401, &[("retry-after", "7")], "").retry_after,
        None
    );
}

#[test]
fn errors_in_the_shapes_of_each_vendor() {
    let google = |code: u16, status: &str, details: &str| {
        format!(
            r#"{{"error":{{"code":{code},"message":"m","status":"{status}","details":[{details}]}}}}"#
        )
    };
    let overloaded = r#"{"type":"error","error":{"type":"overloaded_error","message":"m"}}"#;
    let long = r#"{"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 9 tokens > 8 maximum"}}"#;
    let key = r#"{"reason":"API_KEY_INVALID"}"#;
    let day = r#"{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},{"retryDelay":"34s"}"#;
    let long_local =
        r#"{"error":"request (9 tokens) exceeds the available context size (8 tokens)"}"#;
    for (code, body, expected) in [
        (529, overloaded, "overloaded Free again pauses"),
        (400, long, "prompt-too-long Free"),
        (
            400,
            &google(400, "INVALID_ARGUMENT", ""),
            "bad-request Free",
        ),
        (
            400,
            &google(400, "INVALID_ARGUMENT", key),
            "unauthorized Free stops",
        ),
        (
            429,
            &google(429, "RESOURCE_EXHAUSTED", day),
            "no-credit Free stops",
        ),
        (
            503,
            &google(503, "UNAVAILABLE", ""),
            "overloaded Free again pauses",
        ),
        (
            404,
            r#"{"error":"model 'x' not found"}"#,
            "not-found Free stops",
        ),
        (400, long_local, "prompt-too-long Free"),
    ] {
        assert_eq!(
            short(&classified(code, &[], body)),
            expected,
            "{code} {body}"
        );
    }
    let wait = |delay: &str, headers: &[(&str, &str)]| {
        let details = format!(r#"{{"reason":"x"}},{{"retryDelay":"{delay}"}}"#);
        let body = google(429, "RESOURCE_EXHAUSTED", &details);
        let error = classified(429, headers, &body);
        assert_eq!(short(&error), "rate-limited Free again pauses");
        error.retry_after.map(|it| it.as_secs_f64())
    };
    assert_eq!(wait("34s", &[]), Some(34.0));
    assert_eq!(wait("34.25s", &[]), Some(34.25));
    assert_eq!(wait("34.25s", &[("retry-after", "7")]), Some(7.0));
    for nonsense in ["", "34", "s", "-3s", "nans", "1e99s"] {
        assert_eq!(wait(nonsense, &[]), None, "{nonsense}");
    }
}

#[test]
fn messages_are_short_and_harmless() {
    for (code, body, expected) in [
        (
            401,
            r#"{"error":{"message":"bad key canary-key-1"}}"#,
            "mine answered 401 Unauthorized: bad key [key]",
        ),
        (
            400,
            r#"{"error":"boom"}"#,
            "mine answered 400 Bad Request: boom",
        ),
        (
            400,
            r#"{"detail":[{"msg":"x"}]}"#,
            r#"mine answered 400 Bad Request: [{"msg":"x"}]"#,
        ),
        (
            400,
            r#"[{"error":{"message":"m"}}]"#,
            "mine answered 400 Bad Request: m",
        ),
        (
            418,
            "\u{1b}[31mred\n::error::x",
            r"mine answered 418 I'm a teapot: \u{1b}[31mred\n::error::x",
        ),
        (
            502,
            "<html><head><TITLE>\nBad  Gateway</title>",
            "mine answered 502 Bad Gateway: Bad Gateway",
        ),
        (500, "", "mine answered 500 Internal Server Error"),
        (529, "", "mine answered 529"),
    ] {
        assert_eq!(classified(code, &[], body).message, expected);
    }
    let long = classified(500, &[], &"A".repeat(70_000)).message;
    assert!(long.chars().count() <= 301, "{}", long.len());
    let target = classified(
        307,
        &[("location", "https://evil.example/?canary-key-1")],
        "",
    );
    assert!(target.message.contains("https://evil.example/?[key]"));
}

#[test]
fn errors_inside_a_good_response() {
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    for (error, nothing_came, expected) in [
        (
            r#"{"type":"overloaded_error","code":529}"#,
            false,
            "overloaded Maybe again pauses",
        ),
        (
            r#"{"type":"rate_limit_error"}"#,
            true,
            "rate-limited Free again pauses",
        ),
        (
            r#"{"type":"rate_limit_error"}"#,
            false,
            "rate-limited Maybe again pauses",
        ),
        (
            r#"{"type":"server_error","code":500}"#,
            true,
            "server-error Maybe again",
        ),
        (r#"{"code":"401"}"#, true, "unauthorized Free stops"),
        (
            r#"{"type":"invalid_request_error"}"#,
            false,
            "bad-request Maybe",
        ),
        (r#""boom""#, true, "stream-error Maybe again"),
        (r#"{"message":"boom"}"#, false, "stream-error Maybe again"),
        ("[1]", false, "stream-error Maybe again"),
    ] {
        assert_eq!(
            short(&object(&json(error), nothing_came)),
            expected,
            "{error}"
        );
    }
}

#[test]
fn pages_instead_of_replies() {
    assert_eq!(
        html("<html><title>Log in to Wi-Fi</title>".as_bytes()).message,
        "a web page (`Log in to Wi-Fi`) came instead of a reply"
    );
    assert_eq!(title("<title></title>".as_bytes()), None);
    assert_eq!(title("<title>İ</tİtle".as_bytes()), None);
}
