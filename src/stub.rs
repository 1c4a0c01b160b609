//! Page to stub: what the author asks for.
//!
//! A stub is a page with a non-empty string `topic` at the top level of its front matter and no provenance. Its body is
//! the brief, and a table of options stands where the generator lets pages carry data of their own.

use std::path::PathBuf;

use crate::site::SitePath;

mod key;
mod options;
mod provenance;

pub use crate::front_matter::{Table, Value};
pub use key::{Key, normalize};
pub use options::{MAX_CONTEXT, MAX_WORDS, Options};
pub use provenance::{Provenance, page_hash};

/// A page with a title and more words of body than this looks like a finished post, even if it has a `topic`.
pub const FINISHED_WORDS: usize = 300;

/// A page that asks for a post.
#[derive(Debug, Clone)]
pub struct Stub {
    /// The page, as it is named to the author.
    pub path: SitePath,
    /// The page, as it is opened.
    pub file: PathBuf,
    /// The language that the post is written in: the option, else what the project says, else the page's own.
    pub language: String,
    /// The language that the page's name and place give it in the site, whatever its text is written in.
    pub page_language: String,
    /// What is asked for.
    pub request: Request,
    /// Identity of what is asked for.
    pub key: Key,
    /// The author's front matter, `topic` and options included.
    pub front: Table,
    /// The file as it was read, byte order mark and line ends included. Only a file that is still this is replaced.
    pub text: String,
}

impl Stub {
    /// The stub in the page `text` at `path`. `page_language` is what the page's place in the site says,
    /// `writing_language` what posts of that place are written in unless the stub has the option.
    pub fn new(
        path: SitePath,
        file: PathBuf,
        page_language: &str,
        writing_language: &str,
        request: Request,
        front: Table,
        text: String,
    ) -> Self {
        let language = request.options.language.clone();
        let language = language.unwrap_or_else(|| writing_language.to_owned());
        let key = Key::of(&request.topic, &request.brief, &request.options, &language);
        Self {
            path,
            file,
            language,
            page_language: page_language.to_owned(),
            request,
            key,
            front,
            text,
        }
    }
}

/// What an author asks for in a stub.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// What to write about; never empty, no blanks at either end, line ends as LF.
    pub topic: String,
    /// The author's notes for the model, line ends as LF, without blanks at either end; may be empty.
    pub brief: String,
    /// The optional wishes.
    pub options: Options,
    /// The author's word on whether the post is a draft; `None` where the stub is silent.
    pub draft: Option<bool>,
    /// The page has a title and a long body: perhaps a post that an author wrote, and happens to have a `topic`.
    pub looks_finished: bool,
}

/// What a page is to Postwright.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// It asks for a post.
    Stub(Request),
    /// It is a post that Postwright wrote.
    Post(Provenance),
    /// Neither: a page of the author's own.
    Page,
    /// It means to be a stub or a post and something in it is wrong; in the order of the page.
    Malformed(Vec<Problem>),
}

/// One thing that is wrong with a stub's front matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key, with its tables: `extra.postwright.words`.
    pub key: String,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

impl Problem {
    fn new(key: impl Into<String>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            message: message.into(),
            help: help.into(),
        }
    }
}

/// What the page with this front matter and body is. `options_path` names the table of options, which depends on the
/// generator: `["extra", "postwright"]`. `words` counts the words of a body.
pub fn classify(
    front: &Table,
    body: &str,
    options_path: &[&str],
    words: &dyn Fn(&str) -> usize,
) -> Kind {
    let options_name = options_path.join(".");
    let options = match lookup(front, options_path) {
        Some(Value::Table(table)) => Some(table),
        _ => None,
    };
    if let Some(table) = options.filter(|table| Provenance::is_in(table)) {
        return match Provenance::parse(table, &options_name) {
            Ok(provenance) => Kind::Post(provenance),
            Err(problems) => Kind::Malformed(problems),
        };
    }
    let Some(topic) = front.get("topic") else {
        return Kind::Page;
    };
    let looks_finished = matches!(front.get("title"), Some(Value::String(title)) if !title.trim().is_empty())
        && words(body) > FINISHED_WORDS;

    let mut problems = Vec::new();
    let topic = read_topic(topic, &mut problems);
    if topic.is_none() && looks_finished {
        // A site may use `topic` for something of its own.
        return Kind::Page;
    }
    let draft = read_draft(front.get("draft"), &mut problems);
    let options = match lookup(front, options_path) {
        None | Some(Value::Null) => Options::default(),
        Some(Value::Table(table)) => options::read(table, &options_name, &mut problems),
        Some(other) => {
            problems.push(Problem::new(
                &options_name,
                format!("`{options_name}` is {}, not a table", type_name(other)),
                format!("write the options as a table `{options_name}`, or leave it out"),
            ));
            Options::default()
        }
    };
    report_misplaced_options(front, options_path, &mut problems);
    match topic {
        Some(topic) if problems.is_empty() => Kind::Stub(Request {
            topic,
            brief: tidy(body),
            options,
            draft,
            looks_finished,
        }),
        _ => Kind::Malformed(problems),
    }
}

fn read_topic(value: &Value, problems: &mut Vec<Problem>) -> Option<String> {
    let message = match value {
        Value::String(topic) => match tidy(topic) {
            topic if topic.is_empty() => "`topic` is empty".to_owned(),
            topic => return Some(topic),
        },
        Value::Null => "`topic` is empty".to_owned(),
        other => format!("`topic` is {}, not text", type_name(other)),
    };
    problems.push(Problem::new(
        "topic",
        message,
        "write in quotes what the post should be about, or remove `topic` if this page is no stub",
    ));
    None
}

fn read_draft(value: Option<&Value>, problems: &mut Vec<Problem>) -> Option<bool> {
    match value {
        None | Some(Value::Null) => None,
        Some(Value::Boolean(draft)) => Some(*draft),
        Some(other) => {
            problems.push(Problem::new(
                "draft",
                format!("`draft` is {}", type_name(other)),
                "write `true` or `false`, without quotes",
            ));
            None
        }
    }
}

/// An options table where this generator's pages do not have theirs would be ignored in silence.
fn report_misplaced_options(front: &Table, options_path: &[&str], problems: &mut Vec<Problem>) {
    const PLACES: &[&[&str]] = &[
        &["postwright"],
        &["extra", "postwright"],
        &["params", "postwright"],
    ];
    let right = options_path.join(".");
    for place in PLACES.iter().filter(|&&place| place != options_path) {
        if matches!(lookup(front, place), Some(Value::Table(_))) {
            let wrong = place.join(".");
            problems.push(Problem::new(
                &wrong,
                format!("the options stand in `{wrong}`, where this site's generator has none"),
                format!("move them to `{right}`"),
            ));
        }
    }
}

fn lookup<'t>(front: &'t Table, path: &[&str]) -> Option<&'t Value> {
    let (first, rest) = path.split_first()?;
    rest.iter().try_fold(front.get(*first)?, |value, key| {
        if let Value::Table(table) = value {
            table.get(*key)
        } else {
            None
        }
    })
}

/// Line ends as LF, no blanks at either end.
fn tidy(text: &str) -> String {
    lf(text).trim().to_owned()
}

fn lf(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// A value's type with its article, in an author's words.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "`true` or `false`",
        Value::Date(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
        Value::Null => "empty",
    }
}

#[cfg(test)]
mod tests;
