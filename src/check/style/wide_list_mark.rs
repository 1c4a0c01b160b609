//! More blanks than one behind the mark of a list item.

use super::{lists, report};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct WideListMark;

impl Rule for WideListMark {
    describe!(
        "wide-list-mark",
        "More than one blank behind the mark of a list item",
        "\
How many blanks follow the mark decides how far the rest of the item is indented, and with five the text is code (Zola 0.22.0, Hugo 0.168.0).

```markdown
-   an item
- an item
```

The fix leaves one blank, where the page stays the same."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD030", "list-marker-space"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut found = Vec::new();
        for item in lists(page).iter().flat_map(|list| &list.items) {
            let line = page.text[item.clone()].lines().next().unwrap_or_default();
            let mark = line.trim_start_matches(|c: char| c.is_ascii_digit());
            let width = line.len() - mark.len() + 1;
            let rest = line.get(width..).unwrap_or_default();
            let blanks = rest.len() - rest.trim_start_matches(' ').len();
            if (2..5).contains(&blanks) && !rest.trim().is_empty() {
                let at = item.start + width..item.start + width + blanks;
                found.push((
                    page.finding(
                        self,
                        Severity::Info,
                        "more than one blank behind the mark of this item",
                    )
                    .at(at.clone())
                    .help("leave one"),
                    vec![Edit::replace(at, " ")],
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
    fn one_blank_is_left() {
        let zola = zola("0.22.0");
        let body = "-   a\n-  b\n\nc\n\n1.  d\n\n    e\n\nf\n\n- g\n-\n-     code\n";
        assert_eq!(
            zola.lines("wide-list-mark", body),
            ["info 1", "info 2", "info 6"]
        );
        assert_eq!(
            fixed_by(&zola, "wide-list-mark", "-   a\n-  b\n\n      c\n"),
            "- a\n-  b\n\n      c\n"
        );
    }
}
