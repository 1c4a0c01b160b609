//! What came of asking for one stub.

use crate::generate::Bill;
use crate::record::Record;
use crate::report::{PostReport, PostState, Trouble};

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
    pub(super) prompt_tokens: u64,
    pub(super) is_loopback: bool,
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
        report.prompt_tokens = self.prompt_tokens;
        report.input_tokens = self.bill.usage.input;
        report.output_tokens = self.bill.usage.output;
        report.cost_estimated = self.bill.estimated;
        // Prices are not known yet, but what runs on this machine costs nothing.
        report.cost_usd = (self.is_loopback || self.requests == 0).then_some(0.0);
        report.worst_case_usd = report.cost_usd;
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
