//! Labels of the reply contract.

use super::{prose_lines, removal};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::front_matter::Value;

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

Move the value into the front matter and take the line away. The fix takes away a line without a value, or with one that is the page's title or description already,
in a post that Postwright wrote; elsewhere that is one of the unsafe fixes. Labels in code are left alone."
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
                let value = text
                    .split_once(':')
                    .map_or("", |(_, value)| value)
                    .trim_matches(['*', '_', ' ', '"']);
                let mut finding = page
                    .finding(
                        self,
                        Severity::Warning,
                        format!("`{label}:` is a label of a model's reply"),
                    )
                    .at(range.clone())
                    .help("move its value into the front matter and take the line away");
                finding.fix = is_known(page, value).then(|| removal(page, range));
                findings.push(finding);
            }
        }
    }
}

/// Whether nothing is lost with the value of a label.
fn is_known(page: &Page<'_>, value: &str) -> bool {
    let in_front = |key: &str| {
        matches!(
            page.front().and_then(|front| front.get(&[key])),
            Some(Value::String(known)) if known.trim() == value
        )
    };
    value.is_empty() || in_front("title") || in_front("description")
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;
    use crate::finding::Applicability;

    #[test]
    fn nothing_is_lost_with_a_label() {
        let page = |extra: &str, body: &str| {
            format!("+++\ntitle = \"A\"\ndate = 2026-01-02\n{extra}+++\n{body}")
        };
        let generated = "[extra.postwright]\nfor = \"zola\"\n";
        let fix = |text: &str| {
            let found = zola("0.22.0").page("reply-label", text);
            found[0].fix.as_ref().map(|fix| fix.applicability)
        };
        assert_eq!(
            fix(&page(generated, "TITLE: A\n\nb\n")),
            Some(Applicability::Safe)
        );
        assert_eq!(
            fix(&page("", "TITLE: A\n\nb\n")),
            Some(Applicability::Unsafe)
        );
        assert_eq!(fix(&page(generated, "TITLE: B\n\nb\n")), None);
    }

    #[test]
    fn labels_outside_code() {
        let body = "TITLE: x\n\n**META_DESCRIPTION:** y\n\n```\nTITLE: x\n```\n\nTitle: z, `TITLE: x`\n\nMARKDOWN\\_POST\\_CONTENT:\n";
        assert_eq!(
            zola("0.22.0").lines("reply-label", body),
            ["warning 1", "warning 3", "warning 11"]
        );
    }
}
