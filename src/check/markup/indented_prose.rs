//! Sentences that an indent makes code of.

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct IndentedProse;

impl Rule for IndentedProse {
    describe!(
        "indented-prose",
        "A sentence that four blanks before it make code of",
        "\
A paragraph that is indented by four blanks or a tab is a block of code to every Markdown parser (Zola 0.17.2, 0.22.0 and Hugo 0.168.0 alike): it is shown in one long line, and
its links and emphasis are not.

```markdown
    This sentence is code by accident.
```

Take the blanks away. The fix, one of the unsafe ones, does."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for (event, range) in &page.events {
            if !matches!(event, Event::Start(Tag::CodeBlock(CodeBlockKind::Indented))) {
                continue;
            }
            let text = page.text[range.clone()].trim();
            if !is_sentence(text) {
                continue;
            }
            let start = page.text[..range.start].rfind('\n').map_or(0, |at| at + 1);
            let indent =
                page.text[start..].len() - page.text[start..].trim_start_matches([' ', '\t']).len();
            let mut finding = page
                .finding(
                    self,
                    Severity::Warning,
                    "the indent makes code of this sentence",
                )
                .at(range.start..range.start + text.len())
                .help("take the blanks before it away, or put code between fences");
            let is_plain = !text.contains('\n') && start >= page.body.start && indent > 0;
            if is_plain {
                finding = finding.fix(Fix::risky(vec![Edit::delete(start..start + indent)]));
            }
            findings.push(finding);
        }
    }
}

/// Whether text is one of a language of people: it starts with a capital, has several plain words and ends as sentences do.
fn is_sentence(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_word = |word: &&&str| {
        let inner = word.trim_matches(|c: char| {
            matches!(
                c,
                ',' | '.' | '!' | '?' | ':' | '"' | '\'' | '’' | '“' | '”'
            )
        });
        !inner.is_empty()
            && inner
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'))
    };
    let plain = words.iter().filter(is_word).count();
    text.starts_with(char::is_uppercase)
        && text.ends_with(['.', '!', '?'])
        && words.len() >= 5
        && plain * 10 >= words.len() * 9
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn sentences_and_code() {
        for world in [zola("0.22.0"), hugo()] {
            let lines = |body: &str| world.lines("indented-prose", body);
            assert_eq!(
                lines("A.\n\n    This whole sentence was indented by accident.\n\nB.\n"),
                ["warning 3"]
            );
            for code in [
                "let x = 1;",
                "Use of x() is fine here.",
                "SELECT a FROM b WHERE c = d.",
                "A b c.",
            ] {
                assert_eq!(lines(&format!("A.\n\n    {code}\n")), [""; 0], "{code}");
            }
        }
    }
}
