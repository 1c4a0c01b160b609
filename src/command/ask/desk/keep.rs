//! What becomes of a reply's text: a record where it can be used, else the ledger, and where the disk is full whatever place
//! is left.

use super::{Desk, lock, tokens};
use crate::disk;
use crate::model::{self, Finish, ModelError};
use crate::prompt;
use crate::record::{Asked, Entry, Link, NewRecord, Outcome as Reported, Record, RecordName};
use crate::reply;
use crate::text::escape;

impl Desk<'_> {
    /// Keeps the beginning of a reply that broke off as a record, if another request can go on from it.
    pub(super) fn keep_beginning(
        &self,
        job: usize,
        asked: jiff::Timestamp,
        text: &str,
        finish: &str,
    ) -> Result<Option<Record>, String> {
        let before = match self.link(job) {
            // Half a repair is of no use.
            Some(Link::Repairs { .. }) => return Ok(None),
            Some(Link::Continues { record, at }) => match self.store.entry(&record) {
                Some(Entry::Good(record)) => Some((record.text().to_owned(), at)),
                _ => return Ok(None),
            },
            None => None,
        };
        let goes_on = match &before {
            None => reply::resume_at(text).is_some(),
            // Nothing new may have come before it broke off again.
            Some((before, at)) => {
                reply::resume_at(&reply::join(before, *at, text)).is_some_and(|now| now > *at)
            }
        };
        if !goes_on {
            return Ok(None);
        }
        let name = self.keep(job, &self.new_record(job, asked, text, finish, None))?;
        Ok(self.store.entry(&name).and_then(|entry| match entry {
            Entry::Good(record) => Some(*record),
            _ => None,
        }))
    }

    pub(super) fn new_record(
        &self,
        job: usize,
        asked: jiff::Timestamp,
        text: &str,
        finish: &str,
        usage: Option<model::Usage>,
    ) -> NewRecord {
        let stub = self.asked[job];
        let prompt = &self.prompts[job];
        // Of a count that is not all, our own estimate is the better part.
        let usage = usage.filter(|usage| usage.is_final_for(text));
        NewRecord {
            asked_for: Asked {
                path: stub.path.clone(),
                topic: stub.request.topic.clone(),
                brief: stub.request.brief.clone(),
                options: stub.request.options.clone(),
                language: stub.language.clone(),
                provider: self.choice.endpoint.provider().to_owned(),
                model: self.choice.model.clone(),
                asked,
                prompt: Some(prompt::hash(prompt)),
                offered: self.offered[job].clone(),
            },
            outcome: Reported {
                finish: Some(finish.to_owned()),
                tokens_in: Some(usage.map_or_else(|| tokens(prompt), |usage| usage.input)),
                tokens_out: Some(
                    usage.map_or_else(|| prompt::estimate_tokens(text), |usage| usage.output),
                ),
                tokens_cached: usage.map(|usage| usage.cached).filter(|count| *count > 0),
                tokens_reasoning: usage
                    .map(|usage| usage.reasoning)
                    .filter(|count| *count > 0),
                estimated: usage.is_none(),
                link: self.link(job),
            },
            reply: text.to_owned(),
        }
    }

    /// Records a reply that has no text, and keeps its bytes beside it.
    pub(super) fn keep_silence(
        &self,
        job: usize,
        attempt: u32,
        asked: jiff::Timestamp,
        error: &ModelError,
    ) -> Result<(), String> {
        let key = &self.asked[job].key;
        let finish = error.finish.as_ref().map_or(error.kind, Finish::as_str);
        let record = self.new_record(job, asked, "", finish, error.usage);
        self.store
            .write(&record)
            .and_then(|_| match &error.raw {
                Some(bytes) => self.store.partial(key, attempt, bytes),
                None => Ok(()),
            })
            .map_err(|error| error.to_string())
    }

    /// Keeps a paid reply that cannot be recorded: in the ledger, or else among the system's temporary files.
    pub(super) fn rescue(&self, job: usize, attempt: u32, text: &str, error: &str) -> String {
        let key = &self.asked[job].key;
        let attempt = self.attempt(job, attempt);
        // It has been written there as it came, but for what could not be.
        let unwritten = self.unwritten().remove(&job).unwrap_or_default();
        let in_ledger = self
            .store
            .partial(key, attempt, unwritten.as_bytes())
            .and_then(|()| self.store.sync_partial(key, attempt))
            .is_ok();
        if in_ledger {
            return format!("{error}; its text is in .postwright/ledger/{key}-{attempt}.partial");
        }
        match disk::keep_aside(&format!("postwright-{key}-"), text.as_bytes()) {
            Ok(file) => format!(
                "{error}; its text is in {}",
                escape(&file.to_string_lossy())
            ),
            Err(_) => format!("{error}; and nowhere else is room for it"),
        }
    }

    pub(super) fn keep(&self, job: usize, record: &NewRecord) -> Result<RecordName, String> {
        let room = lock(&self.rooms).remove(&job);
        let name = self
            .store
            .write_into(room, record)
            .map_err(|error| error.to_string())?;
        // What is left of the attempts is now told by the record. If that cannot be cleared, it is only reported twice.
        let _ = self.store.clear(&self.asked[job].key);
        Ok(name)
    }
}
