//! An article's body made safe and faithful for a generator: what the model wrote comes out on the page as written,
//! whatever template syntax or angle brackets it holds, and nothing of it is live.
//!
//! Markdown is never printed anew: every stage below finds byte ranges with the parser, changes those, and the next
//! stage parses again. The order matters: a stage relies on what the ones before it took away.

use std::ops::Range;

use crate::finding::Severity;

mod characters;
mod edits;
mod fences;
mod garbled;
mod headings;
mod html;
mod links;

/// What a generator (of some version) does to a body, as far as a conversion must know it.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// Makes template syntax literal. Its input holds no raw HTML; its output is what goes into the file.
    pub escape: fn(&str) -> Escaped,
    /// Whether `--` in running text becomes a dash, and `<<` a quotation mark.
    pub smart_punctuation: bool,
    /// Whether a line that starts with `: ` becomes a definition.
    pub definition_lists: bool,
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

/// A converted body and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// Markdown for the generator, with LF line ends and a final line feed.
    pub body: String,
    /// What was changed or lost.
    pub notes: Vec<Note>,
    /// Whether an escape depended on the generator's version.
    pub needs_version: bool,
}

/// Something that a conversion has to say. It becomes a finding once the page's path is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The rule's name in kebab-case.
    pub rule: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// One sentence: what is the matter.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Bytes of the converted body; `None` where the place is gone or there are many.
    pub span: Option<Range<usize>>,
}

impl Note {
    fn new(rule: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            rule,
            severity,
            message: message.into(),
            help: None,
            span: None,
        }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Converts `body`, the Markdown of an article with this `title`, for a generator. `heading_id` gives the id that the
/// generator makes of a heading's text, before ids are made unique by `-1`, `-2`…
pub fn convert(
    body: &str,
    title: &str,
    dialect: &Dialect,
    heading_id: &dyn Fn(&str) -> String,
) -> Converted {
    let mut notes = Vec::new();
    let mut text = characters::clean(body, &mut notes);
    text = fences::tidy(&text, &mut notes);
    text = html::neutralise(&text, &mut notes);
    text = headings::tidy(&text, title, &mut notes);
    text = links::tidy(&text, heading_id, &mut notes);
    text = garbled::tidy(&text, dialect);
    let mut text = text.trim_matches('\n').to_owned();
    text.push('\n');
    let escaped = (dialect.escape)(&text);
    notes.extend(escaped.refused.iter().map(|refusal| {
        Note::new(
            "template-syntax",
            Severity::Warning,
            format!(
                "the text `{}` cannot be shown as it was written: {}",
                crate::text::escape(&refusal.text),
                refusal.reason
            ),
        )
    }));
    Converted {
        body: escaped.text,
        notes,
        needs_version: escaped.needs_version,
    }
}
