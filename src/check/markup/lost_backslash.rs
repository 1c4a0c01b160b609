//! Backslashes in paths that Markdown takes for escapes.

use crate::check::prose::runs;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

mod words;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct LostBackslash;

impl Rule for LostBackslash {
    describe!(
        "lost-backslash",
        "A backslash in a path, a pattern or a command that Markdown drops",
        "\
A backslash before a sign is an escape to Markdown, and is not shown: `C:\\_tmp\\*.txt` becomes C:_tmp*.txt (Zola 0.17.2, 0.22.0 and Hugo 0.168.0 alike). Of `\\\\server\\share` and
`\\d+\\.\\d+` one is lost, too.

```markdown
`C:\\_tmp\\*.txt`
```

Put paths in backticks. The fix writes the backslash twice, and a third one where the sign behind it would begin markup."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        findings.extend(words::with_lost_backslashes(self, page));
        let mut last_end = 0;
        for run in runs(page) {
            // An escape ends a run of text, so the path is looked for in the whole line.
            let line_end = page.text[run.start..]
                .find(['\n', '\r'])
                .map_or(page.text.len(), |at| run.start + at);
            let text = &page.text[run.start..line_end];
            for (at, _) in text.match_indices(":\\") {
                let colon = run.start + at;
                if colon >= run.end.max(run.start + 1) || colon < last_end {
                    continue;
                }
                let drive = page.text[..colon].chars().next_back();
                let before = page.text[..colon].chars().rev().nth(1);
                let is_drive = drive.is_some_and(|c| c.is_ascii_alphabetic())
                    && !before.is_some_and(char::is_alphanumeric);
                if !is_drive {
                    continue;
                }
                let end = page.text[colon..line_end]
                    .find(char::is_whitespace)
                    .map_or(line_end, |at| colon + at);
                last_end = end;
                let edits: Vec<Edit> = lost(&page.text[colon..end])
                    .map(|(at, sign)| {
                        // The sign means something once the backslash is shown.
                        let escapes = if MARKS.contains(sign) { "\\\\" } else { "\\" };
                        Edit::insert(colon + at, escapes)
                    })
                    .collect();
                if edits.is_empty() {
                    continue;
                }
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "Markdown drops a backslash of this path",
                    )
                    .at(colon - 1..end)
                    .help("put the path in backticks")
                    .fix(Fix::safe(edits)),
                );
            }
        }
    }
}

/// Signs that may begin or end markup.
const MARKS: &str = "*_~`[]<&";

/// The places of backslashes before signs, and the signs.
fn lost(path: &str) -> impl Iterator<Item = (usize, char)> + '_ {
    let mut skipped = false;
    // Behind a backslash that is shown, another one escapes the sign.
    let mut shown_until = None;
    path.char_indices().filter_map(move |(at, c)| {
        if std::mem::take(&mut skipped) || c != '\\' {
            return None;
        }
        let next = path[at + 1..].chars().next()?;
        skipped = next == '\\';
        if skipped {
            shown_until = Some(at + 2);
        }
        (next.is_ascii_punctuation() && !skipped && shown_until != Some(at)).then_some((at, next))
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, zola};

    #[test]
    fn paths_of_windows() {
        for world in [zola("0.22.0"), hugo()] {
            let lines = |body: &str| world.lines("lost-backslash", body);
            assert_eq!(lines("In C:\\_tmp\\*.txt it is.\n"), ["warning 1"]);
            for body in [
                "In `C:\\_tmp` it is.\n",
                "In C:\\Users\\a it is.\n",
                "C:\\\\_tmp\n",
                "a:\\* b\n",
                "Note:\\* b\n",
            ] {
                let expected = usize::from(body.starts_with("a:"));
                assert_eq!(lines(body).len(), expected, "{body}");
            }
        }
        for world in [zola("0.22.0"), hugo()] {
            for (body, expected) in [
                ("In C:\\_tmp\\x.\n", "In C:\\\\\\_tmp\\x.\n"),
                ("In C:\\.git\\x.\n", "In C:\\\\.git\\x.\n"),
                ("C:\\~a and b~\n", "C:\\\\\\~a and b~\n"),
            ] {
                assert_eq!(fixed(&world, body), expected);
            }
        }
    }
}
