//! More than one blank line in a row.

use super::{Opaque, lines, report};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct RepeatedBlankLine;

impl Rule for RepeatedBlankLine {
    describe!(
        "repeated-blank-line",
        "More than one blank line in a row, or one at the end of the file",
        "\
One blank line divides blocks, and more do no more: Zola 0.22.0 and Hugo 0.168.0 make the same page of both.

```markdown
A paragraph.


Another one.
```

The fix leaves one, and none at the end. Code and raw HTML are left as they are."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD012", "no-multiple-blanks"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::of(page);
        let lines = lines(page);
        let mut found = Vec::new();
        let mut index = 0;
        while let Some(line) = lines.get(index) {
            let length = lines[index..]
                .iter()
                .take_while(|line| line.is_blank())
                .count();
            index += length.max(1);
            let is_last = index == lines.len();
            // A body of nothing but blank lines has none to divide.
            let keep = usize::from(!is_last || length == lines.len());
            if length <= keep {
                continue;
            }
            let first = index - length + keep;
            let at = lines[first].start..lines[index - 1].next;
            if opaque.touches(&(line.start..at.end)) {
                continue;
            }
            found.push((
                page.finding(
                    self,
                    Severity::Info,
                    "more blank lines than divide anything",
                )
                .at(at.clone())
                .help("take them away"),
                vec![Edit::delete(at)],
            ));
        }
        report(page, found, findings);
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_by, zola};

    #[test]
    fn one_is_left() {
        let zola = zola("0.22.0");
        let body = "\n\na\n\n \n\nb\n\nc\n\n```\nd\n\n\ne\n```\n\n\n<pre>\n\n\n</pre>\n\n- f\n\n\n- g\n\n\n";
        assert_eq!(
            zola.lines("repeated-blank-line", body),
            ["info 2", "info 5", "info 18", "info 26", "info 28"]
        );
        assert_eq!(
            fixed_by(&zola, "repeated-blank-line", body),
            "\na\n\nb\n\nc\n\n```\nd\n\n\ne\n```\n\n<pre>\n\n\n</pre>\n\n- f\n\n- g\n"
        );
        assert_eq!(zola.lines("repeated-blank-line", "\n"), [""; 0]);
    }
}
