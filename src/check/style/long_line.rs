//! Lines that are longer than a screen is wide.

use pulldown_cmark::{Event, Tag};

use super::{Opaque, lines};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// What fits into an editor beside another one.
const WIDEST: usize = 80;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct LongLine;

impl Rule for LongLine {
    describe!(
        "long-line",
        "A line of text with more than 80 characters",
        "\
Where paragraphs are broken into short lines, a change shows as the lines it changed. The page does not show where they are broken (Zola 0.22.0, Hugo 0.168.0).

```markdown
A line that ends
before the window does.
```

Break the line between two words. Code, tables, headings, definitions and lines without a blank beyond the 80th character are left alone."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD013", "line-length"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::of(page);
        let wide: Vec<_> = page
            .events
            .iter()
            .filter(|(event, _)| matches!(event, Event::Start(Tag::Table(_) | Tag::Heading { .. })))
            .map(|(_, range)| range.clone())
            .collect();
        for line in lines(page) {
            let Some((at, _)) = line.text.char_indices().nth(WIDEST) else {
                continue;
            };
            let at = line.start + at..line.range().end;
            let is_wide =
                |range: &std::ops::Range<usize>| range.start < at.end && at.start < range.end;
            let can_break = page.text[at.clone()].trim_end().contains(' ');
            let is_definition =
                line.text.trim_start().starts_with('[') && line.text.contains("]: ");
            if can_break && !is_definition && !opaque.touches(&at) && !wide.iter().any(is_wide) {
                findings.push(
                    page.finding(
                        self,
                        Severity::Info,
                        "this line has more than 80 characters",
                    )
                    .at(at)
                    .help("break it between two words"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn only_text_that_can_be_broken() {
        let long = "word ".repeat(20);
        let one = "x".repeat(100);
        let body =
            format!("{long}\n\n# {long}\n\n    {long}\n\n{one}\n\n| {long} |\n|---|\n\n> {long}\n");
        assert_eq!(
            zola("0.22.0").lines("long-line", &body),
            ["info 1", "info 12"]
        );
    }
}
