//! A good reply in each protocol.

use serde_json::{Value, json};

use super::sse;
use crate::model::{Decoder, Usage};

/// How one protocol sends a good reply.
pub(super) struct Sample {
    pub(super) protocol: &'static str,
    /// The events before its end; one for each piece of text, at least.
    pieces: fn(&[String]) -> Vec<Value>,
    /// The event that gives the reason of the end.
    pub(super) end: fn(&[String]) -> Value,
    /// What comes after that.
    after: fn() -> Vec<Value>,
    /// The reply in one piece.
    whole: fn(&[String]) -> Value,
    /// Objects one a line instead of server-sent events.
    pub(super) lines: bool,
    pub(super) usage: Usage,
}

/// One of each protocol.
pub(super) const SAMPLES: &[Sample] = &[
    Sample {
        protocol: "openai-chat",
        pieces: |pieces| {
            let event = |piece| json!({"choices": [{"index": 0, "delta": {"content": piece}}]});
            pieces.iter().map(event).collect()
        },
        end: |_| json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}),
        after: || {
            vec![json!({"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 9}})]
        },
        whole: |pieces| {
            json!({"usage": {"prompt_tokens": 5, "completion_tokens": 9},
                "choices": [{"message": {"content": pieces.concat()}, "finish_reason": "stop"}]})
        },
        lines: false,
        usage: Usage {
            input: 5,
            cached: 0,
            output: 9,
            reasoning: 0,
            is_running: false,
        },
    },
    Sample {
        protocol: "openai-responses",
        pieces: |pieces| {
            let kinds = json!([
                {"type": "response.created", "response": {"status": "in_progress", "output": []}},
                {"type": "response.output_item.added", "output_index": 0, "item": {"type": "message", "content": []}},
            ]);
            let mut events = kinds.as_array().unwrap().clone();
            events.extend(pieces.iter().map(|piece| {
                json!({"type": "response.output_text.delta", "output_index": 0, "delta": piece})
            }));
            for (number, event) in events.iter_mut().enumerate() {
                event["sequence_number"] = json!(number);
            }
            events
        },
        end: |pieces| json!({"type": "response.completed", "sequence_number": pieces.len() + 2, "response": response(pieces)}),
        after: Vec::new,
        whole: response,
        lines: false,
        usage: Usage {
            input: 25,
            cached: 20,
            output: 9,
            reasoning: 7,
            is_running: false,
        },
    },
    Sample {
        protocol: "anthropic",
        pieces: |pieces| {
            let usage = json!({"input_tokens": 5, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 300, "output_tokens": 1});
            let mut events = vec![
                json!({"type": "message_start", "message": {"content": [], "stop_reason": null, "usage": usage}}),
                json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
                json!({"type": "ping"}),
            ];
            events.extend(pieces.iter().map(|piece| {
                json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}})
            }));
            events.push(json!({"type": "content_block_stop", "index": 0}));
            events
        },
        end: |_| {
            let details = json!({"thinking_tokens": 7});
            json!({"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": null},
                "usage": {"output_tokens": 9, "output_tokens_details": details}})
        },
        after: || vec![json!({"type": "message_stop"})],
        whole: |pieces| {
            let usage = json!({"input_tokens": 5, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 300,
                "output_tokens": 9, "output_tokens_details": {"thinking_tokens": 7}});
            json!({"type": "message", "content": [{"type": "text", "text": pieces.concat()}],
                "stop_reason": "end_turn", "usage": usage})
        },
        lines: false,
        usage: Usage {
            input: 325,
            cached: 300,
            output: 9,
            reasoning: 7,
            is_running: false,
        },
    },
    Sample {
        protocol: "gemini",
        pieces: |pieces| {
            let event = |piece| json!({"candidates": [{"index": 0, "content": {"role": "model", "parts": [{"text": piece}]}}]});
            pieces.iter().map(event).collect()
        },
        end: |_| candidate("", "STOP"),
        after: Vec::new,
        whole: |pieces| candidate(&pieces.concat(), "STOP"),
        lines: false,
        usage: Usage {
            input: 25,
            cached: 20,
            output: 9,
            reasoning: 7,
            is_running: false,
        },
    },
    Sample {
        protocol: "ollama",
        pieces: |pieces| {
            let event =
                |piece| json!({"message": {"role": "assistant", "content": piece}, "done": false});
            pieces.iter().map(event).collect()
        },
        end: |_| said_whole(""),
        after: Vec::new,
        whole: |pieces| said_whole(&pieces.concat()),
        lines: true,
        usage: Usage {
            input: 5,
            cached: 0,
            output: 9,
            reasoning: 0,
            is_running: false,
        },
    },
];

fn response(pieces: &[String]) -> Value {
    let content = json!([{"type": "output_text", "text": pieces.concat(), "annotations": []}]);
    let usage = json!({"input_tokens": 25, "input_tokens_details": {"cached_tokens": 20},
        "output_tokens": 9, "output_tokens_details": {"reasoning_tokens": 7}});
    json!({"object": "response", "status": "completed", "error": null, "incomplete_details": null, "usage": usage,
        "output": [{"type": "reasoning", "summary": []}, {"type": "message", "content": content}]})
}

fn candidate(text: &str, reason: &str) -> Value {
    let usage = json!({"promptTokenCount": 25, "cachedContentTokenCount": 20, "candidatesTokenCount": 2,
        "thoughtsTokenCount": 7, "totalTokenCount": 34});
    json!({"candidates": [{"content": {"parts": [{"text": text}]}, "finishReason": reason}], "usageMetadata": usage})
}

fn said_whole(text: &str) -> Value {
    json!({"message": {"role": "assistant", "content": text}, "done": true, "done_reason": "stop",
        "prompt_eval_count": 5, "eval_count": 9})
}

impl Sample {
    pub(super) fn decoder(&self) -> Box<dyn Decoder> {
        crate::model::protocol(self.protocol).unwrap().decoder()
    }

    /// A good response, and where in it the reason of the end has come whole.
    pub(super) fn response(&self, pieces: &[String], whole: bool) -> (String, usize) {
        if whole {
            let body = (self.whole)(pieces).to_string();
            let length = body.len();
            return (body, length);
        }
        let render = |events: &[Value]| {
            if self.lines {
                events.iter().map(|it| format!("{it}\n")).collect()
            } else {
                sse(events)
            }
        };
        let mut body: String = render(&(self.pieces)(pieces));
        body += &render(&[(self.end)(pieces)]);
        let end = body.trim_end().len();
        body += &render(&(self.after)());
        (body, end)
    }
}
