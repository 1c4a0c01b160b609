//! What no fix does unasked, whichever rule it comes from: make something in code or in raw HTML run, or mend text that a bar
//! has cut out of its code.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::Page;
use super::Rule;
use super::markup::tables::BrokenTable;
use crate::body::edits::{line_end, line_start};
use crate::body::links::is_safe_scheme;
use crate::finding::splice;
use crate::finding::{Applicability, Edit, Finding};
use crate::markdown;

/// Holds back the fixes of a page that could do harm.
pub(super) fn hold_back(page: &Page<'_>, findings: &mut [Finding]) {
    let cut = cut_code(page);
    for finding in findings {
        let Some(fix) = &mut finding.fix else {
            continue;
        };
        let is_in_cut = |edit: &Edit| {
            cut.iter()
                .any(|code| code.start < edit.range.end && edit.range.start < code.end)
                || cut.iter().any(|code| code.contains(&edit.range.start))
        };
        if finding.rule != BrokenTable.name() && fix.edits.iter().any(is_in_cut) {
            // With the bar escaped it is code, and this would stand in it.
            finding.fix = None;
        } else if fix.applicability == Applicability::Safe && wakes(page, &fix.edits) {
            fix.applicability = Applicability::Unsafe;
        }
    }
}

/// What between backticks in the rows of tables is no code, since a bar parts it.
fn cut_code(page: &Page<'_>) -> Vec<Range<usize>> {
    let mut cut = Vec::new();
    for (event, row) in &page.events {
        if !matches!(event, Event::Start(Tag::TableRow | Tag::TableHead)) {
            continue;
        }
        let mut at = row.start;
        while let Some(start) = page.text[at..row.end].find('`') {
            let open = at + start;
            let rest = &page.text[open..row.end];
            let marks = rest.len() - rest.trim_start_matches('`').len();
            let inside = open + marks;
            let Some(length) = page.text[inside..row.end].find(&"`".repeat(marks)) else {
                break;
            };
            let code = &page.text[inside..inside + length];
            let is_bar = |(at, _): (usize, &str)| !code[..at].ends_with('\\');
            if code.match_indices('|').any(is_bar) {
                cut.push(open..inside + length + marks);
            }
            at = inside + length + marks;
        }
    }
    cut
}

/// Whether edits of code or of raw HTML lead to more that the generator or a browser acts on.
fn wakes(page: &Page<'_>, edits: &[Edit]) -> bool {
    let in_code = |edit: &Edit| page.in_code(edit.range.start);
    edits.iter().any(in_code) && wakes_template(page, edits)
        || is_in_html_block(page, edits) && wakes_link(page, edits)
}

fn wakes_template(page: &Page<'_>, edits: &[Edit]) -> bool {
    let (Some(first), Some(last)) = (edits.first(), edits.last()) else {
        return false;
    };
    let start = line_start(page.text, first.range.start);
    let end = line_end(page.text, last.range.end);
    let before = &page.text[start..end];
    live(page, &splice(before, &moved(edits, start))) > live(page, before)
}

/// The edits in a part of the text that begins at this byte.
fn moved(edits: &[Edit], start: usize) -> Vec<Edit> {
    let moved = edits.iter().map(|edit| Edit {
        range: edit.range.start - start..edit.range.end - start,
        text: edit.text.clone(),
    });
    moved.collect()
}

fn is_in_html_block(page: &Page<'_>, edits: &[Edit]) -> bool {
    page.events.iter().any(|(event, block)| {
        let touches = |edit: &Edit| block.start <= edit.range.end && edit.range.start <= block.end;
        matches!(event, Event::Start(Tag::HtmlBlock)) && edits.iter().any(touches)
    })
}

/// Whether Markdown that is not read now would be a link that runs something, or HTML of its own.
fn wakes_link(page: &Page<'_>, edits: &[Edit]) -> bool {
    let body = page.body.start;
    if edits.iter().any(|edit| edit.range.start < body) {
        return false;
    }
    let before = page.markdown.as_ref();
    risky_links(&splice(before, &moved(edits, body))) > risky_links(before)
}

fn risky_links(text: &str) -> usize {
    let events = markdown::events(text).into_iter();
    let risky = events.filter(|(event, _)| match event {
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            !is_safe_scheme(dest_url)
        }
        _ => false,
    });
    risky.count()
}

/// How much in a text the generator acts on before Markdown is read.
fn live(page: &Page<'_>, text: &str) -> usize {
    let generator = page.site.generator;
    let marks = generator.raw_marks().iter();
    generator.templates(page.site.version, text).len()
        + marks.map(|mark| text.matches(mark).count()).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, fixed_with_risk, hugo, zola};

    #[test]
    fn nothing_in_code_comes_to_life() {
        for body in [
            "a `<!\u{b}--more-->` b\n",
            "a `{\u{b}{< known >}}` b\n",
            "```\n<!-\u{200b}-more-->\n```\n",
        ] {
            assert_eq!(fixed(&hugo(), body), body);
        }
        let body = "a `<!\u{b}--more-->` b\n";
        assert_eq!(fixed(&zola("0.22.0"), body), "a `<!--more-->` b\n");
    }

    #[test]
    fn no_link_in_raw_html_comes_to_life() {
        for body in [
            "<!-- a -->[b](javascript:c)\n",
            "<!-- a --> d [b\ne](data:c)\n",
            "<!-- a --> [b]\n\n[b]: javascript:c\n",
            "<!-- a --> [b]: javascript:c\n\n[b]\n",
        ] {
            for version in ["0.17.2", "0.22.0"] {
                assert_eq!(fixed(&zola(version), body), body);
            }
        }
        let body = "<!-- a --> [b](https://example.com/)\n";
        let mended = body.replace("> [", ">\n[");
        assert_eq!(fixed(&zola("0.22.0"), body), mended);
    }

    #[test]
    fn code_that_a_bar_has_cut_is_mended_alone() {
        let body = "| A | B |\n|---|---|\n| x | `U [--t=<float64>] [--a|--b]` |\n";
        let mended = body.replace("a|", "a\\|");
        for world in [hugo(), zola("0.22.0")] {
            assert_eq!(fixed(&world, body), mended);
            assert_eq!(fixed_with_risk(&world, body), mended);
        }
        // Where nobody knows which bar is meant, nothing else is touched.
        let body = "| A | B |\n|---|---|\n| x | `U <float64> a|b` | `c` | d |\n";
        assert_eq!(fixed_with_risk(&zola("0.17.2"), body), body);
    }
}
