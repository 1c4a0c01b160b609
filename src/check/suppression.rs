//! Findings that an author does not want to hear of: by a comment or a key in the page, or by the configuration.
//!
//! What is named is taken out after all rules have run, so no rule has to know of it. Names that no rule has, and those
//! that silenced nothing, are findings themselves.

use std::ops::Range;

use super::selection::ALWAYS_TOLD;
use super::{Page, Rule, Selection, SitePages, find};
use crate::config;
use crate::finding::{Finding, Severity};
use crate::text::escape;

mod comments;
mod keys;
mod removal;
pub(super) mod unknown_rule;
pub(super) mod unused_suppression;

use unknown_rule::UnknownRule;
use unused_suppression::UnusedSuppression;

/// The rules that look at all pages together: what they find in a page is not known when the page is looked at.
const OF_SITES: [&str; 13] = [
    "colliding-terms",
    "refused-configuration",
    "same-address",
    "index-beside-section",
    "unusable-slug",
    "not-a-page",
    "blank-in-folder",
    "lone-translation",
    "missing-theme",
    "missing-sort-key",
    "similar-title",
    "similar-topic",
    "similar-body",
];

/// Where names of rules stand.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    /// In a comment of these bytes, with the bytes in which it is heeded.
    Comment {
        bytes: Range<usize>,
        heeded: Range<usize>,
    },
    /// In the front matter, for the whole page.
    Key,
}

/// One name of a rule that shall be silent.
#[derive(Debug)]
struct Suppression {
    /// The name as it is written.
    name: String,
    /// Its bytes.
    span: Range<usize>,
    place: Place,
    /// The rule, or what to say of a name that none has.
    rule: Result<&'static dyn Rule, String>,
    is_used: bool,
}

impl Suppression {
    fn new(name: &str, span: Range<usize>, place: Place) -> Self {
        Self {
            name: name.to_owned(),
            span,
            place,
            rule: find(name),
            is_used: false,
        }
    }

    /// Whether a finding is one of those that shall not be told.
    fn silences(&self, finding: &Finding) -> bool {
        let is_named = matches!(self.rule, Ok(rule) if rule.name() == finding.rule);
        if !is_named || finding.rule == ALWAYS_TOLD {
            return false;
        }
        match (&self.place, &finding.span) {
            (Place::Key, _) => true,
            (Place::Comment { heeded, .. }, Some(span)) => heeded.contains(&span.start),
            (Place::Comment { .. }, None) => false,
        }
    }

    /// Whether the page would have been told of what the rule finds, and nothing was.
    fn is_unused(&self, page: &Page<'_>, selection: &Selection) -> bool {
        let Ok(rule) = self.rule else {
            return false;
        };
        let own = [UnknownRule.name(), UnusedSuppression.name()];
        !self.is_used
            && selection.covers(page, rule)
            && !own.contains(&rule.name())
            && !OF_SITES.contains(&rule.name())
    }
}

/// Takes out what the page and the configuration silence, and adds what there is to say about that.
pub(super) fn apply(page: &Page<'_>, selection: &Selection, findings: &mut Vec<Finding>) {
    if selection.tells_all() {
        return;
    }
    let mut named = keys::suppressions(page);
    let mut wrong = keys::wrong_type(page);
    named.extend(comments::suppressions(page));
    silence(&mut named, selection, findings);

    if selection.covers(page, &UnknownRule) {
        wrong.extend(named.iter().filter_map(|one| unknown_rule::of(page, one)));
        silence(&mut named, selection, &mut wrong);
        findings.append(&mut wrong);
    }
    // Of a post that is not written yet nobody can say what it needs, nor of links without the other pages.
    let others = page.pages.filter(|pages| {
        let own = pages.pages.get(page.path);
        !own.is_some_and(|own| own.is_stub)
    });
    if others.is_some() && selection.covers(page, &UnusedSuppression) {
        let mut unused = unused_suppression::of(page, selection, &named);
        silence(&mut named, selection, &mut unused);
        findings.append(&mut unused);
    }
}

fn silence(named: &mut [Suppression], selection: &Selection, findings: &mut Vec<Finding>) {
    findings.retain(|finding| {
        let mut is_silenced = selection.silences(finding);
        for one in named.iter_mut().filter(|one| one.silences(finding)) {
            one.is_used = true;
            is_silenced = true;
        }
        !is_silenced
    });
}

/// Whether a text may hold a comment that silences something.
pub(super) fn may_silence(text: &str) -> bool {
    text.contains(comments::MARK)
}

/// Whether a comment in the body of a page silences what is found there.
pub(super) fn is_silenced_by_comment(page: &Page<'_>, finding: &Finding) -> bool {
    let is_in_body = finding.span.as_ref();
    is_in_body.is_some_and(|span| span.start >= page.body.start)
        && comments::suppressions(page)
            .iter()
            .any(|one| one.silences(finding))
}

/// Takes out of what is found in all pages together what the pages and the configuration silence, and adds
/// the globs of the configuration that silenced nothing, here and in the pages looked at before.
pub(super) fn apply_to_site(
    pages: &SitePages<'_>,
    selection: &Selection,
    findings: &mut Vec<Finding>,
) {
    if selection.tells_all() {
        return;
    }
    findings.retain(|finding| {
        let page = pages.pages.get(&finding.path);
        let front = page.and_then(|page| page.front.as_ref());
        let by_page = front.is_some_and(|front| keys::silence(front, pages.site, finding.rule));
        !selection.silences(finding) && !by_page && !pages.is_silenced_in_text(finding)
    });
    if !selection.runs(&UnusedSuppression) {
        return;
    }
    let unused = selection
        .ignored()
        .iter()
        .filter(|paths| paths.is_unused() && selection.runs(paths.rule));
    for paths in unused {
        // The user's own configuration is for other sites as well.
        let Some(span) = paths.span.clone() else {
            continue;
        };
        let rule = paths.rule.name();
        let message = format!(
            "`{}` silences nothing: `{rule}` finds nothing there",
            escape(paths.glob())
        );
        let path = config::site_path();
        let finding = Finding::new(
            UnusedSuppression.name(),
            Severity::Warning,
            &path,
            if rule == ALWAYS_TOLD {
                unused_suppression::NEVER_SILENT.to_owned()
            } else {
                message
            },
        )
        .at(span)
        .help(format!("take it out of `[check.{rule}] ignore`"));
        findings.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::RULES;
    use crate::check::testing::{self, hugo, zola};

    #[test]
    #[allow(clippy::disallowed_methods, reason = "it looks at the source")]
    fn rules_that_look_at_sites_are_known() {
        let mut folders = vec![std::path::PathBuf::from(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/check"
        ))];
        let mut found = 0;
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).expect("text");
                for part in text.split("\nimpl Rule for ").skip(1) {
                    let part = part.split("\n}\n").next().unwrap_or_default();
                    let named: Vec<&str> = OF_SITES
                        .into_iter()
                        .filter(|name| part.contains(&format!("\"{name}\"")))
                        .collect();
                    let looks = part.contains("fn check_site(");
                    assert_eq!(looks, !named.is_empty(), "{}", path.display());
                    found += named.len();
                }
            }
        }
        assert_eq!(found, OF_SITES.len());
        for name in OF_SITES.into_iter().chain([ALWAYS_TOLD]) {
            assert!(RULES.iter().any(|rule| rule.name() == name), "{name}");
        }
    }

    /// What all pages together are told of, each found once, in a site of two copies of one text.
    fn of_copies(above: &str) -> Vec<(&'static str, String)> {
        let words: String = (0..90).map(|word| format!("word{word} ")).collect();
        let page = |above: &str| {
            testing::generated("title = \"A title\"\n", "", &format!("{above}{words}\n"))
        };
        let files = [
            ("posts/a.md", page(above)),
            ("posts/b.md", page("")),
            ("posts/c.md", "Text.\n".to_owned()),
            (
                "posts/C.md",
                "<!-- postwright-ignore same-address unusable-slug -->\nText.\n".to_owned(),
            ),
        ];
        let files: Vec<_> = files
            .iter()
            .map(|(path, text)| (*path, text.as_str()))
            .collect();
        hugo().silenced(&files)
    }

    #[test]
    fn a_comment_silences_what_is_found_by_comparing_pages() {
        let told = of_copies("");
        let has = |told: &[(&str, String)], rule: &str, path: &str| {
            told.iter()
                .any(|(name, at)| *name == rule && at.ends_with(path))
        };
        assert!(has(&told, "similar-body", "/a.md") && has(&told, "similar-body", "/b.md"));
        assert!(
            has(&told, "same-address", "/c.md") && !has(&told, "same-address", "/C.md"),
            "{told:?}"
        );
        for above in [
            "<!-- postwright-ignore similar-body -->\n\n",
            "<!-- postwright-ignore similar-body, similar-title -->\n",
        ] {
            let told = of_copies(above);
            assert!(!has(&told, "similar-body", "/a.md"), "{told:?}");
            assert!(has(&told, "similar-body", "/b.md"), "{told:?}");
            // The title stands above the comment.
            assert!(has(&told, "similar-title", "/a.md"), "{told:?}");
            assert!(!has(&told, "unused-suppression", "/a.md"), "{told:?}");
        }
        let below = of_copies("A paragraph.\n\n<!-- postwright-ignore similar-body -->\n\n");
        assert!(has(&below, "similar-body", "/a.md"), "{below:?}");
    }

    #[test]
    fn what_follows_a_silenced_block_is_told() {
        for block in [
            "- [a]()\n\n\n",
            "> [a]()\n\n",
            "[a]()\n\n",
            "- b\n\n  [a]()\n\n\n",
        ] {
            let body = format!("<!-- postwright-ignore empty-link -->\n\n{block}[b]()\n");
            let line = body.lines().count();
            for world in [hugo(), zola("0.22.0")] {
                let found = world.lines("empty-link", &body);
                assert_eq!(found.len(), 1, "{body}");
                assert!(found[0].ends_with(&format!(" {line}")), "{found:?} {body}");
            }
        }
    }

    /// A comment or front matter in a reply is text: it silences nothing, and so finds nothing to be unused either.
    #[test]
    fn a_reply_silences_nothing() {
        use crate::body::{self, Surroundings};
        let reply = "<!-- postwright-ignore empty-link -->\n\nText <!-- postwright-ignore empty-link --> here.\n\n             ---\nextra:\n  postwright:\n    ignore: empty-link\n---\n\n+++\n[extra.postwright]\nignore = [\"empty-link\"]\n+++\n";
        for world in [zola("0.22.0"), hugo()] {
            world.with_page("", |page| {
                let dialect = page.site.generator.dialect(page.site.version);
                let surroundings = Surroundings {
                    heading_id: &|_| String::new(),
                    has_image: &|_| false,
                    page: &|_| None,
                };
                let body = body::convert(reply, "A", &dialect, surroundings).body;
                world.with_page(&format!("{body}\n\n[a]()\n"), |page| {
                    assert!(keys::suppressions(page).is_empty());
                    assert!(comments::all(page).is_empty(), "{body}");
                });
                assert_eq!(
                    world
                        .lines("empty-link", &format!("{body}\n\n[a]()\n"))
                        .len(),
                    1
                );
            });
        }
    }
}
