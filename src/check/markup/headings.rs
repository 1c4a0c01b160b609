//! Headings that are none, and text that becomes one.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Tag};

use super::{blank_line_above, warner};
use crate::check::proof::{self, Kind};
use crate::check::prose::{is_text, lines, paragraphs, runs};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix};
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
text makes a heading of all of it, and so does one of `-`, `--` or `=`. And two headings with one id of the author's, or in Zola a heading without letters, cannot be linked to (tested on Zola
0.22.0 and Hugo 0.168.0).

```markdown
## Learn C \\#
```

Write one blank behind `#`, a blank line above `---`, and each `{#id}` once. The fix does the first where the line stands alone and begins with a capital, the second
where the text is a sentence, and puts the backslash before a `#` where no other heading ends in one; elsewhere that is one of the unsafe fixes."
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
        let mut say = warner(self, page, findings);
        let runs = runs(page);
        for paragraph in paragraphs(page) {
            let is_alone = !page.text[paragraph.clone()].trim_end().contains('\n');
            for (line, range) in lines(page, paragraph) {
                let wide = line.trim_start_matches('＃');
                let level = line.chars().count() - wide.chars().count();
                let is_wide = level > 1 || (level == 1 && wide.starts_with([' ', '\u{3000}']));
                if is_wide && level < 7 && is_text(&runs, range.start) {
                    say(
                        range.clone(),
                        "this is no heading: its signs are wide ones",
                        "write plain signs, `##`, and a blank",
                        None,
                    );
                }
                let body = line.trim_start_matches(['>', ' ']);
                let start = range.end - body.len();
                let text = body.trim_start_matches('#');
                let level = body.len() - text.len();
                let has_space = text.starts_with(['\u{a0}', '\u{3000}', '\u{202f}']);
                if level > 6 && text.starts_with(' ') && is_alone && is_text(&runs, start) {
                    say(
                        start..range.end,
                        "this is no heading: there are six levels, and no more",
                        "write at most six signs",
                        None,
                    );
                }
                // `#rust` and `#1` are tags and numbers.
                let is_glued = level > 1 && text.starts_with(char::is_alphanumeric);
                if (1..=6).contains(&level) && (has_space || is_glued) && is_text(&runs, start) {
                    let fix = opened(page, start, body, level, is_alone);
                    say(
                        start..range.end,
                        "this is no heading: a plain blank has to stand behind the `#`",
                        "write one blank behind the `#`",
                        Some(fix),
                    );
                }
            }
        }
        let mut ids = BTreeSet::new();
        let ornaments = ornaments(page);
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
                    None,
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
                    let edits = vec![Edit::insert(at.end - 1, "\\")];
                    let fix = proof::fix(page, edits, |trial| {
                        ornaments == 1 && trial.changes_only(&[Kind::Text])
                    });
                    say(
                        at.end - 1..at.end,
                        "this `#` is taken for an ornament and not shown",
                        "write `\\#`",
                        Some(fix),
                    );
                }
                if words.is_empty() {
                    say(
                        at.clone(),
                        "this heading is empty",
                        "write a text behind the `#`, or take it away",
                        None,
                    );
                }
            } else if let Some(found) = underline(raw)
                && (!raw.ends_with('=') || is_tight(page, range.end))
            {
                let marks = at.start + found.start..at.start + found.end;
                say(
                    marks.clone(),
                    "this line makes a heading of the text above it",
                    "put a blank line above it, or write `##` before a heading",
                    Some(Fix::risky(vec![blank_line_above(page, marks.start)])),
                );
            } else if raw.ends_with("---") || raw.ends_with("===") {
                let text = raw
                    .rsplit_once('\n')
                    .map_or("", |(text, _)| text)
                    .trim_end();
                // A short question is the heading of its answer.
                let is_sentence = text.ends_with(['.', ':', '!', ','])
                    || (text.ends_with('?') && text.len() > 60)
                    || text.contains('\n')
                    || text.len() > 100;
                let is_sentence = is_sentence || text.contains(" | ");
                let is_tight = is_tight(page, range.end);
                let is_short = raw
                    .rsplit_once('\n')
                    .is_some_and(|(_, line)| line.trim_start_matches(['>', ' ']).trim() == "---");
                if is_short && (is_sentence || is_tight) {
                    let fix = parted(page, range, text);
                    say(
                        at,
                        "the line of hyphens makes a heading of the text above it",
                        "put a blank line above the hyphens, or write `##` before a heading",
                        Some(fix),
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
                        None,
                    );
                }
            }
        }
    }
}

/// Whether text stands right below a heading that ends here.
fn is_tight(page: &Page<'_>, end: usize) -> bool {
    let below = page.text[end..].trim_start_matches([' ', '\t', '\r']);
    !below.is_empty() && !below.starts_with('\n')
}

/// A line of one or two hyphens, or of one equals sign, below text: a signature, an empty item or a sum.
fn underline(heading: &str) -> Option<Range<usize>> {
    let (text, line) = heading.rsplit_once('\n')?;
    let marks = line.trim_start_matches(['>', ' ']).trim_end();
    let is_short = matches!(marks, "-" | "--" | "=");
    let start = text.len() + 1 + (line.len() - line.trim_start_matches(['>', ' ']).len());
    is_short.then(|| start..start + marks.len())
}

/// A blank behind the `#` of a line that was to be a heading: surely, where nothing else stands in its paragraph and it
/// begins as a heading does. `##linux` is the name of a channel.
fn opened(page: &Page<'_>, start: usize, line: &str, level: usize, is_alone: bool) -> Fix {
    let text = line[level..].trim_start();
    let blank = start + level..start + line.len() - text.len();
    let first: String = text.chars().take(1).collect();
    let shown = &line[..line.len() - text.len() + first.len()];
    let is_title = (first.chars().all(char::is_uppercase) || !blank.is_empty())
        && text.len() < 100
        && !text.trim_end().ends_with(['.', ',', ';']);
    proof::fix(page, vec![Edit::replace(blank, " ")], |trial| {
        is_alone
            && is_title
            && trial.changes_only(&[Kind::Text, Kind::Heading])
            && trial.added(Kind::Heading) == 1
            && trial.reads(shown, &first)
    })
}

/// A blank line above the hyphens: surely meant, where the text above them is a sentence.
fn parted(page: &Page<'_>, heading: &Range<usize>, text: &str) -> Fix {
    let marks = heading.start + page.text[heading.clone()].rfind("---").unwrap_or(0);
    let is_sentence = text.ends_with(['.', ',', ';']) || text.len() > 100;
    proof::fix(page, vec![blank_line_above(page, marks)], |trial| {
        is_sentence
            && trial.changes_only(&[Kind::Heading, Kind::Rule])
            && trial.added(Kind::Heading) == -1
            && trial.added(Kind::Rule) == 1
    })
}

/// How many headings end in a single `#`: more than one are somebody's manner.
fn ornaments(page: &Page<'_>) -> usize {
    let is_one = |range: &Range<usize>| {
        let raw = page.text[range.clone()].trim_end();
        raw.starts_with("##") && raw.ends_with(" #")
    };
    page.events
        .iter()
        .filter(|(event, range)| {
            matches!(event, Event::Start(Tag::Heading { .. })) && is_one(range)
        })
        .count()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, zola};

    #[test]
    fn headings_that_nobody_meant() {
        for world in [hugo(), zola("0.22.0")] {
            let lines = |body: &str| world.lines("broken-heading", body);
            for body in [
                "Thanks a lot,\n--\nJoe\n",
                "Dear all\n-\n",
                "Some text\n- \nmore\n",
                "x\n=\ny\n",
                "a | b\n---\n\nx\n",
                "＃＃ Foo\n",
                "＃ 見出し\n",
                "####### Foo\n",
            ] {
                assert_eq!(lines(body).len(), 1, "{body}");
            }
            assert_eq!(lines("##\n\ntext\n").len(), 1);
            for body in [
                "Foo\n---\n\nx\n",
                "What is a container?\n---\n\nx\n",
                "Foo\n===\n",
                "Foo\n\n---\n",
                "## a # b\n",
                "＃タグ\n",
                "a\n#######\n",
            ] {
                assert_eq!(lines(body), [""; 0], "{body}");
            }
        }
    }

    #[test]
    fn fixes_are_safe_where_the_text_proves_them() {
        for (body, expected) in [
            ("##Foo **b**\n\na\n", "## Foo **b**\n\na\n"),
            ("##\u{a0}foo\n", "## foo\n"),
            ("> ##Foo\n", "> ## Foo\n"),
            ("## Learn C #\n", "## Learn C \\#\n"),
            ("One sentence.\n---\nmore\n", "One sentence.\n\n---\nmore\n"),
            (
                "> One, two,\r\n> ---\r\n> x\r\n",
                "> One, two,\r\n>\r\n> ---\r\n> x\r\n",
            ),
        ] {
            assert_eq!(fixed(&hugo(), body), expected);
            assert_eq!(fixed(&zola("0.17.2"), body), expected);
        }
        for body in [
            "##linux\n",
            "Join\n##Linux\n",
            "## Learn C #\n\n## Plan A #\n",
            "A heading\n---\nmore\n",
            "## !!!\n",
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), body);
        }
    }
}
