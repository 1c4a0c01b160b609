//! What is told of a stub once nothing more is asked for it.

use super::answered::Answered;
use super::{Asking, name};
use crate::generate::{Bill, Outcome, Signal};
use crate::model::Choice;
use crate::record::Record;
use crate::report::Trouble;
use crate::stub::Stub;

impl Asking {
    pub(super) fn answered(
        &self,
        index: usize,
        choice: &Choice,
        record: Option<Record>,
        trouble: Option<Trouble>,
        (requests, possibly_paid, bill): (u32, u32, Bill),
    ) -> Answered {
        Answered {
            index,
            record,
            trouble,
            requests,
            possibly_paid,
            bill,
            foreseen: self.foreseen(index),
            model: name(choice),
            waits: false,
        }
    }

    pub(super) fn without_reply(
        &self,
        index: usize,
        stub: &Stub,
        choice: &Choice,
        outcome: &Outcome,
        signal: Option<Signal>,
    ) -> Answered {
        match outcome {
            Outcome::Answered {
                requests,
                possibly_paid,
                bill,
            } => {
                let trouble = Trouble::new(
                    "not-continued",
                    "the run ended before the reply was made a post of; it is recorded",
                    "run the same command again",
                );
                self.answered(
                    index,
                    choice,
                    None,
                    Some(trouble),
                    (*requests, *possibly_paid, *bill),
                )
            }
            Outcome::Failed {
                error,
                requests,
                possibly_paid,
                bill,
            } => {
                let trouble = Trouble {
                    kind: error.kind.to_owned(),
                    message: error.message.clone(),
                    help: error.help.clone(),
                };
                self.answered(
                    index,
                    choice,
                    None,
                    Some(trouble),
                    (*requests, *possibly_paid, *bill),
                )
            }
            Outcome::NotStarted { kind, cause, help } => {
                let trouble = Trouble::new(
                    *kind,
                    format!("nothing was asked: {cause}"),
                    help.as_deref()
                        .unwrap_or("run the command again for the rest"),
                );
                let answered = self.answered(
                    index,
                    choice,
                    None,
                    Some(trouble),
                    (0, self.earlier(stub), Bill::new()),
                );
                Answered {
                    waits: signal.is_some(),
                    ..answered
                }
            }
        }
    }
}
