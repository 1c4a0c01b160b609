//! What a model says around the post.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::{prose_lines, removal};
use crate::check::prose::runs;
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
        "A line in which a model speaks of itself, or talks to the person who asked for the post"
    }

    fn explanation(&self) -> &'static str {
        "\
A model is polite: \"Sure! Here is your blog post about Redis:\" before it, \"Let me know if you need anything else!\" behind. Neither
is meant for readers, and no generator looks (tested on Zola 0.22.0 and Hugo 0.168.0). For these only the first and the last line of a page are
looked at, and a last line is information: people take their leave as well. A sentence such as \"As an AI language model, I cannot …\" and a blank to fill in, `[Your Name]`, are
told of on any line.

```text
Certainly! Here's a comprehensive article on backups:
```

Take the line away. The fix does so at the beginning of a post that Postwright wrote; elsewhere it is one of the unsafe fixes."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for at in left_in_text(page) {
            let (message, help) = if page.text[at.clone()].starts_with('[') {
                (
                    "this is a blank that nobody has filled in",
                    "write what belongs here, or put it in backticks if readers are to fill it in",
                )
            } else {
                (
                    "here a model speaks of itself",
                    "take the sentence away, and read what stands around it: something may be missing",
                )
            };
            findings.push(
                page.finding(self, Severity::Warning, message)
                    .at(at)
                    .help(help),
            );
        }
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

/// How a model begins to say what it is; what follows is a comma and "I".
const SELVES: [&str; 6] = [
    "As an AI language model",
    "As a large language model",
    "As an AI assistant",
    "As an AI model",
    "As a language model",
    "As an AI",
];

/// What a model says of itself at the start of a sentence, and blanks of its letters, in the order of the page. Quotes of
/// others are let be.
fn left_in_text(page: &Page<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let quotes: Vec<_> = page
        .events
        .iter()
        .filter(|(event, _)| matches!(event, Event::Start(Tag::BlockQuote(_))))
        .map(|(_, range)| range.clone())
        .collect();
    for run in runs(page) {
        if quotes.iter().any(|quote| quote.contains(&run.start)) {
            continue;
        }
        let text = &page.text[run.clone()];
        for (at, _) in text.match_indices("As a") {
            let before = text[..at].trim_end_matches([' ', '\n', '\r']);
            let is_start = before.is_empty() || before.ends_with(['.', '!', '?', ':']);
            let length = SELVES.iter().find_map(|words| {
                let rest = text[at..].strip_prefix(words)?.strip_prefix(", I")?;
                let ends = !rest.starts_with(|c: char| c.is_alphanumeric());
                ends.then_some(words.len() + ", I".len())
            });
            if let Some(length) = length.filter(|_| is_start) {
                found.push(run.start + at..run.start + at + length);
            }
        }
        for (at, _) in text.match_indices('[') {
            let inside = text[at + 1..].split([']', '\n']).next().unwrap_or_default();
            let end = at + 1 + inside.len();
            // `[Your Name][ref]` and `[Your Name](…)` were meant as links.
            let is_closed =
                text[end..].starts_with(']') && !text[end + 1..].starts_with(['(', '[']);
            let words: Vec<&str> = inside.split(' ').collect();
            let is_capital = |word: &&str| word.starts_with(|c: char| c.is_ascii_uppercase());
            let is_blank = match words.as_slice() {
                ["Your" | "YOUR", rest @ ..] => {
                    (1..4).contains(&rest.len()) && rest.iter().all(is_capital)
                }
                ["Insert" | "INSERT", rest @ ..] => (1..7).contains(&rest.len()),
                _ => false,
            };
            let is_plain = inside
                .chars()
                .all(|c| c.is_alphanumeric() || " '’/-".contains(c));
            if is_closed && is_blank && is_plain {
                found.push(run.start + at..run.start + end + 1);
            }
        }
    }
    found
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
    fn what_a_model_says_of_itself_is_found_anywhere() {
        let lines = |body: &str| zola("0.22.0").lines("chat-residue", body);
        assert_eq!(
            lines(
                "Redis.\n\nAs an AI language model, I cannot help.\n\n- [Your Name] here\n\nEnd.\n"
            ),
            ["warning 3", "warning 5"]
        );
        assert_eq!(
            lines("A. As an AI, I think.\n\n[Insert link here]\n").len(),
            2
        );
        for body in [
            "> As an AI language model, I cannot help.\n\nEnd.\n",
            "It says \"As an AI language model, I cannot\" too often.\n\nEnd.\n",
            "As an AI, Ida is bad.\n\nAs an AI language model it fails.\n",
            "`[Your Name]` [Your Name](https://example.org) [your name] [Your text is here]\n",
            "[Your Name]: https://example.org\n\n[Your Name]\n",
        ] {
            assert_eq!(lines(body), [""; 0], "{body}");
        }
    }

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
