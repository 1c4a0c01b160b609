//! Footnotes without text, and texts without a mark.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Tag};

use super::{blank_line_above, ends_with_text, is_old_zola, line_at, warner};
use crate::check::proof;
use crate::check::prose::runs;
use crate::check::{Page, Rule};
use crate::finding::Finding;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct BrokenFootnote;

impl Rule for BrokenFootnote {
    describe!(
        "broken-footnote",
        "A footnote without its text, or a text without its mark",
        "\
`[^1]` without a line `[^1]: …` is shown as it is. A footnote's text that nothing refers to is printed in its place by Zola 0.22.0, and dropped with
`bottom_footnotes` and by Hugo 0.168.0. Zola 0.17.2 wants a blank line above it. Of two footnotes of
one name Zola prints both, and Hugo drops the second.

```markdown
Bees dance.[^1]

[^1]: Karl von Frisch found out.
```

Write both, or neither. The fix puts in the blank line; what a footnote should say only its author knows."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut say = warner(self, page, findings);
        let used: Vec<&str> = page
            .events
            .iter()
            .filter_map(|(event, _)| match event {
                Event::FootnoteReference(label) => Some(label.as_ref()),
                _ => None,
            })
            .collect();
        for run in runs(page) {
            let text = &page.text[run.clone()];
            for (at, _) in text.match_indices("[^") {
                let Some(length) = text[at..].find(']') else {
                    continue;
                };
                let label = &text[at + 2..at + length];
                // A class of a regular expression is no footnote.
                // Zola 0.17 takes whatever it is for a mark, and makes a link that leads nowhere.
                let is_label = !label.is_empty()
                    && label.len() < 20
                    && (label.chars().all(|c| c.is_ascii_digit())
                        || (is_old_zola(page) && !label.contains(char::is_whitespace)));
                if is_label {
                    say(
                        run.start + at..run.start + at + length + 1,
                        "this footnote has no text, so the mark is shown as it is",
                        "write its text on a line of its own: `[^1]: …`",
                        None,
                    );
                }
            }
        }
        let mut defined = BTreeSet::new();
        for (event, range) in &page.events {
            if let Event::Start(Tag::FootnoteDefinition(label)) = event {
                let at = line_at(page, range.start);
                if !defined.insert(label.to_lowercase()) {
                    let message = if page.site.generator.requires_front_matter() {
                        "there is another footnote of this name, and Zola prints both"
                    } else {
                        "there is another footnote of this name above, and Hugo drops this one"
                    };
                    let help = "give each footnote a name of its own";
                    say(at.clone(), message, help, None);
                }
                if !used.contains(&label.as_ref()) {
                    let message = if page.site.settings.gathers_footnotes {
                        "nothing refers to this footnote, so readers will not see it"
                    } else {
                        "nothing refers to this footnote, so it is printed here"
                    };
                    let help = "take it away, or write its mark into the text";
                    say(at.clone(), message, help, None);
                }
                let above = &page.markdown[..range.start - page.body.start];
                if is_old_zola(page) && has_paragraphs(page, range) {
                    say(
                        at.clone(),
                        "Zola 0.17 ends a footnote with its first paragraph, and makes code of the next",
                        "write the footnote as one paragraph",
                        None,
                    );
                }
                if is_old_zola(page) && ends_with_text(above) {
                    let edits = vec![blank_line_above(page, range.start)];
                    let fix = proof::fix(page, edits, |trial| trial.changes_only(&[]));
                    say(
                        at,
                        "Zola 0.17 makes no footnote of this, since it follows text",
                        "put a blank line above it",
                        Some(fix),
                    );
                }
            }
        }
    }
}

fn has_paragraphs(page: &Page<'_>, note: &std::ops::Range<usize>) -> bool {
    let inside = page.events.iter().filter(|(event, range)| {
        matches!(event, Event::Start(Tag::Paragraph)) && note.contains(&range.start)
    });
    inside.count() > 1
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, world, zola};

    #[test]
    fn a_text_without_a_mark_is_lost_where_footnotes_are_gathered() {
        let config = "base_url = \"x\"\n[markdown]\nbottom_footnotes = true\n";
        let gathering = world(&[("config.toml", config)], Some("0.22.0"));
        let body = "Text[^2].\n\n[^1]: Lost.\n\n[^2]: Kept.\n";
        for (world, word) in [
            (hugo(), "will not see"),
            (gathering, "will not see"),
            (zola("0.22.0"), "printed here"),
        ] {
            let text = format!("+++\ntitle = \"A\"\n+++\n{body}");
            let found = world.page("broken-footnote", &text);
            assert_eq!(found.len(), 1);
            assert!(found[0].message.contains(word), "{}", found[0].message);
        }
    }
}
