//! Typographic characters in code.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::check::proof::{self, Kind};
use crate::check::prose::lines;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct CodeCharacters;

/// Languages whose blocks hold prose or drawings.
const PROSE: [&str; 10] = [
    "",
    "text",
    "txt",
    "plain",
    "plaintext",
    "md",
    "markdown",
    "console",
    "output",
    "none",
];

impl Rule for CodeCharacters {
    describe!(
        "code-characters",
        "Curly quotes or no-break spaces in code, which does not run when copied",
        "\
Word processors and models turn straight quotes into curly ones and blanks into no-break spaces. In code they stay as they are in Zola 0.22.0 and Hugo
0.168.0, and who copies it gets an error. Only blocks that name a language are looked at; quotes count outside of
comments and where a block has no straight ones.

```sh
echo “hi”      # the shell prints the quotes too
echo \"hi\"
```

Write straight quotes and plain blanks. The fix writes plain blanks at the beginning of lines; quotes may be part of a text in the code, so there it is one of the unsafe
fixes."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for (event, range) in &page.events {
            let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event else {
                continue;
            };
            let language = info
                .split([' ', ',', '{'])
                .next()
                .unwrap_or_default()
                .to_lowercase();
            if PROSE.contains(&language.as_str()) {
                continue;
            }
            let code = &page.text[range.clone()];
            let mut quotes = code.match_indices(['“', '”']).map(|(at, _)| at);
            let curly = quotes
                .find(|at| !in_comment(&code[..*at]))
                .filter(|_| !code.contains('"'));
            if let Some(at) = curly {
                let at = range.start + at;
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "this quote is curly, and code wants it straight",
                    )
                    .at(at..at + '“'.len_utf8())
                    .help("write straight quotes in code")
                    .fix(straight(code, range.start)),
                );
            }
            let odd = lines(page, range.clone()).find(|(line, _)| {
                let blank = line.len() - line.trim_start_matches([' ', '\t', '\u{a0}']).len();
                // `tree` prints them between the lines that it draws.
                let is_drawn = line.contains(|c| matches!(c, '\u{2500}'..='\u{257f}'));
                line[..blank].contains('\u{a0}') && !is_drawn
            });
            if let Some((line, at)) = odd {
                let width = line.len() - line.trim_start().len();
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "this line of code is indented with no-break spaces",
                    )
                    .at(at.start..at.start + width)
                    .help("indent it with plain blanks")
                    .fix(indented(page, range)),
                );
            }
        }
    }
}

/// Whether code ends within a comment, as far as the signs for one at the beginning of its last line or behind a blank tell.
fn in_comment(code: &str) -> bool {
    let line = code.rsplit('\n').next().unwrap_or_default();
    let starts = ["#", "//", "--", ";", "/*", "*", "<!--", "%", "\"\"\""];
    let is_begun = |mark: &str| line.trim_start().starts_with(mark);
    let follows = [" # ", " // ", " -- ", " /* ", " <!-- "];
    starts.iter().any(|mark| is_begun(mark)) || follows.iter().any(|mark| line.contains(mark))
}

/// All quotes of a block straight.
fn straight(code: &str, start: usize) -> Fix {
    let content = code.find('\n').unwrap_or(code.len());
    let edits = code[content..]
        .char_indices()
        .filter_map(|(at, c)| {
            let plain = match c {
                '“' | '”' => "\"",
                '‘' | '’' => "'",
                _ => return None,
            };
            let at = start + content + at;
            Some(Edit::replace(at..at + c.len_utf8(), plain))
        })
        .collect();
    Fix::risky(edits)
}

/// Plain blanks at the beginning of all lines of a block.
fn indented(page: &Page<'_>, block: &Range<usize>) -> Fix {
    let mut edits = Vec::new();
    for (line, at) in lines(page, block.clone()).skip(1) {
        let blank = line.len() - line.trim_start_matches([' ', '\t', '\u{a0}']).len();
        for (place, found) in line[..blank].match_indices('\u{a0}') {
            let start = at.start + place;
            edits.push(Edit::replace(start..start + found.len(), " "));
        }
    }
    proof::fix(page, edits, |trial| trial.changes_only(&[Kind::Block]))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, zola};

    #[test]
    fn indentation_is_plain() {
        let body = "```py\nif x:\n\u{a0}\u{a0}y = 'a\u{a0}b'\n\n\u{a0} z\n```\n";
        assert_eq!(
            fixed(&zola("0.22.0"), body),
            "```py\nif x:\n  y = 'a\u{a0}b'\n\n  z\n```\n"
        );
        let body = "```sh\necho “hi”\n```\n";
        assert_eq!(fixed(&zola("0.22.0"), body), body);
    }
}
