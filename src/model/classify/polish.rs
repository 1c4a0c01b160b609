//! Makes an error fit to be shown: no key in it, nothing a terminal would obey, not too long.

use std::sync::Arc;

use super::super::scrub::Scrubber;
use super::super::{Key, ModelError};

/// The most characters of a message.
const MOST: usize = 300;

/// How keys of well-known providers begin.
const SHAPES: &[&str] = &[
    "sk-", "sk_", "pk-", "gsk_", "xai-", "AIza", "fw_", "hf_", "key-", "Bearer-",
];

/// Scrubs, escapes and shortens the message; foreign text may stand in it raw before. What had come of the reply is only
/// scrubbed.
#[must_use]
pub fn polish(mut error: ModelError, key: Option<&Key>) -> ModelError {
    let messages = Scrubber::of_messages(key);
    let scrubbed = scrub(&error.message, &messages);
    let escaped = crate::text::escape(&scrubbed);
    error.message = crate::text::shorten(&escaped, MOST).into_owned();
    error.help = error.help.map(|help| messages.scrub(&help));
    let replies = Scrubber::of_replies(key);
    error.partial = error.partial.map(|text| replies.scrub(&text));
    error.raw = error.raw.map(|bytes| Arc::new(replies.scrub_bytes(&bytes)));
    error
}

/// Takes out the key by value and whatever has the shape of a key.
fn scrub(text: &str, scrubber: &Scrubber) -> String {
    let text = scrubber.scrub(text);
    let in_key = |character: char| character.is_ascii_alphanumeric() || "-_.*".contains(character);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find(in_key) {
        let end = rest[start..]
            .find(|it| !in_key(it))
            .map_or(rest.len(), |length| start + length);
        let word = &rest[start..end];
        let secret = word.len() >= 10 && SHAPES.iter().any(|shape| word.starts_with(shape));
        out.push_str(&rest[..start]);
        out.push_str(if secret { "[key]" } else { word });
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::super::super::Key;
    use super::*;

    #[test]
    fn keys_are_scrubbed_by_value_and_by_shape() {
        let key = Key::new("K", "canary+1/x").unwrap();
        assert_eq!(
            scrub(
                "bad key canary+1/x, canary%2B1%2Fx!",
                &Scrubber::of_messages(Some(&key))
            ),
            "bad key [key], [key]!"
        );
        let none = Scrubber::default();
        assert_eq!(
            scrub("Incorrect API key: sk-SECRET-ECHO. (sk-a)", &none),
            "Incorrect API key: [key] (sk-a)"
        );
        assert_eq!(
            scrub("Grüße, 日本 gsk_0123456789", &none),
            "Grüße, 日本 [key]"
        );
    }
}
