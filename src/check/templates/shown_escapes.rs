//! Zola's escapes where nothing takes them away.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::generator::Template;
use crate::site::VersionSource;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct ShownEscape;

impl Rule for ShownEscape {
    describe!(
        "shown-escape",
        "Marks of an escape, `/*` and `*/`, that readers will see",
        "\
Zola up to 0.22 takes the marks away from `{{/* f() */}}` and from a pair, `{%/* f() */%}…{%/* end */%}`, and from nothing else: around
what is no call, within another escaped pair, or without its end, they are shown (tested on 0.17.2; 0.22.0 stops at an end that is
missing). From 0.23 on (tested on a build of Zola's source) they are no escapes: what stands between `{% raw %}` and `{% endraw %}`
keeps them. Hugo 0.168.0 shows all of them: its own escapes are `{{</* name */>}}` and `{{%/* name */%}}`.

```text
{{/* name */}}       no call, so write {{ name }}
{{/* name() */}}     shows {{ name() }} in Zola
```

Comments of Go templates, `{{/* some words */}}`, are left alone."
    );

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let site = page.site;
        if !page.body().contains("/*") {
            return;
        }
        let has_templates = site.generator.has_templates(site.version);
        // It may be a version that takes them away.
        if has_templates && site.version_source == VersionSource::Newest {
            return;
        }
        if site.generator.requires_front_matter() && !has_templates {
            findings.extend(of_hugo(self, page));
        }
        let taken = if has_templates {
            Vec::new()
        } else {
            site.generator.taken_escapes(site.version, page.body())
        };
        for escape in escapes(page.body()) {
            if taken.contains(&escape.range) {
                continue;
            }
            let at = escape.range.start + page.body.start..escape.range.end + page.body.start;
            // What is not raw is refused as a template.
            let is_refused = |template: &Template| {
                template.range.start < at.end && at.start < template.range.end
            };
            if has_templates && page.templates.iter().any(is_refused) {
                continue;
            }
            if !escape.is_tag && (is_comment(escape.inside) || in_go_code(page, at.start)) {
                continue;
            }
            // Of calls Hugo's pages can only speak.
            let is_call = escape.inside.ends_with(')');
            if !escape.is_tag && is_call && !site.generator.requires_front_matter() {
                continue;
            }
            let message = format!("{} shows the marks of this escape", site.generator.title());
            findings.push(page.finding(self, Severity::Warning, message).at(at).help(
                "write what is between the marks without them; only what would run needs an escape",
            ));
        }
    }
}

/// Hugo's escapes in the text of a page of Zola's. In code they may be what the page is about.
fn of_hugo(rule: &dyn Rule, page: &Page<'_>) -> Vec<Finding> {
    let body = page.body();
    let mut found = Vec::new();
    for (open, close) in [("{{</*", "*/>}}"), ("{{%/*", "*/%}}")] {
        for (at, _) in body.match_indices(open) {
            let start = page.body.start + at;
            if let Some(length) = body[at..].find(close)
                && !body[at..at + length].contains('\n')
                && !page.in_code(start)
            {
                found.push(
                    page.finding(
                        rule,
                        Severity::Warning,
                        "Zola shows the marks of this escape",
                    )
                    .at(start..start + length + close.len())
                    .help("it is Hugo's: write what is between the marks without them"),
                );
            }
        }
    }
    found
}

struct Escape<'p> {
    range: Range<usize>,
    inside: &'p str,
    /// `{%/*…*/%}`, which is nothing else than an escape.
    is_tag: bool,
}

fn escapes(body: &str) -> Vec<Escape<'_>> {
    let mut found = Vec::new();
    for (open, close) in [("{{/*", "*/}}"), ("{%/*", "*/%}")] {
        for (at, _) in body.match_indices(open) {
            // `{{%/* name */%}}` is Hugo's.
            let is_hugos = open == "{%/*" && body[..at].ends_with('{');
            let rest = &body[at + 4..];
            if let Some(length) = rest.find(close).filter(|_| !is_hugos)
                && !rest[..length].contains(open)
            {
                found.push(Escape {
                    range: at..at + length + 8,
                    inside: rest[..length].trim(),
                    is_tag: open == "{%/*",
                });
            }
        }
    }
    found.sort_by_key(|escape| escape.range.start);
    found
}

/// Whether these are words, as in a comment, and no name or call.
fn is_comment(inside: &str) -> bool {
    let is_expression = inside.contains(['(', '|']) && !inside.contains(". ");
    let is_word =
        ["note", "comment", "text", "todo", "..."].contains(&inside.to_lowercase().as_str());
    is_word || inside.is_empty() || (inside.contains(char::is_whitespace) && !is_expression)
}

/// Whether a place stands in code whose language says that it is a template of Go's.
fn in_go_code(page: &Page<'_>, at: usize) -> bool {
    page.events.iter().any(|(event, range)| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) if range.contains(&at) => {
            let info = info.trim().to_lowercase();
            info.starts_with("go") || info.starts_with("html") || info.starts_with("hugo")
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn only_what_stays_is_found() {
        let body = "`{{/* f() */}}` `{%/* f() */%}`a`{%/* end */%}`\n\n`{{/* x */}}`\n\n```\n{%/* f() */%}\n{{/* g() */}}\n{%/* end */%}\n```\n\n`{{/* a comment */}}`\n\n```go-html-template\n{{/* x */}}\n```\n";
        let found = |site: &crate::check::testing::World| site.lines("shown-escape", body);
        assert_eq!(found(&zola("0.17.2")), ["warning 3", "warning 7"]);
        assert_eq!(found(&zola("0.22.0")), ["warning 3", "warning 7"]);
        assert_eq!(found(&zola("0.23.0")), [""; 0]);
        assert_eq!(
            found(&hugo()),
            [
                "warning 1",
                "warning 1",
                "warning 3",
                "warning 6",
                "warning 8"
            ]
        );
        assert_eq!(
            zola("0.22.0").lines("shown-escape", "a {{</* b */>}} `{{</* b */>}}`\n"),
            ["warning 1"]
        );
        assert_eq!(
            zola("0.17.2").lines("shown-escape", "`{%/* f() */%}`\n"),
            ["warning 1"]
        );
        let raw = format!("{{% raw %}}\n{body}{{% endraw %}}\n");
        assert_eq!(
            zola("0.23.0").lines("shown-escape", &raw),
            [
                "warning 2",
                "warning 2",
                "warning 2",
                "warning 4",
                "warning 7",
                "warning 8",
                "warning 9"
            ]
        );
        assert_eq!(
            hugo().lines("shown-escape", "`{{</* a */>}}` `{{%/* a */%}}`\n"),
            [""; 0]
        );
    }
}
