//! What is kept: the replies and pages below `.postwright/`, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::human::plural;
use super::json;
use crate::site::SitePath;
use crate::text::{escape, shorten};

/// A recorded reply in `records list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLine {
    /// Its name, as key/name.
    pub name: String,
    /// `whole` where a post can be made of it, `waiting` where that has not been done and its page is a post of an earlier
    /// one, `partial` where it was cut or is malformed, `damaged` where it is not what
    /// was written, `newer` where only a newer version can read it.
    pub state: &'static str,
    /// Why no post can be made of it, or how it becomes one.
    pub why: Option<String>,
    /// When it was asked for, RFC 3339.
    pub asked: Option<String>,
    /// Provider and name of the model.
    pub model: Option<String>,
    /// The stub's topic.
    pub topic: Option<String>,
    /// The size of the file, in bytes.
    pub bytes: u64,
    /// Words of the post that it makes, or of the text that is there.
    pub words: Option<usize>,
    /// The posts that were made from it, or from one that goes on from it, and the stubs that it was asked for.
    pub pages: Vec<SitePath>,
}

/// What `records verify` has to say of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// `damaged`, `missing`, `unreadable`, `newer` or `odd`.
    pub kind: &'static str,
    /// The file, or the page that misses something.
    pub path: SitePath,
    /// What is the matter.
    pub message: String,
    /// What to do.
    pub help: &'static str,
}

/// Something that `records prune` removes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// The file.
    pub path: SitePath,
    /// Its size, in bytes.
    pub bytes: u64,
    /// Why nothing needs it.
    pub why: String,
}

/// The table that `records list` prints. The key stands before a name only where two replies have the same one.
pub fn list(lines: &[RecordLine]) -> String {
    let short = |name: &str| {
        name.split_once('/')
            .map_or(name, |(_, file)| file)
            .to_owned()
    };
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for line in lines {
        *count.entry(short(&line.name)).or_default() += 1;
    }
    let rows: Vec<[String; 6]> = lines
        .iter()
        .map(|line| {
            let name = short(&line.name);
            let name = if count[&name] > 1 {
                line.name.clone()
            } else {
                name
            };
            let pages = match line.pages.as_slice() {
                [] => "-".to_owned(),
                [page] => escape(page.as_str()).into_owned(),
                [page, more @ ..] => format!("{} and {} more", escape(page.as_str()), more.len()),
            };
            let model = line.model.as_deref().unwrap_or("-");
            [
                name,
                line.state.to_owned(),
                line.words
                    .map_or_else(|| "-".to_owned(), |words| plural(words, "word")),
                escape(&shorten(model, 40)).into_owned(),
                pages,
                escape(&shorten(line.topic.as_deref().unwrap_or("-"), 60)).into_owned(),
            ]
        })
        .collect();
    let width = |column: usize| {
        let lengths = rows.iter().map(|row| row[column].chars().count());
        lengths.max().unwrap_or(0).min(60)
    };
    let widths = [0, 1, 2, 3, 4].map(width);
    let mut out = String::new();
    for [name, state, words, model, pages, topic] in &rows {
        let [of_name, of_state, of_words, of_model, of_pages] = widths;
        let _ = writeln!(
            out,
            "{name:<of_name$}  {state:<of_state$}  {words:>of_words$}  {model:<of_model$}  {pages:<of_pages$}  {topic}"
        );
    }
    out
}

/// One line a problem, with what to do below it.
pub fn problems(problems: &[Problem]) -> String {
    let mut out = String::new();
    for problem in problems {
        let Problem {
            kind,
            path,
            message,
            help,
        } = problem;
        let _ = writeln!(
            out,
            "{kind}: {}: {}\n  help: {help}",
            escape(path.as_str()),
            escape(message)
        );
    }
    out
}

/// One line a file that goes.
pub fn removals(removals: &[Removal]) -> String {
    let mut out = String::new();
    for Removal { path, bytes, why } in removals {
        let _ = writeln!(
            out,
            "{:>8}  {}  {}",
            size(*bytes),
            escape(path.as_str()),
            escape(why)
        );
    }
    out
}

/// `12.5 kB`.
pub fn size(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a size for people")]
    let number = bytes as f64;
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", number / 1e3),
        _ => format!("{:.1} MB", number / 1e6),
    }
}

#[derive(Serialize)]
struct List<'a> {
    version: u32,
    records: Vec<RecordJson<'a>>,
}

#[derive(Serialize)]
struct RecordJson<'a> {
    name: &'a str,
    state: &'a str,
    why: Option<&'a str>,
    asked: Option<&'a str>,
    model: Option<&'a str>,
    topic: Option<&'a str>,
    bytes: u64,
    words: Option<usize>,
    pages: Vec<&'a str>,
}

#[derive(Serialize)]
struct Verified<'a> {
    version: u32,
    problems: Vec<ProblemJson<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct ProblemJson<'a> {
    kind: &'a str,
    path: &'a str,
    message: &'a str,
    help: &'a str,
}

#[derive(Serialize)]
struct Summary {
    records: usize,
    pages: usize,
}

#[derive(Serialize)]
struct Pruned<'a> {
    version: u32,
    removed: bool,
    files: Vec<RemovalJson<'a>>,
    bytes: u64,
}

#[derive(Serialize)]
struct RemovalJson<'a> {
    path: &'a str,
    bytes: u64,
    why: &'a str,
}

/// The document that `records list --format json` prints.
pub fn list_json(lines: &[RecordLine]) -> String {
    json::print(&List {
        version: 1,
        records: lines
            .iter()
            .map(|line| RecordJson {
                name: &line.name,
                state: line.state,
                why: line.why.as_deref(),
                asked: line.asked.as_deref(),
                model: line.model.as_deref(),
                topic: line.topic.as_deref(),
                bytes: line.bytes,
                words: line.words,
                pages: line.pages.iter().map(SitePath::as_str).collect(),
            })
            .collect(),
    })
}

/// The document that `records verify --format json` prints.
pub fn problems_json(problems: &[Problem], records: usize, pages: usize) -> String {
    json::print(&Verified {
        version: 1,
        problems: problems
            .iter()
            .map(|problem| ProblemJson {
                kind: problem.kind,
                path: problem.path.as_str(),
                message: &problem.message,
                help: problem.help,
            })
            .collect(),
        summary: Summary { records, pages },
    })
}

/// The document that `records prune --format json` prints.
pub fn removals_json(removals: &[Removal], removed: bool) -> String {
    json::print(&Pruned {
        version: 1,
        removed,
        files: removals
            .iter()
            .map(|removal| RemovalJson {
                path: removal.path.as_str(),
                bytes: removal.bytes,
                why: &removal.why,
            })
            .collect(),
        bytes: removals.iter().map(|removal| removal.bytes).sum(),
    })
}
