//! Quotes in shortcodes that are none to Hugo.

use std::ops::Range;

use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};
use crate::generator::TemplateKind;

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
            if !matches!(template.kind, TemplateKind::Call { .. }) {
                continue;
            }
            let call = &page.text[template.range.clone()];
            for value in bare_values(call) {
                let Some(inside) = in_odd_quotes(&call[value.clone()]) else {
                    continue;
                };
                let start = template.range.start + value.start;
                let end = template.range.start + value.end;
                let mut finding = page
                    .finding(
                        self,
                        Severity::Warning,
                        "Hugo takes these quotes for a part of the argument",
                    )
                    .at(start..end)
                    .help("write straight double quotes");
                // A backslash may end the quotes, or keep them open.
                if !inside.contains('\\') {
                    let open = start + (inside.as_ptr().addr() - call[value].as_ptr().addr());
                    let close = open + inside.len();
                    finding = finding.fix(Fix::safe(vec![
                        Edit::replace(start..open, "\""),
                        Edit::replace(close..end, "\""),
                    ]));
                }
                findings.push(finding);
            }
        }
    }
}

/// The values of a call that stand in no quotes of Hugo's: each from behind its `=` to the next blank or the end of the tag.
fn bare_values(call: &str) -> Vec<Range<usize>> {
    let inside = 3..call.len().saturating_sub(3);
    let text = call.get(..inside.end).unwrap_or_default();
    let mut found = Vec::new();
    let mut at = inside.start;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = &text[at..];
        at += match c {
            // What a quoted argument holds is its own.
            '"' | '`' => quoted(rest),
            '=' => {
                let value = rest[1..].trim_start_matches(' ');
                let start = text.len() - value.len();
                let length = match value.chars().next() {
                    Some('"' | '`') => 0,
                    _ => value.find(char::is_whitespace).unwrap_or(value.len()),
                };
                if length > 0 {
                    found.push(start..start + length);
                }
                start + length - at
            }
            _ => c.len_utf8(),
        };
    }
    found
}

/// The length of the quoted text at the start of `text`; all of it where the quote is not closed.
fn quoted(text: &str) -> usize {
    let quote = &text[..1];
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        if text[at..].starts_with(quote) && !escaped {
            return at + 1;
        }
        escaped = quote == "\"" && c == '\\' && !escaped;
    }
    text.len()
}

/// What stands between the odd quotes around a value.
fn in_odd_quotes(value: &str) -> Option<&str> {
    let inside = value.strip_prefix(ODD)?.strip_suffix(ODD)?;
    let is_plain = !inside.contains(['"', '`']);
    is_plain.then_some(inside)
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

    #[test]
    fn what_stands_in_quotes_is_its_own() {
        for body in [
            "{{< figure title=\"<b style='opacity:.5;c:d'>R</b>\" >}}",
            "{{< figure title=\"a \\\"b='c'\\\"\" >}}",
            "{{< figure title=`<b class='req'>R</b>` >}}",
            "{{< known \"<b class='req'>R</b>\" >}}",
            "{{< figure src=a='b' >}}",
        ] {
            assert_eq!(hugo().lines("odd-quotes", body), [""; 0], "{body}");
        }
        let body = "{{< figure title=\"<b class='x'>\" src=‘a.png’ alt='it's' >}}\n";
        assert_eq!(
            fixed(&hugo(), body),
            "{{< figure title=\"<b class='x'>\" src=\"a.png\" alt=\"it's\" >}}\n"
        );
        let body = "{{< figure src='a\\' >}}\n";
        assert_eq!(hugo().lines("odd-quotes", body), ["warning 1"]);
        assert_eq!(fixed(&hugo(), body), body);
    }
}
