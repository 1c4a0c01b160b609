//! Headings written in more ways than one.

use super::{Heading, headings, report};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MixedHeadingStyle;

impl Rule for MixedHeadingStyle {
    describe!(
        "mixed-heading-style",
        "A heading that is written in another way than the first of the page",
        "\
Headings can be written behind `#`, between `#`, and with a line below them; Zola 0.22.0 and Hugo 0.168.0 make the same of all. One way is easier to read and to search for. What is
underlined goes together with `###`, since there are only two kinds of lines.

```markdown
## One way

The other
---------
```

The fix writes underlined headings, and those with `#` at both ends, behind `#` if the first is written so."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD003", "heading-style"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut first = None;
        let mut found = Vec::new();
        for heading in headings(page) {
            let style = Style::of(page, &heading);
            let wanted = *first.get_or_insert(style);
            let is_mixed = style != wanted && (wanted != Style::Underlined || heading.level < 3);
            if !is_mixed {
                continue;
            }
            let edits = if wanted == Style::Open {
                opened(page, &heading)
            } else {
                Vec::new()
            };
            found.push((
                page.finding(
                    self,
                    Severity::Info,
                    "this heading is written in another way than the first",
                )
                .at(heading.at)
                .help(format!("write it {}", wanted.name())),
                edits,
            ));
        }
        report(page, found, findings);
    }
}

/// A way to write headings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    Open,
    Closed,
    Underlined,
}

impl Style {
    fn of(page: &Page<'_>, heading: &Heading) -> Self {
        let raw = &page.text[heading.at.clone()];
        if heading.is_underlined {
            Self::Underlined
        } else if raw.ends_with('#') && raw.trim_end_matches('#').ends_with([' ', '\t']) {
            Self::Closed
        } else {
            Self::Open
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Open => "behind `#`",
            Self::Closed => "between `#`",
            Self::Underlined => "with a line of `=` or `-` below it",
        }
    }
}

/// The edits that put a heading behind `#`.
fn opened(page: &Page<'_>, heading: &Heading) -> Vec<Edit> {
    let raw = &page.text[heading.at.clone()];
    let start = heading.at.start;
    if !heading.is_underlined {
        let text = raw.trim_end_matches('#').trim_end_matches([' ', '\t']);
        return vec![Edit::delete(start + text.len()..heading.at.end)];
    }
    let mut lines = raw.lines();
    let (Some(text), Some(_), None) = (lines.next(), lines.next(), lines.next()) else {
        return Vec::new();
    };
    let end = start + text.trim_end().len();
    vec![
        Edit::insert(start, format!("{} ", "#".repeat(heading.level))),
        Edit::delete(end..heading.at.end),
    ]
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_by, zola};

    #[test]
    fn the_first_one_decides() {
        let zola = zola("0.22.0");
        let body = "## A\n\nB *b*\n---\n\n# C #\n\n> D\n> ===\n\nE\nf\n---\n";
        assert_eq!(
            zola.lines("mixed-heading-style", body),
            ["info 3", "info 6", "info 8", "info 11"]
        );
        assert_eq!(
            fixed_by(&zola, "mixed-heading-style", body),
            "## A\n\n## B *b*\n\n# C\n\n> # D\n\nE\nf\n---\n"
        );
        assert_eq!(
            zola.lines("mixed-heading-style", "A\n===\n\n### B\n\nC\n---\n"),
            [""; 0]
        );
        assert_eq!(
            zola.lines("mixed-heading-style", "A\n===\n\n## B\n"),
            ["info 4"]
        );
    }
}
