//! Stars and underscores that are shown, or that are not shown.

use std::ops::Range;

use crate::check::proof::{self, Kind};
use crate::check::prose::{blocks, is_text, runs};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Fix, Severity};
use crate::text::has_blank_line;

mod accident;
mod accidental;
mod left_over;

pub(crate) use accidental::AccidentalEmphasis;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct LiteralEmphasis;

impl Rule for LiteralEmphasis {
    describe!(
        "literal-emphasis",
        "Stars, tildes or backticks that readers will see, since they mark no text where they stand",
        "\
`**` opens bold text only where no blank follows it, and closes it only where none precedes it. Between letters and signs it may do neither:
`**Note:**text` and `これは**「太字」**です` show their stars. A third pair of stars beside bold text is shown too, and so are stars and tildes of which there are two on one side and
one on the other, and stars and backticks that begin something and do not end it. The rule is CommonMark's, and the same in Zola 0.22.0 and Hugo 0.168.0.

```markdown
** bold **          shows the stars
**bold**            is bold
**Note:** text      is bold
**bold **text**     shows the first stars
~~gone~             shows tildes
```

Put blanks outside of the stars, none inside. The fix does so; where the stars may be signs of a power, or the blanks would part a word, that is one of the unsafe
fixes."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD037", "no-space-in-emphasis"]
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<crate::finding::Finding>) {
        let runs = runs(page);
        let (mut done, mut seen) = (0, 0);
        for block in blocks(page) {
            let text = &page.text[block.clone()];
            let all: Vec<usize> = text
                .match_indices("**")
                .map(|(at, _)| block.start + at)
                .filter(|at| is_text(&runs, *at) && is_text(&runs, at + 1))
                .collect();
            let mut marks = all.iter().copied();
            let mut told = Vec::new();
            while let Some(open) = marks.next() {
                if open < done {
                    continue;
                }
                let Some(close) = marks.next() else { break };
                done = close + 2;
                let inside = &page.text[open + 2..close];
                if is_bold(&page.text[..open], inside, &page.text[close + 2..]) {
                    told.extend([open, close]);
                    findings.push(
                        page.finding(
                            self,
                            Severity::Warning,
                            "readers will see these stars: they make no bold text",
                        )
                        .at(open..close + 2)
                        .help("put blanks outside of the stars, and none inside")
                        .fix(bold(page, &block, open..close + 2)),
                    );
                }
            }
            let is_alone = all.len() == 1;
            for at in all.into_iter().filter(|at| !told.contains(at)) {
                let is_open = is_alone && left_over::is_unclosed(page, &block, at);
                if at >= seen && (is_open || left_over::is_left_over(page, &block, at)) {
                    findings.push(
                        page.finding(
                            self,
                            Severity::Warning,
                            "readers will see these stars, which have no partner",
                        )
                        .at(at..at + 2)
                        .help("write `**` once before the bold text and once behind it"),
                    );
                }
            }
            // An item holds paragraphs, which are blocks of their own.
            seen = seen.max(block.end);
        }
        for at in left_over::uneven_stars(page) {
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "readers will see a star here: there are two on one side, and one on the other",
                )
                .at(at)
                .help("write `**` on both sides for bold text, `*` for italics"),
            );
        }
        for at in left_over::eastern_stars(page, &runs) {
            let edits = vec![Edit::insert(at.start, " "), Edit::insert(at.end, " ")];
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "readers will see these stars: they make no emphasis",
                )
                .at(at)
                .help("put blanks outside of the stars")
                .fix(Fix::risky(edits)),
            );
        }
        for at in left_over::open_backticks(page, &runs) {
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "readers will see this backtick, which has no partner",
                )
                .at(at)
                .help("write as many backticks behind the code as before it, or a backslash before a backtick that is meant"),
            );
        }
        for at in left_over::uneven_tildes(page, &runs) {
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "readers will see tildes here: there are two on one side, and one on the other",
                )
                .at(at)
                .help("write `~~` on both sides to strike text out"),
            );
        }
    }
}

/// Whether two pairs of stars were meant to make what is between them bold, and are no powers or patterns.
fn is_bold(before: &str, inside: &str, after: &str) -> bool {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == ')');
    let starts_power = is_word(before.chars().next_back())
        && !inside.starts_with(' ')
        && before.ends_with(|c: char| c.is_ascii_digit() || c == ')');
    // The address of a link has slashes, too.
    let is_link = inside.starts_with('[') && inside.contains("](") && inside.ends_with(')');
    let is_pattern = (inside.contains(['/', '*']) && !is_link)
        || after.starts_with(['/', '*'])
        || before.ends_with(['/', '*']);
    let is_argument = inside.ends_with(['(', '[', '{', ',', '='])
        || inside.starts_with([')', ']', '}', ','])
        || (inside.ends_with(' ') && inside.trim_end().ends_with([',', '(']));
    inside.chars().any(char::is_alphanumeric)
        && inside.len() < 200
        && !has_blank_line(inside)
        && !starts_power
        && !is_pattern
        && !is_argument
        && (inside.starts_with(' ') == inside.ends_with(' ')
            || is_half_apart(before, inside, after))
}

/// Whether bold text has a blank at one of its ends, as in `** bold** text`, and stands apart from the words around it.
fn is_half_apart(before: &str, inside: &str, after: &str) -> bool {
    let is_apart = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    is_apart(before.chars().next_back())
        && is_apart(after.chars().next())
        && !before.contains("**")
        && !after.contains("**")
        && inside.trim().starts_with(char::is_alphabetic)
        && left_over::is_no_name(inside)
}

/// Stars that make bold text of what is between them.
fn bold(page: &Page<'_>, block: &Range<usize>, stars: Range<usize>) -> Fix {
    let inside = &page.text[stars.start + 2..stars.end - 2];
    let words = inside.trim();
    let before = page.text[block.start..stars.start].chars().next_back();
    let after = page.text[stars.end..block.end].chars().next();
    if words.len() < inside.len() {
        let left = stars.start + 2 + (inside.len() - inside.trim_start().len());
        let right = left + words.len();
        let edits = vec![
            Edit::delete(stars.start + 2..left),
            Edit::delete(right..stars.end - 2),
        ];
        let is_power = is_power(
            &page.text[block.start..stars.start],
            words,
            &page.text[stars.end..block.end],
        );
        return proof::fix(page, edits, |trial| {
            !is_power && makes_bold(trial, &page.text[stars.clone()], words)
        });
    }
    let is_cjk = |c: Option<char>| c.is_some_and(|c| ('\u{3040}'..='\u{9fff}').contains(&c));
    let mut edits = Vec::new();
    let starts_with_sign = !words.starts_with(char::is_alphanumeric);
    if starts_with_sign && before.is_some_and(char::is_alphanumeric) {
        edits.push(Edit::insert(stars.start, " "));
    }
    let ends_with_sign = !words.ends_with(char::is_alphanumeric);
    if ends_with_sign && after.is_some_and(char::is_alphanumeric) {
        edits.push(Edit::insert(stars.end, " "));
    }
    let parts_no_word = edits.iter().all(|edit| {
        let (beside, is_end) = if edit.range.start == stars.end {
            (after, words.ends_with([':', '.', '!', '?', ';', ',']))
        } else {
            (before, false)
        };
        is_cjk(beside) || is_end
    });
    let shown = edits.iter().fold(words.to_owned(), |shown, edit| {
        if edit.range.start == stars.end {
            shown + " "
        } else {
            format!(" {shown}")
        }
    });
    proof::fix(page, edits, |trial| {
        parts_no_word && makes_bold(trial, &page.text[stars.clone()], &shown)
    })
}

fn makes_bold(trial: &proof::Trial, from: &str, to: &str) -> bool {
    trial.changes_only(&[Kind::Text, Kind::Strong])
        && trial.added(Kind::Strong) == 1
        && trial.reads(from, to)
}

/// Whether stars with blanks around them may be an operator: there is something to raise on both sides, and one word or
/// less between them.
fn is_power(before: &str, inside: &str, after: &str) -> bool {
    let is_operand =
        |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "()[]_".contains(c));
    let has_both = is_operand(before.trim_end().chars().next_back())
        && is_operand(after.trim_start().chars().next());
    has_both && !inside.contains(' ')
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo, zola};

    #[test]
    fn marks_without_partner_are_told_of() {
        for world in [hugo(), zola("0.22.0"), zola("0.17.2")] {
            let lines = |body: &str| world.lines("literal-emphasis", body);
            for body in [
                "**bold **text**\n",
                "x **bold **more** text\n",
                "x **bold** more** text\n",
                "- **bold **text**\n",
                "| a |\n|---|\n| **bold **text** |\n",
                "x ~~gone~ y\n",
                "x ~gone~~ y\n",
            ] {
                let line = if body.starts_with('|') { 3 } else { 1 };
                assert_eq!(lines(body), [format!("warning {line}")], "{body}");
            }
            for body in [
                "Pass **kwargs to the **main** function.\n",
                "x **2 is **not** 3\n\n2**3 **b**\n",
                "**bold** and `**x` and \\**y\n",
                "**a** 5* and **b**\n",
                "~~gone~~ ~/.bashrc ~~~5 a~b\n",
                "see ~~5 and ~6\n",
                "**/*.rs **bold**\n",
            ] {
                assert_eq!(lines(body), [""; 0], "{body}");
            }
        }
    }

    #[test]
    fn stars_make_bold_text_where_it_was_meant() {
        for (body, expected) in [
            ("** not bold **\n", "**not bold**\n"),
            ("- ** a **: b\n", "- **a**: b\n"),
            (
                "this is ** two words ** here\n",
                "this is **two words** here\n",
            ),
            ("これは**「太字」**です\n", "これは **「太字」** です\n"),
            ("**Note:**text\n", "**Note:** text\n"),
            ("width ** height ** depth\n", "width ** height ** depth\n"),
            ("foo**\"bar\"**baz\n", "foo**\"bar\"**baz\n"),
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), expected);
        }
    }
}
