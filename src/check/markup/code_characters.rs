//! Typographic characters in code.

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::check::prose::lines;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

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
0.168.0, and who copies it gets an error. Only blocks that name a language are looked at; quotes count where a block has no straight ones.

```sh
echo “hi”      # the shell prints the quotes too
echo \"hi\"
```

Write straight quotes and plain blanks."
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
            let curly = code.find(['“', '”']).filter(|_| !code.contains('"'));
            if let Some(at) = curly {
                let at = range.start + at;
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "this quote is curly, and code wants it straight",
                    )
                    .at(at..at + '“'.len_utf8())
                    .help("write straight quotes in code"),
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
                    .help("indent it with plain blanks"),
                );
            }
        }
    }
}
