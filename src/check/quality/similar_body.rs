//! Posts that say nearly the same as another page.

use std::collections::{BTreeMap, HashSet};

use crate::check::{Fingerprint, Outline, Page, Rule, SitePages};
use crate::config::Post;
use crate::finding::{Finding, Severity};
use crate::site::{Site, SitePath};

/// Pages with less in common are said to be different.
const ALIKE: f64 = 0.8;
/// With so many pages that may be alike each is compared, in the order of paths, so that many copies of one page take no
/// longer than as many different ones.
const NEIGHBOURS: usize = 8;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct SimilarBody;

/// A page to be compared.
struct Candidate<'p> {
    path: &'p SitePath,
    page: &'p Outline,
    fingerprint: &'p Fingerprint,
}

impl Rule for SimilarBody {
    describe!(
        "similar-body",
        "A post that says nearly the same as another page",
        "\
Of two pages with nearly the same text, a search engine shows one, and not always the one that was meant; and readers who follow a
link from one to the other feel fooled. Zola 0.22.0 and Hugo 0.168.0 build both. Each text is cut into runs of three words, code
blocks left out; two pages are alike when, of all the runs that either has, 80 % are in both: about one word in 27
may differ. The share is estimated from 256 of the runs of each page and right within some 5 %; it is exact for pages of up to
some 250 words. Only pages of one language are compared, and only bodies of 60 words and more.

```text
content/posts/backup.md          How to back up a server with restic ...
content/posts/backup-copy.md     How to back up a server with restic ...
```

Delete one, or make one post of both and let an alias lead there. This is advice for posts that Postwright wrote, whoever wrote the
page that they are like; whoever selects the rule by name hears of all pages. A comment `<!-- postwright-ignore similar-body -->` above
the first paragraph silences it in one page."
    );

    fn covers_hand_written(&self, _wanted: Option<&Post>) -> bool {
        false
    }

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}

    fn compares(&self, page: &Outline, _site: &Site) -> Vec<String> {
        let bands = page.fingerprint.iter().flat_map(Fingerprint::bands);
        bands
            .enumerate()
            .map(|(band, key)| format!("{band} {key} {}", page.language))
            .collect()
    }

    fn check_site(&self, pages: &SitePages<'_>, findings: &mut Vec<Finding>) {
        let mut languages: BTreeMap<&str, Vec<Candidate<'_>>> = BTreeMap::new();
        for (path, page) in &pages.pages {
            if let Some(fingerprint) = &page.fingerprint {
                let of_language = languages.entry(page.language.as_str()).or_default();
                of_language.push(Candidate {
                    path,
                    page,
                    fingerprint,
                });
            }
        }
        for candidates in languages.values() {
            let nearest = nearest(candidates);
            for (candidate, other) in candidates.iter().zip(nearest) {
                if let Some((other, share)) = other {
                    findings.push(self.finding(candidate, &candidates[other], share));
                }
            }
        }
    }
}

impl SimilarBody {
    fn finding(&self, candidate: &Candidate<'_>, other: &Candidate<'_>, share: f64) -> Finding {
        let message = if share < 0.995 {
            let percent = (share * 100.0).round();
            format!(
                "about {percent} % of the text is that of {}, in runs of three words",
                other.path
            )
        } else {
            format!("the text is that of {}", other.path)
        };
        Finding::new(self.name(), Severity::Info, candidate.path, message)
            .at(candidate.page.opening.clone())
            .help("delete one of the two, or make one post of both")
    }
}

/// For each page, the one most like it and what they share; of equals, one of the first in the order of paths.
fn nearest(candidates: &[Candidate<'_>]) -> Vec<Option<(usize, f64)>> {
    let bands: Vec<Vec<u64>> = candidates
        .iter()
        .map(|candidate| candidate.fingerprint.bands())
        .collect();
    let mut best: Vec<Option<(usize, f64)>> = vec![None; candidates.len()];
    let mut compared = HashSet::new();
    for band in 0..bands.first().map_or(0, Vec::len) {
        let mut order: Vec<(u64, usize)> = bands.iter().map(|of| of[band]).zip(0..).collect();
        order.sort_unstable();
        for (at, (key, a)) in order.iter().enumerate() {
            let alike = order[at + 1..].iter().take_while(|(other, _)| other == key);
            for (_, b) in alike.take(NEIGHBOURS) {
                let (one, other) = (&candidates[*a], &candidates[*b]);
                let are_settled = is_whole(best[*a]) && is_whole(best[*b]);
                if are_settled || !compared.insert((*a, *b)) || one.page.replaces(other.page) {
                    continue;
                }
                let share = one.fingerprint.resemblance(other.fingerprint);
                if share >= ALIKE {
                    better(&mut best[*a], *b, share);
                    better(&mut best[*b], *a, share);
                }
            }
        }
    }
    best
}

/// Whether nothing can be more like a page than what was found.
fn is_whole(best: Option<(usize, f64)>) -> bool {
    best.is_some_and(|(_, share)| share >= 1.0)
}

fn better(best: &mut Option<(usize, f64)>, page: usize, share: f64) {
    let is_better =
        best.is_none_or(|(known, most)| share > most || (share >= most && page < known));
    if is_better {
        *best = Some((page, share));
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{generated, zola};

    /// A body of so many words, the first of them its own.
    fn body(own: usize, words: usize) -> String {
        let own_words = (0..own).map(|n| format!("own{n} "));
        own_words
            .chain((own..words).map(|n| format!("word{n} ")))
            .collect()
    }

    #[test]
    fn posts_that_are_alike() {
        let post = |text: &str| generated("", "", text);
        let (one, copy, near, far) = (
            post(&body(0, 200)),
            post(&format!("\n{}\n\n```\ncode\n```\n", body(0, 200))),
            post(&body(10, 200)),
            post(&body(90, 200)),
        );
        let files = [
            ("posts/_index.md", one.as_str()),
            ("posts/a.md", &one),
            ("posts/b.md", &copy),
            ("posts/c.md", &near),
            ("posts/d.md", &far),
            ("posts/a.de.md", &one),
        ];
        assert_eq!(
            zola("0.22.0").told("similar-body", &files, false),
            [
                "posts/a.md: the text is that of content/posts/b.md",
                "posts/b.md: the text is that of content/posts/a.md",
                "posts/c.md: about 90 % of the text is that of content/posts/a.md, in runs of three words",
            ]
        );
    }

    #[test]
    fn what_a_person_wrote_is_named_and_left_alone() {
        let by_hand = format!("+++\ntitle = \"A\"\n+++\n{}", body(0, 100));
        let (post, short) = (
            generated("", "", &body(0, 100)),
            generated("", "", &body(0, 59)),
        );
        let files = [
            ("posts/a.md", by_hand.as_str()),
            ("posts/b.md", &by_hand),
            ("posts/c.md", &post),
            ("posts/d.md", &short),
            ("posts/e.md", &short),
        ];
        assert_eq!(
            zola("0.22.0").told("similar-body", &files, false),
            ["posts/c.md: the text is that of content/posts/a.md"]
        );
        assert_eq!(zola("0.22.0").told("similar-body", &files, true).len(), 3);
    }
}
