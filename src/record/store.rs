//! The folder of records and kept pages.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};

use super::{Entry, Error, Head, NewRecord, Record, RecordName, Result, chain, format, hash};
use crate::disk::{self, EntryKind, Expect, HOME, Lock, Room, Root};
use crate::site::SitePath;
use crate::stub::Key;

/// More than any model's reply, in bytes.
pub(super) const RECORD_LIMIT: u64 = 16 * 1024 * 1024;
/// Enough for the front matter of nearly all records, in bytes.
const HEAD: u64 = 16 * 1024;

/// The records of a site. Reading creates nothing and works where there is no `.postwright/` yet.
#[derive(Debug, Clone)]
pub struct Store {
    pub(super) root: Root,
}

/// What the store has for some stubs: all that a plan needs to know of it.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// The records of each key that was asked for, newest first. A key without records is missing.
    pub entries: BTreeMap<Key, Vec<Entry>>,
    /// What the records are about that no post was made from and that are of other keys. Empty where every key has records.
    pub heads: Vec<Head>,
    /// Posts by the record that they were made from.
    pub used: BTreeMap<RecordName, SitePath>,
    /// Whole replies of killed runs, in files of the ledger, by the page that asked for them and asks for something else now.
    pub texts: BTreeMap<SitePath, SitePath>,
}

impl Kept {
    /// The records of `key`, newest first.
    pub fn of(&self, key: &Key) -> &[Entry] {
        self.entries.get(key).map_or(&[], Vec::as_slice)
    }

    /// Adds a record that is not on the disk, in its place by time.
    pub fn add(&mut self, entry: Entry) {
        let entries = self.entries.entry(entry.name().key().clone()).or_default();
        if entries.iter().all(|known| known.name() != entry.name()) {
            entries.push(entry);
            sort(entries);
        }
    }

    /// The good record `name`, if it was gathered.
    pub fn record(&self, name: &RecordName) -> Option<&Record> {
        let entry = self.of(name.key()).iter().find(|e| e.name() == name)?;
        entry.record()
    }
}

impl Store {
    /// The records of the site at `root`.
    pub fn new(root: Root) -> Self {
        Self { root }
    }

    pub(super) fn home(&self, folder: &str) -> PathBuf {
        self.root.dir().join(HOME).join(folder)
    }

    pub(super) fn folder(&self, relative: &str) -> Result<PathBuf> {
        self.root.make_home()?;
        Ok(self.root.make_dir(&Path::new(HOME).join(relative))?)
    }

    pub(super) fn file(&self, name: &RecordName) -> PathBuf {
        self.home("replies").join(format!("{name}.md"))
    }

    /// Makes the folders that asking needs, so that they are known to be there before anything is asked.
    pub fn prepare(&self) -> Result<()> {
        for folder in ["replies", "ledger", "tmp", "pages"] {
            self.folder(folder)?;
        }
        Ok(())
    }

    /// The folders of the store, but for those of single keys.
    fn folders(&self) -> impl Iterator<Item = PathBuf> {
        let below = ["", "ledger", "pages", "replies", "tmp"];
        below.into_iter().map(|folder| self.home(folder))
    }

    /// Whether no run that was killed has left anything unfinished in the store, as far as that is quickly seen.
    pub fn is_clean(&self) -> Result<bool> {
        for folder in self.folders() {
            let mut names = list(&folder)?.into_iter();
            if names.any(|(name, _)| disk::is_temporary(Path::new(&name))) {
                return Ok(false);
            }
        }
        Ok(self.attempts()?.is_empty())
    }

    /// Removes what runs that were killed have left unfinished in the store.
    pub fn sweep(&self, lock: &Lock) {
        for folder in self.folders() {
            lock.sweep(&folder);
        }
        for key in self.keys().unwrap_or_default() {
            lock.sweep(&self.home("replies").join(key.as_str()));
        }
    }

    /// The records of `key`, newest first. A file that cannot be read is a damaged record, not an error.
    pub fn records(&self, key: &Key) -> Result<Vec<Entry>> {
        let names = self.names(key)?;
        let mut entries: Vec<Entry> = names.iter().map(|name| self.load(name)).collect();
        sort(&mut entries);
        Ok(entries)
    }

    /// The record `name`; `None` where there is no such file.
    pub fn entry(&self, name: &RecordName) -> Option<Entry> {
        disk::exists(&self.file(name)).then(|| self.load(name))
    }

    fn load(&self, name: &RecordName) -> Entry {
        let load = |name: &RecordName| disk::exists(&self.file(name)).then(|| self.load_one(name));
        chain::assembled(self.load_one(name), &load)
    }

    pub(super) fn load_one(&self, name: &RecordName) -> Entry {
        match disk::read(&self.file(name), RECORD_LIMIT) {
            Ok(bytes) => format::read(name, &bytes),
            Err(error) => Entry::Damaged {
                name: name.clone(),
                why: error.to_string(),
            },
        }
    }

    /// The names of the records of `key`, newest first, from the listing of its folder alone.
    fn names(&self, key: &Key) -> Result<Vec<RecordName>> {
        let dir = self.home("replies").join(key.as_str());
        let mut names: Vec<_> = list(&dir)?
            .into_iter()
            .filter(|(_, kind)| *kind == EntryKind::File)
            .filter_map(|(name, _)| RecordName::from_file(key, name.strip_suffix(".md")?))
            .collect();
        names.sort_by(|a, b| b.cmp(a));
        Ok(names)
    }

    /// All keys that have a folder, in ascending order.
    pub fn keys(&self) -> Result<Vec<Key>> {
        let folders = list(&self.home("replies"))?.into_iter();
        Ok(folders
            .filter(|(_, kind)| *kind == EntryKind::Folder)
            .filter_map(|(name, _)| Key::parse(&name))
            .collect())
    }

    /// What all records are about, by key and newest first. Only their front matter is read; damaged ones are left out.
    pub fn heads(&self) -> Result<Vec<Head>> {
        self.heads_but(|_| false)
    }

    /// The same without those that are known already: most records of most sites have their post, and need no reading.
    fn heads_but(&self, is_known: impl Fn(&RecordName) -> bool) -> Result<Vec<Head>> {
        let mut heads = Vec::new();
        for key in self.keys()? {
            let names = self.names(&key)?.into_iter();
            heads.extend(
                names
                    .filter(|name| !is_known(name))
                    .filter_map(|name| self.head(&name)),
            );
        }
        Ok(heads)
    }

    fn head(&self, name: &RecordName) -> Option<Head> {
        let start = disk::read_start(&self.file(name), HEAD).ok()?;
        if format::split(&start).is_some() {
            return format::read_head(name, &start);
        }
        let all = disk::read(&self.file(name), RECORD_LIMIT).ok()?;
        format::read_head(name, &all)
    }

    /// Everything that a plan for stubs with these keys needs. `used` says which posts were made from which record.
    /// The other records are looked at only if some key has none of its own.
    pub fn gather<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k Key>,
        used: BTreeMap<RecordName, SitePath>,
    ) -> Result<Kept> {
        let mut kept = Kept {
            used,
            ..Kept::default()
        };
        let mut some_missing = false;
        for key in keys {
            let entries = self.records(key)?;
            if entries.is_empty() {
                some_missing = true;
            } else {
                kept.entries.insert(key.clone(), entries);
            }
        }
        if some_missing {
            kept.heads = self.heads_but(|name| {
                kept.used.contains_key(name) || kept.entries.contains_key(name.key())
            })?;
        }
        Ok(kept)
    }

    /// Puts a reply on the disk, synced, and gives its name. The same bytes under the same key make no second record:
    /// then the name is that of the first. They do where they go on from another record or repair one.
    pub fn write(&self, record: &NewRecord) -> Result<RecordName> {
        self.write_into(None, record)
    }

    /// [`Store::write`] into room that [`Store::reserve`] has set aside.
    pub fn write_into(&self, room: Option<Room>, record: &NewRecord) -> Result<RecordName> {
        let key = record.asked_for.key();
        let reply_hash = hash(record.reply.as_bytes());
        if let Some(name) = self.same_reply(&key, &reply_hash, record)? {
            return Ok(name);
        }
        let file = format::render(record);
        let dir = self.folder(&format!("replies/{key}"))?;
        let mut asked = record.asked_for.asked;
        let mut room = room;
        loop {
            let name = RecordName::new(key.clone(), asked, &reply_hash);
            if !reads_back(&name, &file, record) {
                return Err(Error::NotReadable {
                    topic: record.asked_for.topic.clone(),
                });
            }
            let path = dir.join(format!("{}.md", name.file));
            let written = match room.take() {
                Some(room) => self.root.write_into(room, &path, file.as_bytes()),
                None => self
                    .root
                    .write_atomic(&path, file.as_bytes(), Expect::Absent),
            };
            match written {
                Ok(()) => return Ok(name),
                // A damaged record has this name. It stays as it is, and the second after it is free sooner or later.
                Err(disk::Error::Exists { .. }) => match later(asked) {
                    Some(next) => asked = next,
                    None => return Err(Error::Disk(disk::Error::Exists { path })),
                },
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The entry that [`Store::write`] would make of a reply. Writes nothing.
    pub fn foresee(&self, record: &NewRecord) -> Entry {
        let hash = hash(record.reply.as_bytes());
        let key = record.asked_for.key();
        if let Ok(Some(name)) = self.same_reply(&key, &hash, record) {
            return self.load(&name);
        }
        let name = RecordName::new(key, record.asked_for.asked, &hash);
        let load = |name: &RecordName| disk::exists(&self.file(name)).then(|| self.load_one(name));
        chain::assembled(
            format::read(&name, format::render(record).as_bytes()),
            &load,
        )
    }

    fn same_reply(
        &self,
        key: &Key,
        reply_hash: &str,
        new: &NewRecord,
    ) -> Result<Option<RecordName>> {
        let names = self.names(key)?.into_iter();
        let same = |name: &RecordName| {
            reply_hash.starts_with(name.reply_hash_start())
                && self.load_one(name).record().is_some_and(|record| {
                    record.reply == new.reply && record.outcome.link == new.outcome.link
                })
        };
        Ok(names.rev().find(same))
    }
}

/// The newest first. Names tell seconds; of those of one second, what goes on from or repairs another is newer.
fn sort(entries: &mut [Entry]) {
    entries.sort_by_cached_key(|entry| {
        let second = entry.name().file().split('-').next().map(str::to_owned);
        let whole = entry.record().and_then(|record| record.whole.as_ref());
        Reverse((second, whole.map_or(0, |whole| whole.earlier)))
    });
}

/// The names in a folder that are text; none where there is no such folder.
pub(super) fn list(dir: &Path) -> Result<Vec<(String, EntryKind)>> {
    match disk::list(dir) {
        Ok(entries) => Ok(entries
            .into_iter()
            .filter_map(|(name, kind)| Some((name.into_string().ok()?, kind)))
            .collect()),
        Err(error) if error.is_not_found() => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// Whether the file says what the record means; all but the part of a second that is not stored.
fn reads_back(name: &RecordName, file: &str, record: &NewRecord) -> bool {
    let Entry::Good(read) = format::read(name, file.as_bytes()) else {
        return false;
    };
    let mut asked_for = record.asked_for.clone();
    asked_for.asked = read.asked_for.asked;
    read.asked_for == asked_for && read.outcome == record.outcome && read.reply == record.reply
}

fn later(asked: Timestamp) -> Option<Timestamp> {
    asked.checked_add(SignedDuration::from_secs(1)).ok()
}
