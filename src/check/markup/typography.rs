//! Hyphens and colons that the generator makes something else of.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::has_definition_lists;
use crate::body::edits::is_escaped;
use crate::check::prose::{blocks, is_text, lines, runs};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

mod signs;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct Typography;

impl Rule for Typography {
    describe!(
        "typography",
        "An option of a command that becomes a dash, signs that become quotation marks, or a line that becomes a definition",
        "\
Hugo 0.168.0 makes a dash of two hyphens, and Zola 0.22.0 does with `smart_punctuation`, so `--release` in the text is shown with a dash. Hugo also makes a definition of a
line that begins with `: `, also behind a blank line, as Zola does with `definition_list`, and quotation marks of `<<` and `>>`: `1 << 4`. Arrows, `i--`, `./...` and
quotes behind `=` are changed in the same way.

```markdown
Use `--release`.
```

Put options and code in backticks, and a backslash before the colon. Dashes and definitions may be meant, so the fixes that do it are unsafe ones."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let settings = &page.site.settings;
        let runs = runs(page);
        if settings.typographer {
            findings.extend(runs.iter().flat_map(|run| options(page, run)));
            findings.extend(runs.iter().flat_map(|run| signs::of_code(page, run)));
            // Zola makes none of these.
            if !page.site.generator.requires_front_matter() {
                findings.extend(
                    blocks(page)
                        .iter()
                        .flat_map(|block| shifts(page, block, &runs)),
                );
            }
        }
        if has_definition_lists(page) {
            // More than one is a list that is meant.
            if let [start] = definitions(page, &runs).as_slice() {
                let line = page.text[*start..].lines().next().unwrap_or_default();
                findings.push(
                    page.finding(
                        &Typography,
                        Severity::Warning,
                        "this line becomes a definition of the line above it",
                    )
                    .at(*start..start + line.len())
                    .help("write `\\:`, if it is not meant to be one")
                    .fix(Fix::risky(vec![Edit::insert(*start, "\\")])),
                );
            }
        }
    }
}

/// The options of commands in running text.
fn options(page: &Page<'_>, run: &Range<usize>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let text = &page.text[run.clone()];
    for (at, _) in text.match_indices("--") {
        let before = page.text[..run.start + at].chars().next_back();
        let rest = &text[at + 2..];
        let starts = before
            .is_none_or(|c| c.is_whitespace() || matches!(c, '(' | '*' | '_' | '"' | '\'' | '['));
        if !starts || !rest.starts_with(|c: char| c.is_ascii_lowercase()) {
            continue;
        }
        let length = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '-'))
            .unwrap_or(rest.len());
        // Its value belongs to it.
        let value = rest[length..].strip_prefix('=').map_or(0, |value| {
            let end = value.find(|c: char| c.is_whitespace() || matches!(c, ')' | ',' | ']'));
            let value = value[..end.unwrap_or(value.len())].trim_end_matches(['.', ';', ':']);
            value.len() + 1
        });
        let length = length + value;
        let start = run.start + at;
        findings.push(
            page.finding(
                &Typography,
                Severity::Warning,
                "the two hyphens become a dash",
            )
            .at(start..start + 2 + length)
            .help("put it in backticks")
            .fix(Fix::risky(vec![
                Edit::insert(start, "`"),
                Edit::insert(start + 2 + length, "`"),
            ])),
        );
    }
    findings
}

/// Signs that become quotation marks, in a block where they do not stand around words as those do: `1 << 4`, `a>>b`. Of
/// what may be meant, as in `File >> Open`, nothing is said.
fn shifts(page: &Page<'_>, block: &Range<usize>, runs: &[Range<usize>]) -> Vec<Finding> {
    let text = &page.text[block.clone()];
    let places = |sign| {
        let all = text.match_indices(sign).map(|(at, _)| block.start + at);
        all.filter(|at| is_text(runs, *at) && is_text(runs, at + 1) && !is_escaped(page.text, *at))
            .collect::<Vec<_>>()
    };
    let (left, right) = (places("<<"), places(">>"));
    let has_left = !left.is_empty();
    let is_code = |at: &usize| {
        let before = page.text[..*at].trim_end_matches([' ', '>']);
        let after = page.text[at + 2..].trim_start_matches([' ', '>']);
        let is_sign = |c: char| !c.is_alphabetic() && !c.is_whitespace();
        // `echo x >> file`, and not `File >> Open`.
        let is_lower = |text: Option<&str>| {
            text.is_some_and(|word| word.starts_with(|c: char| c.is_ascii_lowercase()))
        };
        let is_append = is_lower(before.split(' ').next_back())
            && is_lower(after.split(' ').next())
            && page.text[*at..].starts_with(">> ")
            && !has_left;
        before.ends_with(|c: char| c.is_ascii_digit())
            || after.starts_with(is_sign)
            || is_append
            || page.text[..*at].ends_with('>')
            || page.text[*at + 2..].starts_with('>')
            || page.text[..*at].ends_with(char::is_alphanumeric)
    };
    let is_quoted = left.len() == right.len()
        && left.iter().zip(&right).all(|(left, right)| {
            left < right && !is_code(left) && !(is_code(right) && starts_number(page.text, *left))
        });
    if is_quoted {
        return Vec::new();
    }
    left.into_iter()
        .chain(right.into_iter().filter(is_code))
        .map(|at| {
            page.finding(
                &Typography,
                Severity::Warning,
                "the two signs become a quotation mark",
            )
            .at(at..at + 2)
            .help("put the code in backticks, or a backslash before the signs")
            .fix(Fix::risky(vec![
                Edit::insert(at, "\\"),
                Edit::insert(at + 1, "\\"),
            ]))
        })
        .collect()
}

/// Whether a number stands before byte `at`.
fn starts_number(text: &str, at: usize) -> bool {
    text[..at]
        .trim_end()
        .ends_with(|c: char| c.is_ascii_digit())
}

/// Where lines begin that become definitions: in a paragraph, or in the one behind it.
fn definitions(page: &Page<'_>, runs: &[Range<usize>]) -> Vec<usize> {
    let is_one = |line: &str, at: usize| line.starts_with(": ") && is_text(runs, at);
    let mut found = Vec::new();
    for (index, (event, range)) in page.events.iter().enumerate() {
        if !matches!(event, Event::Start(Tag::Paragraph)) {
            continue;
        }
        let before = index
            .checked_sub(1)
            .and_then(|before| page.events.get(before));
        let has_term = matches!(before, Some((Event::End(TagEnd::Paragraph), _)));
        let all = lines(page, range.clone()).skip(usize::from(!has_term));
        found.extend(
            all.filter(|(line, range)| is_one(line, range.start))
                .map(|(_, range)| range.start),
        );
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn signs_of_code_are_told_in_hugo() {
        for (body, expected) in [
            ("Use cout << x here.\n", 1),
            ("So 1 >> 2 is 0, and a>>b.\n", 2),
            ("Click File >> Open.\n", 0),
            ("Compute 1 << 3 and x >> 2 here.\n", 2),
            ("Run echo x >> file now.\n", 1),
            ("A line with >>> is a prompt.\n", 1),
            ("Il dit << bonjour >> et part.\n", 0),
            ("Escaped \\<< x, `1 << 2`, and\n\n    y << z\n", 0),
        ] {
            assert_eq!(hugo().lines("typography", body).len(), expected, "{body}");
            assert_eq!(zola("0.22.0").lines("typography", body), [""; 0]);
        }
    }

    #[test]
    fn a_blank_line_may_stand_before_a_definition() {
        for (body, expected) in [
            ("Term\n: text\n", 1),
            ("Term\n\n: text\n", 1),
            ("## Head\n\n: text\n", 0),
            ("A\n: a\n\nB\n: b\n", 0),
        ] {
            assert_eq!(hugo().lines("typography", body).len(), expected, "{body}");
        }
    }
}
