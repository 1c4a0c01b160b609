//! The head of a reply: its labels and their values, up to the first byte of the body.

use super::error::ReplyError;
use super::label::{self, Kind, Label};
use super::lines::{Fence, Lines, is_blank, is_rule, list_item};
use super::marker;

/// The value of a label, line by line as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    /// The line of the label, counted from 0.
    pub(super) line: usize,
    /// The lines of the value; none where there is nothing behind the label.
    pub(super) text: Vec<String>,
}

/// What stands before the body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Head {
    pub(super) title: Option<Value>,
    pub(super) description: Option<Value>,
    pub(super) tags: Option<Value>,
    pub(super) categories: Option<Value>,
    /// The body has a label of its own.
    pub(super) body_label: bool,
    /// Where the body begins.
    pub(super) body: usize,
    /// Lines that belong to no label, counted from 0.
    pub(super) stray: Vec<usize>,
}

impl Head {
    /// The place for the value of this label; the body has none.
    pub(super) fn slot(&mut self, kind: Kind) -> Option<&mut Option<Value>> {
        match kind {
            Kind::Title => Some(&mut self.title),
            Kind::Description => Some(&mut self.description),
            Kind::Tags => Some(&mut self.tags),
            Kind::Categories => Some(&mut self.categories),
            Kind::Body => None,
        }
    }

    /// The label was seen.
    pub(super) fn has(&self, kind: Kind) -> bool {
        match kind {
            Kind::Title => self.title.is_some(),
            Kind::Description => self.description.is_some(),
            Kind::Tags => self.tags.is_some(),
            Kind::Categories => self.categories.is_some(),
            Kind::Body => self.body_label,
        }
    }

    /// How many labels it has, that of the body left out.
    pub(super) fn labels(&self) -> usize {
        [Kind::Title, Kind::Description, Kind::Tags, Kind::Categories]
            .into_iter()
            .filter(|kind| self.has(*kind))
            .count()
    }

    fn is_full(&self) -> bool {
        self.labels() == 4
    }

    /// What makes a head: with less, it was prose that looked like a label.
    pub(super) fn is_whole(&self) -> bool {
        self.title.is_some() && self.description.is_some()
    }
}

/// Reads a head that begins at line `first`.
pub(super) fn read(lines: &Lines<'_>, first: usize) -> Result<Head, ReplyError> {
    let mut reader = Reader {
        lines,
        head: Head::default(),
        colons: true,
    };
    let mut at = first;
    loop {
        let Some(next) = lines.solid(at) else {
            reader.head.body = lines.text.len();
            break;
        };
        let line = lines.get(next);
        let Some(found) = reader.label(next) else {
            if let Some(label_at) = reader.skip_to_label(next) {
                at = label_at;
                continue;
            }
            reader.head.body = lines.start(next);
            break;
        };
        if reader.head.has(found.kind) {
            if !reader.head.is_full() {
                return Err(ReplyError::DuplicateLabels {
                    line: next + 1,
                    label: found.kind.name(),
                });
            }
            reader.head.body = lines.start(next);
            break;
        }
        if found.kind == Kind::Body {
            reader.head.body_label = true;
            reader.head.body = if found.value.is_empty() {
                lines.start(next + 1)
            } else {
                lines.start(next) + offset_in(line, found.value)
            };
            break;
        }
        at = reader.take(next, found);
    }
    Ok(reader.head)
}

/// Where `part`, a slice of `line`, begins in it.
fn offset_in(line: &str, part: &str) -> usize {
    part.as_ptr().addr() - line.as_ptr().addr()
}

struct Reader<'l, 't> {
    lines: &'l Lines<'t>,
    head: Head,
    /// The labels so far had colons.
    colons: bool,
}

impl<'t> Reader<'_, 't> {
    /// The label at this line, if it can be one here.
    fn label(&self, at: usize) -> Option<Label<'t>> {
        let line = self.lines.get(at);
        if marker::find(line).is_some_and(|cut| cut.start == 0) {
            return None;
        }
        let found = label::read(line)?;
        let here = found.kind != Kind::Body
            || (self.head.is_whole()
                && (found.strong && found.colon || found.colon == self.colons))
            || (found.strong && self.head.title.is_some());
        here.then_some(found)
    }

    /// The next line that is not blank is a label that was not seen yet.
    fn new_label_follows(&self, at: usize) -> bool {
        self.lines
            .solid(at)
            .and_then(|next| self.label(next))
            .is_some_and(|found| !self.head.has(found.kind))
    }

    /// Rules, unknown labels and short lead-ins between labels are passed over, at most four of them, and only where a label
    /// follows: otherwise the body begins here.
    fn skip_to_label(&mut self, at: usize) -> Option<usize> {
        let mut stray = Vec::new();
        let mut next = at;
        for _ in 0..4 {
            let line = self.lines.get(next);
            if !is_rule(line) {
                let lead_in = line.len() <= 120 && line.trim_end().ends_with([':', '：']);
                if !label::is_unknown(line) && !lead_in {
                    return None;
                }
                stray.push(next);
            }
            next = self.lines.solid(next + 1)?;
            if let Some(found) = self.label(next) {
                if self.head.has(found.kind) {
                    return None;
                }
                self.head.stray.extend(stray);
                return Some(next);
            }
        }
        None
    }

    /// Takes the value of a label at this line; gives the line after it.
    fn take(&mut self, at: usize, found: Label<'t>) -> usize {
        if self.head == Head::default() {
            self.colons = found.colon;
        }
        // Counts as seen from here on, so that it is not taken for the label that follows.
        if let Some(slot) = self.head.slot(found.kind) {
            *slot = Some(Value {
                line: at,
                text: Vec::new(),
            });
        }
        let (text, next) = match found.kind {
            Kind::Tags | Kind::Categories => self.list(at, found.value),
            _ => self.one_line(at, found.value),
        };
        if let Some(Some(value)) = self.head.slot(found.kind).map(Option::as_mut) {
            value.text = text;
        }
        next
    }

    /// The first line of a value that stands below its label.
    fn below(&self, at: usize) -> Option<usize> {
        let next = self.lines.solid(at + 1)?;
        let line = self.lines.get(next);
        let plain = label::read(line).is_none()
            && marker::find(line).is_none()
            && Fence::read(line).is_none()
            && !is_rule(line);
        // After a blank line and with no label to come it may as well be the body.
        (plain && (next == at + 1 || self.new_label_follows(next + 1))).then_some(next)
    }

    /// A title or a description, which may be soft-wrapped where a label follows the paragraph.
    fn one_line(&self, at: usize, value: &str) -> (Vec<String>, usize) {
        let (mut text, mut next) = if value.is_empty() {
            match self.below(at) {
                Some(below) => (vec![self.lines.get(below).trim().to_owned()], below + 1),
                None => return (Vec::new(), at + 1),
            }
        } else {
            (vec![value.to_owned()], at + 1)
        };
        let end = self.paragraph_end(next);
        if self.new_label_follows(end) {
            text.extend((next..end).map(|i| self.lines.get(i).trim().to_owned()));
            next = end;
        }
        (text, next)
    }

    /// The end of the plain lines from here on.
    fn paragraph_end(&self, from: usize) -> usize {
        (from..self.lines.len())
            .find(|&i| {
                let line = self.lines.get(i);
                is_blank(line)
                    || is_rule(line)
                    || label::read(line).is_some()
                    || label::is_unknown(line)
                    || marker::find(line).is_some()
                    || Fence::read(line).is_some()
            })
            .unwrap_or(self.lines.len())
    }

    fn list(&self, at: usize, value: &str) -> (Vec<String>, usize) {
        let (mut text, mut next) = if value.is_empty() {
            match self.below(at) {
                Some(below) => (Vec::new(), below),
                None => return self.loose_items(at + 1, Vec::new()),
            }
        } else {
            (vec![value.to_owned()], at + 1)
        };
        if text.is_empty() && list_item(self.lines.get(next)).is_none() {
            let line = self.lines.get(next).trim();
            let sentence = line.ends_with(['.', '!', '?', '。', '！', '？']) || line.len() > 300;
            if sentence && !self.new_label_follows(next + 1) {
                return (Vec::new(), at + 1);
            }
            text.push(self.lines.get(next).trim().to_owned());
            next += 1;
        }
        if text
            .last()
            .is_some_and(|line| line.starts_with('[') && !line.ends_with(']'))
            && let Some(end) = self.array_end(next)
        {
            text.extend((next..=end).map(|i| self.lines.get(i).trim().to_owned()));
            return (text, end + 1);
        }
        // A line that ends with a separator goes on in the next.
        while text.last().is_some_and(|line| line.ends_with(SEPARATORS)) && self.is_plain(next) {
            text.push(self.lines.get(next).trim().to_owned());
            next += 1;
        }
        if value.is_empty() {
            return self.loose_items(next, text);
        }
        (text, next)
    }

    /// The line that closes an array over several lines.
    fn array_end(&self, from: usize) -> Option<usize> {
        const LONGEST: usize = 40;
        (from..self.lines.len().min(from + LONGEST))
            .take_while(|&i| self.is_plain(i))
            .find(|&i| self.lines.get(i).trim_end().ends_with(']'))
    }

    /// List items, with blank lines between them only where a label follows the list: it may be the body's otherwise.
    fn loose_items(&self, from: usize, mut text: Vec<String>) -> (Vec<String>, usize) {
        let is_item = |&i: &usize| self.is_plain(i) && list_item(self.lines.get(i)).is_some();
        let rest = from..self.lines.len();
        let loose = rest
            .clone()
            .find(|i| !is_item(i) && !is_blank(self.lines.get(*i)));
        let tight = rest.clone().find(|i| !is_item(i));
        let end = loose
            .filter(|&end| self.new_label_follows(end))
            .or(tight)
            .unwrap_or(rest.end);
        let items = (from..end).filter_map(|i| list_item(self.lines.get(i)));
        text.extend(items.map(str::to_owned));
        (text, end)
    }

    fn is_plain(&self, at: usize) -> bool {
        let line = self.lines.get(at);
        !is_blank(line)
            && !is_rule(line)
            && label::read(line).is_none()
            && marker::find(line).is_none()
            && Fence::read(line).is_none()
    }
}

/// What stands between the tags of a line.
pub(super) const SEPARATORS: [char; 7] = [',', '、', '，', '،', ';', '；', '|'];
