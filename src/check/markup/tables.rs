//! Tables that lose cells or rows.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::{blank_line_above, ends_with_text, is_old_zola, line_at, warner};
use crate::check::proof::{self, Kind};
use crate::check::prose::{end_of, is_text, lines, paragraphs, runs};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix};

mod none;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct BrokenTable;

impl Rule for BrokenTable {
    describe!(
        "broken-table",
        "A table that is none, that ends too early, or that loses cells",
        "\
The line of hyphens below a table's head has as many columns as the head, else there is no table (in Hugo it may have more). Cells beyond the last column are dropped. A blank line
ends the table, and what follows is text with bars; a line of text right below the table becomes a row, also where there is one column. A bar in code splits its cell all the same, and a line end always ends a row. Zola 0.17.2 also wants a
blank line above a table (Zola 0.22.0 and Hugo 0.168.0 do not).

```markdown
| a | b |
|---|---|
| 1 | `x \\| y` |
```

Count the bars, and write a bar in a cell as `\\|`. The fix does that in code, takes blank lines out of a table or puts them around it, and gives the line of hyphens as many
columns as the head has. What a surplus cell is for only its author knows."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD056", "table-column-count"]
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut say = warner(self, page, findings);
        let runs = runs(page);
        for (index, (event, range)) in page.events.iter().enumerate() {
            let Event::Start(Tag::Table(columns)) = event else {
                continue;
            };
            let above = &page.markdown[..range.start - page.body.start];
            let above = above.trim_end_matches([' ', '\t', '>']);
            if is_old_zola(page) && ends_with_text(above) {
                say(
                    line_at(page, range.start),
                    "Zola 0.17 makes no table of this, since it follows text",
                    "put a blank line above the table",
                    Some(proof::fix(
                        page,
                        vec![blank_line_above(page, range.start)],
                        |trial| trial.changes_only(&[]),
                    )),
                );
            }
            in_old_zola(page, range, &mut say);
            let mut is_over = false;
            // A table of one column needs no bars; one whose rows have them needs them in each.
            let mut wants_bars = columns.len() > 1;
            for (row, (text, at)) in lines(page, range.clone()).enumerate() {
                if row == 1 || text.trim().is_empty() {
                    continue;
                }
                let cells = cells(text);
                let has_bars = text.contains('|');
                let line = text.trim();
                if page.site.settings.block_attributes
                    && line.starts_with('{')
                    && line.ends_with('}')
                {
                    continue;
                }
                if row > 1 && !has_bars && wants_bars {
                    // One blank line parts all that follows from the table.
                    let is_last = !page.text[at.end..range.end].contains('|');
                    let fix = (is_last && !is_over).then(|| {
                        let block = at.end - text.trim_start_matches(['>', ' ', '\t']).len();
                        let edits = vec![blank_line_above(page, block)];
                        proof::fix(page, edits, |trial| trial.changes_only(&[]))
                    });
                    is_over = true;
                    say(
                        at,
                        "this line becomes a row of the table above it",
                        "put a blank line below the table",
                        fix,
                    );
                } else if cells > columns.len() {
                    let help = if text.contains('`') {
                        "write a bar in a cell as `\\|`, in code too"
                    } else {
                        "take the surplus cells away, or add a column to the head"
                    };
                    // Zola 0.17 shows the backslash in code.
                    let fix =
                        escaped_bars(page, text, &at, columns.len()).filter(|_| !is_old_zola(page));
                    say(
                        at,
                        "this row has more cells than the table has columns, and the last are dropped",
                        help,
                        fix,
                    );
                }
                wants_bars |= row > 1 && has_bars;
            }
            // What is left behind a blank line.
            let end = end_of(page, index);
            if let Some((Event::Start(Tag::Paragraph), next)) = page.events.get(end + 1) {
                let raw = page.text[next.clone()].trim_end();
                if raw.starts_with('|') && raw.ends_with('|') && is_text(&runs, next.start) {
                    say(
                        line_at(page, next.start),
                        "the blank line ends the table, and this is text with bars",
                        "take the blank line away",
                        joined(page, range.end, next, columns.len()),
                    );
                }
            }
        }
        for found in none::tables(page, &runs) {
            say(found.at, found.message, found.help, None);
        }
        for paragraph in paragraphs(page) {
            let rows: Vec<_> = lines(page, paragraph.clone()).collect();
            let is_row = |row: &str| {
                let row = row.trim();
                row.len() > 2
                    && row.starts_with('|')
                    && row.ends_with('|')
                    && row.matches('|').count() > 2
            };
            let is_bare = rows.len() > 1
                && rows
                    .iter()
                    .all(|(row, at)| is_row(row) && is_text(&runs, at.start))
                && !rows.iter().any(|(row, _)| row.contains("--"));
            if is_bare {
                say(
                    rows[0].1.clone(),
                    "this is no table: the line of hyphens below its head is missing",
                    "write a line such as `|---|---|` below the first row",
                    None,
                );
            }
            // A table may follow right below text.
            for ((head, at), (rule, rule_at)) in rows.iter().zip(rows.iter().skip(1)) {
                let is_rule = is_rule(rule);
                // Hugo adds the columns that the head lacks (tested on 0.168.0).
                let adds_columns =
                    !page.site.generator.requires_front_matter() && columns(rule) > columns(head);
                if is_rule
                    && !adds_columns
                    && head.contains('|')
                    && is_text(&runs, at.end.saturating_sub(1))
                {
                    let fix = counted(page, head, rule_at, &paragraph);
                    say(
                        at.clone(),
                        "this is no table: the line of hyphens has not as many columns as the head",
                        "give both lines the same number of columns",
                        Some(fix),
                    );
                }
            }
        }
    }
}

/// Whether a line is the one of hyphens below a table's head.
fn is_rule(line: &str) -> bool {
    line.contains("--") && line.contains('|') && line.chars().all(|c| "|-: >".contains(c))
}

/// The cells of a row: bars that are escaped divide nothing.
fn cells(row: &str) -> usize {
    let row = row.trim_start_matches(['>', ' ', '\t']).trim_end();
    let row = row.strip_prefix('|').unwrap_or(row);
    let row = row
        .strip_suffix('|')
        .filter(|row| !row.ends_with('\\'))
        .unwrap_or(row);
    let mut cells = 1;
    let mut escaped = false;
    for c in row.chars() {
        if c == '|' && !escaped {
            cells += 1;
        }
        escaped = c == '\\';
    }
    cells
}
/// The cells of a row, the bars at its ends not counted.
fn columns(row: &str) -> usize {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let row = row.strip_suffix('|').unwrap_or(row);
    row.split('|').count()
}

/// A backslash before the bars in a row's code, where the row then has as many cells as the table has columns.
fn escaped_bars(page: &Page<'_>, row: &str, at: &Range<usize>, columns: usize) -> Option<Fix> {
    let mut edits = Vec::new();
    let mut open = 0;
    let mut rest = row;
    while let Some(start) = rest.find('`') {
        let marks = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let from = row.len() - rest.len() + start + marks;
        let length = row[from..].find(&"`".repeat(marks))?;
        let code = &row[from..from + length];
        open += 1;
        edits.extend(
            code.match_indices('|')
                .filter(|(bar, _)| !code[..*bar].ends_with('\\'))
                .map(|(bar, _)| Edit::insert(at.start + from + bar, "\\")),
        );
        rest = &row[from + length + marks..];
    }
    let is_even = open > 0 && !edits.is_empty() && cells(row) == columns + edits.len();
    is_even.then(|| {
        proof::fix(page, edits, |trial| {
            trial.changes_only(&[Kind::Text, Kind::Code, Kind::Html])
                && trial.added(Kind::Html) <= 0
        })
    })
}

/// The rows behind a blank line as rows of the table above it, where they are nothing else.
fn joined(page: &Page<'_>, end: usize, rows: &Range<usize>, columns: usize) -> Option<Fix> {
    let gap = page.text[..end].trim_end().len();
    let between = &page.text[gap..rows.start];
    let feed = between.find('\n')? + 1;
    let are_rows = lines(page, rows.clone()).all(|(line, _)| {
        let line = line.trim();
        line.is_empty() || (line.starts_with('|') && line.ends_with('|') && cells(line) <= columns)
    });
    let start = gap + between.rfind('\n')? + 1;
    let is_blank = between.trim().is_empty() && gap + feed < start;
    (are_rows && is_blank).then(|| {
        proof::fix(page, vec![Edit::delete(gap + feed..start)], |trial| {
            trial.changes_only(&[Kind::Text])
        })
    })
}

/// A line of hyphens with as many columns as the head: surely, where no row below has more.
fn counted(page: &Page<'_>, head: &str, rule: &Range<usize>, paragraph: &Range<usize>) -> Fix {
    let columns = cells(head);
    let raw = &page.text[rule.clone()];
    let text = raw.trim_start_matches(['>', ' ', '\t']);
    let start = rule.end - text.len();
    let mut aligns: Vec<&str> = text.trim().trim_matches('|').split('|').collect();
    aligns.resize(columns, "---");
    let line = format!("|{}|", aligns.join("|"));
    let rows_fit = lines(page, rule.end..paragraph.end)
        .skip(1)
        .all(|(row, _)| row.trim().is_empty() || (row.contains('|') && cells(row) <= columns));
    proof::fix(page, vec![Edit::replace(start..rule.end, line)], |trial| {
        rows_fit && trial.changes_only(&[Kind::Text, Kind::Table]) && trial.added(Kind::Table) == 1
    })
}

/// The lines without the blanks that they begin with. To later versions, and to other programs, they are the same table.
fn unindented(page: &Page<'_>, lines: Range<usize>) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut at = lines.start;
    for line in page.text[lines].split_inclusive('\n') {
        let blanks = line.len() - line.trim_start_matches(' ').len();
        if blanks > 0 {
            edits.push(Edit::delete(at..at + blanks));
        }
        at += line.len();
    }
    edits
}

/// What Zola 0.17 does to tables that later ones read as they are meant.
fn in_old_zola(
    page: &Page<'_>,
    table: &Range<usize>,
    say: &mut impl FnMut(Range<usize>, &str, &str, Option<Fix>),
) {
    if !is_old_zola(page) {
        return;
    }
    let line = page.text[..table.start].rfind('\n').map_or(0, |at| at + 1);
    let head = page.text[line..].split('\n').next().unwrap_or_default();
    let is_nested = page.events.iter().any(|(event, range)| {
        matches!(event, Event::Start(Tag::Item | Tag::BlockQuote(_)))
            && range.contains(&table.start)
    });
    if head.starts_with(' ') && !is_nested {
        say(
            line_at(page, table.start),
            "Zola 0.17 makes no table of lines that are indented",
            "take the blanks before the bars away",
            Some(Fix::safe(unindented(page, line..table.end))),
        );
    }
    for (event, range) in &page.events {
        let is_inside = table.start <= range.start && range.end <= table.end;
        if is_inside && matches!(event, Event::Code(_)) && page.text[range.clone()].contains("\\|")
        {
            say(
                range.clone(),
                "Zola 0.17 shows the backslash before a bar in code",
                "write the code as HTML: `<code>a &#124; b</code>`",
                None,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, world, zola};

    #[test]
    fn attributes_of_a_block_are_no_row() {
        let body = "| a | b |\n|---|---|\n| 1 | 2 |\n{.wide}\n";
        assert_eq!(hugo().lines("broken-table", body), ["warning 4"]);
        let config = "baseURL = \"x\"\n[markup.goldmark.parser.attribute]\nblock = true\n";
        let site = world(&[("hugo.toml", config)], Some("0.168.0"));
        assert_eq!(site.lines("broken-table", body), [""; 0]);
    }

    #[test]
    fn a_table_of_one_column_has_bars_or_none() {
        let swallowing = "| Tool |\n|------|\n| zola |\nBoth are fine.\nAnd fast.\n";
        let parted = "| Tool |\n|------|\n| zola |\n\nBoth are fine.\nAnd fast.\n";
        for world in [hugo(), zola("0.22.0"), zola("0.17.2")] {
            let found = world.lines("broken-table", swallowing);
            assert_eq!(found, ["warning 4", "warning 5"]);
            assert_eq!(fixed(&world, swallowing), parted);
            for body in [
                "| Tool |\n|------|\nzola\nhugo\n",
                "Tool |\n----|\nzola\n",
                "| Tool |\n|------|\n| a |\n",
            ] {
                assert_eq!(world.lines("broken-table", body), [""; 0], "{body}");
            }
        }
    }

    #[test]
    fn tables_are_mended_where_only_one_was_meant() {
        for (body, expected) in [
            (
                "Intro:\n| a | b |\n|---|\n| 1 | 2 |\n",
                "Intro:\n| a | b |\n|---|---|\n| 1 | 2 |\n",
            ),
            (
                "| a | b |\n|---|---|\n\n| 1 | 2 |\n| 3 | 4 |\n",
                "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n",
            ),
            (
                "| a | b |\n|---|---|\n| 1 | `x | y` |\n",
                "| a | b |\n|---|---|\n| 1 | `x \\| y` |\n",
            ),
            (
                "| a | b |\n|---|\n| 1 | 2 |\n",
                "| a | b |\n|---|---|\n| 1 | 2 |\n",
            ),
            (
                "> | a | b |\n> |---|---|\n> | 1 | 2 |\n> text\n> more\n",
                "> | a | b |\n> |---|---|\n> | 1 | 2 |\n>\n> text\n> more\n",
            ),
            (
                "| a | b |\n|---|---|\n| 1 | 2 | 3 |\n",
                "| a | b |\n|---|---|\n| 1 | 2 | 3 |\n",
            ),
            (
                "| a | b |\n|---|\n| 1 | 2 | 3 |\n",
                "| a | b |\n|---|\n| 1 | 2 | 3 |\n",
            ),
        ] {
            assert_eq!(fixed(&hugo(), body), expected);
            assert_eq!(fixed(&zola("0.22.0"), body), expected);
        }
        assert_eq!(
            fixed(&zola("0.17.2"), "Text:\n| a |\n|---|\n| 1 |\n"),
            "Text:\n\n| a |\n|---|\n| 1 |\n"
        );
    }
}
