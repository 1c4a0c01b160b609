//! Labels of the reply contract.

use super::prose_lines;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// The labels that nobody writes for another reason.
const LABELS: [&str; 3] = ["TITLE", "META_DESCRIPTION", "MARKDOWN_POST_CONTENT"];

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct ReplyLabel;

impl Rule for ReplyLabel {
    fn name(&self) -> &'static str {
        "reply-label"
    }

    fn summary(&self) -> &'static str {
        "A line that begins with a label of a model's reply"
    }

    fn explanation(&self) -> &'static str {
        "\
A model answers with labelled text: `TITLE:`, `META_DESCRIPTION:` and so on, and `MARKDOWN_POST_CONTENT:` before the post. A label in
the body of a page means that a reply was pasted without being taken apart. Zola 0.22.0 and Hugo 0.168.0 print it like any other
text.

```text
META_DESCRIPTION: How to keep Redis data safe.
```

Move the value into the front matter and take the line away. Labels in code are left alone."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for (line, range) in prose_lines(page) {
            let text = line.trim_start_matches([' ', '\t', '>', '#', '*', '_', '-']);
            let text = text
                .strip_prefix("POST_")
                .unwrap_or(text)
                .replace("\\_", "_");
            let label = LABELS.iter().find(|label| {
                text.strip_prefix(**label)
                    .is_some_and(|rest| rest.trim_start_matches(['*', ' ']).starts_with(':'))
            });
            if let Some(label) = label {
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        format!("`{label}:` is a label of a model's reply"),
                    )
                    .at(range)
                    .help("move its value into the front matter and take the line away"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn labels_outside_code() {
        let body = "TITLE: x\n\n**META_DESCRIPTION:** y\n\n```\nTITLE: x\n```\n\nTitle: z, `TITLE: x`\n\nMARKDOWN\\_POST\\_CONTENT:\n";
        assert_eq!(
            zola("0.22.0").lines("reply-label", body),
            ["warning 1", "warning 3", "warning 11"]
        );
    }
}
