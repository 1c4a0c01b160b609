//! Formulas between dollars and in LaTeX's environments.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::has_lost_breaks;
use crate::check::Page;
use crate::text::has_blank_line;

/// Where dollars stand that are not escaped, one or two, outside of code: their places and their number.
fn marks(page: &Page<'_>) -> Vec<(usize, usize)> {
    let body = page.body();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for (at, _) in body.match_indices('$') {
        let place = page.body.start + at;
        if body[..at].ends_with('\\') || page.in_code(place) {
            continue;
        }
        match found.last_mut() {
            Some((start, width)) if *start + 1 == place && *width == 1 => *width = 2,
            _ => found.push((place, 1)),
        }
    }
    found
}

/// Formulas in a line, `$…$`. The dollars follow the rules of Pandoc: none beside a blank on its inner side, and no digit
/// behind the last.
fn in_lines(page: &Page<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let marks = marks(page);
    let mut at = 0;
    while let Some([(open, 1), (close, 1)]) = marks.get(at..at + 2) {
        let formula = &page.text[open + 1..*close];
        let after = page.text[close + 1..].chars().next();
        let is_tight = !formula.is_empty()
            && !formula.starts_with([' ', '\n'])
            && !formula.ends_with([' ', '\n'])
            && !after.is_some_and(|c| c.is_ascii_digit());
        if !is_tight || formula.contains(['\n', '`']) || formula.len() > 300 {
            at += 1;
            continue;
        }
        // `$5 and \*not\* $` and other words are none.
        let longest = formula
            .split(|c: char| !c.is_alphabetic() && c != '\\')
            .filter(|word| !word.contains('\\'))
            .map(str::len)
            .max()
            .unwrap_or(0);
        let is_text = longest > 3 && !formula.contains(['{', '^', '=']);
        let is_money = formula.starts_with(|c: char| c.is_ascii_digit()) && formula.contains(' ');
        // `$db.find({"x": 1})` is a program's.
        let is_code = formula.contains('"') || formula.contains("<br");
        if !is_text && !is_money && !is_code {
            found.push(*open..close + 1);
        }
        at += 2;
    }
    found
}

/// Formulas in a line of which Markdown takes a backslash before a sign: `$\{a\}$`, `$a\,b$`.
pub(super) fn with_lost_signs(page: &Page<'_>) -> Vec<Range<usize>> {
    let is_lost = |at: &Range<usize>| {
        let formula = &page.text[at.start + 1..at.end - 1];
        formula.match_indices('\\').any(|(at, _)| {
            let next = formula[at + 1..].chars().next();
            next.is_some_and(|c| is_lost_sign(c, &formula[..at])) && !formula[..at].ends_with('\\')
        })
    };
    in_lines(page).into_iter().filter(is_lost).collect()
}

/// Formulas in a line of whose signs typography makes others: `$f'(x)$`, `$a--b$`.
pub(super) fn set_in_type(page: &Page<'_>) -> Vec<Range<usize>> {
    if !page.site.settings.typographer {
        return Vec::new();
    }
    let is_set = |at: &Range<usize>| {
        let formula = &page.text[at.start + 1..at.end - 1];
        let signs = ["'", "--", "...", "\"", "<<", ">>"];
        signs.iter().any(|sign| {
            formula
                .match_indices(sign)
                .any(|(at, _)| !formula[..at].ends_with('\\'))
        })
    };
    in_lines(page).into_iter().filter(is_set).collect()
}

/// Whether a formula needs the backslash before this sign. `\*` and `\_` are Markdown's, but for those in words.
fn is_lost_sign(sign: char, before: &str) -> bool {
    let words = [
        "\\text{",
        "\\texttt{",
        "\\mathrm{",
        "\\operatorname{",
        "\\mathtt{",
    ];
    let in_words = words.iter().any(|command| {
        before
            .rfind(command)
            .is_some_and(|at| !before[at..].contains('}'))
    });
    match sign {
        // Before these the backslash keeps typography away.
        '*' | '[' | ']' | '\\' | '\'' | '"' | '-' => false,
        '_' => in_words,
        _ => sign.is_ascii_punctuation(),
    }
}

/// `\begin{equation} … \end{equation}` outside of dollars, with two backslashes at the end of a line.
pub(super) fn environments(page: &Page<'_>) -> Vec<Range<usize>> {
    let body = page.body();
    let dollars = marks(page);
    let mut found = Vec::new();
    let mut until = 0;
    for (at, sign) in body.match_indices("\\begin{") {
        let rest = &body[at + sign.len()..];
        let Some((name, _)) = rest.split_once('}') else {
            continue;
        };
        let end = format!("\\end{{{name}}}");
        let start = page.body.start + at;
        let Some(length) = body[at..].find(&end).filter(|_| start >= until) else {
            continue;
        };
        let formula = &body[at..at + length];
        let is_inside = dollars.iter().filter(|(mark, _)| *mark < start).count() % 2 == 1;
        if has_lost_breaks(formula)
            && !is_inside
            && !has_blank_line(formula)
            && !page.in_code(start)
            && name.len() < 20
        {
            until = start + length + end.len();
            found.push(start..until);
        }
    }
    found
}

/// `$$` around lines of which one begins a list, a heading or a quote, and so ends the paragraph of the formula.
pub(super) fn torn(page: &Page<'_>) -> Vec<Range<usize>> {
    let marks: Vec<usize> = marks(page)
        .into_iter()
        .filter_map(|(at, width)| (width == 2).then_some(at))
        .collect();
    let mut found = Vec::new();
    for two in marks.chunks(2) {
        let [open, close] = two else { continue };
        let formula = &page.text[open + 2..*close];
        let line = page.text[..*open].rsplit('\n').next().unwrap_or_default();
        let is_own_line = line.trim_matches(['>', ' ', '\t']).is_empty();
        if !formula.contains('\n') || has_blank_line(formula) || !is_own_line {
            continue;
        }
        let is_torn = page.events.iter().any(|(event, range)| {
            let begins = matches!(
                event,
                Event::Start(Tag::List(_) | Tag::BlockQuote(_) | Tag::Heading { .. }) | Event::Rule
            );
            let is_setext = matches!(event, Event::Start(Tag::Heading { .. }))
                && range.start <= *open
                && range.end > *open;
            begins && ((*open < range.start && range.start < *close) || is_setext)
        });
        if is_torn {
            found.push(*open..close + 2);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn signs_that_typography_changes() {
        for (body, expected) in [
            ("We write $f'(x)$ and $a--b$.\n", 2),
            ("It's $5 here, it's $6 there.\n", 0),
            ("$f\\'(x)$ and `$f'$`\n", 0),
        ] {
            assert_eq!(hugo().lines("broken-math", body).len(), expected, "{body}");
            let zola = zola("0.22.0").lines("broken-math", body);
            assert!(zola.len() <= usize::from(body.contains("\\'")), "{body}");
        }
    }

    #[test]
    fn formulas_that_markdown_changes() {
        for world in [hugo(), zola("0.22.0")] {
            let lines = |body: &str| world.lines("broken-math", body);
            for body in [
                "$\\{a, b\\}$\n",
                "$a\\,b\\;c$\n",
                "$\\text{a\\_b}$\n",
                "$\\|x\\|_2$\n",
                "So $50\\%$ of it.\n",
                "$$\na\n- b\n$$\n",
                "$$\nx\n=\ny\n$$\n",
                "\\begin{align}\na &= b \\\\\nc\n\\end{align}\n",
                "\\[\na + b\n\\]\n",
                "$$a_1*b*c$$\n",
            ] {
                assert_eq!(lines(body).len(), 1, "{body}");
            }
            for body in [
                "It is $5 and \\*not\\* $6, or \\$5 and \\$6.\n",
                "$\\alpha + a_i$ and $x^{2}$ and `$\\{a\\}$`\n",
                "$$\na\n= b\n$$\n",
                "$$ \\\\{ x \\in N\\ |\\ x < 10 \\\\} $$\n",
                "\\[a\\](b), \\[c\\] and \\[x\\] done\n",
                "$HOME/\\* and $USER\n",
                "$db.find(\\{\"x\": 9\\}), or $o[\"x\"]\n",
                "host\\[:port\\]\\[,host\\[:port\\]\\]\\[?option\\[=value\\]\\]\n",
                "its type \\[+ the length when it is not a fixed one\\] and value\n",
            ] {
                assert_eq!(lines(body), [""; 0], "{body}");
            }
        }
    }
}
