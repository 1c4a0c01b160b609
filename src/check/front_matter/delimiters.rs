//! Repairs of the lines around front matter.

use std::ops::Range;

use super::repair::{self, line_end, lines, read_as};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Fix};
use crate::front_matter::{
    ErrorKind, Format, FrontMatter, FrontMatterError, Split, Table, Value, quote,
};

/// Makes front matter of a block that the generator does not find the end, or the beginning, of.
pub(super) fn of_split(page: &Page<'_>, rule: &dyn Rule, error: &FrontMatterError) -> Option<Fix> {
    match error.kind {
        ErrorKind::Opening => opening(page, rule, error).map(Fix::safe),
        ErrorKind::LineEnds => line_ends(page, rule).map(Fix::safe),
        ErrorKind::Unclosed => {
            let (open, format) = opened(page.text)?;
            match closing(page, open.end, format) {
                Some(edits) => followed(page, rule, edits).map(Fix::safe),
                None => never_closed(page, rule, open.end, format),
            }
        }
        _ => None,
    }
}

/// The line that opens front matter, with its line end.
fn opened(text: &str) -> Option<(Range<usize>, Format)> {
    let start = text.len()
        - text
            .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
            .len();
    let format = [Format::Toml, Format::Yaml]
        .into_iter()
        .find(|format| text[start..].starts_with(format.delimiter()))?;
    let end = text[start..]
        .find('\n')
        .map_or(text.len(), |at| start + at + 1);
    Some((start..end, format))
}

/// Edits before the body, which stays as it is.
fn followed(page: &Page<'_>, rule: &dyn Rule, edits: Vec<Edit>) -> Option<Vec<Edit>> {
    let is_meant =
        |table: &Table, body: &str| !table.is_empty() && page.text.ends_with(body.trim_start());
    repair::whole(page, rule, edits, is_meant)
}

/// What stands behind the opening delimiter, where that is nothing or the name of the format.
fn opening(page: &Page<'_>, rule: &dyn Rule, error: &FrontMatterError) -> Option<Vec<Edit>> {
    let line = page.text.get(error.span.clone())?;
    let (delimiter, rest) = line.split_at_checked(3)?;
    let word = rest.trim().to_lowercase();
    let is_more = word.chars().all(|c| delimiter.starts_with(c));
    (is_more || ["toml", "yaml", "yml"].contains(&word.as_str())).then_some(())?;
    let rest = error.span.start + 3..error.span.end;
    followed(page, rule, vec![Edit::delete(rest)])
}

/// Carriage returns without line feeds, in front matter or, where there are no line feeds at all, everywhere.
fn line_ends(page: &Page<'_>, rule: &dyn Rule) -> Option<Vec<Edit>> {
    let text = page.text;
    let (open, format) = opened(text)?;
    let end = if text.contains('\n') {
        lines(text, open.end..text.len())
            .find(|(_, line)| line.trim_end() == format.delimiter())?
            .0
            .end
    } else {
        text.len()
    };
    let edits = text[..end]
        .match_indices('\r')
        .filter(|(at, _)| !text[at + 1..].starts_with('\n'))
        .map(|(at, _)| Edit::replace(at..at + 1, "\n"))
        .collect();
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let is_meant = |table: &Table, body: &str| {
        !table.is_empty() && lines.ends_with(&body.replace("\r\n", "\n").replace('\r', "\n"))
    };
    repair::whole(page, rule, edits, is_meant)
}

/// The line that was meant to close the block: indented, with text behind it, or the delimiter of another format.
fn closing(page: &Page<'_>, start: usize, format: Format) -> Option<Vec<Edit>> {
    let text = page.text;
    let (delimiter, other) = (format.delimiter(), other(format));
    let (range, line) = lines(text, start..text.len()).find(|(_, line)| {
        let content = line.trim();
        content.starts_with(delimiter) || content == "..." || content == other.delimiter()
    })?;
    let content = line.trim();
    if read_as(text, format, start..range.start).is_some() {
        let rest = content.strip_prefix(delimiter).unwrap_or_default();
        let is_more = rest.trim().chars().all(|c| delimiter.starts_with(c));
        let mut line = delimiter.to_owned();
        if !is_more {
            let end = line_end(text);
            line = format!("{delimiter}{end}{end}{}", rest.trim_start());
        }
        return Some(vec![Edit::replace(range, line)]);
    }
    let front = read_as(text, other, start..range.start)?;
    (content == other.delimiter() && is_plain(&front)).then_some(())?;
    let open = text[..start].rfind(delimiter)?;
    Some(vec![Edit::replace(open..open + 3, other.delimiter())])
}

/// A closing line before the blank line where the keys end.
fn never_closed(page: &Page<'_>, rule: &dyn Rule, start: usize, format: Format) -> Option<Fix> {
    /// Keys do not go on for longer.
    const BLANK_LINES: usize = 16;
    let text = page.text;
    let all: Vec<(Range<usize>, &str)> = lines(text, start..text.len()).collect();
    let end = line_end(text);
    let is_key = |line: &str| looks_like_key(line, format);
    // The whole page is keys, or they end where a blank line and then text follow.
    let keys = text.trim_end().len().max(start);
    if read_as(text, format, start..text.len()).is_some()
        && lines(text, start..keys).all(|(_, line)| is_key(line))
    {
        let before = if text.ends_with('\n') { "" } else { end };
        let line = format!("{before}{}{end}", format.delimiter());
        return followed(page, rule, vec![Edit::insert(text.len(), line)]).map(Fix::safe);
    }
    let (at, blank) = all
        .iter()
        .enumerate()
        .filter(|(_, (_, line))| line.trim().is_empty())
        .take(BLANK_LINES)
        .map(|(at, (range, _))| (at, range))
        .find(|(at, range)| {
            let next = all[*at..].iter().find(|(_, line)| !line.trim().is_empty());
            next.is_some_and(|(_, next)| !is_key(next))
                && read_as(text, format, start..range.start).is_some()
        })?;
    let line = format!("{}{end}", format.delimiter());
    let edits = followed(page, rule, vec![Edit::insert(blank.start, line)])?;
    // A later line that looks like a key may have been meant as one.
    let is_safe = !all[at..].iter().any(|(_, line)| is_key(line));
    Some(repair::fix(edits, is_safe))
}

fn looks_like_key(line: &str, format: Format) -> bool {
    let line = line.trim();
    let name = line
        .trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    let has_name = name.len() < line.len();
    match format {
        Format::Toml => {
            (has_name && name.trim_start().starts_with('='))
                || (line.starts_with('[') && line.ends_with(']'))
        }
        _ => has_name && (name == ":" || name.starts_with(": ")),
    }
}

fn other(format: Format) -> Format {
    match format {
        Format::Toml => Format::Yaml,
        _ => Format::Toml,
    }
}

/// Whether all keys at the top are words: text that is no YAML at all can be read as some.
fn is_plain(front: &FrontMatter) -> bool {
    front.table().keys().all(|key| {
        !key.is_empty()
            && key
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    })
}

/// TOML between lines of `---`, or YAML between lines of `+++`: the other delimiters.
pub(super) fn swapped(page: &Page<'_>, rule: &dyn Rule, split: &Split) -> Option<Vec<Edit>> {
    let other = other(split.format);
    if split.format == Format::Json {
        return None;
    }
    let front = read_as(page.text, other, split.matter.clone()).filter(is_plain)?;
    let (open, close) = (split.block.start, split.block.end - 3);
    let edits = vec![
        Edit::replace(open..open + 3, other.delimiter()),
        Edit::replace(close..close + 3, other.delimiter()),
    ];
    let is_meant = |table: &Table, body: &str| table == front.table() && body == page.body();
    repair::whole(page, rule, edits, is_meant)
}

/// A closing line of more signs than three, which Zola takes for the end of a line of front matter.
pub(super) fn long_line(page: &Page<'_>, rule: &dyn Rule, split: &Split) -> Option<Vec<Edit>> {
    let delimiter = split.format.delimiter();
    let start = page.text[..split.block.end].rfind('\n')? + 1;
    let line = &page.text[start..split.block.end];
    (line.len() > 3 && line.chars().all(|c| delimiter.starts_with(c))).then_some(())?;
    let front = read_as(page.text, split.format, split.matter.start..start)?;
    let edits = vec![Edit::replace(start..split.block.end, delimiter)];
    let is_meant = |table: &Table, body: &str| table == front.table() && body == page.body();
    repair::whole(page, rule, edits, is_meant)
}

/// Front matter that the generator ends too early, at a delimiter in a value or a comment.
pub(super) struct Cut {
    /// What the author wrote, up to the line that was meant to close it.
    front: FrontMatter,
    /// Where the body starts.
    body: usize,
    edits: Vec<Edit>,
}

/// Finds the line that was meant to close the block: everything before it can be read, with more keys than the generator sees.
pub(super) fn cut(page: &Page<'_>, split: &Split) -> Option<Cut> {
    const CANDIDATES: usize = 8;
    let (text, format) = (page.text, split.format);
    if format == Format::Json {
        return None;
    }
    let seen = page.front().map_or(0, |front| front.table().len());
    let close = split.block.end - 3;
    let (line, front) = lines(text, split.block.end..text.len())
        .skip(1)
        .filter(|(_, line)| line.trim_end() == format.delimiter())
        .take(CANDIDATES)
        .find_map(|(range, _)| {
            let front = read_as(text, format, split.matter.start..range.start)?;
            Some((range, front))
        })
        .filter(|(_, front)| front.table().len() > seen)?;
    let body = text[line.end..]
        .find('\n')
        .map_or(text.len(), |at| line.end + at + 1);
    let mut edits = Vec::new();
    written_out(
        page,
        &front,
        front.table(),
        &mut Vec::new(),
        format,
        &mut edits,
    );
    if edits.is_empty() {
        let start = text[..close].trim_end_matches([' ', '\t']).len();
        let line = text[..close].rfind('\n').map_or(0, |at| at + 1);
        text[line..close].contains('#').then_some(())?;
        edits.push(Edit::delete(start..close + 3));
    }
    edits.sort_by_key(|edit| edit.range.start);
    Some(Cut { front, body, edits })
}

impl Cut {
    /// The same values without the delimiter at the end of a line.
    pub(super) fn fix(self, page: &Page<'_>, rule: &dyn Rule) -> Option<Vec<Edit>> {
        let body = page.text.get(self.body..)?;
        let is_meant = |table: &Table, found: &str| table == self.front.table() && found == body;
        repair::whole(page, rule, self.edits, is_meant)
    }
}

/// Texts that have a delimiter at the end or the start of a line, in quotes on one line.
fn written_out<'a>(
    page: &Page<'_>,
    front: &FrontMatter,
    table: &'a Table,
    path: &mut Vec<&'a str>,
    format: Format,
    edits: &mut Vec<Edit>,
) {
    for (key, value) in table {
        path.push(key);
        match value {
            Value::Table(inner) => written_out(page, front, inner, path, format, edits),
            Value::String(text) => {
                if let Some(span) = front.span(path)
                    && let written = &page.text[span.clone()]
                    && written.contains(format.delimiter())
                    && (written.contains('\n') || !written.ends_with(['"', '\'']))
                {
                    edits.push(Edit::replace(span, quote(text)));
                }
            }
            _ => {}
        }
        path.pop();
    }
}
