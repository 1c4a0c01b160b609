//! A heading of level one in a body.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Tag};

use crate::body::edits::line_end;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::front_matter::Value;
use crate::markdown;

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

Take the heading away where it repeats the title, and let the others begin at `##`, as the unsafe fix does. A site whose theme prints no title can ignore this
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
            findings.extend(in_html(self, page));
            return;
        };
        let message = match found.count() {
            0 => "a heading of level one beside the page's title".to_owned(),
            more => {
                format!("a heading of level one beside the page's title, and {more} more below")
            }
        };
        let end = range.start + page.text[range.clone()].trim_end().len();
        let mut finding = page
            .finding(self, Severity::Warning, message)
            .at(range.start..end)
            .help("begin headings at `##`; take this one away if it repeats the title");
        finding.fix = fix(page, range, end);
        findings.push(finding);
    }
}

/// The same in HTML, where it is written into the page.
fn in_html(rule: &dyn Rule, page: &Page<'_>) -> Option<Finding> {
    // The page of a section may have no title of its own.
    if page.is_section() || !page.site.raw_html {
        return None;
    }
    let (start, raw) = page.events.iter().find_map(|(event, range)| {
        let raw = &page.text[range.clone()];
        let at = raw.to_ascii_lowercase().find("<h1")?;
        let is_tag = raw[at + 3..].starts_with(['>', ' ', '\n']);
        (matches!(event, Event::Html(_)) && is_tag).then_some((range.start + at, raw))
    })?;
    let length = page.text[start..]
        .find('>')
        .map_or(raw.len(), |end| end + 1);
    Some(
        page.finding(
            rule,
            Severity::Warning,
            "a heading of level one beside the page's title",
        )
        .at(start..start + length)
        .help("begin headings at `##`, or at `<h2>`"),
    )
}

/// Without the heading where it says what the title says, else a level lower.
fn fix(page: &Page<'_>, heading: &Range<usize>, end: usize) -> Option<Fix> {
    let raw = &page.text[heading.start..end];
    let title = page.front().and_then(|front| front.get(&["title"]));
    let text = markdown::visible_text(raw);
    let repeats = matches!(title, Some(Value::String(title)) if title.trim() == text.trim());
    let edit = if repeats && !page.text[..heading.start].ends_with([' ', '>']) {
        let line = line_end(page.text, end);
        let rest = &page.text[line..];
        let blank = rest.len() - rest.trim_start_matches(['\n', '\r']).len();
        Edit::delete(heading.start..line + blank)
    } else if raw.starts_with('#') {
        Edit::insert(heading.start, "#")
    } else {
        let line = page.text[..end].rfind('\n')? + 1;
        let marks = &page.text[line..end];
        let start = line + marks.find('=')?;
        Edit::replace(start..end, "-".repeat((end - start).max(3)))
    };
    Some(Fix::risky(vec![edit]))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_with_risk, hugo, zola};

    #[test]
    fn a_heading_that_repeats_the_title_goes() {
        for (body, expected) in [
            ("# A\n\nb\n", "b\n"),
            ("# B\n\n# C\n", "## B\n\n## C\n"),
            ("Foo\n=\n\nb\n", "Foo\n---\n\nb\n"),
        ] {
            assert_eq!(fixed_with_risk(&hugo(), body), expected);
        }
    }

    #[test]
    fn both_forms_are_found() {
        assert_eq!(
            hugo().lines(
                "duplicate-title-heading",
                "# A\n\n## B\n\nC\n=\n\n    # code\n"
            ),
            ["warning 1"]
        );
        let body = "<h1>A</h1>\n\n`<h1>`\n";
        assert_eq!(
            zola("0.22.0").lines("duplicate-title-heading", body),
            ["warning 1"]
        );
        assert_eq!(hugo().lines("duplicate-title-heading", body), [""; 0]);
    }
}
