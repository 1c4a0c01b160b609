//! Records that nobody has a claim to.

use std::collections::{BTreeMap, BTreeSet};

use crate::record::{Head, Kept, RecordName};
use crate::site::SitePath;
use crate::stub::{Key, Stub, normalize};

/// The records that no post was made from and no stub has the key of: replies that were asked for by stubs that have been
/// changed since, or removed.
#[derive(Debug, Clone, Default)]
pub struct Orphans<'a> {
    /// The newest by the page that asked.
    by_path: BTreeMap<&'a str, &'a RecordName>,
    /// The newest by language and topic.
    by_topic: BTreeMap<(&'a str, String), &'a RecordName>,
    /// The stubs that ask for exactly what a post or a stub before them asks for.
    second: BTreeSet<SitePath>,
}

impl<'a> Orphans<'a> {
    /// The orphans among the records, given all stubs of the site.
    pub fn new(stubs: &[Stub], kept: &'a Kept) -> Self {
        let asked: BTreeSet<_> = stubs.iter().map(|stub| &stub.key).collect();
        let mut orphans = Self {
            second: second(stubs, kept),
            ..Self::default()
        };
        for head in &kept.heads {
            if kept.used.contains_key(&head.name) || asked.contains(head.name.key()) {
                continue;
            }
            let Head {
                name,
                path,
                topic,
                language,
            } = head;
            keep_newest(&mut orphans.by_path, path.as_str(), name);
            keep_newest(&mut orphans.by_topic, (language, normalize(topic)), name);
        }
        orphans
    }

    /// Whether the reply to a stub is that of another page, which the stub gets no post of.
    pub fn is_second(&self, stub: &Stub) -> bool {
        self.second.contains(&stub.path)
    }

    /// The reply that this stub may have asked for before it was changed: one of its path, else one on its topic in its
    /// language.
    pub fn for_stub(&self, stub: &Stub) -> Option<&'a RecordName> {
        self.by_path.get(stub.path.as_str()).copied().or_else(|| {
            let topic = normalize(&stub.request.topic);
            self.by_topic.get(&(stub.language.as_str(), topic)).copied()
        })
    }
}

fn keep_newest<'a, K: Ord>(map: &mut BTreeMap<K, &'a RecordName>, key: K, name: &'a RecordName) {
    let newest = map.entry(key).or_insert(name);
    if (name.file(), name) > (newest.file(), *newest) {
        *newest = name;
    }
}

fn second(stubs: &[Stub], kept: &Kept) -> BTreeSet<SitePath> {
    let posts: BTreeMap<&Key, &SitePath> = kept
        .used
        .iter()
        .map(|(name, path)| (name.key(), path))
        .collect();
    let mut first: BTreeMap<&Key, &SitePath> = BTreeMap::new();
    let waiting = stubs.iter().filter(|stub| !stub.request.looks_finished);
    for stub in waiting {
        let path = first.entry(&stub.key).or_insert(&stub.path);
        *path = (*path).min(&stub.path);
    }
    let is_second = |stub: &&Stub| {
        posts.get(&stub.key).is_some_and(|path| **path != stub.path)
            || first.get(&stub.key).is_some_and(|path| **path != stub.path)
    };
    stubs
        .iter()
        .filter(is_second)
        .map(|stub| stub.path.clone())
        .collect()
}
