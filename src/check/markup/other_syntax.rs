//! Markup of other programs, which is shown as it is.

use std::ops::Range;

use super::has_definition_lists;
use crate::check::prose::{is_text, lines, paragraphs, runs};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::site::Version;

mod emoji;
mod fixes;
mod programs;
mod scripts;
mod tokens;
mod within;

use emoji::emoji;
use fixes::{contained, inline_fix, labelled};
use scripts::scripts;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct OtherSyntax;

impl Rule for OtherSyntax {
    describe!(
        "other-syntax",
        "Markup of other programs, which readers will see as it is",
        "\
Some programs know more of Markdown than others. Readers of Zola 0.22.0 and Hugo 0.168.0 see as it is written, among much else: `::: note`, `!!! note`, `{: .class}`,
`==marked==`, `H~2~O`, `x^2^`, `[TOC]`, `[[Wiki link]]`; `: definition` below a term, unless definition lists are switched on; `> [!NOTE]`, unless Zola's `github_alerts` or a template of the site makes a box of it; and `:rocket:`, unless
emoji are switched on.

```markdown
> **Note:** this works everywhere.
```

Write plain Markdown instead, or switch it on in the configuration where the generator has it. The fix writes alerts as a bold word and emoji as themselves; the unsafe
ones make marked text bold, a quote of a container and a link of a wiki's link to the title of a page, and take away marks for a table of contents, attributes and inserted text."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let runs = runs(page);
        for paragraph in paragraphs(page) {
            for (index, (line, range)) in lines(page, paragraph.clone()).enumerate() {
                let body = line.trim_start_matches(['>', ' ', '\t']);
                let start = range.end - body.len();
                let Some((what, width)) = whole_line(page, body, index == 0) else {
                    continue;
                };
                if is_text(&runs, start) {
                    let mut finding = self.finding(page, what, start..start + width);
                    finding.fix = if what == ALERT {
                        Some(labelled(page, body, start, range.start, paragraph.end))
                    } else if body.starts_with(":::") {
                        contained(page, &paragraph, start)
                    } else if body.starts_with(['[', '{', '$']) {
                        Some(Fix::risky(vec![Edit::delete(start..start + width)]))
                    } else {
                        None
                    };
                    findings.push(finding);
                }
            }
        }
        for run in &runs {
            for (what, place) in markup(page, &page.text[run.clone()]) {
                let at = run.start + place.start..run.start + place.end;
                let mut finding = self.finding(page, what, at.clone());
                finding.fix = inline_fix(page, &at);
                findings.push(finding);
            }
        }
        for (what, at, fix) in programs::places(page, &runs) {
            let mut finding = self.finding(page, what, at);
            finding.fix = fix;
            findings.push(finding);
        }
        if !has_definition_lists(page) {
            for at in definitions(page, &runs) {
                findings.push(self.finding(page, "a definition of PHP Markdown Extra", at));
            }
        }
    }
}

/// Definitions of one term: a line or two of few words, and below them lines that begin with a colon.
fn definitions(page: &Page<'_>, runs: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for paragraph in paragraphs(page) {
        let mut all = lines(page, paragraph);
        let Some((term, at)) = all.next() else {
            continue;
        };
        let Some((line, below)) = all.next() else {
            continue;
        };
        let term = term.trim();
        let is_term = term.split_whitespace().count() < 6
            && term.ends_with(|c: char| c.is_alphanumeric() || matches!(c, ')' | '`' | '*' | '_'))
            && !term.starts_with([':', '|']);
        let body = line.trim_start_matches(['>', ' ']);
        let start = below.end - body.len();
        let is_definition = body
            .strip_prefix(':')
            .is_some_and(|rest| rest.starts_with([' ', '\t']) && !rest.trim().is_empty());
        if is_term && is_definition && !page.in_code(at.start) && is_text(runs, start) {
            found.push(start..below.end);
        }
    }
    found
}

const ALERT: &str = "an alert of GitHub";

/// Markup that takes a line: what it is, and how many bytes of the line show it.
fn whole_line(page: &Page<'_>, line: &str, is_first: bool) -> Option<(&'static str, usize)> {
    let line = line.trim_end();
    let word = |rest: &str| {
        rest.trim_start()
            .starts_with(|c: char| c.is_ascii_alphabetic() || c == '{')
    };
    if let Some(rest) = line.strip_prefix(":::") {
        let rest = rest.trim_start_matches(':');
        return (rest.is_empty() || word(rest))
            .then_some(("a container of Pandoc or VuePress", line.len()));
    }
    if let Some(rest) = line
        .strip_prefix("!!! ")
        .or_else(|| line.strip_prefix("??? "))
    {
        return (is_first && word(rest)).then_some(("an admonition of MkDocs", line.len()));
    }
    if line.starts_with("{: ") && line.ends_with('}') {
        return Some(("an attribute list of kramdown", line.len()));
    }
    if ["[TOC]", "[toc]", "[[TOC]]", "[[_TOC_]]", "${toc}"].contains(&line) {
        return Some(("a mark for a table of contents", line.len()));
    }
    let alert = line
        .strip_prefix("[!")
        .and_then(|rest| rest.split_once(']'));
    let (name, _) = alert?;
    let rest = &line[name.len() + 3..];
    let is_known = ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known));
    let is_name = name.len() > 2 && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'-');
    // Zola knows these five, and with nothing behind them; what a template of Hugo's knows is not seen.
    let is_zola = page.site.generator.requires_front_matter();
    let is_old = page.site.version < Version::new(0, 21, 0);
    let is_read =
        page.site.settings.alerts && (!is_zola || (!is_old && is_known && rest.is_empty()));
    (is_first && (is_known || is_name) && !is_read).then_some((ALERT, name.len() + 3))
}

/// Markup within a line.
fn markup(page: &Page<'_>, text: &str) -> Vec<(&'static str, Range<usize>)> {
    let mut found = Vec::new();
    let marks = [
        ("==", "marked text", "mark"),
        ("++", "inserted text", "insert"),
    ];
    let extras = &page.site.settings.extras;
    for (mark, what, _) in marks
        .into_iter()
        .filter(|(.., name)| !extras.contains(*name))
    {
        let mut at = 0;
        while let Some(open) = text[at..].find(mark).map(|open| at + open) {
            let inner = open + 2;
            let Some(close) = text[inner..].find(mark).map(|close| inner + close) else {
                break;
            };
            at = close + 2;
            let inside = &text[inner..close];
            let is_tight = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            let is_apart =
                !is_tight(text[..open].chars().next_back()) && !is_tight(text[at..].chars().next());
            if is_apart
                && is_tight(inside.chars().next())
                && is_tight(inside.chars().next_back())
                && !inside.contains('\n')
            {
                found.push((what, open..at));
            }
        }
    }
    for (open, _) in text.match_indices("^[") {
        // Words with blanks between them: `^[a-z]+` is a regular expression.
        let inside = text[open + 2..]
            .split([']', '\n'])
            .next()
            .unwrap_or_default();
        let follows = text[..open].ends_with(|c: char| !c.is_whitespace());
        let is_closed = text[open + 2 + inside.len()..].starts_with(']');
        let is_word = inside.len() > 3
            && inside.chars().all(char::is_alphabetic)
            && text[..open].ends_with(char::is_alphabetic);
        if follows
            && is_closed
            && (inside.contains(' ') || is_word)
            && inside.starts_with(char::is_alphabetic)
        {
            found.push(("a footnote of Pandoc", open..open + inside.len() + 3));
        }
    }
    for (mark, name, what) in [
        ('~', "subscript", "a subscript of Pandoc"),
        ('^', "superscript", "a superscript of Pandoc"),
    ] {
        // Struck out text is told of as such.
        let strikes = mark == '~'
            && page
                .site
                .generator
                .dialect(page.site.version)
                .strikes_in_words;
        if !extras.contains(name) && !strikes {
            found.extend(scripts(text, mark).map(|place| (what, place)));
        }
    }
    for (open, _) in text.match_indices("[[") {
        if let Some(length) = text[open..].find("]]") {
            let inside = &text[open + 2..open + length];
            // `[[1, 2], [3]]` is no link, and neither is a test of a shell.
            let is_name = inside.starts_with(char::is_alphanumeric)
                && !inside.contains(['[', ',', '\n', '$', '"', '=']);
            if is_name && inside.chars().any(char::is_alphabetic) && inside != "TOC" {
                let start = open - usize::from(text[..open].ends_with('!'));
                found.push(("a link of a wiki", start..open + length + 2));
            }
        }
    }
    if !page.site.settings.emoji {
        for (open, _) in text.match_indices(':') {
            let rest = &text[open + 1..];
            let Some(length) = rest.find(':') else {
                continue;
            };
            if emoji(&rest[..length]).is_some() {
                found.push(("an emoji by its name", open..open + length + 2));
            }
        }
    }
    found
}

impl OtherSyntax {
    fn finding(&self, page: &Page<'_>, what: &str, at: Range<usize>) -> Finding {
        let message = format!(
            "readers will see this as it is: it is {what}, which {} does not know",
            page.site.generator.title()
        );
        page.finding(self, Severity::Warning, message)
            .at(at)
            .help("write it in plain Markdown, or put it in backticks if it should be seen")
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, fixed_with_risk, hugo, world, zola};

    #[test]
    fn what_may_be_meant_is_written_in_markdown() {
        for (body, expected) in [
            (
                "::: warning\nText\nmore\n:::\n",
                "> **Warning:** Text\n> more\n",
            ),
            (
                "See [[About]] and [[Nope]].\n",
                "See [About](/about/) and [[Nope]].\n",
            ),
            ("==a== ++b++\n\n[TOC]\n", "**a** b\n\n\n"),
        ] {
            assert_eq!(fixed_with_risk(&zola("0.22.0"), body), expected);
        }
    }

    #[test]
    fn scripts_and_definitions_of_other_programs() {
        let zola = zola("0.22.0");
        let lines = |body: &str| zola.lines("other-syntax", body);
        assert_eq!(lines("H~2~O, x^2^ and 10^th^.\n").len(), 3);
        assert_eq!(lines("a^[inline] and a^[two words].\n").len(), 2);
        assert_eq!(lines("Term\n: definition\n"), ["warning 2"]);
        assert_eq!(lines("> **Term**\n> : definition\n"), ["warning 2"]);
        for body in [
            "2^3^2, a~b~c, 5~10 km or 7~8 km, `x^2^`, $x^2^$, ~/a and ~/b\n",
            "[^a]^[b-c]* and [a-z]^[A-Z]\n",
            "It says this of the seven kinds of bees\n: a line\n",
            "A sentence.\n: a line\n",
            "Note\n:warning: x\n",
            "Term\n\n```\n: x\n```\n",
        ] {
            let found = zola.page("other-syntax", &format!("+++\ntitle = \"A\"\n+++\n{body}"));
            let about = found.iter().filter(|one| !one.message.contains("emoji"));
            assert_eq!(about.count(), 0, "{body}");
        }
        let hugo = hugo();
        let lines = |body: &str| hugo.lines("other-syntax", body);
        assert_eq!(lines("x^2^ in Hugo\n"), ["warning 1"]);
        assert_eq!(lines("Term\n: definition\n"), [""; 0]);
    }

    #[test]
    fn what_the_site_switched_on_is_known() {
        let config = "baseURL = \"x\"\n[markup.goldmark.extensions.extras.mark]\nenable = true\n";
        let site = world(&[("hugo.toml", config)], Some("0.168.0"));
        assert_eq!(
            site.lines("other-syntax", "==a==\n\n++b++\n"),
            ["warning 3"]
        );
        assert_eq!(hugo().lines("other-syntax", "==a==\n\n++b++\n").len(), 2);
    }

    #[test]
    fn alerts_and_emoji_are_written_out() {
        for (body, expected) in [
            ("> [!NOTE]\n> Text\n", "> **Note:** Text\n"),
            ("> [!tip] Text\n", "> **Tip:** Text\n"),
            ("> [!WARNING]\n>\n> - a\n", "> **Warning**\n>\n> - a\n"),
            ("> [!NOTE]- Folded\n", "> [!NOTE]- Folded\n"),
            ("[!NOTE]\nText\n", "[!NOTE]\nText\n"),
            ("Go :rocket: `:bug:` 1:x:2\n", "Go 🚀 `:bug:` 1:x:2\n"),
            ("==a== ++b++\n", "==a== ++b++\n"),
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), expected);
            assert_eq!(fixed(&hugo(), body), expected);
        }
    }
}
