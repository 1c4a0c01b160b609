//! Lists of one kind with marks of more than one.

use std::collections::BTreeMap;

use super::{lists, report};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MixedListMark;

impl Rule for MixedListMark {
    describe!(
        "mixed-list-mark",
        "A list whose items have another mark than lists of its depth above it",
        "\
`-`, `*` and `+` make the same list (Zola 0.22.0, Hugo 0.168.0), but two of them side by side make two. One for each depth is easier to read.

```markdown
- one
- two

* three
```

The fix writes the mark of the first list of that depth, where the page stays the same."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD004", "ul-style"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut firsts: BTreeMap<usize, char> = BTreeMap::new();
        let mut found = Vec::new();
        for list in lists(page).iter().filter(|list| !list.is_numbered) {
            let marks = list
                .items
                .iter()
                .map(|item| page.text[item.clone()].chars().next());
            let Some(mark) = marks.flatten().next() else {
                continue;
            };
            let first = *firsts.entry(list.depth).or_insert(mark);
            if mark == first {
                continue;
            }
            let edits = list
                .items
                .iter()
                .map(|item| Edit::replace(item.start..item.start + 1, first.to_string()));
            found.push((
                page.finding(
                    self,
                    Severity::Info,
                    "this list has another mark than the one above it",
                )
                .at(list.items[0].start..list.items[0].start + 1)
                .help(format!("write `{first}`")),
                edits.collect(),
            ));
        }
        report(page, found, findings);
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_by, zola};

    #[test]
    fn one_mark_for_each_depth() {
        let zola = zola("0.22.0");
        let body = "- a\n  * b\n\nc\n\n* d\n* e\n  - f\n\n1. g\n";
        assert_eq!(zola.lines("mixed-list-mark", body), ["info 6", "info 8"]);
        assert_eq!(
            fixed_by(&zola, "mixed-list-mark", body),
            "- a\n  * b\n\nc\n\n- d\n- e\n  * f\n\n1. g\n"
        );
        // Two lists would become one.
        assert_eq!(
            fixed_by(&zola, "mixed-list-mark", "- a\n* b\n"),
            "- a\n* b\n"
        );
    }
}
