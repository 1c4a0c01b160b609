//! A heading two levels below the one above it.

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct SkippedHeadingLevel;

impl Rule for SkippedHeadingLevel {
    describe!(
        "skipped-heading-level",
        "A heading that is more than one level below the heading above it",
        "\
People who listen to a page go from heading to heading, and a level that is left out sounds as if a part were missing; tables of contents nest one
step too deep. Zola 0.22.0 and Hugo 0.168.0 write the levels as they are. With which level a page begins is left to its author.

```markdown
## Backups
#### Every night      skips ###
### Every night       is a part of Backups
```

Choose the level by the outline, and the size in the theme."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD001", "heading-increment"]
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut above = None;
        let mut quotes = 0usize;
        for (event, range) in &page.events {
            match event {
                Event::Start(Tag::BlockQuote(_)) => quotes += 1,
                Event::End(TagEnd::BlockQuote(_)) => {
                    quotes = quotes.saturating_sub(1);
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    above = in_html(html).or(above);
                }
                Event::Start(Tag::Heading { level, .. }) if quotes == 0 => {
                    let level = *level as usize;
                    if let Some(above) = above
                        && level > above + 1
                    {
                        let wanted = "#".repeat(above + 1);
                        let message = format!(
                            "this heading is {} levels below the one above it",
                            level - above
                        );
                        let end = range.start + page.text[range.clone()].trim_end().len();
                        findings.push(
                            page.finding(self, Severity::Info, message)
                                .at(range.start..end)
                                .help(format!("write `{wanted}` if it is a part of that one")),
                        );
                    }
                    above = Some(level);
                }
                _ => {}
            }
        }
    }
}

/// The level of the last heading in raw HTML.
fn in_html(html: &str) -> Option<usize> {
    let lower = html.to_ascii_lowercase();
    let at = lower.match_indices("<h").filter_map(|(at, _)| {
        let digit = lower[at + 2..].chars().next()?.to_digit(10)?;
        let ends = lower[at + 3..].starts_with([' ', '>', '\n', '\t']);
        (ends && (1..=6).contains(&digit)).then_some(digit as usize)
    });
    at.last()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn only_steps_down_are_counted() {
        let lines = |body: &str| hugo().lines("skipped-heading-level", body);
        assert_eq!(lines("## A\n\n#### B\n\n#### C\n\n##### D\n"), ["info 3"]);
        assert_eq!(lines("A\n=\n\n### B\n"), ["info 4"]);
        assert_eq!(lines("### A\n\n## B\n\n### C\n\n#### D\n\n## E\n"), [""; 0]);
    }

    #[test]
    fn what_only_looks_like_a_heading_is_none() {
        let lines = |body: &str| zola("0.22.0").lines("skipped-heading-level", body);
        assert_eq!(
            lines("## A\n\n```\n#### B\n```\n\n> #### C\n\n    #### D\n"),
            [""; 0]
        );
        assert_eq!(lines("## A\n\n<h3 id=\"x\">B</h3>\n\n#### C\n"), [""; 0]);
        assert_eq!(lines("## A\n\n<hr>\n\n#### C\n"), ["info 5"]);
    }
}
