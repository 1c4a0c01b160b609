//! Names of elements in running text that were to be read and not to be markup: "the <input> element".

use pulldown_cmark::Event;

use super::Tag;
use crate::check::Page;

/// Elements that nothing closes, and that do nothing without attributes.
const VOID: [&str; 10] = [
    "area", "base", "col", "embed", "img", "input", "link", "meta", "source", "track",
];

/// Elements that may be left open, or that stand for themselves: alone in a text they may be meant.
const LEFT_OPEN: [&str; 22] = [
    "br", "hr", "wbr", "p", "li", "dt", "dd", "td", "th", "tr", "thead", "tbody", "tfoot",
    "option", "optgroup", "colgroup", "caption", "rt", "rp", "html", "head", "body",
];

/// Whether a tag in a line of text only names its element: it has no attributes, and its other half is missing.
pub(super) fn is_mention(page: &Page<'_>, tag: &Tag<'_>) -> bool {
    let name = tag.name.to_ascii_lowercase();
    if name.is_empty() || tag.raw.contains(['=', '/']) && !tag.closing {
        return false;
    }
    // A block of HTML may be anything, but for a tag with words behind it that nothing closes.
    if tag.block.is_some() {
        let line = page.text[tag.range.end..]
            .split('\n')
            .next()
            .unwrap_or_default();
        let is_text = line.trim_start().starts_with(char::is_alphabetic) && !line.contains('<');
        return is_text
            && !tag.closing
            && !has_other_half(page, tag, &name)
            && !LEFT_OPEN.contains(&name.as_str());
    }
    if LEFT_OPEN.contains(&name.as_str()) {
        let after = page.text[tag.range.end..].trim_start_matches([' ', '*', '_']);
        return ["tag", "element", "attribute"]
            .iter()
            .any(|word| after.starts_with(word));
    }
    (VOID.contains(&name.as_str()) && !tag.closing) || !has_other_half(page, tag, &name)
}

/// Whether the HTML of the page has the closing tag of an opening one behind it, or the opening one of a closing one above.
fn has_other_half(page: &Page<'_>, tag: &Tag<'_>, name: &str) -> bool {
    let half = if tag.closing {
        format!("<{name}")
    } else {
        format!("</{name}")
    };
    page.events.iter().any(|(event, range)| {
        let is_beyond = if tag.closing {
            range.start < tag.range.start
        } else {
            range.end > tag.range.end
        };
        matches!(event, Event::Html(_) | Event::InlineHtml(_))
            && is_beyond
            && page.text[range.clone()]
                .to_ascii_lowercase()
                .match_indices(&half)
                .any(|(at, _)| {
                    let rest = &page.text[range.start + at + half.len()..];
                    !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
                })
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, zola};

    #[test]
    fn elements_that_are_spoken_of() {
        for body in [
            "The <input> element is old.\n",
            "Wrap it in a <div> and go on.\n",
            "Then a </div> ends it.\n",
            "The <title> tag matters.\n",
            "Use <p> tags here.\n",
            "a <b\nc> d\n",
            "- <nav> holds links\n",
        ] {
            for world in [hugo(), zola("0.22.0"), zola("0.17.2")] {
                let found = world.lines("swallowed-angle-bracket", body);
                assert_eq!(found, ["warning 1"], "{body}");
                assert_eq!(world.lines("raw-html", body), [""; 0], "{body}");
            }
        }
        assert_eq!(
            fixed(&hugo(), "Wrap it in a <div> now.\n"),
            "Wrap it in a \\<div> now.\n"
        );
        let body = "Wrap it in a <div> now.\n";
        assert_eq!(fixed(&zola("0.22.0"), body), body);
    }

    #[test]
    fn elements_that_are_markup() {
        for body in [
            "a<br>b <kbd>c</kbd> <span>d\n\ne</span> <p>f\n",
            "<img src=\"a.png\"> <input type=\"text\"> <wbr>\n",
            "<div>\n\nx <b>y</b>\n\n</div>\n",
            "<b>a\nb</b>\n",
        ] {
            let found = zola("0.22.0").lines("swallowed-angle-bracket", body);
            assert_eq!(found, [""; 0], "{body}");
        }
    }
}
