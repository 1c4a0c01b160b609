//! What came of asking for one stub.

use crate::generate::Bill;
use crate::model::Usd;
use crate::record::Record;
use crate::report::{PostReport, PostState, Trouble};

/// What is known of the requests for a stub before they are made.
#[derive(Default)]
pub(super) struct Foreseen {
    /// Tokens of the first prompt, by estimate.
    pub(super) prompt_tokens: u64,
    /// The limit of each reply, where one is sent.
    pub(super) max_output_tokens: Option<u32>,
    /// How many requests it can come to.
    pub(super) most_requests: u32,
    /// What they can cost together, where that is known.
    pub(super) worst_case: Option<Usd>,
}

impl Foreseen {
    /// Adds it to a report.
    pub(super) fn complete(&self, report: &mut PostReport) {
        report.prompt_tokens = self.prompt_tokens;
        report.max_output_tokens = self.max_output_tokens;
        report.most_requests = self.most_requests;
        report.worst_case_usd = self.worst_case.map(Usd::dollars);
    }
}

/// What came of asking for one stub.
pub(in crate::command) struct Answered {
    /// Its place in the list that was asked for.
    pub(in crate::command) index: usize,
    /// The reply, on disk already.
    pub(in crate::command) record: Option<Record>,
    /// Why there is none.
    pub(super) trouble: Option<Trouble>,
    pub(super) requests: u32,
    pub(super) possibly_paid: u32,
    /// What the requests took.
    pub(super) bill: Bill,
    /// What was foreseen of the requests.
    pub(super) foreseen: Foreseen,
    pub(super) model: String,
    /// Whether nothing was sent because the run ended first.
    pub(super) waits: bool,
}

impl Answered {
    /// Adds to a report what only asking can know.
    pub(in crate::command) fn complete(&self, report: &mut PostReport) {
        report.model = Some(self.model.clone());
        report.requests = self.requests;
        report.possibly_paid = self.possibly_paid;
        self.foreseen.complete(report);
        report.input_tokens = self.bill.usage.input;
        report.output_tokens = self.bill.usage.output;
        report.cost_usd = self.bill.cost.map(Usd::dollars);
        report.cost_estimated = self.bill.estimated;
        // A reply that could not be mended may have been enough all the same.
        let failed = report.state == PostState::Failed && report.error.is_none();
        if let Some(trouble) = self.trouble.as_ref().filter(|_| failed) {
            report.state = if self.waits {
                PostState::Skipped
            } else {
                PostState::Failed
            };
            report.error = Some(trouble.clone());
        }
    }
}
