//! Rows of a table with and without bars at their ends.

use pulldown_cmark::{Event, Tag};

use super::{Opaque, lines_of, report};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MixedTableBars;

impl Rule for MixedTableBars {
    describe!(
        "mixed-table-bars",
        "A row with other bars at its ends than the first row of its table",
        "\
The bars at both ends of a row may be left out (Zola 0.22.0, Hugo 0.168.0), but a row without them is easily taken for text.

```markdown
| a | b |
|---|---|
  1 | 2
```

The fix adds those that are missing."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD055", "table-pipe-style"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::in_templates(page);
        let mut found = Vec::new();
        for (event, range) in &page.events {
            if !matches!(event, Event::Start(Tag::Table(_))) || opaque.touches(range) {
                continue;
            }
            let mut first = None;
            for (line, at) in lines_of(page, range.clone()) {
                let row = line.trim_start_matches(['>', ' ', '\t']);
                let start = at.end - row.len();
                let row = row.trim_end();
                let bars = (
                    row.starts_with('|'),
                    row.ends_with('|') && !row.ends_with("\\|"),
                );
                // Text right below a table is a row, but not meant as one.
                if !row.contains('|') || bars == *first.get_or_insert(bars) {
                    continue;
                }
                let wanted = first.unwrap_or(bars);
                let mut edits = Vec::new();
                // A bar too many is no cell, one too few may be: only the former can be added unseen.
                let is_surplus = (bars.0 && !wanted.0) || (bars.1 && !wanted.1);
                if wanted.0 && !bars.0 && !is_surplus {
                    edits.push(Edit::insert(start, "| "));
                }
                if wanted.1 && !bars.1 && !is_surplus {
                    edits.push(Edit::insert(start + row.len(), " |"));
                }
                found.push((
                    page.finding(
                        self,
                        Severity::Info,
                        "this row has other bars at its ends than the first",
                    )
                    .at(start..start + row.len())
                    .help("begin and end all rows of the table alike"),
                    edits,
                ));
            }
        }
        report(page, found, findings);
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_by, zola};

    #[test]
    fn rows_begin_and_end_alike() {
        let zola = zola("0.22.0");
        let body = "| a | b |\n---|---\n| 1 | 2\n| 3 | 4 |\n\n> a | b\n> --|--\n> 1 | 2 \\|\n";
        assert_eq!(zola.lines("mixed-table-bars", body), ["info 2", "info 3"]);
        assert_eq!(
            fixed_by(&zola, "mixed-table-bars", body),
            "| a | b |\n| ---|--- |\n| 1 | 2 |\n| 3 | 4 |\n\n> a | b\n> --|--\n> 1 | 2 \\|\n"
        );
    }
}
