//! A model's thoughts.

use std::ops::Range;

use super::removal;
use crate::check::markup::{Tag, tags};
use crate::check::{Page, Rule};
use crate::finding::{Finding, Severity};

/// The tags that models put around what is not for readers.
pub(in crate::check) const NAMES: [&str; 5] =
    ["think", "thinking", "thought", "reasoning", "scratchpad"];

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct ThinkBlock;

impl Rule for ThinkBlock {
    fn name(&self) -> &'static str {
        "think-block"
    }

    fn summary(&self) -> &'static str {
        "A model's thoughts, in `<think>` or a tag like it"
    }

    fn explanation(&self) -> &'static str {
        "\
Reasoning models write their thoughts into the reply, between `<think>` and `</think>` or tags like these. The tags are no HTML, so a
browser shows the text between them: Zola 0.17.2 and 0.22.0 publish it. Hugo 0.168.0 drops the tags, and with a block of them the
text.

```html
<think>
The user wants a catchy post, so I will …
</think>
```

Take the tags and what stands between them away. The fix does so in a post that Postwright wrote; elsewhere it is one of the unsafe fixes."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let mut open = 0;
        for tag in tags(page)
            .into_iter()
            .filter(|tag| NAMES.contains(&tag.name.to_ascii_lowercase().as_str()))
        {
            if tag.closing {
                // The first half may be missing: some servers leave it out of the reply.
                if open == 0 {
                    let message = format!("`</{}>` ends a model's thoughts", tag.name);
                    findings.push(
                        page.finding(self, Severity::Warning, message)
                            .at(tag.range)
                            .help("take the tag away, and what the model thought above it"),
                    );
                }
                open = 0;
                continue;
            }
            open += 1;
            let fix = thoughts(page, &tag).map(|range| removal(page, range));
            let mut finding = page
                .finding(
                    self,
                    Severity::Warning,
                    format!("`<{}>` holds a model's thoughts", tag.name),
                )
                .at(tag.range)
                .help(
                    "take the tags and what stands between them away, or put the name in backticks",
                );
            finding.fix = fix;
            findings.push(finding);
        }
    }
}

/// The bytes from a tag to the end of its other half, where it has one.
fn thoughts(page: &Page<'_>, tag: &Tag<'_>) -> Option<Range<usize>> {
    let rest = &page.text[tag.range.end..];
    let lower = rest.to_ascii_lowercase();
    let close = format!("</{}>", tag.name.to_ascii_lowercase());
    let end = lower.find(&close)?;
    let is_flat = !lower[..end].contains(&format!("<{}>", tag.name.to_ascii_lowercase()));
    is_flat.then(|| tag.range.start..tag.range.end + end + close.len())
}

#[cfg(test)]
mod tests {
    use crate::check::testing::{hugo, zola};

    #[test]
    fn thoughts_as_a_block_and_in_a_line() {
        let body = "<thinking>\na\n</thinking>\n\nb <think>c</think> `<think>`\n";
        assert_eq!(
            zola("0.22.0").lines("think-block", body),
            ["warning 1", "warning 5"]
        );
        let closed = "The user wants a post.\n</think>\n\nb\n";
        assert_eq!(zola("0.22.0").lines("think-block", closed), ["warning 2"]);
        assert_eq!(hugo().lines("swallowed-angle-bracket", body), [""; 0]);
    }
}
