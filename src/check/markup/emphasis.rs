//! Stars and underscores that are shown, or that are not shown.

use std::ops::Range;

use crate::check::proof::{self, Kind};
use crate::check::prose::{blocks, is_text, runs};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Fix, Severity};

mod accident;
mod accidental;
mod across;
mod left_over;
mod pairs;

pub(in crate::check) use pairs::is_cjk;

pub(crate) use accidental::AccidentalEmphasis;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct LiteralEmphasis;

impl Rule for LiteralEmphasis {
    describe!(
        "literal-emphasis",
        "Stars, underscores, tildes or backticks that readers will see, since they mark no text where they stand",
        "\
`**` opens bold text only where no blank follows it, and closes it only where none precedes it. Between letters and signs it may do neither:
`**Note:**text` and `これは**「太字」**です` show their stars. What begins in one paragraph does not end in the next. Single stars, underscores and the `~~` of struck text are no different. A third pair of stars
beside bold text is shown too, and so are stars and tildes of which there are two on one side and one on the other, and stars and backticks that begin something and do not end it. The rule is CommonMark's, and the same in Zola 0.22.0 and Hugo 0.168.0.

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
        let mut told = Vec::new();
        for pair in pairs::pairs(page, &runs) {
            told.extend([pair.range.start, pair.range.end - pair.mark.len()]);
            let message = match pair.mark {
                "**" | "***" => "readers will see these stars: they make no bold text",
                "__" => "readers will see these underscores: they make no bold text",
                "*" => "readers will see these stars: they emphasise nothing",
                "_" => "readers will see these underscores: they emphasise nothing",
                _ => "readers will see these tildes: they strike nothing out",
            };
            let mut finding = page
                .finding(self, Severity::Warning, message)
                .at(pair.range.clone())
                .help(format!(
                    "put blanks outside of `{}`, and none inside",
                    pair.mark
                ));
            finding.fix = marking(page, &pair);
            findings.push(finding);
        }
        for across in across::across(page, &runs) {
            told.extend([across.range.start, across.range.end - across.mark.len()]);
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    format!("readers will see these signs: `{}` marks text within one paragraph alone", across.mark),
                )
                .at(across.range)
                .help(format!("write `{}` at the end of the first paragraph, and at the beginning of the next", across.mark))
                .fix(across.fix),
            );
        }
        let mut seen = 0;
        for block in blocks(page) {
            let text = &page.text[block.clone()];
            let all: Vec<usize> = text
                .match_indices("**")
                .map(|(at, _)| block.start + at)
                .filter(|at| is_text(&runs, *at) && is_text(&runs, at + 1))
                .collect();
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

/// What marks make of the text between them.
fn kind(mark: &str) -> Kind {
    match mark {
        "~~" => Kind::Strike,
        "*" | "_" => Kind::Emphasis,
        _ => Kind::Strong,
    }
}

/// Marks that mark what is between them.
fn marking(page: &Page<'_>, pair: &pairs::Pair) -> Option<Fix> {
    let (mark, width) = (pair.mark, pair.mark.len());
    if mark == "***" {
        return None;
    }
    let (block, stars) = (&pair.block, pair.range.clone());
    let inside = &page.text[stars.start + width..stars.end - width];
    // Within a word underscores mark nothing, with or without blanks; stars do.
    if mark.starts_with('_') && inside.trim() == inside {
        let stars_for = mark.replace('_', "*");
        let edits = vec![
            Edit::replace(stars.start..stars.start + width, stars_for.clone()),
            Edit::replace(stars.end - width..stars.end, stars_for),
        ];
        return Some(proof::fix(page, edits, |trial| {
            marks(trial, mark, &page.text[stars.clone()], inside)
        }));
    }
    Some(spaced(page, block, stars, mark))
}

/// Marks with blanks outside of them, and none inside.
fn spaced(page: &Page<'_>, block: &Range<usize>, stars: Range<usize>, mark: &str) -> Fix {
    let width = mark.len();
    let inside = &page.text[stars.start + width..stars.end - width];
    let words = inside.trim();
    let before = page.text[block.start..stars.start].chars().next_back();
    let after = page.text[stars.end..block.end].chars().next();
    if words.len() < inside.len() {
        let left = stars.start + width + (inside.len() - inside.trim_start().len());
        let right = left + words.len();
        let mut edits = vec![
            Edit::delete(stars.start + width..left),
            Edit::delete(right..stars.end - width),
        ];
        edits.retain(|edit| !edit.range.is_empty());
        let is_power = mark == "**"
            && is_power(
                &page.text[block.start..stars.start],
                words,
                &page.text[stars.end..block.end],
            );
        let is_even = inside.starts_with(' ') == inside.ends_with(' ');
        // Blanks that part words go outside.
        let is_letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_cjk(c));
        let mut shown = words.to_owned();
        if !is_even && inside.starts_with(' ') && is_letter(before) {
            edits.insert(0, Edit::insert(stars.start, " "));
            shown.insert(0, ' ');
        }
        if !is_even && inside.ends_with(' ') && is_letter(after) {
            edits.push(Edit::insert(stars.end, " "));
            shown.push(' ');
        }
        return proof::fix(page, edits, |trial| {
            (!is_power || !is_even) && marks(trial, mark, &page.text[stars.clone()], &shown)
        });
    }
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
        beside.is_some_and(is_cjk) || is_end
    });
    let shown = edits.iter().fold(words.to_owned(), |shown, edit| {
        if edit.range.start == stars.end {
            shown + " "
        } else {
            format!(" {shown}")
        }
    });
    proof::fix(page, edits, |trial| {
        parts_no_word && marks(trial, mark, &page.text[stars.clone()], &shown)
    })
}

fn marks(trial: &proof::Trial, mark: &str, from: &str, to: &str) -> bool {
    trial.changes_only(&[Kind::Text, kind(mark)])
        && trial.added(kind(mark)) == 1
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
                "whether **R **can draw\n",
                "**Deploying Agent to all Nodes **\n",
                "**Cluster has **changed\n",
                "he ** said** it\n",
                "The Day**,** an hour\n",
                "_Note that it was addressed. _\n",
                "a ~~b c ~~d\n",
                "~~吃喝，哦不，~~看书\n",
                "*（重要）*です\n",
                "__(重要)__です\n",
                "**메모리(I/O)**이고\n",
                "x **「a/b」**は\n",
                "**(a*b)**は\n",
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
                "**/foo and src/**\n",
                "Pass **args and **kwargs on.\n",
                "int **argv, **envp\n",
                "Price** and other** items\n",
                "** one\n** two\n",
                "_foo and _ are patterns\n",
                "__ years and __ months\n",
                "2 * 3 * 4 and a *(b) * c\n",
                "a snake__case__name and _x._y\n",
                "Name * Email *\n",
                "网址当中还有*.asp或*.aspx文件\n",
                "2 **3 and 4 **5\n",
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
            ("whether **R **can\n", "whether **R** can\n"),
            ("**All Nodes **\n", "**All Nodes**\n"),
            ("he ** said** it\n", "he **said** it\n"),
            ("he said (**so **).\n", "he said (**so**).\n"),
            ("width ** height ** depth\n", "width ** height ** depth\n"),
            ("foo**\"bar\"**baz\n", "foo**\"bar\"**baz\n"),
            ("これは__重要__な点\n", "これは**重要**な点\n"),
            ("これは_重要_な点\n", "これは*重要*な点\n"),
            ("a ~~ gone ~~ b\n", "a ~~gone~~ b\n"),
            ("_Note that it is so. _\n", "_Note that it is so._\n"),
            (
                "**One goes on\n\nand ends.** Then\n",
                "**One goes on**\n\n**and ends.** Then\n",
            ),
            // A single star may be that of a footnote.
            ("*One\n\ntwo.*\n", "*One\n\ntwo.*\n"),
            (
                "**Warning: see below\n\nIt costs 5** euros.\n",
                "**Warning: see below\n\nIt costs 5** euros.\n",
            ),
            (
                "*Terms apply\n\nIt costs 5 euros\n",
                "*Terms apply\n\nIt costs 5 euros\n",
            ),
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), expected);
        }
    }
}
