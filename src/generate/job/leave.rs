//! Leave to send a request: a slot, the pace, somebody's yes, and the money.

use tokio::time::Instant;

use super::OVER_THE_CAP;
use crate::generate::driver::{Run, Stop, lock};
use crate::generate::limiter::{Admission, Ended, Ticket};
use crate::generate::purse::TooDear;
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
    TooDear(Stop),
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
        set_aside.map_err(|dear| {
            let stop = self.too_dear(&dear);
            if job.request.follow_up.is_none() {
                self.stop_because(stop);
                Refused::Stopped
            } else {
                Refused::TooDear(stop)
            }
        })
    }

    fn too_dear(&self, dear: &TooDear) -> Stop {
        let cap = self.context.cap.unwrap_or_default();
        let TooDear { worst, left } = dear;
        let whole = *worst > cap;
        let cause = if whole {
            format!("one request may cost {worst} US dollars, and the cap is {cap}")
        } else {
            format!(
                "of the cap of {cap} US dollars {left} are left, and the next request may cost {worst}"
            )
        };
        // Another run has the whole cap to itself; where that is too little, it would stop here again.
        let help = whole.then(|| {
            format!(
                "a cap of {} is the least for it: --max-cost {0}, or `max_cost` in your own configuration; or lower `max_output_tokens` in [model] of postwright.toml",
                worst.rounded_up()
            )
        });
        Stop {
            kind: OVER_THE_CAP,
            cause,
            help,
        }
    }
}
