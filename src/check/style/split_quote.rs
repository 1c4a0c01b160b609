//! Quotes that only a blank line divides.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::Opaque;
use crate::body::edits::line_end;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct SplitQuote;

impl Rule for SplitQuote {
    describe!(
        "split-quote",
        "Two quotes with nothing but a blank line between them",
        "\
A blank line ends a quote, and the next `>` begins another one: Zola 0.22.0 and Hugo 0.168.0 make two boxes of them, while some programs make one.

```markdown
> the first paragraph

> the second, in a quote of its own
```

Write `>` on the blank line for one quote, and some text between them for two."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD028", "no-blanks-blockquote"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::in_templates(page);
        for pair in page.events.windows(2) {
            let [
                (Event::End(TagEnd::BlockQuote(_)), above),
                (Event::Start(Tag::BlockQuote(_)), below),
            ] = pair
            else {
                continue;
            };
            let between = page.text.get(above.end..below.start).unwrap_or_default();
            // Boxes such as `> [!NOTE]` are meant to be two.
            let quote = &page.text[below.clone()];
            let is_box = quote.trim_start_matches(['>', ' ']).starts_with("[!");
            if between.trim().is_empty() && !is_box && !opaque.touches(below) {
                let end = line_end(page.text, below.start);
                let width = page.text[below.start..end].trim_end().len();
                findings.push(
                    page.finding(
                        self,
                        Severity::Info,
                        "only a blank line divides this quote from the one above it",
                    )
                    .at(below.start..below.start + width)
                    .help("write `>` on the blank line if they are one"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn only_blank_lines_between() {
        let lines = |body: &str| zola("0.22.0").lines("split-quote", body);
        assert_eq!(lines("> a\n\n> b\n\n\n> c\n"), ["info 3", "info 6"]);
        assert_eq!(
            lines("> a\n>\n> b\n\nc\n\n> d\n\n<!-- -->\n\n> e\n\n> [!TIP]\n> f\n"),
            [""; 0]
        );
    }
}
