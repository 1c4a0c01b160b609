//! Titles that do not come out as they were written.

use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};
use crate::front_matter::{Format, Value};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct TitleText;

impl Rule for TitleText {
    fn name(&self) -> &'static str {
        "title-markup"
    }

    fn summary(&self) -> &'static str {
        "Markdown or a line break in a title"
    }

    fn explanation(&self) -> &'static str {
        "\
A title is plain text to both generators: backticks and asterisks in it are shown as they are, in the page, in lists and in the
browser's tab, and a line break splits it (tested on Zola 0.17.2, 0.22.0 and Hugo 0.168.0). In TOML, `\"C:\\temp\"` holds a tab.

```toml
title = \"Use `Vec<T>` for **speed**\"     # shown with backticks and asterisks
title = \"Use Vec<T> for speed\"
```

A site whose templates read titles as Markdown is not told of the first. In YAML, ` #` begins a comment: `title: Learn C # fast` is \"Learn C\".

Write it without markup, on one line, and in quotes."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        for name in ["title", "description"] {
            if let Some(comment) = comment_behind(page, name) {
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        format!("`{name}` ends before this `#`: the rest is a comment"),
                    )
                    .at(comment)
                    .help("put the whole text in double quotes"),
                );
            }
        }
        let Some(key) = page.key("title") else { return };
        let Some(Value::String(title)) = front.get(&[key]) else {
            return;
        };
        let message = if title.chars().any(char::is_control) {
            "the title holds a line break or a control character"
        } else if has_markup(title) && !page.site.settings.markdown_titles {
            "the title holds Markdown, which is shown as it is written"
        } else {
            return;
        };
        let mut finding = page
            .finding(self, Severity::Warning, message)
            .help("write the title as plain text, on one line");
        finding.span = front.span(&[key]);
        findings.push(finding);
    }
}

/// A comment on the line of a YAML value without quotes: more likely a part of it.
fn comment_behind(page: &Page<'_>, name: &str) -> Option<std::ops::Range<usize>> {
    let front = page
        .front()
        .filter(|front| front.format() == Format::Yaml)?;
    let span = front.span(&[page.key(name)?])?;
    if page.text[span.clone()].starts_with(['"', '\'', '|', '>']) {
        return None;
    }
    let rest = page.text[span.end..].split(['\n', '\r']).next()?;
    let comment = rest.trim();
    let start = span.end + rest.find('#')?;
    comment
        .starts_with('#')
        .then(|| start..start + comment.len())
}

/// Whether a title holds what can hardly be anything but Markdown.
fn has_markup(title: &str) -> bool {
    let pair = |mark: &str| {
        let mut parts = title.split(mark);
        parts.next();
        parts
            .next()
            .is_some_and(|inside| !inside.trim().is_empty() && inside.trim() == inside)
            && parts.next().is_some()
    };
    pair("`") || pair("**") || title.contains("](")
}

#[cfg(test)]
mod tests {
    use super::has_markup;
    use crate::check::testing::zola;

    #[test]
    fn only_what_is_markdown() {
        for title in ["Use `Vec<T>`", "**Fast** Rust", "See [this](https://x.y)"] {
            assert!(has_markup(title), "{title}");
        }
        for title in ["2 ** 3 ** 4", "The ` key", "a*b*c", "Arrays [1](2"] {
            assert_eq!(has_markup(title), title.contains("]("), "{title}");
        }
        let page = "+++\ntitle = \"a\\tb\"\n+++\n";
        assert_eq!(zola("0.22.0").page("title-markup", page).len(), 1);
    }
}
