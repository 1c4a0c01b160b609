//! Which pages say nearly the same, told from a small sample of each.
//!
//! A text is cut into runs of three words, each run is made a number, and of these the smallest are kept. The numbers are as
//! good as random, so what two texts' samples share is what the texts share ("bottom-k sketch" of A. Broder's resemblance).
//! Everything here is deterministic: the same text has the same fingerprint on every machine.

use crate::markdown;

/// How many runs are kept of a text. Texts with fewer are compared exactly; else the share is right within some 5 %, as
/// the standard error at 80 % is √(0.8 × 0.2 / 256) = 2.5 %.
const KEPT: usize = 256;
/// How many words are a run.
const RUN: usize = 3;
/// Texts with fewer words are alike by chance, or by nature.
const LEAST: usize = 60;
/// How many numbers stand for a text in [`Fingerprint::bands`]...
const SLOTS: usize = 64;
/// ...and how many of them a band has. Texts that share 80 % of their runs have one of the 16 bands in common in all but
/// (1 - 0.8⁴)¹⁶ of cases, some 2 in 10,000; texts that share a tenth, in 16 in 10,000.
const BAND: usize = 4;

/// A sample of the runs of words in a text, by which it is compared with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fingerprint {
    /// The smallest of all runs' numbers, ascending, each once.
    kept: Box<[u32]>,
}

impl Fingerprint {
    /// The fingerprint of a body, code blocks left out; `None` for fewer than 60 words.
    pub fn of(body: &str) -> Option<Self> {
        let words = hashed_words(body);
        if words.len() < LEAST {
            return None;
        }
        let mut runs: Vec<u32> = words.windows(RUN).map(run).collect();
        runs.sort_unstable();
        runs.dedup();
        runs.truncate(KEPT);
        Some(Self { kept: runs.into() })
    }

    /// The share of runs that two texts have in common, of all that either has, from 0 to 1.
    pub fn resemblance(&self, other: &Self) -> f64 {
        let (mut a, mut b) = (self.kept.iter().peekable(), other.kept.iter().peekable());
        // Where runs were left out of either, only so many of both together are a fair sample of both.
        let is_whole = self.kept.len().max(other.kept.len()) < KEPT;
        let most = if is_whole { usize::MAX } else { KEPT };
        let (mut seen, mut common) = (0u32, 0u32);
        while (seen as usize) < most {
            match (a.peek(), b.peek()) {
                (Some(x), Some(y)) if x == y => {
                    a.next();
                    b.next();
                    common += 1;
                }
                (Some(x), Some(y)) if x > y => {
                    b.next();
                }
                (Some(_), _) => {
                    a.next();
                }
                (None, Some(_)) => {
                    b.next();
                }
                (None, None) => break,
            }
            seen += 1;
        }
        f64::from(common) / f64::from(seen.max(1))
    }

    /// Numbers of which texts that say nearly the same have at least one in common, and others have none: what they
    /// are, and not how they are ordered, depends on the texts.
    pub fn bands(&self) -> Vec<u64> {
        let mut slots = [None; SLOTS];
        // Ascending, so that the first is the smallest of its slot.
        for number in &self.kept {
            slots[*number as usize % SLOTS].get_or_insert(*number);
        }
        let filled: Vec<u32> = (0..SLOTS).map(|slot| fill(&slots, slot)).collect();
        filled
            .chunks(BAND)
            .zip(0u64..)
            .map(|(band, index)| {
                band.iter()
                    .fold(mix(index), |hash, number| mix(hash ^ u64::from(*number)))
            })
            .collect()
    }
}

/// A slot's number; an empty one borrows that of another, the same in all texts where that other is filled.
fn fill(slots: &[Option<u32>; SLOTS], slot: usize) -> u32 {
    let mut at = slot as u64;
    for _ in 0..SLOTS * SLOTS {
        if let Some(number) = slots[usize::try_from(at % SLOTS as u64).unwrap_or(0)] {
            return number;
        }
        at = mix(at.wrapping_add(slot as u64));
    }
    0
}

/// The number of a run.
fn run(words: &[u64]) -> u32 {
    let hash = words.iter().fold(0u64, |hash, word| {
        hash.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29) ^ word
    });
    let hash = mix(hash);
    u32::try_from(hash >> 32).unwrap_or(u32::MAX)
}

/// Each word of a body as a number, without case. A character of a script without blanks between words is one.
fn hashed_words(body: &str) -> Vec<u64> {
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    let mut words = Vec::new();
    for line in without_fences(body) {
        let mut word = None;
        for character in line.chars() {
            let is_word = character.is_alphanumeric();
            let is_alone = is_word && !character.is_ascii() && markdown::is_unspaced(character);
            if !is_word || is_alone {
                words.extend(word.take());
            }
            if is_alone {
                words.push(add(START, character));
            } else if is_word {
                let before = word.unwrap_or(START);
                word = Some(if character.is_ascii() {
                    add(before, character.to_ascii_lowercase())
                } else {
                    character.to_lowercase().fold(before, add)
                });
            }
        }
        words.extend(word);
    }
    words
}

/// FNV-1a over characters in place of bytes.
fn add(hash: u64, character: char) -> u64 {
    (hash ^ u64::from(character)).wrapping_mul(0x0100_0000_01b3)
}

/// The finisher of `SplitMix64`: each bit of the result depends on all of `value`.
fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The lines outside fenced code. Roughly, as it is enough here: what a list or a quote does to fences is not looked at.
fn without_fences(body: &str) -> impl Iterator<Item = &str> {
    let mut fence: Option<(u8, usize)> = None;
    body.lines().filter(move |line| {
        let line = line.trim_start();
        let mark = line.bytes().next().unwrap_or_default();
        let length = line.bytes().take_while(|byte| *byte == mark).count();
        let is_fence = matches!(mark, b'`' | b'~') && length >= 3;
        match fence {
            Some(open) => {
                if is_fence
                    && open.0 == mark
                    && length >= open.1
                    && line[length..].trim().is_empty()
                {
                    fence = None;
                }
                false
            }
            None if is_fence => {
                fence = Some((mark, length));
                false
            }
            None => true,
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A text of words that are its own, `shared` of them those of every other.
    fn words(own: &str, shared: usize, more: usize) -> String {
        let shared = (0..shared).map(|n| format!("w{n} "));
        shared
            .chain((0..more).map(|n| format!("{own}{n} ")))
            .collect()
    }

    fn share(a: &str, b: &str) -> f64 {
        let of = |text| Fingerprint::of(text).expect("long enough");
        of(a).resemblance(&of(b))
    }

    #[test]
    fn short_texts_are_compared_exactly() {
        // 80 common runs of 82 + 102 - 80: all but those in which the last shared words stand.
        let (a, b) = (words("a", 82, 2), words("b", 82, 22));
        assert!((share(&a, &b) - 80.0 / 104.0).abs() < 1e-9);
        assert!((share(&a, &a) - 1.0).abs() < 1e-9);
        assert!(share(&words("a", 0, 100), &words("b", 0, 100)) < 1e-9);
        assert_eq!(Fingerprint::of(&words("a", 0, 59)), None);
    }

    #[test]
    fn long_texts_are_estimated() {
        for (shared, own) in [(1800, 100), (1800, 200), (1800, 400), (900, 900)] {
            let (a, b) = (words("a", shared, own), words("b", shared, own));
            let real = f64::from(u32::try_from(shared - 2).unwrap())
                / f64::from(u32::try_from(shared + 2 * own - 2).unwrap());
            let found = share(&a, &b);
            assert!((found - real).abs() < 0.08, "{found} for {real}");
        }
    }

    #[test]
    fn texts_that_are_alike_share_a_band() {
        let is_candidate = |a: &str, b: &str| {
            let of = |text| Fingerprint::of(text).expect("long enough").bands();
            of(a).iter().zip(of(b)).any(|(a, b)| *a == b)
        };
        for length in (60..2000).step_by(31) {
            // A run or two more than 80 %, whatever the length.
            let own = length / 9 - 2;
            let (a, b) = (words("a", length, own), words("b", length, own));
            assert!(is_candidate(&a, &b), "{length}");
        }
        let strange = (0..200).filter(|n| {
            let of = |name: &str| words(&format!("{name}{n}x"), 20, 200);
            is_candidate(&of("a"), &of("b"))
        });
        assert!(strange.count() < 10);
    }

    #[test]
    fn case_code_and_punctuation_do_not_count() {
        let text = words("a", 100, 0);
        let other = text.to_uppercase().replace(' ', ", **") + "\n\n```rust\nfn x() {}\n~~~\n```\n";
        assert!((share(&text, &other) - 1.0).abs() < 1e-9);
        let japanese = "速いのはデータをメモリに置くからである。".repeat(4);
        assert!(Fingerprint::of(&japanese).is_some());
    }

    proptest! {
        #[test]
        fn any_text_has_one_or_none(a in "(?s).{0,400}", b in "(\\PC| ){60,400}") {
            for text in [&a, &b] {
                if let Some(of) = Fingerprint::of(text) {
                    prop_assert!((of.resemblance(&of) - 1.0).abs() < 1e-9);
                    prop_assert_eq!(of.bands().len(), SLOTS / BAND);
                }
            }
        }
    }
}
