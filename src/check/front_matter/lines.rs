//! Repairs of single lines that make front matter unreadable: values that need quotes, and others.
//!
//! A line is only touched where it cannot be read by itself either. The proof: with a stand-in for each repaired value the
//! block can be read, and with the values themselves it says the same, with them in the place of the stand-ins.

use std::ops::Range;

use super::quoting::{self, Meant};
use super::repair::{self, lines, read_as};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Fix, Severity};
use crate::front_matter::{Format, Split, Table, Value, quote};

/// More broken lines than this are no slips of the pen.
const MAX_LINES: usize = 12;

/// One line's repair.
struct Line {
    /// What is replaced: the value, or the value with the sign before it.
    range: Range<usize>,
    /// The sign before the value, where that is replaced too.
    sign: &'static str,
    meant: Meant,
}

/// Writes the values of broken lines as they were meant.
pub(super) fn repair(page: &Page<'_>, rule: &dyn Rule, split: &Split) -> Option<Fix> {
    let (text, format) = (page.text, split.format);
    let matter = &text[split.matter.clone()];
    if format == Format::Json || matter.contains("\"\"\"") || matter.contains("'''") {
        return None;
    }
    let broken = broken_lines(page, split);
    if broken.is_empty() || broken.len() > MAX_LINES {
        return None;
    }
    let stand_in = |at: usize| format!("stand-in {at} of postwright");
    let written = |value: &dyn Fn(usize, &Line) -> String| -> Vec<Edit> {
        let edits = broken.iter().enumerate();
        edits
            .map(|(at, line)| {
                let text = format!("{}{}", line.sign, value(at, line));
                Edit::replace(line.range.clone(), text)
            })
            .collect()
    };
    let trial = crate::finding::splice(text, &written(&|at, _| quote(&stand_in(at))));
    let (mut expected, _) = repair::read(page, &trial)?;
    for (at, line) in broken.iter().enumerate() {
        if !put(&mut expected, &stand_in(at), &line.meant.value) {
            return None;
        }
    }
    let edits = written(&|_, line| line.meant.text.clone());
    let is_meant = |table: &Table, body: &str| *table == expected && body == page.body();
    let edits = repair::whole(page, rule, edits, is_meant)?;
    if is_still_refused(page, &edits) {
        return None;
    }
    // A comment may be lost.
    let signs = |text: &str| text.matches('#').count();
    let is_safe = broken.iter().all(|line| {
        line.meant.is_safe && signs(&line.meant.text) >= signs(&text[line.range.clone()])
    });
    Some(repair::fix(edits, is_safe))
}

/// Puts a value where the stand-in is; whether that was found.
fn put(table: &mut Table, stand_in: &str, value: &Value) -> bool {
    table
        .values_mut()
        .any(|found| put_in(found, stand_in, value))
}

fn put_in(found: &mut Value, stand_in: &str, value: &Value) -> bool {
    match found {
        Value::String(text) if text == stand_in => {
            *found = value.clone();
            true
        }
        Value::Array(items) => items.iter_mut().any(|item| put_in(item, stand_in, value)),
        Value::Table(inner) => put(inner, stand_in, value),
        _ => false,
    }
}

/// Whether the generator would refuse one of the repaired lines all the same.
fn is_still_refused(page: &Page<'_>, edits: &[Edit]) -> bool {
    let text = crate::finding::splice(page.text, edits);
    let (mut grown, mut shrunk) = (0, 0);
    let mut places = Vec::new();
    for edit in edits {
        let start = edit.range.start + grown - shrunk;
        places.push(start..start + edit.text.len());
        grown += edit.text.len();
        shrunk += edit.range.len();
    }
    repair::judge(page, &text).iter().any(|finding| {
        finding.severity == Severity::Error
            && finding.span.as_ref().is_some_and(|span| {
                places
                    .iter()
                    .any(|place| span.start < place.end && place.start < span.end)
            })
    })
}

fn broken_lines(page: &Page<'_>, split: &Split) -> Vec<Line> {
    let (text, format) = (page.text, split.format);
    let mut found = Vec::new();
    // The indentation of the key of a block of literal text, which goes on as long as lines stand further in.
    let mut literal: Option<usize> = None;
    for (range, line) in lines(text, split.matter.clone()) {
        let indent = line.len() - line.trim_start().len();
        if literal.is_some_and(|key| indent > key || line.trim().is_empty()) {
            continue;
        }
        literal = None;
        let content = line.trim();
        if content.is_empty() || content.starts_with('#') {
            continue;
        }
        let range = range.start + indent..range.start + indent + content.len();
        if format == Format::Yaml && opens_literal(content) {
            literal = Some(indent);
        } else if !is_readable(format, content)
            && let Some(line) = line_repair(page, format, range, content)
        {
            found.push(line);
        }
    }
    found
}

/// Whether text follows on the next lines, each as it is.
fn opens_literal(content: &str) -> bool {
    let value = content.rsplit_once(": ").map_or("", |(_, value)| value);
    let mut signs = value.chars();
    matches!(signs.next(), Some('|' | '>'))
        && signs.all(|c| c.is_ascii_digit() || matches!(c, '+' | '-'))
}

/// Whether a line can be read by itself, as one entry.
fn is_readable(format: Format, content: &str) -> bool {
    if let Some(item) = content.strip_prefix("- ") {
        return format == Format::Yaml && is_readable(format, &format!("x: {}", item.trim()));
    }
    read_as(content, format, 0..content.len()).is_some_and(|front| front.table().len() == 1)
        || (format == Format::Toml && content.starts_with('['))
}

fn line_repair(
    page: &Page<'_>,
    format: Format,
    range: Range<usize>,
    content: &str,
) -> Option<Line> {
    if let Some(item) = content
        .strip_prefix("- ")
        .filter(|_| format == Format::Yaml)
    {
        let value = item.trim();
        let start = range.end - value.len();
        let mut meant = quoting::yaml("", value)?;
        meant.is_safe &= !value.contains(": ");
        return Some(Line {
            range: start..range.end,
            sign: "",
            meant,
        });
    }
    if format == Format::Toml && content.starts_with("//") {
        return None;
    }
    let end = content
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))
        .filter(|end| *end > 0)?;
    let (key, rest) = content.split_at(end);
    let sign = rest.trim_start();
    let after_key = range.start + end..range.end;
    let value = sign.get(1..)?.trim();
    let start = range.end - value.len();
    match (format, sign.as_bytes().first()?) {
        (Format::Yaml, b':') if sign.starts_with(": ") => Some(Line {
            range: start..range.end,
            sign: "",
            meant: quoting::yaml(key, value)?,
        }),
        // No blank behind the colon; an address has none either.
        (Format::Yaml, b':') if !value.starts_with('/') && !value.is_empty() => Some(Line {
            range: after_key,
            sign: ": ",
            meant: quoting::plain_yaml(key, value)?,
        }),
        (Format::Yaml, b'=') => Some(Line {
            range: after_key,
            sign: ": ",
            meant: quoting::from_toml(key, value)?,
        }),
        (Format::Toml, b'=') if !value.is_empty() => Some(Line {
            range: start..range.end,
            sign: "",
            meant: quoting::toml(page, key, value)?,
        }),
        (Format::Toml, b':') if !value.is_empty() && rest.starts_with(':') => Some(Line {
            range: after_key,
            sign: " = ",
            meant: quoting::from_yaml(page, key, value)?,
        }),
        _ => None,
    }
}

/// Tabs before keys of YAML as blanks.
pub(super) fn without_tabs(page: &Page<'_>, rule: &dyn Rule, split: &Split) -> Option<Fix> {
    if split.format != Format::Yaml {
        return None;
    }
    let mut edits = Vec::new();
    let mut has_blanks = false;
    for (range, line) in lines(page.text, split.matter.clone()) {
        let indent = &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
        has_blanks |= indent.starts_with(' ');
        if indent.contains('\t') {
            let blanks = indent.replace('\t', "  ");
            edits.push(Edit::replace(
                range.start..range.start + indent.len(),
                blanks,
            ));
        }
    }
    let is_meant = |table: &Table, body: &str| !table.is_empty() && body == page.body();
    let edits = repair::whole(page, rule, edits, is_meant)?;
    // Which line belongs to which is a guess where both are used.
    Some(repair::fix(edits, !has_blanks))
}

/// Control characters, which nobody sees and no format has.
pub(super) fn without_controls(page: &Page<'_>, rule: &dyn Rule, split: &Split) -> Option<Fix> {
    let start = split.matter.start;
    let edits = page.text[split.matter.clone()]
        .char_indices()
        .filter(|(_, c)| c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r'))
        .map(|(at, _)| Edit::delete(start + at..start + at + 1))
        .collect();
    let is_meant = |table: &Table, body: &str| !table.is_empty() && body == page.body();
    repair::whole(page, rule, edits, is_meant).map(Fix::safe)
}

/// The second of two equal lines with one key.
pub(super) fn without_double(
    page: &Page<'_>,
    rule: &dyn Rule,
    split: &Split,
    second: &Range<usize>,
) -> Option<Fix> {
    let text = page.text;
    let all: Vec<(Range<usize>, &str)> = lines(text, split.matter.clone()).collect();
    let (range, line) = all
        .iter()
        .find(|(range, _)| range.contains(&second.start))?;
    let key = text.get(second.clone())?;
    let of_key = |line: &str| {
        let rest = line.trim_start().strip_prefix(key).map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with(['=', ':']))
    };
    let same = all
        .iter()
        .filter(|(_, other)| other.trim_end() == line.trim_end());
    if same.count() != 2 || all.iter().filter(|(_, line)| of_key(line)).count() != 2 {
        return None;
    }
    let end = text[range.end..]
        .find('\n')
        .map_or(text.len(), |at| range.end + at + 1);
    let is_meant = |table: &Table, body: &str| !table.is_empty() && body == page.body();
    let edits = vec![Edit::delete(range.start..end)];
    repair::whole(page, rule, edits, is_meant).map(Fix::safe)
}
