//! Replies on disk.
//!
//! A record is a file `.postwright/replies/<key>/<asked, UTC>-<8 hex of the reply's hash>.md`: TOML front matter that says
//! what was asked, of whom and when, and then the bytes of the reply exactly as they came. Records are only ever added,
//! and no two have the same name, so that branches and machines merge without conflict. A record never holds a key, a
//! token or a header of a request. What can be worked out from the reply (whether it is whole, what it cost) is not stored.

use std::fmt;

use jiff::Timestamp;

use crate::site::SitePath;
use crate::stub::{Key, Options};
use crate::text::{escape, shorten};

mod chain;
mod format;
mod inventory;
mod kept_pages;
mod ledger;
mod store;

pub use inventory::{Inventory, KeptPage};
pub use ledger::{Intent, Leftover};
pub use store::{Kept, Store};

/// A reply and what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its name in the store.
    pub name: RecordName,
    /// What was asked, and of whom.
    pub asked_for: Asked,
    /// What came back besides the text.
    pub outcome: Outcome,
    /// The reply, exactly as it came.
    pub reply: String,
    /// The whole, where it goes on from another record or repairs one.
    pub whole: Option<Whole>,
}

impl Record {
    /// What a post is made of: the reply, together with those that it goes on from or repairs.
    pub fn text(&self) -> &str {
        let whole = self.whole.as_ref();
        whole.map_or(self.reply.as_str(), |whole| whole.text.as_str())
    }

    /// The pages that the reply, or one that it hangs together with, was told it may link to.
    pub fn offered(&self) -> impl Iterator<Item = &SitePath> {
        let earlier = self.whole.iter().flat_map(|whole| &whole.offered);
        self.asked_for.offered.iter().chain(earlier)
    }

    /// Whether it was cut rather than ended: then its end marker has to be the last thing in it.
    pub fn was_cut(&self) -> bool {
        matches!(
            self.outcome.finish.as_deref(),
            Some(
                "length"
                    | "max_tokens"
                    | "window-full"
                    | "paused"
                    | "missing"
                    | "cut"
                    | "interrupted"
            )
        )
    }

    /// Whether the run ended before the reply did: nothing that the model or its provider had a part in.
    pub fn was_interrupted(&self) -> bool {
        self.outcome.finish.as_deref() == Some("interrupted")
    }

    /// Whether the model or its provider would not write this: asking again would only cost again.
    pub fn was_declined(&self) -> bool {
        matches!(
            self.outcome.finish.as_deref(),
            Some("filtered" | "refused" | "tool-calls")
        )
    }
}

/// Several replies in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whole {
    /// What they say together.
    pub text: String,
    /// How many earlier replies are in it.
    pub earlier: u32,
    /// How often one that was cut was gone on from; where the run had ended, that was no fault of the reply.
    pub continued: u32,
    /// How often it was repaired.
    pub repaired: u32,
    /// The pages that the earlier replies were told they may link to.
    pub offered: Vec<SitePath>,
}

/// How a reply hangs together with an earlier one of the same key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// It goes on from one that was cut.
    Continues {
        /// The record of the cut one.
        record: RecordName,
        /// How many bytes of it (with its line ends as LF, and with those that it goes on from itself) count.
        at: usize,
    },
    /// It repairs one.
    Repairs {
        /// The record of the malformed one.
        record: RecordName,
    },
}

impl Link {
    /// The earlier record.
    pub fn record(&self) -> &RecordName {
        match self {
            Self::Continues { record, .. } | Self::Repairs { record } => record,
        }
    }
}

/// A reply that is not on disk yet.
#[derive(Debug, Clone, PartialEq)]
pub struct NewRecord {
    /// What was asked, and of whom.
    pub asked_for: Asked,
    /// What came back besides the text.
    pub outcome: Outcome,
    /// The reply, exactly as it came.
    pub reply: String,
}

/// What was asked, of whom and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// The page that asked, as a hint: pages may be renamed.
    pub path: SitePath,
    /// The stub's topic.
    pub topic: String,
    /// The stub's brief; may be empty.
    pub brief: String,
    /// The stub's options.
    pub options: Options,
    /// The language of the post.
    pub language: String,
    /// The provider's name, for example `openai`; `person` or the like for a reply that was pasted.
    pub provider: String,
    /// The model's name at the provider; may be empty.
    pub model: String,
    /// When the reply was asked for. Stored in whole seconds.
    pub asked: Timestamp,
    /// Hash of the prompt, where there was one.
    pub prompt: Option<String>,
    /// The pages of the site that the prompt offered as targets of links. The reply may link to these and to no other.
    pub offered: Vec<SitePath>,
}

impl Asked {
    /// The key under which the reply is kept.
    pub fn key(&self) -> Key {
        Key::of(&self.topic, &self.brief, &self.options, &self.language)
    }
}

/// What a provider says of a reply, and how it hangs together with others. All of it may be unknown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outcome {
    /// Why the model stopped: `stop`, `length`, `filtered`, `refused`, `tool-calls`, `missing` where no reason came, or the
    /// provider's word where it is none of these; `cut` where the stream broke off, `interrupted` where the run did.
    pub finish: Option<String>,
    /// Tokens of the prompt.
    pub tokens_in: Option<u64>,
    /// Tokens of the reply, hidden reasoning included.
    pub tokens_out: Option<u64>,
    /// Tokens of the prompt that the provider had in its cache, where it said so.
    pub tokens_cached: Option<u64>,
    /// Tokens of hidden reasoning, where the provider said so.
    pub tokens_reasoning: Option<u64>,
    /// Whether the numbers of tokens are our estimate and not the provider's count.
    pub estimated: bool,
    /// The earlier reply that this one goes on from or repairs.
    pub link: Option<Link>,
}

/// A record's name, `key/20261122T230500Z-1a2b3c4d`: the path of its file below `replies/` without the ending.
/// Names of one key are in the order in which the replies were asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordName {
    key: Key,
    file: String,
}

impl RecordName {
    /// A name from its text, as it stands in provenance and in `accept --record`. Nothing that parses leads out of the
    /// folder of replies.
    pub fn parse(text: &str) -> Option<Self> {
        let (key, file) = text.split_once('/')?;
        let file = file.strip_suffix(".md").unwrap_or(file);
        Self::from_file(&Key::parse(key)?, file)
    }

    fn from_file(key: &Key, file: &str) -> Option<Self> {
        let (asked, hash) = file.split_once('-')?;
        let asked_is_right = asked.len() == 16
            && asked.bytes().enumerate().all(|(index, b)| match index {
                8 => b == b'T',
                15 => b == b'Z',
                _ => b.is_ascii_digit(),
            });
        let hash_is_right = hash.len() == 8
            && hash
                .bytes()
                .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        (asked_is_right && hash_is_right).then(|| Self {
            key: key.clone(),
            file: file.to_owned(),
        })
    }

    fn new(key: Key, asked: Timestamp, reply_hash: &str) -> Self {
        let asked = asked.strftime("%Y%m%dT%H%M%SZ");
        let hash = reply_hash.get(..8).unwrap_or(reply_hash);
        Self {
            key,
            file: format!("{asked}-{hash}"),
        }
    }

    /// The key that the record is kept under.
    pub fn key(&self) -> &Key {
        &self.key
    }

    /// The name without the key; in the order of time.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The record's file, relative to the site's root.
    pub fn path(&self) -> SitePath {
        SitePath::new(format!(".postwright/replies/{self}.md"))
    }

    fn reply_hash_start(&self) -> &str {
        self.file.split_once('-').map_or("", |(_, hash)| hash)
    }
}

impl fmt::Display for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.key, self.file)
    }
}

/// A record's file as it was found.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// It is what was written.
    Good(Box<Record>),
    /// It is not what was written, so its reply is not used.
    Damaged {
        /// The record.
        name: RecordName,
        /// In what way.
        why: String,
    },
    /// A newer version of this program wrote it in a form that this one does not know.
    Newer {
        /// The record.
        name: RecordName,
        /// The version of the form.
        version: i64,
    },
}

impl Entry {
    /// The record's name.
    pub fn name(&self) -> &RecordName {
        match self {
            Self::Good(record) => &record.name,
            Self::Damaged { name, .. } | Self::Newer { name, .. } => name,
        }
    }

    /// The record, if it is good.
    pub fn record(&self) -> Option<&Record> {
        match self {
            Self::Good(record) => Some(record),
            Self::Damaged { .. } | Self::Newer { .. } => None,
        }
    }
}

/// The front matter of a record that tells whether it is one for a stub whose key has changed. The reply is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The record.
    pub name: RecordName,
    /// The page that asked.
    pub path: SitePath,
    /// The topic.
    pub topic: String,
    /// The language of the post.
    pub language: String,
}

/// What is wrong with the store as a whole, or with something that was to be written to it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file system refused.
    #[error(transparent)]
    Disk(#[from] crate::disk::Error),
    /// A kept page is not what was written.
    #[error("the kept page {path} is damaged: its bytes do not have the hash that is its name")]
    DamagedPage {
        /// The page's file.
        path: SitePath,
    },
    /// What was written does not read back as what was meant. An error of this program; nothing was written.
    #[error("a record for the topic `{}` cannot be written so that it reads back the same", escape(&shorten(topic, 60)))]
    NotReadable {
        /// The topic asked for.
        topic: String,
    },
}

/// A result of this module.
pub type Result<T> = std::result::Result<T, Error>;

/// BLAKE3 of some bytes as 64 hex digits.
pub fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().as_str().to_owned()
}
