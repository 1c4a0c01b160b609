//! Names in suppressions that no rule has.

use super::Suppression;
use crate::check::{Page, RULES, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::text::nearest;

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct UnknownRule;

impl Rule for UnknownRule {
    describe!(
        "unknown-rule",
        "A comment or a key that silences a rule which does not exist",
        "\
Findings are silenced by the name of their rule, or by another name that `postwright explain` tells of it. A name that no rule has
silences nothing. A rule can be silenced

- for a block, by a comment on a line of its own above it: a paragraph, a heading, a list, a table, a block of code. A comment within a
  line of text is for the line. What lies in the front matter, as most of what is found by comparing pages does, is above every comment;
- for a page, by `ignore` in the table of Postwright's options;
- for a folder, in postwright.toml. There, a name that no rule has stops the program.

```markdown
<!-- postwright-ignore plain-text-link missing-alt-text -->
```

```toml
[extra.postwright]                # in Zola's pages; [params.postwright] in Hugo's
ignore = [\"plain-text-link\"]
```

```toml
[check.plain-text-link]                  # in postwright.toml
ignore = [\"content/archive/**\"]
```

Zola writes comments into the page, where only those see them who look at its source; Hugo leaves them out without a word, whatever
`markup.goldmark.renderer.unsafe` says (tested on Zola 0.22.0 and Hugo 0.168.0). In code a comment is text, and in a reply of a model it
is text as well. The fix writes the nearest name that exists; it is for you to decide whether that was meant."
    );

    fn check(&self, _page: &Page<'_>, _findings: &mut Vec<Finding>) {}
}

/// What to say of a name.
pub(super) fn of(page: &Page<'_>, one: &Suppression) -> Option<Finding> {
    let message = one.rule.as_ref().err()?;
    let names = RULES
        .iter()
        .flat_map(|rule| std::iter::once(rule.name()).chain(rule.aliases().iter().copied()));
    let mut finding = page
        .finding(&UnknownRule, Severity::Warning, message)
        .at(one.span.clone())
        .help("write the name that stands in brackets behind `error`, `warning` or `info`");
    let is_exact = page.text[one.span.clone()] == one.name;
    if let Some(near) = nearest(&one.name, names).filter(|_| is_exact) {
        finding.fix = Some(Fix::risky(vec![Edit::replace(one.span.clone(), near)]));
    }
    Some(finding)
}
