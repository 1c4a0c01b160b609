//! Head and body to article: values cleaned, doubtful ones noted, empty ones refused.

use super::categories::Categories;
use super::ending::Extent;
use super::head::{Head, Value};
use super::label::{self, Kind};
use super::lines::{Lines, is_blank};
use super::{MOST_TAGS, Note, Parsed, ReplyError, value};
use crate::article::Article;
use crate::text;

/// Unknown categories that get a note of their own.
const MOST_NOTES: usize = 20;

/// The article, or the first of title, description and body that is missing.
pub(super) fn article(
    lines: &Lines<'_>,
    head: &Head,
    body: &str,
    extent: &Extent,
    categories: &[String],
) -> Result<Parsed, ReplyError> {
    let one_line = |value: &Option<Value>, kind: Kind| match value {
        None => Err(ReplyError::MissingLabel { label: kind.name() }),
        Some(value) => match value.text.iter().find_map(|text| label::within(text)) {
            None => Ok((value::line(&value.text), value.line + 1)),
            Some(found) => {
                let (line, label) = (value.line + 1, found.name());
                // What a stream with doubled chunks looks like.
                Err(if head.has(found) {
                    ReplyError::DuplicateLabels { line, label }
                } else {
                    ReplyError::LabelWithinValue { line, label }
                })
            }
        },
    };
    let (title, line) = one_line(&head.title, Kind::Title)?;
    if title.is_empty() {
        return Err(ReplyError::EmptyTitle { line });
    }
    let (description, line) = one_line(&head.description, Kind::Description)?;
    if description.is_empty() {
        return Err(ReplyError::EmptyDescription { line });
    }
    let body = without_title(without_outer_blank_lines(body), &title);
    if body.is_empty() {
        return Err(ReplyError::EmptyBody {
            line: lines.at(extent.after) + 1,
        });
    }

    let mut notes = Vec::new();
    for &at in &head.stray {
        let shown = text::shorten(lines.get(at).trim(), 60);
        notes.push(
            Note::new(
                "stray-text",
                format!(
                    "line {} of the reply stands between the labels and was left out: {}",
                    at + 1,
                    text::escape(&shown)
                ),
            )
            .help("the recorded reply still has it"),
        );
    }
    let tags = tags(head.tags.as_ref(), &mut notes);
    let categories = matched(head.categories.as_ref(), categories, &mut notes);
    let article = Article {
        title,
        description,
        tags,
        categories,
        body: body.to_owned(),
    };
    Ok(Parsed { article, notes })
}

fn tags(value: Option<&Value>, notes: &mut Vec<Note>) -> Vec<String> {
    let mut tags = value.map_or_else(Vec::new, |value| value::terms(&value.text));
    if tags.is_empty() {
        notes.push(
            Note::new("no-tags", "the reply names no tags")
                .help("write tags into the front matter, or ask again"),
        );
    }
    let repeated = value::remove_repeated(&mut tags);
    if let Some(first) = repeated.first() {
        let shown = text::shorten(first, 40);
        notes.push(Note::new(
            "duplicate-tag",
            format!(
                "the reply names {} tag(s) more than once, for example `{}`; each is kept once",
                repeated.len(),
                text::escape(&shown)
            ),
        ));
    }
    if tags.len() > MOST_TAGS {
        notes.push(Note::new(
            "too-many-tags",
            format!(
                "the reply names {} tags; the first {MOST_TAGS} are kept",
                tags.len()
            ),
        ));
        tags.truncate(MOST_TAGS);
    }
    tags
}

/// The categories of the reply in the site's spelling; what matches nothing is dropped with a note.
fn matched(value: Option<&Value>, list: &[String], notes: &mut Vec<Note>) -> Vec<String> {
    if list.is_empty() {
        return Vec::new();
    }
    let categories = Categories::new(list);
    let names = value.map_or_else(Vec::new, |value| value::names(&value.text));
    let mut found: Vec<String> = Vec::new();
    let mut unknown = Vec::new();
    for result in names.iter().flat_map(|name| categories.split(name)) {
        match result {
            Ok(name) if found.iter().any(|have| have == name) => {}
            Ok(name) => found.push(name.to_owned()),
            Err(name) => unknown.push(name),
        }
    }
    for name in unknown.iter().take(MOST_NOTES) {
        let shown = text::shorten(name, 60);
        let note = Note::new(
            "unknown-category",
            format!(
                "the category `{}` is not in the site's list and was left out",
                text::escape(&shown)
            ),
        );
        notes.push(match categories.nearest(name) {
            Some(near) => note.help(format!(
                "the nearest name in the list is `{}`",
                text::escape(near)
            )),
            None => {
                note.help("add it to `categories` in postwright.toml if the site should have it")
            }
        });
    }
    if unknown.len() > MOST_NOTES {
        let more = unknown.len() - MOST_NOTES;
        notes.push(Note::new(
            "unknown-category",
            format!("{more} more categories are not in the site's list and were left out"),
        ));
    }
    if found.is_empty() {
        notes.push(
            Note::new(
                "no-categories",
                "the reply names no category of the site's list",
            )
            .help("write categories into the front matter, or ask again"),
        );
    }
    found
}

/// The body without blank lines at either end. The indentation of its first line stays.
fn without_outer_blank_lines(body: &str) -> &str {
    let mut start = 0;
    for line in body.split_inclusive('\n') {
        if !is_blank(line) {
            break;
        }
        start += line.len();
    }
    body[start..].trim_end()
}

/// The body without a first H1 that says what the title says.
fn without_title<'t>(body: &'t str, title: &str) -> &'t str {
    let (first, rest) = body.split_once('\n').unwrap_or((body, ""));
    let (heading, rest) = match first.trim_start().strip_prefix('#') {
        Some(heading) if heading.starts_with([' ', '\t']) => (heading, rest),
        Some(_) => return body,
        None => {
            let (underline, rest) = rest.split_once('\n').unwrap_or((rest, ""));
            let underline = underline.trim();
            if underline.is_empty() || underline.chars().any(|c| c != '=') {
                return body;
            }
            (first, rest)
        }
    };
    if value::title_key(heading.trim()) == value::title_key(title) {
        without_outer_blank_lines(rest)
    } else {
        body
    }
}
