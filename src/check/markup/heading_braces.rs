//! Braces at the end of a heading.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct HeadingBraces;

impl Rule for HeadingBraces {
    fn name(&self) -> &'static str {
        "heading-braces"
    }

    fn summary(&self) -> &'static str {
        "Braces at the end of a heading that are not shown, or shown where an id was meant"
    }

    fn explanation(&self) -> &'static str {
        "\
Braces at the end of a heading hold its attributes, `{#id .class}`. Zola takes away whatever stands in them: `## Options {a, b}` shows
as \"Options\", `## Use ${x}` as \"Use $\" (tested on 0.17.2 and 0.22.0). Hugo 0.168.0 takes away empty ones only. A blank behind the
sign of an id, as in `## Setup {# setup}`, makes it none: Zola drops it with the braces, Hugo shows all of it.

```markdown
## interface{}         shows: interface
## interface{\\}        shows: interface{}
## `interface{}`       better
```

The fix puts a backslash before the last brace. The one that takes the blank away is unsafe, as the heading gets another id."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        // Where the text of the heading ends: what is behind it is not shown.
        let mut shown = 0;
        for (event, range) in &page.events {
            match event {
                Event::Start(Tag::Heading { .. }) => shown = range.start,
                Event::End(TagEnd::Heading(_)) => {
                    if let Some(braces) = braces(page, range).filter(|braces| braces.start >= shown)
                    {
                        findings.push(self.finding(page, &braces));
                    }
                }
                _ => shown = shown.max(range.end),
            }
        }
    }
}

impl HeadingBraces {
    fn finding(&self, page: &Page<'_>, braces: &Range<usize>) -> Finding {
        let edits = vec![Edit::insert(braces.end - 1, "\\")];
        if let Some(id) =
            spaced_id(&page.text[braces.start + 1..braces.end - 1]).filter(|_| !page.is_template())
        {
            let meant = format!("{{{id}}}");
            let message = "a blank behind `#` makes this no id of the heading";
            return page
                .finding(self, Severity::Warning, message)
                .at(braces.clone())
                .help(format!("write `{meant}`"))
                .fix(Fix::risky(vec![Edit::replace(braces.clone(), meant)]));
        }
        let inside = &page.text[braces.start + 1..braces.end - 1];
        if let Some(meant) = named(inside) {
            let is_comment = page.site.generator.has_templates(page.site.version);
            let mut finding = page
                .finding(self, Severity::Warning, "this makes no id of the heading")
                .at(braces.clone())
                .help(format!("write `{meant}`"));
            if !is_comment {
                finding.fix = Some(Fix::risky(vec![Edit::replace(braces.clone(), meant)]));
            }
            return finding;
        }
        // A backslash in a mark of the generator's own would wake what it hides.
        let is_mark = page.text[braces.clone()].starts_with("{%")
            || page.text[braces.clone()].starts_with("{{");
        let fix = if is_mark {
            Fix::risky(edits)
        } else {
            Fix::safe(edits)
        };
        page.finding(
            self,
            Severity::Warning,
            "these braces are taken for attributes, so readers will not see them",
        )
        .at(braces.clone())
        .help("put a backslash before the last brace, or the text in backticks")
        .fix(fix)
    }
}

/// The braces at the end of a heading that hold no attributes.
fn braces(page: &Page<'_>, heading: &Range<usize>) -> Option<Range<usize>> {
    let raw = page.text[heading.clone()].trim_end();
    let content = if raw.trim_start().starts_with('#') {
        raw.trim_end_matches('#')
    } else {
        raw.rsplit_once('\n').map_or(raw, |(text, _)| text)
    };
    let content = content.trim_end_matches([' ', '\t', '>', '\n', '\r']);
    let before = content.strip_suffix('}')?;
    let open = before.rfind('{')?;
    let inside = &before[open + 1..];
    let range = heading.start + open..heading.start + content.len();
    let is_live = page
        .templates
        .iter()
        .any(|template| template.range.end >= range.end && template.range.start <= range.start);
    let is_zola = page.site.generator.requires_front_matter();
    // Hugo shows the braces of kramdown, and Zola takes no id from `id="x"` (tested on 0.168.0, 0.17.2 and 0.22.0).
    let is_kramdown = inside.trim_start().starts_with(':');
    let is_misread = named(inside).is_some() && (is_kramdown != is_zola || inside.contains("id='"));
    // `{-}` of Pandoc takes a heading's number away, and may go.
    let fine = is_live
        || inside == "-"
        || (are_attributes(inside) && !is_misread)
        || (named(inside).is_some() && !is_misread)
        || !(is_misread || page.site.generator.drops_braces(inside) || spaced_id(inside).is_some())
        || page.in_code(range.end - 1);
    (!fine).then_some(range)
}

/// The attributes that `# id .class` in braces was meant to be.
fn spaced_id(inside: &str) -> Option<String> {
    let rest = inside.trim_start().strip_prefix('#')?;
    let attributes = rest.trim();
    let mut words = attributes.split_whitespace();
    let is_id = words
        .next()?
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    let others: Vec<&str> = words.collect();
    let is_meant = rest.starts_with([' ', '\t'])
        && is_id
        && (others.is_empty() || are_attributes(&others.join(" ")));
    is_meant.then(|| format!("#{attributes}"))
}

/// What `: #id .class` of kramdown or `id="name"` was meant to be.
fn named(inside: &str) -> Option<String> {
    let is_id = |id: &str| {
        !id.is_empty()
            && id
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    if let Some(rest) = inside.trim_start().strip_prefix(':') {
        let rest = rest.trim();
        return are_attributes(rest).then(|| format!("{{{rest}}}"));
    }
    let id = inside.trim().strip_prefix("id=")?.trim_matches(['"', '\'']);
    is_id(id).then(|| format!("{{#{id}}}"))
}

/// Whether text in braces is a list of `#id`, `.class` and `key=value`.
fn are_attributes(inside: &str) -> bool {
    let is_name =
        |word: &str| !word.is_empty() && !word.contains(['{', '}', '(', ')', ',', ';', '"', '$']);
    let mut words = inside.split_whitespace().peekable();
    words.peek().is_some()
        && words.all(|word| match word.strip_prefix(['#', '.']) {
            Some(name) => is_name(name),
            None => word.split_once('=').is_some_and(|(key, _)| is_name(key)),
        })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, fixed_by, fixed_with_risk, hugo, zola};

    #[test]
    fn braces_that_are_text() {
        for (body, expected) in [
            ("## Options {a, b}\n", "## Options {a, b\\}\n"),
            (
                "## interface{}\n\n## x{} ##\n",
                "## interface{\\}\n\n## x{} ##\n",
            ),
            ("Use ${x}\n---\n", "Use ${x\\}\n---\n"),
            (
                "## A {#a .b c=d}\n\n## `x{}`\n\n## B {a\\}\n\n## {} B\n",
                "## A {#a .b c=d}\n\n## `x{}`\n\n## B {a\\}\n\n## {} B\n",
            ),
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), expected);
        }
        assert_eq!(
            hugo().lines("heading-braces", "## Options {a, b}\n\n## interface{}\n"),
            ["warning 3"]
        );
    }

    #[test]
    fn ids_of_other_programs() {
        let body = "## A {: #a .b}\n\n## B {id=\"b\"}\n\n## C {: .c}\n";
        assert_eq!(zola("0.22.0").lines("heading-braces", body), ["warning 3"]);
        assert_eq!(
            hugo().lines("heading-braces", body),
            ["warning 1", "warning 5"]
        );
        assert_eq!(
            fixed_with_risk(&zola("0.22.0"), body),
            "## A {: #a .b}\n\n## B {#b}\n\n## C {: .c}\n"
        );
        assert_eq!(
            fixed_with_risk(&hugo(), body),
            "## A {#a .b}\n\n## B {id=\"b\"}\n\n## C {.c}\n"
        );
    }

    #[test]
    fn ids_that_a_blank_makes_none() {
        let body =
            "## A {# a}\n\n## B {#\tb-1 .c}\n\n## C {# a b #}\n\n## D {#d}\n\n## `x` {# if }\n";
        let expected =
            "## A {#a}\n\n## B {#b-1 .c}\n\n## C {# a b #}\n\n## D {#d}\n\n## `x` {#if}\n";
        for world in [zola("0.22.0"), hugo()] {
            assert_eq!(
                world
                    .lines("heading-braces", body)
                    .iter()
                    .filter(|line| *line != "warning 5")
                    .count(),
                3
            );
            let fixed = fixed_with_risk(&world, body);
            assert_eq!(fixed.replace("b #\\}", "b #}"), expected);
            assert_eq!(
                fixed_by(&world, "heading-braces", "## A {# a}\n"),
                "## A {# a}\n"
            );
        }
    }
}
