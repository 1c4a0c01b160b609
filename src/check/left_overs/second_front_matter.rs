//! Front matter below the front matter.

use std::ops::Range;

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
        let Some(block) = front_matter::find(page.body()).or_else(|| bare(page.body())) else {
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

/// The keys of which a paragraph without delimiters has at least two, if it was to be front matter.
const KEYS: [&str; 10] = [
    "title",
    "date",
    "description",
    "tags",
    "categories",
    "author",
    "slug",
    "draft",
    "layout",
    "keywords",
];

/// A first paragraph that is nothing but keys and values: the delimiters were lost.
fn bare(body: &str) -> Option<Range<usize>> {
    let start = body.len() - body.trim_start().len();
    let text = body[start..].split("\n\n").next().unwrap_or_default();
    let mut known = 0;
    for line in text.lines() {
        let (key, value) = line.split_once([':', '='])?;
        let is_key = key
            .trim_end()
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if !is_key || !value.starts_with(' ') {
            return None;
        }
        known += usize::from(KEYS.contains(&key.trim_end()));
    }
    (known > 1).then(|| start..start + text.len())
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn front_matter_below_the_first() {
        for (body, found) in [
            ("---\ntitle: A\nslug: b\n---\n\nText.\n", true),
            ("+++\ntitle = \"A\"\n+++\n\nText.\n", true),
            ("title: A\ndate: 2026-01-02\ntags: [a]\n\nText.\n", true),
            ("title: A\nand: more\n\nText.\n", false),
            ("Title: A\nDate: today\n\nText.\n", false),
            ("---\n\nText.\n\n---\n", false),
            ("```yaml\n---\ntitle: A\n---\n```\n", false),
        ] {
            let lines = zola("0.22.0").lines("second-front-matter", body);
            assert_eq!(!lines.is_empty(), found, "{body}");
        }
    }
}
