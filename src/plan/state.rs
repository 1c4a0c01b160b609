//! The state of a page, as `status` shows it.

use super::{Orphans, Usable};
use crate::record::{Entry, Kept};
use crate::stub::{Provenance, Stub};

/// Where a page stands on its way from stub to post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// A stub that there is no reply for.
    Stub,
    /// A stub with a whole reply: the post costs nothing any more.
    Recorded,
    /// A stub that asks for exactly what another page asks for, whose reply it is.
    Covered,
    /// A stub with nothing but cut off or malformed replies.
    Partial,
    /// A stub or post whose record is not what was written, or is of a newer form.
    Damaged,
    /// A stub that was changed since a reply was recorded for it.
    Changed,
    /// A post as it was written.
    Written,
    /// A post that a person has edited since.
    Edited,
    /// A post whose record is not there.
    RecordMissing,
}

impl State {
    /// The word in all output formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stub => "stub",
            Self::Recorded => "recorded",
            Self::Covered => "covered",
            Self::Partial => "partial",
            Self::Damaged => "damaged",
            Self::Changed => "changed",
            Self::Written => "written",
            Self::Edited => "edited",
            Self::RecordMissing => "record-missing",
        }
    }
}

impl State {
    /// What its author can do about it.
    pub fn help(self) -> &'static str {
        match self {
            Self::Stub => {
                "`postwright generate` asks for a reply; `postwright accept PATH` takes one that you have"
            }
            Self::Recorded => "`postwright generate --offline` makes the post, free",
            Self::Covered => {
                "another page has its topic, with the same brief and options; say in it what only this post is to have, or remove it"
            }
            Self::Partial => {
                "`postwright generate` goes on from what there is, unless it says `given-up`; `--refresh PATH` asks anew"
            }
            Self::Damaged => "bring .postwright/replies back from version control",
            Self::Changed => {
                "`postwright generate` says how to use the reply that there is; `postwright generate --refresh PATH` asks anew"
            }
            Self::Written => {
                "read it, then publish it; `postwright restore PATH` gives the stub back"
            }
            Self::Edited => {
                "yours; `postwright generate --refresh PATH` merges a new version with your edits, and `--offline` makes that of the same reply"
            }
            Self::RecordMissing => {
                "nothing, unless it is to be converted again: then bring .postwright/replies back from version control"
            }
        }
    }
}

/// The state of a stub. `usable` tells whether a post can be made of a record.
pub fn stub_state(stub: &Stub, kept: &Kept, orphans: &Orphans<'_>, usable: Usable<'_>) -> State {
    let entries = kept.of(&stub.key);
    let is_usable = |entry: &Entry| entry.record().is_some_and(|r| usable(r).is_ok());
    if orphans.is_second(stub) {
        return State::Covered;
    }
    match entries.first() {
        None if orphans.for_stub(stub).is_some() => State::Changed,
        None if kept.texts.contains_key(&stub.path) => State::Changed,
        None => State::Stub,
        Some(_) if entries.iter().any(is_usable) => State::Recorded,
        Some(Entry::Good(_)) => State::Partial,
        Some(Entry::Damaged { .. } | Entry::Newer { .. }) => State::Damaged,
    }
}

/// The state of a post. `written_now` is the hash of the page as it is, worked out as
/// [`page_hash`](crate::stub::page_hash) says; `entry` is the record that the provenance names, where it is there.
pub fn post_state(provenance: &Provenance, written_now: &str, entry: Option<&Entry>) -> State {
    // An edit comes first, because it is what keeps the page from being written again.
    if provenance.written != written_now {
        return State::Edited;
    }
    match entry {
        None => State::RecordMissing,
        Some(Entry::Good(_)) => State::Written,
        Some(Entry::Damaged { .. } | Entry::Newer { .. }) => State::Damaged,
    }
}
