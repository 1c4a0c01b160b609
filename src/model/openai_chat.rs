//! Chat completions as `OpenAI` defined them and most servers speak them: `POST {base}/chat/completions`, answered by a
//! stream of chunks that ends with `[DONE]`.
//!
//! What servers really send is wider than that. A whole JSON reply instead of the stream, content in parts, null and
//! empty deltas, one newline between events and a missing `[DONE]` are understood. Hidden reasoning, choices other than
//! the first and whatever follows `[DONE]` are left out. An event that cannot be read is an error, since text would be
//! missing.

use serde_json::{Map, Value, json};

use super::sse::{Sse, SseError};
use super::{
    Decoder, Finish, ModelError, Payment, Protocol, Quirks, Reply, Request, Usage, classify,
};

mod surrogate;

use surrogate::Joiner;

/// The protocol `openai-chat`.
#[derive(Clone, Copy, Debug)]
pub struct OpenAiChat;

impl Protocol for OpenAiChat {
    fn name(&self) -> &'static str {
        "openai-chat"
    }

    fn path(&self, _request: &Request) -> String {
        "/chat/completions".to_owned()
    }

    fn key_header(&self) -> (&'static str, &'static str) {
        ("authorization", "Bearer ")
    }

    fn body(&self, request: &Request, quirks: Quirks) -> Value {
        let mut messages = Vec::new();
        if !request.system.is_empty() {
            messages.push(json!({"role": "system", "content": request.system}));
        }
        for (role, content) in request.turns() {
            messages.push(json!({"role": role, "content": content}));
        }
        let mut body = json!({"model": request.model, "messages": messages, "stream": true});
        if quirks.stream_options {
            body["stream_options"] = json!({"include_usage": true});
        }
        if let Some(temperature) = request.temperature {
            body["temperature"] = json!(temperature);
        }
        if let Some(limit) = request.max_output_tokens {
            let name = if quirks.max_completion_tokens {
                "max_completion_tokens"
            } else {
                "max_tokens"
            };
            body[name] = json!(limit);
        }
        body
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::new(Chunks::default())
    }
}

/// What the first byte that is not blank says of the body.
#[derive(Debug)]
enum Body {
    /// Nothing but blanks and perhaps a BOM so far.
    Unknown(Vec<u8>),
    Events(Sse),
    /// A whole reply, to be parsed at its end.
    Json {
        bytes: Vec<u8>,
        pushes: u64,
    },
}

#[derive(Debug)]
struct Chunks {
    body: Body,
    text: Joiner,
    refusal: String,
    tools: bool,
    finish: Option<Finish>,
    usage: Option<Usage>,
    done: bool,
}

impl Default for Chunks {
    fn default() -> Self {
        Self {
            body: Body::Unknown(Vec::new()),
            text: Joiner::default(),
            refusal: String::new(),
            tools: false,
            finish: None,
            usage: None,
            done: false,
        }
    }
}

impl Decoder for Chunks {
    fn push(&mut self, bytes: &[u8]) -> Result<(), ModelError> {
        let mut events = Vec::new();
        let read = match &mut self.body {
            Body::Unknown(held) => {
                held.extend_from_slice(bytes);
                let held = std::mem::take(held);
                return self.sniff(held);
            }
            Body::Json {
                bytes: held,
                pushes,
            } => {
                held.extend_from_slice(bytes);
                *pushes += 1;
                return Ok(());
            }
            Body::Events(sse) => sse.push(bytes, &mut events),
        };
        // What stands before a fault is read first, and nothing that follows the end of the stream is a fault.
        events.iter().try_for_each(|data| self.event(data))?;
        if self.done {
            return Ok(());
        }
        read.map_err(unreadable)
    }

    fn end(&mut self) -> Result<(), ModelError> {
        match &mut self.body {
            Body::Unknown(_) => Ok(()),
            Body::Events(sse) => match sse.end() {
                Some(data) => self.last_event(&data),
                None => Ok(()),
            },
            Body::Json { bytes, .. } => {
                let bytes = std::mem::take(bytes);
                self.whole(&bytes)
            }
        }
    }

    fn text(&self) -> &str {
        self.text.text()
    }

    fn events(&self) -> u64 {
        match &self.body {
            Body::Unknown(_) => 0,
            Body::Events(sse) => sse.data_lines(),
            Body::Json { pushes, .. } => *pushes,
        }
    }

    fn is_finished(&self) -> bool {
        self.finish.is_some()
    }

    fn is_done(&self) -> bool {
        self.done
    }

    fn finish(self: Box<Self>) -> Result<Reply, ModelError> {
        if self.text.is_open() {
            return Err(bad("the reply ends inside a character").with_partial(self.text.text()));
        }
        let finish = match self.finish {
            _ if !self.refusal.is_empty() => Finish::Refused,
            _ if self.tools => Finish::ToolCalls,
            Some(finish) => finish,
            None => Finish::Missing,
        };
        let text = match finish {
            Finish::Refused => self.refusal,
            _ => self.text.into_text(),
        };
        Ok(Reply {
            text,
            finish,
            usage: self.usage,
        })
    }
}

impl Chunks {
    /// Decides what the body is, as soon as a byte says so. Content types cannot be trusted to.
    fn sniff(&mut self, held: Vec<u8>) -> Result<(), ModelError> {
        let start = held.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&held);
        match start.iter().find(|byte| !byte.is_ascii_whitespace()) {
            None => {
                self.body = Body::Unknown(held);
                Ok(())
            }
            Some(b'{' | b'[') => {
                self.body = Body::Json {
                    bytes: start.to_vec(),
                    pushes: 1,
                };
                Ok(())
            }
            Some(b'<') => Err(classify::html(&held)),
            // A BOM that is cut in two begins with a byte that belongs to no field.
            Some(0xef) if start.len() < 3 => {
                self.body = Body::Unknown(held);
                Ok(())
            }
            Some(_) => {
                self.body = Body::Events(Sse::default());
                self.push(&held)
            }
        }
    }

    fn event(&mut self, data: &str) -> Result<(), ModelError> {
        let data = data.trim();
        if self.done || data.is_empty() {
            return Ok(());
        }
        match surrogate::parse(data) {
            Ok((value, mended)) => self.chunk(&value, mended),
            Err(_) if data.contains('\n') => {
                // Some servers put one newline between events, which makes all of them one event.
                data.lines().try_for_each(|line| self.event(line))
            }
            Err(_) if data.starts_with("[DONE]") => {
                self.done = true;
                Ok(())
            }
            Err(error) => Err(bad(format!("an event of the stream is not JSON ({error})"))),
        }
    }

    /// The stream may have been cut inside its last line; that is for the missing finish reason to tell.
    fn last_event(&mut self, data: &str) -> Result<(), ModelError> {
        let data = data.trim();
        if surrogate::parse(data).is_ok() {
            return self.event(data);
        }
        let (first, last) = data.rsplit_once('\n').unwrap_or(("", data));
        self.event(first)?;
        if last.starts_with("[DONE]") || surrogate::parse(last).is_ok() {
            self.event(last)?;
        }
        Ok(())
    }

    /// A reply in one piece, though a stream was asked for.
    fn whole(&mut self, bytes: &[u8]) -> Result<(), ModelError> {
        let parsed = match std::str::from_utf8(bytes) {
            Ok(text) => surrogate::parse(text.trim()).map_err(|error| error.to_string()),
            Err(_) => Err("it is not UTF-8".to_owned()),
        };
        let (value, mended) =
            parsed.map_err(|error| bad(format!("the reply is not whole JSON ({error})")))?;
        self.chunk(&value, mended)?;
        self.done = true;
        let empty = |it: &Value| it.as_array().is_none_or(Vec::is_empty);
        if value.get("choices").is_none_or(empty) {
            return Err(ModelError::new(
                "no-text",
                Payment::Paid,
                "the reply holds no answer (no `choices`)",
            ));
        }
        Ok(())
    }

    fn chunk(&mut self, value: &Value, mended: bool) -> Result<(), ModelError> {
        let value = match value {
            Value::Array(items) if items.len() == 1 => &items[0],
            _ => value,
        };
        let Some(chunk) = value.as_object() else {
            return Err(bad("an event of the stream is not a JSON object"));
        };
        if let Some(error) = chunk.get("error").filter(|it| is_something(it)) {
            return Err(classify::object(error, self.text.text().is_empty()));
        }
        self.usage = usage(chunk).or(self.usage);
        let choices = chunk.get("choices").and_then(Value::as_array);
        for choice in choices.into_iter().flatten().filter_map(Value::as_object) {
            if choice.get("index").and_then(Value::as_u64).unwrap_or(0) == 0 {
                self.choice(choice, mended)?;
            }
        }
        Ok(())
    }

    fn choice(&mut self, choice: &Map<String, Value>, mended: bool) -> Result<(), ModelError> {
        self.usage = usage(choice).or(self.usage);
        let said = ["delta", "message"]
            .iter()
            .find_map(|name| choice.get(*name).and_then(Value::as_object));
        if let Some(said) = said {
            self.said(said, mended)?;
        }
        if let Some(reason) = choice.get("finish_reason").and_then(Value::as_str)
            && !reason.is_empty()
        {
            self.finish = Some(finish(reason));
        }
        Ok(())
    }

    fn said(&mut self, said: &Map<String, Value>, mended: bool) -> Result<(), ModelError> {
        for part in text_parts(said.get("content")) {
            self.text
                .push(part, mended)
                .map_err(|()| bad("the reply holds half a character"))?;
        }
        if let Some(refusal) = said.get("refusal").and_then(Value::as_str) {
            self.refusal.push_str(refusal);
        }
        self.tools |= ["tool_calls", "function_call"]
            .iter()
            .any(|name| said.get(*name).is_some_and(is_something));
        Ok(())
    }
}

/// Content is a string, or a list of parts of which those with text count (others hold reasoning).
fn text_parts(content: Option<&Value>) -> Vec<&str> {
    match content {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(parts)) => parts
            .iter()
            .filter(|part| {
                part.get("type")
                    .is_none_or(|it| matches!(it.as_str(), Some("text" | "output_text")))
            })
            .filter_map(|part| part.as_str().or_else(|| part.get("text")?.as_str()))
            .collect(),
        _ => Vec::new(),
    }
}

fn finish(reason: &str) -> Finish {
    match reason {
        "stop" => Finish::Stop,
        "length" => Finish::Length,
        "content_filter" => Finish::Filter,
        "tool_calls" | "function_call" => Finish::ToolCalls,
        other => Finish::Other(crate::text::shorten(other, 40).into_owned()),
    }
}

fn usage(holder: &Map<String, Value>) -> Option<Usage> {
    let usage = holder.get("usage")?;
    let part = |details: &str, name: &str| {
        let count = usage.get(details).and_then(|it| it.get(name));
        count.and_then(Value::as_u64).unwrap_or(0)
    };
    Some(Usage {
        input: usage.get("prompt_tokens")?.as_u64()?,
        cached: part("prompt_tokens_details", "cached_tokens"),
        output: usage.get("completion_tokens")?.as_u64()?,
        reasoning: part("completion_tokens_details", "reasoning_tokens"),
    })
}

/// Not null, false, empty or zero.
fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(yes) => *yes,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

fn bad(message: impl Into<String>) -> ModelError {
    ModelError::new("bad-reply", Payment::Maybe, message).again()
}

fn unreadable(error: SseError) -> ModelError {
    let error = error.to_string();
    bad(format!("the reply cannot be read: {error}"))
}

#[cfg(test)]
mod tests;
