//! Characters that a server cuts in two: JSON writes those beyond U+FFFF as two `\u` escapes, and some servers send one
//! in each of two chunks. A JSON parser refuses half a pair, so halves travel as private characters and are joined here.

use serde_json::Value;

/// Where the 2048 halves are parked: the end of the private plane 16, which no text uses together with halves.
const PARKED: u32 = 0x10_f000;

/// Parses JSON. The flag tells that it held halves of characters, now parked.
pub(super) fn parse(text: &str) -> Result<(Value, bool), serde_json::Error> {
    match serde_json::from_str(text) {
        Ok(value) => Ok((value, false)),
        Err(error) => match park_halves(text) {
            Some(mended) => serde_json::from_str(&mended)
                .map(|value| (value, true))
                .map_err(|_| error),
            None => Err(error),
        },
    }
}

/// The text with each lone half as one private character; `None` where there is none.
fn park_halves(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut found) = (text, false);
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let taken = match half(escape) {
            Some(high @ 0xd800..0xdc00) => match half(&escape[6..]) {
                Some(0xdc00..0xe000) => 12,
                _ => park(&mut out, high),
            },
            Some(low) => park(&mut out, low),
            // A backslash and what it escapes.
            None => 1 + escape[1..].chars().next().map_or(0, char::len_utf8),
        };
        if taken == 0 {
            found = true;
            rest = &escape[6..];
        } else {
            out.push_str(&escape[..taken]);
            rest = &escape[taken..];
        }
    }
    out.push_str(rest);
    found.then_some(out)
}

/// Adds the parked half; the escape itself is dropped, hence 0 bytes of it are kept.
fn park(out: &mut String, half: u32) -> usize {
    out.extend(char::from_u32(PARKED + half - 0xd800));
    0
}

/// The surrogate that an escape at the start of `text` stands for.
fn half(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let value = u32::from_str_radix(digits, 16).ok()?;
    (0xd800..0xe000).contains(&value).then_some(value)
}

/// Text that grows piece by piece, with halves joined across pieces.
#[derive(Debug, Default)]
pub(super) struct Joiner {
    text: String,
    high: Option<u32>,
}

impl Joiner {
    /// Adds a piece; an error where a half has no other half.
    pub(super) fn push(&mut self, piece: &str, mended: bool) -> Result<(), ()> {
        if !mended && self.high.is_none() {
            self.text.push_str(piece);
            return Ok(());
        }
        for character in piece.chars() {
            let parked = (mended && (PARKED..PARKED + 0x800).contains(&u32::from(character)))
                .then(|| u32::from(character) - PARKED);
            match (parked, self.high.take()) {
                (None, None) => self.text.push(character),
                (Some(high @ 0..0x400), None) => self.high = Some(high),
                (Some(low @ 0x400..), Some(high)) => {
                    let joined = 0x1_0000 + (high << 10) + (low - 0x400);
                    self.text.extend(char::from_u32(joined));
                }
                _ => return Err(()),
            }
        }
        Ok(())
    }

    /// Half a character waits for its other half.
    pub(super) fn is_open(&self) -> bool {
        self.high.is_some()
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(pieces: &[&str]) -> Result<String, ()> {
        let mut joiner = Joiner::default();
        for piece in pieces {
            let (value, mended) = parse(piece).map_err(drop)?;
            joiner.push(value.as_str().ok_or(())?, mended)?;
        }
        if joiner.is_open() {
            return Err(());
        }
        Ok(joiner.into_text())
    }

    #[test]
    fn halves_are_joined_and_never_guessed() {
        assert_eq!(join(&[r#""a\ud83d""#, r#""\ude00b""#]).unwrap(), "a😀b");
        assert_eq!(
            join(&[r#""\ud83d\ude00\ud83d""#, r#""\uDE01""#]).unwrap(),
            "😀😁"
        );
        assert_eq!(join(&[r#""a\\ud83d""#]).unwrap(), r"a\ud83d");
        assert_eq!(join(&[r#""\ud83d\ude00""#]).unwrap(), "😀");
        for bad in [
            &[r#""\ud83d""#] as &[&str],
            &[r#""\ude00""#],
            &[r#""\ud83d""#, r#""x""#],
            &[r#""\ud83d""#, r#""\ud83d""#],
            &[r#""\ud83dx""#],
            &[r#""\u""#],
        ] {
            assert!(join(bad).is_err(), "{bad:?}");
        }
    }
}
