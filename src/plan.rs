//! What to ask, what to convert, what to leave.
//!
//! A pure function of the stubs, of what the store has for them and of the limits that the command set. It never plans to
//! buy again what is there, and never to hand one reply to two posts.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::{Entry, Kept, Record, RecordName};
use crate::site::SitePath;
use crate::stub::{Key, Stub};
use crate::text::{escape, shorten};

mod orphans;
mod state;

pub use orphans::Orphans;
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

struct Planner<'a> {
    stubs: &'a [Stub],
    kept: &'a Kept,
    limits: &'a Limits,
    usable: Usable<'a>,
    orphans: Orphans<'a>,
    /// The posts that were made from some record of a key.
    posts: BTreeMap<&'a Key, Vec<&'a SitePath>>,
}

impl<'a> Planner<'a> {
    fn new(stubs: &'a [Stub], kept: &'a Kept, limits: &'a Limits, usable: Usable<'a>) -> Self {
        let mut posts: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (name, path) in &kept.used {
            posts.entry(name.key()).or_default().push(path);
        }
        Self {
            stubs,
            kept,
            limits,
            usable,
            orphans: Orphans::new(stubs, kept),
            posts,
        }
    }

    fn item(&self, index: usize, claims: &mut BTreeMap<&'a Key, &'a SitePath>) -> Item {
        let stub = &self.stubs[index];
        let mut notes = Vec::new();
        let action = self
            .left_alone(stub)
            .or_else(|| self.duplicate(stub, claims))
            .or_else(|| self.named(stub))
            .or_else(|| self.asked_again())
            .or_else(|| self.recorded(stub, &mut notes))
            .or_else(|| self.changed(stub))
            .unwrap_or_else(|| self.unrecorded(stub));
        let action = self.held_back(stub, &action).unwrap_or(action);
        Item {
            stub: index,
            action,
            notes,
        }
    }

    fn left_alone(&self, stub: &Stub) -> Option<Action> {
        let left = stub.request.looks_finished && !self.limits.names(&stub.path);
        left.then(|| {
            Action::Skip(Reason::new(
                "looks-finished",
                "it has a `topic`, but a title and a long body as well, so it looks like a finished post",
                format!(
                    "to replace it by a new post, name it: postwright generate {}; to keep it, remove `topic`",
                    shown(&stub.path)
                ),
            ))
        })
    }

    /// Two pages that ask for exactly the same would get one and the same reply.
    fn duplicate(
        &self,
        stub: &'a Stub,
        claims: &mut BTreeMap<&'a Key, &'a SitePath>,
    ) -> Option<Action> {
        let is_post = self.limits.again.contains(&stub.path);
        if is_post && self.limits.offline {
            return None;
        }
        let first = *claims.entry(&stub.key).or_insert(&stub.path);
        let posts = self.posts.get(&stub.key).into_iter().flatten();
        let post = posts.copied().find(|path| **path != stub.path && !is_post);
        let (other, what) = match post {
            Some(post) => (post, "the post"),
            None if *first != stub.path => (first, "the stub"),
            None => return None,
        };
        let is_wanted = is_post || self.limits.records.contains_key(&stub.path);
        let reason = Reason::new(
            if is_wanted {
                "duplicate-topic"
            } else {
                "covered-already"
            },
            format!(
                "it asks for exactly what {what} {} asks for: the topic `{}` with the same brief and options, and of one reply one post is made",
                shown(other),
                shown_topic(stub)
            ),
            "say in its topic or brief what only this post is to have, or remove it",
        );
        Some(if is_wanted {
            Action::Fail(reason)
        } else {
            self.left_without_request(stub, reason)
        })
    }

    /// A record that was named decides.
    fn named(&self, stub: &Stub) -> Option<Action> {
        let name = self.limits.records.get(&stub.path)?;
        let entry = self.kept.of(name.key()).iter().find(|e| e.name() == name);
        Some(match entry {
            None => Action::Fail(Reason::new(
                "no-record",
                format!("there is no record {name}"),
                "see the folder .postwright/replies for the records that there are",
            )),
            Some(Entry::Good(record)) if (self.usable)(record).is_ok() => {
                Action::Convert(name.clone())
            }
            Some(entry) => Action::Fail(self.unusable(entry, stub)),
        })
    }

    fn asked_again(&self) -> Option<Action> {
        (self.limits.refresh && !self.limits.offline).then_some(Action::Ask)
    }

    /// The newest record that is whole; else what the newest one says.
    fn recorded(&self, stub: &Stub, notes: &mut Vec<Reason>) -> Option<Action> {
        let entries = self.kept.of(&stub.key);
        let newest = entries.first()?;
        let is_usable = |entry: &&Entry| entry.record().is_some_and(|r| (self.usable)(r).is_ok());
        if let Some(entry) = entries.iter().find(is_usable) {
            let others = entries.iter().filter(|entry| entry.record().is_none());
            notes.extend(others.map(|entry| self.unusable(entry, stub)));
            return Some(Action::Convert(entry.name().clone()));
        }
        let reason = self.unusable(newest, stub);
        Some(match newest {
            // Paid for, and not to be bought again unasked.
            Entry::Damaged { .. } | Entry::Newer { .. } => Action::Fail(reason),
            Entry::Good(_) if self.limits.offline => {
                self.left_offline(stub, given_up(stub, entries).unwrap_or(reason))
            }
            // The same words would be declined again, and paid for again.
            Entry::Good(record) if record.was_declined() => Action::Fail(reason),
            Entry::Good(_) => {
                if let Some(given_up) = given_up(stub, entries) {
                    return Some(Action::Fail(given_up));
                }
                notes.push(reason);
                let others = entries.iter().filter(|entry| entry.record().is_none());
                notes.extend(others.map(|entry| self.unusable(entry, stub)));
                Action::Ask
            }
        })
    }

    /// The stub has no record, but there is one that no page uses and that was asked for by this path or on this topic:
    /// the author has changed the stub since, and may or may not want a new reply.
    fn changed(&self, stub: &Stub) -> Option<Action> {
        let path = shown(&stub.path);
        let Some(name) = self.orphans.for_stub(stub) else {
            let text = shown(self.kept.texts.get(&stub.path)?);
            return Some(self.left_offline(
                stub,
                Reason::new(
                    "changed",
                    format!("it was changed since a reply was asked for by a run that was killed; that is whole, in {text}"),
                    format!(
                        "to use that reply: postwright accept {path} --reply {text}; \
                         to ask anew: postwright generate --refresh {path}"
                    ),
                ),
            ));
        };
        Some(self.left_offline(
            stub,
            Reason::new(
                "changed",
                format!("it was changed since the reply {name} was recorded for it"),
                format!(
                    "to use that reply: postwright accept {path} --record {name}; \
                     to ask anew: postwright generate --refresh {path}"
                ),
            ),
        ))
    }

    fn unrecorded(&self, stub: &Stub) -> Action {
        if !self.limits.offline {
            return Action::Ask;
        }
        self.left_offline(
            stub,
            Reason::new(
                "no-record",
                "no reply is recorded for it, and this run is offline",
                format!(
                    "run `postwright generate --online {}` with a model, or paste a reply with `postwright accept`, \
                     and commit .postwright/",
                    shown(&stub.path)
                ),
            ),
        )
    }

    /// A stub that waits for a reply, though the site has an answer already.
    fn held_back(&self, stub: &Stub, action: &Action) -> Option<Action> {
        let covered = self.limits.covered.get(&stub.path)?;
        action.waits_for_reply().then(|| {
            let (by, text) = (
                shown(&covered.by),
                escape(&shorten(&covered.text, 80)).into_owned(),
            );
            let path = shown(&stub.path);
            let message = if covered.is_stub {
                format!("the stub {by} asks for the same: `{text}`")
            } else {
                format!("the page {by} is on the same: `{text}`")
            };
            Action::Skip(Reason::new(
                "covered-already",
                message,
                format!(
                    "remove this stub, or say in its topic what only this post is to have; \
                     to ask for it all the same: postwright generate --allow-duplicates {path}"
                ),
            ))
        })
    }

    /// Why a post cannot be made from a record.
    fn unusable(&self, entry: &Entry, stub: &Stub) -> Reason {
        let path = shown(&stub.path);
        let file = entry.name().path();
        match entry {
            Entry::Good(record) => Reason::new(
                "incomplete-reply",
                format!(
                    "no post can be made of the reply in {file}: {}",
                    (self.usable)(record).err().unwrap_or_default()
                ),
                if record.was_declined() {
                    format!(
                        "word the topic or the brief differently, or ask anew, perhaps another model: postwright generate --refresh {path}"
                    )
                } else {
                    format!(
                        "{}go on with `postwright generate --online {path}`; where that gives up, ask anew: \
                         `postwright generate --online --refresh {path}`; or paste a whole reply with `postwright accept {path}`",
                        match record.outcome.finish.as_deref() {
                            Some("length" | "max_tokens") =>
                                "raise `max_output_tokens` in [model] of postwright.toml, then ",
                            _ => "",
                        }
                    )
                },
            ),
            Entry::Damaged { why, .. } => Reason::new(
                "damaged-record",
                format!(
                    "the record {file} was paid for and is damaged: {}",
                    escape(why)
                ),
                format!(
                    "bring the file back from version control or a backup; or ask again: postwright generate --refresh {path}"
                ),
            ),
            Entry::Newer { version, .. } => Reason::new(
                "newer-record",
                format!("the record {file} has version {version}, which a newer Postwright wrote"),
                format!("update Postwright; or ask again: postwright generate --refresh {path}"),
            ),
        }
    }

    /// What needs no reply: only where the run is offline, and the stub would be published as it is, a person is needed.
    fn left_without_request(&self, stub: &Stub, reason: Reason) -> Action {
        if self.limits.offline {
            self.left_offline(stub, reason)
        } else {
            Action::Skip(reason)
        }
    }

    /// Offline, a stub that is a draft may wait; one that would be published may not.
    fn left_offline(&self, stub: &Stub, reason: Reason) -> Action {
        if self.limits.offline && stub.request.draft == Some(true) {
            Action::Skip(reason)
        } else {
            Action::Fail(reason)
        }
    }
}

fn shown(path: &SitePath) -> String {
    escape(path.as_str()).into_owned()
}

fn shown_topic(stub: &Stub) -> String {
    escape(&shorten(&stub.request.topic, 80)).into_owned()
}

#[cfg(test)]
mod tests;
