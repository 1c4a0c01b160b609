//! Lists that are none, are cut in two, or begin by accident.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::line_at;
use crate::check::prose::{end_of, is_text, lines, paragraphs, runs};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct BrokenList;

impl Rule for BrokenList {
    describe!(
        "broken-list",
        "A list that is none, that is cut in two, or that begins by accident",
        "\
A list begins with `-`, `*`, `+` or a number; `•` is text, so such lines run together. A line of a paragraph that begins with `+ ` becomes an item; a number other than
1 right below text does not; and `1986. What a year` at the start of a paragraph is an item with the number 1986. A code fence or a nested list that is not
indented as far as the text of its item ends the list (Zola 0.22.0 and Hugo 0.168.0 alike).

````markdown
1. First
   ```sh
   make
   ```
2. Second
````

Indent by the width of the number, and leave a blank line above a list."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut say = |at, message: &str, help: &str| {
            findings.push(
                page.finding(self, Severity::Warning, message)
                    .at(at)
                    .help(help),
            );
        };
        let runs = runs(page);
        for paragraph in paragraphs(page) {
            let mut bullets = 0;
            let start_of_paragraph = paragraph.start;
            for (index, (line, range)) in lines(page, paragraph).enumerate() {
                let body = line.trim_start_matches(['>', ' ']);
                let start = range.end - body.len();
                if !is_text(&runs, start) {
                    continue;
                }
                let is_bullet = ["• ", "◦ ", "‣ ", "▪ ", "● "]
                    .iter()
                    .any(|bullet| body.starts_with(bullet));
                if is_bullet {
                    bullets += 1;
                    if bullets == 1 {
                        say(
                            start..range.end,
                            "this is no list item: the bullet is text, and the lines run together",
                            "begin items with `- `",
                        );
                    }
                }
                let number = body.find(". ").filter(|dot| {
                    (1..4).contains(dot) && body[..*dot].bytes().all(|b| b.is_ascii_digit())
                });
                let is_first_of_list =
                    number.is_some_and(|dot| &body[..dot] == "2" || &body[..dot] == "0");
                if index > 0 && is_first_of_list && start > start_of_paragraph {
                    say(
                        start..range.end,
                        "this list does not begin: right below text only a list from 1 does",
                        "put a blank line above the list",
                    );
                }
            }
        }
        let mut previous: Option<(bool, usize)> = None;
        for (index, (event, range)) in page.events.iter().enumerate() {
            match event {
                Event::Start(Tag::List(number)) => {
                    let above = page.text[..range.start].trim_end_matches([' ', '\t']);
                    let follows_text = above.ends_with('\n')
                        && !above.ends_with("\n\n")
                        && !above.trim_end().is_empty();
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
                        );
                    }
                    if number.is_some_and(|number| number > 1500 && number < 2200) && items == 1 {
                        say(
                            line_at(page, range.start),
                            "this year becomes the number of a list item",
                            "write a backslash before the dot: `1986\\.`",
                        );
                    }
                    if let Some((was_nested, end)) = previous
                        && was_nested
                        && page.text[end..range.start]
                            .trim_matches([' ', '\n', '\r'])
                            .is_empty()
                        && number.is_none()
                        && !page.text[end..range.start].contains("\n\n")
                        && page.text[..range.start].ends_with([' '])
                    {
                        say(
                            line_at(page, range.start),
                            "this list is not nested: it is not indented as far as the text above it",
                            "indent it by three blanks",
                        );
                    }
                }
                Event::End(TagEnd::List(true)) => previous = Some((true, range.end)),
                Event::Start(Tag::CodeBlock(_)) => {
                    let before = index.checked_sub(1).map(|at| &page.events[at]);
                    let end = end_of(page, index);
                    let after = page.events.get(end + 1);
                    let is_cut = matches!((before, after),
                        (Some((Event::End(TagEnd::List(first)), list)), Some((Event::Start(Tag::List(number)), next)))
                            if *first && number.is_some_and(|number| number > 1)
                                && !page.text[..range.start].trim_end_matches([' ', '\t']).ends_with("\n\n")
                                && list.end <= range.start
                                && page.text[range.end..next.start].trim().is_empty());
                    if is_cut {
                        say(
                            line_at(page, range.start),
                            "this code ends the list, which begins anew behind it",
                            "indent the fence and the code by three blanks",
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
