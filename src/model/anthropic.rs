//! Messages as Anthropic defined them: `POST {base}/messages`, answered by named events from `message_start` to
//! `message_stop`. Events that are not known are skipped, as the documentation of the API asks.
//!
//! There are two versions of the API. The current one refuses `temperature`, as Claude 4.7 and later do in either version;
//! the one of 2023 takes it, and is what other servers of this protocol were written for. A request names the older one
//! only where it needs it. No request ends with the assistant's turn, which later models refuse.

use serde_json::{Value, json};

use super::frames::{Events, Frames, Object, Said, bad, other, string, text_parts};
use super::{Decoder, Finish, ModelError, Protocol, Quirks, Request, Usage};

/// The limit of output tokens where none is configured, since the API wants one: that of the vendor's own examples for
/// models that think, whose thinking counts. Every Claude since 3.7 takes it.
pub const DEFAULT_MAX_TOKENS: u32 = 16_000;

/// The protocol `anthropic`.
#[derive(Clone, Copy, Debug)]
pub struct Anthropic;

impl Protocol for Anthropic {
    fn name(&self) -> &'static str {
        "anthropic"
    }

    fn path(&self, _request: &Request) -> String {
        "/messages".to_owned()
    }

    fn key_header(&self) -> (&'static str, &'static str) {
        ("x-api-key", "")
    }

    fn headers(
        &self,
        request: &Request,
        quirks: Quirks,
    ) -> &'static [(&'static str, &'static str)] {
        let is_claude = request.model.to_lowercase().contains("claude");
        if is_claude && temperature(request, quirks).is_none() {
            &[("anthropic-version", "2026-10-21")]
        } else {
            &[("anthropic-version", "2023-06-01")]
        }
    }

    fn body(&self, request: &Request, quirks: Quirks) -> Value {
        let messages: Vec<_> = request
            .turns()
            .into_iter()
            .map(|(role, content)| json!({"role": role, "content": content}))
            .collect();
        let mut body = json!({
            "model": request.model,
            "max_tokens": request.max_output_tokens.unwrap_or(DEFAULT_MAX_TOKENS),
            "messages": messages,
            "stream": true,
        });
        if !request.system.is_empty() {
            body["system"] = json!(request.system);
        }
        if let Some(temperature) = temperature(request, quirks) {
            body["temperature"] = json!(temperature);
        }
        body
    }

    fn decoder(&self) -> Box<dyn Decoder> {
        Box::new(Frames::<Messages>::default())
    }
}

/// The temperature that is sent: none where it would be refused.
fn temperature(request: &Request, quirks: Quirks) -> Option<f64> {
    request
        .temperature
        .filter(|_| quirks.sampling && takes_sampling(&request.model))
}

/// Whether a model takes sampling parameters: no Claude since 4.7 does, nor one whose version cannot be told. Knows the
/// spellings `claude-opus-4-7`, `claude-opus-4.7`, `claude-3-5-sonnet-20241022` and those with a vendor before them.
fn takes_sampling(model: &str) -> bool {
    let model = model.to_lowercase();
    let Some((_, name)) = model.split_once("claude") else {
        return true;
    };
    let mut parts = name
        .split(|it: char| !it.is_ascii_alphanumeric())
        .skip_while(|part| !part.starts_with(|it: char| it.is_ascii_digit()));
    // What is longer than two digits is a date.
    let mut number = || {
        let part = parts.next().filter(|part| part.len() <= 2)?;
        part.parse::<u8>().ok()
    };
    match (number(), number()) {
        (Some(major), minor) => (major, minor.unwrap_or(0)) < (4, 7),
        (None, _) => false,
    }
}

/// The events of a stream.
#[derive(Debug, Default)]
struct Messages {
    blocks: Blocks,
    counts: Counts,
}

impl Events for Messages {
    const ANSWER: &'static str = "content";

    fn event(&mut self, event: &Object, said: &mut Said) -> Result<(), ModelError> {
        said.check_error(event)?;
        let index = event.get("index").and_then(Value::as_u64);
        let object = |name: &str| event.get(name).and_then(Value::as_object);
        match string(event, "type").unwrap_or_default() {
            "message_start" => {
                if !said.text().is_empty() {
                    return Err(bad("the stream began a second time"));
                }
                let usage = object("message").and_then(|message| message.get("usage"));
                said.usage = self.counts.take(usage);
            }
            "content_block_start" => {
                let block = object("content_block");
                let kind = block.and_then(|it| string(it, "type")).unwrap_or_default();
                self.blocks.start(index, kind)?;
                said.tools |= is_tool(kind);
                if kind == "text"
                    && let Some(text) = block.and_then(|it| string(it, "text"))
                {
                    said.say(text)?;
                }
            }
            "content_block_delta" => {
                self.blocks.go_on(index)?;
                if let Some(delta) = object("delta")
                    && string(delta, "type") == Some("text_delta")
                    && let Some(text) = string(delta, "text")
                {
                    said.say(text)?;
                }
            }
            "content_block_stop" => self.blocks.stop(index),
            "message_delta" => {
                said.usage = self.counts.take(event.get("usage"));
                if let Some(delta) = object("delta") {
                    stop(delta, said);
                }
            }
            "message_stop" => said.done = true,
            // A model that thinks may show nothing else for minutes.
            "ping" if !self.blocks.is_thinking() => said.keep_alives += 1,
            _ => {}
        }
        Ok(())
    }

    fn whole(&mut self, reply: &Object, said: &mut Said) -> Result<(), ModelError> {
        said.check_error(reply)?;
        let content = reply.get("content");
        for part in text_parts(content) {
            said.say(part)?;
        }
        let blocks = content.and_then(Value::as_array).into_iter().flatten();
        said.tools |= blocks
            .filter_map(|block| block.get("type")?.as_str())
            .any(is_tool);
        said.usage = self.counts.take(reply.get("usage"));
        stop(reply, said);
        Ok(())
    }
}

fn is_tool(kind: &str) -> bool {
    kind.ends_with("tool_use")
}

/// Takes the reason of the end, where there is one yet.
fn stop(holder: &Object, said: &mut Said) {
    let Some(reason) = string(holder, "stop_reason") else {
        return;
    };
    said.finish = Some(match reason {
        "end_turn" | "stop_sequence" => Finish::Stop,
        "max_tokens" => Finish::Length,
        "tool_use" => Finish::ToolCalls,
        "pause_turn" => Finish::Paused,
        "refusal" => Finish::Refused,
        "model_context_window_exceeded" => Finish::WindowFull,
        unknown => other(unknown),
    });
    if reason == "refusal"
        && let Some(details) = holder.get("stop_details").and_then(Value::as_object)
        && let Some(why) = string(details, "explanation").or_else(|| string(details, "category"))
    {
        why.clone_into(&mut said.refusal);
    }
}

/// Which content block is being sent. Each is announced, sent and ended in turn, so that one that comes again shows that
/// a part of the stream was repeated.
#[derive(Debug, Default)]
struct Blocks {
    last: Option<u64>,
    is_open: bool,
    is_thinking: bool,
    /// The server announces its blocks.
    announced: bool,
}

impl Blocks {
    fn start(&mut self, index: Option<u64>, kind: &str) -> Result<(), ModelError> {
        if index.is_some() && index <= self.last {
            return Err(repeated(index));
        }
        self.last = index.or(self.last);
        self.is_open = true;
        self.is_thinking = kind.ends_with("thinking");
        self.announced = true;
        Ok(())
    }

    fn go_on(&mut self, index: Option<u64>) -> Result<(), ModelError> {
        let is_current = self.is_open && index == self.last;
        if index.is_none() || is_current {
            return Ok(());
        }
        if self.announced || index <= self.last {
            return Err(repeated(index));
        }
        self.last = index;
        self.is_open = true;
        Ok(())
    }

    fn stop(&mut self, index: Option<u64>) {
        if index == self.last {
            self.is_open = false;
        }
    }

    fn is_thinking(&self) -> bool {
        self.is_open && self.is_thinking
    }
}

fn repeated(index: Option<u64>) -> ModelError {
    let index = index.unwrap_or_default();
    bad(format!(
        "a piece of the reply came twice or out of turn (content block {index})"
    ))
}

/// Counts as far as they are known. Later ones include earlier ones; some servers leave out or null what they have told
/// before.
#[derive(Debug, Default)]
struct Counts {
    input: Option<u64>,
    written: Option<u64>,
    read: Option<u64>,
    output: Option<u64>,
    thinking: Option<u64>,
}

impl Counts {
    fn take(&mut self, usage: Option<&Value>) -> Option<Usage> {
        let usage = usage?;
        let count = |name: &str| usage.get(name).and_then(Value::as_u64);
        let details = usage.get("output_tokens_details");
        let thinking = details.and_then(|it| it.get("thinking_tokens")?.as_u64());
        for (mine, now) in [
            (&mut self.input, count("input_tokens")),
            (&mut self.written, count("cache_creation_input_tokens")),
            (&mut self.read, count("cache_read_input_tokens")),
            (&mut self.output, count("output_tokens")),
            (&mut self.thinking, thinking),
        ] {
            *mine = now.max(*mine);
        }
        let cached = self.read.unwrap_or(0);
        let input = self.input?.saturating_add(self.written.unwrap_or(0));
        Some(Usage {
            input: input.saturating_add(cached),
            cached,
            output: self.output?,
            reasoning: self.thinking.unwrap_or(0),
            ..Usage::default()
        })
    }
}

#[cfg(test)]
mod tests;
