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
0.168.0, and who copies it gets an error. Blocks are looked at where they name a language; quotes count outside of
comments and where a block has no straight ones. A dash before the option of a command, and `&lt;` in code of a language without
such entities, were not meant either.

```sh
echo “hi”      # the shell prints the quotes too
echo \"hi\"
```

Write straight quotes and plain blanks. The fix writes plain blanks at the beginning of lines; quotes may be part of a text in the code, so there it is one of the unsafe
fixes."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for (event, range) in &page.events {
            if matches!(event, Event::Code(_)) {
                findings.extend(in_line(self, page, range));
                continue;
            }
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
                .filter(|_| !code.contains('"'))
                .or_else(|| single_quote(code));
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
            if let Some(at) = minus(code) {
                let at = range.start + at;
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "this is a minus sign of typography, and code wants a hyphen",
                    )
                    .at(at..at + '−'.len_utf8())
                    .help("write `-`"),
                );
            }
            if let Some((at, what)) = options_with_dashes(code, &language) {
                let at = range.start + at;
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "this dash was to be the hyphens of an option",
                    )
                    .at(at..at + what.len_utf8())
                    .help("write `-` or `--`"),
                );
            }
            if let Some(at) = entity(code, &language) {
                let at = range.start + at;
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "entities are not read in code, so readers see this one as it is",
                    )
                    .at(at..at + code[at - range.start..].find(';').map_or(1, |end| end + 1))
                    .help("write the character itself"),
                );
            }
            let odd = lines(page, range.clone()).find(|(line, _)| {
                let blank = line.len() - line.trim_start_matches([' ', '\t', '\u{a0}']).len();
                // `tree` prints them between the lines that it draws.
                let is_drawn = line.contains(|c| matches!(c, '\u{2500}'..='\u{257f}'));
                // In a shell it is a part of the word before it.
                let is_torn = SHELLS.contains(&language.as_str())
                    && line.contains("\u{a0}-")
                    && !line.contains(['"', '\'', '#']);
                (line[..blank].contains('\u{a0}') || is_torn) && !is_drawn
            });
            if let Some((line, at)) = odd {
                let place = line.find('\u{a0}').unwrap_or(0);
                let width = (line.len() - line.trim_start().len()).max(place + 2);
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "this line of code has no-break spaces in it",
                    )
                    .at(at.start..at.start + width)
                    .help("write plain blanks")
                    .fix(indented(page, range)),
                );
            }
        }
    }
}

/// A typographic minus sign before a number or a name, where neither a comment nor a text stands.
fn minus(code: &str) -> Option<usize> {
    code.match_indices('−').map(|(at, _)| at).find(|at| {
        let line = code[..*at].rsplit('\n').next().unwrap_or_default();
        let after = code[at + '−'.len_utf8()..].trim_start_matches(' ');
        after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '(')
            && !line.contains(['"', '\'', '#', '`'])
            && !line.contains("//")
    })
}

/// Curly quotes around a word, and no-break spaces, in code within a line. One quote alone is what the text speaks of.
fn in_line(rule: &dyn Rule, page: &Page<'_>, range: &Range<usize>) -> Option<Finding> {
    let code = &page.text[range.clone()];
    let words = code.trim_matches(['`', ' ']);
    let is_quoted = !code.contains(['"', '\''])
        && words.find('“').is_some_and(|open| {
            words[open..]
                .find('”')
                .is_some_and(|end| end > '“'.len_utf8())
        })
        && words.starts_with(|c: char| c.is_ascii_alphabetic())
        && words.split(' ').count() > 1;
    // Between words one may keep a line together; before an option it keeps a command from running.
    let has_hard_blank = words.contains("\u{a0}-");
    let (sign, message, help) = if is_quoted {
        (
            '“',
            "this quote is curly, and code wants it straight",
            "write straight quotes in code",
        )
    } else if has_hard_blank {
        (
            '\u{a0}',
            "this code has a no-break space in it",
            "write a plain blank",
        )
    } else {
        return None;
    };
    let at = range.start + code.find(sign)?;
    let edits = code
        .char_indices()
        .filter_map(|(place, c)| {
            let plain = match c {
                '“' | '”' if is_quoted => "\"",
                '\u{a0}' => " ",
                _ => return None,
            };
            let place = range.start + place;
            Some(Edit::replace(place..place + c.len_utf8(), plain))
        })
        .collect();
    Some(
        page.finding(rule, Severity::Warning, message)
            .at(at..at + sign.len_utf8())
            .help(help)
            .fix(Fix::risky(edits)),
    )
}

/// A curly single quote that opens a text in code, where no straight one stands and no comment does.
fn single_quote(code: &str) -> Option<usize> {
    let at = code.find('‘').filter(|_| !code.contains('\''))?;
    let line = code[..at].rsplit('\n').next().unwrap_or_default();
    let is_closed = code[at..]
        .split('\n')
        .next()
        .unwrap_or_default()
        .contains('’');
    (is_closed && !line.contains(['#', '"', '/'])).then_some(at)
}

/// Languages of shells, in which a word that begins with a dash is an option.
const SHELLS: [&str; 9] = [
    "sh",
    "bash",
    "zsh",
    "fish",
    "shell",
    "powershell",
    "ps1",
    "bat",
    "dockerfile",
];

/// Dashes that begin a word in the commands of a shell.
fn options_with_dashes(code: &str, language: &str) -> Option<(usize, char)> {
    if !SHELLS.contains(&language) {
        return None;
    }
    code.char_indices().find(|(at, c)| {
        let rest = &code[at + c.len_utf8()..];
        let line = code[..*at].rsplit('\n').next().unwrap_or_default();
        matches!(c, '–' | '—')
            && line.ends_with(' ')
            && rest.starts_with(|c: char| c.is_ascii_lowercase())
            && !line.contains(['#', '"', '\''])
    })
}

/// Languages in whose code entities may be meant.
const MARKUP: [&str; 20] = [
    "html",
    "xml",
    "svg",
    "xhtml",
    "jsx",
    "tsx",
    "vue",
    "svelte",
    "php",
    "astro",
    "mdx",
    "markdown",
    "md",
    "jinja",
    "jinja2",
    "twig",
    "handlebars",
    "erb",
    "razor",
    "diff",
];

/// `&lt;` and its like in code of a language that has none.
fn entity(code: &str, language: &str) -> Option<usize> {
    let content = code.find('\n')?;
    let is_markup = MARKUP.contains(&language) || code.contains('<');
    ["&lt;", "&gt;", "&amp;&amp;", "&quot;"]
        .iter()
        .filter_map(|entity| code[content..].find(entity))
        .min()
        .filter(|_| !is_markup)
        .map(|at| content + at)
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

/// Plain blanks at the beginning of all lines of a block, and before options.
fn indented(page: &Page<'_>, block: &Range<usize>) -> Fix {
    let mut edits = Vec::new();
    for (line, at) in lines(page, block.clone()).skip(1) {
        let blank = line.len() - line.trim_start_matches([' ', '\t', '\u{a0}']).len();
        for (place, found) in line[..blank].match_indices('\u{a0}') {
            let start = at.start + place;
            edits.push(Edit::replace(start..start + found.len(), " "));
        }
        for (place, found) in line.match_indices("\u{a0}-").filter(|(at, _)| *at >= blank) {
            let start = at.start + place;
            edits.push(Edit::replace(start..start + found.len() - 1, " "));
        }
    }
    proof::fix(page, edits, |trial| trial.changes_only(&[Kind::Block]))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, zola};

    #[test]
    fn what_does_not_run() {
        let lines = |body: &str| zola("0.22.0").lines("code-characters", body);
        for body in [
            "Run `echo “hi”` now.\n",
            "Run `ls\u{a0}-l` now.\n",
            "```sh\ngit commit —amend\n```\n",
            "```bash\nls –la\n```\n",
            "```rust\nVec&lt;T&gt;\n```\n",
            "```python\nprint(‘hi’)\n```\n",
            "```sh\nls\u{a0}-la\n```\n",
        ] {
            assert_eq!(lines(body).len(), 1, "{body}");
        }
        for body in [
            "The `“` and `”` signs, `say “hi”, it's \"x\"`, `é”`\n",
            "```sh\necho \"a — b\" # c —d\n```\n",
            "```html\n&lt;b&gt;\n```\n\n```js\nx = '<b>&lt;</b>'\n```\n\n```text\n&lt;\n```\n",
            "`10\u{a0}km für é`\n",
        ] {
            assert_eq!(lines(body), [""; 0], "{body}");
        }
    }

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
