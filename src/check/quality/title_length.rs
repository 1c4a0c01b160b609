//! Titles that a search result cuts off.

use super::{characters, is_post, room, text};
use crate::check::{Page, Rule};
use crate::config::Post;
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct LongTitle;

impl Rule for LongTitle {
    describe!(
        "long-title",
        "A title that search results cut off",
        "\
Neither Zola 0.22.0 nor Hugo 0.168.0 minds how long a title is. A search engine does: on a wide screen it has some 600 pixels for
the title of a result, and cuts off what is longer. In the usual type that is about 60 characters. The characters of Chinese,
Japanese and Korean are twice as wide, so 30 of them fill it; they count as two here. Nothing bad happens to a longer title but that
its end is not seen.

```toml
title = \"Everything You Have Always Wanted to Know About Backups With restic and Never Asked\"
title = \"Backups With restic: What Nobody Asks\"
```

Put what matters into the first 60 characters.

This is advice for posts that Postwright wrote. Where `postwright.toml` sets `[post] title_length`, that many characters, each
counted as one, are a limit for every page, and a longer title is a warning."
    );

    fn covers_hand_written(&self, wanted: Option<&Post>) -> bool {
        wanted.is_some_and(|wanted| wanted.title_length.is_some())
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let Some((title, at)) = text(page, "title").filter(|_| is_post(page)) else {
            return;
        };
        let limit = page.wanted.and_then(|wanted| wanted.title_length);
        let Some((severity, message)) =
            too_long("title", title, limit, "title_length", Post::TITLE_LENGTH)
        else {
            return;
        };
        let help = limit.map_or_else(
            || {
                format!(
                    "put what matters into the first {} characters",
                    Post::TITLE_LENGTH
                )
            },
            |limit| format!("say it in {limit} characters, or raise `title_length`"),
        );
        findings.push(page.finding(self, severity, message).at(at).help(help));
    }
}

/// What is to be said of a text that is too long: against the site's limit, or against what search results have room for.
pub(super) fn too_long(
    what: &str,
    text: &str,
    limit: Option<usize>,
    key: &str,
    usual: usize,
) -> Option<(Severity, String)> {
    let (seen, taken) = (characters(text), room(text));
    match limit {
        Some(limit) => (seen > limit).then(|| {
            let message =
                format!("the {what} has {seen} characters, and `[post] {key}` allows {limit}");
            (Severity::Warning, message)
        }),
        None => (taken > usual).then(|| {
            let size = if taken > seen {
                format!("takes the room of {taken} characters")
            } else {
                format!("has {seen} characters")
            };
            let message = format!("the {what} {size}; search results show about {usual}");
            (Severity::Info, message)
        }),
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{generated, hugo, limits, zola};

    fn title(title: &str) -> String {
        generated(&format!("title = \"{title}\"\n"), "", "Body.\n")
    }

    #[test]
    fn advice_on_generated_posts_counts_the_room() {
        let found = |text: &str| zola("0.22.0").quality("long-title", &title(text), None);
        assert!(found(&"a".repeat(60)).is_empty());
        assert_eq!(
            found(&"a".repeat(61)),
            ["info: the title has 61 characters; search results show about 60"]
        );
        assert!(found(&"語".repeat(30)).is_empty());
        assert_eq!(
            found(&"語".repeat(31)),
            ["info: the title takes the room of 62 characters; search results show about 60"]
        );
    }

    #[test]
    fn a_limit_counts_characters_on_every_page() {
        let limits = limits("title_length = 8");
        let found = |text: &str| hugo().quality("long-title", text, Some(&limits));
        let by_hand = |title: &str| format!("+++\ntitle = \"{title}\"\n+++\n");
        let message = "warning: the title has 9 characters, and `[post] title_length` allows 8";
        assert_eq!(found(&by_hand("123456789")), [message]);
        assert_eq!(found(&title("語語語語語語語語語")), [message]);
        assert!(found(&title("語語語語語語語語")).is_empty());
        let long = by_hand(&"a".repeat(100));
        assert!(hugo().quality("long-title", &long, None).is_empty());
    }
}
