//! What a program prints, as far as it came.

/// Standard output: text, and the bytes behind it that are none.
#[derive(Debug, Default)]
pub(super) struct Output {
    text: String,
    rest: Vec<u8>,
    is_bad: bool,
}

impl Output {
    /// Takes the next bytes, cut anywhere, and gives the text that is new. Behind the first byte that cannot be UTF-8,
    /// everything is kept as bytes.
    pub(super) fn push(&mut self, bytes: &[u8]) -> &str {
        let before = self.text.len();
        self.rest.extend_from_slice(bytes);
        if !self.is_bad {
            let (valid, is_bad) = match std::str::from_utf8(&self.rest) {
                Ok(text) => (text.len(), false),
                Err(error) => (error.valid_up_to(), error.error_len().is_some()),
            };
            self.is_bad = is_bad;
            let rest = self.rest.split_off(valid);
            let text = std::mem::replace(&mut self.rest, rest);
            self.text.push_str(&String::from_utf8_lossy(&text));
        }
        &self.text[before..]
    }

    /// All bytes that are kept.
    pub(super) fn len(&self) -> usize {
        self.text.len() + self.rest.len()
    }

    /// The text, and what is behind it.
    pub(super) fn into_parts(self) -> (String, Vec<u8>) {
        (self.text, self.rest)
    }
}

/// Standard error: its last bytes, and how to tell of them.
#[derive(Debug, Default)]
pub(super) struct Tail {
    bytes: Vec<u8>,
}

impl Tail {
    /// So many bytes are kept.
    pub(super) const MOST: usize = 64 << 10;

    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        let over = self.bytes.len().saturating_sub(Self::MOST);
        self.bytes.drain(..over);
    }

    /// The last line that is not blank. Raw: it may hold anything.
    pub(super) fn last_line(&self) -> Option<String> {
        let text = String::from_utf8_lossy(&self.bytes);
        let mut lines = text.split(['\n', '\r']).map(str::trim);
        lines.rfind(|line| !line.is_empty()).map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_comes_whole_and_bad_bytes_are_kept() {
        let mut output = Output::default();
        let bytes = "aé日".as_bytes();
        assert_eq!(output.push(&bytes[..2]), "a");
        assert_eq!(output.push(&bytes[2..5]), "é");
        assert_eq!(output.push(&bytes[5..]), "日");
        assert_eq!(output.push(b"b\xffc"), "b");
        assert_eq!(output.push(b"d"), "");
        assert_eq!(output.len(), 10);
        let (text, rest) = output.into_parts();
        assert_eq!((text.as_str(), rest.as_slice()), ("aé日b", &b"\xffcd"[..]));
    }

    #[test]
    fn the_last_line_is_told() {
        let mut tail = Tail::default();
        assert_eq!(tail.last_line(), None);
        tail.push(b"first\n 10%\r 20%\r\n \n");
        assert_eq!(tail.last_line().as_deref(), Some("20%"));
        tail.push(&vec![b'x'; 2 * Tail::MOST]);
        assert_eq!(tail.bytes.len(), Tail::MOST);
    }

    proptest! {
        #[test]
        fn no_byte_is_lost_however_they_are_cut(bytes: Vec<u8>, cuts: Vec<usize>) {
            let mut output = Output::default();
            let (mut told, mut at) = (String::new(), 0);
            for cut in cuts {
                let next = (at + cut % 5).min(bytes.len());
                told.push_str(output.push(&bytes[at..next]));
                at = next;
            }
            told.push_str(output.push(&bytes[at..]));
            let (text, rest) = output.into_parts();
            prop_assert_eq!(&told, &text);
            prop_assert_eq!([text.as_bytes(), &rest].concat(), bytes.clone());
            if let Ok(whole) = String::from_utf8(bytes) {
                prop_assert_eq!(whole, text);
            }
        }
    }
}
