//! Stars and underscores that are shown, or that are not shown.

use pulldown_cmark::{Event, Tag};

use crate::check::prose::{blocks, is_text, runs};
use crate::check::{Page, Rule};
use crate::finding::Severity;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct LiteralEmphasis;

impl Rule for LiteralEmphasis {
    describe!(
        "literal-emphasis",
        "Stars that readers will see, since they make no bold text where they stand",
        "\
`**` opens bold text only where no blank follows it, and closes it only where none precedes it. Between letters and signs it may do neither:
`**Note:**text` and `これは**「太字」**です` show their stars. The rule is CommonMark's, and the same in Zola 0.22.0 and Hugo 0.168.0.

```markdown
** bold **          shows the stars
**bold**            is bold
**Note:** text      is bold
```

Put blanks outside of the stars, none inside."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD037", "no-space-in-emphasis"]
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<crate::finding::Finding>) {
        let runs = runs(page);
        let mut done = 0;
        for block in blocks(page) {
            let text = &page.text[block.clone()];
            let mut marks = text
                .match_indices("**")
                .map(|(at, _)| block.start + at)
                .filter(|at| is_text(&runs, *at) && is_text(&runs, at + 1));
            while let Some(open) = marks.next() {
                if open < done {
                    continue;
                }
                let Some(close) = marks.next() else { break };
                done = close + 2;
                let inside = &page.text[open + 2..close];
                if is_bold(&page.text[..open], inside, &page.text[close + 2..]) {
                    findings.push(
                        page.finding(
                            self,
                            Severity::Warning,
                            "readers will see these stars: they make no bold text",
                        )
                        .at(open..close + 2)
                        .help("put blanks outside of the stars, and none inside"),
                    );
                }
            }
        }
    }
}

/// Whether two pairs of stars were meant to make what is between them bold, and are no powers or patterns.
fn is_bold(before: &str, inside: &str, after: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == ')');
    let starts_power = is_word(before.chars().next_back())
        && !inside.starts_with(' ')
        && before.ends_with(|c: char| c.is_ascii_digit() || c == ')');
    let is_pattern = inside.contains(['/', '*'])
        || after.starts_with(['/', '*'])
        || before.ends_with(['/', '*']);
    inside.chars().any(char::is_alphanumeric)
        && inside.len() < 200
        && !inside.contains("\n\n")
        && !starts_power
        && !is_pattern
        && (inside.starts_with(' ') == inside.ends_with(' '))
}

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct AccidentalEmphasis;

/// Names of Python with two underscores at both ends.
const DUNDERS: [&str; 24] = [
    "init", "main", "name", "file", "doc", "dict", "class", "call", "str", "repr", "len", "iter",
    "next", "enter", "exit", "getitem", "setitem", "new", "del", "all", "version", "slots", "eq",
    "hash",
];

impl Rule for AccidentalEmphasis {
    describe!(
        "accidental-emphasis",
        "A name, pattern or product whose signs make emphasis and vanish",
        "\
Two stars or underscores make what is between them emphasised, and are not shown: `__init__` becomes a bold \"init\", `2*3*4` an emphasised 3, and of
`**/*.rs` the stars are lost. The same in Zola 0.22.0 and Hugo 0.168.0.

```markdown
`__init__`
```

Put such text in backticks."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<crate::finding::Finding>) {
        for (event, range) in &page.events {
            let raw = &page.text[range.clone()];
            let before = page.text[..range.start].chars().next_back();
            let after = page.text[range.end..].chars().next();
            let inside = raw.trim_matches(['*', '_']);
            let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
            let is_accident = match event {
                Event::Start(Tag::Strong) => raw.starts_with("__") && DUNDERS.contains(&inside),
                Event::Start(Tag::Emphasis) => {
                    (is_digit(before) && is_digit(after))
                        || (raw.starts_with('*') && is_pattern_part(inside))
                }
                _ => false,
            };
            if is_accident {
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "this becomes emphasis, and the signs are not shown",
                    )
                    .at(range.clone())
                    .help("put the text in backticks"),
                );
            }
        }
    }
}

/// Whether text has only signs of a pattern or a path.
fn is_pattern_part(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| matches!(byte, b'/' | b'.' | b'\\' | b'|' | b'-'))
}
