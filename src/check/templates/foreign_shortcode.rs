//! Shortcodes and escapes that the site's generator shows as they are.

use std::ops::Range;

use crate::check::prose::{is_text, runs};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct ForeignShortcode;

impl Rule for ForeignShortcode {
    describe!(
        "foreign-shortcode",
        "A shortcode or an escape that the generator does not know, and shows",
        "\
`{{< youtube x >}}` is Hugo's, and readers of a Zola 0.22.0 site see it as it is. `{{/* f() */}}` and `{%/* f() */%}…{%/* end */%}` are Zola's escapes: Hugo 0.168.0 shows their signs, and
so does Zola up to 0.22 where there is nothing to escape, within another escape, or where the end is missing (0.17.2; 0.22.0 stops there).

```text
{{/* name */}}       no call, so the signs are shown
{{/* name() */}}     shows {{ name() }}
```"
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let site = page.site;
        let is_zola = site.generator.requires_front_matter();
        if is_zola && site.generator.has_templates(site.version) {
            return;
        }
        let found = if is_zola {
            let mut found = hugos(page);
            found.extend(needless(page));
            found
        } else {
            zolas(page)
        };
        for at in found {
            let message = format!("{} shows this as it is", site.generator.title());
            findings.push(
                page.finding(self, Severity::Warning, message)
                    .at(at)
                    .help("write it in Markdown, or as the generator has it"),
            );
        }
    }
}

/// Calls of Hugo's shortcodes in the running text: in code they are examples.
fn hugos(page: &Page<'_>) -> Vec<Range<usize>> {
    let runs = runs(page);
    let mut found = Vec::new();
    for (open, close) in [("{{<", ">}}"), ("{{%", "%}}")] {
        for (at, _) in page.body().match_indices(open) {
            let Some(length) = page.body()[at..].find(close) else {
                continue;
            };
            let start = page.body.start + at;
            let inside = &page.body()[at + 3..at + length];
            let is_call = inside
                .trim_start_matches(['/', ' '])
                .starts_with(|c: char| c.is_ascii_alphabetic());
            if is_call && !inside.contains('\n') && is_text(&runs, start) {
                found.push(start..start + length + 3);
            }
        }
    }
    found
}

/// All of Zola's escapes.
fn zolas(page: &Page<'_>) -> Vec<Range<usize>> {
    escapes(page)
        .into_iter()
        .map(|escape| escape.range)
        .collect()
}

struct Escape<'p> {
    range: Range<usize>,
    inside: &'p str,
    is_block: bool,
}

fn escapes<'p>(page: &'p Page<'_>) -> Vec<Escape<'p>> {
    let body = page.body();
    let mut found = Vec::new();
    for (open, close) in [("{{/*", "*/}}"), ("{%/*", "*/%}")] {
        for (at, _) in body.match_indices(open) {
            if let Some(length) = body[at + 4..].find(close) {
                let start = page.body.start + at;
                found.push(Escape {
                    range: start..start + length + 8,
                    inside: body[at + 4..at + 4 + length].trim(),
                    is_block: open.starts_with("{%"),
                });
            }
        }
    }
    found.sort_by_key(|escape| escape.range.start);
    found
}

/// Zola's own escapes where they escape nothing.
fn needless(page: &Page<'_>) -> Vec<Range<usize>> {
    let escapes = escapes(page);
    let mut found = Vec::new();
    let mut open: Option<Range<usize>> = None;
    for escape in escapes {
        let is_end = escape.inside == "end";
        match (&open, escape.is_block) {
            (Some(_), true) if is_end => open = None,
            (Some(_), _) => found.push(escape.range),
            (None, true) if !is_end => open = Some(escape.range),
            (None, _) => {
                let name = escape
                    .inside
                    .split('(')
                    .next()
                    .unwrap_or_default()
                    .trim_end();
                let is_call = escape.inside.ends_with(')')
                    && escape.inside.contains('(')
                    && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
                if !is_call {
                    found.push(escape.range);
                }
            }
        }
    }
    found.extend(open);
    found
}
