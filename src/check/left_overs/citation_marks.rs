//! References that a model's own programs would have resolved.

use crate::check::prose::runs;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct CitationMarks;

impl Rule for CitationMarks {
    describe!(
        "citation-marks",
        "References to sources that only the model's own program could resolve",
        "\
Models that search write marks for what they found: `【4†source】`, `:contentReference[oaicite:0]`, `turn0search1`. Nothing resolves them in a page, so
readers of Zola 0.22.0 and Hugo 0.168.0 see them.

```text
Bees dance.【4†source】
```

Take the mark away, or write a link to the source."
    );

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut found = Vec::new();
        for run in runs(page) {
            let text = &page.text[run.clone()];
            for (at, _) in text.match_indices('【') {
                if let Some(length) = text[at..].find('】')
                    && text[at..at + length].contains('†')
                {
                    found.push(run.start + at..run.start + at + length + '】'.len_utf8());
                }
            }
            for mark in [":contentReference[oaicite", "[oaicite:", "\u{e200}cite"] {
                found.extend(
                    text.match_indices(mark)
                        .map(|(at, _)| run.start + at..run.start + at + mark.len()),
                );
            }
        }
        for at in found {
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "this mark of a model's search leads nowhere",
                )
                .at(at)
                .help("take it away, or write a link to the source"),
            );
        }
    }
}
