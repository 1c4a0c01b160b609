//! Emphasis with marks of both kinds on one page.

use pulldown_cmark::{Event, Tag};

use super::{Opaque, report};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MixedEmphasisStyle;

impl Rule for MixedEmphasisStyle {
    describe!(
        "mixed-emphasis-style",
        "Text in italics with other marks than the first of the page",
        "\
Text in italics is written with `*` or `_`; Zola 0.22.0 and Hugo 0.168.0 read both alike, but within a word only the star works, and is left alone there.

```markdown
*one* way and _the other_
```

The fix writes the marks of the first, where the page stays the same."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD049", "emphasis-style"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        alike(page, self, &Tag::Emphasis, 1, findings);
    }
}

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct MixedStrongStyle;

impl Rule for MixedStrongStyle {
    describe!(
        "mixed-strong-style",
        "Bold text with other marks than the first of the page",
        "\
Bold text is written with `**` or `__`; Zola 0.22.0 and Hugo 0.168.0 read both alike, but within a word only the star works, and is left alone there.

```markdown
**one** way and __the other__
```

The fix writes the marks of the first, where the page stays the same."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD050", "strong-style"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        alike(page, self, &Tag::Strong, 2, findings);
    }
}

/// Compares the marks of all emphasis of a kind, of so many characters, with those of the first.
fn alike(
    page: &Page<'_>,
    rule: &dyn Rule,
    tag: &Tag<'_>,
    width: usize,
    findings: &mut Vec<Finding>,
) {
    let opaque = Opaque::of(page);
    let mut first = None;
    let mut found = Vec::new();
    for (event, range) in &page.events {
        if !matches!(event, Event::Start(found) if found == tag) {
            continue;
        }
        let raw = &page.text[range.clone()];
        let Some(mark) = raw.chars().next().filter(|mark| matches!(mark, '*' | '_')) else {
            continue;
        };
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let is_in_word = is_letter(page.text[..range.start].chars().next_back())
            || is_letter(page.text[range.end..].chars().next());
        let opening = range.start..range.start + width;
        let closing = range.end.saturating_sub(width)..range.end;
        if is_in_word || opaque.touches(&opening) || opaque.touches(&closing) {
            continue;
        }
        let wanted: char = *first.get_or_insert(mark);
        if mark != wanted {
            let marks = String::from(wanted).repeat(width);
            // Where marks stand side by side, each decides what the others are.
            let is_mark = |c: char| matches!(c, '*' | '_');
            let is_apart = !page.text[..opening.start].ends_with(is_mark)
                && !page.text[opening.end..].starts_with(is_mark)
                && !page.text[..closing.start].ends_with(is_mark)
                && !page.text[closing.end..].starts_with(is_mark);
            let at = opening.clone();
            let edits = if is_apart {
                vec![
                    Edit::replace(opening, &*marks),
                    Edit::replace(closing, &*marks),
                ]
            } else {
                Vec::new()
            };
            found.push((
                page.finding(
                    rule,
                    Severity::Info,
                    "this has other marks than the first of its kind",
                )
                .at(at)
                .help(format!("write `{marks}`")),
                edits,
            ));
        }
    }
    report(page, found, findings);
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_by, zola};

    #[test]
    fn the_first_one_decides() {
        let zola = zola("0.22.0");
        let body = "_a_ *b* c*d*e **f** __g *h*__ `*i*` ***j*** __k__\n";
        assert_eq!(
            zola.lines("mixed-emphasis-style", body),
            ["info 1", "info 1", "info 1"]
        );
        assert_eq!(
            fixed_by(&zola, "mixed-emphasis-style", body),
            "_a_ _b_ c*d*e **f** __g *h*__ `*i*` ***j*** __k__\n"
        );
        assert_eq!(
            fixed_by(&zola, "mixed-strong-style", body),
            "_a_ *b* c*d*e **f** __g *h*__ `*i*` ***j*** **k**\n"
        );
        assert_eq!(
            zola.lines("mixed-emphasis-style", "*a* **b** __c__\n"),
            [""; 0]
        );
    }
}
