//! The end marker of a reply.

use std::ops::Range;

use super::prose_lines;
use crate::check::proof::{self, Kind};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// What may stand around the word.
const AROUND: [char; 18] = [
    '<', '>', '/', '\\', '`', '*', '_', '"', '\'', '-', '–', '—', '=', '~', '[', ']', '|', ' ',
];

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct EndMarker;

/// What may go with a marker: itself and what stands around it. A tag may keep lines below it from being Markdown.
const GOES: [Kind; 8] = [
    Kind::Text,
    Kind::Html,
    Kind::Strong,
    Kind::Emphasis,
    Kind::Strike,
    Kind::Code,
    Kind::Quote,
    Kind::List,
];

impl Rule for EndMarker {
    fn name(&self) -> &'static str {
        "end-marker"
    }

    fn summary(&self) -> &'static str {
        "The end marker of a model's reply"
    }

    fn explanation(&self) -> &'static str {
        "\
A model ends its reply with `</EndOFText>`, in one form or another; some models print a token of their own, `<|endoftext|>`. It
belongs to no page: as a tag it is invisible on Zola 0.22.0 and dropped by Hugo 0.168.0, in any other form readers see it.

```text
…and that is all.

-EndOFText-
```

The fix takes it away. Where the lines below it would be read in another way then, that is one of the unsafe fixes. A marker in code is left
alone."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for (line, range) in prose_lines(page) {
            let Some(marker) = marker(line, &range) else {
                continue;
            };
            // Below `[name]:` it is the address of a reference.
            let is_address = page.text[..range.start].trim_end().ends_with("]:");
            let edits = vec![Edit::delete(with_line_end(
                page.text,
                marker.clone(),
                &range,
            ))];
            findings.push(
                page.finding(self, Severity::Warning, "the end marker of a model's reply")
                    .at(marker)
                    .help("take it away")
                    .fix(proof::fix(page, edits, |trial| {
                        !is_address && trial.changes_only(&GOES)
                    })),
            );
        }
    }
}

/// The bytes of a marker: the whole line, or a tag at its end.
fn marker(line: &str, range: &Range<usize>) -> Option<Range<usize>> {
    if line.trim_matches(AROUND).eq_ignore_ascii_case("EndOFText") {
        return Some(range.clone());
    }
    let start = ["</EndOFText>", "<EndOFText>", "<|endoftext|>"]
        .iter()
        .find_map(|tag| {
            let text = line.trim_end();
            let at = text.len().checked_sub(tag.len())?;
            text.get(at..)
                .filter(|end| end.eq_ignore_ascii_case(tag))
                .map(|_| at)
        })?;
    let start = line[..start].trim_end().len();
    Some(range.start + start..range.end)
}

/// A whole line goes with its line end.
fn with_line_end(text: &str, marker: Range<usize>, line: &Range<usize>) -> Range<usize> {
    if marker != *line {
        return marker;
    }
    let rest = &text[line.end..];
    let end = if rest.starts_with("\r\n") {
        2
    } else {
        usize::from(rest.starts_with('\n'))
    };
    line.start..line.end + end
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, zola};

    #[test]
    fn every_form_goes() {
        for (body, expected) in [
            ("a\n\n</EndOFText>\n", "a\n\n"),
            ("a\n\n-EndOFText-\nb\n", "a\n\nb\n"),
            ("a\n\nENDOFTEXT\n", "a\n\n"),
            ("a </EndOFText>\n", "a\n"),
            ("a<|endoftext|>\n", "a\n"),
            (
                "`</EndOFText>` and EndOFText are text\n",
                "`</EndOFText>` and EndOFText are text\n",
            ),
            ("```\n</EndOFText>\n```\n", "```\n</EndOFText>\n```\n"),
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), expected, "{body}");
        }
    }
}
