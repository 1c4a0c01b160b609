//! Lines that were to be items and lack the mark, and lines that have one by accident.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::check::Page;
use crate::check::proof::{self, Kind};
use crate::check::prose::{is_text, lines, paragraphs};
use crate::finding::{Edit, Fix};

/// What is to be said of a line.
pub(super) struct Found {
    pub(super) at: Range<usize>,
    pub(super) message: &'static str,
    pub(super) help: &'static str,
    pub(super) fix: Option<Fix>,
}

/// Signs that people and models put before items, besides the bullets of which a single one counts.
const SIGNS: [char; 24] = [
    '–', '—', '·', '∙', '○', '■', '□', '◆', '◇', '➤', '►', '▶', '▸', '→', '➡', '✓', '✔', '✗', '✘',
    '☐', '☑', '✅', '❌', '★',
];

/// How a line begins that was to be an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// `-one`, `*one` or `+one`.
    Glued(char),
    /// `1.one`.
    Number,
    /// `-[ ] one`.
    GluedBox,
    /// `[ ] one`.
    Box,
    /// `- one`, with a no-break space.
    Hard,
    Sign(char),
}

const HARD: [char; 3] = ['\u{a0}', '\u{202f}', '\u{3000}'];

fn start(line: &str) -> Option<Start> {
    let is_box = |text: &str| {
        ["[ ] ", "[x] ", "[X] "]
            .iter()
            .any(|mark| text.starts_with(mark))
    };
    if is_box(line) {
        return Some(Start::Box);
    }
    let first = line.chars().next()?;
    let rest = &line[first.len_utf8()..];
    if matches!(first, '-' | '*' | '+') {
        if is_box(rest) {
            return Some(Start::GluedBox);
        }
        if rest.starts_with(HARD) {
            return Some(Start::Hard);
        }
        // `-5` and `+49` are numbers, `-v` an option.
        let letters = rest.chars().take_while(|c| c.is_alphabetic()).count();
        // `*one*` is emphasis.
        let is_word = letters > 0 && !(first == '*' && rest.contains('*'));
        return is_word.then_some(Start::Glued(first));
    }
    if first.is_ascii_digit() {
        let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let rest = line[digits..].strip_prefix(['.', ')'])?;
        let is_item = digits < 3 && rest.starts_with(char::is_alphabetic);
        return is_item.then_some(Start::Number);
    }
    let text = rest.trim_start_matches('\u{fe0f}');
    ((SIGNS.contains(&first)
        || matches!(first, '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}'))
        && text.starts_with([' ', '\u{a0}']))
    .then_some(Start::Sign(first))
}

/// Paragraphs of which each line begins as an item does that has no mark.
pub(super) fn unmarked(page: &Page<'_>, runs: &[Range<usize>]) -> Vec<Found> {
    let mut found = Vec::new();
    for paragraph in paragraphs(page) {
        let rows: Vec<_> = lines(page, paragraph)
            .map(|(line, at)| {
                let body = line.trim_start_matches(['>', ' ']);
                (body, at.end - body.len()..at.end)
            })
            .collect();
        let starts: Vec<_> = rows.iter().map(|(body, _)| start(body)).collect();
        let is_box = |start: &Option<Start>| {
            matches!(start, Some(Start::GluedBox | Start::Box | Start::Hard))
        };
        let Some(from) = starts.iter().position(Option::is_some) else {
            continue;
        };
        let alike = starts[from..].iter().take_while(|start| {
            let are_signs = matches!(
                (start, &starts[from]),
                (Some(Start::Sign(_)), Some(Start::Sign(_)))
            );
            are_signs || **start == starts[from]
        });
        let count = alike.count();
        let is_all = from + count == starts.len() && from <= 1;
        let is_enough = count > 1 || (count == 1 && is_box(&starts[from]) && from == 0);
        // Options of a command stand below one another, too: `-a`, `-b`.
        let is_options = matches!(starts[from], Some(Start::Glued('-')))
            && rows[from..].iter().all(|(body, _)| is_option(body));
        let run_together = is_box(&starts[from]) || !are_broken(&rows[from..]);
        if !is_all
            || !is_enough
            || is_options
            || !run_together
            || !is_text(runs, rows[from].1.start)
        {
            continue;
        }
        found.push(Found {
            at: rows[from].1.clone(),
            message: "this is no list item: its mark is missing or has no blank behind it, and the lines run together",
            help: "begin items with `- `, or `1. `",
            fix: Some(marked(page, &rows[from..], starts[from])),
        });
    }
    found.extend(empty_boxes(page));
    found
}

/// Whether each line but the last ends with a break, so that it stands alone on the page as well.
pub(super) fn are_broken(rows: &[(&str, Range<usize>)]) -> bool {
    let above = rows.split_last().map_or(rows, |(_, above)| above);
    !above.is_empty() && above.iter().all(|(line, _)| ends_with_break(line))
}

/// Whether a line ends with a break, as Markdown or HTML writes it.
pub(super) fn ends_with_break(line: &str) -> bool {
    let line = line.trim_end_matches('\r');
    line.ends_with("  ")
        || ["\\", "<br>", "<br/>", "<br />"]
            .iter()
            .any(|it| line.ends_with(it))
}

/// Whether a line begins with an option of one letter, `-v`, with a word behind it.
fn is_option(line: &str) -> bool {
    let rest = line.trim_start_matches('-');
    let mut letters = rest.chars();
    letters.next().is_some_and(char::is_alphabetic) && letters.next().is_some_and(|c| c == ' ')
}

/// `- [] one`, where a box to tick has a blank in it.
fn empty_boxes<'p>(page: &'p Page<'_>) -> impl Iterator<Item = Found> + 'p {
    page.events.iter().filter_map(|(event, range)| {
        if !matches!(event, Event::Start(Tag::Item)) {
            return None;
        }
        let raw = &page.text[range.clone()];
        let (open, box_end) = ["[] ", "[  ] ", "[ x ] "]
            .iter()
            .find_map(|mark| raw.find(mark).map(|at| (at, at + mark.len() - 1)))?;
        let before = raw[..open].trim_start_matches(|c: char| c.is_ascii_digit());
        if !["- ", "* ", "+ ", ". ", ") "].contains(&before.trim_start_matches(' ')) {
            return None;
        }
        let at = range.start + open;
        let inside = if raw[open..box_end].contains('x') {
            "x"
        } else {
            " "
        };
        Some(Found {
            at: at..range.start + box_end,
            message: "this is no box to tick, so readers will see the brackets",
            help: "write `[ ]`, with one blank between the brackets, or `[x]`",
            fix: Some(proof::fix(
                page,
                vec![Edit::replace(at + 1..range.start + box_end - 1, inside)],
                |trial| {
                    trial.changes_only(&[Kind::Text, Kind::List]) && trial.added(Kind::List) == 1
                },
            )),
        })
    })
}

/// The mark of an item before each line.
fn marked(page: &Page<'_>, rows: &[(&str, Range<usize>)], how: Option<Start>) -> Fix {
    let edits: Vec<Edit> = rows
        .iter()
        .filter_map(|(body, at)| {
            let first = body.chars().next()?.len_utf8();
            Some(match start(body)? {
                Start::Glued(_) | Start::GluedBox => Edit::insert(at.start + 1, " "),
                Start::Number => {
                    let dot = body.find(['.', ')'])? + 1;
                    Edit::insert(at.start + dot, " ")
                }
                Start::Box => Edit::insert(at.start, "- "),
                Start::Hard => {
                    let blank = body[1..].chars().next()?.len_utf8();
                    Edit::replace(at.start + 1..at.start + 1 + blank, " ")
                }
                Start::Sign('–' | '—' | '·' | '∙' | '○' | '■' | '►' | '▸') => {
                    Edit::replace(at.start..at.start + first, "-")
                }
                Start::Sign(_) => Edit::insert(at.start, "- "),
            })
        })
        .collect();
    // Dashes may be those of a dialogue, and hyphens those of options.
    let is_sure = !matches!(how, Some(Start::Sign('–' | '—') | Start::Glued('-' | '+')));
    proof::fix(page, edits, |trial| {
        is_sure && trial.changes_only(&[Kind::Text, Kind::List]) && trial.added(Kind::List) > 0
    })
}

/// A single item or a line of a quote right below text that goes on in it: `the sum of 10` and `- 5 is 5`.
pub(super) fn accidents(page: &Page<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for (index, (event, range)) in page.events.iter().enumerate() {
        let is_list = matches!(event, Event::Start(Tag::List(_)));
        if !is_list && !matches!(event, Event::Start(Tag::BlockQuote(_))) {
            continue;
        }
        let follows = index
            .checked_sub(1)
            .is_some_and(|before| matches!(page.events[before].0, Event::End(TagEnd::Paragraph)));
        let raw = page.text[range.clone()].trim_end();
        let above = page.text[..range.start].trim_end_matches([' ', '\t']);
        let Some(above) = above.strip_suffix('\n').filter(|_| follows) else {
            continue;
        };
        let line = above.rsplit('\n').next().unwrap_or_default().trim_end();
        let text = raw.trim_start_matches(|c: char| c.is_ascii_digit());
        let Some(text) = text.strip_prefix(['-', '*', '>', '.', ')']) else {
            continue;
        };
        let text = text.trim_start();
        let starts = |is: fn(&char) -> bool| text.chars().next().is_some_and(|c| is(&c));
        let ends_open = [
            "is", "was", "are", "were", "than", "of", "the", "to", "by", "and", "or", "at", "a",
            "in", "with",
        ]
        .iter()
        .any(|end| line.rsplit(' ').next() == Some(end));
        let is_number = starts(char::is_ascii_digit) && !raw.starts_with('1');
        let is_open = line.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        let goes_on = is_number && is_open
            || is_list && ends_open && (starts(char::is_ascii_lowercase) || raw.starts_with("1."));
        if raw.contains('\n') || !goes_on {
            continue;
        }
        let (message, help) = if is_list {
            (
                "this line becomes a list item",
                "write a backslash before its sign, or let the line begin with another word",
            )
        } else {
            (
                "this line becomes a quote",
                "write `\\>`, or let the line begin with another word",
            )
        };
        let sign = range.start + raw.find(['-', '*', '>', '.', ')']).unwrap_or(0);
        found.push(Found {
            at: range.start..range.start + raw.len(),
            message,
            help,
            fix: Some(Fix::risky(vec![Edit::insert(sign, "\\")])),
        });
    }
    for (event, range) in &page.events {
        let raw = &page.text[range.clone()];
        let line = raw.split('\n').next().unwrap_or_default();
        let is_code = line.contains(['(', '=']) || line.starts_with(">>> import ");
        if matches!(event, Event::Start(Tag::BlockQuote(_))) && line.starts_with(">>> ") && is_code
        {
            found.push(Found {
                at: range.start..range.start + line.len(),
                message: "this prompt becomes a quote within quotes",
                help: "put the lines in a block of code",
                fix: None,
            });
        }
        let marks = raw
            .split(' ')
            .take_while(|word| ["*", "-", "+"].contains(word))
            .count();
        if matches!(event, Event::Start(Tag::List(_))) && marks > 2 {
            let line = raw.split('\n').next().unwrap_or_default();
            found.push(Found {
                at: range.start..range.start + line.len(),
                message: "the signs of this line become lists within lists",
                help: "put the line in backticks",
                fix: None,
            });
        }
    }
    // The lists within are told of with the outermost.
    let mut until = 0;
    found.sort_by_key(|one| one.at.start);
    found.retain(|one| {
        let is_new = one.at.start >= until;
        until = until.max(one.at.end);
        is_new
    });
    found
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, zola};

    #[test]
    fn lines_that_lack_the_mark() {
        for world in [hugo(), zola("0.22.0"), zola("0.17.2")] {
            let lines = |body: &str| world.lines("broken-list", body);
            for (body, expected) in [
                ("-one\n-two\n", "-one\n-two\n"),
                ("Items:\n1.one\n2.two\n", "Items:\n1. one\n2. two\n"),
                ("*one\n*two\n", "* one\n* two\n"),
                ("-[ ] one\n-[x] two\n", "- [ ] one\n- [x] two\n"),
                ("[ ] one\n[x] two\n", "- [ ] one\n- [x] two\n"),
                ("-\u{a0}one\n-\u{a0}two\n", "- one\n- two\n"),
                ("· one\n· two\n", "- one\n- two\n"),
                ("✅ one\n✅ two\n", "- ✅ one\n- ✅ two\n"),
                ("– one\n– two\n", "– one\n– two\n"),
                ("👉 one\n👉 two\n", "- 👉 one\n- 👉 two\n"),
                ("- [ x ] one\n", "- [x] one\n"),
                ("- [] one\n- [x] two\n", "- [ ] one\n- [x] two\n"),
            ] {
                assert_eq!(lines(body).len(), 1, "{body}");
                assert_eq!(fixed(&world, body), expected);
            }
            for body in [
                "-5 degrees\n-6 degrees\n",
                "-v shows more\n-q shows less\n",
                "*Terms apply\n",
                "1.one  \n2.two<br>\n3.three\n",
                "1.5 and\n2.5 km\n",
                "*one* and\n*two*\n",
                "– a dash\n",
                "+49 30\n+49 40\n",
                "3.Liga und\nmehr\n",
            ] {
                assert_eq!(lines(body), [""; 0], "{body}");
            }
        }
    }

    #[test]
    fn lines_that_have_one_by_accident() {
        for world in [hugo(), zola("0.22.0")] {
            let lines = |body: &str| world.lines("broken-list", body);
            for (body, line) in [
                ("The sum of 10\n- 5 is 5\n", 2),
                ("We met at\n- well, never mind\n", 2),
                ("All values\n> 5 are large\n", 2),
                ("The answer is\n1. Nothing more\n", 2),
                ("* * * * * /bin/x\n", 1),
                (">>> print(\"hi\")\n", 1),
                ("- one\n- two\nAnd so on it goes.\n", 3),
            ] {
                assert_eq!(lines(body), [format!("warning {line}")], "{body}");
            }
            for body in [
                "- one\n- two.  \nAnd so on it goes.\n",
                "- one\n- two\nFind us at the kiosk:\n  - Tuesday\n",
                "- one\n- Use those labels.\nFor example, `a=b`.\n",
                "Text:\n- a\n",
                "**Pros**\n- a\n",
                "Text\n- A\n- b\n",
                "He said\n> A quote\n",
                "1. a\n   - b\n2. c\n",
                "- a\n- b\ngoes on here\n",
                "- a long line of words that is wrapped by hand at some\nColumn that is usual\n",
                "- a\n\nText after.\n",
                "- - a\n- b\n",
            ] {
                assert_eq!(lines(body), [""; 0], "{body}");
            }
        }
    }
}
