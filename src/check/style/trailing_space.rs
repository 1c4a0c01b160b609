//! Blanks at the end of lines.

use pulldown_cmark::Event;

use super::{Opaque, lines, report};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct TrailingSpace;

impl Rule for TrailingSpace {
    describe!(
        "trailing-space",
        "Blanks at the end of a line that mean nothing",
        "\
Two blanks at the end of a line break it on the page (Zola 0.22.0, Hugo 0.168.0), and those are left alone. All others are noise: nobody sees them, and
editors that take them away make changes that say nothing.

```markdown
A line that is broken here with two blanks,␣␣
and one that has a blank too many.␣
```

The fix takes them away. Code is left as it is."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD009", "no-trailing-spaces"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::of(page);
        let breaks: Vec<_> = page
            .events
            .iter()
            .filter(|(event, _)| matches!(event, Event::HardBreak))
            .map(|(_, range)| range.clone())
            .collect();
        let mut found = Vec::new();
        for line in lines(page) {
            let text = line.text.trim_end_matches([' ', '\t']);
            let at = line.start + text.len()..line.range().end;
            let is_break = || {
                breaks
                    .iter()
                    .any(|known| known.start < at.end.max(at.start + 1) && at.start < known.end)
            };
            if !at.is_empty() && !opaque.touches(&at) && !is_break() {
                found.push((
                    page.finding(self, Severity::Info, "blanks at the end of this line")
                        .at(at.clone())
                        .help("take them away"),
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
    fn hard_breaks_and_code_stay() {
        let zola = zola("0.22.0");
        let body = "a \nb  \nc\t\n \n```\nd \n```\n\n# E  \n\n> f \n> \n> g\n\n- h  \n- i\n\n`j \nk` l\n\n<p> \nx\n</p>\n";
        assert_eq!(
            zola.lines("trailing-space", body),
            [
                "info 1", "info 3", "info 4", "info 9", "info 11", "info 12", "info 15"
            ]
        );
        assert_eq!(
            fixed_by(&zola, "trailing-space", body),
            "a\nb  \nc\n\n```\nd \n```\n\n# E\n\n> f\n>\n> g\n\n- h\n- i\n\n`j \nk` l\n\n<p> \nx\n</p>\n"
        );
        assert_eq!(
            zola.lines(
                "trailing-space",
                "a  \nb\n\n    c \n\td \n\n{% known() %}\nc \n{% end %}\n"
            ),
            [""; 0]
        );
    }
}
