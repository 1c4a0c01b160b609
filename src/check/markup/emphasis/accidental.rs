//! Signs of names, patterns and products that make emphasis and vanish.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::accident;
use crate::check::proof::{self, Kind};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct AccidentalEmphasis;

/// Names of Python with two underscores at both ends.
const DUNDERS: [&str; 72] = [
    "init",
    "main",
    "name",
    "file",
    "doc",
    "dict",
    "class",
    "call",
    "str",
    "repr",
    "len",
    "iter",
    "next",
    "enter",
    "exit",
    "getitem",
    "setitem",
    "new",
    "del",
    "all",
    "version",
    "slots",
    "eq",
    "hash",
    "add",
    "aenter",
    "aexit",
    "aiter",
    "annotations",
    "anext",
    "await",
    "bool",
    "builtins",
    "bytes",
    "contains",
    "deepcopy",
    "delattr",
    "delitem",
    "dirname",
    "filename",
    "float",
    "format",
    "func",
    "future",
    "ge",
    "get",
    "getattr",
    "gt",
    "import",
    "int",
    "le",
    "lt",
    "module",
    "mul",
    "mocks",
    "package",
    "path",
    "post_init",
    "proto",
    "pycache",
    "qualname",
    "reduce",
    "reversed",
    "set",
    "setattr",
    "sub",
    "tests",
    "typename",
    "FILE",
    "LINE",
    "DIR",
    "CLASS",
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

Put such text in backticks. The fix does so with patterns and with names that are no words, and puts backslashes before the stars between digits; with names such as
`__file__`, which may be meant as bold words, that is one of the unsafe fixes."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<crate::finding::Finding>) {
        for (index, (event, range)) in page.events.iter().enumerate() {
            let raw = &page.text[range.clone()];
            let inside = raw.trim_matches(['*', '_']);
            if accident::is_in_formula(page, range) {
                continue;
            }
            let around = accident::words_around(page.text, range);
            let is_accident = match event {
                Event::Start(Tag::Strong) => {
                    (raw.starts_with("__") && DUNDERS.contains(&inside))
                        || (raw.starts_with("**") && accident::is_strong(around, inside))
                }
                Event::Start(Tag::Emphasis) if raw.starts_with('*') => {
                    accident::is_emphasis(around, inside) || accident::is_nested(page, index, range)
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
                    .help("put the text in backticks")
                    .fix(literal(page, event, range)),
                );
            }
        }
    }
}

/// Names among [`DUNDERS`] that are no words.
const NO_WORDS: [&str; 26] = [
    "init",
    "dict",
    "repr",
    "str",
    "len",
    "iter",
    "getitem",
    "setitem",
    "del",
    "eq",
    "doc",
    "aenter",
    "aexit",
    "aiter",
    "anext",
    "deepcopy",
    "delattr",
    "delitem",
    "dirname",
    "getattr",
    "post_init",
    "proto",
    "pycache",
    "qualname",
    "setattr",
    "typename",
];

/// The text as it was typed.
fn literal(page: &Page<'_>, event: &Event<'_>, range: &Range<usize>) -> Fix {
    let raw = &page.text[range.clone()];
    let inside = raw.trim_matches(['*', '_']);
    let is_blank = |c: char| c.is_whitespace() || "()[]|>\"'“”„，。、".contains(c);
    if raw.starts_with('*') && inside.starts_with(char::is_alphanumeric) {
        let width = raw.len() - raw.trim_start_matches('*').len();
        let mut edits: Vec<Edit> = (0..width)
            .map(|at| Edit::insert(range.start + at, "\\"))
            .collect();
        edits.extend((0..width).map(|at| Edit::insert(range.end - width + at, "\\")));
        let is_number = inside.bytes().all(|byte| byte.is_ascii_digit());
        return proof::fix(page, edits, |trial| {
            is_number
                && trial.changes_only(&[Kind::Text, Kind::Emphasis, Kind::Strong])
                && trial.reads(inside, raw)
        });
    }
    // Between stars of two words, as in `COUNT(*) and SUM(*)`, stands what is no code.
    let is_closed = inside.starts_with([')', ']', '}']);
    if raw.starts_with('*') && (inside.contains(' ') || is_closed) {
        let edits = vec![
            Edit::insert(range.start, "\\"),
            Edit::insert(range.end - 1, "\\"),
        ];
        return proof::fix(page, edits, |trial| {
            is_closed
                && trial.changes_only(&[Kind::Text, Kind::Emphasis])
                && trial.reads(inside, raw)
        });
    }
    // A pattern goes on to the next blanks.
    let start = page.text[..range.start]
        .rfind(is_blank)
        .map_or(0, |at| {
            at + page.text[at..].chars().next().map_or(1, char::len_utf8)
        })
        .max(page.body.start);
    let end = page.text[range.end..]
        .find(is_blank)
        .map_or(page.text.len(), |at| range.end + at);
    let word = page.text[start..end].trim_end_matches(['.', ',', ';', ':', '!', '?']);
    let end = (start + word.len()).max(range.end);
    let is_name = matches!(event, Event::Start(Tag::Strong));
    let edits = vec![Edit::insert(start, "`"), Edit::insert(end, "`")];
    let typed = &page.text[start..end];
    proof::fix(page, edits, |trial| {
        let signs = |text: &str| text.matches(['*', '_']).count();
        (!is_name || (NO_WORDS.contains(&inside) && start == range.start))
            && !typed.contains(['`', '\\', '<', '&'])
            && signs(typed) == signs(raw)
            && trial.changes_only(&[Kind::Text, Kind::Code, Kind::Strong, Kind::Emphasis])
            && trial.added(Kind::Code) == 1
            && trial.added(Kind::Strong) + trial.added(Kind::Emphasis) == -1
            && trial.reads(&typed.replacen(raw, inside, 1), typed)
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, zola};

    #[test]
    fn what_was_typed_is_shown() {
        for (body, expected) in [
            ("2*3*4\n", "2\\*3\\*4\n"),
            ("COUNT(*)/SUM(*)\n", "COUNT(\\*)/SUM(\\*)\n"),
            ("COUNT(*) or SUM(*)\n", "COUNT(\\*) or SUM(\\*)\n"),
            ("Call __init__ first.\n", "Call `__init__` first.\n"),
            (
                "All of src/*/*.rs, or a/**/b\n",
                "All of `src/*/*.rs`, or a/**/b\n",
            ),
            ("Your __name__ here\n", "Your __name__ here\n"),
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), expected);
        }
    }
}
