//! Dividing lines written in more ways than one.

use pulldown_cmark::Event;

use super::{Opaque, report};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MixedRuleStyle;

impl Rule for MixedRuleStyle {
    describe!(
        "mixed-rule-style",
        "A dividing line that is written in another way than the first of the page",
        "\
`---`, `***` and `_ _ _` draw the same line (Zola 0.22.0, Hugo 0.168.0).

```markdown
---

* * *
```

The fix writes all as the first one, where the page stays the same."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD035", "hr-style"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::in_templates(page);
        let mut first: Option<&str> = None;
        let mut found = Vec::new();
        for (event, range) in &page.events {
            if !matches!(event, Event::Rule) || opaque.touches(range) {
                continue;
            }
            let raw = page.text[range.clone()].trim();
            let wanted = *first.get_or_insert(raw);
            if raw != wanted {
                let start = range.start + page.text[range.clone()].find(raw).unwrap_or(0);
                let at = start..start + raw.len();
                found.push((
                    page.finding(
                        self,
                        Severity::Info,
                        "this line is written in another way than the first",
                    )
                    .at(at.clone())
                    .help(format!("write `{wanted}`")),
                    vec![Edit::replace(at, wanted)],
                ));
            }
        }
        report(page, found, findings);
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_by, zola};

    #[test]
    fn the_first_one_decides() {
        let zola = zola("0.22.0");
        let body = "a\n\n---\n\n* * *\n\nb\n***\nc\n\n---\n";
        assert_eq!(zola.lines("mixed-rule-style", body), ["info 5", "info 8"]);
        // Below text three hyphens are a heading.
        assert_eq!(
            fixed_by(&zola, "mixed-rule-style", body),
            "a\n\n---\n\n---\n\nb\n***\nc\n\n---\n"
        );
    }
}
