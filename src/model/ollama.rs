//! Ollama's own protocol: `POST {base}/api/chat`, answered by one JSON object a line, the last of which says `done`.
//! Unlike its imitation of `OpenAI`'s, it takes the size of the context window with the request.

use serde_json::{Value, json};

use super::frames::{Events, Frames, Object, Said, is_something, other, string};
use super::{Decoder, Finish, ModelError, Protocol, Quirks, Request, Usage};

pub mod host;

/// Room for the reply where no limit of output tokens is configured.
const DEFAULT_ROOM: u64 = 4096;

/// The smallest window that is asked for.
const SMALLEST_WINDOW: u64 = 8192;

/// The protocol `ollama`.
#[derive(Clone, Copy, Debug)]
pub struct Ollama;

impl Protocol for Ollama {
    fn name(&self) -> &'static str {
        "ollama"
    }

    fn path(&self, _request: &Request) -> String {
        "/api/chat".to_owned()
    }

    fn models_path(&self) -> &'static str {
        "/api/tags"
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
        let mut options = json!({"num_ctx": window(request)});
        if let Some(limit) = request.max_output_tokens {
            options["num_predict"] = json!(limit);
        }
        if let Some(temperature) = request.temperature
            && quirks.sampling
        {
            options["temperature"] = json!(temperature);
        }
        // Without these two, a prompt that does not fit loses its beginning in silence, and so does one that the reply
        // outgrows. Versions before 0.12.6 do not know them.
        json!({
            "model": request.model,
            "messages": messages,
            "stream": true,
            "truncate": false,
            "shift": false,
            "options": options,
        })
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::new(Frames::<Lines>::default())
    }
}

/// A window in which prompt and reply have room: half a token a byte is more than any script needs with the tokenizers of
/// today. A power of two, since each other size makes Ollama load the model anew; it lowers sizes that the model cannot
/// have.
fn window(request: &Request) -> u64 {
    let turns = request.turns().len() as u64 + 1;
    let prompt = request.bytes() / 2 + 64 * turns;
    let room = request.max_output_tokens.map_or(DEFAULT_ROOM, u64::from);
    (prompt + room).next_power_of_two().max(SMALLEST_WINDOW)
}

/// The objects of a stream; a whole reply looks like the last of them.
#[derive(Debug, Default)]
struct Lines;

impl Events for Lines {
    const ANSWER: &'static str = "message";
    const ONE_A_LINE: bool = true;

    fn event(&mut self, event: &Object, said: &mut Said) -> Result<(), ModelError> {
        said.check_error(event)?;
        if let Some(message) = event.get("message").and_then(Value::as_object) {
            if let Some(text) = string(message, "content") {
                said.say(text)?;
            }
            said.tools |= message.get("tool_calls").is_some_and(is_something);
        }
        if event.get("done") == Some(&Value::Bool(true)) {
            said.usage = usage(event);
            said.finish = string(event, "done_reason").map(finish);
            said.done = true;
        }
        Ok(())
    }
}

fn finish(reason: &str) -> Finish {
    match reason {
        "stop" => Finish::Stop,
        "length" => Finish::Length,
        unknown => other(unknown),
    }
}

/// Thoughts are counted with the reply, and not told apart.
fn usage(event: &Object) -> Option<Usage> {
    Some(Usage {
        input: event.get("prompt_eval_count")?.as_u64()?,
        output: event.get("eval_count")?.as_u64()?,
        ..Usage::default()
    })
}

#[cfg(test)]
mod tests;
