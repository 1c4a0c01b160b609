//! The text of a reply on its way to the ledger while it comes, so that a run that is killed loses at most two seconds
//! of it.

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::sleep;

use super::Ledger;

/// So many bytes are handed on at once.
const ENOUGH: usize = 4 << 10;
/// Fewer are handed on after this time.
const SOON: Duration = Duration::from_secs(2);

/// The text of one request.
pub(super) struct Pieces<'a> {
    ledger: &'a dyn Ledger,
    job: usize,
    attempt: u32,
    held: Mutex<String>,
}

impl<'a> Pieces<'a> {
    pub(super) fn new(ledger: &'a dyn Ledger, job: usize, attempt: u32) -> Self {
        Self {
            ledger,
            job,
            attempt,
            held: Mutex::default(),
        }
    }

    pub(super) fn push(&self, text: &str) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.push_str(text);
        if held.len() >= ENOUGH {
            self.ledger.partial(self.job, self.attempt, &held);
            held.clear();
        }
    }

    pub(super) fn flush(&self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if !held.is_empty() {
            self.ledger.partial(self.job, self.attempt, &held);
            held.clear();
        }
    }

    /// Hands on what came, every two seconds. Needed besides `push`: a server that falls silent calls for no push.
    pub(super) async fn flush_in_time(&self) -> Infallible {
        loop {
            sleep(SOON).await;
            self.flush();
        }
    }
}
