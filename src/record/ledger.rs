//! What was begun and is not a record yet: an intent is on the disk before a request leaves, and the text of the reply as
//! it comes. Both go when the record is there. What a killed run leaves may have been paid for.
//!
//! Room for both, the record and the text, is set aside before the intent is noted: what is paid for then has its place.
//!
//! The files are `ledger/<key>-<attempt>.intent` and `ledger/<key>-<attempt>.partial` below `.postwright/`, so attempts
//! can be counted and none overwrites the text of another. They concern one machine only and are not committed.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::Deserialize;

use super::format::{self, Lines};
use super::store::list;
use super::{Entry, Link, Result, Store};
use crate::disk::{self, EntryKind, Expect, HOME, Room};
use crate::site::SitePath;
use crate::stub::Key;

/// More than an intent ever needs, in bytes.
const INTENT_LIMIT: u64 = 64 * 1024;
/// More than any model's reply, in bytes.
const PARTIAL_LIMIT: u64 = 16 * 1024 * 1024;

/// Set aside for a reply before it is asked for, in bytes. Hardly any is longer; of one that is, this much is sure of its
/// place.
const ROOM: u64 = 256 * 1024;

/// A request that is about to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// What is asked for.
    pub key: Key,
    /// Which attempt at it, from 1.
    pub attempt: u32,
    /// The page that asks.
    pub path: SitePath,
    /// Provider and name of the model: `openai/some-model`.
    pub model: String,
    /// When.
    pub asked: Timestamp,
    /// The earlier reply that this one is to go on from or to repair.
    pub link: Option<Link>,
    /// The pages of the site that the prompt offers as targets of links.
    pub offered: Vec<SitePath>,
}

/// An attempt without a record: perhaps paid, perhaps with a part of the reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leftover {
    /// What was asked for.
    pub key: Key,
    /// Which attempt at it.
    pub attempt: u32,
    /// The request; `None` where its file is missing or damaged.
    pub intent: Option<Intent>,
    /// As much of the reply as came, perhaps cut inside a character; empty where nothing came.
    pub partial: Vec<u8>,
    /// Whether the run saw it fail, and said then that it may have been paid for. The others were cut off with their run.
    pub is_told: bool,
}

#[derive(Deserialize)]
struct Raw {
    path: String,
    model: String,
    asked: String,
    continues: Option<String>,
    continues_at: Option<usize>,
    repairs: Option<String>,
    failed: Option<String>,
    #[serde(default)]
    offered: Vec<String>,
}

impl Raw {
    fn clean(self, key: &Key, attempt: u32) -> Option<Intent> {
        Some(Intent {
            key: key.clone(),
            attempt,
            path: SitePath::new(self.path),
            model: self.model,
            asked: self.asked.parse().ok()?,
            link: format::link(
                self.continues.as_deref(),
                self.continues_at,
                self.repairs.as_deref(),
            )
            .ok()?,
            offered: self.offered.into_iter().map(SitePath::new).collect(),
        })
    }
}

impl Store {
    /// Notes, synced, that a request is about to leave. An attempt is noted once.
    pub fn intent(&self, intent: &Intent) -> Result<()> {
        let Intent {
            key,
            attempt,
            path,
            model,
            asked,
            link,
            offered,
        } = intent;
        let mut text = Lines::default();
        text.value("version", Some(1));
        text.text("path", Some(path.as_str()));
        text.text("model", Some(model));
        text.text("asked", Some(&asked.to_string()));
        text.link(link.as_ref());
        text.texts("offered", offered.iter().map(SitePath::as_str));
        self.folder("ledger")?;
        let file = self.ledger_file(key, *attempt, "intent");
        Ok(self
            .root
            .write_atomic(&file, text.0.as_bytes(), Expect::Absent)?)
    }

    /// Sets room aside for the record of a reply that is about to be asked for, and for its text as it comes.
    ///
    /// # Errors
    /// The disk is full, or cannot be written to: then nothing should be asked.
    pub fn reserve(&self, key: &Key, attempt: u32) -> Result<Room> {
        self.folder("ledger")?;
        let room = self.root.reserve(&self.folder("tmp")?, ROOM)?;
        let partial = self.ledger_file(key, attempt, "partial");
        self.root.reserve_end(&partial, ROOM)?;
        Ok(room)
    }

    /// The number of the next attempt at `key`: one more than the highest that left a trace.
    pub fn next_attempt(&self, key: &Key) -> Result<u32> {
        let attempts = self.attempts()?.into_iter();
        let of_key = attempts.filter(|(found, _)| found == key);
        Ok(of_key.map(|(_, n)| n).max().unwrap_or(0).saturating_add(1))
    }

    /// Adds what has come of the reply of an attempt whose intent was noted. Not synced at each piece; [`Store::sync_partial`] does that.
    pub fn partial(&self, key: &Key, attempt: u32, piece: &[u8]) -> Result<()> {
        let file = self.ledger_file(key, attempt, "partial");
        Ok(self.root.append(&file, piece)?)
    }

    /// Waits until the text of an attempt is on the disk: when a stream has broken off.
    pub fn sync_partial(&self, key: &Key, attempt: u32) -> Result<()> {
        let file = self.ledger_file(key, attempt, "partial");
        Ok(self.root.sync(&file)?)
    }

    /// Notes that an attempt failed, for a cause in kebab-case, in a run that tells of it: it no longer stands for a
    /// request whose end nobody saw.
    pub fn fail(&self, key: &Key, attempt: u32, cause: &str) -> Result<()> {
        let file = self.ledger_file(key, attempt, "intent");
        let mut text = Lines::default();
        text.text("failed", Some(cause));
        self.root.append(&file, text.0.as_bytes())?;
        // Nothing more comes, so the room for it is not needed.
        let partial = self.ledger_file(key, attempt, "partial");
        match disk::read_start(&partial, 1) {
            Ok(text) if text.is_empty() => Ok(self.root.remove(&partial)?),
            Ok(_) => Ok(self.root.give_back_end(&partial)?),
            Err(error) if error.is_not_found() => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Forgets one attempt: it surely was not paid.
    pub fn forget(&self, key: &Key, attempt: u32) -> Result<()> {
        // The intent goes last, so that a crash in between leaves no text without a word on where it is from.
        for ending in ["partial", "intent"] {
            self.root.remove(&self.ledger_file(key, attempt, ending))?;
        }
        Ok(())
    }

    /// Forgets all attempts at `key`: its record is on the disk.
    pub fn clear(&self, key: &Key) -> Result<()> {
        for (found, attempt) in self.attempts()? {
            if found == *key {
                self.forget(key, attempt)?;
            }
        }
        Ok(())
    }

    /// Forgets attempts whose record is on the disk: the run was killed before it could do so. The bytes of a reply that no
    /// text could be read from stay.
    pub fn clear_recorded(&self) -> Result<()> {
        for Leftover {
            key,
            attempt,
            intent,
            partial,
            ..
        } in self.leftovers()?
        {
            let Some(intent) = intent else { continue };
            let records = self.records(&key)?;
            let is_recorded = records.iter().filter_map(Entry::record).any(|record| {
                record.asked_for.asked.as_second() == intent.asked.as_second()
                    && record.outcome.link == intent.link
                    && record.outcome.finish.as_deref() != Some("interrupted")
                    // Of a reply without readable text the bytes are in the ledger alone.
                    && (!record.reply.is_empty() || partial.is_empty())
            });
            if is_recorded {
                self.forget(&key, attempt)?;
            }
        }
        Ok(())
    }

    /// All attempts without a record, by key and attempt. While another run holds the site's lock, they are its own.
    pub fn leftovers(&self) -> Result<Vec<Leftover>> {
        let mut leftovers = Vec::new();
        for (key, attempt) in self.attempts()? {
            let intent = disk::read_text(&self.ledger_file(&key, attempt, "intent"), INTENT_LIMIT);
            let raw: Option<Raw> = intent.ok().and_then(|text| toml::from_str(&text).ok());
            let is_told = raw.as_ref().is_some_and(|raw| raw.failed.is_some());
            let intent = raw.and_then(|raw| raw.clean(&key, attempt));
            let partial = self.ledger_file(&key, attempt, "partial");
            leftovers.push(Leftover {
                intent,
                is_told,
                partial: disk::read_start(&partial, PARTIAL_LIMIT).unwrap_or_default(),
                key,
                attempt,
            });
        }
        Ok(leftovers)
    }

    pub(super) fn attempts(&self) -> Result<Vec<(Key, u32)>> {
        let names = list(&self.root.dir().join(HOME).join("ledger"))?;
        let mut attempts: Vec<_> = names
            .into_iter()
            .filter(|(_, kind)| *kind == EntryKind::File)
            .filter_map(|(name, _)| {
                let (stem, ending) = name.split_once('.')?;
                let (key, attempt) = stem.split_once('-')?;
                let known = matches!(ending, "intent" | "partial");
                known.then_some((Key::parse(key)?, attempt.parse().ok()?))
            })
            .collect();
        attempts.sort();
        attempts.dedup();
        Ok(attempts)
    }

    /// Where the text of an attempt is kept, from the site's root.
    pub fn partial_path(&self, key: &Key, attempt: u32) -> SitePath {
        SitePath::from_path(self.root.dir(), &self.ledger_file(key, attempt, "partial"))
    }

    fn ledger_file(&self, key: &Key, attempt: u32, ending: &str) -> PathBuf {
        let home = self.root.dir().join(HOME);
        home.join("ledger")
            .join(format!("{key}-{attempt}.{ending}"))
    }
}
