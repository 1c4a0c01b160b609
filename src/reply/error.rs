//! Why a reply is no article.

use thiserror::Error;

/// Why a reply cannot become an article. Lines count from 1, in the reply as it came.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReplyError {
    /// More bytes than any post needs; a runaway stream.
    #[error("the reply is {bytes} bytes long, and more than {limit} are never read")]
    TooLong {
        /// Length of the reply.
        bytes: usize,
        /// The most that is read.
        limit: usize,
    },
    /// Nothing but blanks came back.
    #[error("the reply is empty")]
    Empty,
    /// The end marker is not there, so the reply may have been cut off.
    #[error(
        "the reply stops at line {line} without the end marker `</EndOFText>`, so it may be cut off"
    )]
    Incomplete {
        /// The last line of the reply.
        line: usize,
    },
    /// The end marker is not there, and no label either.
    #[error(
        "the reply has neither the labels `TITLE:`, `META_DESCRIPTION:` and so on nor the end marker `</EndOFText>`, so it is no post"
    )]
    Unlabelled {
        /// The last line of the reply.
        line: usize,
    },
    /// A block of thoughts at the start is not closed.
    #[error("the reply opens a `{tag}` block at line {line} and never closes it")]
    UnclosedThink {
        /// Where the block opens.
        line: usize,
        /// Its opening tag.
        tag: &'static str,
    },
    /// No line carries this label.
    #[error("the reply has no `{label}:` line")]
    MissingLabel {
        /// The label as the contract spells it.
        label: &'static str,
    },
    /// The title's label has no value.
    #[error("the title at line {line} of the reply is empty")]
    EmptyTitle {
        /// Where the label stands.
        line: usize,
    },
    /// The description's label has no value.
    #[error("the description at line {line} of the reply is empty")]
    EmptyDescription {
        /// Where the label stands.
        line: usize,
    },
    /// Nothing stands between the labels and the end marker.
    #[error("the reply has no text between its labels and the end marker at line {line}")]
    EmptyBody {
        /// Where the end marker stands.
        line: usize,
    },
    /// Two replies in one, or a stream that came doubled.
    #[error("the label `{label}` comes a second time at line {line} of the reply")]
    DuplicateLabels {
        /// Where the second one stands.
        line: usize,
        /// The label as the contract spells it.
        label: &'static str,
    },
    /// A label in the middle of a line, so that two values run into each other.
    #[error("line {line} of the reply holds the label `{label}` in the middle of a value")]
    LabelWithinValue {
        /// Where it stands.
        line: usize,
        /// The label as the contract spells it.
        label: &'static str,
    },
    /// Labels in the middle of the body that its head does not have: something unexpected stands between the labels.
    #[error(
        "the label `{label}` at line {line} of the reply comes after other text, so it is not clear what is whose"
    )]
    LabelOutOfPlace {
        /// Where it stands.
        line: usize,
        /// The label as the contract spells it.
        label: &'static str,
    },
    /// A control character that has no place in a text.
    #[error("line {line} of the reply holds the control character U+{code:04X}")]
    ForbiddenCharacter {
        /// Where it stands.
        line: usize,
        /// Its code point.
        code: u32,
    },
}

impl ReplyError {
    /// The cause in kebab-case, for `error.kind` in JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "reply-too-long",
            Self::Empty | Self::Incomplete { .. } | Self::Unlabelled { .. } => "incomplete-reply",
            Self::UnclosedThink { .. } => "unclosed-think",
            Self::MissingLabel { label } if *label == "META_DESCRIPTION" => "no-description",
            Self::MissingLabel { .. } | Self::EmptyTitle { .. } => "no-title",
            Self::EmptyDescription { .. } => "no-description",
            Self::EmptyBody { .. } => "no-body",
            Self::DuplicateLabels { .. } => "repeated-labels",
            Self::LabelWithinValue { .. } => "labels-run-together",
            Self::LabelOutOfPlace { .. } => "labels-out-of-place",
            Self::ForbiddenCharacter { .. } => "control-character",
        }
    }

    /// The line of the reply where the trouble is, counted from 1.
    pub fn line(&self) -> Option<usize> {
        match *self {
            Self::Incomplete { line }
            | Self::Unlabelled { line }
            | Self::UnclosedThink { line, .. }
            | Self::EmptyTitle { line }
            | Self::EmptyDescription { line }
            | Self::EmptyBody { line }
            | Self::DuplicateLabels { line, .. }
            | Self::LabelWithinValue { line, .. }
            | Self::LabelOutOfPlace { line, .. }
            | Self::ForbiddenCharacter { line, .. } => Some(line),
            Self::TooLong { .. } | Self::Empty | Self::MissingLabel { .. } => None,
        }
    }

    /// What the author can do next.
    pub fn help(&self) -> String {
        match self {
            Self::TooLong { .. } => {
                "look at the recorded reply: the model most likely repeated itself; ask again"
            }
            Self::Empty => "ask again, or choose another model",
            Self::Incomplete { .. } => {
                "ask again with a higher limit of output tokens; if the text is whole, add a last line `</EndOFText>` and accept that"
            }
            Self::Unlabelled { .. } => {
                "ask again, perhaps another model, as this one did not answer in the form that the prompt asks for"
            }
            Self::UnclosedThink { .. } => {
                "ask again with a higher limit of output tokens: the model spent them on thinking"
            }
            Self::MissingLabel { .. } | Self::EmptyTitle { .. } | Self::EmptyDescription { .. } => {
                "ask again, or complete the reply in an editor and accept that file"
            }
            Self::EmptyBody { .. } => "ask again: the model sent labels and no post",
            Self::DuplicateLabels { .. } => {
                "keep one of the two versions in an editor and accept that file, or ask again"
            }
            Self::LabelWithinValue { .. } => {
                "put each label on a line of its own in an editor and accept that file, or ask again"
            }
            Self::LabelOutOfPlace { .. } => {
                "put the labels together in an editor and accept that file, or ask again"
            }
            Self::ForbiddenCharacter { .. } => {
                "remove the character in an editor and accept that file, or ask again"
            }
        }
        .to_owned()
    }
}
