//! Tildes that strike text out.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::check::prose::runs;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::site::Version;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct AccidentalStrikethrough;

impl Rule for AccidentalStrikethrough {
    describe!(
        "accidental-strikethrough",
        "Text between single tildes, which is struck out",
        "\
Zola 0.22.0 and Hugo 0.168.0 strike out what stands between two single tildes, as between double ones: `~5 to 10~`. Hugo does so within words too, as in `H~2~O`. Zola 0.17.2 shows the tildes.

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
        if site.settings.extras.contains("subscript") {
            return;
        }
        let struck = page.events.iter().filter_map(|(event, range)| {
            let raw = &page.text[range.clone()];
            let is_single = raw.starts_with('~') && !raw.starts_with("~~") && raw.len() > 2;
            (matches!(event, Event::Start(Tag::Strikethrough)) && is_single).then(|| range.clone())
        });
        let mut places: Vec<Range<usize>> = struck.collect();
        if !site.generator.requires_front_matter() {
            places.extend(within_words(page));
        }
        for range in places {
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

/// The pairs of single tildes that Hugo strikes out although letters touch them on both sides, as in `H~2~O`.
fn within_words(page: &Page<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for run in runs(page) {
        let text = &page.text[run.clone()];
        let mut open = None;
        for (at, _) in text.match_indices('~') {
            let before = text[..at].chars().next_back();
            let after = text[at + 1..].chars().next();
            let before = before.filter(|c| !c.is_whitespace() && *c != '~');
            let after = after.filter(|c| !c.is_whitespace() && *c != '~');
            let is_escaped = page.text[..run.start + at].ends_with('\\');
            // Goldmark asks as CommonMark does of asterisks: what touches on one side only opens or closes.
            let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            match open {
                Some(start) if is_word(before) && !is_escaped => {
                    found.push(run.start + start..run.start + at + 1);
                    open = None;
                }
                None if is_word(before) && is_word(after) && !is_escaped => open = Some(at),
                _ => {}
            }
        }
    }
    found
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
        assert_eq!(hugo().lines(rule, "a~b ~c and ~/d\n"), [""; 0]);
        assert_eq!(zola("0.17.2").lines(rule, body), [""; 0]);
        assert_eq!(fixed(&hugo(), "~5 to 10~ items\n"), "\\~5 to 10\\~ items\n");
    }
}
