//! Tildes that strike text out.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::markdown;
use crate::site::Version;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct AccidentalStrikethrough;

impl Rule for AccidentalStrikethrough {
    describe!(
        "accidental-strikethrough",
        "Text between single tildes, which is struck out",
        "\
Zola 0.22.0 and Hugo 0.168.0 strike out what stands between two single tildes, as between double ones: `~5 to 10~`. Hugo does so within words too, where Zola shows the tildes:
`H~2~O`, `5~10 km or 7~8 km`. Zola 0.17.2 shows them everywhere. Tildes around whole words, `~gone~`, are taken for meant.

```markdown
about \\~5 to 10\\~ items
~~struck out~~
```

Write a backslash before a tilde that is one, and two tildes to strike text out. The fix writes the backslashes where a number follows the first tilde."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let site = page.site;
        if site.generator.requires_front_matter() && site.version < Version::new(0, 19, 0) {
            return;
        }
        // Subscripts need this too (tested on Hugo 0.168.0).
        if site.settings.switched_off.contains("strikethrough") {
            return;
        }
        let in_words = site.generator.dialect(site.version).strikes_in_words;
        let struck = if in_words {
            // What a shortcode holds is not read as Markdown.
            let seen = page.text[..page.body.start].to_owned() + &page.markdown;
            markdown::struck_in_goldmark(&seen, &page.events)
        } else {
            struck(page)
        };
        for range in struck.into_iter().filter(|range| !is_meant(page, range)) {
            let raw = &page.text[range.clone()];
            let edits = vec![
                Edit::insert(range.start, "\\"),
                Edit::insert(range.end - 1, "\\"),
            ];
            let fix = if raw[1..].starts_with(|c: char| c.is_ascii_digit()) {
                Fix::safe(edits)
            } else {
                Fix::risky(edits)
            };
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "the tildes strike out what stands between them",
                )
                .at(range.clone())
                .help("write `\\~` for a tilde, or `~~` on both sides to strike text out")
                .fix(fix),
            );
        }
    }
}

/// Whether the tildes stand around whole words, as nothing but marks do: `~asm!~`. Before a number one means "about".
fn is_meant(page: &Page<'_>, range: &Range<usize>) -> bool {
    let inside = &page.text[range.start + 1..range.end - 1];
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    inside.starts_with(char::is_alphabetic)
        && !is_letter(page.text[..range.start].chars().next_back())
        && !is_letter(page.text[range.end..].chars().next())
}

/// What stands between single tildes, marks included, as Zola's parser has it.
fn struck(page: &Page<'_>) -> Vec<Range<usize>> {
    let is_single = |range: &Range<usize>| {
        let raw = &page.text[range.clone()];
        raw.starts_with('~') && !raw.starts_with("~~") && raw.len() > 2
    };
    let events = page
        .events
        .iter()
        .filter(|(event, _)| matches!(event, Event::Start(Tag::Strikethrough)));
    let ranges = events.map(|(_, range)| range.clone());
    ranges.filter(is_single).collect()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, zola};

    #[test]
    fn only_single_ones() {
        let body = "~5 to 10~ H~2~O ~~gone~~ ~/.bashrc and ~5\n";
        let rule = "accidental-strikethrough";
        assert_eq!(zola("0.22.0").lines(rule, body), ["warning 1"]);
        assert_eq!(hugo().lines(rule, body).len(), 2);
        assert_eq!(zola("0.17.2").lines(rule, body), [""; 0]);
        assert_eq!(fixed(&hugo(), "~5 to 10~ items\n"), "\\~5 to 10\\~ items\n");
        for body in ["~removed features~\n", "- ~asm!~ ~core_intrinsics~, gone\n"] {
            assert_eq!(zola("0.22.0").lines(rule, body), [""; 0], "{body}");
            assert_eq!(hugo().lines(rule, body), [""; 0], "{body}");
        }
        let ranges = "5~10 km, 7~8 km\n";
        assert_eq!(fixed(&zola("0.22.0"), ranges), ranges);
        assert_eq!(fixed(&hugo(), ranges), "5\\~10 km, 7\\~8 km\n");
    }
}
