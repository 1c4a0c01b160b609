//! What went wrong between a request and its reply, and what may be done about it.

use std::sync::Arc;
use std::time::Duration;

use super::{Finish, Usage};

/// Whether a failed request may have cost money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payment {
    /// Surely not: nothing was sent, or the server declined.
    Free,
    /// The request was sent and no whole reply came back: it may be billed.
    Maybe,
    /// The reply came to its end, but it is of no use.
    Paid,
}

/// A request that brought no usable reply. The message is fit for a terminal: foreign text in it is escaped and
/// shortened, and the key does not occur in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ModelError {
    /// The cause in kebab-case, such as `rate-limited`.
    pub kind: &'static str,
    /// Whether it may have cost money.
    pub payment: Payment,
    /// What happened.
    pub message: String,
    /// What the author can do next.
    pub help: Option<String>,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
    /// Whether asking again may help.
    pub retry: bool,
    /// At most this many requests for one job where this is the cause.
    pub tries: u32,
    /// Once the job has failed with this, every other job would fail the same way.
    pub stops_run: bool,
    /// The whole service is overloaded or has counted too many requests: all workers should pause.
    pub pauses_all: bool,
    /// Why the reply ended, where it did end.
    pub finish: Option<Finish>,
    /// What it used, where the provider said so.
    pub usage: Option<Usage>,
    /// The text that had come.
    pub partial: Option<String>,
    /// The bytes that had come behind the text, where no text could be read from them. Shared, since errors are copied
    /// about.
    pub raw: Option<Arc<Vec<u8>>>,
}

impl ModelError {
    /// An error that is not worth another try and leaves other jobs alone.
    pub fn new(kind: &'static str, payment: Payment, message: impl Into<String>) -> Self {
        Self {
            kind,
            payment,
            message: message.into(),
            help: None,
            retry_after: None,
            retry: false,
            tries: u32::MAX,
            stops_run: false,
            pauses_all: false,
            finish: None,
            usage: None,
            partial: None,
            raw: None,
        }
    }

    /// Worth another try.
    #[must_use]
    pub fn again(self) -> Self {
        Self {
            retry: true,
            ..self
        }
    }

    /// Stops the whole run.
    #[must_use]
    pub fn for_all(self) -> Self {
        Self {
            stops_run: true,
            ..self
        }
    }

    /// Whether it tells of this one topic, and nothing of the next.
    #[must_use]
    pub fn is_of_the_topic(&self) -> bool {
        match self.kind {
            "refused" | "filtered" | "prompt-too-long" => true,
            // At the limit of output tokens; one that broke off is never surely paid.
            "cut-reply" => self.payment == Payment::Paid,
            _ => false,
        }
    }

    /// With a next step for the author.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }

    /// With the text that had come, unless that is blank.
    #[must_use]
    pub fn with_partial(mut self, text: &str) -> Self {
        if !text.trim().is_empty() {
            self.partial = Some(text.to_owned());
        }
        self
    }
}
