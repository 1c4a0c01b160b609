//! Template syntax in the body of a page for Hugo, made literal.
//!
//! Hugo looks for `{{<` and `{{%` in the raw text, code included, and for nothing else. In running text a backslash
//! between the two braces hides them and Markdown drops it again. In code there are Hugo's own marks,
//! `{{</* x */>}}`: everything up to the closing one is printed as it is. Where the closing half is missing, it is put
//! at the end of the body, in the title of a link definition that nothing uses, so that no reader sees it.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::generator::{Definitions, Dialect, Escaped, Refusal, STAND_IN};
use crate::generator::{Template, TemplateKind};
use crate::markdown;
use crate::site::Version;

mod built_in;
mod lexer;

pub(super) use built_in::{built_in, gone, is_built_in, lacks, needs_closing};

/// What Hugo would run in a body, and what would stop it.
pub(super) fn find(_version: Version, body: &str) -> Vec<Template> {
    let mut found = lexer::find(body);
    found.extend(body.match_indices(TOKEN).map(|(at, _)| Template {
        range: at..at + TOKEN.len(),
        kind: TemplateKind::Malformed("Hugo uses this word itself".to_owned()),
        literal: Vec::new(),
    }));
    found.sort_by_key(|template| template.range.start);
    found
}

/// See [`crate::generator::Generator::as_markdown`]. A tag of `{{% x %}}` that has a line to itself makes no paragraph
/// of its own, since what comes of it usually is a tag of HTML.
pub(super) fn as_markdown(body: &str) -> Option<String> {
    let taken_out = lexer::taken_out(body);
    if taken_out.is_empty() {
        return None;
    }
    let mut out = String::with_capacity(body.len());
    let mut done = 0;
    for range in taken_out {
        out.push_str(&body[done..range.start]);
        let before = body[..range.start].rsplit('\n').next().unwrap_or_default();
        let after = body[range.end..].split('\n').next().unwrap_or_default();
        let is_alone = before.trim().is_empty() && after.trim().is_empty();
        if is_alone && body[range.clone()].starts_with("{{%") {
            out.extend(
                body[range.clone()]
                    .bytes()
                    .map(|byte| if byte == b'\n' { '\n' } else { ' ' }),
            );
        } else {
            out.extend(std::iter::repeat_n(STAND_IN, range.len()));
        }
        done = range.end;
    }
    out.push_str(&body[done..]);
    Some(out)
}

/// See [`crate::generator::Generator::taken_out`].
pub(super) fn taken_out(body: &str) -> Vec<Range<usize>> {
    lexer::taken_out(body)
}

/// What Hugo does to a body. All versions from 0.60 on (the first with Goldmark) do the same.
pub(super) fn dialect(_version: Version) -> Dialect {
    Dialect {
        escape,
        smart_punctuation: true,
        definitions: Definitions::ColonAndBlank,
        strikes_in_words: true,
        ..Dialect::default()
    }
}

/// What Hugo puts in the place of a shortcode while Markdown is rendered. It looks for it in the result, so text that
/// holds it stops the build.
const TOKEN: &str = "HAHAHUGOSHORTCODE";

/// Where Hugo cuts the summary off: at the first one, even in code.
pub(super) const DIVIDER: &str = "<!--more-->";

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
    let (text, marks) = escape_code(&text);
    let (text, dividers) = divide(text);
    Escaped {
        text,
        changes: changes + marks + dividers,
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

/// Puts Hugo's marks around everything in code that it would take for a shortcode. What stands between two marks is
/// printed as it is, so they may enclose more than one shortcode, and text as well.
fn escape_code(body: &str) -> (String, usize) {
    let mut out = String::with_capacity(body.len() + 64);
    let mut done = 0;
    let mut changes = 0;
    while let Some(at) = next_delimiter(body, done) {
        let inside = at + 3;
        let closing = closing_of(body, at);
        changes += 1;
        out.push_str(&body[done..inside]);
        out.push_str("/*");
        if let Some(length) = body[inside..].find(closing) {
            out.push_str(&body[inside..inside + length]);
            out.push_str("*/");
            done = inside + length;
        } else {
            out.push_str(&body[inside..]);
            out.push_str("\n[//]: # \"*/");
            out.push_str(closing);
            out.push_str("\"\n");
            done = body.len();
        }
    }
    out.push_str(&body[done..]);
    (out, changes)
}

/// The body with a divider behind its first paragraph, if its code holds one: only the first counts.
fn divide(body: String) -> (String, usize) {
    let Some(in_code) = find_divider(&body) else {
        return (body, 0);
    };
    let mut depth = 0_usize;
    let mut paragraph = 0;
    for (event, range) in markdown::events(&body) {
        match event {
            Event::Start(Tag::Paragraph) if depth == 0 && range.end <= in_code => {
                paragraph = range.end;
                break;
            }
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    let with_divider = |at: usize| {
        let (before, after) = body.split_at(at);
        let blank = if before.is_empty() { "" } else { "\n" };
        let after = after.trim_start_matches('\n');
        // Hugo drops all white space behind the divider, so what is indented must not stand there.
        let fence = if after.starts_with([' ', '\t']) {
            "[//]: # \"\"\n\n"
        } else {
            ""
        };
        format!("{before}{blank}{DIVIDER}\n\n{fence}{after}")
    };
    let divided = with_divider(paragraph);
    // Between two marks a divider would be text.
    if find_divider(&divided) == Some(paragraph + 1) {
        (divided, 1)
    } else {
        (with_divider(0), 1)
    }
}

/// The first divider that Hugo sees: those between marks it does not.
fn find_divider(body: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let divider = at + body[at..].find(DIVIDER)?;
        match next_delimiter(body, at) {
            Some(delimiter) if delimiter < divider => {
                let inside = delimiter + 3;
                let closing = closing_of(body, delimiter);
                at = inside + body[inside..].find(closing)? + closing.len();
            }
            _ => return Some(divider),
        }
    }
}

fn closing_of(body: &str, delimiter: usize) -> &'static str {
    if body.as_bytes()[delimiter + 2] == b'<' {
        ">}}"
    } else {
        "%}}"
    }
}

fn next_delimiter(body: &str, from: usize) -> Option<usize> {
    let bytes = body.as_bytes();
    let (offset, _) = body[from..].match_indices('{').find(|(offset, _)| {
        let rest = &bytes[from + offset..];
        rest.starts_with(b"{{<") || rest.starts_with(b"{{%")
    })?;
    Some(from + offset)
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
    fn markdown_sees_no_shortcodes() {
        for (body, expected) in [
            ("a\n", None),
            ("{{</* x */>}}\n", None),
            (
                "a {{< x >}}*b*\n\n{{< /x >}} c\n",
                Some("a HHHHHHHHHHHHHHHHHHHHHHHH c\n"),
            ),
            (
                "{{% x %}}\n*b* {{% y %}}\n{{% /x %}}\n",
                Some("         \n*b* HHHHHHHHH\n          \n"),
            ),
            ("[a]({{< ref \"b\" >}})\n", Some("[a](HHHHHHHHHHHHHHH)\n")),
            (
                "{{< x >}}{{< x />}}{{< x >}}{{< /x >}}{{< /x >}}é\n",
                Some(concat!(
                    "HHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHHH",
                    "é\n"
                )),
            ),
        ] {
            assert_eq!(as_markdown(body).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn hugos_own_word_is_refused() {
        let escaped = escape("`HAHAHUGOSHORTCODE0s0HBHB`\n");
        assert_eq!(escaped.text, "`HAHAHUGO-SHORTCODE0s0HBHB`\n");
        assert_eq!(escaped.refused.len(), 1);
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
        fn each_byte_keeps_its_place(
            body in "(\\{\\{[<%]|[<%]\\}\\}|/|x|é| |\n|\\*){0,30}"
        ) {
            if let Some(seen) = as_markdown(&body) {
                prop_assert_eq!(seen.len(), body.len());
                for range in taken_out(&body) {
                    prop_assert!(body.get(range).is_some());
                }
            }
        }

        #[test]
        fn nothing_is_live_and_code_is_kept(
            body in "([{}<>%`a \n*/]|\\{\\{<|\\{\\{%|>\\}\\}|%\\}\\}|/\\*|\\*/|\n```\n|> |- ){0,30}"
        ) {
            let (escaped, _) = escape_code(&body);
            let lexed = lex(&escaped);
            prop_assert!(lexed.is_some(), "{escaped:?}");
            let lexed = lexed.unwrap_or_default();
            let ending = lexed.rfind("\n[//]: # \"").map_or(lexed.as_str(), |at| &lexed[..at]);
            prop_assert!(lexed == body || ending == body, "{escaped:?} {lexed:?}");
        }
    }
}
