//! What the unit tests of all protocols share, and what has to hold for each of them.

use proptest::prelude::*;
use serde_json::Value;

use super::judge::judge;
use super::{Decoder, Finish, FollowUp, ModelError, PROTOCOLS, Protocol, Reply, Request};

mod samples;

use samples::SAMPLES;

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
            earlier_bytes: 0,
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
