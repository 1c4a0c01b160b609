//! Formulas whose signs Markdown takes for its own.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::check::proof::{self, Kind};
use crate::check::prose::{is_text, runs};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::text::has_blank_line;

mod dollars;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct BrokenMath;

impl Rule for BrokenMath {
    describe!(
        "broken-math",
        "A formula that Markdown changes before a script can set it",
        "\
Scripts such as KaTeX set formulas in the finished page, but Markdown comes first: of `\\(x\\)` and `\\[x\\]` it takes the backslashes, of `\\\\` in
`$$…$$` one, and in `$a*b*c$` the stars make emphasis (Zola 0.22.0, Hugo 0.168.0). Hugo leaves formulas alone with its extension `passthrough`.

```markdown
\\\\(x\\\\) and $a \\ast b$
```

Write each backslash twice, and `\\_`, `\\*` for the other signs. The fix does so where the text is surely a formula: with commands, powers or indices in it.
Brackets behind backslashes may as well be escaped ones, so there it is one of the unsafe fixes, unless a sure formula stands on the same line."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if page.site.settings.math {
            return;
        }
        let body = page.body();
        let start = page.body.start;
        let runs = runs(page);
        let mut found: Vec<(Range<usize>, &str, Fix)> = Vec::new();
        for (open, close) in [("\\(", "\\)"), ("\\[", "\\]")] {
            for (at, _) in body.match_indices(open) {
                let rest = &body[at + 2..];
                let Some(length) = rest.find(close) else {
                    continue;
                };
                let formula = &rest[..length];
                let is_escaped = body[..at].ends_with('\\');
                let is_link = rest[length + 2..].starts_with(['(', '[', ':']);
                let is_escape = open == "\\[" && is_nested(body, at, formula);
                let is_words = is_prose(formula) && !is_surely_formula(open, formula);
                let is_formula = !formula.contains('`')
                    && !is_escape
                    && !is_words
                    && (!formula.contains('\n') || is_display(body, at, at + length + 4))
                    && !is_link
                    && looks_like_formula(formula)
                    && (is_more_than_name(formula)
                        || has_formula_beside(body, at, at + length + 4));
                // The backslash is markup, what follows it text.
                if is_formula
                    && !is_escaped
                    && is_text(&runs, start + at + 1)
                    && !page.in_code(start + at)
                {
                    let place = start + at..start + at + length + 4;
                    let is_sure = is_surely_formula(open, formula)
                        || has_formula_beside(body, at, at + length + 4);
                    let fix = doubled(page, &place, is_sure);
                    found.push((place, "Markdown takes the backslashes of this formula", fix));
                }
            }
        }
        for (at, _) in body.match_indices("$$").step_by(2) {
            let rest = &body[at + 2..];
            let Some(length) = rest.find("$$") else {
                continue;
            };
            let formula = &rest[..length];
            if has_lost_breaks(formula) && !has_blank_line(formula) && !page.in_code(start + at) {
                let place = start + at..start + at + length + 4;
                let fix = doubled(page, &place, true);
                found.push((
                    place,
                    "Markdown takes one backslash of each two in this formula",
                    fix,
                ));
            }
        }
        for at in dollars::with_lost_signs(page) {
            let formula = &page.text[at.start + 1..at.end - 1];
            let is_sure = is_surely_formula("$", formula) || formula.contains(['^', '=', '{']);
            let fix = doubled(page, &at, is_sure);
            found.push((at, "Markdown takes a backslash of this formula", fix));
        }
        for at in dollars::environments(page) {
            let fix = doubled(page, &at, true);
            found.push((
                at,
                "Markdown takes one backslash of each two in this formula",
                fix,
            ));
        }
        for at in dollars::set_in_type(page) {
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "typography makes curly quotes or dashes of signs in this formula",
                )
                .at(at)
                .help("write a backslash before the signs, or `\\prime` for a stroke"),
            );
        }
        for at in dollars::torn(page) {
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "a line of this formula begins like a list, a heading or a quote, which tears it apart",
                )
                .at(at)
                .help("let no line of a formula begin with `-`, `+`, `*`, `=`, `#` or `>`: put the sign at the end of the line above"),
            );
        }
        for (event, range) in &page.events {
            if !matches!(event, Event::Start(Tag::Emphasis)) {
                continue;
            }
            let line = page.text[..range.start].rfind('\n').map_or(0, |at| at + 1);
            let before = &page.text[line..range.start];
            let after = page.text[range.end..]
                .split('\n')
                .next()
                .unwrap_or_default();
            let plain = before.replace("\\$", "").replace("$$", "$");
            let opens = plain.matches('$').count() % 2 == 1;
            let tight = before.rsplit('$').next().is_some_and(|inner| {
                !inner.starts_with(' ') && !inner.contains('`') && inner.len() < 60
            });
            let is_money = before
                .rsplit('$')
                .next()
                .is_some_and(|inner| inner.starts_with(|c: char| c.is_ascii_digit()));
            if opens
                && tight
                && !is_money
                && after
                    .split('$')
                    .next()
                    .is_some_and(|inner| inner.len() < after.len() && inner.len() < 60)
                && !found
                    .iter()
                    .any(|(at, ..)| at.start <= range.start && range.end <= at.end)
            {
                let fix = without_emphasis(page, range, before, after);
                found.push((range.clone(), "these signs of a formula make emphasis", fix));
            }
        }
        for (at, message, fix) in found {
            findings.push(
                page.finding(self, Severity::Warning, message)
                    .at(at)
                    .help("write each backslash twice, and a backslash before `*` and `_`")
                    .fix(fix),
            );
        }
    }
}

/// Whether a formula has line breaks, `\\`, that are not written twice. `\\{` and `\\,` are the escapes of who knows that Markdown
/// takes a backslash.
fn has_lost_breaks(formula: &str) -> bool {
    let escaped = ['{', '}', '_', ',', ';', ':', '!', '|', '%', '#', '*'];
    !formula.contains("\\\\\\\\")
        && formula
            .match_indices("\\\\")
            .any(|(at, sign)| !formula[at + sign.len()..].starts_with(escaped))
}

/// Whether text between `\(` and `\)` is a formula: escaped brackets around words are common in prose.
fn looks_like_formula(text: &str) -> bool {
    let text = text.trim();
    is_more_than_name(text) || (text.len() == 1 && text.bytes().all(|b| b.is_ascii_alphabetic()))
}

/// Whether brackets behind backslashes stand within others in their line, as those of formulas never do.
fn is_nested(body: &str, at: usize, formula: &str) -> bool {
    let before = body[..at].rsplit('\n').next().unwrap_or_default();
    let opened = before.matches("\\[").count() > before.matches("\\]").count();
    opened || formula.contains("\\[")
}

/// Whether plain words stand one behind the other, four or more.
fn is_prose(text: &str) -> bool {
    let is_word = |word: &&str| word.len() > 1 && word.bytes().all(|b| b.is_ascii_alphabetic());
    let mut words = 0;
    text.split_whitespace().any(|word| {
        words = if is_word(&word) { words + 1 } else { 0 };
        words > 3
    })
}

/// Whether a formula has signs of its own. A backslash before a bracket is an escape.
fn is_more_than_name(text: &str) -> bool {
    let plain = text
        .replace("\\[", "")
        .replace("\\]", "")
        .replace("\\_", "")
        .replace("\\*", "");
    plain.contains(['\\', '^', '=', '_', '{', '+'])
}

/// Whether brackets stand on lines of their own, with a formula between them.
fn is_display(body: &str, start: usize, end: usize) -> bool {
    let formula = &body[start + 2..end - 2];
    let before = body[..start].rsplit('\n').next().unwrap_or_default();
    let after = body[end..].split('\n').next().unwrap_or_default();
    formula.starts_with('\n')
        && formula.trim_end_matches([' ', '>']).ends_with('\n')
        && before.trim_matches(['>', ' ']).is_empty()
        && after.trim().is_empty()
        && !has_blank_line(formula)
}

/// Whether text in these delimiters can be nothing else: who escapes brackets in prose does not write such signs there.
fn is_surely_formula(open: &str, formula: &str) -> bool {
    let has_command = formula
        .match_indices('\\')
        .any(|(at, _)| formula[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic()));
    let escapes = ["\\_", "\\*", "\\[", "\\]"];
    has_command
        || (open == "\\("
            && formula.contains(['^', '_', '='])
            && !escapes.iter().any(|escape| formula.contains(escape)))
}

/// Whether a line has a formula, which can be nothing else, beside the one at these bytes.
fn has_formula_beside(body: &str, start: usize, end: usize) -> bool {
    let before = body[..start].rsplit('\n').next().unwrap_or_default();
    let after = body[end..].split('\n').next().unwrap_or_default();
    [("\\(", "\\)"), ("\\[", "\\]")]
        .iter()
        .any(|(open, close)| {
            [before, after].iter().any(|text| {
                text.match_indices(open).any(|(at, _)| {
                    let rest = &text[at + 2..];
                    rest.find(close).is_some_and(|length| {
                        !rest[..length].contains('`') && is_surely_formula(open, &rest[..length])
                    })
                })
            })
        })
}

/// A formula that comes out of Markdown as it is: its backslashes doubled, and others before stars and underscores where
/// they would be taken for emphasis.
fn doubled(page: &Page<'_>, formula: &Range<usize>, is_sure: bool) -> Fix {
    let raw = &page.text[formula.clone()];
    let escaped = |signs: &[char]| {
        let mut out = String::with_capacity(raw.len() + 8);
        let mut characters = raw.chars().peekable();
        while let Some(c) = characters.next() {
            let next = characters.peek();
            let is_lost = next.is_none_or(|next| next.is_ascii_punctuation() || *next == '\n');
            if (c == '\\' && (is_lost || out.ends_with('\\'))) || signs.contains(&c) {
                out.push('\\');
            }
            out.push(c);
        }
        vec![Edit::replace(formula.clone(), out)]
    };
    let is_plain = |edits: &[Edit]| {
        proof::Trial::of(page, edits).is_some_and(|trial| {
            let kinds = [Kind::Text, Kind::Emphasis, Kind::Strong, Kind::Break];
            trial.changes_only(&kinds)
                && trial.added(Kind::Emphasis) <= 0
                && trial.added(Kind::Strong) <= 0
                && trial.shows(raw)
        })
    };
    let (few, all) = (escaped(&[]), escaped(&['*', '_']));
    if is_plain(&few) {
        if is_sure {
            Fix::safe(few)
        } else {
            Fix::risky(few)
        }
    } else if is_plain(&all) && is_sure {
        Fix::safe(all)
    } else {
        Fix::risky(all)
    }
}

/// Backslashes before the signs of a formula: surely, where no words stand between the dollars.
fn without_emphasis(page: &Page<'_>, range: &Range<usize>, before: &str, after: &str) -> Fix {
    let raw = &page.text[range.clone()];
    let opens = before.rsplit('$').next().unwrap_or_default();
    let closes = after.split('$').next().unwrap_or_default();
    let has_words = [opens, raw, closes].iter().any(|piece| {
        let mut words = piece.split(|c: char| !c.is_alphanumeric() && c != '\\');
        words.any(|word| !word.starts_with('\\') && word.chars().count() > 2)
    });
    let is_tight = !opens.starts_with(' ') && !closes.ends_with(' ');
    let edits = vec![
        Edit::insert(range.start, "\\"),
        Edit::insert(range.end - 1, "\\"),
    ];
    proof::fix(page, edits, |trial| {
        !has_words
            && is_tight
            && trial.changes_only(&[Kind::Text, Kind::Emphasis])
            && trial.added(Kind::Emphasis) == -1
            && trial.shows(raw)
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, zola};

    #[test]
    fn formulas_come_out_as_they_are() {
        for (body, expected) in [
            ("$a*b*c$\n", "$a\\*b\\*c$\n"),
            ("$$\na \\\\ b\n$$\n", "$$\na \\\\\\\\ b\n$$\n"),
            (
                "$$\na_1 * b_2 \\\\\nc\n$$\n",
                "$$\na_1 * b_2 \\\\\\\\\nc\n$$\n",
            ),
            ("\\(a_1\\)\n", "\\\\(a_1\\\\)\n"),
            ("\\[\\frac{a}{b}\\]\n", "\\\\[\\frac{a}{b}\\\\]\n"),
            ("\\(a*b^2*c\\)\n", "\\\\(a\\*b^2\\*c\\\\)\n"),
            ("\\[x\\]\n", "\\[x\\]\n"),
            ("$\\{a^2, b\\}$\n", "$\\\\{a^2, b\\\\}$\n"),
            ("$$a_1*b*c$$\n", "$$a_1\\*b\\*c$$\n"),
            (
                "So \\(x^2\\) and \\[ y \\] z\n",
                "So \\\\(x^2\\\\) and \\\\[ y \\\\] z\n",
            ),
            ("$foo is *really* bar$\n", "$foo is *really* bar$\n"),
            ("as _\\$a_, the _\\$b_ is\n", "as _\\$a_, the _\\$b_ is\n"),
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), expected);
        }
    }
}
