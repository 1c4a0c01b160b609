//! Calls as text: the escapes, and what is written where there is none.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::body::edits::line_start;
use crate::check::Page;
use crate::check::proof::{self, Kind};
use crate::finding::{Edit, Fix};
use crate::generator::{Template, TemplateKind};

/// The escapes: safe in code and in comments, where the call cannot have been meant.
pub(super) fn fix(page: &Page<'_>, template: &Template) -> Option<Fix> {
    let at = template.range.start;
    if template.literal.is_empty() {
        // A call inside a pair waits for the pair.
        if !matches!(template.kind, TemplateKind::Malformed(_)) {
            return None;
        }
        return if page.in_code(at) {
            code_as_text(page, at)
        } else {
            text(page, at)
        };
    }
    let edits = template.literal.clone();
    Some(if page.in_code(at) {
        Fix::safe(edits)
    } else if in_comment(page, &template.range) {
        proof::fix(page, edits, |trial| {
            trial.changes_only(&[Kind::Html, Kind::Template])
        })
    } else {
        Fix::risky(edits)
    })
}

/// Whether a comment of HTML begins before these bytes and ends behind them.
fn in_comment(page: &Page<'_>, range: &Range<usize>) -> bool {
    let before = &page.text[page.body.start..range.start];
    let is_html = page.events.iter().any(|(event, html)| {
        matches!(
            event,
            Event::Html(_) | Event::InlineHtml(_) | Event::Start(Tag::HtmlBlock)
        ) && html.start <= range.start
            && range.end <= html.end
    });
    let open = before.rfind("<!--");
    is_html
        && open.is_some()
        && open > before.rfind("-->")
        && page.text[range.end..].contains("-->")
}

/// The code around byte `at` as HTML with its braces as entities, for which no generator looks.
fn code_as_text(page: &Page<'_>, at: usize) -> Option<Fix> {
    if !page.site.raw_html {
        return None;
    }
    let code = page.code.iter().find(|code| code.contains(&at))?;
    let index = page.events.iter().position(|(event, range)| {
        range == code && matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_)))
    })?;
    let html = match &page.events[index].0 {
        Event::Code(text) => format!("<code>{}</code>", entities(&unmarked(text))),
        // In a list or a quote its lines have marks of their own.
        _ if line_start(page.text, code.start) == code.start => {
            let text: String = page.events[index + 1..]
                .iter()
                .map_while(|(event, _)| match event {
                    Event::Text(text) => Some(text.as_ref()),
                    _ => None,
                })
                .collect();
            let end = if page.text[code.clone()].ends_with('\n') {
                "\n"
            } else {
                ""
            };
            format!(
                "<pre><code>{}</code></pre>{end}",
                entities(&unmarked(&text))
            )
        }
        _ => return None,
    };
    let edits = vec![Edit::replace(code.clone(), html)];
    let trial = proof::Trial::of(page, &edits)?;
    (trial.changes_only(&[
        Kind::Text,
        Kind::Html,
        Kind::Code,
        Kind::Block,
        Kind::Template,
    ]) && trial.added(Kind::Template) < 0)
        .then(|| Fix::safe(edits))
}

/// Code without the marks of calls that were to be shown.
fn unmarked(code: &str) -> String {
    if code.contains("{%/*") && code.contains("*/%}") {
        code.replace("{%/*", "{%").replace("*/%}", "%}")
    } else {
        code.to_owned()
    }
}

/// Text with what means something to Markdown, HTML or templates as entities.
fn entities(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        if "{&<>\"'*_[]\\`~|!$".contains(c) {
            out.push_str(&format!("&#{};", u32::from(c)));
        } else {
            out.push(c);
        }
        out
    })
}

/// A backslash behind the first brace, which Markdown drops again.
fn text(page: &Page<'_>, at: usize) -> Option<Fix> {
    let edits = vec![Edit::insert(at + 1, "\\")];
    let trial = proof::Trial::of(page, &edits)?;
    (page.text[at..].starts_with(['{'])
        && trial.changes_only(&[Kind::Template])
        && trial.added(Kind::Template) < 0)
        .then(|| Fix::risky(edits))
}

/// How a call is shown as it is.
pub(super) fn as_text(shown: &str) -> String {
    let open = if shown.starts_with("{{<") || shown.starts_with("{{%") {
        3
    } else {
        2
    };
    match (
        shown.get(..open),
        shown.get(shown.len().saturating_sub(open)..),
    ) {
        (Some(start), Some(end)) if shown.len() > 2 * open && !shown.contains('\n') => {
            format!(
                "to show it as text, write `{start}/*{}*/{end}`",
                &shown[open..shown.len() - open]
            )
        }
        _ => "to show it as text, put `/*` and `*/` inside its delimiters".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, zola};

    #[test]
    fn code_gets_marks() {
        let body = "`{{ f() }}` {{ g() }}\n\n```\n{% a() %}\n{{ b() }}\n{% end %}\n```\n";
        assert_eq!(
            fixed(&zola("0.22.0"), body),
            "`{{/* f() */}}` {{ g() }}\n\n```\n{%/* a() */%}\n{{ b() }}\n{%/* end */%}\n```\n"
        );
        assert_eq!(
            fixed(&zola("0.22.0"), "a `{% end %}` b\n"),
            "a <code>&#123;% end %}</code> b\n"
        );
        assert_eq!(fixed(&zola("0.22.0"), "a {% end %} b\n"), "a {% end %} b\n");
        assert_eq!(
            fixed(&hugo(), "<!-- {{< a >}} -->\n\n{{< a >}} <!-- -->\n"),
            "<!-- {{</* a */>}} -->\n\n{{< a >}} <!-- -->\n"
        );
        assert_eq!(
            fixed(&hugo(), "`{{< a >}}x{{< /a >}}`\n"),
            "`{{</* a */>}}x{{</* /a */>}}`\n"
        );
    }
}
