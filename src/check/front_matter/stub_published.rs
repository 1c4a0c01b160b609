//! A stub that a build would publish.

use super::{key_span, repair};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::front_matter::Change;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct StubWithoutDraft;

impl Rule for StubWithoutDraft {
    fn name(&self) -> &'static str {
        "stub-without-draft"
    }

    fn summary(&self) -> &'static str {
        "A topic stub that does not say whether it is a draft"
    }

    fn explanation(&self) -> &'static str {
        "\
A stub is a page like any other to the generator: a build before the post is there publishes it, empty or with the
author's notes on it. `draft = true` keeps it back; the post keeps that line until the author takes it away. `draft = false`
says that the stub always becomes a post before the build, as in a pipeline that runs `postwright generate` first.

```toml
topic = \"How do I rotate SSH keys?\"
draft = true
```

With `--unsafe-fixes`, the fix writes `draft = true`."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        if !front.table().contains_key("topic") || page.key("draft").is_some() || page.is_section()
        {
            return;
        }
        let mut finding = page
            .finding(
                self,
                Severity::Warning,
                "this stub does not say `draft`, so a build before generation would publish it",
            )
            .help(format!(
                "add `{}`, or `{}` where the site is only built after `postwright generate`",
                repair::entry(page, "draft", "true"),
                repair::entry(page, "draft", "false")
            ));
        finding.span = key_span(page, &["topic"]);
        let draft = [Change::set(&["draft"], true)];
        finding.fix = repair::change(page, self, &draft, false);
        findings.push(finding);
    }
}
