//! Definitions of links that nothing uses.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Tag};

use super::Opaque;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::markdown;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct UnusedDefinition;

impl Rule for UnusedDefinition {
    describe!(
        "unused-definition",
        "A definition of a link that nothing on the page uses",
        "\
A line `[name]: address` is not shown by itself (Zola 0.22.0, Hugo 0.168.0). Without a link that names it, it is left over from one, or the link misspells its name.

```markdown
Read [the manual].

[the manuals]: https://example.org/
```

Take it away, or write the name as the link does. Definitions that serve as comments, `[//]: # (text)`, are left alone."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD053", "link-image-reference-definitions"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::in_templates(page);
        let plain = |label: &str| {
            label
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .to_lowercase()
        };
        let used: BTreeSet<String> = page
            .events
            .iter()
            .filter_map(|(event, _)| match event {
                Event::Start(Tag::Link { id, .. } | Tag::Image { id, .. }) => Some(plain(id)),
                _ => None,
            })
            .collect();
        let parser = markdown::parser(&page.markdown);
        let mut unused: Vec<_> = parser
            .reference_definitions()
            .iter()
            .filter(|(label, definition)| {
                let is_comment =
                    matches!(*label, "//" | "comment" | "_") || &*definition.dest == "#";
                !is_comment && !used.contains(&plain(label))
            })
            .map(|(_, definition)| {
                let start = page.body.start + definition.span.start;
                let raw = page.text[start..page.body.start + definition.span.end].trim_end();
                start..start + raw.len()
            })
            .filter(|at| !opaque.touches(at))
            .collect();
        unused.sort_by_key(|at| at.start);
        for at in unused {
            findings.push(
                page.finding(
                    self,
                    Severity::Info,
                    "no link on this page uses this definition",
                )
                .at(at)
                .help("take it away, or write its name as the link does"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn names_are_compared_as_links_are() {
        let lines = |body: &str| zola("0.22.0").lines("unused-definition", body);
        assert_eq!(
            lines("[a][b]\n\n[b]: c\n[d]: e\n\n> [f]: g\n"),
            ["info 4", "info 6"]
        );
        assert_eq!(
            lines(
                "[A  b] [c][] ![d][É]\n\n[a B]: e\n[C]: f\n[é]: g\n[//]: # (note)\n[^1]: h\n\n`[i]: j`\n\n    [k]: l\n"
            ),
            [""; 0]
        );
    }
}
