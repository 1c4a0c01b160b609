//! Workers take jobs from a queue until it is empty or the run stops.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use futures_util::future::join_all;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use super::limiter::{Bounds, Limiter};
use super::purse::Purse;
use super::signals::{Signal, Signals};
use super::{Context, Event, Finished, Job, Outcome};
use crate::model::{Connection, Found, ModelError, Server, local};

/// So many jobs in a row that fail alike stop the run: the fourth would as well, and may cost as much.
const SAME_FAILURES: u32 = 3;

/// Asks for all jobs, blocking until each has its outcome. Makes its own runtime, on this thread.
///
/// The first Ctrl-C or SIGTERM starts nothing new, gives up requests in flight (what had come of them goes to the
/// ledger) and returns; a second one returns without waiting even for that.
pub fn run(jobs: Vec<Job>, context: &Context<'_>) -> Finished {
    let prepared = runtime().and_then(|runtime| {
        let connection = Connection::open(&context.choice.endpoint, &context.settings.limits)
            .map_err(|error| error.message)?;
        Ok((runtime, connection))
    });
    match prepared {
        Ok((runtime, connection)) => {
            let finished = runtime.block_on(drive(jobs, context, connection));
            runtime.shutdown_background();
            finished
        }
        Err(cause) => Finished {
            outcomes: vec![
                Outcome::NotStarted {
                    kind: "not-asked",
                    cause: cause.clone(),
                    help: None,
                };
                jobs.len()
            ],
            signal: None,
            stopped: Some(cause),
        },
    }
}

/// Those of some model servers that are on this machine and answer, with their models. Takes a third of a second at most.
pub fn that_answer(servers: Vec<Server>) -> Vec<Found> {
    runtime().map_or_else(
        |_| Vec::new(),
        |runtime| runtime.block_on(local::probe(servers)),
    )
}

/// The same for one server; nothing where it is not on this machine, or does not answer.
pub fn models_of(server: Server) -> Option<Found> {
    let runtime = runtime().ok()?;
    runtime.block_on(local::probe([server])).pop()
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime for requests can be made: {error}"))
}

async fn drive(jobs: Vec<Job>, context: &Context<'_>, connection: Connection<'_>) -> Finished {
    let count = jobs.len();
    let run = Run {
        requests: AtomicU32::new(0),
        context,
        connection,
        queue: Mutex::new(jobs.into_iter().enumerate().collect()),
        outcomes: Mutex::new(vec![None; count]),
        limiter: Mutex::new(Limiter::new(Bounds {
            jobs: context.settings.jobs,
            requests_per_minute: context.settings.requests_per_minute,
            tokens_per_minute: context.settings.tokens_per_minute,
            max_wait: context.settings.max_wait,
        })),
        freed: Notify::new(),
        purse: Purse::new(context.facts, context.cap),
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

/// Why no new request may begin.
#[derive(Clone, Debug)]
pub(super) struct Stop {
    /// In kebab-case.
    pub(super) kind: &'static str,
    pub(super) cause: String,
    /// What would let the rest go on, where running again alone would not.
    pub(super) help: Option<String>,
}

/// What all workers share.
pub(super) struct Run<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) connection: Connection<'a>,
    queue: Mutex<VecDeque<(usize, Job)>>,
    outcomes: Mutex<Vec<Option<Outcome>>>,
    pub(super) limiter: Mutex<Limiter>,
    /// A request has ended, so that another one may find a slot.
    pub(super) freed: Notify,
    pub(super) purse: Purse,
    stopped: Mutex<Option<Stop>>,
    /// The kind of the latest failure, and how many jobs in a row ended with it.
    pub(super) row: Mutex<(&'static str, u32)>,
    /// Requests that were made.
    requests: AtomicU32,
    /// No new requests.
    pub(super) halt: CancellationToken,
    /// No requests at all.
    pub(super) cancel: CancellationToken,
    pub(super) seed: u64,
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

    /// Counts a request, and stops the run where it would be one more than was agreed to.
    pub(super) fn may_request(&self) -> bool {
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

    /// False when the run stopped before.
    pub(super) async fn wait_until(&self, at: Instant) -> bool {
        tokio::select! {
            biased;
            () = self.halt.cancelled() => false,
            () = sleep_until(at) => true,
        }
    }

    /// Lets no new request begin. The first cause is the one that is told.
    pub(super) fn stop(&self, cause: &str) {
        self.stop_because(Stop {
            kind: "not-asked",
            cause: cause.to_owned(),
            help: None,
        });
    }

    pub(super) fn stop_because(&self, stop: Stop) {
        lock(&self.stopped).get_or_insert(stop);
        self.halt.cancel();
    }

    /// Stops a run whose jobs all fail alike. What is due to a topic says nothing of the others, for good or ill.
    pub(super) fn count_in_row(&self, error: &ModelError) {
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

    /// The outcome of a job for which nothing was sent.
    fn not_started(&self) -> Outcome {
        let Stop { kind, cause, help } = self.cause();
        Outcome::NotStarted { kind, cause, help }
    }

    /// Why the run stopped.
    pub(super) fn cause(&self) -> Stop {
        let stopped = lock(&self.stopped).clone();
        stopped.unwrap_or_else(|| Stop {
            kind: "not-asked",
            cause: "interrupted".to_owned(),
            help: None,
        })
    }

    fn finished(&self, signal: Option<Signal>) -> Finished {
        let outcomes = std::mem::take(&mut *lock(&self.outcomes));
        let outcomes = outcomes
            .into_iter()
            .map(|outcome| outcome.unwrap_or_else(|| self.not_started()))
            .collect();
        let stopped = lock(&self.stopped).clone();
        Finished {
            outcomes,
            signal,
            stopped: stopped.map(|stop| stop.cause),
        }
    }
}

/// A poisoned lock only says that another thread panicked; the values in these stay sound.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
