//! What the decoders of all protocols share: telling a stream from a whole reply, cutting it into events, and adding up
//! what they say. A protocol says only what its events mean ([`Events`]).
//!
//! What servers really send is wider than their protocols. A whole JSON reply instead of the stream, a BOM, one newline
//! between events and a missing or needless `[DONE]` are understood. An event that cannot be read is an error, since text
//! would be missing.

use serde_json::{Map, Value};

use super::ndjson::Ndjson;
use super::sse::{Sse, SseError};
use super::{Decoder, Finish, ModelError, Payment, Reply, Usage, classify};

mod said;
mod surrogate;

pub(super) use said::Said;

/// One object of JSON.
pub(super) type Object = Map<String, Value>;

/// What the events of one protocol mean.
pub(super) trait Events: Default + Send {
    /// The field without which a whole reply holds no answer.
    const ANSWER: &'static str;
    /// A body that begins with an object is a stream of them, one a line, whose last one says so.
    const ONE_A_LINE: bool = false;

    /// Takes the next event.
    fn event(&mut self, event: &Object, said: &mut Said) -> Result<(), ModelError>;

    /// Takes a reply that came in one piece, though a stream was asked for.
    fn whole(&mut self, reply: &Object, said: &mut Said) -> Result<(), ModelError> {
        self.event(reply, said)
    }
}

/// What the first byte that is not blank says of the body.
#[derive(Debug)]
enum Body {
    /// Nothing but blanks and perhaps a BOM so far.
    Unknown(Vec<u8>),
    Events(Sse),
    Lines(Ndjson),
    /// A whole reply, to be parsed at its end.
    Json {
        bytes: Vec<u8>,
        pushes: u64,
    },
}

/// The decoder of a protocol whose events are `E`.
#[derive(Debug)]
pub(super) struct Frames<E> {
    body: Body,
    events: E,
    said: Said,
}

impl<E: Default> Default for Frames<E> {
    fn default() -> Self {
        Self {
            body: Body::Unknown(Vec::new()),
            events: E::default(),
            said: Said::default(),
        }
    }
}

impl<E: Events> Decoder for Frames<E> {
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
            Body::Lines(lines) => lines.push(bytes, &mut events),
        };
        // What stands before a fault is read first, and nothing that follows the end of the stream is a fault.
        events.iter().try_for_each(|data| self.event(data))?;
        if self.said.done {
            return Ok(());
        }
        read.map_err(unreadable)
    }

    fn end(&mut self) -> Result<(), ModelError> {
        let last = match &mut self.body {
            Body::Unknown(_) => None,
            Body::Events(sse) => sse.end(),
            Body::Lines(lines) => lines.end(),
            Body::Json { bytes, .. } => {
                let bytes = std::mem::take(bytes);
                return self.whole(&bytes);
            }
        };
        last.map_or(Ok(()), |data| self.last_event(&data))
    }

    fn text(&self) -> &str {
        self.said.text()
    }

    fn events(&self) -> u64 {
        let all = match &self.body {
            Body::Unknown(_) => 0,
            Body::Events(sse) => sse.data_lines(),
            Body::Lines(lines) => lines.lines(),
            Body::Json { pushes, .. } => *pushes,
        };
        all.saturating_sub(self.said.keep_alives)
    }

    fn is_finished(&self) -> bool {
        self.said.finish.is_some()
    }

    fn is_done(&self) -> bool {
        self.said.done
    }

    fn finish(self: Box<Self>) -> Result<Reply, ModelError> {
        self.said.into_reply()
    }
}

impl<E: Events> Frames<E> {
    /// Decides what the body is, as soon as a byte says so. Content types cannot be trusted to.
    fn sniff(&mut self, held: Vec<u8>) -> Result<(), ModelError> {
        let start = held.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&held);
        match start.iter().find(|byte| !byte.is_ascii_whitespace()) {
            None => {
                self.body = Body::Unknown(held);
                Ok(())
            }
            Some(b'{' | b'[') if E::ONE_A_LINE => {
                let start = start.to_vec();
                self.body = Body::Lines(Ndjson::default());
                self.push(&start)
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
        if self.said.done || data.is_empty() {
            return Ok(());
        }
        match surrogate::parse(data) {
            Ok((value, mended)) => self.value(&value, mended, E::event),
            Err(_) if data.contains('\n') => {
                // Some servers put one newline between events, which makes all of them one event.
                data.lines().try_for_each(|line| self.event(line))
            }
            Err(_) if data.starts_with("[DONE]") => {
                self.said.done = true;
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
        self.value(&value, mended, E::whole)?;
        self.said.done = true;
        if self.said.is_silent() && !holds(&value, E::ANSWER) {
            return Err(ModelError::new(
                "no-text",
                Payment::Paid,
                format!("the reply holds no answer (no `{}`)", E::ANSWER),
            ));
        }
        Ok(())
    }

    /// Takes an object, or each one of a list.
    fn value(
        &mut self,
        value: &Value,
        mended: bool,
        take: fn(&mut E, &Object, &mut Said) -> Result<(), ModelError>,
    ) -> Result<(), ModelError> {
        let items = match value {
            Value::Array(items) if !items.is_empty() => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        for item in items {
            let Some(object) = item.as_object() else {
                return Err(bad("an event of the stream is not a JSON object"));
            };
            self.said.mended = mended;
            let counted = self.said.usage;
            self.said.usage = None;
            let taken = take(&mut self.events, object, &mut self.said);
            let is_running = self.said.finish.is_none();
            let now = self.said.usage.map(|usage| Usage {
                is_running,
                ..usage
            });
            self.said.usage = now.or(counted);
            taken?;
        }
        Ok(())
    }
}

/// Whether the object, or one of the list, has a field that is not empty.
fn holds(value: &Value, field: &str) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| holds(item, field)),
        _ => value.get(field).is_some_and(is_something),
    }
}

/// Content is a string, or a list of parts of which those with text count (others hold reasoning).
pub(super) fn text_parts(content: Option<&Value>) -> Vec<&str> {
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

/// The string in a field; an empty one is none.
pub(super) fn string<'a>(object: &'a Object, name: &str) -> Option<&'a str> {
    object
        .get(name)
        .and_then(Value::as_str)
        .filter(|it| !it.is_empty())
}

/// A reason of the end that is not known here.
pub(super) fn other(reason: &str) -> Finish {
    Finish::Other(crate::text::shorten(reason, 40).into_owned())
}

/// Not null, false, empty or zero.
pub(super) fn is_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(yes) => *yes,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

/// A reply that cannot be used, and may have cost money.
pub(super) fn bad(message: impl Into<String>) -> ModelError {
    ModelError::new("bad-reply", Payment::Maybe, message).again()
}

fn unreadable(error: SseError) -> ModelError {
    let error = error.to_string();
    bad(format!("the reply cannot be read: {error}"))
}
