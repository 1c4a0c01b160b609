//! Links that do not say where they lead.

use pulldown_cmark::{Event, LinkType, Tag, TagEnd};

use super::Opaque;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// Texts that say nothing by themselves.
const VAGUE: [&str; 9] = [
    "click here",
    "here",
    "link",
    "this link",
    "more",
    "read more",
    "this",
    "this page",
    "this article",
];

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct VagueLinkText;

impl Rule for VagueLinkText {
    describe!(
        "vague-link-text",
        "A link whose text does not say where it leads",
        "\
People who listen to a page often have only its links read to them, and search engines take the text of a link for what the other page is about. Zola 0.22.0 and Hugo 0.168.0 write
the text as it is. Only English texts are known.

```markdown
Click [here](https://example.org/) for the manual.
Read [the manual](https://example.org/).
```

Let the text name what is there."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD059", "descriptive-link-text"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::in_templates(page);
        for (index, (event, range)) in page.events.iter().enumerate() {
            let Event::Start(Tag::Link { link_type, .. }) = event else {
                continue;
            };
            let is_address = matches!(link_type, LinkType::Autolink | LinkType::Email);
            let mut text = String::new();
            for (event, _) in &page.events[index + 1..] {
                match event {
                    Event::End(TagEnd::Link) => break,
                    Event::Text(piece) | Event::Code(piece) => text.push_str(piece),
                    Event::SoftBreak => text.push(' '),
                    // An image says more.
                    Event::Start(Tag::Image { .. }) => text.push('!'),
                    _ => {}
                }
            }
            let text = text
                .trim()
                .trim_end_matches(['.', '…', '»', '→', ' '])
                .to_lowercase();
            if VAGUE.contains(&text.as_str()) && !is_address && !opaque.touches(range) {
                findings.push(
                    page.finding(
                        self,
                        Severity::Info,
                        "the text of this link does not say where it leads",
                    )
                    .at(range.clone())
                    .help("let it name what is there"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn texts_that_say_nothing() {
        let lines = |body: &str| zola("0.22.0").lines("vague-link-text", body);
        assert_eq!(
            lines("[here](a)\n\n[Click\nhere](b)\n\n[*Read more* …][c]\n\n[c]: d\n"),
            ["info 1", "info 3", "info 6"]
        );
        assert_eq!(
            lines(
                "[the manual](a) [here be dragons](b) [![here](c)](d) `[here](e)` <https://here>\n"
            ),
            [""; 0]
        );
    }
}
