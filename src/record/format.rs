//! The file of a record: TOML between two lines `+++`, every value on one line, and then the reply's bytes.

use std::fmt::Write;

use serde::Deserialize;

use super::{Asked, Entry, Head, Link, NewRecord, Outcome, Record, RecordName, hash};
use crate::front_matter::quote;
use crate::site::SitePath;
use crate::stub::Options;

/// The version of this form. A reader refuses a higher one; keys that it does not know it leaves alone.
const VERSION: i64 = 1;
/// Hex digits of the front matter's own hash.
const CHECKSUM: usize = 32;

/// What is read, before it is checked.
#[derive(Deserialize)]
struct Raw {
    version: i64,
    key: String,
    path: String,
    topic: String,
    #[serde(default)]
    brief: String,
    language: String,
    #[serde(default)]
    provider: String,
    #[serde(default)]
    model: String,
    asked: String,
    finish: Option<String>,
    tokens_in: Option<u64>,
    tokens_out: Option<u64>,
    tokens_cached: Option<u64>,
    tokens_reasoning: Option<u64>,
    #[serde(default)]
    estimated: bool,
    prompt: Option<String>,
    #[serde(default)]
    offered: Vec<String>,
    reply: String,
    continues: Option<String>,
    continues_at: Option<usize>,
    repairs: Option<String>,
    #[serde(default)]
    options: RawOptions,
}

#[derive(Deserialize, Default)]
struct RawOptions {
    audience: Option<String>,
    tone: Option<String>,
    #[serde(default)]
    keywords: Vec<String>,
    words: Option<u32>,
    language: Option<String>,
    #[serde(default)]
    context: Vec<String>,
}

/// Only what tells that a file is of a newer form, which may have everything else changed.
#[derive(Deserialize)]
struct RawVersion {
    version: i64,
}

/// The file of a new record.
pub(super) fn render(record: &NewRecord) -> String {
    let NewRecord {
        asked_for,
        outcome,
        reply,
    } = record;
    let Asked {
        path,
        topic,
        brief,
        options,
        language,
        provider,
        model,
        asked,
        prompt,
        offered,
    } = asked_for;
    let Outcome {
        finish,
        tokens_in,
        tokens_out,
        tokens_cached,
        tokens_reasoning,
        estimated,
        link,
    } = outcome;
    let mut front = Lines::default();
    front.value("version", Some(VERSION));
    front.text("key", Some(asked_for.key().as_str()));
    front.text("path", Some(path.as_str()));
    front.text("topic", Some(topic));
    front.text("brief", Some(brief));
    front.text("language", Some(language));
    front.text("provider", Some(provider));
    front.text("model", Some(model));
    let asked = asked.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    front.text("asked", Some(&asked));
    front.text("finish", finish.as_deref());
    front.value("tokens_in", tokens_in.as_ref());
    front.value("tokens_out", tokens_out.as_ref());
    front.value("tokens_cached", tokens_cached.as_ref());
    front.value("tokens_reasoning", tokens_reasoning.as_ref());
    front.value("estimated", estimated.then_some(true));
    front.text("prompt", prompt.as_deref());
    front.texts("offered", offered.iter().map(SitePath::as_str));
    front.text("reply", Some(&hash(reply.as_bytes())));
    front.link(link.as_ref());
    let mut table = Lines::default();
    render_options(&mut table, options);
    let checksum = checksum(&(front.0.clone() + &table.0));
    front.text("checksum", Some(&checksum));
    format!("+++\n{}{}+++\n{reply}", front.0, table.0)
}

/// The hash of a record's front matter, with its line ends as LF and without the line that notes this hash.
fn checksum(front: &str) -> String {
    hash(front.as_bytes())[..CHECKSUM].to_owned()
}

/// Whether the front matter is what was written. One without a checksum, as the first records have it, is taken at its
/// word.
fn is_as_written(front: &str) -> bool {
    let front = front.replace("\r\n", "\n");
    let is_noted = |line: &&str| line.starts_with("checksum = ");
    let Some(noted) = front.split_inclusive('\n').find(is_noted) else {
        return true;
    };
    let others: String = front
        .split_inclusive('\n')
        .filter(|l| !is_noted(l))
        .collect();
    *noted == format!("checksum = {}\n", quote(&checksum(&others)))
}

fn render_options(front: &mut Lines, options: &Options) {
    if *options == Options::default() {
        return;
    }
    let Options {
        audience,
        tone,
        keywords,
        words,
        language,
        context,
    } = options;
    front.0.push_str("\n[options]\n");
    front.text("audience", audience.as_deref());
    front.text("tone", tone.as_deref());
    front.texts("keywords", keywords.iter().map(String::as_str));
    front.value("words", words.as_ref());
    front.text("language", language.as_deref());
    front.texts("context", context.iter().map(String::as_str));
}

/// Lines `key = value`.
#[derive(Default)]
pub(super) struct Lines(pub(super) String);

impl Lines {
    pub(super) fn text(&mut self, key: &str, text: Option<&str>) {
        self.value(key, text.map(quote));
    }

    /// A list on one line; nothing where it is empty.
    pub(super) fn texts<'t>(&mut self, key: &str, texts: impl Iterator<Item = &'t str>) {
        let list: Vec<String> = texts.map(quote).collect();
        let text = format!("[{}]", list.join(", "));
        self.value(key, (!list.is_empty()).then_some(text));
    }

    pub(super) fn value(&mut self, key: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            // Writing to a String cannot fail.
            let _ = writeln!(self.0, "{key} = {value}");
        }
    }
}

impl Lines {
    /// How the reply hangs together with an earlier one: `continues` and `continues_at`, or `repairs`.
    pub(super) fn link(&mut self, link: Option<&Link>) {
        match link {
            None => {}
            Some(Link::Continues { record, at }) => {
                self.text("continues", Some(&record.to_string()));
                self.value("continues_at", Some(at));
            }
            Some(Link::Repairs { record }) => self.text("repairs", Some(&record.to_string())),
        }
    }
}

/// The reverse of [`Lines::link`].
pub(super) fn link(
    continues: Option<&str>,
    at: Option<usize>,
    repairs: Option<&str>,
) -> Result<Option<Link>, &'static str> {
    let named = |text: &str| {
        RecordName::parse(text).ok_or("it refers to a record by something that is no name")
    };
    match (continues, at, repairs) {
        (None, None, None) => Ok(None),
        (Some(record), Some(at), None) => Ok(Some(Link::Continues {
            record: named(record)?,
            at,
        })),
        (None, None, Some(record)) => Ok(Some(Link::Repairs {
            record: named(record)?,
        })),
        _ => Err("what it says of the record that it continues or repairs does not fit together"),
    }
}

/// The front matter and what follows its closing line; `None` where there is no such thing. Lines may end in CR LF.
pub(super) fn split(file: &[u8]) -> Option<(&[u8], &[u8])> {
    let is_fence = |line: &[u8]| matches!(line, b"+++\n" | b"+++\r\n");
    let first = file.split_inclusive(|&b| b == b'\n').next()?;
    if !is_fence(first) {
        return None;
    }
    let mut end = first.len();
    for line in file[first.len()..].split_inclusive(|&b| b == b'\n') {
        if is_fence(line) {
            return Some((&file[first.len()..end], &file[end + line.len()..]));
        }
        end += line.len();
    }
    None
}

/// What the file of the record `name` holds.
pub(super) fn read(name: &RecordName, file: &[u8]) -> Entry {
    match read_parts(name, file) {
        Ok(record) => Entry::Good(Box::new(record)),
        Err(Unusable::Newer(version)) => Entry::Newer {
            name: name.clone(),
            version,
        },
        Err(Unusable::Damaged(why)) => Entry::Damaged {
            name: name.clone(),
            why,
        },
    }
}

/// What tells the record `name` from others, from the beginning of its file; `None` where that is damaged or cut off.
pub(super) fn read_head(name: &RecordName, start: &[u8]) -> Option<Head> {
    let (front, _) = split(start)?;
    let raw = parse(front).ok()?;
    Some(Head {
        name: name.clone(),
        path: SitePath::new(raw.path),
        topic: raw.topic,
        language: raw.language,
    })
}

enum Unusable {
    Newer(i64),
    Damaged(String),
}

impl From<&str> for Unusable {
    fn from(why: &str) -> Self {
        Self::Damaged(why.to_owned())
    }
}

fn parse(front: &[u8]) -> Result<Raw, Unusable> {
    let front = std::str::from_utf8(front).map_err(|_| "its front matter is not UTF-8")?;
    let broken = |error: toml::de::Error| {
        let message = error.message().replace('\n', " ");
        Unusable::Damaged(format!("its front matter does not parse: {message}"))
    };
    let RawVersion { version } = toml::from_str(front).map_err(broken)?;
    if version > VERSION {
        return Err(Unusable::Newer(version));
    }
    toml::from_str(front).map_err(broken)
}

fn read_parts(name: &RecordName, file: &[u8]) -> Result<Record, Unusable> {
    let (front, reply) = split(file).ok_or("its front matter is missing or has no end")?;
    let Raw {
        version,
        key,
        path,
        topic,
        brief,
        language,
        provider,
        model,
        asked,
        finish,
        tokens_in,
        tokens_out,
        tokens_cached,
        tokens_reasoning,
        estimated,
        prompt,
        offered,
        reply: reply_hash,
        continues,
        continues_at,
        repairs,
        options,
    } = parse(front)?;
    if version != VERSION {
        return Err("its version is not one that ever was".into());
    }
    if !std::str::from_utf8(front).is_ok_and(is_as_written) {
        return Err(
            "its front matter was changed: it does not have the hash that was noted".into(),
        );
    }
    let reply = std::str::from_utf8(reply).map_err(|_| "its reply is not UTF-8")?;
    let reply = whole_reply(reply, &reply_hash)
        .ok_or("its reply was changed or cut: it does not have the hash that was noted")?;
    if !reply_hash.starts_with(name.reply_hash_start()) {
        return Err("its file name belongs to another reply".into());
    }
    let asked = asked
        .parse()
        .map_err(|_| "the time at which it was asked for is no time")?;
    let asked_for = Asked {
        path: SitePath::new(path),
        topic,
        brief,
        options: clean(options),
        language,
        provider,
        model,
        asked,
        prompt,
        offered: offered.into_iter().map(SitePath::new).collect(),
    };
    // The key is worked out again: a changed topic, brief or option shows.
    if asked_for.key().as_str() != key || *name.key() != asked_for.key() {
        return Err("its key is not that of its topic, brief, options and language".into());
    }
    Ok(Record {
        name: name.clone(),
        asked_for,
        outcome: Outcome {
            finish,
            tokens_in,
            tokens_out,
            tokens_cached,
            tokens_reasoning,
            estimated,
            link: link(continues.as_deref(), continues_at, repairs.as_deref())?,
        },
        reply,
        whole: None,
    })
}

fn clean(raw: RawOptions) -> Options {
    let RawOptions {
        audience,
        tone,
        keywords,
        words,
        language,
        context,
    } = raw;
    Options {
        audience,
        tone,
        keywords,
        words,
        language,
        context,
    }
}

/// The reply as it came: the text itself, or what it was before git or an editor changed its line ends.
fn whole_reply(text: &str, reply_hash: &str) -> Option<String> {
    let is_whole = |text: &str| hash(text.as_bytes()) == reply_hash;
    if is_whole(text) {
        return Some(text.to_owned());
    }
    let lf = text.replace("\r\n", "\n");
    if is_whole(&lf) {
        return Some(lf);
    }
    let crlf = lf.replace('\n', "\r\n");
    is_whole(&crlf).then_some(crlf)
}
