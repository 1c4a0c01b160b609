//! What the events of a reply add up to.

use serde_json::Value;

use super::surrogate::Joiner;
use super::{Object, bad, is_something};
use crate::model::{Finish, ModelError, Reply, Usage, classify};

/// What a reply has said so far, in the terms of all protocols.
#[derive(Debug, Default)]
pub(in crate::model) struct Said {
    text: Joiner,
    /// The event at hand holds halves of characters, parked.
    pub(super) mended: bool,
    /// What the model said instead of a reply.
    pub(in crate::model) refusal: String,
    /// It called a tool.
    pub(in crate::model) tools: bool,
    /// Why it ended; the last reason counts.
    pub(in crate::model) finish: Option<Finish>,
    /// What it used; the last count counts.
    pub(in crate::model) usage: Option<Usage>,
    /// Nothing more can come.
    pub(in crate::model) done: bool,
    /// Why the text cannot be trusted, however it ended.
    pub(in crate::model) broken: Option<&'static str>,
    /// How many events only kept the connection alive.
    pub(in crate::model) keep_alives: u64,
}

impl Said {
    /// Adds a piece of text.
    pub(in crate::model) fn say(&mut self, piece: &str) -> Result<(), ModelError> {
        self.text
            .push(piece, self.mended)
            .map_err(|()| bad("the reply holds half a character"))
    }

    /// The text so far.
    pub(in crate::model) fn text(&self) -> &str {
        self.text.text()
    }

    /// The error that an event brings, if it brings one.
    pub(in crate::model) fn check_error(&self, event: &Object) -> Result<(), ModelError> {
        match event.get("error").filter(|it| is_something(it)) {
            Some(error) => Err(self.error(error)),
            None => Ok(()),
        }
    }

    /// An error object that came where text was to come.
    pub(in crate::model) fn error(&self, error: &Value) -> ModelError {
        classify::object(error, self.text().is_empty())
    }

    /// Nothing has come that would be an answer.
    pub(super) fn is_silent(&self) -> bool {
        self.text().is_empty() && self.refusal.is_empty() && !self.tools && self.finish.is_none()
    }

    /// The reply as far as it came.
    pub(super) fn into_reply(self) -> Result<Reply, ModelError> {
        let cut = self.text.is_open();
        let broken = self
            .broken
            .or(cut.then_some("the reply ends inside a character"));
        if let Some(why) = broken {
            return Err(bad(why).with_partial(self.text()));
        }
        let finish = match self.finish {
            _ if !self.refusal.is_empty() => Finish::Refused,
            _ if self.tools => Finish::ToolCalls,
            Some(finish) => finish,
            None => Finish::Missing,
        };
        let text = if self.refusal.is_empty() {
            self.text.into_text()
        } else {
            self.refusal
        };
        Ok(Reply {
            text,
            finish,
            usage: self.usage,
        })
    }
}
