//! The reply as lines, and what single lines look like.

use std::ops::Range;

use super::marker;
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// The reply with LF line ends, no byte order mark, and none of the tokens with which models end a turn. Line numbers up to the end marker stay what they were.
pub(super) fn normalize(reply: &str) -> String {
    let mut text = reply
        .trim_start_matches('\u{feff}')
        .replace("\r\n", "\n")
        .replace('\r', "\n");
    text.truncate(without_last_tokens(&text).len());
    if let Some(at) = marker_behind_fence(&text) {
        text.insert(at, '\n');
    }
    text
}

/// Without tokens such as `<|im_end|>` at the end, which some servers on one's own machine let through.
fn without_last_tokens(text: &str) -> &str {
    let mut rest = text;
    loop {
        let line = rest.trim_end();
        let named = ["</s>", "<eos>", "<end_of_turn>"]
            .iter()
            .find_map(|token| line.strip_suffix(token));
        let framed = || {
            let (before, name) = line.strip_suffix("|>")?.rsplit_once("<|")?;
            let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
            (!name.is_empty() && name.chars().all(is_name)).then_some(before)
        };
        match named.or_else(framed) {
            Some(before) => rest = before,
            None => return rest,
        }
    }
}

/// Where the last end marker begins, if it stands on the line of a closing fence, which is none for the Markdown parser then.
fn marker_behind_fence(text: &str) -> Option<usize> {
    let mut end = text.len();
    for line in text.rsplit('\n') {
        let start = end - line.len();
        if marker::find(line).is_some()
            || Fence::read(line).is_some_and(|fence| marker::find(fence.info).is_some())
        {
            let fence = Fence::read(line)?;
            let cut = marker::find(fence.info)?;
            return (cut.start == 0).then(|| start + line.find(fence.info).unwrap_or(0));
        }
        end = start.saturating_sub(1);
    }
    None
}

/// A text and where its lines are.
#[derive(Debug)]
pub(super) struct Lines<'t> {
    pub(super) text: &'t str,
    spans: Vec<Range<usize>>,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut spans = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.len();
            spans.push(start..end - usize::from(line.ends_with('\n')));
            start = end;
        }
        Self { text, spans }
    }

    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    /// The line without its end; empty past the last.
    pub(super) fn get(&self, index: usize) -> &'t str {
        self.spans
            .get(index)
            .map_or("", |span| &self.text[span.clone()])
    }

    /// Where the line starts; the text's length past the last.
    pub(super) fn start(&self, index: usize) -> usize {
        self.spans
            .get(index)
            .map_or(self.text.len(), |span| span.start)
    }

    /// The line that holds this byte, counted from 0.
    pub(super) fn at(&self, byte: usize) -> usize {
        self.spans
            .partition_point(|span| span.start <= byte)
            .saturating_sub(1)
    }

    /// The first line from `index` on that is not blank.
    pub(super) fn solid(&self, index: usize) -> Option<usize> {
        (index..self.len()).find(|&i| !is_blank(self.get(i)))
    }

    /// The lines from byte `from` on, the first one perhaps only in part, each with its place.
    pub(super) fn since(&self, from: usize) -> impl Iterator<Item = (usize, &'t str)> {
        (self.at(from)..self.len()).filter_map(move |index| {
            let span = &self.spans[index];
            let start = span.start.max(from);
            (start <= span.end).then(|| (start, &self.text[start..span.end]))
        })
    }
}

/// Nothing to see: blanks, and the invisible characters that models leave.
pub(super) fn is_blank(line: &str) -> bool {
    line.chars()
        .all(|c| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}'))
}

/// A thematic break: three or more of `-`, `*` or `_`, perhaps with blanks between.
pub(super) fn is_rule(line: &str) -> bool {
    let mut marks = line.chars().filter(|c| !c.is_whitespace());
    let Some(first @ ('-' | '*' | '_')) = marks.next() else {
        return false;
    };
    let mut count = 1;
    for mark in marks {
        if mark != first {
            return false;
        }
        count += 1;
    }
    count >= 3
}

/// What follows the bullet or number of a list item.
pub(super) fn list_item(line: &str) -> Option<&str> {
    let line = line.trim();
    if let Some(rest) = line.strip_prefix(['-', '*', '+', '•', '・', '–']) {
        return (rest.starts_with(char::is_whitespace) || line.starts_with(['•', '・']))
            .then(|| rest.trim());
    }
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = line[digits..].strip_prefix(['.', ')'])?;
    ((1..=3).contains(&digits) && rest.starts_with(char::is_whitespace)).then(|| rest.trim())
}

/// The opening or closing line of a fenced code block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fence<'t> {
    pub(super) mark: char,
    pub(super) length: usize,
    pub(super) info: &'t str,
}

impl<'t> Fence<'t> {
    /// Reads a fence, at whatever indentation.
    pub(super) fn read(line: &'t str) -> Option<Self> {
        let line = line.trim();
        let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = line.trim_start_matches(mark);
        let length = line.len() - info.len();
        let info = info.trim();
        (length >= 3 && !(mark == '`' && info.contains('`'))).then_some(Self { mark, length, info })
    }

    /// Could close a block that `opener` opened.
    pub(super) fn closes(&self, opener: &Fence<'_>) -> bool {
        self.info.is_empty() && self.mark == opener.mark && self.length >= opener.length
    }

    /// The info string says that Markdown is inside.
    pub(super) fn is_markdown(&self) -> bool {
        ["markdown", "md", "mdx", "mkd"]
            .iter()
            .any(|name| self.info.eq_ignore_ascii_case(name))
    }

    /// The info string says nothing of what is inside.
    pub(super) fn is_plain(&self) -> bool {
        ["", "text", "txt", "plain", "plaintext"]
            .iter()
            .any(|name| self.info.eq_ignore_ascii_case(name))
    }
}

/// A fenced code block as the Markdown parser sees it.
#[derive(Debug)]
pub(super) struct Block {
    /// From the opening fence to the end of the closing one, in bytes of the whole text.
    pub(super) span: Range<usize>,
    /// The opening fence has no info string.
    pub(super) bare: bool,
}

/// The fenced code blocks of the text from byte `from` on, in ascending order: in lists and quotes too, and ended by the end
/// of these. Indented code is none of them, since a marker after a tab is still a marker.
pub(super) fn fenced_blocks(text: &str, from: usize) -> Vec<Block> {
    Parser::new_ext(&text[from..], Options::empty())
        .into_offset_iter()
        .filter_map(|(event, span)| match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => Some(Block {
                span: span.start + from..span.end + from,
                bare: info.trim().is_empty(),
            }),
            _ => None,
        })
        .collect()
}

/// The block that holds this byte.
pub(super) fn block_at(blocks: &[Block], byte: usize) -> Option<&Block> {
    let after = blocks.partition_point(|block| block.span.start <= byte);
    blocks[..after].last().filter(|block| byte < block.span.end)
}
