//! Blanks at the ends of the text of a link.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::Opaque;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct LinkTextSpace;

impl Rule for LinkTextSpace {
    describe!(
        "link-text-space",
        "A link whose text begins or ends with a blank",
        "\
The blank becomes a part of the link, and is underlined with it (Zola 0.22.0, Hugo 0.168.0).

```markdown
Read [ the manual ](https://example.org/).
Read [the manual](https://example.org/).
```

Put blanks outside of the brackets. The unsafe fix takes them away."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD039", "no-space-in-links"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::in_templates(page);
        for (index, (event, range)) in page.events.iter().enumerate() {
            if !matches!(event, Event::Start(Tag::Link { .. })) || opaque.touches(range) {
                continue;
            }
            let is_end = |event: &Event<'_>| matches!(event, Event::End(TagEnd::Link));
            let inner = &page.events[index + 1..];
            let count = inner.iter().take_while(|(event, _)| !is_end(event)).count();
            let (Some(first), Some(last)) = (inner[..count].first(), inner[..count].last()) else {
                continue;
            };
            let mut edits = Vec::new();
            if let (Event::Text(text), at) = first {
                let blanks = text.len() - text.trim_start_matches(' ').len();
                edits.push(Edit::delete(at.start..at.start + blanks));
            }
            if let (Event::Text(text), at) = last
                && (count > 1 || !text.trim_matches(' ').is_empty())
            {
                let blanks = text.len() - text.trim_end_matches(' ').len();
                edits.push(Edit::delete(at.end - blanks..at.end));
            }
            edits.retain(|edit| !edit.range.is_empty());
            if !edits.is_empty() {
                findings.push(
                    page.finding(
                        self,
                        Severity::Info,
                        "the text of this link begins or ends with a blank",
                    )
                    .at(range.clone())
                    .help("put the blank outside of the brackets")
                    .fix(Fix::risky(edits)),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn blanks_inside_of_brackets() {
        let lines = |body: &str| zola("0.22.0").lines("link-text-space", body);
        assert_eq!(
            lines("[ a](b)\n\n[*c* ](d)\n\n[ e ][f]\n\n[f]: g\n"),
            ["info 1", "info 3", "info 5"]
        );
        assert_eq!(
            lines(
                "[a b](c) [*d*](e) `[ f ](g)` [ h ] <https://i> [![j ](k)](l) [](m)\n\n- [ ] n\n"
            ),
            [""; 0]
        );
    }
}
