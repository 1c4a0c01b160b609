//! A model's thoughts.

use crate::check::markup::tags;
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

Take the tags and what stands between them away."
    }

    fn reads_shortcodes(&self) -> bool {
        true
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        for tag in tags(page)
            .into_iter()
            .filter(|tag| NAMES.contains(&tag.name.to_ascii_lowercase().as_str()))
        {
            if tag.closing {
                continue;
            }
            findings.push(
                page.finding(
                    self,
                    Severity::Warning,
                    format!("`<{}>` holds a model's thoughts", tag.name),
                )
                .at(tag.range)
                .help(
                    "take the tags and what stands between them away, or put the name in backticks",
                ),
            );
        }
    }
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
        assert_eq!(hugo().lines("swallowed-angle-bracket", body), [""; 0]);
    }
}
