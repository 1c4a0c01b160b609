//! Bold paragraphs where a heading was meant.

use pulldown_cmark::{Event, Tag, TagEnd};

use super::Opaque;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct EmphasisAsHeading;

/// More is a sentence.
const LONGEST: usize = 80;

impl Rule for EmphasisAsHeading {
    describe!(
        "emphasis-as-heading",
        "A short bold paragraph above text, which looks like a heading and is none",
        "\
A bold line above a text looks like a heading, but tables of contents, links to parts of a page and screen readers do not know of it (Zola 0.22.0 and Hugo 0.168.0
make headings only of `#` and of underlined text).

```markdown
**Backups**

## Backups
```

Write a heading. Text that ends in punctuation is not looked at, nor is text in italics, which is often a caption."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD036", "no-emphasis-as-heading"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::in_templates(page);
        let mut depth = 0usize;
        for (index, (event, range)) in page.events.iter().enumerate() {
            match event {
                Event::Start(Tag::Paragraph)
                    if depth == 0 && is_bold_line(page, index) && !opaque.touches(range) =>
                {
                    let end = range.start + page.text[range.clone()].trim_end().len();
                    findings.push(
                        page.finding(
                            self,
                            Severity::Info,
                            "this looks like a heading and is none",
                        )
                        .at(range.start..end)
                        .help("write it behind `##`, or as a part of the text below"),
                    );
                }
                Event::Start(Tag::List(_) | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_)) => {
                    depth += 1;
                }
                Event::End(
                    TagEnd::List(_) | TagEnd::BlockQuote(_) | TagEnd::FootnoteDefinition,
                ) => {
                    depth = depth.saturating_sub(1);
                }
                _ => {}
            }
        }
    }
}

/// Whether a paragraph is a few bold words above a text.
fn is_bold_line(page: &Page<'_>, start: usize) -> bool {
    let events: Vec<&Event<'_>> = page.events[start..]
        .iter()
        .map(|(event, _)| event)
        .take(5)
        .collect();
    let [
        _,
        Event::Start(Tag::Strong),
        Event::Text(text),
        Event::End(TagEnd::Strong),
        Event::End(TagEnd::Paragraph),
    ] = events[..]
    else {
        return false;
    };
    let ends_sentence = text.ends_with(|c: char| {
        matches!(
            c,
            '.' | ','
                | ';'
                | ':'
                | '!'
                | '?'
                | '…'
                | ')'
                | '"'
                | '。'
                | '，'
                | '；'
                | '：'
                | '！'
                | '？'
                | '、'
        )
    });
    let Some((follows, below)) = page.events.get(start + 5) else {
        return false;
    };
    let (_, above) = &page.events[start];
    let is_text_below = match follows {
        // Of several bold lines in a row none is a heading.
        Event::Start(Tag::Paragraph) => {
            let next = page.events.get(start + 6).map(|(event, _)| event);
            !matches!(next, Some(Event::Start(Tag::Strong | Tag::Emphasis)))
        }
        // A name right above a list belongs to the list.
        Event::Start(Tag::List(_)) => {
            let between = &page.text[above.start..below.start];
            between.matches('\n').count() > 1
        }
        Event::Start(Tag::CodeBlock(_) | Tag::Table(_)) => true,
        _ => false,
    };
    text.chars().count() <= LONGEST
        && text.chars().any(char::is_alphabetic)
        && !ends_sentence
        && is_text_below
}

#[cfg(test)]
mod tests {
    use crate::check::testing::hugo;

    #[test]
    fn bold_lines_above_text() {
        let lines = |body: &str| hugo().lines("emphasis-as-heading", body);
        assert_eq!(
            lines("**A b**\n\nc\n\n__D__\n\n- e\n"),
            ["info 1", "info 5"]
        );
        assert_eq!(
            lines(
                "**A.**\n\nb\n\n*C*\n\nd\n\n**E** f\n\n- **G**\n\n  h\n\n**Note:**\n\ni\n\n**J**\n\n## K\n\n**L**\n- m\n\n**N**\n\n**O** p\n\n**Q**\n"
            ),
            [""; 0]
        );
    }
}
