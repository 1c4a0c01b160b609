//! What becomes of one stub, by what there is of replies to it.

use std::collections::BTreeMap;

use super::{Action, Item, Limits, Orphans, Reason, Usable, given_up, shown, shown_topic};
use crate::record::{Entry, Kept};
use crate::site::SitePath;
use crate::stub::{Key, Stub};
use crate::text::{escape, shorten};

/// Plans for one stub after the other.
pub(super) struct Planner<'a> {
    stubs: &'a [Stub],
    kept: &'a Kept,
    limits: &'a Limits,
    usable: Usable<'a>,
    orphans: Orphans<'a>,
    /// The posts that were made from some record of a key.
    posts: BTreeMap<&'a Key, Vec<&'a SitePath>>,
}

impl<'a> Planner<'a> {
    pub(super) fn new(
        stubs: &'a [Stub],
        kept: &'a Kept,
        limits: &'a Limits,
        usable: Usable<'a>,
    ) -> Self {
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

    pub(super) fn item(&self, index: usize, claims: &mut BTreeMap<&'a Key, &'a SitePath>) -> Item {
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
