//! What the unit tests of all protocols share, and what has to hold for each of them.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::judge::judge;
use super::{Decoder, Finish, FollowUp, ModelError, PROTOCOLS, Protocol, Reply, Request, Usage};

pub(super) fn request() -> Request {
    Request {
        system: "S".to_owned(),
        user: "U".to_owned(),
        model: "m".to_owned(),
        temperature: Some(0.5),
        max_output_tokens: Some(9),
        follow_up: None,
    }
}

pub(super) fn follow_up() -> Request {
    Request {
        follow_up: Some(FollowUp {
            reply: "so far".to_owned(),
            ask: "go on".to_owned(),
            replies: 1,
        }),
        ..request()
    }
}

pub(super) fn bare() -> Request {
    Request {
        system: String::new(),
        temperature: None,
        max_output_tokens: None,
        ..request()
    }
}

/// Reads a response as the loop over the connection does.
pub(super) fn read<'a>(
    mut decoder: Box<dyn Decoder>,
    chunks: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Reply, ModelError> {
    for chunk in chunks {
        decoder.push(chunk)?;
        if decoder.is_done() {
            return decoder.finish();
        }
    }
    decoder.end()?;
    decoder.finish()
}

/// Text and finish, or the kind of the error.
pub(super) fn text_of(
    protocol: &dyn Protocol,
    body: &str,
) -> Result<(String, Finish), &'static str> {
    read(protocol.decoder(), [body.as_bytes()])
        .map(|reply| (reply.text, reply.finish))
        .map_err(|error| error.kind)
}

/// Server-sent events with these data.
pub(super) fn sse(events: &[Value]) -> String {
    events
        .iter()
        .map(|event| format!("data: {event}\n\n"))
        .collect()
}

/// How one protocol sends a good reply.
struct Sample {
    protocol: &'static str,
    /// The events before its end; one for each piece of text, at least.
    pieces: fn(&[String]) -> Vec<Value>,
    /// The event that gives the reason of the end.
    end: fn(&[String]) -> Value,
    /// What comes after that.
    after: fn() -> Vec<Value>,
    /// The reply in one piece.
    whole: fn(&[String]) -> Value,
    /// Objects one a line instead of server-sent events.
    lines: bool,
    usage: Usage,
}

const SAMPLES: &[Sample] = &[
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
    fn decoder(&self) -> Box<dyn Decoder> {
        super::protocol(self.protocol).unwrap().decoder()
    }

    /// A good response, and where in it the reason of the end has come whole.
    fn response(&self, pieces: &[String], whole: bool) -> (String, usize) {
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

fn complete(text: &str) -> bool {
    text.contains("</EndOFText>")
}

#[test]
fn each_protocol_has_a_sample() {
    let names: Vec<_> = PROTOCOLS.iter().map(|it| it.name()).collect();
    let samples: Vec<_> = SAMPLES.iter().map(|it| it.protocol).collect();
    assert_eq!(names, samples);
}

#[test]
fn the_last_turn_is_always_the_users() {
    for protocol in PROTOCOLS {
        let body = protocol.body(&follow_up(), super::Quirks::COMMON);
        let turns = ["messages", "input", "contents"]
            .iter()
            .find_map(|name| body[*name].as_array())
            .unwrap();
        assert_eq!(turns.last().unwrap()["role"], "user", "{body}");
        assert!(turns.last().unwrap().to_string().contains("go on"));
    }
}

proptest! {
    #[test]
    fn any_cut_into_chunks_gives_the_same_reply(
        pieces in proptest::collection::vec("[a日é😀\n\"\\\\]{0,6}", 0..8),
        sizes in proptest::collection::vec(1_usize..40, 1..30),
        newline in prop_oneof![Just("\n"), Just("\r\n"), Just("\r")],
        bom in any::<bool>(),
        whole in any::<bool>(),
    ) {
        for sample in SAMPLES {
            // A line of NDJSON ends with a line feed.
            let newline = if sample.lines && newline == "\r" { "\n" } else { newline };
            let body = sample.response(&pieces, whole).0.replace('\n', newline);
            let body = if bom { format!("\u{feff}{body}") } else { body };
            let mut chunks = Vec::new();
            let mut rest = body.as_bytes();
            for size in sizes.iter().cycle() {
                if rest.is_empty() { break; }
                let (now, later) = rest.split_at(rest.len().min(*size));
                chunks.push(now);
                rest = later;
            }
            let reply = read(sample.decoder(), chunks).unwrap();
            prop_assert_eq!(reply.text, pieces.concat(), "{}", sample.protocol);
            prop_assert_eq!(reply.finish, Finish::Stop, "{}", sample.protocol);
            prop_assert_eq!(reply.usage, Some(sample.usage), "{}", sample.protocol);
        }
    }

    #[test]
    fn an_end_marker_makes_up_for_a_missing_end(pieces in proptest::collection::vec("[a日é😀\n\"]{1,6}", 1..4)) {
        let mut pieces = pieces;
        pieces.push("</EndOFText>".to_owned());
        for sample in SAMPLES {
            let mut events = sample.response(&pieces, false).0;
            let end = (sample.end)(&pieces).to_string();
            events.truncate(events.find(&end).unwrap());
            let judged = read(sample.decoder(), [events.as_bytes()]).and_then(|reply| judge(reply, &complete));
            prop_assert_eq!(judged.unwrap().text, pieces.concat());
        }
    }

    #[test]
    fn any_bytes_are_survived(
        chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..6),
        first in "|data: |\\{|\\[|data: \\{",
    ) {
        for protocol in PROTOCOLS {
            let chunks = std::iter::once(first.as_bytes()).chain(chunks.iter().map(Vec::as_slice));
            drop(read(protocol.decoder(), chunks));
        }
    }

    #[test]
    fn any_json_is_survived(
        keys in proptest::collection::vec("choices|delta|content|error|usage|index|type|message|response|output|candidates|parts|text|done|finish_reason|finishReason|stop_reason|[a-z]", 0..7),
        kind in "message_start|content_block_start|content_block_delta|message_delta|response.completed|response.output_text.delta|error",
        leaf in "null|1|-1|1e99|\"x\"|\\[\\]|\\{\\}|\"\\\\\\\\ud83d\"",
    ) {
        let body = keys.iter().fold(leaf, |inner, key| {
            if key.len() % 2 == 0 { format!("{{\"{key}\":[{inner}]}}") } else { format!("{{\"type\":\"{kind}\",\"{key}\":{inner}}}") }
        });
        for protocol in PROTOCOLS {
            drop(text_of(*protocol, &body));
            drop(text_of(*protocol, &format!("data: {body}\n\n")));
        }
    }
}

proptest! {
    // Each case goes through all protocols and all cuts.
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_cut_at_any_byte_is_never_taken_for_the_whole(
        pieces in proptest::collection::vec("[a日é😀\n\"]{1,6}", 1..4),
        whole in any::<bool>(),
    ) {
        let text = pieces.concat();
        for sample in SAMPLES {
            let (body, end) = sample.response(&pieces, whole);
            for at in 0..=body.len() {
                let cut = &body.as_bytes()[..at];
                let judged = read(sample.decoder(), [cut]).and_then(|reply| judge(reply, &complete));
                if at < end {
                    prop_assert!(judged.is_err(), "{} at {at}: {judged:?}", sample.protocol);
                } else if text.trim().is_empty() {
                    prop_assert_eq!(judged.unwrap_err().kind, "no-text");
                } else {
                    prop_assert_eq!(&judged.unwrap().text, &text);
                }
            }
        }
    }
}
