//! Text on the line on which a comment ends.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::site::Version;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct TextAfterComment;

impl Rule for TextAfterComment {
    describe!(
        "text-after-comment",
        "Text behind a comment that begins a line, which belongs to the comment's block of HTML",
        "\
A line that begins with a comment is a block of HTML up to its end, with all that stands behind the comment. Hugo 0.168.0 leaves out the
whole line, without a warning, unless `markup.goldmark.renderer.unsafe` is on; there, and in Zola 0.17.2 and 0.22.0, the text is shown with its
Markdown unread and in no paragraph. Behind `<!-- more -->`, Zola loses it.

```markdown
<!-- to be continued --> This is *lost*, or shown with its asterisks.

<!-- to be continued -->
This is *a paragraph*.
```

Give the text a line of its own. The fix does so where the text is shown already, and is one of the unsafe fixes where it is not. A comment
within a line, with text before it, does no harm."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut had_mark = false;
        for (event, range) in &page.events {
            if !matches!(event, Event::Start(Tag::HtmlBlock)) {
                continue;
            }
            let Some(block) = Block::of(page, range) else {
                continue;
            };
            let is_mark = block.has_mark(page, had_mark);
            had_mark |= is_mark;
            let Some(rest) = &block.rest else { continue };
            let is_hugo = !page.site.generator.requires_front_matter();
            let is_lost = if is_hugo {
                !page.site.raw_html
            } else {
                is_mark
            };
            // Hugo ends the line behind its mark by itself, and HTML or a shortcode behind a comment is one where HTML is shown.
            let is_no_prose = ["<", "{{", "{%"]
                .iter()
                .any(|start| page.text[rest.clone()].starts_with(start));
            if is_hugo && is_mark || !is_lost && is_no_prose {
                continue;
            }
            let title = page.site.generator.title();
            let (severity, message) = if is_lost {
                (
                    Severity::Error,
                    format!("{title} leaves this text out, since it stands behind a comment"),
                )
            } else {
                (
                    Severity::Warning,
                    format!("{title} does not read Markdown behind a comment that begins a line"),
                )
            };
            let mut finding = page
                .finding(self, severity, message)
                .at(rest.clone())
                .help("give the text a line of its own");
            finding.fix = block.fix(page, rest, is_lost);
            findings.push(finding);
        }
    }
}

/// A block of HTML that begins with comments.
struct Block {
    /// The comments, with nothing but blanks between them.
    comments: Vec<Range<usize>>,
    /// The text behind them on the line that ends the last of them.
    rest: Option<Range<usize>>,
}

impl Block {
    /// The block in these bytes of the file; `None` where it begins with something else, or where a comment is not closed.
    fn of(page: &Page<'_>, range: &Range<usize>) -> Option<Self> {
        let text = page.text.get(range.clone())?;
        let mut comments = Vec::new();
        let mut at = text.len() - text.trim_start().len();
        while text[at..].starts_with("<!--") {
            let end = at + text[at..].find("-->")? + "-->".len();
            comments.push(range.start + at..range.start + end);
            let behind = &text[end..];
            at = end + (behind.len() - behind.trim_start_matches([' ', '\t']).len());
        }
        let line = text[at..].split(['\n', '\r']).next()?.trim_end();
        let start = range.start + at;
        (!comments.is_empty()).then(|| Self {
            rest: (!line.is_empty()).then(|| start..start + line.len()),
            comments,
        })
    }

    /// Whether one of the comments is the mark that ends the summary. Zola 0.17 sees each, the others the first.
    fn has_mark(&self, page: &Page<'_>, had_mark: bool) -> bool {
        let site = page.site;
        let is_hugo = !site.generator.requires_front_matter();
        let is_old = !is_hugo && site.version < Version::new(0, 19, 0);
        self.comments.iter().any(|comment| {
            let comment = &page.text[comment.clone()];
            let inside = &comment[4..comment.len().saturating_sub(3).max(4)];
            if is_hugo {
                inside == "more" && !had_mark
            } else if is_old {
                inside == " more "
            } else {
                inside.trim().eq_ignore_ascii_case("more") && !had_mark
            }
        })
    }

    /// A line end in place of the blanks before the text; where the block stands in a quotation or a list, the line would
    /// need its marks.
    fn fix(&self, page: &Page<'_>, rest: &Range<usize>, is_lost: bool) -> Option<Fix> {
        let end = self.comments.last()?.end;
        let start = self.comments.first()?.start;
        let line = page.text[..start].rfind('\n').map_or(0, |at| at + 1);
        if line != start {
            return None;
        }
        let line_end = if page.text[page.body.clone()].contains("\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let edit = Edit::replace(end..rest.start, line_end);
        Some(if is_lost {
            Fix::risky(vec![edit])
        } else {
            Fix::safe(vec![edit])
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, world, zola};

    const RULE: &str = "text-after-comment";

    #[test]
    fn text_behind_a_comment_that_begins_a_line() {
        let body = "<!-- a --> b *c*\nd\n\n<!-- e --><!-- f -->g\n\n<!--\nh\n--> i\n\n> <!-- j --> k\n\nl\n<!-- m --> n\n";
        let lines =
            |severity: &str| ["1", "4", "8", "10", "13"].map(|line| format!("{severity} {line}"));
        assert_eq!(hugo().lines(RULE, body), lines("error"));
        assert_eq!(zola("0.22.0").lines(RULE, body), lines("warning"));
        let config = "[markup.goldmark.renderer]\nunsafe = true\n";
        let trusting = world(&[("hugo.toml", config)], None);
        assert_eq!(trusting.lines(RULE, body), lines("warning"));
    }

    #[test]
    fn comments_alone_and_within_lines_are_fine() {
        let body = "<!-- a -->\nb\n\nc <!-- d --> e\n\n<!-- f --> <!-- g -->  \n\n<!--\nh\n-->\n\n```\n<!-- i --> j\n```\n\n<!-- k\n";
        for world in [hugo(), zola("0.17.2"), zola("0.22.0")] {
            assert_eq!(world.lines(RULE, body), [""; 0]);
        }
    }

    #[test]
    fn html_behind_a_comment_is_html_where_it_is_shown() {
        let body = "<!-- a --><div>b</div>\n\n<!-- c --> {{ known() }}\n";
        assert_eq!(hugo().lines(RULE, body), ["error 1", "error 3"]);
        assert_eq!(zola("0.22.0").lines(RULE, body), [""; 0]);
    }

    #[test]
    fn text_behind_the_mark_that_ends_the_summary() {
        let spaced = "<!-- more --> a\n\n<!-- more --> b\n";
        assert_eq!(zola("0.17.2").lines(RULE, spaced), ["error 1", "error 3"]);
        assert_eq!(zola("0.22.0").lines(RULE, spaced), ["error 1", "warning 3"]);
        let tight = "<!--more--> a\n\n<!--more--> b\n";
        assert_eq!(
            zola("0.17.2").lines(RULE, tight),
            ["warning 1", "warning 3"]
        );
        assert_eq!(zola("0.22.0").lines(RULE, tight), ["error 1", "warning 3"]);
        assert_eq!(hugo().lines(RULE, tight), ["error 3"]);
    }

    #[test]
    fn shown_text_gets_a_line_of_its_own() {
        let body = "<!-- a --> b *c*\nd\n";
        assert_eq!(fixed(&zola("0.22.0"), body), "<!-- a -->\nb *c*\nd\n");
        assert_eq!(fixed(&hugo(), body), body);
        let quoted = "> <!-- a --> b\n";
        assert_eq!(fixed(&zola("0.22.0"), quoted), quoted);
    }
}
