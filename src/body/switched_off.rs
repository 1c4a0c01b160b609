//! Markdown that the site has switched off: what it was to say is said in another way.
//!
//! This is no matter of looks alone. Where the generator reads other blocks and links than the parser here, it finds raw
//! HTML and destinations where the stages see code and notes: `` ` `` in one cell of a table and in another is one piece of
//! code where there are no tables, and `[^1]: javascript:x` defines a link where there are no footnotes. So none of what
//! is off may be left.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Tag};

use crate::finding::{Edit, Severity};
use crate::markdown;

use super::Note;
use super::edits::{apply, fenced, line_prefix};
use super::html::inline::literal;

/// Shows tables as code, footnotes as a list, and the signs of the rest as text or as signs of Unicode.
pub(super) fn tidy(body: &str, off: &BTreeSet<&'static str>, notes: &mut Vec<Note>) -> String {
    let mut tell =
        |message: &str| notes.push(Note::new("switched-off", Severity::Warning, message));
    let mut edits = Vec::new();
    for (event, range) in markdown::events(body) {
        let raw = &body[range.clone()];
        let start = range.start;
        match event {
            Event::Start(Tag::Table(_)) if off.contains("table") => {
                tell(
                    "tables are switched off in the site's configuration, so the post shows one as code",
                );
                let marks = [' ', '\t', '>'];
                let rows: Vec<&str> = raw
                    .lines()
                    .map(|row| row.trim_start_matches(marks))
                    .collect();
                let block = fenced("text", &rows.join("\n"), &line_prefix(body, start));
                let end = start + raw.trim_end_matches('\n').len();
                edits.push(Edit::replace(start..end, block.trim_end()));
            }
            Event::Start(Tag::Strikethrough)
                if off.contains("strikethrough") && raw.starts_with("~~") =>
            {
                tell(
                    "strikethrough is switched off in the site's configuration, so readers see the tildes",
                );
                let marks = [start, start + 1, range.end - 2, range.end - 1];
                edits.extend(marks.map(|at| Edit::insert(at, "\\")));
            }
            Event::TaskListMarker(is_done) if off.contains("tasklist") => {
                edits.push(Edit::replace(range, if is_done { "☑" } else { "☐" }));
            }
            Event::FootnoteReference(label) if off.contains("footnote") => {
                edits.push(Edit::replace(range, literal(&format!("[{label}]"))));
            }
            Event::Start(Tag::FootnoteDefinition(label)) if off.contains("footnote") => {
                tell(
                    "footnotes are switched off in the site's configuration, so the post lists them",
                );
                if let Some(length) = raw.find("]:") {
                    let mark = format!("+ {}", literal(&format!("[{label}]")));
                    edits.push(Edit::replace(start..start + length + 2, mark));
                }
            }
            // The id goes, and with it the links to it.
            Event::Start(Tag::Heading { id: Some(_), .. }) if off.contains("headingattributes") => {
                let text = raw.trim_end();
                // Below the text of one that does not begin with a number sign there is a line.
                let lines = text.rsplit_once('\n').map_or(text, |(lines, _)| lines);
                let text = if text.starts_with('#') {
                    text
                } else {
                    lines.trim_end()
                };
                if let Some(at) = text.rfind("{#").filter(|_| text.ends_with('}')) {
                    let from = text[..at].trim_end().len();
                    edits.push(Edit::delete(start + from..start + text.len()));
                }
            }
            _ => {}
        }
    }
    apply(body, edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(body: &str) -> String {
        let names = [
            "table",
            "strikethrough",
            "tasklist",
            "footnote",
            "headingattributes",
        ];
        tidy(body, &BTreeSet::from(names), &mut Vec::new())
    }

    #[test]
    fn what_is_off_is_said_in_another_way() {
        for (body, expected) in [
            (
                "a\n\n| b | `c` |\n|---|---|\n| d |\n\ne\n",
                "a\n\n```text\n| b | `c` |\n|---|---|\n| d |\n```\n\ne\n",
            ),
            (
                "> - | b |\n>   |---|\n>   | ``` |\n",
                "> - ````text\n>   | b |\n>   |---|\n>   | ``` |\n>   ````\n",
            ),
            ("~~a~~ ~b~\n", "\\~\\~a\\~\\~ ~b~\n"),
            ("- [ ] a\n- [x] b\n", "- ☐ a\n- ☑ b\n"),
            (
                "a[^1] [b][^c_d]\n\n[^1]: javascript:x\n[^c_d]: Text.\n\n    More.\n",
                "a\\[1\\] [b]\\[c\\_d\\]\n\n+ \\[1\\] javascript:x\n+ \\[c\\_d\\] Text.\n\n    More.\n",
            ),
            ("## A ## {#a}\n\n## B {.c}\n", "## A ##\n\n## B {.c}\n"),
            ("A {#a}\n---\n", "A\n---\n"),
        ] {
            assert_eq!(tidied(body), expected);
            assert_eq!(tidied(expected), expected);
            assert_eq!(tidy(body, &BTreeSet::new(), &mut Vec::new()), body);
        }
    }
}
