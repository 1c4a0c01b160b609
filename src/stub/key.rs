//! The identity of what an author asks for.

use std::fmt;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::{Options, lf};

/// The key of a record: 32 lower-case hex digits.
///
/// It depends on what the author asked for and on nothing else: not on the wording of the prompt, the model, the file's
/// name or the version of this program. It is the name of a folder in repositories, so it never changes. Another program
/// computes it like this:
///
/// 1. Take `topic`, `brief` (the stub's body), `language` (the one that the post is written in) and the options
///    `audience`, `context`, `keywords`, `tone` and `words`. The option `language` is not among them: it is part of `language`.
/// 2. In each text, each keyword and each path in `context` included, in this order: replace CR LF, and then each CR left, by LF; normalise to
///    Unicode NFC; remove the characters with the Unicode property `White_Space` at both ends.
///    In each path, leave out parts between slashes that are empty or `.`; leave out a path that was there before.
/// 3. Leave out keywords and paths that are empty now, then options that are absent or empty. `topic`, `brief` and `language` stay
///    even if empty, and so does `options`.
/// 4. Write JSON as RFC 8785 has it: no blanks, keys sorted, text as UTF-8 with only `"`, `\` and control characters
///    below U+0020 escaped (`\b`, `\t`, `\n`, `\f`, `\r`, else `\u00xx`):
///    `{"brief":"…","language":"en","options":{"audience":"…","context":["…"],"keywords":["…"],"tone":"…","words":1500},"topic":"…","v":1}`
/// 5. Take BLAKE3 of these bytes and of it the first 32 hex digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

/// Fields in the order of their names, which is the order of the JSON.
#[derive(Serialize)]
struct Canonical {
    brief: String,
    language: String,
    options: CanonicalOptions,
    topic: String,
    v: u32,
}

#[derive(Serialize)]
struct CanonicalOptions {
    #[serde(skip_serializing_if = "Option::is_none")]
    audience: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    context: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keywords: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<u32>,
}

impl Key {
    /// How many hex digits a key has.
    pub const LEN: usize = 32;

    /// The key of a request for a post in `language`.
    pub fn of(topic: &str, brief: &str, options: &Options, language: &str) -> Self {
        let json = canonical_json(topic, brief, options, language);
        let hash = blake3::hash(json.as_bytes()).to_hex();
        Self(hash.as_str()[..Self::LEN].to_owned())
    }

    /// A key from its text; `None` for anything but 32 lower-case hex digits.
    pub fn parse(text: &str) -> Option<Self> {
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (text.len() == Self::LEN && text.bytes().all(is_hex)).then(|| Self(text.to_owned()))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn canonical_json(topic: &str, brief: &str, options: &Options, language: &str) -> String {
    // The option `language` is one way to say `language`.
    let Options {
        audience,
        tone,
        keywords,
        words,
        language: _,
        context,
    } = options;
    let present = |text: &Option<String>| {
        let text = text.as_deref().map(normalize);
        text.filter(|text| !text.is_empty())
    };
    let mut keywords: Vec<String> = keywords.iter().map(|word| normalize(word)).collect();
    keywords.retain(|word| !word.is_empty());
    let mut paths: Vec<String> = Vec::new();
    for path in context {
        let path = super::options::page_path(path).unwrap_or_else(|| normalize(path));
        if !path.is_empty() && !paths.contains(&path) {
            paths.push(path);
        }
    }
    let canonical = Canonical {
        brief: normalize(brief),
        language: normalize(language),
        options: CanonicalOptions {
            audience: present(audience),
            context: paths,
            keywords,
            tone: present(tone),
            words: *words,
        },
        topic: normalize(topic),
        v: 1,
    };
    serde_json::to_string(&canonical).expect("invariant: texts and numbers serialize")
}

/// A text as it enters a key: texts that are equal in this form ask for the same.
pub fn normalize(text: &str) -> String {
    let text: String = lf(text).nfc().collect();
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn text(value: &Value) -> Option<String> {
        value.as_str().map(str::to_owned)
    }

    fn list(value: &Value) -> Vec<String> {
        let items = value.as_array().into_iter().flatten();
        items.filter_map(text).collect()
    }

    #[test]
    fn keys_are_those_of_the_test_vectors() {
        let vectors = include_str!("../../tests/records/key-vectors.json");
        let vectors: Value = serde_json::from_str(vectors).expect("JSON");
        let vectors = vectors["vectors"].as_array().expect("a list");
        assert!(vectors.len() >= 8);
        for vector in vectors {
            let options = Options {
                audience: text(&vector["options"]["audience"]),
                tone: text(&vector["options"]["tone"]),
                keywords: list(&vector["options"]["keywords"]),
                words: vector["options"]["words"]
                    .as_u64()
                    .map(|n| u32::try_from(n).expect("small")),
                language: text(&vector["options"]["language"]),
                context: list(&vector["options"]["context"]),
            };
            let topic = text(&vector["topic"]).expect("topic");
            let brief = text(&vector["brief"]).expect("brief");
            let language = text(&vector["language"]).expect("language");
            let name = &vector["name"];
            assert_eq!(
                canonical_json(&topic, &brief, &options, &language),
                vector["json"].as_str().expect("json"),
                "{name}"
            );
            assert_eq!(
                Key::of(&topic, &brief, &options, &language).as_str(),
                vector["key"].as_str().expect("key"),
                "{name}"
            );
        }
    }

    #[test]
    fn only_32_lower_case_hex_digits_are_a_key() {
        assert!(Key::parse("0123456789abcdef0123456789abcdef").is_some());
        for bad in [
            "",
            "0123",
            "0123456789ABCDEF0123456789abcdef",
            "../../../../../../../../../../etc",
        ] {
            assert_eq!(Key::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn a_key_survives_line_ends_normalisation_and_outer_blanks(topic in "\\PC{1,40}", brief in "(\\PC{0,20}\n){0,5}\\PC{0,9}",
                tone in "\\PC{0,12}", before in "[ \t\n\u{a0}]{0,3}", after in "[ \t\r\n\u{3000}]{0,3}") {
            let plain = Options { tone: Some(tone.clone()), keywords: vec![topic.clone()], ..Options::default() };
            let disguise = |text: &str| format!("{before}{}{after}", text.replace('\n', "\r\n")).nfd().collect::<String>();
            let disguised = Options {
                tone: Some(disguise(&tone)),
                keywords: vec![" ".to_owned(), disguise(&topic)],
                audience: Some("\r\n".to_owned()),
                language: Some("en".to_owned()),
                ..Options::default()
            };
            prop_assert_eq!(
                Key::of(&topic, &brief, &plain, "en"),
                Key::of(&disguise(&topic), &disguise(&brief), &disguised, " en")
            );
        }

        #[test]
        fn another_request_has_another_key(topic in "[a-z]{1,9}", brief in "[a-z]{1,9}", words in 1u32..9) {
            let none = Options::default();
            let key = Key::of(&topic, &brief, &none, "en");
            prop_assert_ne!(&key, &Key::of(&topic, &brief, &none, "fr"));
            prop_assert_ne!(&key, &Key::of(&topic, "", &none, "en"));
            let words = Options { words: Some(words), ..Options::default() };
            prop_assert_ne!(&key, &Key::of(&topic, &brief, &words, "en"));
        }
    }
}
