//! What was to be a table of some other program's, or is torn apart.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::is_rule;
use crate::check::Page;
use crate::check::prose::{is_text, lines, paragraphs};

/// What is to be said of a table.
pub(super) struct Found {
    pub(super) at: Range<usize>,
    pub(super) message: &'static str,
    pub(super) help: &'static str,
}

/// Whether a line has bars at both ends.
fn is_row(line: &str) -> bool {
    let line = line.trim();
    line.len() > 2 && line.starts_with('|') && line.ends_with('|')
}

pub(super) fn tables(page: &Page<'_>, runs: &[Range<usize>]) -> Vec<Found> {
    let mut found = Vec::new();
    for paragraph in paragraphs(page) {
        found.extend(in_paragraph(page, &paragraph, runs));
    }
    for (index, (event, range)) in page.events.iter().enumerate() {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                let rows: Vec<_> = page.text[range.clone()].trim_end().lines().collect();
                if rows.len() > 1 && is_row(rows[0]) && is_rule(rows[1]) {
                    found.push(Found {
                        at: range.start..range.start + rows[0].len(),
                        message: "the indent makes code of this table",
                        help: "take the blanks before the bars away",
                    });
                }
            }
            Event::Start(Tag::Item) => found.extend(in_item(page, index, range)),
            Event::Start(Tag::Table(_)) => found.extend(in_table(page, range)),
            _ => {}
        }
    }
    found
}

/// Tables of other programs, and a head that a blank line parts from its table.
fn in_paragraph(page: &Page<'_>, paragraph: &Range<usize>, runs: &[Range<usize>]) -> Option<Found> {
    let rows: Vec<_> = lines(page, paragraph.clone())
        .map(|(line, at)| (line.trim_start_matches(['>', ' ']).trim_end(), at))
        .collect();
    let (first, at) = rows.first()?;
    let (second, _) = rows.get(1)?;
    if !is_text(runs, at.end.saturating_sub(1)) && !is_text(runs, at.start) {
        return None;
    }
    let told = |message, help| {
        Some(Found {
            at: at.clone(),
            message,
            help,
        })
    };
    let of = |line: &str, signs: &str| !line.is_empty() && line.chars().all(|c| signs.contains(c));
    let has_ends = |line: &str| line.starts_with('+') && line.ends_with('+') && line.len() > 4;
    if has_ends(first) && of(first, "+-=:") && second.starts_with('|') {
        return told(
            "this is a grid of characters, and no table",
            "write rows with bars, and a line such as `|---|---|` below the first",
        );
    }
    if is_row(first) && is_row(second) && of(second, "|-+ ") && second.contains("-+-") {
        return told(
            "this is no table: the columns of the line of hyphens are not parted by bars",
            "write `|---|---|` there",
        );
    }
    if first.contains('｜') && second.contains('｜') && of(second, "｜-:ー－ ") {
        return told(
            "this is no table: its bars are wide ones",
            "write plain bars, `|`",
        );
    }
    let above = page.text[..paragraph.start].trim_end_matches(['>', ' ', '\n', '\r']);
    let head = above.rsplit('\n').next().unwrap_or_default();
    if is_rule(first) && is_row(second) && is_row(head) {
        return told(
            "this is no table: a blank line parts it from its head",
            "take the blank line away",
        );
    }
    if is_rule(first) && is_row(second) {
        return told(
            "this is no table: the line of hyphens has no head above it",
            "write the names of the columns above it",
        );
    }
    None
}

/// A table right below the text of an item at the margin, which is a part of that text.
fn in_item(page: &Page<'_>, index: usize, item: &Range<usize>) -> Option<Found> {
    let is_tight = !matches!(
        page.events.get(index + 1),
        Some((Event::Start(Tag::Paragraph), _))
    );
    if !is_tight {
        return None;
    }
    let rows: Vec<_> = lines(page, item.clone()).collect();
    let place = rows
        .windows(2)
        .position(|two| is_row(two[0].0) && is_rule(two[1].0))
        .filter(|at| *at > 0)?;
    let (line, at) = &rows[place];
    let is_at_margin = line.starts_with('|');
    (is_at_margin && !page.in_code(at.start)).then(|| Found {
        at: at.clone(),
        message: "this table belongs to the list item above it",
        help: "put a blank line above the table",
    })
}

/// Rows that a line end cuts in two, and a second line of hyphens.
fn in_table(page: &Page<'_>, table: &Range<usize>) -> Option<Found> {
    let rows: Vec<_> = lines(page, table.clone())
        .filter(|(line, _)| !line.trim().is_empty())
        .map(|(line, at)| (line.trim_start_matches(['>', ' ']), at))
        .collect();
    let has_bars = rows.first().is_some_and(|(line, _)| is_row(line)) && is_rule(rows.get(1)?.0);
    if !has_bars {
        return None;
    }
    let second = rows
        .iter()
        .skip(2)
        .find(|(line, _)| is_row(line) && is_rule(line));
    if let Some((_, at)) = second {
        return Some(Found {
            at: at.clone(),
            message: "this line becomes a row of the table: it has only one line of hyphens",
            help: "take the line away, or begin another table below a blank line",
        });
    }
    let cut = rows[2..].windows(2).find(|two| {
        let (above, below) = (two[0].0.trim(), two[1].0.trim());
        above.starts_with('|')
            && !above.ends_with('|')
            && !below.starts_with('|')
            && below.ends_with('|')
    });
    cut.map(|two| Found {
        at: two[0].1.clone(),
        message: "a line end ends the row, so the cell is cut in two",
        help: "write each row on one line",
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn tables_that_are_none() {
        for world in [hugo(), zola("0.22.0")] {
            let lines = |body: &str| world.lines("broken-table", body);
            for body in [
                "x\n\n    | a | b |\n    |---|---|\n    | 1 | 2 |\n",
                "| a | b |\n|---+---|\n| 1 | 2 |\n",
                "+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n+---+---+\n",
                "| a | b |\n\n|---|---|\n| 1 | 2 |\n",
                "｜ a ｜ b ｜\n｜---｜---｜\n｜ 1 ｜ 2 ｜\n",
                "- item\n| a | b |\n|---|---|\n| 1 | 2 |\n",
                "| a | b |\n|---|---|\n| long\ntext | 2 |\n",
                "| a | b |\n|---|---|\n| 1 | 2 |\n|---|---|\n| 3 | 4 |\n",
            ] {
                assert_eq!(lines(body).len(), 1, "{body} {:?}", lines(body));
            }
            for body in [
                "- x\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n",
                "a | b\n---|---\n1 | 2\n",
                "+ a\n+ b\n",
                "```\n+---+\n| a |\n+---+\n```\n",
                "| a | b |\n|---|---|\n| --- | 2 |\n",
                "| a |\n|---|\n| 1 |\n\n| b |\n|---|\n| 2 |\n",
            ] {
                assert_eq!(lines(body), [""; 0], "{body}");
            }
        }
    }
}
