//! Pages that are kept beside the records: stubs as they were read, posts as they were written.

use super::store::{RECORD_LIMIT, list};
use super::{Error, Result, Store, hash};
use crate::disk::{self, EntryKind, Expect, HOME};
use crate::site::SitePath;
use crate::stub::Key;

/// Hex digits in the name of a kept page.
pub(super) const PAGE_HASH: usize = 32;

impl Store {
    /// The hash under which [`Store::keep_page`] keeps a page.
    pub fn page_name(bytes: &[u8]) -> String {
        hash(bytes)[..PAGE_HASH].to_owned()
    }

    /// Keeps a page as it is and gives its hash, under which [`Store::page`] finds it: a stub before it is replaced.
    pub fn keep_page(&self, bytes: &[u8]) -> Result<String> {
        let name = Self::page_name(bytes);
        self.keep_page_as(&name, bytes)?;
        Ok(name)
    }

    /// Keeps a post as it was written under the hash that its provenance notes as `written`.
    pub fn keep_post(&self, written: &str, bytes: &[u8]) -> Result<()> {
        self.keep_page_as(written, bytes)
    }

    fn keep_page_as(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let dir = self.folder("pages")?;
        let path = dir.join(format!("{name}.md"));
        match self.root.write_atomic(&path, bytes, Expect::Absent) {
            Ok(()) => Ok(()),
            // That something has this name is no proof that the bytes are kept.
            Err(disk::Error::Exists { .. }) => {
                let found = disk::read(&path, RECORD_LIMIT)?;
                if found == bytes {
                    return Ok(());
                }
                Ok(self
                    .root
                    .write_atomic(&path, bytes, Expect::Bytes(&found))?)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The page that [`Store::keep_page`] kept; `None` where it is not there.
    pub fn page(&self, name: &str) -> Result<Option<Vec<u8>>> {
        match self.kept_page(name)? {
            Some(bytes) if hash(&bytes)[..PAGE_HASH] != *name => Err(Error::DamagedPage {
                path: SitePath::new(format!("{HOME}/pages/{name}.md")),
            }),
            page => Ok(page),
        }
    }

    /// The post that [`Store::keep_post`] kept; `None` where it is not there. That it still has the hash `written` is for
    /// the caller to see, who can take its provenance out.
    pub fn post(&self, written: &str) -> Result<Option<Vec<u8>>> {
        self.kept_page(written)
    }

    /// Whether a page that stood in the site holds this text. Those are kept under the hash of their bytes; a post is kept
    /// under another name before it is written, and may never have been. One that cannot be read is passed over.
    pub fn is_in_a_page(&self, text: &str) -> Result<bool> {
        let home = self.home("pages");
        for (name, kind) in list(&home)? {
            if kind != EntryKind::File {
                continue;
            }
            let Ok(page) = disk::read(&home.join(&name), RECORD_LIMIT) else {
                continue;
            };
            let holds = page.windows(text.len()).any(|part| part == text.as_bytes());
            if holds && name.strip_suffix(".md") == Some(&Self::page_name(&page)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn kept_page(&self, name: &str) -> Result<Option<Vec<u8>>> {
        // The name comes from a page's provenance, which anyone may have written.
        if Key::parse(name).is_none() {
            return Ok(None);
        }
        let path = self.home("pages").join(format!("{name}.md"));
        match disk::read(&path, RECORD_LIMIT) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}
