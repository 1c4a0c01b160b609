//! Chat completions as `OpenAI` defined them and most servers speak them: `POST {base}/chat/completions`, answered by a
//! stream of chunks that ends with `[DONE]`.
//!
//! What servers really send is wider than that: content in parts, null and empty deltas, usage in any chunk. Hidden
//! reasoning, choices other than the first and whatever follows `[DONE]` are left out.

use serde_json::{Value, json};

use super::frames::{Events, Frames, Object, Said, is_something, other, string, text_parts};
use super::{Decoder, Finish, ModelError, Protocol, Quirks, Request, Usage};

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
        if let Some(temperature) = request.temperature
            && quirks.sampling
        {
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
        Box::new(Frames::<Chunks>::default())
    }
}

/// The chunks of a stream.
#[derive(Debug, Default)]
struct Chunks;

impl Events for Chunks {
    const ANSWER: &'static str = "choices";

    fn event(&mut self, chunk: &Object, said: &mut Said) -> Result<(), ModelError> {
        said.check_error(chunk)?;
        said.usage = usage(chunk).or(said.usage);
        let choices = chunk.get("choices").and_then(Value::as_array);
        for choice in choices.into_iter().flatten().filter_map(Value::as_object) {
            if choice.get("index").and_then(Value::as_u64).unwrap_or(0) == 0 {
                take_choice(choice, said)?;
            }
        }
        Ok(())
    }
}

fn take_choice(choice: &Object, said: &mut Said) -> Result<(), ModelError> {
    said.usage = usage(choice).or(said.usage);
    let delta = ["delta", "message"]
        .iter()
        .find_map(|name| choice.get(*name).and_then(Value::as_object));
    if let Some(delta) = delta {
        for part in text_parts(delta.get("content")) {
            said.say(part)?;
        }
        if let Some(refusal) = string(delta, "refusal") {
            said.refusal.push_str(refusal);
        }
        said.tools |= ["tool_calls", "function_call"]
            .iter()
            .any(|name| delta.get(*name).is_some_and(is_something));
    }
    if let Some(reason) = string(choice, "finish_reason") {
        said.finish = Some(finish(reason));
    }
    Ok(())
}

fn finish(reason: &str) -> Finish {
    match reason {
        "stop" => Finish::Stop,
        "length" => Finish::Length,
        "content_filter" => Finish::Filter,
        "tool_calls" | "function_call" => Finish::ToolCalls,
        unknown => other(unknown),
    }
}

fn usage(holder: &Object) -> Option<Usage> {
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
        ..Usage::default()
    })
}

#[cfg(test)]
mod tests;
