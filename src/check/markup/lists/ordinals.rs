//! Lines that begin with numbers or letters of which Markdown knows nothing: `(1)`, `①`, `a)`, `一、`.

use std::ops::Range;

use super::marks::{Found, are_broken, ends_with_break};
use crate::check::Page;
use crate::check::proof::{self, Kind};
use crate::check::prose::{is_text, lines, paragraphs};
use crate::finding::{Edit, Fix};

/// What people count with, besides numbers.
const COUNTS: [&str; 9] = [
    "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳",
    "一二三四五六七八九",
    "abcdefghijklmnop",
    "ABCDEFGHIJKLMNOP",
    "αβγδεζηθ",
    "абвгдежз",
    "가나다라마바사아",
    "１２３４５６７８９",
    "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ",
];

/// Small Roman numbers.
const ROMAN: [&str; 10] = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"];

/// Signs that lines of an East Asian script begin with, without a blank behind them.
const DOTS: [char; 2] = ['・', '‧'];

/// What a line counts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Numerals {
    /// The string of [`COUNTS`] at this place.
    Listed(usize),
    Digits,
    Romans,
    /// `1️⃣`.
    Keys,
    /// The same sign before each line.
    Dots,
}

/// How a line counts. Lines of one list have the same numerals, the same bracket before them and the same sign behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ordinal {
    numerals: Numerals,
    opens: bool,
    sign: Option<char>,
    number: usize,
    /// The bytes of all of it.
    width: usize,
}

impl Ordinal {
    fn is_like(self, other: Self) -> bool {
        let style = |it: Self| (it.numerals, it.opens, it.sign);
        style(self) == style(other)
    }
}

/// The readings of a line's first word as a number: `i.` is a letter, and a Roman number.
fn ordinals(line: &str) -> Vec<Ordinal> {
    let opens = line.starts_with(['(', '（']);
    let text = line.trim_start_matches(['(', '（']);
    let skipped = line.len() - text.len();
    let mut found = Vec::new();
    let mut add = |numerals: Numerals, number: usize, length: usize| {
        let rest = &text[length..];
        let sign = rest.chars().next().filter(|c| ".)、．）:：".contains(*c));
        let width = skipped + length + sign.map_or(0, char::len_utf8);
        let behind = &line[width..];
        // `①` needs neither a sign nor a blank behind it.
        let is_circled = numerals == Numerals::Listed(0);
        let is_wide = sign.is_some_and(|c| "、．）：".contains(c)) || is_circled;
        let is_apart = behind.starts_with(' ') || (is_wide && !behind.trim().is_empty());
        // Markdown knows `1.` and `1)`.
        let is_known =
            numerals == Numerals::Digits && !opens && matches!(sign, Some('.' | ')' | ':') | None);
        let is_sure = sign.is_some_and(|c| c != ':') || is_circled;
        let is_closed = !opens || matches!(sign, Some(')' | '）'));
        if is_apart && is_sure && is_closed && !is_known {
            found.push(Ordinal {
                numerals,
                opens,
                sign,
                number,
                width,
            });
        }
    };
    let Some(first) = text.chars().next() else {
        return found;
    };
    if let Some((place, number)) = COUNTS
        .iter()
        .enumerate()
        .find_map(|(place, count)| Some((place, count.chars().position(|c| c == first)? + 1)))
    {
        add(Numerals::Listed(place), number, first.len_utf8());
    }
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if (1..3).contains(&digits) {
        add(
            Numerals::Digits,
            text[..digits].parse().unwrap_or(0),
            digits,
        );
    }
    let letters = text.len() - text.trim_start_matches(['i', 'v', 'x']).len();
    if let Some(number) = ROMAN.iter().position(|roman| *roman == &text[..letters]) {
        add(Numerals::Romans, number + 1, letters);
    }
    // `1️⃣`
    if let Some(rest) = text[digits.min(1)..].strip_prefix("\u{fe0f}\u{20e3}")
        && digits == 1
        && rest.starts_with(' ')
    {
        found.push(Ordinal {
            numerals: Numerals::Keys,
            opens: false,
            sign: None,
            number: text[..1].parse().unwrap_or(0),
            width: line.len() - rest.len(),
        });
    }
    if DOTS.contains(&first) && line.starts_with(first) || line.starts_with("#. ") {
        let width = if first == '#' { 2 } else { first.len_utf8() };
        found.push(Ordinal {
            numerals: Numerals::Dots,
            opens: false,
            sign: Some(first),
            number: 0,
            width,
        });
    }
    found
}

/// Paragraphs of which the lines count up, or begin with the same dot, from the first or the second on to the last.
pub(super) fn counted(page: &Page<'_>, runs: &[Range<usize>]) -> Vec<Found> {
    let mut found = Vec::new();
    for paragraph in paragraphs(page) {
        let rows: Vec<_> = lines(page, paragraph)
            .map(|(line, at)| {
                let body = line.trim_start_matches(['>', ' ']);
                (body, at.end - body.len()..at.end)
            })
            .collect();
        let counts = |from: usize| -> Option<Vec<Ordinal>> {
            let first = ordinals(rows.get(from)?.0);
            first.into_iter().find_map(|start| {
                let is_start = start.number < 2;
                let rest = rows[from..].iter().enumerate().map(|(index, (body, _))| {
                    let number = start.number
                        + if start.numerals == Numerals::Dots {
                            0
                        } else {
                            index
                        };
                    ordinals(body)
                        .into_iter()
                        .find(|next| next.is_like(start) && next.number == number)
                });
                is_start.then(|| rest.collect::<Option<Vec<_>>>())?
            })
        };
        let Some((from, all)) = (0..2).find_map(|from| Some((from, counts(from)?))) else {
            continue;
        };
        if all.len() < 2 || are_broken(&rows[from..]) || !is_text(runs, rows[from].1.start) {
            continue;
        }
        let edits = all
            .iter()
            .zip(&rows[from..])
            .map(|(ordinal, (body, at))| {
                let blank = body[ordinal.width..].len() - body[ordinal.width..].trim_start().len();
                let mark = match ordinal.numerals {
                    Numerals::Dots if body.starts_with('#') => "1. ".to_owned(),
                    Numerals::Dots => "- ".to_owned(),
                    _ => format!("{}. ", ordinal.number),
                };
                Edit::replace(at.start..at.start + ordinal.width + blank, mark)
            })
            .collect();
        // Letters may be referred to as such, dots are nothing else.
        let fix = if all[0].numerals == Numerals::Dots {
            proof::fix(page, edits, |trial| {
                trial.changes_only(&[Kind::Text, Kind::List]) && trial.added(Kind::List) == 1
            })
        } else {
            Fix::risky(edits)
        };
        found.push(Found {
            at: rows[from].1.clone(),
            message: "this is no list item: Markdown does not know this way of counting, and the lines run together",
            help: "begin items with `1. ` or `- `, or end the lines with a backslash",
            fix: Some(fix),
        });
    }
    found
}

/// Paragraphs of which each line begins with a bold label, `**Name:** Goat`, or with a step and its number: they run
/// together.
pub(super) fn labelled(page: &Page<'_>, runs: &[Range<usize>]) -> Vec<Found> {
    let mut found = Vec::new();
    for paragraph in paragraphs(page) {
        let rows: Vec<_> = lines(page, paragraph.clone()).collect();
        let body = |line: &str| line.trim_start_matches(['>', ' ']).to_owned();
        let is_labelled = rows.iter().all(|(line, _)| is_label(&body(line)));
        let are_steps = (1..)
            .zip(&rows)
            .all(|(number, (line, _))| is_step(&body(line), number));
        let breaks =
            |(line, _): &(&str, Range<usize>)| ends_with_break(line) || line.ends_with('>');
        let Some((last, above)) = rows.split_last() else {
            continue;
        };
        if above.is_empty() || above.iter().any(breaks) || !(is_labelled || are_steps) {
            continue;
        }
        if are_steps && !is_text(runs, last.1.start) {
            continue;
        }
        let edits: Vec<Edit> = above
            .iter()
            .map(|(line, at)| Edit::insert(at.start + line.trim_end().len(), "\\"))
            .collect();
        let count = edits.len();
        found.push(Found {
            at: rows[0].1.clone(),
            message: "these lines run together: Markdown makes one line of them",
            help: "end each line with a backslash, or make items of them: `- `",
            fix: Some(proof::fix(page, edits, |trial| {
                trial.changes_only(&[Kind::Text, Kind::Break])
                    && trial.added(Kind::Break).unsigned_abs() == count
                    && trial.same_letters()
            })),
        });
    }
    found
}

/// `**Name:** Goat` or `**Name**: Goat`.
fn is_label(line: &str) -> bool {
    let label = line
        .strip_prefix("**")
        .and_then(|rest| rest.split_once("**"));
    label.is_some_and(|(label, rest)| {
        label.chars().count() < 40
            && (label.ends_with([':', '：']) || rest.starts_with([':', '：']))
    })
}

/// What steps are called.
const STEPS: [&str; 10] = [
    "Step",
    "Schritt",
    "Étape",
    "Paso",
    "Passo",
    "Stap",
    "Krok",
    "Шаг",
    "ステップ",
    "步骤",
];

/// `Step 1: Install`.
fn is_step(line: &str, number: usize) -> bool {
    STEPS
        .iter()
        .filter_map(|word| line.strip_prefix(word))
        .filter_map(|rest| rest.trim_start().strip_prefix(&number.to_string()))
        .any(|rest| rest.starts_with([':', '.', '：']))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, fixed_with_risk, hugo, zola};

    #[test]
    fn lines_with_labels_run_together() {
        for world in [hugo(), zola("0.22.0"), zola("0.17.2")] {
            let lines = |body: &str| world.lines("broken-list", body);
            for (body, expected) in [
                ("**A:** b\n**C:** d\n", "**A:** b\\\n**C:** d\n"),
                ("> **A**: b\n> **C**: d\n", "> **A**: b\\\n> **C**: d\n"),
                ("Step 1: a\nStep 2: b\n", "Step 1: a\\\nStep 2: b\n"),
            ] {
                assert_eq!(lines(body).len(), 1, "{body}");
                assert_eq!(fixed(&world, body), expected);
            }
            for body in [
                "**A:** b\nand c\n",
                "(・one\n(・two\n",
                "(1) one<br>\n(2) two\n",
                "（・一つ\n（・二つ\n",
                "**A:** b  \n**C:** d\n",
                "**A** b\n**C** d\n",
                "Step 2: a\nStep 3: b\n",
                "**A:** b\n",
            ] {
                assert_eq!(lines(body), [""; 0], "{body}");
            }
        }
    }

    #[test]
    fn lines_that_count_otherwise() {
        for world in [hugo(), zola("0.22.0"), zola("0.17.2")] {
            let lines = |body: &str| world.lines("broken-list", body);
            for (body, expected) in [
                ("(1) one\n(2) two\n", "1. one\n2. two\n"),
                ("a. one\nb. two\n", "1. one\n2. two\n"),
                ("i. one\nii. two\n", "1. one\n2. two\n"),
                ("1️⃣ one\n2️⃣ two\n", "1. one\n2. two\n"),
                ("Steps:\n① 一つ\n② 二つ\n", "Steps:\n1. 一つ\n2. 二つ\n"),
                ("1、一つ\n2、二つ\n", "1. 一つ\n2. 二つ\n"),
                ("１．一つ\n２．二つ\n", "1. 一つ\n2. 二つ\n"),
            ] {
                assert_eq!(lines(body).len(), 1, "{body}");
                assert_eq!(fixed_with_risk(&world, body), expected);
                assert_eq!(fixed(&world, body), body);
            }
            assert_eq!(fixed(&world, "・一つ\n・二つ\n"), "- 一つ\n- 二つ\n");
            for body in [
                "(1) one\n(3) three\n",
                "(1) one\\\n(2) two\n",
                "a. one\nand two\n",
                "b. one\nc. two\n",
                "i am\nii are\n",
                "a line\nb line\n",
                "一つの\n二つの\n",
                "(a) only\n",
                "1: one\n2: two\n",
            ] {
                assert_eq!(lines(body), [""; 0], "{body}");
            }
        }
    }
}
