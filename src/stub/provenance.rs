//! What a post was made from.

use super::{Problem, Table, Value, lf, type_name};

/// The table in a post that says what it was made from. A text is empty where the page does not say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Provenance {
    /// The stub's topic.
    pub topic: String,
    /// Provider and name of the model: `openai/some-model`.
    pub model: String,
    /// When the reply was asked for, RFC 3339.
    pub generated: String,
    /// The record: `key/name`.
    pub reply: String,
    /// Hash of the page before, under which the stub's bytes are kept.
    pub stub: String,
    /// [`page_hash`] of the page after.
    pub written: String,
    /// The same of the post as it was made of its reply, where links were added to it since: edits are told from that one.
    pub base: String,
    /// Generator and version whose escapes were used: `zola 0.22.0`.
    pub for_generator: String,
}

impl Provenance {
    /// The keys, in the order in which they are written.
    pub const KEYS: &'static [&'static str] = &[
        "topic",
        "model",
        "generated",
        "reply",
        "stub",
        "written",
        "base",
        "for",
    ];

    /// Whether a table of options holds provenance as well. The other keys alone do not count: an author may try
    /// `model` as an option, and should be told that it is none.
    pub fn is_in(table: &Table) -> bool {
        table.contains_key("reply") || table.contains_key("written")
    }

    /// Reads the provenance in the table `table_name`. Keys of others, the stub's options among them, are left alone.
    pub fn parse(table: &Table, table_name: &str) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut take = |key: &str| match table.get(key) {
            Some(Value::String(text) | Value::Date(text)) => text.clone(),
            None | Some(Value::Null) => String::new(),
            Some(other) => {
                problems.push(Problem::new(
                    format!("{table_name}.{key}"),
                    format!("`{table_name}.{key}` is {}, not text", type_name(other)),
                    "Postwright wrote this key as text: bring it back from version control",
                ));
                String::new()
            }
        };
        let provenance = Self {
            topic: take("topic"),
            model: take("model"),
            generated: take("generated"),
            reply: take("reply"),
            stub: take("stub"),
            written: take("written"),
            base: take("base"),
            for_generator: take("for"),
        };
        if problems.is_empty() {
            Ok(provenance)
        } else {
            Err(problems)
        }
    }

    /// The name under which the post is kept that edits are told from: as it was made of its reply.
    pub fn base(&self) -> &str {
        if self.base.is_empty() {
            &self.written
        } else {
            &self.base
        }
    }

    /// The same as keys and values, in the order of [`Provenance::KEYS`], without what is empty.
    pub fn to_table(&self) -> Table {
        let Self {
            topic,
            model,
            generated,
            reply,
            stub,
            written,
            base,
            for_generator,
        } = self;
        let values = [
            topic,
            model,
            generated,
            reply,
            stub,
            written,
            base,
            for_generator,
        ];
        Self::KEYS
            .iter()
            .zip(values)
            .filter(|(_, value)| !value.is_empty())
            .map(|(key, value)| ((*key).to_owned(), Value::String(value.clone())))
            .collect()
    }
}

/// Tells a page that a person has edited from one that only an editor has saved: 32 hex digits of BLAKE3 over the page
/// without its provenance and byte order mark, with LF line ends and without blanks at the ends of lines and of the page.
pub fn page_hash(page_without_provenance: &str) -> String {
    let text = page_without_provenance
        .strip_prefix('\u{feff}')
        .unwrap_or(page_without_provenance);
    let text = lf(text);
    let mut hasher = blake3::Hasher::new();
    for line in text.trim_end().split('\n') {
        hasher.update(line.trim_end().as_bytes());
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex().as_str()[..32].to_owned()
}
