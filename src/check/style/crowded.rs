//! Blocks without blank lines around them.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag, TagEnd};

use super::{Opaque, report};
use crate::body::edits::{line_end, line_prefix, line_start};
use crate::check::prose::end_of;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct CrowdedHeading;

impl Rule for CrowdedHeading {
    describe!(
        "crowded-heading",
        "A heading without a blank line above or below it",
        "\
A heading is easier to find in the source with a blank line above and below it; Zola 0.22.0 and Hugo 0.168.0 make the same page of both.

```markdown
Text.
## Heading
More text.
```

The fix writes blank lines around it, where the page stays the same."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD022", "blanks-around-headings"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        around(
            page,
            self,
            "heading",
            |event| matches!(event, Event::Start(Tag::Heading { .. })),
            findings,
        );
    }
}

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct CrowdedFence;

impl Rule for CrowdedFence {
    describe!(
        "crowded-fence",
        "A code block without a blank line above or below it",
        "\
A fence is easier to find in the source with a blank line above and below it, and some programs want one; Zola 0.22.0 and Hugo 0.168.0 make the same page of both.
Blocks in lists are left alone: a blank line there would set the items further apart.

```markdown
Text.
~~~sh
ls
~~~
More text.
```

The fix writes blank lines around it, where the page stays the same."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD031", "blanks-around-fences"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        around(
            page,
            self,
            "code block",
            |event| {
                matches!(
                    event,
                    Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_)))
                )
            },
            findings,
        );
    }
}

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct CrowdedList;

impl Rule for CrowdedList {
    describe!(
        "crowded-list",
        "A list without a blank line above or below it",
        "\
Some programs begin no list without a blank line above it, and the numbered ones that do not begin with 1 need one in Zola 0.22.0 and Hugo 0.168.0 too. Lists in
lists are left alone.

```markdown
Text.
- an item
## Heading
```

The fix writes blank lines around it, where the page stays the same."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD032", "blanks-around-lists"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        around(
            page,
            self,
            "list",
            |event| matches!(event, Event::Start(Tag::List(_))),
            findings,
        );
    }
}

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct CrowdedTable;

impl Rule for CrowdedTable {
    describe!(
        "crowded-table",
        "A table without a blank line above or below it",
        "\
Some programs make no table without a blank line above it, among them Zola 0.17.2; Zola 0.22.0 and Hugo 0.168.0 do.

```markdown
Text.
| a | b |
|---|---|
# Heading
```

The fix writes blank lines around it, where the page stays the same."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD058", "blanks-around-tables"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        around(
            page,
            self,
            "table",
            |event| matches!(event, Event::Start(Tag::Table(_))),
            findings,
        );
    }
}

/// Looks above and below each block of a kind, but for those in lists.
fn around(
    page: &Page<'_>,
    rule: &dyn Rule,
    what: &str,
    is_one: impl Fn(&Event<'_>) -> bool,
    findings: &mut Vec<Finding>,
) {
    let opaque = Opaque::in_templates(page);
    let mut found = Vec::new();
    let mut lists = 0usize;
    for (index, (event, range)) in page.events.iter().enumerate() {
        if is_one(event) && lists == 0 && !opaque.touches(range) {
            let (above, below) = gaps(page, index, &is_one);
            for (side, gap) in [("above", above), ("below", below)] {
                let Some((at, _)) = gap.filter(|(_, beside)| !opaque.touches(beside)) else {
                    continue;
                };
                let end = if side == "above" {
                    range.start
                } else {
                    at.saturating_sub(1)
                };
                let line = line_start(page.text, end);
                let prefix = line_prefix(page.text, range.start);
                let feed = if page.text[..at].ends_with("\r\n") {
                    "\r\n"
                } else {
                    "\n"
                };
                let blank = format!("{}{feed}", prefix.trim_end());
                let width = page.text[line..line_end(page.text, end)].trim_end().len();
                found.push((
                    page.finding(
                        rule,
                        Severity::Info,
                        format!("no blank line {side} this {what}"),
                    )
                    .at(line..line + width)
                    .help("put one there"),
                    vec![Edit::insert(at, blank)],
                ));
            }
        }
        match event {
            Event::Start(Tag::List(_)) => lists += 1,
            Event::End(TagEnd::List(_)) => lists = lists.saturating_sub(1),
            _ => {}
        }
    }
    report(page, found, findings);
}

/// Where a blank line is missing, and the line that is there instead.
type Gap = Option<(usize, Range<usize>)>;

/// The places above and below the block that starts with this event.
fn gaps(page: &Page<'_>, index: usize, is_one: &impl Fn(&Event<'_>) -> bool) -> (Gap, Gap) {
    let range = &page.events[index].1;
    let text = page.text;
    let is_blank = |line: &Range<usize>| {
        text[line.clone()]
            .trim_matches(['>', ' ', '\t', '\r'])
            .is_empty()
    };
    let before = index.checked_sub(1).map(|before| &page.events[before].0);
    let start = line_start(text, range.start);
    let above = (start > page.body.start && !matches!(before, Some(Event::Start(_))))
        .then(|| (start, line_start(text, start - 1)..start - 1))
        .filter(|(_, line)| !is_blank(line));
    let after = page
        .events
        .get(end_of(page, index) + 1)
        .map(|(event, _)| event);
    let last = range.start + text[range.clone()].trim_end().len();
    let next = line_end(text, last) + 1;
    let is_last = next >= text.len() || matches!(after, None | Some(Event::End(_)));
    let below = (!is_last && !after.is_some_and(is_one))
        .then(|| (next, next..line_end(text, next)))
        .filter(|(_, line)| !is_blank(line));
    (above, below)
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_by, zola};

    #[test]
    fn blank_lines_are_put_around_blocks() {
        let zola = zola("0.22.0");
        let body = "# A\nb\n## C\n## D\n\n> e\n> ## F\n> g\n\n- # h\n  i\n";
        assert_eq!(
            zola.lines("crowded-heading", body),
            ["info 1", "info 3", "info 4", "info 7", "info 7"]
        );
        assert_eq!(
            fixed_by(&zola, "crowded-heading", body),
            "# A\n\nb\n\n## C\n\n## D\n\n> e\n>\n> ## F\n>\n> g\n\n- # h\n  i\n"
        );
        assert_eq!(
            fixed_by(
                &zola,
                "crowded-fence",
                "a\n```\nb\n```\nc\n\n- d\n  ```\n  e\n  ```\n"
            ),
            "a\n\n```\nb\n```\n\nc\n\n- d\n  ```\n  e\n  ```\n"
        );
        assert_eq!(
            fixed_by(&zola, "crowded-list", "a\n- b\n  - c\n# D\n"),
            "a\n\n- b\n  - c\n\n# D\n"
        );
        assert_eq!(
            fixed_by(&zola, "crowded-table", "a\n\n| b |\n|---|\n| c |\n# D\n"),
            "a\n\n| b |\n|---|\n| c |\n\n# D\n"
        );
    }

    #[test]
    fn blocks_with_room_around_them() {
        let zola = zola("0.22.0");
        let body = "# A\n\n```\nb\n```\n\n- c\n- d\n\n| e |\n|---|\n| f |\n\n{% known() %}\n## G\n{% end %}\n\nh\nlazily\n";
        for rule in [
            "crowded-heading",
            "crowded-fence",
            "crowded-list",
            "crowded-table",
        ] {
            assert_eq!(zola.lines(rule, body), [""; 0], "{rule}");
        }
    }
}
