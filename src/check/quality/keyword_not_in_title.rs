//! Posts whose beginning has none of the keywords that their stub gave.

use pulldown_cmark::Tag;

use super::{first, is_post, opening, options, text, words};
use crate::check::{Page, Rule};
use crate::config::Post;
use crate::finding::{Finding, Severity};
use crate::text::{escape, shorten};

/// Shorter words have no ending that could differ, in characters.
const STEM: usize = 4;
/// The longest ending that may differ, in characters.
const ENDING: usize = 3;
/// So many keywords are named in a message.
const NAMED: usize = 3;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct KeywordNotInTitle;

impl Rule for KeywordNotInTitle {
    describe!(
        "keyword-not-in-title",
        "A post whose title and beginning have none of its stub's keywords",
        "\
The keywords of a stub are what readers will search for. They look for these words in the title of a result, and then at the top of
the page; if none of the keywords is in the title, the first heading or the first paragraph, either the post is about something else
or its title hides what it is about. A keyword is there when all its words are, in any order; case, punctuation and an ending of up
to three letters do not matter. Zola 0.22.0 and Hugo 0.168.0 do nothing with the keywords.

```toml
title = \"What Survives a Power Cut\"                       # none of them
title = \"Redis Persistence: What Survives a Power Cut\"    # the first
[extra.postwright]
keywords = [\"redis persistence\", \"rdb vs aof\"]
```

Bring one of the keywords into the title or the first paragraph, where it can stand without force; or take away keywords that the
post is not about. This is advice for posts that Postwright wrote."
    );

    fn covers_hand_written(&self, _wanted: Option<&Post>) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let keywords = options(page).keywords;
        let Some((title, at)) = text(page, "title").filter(|_| is_post(page)) else {
            return;
        };
        let heading = first(page, |tag| matches!(tag, Tag::Heading { .. }));
        let places = [title, &heading, &opening(page)].map(words);
        let is_there = |keyword: &String| places.iter().any(|place| holds(place, &words(keyword)));
        if keywords.is_empty() || keywords.iter().any(is_there) {
            return;
        }
        let named: Vec<String> = keywords
            .iter()
            .take(NAMED)
            .map(|keyword| format!("`{}`", escape(&shorten(keyword, 40))))
            .collect();
        let which = match (keywords.len(), keywords.len().saturating_sub(NAMED)) {
            (1, _) => format!("the keyword {} is not", named.join("")),
            (_, 0) => format!("none of the keywords {} is", named.join(", ")),
            (_, more) => format!(
                "none of the keywords {} and {more} more is",
                named.join(", ")
            ),
        };
        let message = format!("{which} in the title, the first heading or the first paragraph");
        findings.push(
            page.finding(self, Severity::Info, message)
                .at(at)
                .help("say in the title or the first paragraph what readers will search for, or take the keywords away"),
        );
    }
}

/// Whether all words of a keyword are in a place, or the keyword is part of it when blanks do not count.
fn holds(place: &[String], keyword: &[String]) -> bool {
    let all = keyword
        .iter()
        .all(|word| place.iter().any(|other| is_same(word, other)));
    let joined = keyword.concat();
    // Two or three Latin letters are part of many words.
    let tells = joined.len() >= STEM;
    all || (tells && place.concat().contains(&joined))
}

/// Whether two words are one but for their endings.
fn is_same(a: &str, b: &str) -> bool {
    let common = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let rest = |word: &str| word.chars().count() - common;
    a == b || (common >= STEM && rest(a) <= ENDING && rest(b) <= ENDING)
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{generated, zola};

    fn found(title: &str, keywords: &str, body: &str) -> Vec<String> {
        let (title, keywords) = (
            format!("title = \"{title}\"\n"),
            format!("keywords = [{keywords}]\n"),
        );
        let page = generated(&title, &keywords, body);
        zola("0.22.0").quality("keyword-not-in-title", &page, None)
    }

    #[test]
    fn one_of_them_somewhere_at_the_top_is_enough() {
        let keywords = "\"redis persistence\", \"rdb vs aof\"";
        for (title, body) in [
            ("Persistence in Redis", "Body.\n"),
            ("What Survives", "## RDB vs. AOF\n\nBody.\n"),
            (
                "What Survives",
                "![x](y.png)\n\nIs AOF better vs RDB?\n\nMore.\n",
            ),
        ] {
            assert!(found(title, keywords, body).is_empty(), "{title} {body}");
        }
        assert_eq!(
            found("What Survives", keywords, "Body.\n\nRedis persistence.\n"),
            [
                "info: none of the keywords `redis persistence`, `rdb vs aof` is in the title, the first heading or the first paragraph"
            ]
        );
    }

    #[test]
    fn endings_and_compounds_do_not_matter() {
        for (keyword, title) in [
            ("backup server", "How to Back-Up Servers"),
            ("backups", "A Backup"),
            ("Datensicherung", "Die Datensicherungen"),
            ("メモリ管理", "Redisのメモリ管理とは"),
            ("メモリ", "メモリカード"),
            ("C++", "What C Is"),
        ] {
            let keyword = format!("\"{keyword}\"");
            assert!(found(title, &keyword, "Body.\n").is_empty(), "{title}");
        }
        assert_eq!(found("Cats", "\"C\"", "Body.\n").len(), 1);
        assert_eq!(found("Cats", "\"cars\"", "Body.\n").len(), 1);
        assert!(found("Cats", "", "Body.\n").is_empty());
    }
}
