//! A place in a text, for the small grammars of dates.

/// What is left of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self(text)
    }

    pub(super) fn rest(&self) -> &'a str {
        self.0
    }

    pub(super) fn is_done(&self) -> bool {
        self.0.is_empty()
    }

    /// Goes on by `length` bytes, or to the end.
    pub(super) fn skip(&mut self, length: usize) {
        self.0 = self.0.get(length..).unwrap_or_default();
    }

    /// The number in the next digits, at least `least` and at most `most`; no digits are 0, and of a long one the last
    /// ones count.
    pub(super) fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let digits = self
            .0
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count()
            .min(most);
        if digits < least {
            return None;
        }
        let number = self.0.bytes().take(digits).fold(0_u32, |number, digit| {
            number
                .wrapping_mul(10)
                .wrapping_add(u32::from(digit - b'0'))
        });
        self.skip(digits);
        Some(number)
    }

    /// Goes on behind this character, where it is the next.
    pub(super) fn after(&mut self, c: char) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(c)?;
        Some(self)
    }

    /// Goes on behind one of these characters, where it is the next.
    pub(super) fn one_of(&mut self, chars: &str) -> Option<&mut Self> {
        self.0 = self.0.strip_prefix(|c| chars.contains(c))?;
        Some(self)
    }

    /// Goes on behind blanks and tabs; whether there were any.
    pub(super) fn blanks(&mut self) -> bool {
        let rest = self.0.trim_start_matches([' ', '\t']);
        let any = rest.len() < self.0.len();
        self.0 = rest;
        any
    }
}
