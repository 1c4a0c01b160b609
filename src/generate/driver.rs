//! Workers take jobs from a queue until it is empty or the run stops.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use reqwest::Client;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::backoff::{chance, wait};
use super::pace::Pace;
use super::pieces::Pieces;
use super::signals::{Signal, Signals};
use super::{Answer, Context, Event, Finished, Job, Outcome};
use crate::model::http::{self, Came};
use crate::model::{self, Choice, FollowUp, ModelError, Payment, Reply};

/// So many jobs in a row that fail alike stop the run: the fourth would as well, and may cost as much.
const SAME_FAILURES: u32 = 3;

/// Asks for all jobs, blocking until each has its outcome. Makes its own runtime, on this thread.
///
/// The first Ctrl-C or SIGTERM starts nothing new, gives up requests in flight (what had come of them goes to the
/// ledger) and returns; a second one returns without waiting even for that.
pub fn run(jobs: Vec<Job>, context: &Context<'_>) -> Finished {
    let prepared = runtime().and_then(|runtime| {
        let client = http::client(&context.choice.endpoint, &context.settings.limits)
            .map_err(|error| error.message)?;
        Ok((runtime, client))
    });
    match prepared {
        Ok((runtime, client)) => {
            let finished = runtime.block_on(drive(jobs, context, client));
            runtime.shutdown_background();
            finished
        }
        Err(cause) => Finished {
            outcomes: vec![
                Outcome::NotStarted {
                    cause: cause.clone()
                };
                jobs.len()
            ],
            signal: None,
            stopped: Some(cause),
        },
    }
}

/// The model servers that answer on this machine, each with its first model. Takes a third of a second at most.
pub fn local_servers() -> Vec<Choice> {
    runtime().map_or_else(
        |_| Vec::new(),
        |runtime| runtime.block_on(model::probe_local()),
    )
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime for requests can be made: {error}"))
}

async fn drive(jobs: Vec<Job>, context: &Context<'_>, client: Client) -> Finished {
    let count = jobs.len();
    let run = Run {
        requests: AtomicU32::new(0),
        context,
        client,
        queue: Mutex::new(jobs.into_iter().enumerate().collect()),
        outcomes: Mutex::new(vec![None; count]),
        pace: Mutex::new(Pace::new(
            context.settings.requests_per_minute,
            context.settings.tokens_per_minute,
        )),
        pause: Mutex::new(None),
        stopped: Mutex::new(None),
        row: Mutex::default(),
        halt: CancellationToken::new(),
        cancel: context.interrupt.child_token(),
        seed: u64::from_ne_bytes(
            i64::try_from((context.now)().as_nanosecond() % i128::from(i64::MAX))
                .unwrap_or_default()
                .to_ne_bytes(),
        ),
    };
    let workers = join_all((0..context.settings.jobs.max(1)).map(|_| run.work()));
    let signal = listen(&run, workers).await;
    run.finished(signal)
}

/// Runs the workers to their end, or to a second signal.
async fn listen(run: &Run<'_>, workers: impl Future<Output = Vec<()>>) -> Option<Signal> {
    tokio::pin!(workers);
    let mut signals = Signals::listen().ok();
    let mut heard = None;
    let mut outside = false;
    loop {
        let next = async {
            match &mut signals {
                Some(signals) => signals.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            signal = next => {
                if heard.is_some() {
                    return heard;
                }
                heard = Some(signal);
                run.stop("interrupted");
                run.cancel.cancel();
            }
            () = run.context.interrupt.cancelled(), if !outside => {
                outside = true;
                run.stop("interrupted");
            }
            _ = &mut workers => return heard,
        }
    }
}

/// What all workers share.
struct Run<'a> {
    context: &'a Context<'a>,
    client: Client,
    queue: Mutex<VecDeque<(usize, Job)>>,
    outcomes: Mutex<Vec<Option<Outcome>>>,
    pace: Mutex<Pace>,
    /// Nobody asks before this.
    pause: Mutex<Option<Instant>>,
    stopped: Mutex<Option<String>>,
    /// The kind of the latest failure, and how many jobs in a row ended with it.
    row: Mutex<(&'static str, u32)>,
    /// Requests that were made.
    requests: AtomicU32,
    /// No new requests.
    halt: CancellationToken,
    /// No requests at all.
    cancel: CancellationToken,
    seed: u64,
}

/// Counters of one job.
#[derive(Clone, Copy, Default)]
struct Spent {
    requests: u32,
    /// Requests for the same piece of the conversation: a follow-up begins a new count.
    tries: u32,
    possibly_paid: u32,
}

/// What became of a reply.
enum Judged {
    Enough(Outcome),
    More(FollowUp),
}

/// What to do after a failed request.
enum Next {
    Again(Duration),
    GiveUp(ModelError),
}

impl Run<'_> {
    async fn work(&self) {
        loop {
            let next = lock(&self.queue).pop_front();
            let Some((place, mut job)) = next else { return };
            let outcome = self.job(&mut job).await;
            if let Outcome::Failed { error, .. } = &outcome {
                let kind = error.kind;
                self.context
                    .progress
                    .event(job.index, Event::Failed { kind });
            }
            if let Some(slot) = lock(&self.outcomes).get_mut(place) {
                *slot = Some(outcome);
            }
        }
    }

    /// Asks for one job until it has a reply that is good enough, or there is no use in asking again.
    async fn job(&self, job: &mut Job) -> Outcome {
        let mut spent = Spent {
            possibly_paid: job.possibly_paid,
            ..Spent::default()
        };
        let mut last = None;
        loop {
            if !self.turn(job).await || !self.may_request() {
                return self.ended(last, spent);
            }
            let asked = (self.context.now)();
            spent.requests += 1;
            spent.tries += 1;
            let ledger = self.context.ledger;
            if let Err(cause) = ledger.intent(job.index, spent.requests, asked) {
                spent.requests -= 1;
                self.stop(&format!("the request could not be noted on disk: {cause}"));
                return self.ended(last, spent);
            }
            let attempt = spent.requests;
            self.context
                .progress
                .event(job.index, Event::Started { attempt });
            let error = match self.ask(job, attempt).await {
                Ok(reply) => match self.answered(job, reply, asked, spent).await {
                    Judged::Enough(outcome) => return outcome,
                    Judged::More(follow_up) => {
                        job.request.follow_up = Some(follow_up);
                        spent.tries = 0;
                        last = Some(overtaken());
                        continue;
                    }
                },
                Err(error) => error,
            };
            let follow_up = ledger.failed(job.index, attempt, asked, &error);
            spent.possibly_paid += u32::from(match error.payment {
                Payment::Free => false,
                Payment::Maybe => true,
                // What was paid for counts where nothing comes of it.
                Payment::Paid => follow_up.is_none(),
            });
            let goes_on = follow_up.is_some();
            if let Some(follow_up) = follow_up {
                job.request.follow_up = Some(follow_up);
                spent.tries = 0;
            }
            match self.next(job, error.clone(), spent, goes_on) {
                Next::Again(delay) => {
                    let reason = error.message.clone();
                    self.context
                        .progress
                        .event(job.index, Event::Waiting { delay, reason });
                    last = Some(error);
                    if !self.wait_until(Instant::now() + delay).await {
                        return self.ended(last, spent);
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

    /// Counts a request, and stops the run where it would be one more than was agreed to.
    fn may_request(&self) -> bool {
        let Some(most) = self.context.settings.most_requests else {
            return true;
        };
        let is_within = self.requests.fetch_add(1, Ordering::SeqCst) < most;
        if !is_within {
            self.stop(&format!(
                "{most} requests were made, and more need a yes (--yes)"
            ));
        }
        is_within
    }

    async fn ask(&self, job: &Job, attempt: u32) -> Result<Reply, ModelError> {
        let pieces = Pieces::new(self.context.ledger, job.index, attempt);
        let (mut words, mut in_word, mut bytes) = (0_usize, false, 0_usize);
        let mut on_came = |came: Came<'_>| {
            let Came::Text(text) = came else { return };
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
        let asking = http::ask(
            &self.client,
            &self.context.choice.endpoint,
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
            ..
        } = spent;
        let answer = Answer {
            reply,
            asked,
            requests,
            possibly_paid,
        };
        let judgement = match self.context.ledger.answered(job.index, &answer) {
            Ok(judgement) => judgement,
            Err(cause) => {
                let message = format!("the reply could not be kept: {cause}");
                self.stop(&message);
                let error = ModelError::new("not-recorded", Payment::Paid, message)
                    .with_partial(&answer.reply.text);
                let possibly_paid = possibly_paid + 1;
                return Judged::Enough(failed(
                    error,
                    Spent {
                        possibly_paid,
                        ..spent
                    },
                ));
            }
        };
        *lock(&self.row) = ("", 0);
        self.context.progress.event(job.index, Event::Finished);
        let more = tokio::select! {
            biased;
            () = self.cancel.cancelled() => None,
            more = judgement => more.ok().flatten(),
        };
        match more {
            Some(follow_up) => Judged::More(follow_up),
            None => Judged::Enough(Outcome::Answered {
                requests,
                possibly_paid,
            }),
        }
    }

    /// Whether to ask again, and when. Free failures cost only attempts, others come out of a budget. A cut reply that
    /// can be gone on from is, though its cause would not go away by asking the same again.
    fn next(&self, job: &Job, error: ModelError, spent: Spent, goes_on: bool) -> Next {
        let settings = self.context.settings;
        let may = (error.retry || goes_on)
            && !self.halt.is_cancelled()
            && spent.tries < settings.max_attempts.min(error.tries)
            && spent.possibly_paid < settings.max_paid_attempts.max(1);
        if let Some(asked) = error.retry_after.filter(|asked| *asked > settings.max_wait) {
            return Next::GiveUp(self.try_later(error, asked));
        }
        if may && goes_on && error.payment == Payment::Paid {
            return Next::Again(Duration::ZERO);
        }
        let chance = chance(self.seed, job.index, spent.requests);
        let first = settings.backoff * if error.kind == "overloaded" { 2 } else { 1 };
        let delay = wait(first, spent.tries.max(1), error.retry_after, chance);
        if error.pauses_all {
            let until = Instant::now() + delay;
            let mut pause = lock(&self.pause);
            *pause = Some(pause.map_or(until, |earlier| earlier.max(until)));
        }
        if may {
            Next::Again(delay)
        } else {
            Next::GiveUp(error)
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

    /// Waits for a shared pause to end and for the pace. False when nothing more may be sent.
    async fn turn(&self, job: &Job) -> bool {
        if self.halt.is_cancelled() {
            return false;
        }
        let request = &job.request;
        let tokens =
            request.estimated_input_tokens() + u64::from(request.max_output_tokens.unwrap_or(0));
        let start = lock(&self.pace).reserve(Instant::now(), tokens);
        let now = Instant::now();
        if start > now {
            let reason = "the limit of requests or tokens a minute".to_owned();
            let delay = start - now;
            self.context
                .progress
                .event(job.index, Event::Waiting { delay, reason });
        }
        if !self.wait_until(start).await {
            return false;
        }
        loop {
            let pause = lock(&self.pause).filter(|until| *until > Instant::now());
            let Some(until) = pause else {
                return !self.halt.is_cancelled();
            };
            if !self.wait_until(until).await {
                return false;
            }
        }
    }

    /// False when the run stopped before.
    async fn wait_until(&self, at: Instant) -> bool {
        tokio::select! {
            biased;
            () = self.halt.cancelled() => false,
            () = sleep_until(at) => true,
        }
    }

    /// Lets no new request begin. The first cause is the one that is told.
    fn stop(&self, cause: &str) {
        lock(&self.stopped).get_or_insert_with(|| cause.to_owned());
        self.halt.cancel();
    }

    /// Stops a run whose jobs all fail alike. What is due to a topic says nothing of the others, for good or ill.
    fn count_in_row(&self, error: &ModelError) {
        if error.is_of_the_topic() {
            return;
        }
        let mut row = lock(&self.row);
        let before = if row.0 == error.kind { row.1 } else { 0 };
        *row = (error.kind, before + 1);
        if row.1 == SAME_FAILURES {
            let message = &error.message;
            self.stop(&format!(
                "{SAME_FAILURES} posts in a row failed alike; of the last one: {message}"
            ));
        }
    }

    /// The outcome of a job that the end of the run overtook.
    fn ended(&self, last: Option<ModelError>, spent: Spent) -> Outcome {
        match last {
            Some(error) => failed(error, spent),
            None => Outcome::NotStarted {
                cause: self.cause(),
            },
        }
    }

    fn cause(&self) -> String {
        lock(&self.stopped)
            .clone()
            .unwrap_or_else(|| "interrupted".to_owned())
    }

    fn finished(&self, signal: Option<Signal>) -> Finished {
        let outcomes = std::mem::take(&mut *lock(&self.outcomes));
        let outcomes = outcomes
            .into_iter()
            .map(|outcome| {
                outcome.unwrap_or_else(|| Outcome::NotStarted {
                    cause: self.cause(),
                })
            })
            .collect();
        let stopped = lock(&self.stopped).clone();
        Finished {
            outcomes,
            signal,
            stopped,
        }
    }
}

/// What is said of a job whose reply is recorded and whose follow-up the end of the run overtook.
fn overtaken() -> ModelError {
    ModelError::new(
        "not-continued",
        Payment::Free,
        "the run stopped before the reply was gone on from; what came is recorded",
    )
    .help("run the same command again")
}

fn failed(error: ModelError, spent: Spent) -> Outcome {
    Outcome::Failed {
        error,
        requests: spent.requests,
        possibly_paid: spent.possibly_paid,
    }
}

/// A poisoned lock only says that another thread panicked; the values in these stay sound.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
