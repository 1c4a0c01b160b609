//! What requests cost, and the cap on it: the worst case of each is set aside before it is sent.

use std::sync::Mutex;

use tokio::sync::Notify;

use super::Bill;
use super::driver::lock;
use crate::model::budget::{Budget, Denied, Reservation};
use crate::model::price::{Usd, cost};
use crate::model::{
    Finish, ModelError, ModelFacts, Payment, Reply, Request, Usage, worst_case_of_request,
};

/// Too little is left for a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct TooDear {
    /// The most that it can cost.
    pub(super) worst: Usd,
    /// What is left of the cap.
    pub(super) left: Usd,
}

/// The money of a run.
#[derive(Debug)]
pub(super) struct Purse {
    facts: ModelFacts,
    budget: Mutex<Budget>,
    /// What the run cost so far, estimates included.
    shown: Mutex<Usd>,
    /// A request was settled, so there may be more left.
    settled: Notify,
}

impl Purse {
    pub(super) fn new(facts: ModelFacts, cap: Option<Usd>) -> Self {
        Self {
            facts,
            budget: Mutex::new(Budget::new(cap)),
            shown: Mutex::default(),
            settled: Notify::new(),
        }
    }

    /// Sets aside the most that a request can cost. Waits while requests under way hold back what it needs.
    ///
    /// # Errors
    /// Where too little is left even if those cost nothing.
    pub(super) async fn set_aside(&self, request: &Request) -> Result<Reservation, TooDear> {
        let worst = worst_case_of_request(&self.facts, request).unwrap_or_default();
        loop {
            let settled = self.settled.notified();
            match lock(&self.budget).reserve(worst) {
                Err(denied) if denied.in_flight => {}
                Err(Denied { left, .. }) => return Err(TooDear { worst, left }),
                Ok(reservation) => return Ok(reservation),
            }
            settled.await;
        }
    }

    /// Gives back what was set aside for a request that ended so, and adds it to the job's bill.
    pub(super) fn settle(
        &self,
        reservation: Reservation,
        request: &Request,
        ended: Result<&Reply, &ModelError>,
        bill: &mut Bill,
    ) {
        let (usage, text, surely_free) = match ended {
            Ok(reply) => (reply.usage, Some(reply.text.as_str()), false),
            Err(error) => (
                error.usage,
                error.partial.as_deref(),
                error.payment == Payment::Free,
            ),
        };
        // What a stream that broke off had counted is not all that is billed, nor is a count of nothing.
        let has_ended = ended.map_or_else(
            |error| error.payment == Payment::Paid,
            |reply| reply.finish != Finish::Missing,
        );
        let is_final =
            has_ended && usage.is_some_and(|usage| usage.is_final_for(text.unwrap_or_default()));
        let price = self.facts.price.as_ref();
        let counted = usage.and_then(|usage| Some(cost(price?, &usage)));
        {
            let mut budget = lock(&self.budget);
            match counted.filter(|_| is_final) {
                Some(actual) => budget.settle(reservation, actual),
                None if surely_free || price.is_none() => budget.settle(reservation, Usd::ZERO),
                None => budget.keep(reservation),
            }
        }
        let estimated = text.and_then(|text| estimate(request, text));
        let used = match (usage, estimated) {
            (Some(usage), Some(estimated)) if !is_final => Some(Usage {
                input: usage.input.max(estimated.input),
                output: usage.output.max(estimated.output),
                ..usage
            }),
            (usage, estimated) => usage.or(estimated),
        };
        // Nobody says what it used, and it may be billed.
        if !surely_free && used.is_none() {
            bill.estimated |= price.is_some_and(|price| !price.is_free());
        }
        if !surely_free && let Some(used) = used {
            let cost = price.map(|price| cost(price, &used));
            bill.add(&used, cost, !is_final);
            *lock(&self.shown) += cost.unwrap_or_default();
        }
        self.settled.notify_waiters();
    }

    /// A request that was not sent after all.
    pub(super) fn give_back(&self, reservation: Reservation) {
        lock(&self.budget).settle(reservation, Usd::ZERO);
        self.settled.notify_waiters();
    }

    /// What the run cost so far in US dollars, estimates included; `None` where the price is not known.
    pub(super) fn spent(&self) -> Option<f64> {
        self.facts.price.as_ref()?;
        Some(lock(&self.shown).dollars())
    }
}

/// What a request used whose tokens nobody counted: a quarter of the bytes, as good as any guess.
fn estimate(request: &Request, text: &str) -> Option<Usage> {
    (!text.is_empty()).then(|| Usage {
        input: request.estimated_input_tokens(),
        output: (text.len() as u64).div_ceil(4),
        ..Usage::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::facts::lookup;

    /// Some providers count from the first event on, and the last count is the one that is billed.
    #[test]
    fn what_was_counted_before_a_stream_broke_off_is_not_all() {
        let facts = lookup("openai", "gpt-4.1", &[]);
        let request = Request {
            system: String::new(),
            user: "Write.".to_owned(),
            model: "gpt-4.1".to_owned(),
            temperature: None,
            max_output_tokens: Some(1_000),
            follow_up: None,
        };
        let worst = worst_case_of_request(&facts, &request).unwrap();
        let counted = Usage {
            input: 10,
            output: 1,
            ..Usage::default()
        };
        let running = Usage {
            is_running: true,
            ..counted
        };
        for (finish, usage, is_final) in [
            (Finish::Missing, counted, false),
            (Finish::Stop, counted, true),
            (Finish::Stop, running, false),
            (Finish::Stop, Usage::default(), false),
            (
                Finish::Stop,
                Usage {
                    output: 0,
                    ..counted
                },
                false,
            ),
        ] {
            let purse = Purse::new(facts, Some(worst));
            let reservation = lock(&purse.budget).reserve(worst).unwrap();
            let reply = Reply {
                text: "word ".repeat(400),
                finish,
                usage: Some(usage),
            };
            let mut bill = Bill::new();
            purse.settle(reservation, &request, Ok(&reply), &mut bill);
            let left = lock(&purse.budget).left().unwrap();
            assert_eq!(left == Usd::ZERO, !is_final);
            assert_eq!(bill.usage.output, if is_final { 1 } else { 500 });
            assert_eq!(bill.estimated, !is_final);
        }
    }
}
