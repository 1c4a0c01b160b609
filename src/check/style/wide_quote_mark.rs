//! More blanks than one behind the mark of a quote.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::{Opaque, lines_of, report};
use crate::body::edits::line_start;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct WideQuoteMark;

impl Rule for WideQuoteMark {
    describe!(
        "wide-quote-mark",
        "More than one blank behind the mark of a quote",
        "\
One blank stands between `>` and the text. More are not shown, and with five the text is code (Zola 0.22.0, Hugo 0.168.0).

```markdown
>  a quote
> a quote
```

The fix leaves one."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD027", "no-multiple-space-blockquote"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::of(page);
        let mut inside = Vec::new();
        let mut found = Vec::new();
        for (event, range) in &page.events {
            match event {
                Event::Start(Tag::BlockQuote(_)) => inside.push(true),
                Event::Start(Tag::List(_) | Tag::FootnoteDefinition(_)) => inside.push(false),
                Event::End(
                    TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::FootnoteDefinition,
                ) => {
                    inside.pop();
                }
                Event::Start(Tag::Paragraph | Tag::Heading { .. })
                    if !inside.is_empty() && inside.iter().all(|is_quote| *is_quote) =>
                {
                    for blanks in wide(page, range.clone()).filter(|blanks| !opaque.touches(blanks))
                    {
                        found.push((
                            page.finding(
                                self,
                                Severity::Info,
                                "more than one blank behind the mark of this quote",
                            )
                            .at(blanks.clone())
                            .help("leave one"),
                            vec![Edit::replace(blanks, " ")],
                        ));
                    }
                }
                _ => {}
            }
        }
        report(page, found, findings);
    }
}

/// The blanks behind the marks of the lines of a block, where there is more than one.
fn wide<'p>(page: &'p Page<'_>, block: Range<usize>) -> impl Iterator<Item = Range<usize>> + 'p {
    let start = line_start(page.text, block.start).max(page.body.start);
    lines_of(page, start..block.end).filter_map(|(line, at)| {
        let text = line.trim_start_matches(['>', ' ']);
        let before = &line[..line.len() - text.len()];
        let mark = before.rfind('>')? + 1;
        let blanks = at.start + mark..at.start + before.len();
        (blanks.len() > 1 && !text.is_empty()).then_some(blanks)
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_by, zola};

    #[test]
    fn one_blank_is_left() {
        let zola = zola("0.22.0");
        let body = ">  a\n>   b\nlazy\n> > c\n>\n> >   # d\n\n> - e\n>\n>   f\n>\n>       code\n\n>      code\n";
        assert_eq!(
            zola.lines("wide-quote-mark", body),
            ["info 1", "info 2", "info 6"]
        );
        assert_eq!(
            fixed_by(&zola, "wide-quote-mark", body),
            "> a\n> b\nlazy\n> > c\n>\n> > # d\n\n> - e\n>\n>   f\n>\n>       code\n\n>      code\n"
        );
    }
}
