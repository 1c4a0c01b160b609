//! Leave to send a request: a slot, the pace, somebody's yes, and the money.

use tokio::time::Instant;

use super::OVER_THE_CAP;
use crate::generate::driver::{Run, lock};
use crate::generate::limiter::{Admission, Ended, Ticket};
use crate::generate::{Event, Job};
use crate::model::budget::Reservation;

/// Leave to send a request: a slot, and money set aside.
pub(super) struct Leave {
    pub(super) ticket: Ticket,
    pub(super) reservation: Reservation,
}

/// Why a request is not sent.
pub(super) enum Refused {
    /// The run has stopped.
    Stopped,
    /// What is left of the cap is too little for it, though perhaps not for others.
    TooDear(String),
}

impl Run<'_> {
    /// Waits for a slot, the pace and the money.
    pub(super) async fn leave(&self, job: &Job) -> Result<Leave, Refused> {
        let ticket = self.turn(job).await.ok_or(Refused::Stopped)?;
        let reservation = if self.may_request() {
            self.afford(job).await
        } else {
            Err(Refused::Stopped)
        };
        match reservation {
            Ok(reservation) => Ok(Leave {
                ticket,
                reservation,
            }),
            Err(why) => {
                self.let_go(ticket, Ended::Otherwise);
                Err(why)
            }
        }
    }

    /// Waits for the limiter.
    async fn turn(&self, job: &Job) -> Option<Ticket> {
        let request = &job.request;
        let tokens =
            request.estimated_input_tokens() + u64::from(request.max_output_tokens.unwrap_or(0));
        let mut told = false;
        loop {
            let freed = self.freed.notified();
            if self.halt.is_cancelled() {
                return None;
            }
            let now = Instant::now();
            let admission = lock(&self.limiter).admit(now, tokens);
            match admission {
                Admission::Go(ticket) => return Some(ticket),
                Admission::WaitUntil(start) => {
                    if !told {
                        let reason = "the limit of requests or tokens a minute".to_owned();
                        let delay = start.saturating_duration_since(now);
                        self.tell(job, Event::Waiting { delay, reason });
                        told = true;
                    }
                    // A request that ends may bring better news of the server's limits.
                    tokio::select! {
                        biased;
                        in_time = self.wait_until(start) => if !in_time { return None },
                        () = freed => {}
                    }
                }
                Admission::WaitForASlot => tokio::select! {
                    biased;
                    () = self.halt.cancelled() => return None,
                    () = freed => {}
                },
            }
        }
    }

    /// Sets the money aside. Where the cap leaves too little, the run stops, unless this is but one more question about a
    /// reply that is there.
    async fn afford(&self, job: &Job) -> Result<Reservation, Refused> {
        let set_aside = tokio::select! {
            biased;
            () = self.halt.cancelled() => return Err(Refused::Stopped),
            set_aside = self.purse.set_aside(&job.request) => set_aside,
        };
        set_aside.map_err(|denied| {
            let cap = self.context.cap.unwrap_or_default();
            let left = denied.left;
            let cause = format!(
                "of the cap of {cap} US dollars {left} are left, and the next request may cost more"
            );
            if job.request.follow_up.is_none() {
                self.stop_because(OVER_THE_CAP, &cause);
                Refused::Stopped
            } else {
                Refused::TooDear(cause)
            }
        })
    }
}
