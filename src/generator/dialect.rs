//! What a generator does to the body of a page, as far as a conversion must know it.

/// What a generator (of some version) does to a body, as far as a conversion must know it.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// Makes template syntax literal. Its input holds no raw HTML; its output is what goes into the file.
    pub escape: fn(&str) -> Escaped,
    /// Whether `--` in running text becomes a dash, and `<<` a quotation mark.
    pub smart_punctuation: bool,
    /// Whether a line that starts with `: ` becomes a definition.
    pub definition_lists: bool,
    /// Whether single tildes strike text out within words too: `5~10 km, 7~8 km`.
    pub strikes_in_words: bool,
    /// Whether a line `{.name}` below a block gives the block its attributes, which a site has to ask for.
    pub block_attributes: bool,
}

/// A body in which template syntax is literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escaped {
    /// The text for the file.
    pub text: String,
    /// How many places were changed.
    pub changes: usize,
    /// Whether another version of the same generator would need another text.
    pub needs_version: bool,
    /// What has no faithful form and was changed visibly.
    pub refused: Vec<Refusal>,
}

impl Escaped {
    /// A body that needs no change.
    pub fn unchanged(body: &str) -> Self {
        Self {
            text: body.to_owned(),
            changes: 0,
            needs_version: false,
            refused: Vec::new(),
        }
    }
}

/// Text that a generator cannot show as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The text as it was, shortened.
    pub text: String,
    /// Why it has no faithful form and what was done instead.
    pub reason: &'static str,
}
