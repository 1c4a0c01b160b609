//! Rules about Markdown and raw HTML that do not come out as meant.

use std::ops::Range;

use pulldown_cmark::{Event, Tag as MarkdownTag};

use super::{Page, Rule};
use crate::body::edits::{line_prefix, line_start};
use crate::body::html::tag;
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::site::Version;

pub(super) mod accidental_emoji;
pub(super) mod accidental_strikethrough;
pub(super) mod alt_markup;
pub(super) mod code_characters;
pub(super) mod duplicate_title_heading;
pub(super) mod emphasis;
pub(super) mod fence_info;
pub(super) mod footnotes;
pub(super) mod heading_braces;
pub(super) mod headings;
pub(super) mod indented_prose;
pub(super) mod lists;
pub(super) mod live_script;
pub(super) mod lost_backslash;
pub(super) mod math;
mod mentions;
pub(super) mod more_marker;
pub(super) mod other_syntax;
pub(super) mod raw_html;
pub(super) mod swallowed_angle_bracket;
pub(super) mod switched_off;
pub(super) mod tables;
pub(super) mod text_after_comment;
pub(super) mod typography;
pub(super) mod unclosed_comment;
pub(super) mod unclosed_fence;

/// The bytes from here to the end of the line.
pub(super) use emphasis::is_cjk;

fn line_at(page: &Page<'_>, start: usize) -> Range<usize> {
    let line = page.text[start..].split(['\n', '\r']).next();
    start..start + line.unwrap_or_default().len()
}

/// Puts a blank line above the block that starts here, in the quotes and lists around it.
pub(super) fn blank_line_above(page: &Page<'_>, block: usize) -> Edit {
    let line = line_start(page.text, block);
    let prefix = line_prefix(page.text, block);
    let feed = if page.text[line..]
        .split('\n')
        .next()
        .is_some_and(|line| line.ends_with('\r'))
    {
        "\r\n"
    } else {
        "\n"
    };
    Edit::insert(line, format!("{}{feed}", prefix.trim_end()))
}

/// Whether text ends with a line that is not blank, and the end of that line.
fn ends_with_text(above: &str) -> bool {
    above.strip_suffix('\n').is_some_and(|lines| {
        let last = lines.rsplit('\n').next().unwrap_or_default();
        !last.trim_matches([' ', '\t', '\r', '>']).is_empty()
    })
}

/// Whether the site is built by a Zola whose Markdown has tables and footnotes in the way of old (tested on 0.17.2). The new
/// one came with pulldown-cmark 0.11 in Zola 0.19.
fn is_old_zola(page: &Page<'_>) -> bool {
    page.site.generator.lists_twice() && page.site.version < Version::new(0, 19, 0)
}

/// Whether lines that begin with a colon become definitions; Zola knows how since 0.20.
fn has_definition_lists(page: &Page<'_>) -> bool {
    let is_old =
        page.site.generator.requires_front_matter() && page.site.version < Version::new(0, 20, 0);
    page.site.settings.definition_lists && !is_old
}

/// Adds warnings of a rule about places of a page, each with its message, its help and perhaps a fix.
fn warner<'f>(
    rule: &'f dyn Rule,
    page: &'f Page<'_>,
    findings: &'f mut Vec<Finding>,
) -> impl FnMut(Range<usize>, &str, &str, Option<Fix>) + 'f {
    move |at, message, help, fix| {
        let mut finding = page
            .finding(rule, Severity::Warning, message)
            .at(at)
            .help(help);
        finding.fix = fix;
        findings.push(finding);
    }
}

/// A tag of raw HTML: one in a line of text, or the one that begins a block.
#[derive(Debug)]
pub(super) struct Tag<'p> {
    /// Its name; empty for comments, declarations and the like.
    pub(super) name: &'p str,
    pub(super) closing: bool,
    /// The tag from `<` to `>`.
    pub(super) raw: &'p str,
    /// Its bytes in the file.
    pub(super) range: Range<usize>,
    /// The bytes of the whole block, where it begins one.
    pub(super) block: Option<Range<usize>>,
}

/// The tags of a page, in order.
pub(super) fn tags<'p>(page: &'p Page<'_>) -> Vec<Tag<'p>> {
    let found = page.events.iter().filter_map(|(event, range)| match event {
        Event::InlineHtml(_) => Some((range.clone(), None)),
        Event::Start(MarkdownTag::HtmlBlock) => {
            let block = &page.text[range.clone()];
            let start = block.find('<')?;
            let length = block[start..]
                .find('>')
                .map_or(block.len() - start, |end| end + 1);
            Some((
                range.start + start..range.start + start + length,
                Some(range.clone()),
            ))
        }
        _ => None,
    });
    found
        .map(|(range, block)| {
            let raw = &page.text[range.clone()];
            Tag {
                name: tag::name(raw),
                closing: raw.starts_with("</"),
                raw,
                range,
                block,
            }
        })
        .collect()
}

/// Elements that are rare enough for a bare `<time>` to be a placeholder.
const RARE: [&str; 32] = [
    "acronym",
    "area",
    "bdi",
    "bdo",
    "big",
    "data",
    "datalist",
    "dir",
    "hgroup",
    "image",
    "marquee",
    "meter",
    "nobr",
    "noframes",
    "output",
    "param",
    "portal",
    "progress",
    "rb",
    "rp",
    "rt",
    "rtc",
    "ruby",
    "search",
    "slot",
    "template",
    "time",
    "track",
    "applet",
    "frameset",
    "plaintext",
    "xmp",
];

impl Tag<'_> {
    /// Whether it is an element of HTML, and not a type parameter or a placeholder.
    pub(super) fn is_element(&self, page: &Page<'_>) -> bool {
        let lower = self.name.to_ascii_lowercase();
        if tag::is_known(&lower) {
            let upper = self.name.len() > 1 && self.name.bytes().all(|b| !b.is_ascii_lowercase());
            // `<Br>` and `<Div>` are HTML; `<Time>` and other types of programs have one word's letters too.
            let is_plain = ["br", "hr", "div", "span", "img"].contains(&lower.as_str());
            return self.name == lower || upper || is_plain || self.is_used(page);
        }
        if RARE.contains(&lower.as_str()) || lower.contains('-') {
            return self.is_used(page);
        }
        self.is_drawing(page)
    }

    /// Whether it has attributes, closes itself, or has its other half on the page.
    pub(super) fn is_used(&self, page: &Page<'_>) -> bool {
        let other = if self.closing {
            format!("<{}", self.name)
        } else {
            format!("</{}", self.name)
        };
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '-');
        let body = page.body();
        let lower = other.to_ascii_lowercase();
        self.raw.contains("=\"")
            || self.raw.contains("='")
            || self.raw.ends_with("/>")
            || body
                .match_indices(&other)
                .any(|(at, _)| ends(&body[at + other.len()..]))
            || body
                .match_indices(&lower)
                .any(|(at, _)| ends(&body[at + lower.len()..]))
    }

    /// Whether it stands inside `<svg>` or `<math>`, which have names of their own.
    fn is_drawing(&self, page: &Page<'_>) -> bool {
        let before = &page.text[..self.range.start];
        ["svg", "math"].iter().any(|name| {
            let open = before.rfind(&format!("<{name}"));
            open.is_some() && open > before.rfind(&format!("</{name}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::ends_with_text;
    use crate::check::testing::{fixed, zola};

    #[test]
    fn blank_lines_have_any_line_end() {
        for (above, expected) in [
            ("", false),
            ("a", false),
            ("a\n", true),
            ("a\r\n", true),
            ("a\n\n", false),
            ("a\r\n\r\n", false),
            ("a\n \t\n", false),
            ("> a\n>\n", false),
        ] {
            assert_eq!(ends_with_text(above), expected, "{above:?}");
        }
    }

    #[test]
    fn pages_with_carriage_returns_are_left_alone() {
        let body = "Text[^1]\r\n\r\n- a\r\n- b\r\n\r\n| a | b |\r\n|---|---|\r\n| 1 | 2 |\r\n\r\n[^1]: Note.\r\n";
        for version in ["0.17.2", "0.22.0"] {
            let site = zola(version);
            for rule in ["broken-table", "broken-footnote", "broken-list"] {
                assert_eq!(site.lines(rule, body), [""; 0], "{rule} {version}");
            }
            assert_eq!(fixed(&site, body), body, "{version}");
        }
    }
}
