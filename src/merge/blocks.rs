//! A body as its top-level blocks, with every byte of it.

use std::ops::Range;

use crate::markdown;

/// What a blank line is made of in Markdown, its end included.
const BLANKS: [char; 6] = [' ', '\t', '\u{b}', '\u{c}', '\r', '\n'];

/// A body, cut into blocks. Nothing is left out: the head and all blocks, one after the other, are the body.
#[derive(Debug, Clone)]
pub(super) struct Body<'a> {
    /// The blank lines before the first block.
    pub(super) head: &'a str,
    pub(super) blocks: Vec<Block<'a>>,
    /// The line end that new lines get.
    pub(super) line_end: &'static str,
}

/// A block at the top level of Markdown, or a run of lines that is none, such as link definitions.
#[derive(Debug, Clone)]
pub(super) struct Block<'a> {
    /// Its lines, without the end of the last one.
    pub(super) content: &'a str,
    /// The end of its last line, and the blank lines behind it.
    pub(super) tail: &'a str,
    /// The content as blocks are compared: line ends as LF, no blanks before them. So an editor that trims a file, or
    /// changes all line ends, has edited nothing.
    pub(super) key: String,
    /// What a parser makes of it where it stands, definitions of links elsewhere included.
    pub(super) meaning: String,
    /// Its first and last line, counted from 0 in the body.
    pub(super) lines: Range<usize>,
}

impl<'a> Body<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        let lines = lines(text);
        // The parser gets lines that all end alike, so that what it says of a block does not depend on that.
        let even: String = lines
            .iter()
            .map(|line| content(&text[line.clone()]))
            .fold(String::with_capacity(text.len()), |even, line| {
                even + line + "\n"
            });
        let parsed = parse(&even);
        let is_blank = |line: &Range<usize>| text[line.clone()].trim_matches(BLANKS).is_empty();
        let first = lines.iter().position(|line| !is_blank(line));
        let first = first.unwrap_or(lines.len());
        let start = |line: usize| lines.get(line).map_or(text.len(), |line| line.start);

        let starts = starts(parsed, &lines, first, &is_blank);
        let first = starts.first().map_or(lines.len(), |(line, _)| *line);
        let ends: Vec<usize> = starts
            .iter()
            .skip(1)
            .map(|(line, _)| *line)
            .chain([lines.len()])
            .collect();
        let blocks = starts
            .into_iter()
            .zip(ends)
            .map(|((line, meaning), end)| {
                let last = (line..end)
                    .rev()
                    .find(|&at| !is_blank(&lines[at]))
                    .unwrap_or(line);
                let till = lines[last].start + content(&text[lines[last].clone()]).len();
                let content = &text[start(line)..till];
                Block {
                    content,
                    tail: &text[till..start(end)],
                    key: key(content),
                    meaning,
                    lines: line..last + 1,
                }
            })
            .collect();
        Self {
            head: &text[..start(first)],
            blocks,
            line_end: line_end(text),
        }
    }

    pub(super) fn keys(&self) -> Vec<&str> {
        self.blocks.iter().map(|block| block.key.as_str()).collect()
    }

    /// What follows the last block; the head where there is none.
    pub(super) fn end(&self) -> &'a str {
        self.blocks.last().map_or(self.head, |block| block.tail)
    }
}

impl Block<'_> {
    /// Whether the two have the same bytes, line ends aside.
    pub(super) fn is_exactly(&self, other: &Block<'_>) -> bool {
        with_line_ends(self.content, "\n") == with_line_ends(other.content, "\n")
    }

    /// Whether a line of it is longer than the same line of another block with the same key: by blanks at its end.
    pub(super) fn has_longer_line_than(&self, other: &Block<'_>) -> bool {
        let lengths = |block: &Block<'_>| {
            let lines = lines(block.content).into_iter();
            lines
                .map(|line| content(&block.content[line]).len())
                .collect::<Vec<_>>()
        };
        let (mine, others) = (lengths(self), lengths(other));
        mine.iter().zip(&others).any(|(mine, other)| mine > other)
    }
}

/// The text with these line ends.
pub(super) fn with_line_ends(text: &str, end: &str) -> String {
    let lines = lines(text).into_iter().map(|line| {
        let line = &text[line];
        let content = content(line);
        if content.len() == line.len() {
            content.to_owned()
        } else {
            format!("{content}{end}")
        }
    });
    lines.collect()
}

/// The content as it is compared.
fn key(content: &str) -> String {
    let lines: Vec<&str> = lines(content)
        .into_iter()
        .map(|line| content[line].trim_end())
        .collect();
    lines.join("\n")
}

/// The line end that most lines have.
pub(super) fn line_end(text: &str) -> &'static str {
    let all = text.matches('\n').count();
    if text.matches("\r\n").count() * 2 > all {
        "\r\n"
    } else {
        "\n"
    }
}

/// The lines of a text with their ends: LF, CRLF, or CR alone.
pub(super) fn lines(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        let ends = match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        if ends {
            found.push(start..at + 1);
            start = at + 1;
        }
    }
    if start < text.len() {
        found.push(start..text.len());
    }
    found
}

/// A line without its end.
fn content(line: &str) -> &str {
    let line = line.strip_suffix('\n').unwrap_or(line);
    line.strip_suffix('\r').unwrap_or(line)
}

/// The line at which each block begins, and what it means. `first` is the first line that is not blank.
fn starts(
    parsed: Vec<Parsed>,
    lines: &[Range<usize>],
    first: usize,
    is_blank: &dyn Fn(&Range<usize>) -> bool,
) -> Vec<(usize, String)> {
    let mut starts: Vec<(usize, String)> = Vec::new();
    let mut covered = first;
    let between = |covered: usize, till: usize| {
        let lines = &lines[covered..till.max(covered)];
        let found = loose(lines, is_blank).into_iter();
        found.map(move |line| (covered + line, String::new()))
    };
    for block in parsed {
        starts.extend(between(covered, block.lines.start));
        covered = block.lines.end.max(covered);
        match starts.last_mut() {
            // Two blocks of one line, if there is such a thing, are one here.
            Some((line, meaning)) if *line >= block.lines.start => *meaning += &block.meaning,
            _ => starts.push((block.lines.start, block.meaning)),
        }
    }
    starts.extend(between(covered, lines.len()));
    starts
}

/// Where runs of lines begin that are not blank and belong to no block.
fn loose(lines: &[Range<usize>], is_blank: &dyn Fn(&Range<usize>) -> bool) -> Vec<usize> {
    (0..lines.len())
        .filter(|&at| !is_blank(&lines[at]) && (at == 0 || is_blank(&lines[at - 1])))
        .collect()
}

/// A block as the parser has it.
struct Parsed {
    lines: Range<usize>,
    meaning: String,
}

fn parse(even: &str) -> Vec<Parsed> {
    use pulldown_cmark::{Event, TextMergeWithOffset};

    let mut found: Vec<Parsed> = Vec::new();
    let mut depth = 0usize;
    let (mut line, mut at) = (0, 0);
    for (event, range) in TextMergeWithOffset::new(markdown::parser(even).into_offset_iter()) {
        if depth == 0 {
            line += even[at..range.start.max(at)].matches('\n').count();
            at = range.start.max(at);
            // The range of a block may have blank lines at its end.
            let own = even[range].trim_end_matches(BLANKS);
            found.push(Parsed {
                lines: line..line + own.matches('\n').count() + 1,
                meaning: String::new(),
            });
        }
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if let Some(block) = found.last_mut() {
            block.meaning.push_str(&format!("{event:?}\n"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::paragraphs("a\nb\n\nc\n", &["a\nb", "c"])]
    #[case::head("\n \na\n", &["a"])]
    #[case::abutting("# H\ntext\n- x\n- y\n\n  z\n***\n> q\n", &["# H", "text", "- x\n- y\n\n  z", "***", "> q"])]
    #[case::setext("Text\n===\nmore\n", &["Text\n===", "more"])]
    #[case::fence("```\na\n\n\nb\n```\nc\n", &["```\na\n\n\nb\n```", "c"])]
    #[case::unclosed("```\na\n\nb\n\n", &["```\na\n\nb"])]
    #[case::definitions("[a]: /x\n[b]: /y\n\n[c]: /z\ntext [a]\n", &["[a]: /x\n[b]: /y", "[c]: /z", "text [a]"])]
    #[case::footnote("a[^1]\n\n[^1]: note\n    more\n\nb\n", &["a[^1]", "[^1]: note\n    more", "b"])]
    #[case::html("<div>\na\n\n</div>\nb\n\n<!-- x\n\ny -->\nc\n", &["<div>\na", "</div>\nb", "<!-- x\n\ny -->", "c"])]
    #[case::code("    a\n\n    b\n\nc", &["    a\n\n    b", "c"])]
    #[case::table("|a|\n|-|\n|b|\n\nc\n", &["|a|\n|-|\n|b|", "c"])]
    #[case::crlf("a\r\nb\r\n\r\nc\r\n", &["a\nb", "c"])]
    #[case::carriage_returns("a\r\rb\r", &["a", "b"])]
    #[case::blanks("a  \nb \n \t\nc\t\n", &["a\nb", "c"])]
    #[case::nothing("", &[])]
    #[case::blank_lines("\n\n", &[])]
    fn a_body_is_its_blocks(#[case] text: &str, #[case] keys: &[&str]) {
        let body = Body::read(text);
        assert_eq!(body.keys(), keys);
        assert_eq!(whole(&body), text);
    }

    fn whole(body: &Body<'_>) -> String {
        let blocks = body.blocks.iter();
        body.head.to_owned()
            + &blocks
                .map(|block| block.content.to_owned() + block.tail)
                .collect::<String>()
    }

    proptest::proptest! {
        #[test]
        fn no_byte_is_left_out(text in "([ab#>*\\-`~\\[\\]:|<!=\\\\é\u{0}] ?|\n|\r\n|\r|\n\n|    |```\n|<!--|-->|\\[\\^1\\]: |\t){0,60}") {
            proptest::prop_assert_eq!(whole(&Body::read(&text)), text);
        }
    }
}
