//! The pieces of template syntax, and how one is recognised at a place in the text.

use std::ops::Range;

/// How deep calls may nest, and lists in arguments. The parser that Zola uses recurses, and reads nested lists in
/// exponential time, so anything deeper is not given to it.
pub(super) const DEPTH: usize = 12;

/// What a piece of template syntax is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Kind {
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
pub(in super::super) struct Token {
    pub(in super::super) kind: Kind,
    pub(in super::super) range: Range<usize>,
}

/// All tokens in the order of the text. Those inside the arguments of another are not listed.
pub(in super::super) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = next_token(text, at) {
        at = token.range.end;
        found.push(token);
    }
    found
}

/// Whether a call nests lists in its arguments so deeply that Zola would not come to an end.
pub(in super::super) fn is_too_deep(text: &str) -> bool {
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

pub(super) fn next_token(text: &str, from: usize) -> Option<Token> {
    let bytes = text.as_bytes();
    (from..text.len().saturating_sub(1))
        .filter(|&at| bytes[at] == b'{' && matches!(bytes[at + 1], b'{' | b'%'))
        .find_map(|at| token_at(text, at))
}

pub(super) fn token_at(text: &str, at: usize) -> Option<Token> {
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

pub(super) const BLANK: [char; 4] = [' ', '\t', '\r', '\n'];

pub(super) fn skip_blank(text: &str, at: usize) -> usize {
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

pub(super) fn ident(text: &str, at: usize) -> Option<usize> {
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
