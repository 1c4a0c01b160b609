//! Descriptions that search results cut off, and those that say too little.

use super::title_length::too_long;
use super::{is_post, room, text};
use crate::check::{Page, Rule};
use crate::config::Post;
use crate::finding::{Finding, Severity};

/// Fewer characters than this, a third of the room, seldom say more than the title does.
const LEAST: usize = 50;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct LongDescription;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct ShortDescription;

impl Rule for LongDescription {
    describe!(
        "long-description",
        "A description that search results cut off",
        "\
Themes of Zola 0.22.0 and Hugo 0.168.0 write the description into the head of the page, where search engines and chat programs
take it from. A result has some 920 pixels for it on a wide screen, which is about 150 to 160 characters, and less on a telephone;
the rest is cut off. Search engines promise no number, and may show a part of the page instead. The characters of Chinese, Japanese
and Korean are twice as wide and count as two here.

```toml
description = \"Compare snapshots and the append-only file of Redis, and choose by what you cannot afford to lose.\"
```

Say what the reader gets in 160 characters, the most important part first.

This is advice for posts that Postwright wrote. Where `postwright.toml` sets `[post] description_length`, that many characters, each
counted as one, are a limit for every page, and a longer description is a warning."
    );

    fn covers_hand_written(&self, wanted: Option<&Post>) -> bool {
        wanted.is_some_and(|wanted| wanted.description_length.is_some())
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some((description, at)) = text(page, "description").filter(|_| is_post(page)) else {
            return;
        };
        let limit = page.wanted.and_then(|wanted| wanted.description_length);
        let usual = Post::DESCRIPTION_LENGTH;
        let Some((severity, message)) = too_long(
            "description",
            description,
            limit,
            "description_length",
            usual,
        ) else {
            return;
        };
        let help = limit.map_or_else(
            || {
                format!(
                    "say what the reader gets in {usual} characters, the most important part first"
                )
            },
            |limit| format!("say it in {limit} characters, or raise `description_length`"),
        );
        findings.push(page.finding(self, severity, message).at(at).help(help));
    }
}

impl Rule for ShortDescription {
    describe!(
        "short-description",
        "A description that says too little",
        "\
The description stands below the title in search results, where there is room for about 160 characters. Fewer than 50, a third of
it, seldom tell more than the title has told, and a search engine takes a piece of the page instead. No search engine sets this
number: it is a rule of thumb. Zola 0.22.0 and Hugo 0.168.0 take any. Wide characters count as two.

```toml
description = \"About Redis persistence.\"
description = \"Compare snapshots and the append-only file of Redis, and choose by what you cannot afford to lose.\"
```

Say in a sentence what the reader gets. This is advice for posts that Postwright wrote. Where `postwright.toml` sets `[post]
description_length` to less than 100, half of that is enough."
    );

    fn covers_hand_written(&self, _wanted: Option<&Post>) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some((description, at)) = text(page, "description").filter(|_| is_post(page)) else {
            return;
        };
        let limit = page.wanted.and_then(|wanted| wanted.description_length);
        let least = limit.map_or(LEAST, |limit| LEAST.min(limit / 2));
        let taken = room(description);
        if taken >= least {
            return;
        }
        let message = format!(
            "the description takes the room of {taken} characters; with fewer than {least} it hardly says more than the title"
        );
        let help = "say in a sentence what the reader gets";
        findings.push(
            page.finding(self, Severity::Info, message)
                .at(at)
                .help(help),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{generated, limits, zola};

    fn description(length: usize) -> String {
        let text = "a".repeat(length);
        generated(&format!("description = \"{text}\"\n"), "", "Body.\n")
    }

    #[test]
    fn both_ends_are_advice() {
        let found = |rule, length| zola("0.22.0").quality(rule, &description(length), None);
        assert!(found("long-description", 160).is_empty());
        assert_eq!(
            found("long-description", 161),
            ["info: the description has 161 characters; search results show about 160"]
        );
        assert!(found("short-description", 50).is_empty());
        assert_eq!(
            found("short-description", 49),
            [
                "info: the description takes the room of 49 characters; with fewer than 50 it hardly says more than the title"
            ]
        );
    }

    #[test]
    fn a_limit_weighs_more() {
        let limits = limits("description_length = 40");
        let found =
            |rule, length| zola("0.22.0").quality(rule, &description(length), Some(&limits));
        assert_eq!(
            found("long-description", 41),
            [
                "warning: the description has 41 characters, and `[post] description_length` allows 40"
            ]
        );
        assert!(found("short-description", 20).is_empty());
        assert_eq!(found("short-description", 19).len(), 1);
    }

    #[test]
    fn a_description_that_is_not_there_has_no_length() {
        let page = generated("description = \" \"\n", "", "Body.\n");
        for rule in ["long-description", "short-description"] {
            assert!(zola("0.22.0").quality(rule, &page, None).is_empty());
        }
    }
}
