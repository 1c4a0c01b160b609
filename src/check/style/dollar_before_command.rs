//! Prompts before commands that are to be copied.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Tag};

use super::{Opaque, lines_of};
use crate::body::fences::language;
use crate::check::{Page, Rule};
use crate::finding::{Edit, Finding, Fix, Severity};

/// See [`Rule::summary`].
#[derive(Debug)]
pub(crate) struct DollarBeforeCommand;

impl Rule for DollarBeforeCommand {
    describe!(
        "dollar-before-command",
        "Shell commands that all have a `$` before them, and no output below them",
        "\
A `$` before a command tells it from its output. Where there is no output it is only in the way of those who copy the command; Zola 0.22.0 and Hugo 0.168.0 show it as it is.

```sh
$ zola build
```

Write the command alone. The unsafe fix does. Blocks that say `console` are meant to have prompts."
    );

    fn aliases(&self) -> &'static [&'static str] {
        &["MD014", "commands-show-output"]
    }

    fn runs_by_default(&self) -> bool {
        false
    }

    fn check(&self, page: &Page<'_>, findings: &mut Vec<Finding>) {
        let opaque = Opaque::in_templates(page);
        for (event, range) in &page.events {
            let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event else {
                continue;
            };
            let is_shell = matches!(
                language(info),
                "" | "sh" | "bash" | "shell" | "zsh" | "fish"
            );
            if !is_shell || opaque.touches(range) {
                continue;
            }
            let prompts = prompts(page, range.clone());
            let Some(first) = prompts.first().cloned() else {
                continue;
            };
            findings.push(
                page.finding(
                    self,
                    Severity::Info,
                    "the `$` before these commands is in the way of copying them",
                )
                .at(first)
                .help("write the commands alone, or name the language `console`")
                .fix(Fix::risky(prompts.into_iter().map(Edit::delete).collect())),
            );
        }
    }
}

/// The prompts of a block, if there is nothing in it but commands behind them.
fn prompts(page: &Page<'_>, block: Range<usize>) -> Vec<Range<usize>> {
    let mut prompts = Vec::new();
    let mut goes_on = false;
    for (line, at) in lines_of(page, block).skip(1) {
        let code = line.trim_start_matches(['>', ' ', '\t']);
        if code.is_empty() || code.starts_with("```") || code.starts_with("~~~") {
            continue;
        }
        if code.starts_with("$ ") {
            prompts.push(at.end - code.len()..at.end - code.len() + 2);
        } else if !goes_on {
            return Vec::new();
        }
        goes_on = code.ends_with('\\');
    }
    prompts
}

#[cfg(test)]
mod tests {
    use crate::check::testing::zola;

    #[test]
    fn prompts_above_output_are_meant() {
        let lines = |body: &str| zola("0.22.0").lines("dollar-before-command", body);
        assert_eq!(
            lines("```sh\n$ a \\\n  b\n$ c\n```\n\n> ~~~\n> $ d\n> ~~~\n"),
            ["info 2", "info 8"]
        );
        assert_eq!(
            lines(
                "```sh\n$ a\nb\n```\n\n```console\n$ c\n```\n\n```php\n$ d\n```\n\n```sh\ne $ f\n```\n\n    $ g\n"
            ),
            [""; 0]
        );
    }
}
