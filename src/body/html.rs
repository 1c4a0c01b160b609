//! Raw HTML and angle brackets in prose.
//!
//! A model's HTML is not trusted and one of the two generators would drop it, text included; `Vec<T>` and `<your-key>`
//! are HTML by accident and vanish on both. So all of it becomes text that a reader can see, except what Markdown can
//! say as well (`<b>`, `<kbd>`, `<br>`…), comments, and `<details>`, whose content is unwrapped. Code is left alone.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType, Tag};

use crate::finding::{Edit, Severity};
use crate::markdown;

use super::Note;
use super::edits::{apply, fenced, is_escaped, line_end, line_prefix, line_start, until_stable};
use super::links::is_safe_scheme;

pub(crate) mod inline;
pub(crate) mod tag;

/// What became of the HTML of a body.
#[derive(Debug, Default)]
struct Counts {
    /// Angle brackets that are no HTML: generics, placeholders.
    brackets: usize,
    /// Tags shown as text.
    shown: usize,
    /// Blocks shown as code.
    fenced: usize,
    /// Tags that became Markdown.
    converted: usize,
    /// Comments, empty anchors and the like that are gone.
    removed: usize,
    /// Comments over more than one paragraph that are gone: perhaps they were not meant to reach that far.
    long_comments: usize,
}

/// The body without any raw HTML in it: afterwards the parser finds no `Html` and no `InlineHtml`.
pub(super) fn neutralise(body: &str, notes: &mut Vec<Note>) -> String {
    let mut counts = Counts::default();
    let mut text = until_stable(body, |text| edits(text, &mut counts));
    // Each round takes away at least one `<`, so this ends whatever the input was.
    loop {
        let left: Vec<Edit> = ranges(&text)
            .into_iter()
            .flat_map(|range| brackets(&text, range))
            .map(|at| Edit::replace(at..at + 1, "&lt;"))
            .collect();
        if left.is_empty() {
            break;
        }
        counts.shown += left.len();
        text = apply(&text, left);
    }
    report(&counts, notes);
    text
}

/// The bytes of all raw HTML.
fn ranges(body: &str) -> Vec<Range<usize>> {
    markdown::events(body)
        .into_iter()
        .filter(|(event, _)| matches!(event, Event::Html(_) | Event::InlineHtml(_)))
        .map(|(_, range)| range)
        .collect()
}

fn brackets(body: &str, range: Range<usize>) -> Vec<usize> {
    let start = range.start;
    body[range]
        .match_indices('<')
        .map(|(at, _)| start + at)
        .collect()
}

fn edits(body: &str, counts: &mut Counts) -> Vec<Edit> {
    let events = markdown::events(body);
    let mut edits = inline::edits(body, &events, counts);
    edits.extend(declarations(body));
    let mut events = events.into_iter();
    while let Some((event, range)) = events.next() {
        match event {
            Event::Start(Tag::HtmlBlock) => {
                let content: String = events
                    .by_ref()
                    .map_while(|(event, _)| match event {
                        Event::Html(text) | Event::Text(text) => Some(text.into_string()),
                        _ => None,
                    })
                    .collect();
                edits.extend(block(body, range, &content, counts));
            }
            Event::Start(Tag::Link {
                link_type: LinkType::Autolink,
                dest_url,
                ..
            }) if !is_safe_scheme(&dest_url) || dest_url.contains(['{', '}']) => {
                counts.brackets += 1;
                edits.push(Edit::insert(range.start, "\\"));
            }
            _ => {}
        }
    }
    edits
}

/// What looks like the start of a tag or a declaration but is text to this parser. Others look for its end farther
/// away: Zola 0.17 beyond the end of a paragraph.
fn declarations(body: &str) -> Vec<Edit> {
    let bytes = body.as_bytes();
    markdown::text_ranges(body)
        .into_iter()
        .flatten()
        .filter(|&at| {
            bytes[at] == b'<'
                && match bytes.get(at + 1) {
                    Some(b'!' | b'?') => true,
                    Some(b'/' | b'a'..=b'z' | b'A'..=b'Z') => {
                        !body[at..line_end(body, at)].contains('>')
                    }
                    _ => false,
                }
        })
        .filter(|&at| !is_escaped(body, at))
        .map(|at| Edit::insert(at, "\\"))
        .collect()
}

/// The edits for one HTML block, of which `content` is the text without the marks of the containers around it.
fn block(body: &str, range: Range<usize>, content: &str, counts: &mut Counts) -> Vec<Edit> {
    let raw = &body[range.clone()];
    let Some(first) = raw.find('<').map(|at| range.start + at) else {
        return Vec::new();
    };
    let name = tag::name(&body[first..]).to_ascii_lowercase();
    let trimmed = content.trim();
    if trimmed.starts_with("<!--") {
        return vec![comment(body, first, range.end, counts)];
    }
    if let Some(tag) = lone_void(trimmed, &name) {
        let tag = first..first + tag.len();
        let (count, edit) = match name.as_str() {
            "br" => (&mut counts.removed, Edit::delete(tag)),
            "hr" => (&mut counts.converted, Edit::replace(tag, "***")),
            _ => (&mut counts.shown, Edit::insert(first, "\\")),
        };
        *count += 1;
        return vec![edit];
    }
    let prefix = line_prefix(body, range.start);
    let unwrapped = unwrap_details(body, range.clone(), &prefix);
    if !unwrapped.is_empty() {
        counts.converted += unwrapped.len();
        return unwrapped;
    }
    if trimmed.contains('\n') && (tag::is_known(&name) || name.is_empty()) {
        counts.fenced += 1;
        return vec![Edit::replace(range, fenced("html", content, &prefix))];
    }
    if name.is_empty() && body[first..].starts_with(trimmed) {
        counts.shown += 1;
        return vec![Edit::replace(
            first..first + trimmed.len(),
            inline::literal(trimmed),
        )];
    }
    if tag::is_known(&name) || name.is_empty() {
        counts.shown += 1;
    } else {
        counts.brackets += 1;
    }
    vec![Edit::insert(first, "\\")]
}

/// The tag of this name, an element without content, that has the first line of a block for itself. Markdown takes the
/// lines below it for HTML as well, but they are not meant so.
fn lone_void<'a>(block: &'a str, name: &str) -> Option<&'a str> {
    const VOID: [&str; 7] = ["br", "hr", "img", "input", "wbr", "link", "meta"];
    let line = block.lines().next()?.trim_end();
    let is_one = line.ends_with('>') && line.matches('<').count() == 1;
    (is_one && VOID.contains(&name)).then_some(line)
}

/// Takes a comment away; one that is never closed becomes text, since it would swallow the rest of the page.
fn comment(body: &str, start: usize, end: usize, counts: &mut Counts) -> Edit {
    if let Some(length) = body[start..end].find("-->") {
        if body[start..start + length].contains("\n\n") {
            counts.long_comments += 1;
        } else {
            counts.removed += 1;
        }
        let end = start + length + "-->".len();
        let rest = body[end..].trim_start_matches([' ', '\t']);
        let starts_line = body[line_start(body, start)..start]
            .chars()
            .all(|c| matches!(c, ' ' | '\t' | '>'));
        if starts_line {
            // Behind blanks the rest might be code, and without the comment the start of a block.
            let mark = if inline::starts_block(rest) { "\\" } else { "" };
            return Edit::replace(start..body.len() - rest.len(), mark);
        }
        // Marks that were apart stay so.
        let next = body[end..].chars().next();
        let joins = next.is_some_and(|c| "`*_~".contains(c) && body[..start].ends_with(c));
        Edit::replace(start..end, if joins { " " } else { "" })
    } else {
        counts.shown += 1;
        Edit::replace(start..start + "<!--".len(), "\\<!\\-\\-")
    }
}

/// Takes `<details>` away and makes its `<summary>` a paragraph in bold.
fn unwrap_details(body: &str, range: Range<usize>, prefix: &str) -> Vec<Edit> {
    let blank = format!("\n{}\n{prefix}", prefix.trim_end());
    brackets(body, range.clone())
        .into_iter()
        .filter_map(|at| {
            let closing = body[at..].starts_with("</");
            let name = tag::name(&body[at..]).to_ascii_lowercase();
            let text = match (name.as_str(), closing) {
                ("details", false) => String::new(),
                ("details", true) => blank.clone(),
                ("summary", false) => "**".to_owned(),
                ("summary", true) => format!("**{blank}"),
                _ => return None,
            };
            let length = body[at..range.end].find('>')? + 1;
            // Blanks inside the tags would keep the asterisks from making it bold.
            let before = &body[..at];
            let start = if closing {
                before.trim_end_matches(' ').len()
            } else {
                at
            };
            let after = &body[at + length..];
            let skipped = if closing {
                0
            } else {
                after.len() - after.trim_start_matches(' ').len()
            };
            Some(Edit::replace(start..at + length + skipped, text))
        })
        .collect()
}

fn report(counts: &Counts, notes: &mut Vec<Note>) {
    let mut note = |count: usize, severity, what: &str| {
        if count > 0 {
            notes.push(Note::new("raw-html", severity, format!("{what}: {count}")));
        }
    };
    note(
        counts.brackets,
        Severity::Info,
        "angle brackets in running text that were escaped, so that the page shows them",
    );
    note(
        counts.shown,
        Severity::Warning,
        "HTML tags that the page shows as text",
    );
    note(
        counts.fenced,
        Severity::Warning,
        "HTML blocks that the page shows as code",
    );
    note(
        counts.converted,
        Severity::Info,
        "HTML tags that became Markdown",
    );
    note(
        counts.removed,
        Severity::Info,
        "HTML comments and empty tags that were removed",
    );
    note(
        counts.long_comments,
        Severity::Warning,
        "HTML comments over several paragraphs that were removed with all that is in them",
    );
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn neutral(body: &str) -> String {
        neutralise(body, &mut Vec::new())
    }

    #[test]
    fn every_kind_of_html() {
        for (body, expected) in [
            (
                "a Vec<T> and Box<dyn Error>",
                "a Vec\\<T> and Box\\<dyn Error>",
            ),
            ("a < b, 3<5, HashMap<K, V>", "a < b, 3<5, HashMap<K, V>"),
            ("<your-key>\n", "\\<your-key>\n"),
            ("<https://a.b> <a@b.c>", "<https://a.b> <a@b.c>"),
            ("<javascript:alert(1)>", "\\<javascript:alert(1)>"),
            (
                "<script>alert(1)</script>\n",
                "\\<script>alert(1)\\</script>\n",
            ),
            (
                "<script>\na\n\nb\n</script>\n",
                "```html\n<script>\na\n\nb\n</script>\n```\n",
            ),
            (
                "> <div>\n> `x`\n> </div>\n",
                "> ```html\n> <div>\n> `x`\n> </div>\n> ```\n",
            ),
            (
                "- <div>\n  x</div>\n",
                "- ```html\n  <div>\n  x</div>\n  ```\n",
            ),
            ("a<!-- b -->c", "ac"),
            ("a <b\n> c", "a \\<b\n> c"),
            ("a <![CDATA[ b <?", "a \\<![CDATA[ b \\<?"),
            ("<!-- b\n\nc -->\nd\n", "\nd\n"),
            ("<!-- b\n\n*c*\n", "\\<!\\-\\- b\n\n*c*\n"),
            ("- <br> `x`\n", "- `x`\n"),
            ("- <br> [x]\n", "- \\[x]\n"),
            ("<br> > x\n", "\\> x\n"),
            ("- [ ] <br> x\n", "- [ ] x\n"),
            ("`x`<!-- a -->`y`", "`x` `y`"),
            ("<!-- a -->     # x\n", "\\# x\n"),
            ("a<br>b", "a\\\nb"),
            ("a<br>\nb", "a\\\nb"),
            ("| a |\n|---|\n| b<br/>c |\n", "| a |\n|---|\n| b / c |\n"),
            ("press <kbd>Ctrl</kbd>+<kbd>C</kbd>", "press `Ctrl`+`C`"),
            ("<b>bold</b> and <em>it</em>", "**bold** and *it*"),
            ("H<sub>2</sub>O, x<sup>10</sup>", "H₂O, x¹⁰"),
            (
                "<a href=\"x_y_\">*z*</a>",
                "\\<a href=\\\"x\\_y\\_\\\">*z*\\</a>",
            ),
            ("<a id=\"x\"></a>Foo", "Foo"),
            ("`<b>` and\n\n    <b>\n", "`<b>` and\n\n    <b>\n"),
            (
                "<details>\n<summary>More</summary>\n\nbody\n\n</details>\n",
                "\n**More**\n\n\n\nbody\n\n\n\n\n",
            ),
        ] {
            assert_eq!(neutral(body), expected, "{body}");
        }
    }

    proptest! {
        #[test]
        fn no_html_is_left(body in "([<>/!a-c \n&`*-]|<b>|</b>|<div>|<!--|-->|<br>|<script|<T>|- |> |\\?>|\\]\\]>|<!\\[CDATA\\[|details>|\\||<summary>){0,40}") {
            let text = neutral(&body);
            prop_assert!(ranges(&text).is_empty(), "{:?}", text);
        }
    }
}
