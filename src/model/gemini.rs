//! Google's Gemini: `POST {base}/models/{model}:streamGenerateContent?alt=sse`, answered by chunks whose last one gives
//! the reason of the end. There is no sign of the end beyond that.
//!
//! A prompt that is blocked is answered without any candidate. Proxies that leave out `alt=sse` send the chunks as one
//! list, which is understood as well.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::frames::{Events, Frames, Object, Said, is_something, other, string};
use super::{Decoder, Finish, ModelError, Protocol, Quirks, Request, Usage};

/// The protocol `gemini`.
#[derive(Clone, Copy, Debug)]
pub struct Gemini;

impl Protocol for Gemini {
    fn name(&self) -> &'static str {
        "gemini"
    }

    fn path(&self, request: &Request) -> String {
        // The list of models spells names with this before them.
        let model = request.model.as_str();
        let model = model.strip_prefix("models/").unwrap_or(model);
        format!("/models/{}:streamGenerateContent?alt=sse", escaped(model))
    }

    fn key_header(&self) -> (&'static str, &'static str) {
        ("x-goog-api-key", "")
    }

    fn body(&self, request: &Request, quirks: Quirks) -> Value {
        let contents: Vec<_> = request
            .turns()
            .into_iter()
            .map(|(role, text)| {
                let role = if role == "assistant" { "model" } else { role };
                json!({"role": role, "parts": [{"text": text}]})
            })
            .collect();
        let mut body = json!({"contents": contents});
        if !request.system.is_empty() {
            body["systemInstruction"] = json!({"parts": [{"text": request.system}]});
        }
        if let Some(temperature) = request.temperature
            && quirks.sampling
        {
            body["generationConfig"]["temperature"] = json!(temperature);
        }
        if let Some(limit) = request.max_output_tokens {
            body["generationConfig"]["maxOutputTokens"] = json!(limit);
        }
        body
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::new(Frames::<Chunks>::default())
    }
}

/// A name as one segment of a path, whatever is in it.
fn escaped(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The chunks of a stream; a whole reply looks like one of them.
#[derive(Debug, Default)]
struct Chunks;

impl Events for Chunks {
    const ANSWER: &'static str = "candidates";

    fn event(&mut self, chunk: &Object, said: &mut Said) -> Result<(), ModelError> {
        said.check_error(chunk)?;
        said.usage = usage(chunk).or(said.usage);
        let candidates = chunk.get("candidates").and_then(Value::as_array);
        for candidate in candidates
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
        {
            if candidate.get("index").and_then(Value::as_u64).unwrap_or(0) == 0 {
                take_candidate(candidate, said)?;
            }
        }
        let feedback = chunk.get("promptFeedback");
        if candidates.is_none_or(Vec::is_empty)
            && feedback
                .and_then(|it| it.get("blockReason"))
                .is_some_and(is_something)
        {
            said.finish = Some(Finish::Filter);
        }
        Ok(())
    }
}

fn take_candidate(candidate: &Object, said: &mut Said) -> Result<(), ModelError> {
    let content = candidate.get("content");
    let parts = content.and_then(|it| it.get("parts")?.as_array());
    for part in parts.into_iter().flatten().filter_map(Value::as_object) {
        said.tools |= part.contains_key("functionCall");
        let is_thought = part.get("thought").is_some_and(is_something);
        if !is_thought && let Some(text) = string(part, "text") {
            said.say(text)?;
        }
    }
    if let Some(reason) = string(candidate, "finishReason") {
        said.finish = Some(finish(reason));
    }
    Ok(())
}

fn finish(reason: &str) -> Finish {
    match reason {
        "STOP" => Finish::Stop,
        "MAX_TOKENS" => Finish::Length,
        "SAFETY" | "RECITATION" | "LANGUAGE" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII"
        | "MODEL_ARMOR" | "IMAGE_SAFETY" => Finish::Filter,
        "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" | "TOO_MANY_TOOL_CALLS" => {
            Finish::ToolCalls
        }
        unknown => other(unknown),
    }
}

/// Counts of 0 are left out by the server. Thoughts are counted beside the reply, not as part of it.
fn usage(chunk: &Object) -> Option<Usage> {
    let usage = chunk.get("usageMetadata")?;
    let count = |name: &str| usage.get(name).and_then(Value::as_u64);
    let thoughts = count("thoughtsTokenCount").unwrap_or(0);
    let output = count("candidatesTokenCount").unwrap_or(0);
    let tools = count("toolUsePromptTokenCount").unwrap_or(0);
    Some(Usage {
        input: count("promptTokenCount")?.saturating_add(tools),
        cached: count("cachedContentTokenCount").unwrap_or(0),
        output: output.saturating_add(thoughts),
        reasoning: thoughts,
        ..Usage::default()
    })
}

#[cfg(test)]
mod tests;
