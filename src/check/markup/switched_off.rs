//! Markdown that the site has switched off.

use pulldown_cmark::{Event, Tag};

use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct SwitchedOff;

impl Rule for SwitchedOff {
    describe!(
        "switched-off",
        "Markdown that the site's configuration has switched off, so that readers see its signs",
        "\
Hugo 0.168.0 has switches for what is not in Markdown's core: with `strikethrough = false`, `table = false` or `taskList = false` below
`[markup.goldmark.extensions]`, readers see the tildes, bars and brackets; with `footnote = false` those of footnotes,
and with `title = false` below `[markup.goldmark.parser.attribute]` the braces of `## Heading {#id}`.

```markdown
~~struck out~~
- [ ] a task
```

Switch it on again, or write it in another way."
    );

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let off = &page.site.settings.switched_off;
        if off.is_empty() {
            return;
        }
        for (event, range) in &page.events {
            let raw = &page.text[range.clone()];
            let (name, what) = match event {
                Event::Start(Tag::Strikethrough) if raw.starts_with("~~") => (
                    "strikethrough",
                    "strikethrough is switched off, so readers see the tildes",
                ),
                Event::Start(Tag::Table(_)) => {
                    ("table", "tables are switched off, so readers see the bars")
                }
                Event::TaskListMarker(_) => (
                    "tasklist",
                    "task lists are switched off, so readers see the brackets",
                ),
                Event::FootnoteReference(_) => (
                    "footnote",
                    "footnotes are switched off, so readers see the brackets",
                ),
                Event::Start(Tag::Heading {
                    id, classes, attrs, ..
                }) if id.is_some() || !classes.is_empty() || !attrs.is_empty() => (
                    "headingattributes",
                    "attributes of headings are switched off, so readers see the braces",
                ),
                _ => continue,
            };
            if off.contains(name) {
                findings.push(
                    page.finding(self, Severity::Warning, what)
                        .at(range.clone())
                        .help(
                            "switch it on in the site's configuration, or write it in another way",
                        ),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, world};

    #[test]
    fn what_is_off_is_shown_as_it_is() {
        let body = "~~a~~\n\n- [ ] b\n\n| c |\n|---|\n| d |\n\n[^1]\n\n[^1]: e\n\n## F {#f}\n";
        assert_eq!(hugo().lines("switched-off", body), [""; 0]);
        let config = "baseURL = \"x\"\n[markup.goldmark.extensions]\nstrikethrough = false\ntable = false\ntaskList = false\nfootnote = false\n[markup.goldmark.parser.attribute]\ntitle = false\n";
        let site = world(&[("hugo.toml", config)], Some("0.168.0"));
        assert_eq!(
            site.lines("switched-off", body),
            [
                "warning 1",
                "warning 3",
                "warning 5",
                "warning 9",
                "warning 13"
            ]
        );
        assert_eq!(
            site.lines("accidental-strikethrough", "~5 to 10~\n"),
            [""; 0]
        );
    }

    #[test]
    fn bare_addresses_are_text_where_they_are_no_links() {
        let config = "baseURL = \"x\"\n[markup.goldmark.extensions]\nlinkify = false\n";
        let site = world(&[("hugo.toml", config)], Some("0.168.0"));
        let body = "See https://example.com now.\n";
        assert_eq!(site.lines("plain-text-link", body), ["warning 1"]);
        assert_eq!(hugo().lines("plain-text-link", body), [""; 0]);
    }

    #[test]
    fn headings_may_have_no_ids() {
        let config = "baseURL = \"x\"\n[markup.goldmark.parser]\nautoHeadingID = false\n";
        let site = world(&[("hugo.toml", config)], Some("0.168.0"));
        let body = "[a](#a) [b](#b)\n\n## A\n\n## B {#b}\n";
        assert_eq!(site.lines("missing-anchor", body), ["warning 1"]);
    }
}
