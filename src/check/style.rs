//! Rules of Markdown style, which can also be called by the ids that markdownlint gave them. Those that matter to readers
//! run by default, those about the looks of the source do not. They give advice; only a link that is none is a warning.
//!
//! They are our own. Of the crates that have such rules (rumdl 0.3, markdownlint-rs 0.4, mdbook-lint 0.16, quickmark-core
//! 1.1) each parses the whole file itself, by its own idea of front matter and extensions, so none can be told what is a
//! shortcode or a template; they speak of lines and columns and not of bytes; none proves that a fix leaves the page as
//! it was; and each brings 50 to 220 crates along, behind an interface that is not promised to stay.
//!
//! A safe fix is offered only where the Markdown parser reads the same page afterwards: see [`report`].

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::Page;
use super::prose::lines as lines_of;
use crate::generator::TemplateKind;
use crate::markdown;

mod fixes;

pub(super) mod code_span_space;
pub(super) mod crowded;
pub(super) mod dollar_before_command;
pub(super) mod emphasis_as_heading;
pub(super) mod hard_tab;
pub(super) mod heading_punctuation;
pub(super) mod indented_heading;
pub(super) mod link_text_space;
pub(super) mod long_line;
pub(super) mod missing_alt_text;
pub(super) mod missing_fence_language;
pub(super) mod missing_final_newline;
pub(super) mod mixed_code_style;
pub(super) mod mixed_emphasis_style;
pub(super) mod mixed_fence_style;
pub(super) mod mixed_heading_style;
pub(super) mod mixed_list_indent;
pub(super) mod mixed_list_mark;
pub(super) mod mixed_rule_style;
pub(super) mod mixed_table_bars;
pub(super) mod odd_list_number;
pub(super) mod repeated_blank_line;
pub(super) mod repeated_heading;
pub(super) mod reversed_link;
pub(super) mod skipped_heading_level;
pub(super) mod split_quote;
pub(super) mod trailing_space;
pub(super) mod unused_definition;
pub(super) mod vague_link_text;
pub(super) mod wide_heading_mark;
pub(super) mod wide_list_mark;
pub(super) mod wide_quote_mark;

use fixes::report;

/// A line of the body.
#[derive(Debug, Clone)]
struct Line<'p> {
    /// Its text without the line end.
    text: &'p str,
    /// Its first byte.
    start: usize,
    /// The first byte of the next line.
    next: usize,
}

impl Line<'_> {
    /// Its bytes without the line end.
    fn range(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    fn is_blank(&self) -> bool {
        self.text.bytes().all(|byte| matches!(byte, b' ' | b'\t'))
    }
}

/// The lines of the body, in order.
fn lines<'p>(page: &'p Page<'_>) -> Vec<Line<'p>> {
    let mut at = page.body.start;
    let of_body = page.text[page.body.clone()].split_inclusive('\n');
    of_body
        .map(|line| {
            let start = at;
            at += line.len();
            Line {
                text: line.trim_end_matches('\n').trim_end_matches('\r'),
                start,
                next: at,
            }
        })
        .collect()
}

/// What style is not asked of: code, raw HTML, formulas, template syntax and all that stands between the two halves of a
/// shortcode.
#[derive(Debug)]
struct Opaque(Vec<Range<usize>>);

impl Opaque {
    fn of(page: &Page<'_>) -> Self {
        let mut ranges: Vec<Range<usize>> = page.code.clone();
        ranges.extend(templates(page));
        for (event, range) in &page.events {
            match event {
                Event::Start(Tag::HtmlBlock) | Event::InlineHtml(_) | Event::Html(_) => {
                    ranges.push(range.clone());
                }
                Event::Start(Tag::Paragraph) => {
                    let text = &page.text[range.clone()];
                    let marks: Vec<usize> = text.match_indices("$$").map(|(at, _)| at).collect();
                    ranges.extend(
                        marks
                            .chunks_exact(2)
                            .map(|pair| range.start + pair[0]..range.start + pair[1] + 2),
                    );
                }
                _ => {}
            }
        }
        Self::merged(ranges)
    }

    /// Only the template syntax, and what stands between the halves of a shortcode.
    fn in_templates(page: &Page<'_>) -> Self {
        Self::merged(templates(page).collect())
    }

    fn merged(mut ranges: Vec<Range<usize>>) -> Self {
        ranges.sort_by_key(|range| range.start);
        let mut merged: Vec<Range<usize>> = Vec::new();
        for range in ranges {
            match merged.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        Self(merged)
    }

    /// Whether some byte of the range, or the place where an empty one stands, is in it.
    fn touches(&self, range: &Range<usize>) -> bool {
        let end = range.end.max(range.start + 1);
        let before = self.0.partition_point(|known| known.start < end);
        before > 0 && self.0[before - 1].end > range.start
    }
}

/// The template syntax of a page, of shortcodes with all between their halves.
fn templates<'p>(page: &'p Page<'_>) -> impl Iterator<Item = Range<usize>> + 'p {
    page.templates.iter().map(|template| {
        let TemplateKind::Call { name, .. } = &template.kind else {
            return template.range.clone();
        };
        let opening = &page.text[template.range.clone()];
        let rest = &page.text[template.range.end..];
        let mark = if opening.starts_with("{%") {
            "{%"
        } else {
            "{{"
        };
        let closing = rest.match_indices(mark).find_map(|(at, _)| {
            let tag = rest[at + 2..].trim_start_matches(['<', '%', '-', ' ', '\t']);
            let word = if mark == "{%" {
                tag.strip_prefix("end")
            } else {
                let tag = tag.strip_prefix('/')?;
                tag.trim_start().strip_prefix(name.as_str())
            };
            let is_word = word.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
            is_word.then(|| at + rest[at..].find('}').map_or(2, |end| end + 1))
        });
        template.range.start..template.range.end + closing.unwrap_or(0)
    })
}

/// A heading of the body.
#[derive(Debug)]
struct Heading {
    /// 1 to 6.
    level: usize,
    /// Its text as a page shows it.
    text: String,
    /// Its bytes, from the first mark or letter on, without blanks at the end.
    at: Range<usize>,
    /// Whether it has a line of `=` or `-` below it, and no `#`.
    is_underlined: bool,
    /// In how many lists and quotes it stands.
    depth: usize,
}

/// The headings of a page, but for those in shortcodes.
fn headings(page: &Page<'_>) -> impl Iterator<Item = Heading> {
    let opaque = Opaque::in_templates(page);
    let containers: Vec<Range<usize>> = page
        .events
        .iter()
        .filter(|(event, _)| {
            matches!(
                event,
                Event::Start(Tag::List(_) | Tag::BlockQuote(_) | Tag::FootnoteDefinition(_))
            )
        })
        .map(|(_, range)| range.clone())
        .collect();
    let all = markdown::headings(&page.markdown).into_iter();
    all.filter_map(move |heading| {
        let start = page.body.start + heading.range.start;
        let raw = &page.text[start..page.body.start + heading.range.end];
        let start = start + raw.len() - raw.trim_start().len();
        let raw = raw.trim();
        let at = start..start + raw.len();
        let around = containers.iter().filter(|range| range.contains(&start));
        (!opaque.touches(&at)).then(|| Heading {
            level: usize::from(heading.level),
            text: heading.text,
            is_underlined: raw.contains('\n'),
            depth: around.count(),
            at,
        })
    })
}

/// A list of the body.
#[derive(Debug)]
struct List {
    is_numbered: bool,
    /// How many lists it stands in.
    depth: usize,
    range: Range<usize>,
    /// Its items, each from its mark on.
    items: Vec<Range<usize>>,
}

/// The lists of a page, in the order in which they begin, but for those in shortcodes.
fn lists(page: &Page<'_>) -> Vec<List> {
    let opaque = Opaque::in_templates(page);
    let mut open: Vec<usize> = Vec::new();
    let mut lists: Vec<List> = Vec::new();
    for (event, range) in &page.events {
        match event {
            Event::Start(Tag::List(number)) => {
                lists.push(List {
                    is_numbered: number.is_some(),
                    depth: open.len(),
                    range: range.clone(),
                    items: Vec::new(),
                });
                open.push(lists.len() - 1);
            }
            Event::End(TagEnd::List(_)) => {
                open.pop();
            }
            Event::Start(Tag::Item) => {
                if let Some(list) = open.last() {
                    let raw = &page.text[range.clone()];
                    let blanks = raw.len() - raw.trim_start().len();
                    lists[*list].items.push(range.start + blanks..range.end);
                }
            }
            _ => {}
        }
    }
    lists.retain(|list| !list.items.is_empty() && !opaque.touches(&list.range));
    lists
}

#[cfg(test)]
mod tests {
    use crate::check::find;
    use crate::check::testing::{fixed_by, hugo, zola};

    #[test]
    fn ids_of_markdownlint_find_a_rule() {
        // 33, 43, 44 and 54 ask for what only a project can know; the other numbers are not in use.
        let ids =
            (1..=59).filter(|id| !matches!(id, 2 | 6 | 8 | 15 | 16 | 17 | 33 | 43 | 44 | 54 | 57));
        for id in ids {
            let rule = find(&format!("md{id:03}")).unwrap_or_else(|message| panic!("{message}"));
            let own = format!("MD{id:03}");
            assert!(rule.aliases().contains(&own.as_str()), "{own}");
        }
    }

    #[test]
    fn shortcodes_are_left_alone_from_end_to_end() {
        let body = "{{< known >}}\na \n{{< known >}}\nb \n{{< /known >}}\n\nc \n";
        assert_eq!(hugo().lines("trailing-space", body), ["info 7"]);
        let body = "{% known() %}\na \n{% end %}\n\nb \n\n`{{ known() }}`\n";
        assert_eq!(zola("0.22.0").lines("trailing-space", body), ["info 5"]);
    }

    #[test]
    fn line_ends_stay_what_they_are() {
        let zola = zola("0.22.0");
        let fixed = |rule, body| fixed_by(&zola, rule, body);
        assert_eq!(
            fixed("crowded-heading", "a\r\n# B\r\nc\r\n"),
            "a\r\n\r\n# B\r\n\r\nc\r\n"
        );
        assert_eq!(
            fixed("trailing-space", "a \r\nb  \r\nc\r\n"),
            "a\r\nb  \r\nc\r\n"
        );
        assert_eq!(
            fixed("repeated-blank-line", "a\r\n\r\n\r\nb\r\n"),
            "a\r\n\r\nb\r\n"
        );
        assert_eq!(fixed("missing-final-newline", "a\r\nb"), "a\r\nb\r\n");
    }
}
