//! A heading of level one in a body.

use pulldown_cmark::{Event, HeadingLevel, Tag};

use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct DuplicateTitleHeading;

impl Rule for DuplicateTitleHeading {
    fn name(&self) -> &'static str {
        "duplicate-title-heading"
    }

    fn summary(&self) -> &'static str {
        "A heading of level one in the body, beside the title"
    }

    fn explanation(&self) -> &'static str {
        "\
Themes print the title of the front matter as the page's heading of level one. A `# Heading` in the body is a second one: readers
see the title twice, and outlines have two roots (tested on Zola 0.17.2, 0.22.0 and Hugo 0.168.0, which write it as it is).

```markdown
# Backups       in the body, beside title = \"Backups\"
## Backups      a section of the page
```

Take the heading away where it repeats the title, and let the others begin at `##`. A site whose theme prints no title can ignore this
rule."
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["MD025", "single-title", "single-h1"]
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let is_first_level = |event: &Event<'_>| {
            matches!(
                event,
                Event::Start(Tag::Heading {
                    level: HeadingLevel::H1,
                    ..
                })
            )
        };
        let mut found = page
            .events
            .iter()
            .filter(|(event, _)| is_first_level(event));
        let Some((_, range)) = found.next() else {
            return;
        };
        let message = match found.count() {
            0 => "a heading of level one beside the page's title".to_owned(),
            more => {
                format!("a heading of level one beside the page's title, and {more} more below")
            }
        };
        let end = range.start + page.text[range.clone()].trim_end().len();
        findings.push(
            page.finding(self, Severity::Warning, message)
                .at(range.start..end)
                .help("begin headings at `##`; take this one away if it repeats the title"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::hugo;

    #[test]
    fn both_forms_are_found() {
        assert_eq!(
            hugo().lines(
                "duplicate-title-heading",
                "# A\n\n## B\n\nC\n=\n\n    # code\n"
            ),
            ["warning 1"]
        );
    }
}
