//! All that is kept, for looking after it: what there is, whether it is still what was written, and taking it away.

use std::collections::BTreeSet;

use std::path::Path;

use super::kept_pages::PAGE_HASH;
use super::store::RECORD_LIMIT;
use super::{Entry, RecordName, Result, Store, hash};
use crate::disk::{self, EntryKind, HOME};
use crate::site::SitePath;
use crate::stub::Key;

/// Everything in the folders of records and of kept pages, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The records, by key and in the order of time.
    pub records: Vec<RecordName>,
    /// The kept pages: the hashes that are their names.
    pub pages: Vec<String>,
    /// What is no record and no kept page, with what it is instead.
    pub odd: Vec<(SitePath, String)>,
    /// Folders that cannot be listed, with the reason.
    pub unreadable: Vec<(SitePath, String)>,
}

/// A kept page as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptPage {
    /// Its name is the hash of its bytes: a stub as it was read, or a post as a person left it.
    Bytes(Vec<u8>),
    /// Its name is not the hash of its bytes. It may be that of a post without its provenance.
    Other(Vec<u8>),
    /// It cannot be read.
    Unreadable(String),
}

impl Store {
    /// What there is, from the listings of the folders alone. What killed runs left behind is passed over.
    pub fn inventory(&self) -> Inventory {
        let mut found = Inventory::default();
        for (name, kind) in found.listing("replies", self) {
            let key = Key::parse(&name).filter(|_| kind == EntryKind::Folder);
            let Some(key) = key else {
                found.is_odd(format!("replies/{name}"), kind, "no folder of a key");
                continue;
            };
            for (file, kind) in found.listing(&format!("replies/{key}"), self) {
                let record = file
                    .strip_suffix(".md")
                    .filter(|_| kind == EntryKind::File)
                    .and_then(|stem| RecordName::from_file(&key, stem));
                match record {
                    Some(record) => found.records.push(record),
                    None => found.is_odd(format!("replies/{key}/{file}"), kind, "no record"),
                }
            }
        }
        for (file, kind) in found.listing("pages", self) {
            let page = file
                .strip_suffix(".md")
                .filter(|_| kind == EntryKind::File)
                .and_then(Key::parse);
            match page {
                Some(page) => found.pages.push(page.as_str().to_owned()),
                None => found.is_odd(format!("pages/{file}"), kind, "no kept page"),
            }
        }
        found
    }

    /// The file of a record as it is; `None` where it is not there.
    pub fn record_file(&self, name: &RecordName) -> Result<Option<Vec<u8>>> {
        match disk::read(&self.file(name), RECORD_LIMIT) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The kept page of this name, and what its name says of it; `None` where it is not there.
    pub fn look_at_page(&self, name: &str) -> Option<KeptPage> {
        match self.kept_page(name) {
            Ok(None) => None,
            Ok(Some(bytes)) if hash(&bytes)[..PAGE_HASH] == *name => Some(KeptPage::Bytes(bytes)),
            Ok(Some(bytes)) => Some(KeptPage::Other(bytes)),
            Err(error) => Some(KeptPage::Unreadable(error.to_string())),
        }
    }

    /// The record with those that it goes on from or repairs, as far as they are there: the oldest first.
    pub fn chain(&self, name: &RecordName) -> Vec<RecordName> {
        let mut chain = vec![name.clone()];
        let mut seen = BTreeSet::from([name.clone()]);
        let mut next = self.link_of(name);
        while let Some(earlier) = next.filter(|earlier| seen.insert(earlier.clone())) {
            next = self.link_of(&earlier);
            chain.push(earlier);
        }
        chain.reverse();
        chain
    }

    fn link_of(&self, name: &RecordName) -> Option<RecordName> {
        match self.load_one(name) {
            Entry::Good(record) => Some(record.outcome.link?.record().clone()),
            Entry::Damaged { .. } | Entry::Newer { .. } => None,
        }
    }

    /// Takes a record away for good.
    pub fn remove_record(&self, name: &RecordName) -> Result<()> {
        Ok(self.root.remove(&self.file(name))?)
    }

    /// Takes a kept page away for good.
    pub fn remove_page(&self, name: &str) -> Result<()> {
        match Key::parse(name) {
            Some(name) => Ok(self
                .root
                .remove(&self.home("pages").join(format!("{name}.md")))?),
            None => Ok(()),
        }
    }
}

impl Inventory {
    /// The entries of a folder below `.postwright/`; none where it is missing, and a note where it cannot be listed.
    fn listing(&mut self, folder: &str, store: &Store) -> Vec<(String, EntryKind)> {
        let path = SitePath::new(format!("{HOME}/{folder}"));
        let dir = store.home(folder);
        if disk::is_link(&dir) {
            self.unreadable
                .push((path, "it is a symbolic link".to_owned()));
            return Vec::new();
        }
        match disk::list(&dir) {
            Ok(entries) => entries
                .into_iter()
                // A name that is no text is told as it can be shown; it is none of ours.
                .map(|(name, kind)| {
                    let shown = SitePath::from_path(Path::new(""), Path::new(&name));
                    (shown.as_str().to_owned(), kind)
                })
                .filter(|(name, _)| !disk::is_temporary(Path::new(name)))
                .collect(),
            Err(error) if error.is_not_found() => Vec::new(),
            Err(error) => {
                self.unreadable.push((path, error.to_string()));
                Vec::new()
            }
        }
    }

    fn is_odd(&mut self, below: String, kind: EntryKind, expected: &str) {
        let what = match kind {
            EntryKind::File => "a file",
            EntryKind::Folder => "a folder",
            EntryKind::Link => "a symbolic link",
            EntryKind::Other => "a device, pipe or socket",
        };
        let path = SitePath::new(format!("{HOME}/{below}"));
        self.odd.push((path, format!("{what} that is {expected}")));
    }
}
