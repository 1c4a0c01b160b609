//! The optional wishes in a stub.

use crate::text::{escape, nearest, shorten};

use super::{Problem, Table, Value, tidy, type_name};

/// More words than this are a slip of the keyboard, or a book.
pub const MAX_WORDS: u32 = 20_000;

/// The names of the options, in the order in which they are documented.
const NAMES: &[&str] = &[
    "audience", "tone", "keywords", "words", "language", "context", "ignore",
];

/// A post builds on no more pages than these: with the limit of each, they fit beside a post into a small context window.
pub const MAX_CONTEXT: usize = 8;

/// What an author may wish for beyond topic and brief. Texts have LF line ends and no blanks at either end, and are never
/// empty: an empty option is an absent one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Options {
    /// Whom the post is for.
    pub audience: Option<String>,
    /// How it should sound.
    pub tone: Option<String>,
    /// What readers will search for, in the author's order.
    pub keywords: Vec<String>,
    /// How long it should be, in words: from 1 to [`MAX_WORDS`].
    pub words: Option<u32>,
    /// The language to write in, for example `en` or `pt-BR`.
    pub language: Option<String>,
    /// The pages that the post builds on, as paths from the site's root with `/` between their parts, in the author's
    /// order: at most [`MAX_CONTEXT`], none of them outside the site. Whether they exist is another question.
    pub context: Vec<String>,
}

impl Options {
    /// The options in a table that may hold provenance as well, as that of a post does. What is wrong counts as absent:
    /// a stub was told of it, and a post needs it no more.
    pub fn of_post(table: &Table) -> Self {
        read(table, "", &mut Vec::new())
    }
}

/// Reads the table `table_name`; what is wrong goes to `problems`.
pub(super) fn read(table: &Table, table_name: &str, problems: &mut Vec<Problem>) -> Options {
    let mut options = Options::default();
    for (name, value) in table {
        if matches!(value, Value::Null) {
            continue;
        }
        let read = match name.as_str() {
            "audience" => text(value).map(|text| options.audience = text),
            "tone" => text(value).map(|text| options.tone = text),
            "keywords" => keywords(value).map(|list| options.keywords = list),
            "words" => words(value).map(|words| options.words = Some(words)),
            "language" => language(value).map(|language| options.language = language),
            "context" => context(value).map(|list| options.context = list),
            // What `check` shall be silent about is nothing to ask a model for.
            "ignore" => rules(value),
            unknown => Err(unknown_option(unknown)),
        };
        if let Err((message, help)) = read {
            let key = format!("{table_name}.{name}");
            let message = format!("`{}` {message}", escape(&shorten(&key, 80)));
            problems.push(Problem::new(key, message, help));
        }
    }
    options
}

type Wrong = (String, String);

fn wrong_type(value: &Value, help: &str) -> Wrong {
    let message = format!("is {}", type_name(value));
    (message, help.to_owned())
}

fn text(value: &Value) -> Result<Option<String>, Wrong> {
    match value {
        Value::String(text) => Ok(Some(tidy(text)).filter(|text| !text.is_empty())),
        other => Err(wrong_type(other, "write text in quotes")),
    }
}

fn keywords(value: &Value) -> Result<Vec<String>, Wrong> {
    const HELP: &str = r#"write a list of texts: ["first keyword", "second keyword"]"#;
    let Value::Array(items) = value else {
        return Err(wrong_type(value, HELP));
    };
    let mut list = Vec::new();
    for item in items {
        match item {
            Value::String(word) => list.push(tidy(word)),
            other => return Err((format!("holds {}", type_name(other)), HELP.to_owned())),
        }
    }
    list.retain(|word| !word.is_empty());
    Ok(list)
}

fn context(value: &Value) -> Result<Vec<String>, Wrong> {
    const HELP: &str =
        r#"write a list of pages, seen from the site's root: ["content/posts/first-part.md"]"#;
    let Value::Array(items) = value else {
        return Err(wrong_type(value, HELP));
    };
    let mut list: Vec<String> = Vec::new();
    for item in items {
        let Value::String(text) = item else {
            return Err((format!("holds {}", type_name(item)), HELP.to_owned()));
        };
        if text.trim().is_empty() {
            continue;
        }
        let shown = escape(&shorten(text.trim(), 80)).into_owned();
        match page_path(text) {
            Some(path) if list.contains(&path) => {}
            Some(path) => list.push(path),
            None => {
                let message = format!("holds `{shown}`, which is no page below the site's root");
                return Err((message, HELP.to_owned()));
            }
        }
    }
    if list.len() > MAX_CONTEXT {
        return Err((
            format!(
                "names {} pages; it may be {MAX_CONTEXT} at most",
                list.len()
            ),
            "leave out those that the post needs least".to_owned(),
        ));
    }
    Ok(list)
}

/// A page's path from the site's root on: without `.` and double slashes, in Unicode's composed form; `None` for one that
/// leads elsewhere, or to something that is no page.
pub(super) fn page_path(text: &str) -> Option<String> {
    let text = super::key::normalize(text);
    if text.starts_with('/') || text.contains(['\\', ':']) || text.chars().any(char::is_control) {
        return None;
    }
    let parts: Vec<&str> = text
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    let is_page = parts
        .last()
        .and_then(|name| name.rsplit_once('.'))
        .is_some_and(|(stem, extension)| {
            !stem.is_empty() && matches!(extension, "md" | "markdown")
        });
    (is_page && !parts.contains(&"..")).then(|| parts.join("/"))
}

fn rules(value: &Value) -> Result<(), Wrong> {
    const HELP: &str = r#"write names of rules: ["missing-date"]"#;
    match value {
        Value::String(_) => Ok(()),
        Value::Array(items) => match items.iter().find(|item| item.as_str().is_none()) {
            Some(other) => Err((format!("holds {}", type_name(other)), HELP.to_owned())),
            None => Ok(()),
        },
        other => Err(wrong_type(other, HELP)),
    }
}

fn words(value: &Value) -> Result<u32, Wrong> {
    const HELP: &str = "write a whole number without quotes, for example 1500";
    let Value::Integer(number) = value else {
        return Err(wrong_type(value, HELP));
    };
    match u32::try_from(*number) {
        Ok(words) if (1..=MAX_WORDS).contains(&words) => Ok(words),
        _ => Err((
            format!("is {number}; it must be from 1 to {MAX_WORDS}"),
            HELP.to_owned(),
        )),
    }
}

fn language(value: &Value) -> Result<Option<String>, Wrong> {
    const HELP: &str = r#"write a language tag in quotes, for example "en" or "pt-BR""#;
    let Value::String(tag) = value else {
        return Err(wrong_type(value, HELP));
    };
    let tag = tag.trim();
    if tag.is_empty() {
        return Ok(None);
    }
    if is_language_tag(tag) {
        Ok(Some(tag.to_owned()))
    } else {
        let shown = escape(&shorten(tag, 40)).into_owned();
        Err((format!("is `{shown}`, no language tag"), HELP.to_owned()))
    }
}

/// The shape of a tag of BCP 47, with `_` for those who write it so.
fn is_language_tag(tag: &str) -> bool {
    let mut parts = tag.split(['-', '_']);
    let first = parts.next().unwrap_or_default();
    (2..=8).contains(&first.len())
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && parts.all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
}

fn unknown_option(name: &str) -> Wrong {
    let all = NAMES.join(", ");
    let help = match nearest(name, NAMES.iter().copied()) {
        Some(known) => format!("did you mean `{known}`? The options are {all}"),
        None => format!("the options are {all}"),
    };
    ("is no option".to_owned(), help)
}
