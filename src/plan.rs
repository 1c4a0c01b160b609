//! What to ask, what to convert, what to leave.
//!
//! A pure function of the stubs, of what the store has for them and of the limits that the command set. It never plans to
//! buy again what is there, and never to hand one reply to two posts.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::{Entry, Kept, Record, RecordName};
use crate::site::SitePath;
use crate::stub::Stub;
use crate::text::{escape, shorten};

mod orphans;
mod planner;
mod state;

pub use orphans::Orphans;
use planner::Planner;
pub use state::{State, post_state, stub_state};

/// What a run is to do, in the order of the stubs' paths.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// One item for each stub that the limits select.
    pub items: Vec<Item>,
}

/// What becomes of one stub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Index of the stub in the list that was planned for.
    pub stub: usize,
    /// What to do.
    pub action: Action,
    /// What the author should know besides, such as a damaged record that another one makes up for.
    pub notes: Vec<Reason>,
}

/// What to do with a stub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Ask the model.
    Ask,
    /// Make the post from this record; costs nothing.
    Convert(RecordName),
    /// Leave the stub; nothing is wrong.
    Skip(Reason),
    /// Leave the stub; a person is needed.
    Fail(Reason),
}

impl Action {
    /// Whether a post is to come of it in this run.
    pub fn writes(&self) -> bool {
        matches!(self, Self::Ask | Self::Convert(_))
    }

    /// Whether a reply is what is missing: one that this run asks for, or that it may not ask for as it is offline, and that
    /// is no failure.
    pub fn waits_for_reply(&self) -> bool {
        matches!(self, Self::Ask)
            || matches!(self, Self::Skip(reason) if reason.kind == "no-record")
    }
}

/// Why a stub is left, for a person and for a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The cause as a kebab-case word, `error.kind` of the JSON output.
    pub kind: &'static str,
    /// One sentence: what is the matter.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

impl Reason {
    fn new(kind: &'static str, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            help: help.into(),
        }
    }

    /// So many posts are all that this run may make.
    pub fn enough(max: usize) -> Self {
        Self::new(
            "max-posts",
            format!("the limit of {max} posts for this run is reached"),
            "run the command again for the next ones",
        )
    }
}

/// What asks for the same as a stub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// The page or the other stub.
    pub by: SitePath,
    /// Its title or topic.
    pub text: String,
    /// Whether it is a stub.
    pub is_stub: bool,
}

/// What the command allows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Limits {
    /// The paths on the command line, files or folders, relative to the root. Empty means all stubs.
    pub paths: Vec<SitePath>,
    /// Ask nothing: recorded replies only.
    pub offline: bool,
    /// Ask again, though there may be a reply, for the selected stubs. Means nothing if offline.
    pub refresh: bool,
    /// At most this many posts; the other stubs wait for the next run. Posts that are made again from their records do not
    /// count here, since most of them stay as they are.
    pub max_posts: Option<usize>,
    /// Records that decide for a page, whatever else there is: the one that `accept` names, or the one that the
    /// provenance of a post names when the post is made again. Their keys have to be among those gathered into [`Kept`].
    pub records: BTreeMap<SitePath, RecordName>,
    /// Pages that are posts already and are to be made again. A copy of a post is one more post of the same reply, and each
    /// can be converted again.
    pub again: BTreeSet<SitePath>,
    /// Stubs that ask for what the site has already, or another stub asks for. Of these nothing is asked; what is paid for
    /// becomes a post all the same.
    pub covered: BTreeMap<SitePath, Covered>,
}

impl Limits {
    fn selects(&self, path: &SitePath) -> bool {
        self.paths.is_empty() || self.paths.iter().any(|given| is_at_or_below(path, given))
    }

    /// Whether the very file is on the command line, not only a folder above it.
    fn names(&self, path: &SitePath) -> bool {
        self.paths.contains(path)
    }
}

fn is_at_or_below(path: &SitePath, given: &SitePath) -> bool {
    let given = given.as_str().trim_end_matches('/');
    matches!(given, "" | ".")
        || path
            .as_str()
            .strip_prefix(given)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Plans for `stubs`, all of the site, so that a topic given twice is seen even if one of them is not selected.
/// `usable` tells whether a post can be made of a record, or why not.
pub fn plan(stubs: &[Stub], kept: &Kept, limits: &Limits, usable: Usable<'_>) -> Plan {
    let mut order: Vec<usize> = (0..stubs.len()).collect();
    order.sort_by(|&a, &b| stubs[a].path.cmp(&stubs[b].path));

    let planner = Planner::new(stubs, kept, limits, usable);
    let mut claims = BTreeMap::new();
    let mut posts = 0;
    let mut plan = Plan::default();
    for index in order {
        let stub = &stubs[index];
        let mut item = planner.item(index, &mut claims);
        if !limits.selects(&stub.path) {
            continue;
        }
        // Which of the posts that are made again change, is known when they are made.
        let is_again = limits.offline && limits.again.contains(&stub.path);
        if item.action.writes() && !is_again {
            posts += 1;
            if let Some(max) = limits.max_posts.filter(|&max| posts > max) {
                item.action = Action::Skip(Reason::enough(max));
            }
        }
        plan.items.push(item);
    }
    plan
}

/// Whether a post can be made of a record, or why not.
pub type Usable<'a> = &'a dyn Fn(&Record) -> Result<(), String>;

/// So many replies that no post can be made of are enough: the first, two that go on from it, one that repairs it.
const MOST_REPLIES: usize = 4;

/// Replies that ended; where a run did, that says nothing of the next one.
fn replies(entries: &[Entry]) -> usize {
    let ended = |entry: &&Entry| !entry.record().is_some_and(Record::was_interrupted);
    entries.iter().filter(ended).count()
}

/// Why nothing more is asked for a stub, where so many of its replies were paid for in vain that another would hardly be
/// better. `entries` are its records, of which none is of use.
pub fn given_up(stub: &Stub, entries: &[Entry]) -> Option<Reason> {
    let replies = replies(entries);
    let path = shown(&stub.path);
    let reason = || {
        Reason::new(
            "given-up",
            format!("{replies} replies were paid for, and no post can be made of any"),
            format!(
                "look at them in .postwright/replies/{}; with another model, ask again: postwright generate --refresh {path}",
                stub.key
            ),
        )
    };
    (replies >= MOST_REPLIES).then(reason)
}

fn shown(path: &SitePath) -> String {
    escape(path.as_str()).into_owned()
}

fn shown_topic(stub: &Stub) -> String {
    escape(&shorten(&stub.request.topic, 80)).into_owned()
}

#[cfg(test)]
mod tests;
