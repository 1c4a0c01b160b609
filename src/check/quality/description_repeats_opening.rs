//! Descriptions that are the beginning of the post.

use super::{is_post, opening, text, words};
use crate::check::{Page, Rule};
use crate::config::Post;
use crate::finding::{Finding, Severity};

/// Fewer words may well be the same by chance.
const LEAST: usize = 5;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct DescriptionRepeatsOpening;

impl Rule for DescriptionRepeatsOpening {
    describe!(
        "description-repeats-opening",
        "A description that is the beginning of the post",
        "\
A search result shows the description, and many themes of Zola 0.22.0 and Hugo 0.168.0 print it above the post: if it is the first
sentence of the post, readers see the same words twice, and the result tells how the post begins in place of what is in it.
Case and punctuation do not matter for this rule, and a description that was cut off counts too.

```markdown
description = \"Redis is fast because it keeps its data in memory.\"
+++
Redis is fast because it keeps its data in memory. But ...
```

Say what the reader gets, not how the post begins."
    );

    fn covers_hand_written(&self, _wanted: Option<&Post>) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some((description, at)) = text(page, "description").filter(|_| is_post(page)) else {
            return;
        };
        let (description, opening) = (words(description), words(&opening(page)));
        if description.len() < LEAST || !opening.starts_with(&description) {
            return;
        }
        let message = format!(
            "the description repeats the first {} words of the post",
            description.len()
        );
        findings.push(
            page.finding(self, Severity::Info, message)
                .at(at)
                .help("say what the reader gets, not how the post begins"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{generated, zola};

    fn found(description: &str, body: &str) -> Vec<String> {
        let page = generated(&format!("description = \"{description}\"\n"), "", body);
        zola("0.22.0").quality("description-repeats-opening", &page, None)
    }

    #[test]
    fn the_same_words_are_a_repetition() {
        let body = "![a picture of memory](m.png)\n\n## In short\n\n**Redis** is fast, because\nit keeps `data` in memory. But.\n";
        for description in [
            "Redis is fast because it keeps data in memory.",
            "redis is fast, because it keeps data …",
        ] {
            assert_eq!(found(description, body).len(), 1, "{description}");
        }
        assert_eq!(
            found(
                "データをメモリに置くから速い。",
                "データをメモリに置くから速い。だが\n"
            )
            .len(),
            1
        );
    }

    #[test]
    fn other_words_are_none() {
        assert!(
            found(
                "Why Redis is fast, and what that costs.",
                "Redis is fast.\n"
            )
            .is_empty()
        );
        assert!(found("Redis is fast.", "Redis is fast. But\n").is_empty());
        assert!(found("Redis is fast because of its memory.", "").is_empty());
    }
}
