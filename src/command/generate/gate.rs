//! Which stubs are not to be asked for, as the site says already what they ask.

use std::collections::{BTreeMap, HashMap};

use super::Written;
use crate::command::survey::Survey;
use crate::duplicates;
use crate::index::Index;
use crate::plan::{Action, Covered, Plan};
use crate::record::Kept;
use crate::site::SitePath;
use crate::stub::Stub;

/// Whether some stub waits for a reply. Only then the pages of the site have to be read.
pub(super) fn is_needed(plan: &Plan) -> bool {
    plan.items.iter().any(|item| item.action.waits_for_reply())
}

/// What covers the stubs that are covered. Stubs that become posts without a request, and posts that are made again, count as
/// pages.
pub(super) fn covered(
    plan: &Plan,
    survey: &Survey,
    posts: &BTreeMap<SitePath, Written>,
    kept: &Kept,
    index: &Index,
) -> BTreeMap<SitePath, Covered> {
    let actions: HashMap<&SitePath, &Action> = plan
        .items
        .iter()
        .map(|item| (&survey.stubs[item.stub].path, &item.action))
        .collect();
    let is_settled = |stub: &Stub| {
        posts.contains_key(&stub.path)
            || match actions.get(&stub.path) {
                Some(Action::Convert(_)) => true,
                Some(Action::Skip(reason)) if reason.kind == "max-posts" => has_record(stub, kept),
                Some(Action::Skip(reason)) => reason.kind == "looks-finished",
                // What is paid for in part is not given up for another post.
                Some(Action::Ask) => has_record(stub, kept),
                Some(Action::Fail(_)) => false,
                // It was not chosen, and its record makes a post of it some day.
                None => has_record(stub, kept),
            }
    };
    // A stub that was not chosen and that nothing was asked for may never be.
    let stubs = survey
        .stubs
        .iter()
        .filter(|stub| actions.contains_key(&stub.path) || has_record(stub, kept));
    duplicates::covered(stubs, &is_settled, index)
}

fn has_record(stub: &Stub, kept: &Kept) -> bool {
    !kept.of(&stub.key).is_empty()
}
