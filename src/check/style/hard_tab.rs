//! Tab characters in text.

use super::{Opaque, lines, report};
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct HardTab;

/// Tab stops are this far apart in Markdown.
const STOP: usize = 4;

impl Rule for HardTab {
    describe!(
        "hard-tab",
        "A tab outside of code",
        "\
Markdown counts a tab as blanks up to the next column that four divides (Zola 0.22.0, Hugo 0.168.0), whatever the editor shows, so a list that looks nested may be code.
Blanks mean what they look like.

```markdown
-→an item, nested by a tab
- an item
```

The fix writes as many blanks as the tab stood for, where the page stays the same. Code is left as it is."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD010", "no-hard-tabs"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::of(page);
        let mut found = Vec::new();
        for line in lines(page) {
            // The indentation of a line of code is none of its text.
            let indent = line.text.len() - line.text.trim_start().len();
            let is_code = opaque.touches(&(line.start + indent..line.start + indent + 1));
            let text = line.text.trim_end_matches([' ', '\t']);
            if is_code || !text.contains('\t') {
                continue;
            }
            let mut column = 0;
            for (at, c) in text.char_indices() {
                let width = if c == '\t' { STOP - column % STOP } else { 1 };
                let at = line.start + at..line.start + at + c.len_utf8();
                column += width;
                if c == '\t' && !opaque.touches(&at) {
                    found.push((
                        page.finding(self, Severity::Info, "a tab outside of code")
                            .at(at.clone())
                            .help("write blanks"),
                        vec![Edit::replace(at, " ".repeat(width))],
                    ));
                }
            }
        }
        report(page, found, findings);
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed_by, zola};

    #[test]
    fn tabs_become_as_many_blanks() {
        let zola = zola("0.22.0");
        let body = "-\ta\n\t- b\n\n\tcode in the item\n\n`c\td`\n\n```\n\te\n```\n\n<p\tx>\n";
        assert_eq!(zola.lines("hard-tab", body), ["info 1", "info 2", "info 4"]);
        assert_eq!(
            fixed_by(&zola, "hard-tab", body),
            "-   a\n    - b\n\n    code in the item\n\n`c\td`\n\n```\n\te\n```\n\n<p\tx>\n"
        );
        assert_eq!(zola.lines("hard-tab", "a\n\n\tcode\tb\n\n\tc\n"), [""; 0]);
        // Blanks inside of text are the author's.
        assert_eq!(fixed_by(&zola, "hard-tab", "a\tb\n"), "a\tb\n");
    }
}
