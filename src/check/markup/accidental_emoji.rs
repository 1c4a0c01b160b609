//! Colons that a picture is made of.

use crate::check::prose::runs;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct AccidentalEmoji;

/// Short names of emoji that turn up between colons by accident.
const NAMES: [&str; 24] = [
    "a", "b", "ab", "abc", "cl", "cn", "de", "es", "fr", "gb", "id", "it", "jp", "key", "m", "ng",
    "o", "ok", "on", "us", "v", "x", "100", "1234",
];

impl Rule for AccidentalEmoji {
    describe!(
        "accidental-emoji",
        "A letter between colons within a word, which becomes an emoji",
        "\
With `render_emoji` Zola (tested on 0.17.2 and 0.22.0), and with `enableEmoji` Hugo 0.168.0, make a picture of a name between colons, within a word too: `a:b:c` is shown with a red B.

```markdown
`a:b:c`
```

Put it in backticks; a backslash does not help. The fix, one of the unsafe ones, puts the word in backticks."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if !page.site.settings.emoji {
            return;
        }
        for run in runs(page) {
            let text = &page.text[run.clone()];
            let mut parts = text.match_indices(':').peekable();
            while let (Some((open, _)), Some((close, _))) = (parts.next(), parts.peek().copied()) {
                let before = text[..open].chars().next_back();
                let after = text[close + 1..].chars().next();
                let is_in_word = before.is_some_and(char::is_alphanumeric)
                    || after.is_some_and(char::is_alphanumeric);
                // Times and the like have digits on all sides.
                let is_number = text[open + 1..close].bytes().all(|b| b.is_ascii_digit());
                let is_time = is_number && before.is_some_and(|c| c.is_ascii_digit());
                if is_time || !is_in_word || !NAMES.contains(&&text[open + 1..close]) {
                    continue;
                }
                let at = run.start + open;
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        format!("`{}` becomes an emoji", &text[open..=close]),
                    )
                    .at(at..run.start + close + 1)
                    .help("put it in backticks")
                    .fix(quoted(page.text, at..run.start + close + 1)),
                );
            }
        }
    }
}

/// The word around a place in backticks.
fn quoted(text: &str, place: std::ops::Range<usize>) -> Fix {
    let is_end = |c: char| c.is_whitespace() || "()\"'`*_[]".contains(c);
    let start = text[..place.start].rfind(is_end).map_or(0, |at| {
        at + text[at..].chars().next().map_or(1, char::len_utf8)
    });
    let end = text[place.end..]
        .find(is_end)
        .map_or(text.len(), |at| place.end + at);
    let word = text[start..end].trim_end_matches(['.', ',', ';', '!', '?']);
    let end = (start + word.len()).max(place.end);
    Fix::risky(vec![Edit::insert(start, "`"), Edit::insert(end, "`")])
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_with_risk, world, zola};

    #[test]
    fn only_where_emoji_are_made() {
        let config = "base_url = \"x\"\n[markdown]\nrender_emoji = true\n";
        let site = world(&[("config.toml", config)], Some("0.22.0"));
        let body = "Ports a:b:c and 10:30:45, :ok: `a:b:c`\n";
        assert_eq!(site.lines("accidental-emoji", body), ["warning 1"]);
        assert_eq!(zola("0.22.0").lines("accidental-emoji", body), [""; 0]);
        let fixed = fixed_with_risk(&site, body);
        assert_eq!(fixed, "Ports `a:b:c` and 10:30:45, :ok: `a:b:c`\n");
        assert_eq!(
            site.lines("accidental-emoji", "x:100:y and 10:100:30\n"),
            ["warning 1"]
        );
    }
}
