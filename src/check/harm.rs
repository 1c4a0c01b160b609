//! What no fix does unasked, whichever rule it comes from: make something in code run, or mend text that a bar has cut out of
//! its code.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::Page;
use super::Rule;
use super::markup::tables::BrokenTable;
use crate::body::edits::{line_end, line_start};
use crate::finding::splice;
use crate::finding::{Applicability, Edit, Finding};

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

/// Whether edits of code lead to more that the generator acts on.
fn wakes(page: &Page<'_>, edits: &[Edit]) -> bool {
    let (Some(first), Some(last)) = (edits.first(), edits.last()) else {
        return false;
    };
    if !edits.iter().any(|edit| page.in_code(edit.range.start)) {
        return false;
    }
    let start = line_start(page.text, first.range.start);
    let end = line_end(page.text, last.range.end);
    let moved: Vec<Edit> = edits
        .iter()
        .map(|edit| Edit {
            range: edit.range.start - start..edit.range.end - start,
            text: edit.text.clone(),
        })
        .collect();
    let before = &page.text[start..end];
    live(page, &splice(before, &moved)) > live(page, before)
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
