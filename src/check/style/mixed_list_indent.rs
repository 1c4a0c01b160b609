//! Items of one list that begin in different columns.

use super::lists;
use crate::body::edits::line_start;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MixedListIndent;

impl Rule for MixedListIndent {
    describe!(
        "mixed-list-indent",
        "An item that is indented by more or less than those beside it",
        "\
How far an item is indented decides in which list it is; items of one list may differ by up to three blanks (Zola 0.22.0, Hugo 0.168.0), which looks like a list in the list and is none.
Lists within lists are indented alike in the whole page.

```markdown
- one
 - two, in the same list
```

Let the items of a list begin in one column. Numbers may be aligned at their right."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD005", "list-indent", "MD007", "ul-indent"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let lists = lists(page);
        let column = |at: usize| at - line_start(page.text, at);
        let mut step = None;
        let mut say = |item: &std::ops::Range<usize>, message: &str, help: String| {
            let end = item.start
                + page.text[item.clone()]
                    .find([' ', '\t', '\n', '\r'])
                    .unwrap_or(item.len());
            findings.push(
                page.finding(self, Severity::Info, message)
                    .at(item.start..end)
                    .help(help),
            );
        };
        for list in &lists {
            let Some(first) = list.items.first() else {
                continue;
            };
            let parent = lists.iter().rev().find(|other| {
                other.depth + 1 == list.depth
                    && other.range.start <= first.start
                    && first.start < other.range.end
            });
            if let Some(parent) = parent.filter(|parent| !parent.is_numbered && !list.is_numbered)
                && let Some(own) = parent
                    .items
                    .iter()
                    .rfind(|item| item.contains(&first.start))
                && line_start(page.text, own.start) != line_start(page.text, first.start)
            {
                let width = column(first.start).saturating_sub(column(own.start));
                let wanted = *step.get_or_insert(width);
                if width != wanted {
                    say(
                        first,
                        "lists within lists are indented by another width above",
                        format!("indent it by {wanted} blanks"),
                    );
                }
            }
            let right = |item: &std::ops::Range<usize>| {
                let digits = page.text[item.clone()]
                    .bytes()
                    .take_while(u8::is_ascii_digit)
                    .count();
                column(item.start) + digits
            };
            for item in &list.items[1..] {
                let is_aligned = column(item.start) == column(first.start)
                    || (list.is_numbered && right(item) == right(first));
                if !is_aligned {
                    say(
                        item,
                        "this item begins in another column than the first of its list",
                        format!("indent it by {} blanks", column(first.start)),
                    );
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn columns_of_items() {
        let lines = |body: &str| zola("0.22.0").lines("mixed-list-indent", body);
        assert_eq!(
            lines("- a\n - b\n\nc\n\n- d\n  - e\n- f\n    - g\n"),
            ["info 2", "info 9"]
        );
        assert_eq!(
            lines(" 9. a\n10. b\n\nc\n\n- d\n  - e\n    - f\n\n> - g\n> - h\n"),
            [""; 0]
        );
        assert_eq!(lines("- - a\n  - b\n\n1. c\n   - d\n   - e\n"), [""; 0]);
    }
}
