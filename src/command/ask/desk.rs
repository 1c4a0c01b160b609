//! Where the driver of a run reports to: replies and intents go to the disk, the rest to the thread that prints.

use std::collections::HashMap;
use std::sync::mpsc::Sender;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::choose::name;
use super::need::Need;
use super::tokens;
use crate::disk::Room;
use crate::generate::{Answer, Bill, Event, Judgement, Ledger, Progress, Salvage};
use crate::model::{Choice, Finish, FollowUp, ModelError, Payment};
use crate::prompt::Prompt;
use crate::record::{Entry, Intent, Link, Record, Store};
use crate::reply;
use crate::site::SitePath;
use crate::stub::Stub;
use crate::text::escape;

mod keep;

/// What the driver tells the thread that prints and publishes.
pub(super) enum Message {
    /// Something happened to a job.
    Event(usize, Event),
    /// A line for the author.
    Note(String),
    /// A reply is on the disk.
    Recorded(Box<Arrival>),
    /// Nothing more comes.
    Done,
}

/// A reply that is on the disk.
pub(super) struct Arrival {
    pub(super) job: usize,
    pub(super) record: Record,
    /// Requests made for the job so far.
    pub(super) requests: u32,
    /// Of these and of earlier runs', how many may have been paid for in vain.
    pub(super) possibly_paid: u32,
    /// What they took together.
    pub(super) bill: Bill,
    /// Where to say what else to ask for.
    pub(super) judge: oneshot::Sender<Option<FollowUp>>,
}

/// Where the driver reports to: replies go to the disk, the rest to the thread that prints.
pub(super) struct Desk<'a> {
    pub(super) store: &'a Store,
    pub(super) asked: &'a [&'a Stub],
    pub(super) prompts: &'a [Prompt],
    /// The pages that each prompt offers as targets of links.
    pub(super) offered: &'a [Vec<SitePath>],
    pub(super) choice: &'a Choice,
    pub(super) first: Vec<u32>,
    pub(super) sender: Sender<Message>,
    /// Text that came and could not be written yet, by job.
    pub(super) unwritten: Mutex<HashMap<usize, String>>,
    /// Room on the disk for the replies that are being asked for, by job.
    pub(super) rooms: Mutex<HashMap<usize, Room>>,
    /// How the replies that jobs are asking for now hang together with earlier ones, by job.
    pub(super) links: Mutex<HashMap<usize, Link>>,
    /// What the next requests of jobs are for. Told when they are sent: the run may end before.
    pub(super) to_come: Mutex<HashMap<usize, Event>>,
    /// What jobs have from an earlier run, which may have allowed longer replies: its bytes, and from how many replies it
    /// was put together.
    pub(super) begun: Mutex<HashMap<usize, (u64, u32)>>,
}

/// Says that no more messages come, when it goes.
pub(super) struct Closing<'a>(pub(super) &'a Desk<'a>);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.tell(Message::Done);
    }
}

impl Desk<'_> {
    fn tell(&self, message: Message) {
        // Nobody listens any more only when the run is over.
        let _ = self.sender.send(message);
    }

    fn attempt(&self, job: usize, attempt: u32) -> u32 {
        self.first[job].saturating_add(attempt).saturating_sub(1)
    }

    fn unwritten(&self) -> MutexGuard<'_, HashMap<usize, String>> {
        lock(&self.unwritten)
    }

    fn link(&self, job: usize) -> Option<Link> {
        lock(&self.links).get(&job).cloned()
    }

    /// Asks first for what a reply of an earlier run needs.
    pub(super) fn begin(&self, job: usize, record: &Record, need: &Need) -> FollowUp {
        let (follow_up, _) = need.follow_up(record);
        let bytes = follow_up.reply.len() as u64;
        lock(&self.begun).insert(job, (bytes, follow_up.replies));
        self.follow(job, record, need)
    }

    /// Asks next for what a recorded reply needs.
    pub(super) fn follow(&self, job: usize, record: &Record, need: &Need) -> FollowUp {
        let (mut follow_up, link) = need.follow_up(record);
        if let Some((bytes, replies)) = lock(&self.begun).get(&job) {
            follow_up.earlier_bytes = *bytes;
            follow_up.replies = follow_up.replies.saturating_sub(*replies);
        }
        lock(&self.links).insert(job, link);
        let event = need
            .round(record)
            .map_or(Event::Repairing, |round| Event::Continuing { round });
        lock(&self.to_come).insert(job, event);
        follow_up
    }
}

impl Ledger for Desk<'_> {
    fn intent(&self, job: usize, attempt: u32, asked: jiff::Timestamp) -> Result<(), String> {
        let stub = self.asked[job];
        let intent = Intent {
            key: stub.key.clone(),
            attempt: self.attempt(job, attempt),
            path: stub.path.clone(),
            model: name(self.choice),
            asked,
            link: self.link(job),
            offered: self.offered[job].clone(),
        };
        let noted = self
            .store
            .reserve(&intent.key, intent.attempt)
            .and_then(|room| self.store.intent(&intent).map(|()| room));
        match noted {
            Ok(room) => {
                lock(&self.rooms).insert(job, room);
            }
            Err(error) => {
                // Nothing was asked, so nothing is to be told of it later.
                let _ = self.store.forget(&intent.key, intent.attempt);
                return Err(error.to_string());
            }
        }
        if let Some(event) = lock(&self.to_come).remove(&job) {
            self.event(job, event);
        }
        Ok(())
    }

    fn partial(&self, job: usize, attempt: u32, piece: &str) {
        let key = &self.asked[job].key;
        let mut unwritten = self.unwritten();
        let text = unwritten.entry(job).or_default();
        text.push_str(piece);
        // What cannot be written now is written with the next piece; `failed` tells if there was none.
        let attempt = self.attempt(job, attempt);
        if self.store.partial(key, attempt, text.as_bytes()).is_ok() {
            text.clear();
        }
    }

    fn answered(&self, job: usize, answer: &Answer) -> Result<Judgement, String> {
        let reply = &answer.reply;
        let record = self.new_record(
            job,
            answer.asked,
            &reply.text,
            reply.finish.as_str(),
            reply.usage,
        );
        let name = self
            .keep(job, &record)
            .map_err(|error| self.rescue(job, answer.requests, &reply.text, &error))?;
        self.unwritten().remove(&job);
        // What is published is what is on the disk, so that a later run makes the same bytes of it.
        let Some(Entry::Good(record)) = self.store.entry(&name) else {
            return Err(self.rescue(
                job,
                answer.requests,
                &reply.text,
                "the record does not read back",
            ));
        };
        let (judge, judgement) = oneshot::channel();
        self.tell(Message::Recorded(Box::new(Arrival {
            job,
            record: *record,
            requests: answer.requests,
            possibly_paid: answer.possibly_paid,
            bill: answer.bill,
            judge,
        })));
        Ok(judgement)
    }

    fn failed(
        &self,
        job: usize,
        attempt: u32,
        asked: jiff::Timestamp,
        error: &ModelError,
    ) -> Salvage {
        let stub = self.asked[job];
        let request = attempt;
        let attempt = self.attempt(job, attempt);
        let unwritten = self.unwritten().get(&job).cloned().unwrap_or_default();
        let mut beginning = None;
        let mut is_recorded = false;
        let kept = match (error.payment, &error.partial) {
            (Payment::Free, _) => self
                .store
                .forget(&stub.key, attempt)
                .map_err(|error| error.to_string()),
            // Paid and of no use as it is: kept as a record all the same.
            (Payment::Paid, Some(text)) => {
                let finish = error.finish.as_ref().map_or(error.kind, Finish::as_str);
                let record = self.new_record(job, asked, text, finish, error.usage);
                self.keep(job, &record)
                    .map(|name| {
                        is_recorded = true;
                        beginning = self.store.entry(&name);
                    })
                    .map_err(|error| self.rescue(job, request, text, &error))
            }
            // It came to its end without any text. That is recorded as well, so that it is not bought again unasked; what
            // its bytes say may be more than could be read.
            (Payment::Paid, None) => self.keep_silence(job, attempt, asked, error).map(|()| {
                is_recorded = true;
            }),
            (_, Some(text)) => {
                let finish = if error.kind == "interrupted" {
                    "interrupted"
                } else {
                    "cut"
                };
                match self.keep_beginning(job, asked, text, finish) {
                    Ok(Some(record)) => {
                        is_recorded = true;
                        beginning = Some(Entry::Good(Box::new(record)));
                        Ok(())
                    }
                    // Its text is in the file already; bytes that are no text come behind it.
                    kept => self
                        .store
                        .partial(&stub.key, attempt, unwritten.as_bytes())
                        .and_then(|()| match &error.raw {
                            Some(bytes) => self.store.partial(&stub.key, attempt, bytes),
                            None => Ok(()),
                        })
                        .and_then(|()| self.store.sync_partial(&stub.key, attempt))
                        .map_err(|error| self.rescue(job, request, text, &error.to_string()))
                        .and(kept.map(|_| ())),
                }
            }
            // No text could be read from what came; the bytes may hold it all the same.
            (_, None) => match &error.raw {
                Some(bytes) => self
                    .store
                    .partial(&stub.key, attempt, bytes)
                    .map_err(|error| error.to_string()),
                None => Ok(()),
            },
        };
        self.unwritten().remove(&job);
        // Whatever was worth a record has one by now.
        lock(&self.rooms).remove(&job);
        if let Err(error) = kept {
            self.tell(Message::Note(format!(
                "{}: what came of the reply could not be recorded: {error}",
                escape(stub.path.as_str())
            )));
        }
        let Some(Entry::Good(record)) = beginning else {
            if error.payment != Payment::Free {
                // Where that cannot be noted, the next run counts it once more.
                let _ = self.store.fail(&stub.key, attempt, error.kind);
            }
            return Salvage {
                is_recorded,
                follow_up: None,
            };
        };
        let need = Need::of(&record, &reply::parse(record.text(), &[]), &[], false);
        Salvage {
            is_recorded,
            follow_up: need.map(|need| self.follow(job, &record, &need)),
        }
    }
}

impl Progress for Desk<'_> {
    fn event(&self, job: usize, event: Event) {
        self.tell(Message::Event(job, event));
    }
}

/// A poisoned lock only says that another thread panicked; the values in these stay sound.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
