//! Front matter below the front matter.

use crate::body::front_matter;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct SecondFrontMatter;

impl Rule for SecondFrontMatter {
    fn name(&self) -> &'static str {
        "second-front-matter"
    }

    fn summary(&self) -> &'static str {
        "A body that begins with front matter of its own"
    }

    fn explanation(&self) -> &'static str {
        "\
A generator reads the front matter at the very start of a page. A second one, as it comes from a reply that was pasted below the
first, is text: Zola 0.22.0 and Hugo 0.168.0 show `---` as a line across the page and the keys as a heading, and `+++` with its keys
as a paragraph. Nothing in it has an effect.

```text
+++
title = \"My post\"
+++
---
title: My post
tags: [redis]
---

The text begins here.
```

Move what is wanted into the first front matter and take the second away. The fix, one of the unsafe ones, does the latter."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(block) = front_matter::find(page.body()) else {
            return;
        };
        let from = page.body.start;
        let range = from + block.start..from + block.end;
        findings.push(
            page.finding(
                self,
                Severity::Warning,
                "the body begins with front matter of its own, which the page shows as text",
            )
            .at(range.clone())
            .help("move what is wanted into the first front matter and take this one away")
            .fix(Fix::risky(vec![Edit::delete(range)])),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn front_matter_below_the_first() {
        for (body, found) in [
            ("---\ntitle: A\nslug: b\n---\n\nText.\n", true),
            ("+++\ntitle = \"A\"\n+++\n\nText.\n", true),
            ("---\n\nText.\n\n---\n", false),
            ("```yaml\n---\ntitle: A\n---\n```\n", false),
        ] {
            let lines = zola("0.22.0").lines("second-front-matter", body);
            assert_eq!(!lines.is_empty(), found, "{body}");
        }
    }
}
