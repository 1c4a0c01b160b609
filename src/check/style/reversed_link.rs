//! Links with the brackets the wrong way round.

use std::ops::Range;

use super::Opaque;
use crate::check::prose::runs;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct ReversedLink;

impl Rule for ReversedLink {
    describe!(
        "reversed-link",
        "A link with its text in parentheses and its address in brackets",
        "\
`(text)[address]` is no link: readers of Zola 0.22.0 and Hugo 0.168.0 see it as it stands.

```markdown
(the manual)[https://example.org/]
[the manual](https://example.org/)
```

Put the text in brackets and the address in parentheses. The unsafe fix does."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD011", "no-reversed-links"]
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::in_templates(page);
        for (at, _) in page.body().match_indices(")[") {
            let middle = page.body.start + at;
            let Some((text, address)) = parts(page.text, middle) else {
                continue;
            };
            let whole = text.start - 1..address.end + 1;
            if page.in_code(middle) || opaque.touches(&whole) || !is_shown(page, middle) {
                continue;
            }
            let (text, address) = (&page.text[text], &page.text[address]);
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    "this is no link: the brackets are the wrong way round",
                )
                .at(whole.clone())
                .help(format!("write `[{text}]({address})`"))
                .fix(Fix::risky(vec![Edit::replace(
                    whole,
                    format!("[{text}]({address})"),
                )])),
            );
        }
    }
}

/// Whether a byte is running text.
fn is_shown(page: &Page<'_>, at: usize) -> bool {
    crate::check::prose::is_text(&runs(page), at)
}

/// The text and the address around `)[`, where they look like what they should be.
fn parts(text: &str, middle: usize) -> Option<(Range<usize>, Range<usize>)> {
    let line = text[..middle].rfind('\n').map_or(0, |feed| feed + 1);
    let open = line + text[line..middle].rfind('(')?;
    let rest = &text[middle + 2..];
    let close = middle + 2 + rest.find([']', '\n'])?;
    let (words, address) = (&text[open + 1..middle], &text[middle + 2..close]);
    let is_address = [
        "https://", "http://", "mailto:", "/", "./", "../", "@/", "#",
    ]
    .iter()
    .any(|start| address.len() > start.len() && address.starts_with(start))
        && !address.contains([' ', '[', '(', '`']);
    let is_alone = !text[..open]
        .ends_with(|c: char| c.is_alphanumeric() || matches!(c, ']' | '\\' | '_'))
        && text[close..].starts_with(']')
        && !text[close + 1..].starts_with(['(', '[', ':']);
    let is_text = words.chars().any(char::is_alphabetic) && !words.contains(['[', ']', '`']);
    (is_address && is_alone && is_text).then(|| (open + 1..middle, middle + 2..close))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn links_that_are_none() {
        let lines = |body: &str| zola("0.22.0").lines("reversed-link", body);
        assert_eq!(
            lines("See (the manual)[https://example.org/a].\n\n(b)[#b]\n"),
            ["warning 1", "warning 3"]
        );
        assert_eq!(
            lines(
                "`(a)[/b]` f(a)[/b] (a)[1] (a)[^b] [a](b)[/c] (x)[/a](b) (1)[/a] (a)[b]\n\n    (a)[/b]\n"
            ),
            [""; 0]
        );
    }
}
