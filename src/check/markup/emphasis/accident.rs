//! Stars of products, powers, patterns, pointers and comments, which Markdown takes for marks of emphasis.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use crate::check::Page;

/// The letters, digits and signs right before and behind a place, up to the next blanks.
pub(super) fn words_around<'t>(text: &'t str, at: &Range<usize>) -> (&'t str, &'t str) {
    let is_end = char::is_whitespace;
    let before = text[..at.start].rsplit(is_end).next().unwrap_or_default();
    let after = text[at.end..].split(is_end).next().unwrap_or_default();
    (before, after)
}

/// Whether a mark between letters was that of a product: there is a number in it, or a blank, or a letter at both ends.
/// `in*ter*national` has a stressed part.
fn is_product(before: &str, inside: &str, after: &str) -> bool {
    let latin = |text: &str| text.chars().take_while(char::is_ascii_alphanumeric).count();
    let first = before
        .chars()
        .rev()
        .take_while(char::is_ascii_alphanumeric)
        .count();
    let last = latin(after);
    let has_number = |text: &str| text.contains(|c: char| c.is_ascii_digit() || c == '_');
    let factor = |text: &str, length: usize| text.get(..length).is_some_and(has_number);
    first > 0
        && last > 0
        && !inside.contains(['`', '[', '<'])
        && (inside.contains(' ')
            || (first == 1 && last == 1)
            || before.get(before.len() - first..).is_some_and(has_number)
            || has_number(inside)
            || factor(after, last))
}

/// Whether bold text was a power or a pattern: `2**3**4`, `**/*.rs and src/**`.
pub(super) fn is_strong((before, after): (&str, &str), inside: &str) -> bool {
    let is_pattern = inside.starts_with('/') && inside.contains('*');
    // Words with two bold parts and more have them stressed: `k**a**r**ol**in`.
    let marks = [before, after].map(|text| text.matches("**").count());
    let has_parts = marks.iter().all(|count| count % 2 == 0) && marks != [0, 0];
    (is_product(before, inside, after) && !has_parts)
        || is_pattern
        || (after.starts_with('/') && inside.contains('/') && !inside.contains(' '))
}

/// Whether emphasised text was something else.
pub(super) fn is_emphasis((before, after): (&str, &str), inside: &str) -> bool {
    let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    // `*a, b*c` is no word with a stressed part.
    let is_half = is_latin(after.chars().next()) && before.is_empty() && inside.contains(' ');
    // `*) and SUM(*`, `*.rs|*`, `*,*`.
    let first = inside.chars().next();
    let last = inside.chars().next_back();
    let is_sign =
        !inside.is_empty() && !inside.contains(|c: char| c.is_alphanumeric() || !c.is_ascii());
    let is_torn = first.is_some_and(|c| ")]},;|/".contains(c))
        || last.is_some_and(|c| "([{|".contains(c))
        || (first == Some('.') && last.is_some_and(|c| ",;".contains(c)));
    // `.*foo.*`, `[a-z]*x*`, and not the number of an item.
    let is_number = before
        .strip_suffix(['.', ')'])
        .is_some_and(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()));
    let is_quantified =
        before.ends_with(['.', ']', ')', '\\']) && !is_number && !inside.contains(' ');
    // `*/etc/hosts*` and `*=~*` by themselves are stressed.
    let is_alone = before.chars().all(|c| "([{\"'“‘«".contains(c))
        && !after.contains(char::is_alphanumeric)
        && !after.starts_with(['/', '*', ':'])
        && !inside.contains(char::is_whitespace)
        && !inside.contains('|');
    if is_alone {
        return false;
    }
    let is_comment = before.ends_with('/') && after.starts_with('/');
    let is_path = before.ends_with('/') && inside.starts_with('.');
    is_product(before, inside, after)
        || is_half
        || is_sign
        || is_torn
        || is_quantified
        || is_comment
        || is_path
}

/// Whether dollars of a formula stand before and behind a place in its line: of that another rule speaks.
pub(super) fn is_in_formula(page: &Page<'_>, at: &Range<usize>) -> bool {
    let before = page.text[..at.start]
        .rsplit('\n')
        .next()
        .unwrap_or_default();
    let after = page.text[at.end..].split('\n').next().unwrap_or_default();
    let before = before.replace("\\$", "").replace("$$", "$");
    before.matches('$').count() % 2 == 1 && after.contains('$')
}

/// Whether emphasis of single stars stands right within another, as nobody writes it: `int *p, *q; char* a, char* b`.
pub(super) fn is_nested(page: &Page<'_>, index: usize, range: &Range<usize>) -> bool {
    let is_one = |text: &str| text.starts_with('*') && !text.starts_with("**");
    page.events[index + 1..]
        .iter()
        .take_while(|(_, inner)| inner.start < range.end)
        .any(|(event, inner)| {
            matches!(event, Event::Start(Tag::Emphasis))
                && is_one(&page.text[inner.clone()])
                && is_one(&page.text[range.clone()])
                && inner.start > range.start + 1
        })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn one_token_between_two_marks_is_stressed() {
        for body in [
            "URL */_api/batch* handler; in */etc/hosts* file\n",
            "operators *=~* and *!~*; (*/x*)\n",
            "1.*“API”*: 99%\n",
        ] {
            assert_eq!(hugo().lines("accidental-emphasis", body), [""; 0], "{body}");
        }
    }

    #[test]
    fn signs_that_vanish() {
        for world in [hugo(), zola("0.22.0")] {
            let lines = |body: &str| world.lines("accidental-emphasis", body);
            for body in [
                "2**3**4\n",
                "Match **/*.rs and src/**/*.ts now.\n",
                "f*ck and sh*t\n",
                "w*h*d and x**2 + y**2\n",
                "char *a, b*c\n",
                "int *p, *q; char* a, char* b\n",
                "COUNT(*) and SUM(*)\n",
                "All (*.rs|*.toml) files.\n",
                "All *.rs,*.toml files.\n",
                "Use *,*::before here.\n",
                "The regex .*foo.* matches.\n",
                "The regex [a-z]*x* matches.\n",
                "Use /*x*/ here.\n",
                "The __proto__ key.\n",
            ] {
                assert!(!lines(body).is_empty(), "{body}");
            }
            for body in [
                "**L**i**s**t the **s**essions\n",
                "10**1**1**1**01 and 2**17**3**8**96\n",
                "*a b* and **c d**, *\u{201c}e\u{201d}*, (*f*), *g.* *h,* **i**j *k*l\n",
                "***both*** *a **b** c* **a *b* c** *.NET* *(sic)* *x/y*\n",
                "中文*强调*中文 and **中文**中文 **a/b** c\n",
                "*a*/*b* and **a** / **b**, **a**/b, **a**/**b**\n",
                "2 * 3 * 4, a*b, *.rs and *.toml\n",
                "COUNT(*) is one\n",
                "in*ter*national, un**frigging**believable, sp**e**cify\n",
                "The **/opt/x** folder, **/opt/x/y** and **/!\\\\** here\n",
                "It is **/i/**, see *https://x.y/z/*\n",
            ] {
                assert_eq!(lines(body), [""; 0], "{body}");
            }
        }
    }
}
