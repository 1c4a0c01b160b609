//! Headings that end like sentences.

use super::headings;
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct HeadingPunctuation;

impl Rule for HeadingPunctuation {
    describe!(
        "heading-punctuation",
        "A heading that ends in a full stop, a comma or a colon",
        "\
A heading is a name and no sentence. The mark is also a part of what tables of contents show (Zola 0.22.0, Hugo 0.168.0). Question marks are fine.

```markdown
## How it works:
## How it works
```

Leave the mark out."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD026", "no-trailing-punctuation"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for heading in headings(page) {
            let text = heading.text.trim_end();
            let last = text.chars().next_back();
            let is_mark = matches!(
                last,
                Some('.' | ',' | ';' | ':' | '!' | '。' | '，' | '；' | '：' | '！')
            );
            let is_short = text.ends_with("...") || text.ends_with("etc.");
            if is_mark && !is_short {
                findings.push(
                    page.finding(self, Severity::Info, "this heading ends like a sentence")
                        .at(heading.at)
                        .help("leave the mark at its end out"),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn questions_are_names_too() {
        let lines = |body: &str| zola("0.22.0").lines("heading-punctuation", body);
        assert_eq!(
            lines("# A.\n\n## B: {#b}\n\nC!\n==\n\n## 終。\n"),
            ["info 1", "info 3", "info 5", "info 8"]
        );
        assert_eq!(
            lines("# A?\n\n## B etc.\n\n## C ...\n\n## D &amp;\n\n## \n"),
            [""; 0]
        );
    }
}
