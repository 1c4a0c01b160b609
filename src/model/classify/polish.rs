//! Makes an error fit to be shown: no key in it, nothing a terminal would obey, not too long.

use super::super::{Key, ModelError};

/// The most characters of a message.
const MOST: usize = 300;

/// How keys of well-known providers begin.
const SHAPES: &[&str] = &[
    "sk-", "sk_", "pk-", "gsk_", "xai-", "AIza", "fw_", "hf_", "key-", "Bearer-",
];

/// Scrubs, escapes and shortens the message; foreign text may stand in it raw before.
#[must_use]
pub fn polish(mut error: ModelError, key: Option<&Key>) -> ModelError {
    let key = key.map(Key::expose);
    let scrubbed = scrub(&error.message, key);
    let escaped = crate::text::escape(&scrubbed);
    error.message = crate::text::shorten(&escaped, MOST).into_owned();
    error
}

/// Takes out the key by value (plain and as it stands in an address) and whatever has the shape of a key.
fn scrub(text: &str, key: Option<&str>) -> String {
    let mut text = text.to_owned();
    if let Some(key) = key {
        let encoded: String = url::form_urlencoded::byte_serialize(key.as_bytes()).collect();
        text = text.replace(key, "[key]").replace(&encoded, "[key]");
    }
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
    use super::*;

    #[test]
    fn keys_are_scrubbed_by_value_and_by_shape() {
        assert_eq!(
            scrub("bad key canary+1/x, canary%2B1%2Fx!", Some("canary+1/x")),
            "bad key [key], [key]!"
        );
        assert_eq!(
            scrub("Incorrect API key: sk-SECRET-ECHO. (sk-a)", None),
            "Incorrect API key: [key] (sk-a)"
        );
        assert_eq!(
            scrub("Grüße, 日本 gsk_0123456789", None),
            "Grüße, 日本 [key]"
        );
    }
}
