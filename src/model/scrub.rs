//! Takes a key out of whatever a server sends, in all the forms in which it may come back: as it is, as it stands in an
//! address or in JSON, and in base64, by itself or within a longer text.
//!
//! A key is scrubbed by its value. What surely is none, such as the word `ollama` that servers on this machine are
//! content with, would be missed in a post about Ollama: that is only taken out of errors.

use std::ops::Range;

use super::Key;

/// What stands where a key was.
const MARK: &[u8] = b"[key]";
/// Shorter words are part of too many others.
const SHORTEST: usize = 4;
/// Keys of providers are longer than this; what people make up for a server of their own may be shorter.
const SHORTEST_SECRET: usize = 16;
/// So many first characters of a key, where the text breaks off in it, tell too much of it.
const TELLING: usize = 12;

/// The forms of one key, or of none.
#[derive(Clone, Default)]
pub struct Scrubber {
    forms: Vec<Vec<u8>>,
    /// Whether the beginning of a key counts as well, since messages are shortened.
    takes_parts: bool,
}

impl Scrubber {
    /// For messages: any key that is longer than a syllable.
    pub fn of_messages(key: Option<&Key>) -> Self {
        match key.map(Key::expose) {
            Some(key) if key.len() >= SHORTEST => Self {
                forms: forms(key),
                takes_parts: true,
            },
            _ => Self::default(),
        }
    }

    /// For the text of replies: only what has the looks of a secret, since a post may well contain a word like `lm-studio`.
    pub fn of_replies(key: Option<&Key>) -> Self {
        match key.map(Key::expose) {
            Some(key) if is_secret(key) => Self {
                forms: forms(key),
                takes_parts: false,
            },
            _ => Self::default(),
        }
    }

    /// The text without the key.
    pub fn scrub(&self, text: &str) -> String {
        // Forms are ASCII, so that what is left is UTF-8 as before.
        String::from_utf8_lossy(&self.scrub_bytes(text.as_bytes())).into_owned()
    }

    /// The same for bytes that need not be text.
    pub fn scrub_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(bytes.len());
        self.pass(bytes, true, &mut out);
        out
    }

    /// Copies what surely is no key, and tells how far that goes: behind it may be the beginning of a key, unless this is
    /// the `end` of the text.
    fn pass(&self, bytes: &[u8], end: bool, out: &mut Vec<u8>) -> usize {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            let mut starts = self.forms.iter().filter(|form| form[0] == rest[0]);
            if let Some(form) = starts.clone().find(|form| rest.starts_with(form)) {
                out.extend_from_slice(MARK);
                at += form.len();
            } else if starts.any(|form| form.starts_with(rest)) && (!end || rest.len() >= TELLING) {
                if end {
                    out.extend_from_slice(MARK);
                    return bytes.len();
                }
                return at;
            } else if let Some(part) = self.part(rest) {
                out.extend_from_slice(MARK);
                at += part;
            } else {
                out.push(rest[0]);
                at += 1;
            }
        }
        at
    }

    /// How much of a key's beginning stands at the start of `rest`, where it is enough to tell.
    fn part(&self, rest: &[u8]) -> Option<usize> {
        let common = |form: &Vec<u8>| form.iter().zip(rest).take_while(|(a, b)| a == b).count();
        let longest = self.forms.iter().map(common).max()?;
        (self.takes_parts && longest >= TELLING).then_some(longest)
    }
}

/// A text that grows, shown without the key as it does; the beginning of what may become the key is held back.
pub struct Stream {
    scrubber: Scrubber,
    /// How much of the text has been passed on.
    passed: usize,
}

impl Stream {
    /// Nothing has been shown yet.
    pub fn new(scrubber: Scrubber) -> Self {
        Self {
            scrubber,
            passed: 0,
        }
    }

    /// What is new and can be shown of `text`, which holds all that has come. At its `end`, all of it can.
    pub fn next(&mut self, text: &str, end: bool) -> String {
        let Range { start, end: whole } = self.passed.min(text.len())..text.len();
        let mut out = Vec::new();
        let passed = self
            .scrubber
            .pass(&text.as_bytes()[start..whole], end, &mut out);
        self.passed = start + passed;
        String::from_utf8_lossy(&out).into_owned()
    }
}

/// Whether it has the looks of a key: long, and not just words like `sk-no-key-required`.
pub(super) fn is_secret(value: &str) -> bool {
    let is_wordy = |byte: u8| byte.is_ascii_lowercase() || b"-_. ".contains(&byte);
    value.len() >= SHORTEST_SECRET && !value.bytes().all(is_wordy)
}

fn forms(key: &str) -> Vec<Vec<u8>> {
    let percent = |upper: bool| -> String {
        let byte = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            _ if upper => format!("%{byte:02X}"),
            _ => format!("%{byte:02x}"),
        };
        key.bytes().map(byte).collect()
    };
    let form: String = url::form_urlencoded::byte_serialize(key.as_bytes()).collect();
    let mut forms = vec![key.to_owned(), percent(true), percent(false), form];
    // A server behind a server may put the JSON of one error into that of another.
    let mut json = key.to_owned();
    for _ in 0..3 {
        json = json.replace('\\', "\\\\").replace('"', "\\\"");
        forms.push(json.replace('/', "\\/"));
        forms.push(json.clone());
    }
    for skipped in 0..3 {
        let standard = base64(key.as_bytes(), skipped);
        forms.push(standard.replace('+', "-").replace('/', "_"));
        forms.push(standard);
    }
    forms.retain(|form| form.len() >= SHORTEST);
    forms.sort();
    forms.dedup();
    forms.into_iter().map(String::into_bytes).collect()
}

/// The characters of base64 that `bytes` alone decide where `before` bytes stand before them in the group of three.
fn base64(bytes: &[u8], before: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bit = |at: usize| usize::from(bytes[at / 8] >> (7 - at % 8) & 1);
    let first = (6 - before * 8 % 6) % 6;
    let six = |start: usize| (start..start + 6).fold(0, |sum, at| sum << 1 | bit(at));
    (first..)
        .step_by(6)
        .take_while(|start| start + 6 <= bytes.len() * 8)
        .map(|start| char::from(ALPHABET[six(start)]))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "sk-canary\"7F/3a+9b\\2c=d4e1";

    fn scrubber() -> Scrubber {
        Scrubber::of_replies(Some(&Key::new("K", KEY).unwrap()))
    }

    #[test]
    fn every_form_of_a_key_goes() {
        for text in [
            KEY,
            "sk-canary%227F%2F3a%2B9b%5C2c%3Dd4e1",
            "sk-canary%227f%2f3a%2b9b%5c2c%3dd4e1"
                .replace("7f", "7F")
                .as_str(),
            r#"sk-canary\"7F/3a+9b\\2c=d4e1"#,
            r#"sk-canary\"7F\/3a+9b\\2c=d4e1"#,
        ] {
            assert_eq!(
                scrubber().scrub(&format!("<{text}>{text}")),
                "<[key]>[key]",
                "{text}"
            );
        }
        // As `printf %s … | base64` gives them: alone, and as the password of basic authentication.
        let whole = "c2stY2FuYXJ5IjdGLzNhKzliXDJjPWQ0ZTE=";
        assert_eq!(scrubber().scrub(whole), "[key]E=");
        let basic = "Basic dXNlcjpzay1jYW5hcnkiN0YvM2ErOWJcMmM9ZDRlMQ==";
        let scrubbed = scrubber().scrub(basic);
        assert!(
            scrubbed.contains("[key]") && scrubbed.len() < 30,
            "{scrubbed}"
        );
    }

    #[test]
    fn words_that_are_no_secret_stay_in_replies() {
        for word in ["ollama", "lm-studio", "sk-no-key-required", "x"] {
            let key = Key::new("K", word).unwrap();
            let text = format!("Set it to {word}.");
            assert_eq!(Scrubber::of_replies(Some(&key)).scrub(&text), text);
        }
        let key = Key::new("K", "ollama").unwrap();
        assert_eq!(
            Scrubber::of_messages(Some(&key)).scrub("no: ollama"),
            "no: [key]"
        );
        let long = Key::new("K", KEY).unwrap();
        assert_eq!(
            Scrubber::of_messages(Some(&long)).scrub("no: `sk-canary\"7F/3…`, sk-can…"),
            "no: `[key]…`, sk-can…"
        );
        assert_eq!(
            Scrubber::of_messages(None).scrub("no: ollama"),
            "no: ollama"
        );
    }

    #[test]
    fn a_text_that_breaks_off_in_a_key_does_not_tell_most_of_it() {
        assert_eq!(scrubber().scrub("It is sk-canary\"7F/3"), "It is [key]");
        assert_eq!(scrubber().scrub("It is sk-can"), "It is sk-can");
        // Nothing before it and nothing after it is lost.
        assert_eq!(scrubber().scrub("sk-sk-canary\"7F/x"), "sk-sk-canary\"7F/x");
    }

    proptest! {
        #[test]
        fn pieces_say_the_same_as_the_whole(
            parts in prop::collection::vec(prop_oneof![Just(KEY.to_owned()), Just("sk-can".to_owned()), Just("é ".to_owned()), "[a-z]{0,5}"], 0..6),
            cuts in prop::collection::vec(0_usize..100, 0..20),
        ) {
            let text = parts.concat();
            let mut ends: Vec<usize> = cuts.into_iter().map(|cut| text.floor_char_boundary(cut)).collect();
            ends.sort_unstable();
            let mut stream = Stream::new(scrubber());
            let mut shown: String = ends.iter().map(|end| stream.next(&text[..*end], false)).collect();
            shown += &stream.next(&text, true);
            prop_assert_eq!(&shown, &scrubber().scrub(&text));
            prop_assert!(!shown.contains(KEY));
        }

        #[test]
        fn base64_is_found_at_every_place(before in "[ -~]{0,7}", after in "[ -~]{0,7}") {
            // The crate's own encoder, from the first byte on.
            let whole = base64(format!("{before}{KEY}{after}").as_bytes(), 0);
            prop_assert!(scrubber().scrub(&whole).contains("[key]"), "{}", whole);
        }
    }
}
