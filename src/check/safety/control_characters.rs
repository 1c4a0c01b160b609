//! Control characters.

use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct ControlCharacters;

impl Rule for ControlCharacters {
    fn name(&self) -> &'static str {
        "control-characters"
    }

    fn summary(&self) -> &'static str {
        "NUL and other control characters in a body"
    }

    fn explanation(&self) -> &'static str {
        "\
HTML knows no control characters but tab and line ends. Zola 0.17.2 and 0.22.0 write a NUL into the page as it is, Hugo 0.168.0 a
replacement character; feeds that hold one cannot be read. In front matter both generators refuse them.

They come from a terminal's output that was pasted with its colours, or from a damaged file. To show an escape sequence, write it
with a backslash.

```sh
printf '\\x1b[31mred\\x1b[0m'
```

The fix takes them away."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut end_of_last = None;
        for (at, c) in page.body().char_indices() {
            let is_control = c.is_ascii_control() && !matches!(c, '\t' | '\n' | '\r');
            if !is_control {
                continue;
            }
            let start = page.body.start + at;
            let range = start..start + 1;
            if end_of_last == Some(start) {
                if let Some(Finding {
                    span: Some(span),
                    fix: Some(fix),
                    ..
                }) = findings.last_mut()
                {
                    span.end = range.end;
                    fix.edits = vec![Edit::delete(span.clone())];
                }
            } else {
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        format!("the control character U+{:04X}", u32::from(c)),
                    )
                    .at(range.clone())
                    .help("take it away, or write it as an escape sequence")
                    .fix(Fix::safe(vec![Edit::delete(range.clone())])),
                );
            }
            end_of_last = Some(range.end);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, zola};

    #[test]
    fn they_are_found_in_runs_and_go() {
        let body = "a\0\0b\tc\r\n\u{1b}[31md\n";
        assert_eq!(
            zola("0.22.0").lines("control-characters", body),
            ["warning 1", "warning 2"]
        );
        assert_eq!(fixed(&zola("0.22.0"), body), "ab\tc\r\n[31md\n");
    }
}
