//! Zola's shortcode grammar up to 0.22: what a body becomes before Markdown sees it.
//!
//! A hand-written reading of `content.pest`, which is short but subtle: it is matched on the raw text, code included.
//! Up to 0.19 anything that is no whole call is text (*flat*); from 0.20 on calls nest, and an opening or a closing tag
//! without its other half stops the build (*nested*).

use std::ops::Range;

use self::token::{BLANK, DEPTH, ident, next_token, skip_blank, token_at};
pub(super) use self::token::{Kind, Token, is_too_deep, tokens};

mod token;

/// What Zola makes of a body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// What goes on to Markdown. Calls that run are not in it.
    pub(super) text: String,
    /// The calls that run: each is one token, or an opening and a closing one.
    pub(super) calls: Vec<Vec<Range<usize>>>,
    /// The calls that run inside the pairs among them: the token, or the opening one.
    pub(super) inner: Vec<Range<usize>>,
    /// The opening tags inside pairs that do not nest: they are shown as they are.
    pub(super) shown: Vec<Range<usize>>,
}

/// A syntax error: where it is, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) range: Range<usize>,
    pub(super) message: &'static str,
}

/// What Zola makes of `text`; `None` where it would report a syntax error.
pub(super) fn read(text: &str, nested: bool) -> Option<Page> {
    examine(text, nested).ok()
}

/// What Zola makes of `text`, or the first syntax error in it.
pub(super) fn examine(text: &str, nested: bool) -> Result<Page, Fault> {
    if nested {
        read_nested(text)
    } else {
        Ok(read_flat(text))
    }
}

/// The name in a call or an opening tag.
pub(super) fn name(token: &str) -> &str {
    let start = skip_blank(token, token.len().min(2));
    ident(token, start).map_or("", |end| &token[start..end])
}

/// Whether a call has a whole number beyond 64 bits, at which Zola panics (tested on 0.17.2 and 0.22.0).
pub(super) fn has_wide_number(token: &str) -> bool {
    // In quotes is text.
    let parts = token.split(['"', '\'', '`']).step_by(2);
    parts
        .flat_map(|part| part.split(['=', ',', '[', ']', '(', ')']))
        .any(|word| {
            let word = word.trim_matches(BLANK);
            let digits = word.strip_prefix('-').unwrap_or(word);
            digits.len() > 18
                && digits.bytes().all(|byte| byte.is_ascii_digit())
                && word.parse::<i64>().is_err()
        })
}

/// An opening tag whose closing one has not come yet.
struct Open {
    token: Token,
    /// Whether there was anything in it: an empty body is an error.
    filled: bool,
}

fn read_nested(text: &str) -> Result<Page, Fault> {
    let mut page = Page::default();
    let mut stack: Vec<Open> = Vec::new();
    let mut at = 0;
    loop {
        let token = next_token(text, at);
        let before = &text[at..token.as_ref().map_or(text.len(), |token| token.range.start)];
        match stack.last_mut() {
            None => page.text.push_str(before),
            // White space behind an opening tag belongs to the tag, but not behind an escaped one.
            Some(open) if open.token.kind == Kind::Start => {
                open.filled |= !before.trim_start_matches(BLANK).is_empty();
            }
            Some(open) => open.filled |= !before.is_empty(),
        }
        let Some(token) = token else { break };
        at = token.range.end;
        match token.kind {
            Kind::Call | Kind::EscapedCall => match stack.last_mut() {
                Some(open) => {
                    open.filled = true;
                    if token.kind == Kind::Call && is_live(&stack) {
                        page.inner.push(token.range);
                    }
                }
                None if token.kind == Kind::Call => page.calls.push(vec![token.range]),
                None => page.text.push_str(&unescaped(&text[token.range])),
            },
            Kind::Start | Kind::EscapedStart if stack.len() >= DEPTH => {
                return Err(fault(token.range, "shortcodes are nested too deeply"));
            }
            Kind::Start | Kind::EscapedStart => stack.push(Open {
                token,
                filled: false,
            }),
            Kind::End | Kind::EscapedEnd => {
                let Some(open) = stack.pop() else {
                    return Err(fault(token.range, "it closes a shortcode that is not open"));
                };
                let escaped = token.kind == Kind::EscapedEnd;
                if escaped != (open.token.kind == Kind::EscapedStart) {
                    return Err(fault(
                        token.range,
                        "it closes a shortcode of the other kind",
                    ));
                }
                if !open.filled {
                    return Err(fault(open.token.range, "this shortcode has an empty body"));
                }
                match stack.last_mut() {
                    Some(outer) => {
                        outer.filled = true;
                        if !escaped && is_live(&stack) {
                            page.inner.push(open.token.range);
                        }
                    }
                    None if escaped => {
                        push_escaped_pair(&mut page.text, text, &open.token.range, &token.range);
                    }
                    None => page.calls.push(vec![open.token.range, token.range]),
                }
            }
        }
    }
    match stack.into_iter().next() {
        Some(open) => Err(fault(open.token.range, "this shortcode is never closed")),
        None => Ok(page),
    }
}

fn fault(range: Range<usize>, message: &'static str) -> Fault {
    Fault { range, message }
}

/// Whether what stands inside these tags runs: between escaped ones all is text.
fn is_live(stack: &[Open]) -> bool {
    stack.iter().all(|open| open.token.kind == Kind::Start)
}

fn read_flat(text: &str) -> Page {
    let mut page = Page::default();
    let mut done = 0;
    let mut at = 0;
    let mut closings = Closings::default();
    while let Some(token) = next_token(text, at) {
        let close = match token.kind {
            Kind::Start => {
                let inside = skip_blank(text, token.range.end);
                closings
                    .next(text, inside, Kind::End)
                    .filter(|end| end.start > inside)
            }
            Kind::EscapedStart => closings
                .next(text, token.range.end, Kind::EscapedEnd)
                .filter(|end| end.start > token.range.end),
            Kind::Call | Kind::EscapedCall => Some(token.range.clone()),
            Kind::End | Kind::EscapedEnd => None,
        };
        let Some(close) = close else {
            // Text, but the next token may begin inside of it.
            at = token.range.start + 1;
            continue;
        };
        page.text.push_str(&text[done..token.range.start]);
        at = close.end;
        done = close.end;
        match token.kind {
            Kind::Call => page.calls.push(vec![token.range]),
            Kind::EscapedCall => page.text.push_str(&unescaped(&text[token.range])),
            Kind::Start => {
                inside_flat(&mut page, text, token.range.end..close.start);
                page.calls.push(vec![token.range, close]);
            }
            _ => push_escaped_pair(&mut page.text, text, &token.range, &close),
        }
    }
    page.text.push_str(&text[done..]);
    page
}

/// What stands in a pair that ends at the first closing tag: calls run in it, further pairs do not.
fn inside_flat(page: &mut Page, text: &str, range: Range<usize>) {
    let inside = &text[range.clone()];
    if !inside.contains("{{") && !inside.contains("{%") {
        return;
    }
    let moved = |found: Range<usize>| range.start + found.start..range.start + found.end;
    let calls = read_flat(inside).calls.into_iter().flatten();
    page.inner.extend(calls.map(moved));
    let tags = tokens(inside)
        .into_iter()
        .filter(|token| token.kind == Kind::Start);
    page.shown.extend(tags.map(|token| moved(token.range)));
}

fn push_escaped_pair(out: &mut String, text: &str, open: &Range<usize>, close: &Range<usize>) {
    out.push_str(&unescaped(&text[open.clone()]));
    out.push_str(&text[open.end..close.start]);
    out.push_str(&unescaped(&text[close.clone()]));
}

/// A token without the first `/*` and `*/` at its delimiters, as Zola prints it.
fn unescaped(token: &str) -> String {
    let (open, close) = if token.starts_with("{{") {
        ("{{/*", "*/}}")
    } else {
        ("{%/*", "*/%}")
    };
    token
        .replacen(open, &open[..2], 1)
        .replacen(close, &close[2..], 1)
}

/// Remembers which closing tags there are no more of, so that a page full of opening ones is read in linear time.
#[derive(Default)]
struct Closings {
    none_left: Vec<Kind>,
}

impl Closings {
    fn next(&mut self, text: &str, from: usize, kind: Kind) -> Option<Range<usize>> {
        if self.none_left.contains(&kind) {
            return None;
        }
        let mut at = from;
        while let Some(offset) = text[at..].find("{%") {
            at += offset;
            match token_at(text, at) {
                Some(token) if token.kind == kind => return Some(token.range),
                _ => at += 1,
            }
        }
        self.none_left.push(kind);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<Kind> {
        tokens(text).into_iter().map(|token| token.kind).collect()
    }

    #[test]
    fn exact_calls_and_nothing_else() {
        for text in [
            "{{ f() }}",
            "{{f()}}",
            "${{ always() }}",
            "{{ f ( a = 1 , b=\"x\" ) }}",
            "{{\n f(\n)\n}}",
            "{{{ f() }}",
            "{{ f(a=[1, 'x', [true,],]) }}",
            "{{ f(a=-0.5 b=0) }}",
            "{{ f(a=`{{ g() }}`) }}",
            "{{ f(a=1b=2) }}",
        ] {
            assert_eq!(kinds(text), [Kind::Call], "{text}");
        }
        for text in [
            "{{ x }}",
            "{{ f('x') }}",
            "{{ f(x) }}",
            "{{ a.f() }}",
            "{{ f() | g }}",
            "{{- f() -}}",
            "{% raw %}",
            "{% for x in f() %}",
            "{{ f(a=1,) }}",
            "{{ f(a=01) }}",
            "{{ f(a=1.) }}",
            "{ { f() }}",
            "{{ f() }",
            "{{",
            "{{ f(a=[,]) }}",
            "{{ f(a=True) }}",
            "{{ 1f() }}",
            "{{ é() }}",
        ] {
            assert_eq!(kinds(text), [], "{text}");
        }
        assert_eq!(
            kinds("{% f() %}{%end%}{%/* f() */%}{%/* end */%}{{/* f() */}}"),
            [
                Kind::Start,
                Kind::End,
                Kind::EscapedStart,
                Kind::EscapedEnd,
                Kind::EscapedCall
            ]
        );
    }

    #[test]
    fn deep_lists_are_seen() {
        assert!(is_too_deep(&format!(
            "{{{{ f(a=\"x\", b={}",
            "[1, ".repeat(13)
        )));
        assert!(!is_too_deep(&format!("{{{{ x }}}} {}", "[".repeat(13))));
    }

    #[test]
    fn half_pairs_are_errors_from_0_20_on_and_text_before() {
        for text in [
            "{% end %}",
            "{% f() %}",
            "{%/* f() */%} x",
            "{% f() %} {% end %}",
            "{% f() %}{%/* end */%}",
        ] {
            assert_eq!(read(text, true), None, "{text}");
            assert_eq!(
                read(text, false).map(|page| page.text).as_deref(),
                Some(text)
            );
        }
    }

    #[test]
    fn escapes_are_printed_without_their_marks() {
        for nested in [true, false] {
            let text = "a {{/* f() */}} {%/* f() */%} {{ g() }} {%/* end */%} b";
            let page = read(text, nested).expect("it is well formed");
            assert_eq!(page.text, "a {{ f() }} {% f() %} {{ g() }} {% end %} b");
            assert!(page.calls.is_empty());
            let page = read("{{ f() }} {% f() %} x {% end %}", nested).expect("it is well formed");
            assert_eq!(page.calls.len(), 2);
        }
    }
}
