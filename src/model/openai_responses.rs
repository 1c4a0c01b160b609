//! Responses as `OpenAI` defined them: `POST {base}/responses`, answered by numbered events from `response.created` to
//! `response.completed`, `response.incomplete` or `response.failed`. The last one repeats the whole reply.
//!
//! Nothing is stored at the provider. Unknown events are skipped.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::frames::{Events, Frames, Object, Said, bad, is_something, other, string, text_parts};
use super::{Decoder, Finish, ModelError, Protocol, Quirks, Request, Usage};

/// The protocol `openai-responses`.
#[derive(Clone, Copy, Debug)]
pub struct OpenAiResponses;

impl Protocol for OpenAiResponses {
    fn name(&self) -> &'static str {
        "openai-responses"
    }

    fn path(&self, _request: &Request) -> String {
        "/responses".to_owned()
    }

    fn key_header(&self) -> (&'static str, &'static str) {
        ("authorization", "Bearer ")
    }

    fn body(&self, request: &Request, quirks: Quirks) -> Value {
        let input: Vec<_> = request
            .turns()
            .into_iter()
            .map(|(role, content)| json!({"role": role, "content": content}))
            .collect();
        let mut body =
            json!({"model": request.model, "input": input, "stream": true, "store": false});
        if !request.system.is_empty() {
            body["instructions"] = json!(request.system);
        }
        if let Some(temperature) = request.temperature
            && quirks.sampling
        {
            body["temperature"] = json!(temperature);
        }
        if let Some(limit) = request.max_output_tokens {
            body["max_output_tokens"] = json!(limit);
        }
        body
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::new(Frames::<Responses>::default())
    }
}

/// The events of a stream.
#[derive(Debug, Default)]
struct Responses {
    numbers: Numbers,
    /// A reasoning item is being made; there may be nothing to show of it for minutes.
    is_reasoning: bool,
    /// Items by which the model comments on its work, by their index.
    asides: BTreeSet<u64>,
}

impl Events for Responses {
    const ANSWER: &'static str = "output";

    fn event(&mut self, event: &Object, said: &mut Said) -> Result<(), ModelError> {
        said.check_error(event)?;
        let kind = string(event, "type").unwrap_or_default();
        if kind == "error" {
            let mut error = event.clone();
            error.remove("type");
            return Err(said.error(&Value::Object(error)));
        }
        let number = event.get("sequence_number").and_then(Value::as_u64);
        self.numbers.take(number)?;
        let index = event.get("output_index").and_then(Value::as_u64);
        let is_aside = index.is_some_and(|index| self.asides.contains(&index));
        let item = event.get("item").and_then(Value::as_object);
        let delta = string(event, "delta").unwrap_or_default();
        match kind {
            "response.output_text.delta" if !is_aside => said.say(delta)?,
            "response.refusal.delta" => said.refusal.push_str(delta),
            "response.output_item.added" => {
                let kind = item.and_then(|it| string(it, "type")).unwrap_or_default();
                said.tools |= is_tool(kind);
                self.is_reasoning = kind == "reasoning";
                if item.is_some_and(is_comment) {
                    self.asides.extend(index);
                }
            }
            "response.output_item.done" => self.is_reasoning = false,
            "response.completed"
            | "response.incomplete"
            | "response.failed"
            | "response.cancelled" => {
                let empty = Object::new();
                let response = event.get("response").and_then(Value::as_object);
                let status = kind.trim_start_matches("response.");
                take_end(response.unwrap_or(&empty), status, said)?;
                if self.numbers.is_one_missing() && whole_text(response).is_empty() {
                    said.broken = Some("a piece of the reply is missing (by its number)");
                }
                said.done = true;
            }
            "keepalive" if !self.is_reasoning => said.keep_alives += 1,
            _ => {}
        }
        Ok(())
    }

    fn whole(&mut self, reply: &Object, said: &mut Said) -> Result<(), ModelError> {
        take_end(reply, string(reply, "status").unwrap_or_default(), said)
    }
}

fn is_tool(kind: &str) -> bool {
    kind.ends_with("_call")
}

/// Whether an item is a comment on the way to the reply.
fn is_comment(item: &Object) -> bool {
    string(item, "phase") == Some("commentary")
}

/// Takes the response as it stands at its end, and holds its text against what came piece by piece.
fn take_end(response: &Object, status: &str, said: &mut Said) -> Result<(), ModelError> {
    said.check_error(response)?;
    said.usage = usage(response).or(said.usage);
    let text = whole_text(Some(response));
    if said.text().is_empty() {
        said.say(&text)?;
    } else if !text.is_empty() && !is_same(&text, said.text()) {
        said.broken = Some("the text that came piece by piece is not the one that came at the end");
    }
    for item in items(Some(response)) {
        said.tools |= string(item, "type").is_some_and(is_tool);
        if said.refusal.is_empty() {
            said.refusal = refusal(item);
        }
    }
    let details = response.get("incomplete_details");
    let reason = details.and_then(|it| it.get("reason")?.as_str());
    said.finish = match (status, reason) {
        ("completed", _) => Some(Finish::Stop),
        (_, Some("max_output_tokens")) => Some(Finish::Length),
        (_, Some("content_filter")) => Some(Finish::Filter),
        (_, Some("max_messages" | "steered")) => Some(Finish::Paused),
        ("", None) => None,
        (status, reason) => Some(other(reason.unwrap_or(status))),
    };
    Ok(())
}

fn items(response: Option<&Object>) -> impl Iterator<Item = &Object> {
    let output = response.and_then(|it| it.get("output")?.as_array());
    output.into_iter().flatten().filter_map(Value::as_object)
}

/// The text of all messages that are no comments.
fn whole_text(response: Option<&Object>) -> String {
    items(response)
        .filter(|item| string(item, "type") != Some("reasoning") && !is_comment(item))
        .flat_map(|item| text_parts(item.get("content")))
        .collect()
}

fn refusal(item: &Object) -> String {
    let parts = item.get("content").and_then(Value::as_array);
    let parts = parts.into_iter().flatten().filter_map(Value::as_object);
    parts.filter_map(|part| string(part, "refusal")).collect()
}

/// Servers trim the blanks around a text in one place and not in the other.
fn is_same(one: &str, other: &str) -> bool {
    one.split_whitespace().eq(other.split_whitespace())
}

fn usage(response: &Object) -> Option<Usage> {
    let usage = response.get("usage").filter(|it| is_something(it))?;
    let part = |details: &str, name: &str| {
        let count = usage.get(details).and_then(|it| it.get(name));
        count.and_then(Value::as_u64).unwrap_or(0)
    };
    Some(Usage {
        input: usage.get("input_tokens")?.as_u64()?,
        cached: part("input_tokens_details", "cached_tokens"),
        output: usage.get("output_tokens")?.as_u64()?,
        reasoning: part("output_tokens_details", "reasoning_tokens"),
        ..Usage::default()
    })
}

/// The numbers of events, which show that one came twice or is missing.
#[derive(Debug, Default)]
enum Numbers {
    #[default]
    Unseen,
    First(u64),
    Counting {
        last: u64,
        is_one_missing: bool,
    },
    /// Some servers give all events the same number.
    Meaningless,
}

impl Numbers {
    fn take(&mut self, number: Option<u64>) -> Result<(), ModelError> {
        let Some(number) = number else { return Ok(()) };
        *self = match *self {
            Self::Unseen => Self::First(number),
            Self::First(first) if number > first => Self::Counting {
                last: number,
                is_one_missing: number - first > 1,
            },
            Self::First(_) | Self::Meaningless => Self::Meaningless,
            Self::Counting { last, .. } if number <= last => {
                return Err(bad(format!(
                    "a piece of the reply came twice (event number {number})"
                )));
            }
            Self::Counting {
                last,
                is_one_missing,
            } => Self::Counting {
                last: number,
                is_one_missing: is_one_missing || number - last > 1,
            },
        };
        Ok(())
    }

    fn is_one_missing(&self) -> bool {
        matches!(
            self,
            Self::Counting {
                is_one_missing: true,
                ..
            }
        )
    }
}

#[cfg(test)]
mod tests;
