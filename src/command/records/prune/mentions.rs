//! Names of records and kept pages, wherever they stand.

use std::collections::BTreeSet;

use anyhow::Context as _;

use crate::command::workspace::Workspace;
use crate::content::HEAD;
use crate::disk::{self, HOME};
use crate::record::RecordName;

/// Hex digits of a key and of a kept page's name.
const HASH: usize = 32;
/// The length of a record's name without its key: `20261122T230500Z-1a2b3c4d`.
const STAMP: usize = 25;

/// Everything in some text that may be the name of a record or of a kept page.
#[derive(Debug, Default)]
pub(super) struct Mentions {
    hashes: BTreeSet<String>,
    stamps: BTreeSet<String>,
}

impl Mentions {
    /// Adds the names in a text. Too many of them are no harm: what has the name stays.
    pub(super) fn add(&mut self, text: &[u8]) {
        let is_part = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
        for word in text.split(|b| !is_part(b)) {
            let Ok(word) = std::str::from_utf8(word) else {
                continue;
            };
            if word.len() == HASH {
                self.hashes.insert(word.to_owned());
            } else if word.len() == STAMP {
                self.stamps.insert(word.to_owned());
            }
        }
    }

    pub(super) fn has_page(&self, name: &str) -> bool {
        self.hashes.contains(name)
    }

    pub(super) fn has_record(&self, name: &RecordName) -> bool {
        self.stamps.contains(name.file())
    }
}

/// What the content folders and the ledger mention, hidden and ignored files and those of no page included.
pub(super) fn of_site(workspace: &Workspace) -> anyhow::Result<Mentions> {
    let mut mentions = Mentions::default();
    let ledger = workspace.root.dir().join(HOME).join("ledger");
    let folders = workspace.site.roots.iter().map(|root| root.dir.clone());
    for folder in folders.chain([ledger]) {
        disk::each_start(&folder, HEAD, &mut |_, start| mentions.add(start))
            .context("nothing is removed, because what uses it is not known")?;
    }
    Ok(mentions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_front_matter() {
        let key = "0123456789abcdef0123456789abcdef";
        let record = RecordName::parse(&format!("{key}/20261122T230500Z-1a2b3c4d")).unwrap();
        for text in [
            format!("reply = \"{record}\"\nstub = \"{key}\"\n"),
            format!("reply: {record}\nstub: {key}"),
            format!("{{\"reply\":\"{record}\",\"stub\":\"{key}\"}}"),
            format!("{}\r\n{key}", record.path()),
        ] {
            let mut mentions = Mentions::default();
            mentions.add(text.as_bytes());
            assert!(mentions.has_record(&record), "{text}");
            assert!(mentions.has_page(key), "{text}");
        }
        let mut mentions = Mentions::default();
        mentions.add(format!("{}x", record.file()).as_bytes());
        assert!(!mentions.has_record(&record));
    }
}
