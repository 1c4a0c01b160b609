//! Quotes in shortcodes that are none to Hugo.

use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct OddQuotes;

/// Quotes that Hugo takes for a part of the argument.
const ODD: [char; 5] = ['\'', '‘', '’', '“', '”'];

impl Rule for OddQuotes {
    describe!(
        "odd-quotes",
        "An argument of a shortcode in quotes that become part of it",
        "\
Hugo 0.168.0 knows straight double quotes and backticks around an argument. Single and curly ones become part of it: `{{< figure src='a.png' >}}` shows an image of the
address `'a.png'`.

```markdown
{{< figure src=\"a.png\" >}}
```

The fix writes straight double quotes."
    );

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        if page.site.generator.requires_front_matter() {
            return;
        }
        for template in &page.templates {
            let call = &page.text[template.range.clone()];
            for (at, _) in call.match_indices('=') {
                let value = &call[at + 1..];
                let Some(open) = value.chars().next().filter(|c| ODD.contains(c)) else {
                    continue;
                };
                let inside = &value[open.len_utf8()..];
                let Some(length) = inside.find(ODD) else {
                    continue;
                };
                if inside[..length].contains(['"', '\n', '`', '=']) {
                    continue;
                }
                let close = inside[length..].chars().next().map_or(1, char::len_utf8);
                let start = template.range.start + at + 1;
                let end = start + open.len_utf8() + length;
                findings.push(
                    page.finding(
                        self,
                        Severity::Warning,
                        "Hugo takes these quotes for a part of the argument",
                    )
                    .at(start..end + close)
                    .help("write straight double quotes")
                    .fix(Fix::safe(vec![
                        Edit::replace(start..start + open.len_utf8(), "\""),
                        Edit::replace(end..end + close, "\""),
                    ])),
                );
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{fixed, hugo};

    #[test]
    fn single_and_curly_ones() {
        let body = "{{< figure src='a.png' >}} {{< figure src=“b.png” alt=\"it's 'c'\" >}}\n";
        assert_eq!(hugo().lines("odd-quotes", body), ["warning 1", "warning 1"]);
        assert_eq!(
            fixed(&hugo(), "{{< figure src='a.png' >}}\n"),
            "{{< figure src=\"a.png\" >}}\n"
        );
    }
}
