//! From a status, its headers and its body to what went wrong, whether it may have cost money, and whether to ask again.
//! Pure; the loop that acts on it is in `generate`.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderValue};
use serde_json::Value;

use super::{ModelError, Payment, Server};

mod details;
mod polish;
mod rate;
mod retry_after;

pub use polish::polish;
pub use rate::{Left, RateHints, rate_hints};
pub use retry_after::retry_after;

/// What a server says about an error, wherever it says it.
#[derive(Debug, Default)]
struct Said {
    message: String,
    /// Its `type`, `code` and `status`, and the reasons among its details, lower case, between blanks.
    words: String,
    /// A number where a status would be.
    code: Option<u16>,
    /// How long to wait, where the body says so.
    retry_after: Option<Duration>,
}

/// The status that a word of an error stands for where none came with it; the first that occurs counts. Those of `OpenAI`,
/// Anthropic and Google.
const STATUS_OF_WORD: &[(&str, u16)] = &[
    ("overloaded", 529),
    ("rate_limit", 429),
    ("too_many_requests", 429),
    ("resource_exhausted", 429),
    ("api_key", 401),
    ("authentication", 401),
    ("unauthenticated", 401),
    ("permission", 403),
    ("not_found", 404),
    ("too_large", 413),
    ("server_error", 500),
    ("api_error", 500),
    ("internal", 500),
    ("timeout", 500),
    ("deadline_exceeded", 500),
    ("unavailable", 500),
];

/// A response with a status other than 2xx, which came at `now`. `body` may be cut.
pub fn status(
    endpoint: &Server,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> ModelError {
    let said = said_in_body(body);
    let mut error = by_status(status, &said);
    error.message = message(endpoint, status, headers, &said);
    error.help = help(endpoint, error.kind).or(error.help);
    match headers.get("x-should-retry").map(HeaderValue::as_bytes) {
        Some(b"true") => {
            error.retry = true;
            error.tries = error.tries.min(if error.pauses_all { u32::MAX } else { 2 });
        }
        Some(b"false") => error.retry = false,
        _ => {}
    }
    if error.retry {
        error.retry_after = retry_after(headers, now).or(said.retry_after);
    }
    error
}

/// An error object that came with status 200, inside a stream or instead of it.
pub fn object(error: &Value, nothing_came: bool) -> ModelError {
    let said = said_in(error);
    let by_word = || {
        let found = STATUS_OF_WORD
            .iter()
            .find(|(word, _)| said.words.contains(word));
        match found {
            Some((_, status)) => Some(*status),
            None if said.words.trim().is_empty() => None,
            None => Some(400),
        }
    };
    let guessed = said.code.filter(|code| *code >= 400).or_else(by_word);
    let mut result = match guessed {
        Some(code) => by_status(code, &said),
        None => ModelError::new("stream-error", Payment::Maybe, "").again(),
    };
    // The request had been accepted, so that only a clean refusal before the first word is surely free.
    if !nothing_came || guessed.is_none_or(|code| code >= 500) {
        result.payment = Payment::Maybe;
    }
    if result.retry {
        result.retry_after = said.retry_after;
    }
    result.message = format!("the server broke off with an error: {}", said.message);
    result
}

/// An HTML page where a reply should be: a wrong address, or a network that wants a log-in first.
pub fn html(body: &[u8]) -> ModelError {
    let title = title(body).map_or_else(String::new, |title| format!(" (`{title}`)"));
    ModelError::new(
        "not-an-api",
        Payment::Maybe,
        format!("a web page{title} came instead of a reply"),
    )
    .for_all()
    .help("check the address of the provider, and whether this network asks for a log-in")
}

fn by_status(status: u16, said: &Said) -> ModelError {
    let free = |kind| ModelError::new(kind, Payment::Free, "");
    let out_of_money = ["quota", "billing", "spend_limit", "credit"];
    let money = out_of_money.iter().any(|word| said.words.contains(word))
        || said.message.to_lowercase().contains("credit balance");
    match status {
        300..=399 => free("redirect").for_all(),
        401 => free("unauthorized").for_all(),
        402 => free("no-credit").for_all(),
        400 | 403 | 429 if money => free("no-credit").for_all(),
        400 if said.words.contains("api_key_invalid") => free("unauthorized").for_all(),
        403 | 407 | 451 => free("forbidden").for_all(),
        404 | 405 | 410 => free("not-found").for_all(),
        408 | 409 | 425 => free("try-again").again(),
        413 => free("prompt-too-long"),
        429 => ModelError {
            pauses_all: true,
            ..free("rate-limited").again()
        },
        503 | 529 => ModelError {
            pauses_all: true,
            ..free("overloaded").again()
        },
        400..=499 if is_too_long(said) => free("prompt-too-long"),
        400..=499 => free("bad-request"),
        500..=599 => ModelError::new("server-error", Payment::Maybe, "").again(),
        _ => ModelError::new("not-an-api", Payment::Maybe, "").for_all(),
    }
}

/// Whether the prompt did not fit; some say it only in prose.
fn is_too_long(said: &Said) -> bool {
    let message = said.message.to_lowercase();
    said.words.contains("context_length")
        || [
            "context length",
            "context size",
            "context window",
            "prompt is too long",
            "maximum number of tokens allowed",
        ]
        .iter()
        .any(|phrase| message.contains(phrase))
}

fn message(endpoint: &Server, status: u16, headers: &HeaderMap, said: &Said) -> String {
    let provider = &endpoint.provider;
    if (300..400).contains(&status) {
        let target = headers.get("location").map_or_else(
            || "nowhere".into(),
            |it| String::from_utf8_lossy(it.as_bytes()),
        );
        return format!(
            "{provider} redirects to {target}, which is not followed: key and prompt would go there"
        );
    }
    let reason = reqwest::StatusCode::from_u16(status)
        .ok()
        .and_then(|it| it.canonical_reason())
        .map_or_else(String::new, |reason| format!(" {reason}"));
    let detail = if said.message.is_empty() {
        String::new()
    } else {
        format!(": {}", said.message)
    };
    format!("{provider} answered {status}{reason}{detail}")
}

fn help(endpoint: &Server, kind: &str) -> Option<String> {
    let variable = endpoint.key_variable();
    Some(match (kind, variable) {
        ("unauthorized", Some(variable)) => format!("check the key in {variable}"),
        ("unauthorized", None) => "this server wants a key, and none is configured".to_owned(),
        ("no-credit", _) => {
            "the account's credit or spending limit is used up; see the provider's billing page"
                .to_owned()
        }
        ("forbidden", _) => "the key may not use this model, or not from here".to_owned(),
        ("not-found", _) => format!("check the model's name, and the address {}", endpoint.url()),
        ("prompt-too-long", _) => {
            "shorten the brief, or use a model with a larger window".to_owned()
        }
        ("redirect", _) => "put the final address into your own configuration".to_owned(),
        _ => return None,
    })
}

fn said_in_body(body: &[u8]) -> Said {
    let text = String::from_utf8_lossy(body);
    if let Ok(value) = serde_json::from_str::<Value>(&text) {
        let value = match &value {
            Value::Array(items) if items.len() == 1 => &items[0],
            _ => &value,
        };
        return said_in(value.get("error").unwrap_or(value));
    }
    let message = if text.trim_start().starts_with('<') {
        title(body).unwrap_or_else(|| "a web page".to_owned())
    } else {
        text.trim().to_owned()
    };
    Said {
        message,
        ..Said::default()
    }
}

fn said_in(error: &Value) -> Said {
    let mut words = String::new();
    let mut code = None;
    for name in ["type", "code", "status"] {
        match error.get(name) {
            Some(Value::String(word)) => {
                words.push(' ');
                words.push_str(&word.to_lowercase());
                code = code.or(word.parse().ok());
            }
            Some(Value::Number(number)) => {
                code = code.or(number.as_u64().and_then(|it| u16::try_from(it).ok()));
            }
            _ => {}
        }
    }
    let details = error.get("details").and_then(Value::as_array);
    let (reasons, retry_after) = details::read(details.map_or(&[], Vec::as_slice));
    words += &reasons;
    let message = ["message", "detail", "error"]
        .iter()
        .find_map(|name| error.get(*name))
        .unwrap_or(error);
    Said {
        message: match message {
            Value::String(text) => text.trim().to_owned(),
            Value::Null => String::new(),
            Value::Object(fields) if fields.is_empty() => String::new(),
            other => other.to_string(),
        },
        words,
        code: code.filter(|it| (100..600).contains(it)),
        retry_after,
    }
}

/// The title of an HTML page.
fn title(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    // ASCII lower case keeps byte offsets.
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower[start..].find('>')? + 1;
    let end = start + lower[start..].find("</title")?;
    let title = text[start..end]
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    (!title.is_empty()).then_some(title)
}

/// A failure below HTTP. `connected` tells whether the request may have been sent.
pub fn transport(endpoint: &Server, error: &reqwest::Error) -> ModelError {
    let chain = chain(error);
    let host = endpoint.host();
    let retry_thrice = |error: ModelError| ModelError {
        tries: 3,
        ..error.again().for_all()
    };
    if !error.is_connect() {
        let (kind, what) = if chain.contains("parse") || chain.contains("invalid HTTP") {
            ("not-http", "does not answer in HTTP")
        } else {
            (
                "connection-lost",
                "closed the connection before it answered",
            )
        };
        return ModelError::new(kind, Payment::Maybe, format!("{host} {what} ({chain})")).again();
    }
    if is_tls(error) {
        return ModelError::new(
            "tls",
            Payment::Free,
            format!("no secure connection to {host} ({chain})"),
        )
        .for_all()
        .help("check the address, the clock, and the certificates of this machine");
    }
    if error.is_timeout() {
        let message = format!("{host} does not take connections in time");
        return retry_thrice(ModelError::new("connect-timeout", Payment::Free, message));
    }
    if chain.contains("dns error") || chain.contains("lookup") {
        let message = format!("the name {host} cannot be looked up ({chain})");
        return retry_thrice(ModelError::new("dns", Payment::Free, message))
            .help("check the network and the address");
    }
    let message = format!("no connection to {host} ({chain})");
    let refused = retry_thrice(ModelError::new("no-connection", Payment::Free, message));
    if endpoint.is_loopback() {
        refused.help("is the local server running? For Ollama: ollama serve")
    } else {
        refused.help("check the network")
    }
}

/// All causes, outermost left out where it only repeats the address.
pub(super) fn chain(error: &reqwest::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        let text = cause.to_string();
        if !parts.contains(&text) {
            parts.push(text);
        }
        next = cause.source();
    }
    if parts.is_empty() {
        parts.push("no reason given".to_owned());
    }
    parts.join(": ")
}

/// Whether an error of the TLS library is among the causes; it may sit inside I/O errors, which hide it from `source`.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut next = std::error::Error::source(error);
    while let Some(cause) = next {
        if cause.is::<rustls::Error>() {
            return true;
        }
        let inner = cause
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        next = match inner {
            Some(inner) => Some(inner),
            None => cause.source(),
        };
    }
    false
}

/// A time limit that passed before the reply was there.
pub fn too_slow(kind: &'static str, what: &str, limit: Duration) -> ModelError {
    let seconds = limit.as_secs_f64();
    ModelError::new(
        kind,
        Payment::Maybe,
        format!("{what} within {seconds} seconds"),
    )
    .again()
}

#[cfg(test)]
mod tests;
