//! Links that are none.

use pulldown_cmark::{Event, Tag};

use crate::check::proof::{self, Kind};
use crate::check::prose::runs;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

mod pieces;
mod with_code;

use pieces::{
    addresses, definition, definitions, in_call, is_definition, lines_apart, names_of_hosts,
    unclosed,
};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct PlainTextLink;

impl Rule for PlainTextLink {
    describe!(
        "plain-text-link",
        "An address or a reference that readers will see as plain text",
        "\
`[docs][1]` without a line `[1]: https://…` is shown with its brackets, and so is a link with a blank in its address. Zola does not make links of bare addresses (tested on
0.17.2 and 0.22.0); Hugo 0.168.0 does, unless `linkify` is switched off.

```markdown
<https://example.org>
[docs](<my page.pdf>)
```

A link whose text holds another link is shown as it is, and so is one with a blank between its halves. Write the missing definition, and angle brackets around addresses. The fix puts them around a bare one, but for one of the own machine. The unsafe ones put them
around an address with blanks, and keep only the text of a reference that nothing defines."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD034", "no-bare-urls", "MD052", "reference-links-images"]
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let links: Vec<_> = page
            .events
            .iter()
            .filter(|(event, _)| {
                matches!(event, Event::Start(Tag::Link { .. } | Tag::Image { .. }))
            })
            .map(|(_, range)| range.clone())
            .collect();
        for (at, message) in with_code::with_code(page) {
            findings.push(
                page.finding(self, Severity::Warning, message)
                    .at(at)
                    .help("write the definition `[name]: https://…`, or an address in parentheses"),
            );
        }
        let runs = runs(page);
        let apart = lines_apart(page, &runs);
        for at in apart.iter().cloned() {
            findings.push(
                page.finding(self, Severity::Warning, "this makes no link, so it is shown as it is")
                    .at(at)
                    .help("write `[text](address)` in one piece, without a line end between its halves or in the address"),
            );
        }
        for at in definitions(page) {
            findings.push(definition(self, page, &at));
        }
        for run in runs {
            let text = &page.text[run.clone()];
            if links
                .iter()
                .any(|link| link.start <= run.start && run.end <= link.end)
            {
                continue;
            }
            let site = page.site;
            let makes_none = site.generator.refuses_dead_links()
                || site.settings.switched_off.contains("linkify");
            for (place, is_glued) in addresses(text) {
                // Within a word of a script without blanks Hugo makes no link either.
                if !makes_none && !is_glued {
                    continue;
                }
                let at = run.start + place.start..run.start + place.end;
                // A link that failed is another finding.
                if page.text[..at.start].ends_with("](")
                    || spaced(text).iter().any(|place| {
                        run.start + place.start < at.start && at.start < run.start + place.end
                    })
                {
                    continue;
                }
                if in_call(page, at.start)
                    || is_definition(page, at.start)
                    || apart.iter().any(|link| link.contains(&at.start))
                {
                    continue;
                }
                let host = page.text[at.clone()].split("//").nth(1).unwrap_or_default();
                // Behind an address that goes on with `<id>` there is nothing either.
                let is_local = page.text[at.end..].starts_with('<')
                    || host.starts_with("localhost")
                    || host.starts_with(|c: char| c.is_ascii_digit())
                    || host.contains(['{', '}', '$', '*', '[']);
                let edits = vec![Edit::insert(at.start, "<"), Edit::insert(at.end, ">")];
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        format!("{} makes no link of a bare address", site.generator.title()),
                    )
                    .at(at)
                    .help("write it in angle brackets, `<https://…>`, or as a link with a text")
                    .fix(proof::fix(page, edits, |trial| {
                        !is_local
                            && trial.changes_only(&[Kind::Link])
                            && trial.added(Kind::Link) == 1
                    })),
                );
            }
            if let Some(at) = unclosed(page, &run) {
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "this link is never closed, so it is shown as it is",
                    )
                    .at(at)
                    .help("write the rest of the address, and a parenthesis behind it"),
                );
            }
            for at in broken(text).into_iter().chain(spaced(text)) {
                let at = run.start + at.start..run.start + at.end;
                let before = &page.text[..at.start];
                let open = before.rfind('[').unwrap_or(at.start);
                // Brackets with a backslash are meant as such.
                if before.ends_with('\\') || before[..open].ends_with('\\') {
                    continue;
                }
                let mut finding = page
                    .finding(self, Severity::Warning, "this makes no link, so it is shown as it is")
                    .at(at.clone())
                    .help("write `[text](address)`: no blank between the two, and no other link or footnote in the text");
                finding.fix = joined(page.text, &at);
                findings.push(finding);
            }
            for at in names_of_hosts(page, &run) {
                let shown = &page.text[at.clone()];
                let edits = vec![
                    Edit::insert(at.start, "["),
                    Edit::insert(at.end, format!("](https://{shown})")),
                ];
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "Zola makes no link of a bare address",
                    )
                    .at(at)
                    .help("write it as a link: `[www.…](https://www.…)`")
                    .fix(Fix::risky(edits)),
                );
            }
            for (at, message) in literal(text) {
                let at = run.start + at.start..run.start + at.end;
                // Where a definition was meant, that is what is to be mended.
                let name = page.text[at.clone()].rsplit('[').next().unwrap_or_default();
                let is_meant = !page.text[at.clone()].contains("](")
                    && page.body().contains(&format!("[{}:", name.to_owned()));
                let mut finding = page.finding(self, Severity::Warning, message);
                if !is_meant {
                    finding.fix = Some(written_out(page.text, &at));
                }
                findings.push(
                    finding
                        .at(at.clone())
                        .help("write the definition `[name]: https://…`, or the address in parentheses; one with blanks in angle brackets"),
                );
            }
        }
    }
}

/// `[text][name]` and `[text](address with blanks)` that are text.
fn literal(text: &str) -> Vec<(std::ops::Range<usize>, &'static str)> {
    let mut found = Vec::new();
    for (middle, _) in text.match_indices("][") {
        let Some(open) = text[..middle].rfind('[') else {
            continue;
        };
        let Some(length) = text[middle + 2..].find([']', '[', '\n']) else {
            continue;
        };
        let close = middle + 2 + length;
        let words = &text[open + 1..middle];
        // `a[i][j]` and `[[1][2]]` are code without its backticks.
        let is_index = text[..open]
            .ends_with(|c: char| c.is_alphanumeric() || matches!(c, ']' | ')' | '[' | '_'));
        let follows =
            text[close..].starts_with(']') && !text[close + 1..].starts_with(['[', '(', ']']);
        if !is_index
            && follows
            && !words.contains([']', '\n'])
            && words.chars().any(char::is_alphabetic)
        {
            found.push((
                open..close + 1,
                "nothing defines this reference, so its brackets are shown",
            ));
        }
    }
    for (middle, _) in text.match_indices("](") {
        let Some(open) = text[..middle].rfind('[') else {
            continue;
        };
        let Some(length) = text[middle + 2..].find([')', '\n']) else {
            continue;
        };
        let close = middle + 2 + length;
        let address = &text[middle + 2..close];
        let looks_local =
            address.contains(['/', '.']) && address.contains(' ') && !address.contains(['"', '(']);
        if text[close..].starts_with(')') && looks_local && !text[open..middle].contains('\n') {
            found.push((
                open..close + 1,
                "an address with a blank in it makes no link, so this is shown as it is",
            ));
        }
    }
    found
}

/// The ends of links that are none, `](https://…)`: their text holds a link, or there is more between the parentheses.
fn broken(text: &str) -> Vec<std::ops::Range<usize>> {
    let ends = text.match_indices("](").filter(|(at, _)| {
        let rest = &text[at + 2..];
        let starts = [
            "http://", "https://", "/", "#", "@/", "./", "../", "mailto:",
        ];
        let line = rest.split('\n').next().unwrap_or_default();
        let address = line.split([')', ' ']).next().unwrap_or_default();
        // `f[i](/x)` is code without its backticks, and blanks in an address are told of below.
        line.contains(')')
            && address.len() > 1
            && starts.iter().any(|start| address.starts_with(start))
            && (!line.split(')').next().unwrap_or_default().contains(' ') || line.contains('"'))
            && !text[..*at].ends_with('\\')
    });
    ends.map(|(at, _)| at..at + 2 + text[at + 2..].find(')').map_or(0, |length| length + 1))
        .collect()
}

/// `[text] (https://…)`, of which Hugo makes a link of the address alone.
fn spaced(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    // Parentheses of an East Asian keyboard are text.
    for (middle, _) in text.match_indices("（http") {
        let open = text[..middle]
            .strip_suffix([']', '］'])
            .and_then(|words| words.rfind(['[', '［']));
        let end = text[middle..]
            .find('）')
            .map(|length| middle + length + '）'.len_utf8());
        if let (Some(open), Some(end)) = (open, end) {
            found.push(open..end);
        }
    }
    for (open, _) in text.match_indices("(http") {
        let before = text[..open].trim_end_matches(' ');
        let blanks = open - before.len();
        let Some(words) = before
            .strip_suffix(']')
            .filter(|_| (1..4).contains(&blanks))
        else {
            continue;
        };
        let middle = words.len();
        let Some(open) = words.rfind('[') else {
            continue;
        };
        let words = &words[open + 1..];
        let Some(length) = text[middle..].find(')') else {
            continue;
        };
        let is_text = words.chars().filter(|c| c.is_alphabetic()).count() > 2
            && !words.contains('\n')
            && !text[..open].ends_with(|c: char| c.is_alphanumeric());
        if is_text && !text[middle..middle + length].contains('\n') {
            found.push(open..middle + length + 1);
        }
    }
    found
}

/// The link without the blank between its halves.
fn joined(text: &str, at: &std::ops::Range<usize>) -> Option<Fix> {
    let raw = &text[at.clone()];
    let open = raw
        .rfind("(http")
        .filter(|open| raw[..*open].ends_with(' '))?;
    let blank = raw[..open].trim_end_matches(' ').len();
    Some(Fix::risky(vec![Edit::delete(
        at.start + blank..at.start + open,
    )]))
}

/// Angle brackets around an address with blanks; of a reference without definition only the text.
fn written_out(text: &str, at: &std::ops::Range<usize>) -> Fix {
    let raw = &text[at.clone()];
    if let Some(middle) = raw.rfind("](") {
        let open = at.start + middle + 2;
        return Fix::risky(vec![
            Edit::insert(open, "<"),
            Edit::insert(at.end.saturating_sub(1).max(open), ">"),
        ]);
    }
    let middle = at.start + raw.rfind("][").unwrap_or(0);
    Fix::risky(vec![
        Edit::delete(at.start..at.start + 1),
        Edit::delete(middle.max(at.start + 1)..at.end),
    ])
}

#[cfg(test)]
mod tests {
    #[test]
    fn links_that_are_none() {
        for world in [zola("0.22.0"), hugo()] {
            for body in [
                "[see [this](https://x.y/a) page](https://x.y/b)\n",
                "[minica]](https://x.y/a)\n",
                "See [the docs] (https://x.y/a) for more.\n",
                "Read [the docs](https://x.y/a\n",
            ] {
                assert_eq!(
                    world.lines("plain-text-link", body),
                    ["warning 1"],
                    "{body}"
                );
            }
            for body in [
                "[a](https://x.y/a), `[b]](https://x.y/a)`\n",
                "\\[a](https://x.y/a)\n",
                "f[i](x) and [1](2)\n",
            ] {
                let found = world.lines("plain-text-link", body);
                let is_bare = world.lines("plain-text-link", "https://x.y/a\n").len();
                assert!(found.len() <= is_bare, "{body}");
            }
        }
    }

    use crate::check::testing::{fixed, hugo, zola};

    #[test]
    fn bare_addresses_become_links() {
        for (body, expected) in [
            (
                "See https://example.com/x_y.\n",
                "See <https://example.com/x_y>.\n",
            ),
            (
                "See http://localhost:80/ or https://a.{b}/\n",
                "See http://localhost:80/ or https://a.{b}/\n",
            ),
            (
                "[docs][1] [a](my page.html)\n",
                "[docs][1] [a](my page.html)\n",
            ),
        ] {
            assert_eq!(fixed(&zola("0.22.0"), body), expected);
            assert_eq!(fixed(&hugo(), body), body);
        }
    }
}
