//! Posts that are shorter than what was asked for.

use super::{is_post, options};
use crate::check::{Page, Rule};
use crate::config::Post;
use crate::finding::{Finding, Severity};
use crate::markdown;

/// Of the words that a stub asked for, this share is enough, in percent: models cannot count.
const ENOUGH: usize = 80;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct FewWords;

impl Rule for FewWords {
    describe!(
        "few-words",
        "A post with far fewer words than were asked for",
        "\
A stub may ask for a number of words, and models, which cannot count, seldom hit it. A post with less than 80 % of them is usually
one that gave up early, or left out what the brief asked for. Words are those that a reader of the page sees, without code, as
Unicode's UAX #29 divides them; in a script without blanks between words, two characters count as one. Zola 0.22.0 and Hugo 0.168.0
count in other ways.

```toml
[extra.postwright]        # Hugo: [params.postwright]
words = 1500              # 1200 words are enough
```

Ask again, or write what is missing. This is advice for posts that Postwright wrote. Where `postwright.toml` sets `[post] min_words`,
such a post with fewer is a warning here, and `generate` writes none. Whoever selects the rule by name applies `min_words` to pages
that a person wrote as well."
    );

    fn covers_hand_written(&self, _wanted: Option<&Post>) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let least = page.wanted.and_then(|wanted| wanted.min_words);
        let asked = options(page).words;
        if !is_post(page) || (least.is_none() && asked.is_none()) {
            return;
        }
        let words = markdown::word_count(page.body());
        let asked = asked.and_then(|asked| usize::try_from(asked).ok());
        let has = if words == 1 {
            "the post has 1 word".to_owned()
        } else {
            format!("the post has {words} words")
        };
        let (severity, message) = match (least, asked) {
            (Some(least), _) if words < least => (
                Severity::Warning,
                format!("{has}, and `[post] min_words` asks for {least}"),
            ),
            (_, Some(asked)) if words * 100 < asked * ENOUGH => (
                Severity::Info,
                format!("{has}; its stub asked for {asked}, of which 80 % are enough"),
            ),
            _ => return,
        };
        let help = if page.is_generated {
            format!(
                "write what is missing, or ask again with `postwright generate --refresh {}`",
                page.path
            )
        } else {
            "write what is missing, or lower `min_words`".to_owned()
        };
        findings.push(
            page.finding(self, severity, message)
                .at(place(page))
                .help(help),
        );
    }
}

/// Where the number stands, else the first line.
fn place(page: &Page<'_>) -> std::ops::Range<usize> {
    let path = page.site.generator.options_path();
    let path: Vec<&str> = path.iter().copied().chain(["words"]).collect();
    page.front()
        .and_then(|front| front.key_span(&path))
        .unwrap_or_else(|| page.front_start())
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{generated, limits, zola};

    fn post(options: &str, words: usize) -> String {
        let body = format!("{}\n\n```\nnot a word\n```\n", "word ".repeat(words));
        generated("", options, &body)
    }

    #[test]
    fn four_fifths_of_the_wish_are_enough() {
        let found =
            |words| zola("0.22.0").quality("few-words", &post("words = 100\n", words), None);
        assert!(found(80).is_empty());
        assert_eq!(
            found(79),
            ["info: the post has 79 words; its stub asked for 100, of which 80 % are enough"]
        );
        assert!(
            zola("0.22.0")
                .quality("few-words", &post("", 1), None)
                .is_empty()
        );
        let odd = post("words = \"many\"\n", 1);
        assert!(zola("0.22.0").quality("few-words", &odd, None).is_empty());
    }

    #[test]
    fn the_least_number_of_the_site_counts_whole() {
        let limits = limits("min_words = 90");
        let found = |text: &str| zola("0.22.0").quality("few-words", text, Some(&limits));
        assert_eq!(
            found(&post("words = 100\n", 89)),
            ["warning: the post has 89 words, and `[post] min_words` asks for 90"]
        );
        assert!(found(&post("words = 100\n", 90)).is_empty());
        assert_eq!(found(&post("", 1)).len(), 1);
        assert!(found("+++\ntitle = \"A\"\n+++\nBy hand.\n").is_empty());
    }
}
