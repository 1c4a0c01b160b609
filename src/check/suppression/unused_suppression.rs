//! Suppressions of findings that there are not.

use super::{Suppression, comments, removal};
use crate::check::selection::ALWAYS_TOLD;
use crate::check::{Page, Rule, Selection};
use crate::finding::{Finding, Severity};
use crate::text::escape;

/// What to say where the rule is one that is never silent.
pub(super) const NEVER_SILENT: &str =
    "`broken-front-matter` cannot be silenced: nothing of such a page is known";

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct UnusedSuppression;

impl Rule for UnusedSuppression {
    describe!(
        "unused-suppression",
        "A comment or a key that silences a rule which has nothing to say there",
        "\
A comment `<!-- postwright-ignore … -->`, the key `ignore` in a page or in postwright.toml that silences nothing is in the way: it would
hide what the rule finds there some day, and nobody would know. `postwright explain unknown-rule` says where each of them is heeded.
No generator hears of them: Zola 0.22.0 copies such a comment into the page, Hugo 0.168.0 leaves it out.

```markdown
<!-- postwright-ignore empty-link -->

A paragraph without a link.
```

Names of rules that do not run are not told of, nor is anything in a stub, as its post is still to come, nor the names of rules that
compare pages with one another. What stands in postwright.toml is only known when all pages are checked. The fix takes the name away, and
with the last name the comment or the key; where the text would then be read in another way, as two lists that become one, it is for you
to decide."
    );

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}
}

/// What to say of the names that silenced nothing, and of comments without names.
pub(super) fn of(page: &Page<'_>, selection: &Selection, named: &[Suppression]) -> Vec<Finding> {
    let is_unused = |one: &Suppression| one.is_unused(page, selection);
    let unused = named.iter().filter(|one| is_unused(one)).map(|one| {
        let name = escape(&one.name);
        let message = match one.rule {
            Ok(rule) if rule.name() == ALWAYS_TOLD => NEVER_SILENT.to_owned(),
            _ => format!("`{name}` is silenced where it has nothing to say"),
        };
        let mut finding = page
            .finding(&UnusedSuppression, Severity::Warning, message)
            .at(one.span.clone())
            .help("remove it");
        finding.fix = removal::fix(page, &one.place, named, &is_unused);
        finding
    });
    let empty = comments::all(page)
        .into_iter()
        .filter(|comment| comment.names.is_empty())
        .map(|comment| {
            page.finding(
                &UnusedSuppression,
                Severity::Warning,
                "this comment names no rule",
            )
            .at(comment.bytes.clone())
            .help("write which rule shall be silent, or remove the comment")
            .fix(removal::comment(page, &comment.bytes))
        });
    unused.chain(empty).collect()
}
