//! Front matter that the generator cannot read.

use super::{delimiters, lines, newer_toml, repair};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::front_matter::{ErrorKind, FrontMatterError, Table};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct BrokenFrontMatter;

impl Rule for BrokenFrontMatter {
    fn name(&self) -> &'static str {
        "broken-front-matter"
    }

    fn summary(&self) -> &'static str {
        "Front matter that is not closed, not TOML, YAML or JSON, or has a key twice"
    }

    fn explanation(&self) -> &'static str {
        "\
Both generators stop the whole build at a page whose front matter they cannot read (tested on Zola 0.17.2 and 0.22.0 and on
Hugo 0.168.0): a block that is never closed, a value without its quotes, a key given twice, `title: Redis: why?` in YAML.

Zola ends the block at the first line that *ends* in the delimiter, so `description: the end ---` cuts it short.

```yaml
title: Redis: why?      # refused
title: \"Redis: why?\"    # fine
```

Zola 0.17.2 reads TOML 1.0, and refuses an inline table of several lines and the escape `\\x41`; 0.22.0 reads 1.1.

Quote the value, close the block with `+++` or `---` alone on its line, or remove the second key.

The fix writes values that need quotes with them, puts the delimiters where the generator wants them, exchanges those of TOML and YAML, and
takes tabs, control characters and the second of two equal lines away: always so that the result can be read, and says what the
lines say. Two values for one key, and a date that does not exist, are the author's to decide."
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        self.cut_short(page, findings);
        self.long_close(page, findings);
        newer_toml::check(self, page, findings);
        let ((Err(error), _) | (_, Some(Err(error)))) = (&page.split, &page.front) else {
            return;
        };
        // Pages are split by the rules of Zola up to 0.22; what is behind such a delimiter is not looked at.
        let first = page
            .text
            .trim_start_matches('\u{feff}')
            .lines()
            .next()
            .unwrap_or_default();
        if error.kind == ErrorKind::Opening
            && matches!(first.trim_end(), "+++" | "---")
            && page.site.generator.opens_with_blank(page.site.version)
        {
            return;
        }
        let mut finding = page
            .finding(self, Severity::Error, error.message.clone())
            .at(error.span.clone());
        finding.help.clone_from(&error.help);
        finding.fix = self.fix(page, error);
        findings.push(finding);
    }
}

impl BrokenFrontMatter {
    /// Front matter that can be read, and goes on behind the line where the generator ends it.
    fn cut_short(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let (Ok(Some(split)), Some(_)) = (&page.split, page.front()) else {
            return;
        };
        if !split.is_cut(page.text) {
            return;
        }
        let Some(cut) = delimiters::cut(page, split) else {
            return;
        };
        let delimiter = split.format.delimiter();
        let mut finding = page
            .finding(
                self,
                Severity::Error,
                format!(
                    "{} ends the front matter at this {delimiter}, and takes the keys behind it for text",
                    page.site.generator.title()
                ),
            )
            .at(split.block.end - 3..split.block.end)
            .help(format!("write the line so that it does not end in {delimiter}"));
        finding.fix = cut.fix(page, self).map(Fix::safe);
        findings.push(finding);
    }

    /// A closing line of more signs than three, of which the page shows the rest.
    fn long_close(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let (Ok(Some(split)), Some(front)) = (&page.split, page.front()) else {
            return;
        };
        let delimiter = split.format.delimiter();
        let rest = &page.text[split.block.end..];
        let rest = rest.split('\n').next().unwrap_or_default().trim_end();
        if rest.is_empty()
            || delimiter.is_empty()
            || !rest.chars().all(|c| delimiter.starts_with(c))
        {
            return;
        }
        let range = split.block.end..split.block.end + rest.len();
        let mut finding = page
            .finding(
                self,
                Severity::Warning,
                "the front matter ends before these signs, so they are shown on the page",
            )
            .at(range.clone())
            .help(format!(
                "close the front matter with a line that is exactly {delimiter}"
            ));
        let is_meant = |table: &Table, body: &str| {
            table == front.table() && page.text[range.end..].ends_with(body)
        };
        finding.fix =
            repair::whole(page, self, vec![Edit::delete(range.clone())], is_meant).map(Fix::safe);
        findings.push(finding);
    }

    fn fix(&self, page: &Page<'_>, error: &FrontMatterError) -> Option<Fix> {
        if page.is_trial {
            return None;
        }
        let Ok(Some(split)) = &page.split else {
            return delimiters::of_split(page, self, error);
        };
        if error.kind == ErrorKind::TooDeep {
            return None;
        }
        if error.kind == ErrorKind::DuplicateKey {
            return lines::without_double(page, self, split, &error.span);
        }
        lines::without_controls(page, self, split)
            .or_else(|| delimiters::swapped(page, self, split).map(Fix::safe))
            .or_else(|| delimiters::long_line(page, self, split).map(Fix::safe))
            .or_else(|| delimiters::cut(page, split)?.fix(page, self).map(Fix::safe))
            .or_else(|| lines::without_tabs(page, self, split))
            .or_else(|| lines::repair(page, self, split))
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{World, hugo, repaired, zola};

    fn both(worlds: &[World], page: &str, expected: &str) {
        for world in worlds {
            assert_eq!(repaired(world, page), expected, "{page}");
        }
    }

    #[test]
    fn values_get_their_quotes() {
        let worlds = [zola("0.22.0"), zola("0.17.2"), hugo()];
        let page = |line: &str| format!("---\n{line}\ndate: 2026-01-02 # c\n---\n\nA: b\n");
        for (line, expected) in [
            ("title: Redis: why?", "title: \"Redis: why?\""),
            ("title: `a", "title: \"`a\""),
            ("title: @a", "title: \"@a\""),
            ("title: 100% of %", "title: 100% of %"),
            ("title: %a", "title: \"%a\""),
            ("title: | a", "title: \"| a\""),
            ("title: ? a", "title: \"? a\""),
            ("title: 'It's fine'", "title: \"It's fine\""),
            ("title: \"C:\\new\\dir\"", "title: \"C:\\\\new\\\\dir\""),
            ("title: \"A \"b\" c\"", "title: \"A \\\"b\\\" c\""),
            ("title: \"A\" b", "title: \"\\\"A\\\" b\""),
            ("title: [A] b", "title: \"[A] b\""),
            ("title: *a*", "title: \"*a*\""),
            ("title:A", "title: A"),
            ("title: 'It's' # c", "title: \"It's\" # c"),
            ("title = \"A\"", "title: \"A\""),
            (
                "title: A: b\ndescription: C: d",
                "title: \"A: b\"\ndescription: \"C: d\"",
            ),
            (
                "title: A\ntags:\n  - @b\n  - c",
                "title: A\ntags:\n  - \"@b\"\n  - c",
            ),
            ("title: A\nextra:\n\tx: 1", "title: A\nextra:\n  x: 1"),
            ("title: A\ntitle: A", "title: A"),
            ("title: A\ntitle: B", "title: A\ntitle: B"),
            ("title: A: b # c", "title: A: b # c"),
            (
                "title: A\ntext: |\n  b: c: d\nx: @",
                "title: A\ntext: |\n  b: c: d\nx: \"@\"",
            ),
            ("title: A\ntags: [b, c", "title: A\ntags: [b, c"),
        ] {
            if line.contains("tags") {
                assert_eq!(repaired(&hugo(), &page(line)), page(expected));
            } else {
                both(&worlds, &page(line), &page(expected));
            }
        }
        let page = |line: &str| format!("+++\n{line}\n# c\n[extra]\nx = 1\n+++\n\nA = b\n");
        for (line, expected) in [
            ("title = A title", "title = \"A title\""),
            ("title = 'It's fine'", "title = \"It's fine\""),
            ("title = \"C:\\dir\"", "title = \"C:\\\\dir\""),
            ("title = \"A\" // b", "title = \"A\" # b"),
            ("title = \"A\",", "title = \"A\""),
            ("title = “A”", "title = \"A\""),
            ("title: A", "title = \"A\""),
            (
                "title = \"A\"\ndate = 2026/01/02",
                "title = \"A\"\ndate = 2026-01-02",
            ),
            (
                "title = \"A\"\ndate = 2026-02-30",
                "title = \"A\"\ndate = 2026-02-30",
            ),
            ("title = \"A\"\ndate = soon", "title = \"A\"\ndate = soon"),
            ("title = \"A\"\ndraft = True", "title = \"A\"\ndraft = true"),
            ("title = \"A\0\"", "title = \"A\""),
            ("title = A # b", "title = A # b"),
            ("title = \"C:\\dir\" # b", "title = \"C:\\\\dir\" # b"),
            (
                "title = \"A\"\ndate = 2026/1/2 # b",
                "title = \"A\"\ndate = 2026-01-02 # b",
            ),
        ] {
            both(&worlds, &page(line), &page(expected));
        }
        let page = |line: &str| format!("+++\ntitle = \"A\"\ndate = 2026-01-02\n{line}\n+++\n");
        for (line, expected) in [
            ("tags = [rust, \"go\"]", "tags = [\"rust\", \"go\"]"),
            ("tags = rust, go", "tags = [\"rust\", \"go\"]"),
        ] {
            assert_eq!(repaired(&hugo(), &page(line)), page(expected));
        }
    }

    #[test]
    fn delimiters_go_where_they_belong() {
        let (zola, hugo) = (zola("0.22.0"), hugo());
        let good = "+++\ntitle = \"A\"\ndate = 2026-01-02\n+++\n\nBody.\n";
        for page in [
            "+++\ntitle = \"A\"\ndate = 2026-01-02\n\nBody.\n",
            "+++\ntitle = \"A\"\ndate = 2026-01-02\n---\n\nBody.\n",
        ] {
            both(&[self::zola("0.17.2"), self::hugo()], page, good);
        }
        for page in [
            "+++ \ntitle = \"A\"\ndate = 2026-01-02\n+++\n\nBody.\n",
            "+++toml\ntitle = \"A\"\ndate = 2026-01-02\n+++\n\nBody.\n",
            "+++\ntitle = \"A\"\ndate = 2026-01-02\n+++ Body.\n",
            "+++\ntitle = \"A\"\ndate = 2026-01-02\n+++++\n\nBody.\n",
        ] {
            assert_eq!(repaired(&zola, page), good, "{page}");
        }
        let indented = "+++\ntitle = \"A\"\ndate = 2026-01-02\n  +++\n\nBody.\n";
        assert_eq!(repaired(&hugo, indented), good);
        let long = "+++\ntitle = \"A\"\ndate = 2026-01-02\n++++\n\nBody.\n";
        both(&[self::zola("0.17.2"), self::hugo()], long, good);
        assert_eq!(hugo.page("broken-front-matter", long).len(), 1);
        let swapped = "---\ntitle = \"A\"\ndate = 2026-01-02\n---\n\nBody.\n";
        both(&[zola, hugo], swapped, good);
    }

    #[test]
    fn a_delimiter_within_does_not_end_the_block() {
        let zola = zola("0.22.0");
        for (page, expected) in [
            (
                "+++\ndate = 2026-01-02\n# section +++\ntitle = \"A\"\n+++\n\nB\n",
                "+++\ndate = 2026-01-02\n# section\ntitle = \"A\"\n+++\n\nB\n",
            ),
            (
                "+++\ntitle = \"A\"\ndate = 2026-01-02\ndescription = \"\"\"\n+++\nx\"\"\"\n+++\n\nB\n",
                "+++\ntitle = \"A\"\ndate = 2026-01-02\ndescription = \"+++\\nx\"\n+++\n\nB\n",
            ),
            (
                "---\ntitle: the end ---\ndate: 2026-01-02\n---\n\nB\n",
                "---\ntitle: \"the end ---\"\ndate: 2026-01-02\n---\n\nB\n",
            ),
        ] {
            assert_eq!(repaired(&zola, page), expected, "{page}");
            let found = zola.page("broken-front-matter", page);
            assert_eq!(found.len(), 1);
            assert!(zola.page("broken-front-matter", expected).is_empty());
        }
        let rule = "---\ntitle: A\ndate: 2026-01-02\n---\n\nB: c\n---\n";
        assert!(zola.page("broken-front-matter", rule).is_empty());
    }

    #[test]
    fn where_keys_end_is_no_guess() {
        let page = "---\ntitle: A\ndate: 2026-01-02\n\nNote: this is text.\n";
        assert_eq!(repaired(&hugo(), page), page);
        let page = "---\ntitle: A\ndate: 2026-01-02\n\n# Heading\n\nText.\n";
        let expected = "---\ntitle: A\ndate: 2026-01-02\n---\n\n# Heading\n\nText.\n";
        assert_eq!(repaired(&hugo(), page), expected);
    }
}
