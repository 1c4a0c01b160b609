//! Blanks at the ends of code in a line.

use pulldown_cmark::Event;

use super::{Opaque, report};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct CodeSpanSpace;

impl Rule for CodeSpanSpace {
    describe!(
        "code-span-space",
        "Code in a line of text that begins and ends with a blank",
        "\
One blank at both ends is not shown; more are, and one at a single end is (Zola 0.22.0, Hugo 0.168.0), as in `, `. Blanks beside a backtick that is a part of the code are needed, and left alone.

```markdown
` ls `
`ls`
```

The fix takes them away where they are not shown."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD038", "no-space-in-code"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::in_templates(page);
        let mut found = Vec::new();
        for (event, range) in &page.events {
            let raw = &page.text[range.clone()];
            if !matches!(event, Event::Code(_)) || opaque.touches(range) || !raw.starts_with('`') {
                continue;
            }
            let inner = raw.trim_matches('`');
            let text = inner.trim_matches(' ');
            let has_mark = text.starts_with('`') || text.ends_with('`');
            // A blank at one end is shown, and so is meant: `, ` is a comma and a blank.
            let is_wide = inner.starts_with(' ') && inner.ends_with(' ');
            if !is_wide || text.is_empty() || has_mark {
                continue;
            }
            let start = range.start + raw.len() - raw.trim_start_matches('`').len();
            let before = inner.len() - inner.trim_start_matches(' ').len();
            let blanks = [
                start..start + before,
                start + before + text.len()..start + inner.len(),
            ];
            let edits = blanks
                .into_iter()
                .filter(|range| !range.is_empty())
                .map(Edit::delete);
            found.push((
                page.finding(
                    self,
                    Severity::Info,
                    "this code begins and ends with a blank",
                )
                .at(range.clone())
                .help("take the blanks away, unless they belong to the code"),
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
    fn blanks_that_are_not_shown_go() {
        let zola = zola("0.22.0");
        let body = "` a ` ` b` ``c  `` `` `d` `` ` ` `e f` `  g  `\n";
        assert_eq!(zola.lines("code-span-space", body), ["info 1", "info 1"]);
        assert_eq!(
            fixed_by(&zola, "code-span-space", body),
            "`a` ` b` ``c  `` `` `d` `` ` ` `e f` `  g  `\n"
        );
    }
}
