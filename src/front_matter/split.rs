//! Finds the front matter by the rules of the generator that will read the page.
//!
//! The two differ: Zola ends the block at the first line that *ends* in the delimiter, wherever that is, and Hugo at the
//! first line that *begins* with it. What the generator does is the truth here, even where it is a pity.
//! Tested against Zola 0.22.0 and Hugo 0.168.0.

use std::ops::Range;

use super::Format;
use super::error::{ErrorKind, FrontMatterError};
use super::tree::{line_end, line_start};

/// Larger front matter is refused: nobody writes it, and parsers are slow on what an attacker would.
pub const MAX_BYTES: usize = 64 * 1024;

/// Whose rules find the front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SplitRules {
    /// Zola: TOML and YAML, nothing after the opening delimiter, blanks before the closing one allowed.
    Zola,
    /// Hugo: TOML, YAML and JSON, the closing delimiter in the first column.
    Hugo,
}

/// Where the front matter of a page stands. All numbers are bytes of the whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The language of the block.
    pub format: Format,
    /// What the parser gets: the bytes between the delimiter lines. For JSON the same as `block`.
    pub matter: Range<usize>,
    /// From the first byte of the opening delimiter to the last of the closing one, without its line end.
    pub block: Range<usize>,
    /// Where the body starts: after the line end of the closing delimiter.
    pub body: usize,
}

impl Split {
    /// Whether the closing delimiter ends a line that has other text before it: Zola ends the block there, and what
    /// the author meant as its rest is printed as body.
    pub fn is_cut(&self, text: &str) -> bool {
        let close = self.block.end.saturating_sub(3);
        let before = text.get(line_start(text, close)..close).unwrap_or_default();
        self.format != Format::Json && !before.trim().is_empty()
    }
}

/// Finds the front matter of a page. `Ok(None)`: the page has none.
///
/// Errors: the generator would refuse the page (a block that is not opened or closed as it wants), or the block is
/// larger than [`MAX_BYTES`], or its lines end in bare carriage returns.
pub fn split(text: &str, rules: SplitRules) -> Result<Option<Split>, FrontMatterError> {
    let found = match rules {
        SplitRules::Zola => split_zola(text),
        SplitRules::Hugo => split_hugo(text),
    }?;
    if let Some(found) = &found {
        check_size(text, found)?;
    }
    Ok(found)
}

fn split_zola(text: &str) -> Result<Option<Split>, FrontMatterError> {
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let start = if start > 3 { 3 } else { start };
    let open = start
        + text[start..]
            .bytes()
            .take_while(|byte| is_space(*byte))
            .count();
    let Some(format) = delimiter_at(text, open) else {
        return Ok(None);
    };
    let matter = open + 3 + line_break(&text[open + 3..]);
    if matter == open + 3 {
        return Err(opening_error(text, open, format));
    }
    let delimiter = format.delimiter();
    let mut from = matter;
    while let Some(found) = text[from..].find(delimiter) {
        let close = from + found;
        let after = &text[close + 3..];
        let blanks = after.bytes().take_while(|byte| is_space(*byte)).count();
        let line_break = after[..blanks].find('\n');
        if blanks == after.len() || line_break.is_some() {
            let body = line_break.map_or(text.len(), |at| close + 3 + at + 1);
            return Ok(Some(Split {
                format,
                matter: matter..close,
                block: open..close + 3,
                body,
            }));
        }
        from = close + 1;
    }
    Err(unclosed_error(text, open, format))
}

fn split_hugo(text: &str) -> Result<Option<Split>, FrontMatterError> {
    let open = text.len()
        - text
            .trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n'])
            .len();
    let format = match text.as_bytes().get(open) {
        Some(b'{') => return split_json(text, open).map(Some),
        Some(b'+' | b'-') => match delimiter_at(text, open) {
            Some(format) => format,
            None => {
                return Err(FrontMatterError::new(
                    ErrorKind::Opening,
                    open..open + 1,
                    "Hugo takes a page that begins with - or + for one with front matter, and refuses it",
                )
                .help("put front matter first: a line ---, the keys, a line ---"));
            }
        },
        _ => return Ok(None),
    };
    // What follows the opening delimiter on its line belongs to the block, so blanks are fine there.
    let matter = open + 3 + line_break(&text[open + 3..]);
    let delimiter = format.delimiter();
    let mut line = if matter > open + 3 {
        matter
    } else {
        line_end(text, matter)
    };
    loop {
        if text[line..].starts_with(delimiter) {
            let body = line + 3 + line_break(&text[line + 3..]);
            return Ok(Some(Split {
                format,
                matter: matter..line,
                block: open..line + 3,
                body,
            }));
        }
        let next = line_end(text, line);
        if next >= text.len() {
            return Err(unclosed_error(text, open, format));
        }
        line = next;
    }
}

/// The object that begins at `open`, by counting braces outside of quotes.
fn split_json(text: &str, open: usize) -> Result<Split, FrontMatterError> {
    let (mut quoted, mut level) = (false, 0usize);
    let mut characters = text[open..].char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '{' if !quoted => level += 1,
            '}' if !quoted => level -= 1,
            '"' => quoted = !quoted,
            '\\' => {
                characters.next();
            }
            _ => {}
        }
        if level == 0 {
            let end = open + at + 1;
            let body = end + line_break(&text[end..]);
            return Ok(Split {
                format: Format::Json,
                matter: open..end,
                block: open..end,
                body,
            });
        }
    }
    Err(FrontMatterError::new(
        ErrorKind::Unclosed,
        open..open + 1,
        "the JSON front matter that begins with { is never closed",
    )
    .help("look for a missing } or a quote without its partner; a page that is meant to begin with { needs front matter before it"))
}

/// The delimiter that stands at `at`.
fn delimiter_at(text: &str, at: usize) -> Option<Format> {
    [Format::Toml, Format::Yaml]
        .into_iter()
        .find(|format| text[at..].starts_with(format.delimiter()))
}

/// The length of the line break at the start of `text`: 0, 1 or 2.
fn line_break(text: &str) -> usize {
    if text.starts_with("\r\n") {
        2
    } else {
        usize::from(text.starts_with('\n'))
    }
}

/// What `[[:space:]]` matches.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn check_size(text: &str, found: &Split) -> Result<(), FrontMatterError> {
    if found.matter.len() > MAX_BYTES {
        return Err(FrontMatterError::new(
            ErrorKind::TooLarge,
            found.block.start..found.block.start + 1,
            format!(
                "the front matter has {} bytes, more than {MAX_BYTES}",
                found.matter.len()
            ),
        )
        .help("long text belongs into the body of the page, long data into a data file"));
    }
    match lone_carriage_return(text, found.matter.clone()) {
        Some(at) => Err(line_ends_error(at)),
        None => Ok(()),
    }
}

fn lone_carriage_return(text: &str, range: Range<usize>) -> Option<usize> {
    let bytes = text.as_bytes();
    range
        .into_iter()
        .find(|at| bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'))
}

fn line_ends_error(at: usize) -> FrontMatterError {
    FrontMatterError::new(
        ErrorKind::LineEnds,
        at..at + 1,
        "the front matter has a carriage return without a line feed, and the generators do not take that for a line end",
    )
    .help("save the file with line ends LF or CRLF")
}

fn opening_error(text: &str, open: usize, format: Format) -> FrontMatterError {
    let end = line_end(text, open);
    let line = text[open..end].trim_end_matches(['\r', '\n']);
    if line.contains('\r') {
        return line_ends_error(open + 3);
    }
    let delimiter = format.delimiter();
    if line == delimiter {
        return unclosed_error(text, open, format);
    }
    FrontMatterError::new(
        ErrorKind::Opening,
        open..open + line.len(),
        format!("nothing may follow the {delimiter} that opens the front matter, not even a blank"),
    )
    .help(format!("make the line exactly {delimiter}"))
}

/// Never closed: says what was probably meant to close it.
fn unclosed_error(text: &str, open: usize, format: Format) -> FrontMatterError {
    let delimiter = format.delimiter();
    let after = line_end(text, open);
    if let Some(at) = lone_carriage_return(text, open..after) {
        return line_ends_error(at);
    }
    let mut line = after;
    while line < text.len() {
        let end = line_end(text, line);
        let content = text[line..end].trim();
        let looks_like_it =
            content.starts_with(delimiter) || ["+++", "---", "..."].contains(&content);
        if looks_like_it {
            let start = line + (text[line..end].len() - text[line..end].trim_start().len());
            return FrontMatterError::new(
                ErrorKind::Unclosed,
                start..start + content.len(),
                format!("front matter opened with {delimiter} is never closed; this line does not close it"),
            )
            .help(format!("close it with a line that is exactly {delimiter}, in the first column"));
        }
        line = end;
    }
    FrontMatterError::new(
        ErrorKind::Unclosed,
        open..open + 3,
        format!("front matter opened with {delimiter} is never closed"),
    )
    .help(format!("add a line {delimiter} after the last key"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const Z: SplitRules = SplitRules::Zola;
    const H: SplitRules = SplitRules::Hugo;

    #[rstest]
    #[case::plain(Z, "+++\na=1\n+++\nB\n", "a=1\n", "B\n")]
    #[case::plain(H, "+++\na=1\n+++\nB\n", "a=1\n", "B\n")]
    #[case::empty(Z, "---\n---", "", "")]
    #[case::empty(H, "---\n---", "", "")]
    #[case::crlf(Z, "---\r\na: 1\r\n---\r\nB\r\n", "a: 1\r\n", "B\r\n")]
    #[case::crlf(H, "---\r\na: 1\r\n---\r\nB\r\n", "a: 1\r\n", "B\r\n")]
    #[case::byte_order_mark(Z, "\u{feff}---\na: 1\n---\nB", "a: 1\n", "B")]
    #[case::byte_order_mark(H, "\u{feff}---\na: 1\n---\nB", "a: 1\n", "B")]
    #[case::blank_lines_before(Z, "\n \t\n  ---\na: 1\n---\nB", "a: 1\n", "B")]
    #[case::blank_lines_before(H, "\n \t\n  ---\na: 1\n---\nB", "a: 1\n", "B")]
    #[case::blanks_after_opening(H, "--- \na: 1\n---\nB", " \na: 1\n", "B")]
    #[case::blanks_after_closing(Z, "---\na: 1\n--- \t\n\nB", "a: 1\n", "\nB")]
    #[case::blanks_after_closing(H, "---\na: 1\n--- \n\nB", "a: 1\n", " \n\nB")]
    #[case::closing_indented(Z, "---\na: 1\n  ---\nB", "a: 1\n  ", "B")]
    #[case::four_dashes(Z, "---\na: 1\n----\nB", "a: 1\n-", "B")]
    #[case::four_dashes(H, "---\na: 1\n----\nB", "a: 1\n", "-\nB")]
    #[case::body_on_closing_line(H, "---\na: 1\n---B", "a: 1\n", "B")]
    #[case::line_ends_in_delimiter(Z, "---\na: x ---\nb: 1\n---\nB", "a: x ", "b: 1\n---\nB")]
    #[case::line_ends_in_delimiter(H, "---\na: x ---\nb: 1\n---\nB", "a: x ---\nb: 1\n", "B")]
    #[case::delimiter_in_a_line(Z, "---\na: --- x\n---\nB", "a: --- x\n", "B")]
    #[case::rule_in_the_body(Z, "---\na: 1\n---\nB\n---\n", "a: 1\n", "B\n---\n")]
    #[case::rule_in_the_body(H, "---\na: 1\n---\nB\n---\n", "a: 1\n", "B\n---\n")]
    #[case::json(
        H,
        "\n{\"a\": \"}\\\"}\", \"b\": {}}\r\nB",
        "{\"a\": \"}\\\"}\", \"b\": {}}",
        "B"
    )]
    #[case::json_and_body(H, "{}B", "{}", "B")]
    fn found(
        #[case] rules: SplitRules,
        #[case] text: &str,
        #[case] matter: &str,
        #[case] body: &str,
    ) {
        let found = split(text, rules).expect("no error").expect("front matter");
        assert_eq!(
            (&text[found.matter.clone()], &text[found.body..]),
            (matter, body)
        );
    }

    #[rstest]
    #[case::text(Z, "Text\n---\na: 1\n---\n")]
    #[case::text(H, "Text\n---\na: 1\n---\n")]
    #[case::nothing(Z, "")]
    #[case::nothing(H, " \n")]
    #[case::list(Z, "- a\n")]
    #[case::json(Z, "{\"a\": 1}\n")]
    #[case::comment(H, "<!-- x -->\n---\na: 1\n---\n")]
    #[case::heading(H, "# A\n")]
    fn none(#[case] rules: SplitRules, #[case] text: &str) {
        assert_eq!(split(text, rules), Ok(None));
    }

    #[rstest]
    #[case::blanks_after_opening(Z, "--- \na: 1\n---\n", ErrorKind::Opening)]
    #[case::word_after_opening(Z, "---yaml\na: 1\n---\n", ErrorKind::Opening)]
    #[case::one_line(Z, "--- a: 1 ---\n", ErrorKind::Opening)]
    #[case::list(H, "- a\n", ErrorKind::Opening)]
    #[case::unclosed(Z, "---\na: 1\n", ErrorKind::Unclosed)]
    #[case::unclosed(H, "---\na: 1\n", ErrorKind::Unclosed)]
    #[case::only_the_opening(Z, "---", ErrorKind::Unclosed)]
    #[case::only_the_opening(H, "---", ErrorKind::Unclosed)]
    #[case::mismatch(Z, "+++\na=1\n---\n", ErrorKind::Unclosed)]
    #[case::mismatch(H, "+++\na=1\n---\n", ErrorKind::Unclosed)]
    #[case::dots(Z, "---\na: 1\n...\n", ErrorKind::Unclosed)]
    #[case::body_on_closing_line(Z, "---\na: 1\n---B\n", ErrorKind::Unclosed)]
    #[case::closing_indented(H, "---\na: 1\n  ---\n", ErrorKind::Unclosed)]
    #[case::json(H, "{\"a\": 1\n", ErrorKind::Unclosed)]
    #[case::carriage_returns(Z, "---\ra: 1\r---\r", ErrorKind::LineEnds)]
    #[case::carriage_returns(H, "---\ra: 1\r---\r", ErrorKind::LineEnds)]
    #[case::one_carriage_return(H, "---\na: 1\rb: 2\n---\n", ErrorKind::LineEnds)]
    fn refused(#[case] rules: SplitRules, #[case] text: &str, #[case] kind: ErrorKind) {
        let error = split(text, rules).expect_err("refused");
        assert_eq!(error.kind, kind, "{error:?}");
        assert!(error.help.is_some() && text.get(error.span).is_some());
    }

    #[test]
    fn a_large_block_is_refused() {
        let text = format!("---\na: {}\n---\n", "x".repeat(MAX_BYTES));
        assert_eq!(
            split(&text, H).expect_err("refused").kind,
            ErrorKind::TooLarge
        );
        let text = format!("---\na: x\n---\n{}", "x".repeat(MAX_BYTES));
        assert!(split(&text, H).is_ok());
    }
}
