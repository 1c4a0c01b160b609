//! Two marks that were to mark the text between them, and that readers see instead.

use std::ops::Range;

use crate::check::Page;
use crate::check::prose::{blocks, is_text};
use crate::text::has_blank_line;

/// The marks, the longer ones first.
pub(super) const MARKS: [&str; 6] = ["***", "**", "__", "~~", "*", "_"];

/// The longest text between two marks, in characters, that does not fill a whole block.
const MAX_INSIDE: usize = 200;

/// Two marks and what is between them.
pub(super) struct Pair {
    pub(super) mark: &'static str,
    pub(super) range: Range<usize>,
    /// The block they stand in.
    pub(super) block: Range<usize>,
}

/// All pairs on a page, in the order of the text.
pub(super) fn pairs(page: &Page<'_>, runs: &[Range<usize>]) -> Vec<Pair> {
    let mut found = Vec::new();
    for block in leaves(page) {
        for mark in MARKS {
            let at = places(page, runs, &block, mark);
            let mut next = 0;
            while let (Some(&open), Some(&close)) = (at.get(next), at.get(next + 1)) {
                let width = mark.len();
                let sides = Sides {
                    before: &page.text[block.start..open],
                    inside: &page.text[open + width..close],
                    after: &page.text[close + width..block.end],
                };
                if sides.are_meant(mark) {
                    found.push(Pair {
                        mark,
                        range: open..close + width,
                        block: block.clone(),
                    });
                    next += 1;
                }
                next += 1;
            }
        }
    }
    found.sort_by_key(|pair| pair.range.start);
    found
}

/// The blocks with text, each up to the first block within it.
fn leaves(page: &Page<'_>) -> Vec<Range<usize>> {
    let all = blocks(page);
    let starts = all[1.min(all.len())..].iter().map(|next| next.start);
    let starts = starts.chain([usize::MAX]);
    let leaves = all.iter().zip(starts);
    leaves
        .map(|(block, next)| block.start..block.end.min(next))
        .collect()
}

/// Where a mark is shown as it stands, and is no part of a longer one.
pub(super) fn places(
    page: &Page<'_>,
    runs: &[Range<usize>],
    block: &Range<usize>,
    mark: &str,
) -> Vec<usize> {
    let text = &page.text[block.clone()];
    let sign = &mark[..1];
    let is_alone = |at: usize| {
        let before = &text[..at];
        let is_escaped = (before.len() - before.trim_end_matches('\\').len()) % 2 == 1;
        !(is_escaped || before.ends_with(sign) || text[at + mark.len()..].starts_with(sign))
    };
    text.match_indices(mark)
        .filter(|(at, _)| is_alone(*at))
        .map(|(at, _)| block.start + at)
        .filter(|at| is_text(runs, *at) && is_text(runs, at + mark.len() - 1))
        .collect()
}

/// What is around and between two marks in a block.
struct Sides<'t> {
    before: &'t str,
    inside: &'t str,
    after: &'t str,
}

impl Sides<'_> {
    /// Whether the marks were meant as marks, and are no powers, patterns, blanks to fill in or names.
    fn are_meant(&self, mark: &str) -> bool {
        let Self {
            before,
            inside,
            after,
        } = *self;
        let (starts_blank, ends_blank) = (inside.starts_with(' '), inside.ends_with(' '));
        let is_blank = |text: &str| text.trim().is_empty();
        let is_whole = is_blank(before) && is_blank(after);
        let beside = ['/', '*', '\\'];
        // `*.asp或*.aspx`
        let is_ending = |text: &str| {
            let name = text.strip_prefix('.');
            name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_alphanumeric()))
        };
        let is_pattern = is_ending(inside)
            || inside.starts_with(beside)
            || inside.ends_with(beside)
            || after.starts_with(beside)
            || before.ends_with(beside);
        let is_odd = inside.contains(mark)
            || inside.starts_with('\n')
            || inside.ends_with('\n')
            || has_blank_line(inside)
            || (!is_whole && inside.chars().count() > MAX_INSIDE);
        if is_pattern || is_odd {
            return false;
        }
        match (starts_blank, ends_blank) {
            (false, false) => self.are_meant_tight(mark),
            (true, true) => {
                matches!(mark, "***" | "**" | "~~") && inside.contains(char::is_alphanumeric)
            }
            (false, true) => self.are_meant_before_blank(mark),
            (true, false) => self.are_meant_behind_blank(mark),
        }
    }

    /// Marks with no blank within: a sign beside them keeps them from marking anything.
    fn are_meant_tight(&self, mark: &str) -> bool {
        let (previous, next) = (self.previous(), self.next());
        let inside = self.inside;
        let is_ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let is_east = previous.is_some_and(is_cjk) || next.is_some_and(is_cjk);
        let has_word = inside.contains(char::is_alphanumeric);
        let ends_sentence = inside.ends_with([':', '.', '!', '?', ',', ';']);
        match mark {
            "***" | "**" => {
                let is_power = previous.is_some_and(|c| c.is_ascii_digit() || c == ')');
                let is_sign = matches!(
                    inside,
                    "," | "." | ":" | ";" | "!" | "?" | "、" | "，" | "。"
                );
                (has_word && !is_power) || (is_sign && previous.is_some_and(char::is_alphanumeric))
            }
            "~~" => has_word,
            "__" => {
                has_word
                    && !is_ascii(previous)
                    && previous != Some('_')
                    && (is_east || ends_sentence)
            }
            "*" => {
                let is_product = is_ascii(previous) || previous == Some(')');
                has_word
                    && !is_product
                    && (is_east || (ends_sentence && inside.contains(char::is_alphabetic)))
            }
            _ => is_east && inside.chars().any(is_cjk) && !is_ascii(previous) && !is_ascii(next),
        }
    }

    /// `**bold **text`: the second mark closes nothing.
    fn are_meant_before_blank(&self, mark: &str) -> bool {
        let next = self.next();
        let first = self.inside.chars().next();
        let is_apart = self
            .previous()
            .is_none_or(|c| c.is_whitespace() || OPENING.contains(c) || is_cjk(c));
        let begins = first.is_some_and(|c| {
            c.is_alphabetic()
                || OPENING.contains(c)
                || (self.before.trim().is_empty() && c.is_numeric())
        });
        let is_common = is_apart
            && begins
            && self.inside.contains(char::is_alphabetic)
            && !self.is_power()
            && !self.are_names();
        let is_end = |c: Option<char>| c.is_none_or(|c| c == '\n' || ".,;:!?)".contains(c));
        let words = self.inside.trim_end();
        match mark {
            "***" | "**" | "~~" => is_common,
            "__" => is_common && next.is_none_or(|c| !c.is_alphanumeric() || is_cjk(c)),
            _ => is_common && is_end(next) && (words.contains(' ') || words.chars().any(is_cjk)),
        }
    }

    /// `text ** bold**`: the first mark opens nothing.
    fn are_meant_behind_blank(&self, mark: &str) -> bool {
        let is_apart = self
            .previous()
            .is_none_or(|c| c.is_whitespace() || OPENING.contains(c) || is_cjk(c));
        let ends = self
            .next()
            .is_none_or(|c| !c.is_alphanumeric() || is_cjk(c));
        matches!(mark, "***" | "**" | "~~")
            && is_apart
            && ends
            && self.inside.contains(char::is_alphabetic)
            && !self.is_power()
            && !self.are_names()
    }

    fn previous(&self) -> Option<char> {
        self.before.chars().next_back()
    }

    fn next(&self) -> Option<char> {
        self.after.chars().next()
    }

    /// Whether one word between the marks stands beside a number, a variable or something in brackets.
    fn is_power(&self) -> bool {
        let before = self
            .before
            .split_whitespace()
            .next_back()
            .unwrap_or_default();
        let is_operand = before.ends_with([')', ']'])
            || before.ends_with(|c: char| c.is_ascii_digit())
            || (before.len() == 1 && before.starts_with(|c: char| c.is_ascii_lowercase()));
        is_operand && !self.inside.trim().contains(' ')
    }

    /// Whether the marks are parts of names, as stars before those of Python and C are.
    fn are_names(&self) -> bool {
        let word = |text: &str| -> String {
            let chars = text.trim_start().chars();
            chars
                .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
                .collect()
        };
        let is_name = |word: &str| super::left_over::UNPACKED.contains(&word) || word.contains('_');
        let words = self.inside.trim();
        let is_list = words.ends_with(',') && !words.contains(' ');
        is_name(&word(self.inside)) || is_name(&word(self.after)) || is_list
    }
}

/// Signs behind which marked text may begin.
const OPENING: &str = "([{\"'“‘„«—–（「『【《";

/// Whether a character belongs to a script that is written without blanks, or with few: Chinese, Japanese, Korean.
pub(in crate::check) fn is_cjk(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}')
}
