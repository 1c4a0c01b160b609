//! Zola's shortcode grammar up to 0.22: what a body becomes before Markdown sees it.
//!
//! A hand-written reading of `content.pest`, which is short but subtle: it is matched on the raw text, code included.
//! Up to 0.19 anything that is no whole call is text (*flat*); from 0.20 on calls nest, and an opening or a closing tag
//! without its other half stops the build (*nested*).

use std::ops::Range;

/// How deep calls may nest, and lists in arguments. The parser that Zola uses recurses, and reads nested lists in
/// exponential time, so anything deeper is not given to it.
const DEPTH: usize = 12;

/// What a piece of template syntax is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `{{ f() }}`
    Call,
    /// `{{/* f() */}}`, printed without the asterisks.
    EscapedCall,
    /// `{% f() %}`
    Start,
    /// `{% end %}`
    End,
    /// `{%/* f() */%}`
    EscapedStart,
    /// `{%/* end */%}`
    EscapedEnd,
}

/// A piece of template syntax and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// What Zola makes of a body.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// What goes on to Markdown. Calls that run are not in it.
    pub(super) text: String,
    /// The calls that run: each is one token, or an opening and a closing one.
    pub(super) calls: Vec<Vec<Range<usize>>>,
}

/// All tokens in the order of the text. Those inside the arguments of another are not listed.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = next_token(text, at) {
        at = token.range.end;
        found.push(token);
    }
    found
}

/// Whether a call nests lists in its arguments so deeply that Zola would not come to an end.
pub(super) fn is_too_deep(text: &str) -> bool {
    text.match_indices('{')
        .filter_map(|(at, _)| {
            let rest = text[at + 1..].strip_prefix(['{', '%'])?;
            let rest = rest.strip_prefix("/*").unwrap_or(rest);
            let name = skip_blank(rest, 0);
            close(rest, ident(rest, name)?, "(").map(|open| &rest[open..])
        })
        .any(|arguments| list_depth(arguments) > DEPTH)
}

/// How deep the lists at the start of `arguments` go.
fn list_depth(arguments: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0;
    let mut characters = arguments.chars();
    while let Some(c) = characters.next() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            '"' | '\'' | '`' => {
                characters.by_ref().find(|&end| end == c);
            }
            '_' | '=' | ',' | '.' | '-' => {}
            c if c.is_ascii_alphanumeric() || BLANK.contains(&c) => {}
            _ => break,
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// What Zola makes of `text`; `None` where it would report a syntax error.
pub(super) fn read(text: &str, nested: bool) -> Option<Page> {
    if nested {
        read_nested(text)
    } else {
        Some(read_flat(text))
    }
}

/// An opening tag whose closing one has not come yet.
struct Open {
    token: Token,
    /// Whether there was anything in it: an empty body is an error.
    filled: bool,
}

fn read_nested(text: &str) -> Option<Page> {
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
                Some(open) => open.filled = true,
                None if token.kind == Kind::Call => page.calls.push(vec![token.range]),
                None => page.text.push_str(&unescaped(&text[token.range])),
            },
            Kind::Start | Kind::EscapedStart if stack.len() >= DEPTH => return None,
            Kind::Start | Kind::EscapedStart => stack.push(Open {
                token,
                filled: false,
            }),
            Kind::End | Kind::EscapedEnd => {
                let open = stack.pop()?;
                let escaped = token.kind == Kind::EscapedEnd;
                if !open.filled || escaped != (open.token.kind == Kind::EscapedStart) {
                    return None;
                }
                match stack.last_mut() {
                    Some(outer) => outer.filled = true,
                    None if escaped => {
                        push_escaped_pair(&mut page.text, text, &open.token.range, &token.range);
                    }
                    None => page.calls.push(vec![open.token.range, token.range]),
                }
            }
        }
    }
    stack.is_empty().then_some(page)
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
            Kind::Start => page.calls.push(vec![token.range, close]),
            _ => push_escaped_pair(&mut page.text, text, &token.range, &close),
        }
    }
    page.text.push_str(&text[done..]);
    page
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

fn next_token(text: &str, from: usize) -> Option<Token> {
    let bytes = text.as_bytes();
    (from..text.len().saturating_sub(1))
        .filter(|&at| bytes[at] == b'{' && matches!(bytes[at + 1], b'{' | b'%'))
        .find_map(|at| token_at(text, at))
}

fn token_at(text: &str, at: usize) -> Option<Token> {
    let (kind, end) = if let Some(at) = literal(text, at, "{{/*") {
        (Kind::EscapedCall, close(text, call(text, at)?, "*/}}")?)
    } else if let Some(at) = literal(text, at, "{{") {
        (Kind::Call, close(text, call(text, at)?, "}}")?)
    } else if let Some(at) = literal(text, at, "{%/*") {
        match end_word(text, at, "*/%}") {
            Some(end) => (Kind::EscapedEnd, end),
            None => (Kind::EscapedStart, close(text, call(text, at)?, "*/%}")?),
        }
    } else {
        let at = literal(text, at, "{%")?;
        match end_word(text, at, "%}") {
            Some(end) => (Kind::End, end),
            None => (Kind::Start, close(text, call(text, at)?, "%}")?),
        }
    };
    Some(Token {
        kind,
        range: at..end,
    })
}

const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];

fn skip_blank(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches(BLANK).len()
}

fn literal(text: &str, at: usize, what: &str) -> Option<usize> {
    text[at..].starts_with(what).then_some(at + what.len())
}

fn close(text: &str, at: usize, what: &str) -> Option<usize> {
    literal(text, skip_blank(text, at), what)
}

fn end_word(text: &str, at: usize, closing: &str) -> Option<usize> {
    close(text, literal(text, skip_blank(text, at), "end")?, closing)
}

/// `name(key=value, …)`. The comma between arguments may be missing.
fn call(text: &str, at: usize) -> Option<usize> {
    let mut at = close(text, ident(text, skip_blank(text, at))?, "(")?;
    while let Some(end) = argument(text, skip_blank(text, at)) {
        at = end;
        while let Some(end) =
            close(text, at, ",").and_then(|comma| argument(text, skip_blank(text, comma)))
        {
            at = end;
        }
    }
    close(text, at, ")")
}

fn ident(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let first = rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let end = rest
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(rest.len());
    first.then_some(at + end)
}

fn argument(text: &str, at: usize) -> Option<usize> {
    let at = close(text, ident(text, at)?, "=")?;
    value(text, skip_blank(text, at), 0)
}

fn value(text: &str, at: usize, depth: usize) -> Option<usize> {
    let rest = &text[at..];
    match rest.as_bytes().first()? {
        b't' => literal(text, at, "true"),
        b'f' => literal(text, at, "false"),
        quote @ (b'"' | b'\'' | b'`') => {
            let end = rest[1..].find(char::from(*quote))?;
            Some(at + 1 + end + 1)
        }
        b'[' if depth < DEPTH => array(text, at + 1, depth + 1),
        b'-' | b'0'..=b'9' => number(rest).map(|length| at + length),
        _ => None,
    }
}

/// The rest of a list, which may end in a comma.
fn array(text: &str, mut at: usize, depth: usize) -> Option<usize> {
    loop {
        at = skip_blank(text, at);
        match value(text, at, depth) {
            None => break,
            Some(end) => match close(text, end, ",") {
                Some(comma) => at = comma,
                None => return close(text, end, "]"),
            },
        }
    }
    literal(text, at, "]")
}

/// The length of an integer or a float: no leading zeros, no exponent.
fn number(rest: &str) -> Option<usize> {
    let digits =
        |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let sign = usize::from(rest.starts_with('-'));
    let whole = match &rest[sign..] {
        zero if zero.starts_with('0') => 1,
        other => digits(other),
    };
    if whole == 0 {
        return None;
    }
    let integer = sign + whole;
    let fraction = rest[integer..].strip_prefix('.').map_or(0, digits);
    Some(if fraction > 0 {
        integer + 1 + fraction
    } else {
        integer
    })
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
