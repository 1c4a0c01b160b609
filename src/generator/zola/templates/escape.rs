//! Bodies in which template syntax is literal.
//!
//! In code, where Markdown has no escape, there are three ways for shortcodes, from the plainest to the strangest, and
//! each is tried on the grammar itself before it is used:
//!
//! 1. Zola's own marks: `{{/* f() */}}`, and `{%/* f() */%}…{%/* end */%}` for pairs.
//! 2. Marks around the whole body. Everything between an escaped opening and an escaped closing tag is printed as it is,
//!    so both are put where they are invisible: in the title of a link definition that nothing uses. This is the only
//!    way to show half a pair, or Zola's own marks, in code.
//! 3. HTML instead of Markdown for the code in question.

use super::grammar::{self, Kind};
use super::{has_delimiter, html, marks};
use crate::finding::{Edit, splice};
use crate::generator::{Escaped, Refusal};
use crate::markdown;

/// For Zola from 0.23 on: the body as it is between `{% raw %}` and `{% endraw %}`.
pub(super) fn escape_template(body: &str) -> Escaped {
    let (text, changes) = escape_prose(body);
    if !has_delimiter(&text) {
        return Escaped {
            text,
            changes,
            needs_version: false,
            refused: Vec::new(),
        };
    }
    let mut raw = String::from("{% raw %}\n");
    let mut rest = text.as_str();
    while let Some((start, end)) = find_endraw(rest) {
        let tag = &rest[start..end];
        raw.push_str(&rest[..start]);
        raw.push_str("{% endraw %}{{ \"");
        raw.push_str(tag);
        raw.push_str("\" }}{% raw %}");
        rest = &rest[end..];
    }
    raw.push_str(rest);
    raw.push_str("{% endraw %}\n");
    Escaped {
        text: raw,
        changes: changes + 1,
        needs_version: true,
        refused: Vec::new(),
    }
}

/// The first `{% endraw %}` in any spelling that Tera knows.
pub(super) fn find_endraw(text: &str) -> Option<(usize, usize)> {
    let blank = |c: char| c.is_ascii_whitespace();
    text.match_indices("{%").find_map(|(start, _)| {
        let rest = &text[start + 2..];
        let rest = rest
            .strip_prefix('-')
            .unwrap_or(rest)
            .trim_start_matches(blank);
        let rest = rest.strip_prefix("endraw")?.trim_start_matches(blank);
        let rest = rest.strip_prefix('-').unwrap_or(rest).strip_prefix("%}")?;
        Some((start, text.len() - rest.len()))
    })
}

/// For Zola before 0.20, which shows the backslash of `\|` in code within a table (tested on 0.17.2): such code becomes
/// HTML.
pub(super) fn escape_old(body: &str) -> Escaped {
    let (text, bars) = html::replace_code_in_tables(body, |code| code.contains('|'));
    let escaped = escape_shortcodes(&text, false);
    Escaped {
        changes: escaped.changes + bars,
        needs_version: escaped.needs_version || bars > 0,
        ..escaped
    }
}

/// For Zola up to 0.22.
pub(super) fn escape_shortcodes(body: &str, nested: bool) -> Escaped {
    let (text, changes) = escape_prose(body);
    let needs_version = has_delimiter(&text);
    let done = |text: String, changes| Escaped {
        text,
        changes,
        needs_version,
        refused: Vec::new(),
    };
    if !needs_version || (!grammar::is_too_deep(&text) && is_literal(&text, nested)) {
        return done(text, changes);
    }
    if !grammar::is_too_deep(&text) {
        if let Some((marked, marks)) = mark(&text, nested) {
            return done(marked, changes + marks);
        }
        if let Some(wrapped) = wrap(&text, nested) {
            return done(wrapped, changes + 2);
        }
        let unmarkable = |code: &str| mark(code, nested).is_none();
        let any = |code: &str| has_delimiter(code);
        let needed: [&dyn Fn(&str) -> bool; 2] = [&unmarkable, &any];
        for is_needed in needed {
            let (html, blocks) = html::replace_code(&text, is_needed);
            if let Some((marked, marks)) = mark(&html, nested) {
                return done(marked, changes + blocks + marks);
            }
        }
    }
    break_up(&text, changes)
}

/// Puts a backslash between the two characters that open template syntax in running text: Markdown drops it again.
fn escape_prose(body: &str) -> (String, usize) {
    let bytes = body.as_bytes();
    let edits: Vec<Edit> = markdown::text_ranges(body)
        .into_iter()
        .flat_map(|range| range.start..range.end)
        .filter(|&at| matches!(bytes[at], b'{' | b'%') && at > 0 && bytes[at - 1] == b'{')
        .map(|at| Edit::insert(at, "\\"))
        .collect();
    (splice(body, &edits), edits.len())
}

/// Whether Zola gives the text on to Markdown as it is.
fn is_literal(text: &str, nested: bool) -> bool {
    grammar::read(text, nested).is_some_and(|page| page.calls.is_empty() && page.text == text)
}

/// The text with Zola's marks around every call, and how many, if that prints the text as it is.
fn mark(text: &str, nested: bool) -> Option<(String, usize)> {
    let calls = grammar::read(text, nested)?.calls;
    let edits: Vec<Edit> = calls.iter().flatten().cloned().flat_map(marks).collect();
    let marked = splice(text, &edits);
    let page = grammar::read(&marked, nested)?;
    (page.calls.is_empty() && page.text == text).then_some((marked, calls.len()))
}

/// The text between invisible marks, if that prints the text as it is. Halves of pairs get their other half in there.
fn wrap(text: &str, nested: bool) -> Option<String> {
    let mut missing = 0;
    let mut open = Vec::new();
    for token in grammar::tokens(text) {
        match token.kind {
            Kind::Start | Kind::EscapedStart => open.push(token.kind),
            Kind::End if open.last() == Some(&Kind::Start) => drop(open.pop()),
            Kind::EscapedEnd if open.last() == Some(&Kind::EscapedStart) => drop(open.pop()),
            Kind::End if open.is_empty() => missing += 1,
            Kind::End | Kind::EscapedEnd => return None,
            Kind::Call | Kind::EscapedCall => {}
        }
    }
    let starts = "{% x() %}".repeat(missing);
    let ends: String = open
        .iter()
        .rev()
        .map(|kind| {
            if *kind == Kind::Start {
                "{% end %}"
            } else {
                "{%/* end */%}"
            }
        })
        .collect();
    let around = |first: &str, last: &str| {
        format!("[//]: # \"{first}{starts}\"\n\n{text}\n[//]: # \"{ends}{last}\"\n")
    };
    let wrapped = around("{%/* x() */%}", "{%/* end */%}");
    let page = grammar::read(&wrapped, nested)?;
    (page.calls.is_empty() && page.text == around("{% x() %}", "{% end %}")).then_some(wrapped)
}

/// The last resort: a blank between the characters, which a reader sees.
fn break_up(text: &str, changes: usize) -> Escaped {
    let edits: Vec<Edit> = text
        .match_indices(['{', '%'])
        .filter(|(at, _)| text[..*at].ends_with('{'))
        .map(|(at, _)| Edit::insert(at, " "))
        .collect();
    let refusal = Refusal {
        text: "{{ … }}, {% … %}".to_owned(),
        reason: "Zola has no escape for these calls in code, so a blank was put between the two characters",
    };
    Escaped {
        text: splice(text, &edits),
        changes: changes + edits.len(),
        needs_version: true,
        refused: vec![refusal],
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shortcodes(body: &str) -> String {
        escape_shortcodes(body, true).text
    }

    #[test]
    fn only_exact_calls_in_code_get_marks() {
        for (body, expected) in [
            ("`{{ f() }}` `{{ x }}`\n", "`{{/* f() */}}` `{{ x }}`\n"),
            (
                "```\n{% f() %}\n{{ g() }}\n{% end %}\n```\n",
                "```\n{%/* f() */%}\n{{ g() }}\n{%/* end */%}\n```\n",
            ),
            (
                "prose {{ f() }} and {% end %}\n",
                "prose {\\{ f() }} and {\\% end %}\n",
            ),
            ("`{% if x %}` `{% raw %}`\n", "`{% if x %}` `{% raw %}`\n"),
        ] {
            assert_eq!(shortcodes(body), expected);
        }
    }

    #[test]
    fn half_pairs_are_wrapped_invisibly() {
        assert_eq!(
            shortcodes("`{% end %}` `{% end %}`\n"),
            "[//]: # \"{%/* x() */%}{% x() %}{% x() %}\"\n\n`{% end %}` `{% end %}`\n\n[//]: # \"{%/* end */%}\"\n"
        );
    }

    #[test]
    fn empty_pairs_become_html() {
        assert_eq!(
            shortcodes("a `{% f() %}{% end %}` b\n"),
            "a <code>&#123;&#37; f&#40;&#41; &#37;&#125;&#123;&#37; end &#37;&#125;</code> b\n"
        );
        assert_eq!(
            shortcodes("- ```html\n  <a>{% f() %}\n  {% end %}\n  ```\n"),
            "- <pre><code>&lt;a&gt;&#123;% f() %}&#10;&#123;% end %}&#10;</code></pre>\n"
        );
    }

    #[test]
    fn what_zola_could_not_read_is_broken_up() {
        let escaped = escape_shortcodes(&format!("`{{{{ f(a={}`\n", "[".repeat(30)), true);
        assert!(escaped.text.starts_with("`{ { f("));
        assert_eq!(escaped.refused.len(), 1);
    }

    #[test]
    fn templates_are_raw() {
        let body = "`{{ x }}`\n\n    {%- endraw -%}\n";
        let escaped = escape_template(body);
        assert!(escaped.needs_version);
        assert_eq!(
            escaped.text,
            "{% raw %}\n`{{ x }}`\n\n    {% endraw %}{{ \"{%- endraw -%}\" }}{% raw %}\n{% endraw %}\n"
        );
        let prose = escape_template("prose {{ x }}, {#b#}\n");
        assert_eq!(prose.text, "prose {\\{ x }}, {#b#}\n");
        assert!(!prose.needs_version);
    }

    proptest! {
        #[test]
        fn no_call_runs_and_code_is_kept(
            body in "([{}%`a \n*/]|\\{\\{ f\\(\\) \\}\\}|\\{% f\\(a=1\\) %\\}|\\{% end %\\}|\\{\\{/\\* f\\(\\) \\*/\\}\\}|\\{%/\\* f\\(\\) \\*/%\\}|\\{%/\\* end \\*/%\\}|\n```\n|> |- ){0,25}",
            nested in any::<bool>(),
        ) {
            let escaped = escape_shortcodes(&body, nested);
            let page = grammar::read(&escaped.text, nested);
            prop_assert!(page.as_ref().is_some_and(|page| page.calls.is_empty()), "{:?}", escaped.text);
        }
    }
}
