//! What a model says around the post.

use std::ops::Range;

use pulldown_cmark::{Event, Tag};

use super::{prose_lines, removal};
use crate::check::prose::{is_text, runs};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Fix, Severity};

mod blanks;
mod phrases;

use phrases::{Leave, is_greeting, is_remark, is_role, leave, phrases as listed};

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
looked at, in some twenty languages; a last line that people write as well is information. A sentence such as \"As an AI language model, I cannot …\", a line such as
`[Continued in next message]` or `(Word count: 1,523)`, and a blank to fill in, `[Your Name]` or `[Image: a map]`, are told of wherever they stand.

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
            let (message, help) = if page.text[at.clone()].starts_with(['[', '【', '（']) {
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
        self.remarks(page, findings);
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
        let Some((last, range)) = lines.last() else {
            return;
        };
        let Some(kind) = leave(last) else { return };
        let (severity, message) = match kind {
            Leave::Common => (Severity::Info, "this line may be a model's farewell"),
            Leave::Offer => (
                Severity::Warning,
                "this line offers more work to the person who asked for the post",
            ),
        };
        findings.push(
            page.finding(self, severity, message)
                .at(range.clone())
                .help("take the line away, unless it is meant for readers")
                .fix(Fix::risky(removal(page, range).edits)),
        );
    }
}

/// How many lines from the top on who speaks in a chat is looked for.
const FIRST_LINES: usize = 3;

impl ChatResidue {
    /// Lines by themselves that a program wrote around a reply.
    fn remarks(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let runs = runs(page);
        let lines = || prose_lines(page).filter(|(line, _)| !line.trim().is_empty());
        let last = lines().last().map_or(0, |(_, at)| at.start);
        let has_user = lines()
            .next()
            .is_some_and(|(line, _)| is_role(line, &["user", "human"]));
        for (index, (line, at)) in lines().enumerate() {
            let text =
                at.start + (line.len() - line.trim_start_matches(['*', '_', '#', '>', ' ']).len());
            let message = if !is_text(&runs, text) {
                continue;
            } else if is_remark(line) {
                "a model, or the program that shows it, wrote this line around the post"
            } else if index < FIRST_LINES && is_role(line, &["assistant", "chatgpt"])
                || (at.start == last && index > 0 && is_role(line, &["human"]))
                || (index == 0
                    && has_user
                    && lines().any(|(line, _)| is_role(line, &["assistant"])))
            {
                "here a chat says who speaks"
            } else {
                continue;
            };
            findings.push(
                page.finding(self, Severity::Warning, message)
                    .at(at.clone())
                    .help("take it away")
                    .fix(Fix::risky(removal(page, at).edits)),
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
        let text = &page.text[run.clone()];
        found.extend(
            blanks::blanks(text)
                .into_iter()
                .map(|blank| run.start + blank.start..run.start + blank.end),
        );
        if quotes.iter().any(|quote| quote.contains(&run.start)) {
            continue;
        }
        for (at, _) in text.match_indices("As a") {
            let length = SELVES.iter().find_map(|words| {
                let rest = text[at..].strip_prefix(words)?;
                let rest = rest.strip_prefix(',').unwrap_or(rest).strip_prefix(" I")?;
                let ends = !rest.starts_with(|c: char| c.is_alphanumeric());
                ends.then(|| text.len() - at - rest.len())
            });
            if let Some(length) = length.filter(|_| starts_sentence(text, at)) {
                found.push(run.start + at..run.start + at + length);
            }
        }
        let lower = text.to_ascii_lowercase();
        for phrase in listed("self") {
            let starts = lower
                .match_indices(phrase)
                .filter(|(at, _)| starts_sentence(text, *at));
            found.extend(starts.map(|(at, _)| run.start + at..run.start + at + phrase.len()));
        }
    }
    found.sort_by_key(|at| at.start);
    found
}

fn starts_sentence(text: &str, at: usize) -> bool {
    let before = text[..at].trim_end_matches([' ', '\n', '\r']);
    before.is_empty() || before.ends_with(['.', '!', '?', ':'])
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
    fn lines_around_the_post() {
        let lines = |body: &str| zola("0.22.0").lines("chat-residue", body);
        for body in [
            "(continued)\n",
            "**Word Count:** ~1500 words\n",
            "[150-200 words]\n",
            "Copy code\n",
            "*End of article.*\n",
            "Thought for 12 seconds\n",
            "[Image : une carte]\n",
            "【画像：地図】\n",
            "**[IMAGE PLACEHOLDER: a map]**\n",
            "[AFFILIATE LINK] here\n",
            "[Ihr Name] here\n",
            "See [insert link here] now.\n",
            "### Assistant:\n",
        ] {
            assert_eq!(lines(&format!("{body}\nRedis.\n")), ["warning 1"], "{body}");
        }
        for body in [
            "The word count is 12.\n",
            "Continued\n",
            "- Copy code\n",
            "[Enter] and [date] and [Figure 1]\n",
            "[Figure 1: a map of Rome]\n",
            "[note: this] and 【重要】 and （図を見る）\n",
            "Searched far and wide\n",
        ] {
            assert_eq!(lines(&format!("{body}\nRedis.\n")), [""; 0], "{body}");
        }
        assert_eq!(lines("Redis.\n\nHuman: Thanks\n"), ["warning 3"]);
    }

    #[test]
    fn many_languages_are_known() {
        let lines = |body: &str| zola("0.22.0").lines("chat-residue", body);
        for body in [
            "Gerne! Hier ist der gewünschte Blogbeitrag:\n\nx\n",
            "Bien sûr ! Voici l'article demandé :\n\nx\n",
            "¡Claro! Aquí tienes el artículo que pediste:\n\nx\n",
            "もちろんです！以下が記事です。\n\nx\n",
            "Absolutely — let's write this up.\n\nx\n",
        ] {
            assert_eq!(lines(body), ["warning 1"], "{body}");
        }
        for body in [
            "Natürlich ist Redis schnell. Hier ist der Artikel zu Ende.\n\nx\n",
            "I've written an article about this before.\n\nx\n",
            "当然，Redis 很快。以下是三种方法。\n\nx\n",
        ] {
            assert_eq!(lines(body), [""; 0], "{body}");
        }
        assert_eq!(
            lines("Redis.\n\nMöchten Sie, dass ich mehr schreibe?\n"),
            ["warning 3"]
        );
        assert_eq!(
            lines("Redis.\n\nI hope this helps! Let me know if you need anything else.\n"),
            ["warning 3"]
        );
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
