//! What is wrong with a front matter block, and where.

use std::ops::Range;

use super::split::Split;

/// The class of a [`FrontMatterError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The opening delimiter is not one that the generator accepts.
    Opening,
    /// No closing delimiter that the generator accepts.
    Unclosed,
    /// Carriage returns without line feeds.
    LineEnds,
    /// More bytes than [`super::MAX_BYTES`].
    TooLarge,
    /// Nested too deeply, or aliases that multiply.
    TooDeep,
    /// Not valid TOML, YAML or JSON.
    Syntax,
    /// A key stands twice in one table.
    DuplicateKey,
    /// Valid, but written in a way that cannot be edited by bytes, or a value that the format cannot hold.
    Unsupported,
    /// The edited block did not read back as asked; nothing was changed. A defect of Postwright, or very odd input.
    Proof,
}

impl ErrorKind {
    /// A stable name in kebab-case, for JSON output.
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::Opening => "front-matter-opening",
            ErrorKind::Unclosed => "front-matter-unclosed",
            ErrorKind::LineEnds => "front-matter-line-ends",
            ErrorKind::TooLarge => "front-matter-too-large",
            ErrorKind::TooDeep => "front-matter-too-deep",
            ErrorKind::Syntax => "front-matter-syntax",
            ErrorKind::DuplicateKey => "front-matter-duplicate-key",
            ErrorKind::Unsupported => "front-matter-unsupported",
            ErrorKind::Proof => "front-matter-proof",
        }
    }
}

/// Why front matter could not be split, read or edited.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FrontMatterError {
    /// The class of the trouble.
    pub kind: ErrorKind,
    /// Where, in bytes of the file.
    pub span: Range<usize>,
    /// What happened, in one sentence, with no full stop. It may quote the file: escape it before printing.
    pub message: String,
    /// What to do next.
    pub help: Option<String>,
}

impl FrontMatterError {
    pub(super) fn new(kind: ErrorKind, span: Range<usize>, message: impl Into<String>) -> Self {
        FrontMatterError {
            kind,
            span,
            message: message.into(),
            help: None,
        }
    }

    /// The page has no front matter where it must have some.
    pub fn missing(text: &str) -> Self {
        let end = text.find('\n').unwrap_or(text.len());
        Self::new(
            ErrorKind::Opening,
            0..end,
            "the page does not begin with front matter",
        )
        .help("begin the file with a line `+++`, then the keys, then a line `+++`")
    }

    pub(super) fn syntax(span: Range<usize>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Syntax, span, message)
    }

    pub(super) fn unsupported(span: Range<usize>, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Unsupported, span, message)
    }

    pub(super) fn duplicate(span: Range<usize>, key: &str) -> Self {
        Self::new(
            ErrorKind::DuplicateKey,
            span,
            format!("the key `{key}` is there twice"),
        )
        .help("remove one of the two; generators refuse the page or use only one of them")
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says so when the block does not end on a line of its own: Zola ends front matter at the first line that *ends*
    /// in the delimiter, and what is wrong with the rest is then only a consequence.
    pub(super) fn hint_at_early_close(mut self, text: &str, split: &Split) -> Self {
        if split.is_cut(text) {
            let delimiter = split.format.delimiter();
            self.help = Some(format!(
                "Zola ends the front matter at the first line that ends in {delimiter}, which is here in the middle of \
                 a value or a comment; write that line so that it ends in something else"
            ));
        }
        self
    }
}
