//! One response with a good status, being read within its limits of time and size.

use reqwest::Response;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::{AFTER_FINISH, Came, Limits, MAX_TEXT, MAX_WIRE, OnCame, interrupted, with_bytes};
use crate::model::judge::{cut, judge};
use crate::model::scrub::{Scrubber, Stream};
use crate::model::{Decoder, ModelError, Payment, Reply, Server, classify};

/// One response with a good status, being read.
pub(super) struct Reading<'a> {
    endpoint: &'a Server,
    limits: &'a Limits,
    decoder: Box<dyn Decoder>,
    total: Instant,
    deadline: Instant,
    wire: usize,
    /// What came while there was no text yet.
    raw: Vec<u8>,
    /// What has been handed on of the text.
    shown: Stream,
}

impl<'a> Reading<'a> {
    pub(super) fn new(endpoint: &'a Server, limits: &'a Limits, started: Instant) -> Self {
        let total = started + limits.total;
        Self {
            endpoint,
            limits,
            decoder: endpoint.protocol.decoder(),
            total,
            deadline: total.min(started + limits.first_event),
            wire: 0,
            raw: Vec::new(),
            shown: Stream::new(Scrubber::of_replies(endpoint.key.as_ref())),
        }
    }

    /// Reads to the end of the reply or of what can be had of it.
    pub(super) async fn read(
        &mut self,
        mut response: Response,
        on_came: &mut OnCame<'_>,
        cancel: &CancellationToken,
    ) -> Result<(), ModelError> {
        loop {
            let came = tokio::select! {
                biased;
                () = cancel.cancelled() => Err(interrupted()),
                came = timeout_at(self.deadline, response.chunk()) => match came {
                    Err(_) => Err(self.too_slow()),
                    Ok(Err(error)) => {
                        let host = self.endpoint.host();
                        let what = format!("the connection to {host} broke off inside the reply");
                        Err(cut(&format!("{what} ({})", classify::chain(&error))))
                    }
                    Ok(Ok(bytes)) => Ok(bytes),
                }
            };
            match came {
                Ok(Some(bytes)) => self.take(&bytes, on_came)?,
                end => {
                    // Also where nothing more can come: a last event may be whole but for its line's end.
                    let ended = self.decoder.end();
                    return end.and(ended);
                }
            }
            if self.decoder.is_done() {
                return Ok(());
            }
        }
    }

    fn take(&mut self, bytes: &[u8], on_came: &mut OnCame<'_>) -> Result<(), ModelError> {
        self.wire += bytes.len();
        if self.decoder.text().is_empty() {
            let room = MAX_TEXT.saturating_sub(self.raw.len());
            self.raw.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
        let (was_finished, events) = (self.decoder.is_finished(), self.decoder.events());
        let pushed = self.decoder.push(bytes);
        self.show(on_came, false);
        pushed?;
        if self.wire > MAX_WIRE || self.decoder.text().len() > MAX_TEXT {
            let message = "the reply does not end: more than 1 MiB of text, or 8 MiB in all";
            return Err(ModelError::new("endless-reply", Payment::Maybe, message));
        }
        let now = Instant::now();
        if self.decoder.is_finished() {
            if !was_finished {
                self.deadline = self.total.min(now + AFTER_FINISH);
            }
        } else if self.decoder.events() > events {
            self.deadline = self.total.min(now + self.limits.idle);
        }
        Ok(())
    }

    /// Hands on the text that is new.
    pub(super) fn show(&mut self, on_came: &mut OnCame<'_>, end: bool) {
        let new = self.shown.next(self.decoder.text(), end);
        if !new.is_empty() {
            on_came(Came::Text(&new));
        }
    }

    fn too_slow(&self) -> ModelError {
        if self.deadline == self.total {
            classify::too_slow("too-slow", "the reply did not end", self.limits.total)
        } else if self.decoder.events() == 0 {
            classify::too_slow("no-answer", "nothing came", self.limits.first_event)
        } else {
            classify::too_slow("stalled", "the reply did not go on", self.limits.idle)
        }
    }

    /// A reason of the end, or an end marker, outweighs whatever happened to the connection after it.
    pub(super) fn conclude(
        self,
        read: Result<(), ModelError>,
        complete: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<Reply, ModelError> {
        let text = self.decoder.text().to_owned();
        if let Err(fault) = read
            && !self.decoder.is_finished()
            && !complete(&text)
        {
            return Err(with_bytes(fault.with_partial(&text), self.raw));
        }
        self.decoder
            .finish()
            .and_then(|reply| judge(reply, complete))
            .map_err(|error| with_bytes(error, self.raw))
    }
}
