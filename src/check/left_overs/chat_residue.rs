//! What a model says around the post.

use super::{prose_lines, removal};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Fix, Severity};

/// How a reply begins that talks to the person who asked.
const EAGER: [&str; 5] = ["Sure", "Certainly", "Of course", "Absolutely", "Great"];
/// What such a reply then says.
const HERE: [&str; 4] = ["Here is", "Here's", "Here’s", "Below is"];
/// What it speaks of.
const PRODUCT: [&str; 4] = ["blog post", "article", "the post", "your post"];
/// How it takes its leave.
const LEAVE: [&str; 5] = [
    "Let me know if you'd like",
    "Let me know if you need",
    "Would you like me to",
    "Feel free to ask if you",
    "I hope this helps",
];

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct ChatResidue;

impl Rule for ChatResidue {
    fn name(&self) -> &'static str {
        "chat-residue"
    }

    fn summary(&self) -> &'static str {
        "A first or last line that talks to the person who asked for the post"
    }

    fn explanation(&self) -> &'static str {
        "\
A model is polite: \"Sure! Here is your blog post about Redis:\" before it, \"Let me know if you need anything else!\" behind. Neither
is meant for readers, and no generator looks (tested on Zola 0.22.0 and Hugo 0.168.0). Only the first and the last line of a page are
looked at, and a last line is information: people take their leave as well.

```text
Certainly! Here's a comprehensive article on backups:
```

Take the line away. The fix does so at the beginning of a post that Postwright wrote; elsewhere it is one of the unsafe fixes."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut lines = prose_lines(page).filter(|(line, _)| !line.trim().is_empty());
        let Some((first, range)) = lines.next() else {
            return;
        };
        if is_greeting(first) {
            let rest = &page.text[range.end..];
            let is_alone = rest
                .trim_start_matches([' ', '\r'])
                .strip_prefix('\n')
                .is_some_and(|below| {
                    below
                        .trim_start_matches([' ', '\t', '\r'])
                        .starts_with('\n')
                });
            let mut finding = page
                .finding(
                    self,
                    Severity::Warning,
                    "this line introduces the post to the person who asked for it",
                )
                .at(range.clone())
                .help("take the line away");
            finding.fix = is_alone.then(|| removal(page, range));
            findings.push(finding);
        }
        if let Some((last, range)) = lines.last()
            && LEAVE.iter().any(|leave| {
                last.trim_start_matches(['*', '_', '>', ' '])
                    .starts_with(leave)
            })
        {
            findings.push(
                page.finding(self, Severity::Info, "this line may be a model's farewell")
                    .at(range.clone())
                    .help("take the line away, unless it is meant for readers")
                    .fix(Fix::risky(removal(page, range).edits)),
            );
        }
    }
}

fn is_greeting(line: &str) -> bool {
    let text = line.trim_start_matches(['*', '_', '>', ' ']);
    let after = EAGER
        .iter()
        .find_map(|word| text.strip_prefix(word)?.strip_prefix(['!', ',', '.']))
        .map_or(text, |rest| rest.trim_start());
    let eager = after.len() < text.len();
    let here = HERE.iter().any(|here| {
        after
            .get(..here.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(here))
    });
    let product = PRODUCT
        .iter()
        .any(|product| after.to_lowercase().contains(product));
    // "Here is your blog post:" is enough; "Here's what the article says" is not.
    here && product && (eager || text.trim_end().ends_with(':'))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn only_what_talks_to_the_person_who_asked() {
        let lines = |body: &str| zola("0.22.0").lines("chat-residue", body);
        assert_eq!(
            lines("Sure! Here is your blog post about Redis:\n\nRedis.\n"),
            ["warning 1"]
        );
        assert_eq!(
            lines("Here’s the article:\n\nRedis.\n\nLet me know if you need more!\n"),
            ["warning 1", "info 5"]
        );
        assert_eq!(
            lines("Here's what the article says about it.\n\nSure, here it works.\n"),
            [""; 0]
        );
        assert_eq!(
            lines("Sure. Here is Redis.\n\nI hope this helps.\n\n```\nx\n```\n"),
            ["info 3"]
        );
    }
}
