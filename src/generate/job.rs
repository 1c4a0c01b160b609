//! One job: its requests, one after the other, until it has a reply that is good enough or there is no use in asking on.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use self::leave::Refused;
use super::backoff::{chance, wait};
use super::driver::{Run, Stop, lock};
use super::limiter::{Ended, Ticket};
use super::pieces::Pieces;
use super::{Answer, Bill, Event, Job, Outcome, Salvage};
use crate::model::http::Came;
use crate::model::{self, FollowUp, ModelError, Payment, Reply};

mod leave;

/// Counters of one job.
#[derive(Clone, Copy)]
struct Spent {
    requests: u32,
    /// Requests for the same piece of the conversation: a follow-up begins a new count.
    tries: u32,
    /// Requests without a usable reply that may have been paid for: they come out of a budget.
    at_risk: u32,
    /// Of these, those of which nothing is recorded.
    possibly_paid: u32,
    bill: Bill,
}

/// What became of a reply.
enum Judged {
    Enough(Box<Outcome>),
    More(FollowUp),
}

/// What to do after a failed request.
enum Next {
    Again(Duration),
    GiveUp(ModelError),
}

/// The cap stopped it.
const OVER_THE_CAP: &str = "max-cost";
/// What to do where a beginning is kept that the next run goes on from.
const GO_ON: &str = "what had come is recorded; run the same command again to go on from it";
/// A reply is there and what it lacks was not asked for.
const NOT_CONTINUED: &str = "not-continued";

impl Run<'_> {
    /// Asks for one job until it has a reply that is good enough, or there is no use in asking again.
    pub(super) async fn job(&self, job: &mut Job) -> Outcome {
        let mut spent = Spent {
            requests: 0,
            tries: 0,
            at_risk: job.possibly_paid,
            possibly_paid: job.possibly_paid,
            bill: Bill::new(),
        };
        let mut last = None;
        loop {
            let leave = match self.leave(job).await {
                Ok(leave) => leave,
                Err(why) => return self.ended(last, spent, why),
            };
            let asked = (self.context.now)();
            let attempt = spent.requests + 1;
            let ledger = self.context.ledger;
            if let Err(cause) = ledger.intent(job.index, attempt, asked) {
                self.purse.give_back(leave.reservation);
                self.let_go(leave.ticket, Ended::Otherwise);
                self.stop(&format!("the request could not be noted on disk: {cause}"));
                return self.ended(last, spent, Refused::Stopped);
            }
            spent.requests += 1;
            spent.tries += 1;
            self.tell(job, Event::Started { attempt });
            let came = self.ask(job, attempt).await;
            self.purse.settle(
                leave.reservation,
                &job.request,
                came.as_ref(),
                &mut spent.bill,
            );
            let usd = self.purse.spent();
            self.tell(job, Event::Spent { usd });
            let error = match came {
                Ok(reply) => {
                    self.let_go(leave.ticket, Ended::Well);
                    match self.answered(job, reply, asked, spent).await {
                        Judged::Enough(outcome) => return *outcome,
                        Judged::More(follow_up) => {
                            job.request.follow_up = Some(follow_up);
                            spent.tries = 0;
                            last = Some(overtaken());
                            continue;
                        }
                    }
                }
                Err(error) => error,
            };
            let Salvage {
                is_recorded,
                follow_up,
            } = ledger.failed(job.index, attempt, asked, &error);
            let goes_on = follow_up.is_some();
            spent.at_risk += u32::from(match error.payment {
                Payment::Free => false,
                Payment::Maybe => true,
                // What was paid for counts where nothing comes of it.
                Payment::Paid => !goes_on,
            });
            spent.possibly_paid += u32::from(error.payment != Payment::Free && !is_recorded);
            if let Some(follow_up) = follow_up {
                job.request.follow_up = Some(follow_up);
                spent.tries = 0;
            }
            match self.next(job, error.clone(), spent, goes_on, leave.ticket) {
                Next::Again(delay) => {
                    if !delay.is_zero() {
                        let reason = error.message.clone();
                        self.tell(job, Event::Waiting { delay, reason });
                    }
                    last = Some(error);
                    if !self.wait_until(Instant::now() + delay).await {
                        return self.ended(last, spent, Refused::Stopped);
                    }
                }
                Next::GiveUp(error) => {
                    if error.stops_run {
                        self.stop(&error.message);
                    } else {
                        self.count_in_row(&error);
                    }
                    return failed(error, spent);
                }
            }
        }
    }

    fn tell(&self, job: &Job, event: Event) {
        self.context.progress.event(job.index, event);
    }

    fn let_go(&self, ticket: Ticket, ended: Ended) {
        lock(&self.limiter).finished(ticket, ended);
        self.freed.notify_waiters();
    }

    async fn ask(&self, job: &Job, attempt: u32) -> Result<Reply, ModelError> {
        let pieces = Pieces::new(self.context.ledger, job.index, attempt);
        let (mut words, mut in_word, mut bytes) = (0_usize, false, 0_usize);
        let mut on_came = |came: Came<'_>| {
            let text = match came {
                Came::Text(text) => text,
                Came::Hints(hints) => {
                    lock(&self.limiter).heard(Instant::now(), hints);
                    return;
                }
            };
            pieces.push(text);
            let before = words;
            bytes += text.len();
            for character in text.chars() {
                let blank = character.is_whitespace();
                words += usize::from(in_word && blank);
                in_word = !blank;
            }
            if words > before {
                self.context
                    .progress
                    .event(job.index, Event::Words { words, bytes });
            }
        };
        let asking = model::ask(
            &self.connection,
            &job.request,
            &self.context.settings.limits,
            self.context.complete,
            &mut on_came,
            &self.cancel,
        );
        let reply = tokio::select! {
            reply = asking => reply,
            never = pieces.flush_in_time() => match never {},
        };
        pieces.flush();
        reply
    }

    async fn answered(&self, job: &Job, reply: Reply, asked: Timestamp, spent: Spent) -> Judged {
        let Spent {
            requests,
            possibly_paid,
            bill,
            ..
        } = spent;
        let answer = Answer {
            reply,
            asked,
            requests,
            possibly_paid,
            bill,
        };
        let judgement = match self.context.ledger.answered(job.index, &answer) {
            Ok(judgement) => judgement,
            Err(cause) => {
                let message = format!("the reply could not be kept: {cause}");
                self.stop(&message);
                let error = ModelError::new("not-recorded", Payment::Paid, message)
                    .with_partial(&answer.reply.text);
                let possibly_paid = possibly_paid + 1;
                return Judged::Enough(Box::new(failed(
                    error,
                    Spent {
                        possibly_paid,
                        ..spent
                    },
                )));
            }
        };
        *lock(&self.row) = ("", 0);
        let more = tokio::select! {
            biased;
            () = self.cancel.cancelled() => None,
            more = judgement => more.ok().flatten(),
        };
        if let Some(follow_up) = more {
            return Judged::More(follow_up);
        }
        self.tell(job, Event::Finished);
        Judged::Enough(Box::new(Outcome::Answered {
            requests,
            possibly_paid,
            bill,
        }))
    }

    /// Whether to ask again, and when. Free failures cost only attempts, others come out of a budget. A cut reply that
    /// can be gone on from is, though its cause would not go away by asking the same again.
    fn next(
        &self,
        job: &Job,
        error: ModelError,
        spent: Spent,
        goes_on: bool,
        ticket: Ticket,
    ) -> Next {
        let settings = self.context.settings;
        let may = (error.retry || goes_on)
            && !self.halt.is_cancelled()
            && spent.tries < settings.max_attempts.min(error.tries)
            && spent.at_risk < settings.max_paid_attempts.max(1);
        if let Some(asked) = error.retry_after.filter(|asked| *asked > settings.max_wait) {
            self.let_go(ticket, Ended::Otherwise);
            return Next::GiveUp(self.try_later(error, asked));
        }
        if may && goes_on && error.payment == Payment::Paid {
            self.let_go(ticket, Ended::Otherwise);
            return Next::Again(Duration::ZERO);
        }
        let chance = chance(self.seed, job.index, spent.requests);
        let first = settings.backoff * if error.kind == "overloaded" { 2 } else { 1 };
        let delay = wait(first, spent.tries.max(1), error.retry_after, chance);
        let ended = if error.pauses_all {
            Ended::TurnedAway(Instant::now() + delay)
        } else {
            Ended::Otherwise
        };
        self.let_go(ticket, ended);
        match (may, goes_on) {
            (true, _) => Next::Again(delay),
            (false, true) => Next::GiveUp(error.help(GO_ON)),
            (false, false) => Next::GiveUp(error),
        }
    }

    fn try_later(&self, error: ModelError, asked: Duration) -> ModelError {
        let seconds = asked.as_secs();
        let when = SignedDuration::try_from(asked)
            .ok()
            .and_then(|asked| (self.context.now)().checked_add(asked).ok())
            .map_or_else(String::new, |at| {
                format!(", until {}", at.strftime("%H:%M UTC"))
            });
        ModelError {
            kind: "try-later",
            message: format!(
                "{} (it asks to wait {seconds} seconds{when})",
                error.message
            ),
            help: Some("run the same command again then; what is recorded is kept".to_owned()),
            retry: false,
            stops_run: true,
            ..error
        }
    }

    /// The outcome of a job for which nothing more may be sent. `last` is what went wrong before, if anything did.
    fn ended(&self, last: Option<ModelError>, spent: Spent, why: Refused) -> Outcome {
        let Stop { kind, cause, help } = match why {
            Refused::TooDear(stop) => stop,
            Refused::Stopped => self.cause(),
        };
        match last {
            Some(error) if error.kind == NOT_CONTINUED => {
                let kind = if kind == OVER_THE_CAP {
                    kind
                } else {
                    error.kind
                };
                let message = format!("{}: {cause}", error.message);
                failed(
                    ModelError {
                        kind,
                        message,
                        help: help.or(error.help),
                        ..error
                    },
                    spent,
                )
            }
            Some(error) => failed(error, spent),
            None => Outcome::NotStarted { kind, cause, help },
        }
    }
}

/// What is said of a job whose reply is recorded and whose follow-up was not sent.
fn overtaken() -> ModelError {
    ModelError::new(
        NOT_CONTINUED,
        Payment::Free,
        "what came is recorded, and the rest of it was not asked for",
    )
    .help("run the same command again")
}

fn failed(error: ModelError, spent: Spent) -> Outcome {
    Outcome::Failed {
        error,
        requests: spent.requests,
        possibly_paid: spent.possibly_paid,
        bill: spent.bill,
    }
}
