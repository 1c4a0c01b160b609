//! Objects of JSON, one a line, read as they come. More lenient in one thing: an object may be spread over lines, as in a
//! whole reply that was made for people to read. Blank lines between objects are skipped.

use std::str;

use super::sse::{MAX_EVENT, MAX_LINE, Nesting, SseError};

/// Reads one stream.
#[derive(Debug, Default)]
pub struct Ndjson {
    line: Vec<u8>,
    data: String,
    nesting: Nesting,
    lines: u64,
}

impl Ndjson {
    /// Takes the next bytes and adds each object that they end, also those before a fault. What begins no object or list
    /// is handed out as well, since it cannot be waited for.
    pub fn push(&mut self, bytes: &[u8], events: &mut Vec<String>) -> Result<(), SseError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let end = rest.iter().position(|byte| *byte == b'\n');
            let taken = end.unwrap_or(rest.len());
            if self.line.len() + taken > MAX_LINE {
                return Err(SseError::TooLong);
            }
            self.line.extend_from_slice(&rest[..taken]);
            let Some(end) = end else { break };
            rest = &rest[end + 1..];
            events.extend(self.end_line()?);
        }
        Ok(())
    }

    /// The stream ended: what is still open, whole or not. A last line that is cut inside a character is left out.
    pub fn end(&mut self) -> Option<String> {
        let last = self.end_line().ok().flatten();
        last.or_else(|| self.dispatch())
    }

    /// How many lines of data have come.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    fn end_line(&mut self) -> Result<Option<String>, SseError> {
        let taken = std::mem::take(&mut self.line);
        let line = str::from_utf8(&taken).map_err(|_| SseError::NotUtf8)?;
        let line = line.trim();
        if line.is_empty() {
            return Ok(None);
        }
        if self.data.len() + line.len() > MAX_EVENT {
            return Err(SseError::TooLong);
        }
        self.lines += 1;
        if !self.data.is_empty() {
            self.data.push('\n');
        }
        self.data.push_str(line);
        let is_whole = self.nesting.is_whole_after(line);
        // No string goes on in the next line.
        let goes_on = self.nesting.is_inside() && !self.nesting.is_in_string();
        if is_whole || !goes_on {
            return Ok(self.dispatch());
        }
        Ok(None)
    }

    fn dispatch(&mut self) -> Option<String> {
        self.nesting = Nesting::default();
        let data = std::mem::take(&mut self.data);
        (!data.is_empty()).then_some(data)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Vec<String>, Option<String>) {
        let mut reader = Ndjson::default();
        let mut events = Vec::new();
        reader.push(bytes, &mut events).unwrap();
        (events, reader.end())
    }

    #[test]
    fn objects_and_what_is_none() {
        for (text, events, rest) in [
            (
                "{\"a\":1}\n{}\r\n\n{}",
                &["{\"a\":1}", "{}"] as &[_],
                Some("{}"),
            ),
            (
                "{\n  \"a\": {\n}\n}\n{}\n",
                &["{\n\"a\": {\n}\n}", "{}"],
                None,
            ),
            ("[\n{}\n]\n", &["[\n{}\n]"], None),
            ("{\"}\\\"\":\"\\\\\"}\n", &["{\"}\\\"\":\"\\\\\"}"], None),
            ("{\"a\n{}\n", &["{\"a", "{}"], None),
            ("hello\n{}\n", &["hello", "{}"], None),
            ("{\"a\":", &[], Some("{\"a\":")),
            ("{}\n\"日".trim_end_matches('日'), &["{}"], Some("\"")),
            ("\n \n", &[], None),
        ] {
            let (all, last) = read(text.as_bytes());
            assert_eq!(all, events, "{text}");
            assert_eq!(last.as_deref(), rest, "{text}");
        }
        assert_eq!(read(b"{}\n{\xe6"), (vec!["{}".to_owned()], None));
    }

    #[test]
    fn caps_and_bad_bytes() {
        let fault = |after: &[u8]| {
            let mut events = Vec::new();
            let bytes = [b"{}\n", after].concat();
            let fault = Ndjson::default().push(&bytes, &mut events);
            assert_eq!(events, ["{}"]);
            fault.unwrap_err()
        };
        assert_eq!(fault(&vec![b'a'; MAX_LINE + 1]), SseError::TooLong);
        assert_eq!(fault(b"{\"a\xff\n"), SseError::NotUtf8);
        let line = format!("[\"{}\",\n", "a".repeat(1 << 19));
        assert_eq!(fault(line.repeat(20).as_bytes()), SseError::TooLong);
    }
}
