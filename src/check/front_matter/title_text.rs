//! Titles that do not come out as they were written.

use super::repair;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::front_matter::{Change, Format, Value, quote};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct TitleText;

impl Rule for TitleText {
    fn name(&self) -> &'static str {
        "title-markup"
    }

    fn summary(&self) -> &'static str {
        "Markdown, HTML or a line break in a title"
    }

    fn explanation(&self) -> &'static str {
        "\
A title is plain text to both generators: backticks, asterisks, `&amp;` and `<em>` in it are shown as they are, in the page, in lists
and in the browser's tab, and a line break splits it (tested on Zola 0.17.2, 0.22.0 and Hugo 0.168.0). In TOML, `\"C:\\temp\"` holds a tab.

```toml
title = \"Use `Vec<T>` for **speed**\"     # shown with backticks and asterisks
title = \"Use Vec<T> for speed\"
```

A site whose templates read titles as Markdown is not told of the first. In YAML, ` #` begins a comment: `title: Learn C # fast` is \"Learn C\".

Write it without markup, on one line, and in quotes. The fix does so for line breaks and asterisks. With `--unsafe-fixes` it
also takes backticks away, puts what is behind ` #` into the quotes, keeps only the words of a link, and doubles the backslash of `\\t`."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some(front) = page.front() else { return };
        for name in ["title", "description"] {
            if let Some(comment) = comment_behind(page, name) {
                let mut finding = page
                    .finding(
                        self,
                        Severity::Warning,
                        format!("`{name}` ends before this `#`: the rest is a comment"),
                    )
                    .at(comment.clone())
                    .help("put the whole text in double quotes");
                finding.fix = self.with_comment(page, name, comment.end);
                findings.push(finding);
            }
        }
        self.description(page, findings);
        let Some(key) = page.key("title") else { return };
        let Some(Value::String(title)) = front.get(&[key]) else {
            return;
        };
        let message = if title.chars().any(char::is_control) {
            "the title holds a line break or a control character"
        } else if let Some(message) =
            markup(title).filter(|_| !page.site.settings.markdown_titles.get())
        {
            message
        } else {
            return;
        };
        // A line feed at the end alone, as of YAML's `>`, is a blank to browsers.
        let severity = if title
            .trim_end_matches(['\r', '\n'])
            .chars()
            .any(char::is_control)
            || markup(title).is_some()
        {
            Severity::Warning
        } else {
            Severity::Info
        };
        let mut finding = page
            .finding(self, severity, message)
            .help("write the title as plain text, on one line");
        finding.span = front.span(&[key]);
        finding.fix = self.fix(page, key, title);
        findings.push(finding);
    }
}

impl TitleText {
    /// A description with what a backslash made of the letter behind it: `"C:\temp"`.
    fn description(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some((front, key)) = page.front().zip(page.key("description")) else {
            return;
        };
        let Some(Value::String(text)) = front.get(&[key]) else {
            return;
        };
        let written = front.span(&[key]).and_then(|span| page.text.get(span));
        let is_made = |c: char| c.is_control() && c != '\n' && c != '\r';
        let is_path = written.is_some_and(|written| {
            written.starts_with('"') && !written.contains("\\\\") && written.contains(":\\n")
        });
        if !(text.chars().any(is_made) || is_path && text.contains('\n')) {
            return;
        }
        let message = "the description holds a tab or a control character";
        let mut finding = page
            .finding(self, Severity::Warning, message)
            .help("write a backslash in quotes as `\\\\`");
        finding.span = front.span(&[key]);
        finding.fix = self.fix(page, key, text);
        findings.push(finding);
    }

    /// The text with what is behind its ` #`: the author may have meant a comment all the same.
    fn with_comment(&self, page: &Page<'_>, name: &str, end: usize) -> Option<Fix> {
        let front = page.front()?;
        let key = page.key(name)?;
        let range = front.span(&[key])?.start..end;
        let all = page.text.get(range.clone())?;
        let expected = repair::with(front.table(), &[key], all.into())?;
        let edit = Edit::replace(range, quote(all));
        repair::bytes(page, self, vec![edit], &expected).map(Fix::risky)
    }

    fn fix(&self, page: &Page<'_>, key: &str, title: &str) -> Option<Fix> {
        let written = page.text.get(page.front()?.span(&[key])?)?;
        let (new, is_safe) = if title.chars().any(char::is_control) {
            on_one_line(title, written)
        } else {
            without_markup(title)?
        };
        if new.trim().is_empty() || new == title {
            return None;
        }
        repair::change(page, self, &[Change::set(&[key], new)], is_safe)
    }
}

/// A title without line breaks and control characters. Those that an escape such as `\t` made may be a backslash and a
/// letter that were meant as they are.
fn on_one_line(title: &str, written: &str) -> (String, bool) {
    let is_escaped = ["\\t", "\\b", "\\f", "\\v", "\\a", "\\e", "\\r"]
        .iter()
        .any(|escape| written.contains(escape));
    if is_escaped && written.starts_with('"') && !written.contains("\\\\") {
        let mut literal = String::new();
        for c in title.chars() {
            match c {
                '\t' => literal.push_str("\\t"),
                '\r' => literal.push_str("\\r"),
                '\n' => literal.push_str("\\n"),
                '\u{8}' => literal.push_str("\\b"),
                '\u{c}' => literal.push_str("\\f"),
                '\u{b}' => literal.push_str("\\v"),
                '\u{7}' => literal.push_str("\\a"),
                '\u{1b}' => literal.push_str("\\e"),
                c => literal.push(c),
            }
        }
        return (literal, false);
    }
    let blank: String = title
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| !c.is_control())
        .collect();
    let words: Vec<&str> = blank.split(' ').filter(|word| !word.is_empty()).collect();
    (words.join(" "), true)
}

/// A title with the words of its markup only; whether nothing but signs is lost. `None` where signs stand within others
/// and may be what the title is about.
fn without_markup(title: &str) -> Option<(String, bool)> {
    let mut out = title.to_owned();
    // Backticks alone people also write in plain text.
    let mut is_safe = title.contains("**");
    if let Some((before, rest)) = out.split_once('[')
        && let Some((words, rest)) = rest.split_once("](")
        && let Some((_, after)) = rest.split_once(')')
    {
        out = format!("{before}{words}{after}");
        is_safe = false;
    }
    for (mark, other) in [("`", "**"), ("**", "`")] {
        let parts: Vec<&str> = out.split(mark).collect();
        if parts.len() == 1 {
            continue;
        }
        let is_paired = parts.len() % 2 == 1
            && parts.iter().skip(1).step_by(2).all(|inside| {
                !inside.trim().is_empty() && inside.trim() == *inside && !inside.contains(other)
            });
        if !is_paired {
            return None;
        }
        out = parts.concat();
    }
    Some((out, is_safe))
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

/// What to say of a title that holds what can hardly be anything but markup.
fn markup(title: &str) -> Option<&'static str> {
    let marks = title.trim_start_matches('#').len();
    let is_heading =
        (1..=6).contains(&(title.len() - marks)) && title[title.len() - marks..].starts_with(' ');
    if has_markup(title) || is_heading {
        Some("the title holds Markdown, which is shown as it is written")
    } else if has_html(title) {
        Some("the title holds HTML, which is shown as it is written")
    } else {
        let is_emoji = |word: &str| {
            let name = word
                .strip_prefix(':')
                .and_then(|word| word.strip_suffix(':'));
            name.is_some_and(|name| {
                name.len() > 1
                    && name.starts_with(|c: char| c.is_ascii_lowercase())
                    && name
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"_-+".contains(&b))
            })
        };
        let has_emoji = title.split(' ').any(is_emoji);
        has_emoji.then_some("the title holds the name of an emoji, which is shown as it is written")
    }
}

/// Whether words stand in a tag that changes how they look, or a sign is written as an entity that only a program writes.
fn has_html(title: &str) -> bool {
    const TAGS: [&str; 13] = [
        "b", "code", "del", "em", "i", "kbd", "mark", "small", "span", "strong", "sub", "sup", "u",
    ];
    const ENTITIES: [&str; 10] = [
        "amp", "apos", "hellip", "ldquo", "lsquo", "mdash", "ndash", "quot", "rdquo", "rsquo",
    ];
    let mut tags = title.match_indices('<').filter_map(|(at, _)| {
        let (tag, inside) = title[at + 1..].split_once('>')?;
        let name = tag.split(' ').next()?;
        Some((name, inside))
    });
    let mut entities = title.split('&').skip(1).filter_map(|rest| {
        let (name, _) = rest.split_once(';')?;
        Some(name)
    });
    tags.any(|(name, inside)| {
        TAGS.contains(&name)
            && inside
                .split_once(&format!("</{name}>"))
                .is_some_and(|(words, _)| !words.trim().is_empty())
    }) || entities.any(|name| {
        ENTITIES.contains(&name)
            || name.strip_prefix('#').is_some_and(|number| {
                !number.is_empty()
                    && number
                        .bytes()
                        .all(|byte| byte.is_ascii_hexdigit() || byte == b'x')
            })
    })
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
    use super::{has_markup, markup, without_markup};
    use crate::check::testing::{hugo, repaired, zola};

    #[test]
    fn signs_go_and_words_stay() {
        for (title, expected) in [
            (
                "Use `Vec<T>` and **bold**",
                Some(("Use Vec<T> and bold", true)),
            ),
            ("The `**` operator", None),
            ("**a `b`**", Some(("a b", true))),
            ("Use `Vec<T>`", Some(("Use Vec<T>", false))),
            ("See [this](https://x.y) now", Some(("See this now", false))),
            ("a ` b `c`", None),
        ] {
            let found = without_markup(title);
            let found = found
                .as_ref()
                .map(|(text, is_safe)| (text.as_str(), *is_safe));
            assert_eq!(found, expected, "{title}");
        }
        let page = |line: &str| format!("---\n{line}\ndate: 2026-01-02\n---\n\nB.\n");
        for (line, expected) in [
            ("title: |\n  A long\n  title", "title: \"A long title\""),
            ("title: \"C:\\temp\"", "title: \"C:\\temp\""),
            ("title: Use **a** `b`", "title: \"Use a b\""),
            ("title: Use `a`", "title: Use `a`"),
            ("title: Learn C # fast", "title: Learn C # fast"),
        ] {
            for world in [zola("0.22.0"), zola("0.17.2"), hugo()] {
                assert_eq!(repaired(&world, &page(line)), page(expected));
            }
        }
    }

    #[test]
    fn only_what_is_markup() {
        for title in [
            "# A heading",
            "Salt &amp; pepper",
            "It&#39;s here",
            "A <em>new</em> way",
            ":rocket: Launch",
        ] {
            assert!(markup(title).is_some(), "{title}");
        }
        for title in [
            "#1 in the list",
            "C# & F#",
            "What &nbsp; does",
            "The <b> element",
            "HTML: <details> and <summary>",
            "std::vec: why",
            "At 10:30: lunch",
            "a && b; c",
        ] {
            assert_eq!(markup(title), None, "{title}");
        }
    }

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
