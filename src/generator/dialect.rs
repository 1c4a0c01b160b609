//! What a generator does to the body of a page, as far as a conversion must know it.

use std::collections::BTreeSet;

/// What a generator (of some version) does to a body, as far as a conversion must know it.
#[derive(Debug, Clone)]
pub struct Dialect {
    /// Makes template syntax literal. Its input holds no raw HTML; its output is what goes into the file.
    pub escape: fn(&str) -> Escaped,
    /// Whether `--` in running text becomes a dash, and `<<` a quotation mark.
    pub smart_punctuation: bool,
    /// What at the start of a line makes a definition of it.
    pub definitions: Definitions,
    /// Whether single tildes strike text out within words too: `5~10 km, 7~8 km`.
    pub strikes_in_words: bool,
    /// Whether a line `{.name}` below a block gives the block its attributes, which a site has to ask for.
    pub block_attributes: bool,
    /// The names of Markdown that is switched off: see [`Settings::switched_off`](crate::site::Settings::switched_off).
    pub switched_off: BTreeSet<&'static str>,
    /// The marks that open and close a formula, which is handed on as it is.
    pub formulas: Vec<[String; 2]>,
}

impl Default for Dialect {
    /// Plain Markdown.
    fn default() -> Self {
        Self {
            escape: Escaped::unchanged,
            smart_punctuation: false,
            definitions: Definitions::None,
            strikes_in_words: false,
            block_attributes: false,
            switched_off: BTreeSet::new(),
            formulas: Vec::new(),
        }
    }
}

/// What at the start of a line makes a definition of it, and a term of the line above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Definitions {
    /// Nothing.
    None,
    /// A colon and a blank (Hugo 0.168.0).
    ColonAndBlank,
    /// A colon, whatever follows it (Zola 0.22.0).
    Colon,
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
