//! Links and images in raw HTML, where it reaches the page.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::Link;
use crate::body::html::tag;
use crate::check::Page;

/// Elements whose content is no HTML.
const RAW_TEXT: [&str; 5] = ["script", "style", "textarea", "title", "xmp"];

/// The destinations of `<a href>` and `<img src>`; none where the generator drops raw HTML.
pub(super) fn html_links<'p>(page: &'p Page<'_>) -> Vec<Link<'p>> {
    let mut links = Vec::new();
    if !page.site.raw_html {
        return links;
    }
    for (event, range) in &page.events {
        if matches!(event, Event::InlineHtml(_) | Event::Start(Tag::HtmlBlock)) {
            find(page, range.clone(), &mut links);
        }
    }
    links
}

fn find<'p>(page: &'p Page<'_>, range: Range<usize>, links: &mut Vec<Link<'p>>) {
    let text = &page.text[range.clone()];
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|length| at + length) {
        let rest = &text[open..];
        if rest.starts_with("<!--") {
            at = open + rest.find("-->").map_or(rest.len(), |length| length + 3);
            continue;
        }
        let name = tag::name(rest).to_ascii_lowercase();
        at = open + 1 + name.len();
        if rest.starts_with("</") || name.is_empty() {
            continue;
        }
        let (attributes, end) = attributes(text, at);
        at = end;
        let wanted = match name.as_str() {
            "a" => "href",
            "img" => "src",
            _ => "",
        };
        let value = attributes.into_iter().find(|(name, _)| name == wanted);
        // References to characters are not resolved here, and a template may write anything.
        let is_plain = |value: &Range<usize>| !text[value.clone()].contains(['&', '{', '\n']);
        if let Some((_, value)) = value.filter(|(_, value)| is_plain(value)) {
            links.push(Link {
                image: name == "img",
                dest: text[value.clone()].trim(),
                title: "",
                range: range.start + value.start..range.start + value.end,
                inline: false,
                raw: true,
            });
        }
        if RAW_TEXT.contains(&name.as_str()) {
            let close = format!("</{name}");
            let length = text[at..].to_ascii_lowercase().find(&close);
            at = length.map_or(text.len(), |length| at + length);
        }
    }
}

/// The attributes of a tag from byte `at` on, names in small letters, each with the bytes of its value; and the byte behind
/// the tag.
fn attributes(text: &str, mut at: usize) -> (Vec<(String, Range<usize>)>, usize) {
    let mut found = Vec::new();
    loop {
        let rest = &text[at..];
        at += rest.len()
            - rest
                .trim_start_matches(|c: char| c.is_whitespace() || c == '/')
                .len();
        let rest = &text[at..];
        if rest.is_empty() || rest.starts_with(['>', '<']) {
            return (found, at + usize::from(rest.starts_with('>')));
        }
        let is_end = |c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/');
        // A sign of equality may begin a name.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let length = first + rest[first..].find(is_end).unwrap_or(rest.len() - first);
        let name = rest[..length].to_ascii_lowercase();
        at += length;
        let rest = text[at..].trim_start();
        let Some(value) = rest.strip_prefix('=').map(str::trim_start) else {
            continue;
        };
        at = text.len() - value.len();
        let range = if let Some(quote @ ('"' | '\'')) = value.chars().next() {
            let length = value[1..].find(quote).unwrap_or(value.len() - 1);
            let range = at + 1..at + 1 + length;
            at = (range.end + 1).min(text.len());
            range
        } else {
            let length = value.find(|c: char| c.is_whitespace() || c == '>');
            let range = at..at + length.unwrap_or(value.len());
            at = range.end;
            range
        };
        found.push((name, range));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn attributes_are_read_as_in_browsers() {
        let text = "<a class=x HREF = '/a b/' data-x disabled title=\"<\">";
        let (found, end) = attributes(text, 2);
        let found: Vec<_> = found
            .iter()
            .map(|(name, value)| (name.as_str(), &text[value.clone()]))
            .collect();
        assert_eq!(found, [("class", "x"), ("href", "/a b/"), ("title", "<")]);
        assert_eq!(end, text.len());
    }

    proptest! {
        #[test]
        fn attributes_end(text in "<a[ =\"'/>a-cé<\n]{0,30}") {
            let (found, end) = attributes(&text, 2);
            prop_assert!(end <= text.len());
            for (_, value) in found {
                prop_assert!(text.get(value).is_some());
            }
        }
    }
}
