//! Control characters.

use std::ops::Range;

use super::removal;
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
        "NUL and other control characters in a body, and letters that a wrong encoding spoiled"
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

Letters that were read in a wrong encoding look like `donâ€™t`, or have become U+FFFD.

The fix takes control characters away. Where what they keep apart would become markup, that is one of the unsafe fixes."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for (at, c) in page.body().char_indices() {
            let is_control = c.is_control() && !matches!(c, '\t' | '\n' | '\r');
            if !is_control {
                continue;
            }
            let start = page.body.start + at;
            match runs.last_mut() {
                Some(run) if run.end == start => run.end = start + c.len_utf8(),
                _ => runs.push(start..start + c.len_utf8()),
            }
        }
        for (at, found) in torn(page) {
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "these characters come from a wrong encoding: letters of the text are lost",
                )
                .at(at..at + found.len())
                .help("write the letters that were meant"),
            );
        }
        for run in runs {
            let code = page.text[run.clone()].chars().next().map_or(0, u32::from);
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    format!("the control character U+{code:04X}"),
                )
                .at(run.clone())
                .help("take it away, or write it as an escape sequence")
                .fix(if page.text[run.clone()].contains('\u{85}') {
                    // A line end to some programs.
                    Fix::risky(vec![Edit::replace(run, " ")])
                } else {
                    removal(page, run)
                }),
            );
        }
    }
}

/// Replacement characters within words, and text in UTF-8 that was read as if it were in another encoding: `donâ€™t`.
fn torn<'p>(page: &Page<'p>) -> Vec<(usize, &'p str)> {
    let body = page.body();
    let mut found = Vec::new();
    for (at, sign) in body.match_indices('\u{fffd}') {
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '\u{fffd}');
        let beside = is_letter(body[..at].chars().next_back())
            || is_letter(body[at + sign.len()..].chars().next());
        if beside && !page.in_code(page.body.start + at) {
            found.push((page.body.start + at, sign));
        }
    }
    for first in ["â€", "Ã"] {
        for (at, sign) in body.match_indices(first) {
            let rest = &body[at + sign.len()..];
            let is_second = rest.starts_with(|c: char| {
                ('\u{80}'..='\u{bf}').contains(&c) && c != '\u{a0}' || "™œ\u{9d}“”˜¦¢".contains(c)
            });
            if is_second && !page.in_code(page.body.start + at) {
                found.push((page.body.start + at, sign));
            }
        }
    }
    found.sort_unstable();
    found.dedup_by(|next, last| next.0 < last.0 + 40 && !page.text[last.0..next.0].contains('\n'));
    found
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
        assert_eq!(fixed(&zola("0.22.0"), "a\u{85}b \u{9d}\n"), "a\u{85}b \n");
        for body in ["caf\u{fffd} here\n", "donâ€™t and cafÃ©\n"] {
            let lines = zola("0.22.0").lines("control-characters", body);
            assert_eq!(lines, ["warning 1"], "{body}");
        }
        for body in ["The \u{fffd} sign, `a\u{fffd}`\n", "NÃO, São Paulo, pâté\n"] {
            assert_eq!(
                zola("0.22.0").lines("control-characters", body),
                [""; 0],
                "{body}"
            );
        }
    }
}
