//! Replies that are still to become a new version of their post.

use std::collections::BTreeSet;

use crate::command::status::usable;
use crate::command::survey::{Survey, stub_of};
use crate::command::workspace::Workspace;
use crate::record::{Entry, RecordName};
use crate::stub::{Key, Provenance};

/// The replies that came after the one that a post was made of and that no post was made of yet: a merge was in conflict, or
/// an error found, or the run was killed. Also those that no command would take by itself.
pub(super) fn waiting(
    survey: &Survey,
    workspace: &Workspace,
) -> anyhow::Result<BTreeSet<RecordName>> {
    let usable = usable(workspace);
    let mut waiting = BTreeSet::new();
    for post in &survey.posts {
        let Provenance {
            reply, generated, ..
        } = &post.provenance;
        let Ok(own) = generated.parse::<jiff::Timestamp>() else {
            continue;
        };
        // A reply may have been accepted for a stub that it was not asked for with.
        let of_reply = RecordName::parse(reply).map(|name| name.key().clone());
        let of_stub = stub_of(post, workspace).ok().map(|stub| stub.key);
        let keys: BTreeSet<Key> = of_reply.into_iter().chain(of_stub).collect();
        for key in keys {
            for entry in workspace.store.records(&key)? {
                let Entry::Good(record) = entry else { continue };
                let name = record.name.to_string();
                // Records tell seconds.
                if record.asked_for.asked.as_second() >= own.as_second()
                    && name != *reply
                    && usable(&record).is_ok()
                    && !workspace.store.is_in_a_page(&name)?
                {
                    waiting.insert(record.name);
                }
            }
        }
    }
    Ok(waiting)
}
