//! Lists that are none, are cut in two, or begin by accident.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{blank_line_above, ends_with_text, line_at, warner};
use crate::body::edits::line_start;
use crate::check::proof::{self, Kind};
use crate::check::prose::{end_of, is_text, lines, paragraphs, runs};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix};
use crate::text::has_blank_line;

mod lazy;
mod marks;
mod ordinals;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct BrokenList;

impl Rule for BrokenList {
    describe!(
        "broken-list",
        "A list that is none, that is cut in two, or that begins by accident",
        "\
A list begins with `-`, `*`, `+` or a number; `•` is text, so such lines run together. A line of a paragraph that begins with `+ ` becomes an item; a number other than
1 right below text does not, nor do `-` and numbers with no blank behind them, nor other ways of counting such as `(1)`, `a)` and `①`; text right below an item belongs to it; and `1986. What a year` at the start of a paragraph is an item with the number 1986. A code fence or a nested list that is not
indented as far as the text of its item ends the list, and so does a number with another sign, `2)` below `1.` (Zola 0.22.0 and Hugo 0.168.0 alike).

````markdown
1. First
   ```sh
   make
   ```
2. Second
````

Indent by the width of the number, and leave a blank line above a list. The fix does so where the numbers go on behind the code or the nested list, writes `-` for two
bullets and more, and a backslash behind a year; a lone bullet, a number right below text and a `+` may be meant, so there it is one of the unsafe fixes."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut say = warner(self, page, findings);
        let runs = runs(page);
        for paragraph in paragraphs(page) {
            let mut bullets = 0;
            let start_of_paragraph = paragraph.start;
            let is_alone = !page.text[paragraph.clone()].trim_end().contains('\n');
            for (index, (line, range)) in lines(page, paragraph.clone()).enumerate() {
                let body = line.trim_start_matches(['>', ' ']);
                let start = range.end - body.len();
                if !is_text(&runs, start) {
                    continue;
                }
                if is_bullet(body) {
                    bullets += 1;
                    if bullets == 1 {
                        say(
                            start..range.end,
                            if is_alone {
                                "this is no list item: the bullet is text"
                            } else {
                                "this is no list item: the bullet is text, and the lines run together"
                            },
                            "begin items with `- `",
                            Some(itemised(page, &paragraph, &runs)),
                        );
                    }
                }
                let number = body.find(". ").filter(|dot| {
                    (1..4).contains(dot) && body[..*dot].bytes().all(|b| b.is_ascii_digit())
                });
                let is_first_of_list =
                    number.is_some_and(|dot| &body[..dot] == "2" || &body[..dot] == "0");
                if index > 0 && is_first_of_list && start > start_of_paragraph {
                    let fix = begun(page, body, start, &paragraph);
                    say(
                        start..range.end,
                        "this list does not begin: right below text only a list from 1 does",
                        "put a blank line above the list",
                        Some(fix),
                    );
                }
            }
        }
        for found in marks::unmarked(page, &runs)
            .into_iter()
            .chain(ordinals::counted(page, &runs))
            .chain(ordinals::labelled(page, &runs))
            .chain(marks::accidents(page))
            .chain(lazy::lazy(page))
        {
            say(found.at, found.message, found.help, found.fix);
        }
        let mut numbered: Option<Range<usize>> = None;
        for (index, (event, range)) in page.events.iter().enumerate() {
            match event {
                Event::Start(Tag::List(number)) => {
                    let above = page.text[..range.start].trim_end_matches([' ', '\t']);
                    let follows_text = ends_with_text(above);
                    let first = &page.text[range.clone()];
                    let items = count_items(page, index);
                    let after_paragraph = matches!(
                        index.checked_sub(1).map(|at| &page.events[at].0),
                        Some(Event::End(TagEnd::Paragraph))
                    );
                    if first.starts_with("+ ") && items == 1 && follows_text && after_paragraph {
                        say(
                            line_at(page, range.start),
                            "this line becomes a list item",
                            "write `\\+`, or let the line begin with another word",
                            Some(Fix::risky(vec![Edit::insert(range.start, "\\")])),
                        );
                    }
                    if number.is_some_and(|number| number > 1500 && number < 2200) && items == 1 {
                        say(
                            line_at(page, range.start),
                            "this year becomes the number of a list item",
                            "write a backslash before the dot: `1986\\.`",
                            year(page, range),
                        );
                    }
                    let follows_numbers = matches!(
                        index.checked_sub(1).map(|at| &page.events[at].0),
                        Some(Event::End(TagEnd::List(true)))
                    );
                    let quoted = above.trim_end_matches(['>', ' ', '\t']);
                    if number.is_some() && follows_numbers && ends_with_text(quoted) {
                        say(
                            line_at(page, range.start),
                            "the sign behind this number begins another list, and ends the one above",
                            "write the same sign behind all numbers, `1.` or `1)`",
                            None,
                        );
                    }
                    if let Some(numbered) = &numbered
                        && page.text[numbered.end..range.start]
                            .trim_matches([' ', '\n', '\r'])
                            .is_empty()
                        && number.is_none()
                        && !has_blank_line(&page.text[numbered.end..range.start])
                        && first.starts_with(' ')
                        && column(page, range.start) > column(page, numbered.start)
                    {
                        say(
                            line_at(page, range.start),
                            "this list is not nested: it is not indented as far as the text above it",
                            "indent it by three blanks",
                            nested(page, index, range),
                        );
                    }
                }
                Event::End(TagEnd::List(true)) => numbered = Some(range.clone()),
                Event::Start(Tag::CodeBlock(_)) => {
                    let before = index.checked_sub(1).map(|at| &page.events[at]);
                    let end = end_of(page, index);
                    let after = page.events.get(end + 1);
                    let is_cut = matches!((before, after),
                        (Some((Event::End(TagEnd::List(first)), list)), Some((Event::Start(Tag::List(number)), next)))
                            if *first && number.is_some_and(|number| number > 1)
                                && (ends_with_text(page.text[..range.start].trim_end_matches([' ', '\t']))
                                    || page.text[..range.start].ends_with(' '))
                                && list.end <= range.start
                                && page.text[range.end..next.start].trim().is_empty());
                    if is_cut {
                        say(
                            line_at(page, range.start),
                            "this code ends the list, which begins anew behind it",
                            "indent the fence and the code by three blanks",
                            nested(page, index, range),
                        );
                    }
                }
                _ => {}
            }
        }
    }
}

fn count_items(page: &Page<'_>, list: usize) -> usize {
    let mut depth = 0usize;
    let mut items = 0;
    for (event, _) in &page.events[list..] {
        match event {
            Event::Start(Tag::List(_)) => depth += 1,
            Event::End(TagEnd::List(_)) => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    break;
                }
            }
            Event::Start(Tag::Item) if depth == 1 => items += 1,
            _ => {}
        }
    }
    items
}

/// What people type for the sign of an item.
const BULLETS: [char; 5] = ['•', '◦', '‣', '▪', '●'];

fn is_bullet(line: &str) -> bool {
    line.strip_prefix(BULLETS)
        .is_some_and(|rest| rest.starts_with(' '))
}

/// Hyphens for all bullets of a paragraph: surely, where there is more than one.
fn itemised(page: &Page<'_>, paragraph: &Range<usize>, runs: &[Range<usize>]) -> Fix {
    let edits: Vec<Edit> = lines(page, paragraph.clone())
        .filter_map(|(line, range)| {
            let body = line.trim_start_matches(['>', ' ']);
            let start = range.end - body.len();
            let width = body.chars().next()?.len_utf8();
            (is_bullet(body) && is_text(runs, start))
                .then(|| Edit::replace(start..start + width, "-"))
        })
        .collect();
    let items = edits.len();
    proof::fix(page, edits, |trial| {
        items > 1 && trial.added(Kind::List) > 0 && trial.changes_only(&[Kind::Text, Kind::List])
    })
}

/// A blank line above a number: surely the first of a list, where the next number follows on the next line.
fn begun(page: &Page<'_>, line: &str, start: usize, paragraph: &Range<usize>) -> Fix {
    let next = if line.starts_with('2') { "3. " } else { "1. " };
    let goes_on = lines(page, start..paragraph.end)
        .nth(1)
        .is_some_and(|(line, _)| line.trim_start_matches(['>', ' ']).starts_with(next));
    proof::fix(page, vec![blank_line_above(page, start)], |trial| {
        goes_on && trial.added(Kind::List) == 1 && trial.changes_only(&[Kind::Text, Kind::List])
    })
}

/// A backslash behind a year at the start of a paragraph.
fn year(page: &Page<'_>, list: &Range<usize>) -> Option<Fix> {
    let raw = &page.text[list.clone()];
    let at = list.start + raw.find(['.', ')'])?;
    let shown = &page.text[list.start..=at];
    Some(proof::fix(page, vec![Edit::insert(at, "\\")], |trial| {
        trial.added(Kind::List) == -1
            && trial.changes_only(&[Kind::Text, Kind::List])
            && trial.shows(shown)
    }))
}

/// A block behind a list as part of its last item: surely, where the numbers of the list go on behind it.
fn nested(page: &Page<'_>, index: usize, block: &Range<usize>) -> Option<Fix> {
    let before = &page.events[..index];
    let (_, item) = before
        .iter()
        .rev()
        .find(|(event, _)| matches!(event, Event::Start(Tag::Item)))?;
    let raw = page.text[item.clone()].trim_start_matches(' ');
    let marker = raw.len() - raw.trim_start_matches(|c: char| c.is_ascii_digit()).len() + 1;
    let blanks = raw.get(marker..)?.len() - raw.get(marker..)?.trim_start_matches(' ').len();
    let width = column(page, item.start)? + marker + blanks;
    let indent = width.checked_sub(column(page, block.start)?)?;
    let edits: Vec<Edit> = lines(page, block.clone())
        .filter(|(line, _)| !line.trim().is_empty())
        .map(|(_, at)| Edit::insert(line_start(page.text, at.start), " ".repeat(indent)))
        .collect();
    if !(1..=4).contains(&blanks) || indent == 0 {
        return None;
    }
    let goes_on = matches!(
        page.events.get(end_of(page, index) + 1),
        Some((Event::Start(Tag::List(Some(number))), _)) if *number == next_number(before)
    );
    Some(proof::fix(page, edits, |trial| {
        goes_on && trial.added(Kind::List) == -1 && trial.changes_only(&[Kind::List])
    }))
}

/// The blanks before the block at byte `at` in its line; `None` where something else stands there.
fn column(page: &Page<'_>, at: usize) -> Option<usize> {
    let rest = &page.text[at..];
    let text = at + rest.len() - rest.trim_start_matches(' ').len();
    let before = &page.text[line_start(page.text, at)..text];
    before
        .bytes()
        .all(|byte| byte == b' ')
        .then_some(before.len())
}

/// The number that would follow in the last list of the outermost level.
fn next_number(events: &[(Event<'_>, Range<usize>)]) -> u64 {
    let mut depth = 0usize;
    let mut next = 0;
    for (event, _) in events {
        match event {
            Event::Start(Tag::List(start)) => {
                if depth == 0 {
                    next = start.unwrap_or(0);
                }
                depth += 1;
            }
            Event::End(TagEnd::List(_)) => depth = depth.saturating_sub(1),
            Event::Start(Tag::Item) if depth == 1 => next += 1,
            _ => {}
        }
    }
    next
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, zola};

    #[test]
    fn lists_go_on() {
        for (body, expected) in [
            (
                "1. a\n```sh\nx\n\n y\n```\n2. b\n",
                "1. a\n   ```sh\n   x\n\n    y\n   ```\n2. b\n",
            ),
            ("1. a\n```sh\nx\n```\n5. b\n", "1. a\n```sh\nx\n```\n5. b\n"),
            ("• one\n• two **b**\n", "- one\n- two **b**\n"),
            ("> Pros:\n> • one\n> • two\n", "> Pros:\n> - one\n> - two\n"),
            ("• one\n", "• one\n"),
            ("• a\n• b\n\n      code\n", "• a\n• b\n\n      code\n"),
            ("1986. What a year.\n", "1986\\. What a year.\n"),
            ("Steps\n2. a\n3. b\n", "Steps\n\n2. a\n3. b\n"),
            ("In\n2. Bundesliga\n", "In\n2. Bundesliga\n"),
            ("total of a\n+ b gives c\n", "total of a\n+ b gives c\n"),
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), expected);
            assert_eq!(fixed(&hugo(), body), expected);
        }
    }

    #[test]
    fn another_sign_behind_a_number_parts_the_list() {
        for world in [hugo(), zola("0.22.0"), zola("0.17.2")] {
            let lines = |body: &str| world.lines("broken-list", body);
            assert_eq!(lines("1. a\n2. b\n1) c\n"), ["warning 3"]);
            assert_eq!(lines("> 1. a\n> 2) b\n"), ["warning 2"]);
            assert_eq!(lines("1. a\n2. b\n\n1) c\n"), [""; 0]);
            assert_eq!(lines("1. a\n   1) b\n2. c\n"), [""; 0]);
        }
    }

    #[test]
    fn a_nested_list_is_indented() {
        let body = "1. a\n  - b\n  - c\n2. d\n";
        let expected = "1. a\n   - b\n   - c\n2. d\n";
        assert_eq!(fixed(&zola("0.22.0"), body), expected);
    }
}
