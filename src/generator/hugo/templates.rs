//! Template syntax in the body of a page for Hugo, made literal.
//!
//! Hugo looks for `{{<` and `{{%` in the raw text, code included, and for nothing else. In running text a backslash
//! between the two braces hides them and Markdown drops it again. In code there are Hugo's own marks,
//! `{{</* x */>}}`: everything up to the closing one is printed as it is. Where the closing half is missing, it is put
//! at the end of the body, in the title of a link definition that nothing uses, so that no reader sees it.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::body::{Dialect, Escaped, Refusal};
use crate::markdown;
use crate::site::Version;

/// What Hugo does to a body. All versions from 0.60 on (the first with Goldmark) do the same.
pub(crate) fn dialect(_version: Version) -> Dialect {
    Dialect {
        escape,
        heading_id,
        smart_punctuation: true,
        definition_lists: true,
    }
}

/// What Hugo puts in the place of a shortcode while Markdown is rendered. It looks for it in the result, so text that
/// holds it stops the build.
const TOKEN: &str = "HAHAHUGOSHORTCODE";

/// Where Hugo cuts the summary off: at the first one, even in code.
const DIVIDER: &str = "<!--more-->";

fn escape(body: &str) -> Escaped {
    let (text, mut changes) = escape_prose(body);
    let mut refused = Vec::new();
    let text = if text.contains(TOKEN) {
        changes += 1;
        refused.push(Refusal {
            text: TOKEN.to_owned(),
            reason: "Hugo uses this word itself, so a hyphen was put into it",
        });
        text.replace(TOKEN, "HAHAHUGO-SHORTCODE")
    } else {
        text
    };
    let text = match divided(&text) {
        None => text,
        Some(divided) => {
            changes += 1;
            divided
        }
    };
    let (text, marks) = escape_code(&text, &mut refused);
    Escaped {
        text,
        changes: changes + marks,
        needs_version: false,
        refused,
    }
}

/// Puts a backslash into every delimiter and divider in running text.
fn escape_prose(body: &str) -> (String, usize) {
    let mut out = String::with_capacity(body.len());
    let mut done = 0;
    let mut changes = 0;
    for range in markdown::text_ranges(body) {
        for at in range {
            let before = body.as_bytes()[..at].last();
            let rest = &body.as_bytes()[at..];
            let delimiter =
                before == Some(&b'{') && (rest.starts_with(b"{<") || rest.starts_with(b"{%"));
            let divider = before == Some(&b'<') && rest.starts_with(&DIVIDER.as_bytes()[1..]);
            if delimiter || divider {
                out.push_str(&body[done..at]);
                out.push('\\');
                done = at;
                changes += 1;
            }
        }
    }
    out.push_str(&body[done..]);
    (out, changes)
}

/// The body with a divider behind its first paragraph, if its code holds one: only the first counts.
fn divided(body: &str) -> Option<String> {
    let first = markdown::code_ranges(body)
        .into_iter()
        .find(|range| body[range.clone()].contains(DIVIDER))?;
    let mut depth = 0_usize;
    let mut paragraph = 0;
    for (event, range) in markdown::events(body) {
        match event {
            Event::Start(Tag::Paragraph) if depth == 0 && range.end <= first.start => {
                paragraph = range.end;
                break;
            }
            Event::Start(_) => depth += 1,
            Event::End(TagEnd::Paragraph) if depth == 0 => {}
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    let (before, after) = body.split_at(paragraph);
    let blank = if before.is_empty() { "" } else { "\n" };
    Some(format!(
        "{before}{blank}{DIVIDER}\n\n{}",
        after.trim_start_matches('\n')
    ))
}

/// Puts Hugo's marks around everything in code that it would take for a shortcode.
fn escape_code(body: &str, refused: &mut Vec<Refusal>) -> (String, usize) {
    let code = markdown::code_ranges(body);
    let mut out = String::with_capacity(body.len() + 64);
    let mut done = 0;
    let mut changes = 0;
    while let Some(at) = next_delimiter(body, done) {
        let inside = at + 3;
        let closing = if body.as_bytes()[at + 2] == b'<' {
            ">}}"
        } else {
            "%}}"
        };
        let end = end_of_code(&code, at).unwrap_or(inside);
        changes += 1;
        out.push_str(&body[done..at]);
        if let Some(length) = body[inside..end].find(closing) {
            let close = inside + length;
            out.push_str(&format!(
                "{}/*{}*/{closing}",
                &body[at..inside],
                &body[inside..close]
            ));
            done = close + closing.len();
        } else if !body[inside..].contains(&format!("*/{closing}")) {
            out.push_str(&format!("{}/*{}", &body[at..inside], &body[inside..]));
            out.push_str(&format!("\n[//]: # \"*/{closing}\"\n"));
            done = body.len();
        } else {
            refused.push(Refusal {
                text: body[at..end.min(at + 3)].to_owned(),
                reason: "Hugo has no escape for it in this place, so a blank was put into it",
            });
            out.push_str("{{ ");
            done = at + 2;
        }
    }
    out.push_str(&body[done..]);
    (out, changes)
}

fn next_delimiter(body: &str, from: usize) -> Option<usize> {
    let offset = |what| body[from..].find(what);
    let first = match (offset("{{<"), offset("{{%")) {
        (Some(a), Some(b)) => a.min(b),
        (a, b) => a.or(b)?,
    };
    Some(from + first)
}

fn end_of_code(code: &[Range<usize>], at: usize) -> Option<usize> {
    code.iter()
        .find(|range| range.contains(&at))
        .map(|range| range.end)
}

/// Hugo's id for a heading, as on GitHub: letters and digits in lower case, hyphens for blanks, nothing else.
fn heading_id(text: &str) -> String {
    text.trim()
        .chars()
        .flat_map(char::to_lowercase)
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || matches!(c, '-' | '_') => Some(c),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What Hugo hands on to Markdown, after its own lexer; `None` where it finds a shortcode or an error.
    fn lex(text: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = next_delimiter(rest, 0) {
            let (before, delimited) = rest.split_at(at);
            let (open, inside) = delimited.split_at(3);
            let closing = if open == "{{<" { "*/>}}" } else { "*/%}}" };
            let end = inside
                .find(closing)
                .filter(|&end| inside.starts_with("/*") && end > 1)?;
            out.push_str(before);
            out.push_str(open);
            out.push_str(&inside[2..end]);
            out.push_str(&closing[2..]);
            rest = &inside[end + closing.len()..];
        }
        Some(out + rest)
    }

    #[test]
    fn shortcodes_in_code_and_prose() {
        for (body, expected) in [
            ("`{{< x >}}` `{{%v%}}`\n", "`{{</* x */>}}` `{{%/*v*/%}}`\n"),
            ("{{< x >}} <3 {{% y\n", "{\\{< x >}} <3 {\\{% y\n"),
            (
                "`{{ .Title }}` {{ range }}\n",
                "`{{ .Title }}` {{ range }}\n",
            ),
            (
                "`{{</* x */>}}` `{{</>}}`\n",
                "`{{</*/* x */*/>}}` `{{</*/*/>}}`\n",
            ),
            (
                "`{{<` a `{{% b`\n",
                "`{{</*` a `{{% b`\n\n[//]: # \"*/>}}\"\n",
            ),
            ("`{{%}}`\n", "`{{%/*}}`\n\n[//]: # \"*/%}}\"\n"),
        ] {
            assert_eq!(escape(body).text, expected);
        }
    }

    #[test]
    fn a_divider_in_code_gets_one_before_it() {
        assert_eq!(
            escape("# A\n\nb\n\n`<!--more-->`\n").text,
            "# A\n\nb\n\n<!--more-->\n\n`<!--more-->`\n"
        );
        assert_eq!(
            escape("`<!--more-->`\n").text,
            "<!--more-->\n\n`<!--more-->`\n"
        );
        assert_eq!(escape("\\<!--more--> a\n").text, "\\<\\!--more--> a\n");
    }

    proptest! {
        #[test]
        fn nothing_is_live_and_code_is_kept(
            body in "([{}<>%`a \n*/]|\\{\\{<|\\{\\{%|>\\}\\}|%\\}\\}|/\\*|\\*/|\n```\n|> |- ){0,30}"
        ) {
            let mut refused = Vec::new();
            let (escaped, _) = escape_code(&body, &mut refused);
            let lexed = lex(&escaped);
            prop_assert!(lexed.is_some(), "{escaped:?}");
            let lexed = lexed.unwrap_or_default();
            let ending = lexed.rfind("\n[//]: # \"").map_or(lexed.as_str(), |at| &lexed[..at]);
            prop_assert!(!refused.is_empty() || lexed == body || ending == body, "{escaped:?} {lexed:?}");
        }
    }
}
