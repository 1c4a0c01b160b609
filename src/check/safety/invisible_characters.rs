//! Characters that a reader cannot see.

use std::ops::Range;

use super::removal;
use crate::body::characters::{is_invisible, is_right_to_left};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::text::joins;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct InvisibleCharacters;

impl Rule for InvisibleCharacters {
    fn name(&self) -> &'static str {
        "invisible-characters"
    }

    fn summary(&self) -> &'static str {
        "Zero-width, bidirectional, filling and tag characters"
    }

    fn explanation(&self) -> &'static str {
        "\
Zero-width characters break words for search and copying; bidirectional overrides show text, and code above all, in another order
than a computer reads it; tag characters hide text altogether. Zola 0.17.2, 0.22.0 and Hugo 0.168.0 write them all into the page.

Joiners stay where they mean something: in emoji, and between letters of scripts that join. So do marks of direction and isolates on a
page with right-to-left text, break hints between letters of scripts without blanks, the operators of MathML, and the tags of a flag.

```text
if access != \"user\\u{202e}\" …
```

The fix takes them away. Where what they keep apart would become markup, that is one of the unsafe fixes."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for run in runs(page.text) {
            let names: Vec<String> = page.text[run.clone()]
                .chars()
                .take(3)
                .map(|c| format!("U+{:04X}", u32::from(c)))
                .collect();
            let more = if page.text[run.clone()].chars().count() > names.len() {
                "…"
            } else {
                ""
            };
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    format!("invisible here: {}{more}", names.join(", ")),
                )
                .at(run.clone())
                .help("take it away")
                .fix(without(page, run)),
            );
        }
    }
}

/// Takes characters away; a blank takes the place of those that part lines.
fn without(page: &Page<'_>, run: Range<usize>) -> Fix {
    if page.text[run.clone()].contains(['\u{2028}', '\u{2029}']) {
        return Fix::risky(vec![Edit::replace(run, " ")]);
    }
    removal(page, run)
}

/// The runs of invisible characters that mean nothing.
fn runs(text: &str) -> Vec<Range<usize>> {
    let right_to_left = text.chars().any(is_right_to_left);
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut before: Option<char> = None;
    let mut in_flag = false;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let after = characters.peek().map(|(_, c)| *c);
        let is_tag = matches!(c, '\u{e0020}'..='\u{e007f}');
        in_flag = c == '\u{1f3f4}' || (in_flag && is_tag);
        let fine = match c {
            '\u{200c}' | '\u{200d}' => joins(before, after),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202c}' | '\u{2066}'..='\u{2069}' => {
                right_to_left
            }
            '\u{200b}' | '\u{2060}' => {
                before.is_some_and(is_unspaced)
                    || after.is_some_and(is_unspaced)
                    || (before.is_some_and(is_half_flag) && after.is_some_and(is_half_flag))
            }
            '\u{feff}' => at == 0,
            // The fillers of old Korean letters, and the variants of Chinese ones.
            '\u{115f}' | '\u{1160}' => before.into_iter().chain(after).any(is_old_hangul),
            '\u{e0100}'..='\u{e01ef}' => before.is_some_and(is_unspaced),
            '\u{180e}' => before.is_some_and(|c| ('\u{1800}'..='\u{18af}').contains(&c)),
            // The signs for what a formula leaves out, in MathML's `<mo>`.
            '\u{2061}'..='\u{2064}' => {
                text[..at].trim_end().ends_with('>')
                    && text[at + c.len_utf8()..].trim_start().starts_with('<')
            }
            _ => in_flag,
        };
        if is_invisible(c) && !fine {
            let end = at + c.len_utf8();
            match found.last_mut() {
                Some(run) if run.end == at => run.end = end,
                _ => found.push(at..end),
            }
        } else {
            before = Some(c);
        }
    }
    found
}

fn is_old_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}')
}

/// Whether it is one of the letters of which two make a flag, unless something parts them.
fn is_half_flag(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

/// Whether a script is written without blanks between words, so that a break may need a hint.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::runs;
    use crate::check::testing::{fixed, zola};

    #[test]
    fn what_means_something_stays() {
        for text in [
            "👩\u{200d}💻",
            "می\u{200c}خواهم",
            "കണ്ടാല്\u{200d}, ",
            "\u{feff}a",
            "א\u{200f}",
            "ภาษา\u{200b}ไทย",
            "辻\u{e0100}",
            "\u{115f}\u{1161}",
            "\u{1f1ee}\u{200b}\u{1f1f3}",
            "<mi>f</mi><mo> \u{2061} </mo>",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        ] {
            assert!(runs(text).is_empty(), "{text:?}");
        }
        for (text, count) in [
            ("a\u{200b}\u{200b}b", 1),
            ("a\u{202e}b\u{feff}", 2),
            ("a\u{200d}b", 1),
            ("א\u{202e}", 1),
            ("a\u{e0041}", 1),
            ("a\u{2028}b \u{3164}", 2),
            ("a\u{e0100}\u{e0101}", 1),
            ("a\u{180e}b", 1),
            ("<b>f\u{2061}</b>", 1),
        ] {
            assert_eq!(runs(text).len(), count, "{text:?}");
        }
    }

    #[test]
    fn the_rest_goes() {
        assert_eq!(
            fixed(&zola("0.22.0"), "a\u{200b}b `c\u{202e}d`\n"),
            "ab `cd`\n"
        );
    }
}
