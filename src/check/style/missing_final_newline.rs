//! A last line without an end.

use super::report;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MissingFinalNewline;

impl Rule for MissingFinalNewline {
    describe!(
        "missing-final-newline",
        "A file whose last line has no line end",
        "\
Tools that join files, and `git diff`, stumble over a last line without an end. Zola 0.22.0 and Hugo 0.168.0 make the same page of both.

```diff
-last line
\\ No newline at end of file
+last line
```

The fix adds it."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD047", "single-trailing-newline"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let end = page.text.len();
        if page.body.is_empty() || page.text.ends_with('\n') {
            return;
        }
        let start = page.text.char_indices().next_back().map_or(0, |(at, _)| at);
        let feed = if page.text.contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let finding = page
            .finding(self, Severity::Info, "the last line has no line end")
            .at(start..end)
            .help("end the file with a line feed");
        report(
            page,
            vec![(finding, vec![Edit::insert(end, feed)])],
            findings,
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_by, zola};

    #[test]
    fn the_end_is_added_once() {
        let zola = zola("0.22.0");
        assert_eq!(zola.lines("missing-final-newline", "a\n\nbé"), ["info 3"]);
        assert_eq!(
            fixed_by(&zola, "missing-final-newline", "a\n\nbé"),
            "a\n\nbé\n"
        );
        assert_eq!(zola.lines("missing-final-newline", "a\n"), [""; 0]);
        assert_eq!(zola.lines("missing-final-newline", ""), [""; 0]);
    }
}
