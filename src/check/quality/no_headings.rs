//! Long posts in one piece.

use pulldown_cmark::{Event, Tag};

use super::is_post;
use crate::check::{Page, Rule};
use crate::config::Post;
use crate::finding::{Finding, Severity};
use crate::markdown;

/// More words than this take about three minutes to read.
const LONG: usize = 600;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct NoHeadings;

impl Rule for NoHeadings {
    describe!(
        "no-headings",
        "A long post without a heading",
        "\
Readers who come with a question look for it among the headings; those who use a screen reader jump from one to the next; and the
tables of contents of Zola 0.22.0 and Hugo 0.168.0 are made of them. A post of more than 600 words, about three minutes at 200 to
240 words a minute, in one piece gives them nothing to hold on to. The number is a rule of thumb; a story or a letter may well do
without headings.

```markdown
## What a snapshot costs
```

Give each part a heading of level two that says what is in it. This is advice for posts that Postwright wrote."
    );

    fn covers_hand_written(&self, _wanted: Option<&Post>) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if !is_post(page) || page.body().len() < LONG || has_heading(page) {
            return;
        }
        let words = markdown::word_count(page.body());
        if words <= LONG {
            return;
        }
        let Some((_, first)) = page.events.first() else {
            return;
        };
        let line = page.text[first.clone()].lines().next().unwrap_or_default();
        let message =
            format!("the post has {words} words and no heading; more than {LONG} want some");
        findings.push(
            page.finding(self, Severity::Info, message)
                .at(first.start..first.start + line.len())
                .help("give each part a heading, `## What it is about`"),
        );
    }
}

/// Whether there is a heading of any level, be it one of HTML.
fn has_heading(page: &Page<'_>) -> bool {
    page.events.iter().any(|(event, _)| match event {
        Event::Start(Tag::Heading { .. }) => true,
        Event::Html(html) | Event::InlineHtml(html) => {
            let mut tags = html.split('<').skip(1);
            tags.any(|tag| matches!(tag.as_bytes(), [b'h' | b'H', b'1'..=b'6', ..]))
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{generated, zola};

    fn found(before: &str, words: usize) -> Vec<String> {
        let body = format!("{before}{}\n", "word ".repeat(words));
        zola("0.22.0").quality("no-headings", &generated("", "", &body), None)
    }

    #[test]
    fn only_long_posts_in_one_piece() {
        assert_eq!(
            found("", 601),
            ["info: the post has 601 words and no heading; more than 600 want some"]
        );
        assert!(found("", 600).is_empty());
        for heading in ["## A\n\n", "### A\n\n", "A\n---\n\n", "<H2>A</H2>\n\n"] {
            assert!(found(heading, 601).is_empty(), "{heading}");
        }
        assert_eq!(found("```\n## A\n```\n", 601).len(), 1);
        assert_eq!(found("<hr>\n\n", 601).len(), 1);
    }
}
