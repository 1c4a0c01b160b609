//! The one concurrent place: bounded jobs, retries, rates, and what was paid. Async stops here.
//!
//! ```text
//! jobs ─► queue ─► worker ×N ─► limiter, purse ─► intent ─► ask ─┬► answered (on disk first) ─► Outcome::Answered
//!                     ▲                                       │    └► not good enough: a follow-up ─► ask …
//!                     │                                       └► failed ─► again, or go on from it? ─► wait ──► …
//!                     └────────── stop: signal, a cause that hits every job, three alike ─────► Outcome::NotStarted
//! ```
//!
//! What makes a reply good enough is not known here: the [`Ledger`] says what else to ask, and how often.
//!
//! A request that surely was not paid for is repeated up to `max_attempts`; one that may have been, only while fewer
//! than `max_paid_attempts` of a job may have been paid. Three jobs in a row that fail alike stop the run, unless the
//! cause is their topic, so that a server that cuts every reply is not paid for each post.

use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use crate::model::{Choice, FollowUp, Limits, ModelError, ModelFacts, Reply, Request, Usage, Usd};

mod backoff;
mod driver;
mod job;
mod limiter;
mod pieces;
mod purse;
mod signals;

pub use driver::{models_of, run, that_answer};
pub use signals::Signal;

/// One thing to ask.
#[derive(Clone, Debug)]
pub struct Job {
    /// The caller's number for it; every call of [`Ledger`] and [`Progress`] names it.
    pub index: usize,
    /// What to ask.
    pub request: Request,
    /// Requests of earlier runs for it that may have been paid for in vain; they count against `max_paid_attempts`.
    pub possibly_paid: u32,
}

/// A reply that came to its end, and what it took.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The reply.
    pub reply: Reply,
    /// When the request that brought it was sent.
    pub asked: Timestamp,
    /// Requests sent for this job, this one included.
    pub requests: u32,
    /// Of the earlier ones of which nothing is recorded, how many may have been paid for.
    pub possibly_paid: u32,
    /// What they took together.
    pub bill: Bill,
}

/// Tokens and money of the requests of a job that brought something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bill {
    /// Tokens of all of them together.
    pub usage: Usage,
    /// What they cost; `None` where the price is not known.
    pub cost: Option<Usd>,
    /// Whether some of it is our estimate and not the provider's count.
    pub estimated: bool,
}

impl Bill {
    /// A bill with nothing on it.
    pub fn new() -> Self {
        Self {
            cost: Some(Usd::ZERO),
            ..Self::default()
        }
    }

    /// Adds a request that used this and cost this.
    pub fn add(&mut self, usage: &Usage, cost: Option<Usd>, estimated: bool) {
        let Usage {
            input,
            cached,
            output,
            reasoning,
            is_running: _,
        } = usage;
        self.usage.input += input;
        self.usage.cached += cached;
        self.usage.output += output;
        self.usage.reasoning += reasoning;
        self.cost = self.cost.zip(cost).map(|(before, cost)| before + cost);
        self.estimated |= estimated;
    }
}

/// What became of a job.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The ledger has the reply.
    Answered {
        /// Requests sent.
        requests: u32,
        /// Of those of which nothing is recorded, how many may have been paid for.
        possibly_paid: u32,
        /// What they took together.
        bill: Bill,
    },
    /// No usable reply.
    Failed {
        /// The last thing that went wrong.
        error: ModelError,
        /// Requests sent.
        requests: u32,
        /// Of those of which nothing is recorded, how many may have been paid for.
        possibly_paid: u32,
        /// What those took together that brought something.
        bill: Bill,
    },
    /// Nothing was sent, because the run stopped first.
    NotStarted {
        /// The cause in kebab-case: `not-asked`, or `max-cost` where the cap stopped it.
        kind: &'static str,
        /// Why it stopped.
        cause: String,
        /// What would let it go on, where running the command again alone would not.
        help: Option<String>,
    },
}

/// Where the run leaves its traces before anything else looks at them. Calls come from one thread at a time.
pub trait Ledger: Sync {
    /// Request number `attempt` (from 1) of a job is about to be sent. An error stops the run before it costs anything.
    fn intent(&self, job: usize, attempt: u32, asked: Timestamp) -> Result<(), String>;

    /// Text of a reply came: what is new since the last call for this request, some 4 KiB or two seconds later at most.
    /// It need not be synced, and there is no error: whether the text is safe counts when the request has ended.
    fn partial(&self, job: usize, attempt: u32, piece: &str);

    /// A reply came. It has to be safe on disk when this returns; an error stops the run. Whether it is good enough, the
    /// [`Judgement`] says later.
    fn answered(&self, job: usize, answer: &Answer) -> Result<Judgement, String>;

    /// A request brought no usable reply. The text that had come is inside the error, and all of it was given to
    /// [`Ledger::partial`] before.
    fn failed(&self, job: usize, attempt: u32, asked: Timestamp, error: &ModelError) -> Salvage;
}

/// What could be kept of a request that brought no usable reply.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvage {
    /// What came is recorded like a reply: nothing of it can have been paid for in vain.
    pub is_recorded: bool,
    /// What to ask next to go on from it.
    pub follow_up: Option<FollowUp>,
}

/// Where the word on a recorded reply will come from: what else to ask for this job, or nothing. A sender that is
/// dropped says nothing as well.
pub type Judgement = oneshot::Receiver<Option<FollowUp>>;

/// Who watches the run.
pub trait Progress: Sync {
    /// Something happened to a job.
    fn event(&self, job: usize, event: Event);
}

/// What happens to a job.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Request number `attempt` (from 1) is being sent.
    Started {
        /// The number of the request.
        attempt: u32,
    },
    /// More of the reply has come. The numbers are those of the request under way; each request begins with none.
    Words {
        /// Words so far.
        words: usize,
        /// Bytes of text so far.
        bytes: usize,
    },
    /// A reply was cut, and the next request asks for the rest.
    Continuing {
        /// Which continuation of the reply it is, from 1.
        round: u32,
    },
    /// A reply cannot be used as it is, and the next request asks for a better one.
    Repairing,
    /// A request is settled.
    Spent {
        /// What the run has cost so far, in US dollars; `None` where the price is not known.
        usd: Option<f64>,
    },
    /// The job waits.
    Waiting {
        /// For how long.
        delay: Duration,
        /// For what.
        reason: String,
    },
    /// The reply is recorded.
    Finished,
    /// The job has no reply.
    Failed {
        /// The error's kind.
        kind: &'static str,
    },
}

/// How hard to try, and how fast.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Requests at a time.
    pub jobs: usize,
    /// Most requests for one job.
    pub max_attempts: u32,
    /// Most requests of one job that may have been paid for.
    pub max_paid_attempts: u32,
    /// The longest wait that a server may ask for; beyond it the run stops cleanly.
    pub max_wait: Duration,
    /// Requests of the whole run, beyond which it stops: more than this need somebody's yes.
    pub most_requests: Option<u32>,
    /// Requests a minute over all jobs.
    pub requests_per_minute: Option<u32>,
    /// Tokens a minute over all jobs: prompt by estimate, and the most that the reply may have.
    pub tokens_per_minute: Option<u32>,
    /// The first wait before a request is repeated; it doubles each time, up to 60 times itself.
    pub backoff: Duration,
    /// Time limits of one request.
    pub limits: Limits,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            jobs: 4,
            max_attempts: 5,
            max_paid_attempts: 2,
            max_wait: Duration::from_mins(2),
            most_requests: None,
            requests_per_minute: None,
            tokens_per_minute: None,
            backoff: Duration::from_millis(500),
            limits: Limits::default(),
        }
    }
}

/// What a run stands on.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Whom to ask.
    pub choice: &'a Choice,
    /// What is known of the model: its price above all.
    pub facts: ModelFacts,
    /// What the run may cost at most. Needs the price, and a limit of output tokens in every request.
    pub cap: Option<Usd>,
    /// How hard and how fast.
    pub settings: &'a Settings,
    /// Where replies go.
    pub ledger: &'a dyn Ledger,
    /// Who watches.
    pub progress: &'a dyn Progress,
    /// Whether a text proves by its end marker that it is whole.
    pub complete: &'a (dyn Fn(&str) -> bool + Sync),
    /// The clock that stamps requests.
    pub now: &'a (dyn Fn() -> Timestamp + Sync),
    /// Cancelled from outside, it acts like a first Ctrl-C. Signals are handled besides.
    pub interrupt: &'a CancellationToken,
}

/// What became of a run.
#[derive(Clone, Debug)]
pub struct Finished {
    /// One outcome a job, in the order of the jobs.
    pub outcomes: Vec<Outcome>,
    /// The signal that ended it early.
    pub signal: Option<Signal>,
    /// Why no further jobs were started, if that was so.
    pub stopped: Option<String>,
}
