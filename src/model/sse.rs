//! Server-sent events as the WHATWG describes them, read as they come: lines end in LF, CR or CRLF, a BOM may stand
//! first, lines that begin with `:` are comments, several `data` lines make one event, a blank line ends it.
//!
//! More lenient in one thing: an event that is still open when the stream ends in good order is handed out as well,
//! since some servers leave out the last blank line.

use std::str;

/// The longest line that is read.
pub const MAX_LINE: usize = 1 << 20;

/// The most data that one event may have.
const MAX_EVENT: usize = 8 << 20;

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
    after_cr: bool,
    past_first: bool,
    data_lines: u64,
}

impl Sse {
    /// Takes the next bytes and hands out the data of each event that they end.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<String>, SseError> {
        let mut events = Vec::new();
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
        Ok(events)
    }

    /// The stream ended in good order: the data of an event that is still open. A last line that is cut inside a
    /// character is left out.
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
        }
        Ok(None)
    }

    fn dispatch(&mut self) -> Option<String> {
        std::mem::take(&mut self.has_data).then(|| std::mem::take(&mut self.data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Vec<String> {
        let mut sse = Sse::default();
        let mut events = sse.push(bytes).unwrap();
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
    fn caps_and_bad_bytes() {
        let mut sse = Sse::default();
        assert_eq!(sse.push(&vec![b'a'; MAX_LINE + 1]), Err(SseError::TooLong));
        let mut sse = Sse::default();
        assert_eq!(sse.push(b"data: \xff\n"), Err(SseError::NotUtf8));
        let mut sse = Sse::default();
        let line = format!("data: {}\n", "a".repeat(1 << 19)).into_bytes();
        let pushed: Result<Vec<_>, _> = (0..20).map(|_| sse.push(&line)).collect();
        assert_eq!(pushed, Err(SseError::TooLong));
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same_events(text in "(data: ?[aé日]{0,3}|:[ab]|event: x|)(\n|\r|\r\n|\n\n|\r\r){1}", parts in proptest::collection::vec("(data: ?[aé日]{0,3}|:c|x|)(\n|\r|\r\n|\n\n)", 0..12), sizes in proptest::collection::vec(1_usize..5, 1..40)) {
            let all = text + &parts.concat();
            let whole = read(all.as_bytes());
            let mut sse = Sse::default();
            let mut events = Vec::new();
            let mut rest = all.as_bytes();
            for size in sizes.iter().cycle() {
                if rest.is_empty() { break; }
                let (now, later) = rest.split_at(rest.len().min(*size));
                events.extend(sse.push(now).unwrap());
                rest = later;
            }
            events.extend(sse.end());
            prop_assert_eq!(events, whole);
        }

        #[test]
        fn any_bytes_are_survived(chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..8)) {
            let mut sse = Sse::default();
            for chunk in chunks {
                if sse.push(&chunk).is_err() { return Ok(()); }
            }
            sse.end();
        }
    }
}
