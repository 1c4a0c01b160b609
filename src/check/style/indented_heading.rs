//! Headings that do not begin where the line begins.

use super::{headings, report};
use crate::body::edits::line_start;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct IndentedHeading;

impl Rule for IndentedHeading {
    describe!(
        "indented-heading",
        "A heading with blanks before its marks",
        "\
Up to three blanks may stand before `#`; with four the line is code (Zola 0.22.0, Hugo 0.168.0). Without any it cannot slip over that border.

```markdown
   ## Backups
## Backups
```

The fix takes the blanks away."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD023", "heading-start-left"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut found = Vec::new();
        for heading in headings(page).filter(|heading| !heading.is_underlined) {
            let start = line_start(page.text, heading.at.start).max(page.body.start);
            let at = start..heading.at.start;
            // In quotes and lists the blanks are those of the quote or the list.
            if !at.is_empty()
                && page.text[at.clone()].bytes().all(|byte| byte == b' ')
                && heading.depth == 0
            {
                found.push((
                    page.finding(
                        self,
                        Severity::Info,
                        "blanks before the marks of this heading",
                    )
                    .at(at.clone())
                    .help("let it begin where the line begins"),
                    vec![Edit::delete(at)],
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
    fn only_outside_of_containers() {
        let zola = zola("0.22.0");
        let body = "  ## A\n\n>  ## B\n\n- a\n\n  ## C\n\n    ## code\n\n## D\n\n  E\n---\n";
        assert_eq!(zola.lines("indented-heading", body), ["info 1"]);
        assert_eq!(
            fixed_by(&zola, "indented-heading", "  ## A\n\nb\n"),
            "## A\n\nb\n"
        );
    }
}
