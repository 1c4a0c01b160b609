//! Posts with the title or the topic of another page.

use std::collections::{BTreeMap, HashSet};

use super::words;
use crate::check::{Outline, Page, Rule, SitePages};
use crate::config::Post;
use crate::finding::{Finding, Severity};
use crate::front_matter::Value;
use crate::site::{Site, SitePath};
use crate::text::{escape, shorten};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct SimilarTitle;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct SimilarTopic;

impl Rule for SimilarTitle {
    describe!(
        "similar-title",
        "A post with the title of another page",
        "\
Of two pages with one title, neither readers in a list nor search engines can tell which is which. Zola 0.22.0 and Hugo 0.168.0
build both. Titles are the same here when their words are, in the same order: case, punctuation and, in English, `a`, `an` and `the`
do not matter. Only pages of one language are compared, without the pages of sections; drafts count, since they will be published.

```toml
title = \"The Redis Persistence Guide\"     # content/posts/redis.md
title = \"Redis: Persistence Guide\"        # content/posts/redis-2.md
```

Say in each title what only this page has, or make one page of both. This is advice for posts that Postwright wrote, whoever wrote
the page that has the title too; whoever selects the rule by name hears of all pages."
    );

    fn covers_hand_written(&self, _wanted: Option<&Post>) -> bool {
        false
    }

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}

    fn compares(&self, page: &Outline, site: &Site) -> Vec<String> {
        compared(page, title(page, site).as_deref())
    }

    fn check_site(&self, pages: &SitePages<'_>, findings: &mut Vec<Finding>) {
        let title = |page: &Outline| title(page, pages.site);
        for (path, page, others) in same(pages, &title) {
            let message = format!("{others} the same title, `{}`", shown(title(page)));
            findings.push(
                Finding::new(self.name(), Severity::Info, path, message)
                    .at(page.span_of("title"))
                    .help("say in the title what only this page has, or make one page of both"),
            );
        }
    }
}

impl Rule for SimilarTopic {
    describe!(
        "similar-topic",
        "A stub or a post with the topic of another",
        "\
Two stubs with one topic become two posts that say much the same, and both are paid for. Topics are the same when their words are, in
the same order: case and punctuation and, in English, `a`, `an` and `the` do not matter. Only pages of one language are compared.
A post knows the topic that it was made from. Zola 0.22.0 and Hugo 0.168.0 know nothing of topics.

```toml
topic = \"Does Redis support persistence?\"     # content/posts/redis.md
topic = \"does Redis support persistence\"      # content/posts/redis-2.md
```

Delete one of them. If each is for other readers, say so in the topic, as the same words lead to the same post. This is advice, and
the only one that is given on stubs as well: a post that is not written costs nothing."
    );

    fn covers_hand_written(&self, _wanted: Option<&Post>) -> bool {
        false
    }

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}

    fn compares(&self, page: &Outline, site: &Site) -> Vec<String> {
        compared(page, topic(page, site))
    }

    fn check_site(&self, pages: &SitePages<'_>, findings: &mut Vec<Finding>) {
        let site = pages.site;
        let of = |page: &Outline| topic(page, site).map(str::to_owned);
        for (path, page, others) in same(pages, &of) {
            let message = format!("{others} the same topic, `{}`", shown(of(page)));
            let at = match &page.front {
                Some(front) if !page.is_stub => front.key_span(&topic_path(site)),
                _ => None,
            };
            let at = at.unwrap_or_else(|| page.span_of("topic"));
            findings.push(
                Finding::new(self.name(), Severity::Info, path, message)
                    .at(at)
                    .help("delete one of them, or say in the topic what is different"),
            );
        }
    }
}

/// The title of a page that is neither a stub nor a section's own.
fn title(page: &Outline, site: &Site) -> Option<String> {
    match page.get(site, "title") {
        Some(Value::String(title)) if !page.is_section && !page.is_stub => Some(title.clone()),
        _ => None,
    }
}

/// What texts that are the same have in common.
fn compared(page: &Outline, text: Option<&str>) -> Vec<String> {
    let words = text.map(|text| normal(text, &page.language));
    words
        .into_iter()
        .map(|words| format!("{} {}", page.language, words.join(" ")))
        .collect()
}

/// What a stub asks for, or what a post was made from.
fn topic<'p>(page: &'p Outline, site: &Site) -> Option<&'p str> {
    let topic = if page.is_stub {
        page.get(site, "topic")
    } else if page.is_generated {
        page.front.as_ref()?.get(&topic_path(site))
    } else {
        None
    };
    topic.and_then(Value::as_str)
}

/// Where a post keeps the topic that it was made from.
fn topic_path(site: &Site) -> Vec<&'static str> {
    let options = site.generator.options_path().iter().copied();
    options.chain(["topic"]).collect()
}

/// Each page of which another of its language has the same text, with the words that name the others.
fn same<'p>(
    pages: &'p SitePages<'_>,
    text: &dyn Fn(&Outline) -> Option<String>,
) -> Vec<(&'p SitePath, &'p Outline, String)> {
    let mut groups: BTreeMap<_, Vec<(&SitePath, &Outline)>> = BTreeMap::new();
    let mut places = HashSet::new();
    for (path, page) in &pages.pages {
        let language = page.language.as_str();
        // What a site replaces in its theme is there once.
        if !places.insert((language, page.below.as_str())) {
            continue;
        }
        let words = text(page).map(|text| normal(&text, language));
        if let Some(words) = words.filter(|words| !words.is_empty()) {
            let group = groups.entry((language, words)).or_default();
            group.push((path, page));
        }
    }
    let mut found = Vec::new();
    for group in groups.values().filter(|group| group.len() > 1) {
        for (index, (path, page)) in group.iter().enumerate() {
            let other = group[usize::from(index == 0)].0;
            let others = match group.len() - 2 {
                0 => format!("{other} has"),
                1 => format!("{other} and 1 more page have"),
                more => format!("{other} and {more} more pages have"),
            };
            found.push((*path, *page, others));
        }
    }
    found
}

/// The words that count; all of them where none would be left.
fn normal(text: &str, language: &str) -> Vec<String> {
    let words = words(text);
    let counts = |word: &&String| !matches!(word.as_str(), "a" | "an" | "the");
    if language.starts_with("en") && words.iter().any(|word| counts(&word)) {
        return words.iter().filter(counts).cloned().collect();
    }
    words
}

fn shown(text: Option<String>) -> String {
    let text = text.unwrap_or_default();
    escape(&shorten(text.trim(), 80)).into_owned()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{generated, hugo, zola};

    fn titled(title: &str) -> String {
        generated(&format!("title = \"{title}\"\n"), "", "Body.\n")
    }

    fn by_hand(title: &str) -> String {
        format!("+++\ntitle = \"{title}\"\n+++\n")
    }

    #[test]
    fn titles_with_the_same_words() {
        let (one, same) = (titled("The Redis Guide"), titled("Redis: a guide!"));
        let (other, german) = (titled("Guide, Redis"), titled("The Redis Guide"));
        let files = [
            ("posts/_index.md", one.as_str()),
            ("posts/a.md", &one),
            ("posts/b.md", &same),
            ("posts/c.md", &other),
            ("posts/a.de.md", &german),
        ];
        assert_eq!(
            zola("0.22.0").told("similar-title", &files, false),
            [
                "posts/a.md: content/posts/b.md has the same title, `The Redis Guide`",
                "posts/b.md: content/posts/a.md has the same title, `Redis: a guide!`",
            ]
        );
    }

    #[test]
    fn pages_of_a_person_are_named_and_left_alone() {
        let (post, page) = (titled("Guide"), by_hand("Guide"));
        let untitled = by_hand("?");
        let files = [
            ("posts/a.md", page.as_str()),
            ("posts/b.md", &page),
            ("posts/c.md", &post),
            ("posts/d.md", &untitled),
            ("posts/e.md", &untitled),
        ];
        let message = "posts/c.md: content/posts/a.md and 1 more page have the same title, `Guide`";
        assert_eq!(hugo().told("similar-title", &files, false), [message]);
        assert_eq!(hugo().told("similar-title", &files, true).len(), 3);
    }

    #[test]
    fn topics_of_stubs_and_posts() {
        let stub = |topic: &str| format!("+++\ntopic = \"{topic}\"\ndraft = true\n+++\n");
        let (one, same, other) = (stub("What is a T?"), stub("What is T"), stub("t"));
        let (post, page) = (titled("A"), by_hand("T"));
        let files = [
            ("posts/a.md", one.as_str()),
            ("posts/b.md", &same),
            ("posts/c.md", &other),
            ("posts/d.md", &post),
            ("posts/e.md", &page),
        ];
        assert_eq!(
            hugo().told("similar-topic", &files, false),
            [
                "posts/a.md: content/posts/b.md has the same topic, `What is a T?`",
                "posts/b.md: content/posts/a.md has the same topic, `What is T`",
                "posts/c.md: content/posts/d.md has the same topic, `t`",
                "posts/d.md: content/posts/c.md has the same topic, `T`",
            ]
        );
    }
}
