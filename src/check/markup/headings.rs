//! Headings that are none, and text that becomes one.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, HeadingLevel, Tag};

use crate::check::prose::{is_text, lines, paragraphs, runs};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::markdown;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct BrokenHeading;

impl Rule for BrokenHeading {
    describe!(
        "broken-heading",
        "A heading that is none, that loses a part, or text that becomes one by accident",
        "\
A heading needs a plain blank behind its `#`: `##Foo` is text. A `#` at its end is taken for an ornament, so `## Learn C #` loses it. A line of `---` right below
text makes a heading of all of it. And two headings with one id of the author's, or in Zola a heading without letters, cannot be linked to (tested on Zola
0.22.0 and Hugo 0.168.0).

```markdown
## Learn C \\#
```

Write one blank behind `#`, a blank line above `---`, and each `{#id}` once."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &[
            "MD018",
            "no-missing-space-atx",
            "MD020",
            "no-missing-space-closed-atx",
        ]
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut say = |at, message: &str, help: &str| {
            findings.push(
                page.finding(self, Severity::Warning, message)
                    .at(at)
                    .help(help),
            );
        };
        let runs = runs(page);
        for paragraph in paragraphs(page) {
            for (line, range) in lines(page, paragraph) {
                let body = line.trim_start_matches(['>', ' ']);
                let start = range.end - body.len();
                let text = body.trim_start_matches('#');
                let level = body.len() - text.len();
                let has_space = text.starts_with(['\u{a0}', '\u{3000}', '\u{202f}']);
                // `#rust` and `#1` are tags and numbers.
                let is_glued = level > 1 && text.starts_with(char::is_alphanumeric);
                if (1..=6).contains(&level) && (has_space || is_glued) && is_text(&runs, start) {
                    say(
                        start..range.end,
                        "this is no heading: a plain blank has to stand behind the `#`",
                        "write one blank behind the `#`",
                    );
                }
            }
        }
        let mut ids = BTreeSet::new();
        for (event, range) in &page.events {
            let Event::Start(Tag::Heading { level, id, .. }) = event else {
                continue;
            };
            let raw = page.text[range.clone()].trim_end();
            let at = range.start..range.start + raw.len();
            if let Some(id) = id
                && !ids.insert(id.to_string())
            {
                say(
                    at.clone(),
                    "another heading has this id already",
                    "write another id",
                );
            }
            if raw.starts_with('#') {
                let text = raw.trim_end_matches('#');
                let lost = raw.len() - text.len();
                let words = text.trim_start_matches('#').trim();
                let is_name = matches!(
                    words.rsplit(' ').next(),
                    Some("C" | "F" | "J" | "A" | "Visual" | "issue" | "channel")
                );
                if lost == 1
                    && text.ends_with(' ')
                    && *level != HeadingLevel::H1
                    && (is_name || words.ends_with(" C"))
                {
                    say(
                        at.end - 1..at.end,
                        "this `#` is taken for an ornament and not shown",
                        "write `\\#`",
                    );
                }
            } else if raw.ends_with("---") || raw.ends_with("===") {
                let text = raw
                    .rsplit_once('\n')
                    .map_or("", |(text, _)| text)
                    .trim_end();
                let below = page.text[range.end..].trim_start_matches([' ', '\t', '\r']);
                let is_sentence = text.ends_with(['.', ':', '!', '?', ','])
                    || text.contains('\n')
                    || text.len() > 100;
                let is_tight = !below.is_empty() && !below.starts_with('\n');
                let is_short = raw
                    .rsplit_once('\n')
                    .is_some_and(|(_, line)| line.trim() == "---");
                if is_short && (is_sentence || is_tight) {
                    say(
                        at,
                        "the line of hyphens makes a heading of the text above it",
                        "put a blank line above the hyphens, or write `##` before a heading",
                    );
                }
            }
        }
        if page.site.generator.lists_twice() {
            for heading in markdown::headings(&page.markdown) {
                if heading.id.is_none()
                    && !heading.text.trim().is_empty()
                    && page.site.heading_id(&heading.text).is_empty()
                {
                    let start = page.body.start + heading.range.start;
                    let end = start
                        + page.text[start..page.body.start + heading.range.end]
                            .trim_end()
                            .len();
                    say(
                        start..end,
                        "this heading has no letters, so its id is empty",
                        "write an id: `## … {#name}`",
                    );
                }
            }
        }
    }
}
