//! More blanks than one beside the marks of a heading.

use super::{headings, report};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct WideHeadingMark;

impl Rule for WideHeadingMark {
    describe!(
        "wide-heading-mark",
        "More than one blank beside the marks of a heading",
        "\
One blank stands between `#` and the text; more are not shown (Zola 0.22.0, Hugo 0.168.0).

```markdown
##   Backups
## Backups
```

The fix leaves one."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &[
            "MD019",
            "no-multiple-space-atx",
            "MD021",
            "no-multiple-space-closed-atx",
        ]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut found = Vec::new();
        for heading in headings(page).filter(|heading| !heading.is_underlined) {
            let raw = &page.text[heading.at.clone()];
            let text = raw.trim_start_matches('#').trim_start_matches([' ', '\t']);
            let inner = raw.trim_end_matches('#');
            let words = inner.trim_end_matches([' ', '\t']);
            let hashes = raw.len() - raw.trim_start_matches('#').len();
            let mut wide = Vec::new();
            if !text.is_empty() && words.len() > hashes {
                wide.push(hashes..raw.len() - text.len());
                if inner.len() < raw.len() {
                    wide.push(words.len()..inner.len());
                }
            }
            for blanks in wide.into_iter().filter(|blanks| blanks.len() > 1) {
                let at = heading.at.start + blanks.start..heading.at.start + blanks.end;
                found.push((
                    page.finding(
                        self,
                        Severity::Info,
                        "more than one blank beside the marks of this heading",
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
        let body = "##  A\n\n# B   ##\n\n## C  D #\n\n#\n\nE  F\n====\n\n>   #\tG\n\n##   \n";
        assert_eq!(zola.lines("wide-heading-mark", body), ["info 1", "info 3"]);
        assert_eq!(
            fixed_by(&zola, "wide-heading-mark", body),
            "## A\n\n# B ##\n\n## C  D #\n\n#\n\nE  F\n====\n\n>   #\tG\n\n##   \n"
        );
    }
}
