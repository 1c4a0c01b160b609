//! Server-sent events as the WHATWG describes them, read as they come: lines end in LF, CR or CRLF, a BOM may stand
//! first, lines that begin with `:` are comments, several `data` lines make one event, a blank line ends it.
//!
//! More lenient in two things, since some servers leave out blank lines. An event whose data is a whole JSON object or
//! list (`[DONE]` looks like one) ends there, without waiting for a blank line that may never come: no further line could
//! make JSON of it. And an event that is still open when the stream ends is handed out as well.

use std::str;

/// The longest line that is read.
pub const MAX_LINE: usize = 1 << 20;

/// The most data that one event may have.
pub(super) const MAX_EVENT: usize = 8 << 20;

/// Why a stream cannot be read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SseError {
    /// A line is longer than [`MAX_LINE`], or an event than 8 MiB.
    #[error("a line of the stream is longer than 1 MiB")]
    TooLong,
    /// Bytes that are not UTF-8.
    #[error("the stream is not UTF-8")]
    NotUtf8,
}

/// Reads one stream.
#[derive(Debug, Default)]
pub struct Sse {
    line: Vec<u8>,
    data: String,
    has_data: bool,
    nesting: Nesting,
    after_cr: bool,
    past_first: bool,
    data_lines: u64,
}

impl Sse {
    /// Takes the next bytes and adds the data of each event that they end, also of those before a fault.
    pub fn push(&mut self, bytes: &[u8], events: &mut Vec<String>) -> Result<(), SseError> {
        let mut rest = bytes;
        while let Some(&first) = rest.first() {
            if std::mem::take(&mut self.after_cr) && first == b'\n' {
                rest = &rest[1..];
                continue;
            }
            let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let taken = end.unwrap_or(rest.len());
            if self.line.len() + taken > MAX_LINE {
                return Err(SseError::TooLong);
            }
            self.line.extend_from_slice(&rest[..taken]);
            let Some(end) = end else { break };
            self.after_cr = rest[end] == b'\r';
            rest = &rest[end + 1..];
            events.extend(self.end_line()?);
        }
        Ok(())
    }

    /// The stream ended: the data of an event that is still open. A last line that is cut inside a character is left out.
    pub fn end(&mut self) -> Option<String> {
        let first = if self.line.is_empty() {
            None
        } else {
            self.end_line().ok().flatten()
        };
        first.or_else(|| self.dispatch())
    }

    /// How many lines of data have come.
    pub fn data_lines(&self) -> u64 {
        self.data_lines
    }

    fn end_line(&mut self) -> Result<Option<String>, SseError> {
        let taken = std::mem::take(&mut self.line);
        let mut bytes = taken.as_slice();
        if !std::mem::replace(&mut self.past_first, true) {
            bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        }
        if bytes.is_empty() {
            return Ok(self.dispatch());
        }
        let line = str::from_utf8(bytes).map_err(|_| SseError::NotUtf8)?;
        // `event`, `id` and `retry` are of no use here: every protocol repeats the kind of an event inside its data.
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        if field == "data" {
            let value = value.strip_prefix(' ').unwrap_or(value);
            if self.data.len() + value.len() > MAX_EVENT {
                return Err(SseError::TooLong);
            }
            if self.has_data {
                self.data.push('\n');
            }
            self.data.push_str(value);
            self.has_data = true;
            self.data_lines += 1;
            if self.nesting.is_whole_after(value) {
                return Ok(self.dispatch());
            }
        }
        Ok(None)
    }

    fn dispatch(&mut self) -> Option<String> {
        self.nesting = Nesting::default();
        std::mem::take(&mut self.has_data).then(|| std::mem::take(&mut self.data))
    }
}

/// How deep the data of the open event stands in JSON's brackets. Read line by line, so that an event of many lines
/// costs no more than its length.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    depth: usize,
    is_inside: bool,
    in_string: bool,
    after_backslash: bool,
}

impl Nesting {
    /// Whether a further line brings an object or list to its end. Any other JSON is never whole, since it may go on.
    pub(super) fn is_whole_after(&mut self, line: &str) -> bool {
        if !self.is_inside && !line.trim_start().starts_with(['{', '[']) {
            return false;
        }
        self.is_inside = true;
        for byte in line.bytes() {
            if std::mem::take(&mut self.after_backslash) {
                continue;
            }
            match byte {
                b'\\' => self.after_backslash = self.in_string,
                b'"' => self.in_string = !self.in_string,
                b'{' | b'[' if !self.in_string => self.depth += 1,
                b'}' | b']' if !self.in_string => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        self.depth == 0 && !self.in_string
    }

    /// Whether an object or list has begun.
    pub(super) fn is_inside(&self) -> bool {
        self.is_inside
    }

    /// Whether the last line ended inside a string.
    pub(super) fn is_in_string(&self) -> bool {
        self.in_string
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Vec<String> {
        let mut sse = Sse::default();
        let mut events = Vec::new();
        sse.push(bytes, &mut events).unwrap();
        events.extend(sse.end());
        events
    }

    #[test]
    fn line_ends_comments_and_fields() {
        for nl in ["\n", "\r", "\r\n"] {
            let text = [
                ": hello", "event: x", "id: 1", "retry: 9", "data: a", "", "data:b", "data:  c",
                "", ":", "data", "",
            ]
            .join(nl)
                + nl;
            assert_eq!(read(text.as_bytes()), ["a", "b\n c", ""], "{nl:?}");
        }
    }

    #[test]
    fn bom_and_missing_last_blank_line() {
        assert_eq!(read("\u{feff}data: a\n\ndata: b".as_bytes()), ["a", "b"]);
        assert_eq!(read(b"data: a\n"), ["a"]);
        assert_eq!(read(b"data: a\n\ndata: \xe6\x97"), ["a"]);
        assert_eq!(read(b""), [""; 0]);
    }

    #[test]
    fn whole_json_needs_no_blank_line() {
        for (text, expected) in [
            (
                "data: {\"a\":1}\ndata: [DONE]\n",
                &["{\"a\":1}", "[DONE]"] as &[_],
            ),
            (
                "data: {\ndata: \"a\": []\ndata: }\ndata: {}\n",
                &["{\n\"a\": []\n}", "{}"],
            ),
            ("data: {\"}\\\"\\\\\":1}\n", &["{\"}\\\"\\\\\":1}"]),
            ("data: {}\n\ndata: {}\n\n", &["{}", "{}"]),
            ("data: {\"a\ndata: }\n", &[]),
            ("data: 1\ndata: 2\n", &[]),
        ] {
            let mut events = Vec::new();
            Sse::default().push(text.as_bytes(), &mut events).unwrap();
            assert_eq!(events, expected, "{text}");
        }
    }

    #[test]
    fn caps_and_bad_bytes() {
        let fault = |after: &[u8]| {
            let mut events = Vec::new();
            let bytes = [b"data: before\n\n", after].concat();
            let fault = Sse::default().push(&bytes, &mut events);
            assert_eq!(events, ["before"]);
            fault.unwrap_err()
        };
        assert_eq!(fault(&vec![b'a'; MAX_LINE + 1]), SseError::TooLong);
        assert_eq!(fault(b"data: \xff\n"), SseError::NotUtf8);
        let line = format!("data: {}\n", "a".repeat(1 << 19));
        assert_eq!(fault(line.repeat(20).as_bytes()), SseError::TooLong);
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same_events(text in "(data: ?[aé日]{0,3}|:[ab]|event: x|)(\n|\r|\r\n|\n\n|\r\r){1}", parts in proptest::collection::vec("(data: ?[aé日{}\\[\\]\"]{0,3}|:c|x|)(\n|\r|\r\n|\n\n)", 0..12), sizes in proptest::collection::vec(1_usize..5, 1..40)) {
            let all = text + &parts.concat();
            let whole = read(all.as_bytes());
            let mut sse = Sse::default();
            let mut events = Vec::new();
            let mut rest = all.as_bytes();
            for size in sizes.iter().cycle() {
                if rest.is_empty() { break; }
                let (now, later) = rest.split_at(rest.len().min(*size));
                sse.push(now, &mut events).unwrap();
                rest = later;
            }
            events.extend(sse.end());
            prop_assert_eq!(events, whole);
        }

        #[test]
        fn any_bytes_are_survived(chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..8)) {
            let mut sse = Sse::default();
            for chunk in chunks {
                if sse.push(&chunk, &mut Vec::new()).is_err() { return Ok(()); }
            }
            sse.end();
        }
    }
}
