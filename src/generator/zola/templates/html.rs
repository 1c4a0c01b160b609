//! Code as HTML, for the template syntax that no escape of Zola's covers.

use std::fmt::Write as _;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::finding::{Edit, splice};
use crate::markdown;

/// The text with HTML in place of every piece of code for which `is_needed` says so, and how many there are.
pub(super) fn replace_code(text: &str, is_needed: impl Fn(&str) -> bool) -> (String, usize) {
    let mut edits = Vec::new();
    let mut block: Option<(usize, String)> = None;
    for (event, range) in markdown::events(text) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => block = Some((range.start, String::new())),
            Event::Text(code) => {
                if let Some((_, content)) = &mut block {
                    content.push_str(&code);
                }
            }
            Event::End(TagEnd::CodeBlock) => {
                if let Some((start, content)) = block.take()
                    && is_needed(&content)
                {
                    let in_container = !text[..start].is_empty() && !text[..start].ends_with('\n');
                    let end = start + text[start..range.end].trim_end_matches('\n').len();
                    edits.push(Edit::replace(
                        start..end,
                        block_html(&content, in_container),
                    ));
                }
            }
            Event::Code(code) if is_needed(&code) => {
                edits.push(Edit::replace(range, inline_html(&code)));
            }
            _ => {}
        }
    }
    (splice(text, &edits), edits.len())
}

/// The same for the code spans of tables alone.
pub(super) fn replace_code_in_tables(
    text: &str,
    is_needed: impl Fn(&str) -> bool,
) -> (String, usize) {
    let mut edits = Vec::new();
    let mut in_table = false;
    for (event, range) in markdown::events(text) {
        match event {
            Event::Start(Tag::Table(_)) => in_table = true,
            Event::End(TagEnd::Table) => in_table = false,
            Event::Code(code) if in_table && is_needed(&code) => {
                edits.push(Edit::replace(range, inline_html(&code)));
            }
            _ => {}
        }
    }
    (splice(text, &edits), edits.len())
}

/// A block of HTML that only its own closing tag ends, so blank lines are no matter. In a quote or a list it is one line.
fn block_html(code: &str, in_container: bool) -> String {
    let mut out = String::from("<pre><code>");
    for c in code.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '{' => out.push_str("&#123;"),
            '\n' if in_container => out.push_str("&#10;"),
            c => out.push(c),
        }
    }
    out + "</code></pre>"
}

/// Between inline tags Markdown is still read, so every punctuation character becomes an entity.
fn inline_html(code: &str) -> String {
    let mut out = String::from("<code>");
    for c in code.chars() {
        if c.is_ascii_punctuation() {
            let _ = write!(out, "&#{};", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out + "</code>"
}
