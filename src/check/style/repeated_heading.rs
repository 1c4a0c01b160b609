//! Two parts of one name.

use pulldown_cmark::{Event, Tag};

use super::Opaque;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::markdown;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct RepeatedHeading;

impl Rule for RepeatedHeading {
    describe!(
        "repeated-heading",
        "A heading that says the same as another of its level in the same part",
        "\
Of two headings with one text in one part of a page, readers of a table of contents cannot tell which they want. Zola 0.22.0 and Hugo 0.168.0 number their ids (`setup`,
`setup-1`), so links to the second break when one above it is added or taken away. Headings below different parents may be alike.

```markdown
## Install
### Linux
## Use
### Linux          fine
## Install         twice
```

Say what is different, or join the two."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD024", "no-duplicate-heading"]
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::in_templates(page);
        let quotes: Vec<_> = page
            .events
            .iter()
            .filter(|(event, _)| matches!(event, Event::Start(Tag::BlockQuote(_))))
            .map(|(_, range)| range.clone())
            .collect();
        // The texts of the headings so far below each open heading, from the outermost in.
        let mut open: Vec<(u8, Vec<String>)> = vec![(0, Vec::new())];
        for heading in markdown::headings(&page.markdown) {
            let start = page.body.start + heading.range.start;
            let raw = page.text[start..page.body.start + heading.range.end].trim_end();
            let at = start..start + raw.len();
            if opaque.touches(&at) || quotes.iter().any(|quote| quote.contains(&start)) {
                continue;
            }
            while open.len() > 1
                && open
                    .last()
                    .is_some_and(|(level, _)| *level >= heading.level)
            {
                open.pop();
            }
            let text = heading.text.trim().to_lowercase();
            let Some((_, siblings)) = open.last_mut() else {
                continue;
            };
            // A row of signs is no name.
            let is_name = text.chars().any(char::is_alphanumeric);
            if is_name && siblings.contains(&text) {
                findings.push(
                    page.finding(self, Severity::Info, "another heading here says the same")
                        .at(at)
                        .help("say what is different in this part, or join the two"),
                );
            } else {
                siblings.push(text);
            }
            open.push((heading.level, Vec::new()));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn siblings_are_compared() {
        let lines = |body: &str| zola("0.22.0").lines("repeated-heading", body);
        assert_eq!(
            lines("## A\n\n### B\n\n### b\n\n## A\n"),
            ["info 5", "info 7"]
        );
        assert_eq!(lines("## A\n\n### C\n\n## B\n\n### C\n"), [""; 0]);
        assert_eq!(
            lines("## A\n\n```\n## A\n```\n\n> ## A\n\n## A b\n"),
            [""; 0]
        );
    }
}
