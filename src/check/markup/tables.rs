//! Tables that lose cells or rows.

use pulldown_cmark::{Event, Tag};

use super::line_at;
use crate::check::prose::{end_of, is_text, lines, paragraphs, runs};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::site::Version;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct BrokenTable;

impl Rule for BrokenTable {
    describe!(
        "broken-table",
        "A table that is none, that ends too early, or that loses cells",
        "\
The line of hyphens below a table's head has as many columns as the head, else there is no table (in Hugo it may have more). Cells beyond the last column are dropped. A blank line
ends the table, and what follows is text with bars; a line of text right below the table becomes a row. A bar in code splits its cell all the same. Zola 0.17.2 also wants a
blank line above a table (Zola 0.22.0 and Hugo 0.168.0 do not).

```markdown
| a | b |
|---|---|
| 1 | `x \\| y` |
```

Count the bars, and write a bar in a cell as `\\|`."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD056", "table-column-count"]
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut say = |at, message: &str, help: &str| {
            findings.push(
                page.finding(self, Severity::Warning, message)
                    .at(at)
                    .help(help),
            );
        };
        let runs = runs(page);
        for (index, (event, range)) in page.events.iter().enumerate() {
            let Event::Start(Tag::Table(columns)) = event else {
                continue;
            };
            let needs_blank =
                page.site.generator.lists_twice() && page.site.version < Version::new(0, 22, 0);
            let above = &page.text[page.body.start..range.start];
            let above = above.trim_end_matches([' ', '\t', '>']);
            if needs_blank
                && !above.is_empty()
                && above.ends_with('\n')
                && !above.trim_end_matches('\n').is_empty()
                && !above.ends_with("\n\n")
            {
                say(
                    line_at(page, range.start),
                    "Zola 0.17 makes no table of this, since it follows text",
                    "put a blank line above the table",
                );
            }
            for (row, (text, at)) in lines(page, range.clone()).enumerate() {
                if row == 1 || text.trim().is_empty() {
                    continue;
                }
                let cells = cells(text);
                let has_bars = text.contains('|');
                if row > 1 && !has_bars && columns.len() > 1 {
                    say(
                        at,
                        "this line becomes a row of the table above it",
                        "put a blank line below the table",
                    );
                } else if cells > columns.len() {
                    let help = if text.contains('`') {
                        "write a bar in a cell as `\\|`, in code too"
                    } else {
                        "take the surplus cells away, or add a column to the head"
                    };
                    say(
                        at,
                        "this row has more cells than the table has columns, and the last are dropped",
                        help,
                    );
                }
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
                    );
                }
            }
        }
        for paragraph in paragraphs(page) {
            let mut all = lines(page, paragraph);
            while let Some((head, at)) = all.next() {
                let Some((rule, _)) = all.next() else { break };
                let is_rule = rule.contains("--")
                    && rule.contains('|')
                    && rule
                        .chars()
                        .all(|c| matches!(c, '|' | '-' | ':' | ' ' | '>'));
                // Hugo adds the columns that the head lacks (tested on 0.168.0).
                let adds_columns =
                    !page.site.generator.requires_front_matter() && columns(rule) > columns(head);
                if is_rule
                    && !adds_columns
                    && head.contains('|')
                    && is_text(&runs, at.end.saturating_sub(1))
                {
                    say(
                        at,
                        "this is no table: the line of hyphens has not as many columns as the head",
                        "give both lines the same number of columns",
                    );
                }
            }
        }
    }
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
